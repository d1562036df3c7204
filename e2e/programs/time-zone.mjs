// @ts-check
import assert from 'node:assert/strict';
import { python } from 'nogil';
import { printedByPython } from './own-process.mjs';

const SETUP = 'import json, time';
const FACTS = `json.dumps([
    time.timezone, time.altzone, time.daylight, time.tzname,
    time.strftime('%H %Z', time.localtime(0)), time.localtime(0).tm_gmtoff,
])`;

export default function timeZone() {
  assert.deepEqual(
    JSON.parse(python.run(`${SETUP}\n${FACTS}`)),
    JSON.parse(printedByPython(`${SETUP}\nprint(${FACTS})`)),
  );
  assert.equal(python.import('time').timezone, 5 * 60 * 60);
}
