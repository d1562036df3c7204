import { python } from 'nogil';

/** What the bundle prints: what Python says, and that the core is the one that everything else in the process uses. */
const total = python.eval('lambda numbers: sum(numbers)')([1, 2, 39]);
const { implementation } = python.import('sys');
console.log(
  JSON.stringify({
    total,
    implementation: implementation.name,
    pool: await python.callAsync(python.eval('abs'), [-7]),
  }),
);
