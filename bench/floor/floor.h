/* floor.h: the C program that does each row's work with nothing in between: the least a bridge can cost.
 * Owner: the process. Thread: the main one, detached between operations, as a thread that runs JavaScript is.
 *
 * An operation attaches, converts from C values, calls, converts back into C values, detaches. C values are what a
 * JavaScript engine has: doubles, Latin-1 and UTF-16 text, arrays of those. */
#ifndef NOGIL_BENCH_FLOOR_H
#define NOGIL_BENCH_FLOOR_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "values.h" /* generated from rows/values.mjs */

/* Does one operation, or `per` of them. Called detached. Returns 0, or -1 with a Python exception set, attached. */
typedef int (*floor_work)(long i);

typedef struct floor_row {
    const char *id; /* rows/rows.mjs */
    floor_work work;
    int per;
    int waits; /* for another thread: the clock is the only measure */
} floor_row;

/* The rows of each file; the last has no id. */
extern const floor_row floor_calls[];
extern const floor_row floor_containers[];
extern const floor_row floor_threads[];

/* Looks up what the rows need; attached. Returns 0, or -1 with a Python exception set. */
int floor_calls_open(PyObject *subject);
int floor_containers_open(PyObject *subject);
int floor_threads_open(PyObject *subject);

/* The thread state of the main thread. */
extern PyThreadState *floor_thread;

static inline void attach(void)
{
    PyEval_RestoreThread(floor_thread);
}

static inline void detach(void)
{
    floor_thread = PyEval_SaveThread();
}

/* Text of LONG_TEXT bytes that a row sends, with room for a terminator, and what it has brought back. */
extern char *floor_text_in;
extern char *floor_text_out;

/* What an operation has brought back. Volatile: it is made although nobody reads it. */
extern volatile double floor_number;

#endif
