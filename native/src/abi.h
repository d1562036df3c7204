/*
 * abi.h: what this build of Python is and how its objects lie in memory: asked, never assumed.
 * Owner:    the process. Thread: any, attached. Lifetime: learnt once, after Python started.
 */
#ifndef NG_ABI_H
#define NG_ABI_H

#include "capi.h"

#endif
