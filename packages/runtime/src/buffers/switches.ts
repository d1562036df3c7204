/**
 * What tests turn off to be on another host.
 *
 * external: the host takes memory that is not its own (Electron's does not); else everything is copied.
 */
export const bufferSwitches = { external: true };
