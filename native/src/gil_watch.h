/*
 * gil_watch.h: which import turned the GIL on. A free-threaded build does that, for good, when it loads
 * an extension module that does not declare itself safe without it.
 *
 * Owner:    the process: one notice, as it happens once; a list of watchers, each its environment's.
 * Thread:   an import may happen on any thread, several at once. Watchers are told on their own.
 * Lock:     `lock` guards the list. A leaf; messages are posted after it.
 * Lifetime: from the start of Python until the process ends; nothing here is undone.
 *
 * What is wrapped is `_imp.create_dynamic` (and `create_builtin`), which every loader of extension modules
 * calls, in one function made in C: it has no frame, so tracebacks do not know it.
 */
#ifndef NG_GIL_WATCH_H
#define NG_GIL_WATCH_H

#include "capi.h"
#include "mailbox.h"

#include "../include/nogil.h"

/* Owner: an environment. `notify` and `context` are written before it is added. */
typedef struct ng_gil_watcher {
    ng_mailbox *mailbox; /* its own reference */
    void (*notify)(void *context, const ng_gil_notice *notice);
    void *context;
    struct ng_gil_watcher *next; /* lock */
} ng_gil_watcher;

/* Begins to watch, on free-threaded builds whose GIL is off. False: an exception is raised. Once, on the
   core's thread, attached, before anything of the user's is imported. */
bool ng_gil_watch_install(void);

/* NULL until it happened. Thread: any. */
const ng_gil_notice *ng_gil_watch_notice(void);

/* Whether the GIL is on, as far as is known without attaching: since the start, or since a notice. Thread: any. */
bool ng_gil_is_known_enabled(void);

/* Whether the GIL is on now; -1 with an exception set. Thread: any, attached. */
int ng_gil_is_enabled(void);

/* Tells a watcher from now on. Thread: its environment's. */
void ng_gil_watch_add(ng_gil_watcher *watcher);
/* Not any more. Its mailbox is closed by then: no message for it is left. Thread: as above. */
void ng_gil_watch_remove(ng_gil_watcher *watcher);

#endif
