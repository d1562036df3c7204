// @ts-check
// What callgrind writes: https://valgrind.org/docs/manual/cl-format.html

/**
 * @typedef {object} Part
 * @property {string} trigger - what made callgrind write it, as `--dump-after=ng_hot_call`
 * @property {Map<string, number>} objects - instructions of each object file's own code
 */

const NAME = /^(c?)(?:ob|fl|fi|fe|fn)=\((\d+)\)(?: (.*))?$/;
const OBJECT = /^c?ob=\((\d+)\)(?: (.*))?$/;

/**
 * Reads one part of a profile.
 *
 * @param {string} text
 * @returns {Part}
 */
export function readPart(text) {
  const trigger = /^desc: Trigger: (.*)$/m.exec(text)?.[1] ?? '';
  /** @type {Map<string, string>} */
  const names = new Map();
  const objects = new Map();
  let object = '';
  let calls = false;
  for (const line of text.split('\n')) {
    const named = OBJECT.exec(line);
    if (named !== null) {
      const [, id = '', name] = named;
      if (name !== undefined) names.set(id, name);
      if (!line.startsWith('c')) object = names.get(id) ?? '';
    } else if (line.startsWith('calls=')) {
      calls = true; // the next line is what was called cost, which stands there itself
    } else if (/^[\d+*-]/.test(line)) {
      if (!calls) objects.set(object, (objects.get(object) ?? 0) + Number(line.split(' ')[1]));
      calls = false;
    } else if (!NAME.test(line) && /^(?:c?ob|c?fn)=/.test(line)) {
      throw new Error(`callgrind wrote a line that is not understood: ${line}`);
    }
  }
  return { trigger, objects };
}
