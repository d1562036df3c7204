/*
 * exit.h: how long the process may take to end once it is told to, and how much of that is Python's.
 * Owner: the process. Thread: any. Lifetime: the process.
 */
#ifndef NG_EXIT_H
#define NG_EXIT_H

#include <stdbool.h>
#include <stdint.h>

/* How much of the exit bound Python gets, in milliseconds; the host has the rest. Thread: any. */
uint32_t ng_exit_share_of_python(void);

/* Whether ng_exit was called: then Python has had its time. Thread: any. */
bool ng_exit_has_begun(void);

#endif
