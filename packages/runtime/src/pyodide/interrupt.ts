import { ask } from './calls.js';
import { settings } from './settings.js';

const SIGINT = 2;

/** Does what Python does for SIGINT when the interrupt buffer asks for it. */
export function checkInterrupt(): void {
  const { interrupt } = settings;
  if (interrupt?.[0] !== SIGINT) return;
  interrupt[0] = 0;
  ask('handle_interrupt');
}
