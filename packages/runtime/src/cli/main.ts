import { pythonVariants } from '@nogil/python';
import { Command, InvalidArgumentError, Option } from 'commander';

import { doctor } from './doctor.js';
import { report } from './failure.js';
import { pipCommand } from './pip-command.js';
import { ChildEnded, endAs } from './process/ending.js';
import { installCommand, listCommand, whichCommand } from './python-commands.js';
import { runCommand } from './run/run-command.js';
import { packageVersion } from './version.js';

/** What the process ends with. Documented in the help text below. */
const PROBLEM = 1;

function positiveInteger(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new InvalidArgumentError('A whole number from 1.');
  return number;
}

const program = new Command('nogil')
  .description('Python on every core, in the process of Node, Bun and Deno.')
  .version(packageVersion())
  .showHelpAfterError('(see --help)')
  // Options behind a command are the command's, and pip and programs have some that are called the same.
  .enablePositionalOptions()
  .addHelpText(
    'after',
    `
Exit codes: 0 all is well; 1 something failed, or doctor found a problem; the message says what to do.
run and pip end as the program and pip do: with its exit code, or by the signal that ended it.
Environment: NOGIL_PYTHON the Python to use; NOGIL_HOME where Pythons are installed;
NOGIL_SOURCE_CACHE a folder with source archives.`,
  );

program
  .command('run')
  .description(
    'Runs a program: TypeScript or JavaScript as this engine does, Python in the engine’s own process, where ' +
      '`import js` works.',
  )
  .argument('<file>', '.ts, .mts, .cts, .js, .mjs, .cjs, .py; .tsx and .jsx where the engine can')
  .argument('[arguments...]', 'for the program, as they are')
  .passThroughOptions()
  .addHelpText(
    'after',
    `
Ends as the program does: with its exit code, or by the signal that ended it; signals reach the program. Before it has
started, 1: the file is not there, the engine cannot run TypeScript, no Python is to be had.`,
  )
  .action((file: string, args: string[]) => runCommand(file, args));

const python = program
  .command('python')
  .description('The Pythons of this machine, and more of them.');

python
  .command('list')
  .description(
    'Every Python that was found, in the order they are preferred, and why some are refused.',
  )
  .option('--json', 'for machines')
  .action((options: { json?: true }) => {
    listCommand(options.json === true);
  });

python
  .command('which')
  .description('The Python that would be used here, and why.')
  .argument('[version]', 'such as 3.14t, 3.14 or 3.12')
  .option('--json', 'for machines')
  .action((version: string | undefined, options: { json?: true }) => {
    whichCommand(version, options.json === true);
  });

python
  .command('install')
  .description(
    'Installs a Python below the cache directory: by uv, or from source in about two minutes.',
  )
  .argument('[variant]', `one of ${pythonVariants.join(', ')}`, '3.14t')
  .addOption(
    new Option('--from <how>', 'how to get it').choices(['auto', 'uv', 'source']).default('auto'),
  )
  .option('--jobs <number>', 'compile jobs at once; one for each core by default', positiveInteger)
  .action(async (variant: string, options: { from: 'auto' | 'uv' | 'source'; jobs?: number }) => {
    await installCommand(variant, options.from, options.jobs);
  });

program
  .command('pip')
  .description(
    'pip, in the virtual environment of this project: the active one, else .venv, which is made of the active Python ' +
      'where it is missing. Never in a base installation.',
  )
  .argument('[arguments...]', 'for pip, as they are, but for those below')
  .passThroughOptions()
  .allowUnknownOption()
  .addHelpText(
    'after',
    `
nogil pip install numpy      as pip; then says which new packages would turn the GIL on
nogil pip lock               writes what is installed to pylock.toml, with hashes; with arguments, as pip
nogil pip install --locked   makes the environment what pylock.toml says, no more and no less
nogil pip help               pip's own help

Ends as pip does: with its exit code, or by the signal that ended it; 1 also when there is no Python, or no environment
could be made. Warnings do not change it.`,
  )
  // Not what commander makes of them: that keeps a leading `--` for itself.
  .action(() => pipCommand(program.args.slice(1)));

program
  .command('doctor')
  .description(
    'Looks at host, core and Python: what works, what does not, what would bring the GIL back. ' +
      'Imports the extension packages of the chosen Python to find out.',
  )
  .option('--json', 'for machines')
  .action(async (options: { json?: true }) => {
    const healthy = await doctor(options.json === true);
    if (!healthy) process.exitCode = PROBLEM;
  });

// `nogil python list | head` is no failure: whoever reads has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

program.parseAsync().catch((error: unknown) => {
  if (error instanceof ChildEnded) {
    endAs(error.ending);
    return;
  }
  report(error);
  process.exitCode = PROBLEM;
});
