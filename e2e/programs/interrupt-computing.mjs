// @ts-check
import { python } from 'nogil';

export default function interruptComputing() {
  python.run("print('ready', flush=True)\nwhile True: pass");
}
