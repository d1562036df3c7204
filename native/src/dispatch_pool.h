/*
 * dispatch_pool.h: a call of a Python function on the pool, whose outcome a JavaScript function is told.
 *
 * Owner:    the pool, as any job. It holds the function, its arguments, the caller's context and the JavaScript function.
 * Thread:   made on the JavaScript thread; run on one of the pool's.
 * Lifetime: until its outcome is posted, or its environment or Python ends: then nobody is told, as nobody is there, or
 *           as whoever waits has seen the end.
 */
#ifndef NG_DISPATCH_POOL_H
#define NG_DISPATCH_POOL_H

#include "environment.h"

/*
 * Puts this into the core's Python code; false with an exception. Thread: any, attached.
 *   _pool_post(settle, number, function, /, *arguments, **named)   calls `function` as any call, in a copy of the current
 *                                                                context; posts settle(number, JS_COMPLETION_..., value),
 *                                                                as ng_post_outcome
 */
bool ng_pool_calls_open(void);

#endif
