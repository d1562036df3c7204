/**
 * Reads JSON that may be damaged: a Python's answer, a file of an earlier run.
 *
 * @param text - what should be JSON
 * @returns the value, or undefined when the text is none; JSON itself has no undefined
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
