/*
 * interrupts.h: exceptions for Python code that is running, and for nothing that runs after it.
 *
 * An operation is one call of a Python callable that may be interrupted. Whoever interrupts it looks, under a leaf
 * lock, whether it still runs, and arms it; its end forbids that first and then takes back what was armed and has
 * not been raised. While it runs it is armed again and again: what swallows one exception meets the next.
 *
 * Owner:    a capsule of Python's; the thread that runs it enlists it meanwhile. A thread of the core's watches
 *           deadlines, started with the first.
 * Thread:   said at each function.
 * Lifetime: as long as Python refers to the capsule; it runs once at most.
 */
#ifndef NG_INTERRUPTS_H
#define NG_INTERRUPTS_H

#include "capi.h"

/* Why an operation was interrupted; operation.ts knows the numbers. */
typedef enum ng_interrupt_reason {
    NG_INTERRUPT_NONE = 0,
    NG_INTERRUPT_TIMEOUT = 1,
    NG_INTERRUPT_ABORT = 2
} ng_interrupt_reason;

/*
 * Puts these into the core's Python code; false with an exception. Thread: any, attached.
 *   _operation()                                    a new one
 *   _operation_run(operation, ms, callable, ...)    calls it; 0 ms: without a deadline
 *   _operation_interrupt(operation, reason)         whether it runs, or will and be refused
 *   _operation_reason(operation)                    why it was interrupted
 */
bool ng_interrupts_open(void);

#endif
