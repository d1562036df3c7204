// @ts-check
import { existsSync } from 'node:fs';
import { python } from 'nogil';
import { sourceOf } from './activities.mjs';
import { until } from './ending.mjs';

/** @typedef {import('nogil').PyAny} PyAny */

/** Longer than the runner waits for any process. */
const FOREVER_MS = 600_000;

const TASKS = `
import asyncio
def arrive(mark): open(mark, 'w').close()
async def sleeps(mark):
    arrive(mark)
    await asyncio.sleep(600)
async def swallows(mark):
    arrive(mark)
    while True:
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            pass
async def awaits(mark, promised):
    arrive(mark)
    await promised()
def calls(mark, function):
    function()
    arrive(mark)
    while True: function()
`;

/**
 * What threads of the pool, or asyncio, do when the end comes, and JavaScript waits for.
 * @type {Readonly<Record<string, Readonly<Record<string, (mark: string, functions: PyAny) => Promise<unknown>>>>>}
 */
const PENDING = {
  pool: {
    computes: (mark) => python.callAsync(job('computes', mark), []),
    sleeps: (mark) => python.callAsync(job('sleeps', mark), []),
    'has-a-deadline': (mark) =>
      python.callAsync(job('computes', mark), [], { timeout: FOREVER_MS }),
    maps: (mark) => python.parallel.map(job('computes', mark), Array(1000).keys()),
    'has-a-queue': (mark) =>
      Promise.all(Array.from({ length: 1000 }, () => python.callAsync(job('computes', mark), []))),
    calls: (mark, { calls }) => python.callAsync(calls, [mark, () => null]),
  },
  asyncio: {
    sleeps: (mark, { sleeps }) => python.asyncio.run(sleeps(mark)),
    swallows: (mark, { swallows }) => python.asyncio.run(swallows(mark)),
    awaits: (mark, { awaits }) => python.asyncio.run(awaits(mark, () => new Promise(() => {}))),
  },
};

/**
 * Python that does this for ever, in a function for any arguments.
 *
 * @param {string} what
 * @param {string} mark
 */
function job(what, mark) {
  return python.eval(`lambda *ignored: ${sourceOf(what, mark)}`);
}

/**
 * Whether this is something that JavaScript waits for without being inside.
 * @param {string} who
 */
export function isPending(who) {
  return who in PENDING;
}

/**
 * Begins it, and waits until it is where it will stay.
 *
 * @param {string} who - `pool` or `asyncio`
 * @param {string} what
 */
export async function begin(who, what) {
  const functions = python.module('pending', { source: TASKS });
  const mark = `${who}.inside`;
  // It is rejected at the end, or never: that is what ends are about.
  PENDING[who]?.[what]?.(mark, functions).catch(() => {});
  await until(() => existsSync(mark));
}
