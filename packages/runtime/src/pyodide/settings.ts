/** What `loadPyodide` was asked for: of this thread. */
export const settings = {
  nullIsNone: false,
  literalMaps: false,
  proxiesShowRepr: false,
  debug: false,
  interrupt: undefined as Record<number, number> | undefined,
};
