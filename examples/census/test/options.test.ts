import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseOptions } from '../src/options.js';

describe('parseOptions', () => {
  it('compares one worker with all cores, once, on the standard library', () => {
    expect(parseOptions([], 8)).toEqual({
      json: false,
      path: null,
      workers: [1, 8],
      top: 15,
      rounds: 1,
      chart: 'out/census.svg',
      compare: true,
      compareRounds: 1,
      reference: false,
    });
  });

  it('has nothing to compare on one core', () => {
    expect(parseOptions([], 1).workers).toEqual([1]);
  });

  it('takes three rounds for machines, but one of the GIL build', () => {
    expect(parseOptions(['--json'], 2)).toMatchObject({ json: true, rounds: 3, compareRounds: 1 });
  });

  it('takes as many rounds as it is told, of everything', () => {
    expect(parseOptions(['--rounds', '5'], 2)).toMatchObject({ rounds: 5, compareRounds: 5 });
  });

  it('sorts numbers of workers and drops repeated ones', () => {
    expect(parseOptions(['--workers', '4, 1,2,4'], 2).workers).toEqual([1, 2, 4]);
  });

  it('can do without chart and comparison', () => {
    expect(parseOptions(['--no-chart', '--no-compare'], 2)).toMatchObject({
      chart: null,
      compare: false,
    });
  });

  describe('refuses', () => {
    let printed = '';
    beforeEach(() => {
      printed = '';
      vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
        printed += String(text);
        return true;
      });
    });
    afterEach(() => {
      vi.restoreAllMocks();
    });

    it.each([
      ['no workers', ['--workers', '0']],
      ['negative workers', ['--workers=-1']],
      ['half a worker', ['--workers', '1.5']],
      ['words for workers', ['--workers', 'all']],
      ['an empty list', ['--workers', '']],
      ['a crowd', ['--workers', '257']],
      ['no rounds', ['--rounds', '0']],
      ['an unknown option', ['--fast']],
      ['a stray argument', ['folder']],
    ])('%s', (_, argv) => {
      expect(() => parseOptions(argv, 2)).toThrow(CommanderError);
      expect(printed).toMatch(/^error: /);
    });
  });
});
