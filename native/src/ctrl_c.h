/*
 * ctrl_c.h: Ctrl-C in an interactive session interrupts the Python code that the main thread of JavaScript runs:
 * with a KeyboardInterrupt, which its caller gets as an error, and the session goes on. While no Python runs
 * there, Ctrl-C is the host's.
 * Owner:    the process; a thread of the core's waits for Ctrl-C, started with the first session.
 * Thread:   said at each function.
 * Lifetime: the process.
 */
#ifndef NG_CTRL_C_H
#define NG_CTRL_C_H

#include <stdbool.h>

/* Makes ready for the two below. False: no thread, or no memory. Thread: any, detached. */
bool ng_ctrl_c_open(void);

/* Python runs on the calling thread from here on. Thread: the main thread of JavaScript, attached. */
void ng_ctrl_c_enter(void);

/*
 * It does so no longer. outermost: no Python of that thread's is below either; then an interrupt that came too late
 * for it is taken back, and is the host's. May run Python code; an exception that is set stays. Thread: as enter.
 */
void ng_ctrl_c_leave(bool outermost);

#endif
