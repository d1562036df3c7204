// @ts-check
import { expect, test } from 'vitest';
import { Lane } from '../harness/lane.mjs';

/** @param {string} body - what it does with each line `request` */
function program(body) {
  const source = `
    const { writeSync } = require('node:fs');
    const answer = (value) => writeSync(3, JSON.stringify(value) + '\\n');
    answer({ ready: true });
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const request = JSON.parse(line);
      console.log('something for people'); console.error('last words');
      ${body}
    });`;
  return { command: process.execPath, args: ['-e', source], env: process.env };
}

test('a program answers one request after the other, whatever it prints', async () => {
  const lane = new Lane(program('answer({ twice: request.value * 2 });'));
  expect(await lane.ask({ value: 2 })).toEqual({ twice: 4 });
  expect(await lane.ask({ value: 3 })).toEqual({ twice: 6 });
  await lane.close();
});

test('a program that crashes is a problem with its last words, and is started again', async () => {
  const lane = new Lane(program('if (request.crash) process.abort(); answer({ fine: true });'));
  expect(await lane.ask({ crash: 1 })).toEqual({
    problem: expect.stringMatching(/^ended with SIGABRT/),
  });
  expect(await lane.ask({ crash: 0 })).toEqual({ fine: true });
  await lane.close();
});

test('a program that does not answer is ended, and is a problem', async () => {
  const lane = new Lane(program('if (!request.hang) answer({ fine: true });'), 5000);
  expect(await lane.ask({ hang: 1 })).toEqual({ problem: 'no answer in 5 s' });
  expect(await lane.ask({ hang: 0 })).toEqual({ fine: true });
  await lane.close();
});

test('a program that cannot be started is a problem', async () => {
  const lane = new Lane({ command: '/nowhere/to/be/found', args: [], env: {} });
  expect(await lane.ask({})).toEqual({ problem: expect.stringContaining('ENOENT') });
  await lane.close();
});
