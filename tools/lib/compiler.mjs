// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from './failure.mjs';
import { run } from './run.mjs';

/**
 * @typedef {object} Compiler
 * @property {string} command - what to run; 'cl' stands for MSVC, found by CMake itself
 * @property {string[]} args - words of CC after the first (`ccache gcc`)
 * @property {string} version - its first line, for people and for cache keys
 */

// Needs headers and not only the program: `gcc` without libc's headers is what minimal images have.
const probe = '#include <stdlib.h>\nint main(void) { return EXIT_SUCCESS; }\n';

/**
 * Finds the C compiler the build will use.
 * @returns {Promise<Compiler>}
 * @throws {Failure} naming what was tried and the package to install
 */
export async function findCompiler() {
  const tried = [];
  if (process.env.CC) {
    const [command = '', ...args] = process.env.CC.trim().split(/\s+/);
    const found = await tryCompiler(command, args);
    if ('version' in found) return found;
    throw new Failure(`CC=${process.env.CC} does not compile C.`, {
      tried: [found.why],
      next: ['unset CC to use the compiler on the path, or', ...installSteps()],
    });
  }
  if (process.platform === 'win32') {
    const found = await findMsvc();
    if (found) return found;
    tried.push('vswhere.exe: no Visual Studio with the C++ tools');
  }
  for (const command of ['cc', 'gcc', 'clang']) {
    const found = await tryCompiler(command, []);
    if ('version' in found) return found;
    tried.push(found.why);
  }
  throw new Failure('No working C compiler: the native core cannot be built.', {
    tried,
    next: [...installSteps(), 'then run this again'],
  });
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<Compiler | { why: string }>}
 */
export async function tryCompiler(command, args) {
  // MSVC's driver does not know -fsyntax-only; CMake checks it.
  if (/^(clang-)?cl(\.exe)?$/i.test(path.basename(command))) {
    return { command, args, version: `${command} (MSVC)` };
  }
  const version = await run(command, [...args, '--version'], { output: 'capture' });
  if (version.code === 127) return { why: `${command}: not found on the path` };
  if (version.code !== 0)
    return { why: `${command} --version: exit ${version.code}: ${lastLine(version)}` };
  const compiled = await run(command, [...args, '-x', 'c', '-fsyntax-only', '-'], {
    output: 'capture',
    input: probe,
  });
  if (compiled.code !== 0) {
    return {
      why: `${command}: cannot compile a five-word program: ${firstError(compiled.stderr)}`,
    };
  }
  return { command, args, version: version.stdout.split('\n')[0] ?? '' };
}

/** @returns {Promise<Compiler | null>} */
async function findMsvc() {
  const installer = process.env['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
  const vswhere = path.join(installer, 'Microsoft Visual Studio', 'Installer', 'vswhere.exe');
  if (!existsSync(vswhere)) return null;
  const component = 'Microsoft.VisualStudio.Component.VC.Tools.x86.x64';
  const args = [
    '-latest',
    '-products',
    '*',
    '-requires',
    component,
    '-property',
    'installationVersion',
  ];
  const found = await run(vswhere, args, { output: 'capture' });
  const version = found.stdout.trim();
  return version ? { command: 'cl', args: [], version: `Visual Studio ${version}` } : null;
}

/** What to install, in the words of this system's package manager. */
export function installSteps() {
  if (process.platform === 'darwin')
    return ['install the command line tools: xcode-select --install'];
  if (process.platform === 'win32') {
    return [
      'install the C++ build tools: winget install Microsoft.VisualStudio.2022.BuildTools ' +
        '--override "--quiet --wait --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended"',
    ];
  }
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  const ids = linuxFamilies();
  if (ids.some((id) => ['debian', 'ubuntu'].includes(id)))
    return [`${sudo}apt-get install gcc libc6-dev`];
  if (ids.some((id) => ['fedora', 'rhel', 'centos', 'amzn'].includes(id))) {
    return [`${sudo}dnf install gcc glibc-devel`];
  }
  if (ids.includes('alpine')) return [`${sudo}apk add gcc musl-dev`];
  if (ids.includes('arch')) return [`${sudo}pacman -S gcc`];
  if (ids.some((id) => id.includes('suse'))) return [`${sudo}zypper install gcc glibc-devel`];
  return ["install gcc (or clang) and the C library's headers with this system's package manager"];
}

/** `ID` and `ID_LIKE` of os-release. */
function linuxFamilies() {
  if (!existsSync('/etc/os-release')) return [];
  const text = readFileSync('/etc/os-release', 'utf8');
  return [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap(([, ids = '']) =>
    ids.split(' '),
  );
}

/** @param {string} stderr */
function firstError(stderr) {
  const lines = stderr.trim().split('\n');
  return lines.find((line) => line.includes('error')) ?? lines[0] ?? '';
}

/** @param {import('./run.mjs').Outcome} outcome */
function lastLine(outcome) {
  return `${outcome.stdout}${outcome.stderr}`.trim().split('\n').at(-1) ?? '';
}
