// @ts-check
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { python } from 'nogil';

const MODULE = `
import multiprocessing, os

def square(number):
    return number * number, os.getpid()

def send(connection):
    connection.send(multiprocessing.current_process().name)
    connection.close()
`;

const SOURCE = `
import multiprocessing, os, sys
sys.path.insert(0, os.getcwd())
import work
context = multiprocessing.get_context('spawn')
with context.Pool(2) as pool:
    answers = pool.map(work.square, range(10))
assert [answer for answer, _ in answers] == [n * n for n in range(10)], answers
assert os.getpid() not in [pid for _, pid in answers]
receiver, sender = context.Pipe(False)
process = context.Process(target=work.send, args=(sender,), name='child')
process.start()
name = receiver.recv()
process.join()
[name, process.exitcode]
`;

export default function multiprocessing() {
  writeFileSync('work.py', MODULE);
  assert.deepEqual([...python.run(SOURCE)], ['child', 0]);
}
