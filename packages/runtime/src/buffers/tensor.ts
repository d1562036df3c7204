import { NG_OPERATION_CALL } from '@nogil/abi/constants';

import type { Environment } from '../environment.js';
import { PythonError } from '../errors/python-error.js';
import { Handle } from '../frame/crossing.js';
import { operate, readHandleOrNone } from '../frame/operate.js';
import { supportFunction } from '../support.js';
import { type ExportDescription, openExport } from './description.js';

/**
 * As {@link openExport}, also of a tensor that has `__dlpack__` and no buffer protocol (PyTorch, JAX): its memory is
 * read through NumPy, without a copy.
 *
 * @throws as `openExport`; PythonError `TypeError` for a tensor where NumPy is not installed, `BufferError` for one
 *   on another device
 */
export function openExportOrTensor(environment: Environment, object: Handle): ExportDescription {
  try {
    return openExport(environment, object);
  } catch (error) {
    // Only now: what has the buffer protocol is not asked twice.
    if (!(error instanceof PythonError) || error.type !== 'TypeError') throw error;
    const positional = [supportFunction(environment, 'tensor_array'), object];
    const array = operate(environment, NG_OPERATION_CALL, positional, readHandleOrNone);
    if (array === 0) throw error;
    try {
      // The export holds the array, and that the tensor.
      return openExport(environment, new Handle(array));
    } finally {
      environment.releases.now([array]);
    }
  }
}
