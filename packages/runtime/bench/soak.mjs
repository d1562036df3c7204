// @ts-check
// Memory while objects are made and dropped: `node --expose-gc bench/soak.mjs [millions] [turns|scope|destroy]`.
//
// turns:   dropped, the event loop turns every 10 000
// scope:   one synchronous loop, a python.scope around every 1000
// destroy: one synchronous loop, each one destroyed
import { loadCore } from '@nogil/abi';
import { python } from 'nogil';

const millions = Number(process.argv[2] ?? 10);
const how = process.argv[3] ?? 'turns';
const total = millions * 1e6;
const EACH = 10_000;
const IN_A_SCOPE = 1000;

const make = /** @type {() => import('nogil').PyProxy} */ (python.eval('object'));
const mebibytes = () => Math.round(process.memoryUsage().rss / 2 ** 20);
const live = () => loadCore().statistics().handlesLive;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** @type {Record<string, () => void | Promise<unknown>>} */
const rounds = {
  turns: () => {
    for (let i = 0; i < EACH; i++) make();
    return turn();
  },
  scope: () => {
    for (let i = 0; i < EACH; i += IN_A_SCOPE) {
      python.scope(() => {
        for (let j = 0; j < IN_A_SCOPE; j++) make();
      });
    }
  },
  destroy: () => {
    for (let i = 0; i < EACH; i++) make().destroy();
  },
};
const round = rounds[how];
if (round === undefined || !(total > 0)) {
  process.stderr.write('usage: node bench/soak.mjs [millions] [turns|scope|destroy]\n');
  process.exit(1);
}

const { version, freeThreaded } = python.info();
/** @type {{ done: number, rss: number, live: number }[]} */
const seen = [];
const start = performance.now();
for (let done = 0; done < total; done += EACH) {
  const waits = round();
  if (waits !== undefined) await waits;
  if (done % (total / 10) < EACH) seen.push({ done, rss: mebibytes(), live: live() });
}
const seconds = (performance.now() - start) / 1000;
const later = seen.slice(2).map(({ rss }) => rss);
process.stdout.write(
  `Python ${version}${freeThreaded ? 't' : ''}, ${process.release.name} ${process.version}, ${how}: ` +
    `${millions} million in ${seconds.toFixed(1)} s\n`,
);
for (const { done, rss, live: handles } of seen) {
  process.stdout.write(
    `${String(done).padStart(10)}  ${String(rss).padStart(5)} MiB  ${handles} handles\n`,
  );
}
process.stdout.write(`after the first fifth: ${Math.min(...later)} to ${Math.max(...later)} MiB\n`);
