// @ts-check
// fork() by multiprocessing and by subprocess, from workers, while other threads are inside Python: the child runs
// Python, JavaScript refuses it there, and the parent goes on.
import assert from 'node:assert/strict';
import { isMainThread } from 'node:worker_threads';
import { python } from 'nogil';
import { publish } from '../../programs/callbacks.mjs';
import { mainPart, startCrew } from '../stage.mjs';

const SOURCE = `
import multiprocessing, os, subprocess, sys, warnings
# What this provokes on purpose: fork() in a process with threads.
warnings.simplefilter('ignore', DeprecationWarning)
context = multiprocessing.get_context('fork')

def in_child(connection, number):
    answer = sum(range(number))
    try:
        sys.javascript()
        refused = 'not refused'
    except BaseException as error:
        refused = type(error).__name__
    connection.send((answer, refused))
    connection.close()

def by_multiprocessing(number):
    receiver, sender = context.Pipe(False)
    process = context.Process(target=in_child, args=(sender, number))
    process.start()
    sender.close()
    assert receiver.poll(20), 'the child says nothing'
    answer, refused = receiver.recv()
    process.join(20)
    assert process.exitcode == 0, process.exitcode
    assert answer == sum(range(number)), answer
    assert refused != 'not refused'

def by_subprocess(number):
    # preexec_fn runs Python between fork and exec.
    output = subprocess.check_output(
        [sys.executable, '-I', '-S', '-c', f'print({number})'], preexec_fn=lambda: sum(range(100)))
    assert int(output) == number

sys.by_multiprocessing, sys.by_subprocess = by_multiprocessing, by_subprocess
`;

/** @param {import('../stage.mjs').Part} part */
export function forker({ until, index, random }) {
  let forks = 0;
  do {
    const number = Math.floor(random() * 1000);
    python.run(
      index % 2 === 0 ? `sys.by_multiprocessing(${number})` : `sys.by_subprocess(${number})`,
    );
    forks += 1;
  } while (Date.now() < until);
  assert.ok(forks > 0);
}

/** @param {import('../stage.mjs').Part} part */
export function busy({ until }) {
  const loads = python.eval('__import__("json").loads');
  while (Date.now() < until) assert.deepEqual([...loads('[1, 2]')], [1, 2]);
}

export default async function forks() {
  const part = mainPart();
  assert.ok(isMainThread);
  python.run(SOURCE);
  let calls = 0;
  publish('javascript', () => {
    calls += 1;
    return null;
  });
  const crews = [
    startCrew(import.meta.url, 'forker', 2, part),
    startCrew(import.meta.url, 'busy', 2, part),
  ];
  await Promise.all(crews.map(({ ended }) => ended));
  assert.equal(calls, 0, 'calls of a forked child that reached JavaScript');
  python.run('sys.javascript()');
  assert.equal(calls, 1);
}
