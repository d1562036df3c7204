/*
 * platform_signals_posix.c: the signals that end a process, so that something can be done before.
 * A handler may do next to nothing: ours writes one byte, and a thread does the rest.
 */
#define _GNU_SOURCE
#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define WATCHED 3
static const int watched[WATCHED] = {SIGINT, SIGTERM, SIGHUP};

/* Ctrl-C reaches a whole process group, and a parent such as npm passes it on: that is one signal. */
#define SAME_SIGNAL_MS 100U

/* Guards `before`, `reader_runs` and installing. A leaf. */
static ng_mutex lock = NG_MUTEX_INITIALIZER;
static struct sigaction before[WATCHED]; /* lock: what was there, where ours is in place */
static bool reader_runs;                 /* lock */

/* Written before a handler is installed, once; read-only from then on. */
static int pipe_ends[2];
static pid_t process;
static void (*end_process)(void);

/* When the first signal came, by now_ms; 0 before. Written by whichever handler is first. */
static _Atomic uint64_t first_at;

/* ng_clock_ms, and never 0. clock_gettime is async-signal-safe. */
static uint64_t now_ms(void)
{
    return ng_clock_ms() | 1U;
}

static void default_disposition(int number)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    (void)sigaction(number, &action, NULL);
}

/* Async-signal-safe, on any thread. */
static void on_signal(int number)
{
    int error = errno;
    uint64_t none = 0;
    uint64_t now = now_ms();
    if (getpid() != process) {
        /* Between vfork and exec: our memory, but another process. */
        default_disposition(number);
        (void)raise(number);
    } else if (atomic_compare_exchange_strong_explicit(&first_at, &none, now, memory_order_relaxed,
                                                       memory_order_relaxed)) {
        unsigned char byte = (unsigned char)number;
        if (write(pipe_ends[1], &byte, 1) != 1) {
            default_disposition(number);
            (void)raise(number);
        }
    } else if (now - none >= SAME_SIGNAL_MS) {
        default_disposition(number);
        (void)raise(number); /* it is blocked until we return, and then ends the process */
    }
    errno = error;
}

static bool is_ours(const struct sigaction *action)
{
    return (action->sa_flags & SA_SIGINFO) == 0 && action->sa_handler == on_signal;
}

/* Ends the process by `number`, through what was there before us. */
static _Noreturn void end_by(int number)
{
    ng_mutex_lock(&lock);
    for (size_t i = 0; i < WATCHED; i++) {
        struct sigaction now;
        if (watched[i] == number && sigaction(number, NULL, &now) == 0 && is_ours(&now)) {
            (void)sigaction(number, &before[i], NULL);
        }
    }
    ng_mutex_unlock(&lock);
    sigset_t only;
    (void)sigemptyset(&only);
    (void)sigaddset(&only, number);
    (void)pthread_sigmask(SIG_UNBLOCK, &only, NULL);
    (void)raise(number);
    /* Somebody's handler came back. */
    default_disposition(number);
    (void)raise(number);
    ng_process_end(128 + number);
}

static void wait_for_signal(void *unused)
{
    (void)unused;
    unsigned char number = 0;
    ssize_t got = 0;
    do {
        got = read(pipe_ends[0], &number, 1);
    } while (got < 0 && errno == EINTR);
    if (got == 1) {
        end_process();
        end_by(number);
    }
}

/* Under `lock`. */
static bool start_reader(void (*end)(void))
{
    if (reader_runs) {
        return true;
    }
    if (pipe(pipe_ends) != 0) {
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        (void)fcntl(pipe_ends[i], F_SETFD, FD_CLOEXEC);
    }
    end_process = end;
    process = getpid();
    reader_runs = ng_thread_start(wait_for_signal, NULL);
    if (!reader_runs) {
        (void)close(pipe_ends[0]);
        (void)close(pipe_ends[1]);
    }
    return reader_runs;
}

static bool would_end(const struct sigaction *action)
{
    bool one_time = ((unsigned)action->sa_flags & (unsigned)SA_RESETHAND) != 0U;
    bool is_default = (action->sa_flags & SA_SIGINFO) == 0 && action->sa_handler == SIG_DFL;
    return is_default || one_time;
}

/* Under `lock`. */
static void install(size_t i)
{
    struct sigaction old;
    if (sigaction(watched[i], NULL, &old) != 0 || is_ours(&old) || !would_end(&old)) {
        return;
    }
    struct sigaction own;
    memset(&own, 0, sizeof own);
    own.sa_handler = on_signal;
    own.sa_flags = SA_RESTART | SA_ONSTACK;
    (void)sigemptyset(&own.sa_mask);
    before[i] = old;
    if (sigaction(watched[i], &own, &old) == 0 && !would_end(&old) && !is_ours(&old)) {
        /* Another thread put a handler there between the two calls: it wins. */
        (void)sigaction(watched[i], &old, NULL);
    }
}

bool ng_signals_watch(void (*end)(void))
{
    ng_mutex_lock(&lock);
    bool ready = start_reader(end);
    for (size_t i = 0; ready && i < WATCHED; i++) {
        install(i);
    }
    ng_mutex_unlock(&lock);
    return ready;
}

void ng_signals_unwatch(void)
{
    ng_mutex_lock(&lock);
    for (size_t i = 0; i < WATCHED; i++) {
        struct sigaction now;
        if (sigaction(watched[i], NULL, &now) == 0 && is_ours(&now)) {
            (void)sigaction(watched[i], &before[i], NULL);
        }
    }
    ng_mutex_unlock(&lock);
}

bool ng_signals_interrupt_ends(void)
{
    struct sigaction now;
    return sigaction(SIGINT, NULL, &now) == 0 && (is_ours(&now) || would_end(&now));
}

void ng_signals_after_fork(void)
{
    /* Not what was there before us: that resets the terminal, which is the parent's. */
    for (size_t i = 0; i < WATCHED; i++) {
        struct sigaction now;
        if (sigaction(watched[i], NULL, &now) == 0 && is_ours(&now)) {
            default_disposition(watched[i]);
        }
    }
}
