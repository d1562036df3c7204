// Opens a library in the main thread and gives a worker the address of a function: the first that the worker does
// is to call it.
import { CFunction, dlopen, JSCallback } from 'bun-ffi-compat';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const { symbols } = dlopen(process.env.FFI_CONTRACT_LIBRARY, { echo_i32: {}, apply_i32: {} });
  const workerData = { echo: symbols.echo_i32.ptr, apply: symbols.apply_i32.ptr };
  const worker = new Worker(new URL(import.meta.url), { workerData });
  worker.on('message', (message) => console.log(message));
} else {
  const i32 = { args: ['i32'], returns: 'i32' };
  const echo = CFunction({ ...i32, ptr: workerData.echo });
  const five = echo(5);
  const apply = CFunction({ ptr: workerData.apply, args: ['function', 'i32'], returns: 'i32' });
  const double = new JSCallback((value) => value * 2, i32);
  const fails = new JSCallback(() => {
    throw new Error('callback of the worker');
  }, i32);
  try {
    const ten = apply(double, 5);
    try {
      apply(fails, 5);
    } catch (error) {
      parentPort.postMessage(`${five} ${ten} ${error.message}`);
    }
  } finally {
    double.close();
    fails.close();
  }
}
