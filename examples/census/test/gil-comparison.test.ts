import type { PythonInstallation } from '@nogil/python';
import { describe, expect, it } from 'vitest';
import { chooseGilBuild } from '../src/gil-comparison.js';

function build(text: string, traits: Partial<PythonInstallation> = {}): PythonInstallation {
  const [major = 3, minor = 0, micro = 0] = text.split('.').map(Number);
  return {
    version: { major, minor, micro, releaselevel: 'final', serial: 0, text },
    freeThreaded: false,
    debug: false,
    sanitizer: null,
    ...traits,
  } as PythonInstallation;
}

function choose(...builds: PythonInstallation[]): string | undefined {
  return chooseGilBuild(builds, '3.14.5')?.version.text;
}

describe('chooseGilBuild', () => {
  it('prefers the same minor version, whatever its micro version', () => {
    expect(choose(build('3.11.7'), build('3.14.2'), build('3.15.0'))).toBe('3.14.2');
  });

  it('else takes the newest', () => {
    expect(choose(build('3.9.1'), build('3.13.0'), build('3.12.9'))).toBe('3.13.0');
  });

  it('never takes a free-threaded, debug or sanitizer build', () => {
    const unfit = [
      build('3.14.5', { freeThreaded: true }),
      build('3.14.5', { debug: true }),
      build('3.14.5', { sanitizer: 'thread' }),
    ];
    expect(choose(...unfit)).toBeUndefined();
    expect(choose(...unfit, build('3.10.1'))).toBe('3.10.1');
  });
});
