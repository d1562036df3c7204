/*
 * type_tag.h: the version tag that CPython keeps in each type, read where the interpreter turned out to
 * keep it. CPython zeroes the tag when the type or one of its bases is changed, and gives out a new,
 * higher one later: equal tags mean that nothing changed in between.
 *
 * The tag's offset is learnt by experiment and never assumed. Where the experiment is not conclusive, there are
 * no tags.
 *
 * Owner:    the process: what was learnt is written once, under the creation lock.
 * Thread:   said at each function.
 * Lifetime: until Python ends.
 */
#ifndef NG_TYPE_TAG_H
#define NG_TYPE_TAG_H

#include "capi.h"

/* Changes a scratch class and watches its memory. False when the tag was not found beyond doubt.
   Thread: one, attached. */
bool ng_type_tag_learn(void);

/* Makes CPython give the type a tag. False when it gives none to this type, or none that can be relied on:
   one whose metaclass computes its own MRO, or that was changed too often. Thread: any, attached. */
bool ng_type_tag_assign(PyTypeObject *type);

/* Whether the tag was found. Thread: any. */
bool ng_type_tags_are_known(void);

/* The type's tag, 0 while it has none. The tag was found. Thread: any that keeps the type alive, attached
   or not. */
uint32_t ng_type_tag_read(PyTypeObject *type);

/* False once tags may have been given out a second time: sys._clear_type_cache() starts them again
   in 3.10. True while nothing was learnt. Thread: any. */
bool ng_type_tags_are_unique(void);

#endif
