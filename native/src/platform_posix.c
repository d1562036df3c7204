#define _GNU_SOURCE /* RTLD_DEEPBIND */
#include "platform.h"

#include <dlfcn.h>
#include <errno.h>
#include <locale.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Python's own default on most platforms; virtual memory, committed only as it is used. */
#define THREAD_STACK_SIZE ((size_t)16 * 1024 * 1024)

/* Any address inside this file, by which it finds itself. */
static const char inside_this_file = 0;

void ng_mutex_init(ng_mutex *mutex)
{
    (void)pthread_mutex_init(&mutex->native, NULL);
}

void ng_mutex_end(ng_mutex *mutex)
{
    (void)pthread_mutex_destroy(&mutex->native);
}

void ng_condition_init(ng_condition *condition)
{
    (void)pthread_cond_init(&condition->native, NULL);
}

void ng_condition_end(ng_condition *condition)
{
    (void)pthread_cond_destroy(&condition->native);
}

void ng_mutex_lock(ng_mutex *mutex)
{
    (void)pthread_mutex_lock(&mutex->native);
}

void ng_mutex_unlock(ng_mutex *mutex)
{
    (void)pthread_mutex_unlock(&mutex->native);
}

void ng_condition_wait(ng_condition *condition, ng_mutex *mutex, int64_t timeout_ms)
{
    if (timeout_ms < 0) {
        (void)pthread_cond_wait(&condition->native, &mutex->native);
        return;
    }
    /* The static initializer fixes the realtime clock; macOS has no other. A clock that is set
       during the wait only makes it longer or shorter, and callers measure with ng_clock_ms. */
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += (time_t)(timeout_ms / 1000);
    until.tv_nsec += (long)(timeout_ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec += 1;
        until.tv_nsec -= 1000000000L;
    }
    (void)pthread_cond_timedwait(&condition->native, &mutex->native, &until);
}

void ng_condition_signal(ng_condition *condition)
{
    (void)pthread_cond_signal(&condition->native);
}

void ng_condition_broadcast(ng_condition *condition)
{
    (void)pthread_cond_broadcast(&condition->native);
}

typedef struct ng_thread_entry {
    void (*entry)(void *);
    void *argument;
} ng_thread_entry;

static void *thread_main(void *raw)
{
    ng_thread_entry start = *(ng_thread_entry *)raw;
    free(raw);
    start.entry(start.argument);
    return NULL;
}

bool ng_thread_start(void (*entry)(void *), void *argument)
{
    ng_thread_entry *start = malloc(sizeof *start);
    if (start == NULL) {
        return false;
    }
    start->entry = entry;
    start->argument = argument;
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) {
        free(start);
        return false;
    }
    pthread_t thread;
    bool started = pthread_attr_setstacksize(&attributes, THREAD_STACK_SIZE) == 0 &&
                   pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0 &&
                   pthread_create(&thread, &attributes, thread_main, start) == 0;
    (void)pthread_attr_destroy(&attributes);
    if (!started) {
        free(start);
    }
    return started;
}

#if defined(NOGIL_SANITIZE)
/* From the allocator, which sees a use after it, and whose leak check looks for objects in here. */
void *ng_pages_take(size_t bytes)
{
    return calloc(1, bytes);
}

void ng_pages_give(void *pages, size_t bytes)
{
    (void)bytes;
    free(pages);
}
#else
void *ng_pages_take(size_t bytes)
{
    void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? NULL : pages;
}

void ng_pages_give(void *pages, size_t bytes)
{
    (void)munmap(pages, bytes);
}
#endif

uint64_t ng_clock_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000U + (uint64_t)now.tv_nsec / 1000000U;
}

void ng_yield(void)
{
    (void)sched_yield();
}

void ng_sleep_ms(uint32_t ms)
{
    struct timespec left = {.tv_sec = (time_t)(ms / 1000U),
                            .tv_nsec = (long)(ms % 1000U) * 1000000L};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

void ng_streams_flush(void)
{
    /* Not fflush(NULL): it waits for every stream of the process, also one that a thread is blocked
       reading, which is just when the watchdog is needed. */
    FILE *const streams[] = {stdout, stderr};
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        if (ftrylockfile(streams[i]) == 0) {
            (void)fflush(streams[i]); /* the lock is ours, and re-entrant */
            funlockfile(streams[i]);
        }
    }
}

_Noreturn void ng_process_end(int code)
{
    _exit(code);
}

