import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import type { PythonInstallation } from '@nogil/python';

import { messageOf } from '../failure.js';
import type { Finding } from './finding.js';

const run = promisify(execFile);

/** How long a package may take to import, in milliseconds. */
const IMPORT_TIMEOUT = 60_000;

/** Names the importable packages in site-packages that contain extension modules, one a line. */
const LIST_PROGRAM = `
import importlib.machinery, os, site, sys, sysconfig
suffixes = tuple(importlib.machinery.EXTENSION_SUFFIXES)
folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
if site.ENABLE_USER_SITE:
    folders.add(site.getusersitepackages())
names = set()
for root in folders:
    for folder, _, files in os.walk(root):
        for file in files:
            if file.endswith(suffixes):
                inside = os.path.relpath(os.path.join(folder, file), root).split(os.sep)
                name = inside[0].split(".")[0]
                if name.isidentifier():
                    names.add(name)
print("\\n".join(sorted(names)))
`;

/** Imports one package and says whether the GIL is on afterwards. */
const IMPORT_PROGRAM = `
import importlib, sys, warnings
warnings.simplefilter("always")
importlib.import_module(sys.argv[1])
print("on" if sys._is_gil_enabled() else "off")
`;

/** `The global interpreter lock (GIL) has been enabled to load module 'x.y', which …` */
const CULPRIT = /enabled to load module '([^']+)'/;

async function importFinding(python: PythonInstallation, name: string): Promise<Finding> {
  try {
    const { stdout, stderr } = await run(python.executable, ['-c', IMPORT_PROGRAM, name], {
      timeout: IMPORT_TIMEOUT,
    });
    if (!stdout.trimEnd().endsWith('on')) {
      return { subject: name, state: 'good', says: 'runs without the GIL' };
    }
    const module = CULPRIT.exec(stderr)?.[1] ?? name;
    return {
      subject: name,
      state: 'warning',
      says: `importing it turns the GIL on for the whole process (module ${module} does not say it can do without)`,
      remedy: `look for a newer ${name}; if you know it is safe, PYTHON_GIL=0 keeps the GIL off`,
    };
  } catch (error) {
    return {
      subject: name,
      state: 'warning',
      says: `cannot be imported by this Python: ${lastLine(messageOf(error))}`,
      remedy: `reinstall it: "${python.executable}" -m pip install --force-reinstall ${name}`,
    };
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? text;
}

/**
 * Which installed packages would turn the GIL of a free-threaded Python on. Each is imported in a
 * process of its own: only the import tells, and it may do anything.
 */
export async function extensionFindings(python: PythonInstallation): Promise<Finding[]> {
  if (!python.freeThreaded) return [];
  const findings: Finding[] = [];
  const { stdout } = await run(python.executable, ['-c', LIST_PROGRAM], {
    timeout: IMPORT_TIMEOUT,
  });
  for (const name of stdout.split(/\r?\n/).filter((line) => line !== '')) {
    findings.push(await importFinding(python, name));
  }
  return findings;
}
