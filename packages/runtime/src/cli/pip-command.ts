import {
  describePython,
  findPython,
  lockPackages,
  type PipOptions,
  type PipResult,
  runPip,
  syncPackages,
} from '@nogil/python';

import { type Foreground, inForeground } from './process/foreground.js';

function say(text: string): void {
  process.stderr.write(`nogil: ${text}\n`);
}

/** Whether pip only explains itself: nothing has to be made for that. */
function asksForHelp(args: readonly string[]): boolean {
  const [first = 'help'] = args;
  return (
    ['help', '--version', '-V'].includes(first) || args.some((arg) => /^(-h|--help)$/.test(arg))
  );
}

function optionsFor(foreground: Foreground): PipOptions {
  return {
    signal: foreground.signal,
    onEnvironment(python) {
      say(`made ${python.prefix}, of ${describePython(python)}`);
    },
    async runner({ python, args, cwd, env }) {
      await foreground.run(python.executable, ['-m', 'pip', ...args], { cwd, env: { ...env } });
      return '';
    },
  };
}

function work(args: readonly string[], options: PipOptions): Promise<PipResult> {
  const [command, ...rest] = args;
  if (command === 'lock' && rest.length === 0) {
    return lockPackages(options).then((result) => {
      say(`wrote ${result.file}`);
      return result;
    });
  }
  if (command === 'install' && rest.includes('--locked')) {
    return syncPackages({ ...options, args: rest.filter((arg) => arg !== '--locked') });
  }
  return runPip(args, options);
}

/**
 * `nogil pip …`: pip in the project's environment, with this process's standard streams. What nogil has to say goes to
 * standard error: the output is pip's.
 *
 * @param args - pip's own, but for `lock` alone and `install --locked`
 * @throws ChildEnded when pip does not end with 0; NogilError as `runPip`
 */
export async function pipCommand(args: readonly string[]): Promise<void> {
  await inForeground(async (foreground) => {
    if (asksForHelp(args)) {
      const env = { ...process.env, PIP_REQUIRE_VIRTUALENV: '1' };
      await foreground.run(findPython().executable, ['-m', 'pip', ...args], { env });
      return;
    }
    const { warnings } = await work(args, optionsFor(foreground));
    for (const { message } of warnings) say(`warning: ${message}`);
  });
}
