/*
 * platform.h: the seam to the operating system. Only platform_posix.c and platform_windows.c know
 * which one it is. C11 threads are absent on macOS, hence these few words of our own.
 */
#ifndef NG_PLATFORM_H
#define NG_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
typedef struct ng_mutex {
    void *srw;
} ng_mutex;
typedef struct ng_condition {
    void *variable;
} ng_condition;
#define NG_MUTEX_INITIALIZER {0}
#define NG_CONDITION_INITIALIZER {0}
#else
#include <pthread.h>
typedef struct ng_mutex {
    pthread_mutex_t native;
} ng_mutex;
typedef struct ng_condition {
    pthread_cond_t native;
} ng_condition;
#define NG_MUTEX_INITIALIZER {PTHREAD_MUTEX_INITIALIZER}
#define NG_CONDITION_INITIALIZER {PTHREAD_COND_INITIALIZER}
#endif

/* For mutexes and conditions inside of other things; file-level ones have initializers. */
void ng_mutex_init(ng_mutex *mutex);
void ng_mutex_end(ng_mutex *mutex);
void ng_condition_init(ng_condition *condition);
void ng_condition_end(ng_condition *condition);

/* Not re-entrant. Waiting on one while attached to Python blocks stop-the-world pauses. */
void ng_mutex_lock(ng_mutex *mutex);
void ng_mutex_unlock(ng_mutex *mutex);

/* Waits until signalled, or until `timeout_ms` have passed (negative: for ever). May wake early. */
void ng_condition_wait(ng_condition *condition, ng_mutex *mutex, int64_t timeout_ms);
/* Wakes one of those that wait: only where it does not matter which. */
void ng_condition_signal(ng_condition *condition);
void ng_condition_broadcast(ng_condition *condition);

/* Starts a detached thread with a stack large enough to run Python. False when there is none to be had. */
bool ng_thread_start(void (*entry)(void *), void *argument);

/* `bytes` of zeroed memory straight from the system, a multiple of 64 KiB; NULL when there is none. */
void *ng_pages_take(size_t bytes);
/* Gives it back to the system, all of it, at once. */
void ng_pages_give(void *pages, size_t bytes);

/* Milliseconds of a clock that never goes back. */
uint64_t ng_clock_ms(void);
void ng_sleep_ms(uint32_t ms);
/* Lets another thread run. */
void ng_yield(void);

/* Writes out what C's stdout and stderr hold, unless somebody is just using them. May block. */
void ng_streams_flush(void);
/* Ends the process at once: nothing is flushed, no exit handler runs. */
_Noreturn void ng_process_end(int code);

/* Calls `handler` when the process ends through exit() or quick_exit(); false where that cannot be relied on. */
bool ng_process_on_exit(void (*handler)(void));

/*
 * Calls `in_child` in every child that is made by fork(), before anything else runs there: it may store
 * atomics and do nothing more, as the locks of threads that the child does not have stay taken for ever.
 * Children of vfork() and posix_spawn() share our memory and see nothing of it. False: not possible.
 * Once. Nothing on Windows, which has no fork.
 */
bool ng_process_on_fork(void (*in_child)(void));
/*
 * Whether this process is a forked child of the one that started the core. Python goes on there, on the
 * one thread there is; the host and our other threads do not, so nothing of ours may take a lock, wait,
 * or reach JavaScript. Costs one load. Thread: any, also in a signal handler.
 */
bool ng_process_is_forked_child(void);

/*
 * Calls `end` once, on a thread of the core's, when the process is told to end: by SIGINT, SIGTERM or
 * SIGHUP, or by a console event. When it returns, the process ends as it would have without us, so that
 * a parent sees the same. A second signal ends it at once.
 *
 * Only signals that would have ended the process are taken: those of the default disposition, and those
 * whose handler is good for one time (Node's own, which resets the terminal and raises again; it still
 * does). Whoever installs a handler later puts ours out of the way; when it takes it away again, this
 * is called again. Forked children have the default dispositions. False: no thread, or no memory.
 * Thread: any.
 */
bool ng_signals_watch(void (*end)(void));
/* Takes no notice of them any more, where ours is still in place. Thread: any. */
void ng_signals_unwatch(void);
/* Whether SIGINT would end the process now, after what `end` does; false where somebody handles or ignores it.
   Thread: any. */
bool ng_signals_interrupt_ends(void);
/* In a forked child, on its only thread: async-signal-safe. */
void ng_signals_after_fork(void);

/*
 * Ctrl-C of an interactive session, which the core takes from the host for a while. Between ng_console_take and
 * ng_console_give_back each one is counted for ng_console_await, and nobody else hears of it; a terminal that hands
 * Ctrl-C to the program as a character (raw mode) makes it a signal meanwhile. Whoever installs a handler in between
 * keeps it.
 *
 * ng_console_open: false without files to be had. Thread: any, and it may be called again.
 * take, give back: cheap. Thread: one, in turns.
 * await: whether one came within `timeout_ms` (negative: for ever). Thread: one.
 * pass on: gives the host a Ctrl-C that was taken from it, unless that would end the process. Thread: any.
 * after fork: in a forked child, on its only thread; async-signal-safe.
 */
bool ng_console_open(void);
void ng_console_take(void);
void ng_console_give_back(void);
bool ng_console_await(int64_t timeout_ms);
void ng_console_pass_on(void);
void ng_console_after_fork(void);

/*
 * Keeps the core's own file mapped until the process ends. Node unloads an addon with the worker that
 * loaded it, and the core has a thread of its own that would then run in unmapped memory.
 */
void ng_library_pin_self(void);

/*
 * The addon that was loaded before the core's own file, still is, and exports that symbol: another core. NULL: there is
 * none. The caller frees it. Two that ask at the same time agree, as the loader has them in one order.
 */
char *ng_library_earlier(const char *symbol);

/* Opens a shared library for this process's own use. NULL: `message` says why. */
void *ng_library_open(const char *path, char *message, size_t message_size);
void ng_library_close(void *library);
/* Lets libraries loaded later find the symbols of one that is open. */
void ng_library_publish(const char *path);
/* NULL when the library has no such symbol. */
void *ng_library_symbol(void *library, const char *name);
/* A symbol that the host exports, which not every host does; NULL: this one has none. */
void *ng_host_symbol(const char *name);

/*
 * The flags for sys.setdlopenflags that bind an extension module to its own libraries before the
 * host's: Node exports its own OpenSSL and zlib, and Python's _ssl and zlib silently bind to them.
 * 0 where the platform has no such thing or does not need it.
 */
int ng_deep_bind_flags(void);

/* Whether two paths name the same file. */
bool ng_same_file(const char *left, const char *right);

/* The value of an environment variable, or NULL. */
const char *ng_environment_variable(const char *name);

/* Whether the C runtime's LC_CTYPE, taken from the environment, is the C or POSIX locale (PEP 540). */
bool ng_locale_is_c(void);

/* UTF-8 to the platform's wide string, malloc'd; NULL without memory or for invalid UTF-8. */
wchar_t *ng_widen(const char *text);

#endif
