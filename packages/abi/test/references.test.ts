import { describe, expect, it } from 'vitest';

import { testPythons } from './pythons.js';
import { runProgram } from './run-program.js';

interface Counted {
  readonly before: string;
  readonly after: string;
  /** By sys.getrefcount; the call holds one reference more. */
  readonly said: string;
  readonly count: number | string;
  readonly immortal: boolean;
  readonly local: number | null;
  readonly shared: number | string | null;
  readonly owner: string | null;
  readonly deferred: boolean | null;
}

interface Answer {
  readonly results: Record<string, Counted>;
  readonly alone: number;
  readonly kept: number;
  readonly dropped: number;
  readonly stale: string;
}

describe.each(testPythons().map((python) => [python.name, python] as const))(
  'references on %s',
  (_name, python) => {
    const { results, ...rest } = runProgram<Answer>('references', python).answer;
    const result = (name: string) => {
      const found = results[name];
      if (found === undefined) throw new Error(`nothing about ${name}`);
      return found;
    };

    it.each(Object.entries(results))('of %s are what sys.getrefcount says', (_object, counted) => {
      const { before, after, said, immortal } = counted;
      expect(before).toBe(after);
      const heldByTheCall = immortal ? 0n : 1n;
      expect(BigInt(said)).toBe(BigInt(before) + heldByTheCall);
    });

    it('are taken and dropped', () => {
      expect(rest).toEqual({ alone: 1, kept: 4, dropped: 1, stale: 'STALE_HANDLE' });
    });

    it('know what is immortal', () => {
      const immortal = !['3.10', '3.11'].includes(python.name);
      expect(result('None').immortal).toBe(immortal);
      expect(result('a small int').immortal).toBe(immortal);
      expect(result('a new object').immortal).toBe(false);
    });

    if (python.freeThreaded) {
      it('are counted apart by owner and others', () => {
        const mine = result('a new object');
        const theirs = result('an object of another thread');
        expect(mine).toMatchObject({ count: 1, local: 1, shared: 0, deferred: false });
        // Five in its thread's list, one in the box; the handle's reference is ours.
        expect(theirs).toMatchObject({ count: 7, local: 6, shared: 1, deferred: false });
        expect(theirs.owner).not.toBe(mine.owner);
      });

      it('outlive the thread that owned the object', () => {
        expect(result('an object of a thread that has ended')).toMatchObject({ count: 8 });
      });

      it('show what is deferred', () => {
        for (const name of ['a function', 'a module', 'a class']) {
          expect(result(name)).toMatchObject({ deferred: true, immortal: false });
        }
        expect(result('an instance').deferred).toBe(false);
        expect(result('None').deferred).toBe(false);
      });
    } else {
      it('have no parts on a build with a GIL', () => {
        expect(result('a new object')).toMatchObject({
          count: 1,
          local: null,
          shared: null,
          owner: null,
          deferred: null,
        });
      });
    }
  },
);
