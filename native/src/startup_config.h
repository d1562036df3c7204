/*
 * startup_config.h: initialises the interpreter as `python` itself would be, minus what belongs to the
 * host: no signal handlers, no command line. Environment variables (PYTHON*) count as usual.
 * Thread: the core's own, once.
 */
#ifndef NG_STARTUP_CONFIG_H
#define NG_STARTUP_CONFIG_H

#include "capi.h"

#include "../include/nogil.h"

/* Runs Python's initialisation; attached when it answers true. False: `message` says why. */
bool ng_startup_initialize(const ng_start_options *options, char *message, size_t message_size);

#endif
