/** What to do when Python drops an object. */
const bells = new WeakMap<object, () => void>();

/**
 * An object for Python to hold, and to drop when it wants this thread's attention: dropping one is posted from any
 * thread and waits for nobody.
 *
 * @param rung - called once, on this thread, from its event loop
 */
export function makeBell(rung: () => void): object {
  const bell = new (class Bell {})();
  bells.set(bell, rung);
  return bell;
}

/** Python has dropped an object. Called from inside Python's calls, too, where nothing of the user's may run. */
export function ringBell(value: object): void {
  const rung = bells.get(value);
  if (rung === undefined) return;
  bells.delete(value);
  setImmediate(rung);
}
