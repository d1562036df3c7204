/*
 * raised.h: a Python exception on its way into JavaScript, described in the frame of the operation that raised it:
 * just what costs little and cannot run code of the user's. The rest is asked for when somebody reads it.
 * Owner:    the frame; the handle in its result is the reader's.
 * Thread:   the environment's own, attached.
 */
#ifndef NG_RAISED_H
#define NG_RAISED_H

#include "convert.h"

/*
 * Takes the raised exception (one is made where none is) and describes it:
 *   result        its handle; length: ng_raised_flags
 *   arguments[0]  payload: the address of its type, as a number
 *                 or, where it carries what JavaScript threw, that object's number
 *   arguments[1]  payload: its own address, as a number
 *   arguments[2]  its message, or MISSING where str() of it could run code of somebody's, or is long
 * What was staged for the arguments must have been freed: they are overwritten.
 * Returns: PYTHON_ERROR, or OUT_OF_MEMORY when there is no handle for it.
 */
ng_status ng_raised_to_frame(ng_writer *writer, ng_frame *frame);

/* Raises `exception` as it is: no context is set, and its traceback stays. A TypeError for what is none. */
void ng_raise_again(PyObject *exception);

#endif
