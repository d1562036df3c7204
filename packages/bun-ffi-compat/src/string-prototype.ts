/** V8 remembers look-ups in code that has run some 20 times. Other engines do nothing here. */
const OFTEN = 1000;

/**
 * Makes `prototype`'s prototype the one of strings, as `class extends String` would, and leaves that as fast as it was.
 *
 * V8 turns an object that becomes a prototype into a hash table, and back when it next remembers a look-up through an
 * object that inherits from it. Strings are no objects: left alone, every method of every string in the program would be
 * looked up by a call into the engine, for ever.
 */
export function inheritFromString(prototype: object): void {
  Object.setPrototypeOf(prototype, String.prototype);
  const text = Object('') as string;
  const lookUp = (object: string): string => typeof object.charCodeAt;
  for (let i = 0; i < OFTEN; i++) lookUp(text);
}
