// @ts-check

/** A failure that is not a bug of the tools: it is shown as a sentence, without a stack. */
export class Failure extends Error {
  /**
   * @param {string} what - what failed, with the subject named
   * @param {object} [details]
   * @param {string[]} [details.tried] - what was tried, one item a line
   * @param {string[]} [details.next] - what the reader can do now, one step a line
   * @param {unknown} [details.cause]
   */
  constructor(what, { tried = [], next = [], cause } = {}) {
    const lines = [what];
    for (const line of tried) lines.push(`  tried: ${line}`);
    for (const line of next) lines.push(`  next:  ${line}`);
    super(lines.join('\n'), { cause });
    this.name = 'Failure';
  }
}

/**
 * Prints a failure the way every tool does: a `Failure` as its sentences, anything else with its stack.
 * @param {unknown} error
 */
export function report(error) {
  if (error instanceof Failure) console.error(`\n${error.message}`);
  else console.error(error);
}

/**
 * Runs a tool's main function; a throw becomes exit code 1.
 * @param {() => Promise<number | void>} tool - returns the exit code, nothing meaning 0
 */
export async function main(tool) {
  try {
    process.exitCode = (await tool()) ?? 0;
  } catch (error) {
    report(error);
    process.exitCode = 1;
  }
}
