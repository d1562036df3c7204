/*
 * stress.h: what a scenario is written with. A scenario drives nogil.h and the core's headers from many
 * threads, without a JavaScript engine, and fails when a promise of the core's is broken.
 *
 * A scenario is one file, scenarios/<guard>_<what>.c, that defines `const ng_scenario
 * ng_scenario_<guard>_<what>`, and one line in scenarios.def. It has a process of its own:
 * nogil-stress runs one, tools/stress.mjs runs all.
 *
 * Owner:    the process owns the run (ng_stress); each thread its ng_stress_thread; the thread that
 *           opened an environment owns it.
 * Thread:   said at each function. A watchdog of its own ends a run that hangs and prints each
 *           thread's phase.
 * Lifetime: a run lasts as long as the process. A failure ends the process at once, wherever it is
 *           found: after it nothing of the core can be trusted to end well.
 */
#ifndef NG_STRESS_H
#define NG_STRESS_H

#include "environment.h"
#include "platform.h"

#include "../include/nogil.h"

typedef struct ng_stress ng_stress;
typedef struct ng_stress_thread ng_stress_thread;
typedef struct ng_stress_group ng_stress_group;
typedef struct ng_stress_environment ng_stress_environment;

typedef enum ng_scenario_flags {
    /* Does its work once and is over, for instance by ending the process: the tool starts it again and
       again, with other seeds, until the time is up. Others go on until the time is up themselves. */
    NG_SCENARIO_ONCE = 1,
    /* Ends with Python left running on purpose (threads of its own are inside for ever). */
    NG_SCENARIO_LEAVES_PYTHON = 2,
    /* Only on free-threaded builds: a GIL makes what it looks for impossible. */
    NG_SCENARIO_FREE_THREADED = 4,
    /* Needs no Python at all: it runs once, whatever Pythons are asked for. */
    NG_SCENARIO_NO_PYTHON = 8,
    /* Fails on purpose: never part of a round; shows that failures are seen. */
    NG_SCENARIO_SEEDED = 16,
    /* Cannot be run twice in one process, or makes what lives as long as it: takes no turns in a soak. */
    NG_SCENARIO_ALONE = 32,
    /* About a promise of its guard's that the guard's canary leaves whole: it passes there, too. Every
       other scenario of a guard must fail on the canary, and not by hanging: one that finds a thread
       stuck checks that within a bound of its own. */
    NG_SCENARIO_BESIDE = 64
} ng_scenario_flags;

typedef struct ng_scenario {
    const char *name; /* as in scenarios.def */
    const char
        *guard; /* handles, type-cache, emit-lock, finalizer-guard, interrupt, abi, or core */
    const char *description; /* what must hold, one line */
    void (*run)(ng_stress *stress);
    uint32_t flags; /* ng_scenario_flags */
    int exit_code;  /* what the process must end with; 0 unless the scenario ends it itself */
} ng_scenario;

/* One run. Written before the scenario begins, but for `until_ms`. */
struct ng_stress {
    const ng_scenario *scenario;
    const char *library;    /* of --library */
    const char *executable; /* of --executable */
    uint64_t seed;
    uint64_t duration_ms;
    uint64_t
        until_ms;     /* by ng_clock_ms; set anew by ng_stress_python, as starting takes its time */
    uint32_t threads; /* of --threads: how many to use where the scenario does not say */
};

/* One thread of the run; the scenario's first one too. */
struct ng_stress_thread {
    ng_stress *stress;
    uint32_t index; /* in its group, from 0 */
    void *context;  /* of ng_stress_threads or ng_stress_spawn */
    /* Private. */
    ng_stress_group *group;
    void (*entry)(ng_stress_thread *thread);
    uint64_t random;
    bool went_on;
    _Atomic(const char *) phase;
    _Atomic uint32_t ended;
    ng_stress_thread *next;
};

/* ---- failing ------------------------------------------------------------------------------------- */

/* Prints why, the seed and how to replay it, and ends the process with 1. Thread: any. */
_Noreturn void ng_stress_fail(ng_stress *stress, const char *format, ...);

/* Fails with the condition's text unless it holds. */
#define NG_STRESS_CHECK(stress, condition)                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            ng_stress_fail((stress), "%s:%d: %s", __FILE__, __LINE__, #condition);                 \
        }                                                                                          \
    } while (0)

/* ---- threads ------------------------------------------------------------------------------------- */

/*
 * Runs `entry` on `count` new threads, all let go at the same moment, and returns when all are back.
 * They form a group (ng_stress_meet). Thread: any, not attached.
 */
void ng_stress_threads(ng_stress *stress, uint32_t count, void (*entry)(ng_stress_thread *thread),
                       void *context);

/* Starts one thread; ng_stress_join waits for it. Thread: any; join: not attached. */
ng_stress_thread *ng_stress_spawn(ng_stress *stress, void (*entry)(ng_stress_thread *thread),
                                  void *context);
void ng_stress_join(ng_stress_thread *thread);

