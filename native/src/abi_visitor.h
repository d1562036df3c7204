/*
 * abi_visitor.h: another thread that takes references, for experiments on free-threaded builds.
 * Owner:    the thread that asks; it waits until the visitor has gone.
 * Thread:   asking: any, attached; it is detached while it waits.
 * Lifetime: one visit.
 */
#ifndef NG_ABI_VISITOR_H
#define NG_ABI_VISITOR_H

#include "capi.h"

/* The largest head that is looked at, in bytes. ng_capi_learn_layout refuses larger ones. */
#define NG_LARGEST_HEAD 256
/* How many references a visitor takes. Odd, so that a shifted count cannot be taken for another. */
#define NG_VISITOR_REFERENCES 3

typedef struct ng_visit {
    PyObject *object; /* gets NG_VISITOR_REFERENCES references, which are the caller's */
    PyObject *made;   /* out: an object that the visitor made; a reference; NULL without memory */
    /* out: the head of `object`, and of `made` while the visitor still was; aligned as objects are. */
    _Alignas(16) unsigned char before[NG_LARGEST_HEAD];
    _Alignas(16) unsigned char after[NG_LARGEST_HEAD];
    _Alignas(16) unsigned char made_head[NG_LARGEST_HEAD];
} ng_visit;

/* False: there was no thread to be had; nothing has happened to `object`. */
bool ng_abi_visit(ng_visit *visit);

#endif
