/*
 * type_cache.h: Python type to JavaScript class and back, found without a lock, made by one at a time.
 */
#ifndef NG_TYPE_CACHE_H
#define NG_TYPE_CACHE_H

#include "emit_lock.h"

#endif
