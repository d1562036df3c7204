import { pythonVariants } from '@nogil/python';
import { Command, InvalidArgumentError, Option } from 'commander';

import { doctor } from './doctor.js';
import { report } from './failure.js';
import { installCommand, listCommand, whichCommand } from './python-commands.js';
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
  .addHelpText(
    'after',
    `
Exit codes: 0 all is well; 1 something failed, or doctor found a problem; the message says what to do.
Environment: NOGIL_PYTHON the Python to use; NOGIL_HOME where Pythons are installed;
NOGIL_SOURCE_CACHE a folder with source archives.`,
  );

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
  report(error);
  process.exitCode = PROBLEM;
});
