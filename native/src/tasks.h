/*
 * tasks.h: which JavaScript thread a task of asyncio is for.
 *
 * Owner:    the tasks are Python's (python/aio.py); the core only says whose they are, and when that one ends.
 * Thread:   said at each function.
 * Lifetime: an environment's hook is registered with its first task, and cancels those that are left at its end.
 */
#ifndef NG_TASKS_H
#define NG_TASKS_H

#include "environment.h"

/*
 * Puts this into the core's Python code; false with an exception. Thread: any, attached.
 *   _task_owner()  the number of the calling thread's environment, whose end calls `aio_owner_ended(number)`; 0 on a
 *                  thread that has none
 */
bool ng_tasks_open(void);

#endif
