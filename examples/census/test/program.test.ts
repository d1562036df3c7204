/** The built program, from its command line to its output, with Python inside its process. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CensusReport } from '../src/report.js';
import { makeFolder, type TemporaryFolder } from './temporary-folder.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let folder: TemporaryFolder;

beforeAll(() => {
  folder = makeFolder();
  for (let index = 0; index < 30; index += 1) {
    const body = Array.from({ length: index + 1 }, (_, n) => `    if a == ${n}: return ${n}\n`);
    folder.write(`code/package/module_${index}.py`, `def f(a):\n    """Find."""\n${body.join('')}`);
  }
  folder.write('code/bad_syntax.py', 'def f(:\n');
  folder.write('code/bad_bytes.py', Buffer.from('x = 1\ny = 2\nz = "\xff"\n', 'latin1'));
  folder.write('code/bad_depth.py', '('.repeat(100_000));
  symlinkSync('nowhere', join(folder.path, 'code/bad_link.py'));
  symlinkSync('..', join(folder.path, 'code/package/loop'));
});
afterAll(() => {
  folder.remove();
});

interface Ending {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Ending {
  const child = spawnSync(process.execPath, [main, '--no-compare', ...args], {
    cwd: folder.path,
    encoding: 'utf8',
    timeout: 50_000,
  });
  return { code: child.status, stdout: child.stdout, stderr: child.stderr };
}

describe('census', () => {
  it('finds the same with one worker and with two, and names what it cannot measure', () => {
    const args = ['--path', 'code', '--workers', '1,2', '--rounds', '2', '--json', '--reference'];
    const { code, stdout, stderr } = run(...args);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const report = JSON.parse(stdout) as CensusReport;
    expect(report).toMatchObject({
      root: join(folder.path, 'code'),
      files: 34,
      measured: 30,
      identical: true,
      difference: null,
      gil: { compared: false, reason: 'not asked for' },
    });
    expect(report.failures.map(({ name, reason }) => [name, reason])).toEqual([
      ['bad_bytes.py', 'UnicodeDecodeError'],
      ['bad_depth.py', expect.stringMatching(/^(Syntax|Memory|Recursion)Error$/)],
      ['bad_link.py', 'FileNotFoundError'],
      ['bad_syntax.py', 'SyntaxError'],
    ]);
    expect(report.mostComplex[0]).toMatchObject({
      name: 'package/module_29.py',
      figures: { complexity: { worst: { name: 'f', value: 31 } }, functions: { total: 1 } },
    });
    expect(report.timings.map(({ workers }) => workers)).toEqual([1, 2]);
    for (const timing of report.timings) expect(timing.rounds).toHaveLength(2);
    expect(report.reference).toHaveLength(2);
    expect(report.chart).toBe(join(folder.path, 'out/census.svg'));
    expect(readFileSync(join(folder.path, 'out/census.svg'), 'utf8')).toMatch(
      /^<svg [\s\S]*<\/svg>\n$/,
    );
  });

  it('prints a table, one line of times and the path of the chart', () => {
    const { code, stdout } = run(
      '--path',
      'code',
      '--workers',
      '1,2',
      '--top',
      '2',
      '--chart',
      'a/b.svg',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^module .*\npackage\/module_29\.py .*\npackage\/module_28\.py .*\n\n30 modules/,
    );
    expect(stdout).toMatch(/ {2}1 worker [\d.]+ s, 2 workers [\d.]+ s: [\d.]+ ×\n/);
    expect(stdout).toContain('4 could not be measured:\n  bad_bytes.py: UnicodeDecodeError: ');
    expect(stdout).toContain('Identical results in all 2 runs.');
    expect(stdout).toContain(`Chart: ${join(folder.path, 'a/b.svg')}`);
    expect(existsSync(join(folder.path, 'a/b.svg'))).toBe(true);
  });

  it.each([
    ['a missing folder', ['--path', 'missing'], /missing does not exist/],
    ['a file', ['--path', 'code/bad_syntax.py'], /is not a folder/],
    ['a folder without Python', ['--path', 'out'], /There is no \.py file|does not exist/],
    [
      'a chart where none can be',
      ['--path', 'code', '--chart', 'code/bad_syntax.py/x.svg'],
      /--no-chart/,
    ],
    ['nonsense', ['--workers', 'many'], /not a whole number/],
  ])('ends with a reason and exit code 1 for %s', (_, args, reason) => {
    const { code, stdout, stderr } = run(...args);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(reason);
  });
});
