import { execFileSync } from 'node:child_process';

import { beforeAll, expect, it } from 'vitest';

import {
  createHandle,
  describeHandle,
  HandleError,
  handleStatistics,
  type HandleToken,
  isHandleToken,
  openToken,
  releaseHandle,
  releaseToken,
  reprOf,
  shareHandle,
  startPython,
  takeToken,
} from '../src/index.js';
import { built, testPython } from './python.js';
import { startWorker } from './worker.js';

beforeAll(async () => {
  startPython(await testPython());
});

const CODE = { code: 'STALE_HANDLE' };

it('a token opened in a worker is the same Python object', async () => {
  const handle = createHandle('shared = []; shared');
  const token = shareHandle(handle);
  expect(isHandleToken(structuredClone(token))).toBe(true);
  const worker = startWorker(`
    const handle = handles.openToken(message);
    handles.createHandle('shared.append(1)');
    return handles.reprOf(handle);`);
  expect(await worker.ask(token)).toEqual({ value: '[1]' });
  expect(reprOf(handle)).toBe('[1]');
  // The worker's handle goes with it; the token does not.
  await worker.end();
  const again = openToken(token);
  expect(reprOf(again)).toBe('[1]');
  releaseToken(token);
  releaseHandle(again);
  releaseHandle(handle);
});

it('a token keeps its object when every handle is gone', () => {
  const handle = createHandle('"only here" + "!"');
  const token = shareHandle(handle);
  releaseHandle(handle);
  const taken = takeToken(token);
  expect(reprOf(taken)).toBe("'only here!'");
  releaseHandle(taken);
});

it('of all threads that take a token, one gets it', async () => {
  const workers = Array.from({ length: 4 }, () =>
    startWorker(`
      return message.map((token) => {
        try {
          handles.releaseHandle(handles.takeToken(token));
          return 1;
        } catch (error) {
          if (error.code !== 'STALE_HANDLE' || error.history.state !== 'released') throw error;
          return 0;
        }
      });`),
  );
  const handle = createHandle('object()');
  const tokens = Array.from({ length: 5_000 }, () => shareHandle(handle));
  const answers = (await Promise.all(workers.map((worker) => worker.ask(tokens)))) as {
    value: number[];
  }[];
  const wins = tokens.map((_, i) => answers.reduce((sum, { value }) => sum + (value[i] ?? 0), 0));
  expect(wins.every((count) => count === 1)).toBe(true);
  expect(handleStatistics().shared).toBe(0);
  releaseHandle(handle);
});

it('a stale token says how it ended, and by whom', async () => {
  const handle = createHandle('object()');
  const token = shareHandle(handle);
  const worker = startWorker('handles.takeToken(message); return handles.describeHandle(1).here;');
  const { value: there } = (await worker.ask(token)) as { value: number };
  const { here } = describeHandle(handle);
  expect(() => openToken(token)).toThrow(HandleError);
  expect(() => openToken(token)).toThrow(
    `token ${token.number} was taken by JS thread ${there} (it was made by this JS thread)`,
  );
  expect(describeHandle(token.number)).toMatchObject({
    kind: 'token',
    state: 'released',
    end: 'taken',
    endedBy: there,
    lastOwner: here,
  });
  const other = shareHandle(handle);
  releaseToken(other);
  expect(() => takeToken(other)).toThrow(/was released by this JS thread/);
  expect(() => {
    releaseToken(other);
  }).toThrow(expect.objectContaining(CODE));
  releaseHandle(handle);
});

it('a token ends with the thread that shared it only if that was asked for', async () => {
  const worker = startWorker(`
    const handle = handles.createHandle('object()');
    return [handles.shareHandle(handle), handles.shareHandle(handle, { until: 'thread' })];`);
  const answer = (await worker.ask(0)) as { value: [HandleToken, HandleToken] };
  const [stays, goes] = answer.value;
  releaseHandle(openToken(goes));
  await worker.end();
  expect(() => openToken(goes)).toThrow(/ended with its JS thread/);
  expect(describeHandle(goes.number).end).toBe('thread ended');
  releaseHandle(takeToken(stays));
  expect(handleStatistics().shared).toBe(0);
});

it('a handle of another thread is foreign while that lives, and stale afterwards', async () => {
  const handle = createHandle('"mine"');
  const worker = startWorker(
    'return message === undefined ? handles.createHandle("1") : handles.reprOf(message);',
  );
  const { value: theirs } = (await worker.ask(undefined)) as { value: number };
  const { owner, here } = describeHandle(theirs);
  expect(owner).not.toBe(here);
  expect(() => reprOf(theirs)).toThrow(
    `handle ${theirs} belongs to JS thread ${owner}, this is JS thread ${here}; share it there`,
  );
  expect(await worker.ask(handle)).toMatchObject({
    code: 'FOREIGN_HANDLE',
    history: { kind: 'handle', state: 'foreign', owner: here, here: owner },
  });
  await worker.end();
  expect(() => reprOf(theirs)).toThrow(expect.objectContaining(CODE));
  expect(describeHandle(theirs)).toMatchObject({ state: 'released', lastOwner: owner });
  expect(reprOf(handle)).toBe("'mine'");
  releaseHandle(handle);
});

it('a token of another process is refused', async () => {
  const { executable, library } = await testPython();
  const text = execFileSync(
    process.execPath,
    [
      '-e',
      `const handles = require(${JSON.stringify(built)});
       handles.startPython(${JSON.stringify({ executable, library })});
       console.log(JSON.stringify(handles.shareHandle(handles.createHandle('1'))));`,
    ],
    { encoding: 'utf8' },
  );
  const theirs = JSON.parse(text) as HandleToken;
  const handle = createHandle('2');
  const token = shareHandle(handle);
  expect(theirs.number).toBeGreaterThan(2 ** 52);
  expect(() => openToken(theirs)).toThrow(/was made in another process/);
  releaseToken(token);
  releaseHandle(handle);
});

it('what is no token is refused', () => {
  const forged = [undefined, null, 1, 'token', {}, { type: 'nogil.token', process: 1 }];
  for (const value of forged as unknown as HandleToken[]) {
    expect(() => openToken(value)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  }
  const handle = createHandle('1');
  expect(() => shareHandle(handle, { until: 'never' as 'thread' })).toThrow(
    "until is never; it is 'released' or 'thread'",
  );
  releaseHandle(handle);
});

it('threads open, take and release the same tokens while others share and end', async () => {
  const before = handleStatistics().shared;
  const storm = Array.from({ length: 3 }, () =>
    startWorker(`
      let opened = 0;
      for (const token of message) {
        for (const use of ['openToken', 'openToken', 'takeToken']) {
          try {
            handles.releaseHandle(handles[use](token));
            opened++;
          } catch (error) {
            if (error.code !== 'STALE_HANDLE') throw error;
          }
        }
        // Left to the end of the thread, which comes while others still open it.
        handles.shareHandle(handles.createHandle('object()'), { until: 'thread' });
      }
      return opened;`),
  );
  const handle = createHandle('object()');
  const tokens = Array.from({ length: 2_000 }, () => shareHandle(handle));
  const counts = (await Promise.all(storm.map((worker) => worker.ask(tokens)))) as {
    value: number;
  }[];
  const total = counts.reduce((sum, { value }) => sum + value, 0);
  expect(total).toBeGreaterThanOrEqual(tokens.length * 3);
  await Promise.all(storm.map((worker) => worker.end()));
  expect(handleStatistics().shared).toBe(before);
  releaseHandle(handle);
});
