// @ts-check
import { parentPort } from 'node:worker_threads';
import { loadCore } from '@nogil/abi';
import { NO_PYTHON } from './failed-starts.mjs';

parentPort?.postMessage(loadCore().start(NO_PYTHON, process.execPath, true, '').message);
