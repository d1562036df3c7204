/*
 * dispatch_errors.h: the Python exceptions of calls into JavaScript (python/errors.py defines them).
 * Owner: the thread's error indicator. Thread: any, attached.
 */
#ifndef NG_DISPATCH_ERRORS_H
#define NG_DISPATCH_ERRORS_H

#include "capi.h"

#include "../include/nogil.h"

/* Raises JavaScriptError. `stack.data`: NULL where there is no JavaScript stack. */
void ng_raise_javascript_error(ng_text message, ng_text stack);

/* The same from a printf-like format, without a stack. The text is cut after NG_MESSAGE_SIZE bytes. */
void ng_raise_javascript_error_format(const char *format, ...);

/*
 * Raises DeadlockError, which says what thread `thread` of environment `owner` does, or TimeoutError where the
 * function runs and has not returned.
 */
void ng_raise_no_answer(uint32_t owner, uint64_t thread, uint64_t waited_ms, bool begun);

/* Raises EnvironmentEnded. */
void ng_raise_environment_ended(void);

/* Whether an exception is an EnvironmentEnded. */
bool ng_is_environment_ended(PyObject *exception);

#endif
