import { NogilError } from '@nogil/abi';
import {
  describePython,
  explain,
  findPython,
  installPython,
  listPythons,
  type PythonVariant,
  pythonVariants,
} from '@nogil/python';

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** `nogil python list` */
export function listCommand(json: boolean): void {
  const reports = listPythons();
  if (json) {
    print(JSON.stringify(reports, null, 2));
    return;
  }
  if (reports.length === 0) {
    print('No Python was found. Next step: npx nogil python install');
    return;
  }
  for (const report of reports) print(explain(report).join('\n'));
}

/** `nogil python which [version]` */
export function whichCommand(version: string | undefined, json: boolean): void {
  const python = findPython(version === undefined ? {} : { version });
  if (json) {
    print(JSON.stringify(python, null, 2));
    return;
  }
  print(python.executable);
  print(`  ${describePython(python)}`);
  print(`  chosen because of: ${python.source}`);
  print(`  library: ${python.libpython}`);
}

function isVariant(text: string): text is PythonVariant {
  return (pythonVariants as readonly string[]).includes(text);
}

/** `nogil python install [variant]` */
export async function installCommand(
  variant: string,
  from: 'auto' | 'uv' | 'source',
  jobs: number | undefined,
): Promise<void> {
  if (!isVariant(variant)) {
    throw new NogilError(
      'INVALID_ARGUMENT',
      `there is no variant ${variant}; choose one of ${pythonVariants.join(', ')}`,
    );
  }
  // Not at the top: it needs an ES module, which Yarn's Plug'n'Play cannot hand to CommonJS.
  const { createProgressReporter } = await import('@nogil/python/progress');
  const reporter = createProgressReporter(process.stderr);
  const stop = new AbortController();
  const interrupt = (): void => {
    stop.abort(new NogilError('INSTALL_FAILED', 'interrupted; the next run continues from here'));
  };
  process.once('SIGINT', interrupt);
  try {
    const python = await installPython({
      variant,
      from,
      onProgress: reporter.onProgress,
      signal: stop.signal,
      ...(jobs === undefined ? {} : { jobs }),
    });
    reporter.close();
    print(python.executable);
    print(`  ${describePython(python)}`);
  } catch (error) {
    reporter.close();
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
  }
}
