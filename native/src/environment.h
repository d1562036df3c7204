/*
 * environment.h: one JS thread that has loaded the core; its thread state, frames, handles and blocks.
 * Owner:    the JS thread that made it; nobody else touches anything in it but what is atomic, and the
 *           mailbox, which has a lock of its own.
 * Thread:   that one. A thread that runs JavaScript is detached.
 * Lifetime: from the thread's first use of Python to its clean-up hook.
 */
#ifndef NG_ENVIRONMENT_H
#define NG_ENVIRONMENT_H

#include "blocks.h"
#include "capi.h"
#include "ctrl_c.h"
#include "finalizer_guard.h"
#include "handles.h"
#include "identity.h"
#include "mailbox.h"
#include "numbers.h"

#include "../include/nogil.h"

/*
 * Something that must end with its environment. Hooks run on the environment's thread, detached, last
 * registered first, before its handles are released. Owner: whoever registers it, until it has run.
 */
typedef struct ng_end_hook {
    struct ng_end_hook *next;
    void (*run)(struct ng_end_hook *hook, ng_environment *environment);
} ng_end_hook;

/* The environments that wait for what this thread does now: its caller, that one's caller, and so on. */
typedef struct ng_call_chain {
    size_t count;
    uint32_t numbers[]; /* each once */
} ng_call_chain;

/* A JavaScript object of an environment's that Python knows. Thread: the owner's. */
typedef struct ng_js_known {
    PyObject *weak;        /* to the instance that stands for it */
    uint32_t instances;    /* that were made and whose end the owner has not been told */
    uint32_t next_dropped; /* of those JavaScript is to be told of; 0: not among them */
} ng_js_known;

/* A power of two. */
#define NG_JS_RECENT 16U

struct ng_environment {
    char *arena; /* NG_ARENA_SIZE bytes of the host's */
    ng_pass *pass;
    PyThreadState *thread_state;
    ng_handle_cache handles;
    ng_identities identities; /* of `handles` */
    ng_blocks blocks;
    ng_host host;
    ng_mailbox *mailbox;
    ng_end_hook *end_hooks;
    ng_end_hook emit_lock_end;   /* emit_lock.c's, registered at its first use */
    ng_end_hook shares_end;      /* handle_calls.c's, registered when a token is to end with this */
    struct ng_type_share *types; /* type_cache.c's, made at its first use */
    ng_js_known *js_objects;     /* js_objects.c's, by number */
    size_t js_object_count;
    uint32_t
        js_dropped; /* the first object without an instance that JavaScript has not been told of */
    PyObject *js_recent
        [NG_JS_RECENT];  /* functions that were read last: kept until its mailbox is served */
    PyObject *js_global; /* what stands for globalThis, once somebody asked for it */
    bool speaks;         /* `list_lock`: its JavaScript can be asked */
    bool js_has_recent;
    bool js_drops_posted; /* js_drops is in the mailbox */
    ng_message js_drops;
    ng_end_hook js_objects_end;
    ng_numbers exports;          /* buffers.c's: Python's memory that this one sees */
    ng_end_hook exports_end;     /* registered with the first */
    ng_numbers memories;         /* memory.c's: memory of this one that Python knows */
    ng_end_hook memories_end;    /* registered with the first */
    ng_end_hook pool_end;        /* pool.c's, registered with its first job */
    ng_end_hook releases_end;    /* releases.c's, registered when the first is posted */
    ng_end_hook tasks_end;       /* tasks.c's, registered with its first task */
    ng_end_hook streams_end;     /* streams.c's, registered when its JavaScript can be called */
    bool interactive;            /* Ctrl-C interrupts its Python: ctrl_c.h */
    bool ending;                 /* JavaScript of this thread can no longer be called */
    const ng_call_chain *chain;  /* of the call that is served; NULL: of none */
    uint32_t number;             /* never 0, and never used again before 2^32 others were */
    struct ng_environment *next; /* `list_lock` in environment.c */
    uint32_t host_thread;        /* `list_lock`; 0 when the host did not say */
    _Atomic uint64_t
        interrupted; /* by its pass's number, the stay that one was sent to, or 0; `list_lock` to write */
    struct ng_environment *next_here; /* of the same thread, which is the only one to look */
    _Atomic uint32_t operation; /* ng_operation that it carries out, 0: none; for people who look */
    uint64_t native_thread;     /* the system's number of its thread, 0: unknown; written once */
};

