// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { platformTarget } from '@nogil/abi';
import { DAMAGED, refusesCore } from './core-unusable.mjs';

/** Where a download may break off: before the headers end, among the code, in the last bytes. */
const FRACTIONS = [0, 0.001, 0.1, 0.5, 0.9, 0.999];

export default function coreTruncated() {
  const target = platformTarget();
  const whole = readFileSync(
    createRequire(import.meta.url).resolve(`@nogil/native/dist/${target}/nogil.node`),
  );
  for (const fraction of FRACTIONS) {
    writeFileSync(DAMAGED, whole.subarray(0, Math.floor(whole.length * fraction)));
    refusesCore('CORE_UNUSABLE');
  }
}
