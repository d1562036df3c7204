// @ts-check
import assert from 'node:assert/strict';
import { runTogether } from './crew.mjs';

export default async function firstUse() {
  // Nobody has started Python before: eight workers do it at the same instant, and one must win.
  const answers = await runTogether(Array(8).fill('import sys; id(sys.modules)'));
  assert.deepEqual(answers, Array(8).fill(answers[0]));
  assert.notEqual(answers[0]?.value, undefined);
}
