// @ts-check
import { refusesCore } from './core-unusable.mjs';

export default function coreMissing() {
  refusesCore('CORE_NOT_FOUND');
}
