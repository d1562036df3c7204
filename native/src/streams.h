/*
 * streams.h: tells python/streams.py which environments there are: each may have standard streams of its own.
 *
 * Owner:    python/streams.py, which knows an environment by its number.
 * Thread:   said at each function.
 * Lifetime: from the moment an environment's JavaScript can be called until it ends, before its handles are released:
 *           what finalizers print after that does not go to JavaScript any more.
 */
#ifndef NG_STREAMS_H
#define NG_STREAMS_H

#include "environment.h"

/* False with an exception. Thread: the environment's, attached, once. */
bool ng_streams_open(ng_environment *environment);

#endif
