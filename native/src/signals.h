/*
 * signals.h: a signal that ends the process ends Python first, so that atexit callbacks run and nothing
 * that was buffered is lost.
 * Owner:    the process; nobody takes it away once a signal came.
 * Thread:   said at each function; the work is done on a thread of the core's (platform.h).
 */
#ifndef NG_SIGNALS_H
#define NG_SIGNALS_H

/*
 * Keeps the caller until a signal that came has ended the process: somebody else, a program that saw
 * its Python code interrupted, say, may be about to end it with an exit code of its own. Comes back at
 * once where no signal came, or on the thread that deals with it. Thread: any, detached.
 */
void ng_signals_await_end(void);

#endif
