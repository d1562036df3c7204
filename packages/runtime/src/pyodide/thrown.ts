import { flagsOf, jsFlag } from './flags.js';
import { stateOf } from './state.js';

/** Something that the other policy makes an exception of. */
export class Thrown {
  constructor(readonly error: unknown) {}
}

/** The Error for anything that was thrown. */
export function thrownValue(thrown: unknown): object {
  if (typeof thrown === 'object' && thrown !== null) {
    if (stateOf(thrown) !== undefined) return new Error(describe(thrown));
    if ((flagsOf(thrown) & (jsFlag.IS_ERROR as number)) !== 0) return thrown;
    if (thrown instanceof RangeError || thrown instanceof Error) return thrown;
  }
  return typeof thrown === 'string' ? new Error(thrown) : new Error(describe(thrown));
}

function describe(thrown: unknown): string {
  const tag = Object.prototype.toString.call(thrown);
  const lines = [`A value of type ${typeof thrown} with tag ${tag} was thrown as an error!`];
  try {
    lines.push(`String interpolation of the thrown value gives """${thrown as string}""".`);
  } catch {
    lines.push('String interpolation of the thrown value fails.');
  }
  try {
    // Not by way of Object(thrown): null and undefined have no toString.
    const text = (thrown as { toString(): unknown }).toString();
    lines.push(`The thrown value's toString method returns """${String(text)}""".`);
  } catch {
    lines.push("The thrown value's toString method fails.");
  }
  return lines.join('\n');
}
