// @ts-check
import { python } from 'nogil';

export default function interruptSleeping() {
  python.run("import time\nprint('ready', flush=True)\ntime.sleep(600)");
}
