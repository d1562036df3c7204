/*
 * emit_lock_names.h: names of emitted types, each given out once in the process: a traceback, a repr and
 * a log must not show two types as one.
 * Owner:    the process.
 * Thread:   the holder of the creation lock's.
 * Lifetime: a name is never given out again, also when its type or its worker is gone: somebody may have
 *           written it down.
 */
#ifndef NG_EMIT_LOCK_NAMES_H
#define NG_EMIT_LOCK_NAMES_H

#include <stdint.h>

/* `wanted`, or `wanted` with _2, _3 … behind it. Lives as long as the process. NULL without memory. */
const char *ng_unique_name(const char *wanted);

/* Gives a name back that nobody has seen: its type was not made after all. */
void ng_unique_name_return(const char *name);

/* How many were given out. Thread: any. */
uint64_t ng_unique_names_count(void);

#endif