bool ng_process_on_exit(void (*handler)(void))
{
    bool registered = atexit(handler) == 0;
#if defined(__linux__)
    /* Bun ends with quick_exit(), which runs these handlers and no others. macOS has none of it. */
    registered = at_quick_exit(handler) == 0 && registered;
#endif
    return registered;
}

/* Owner: the process. `forked` is stored by the child's only thread, before anybody reads it there. */
static _Atomic uint32_t forked;
/* Written before pthread_atfork is called, once. */
static void (*fork_handler)(void);

static void after_fork_in_child(void)
{
    /* Relaxed, here and where it is read: there is one thread, and threads it starts come after it. */
    atomic_store_explicit(&forked, 1U, memory_order_relaxed);
    ng_console_after_fork();
    ng_signals_after_fork();
    fork_handler();
}

bool ng_process_on_fork(void (*in_child)(void))
{
    fork_handler = in_child;
    return pthread_atfork(NULL, NULL, after_fork_in_child) == 0;
}

bool ng_process_is_forked_child(void)
{
    return atomic_load_explicit(&forked, memory_order_relaxed) != 0U;
}

void ng_library_pin_self(void)
{
    Dl_info self;
    /* The handle is never closed: that is the point. */
    if (dladdr((const void *)&inside_this_file, &self) != 0 && self.dli_fname != NULL) {
        (void)dlopen(self.dli_fname, RTLD_NOW | RTLD_NODELETE);
    }
}

void *ng_library_open(const char *path, char *message, size_t message_size)
{
    /* Not RTLD_DEEPBIND: libpython would then read its libc's own copy of `environ`, which is empty
       where the host's executable has one, and os.environ with it. */
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        const char *reason = dlerror();
        (void)snprintf(message, message_size, "%s", reason != NULL ? reason : "unknown reason");
    }
    return library;
}

void ng_library_close(void *library)
{
    (void)dlclose(library);
}

void ng_library_publish(const char *path)
{
    /* Extension modules of most builds are not linked against libpython. */
    (void)dlopen(path, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD);
}

void *ng_host_symbol(const char *name)
{
    return dlsym(RTLD_DEFAULT, name);
}

void *ng_library_symbol(void *library, const char *name)
{
    return dlsym(library, name);
}

int ng_deep_bind_flags(void)
{
#if defined(RTLD_DEEPBIND) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    return RTLD_NOW | RTLD_DEEPBIND;
#else
    /* macOS binds by two-level namespace; musl has no such flag; sanitizers abort on it. */
    return 0;
#endif
}

bool ng_same_file(const char *left, const char *right)
{
    if (strcmp(left, right) == 0) {
        return true;
    }
    struct stat first;
    struct stat second;
    return stat(left, &first) == 0 && stat(right, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

const char *ng_environment_variable(const char *name)
{
    return getenv(name);
}

bool ng_locale_is_c(void)
{
    /* What setlocale(LC_CTYPE, "") would choose, without changing the process while we ask. */
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') {
            return strcmp(value, "C") == 0 || strcmp(value, "POSIX") == 0;
        }
    }
    return true;
}

wchar_t *ng_widen(const char *text)
{
    /* wchar_t is UTF-32 on every POSIX system Python supports. mbstowcs would depend on the locale. */
    size_t bytes = strlen(text);
    wchar_t *wide = malloc((bytes + 1) * sizeof *wide);
    if (wide == NULL) {
        return NULL;
    }
    size_t length = 0;
    for (size_t i = 0; i < bytes;) {
        unsigned char lead = (unsigned char)text[i];
        size_t extra = lead < 0x80U    ? 0U
                       : lead >= 0xF0U ? 3U
                       : lead >= 0xE0U ? 2U
                       : lead >= 0xC0U ? 1U
                                       : 4U;
        if (extra == 4U || i + extra >= bytes + (extra == 0U)) {
            free(wide);
            return NULL;
        }
        uint32_t point = extra == 0U ? lead : lead & (0x3FU >> extra);
        for (size_t k = 1; k <= extra; k++) {
            unsigned char next = (unsigned char)text[i + k];
            if ((next & 0xC0U) != 0x80U) {
                free(wide);
                return NULL;
            }
            point = (point << 6U) | (next & 0x3FU);
        }
        wide[length++] = (wchar_t)point;
        i += extra + 1U;
    }
    wide[length] = L'\0';
    return wide;
}