/* What others may see of an environment: each part a moment's view. */
typedef struct ng_environment_view {
    uint32_t number;
    uint32_t host_thread;
    uint32_t presence;  /* NG_PRESENCE_... */
    uint32_t operation; /* ng_operation, 0: none */
    uint64_t thread;    /* Python's ident; 0: it is just ending */
    uint64_t native_thread;
    uint64_t live; /* handles */
    uint64_t peak;
    uint64_t queued;     /* messages */
    ng_mailbox *mailbox; /* of ng_environments_view only */
} ng_environment_view;

/* Writes the first `capacity` living environments to `out`, the youngest first; returns how many there are. Thread: any,
   not in a forked child. */
size_t ng_environments_view(ng_environment_view *out, size_t capacity);

/* Whether environment `number` waits for what is done with this chain; NULL is fine. Thread: any. */
static inline bool ng_chain_has(const ng_call_chain *chain, uint32_t number)
{
    for (size_t i = 0; chain != NULL && i < chain->count; i++) {
        if (chain->numbers[i] == number) {
            return true;
        }
    }
    return false;
}

/* Environment `number`, if it is one of the calling thread's and has not ended; else NULL. Thread: any. */
ng_environment *ng_environment_here(uint32_t number);

/* Its JavaScript can be asked from now on. Thread: its own. */
void ng_environment_speaks(ng_environment *environment);
/* The mailbox of the oldest one that can be asked, referenced, and its number; NULL: none. Thread: any. */
ng_mailbox *ng_environment_first(uint32_t *number);

/* The environment whose thread state is attached; NULL on a thread of Python's. Thread: any, attached. */
ng_environment *ng_environment_attached(void);

/* Takes back an interrupt that was sent to an earlier call and came too late for it; one for this call, or for one that
   is still further down the stack, stays. Thread: the environment's, attached. */
void ng_environment_forget_interrupt(ng_environment *environment);

/* ng_ctrl_c_leave, before it detaches. Thread: the environment's, attached. */
void ng_environment_leave_session(ng_environment *environment);

/*
 * Attaches: from here on the thread may touch Python objects. False when the gate is closed.
 * Thread: the environment's, detached.
 */
static inline bool ng_attach(ng_environment *environment)
{
    if (!ng_gate_enter(&ng_python_gate, environment->pass)) {
        return false;
    }
    ng_py.PyEval_RestoreThread(environment->thread_state);
    /* Acquire pairs with the release in ng_environment_interrupt. */
    if (atomic_load_explicit(&environment->interrupted, memory_order_acquire) != 0U) {
        ng_environment_forget_interrupt(environment);
    }
    if (environment->interactive) {
        ng_ctrl_c_enter();
    }
    return true;
}

/* Detaches; after it another thread may hold the GIL or stop the world. Thread: as ng_attach. */
static inline void ng_detach(ng_environment *environment)
{
    if (environment->interactive) {
        ng_environment_leave_session(environment);
    }
    (void)ng_py.PyEval_SaveThread();
    ng_gate_leave(environment->pass);
}

/* Detaches on top of Python's frames, for JavaScript that Python called. Thread: the environment's,
   attached. */
static inline void ng_suspend(ng_environment *environment)
{
    if (environment->interactive) {
        ng_ctrl_c_leave(false);
    }
    (void)ng_py.PyEval_SaveThread();
    ng_gate_suspend(environment->pass);
}

/* Attaches again, to go back to those frames: also when the gate has closed meanwhile. Thread: as
   ng_suspend. */
static inline void ng_resume(ng_environment *environment)
{
    ng_gate_resume(environment->pass);
    ng_py.PyEval_RestoreThread(environment->thread_state);
    if (environment->interactive) {
        ng_ctrl_c_enter();
    }
}

/* Calls a JavaScript function. Whatever JavaScript leaves on the arena is nobody's when it has returned: the room would
   be lost to all that come later. A new reference, or NULL with an exception, or without where the host failed.
   Thread: the environment's, attached; its host has `call`. */
static inline PyObject *ng_environment_call(ng_environment *environment,
                                            const ng_function_call *call)
{
    uint32_t *words = (uint32_t *)(void *)environment->arena;
    uint32_t top = words == NULL ? 0U : words[NG_ARENA_TOP];
    PyObject *result = environment->host.call(environment->host.context, environment, call);
    if (words != NULL) {
        words[NG_ARENA_TOP] = top;
    }
    return result;
}

/* Registers `hook`, unless it is registered. Thread: the environment's. */
static inline void ng_environment_on_end(ng_environment *environment, ng_end_hook *hook,
                                         void (*run)(ng_end_hook *hook,
                                                     ng_environment *environment))
{
    if (hook->run != NULL) {
        return;
    }
    hook->run = run;
    hook->next = environment->end_hooks;
    environment->end_hooks = hook;
}

#endif