/* True while there is time left, and the first time in any case; counts a round. For `while (ng_stress_goes_on(thread))`. A scenario
   in which nobody ever went on fails: it proved nothing. Thread: its own. */
bool ng_stress_goes_on(ng_stress_thread *thread);

/* Counts a round of a scenario that does not loop by ng_stress_goes_on. Thread: any. */
void ng_stress_count(ng_stress *stress);

/*
 * Waits until every thread of the group is here, then lets all go at the same moment. False for all of
 * them once the time is up. Counts a round. Thread: its own, not attached.
 * environment: served while waiting; may be NULL.
 */
bool ng_stress_meet(ng_stress_thread *thread, ng_stress_environment *environment);

/* What the watchdog prints for this thread when the run hangs: a string literal. Thread: its own. */
void ng_stress_phase(ng_stress_thread *thread, const char *phase);

/* Random numbers, repeatable by seed and thread; below(n) is in 0 … n-1. Thread: its own. */
uint32_t ng_stress_random(ng_stress_thread *thread);
uint32_t ng_stress_below(ng_stress_thread *thread, uint32_t bound);

/* ---- Python -------------------------------------------------------------------------------------- */

/* Starts Python; the scenario's time begins here. Fails when it does not start. Thread: any, not
   attached. */
void ng_stress_python(ng_stress *stress);

/*
 * Has Python import what running code and describing its exceptions take. For scenarios that shut down
 * while threads run: an import that is interrupted may leave its module's lock taken (CPython's
 * importlib takes it before the `try` that gives it back), whoever waits for that lock cannot be
 * interrupted, and Python is left as it is, rightly. Thread: any, not attached.
 */
void ng_stress_import(ng_stress *stress);

/* Whether the running Python is a free-threaded build. */
bool ng_stress_is_free_threaded(void);

/* ---- environments: JavaScript threads without JavaScript ---------------------------------------------- */

/*
 * A function of "JavaScript's". Runs on the environment's thread, detached, as JavaScript does; it may
 * use Python through the environment. `arguments` are borrowed for the call. What it returns becomes a
 * Python int; NG_STRESS_THROW raises RuntimeError instead.
 */
typedef int64_t (*ng_stress_function)(ng_stress_environment *environment, void *context,
                                      ng_object *const *arguments, size_t count);
#define NG_STRESS_THROW INT64_MIN

#define NG_STRESS_FUNCTIONS 1024U

/* A core environment with a fake host: an event loop that is woken, and functions. */
struct ng_stress_environment {
    ng_environment *core;
    ng_stress_thread *thread;
    ng_stress *stress;
    /* Private. */
    void *arena;
    ng_mutex lock;
    ng_condition changed;
    bool woken;   /* lock */
    bool stopped; /* lock */
    struct {
        ng_stress_function run;
        void *context;
    } functions[NG_STRESS_FUNCTIONS]; /* the environment's thread */
    uint64_t dropped;                 /* the environment's thread: functions Python let go of */
};

/* Opens one for the calling thread; fails when the core refuses. Thread: any, not attached. */
ng_stress_environment *ng_stress_open(ng_stress_thread *thread);
/* The same, but NULL when the core answers `SHUT_DOWN`: for scenarios that close the gate. */
ng_stress_environment *ng_stress_try_open(ng_stress_thread *thread);
/* Ends it: natural exit and worker.terminate() look the same to the core. Thread: its own, detached. */
void ng_stress_close(ng_stress_environment *environment);

/* Gives a function a number, never 0. Thread: the environment's. */
uint64_t ng_stress_function_add(ng_stress_environment *environment, ng_stress_function run,
                                void *context);

/* One turn of the event loop: waits until woken, at most `timeout_ms`, and serves what is there.
   Thread: the environment's, detached. */
void ng_stress_turn(ng_stress_environment *environment, uint32_t timeout_ms);
/* Turns until ng_stress_loop_stop or the run's time is up. Thread: as ng_stress_turn. */
void ng_stress_loop(ng_stress_environment *environment);
/* Thread: any. */
void ng_stress_loop_stop(ng_stress_environment *environment);

/* Runs code in __main__ (one namespace for the process); fails on an exception. Thread: the
   environment's, detached. */
void ng_stress_run(ng_stress_environment *environment, const char *code);
/* The same, but says what came of it; `message`: NG_MESSAGE_SIZE bytes, or NULL. */
ng_status ng_stress_try(ng_stress_environment *environment, const char *code, char *message);
/* The value of its last expression: a handle of the environment's, or an integer. */
ng_handle ng_stress_object(ng_stress_environment *environment, const char *code);
int64_t ng_stress_number(ng_stress_environment *environment, const char *code);

/*
 * Forces gc.collect() without a pause on a thread of its own: on free-threaded builds each stops the
 * world. Thread: any, not attached.
 */
typedef struct ng_stress_collector ng_stress_collector;
ng_stress_collector *ng_stress_collector_start(ng_stress *stress);
void ng_stress_collector_stop(ng_stress_collector *collector);

#endif
