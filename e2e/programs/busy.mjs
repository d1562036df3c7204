// @ts-check
import { INSIDE } from './ending.mjs';

const ARRIVE = `open(${JSON.stringify(INSIDE)}, 'w').close()`;

/** Python that computes for ever. */
export const SPIN = `${ARRIVE}\nwhile True: pass`;

/** Python that blocks in C, where no exception reaches it. */
export const SLEEP = `import time\n${ARRIVE}\ntime.sleep(600)`;

/** Python that computes for a second and comes back. */
export const COMPUTE = `
import time
${ARRIVE}
until = time.monotonic() + 1
while time.monotonic() < until: pass
'computed'
`;

/** Python that blocks in C's stdio and holds a stream's lock, which a flush of all streams would wait for. */
export const READ = `
import ctypes, os
c = ctypes.CDLL(None)
c.fdopen.restype = ctypes.c_void_p
reader, writer = os.pipe()
stream = ctypes.c_void_p(c.fdopen(reader, b'r'))
${ARRIVE}
c.fgetc(stream)
`;
