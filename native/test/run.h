/*
 * run.h: what the pieces of the framework know of each other. Scenarios use stress.h.
 * Owner: the process. Thread: said at each function. Lifetime: the process.
 */
#ifndef NG_STRESS_RUN_H
#define NG_STRESS_RUN_H

#include "stress.h"

/* Starts the watchdog. `grace_ms` after the time is up the run counts as hung. */
void ng_run_watch(ng_stress *stress, uint32_t grace_ms);

/* The scenario's time begins now. Thread: any. */
void ng_run_begin(ng_stress *stress);

/* Rounds counted so far. Thread: any. */
uint64_t ng_run_rounds(void);

/* How to run this again, for people. Written by main before anything else. */
extern char ng_run_replay[4096];

/* Prints each thread's phase to stderr. Thread: any. */
void ng_run_print_phases(void);

/*
 * One process in which those of `scenarios` that can be repeated take turns for `soak_ms`; between two
 * turns it prints what is left, as JSON. Thread: main's.
 */
void ng_run_soak(ng_stress *stress, const ng_scenario *const *scenarios, size_t count,
                 uint64_t soak_ms);

#endif
