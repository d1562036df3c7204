/*
 * abi.h: how objects lie in memory on this build: asked of the interpreter by experiment, never assumed.
 * What does not add up is refused with a reason; Python runs all the same.
 *
 * Owner:    the process.
 * Thread:   learning: the core's. Reading counts: any, attached: a collection that stops the world keeps
 *           its own figures in an object's head.
 * Lifetime: learnt once, before the gate opens; read-only from then on.
 */
#ifndef NG_ABI_H
#define NG_ABI_H

#include "capi.h"

#include "../include/nogil.h"

/* Learns the layout. False: `message` says what did not add up. Once, on the core's thread, attached;
   detaches in between on free-threaded builds. */
bool ng_abi_learn(char *message, size_t message_size);

/* Finds every part of the layout. False: `message` says what did not add up. Thread: as ng_abi_verify. */
bool ng_abi_experiment(ng_abi_layout *out, char *message, size_t message_size);

/*
 * Compares counts read by `layout` with those that Python tells, for objects of every kind: fresh, much
 * referenced, shared with another thread, given up by their owner, immortal, deferred. Tests call it with
 * layouts that are wrong.
 * False: `message` names the kind that disagrees. Thread: any, attached; detached for a moment on
 * free-threaded builds, where another thread must have taken references.
 */
bool ng_abi_verify(const ng_abi_layout *layout, char *message, size_t message_size);

/* Reads the counts of an object by `layout`. Thread: any that holds a reference, attached. */
ng_counts ng_abi_counts(const ng_abi_layout *layout, const void *object);

/* Whether the caller's reference is the only one: then nobody else can reach the object, but through a weak
   reference. False where counts cannot be read. Thread: any that holds a reference, attached. */
bool ng_abi_is_only_reference(const void *object);

/* The number of a type's slot by its name without Py_, as in typeslots.h, which is part of the stable
   ABI; 0: there is none of that name. */
int ng_abi_slot_number(const char *name);

#endif
