import { loadCore } from '@nogil/abi';

import { messageOf } from '../failure.js';
import type { Finding } from './finding.js';

/** Whether the native core is there and loads. */
export function coreFindings(): Finding[] {
  try {
    const { abiVersion } = loadCore();
    return [{ subject: 'core', state: 'good', says: `loads, interface version ${abiVersion}` }];
  } catch (error) {
    return [{ subject: 'core', state: 'problem', says: messageOf(error) }];
  }
}
