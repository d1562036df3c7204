// What importing extension modules does to the GIL, and who hears of it.
import { subscribe } from 'node:diagnostics_channel';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

import { gil, onGilEnabled, reprOf, runPython, startPython } from '../../dist/index.js';

/** A notice as JSON. */
const plain = (notice) =>
  notice && { ...notice, thread: String(notice.thread), time: notice.time.getTime() };

if (isMainThread) {
  await main(JSON.parse(process.argv[2]));
} else {
  startPython(workerData);
  const end = onGilEnabled((notice) => {
    end();
    parentPort.postMessage(plain(notice));
    parentPort.close();
  });
  parentPort.on('message', () => {}); // stays alive until it hears
  parentPort.postMessage('listening');
}

/** The next message of a worker. */
function message(worker) {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function main({ executable, library, folder, code, workers = 0, listen = true }) {
  startPython({ executable, library });
  const heard = [];
  const published = [];
  subscribe('nogil:gil-enabled', (notice) => published.push(plain(notice)));
  const first = Promise.withResolvers?.() ?? deferred();
  const end = listen
    ? onGilEnabled((notice) => {
        heard.push(plain(notice));
        first.resolve();
      })
    : () => undefined;
  const warnings = [];
  process.on('warning', ({ code, message }) => {
    warnings.push({ code, message });
    first.resolve();
  });
  const crew = [];
  for (let i = 0; i < workers; i++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { executable, library } });
    await message(worker);
    crew.push(worker);
  }
  const before = gil();
  const messages = crew.map(message);
  runPython(`import sys; sys.path.insert(0, ${JSON.stringify(folder)})`);
  const started = Date.now();
  const value = reprOf(runPython(code));
  const after = gil();
  if (after.enabledBy !== null) {
    const alive = setInterval(() => {}, 1000); // listening alone does not keep a process alive
    await first.promise;
    clearInterval(alive);
  }
  const inWorkers = after.enabledBy === null ? [] : await Promise.all(messages);
  await Promise.all(crew.map((worker) => worker.terminate()));
  end();
  end();
  console.log(
    JSON.stringify({
      before: before.enabled,
      after: after.enabled,
      by: plain(after.enabledBy),
      heard,
      published,
      inWorkers,
      warnings,
      value,
      started,
      ended: Date.now(),
    }),
  );
}

function deferred() {
  let resolve;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
