// @ts-check
import { writeFileSync } from 'node:fs';
import { DAMAGED, refusesCore } from './core-unusable.mjs';

export default function coreText() {
  writeFileSync(DAMAGED, 'This is not a library.\n');
  refusesCore('CORE_UNUSABLE');
}
