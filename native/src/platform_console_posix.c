/*
 * platform_console_posix.c: Ctrl-C of an interactive session, taken from the host while Python runs.
 * The handler writes one byte; who waits for it reads that.
 */
#define _GNU_SOURCE
#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Guards opening. A leaf. */
static ng_mutex lock = NG_MUTEX_INITIALIZER;
static bool opened; /* lock */

/* Written before a handler is installed, once; read-only from then on. */
static int pipe_ends[2];
static pid_t process;

/* The taking thread's. */
static struct sigaction before; /* what was there, where ours is in place */
static bool taken;              /* ours was put in place, and not given back */
static tcflag_t terminal_modes; /* of the terminal, before they were changed */
static bool terminal_changed;

static void default_disposition(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    (void)sigaction(SIGINT, &action, NULL);
}

/* Async-signal-safe, on any thread. */
static void on_interrupt(int number)
{
    int error = errno;
    if (getpid() != process) {
        /* Between vfork and exec: our memory, but another process. */
        default_disposition();
        (void)raise(number);
    } else {
        const unsigned char byte = 1;
        /* A full pipe holds enough of them already. */
        (void)!write(pipe_ends[1], &byte, 1);
    }
    errno = error;
}

static bool is_ours(const struct sigaction *action)
{
    return (action->sa_flags & SA_SIGINFO) == 0 && action->sa_handler == on_interrupt;
}

bool ng_console_open(void)
{
    ng_mutex_lock(&lock);
    if (!opened && pipe(pipe_ends) == 0) {
        for (size_t i = 0; i < 2; i++) {
            (void)fcntl(pipe_ends[i], F_SETFD, FD_CLOEXEC);
            (void)fcntl(pipe_ends[i], F_SETFL, O_NONBLOCK);
        }
        process = getpid();
        opened = true;
    }
    bool ready = opened;
    ng_mutex_unlock(&lock);
    return ready;
}

/* Some hosts (Bun's REPL) leave their terminal in raw mode while a program runs: Ctrl-C would be a character that
   nobody reads before Python is done. A background process would be stopped by asking for the change. */
static void make_terminal_signal(void)
{
    struct termios modes;
    if (tcgetattr(STDIN_FILENO, &modes) != 0 || (modes.c_lflag & ISIG) != 0U ||
        tcgetpgrp(STDIN_FILENO) != getpgrp()) {
        return;
    }
    terminal_modes = modes.c_lflag;
    modes.c_lflag |= ISIG;
    terminal_changed = tcsetattr(STDIN_FILENO, TCSANOW, &modes) == 0;
}

static void restore_terminal(void)
{
    terminal_changed = false;
    struct termios modes;
    /* Unless somebody has set it meanwhile. */
    if (tcgetattr(STDIN_FILENO, &modes) == 0 && modes.c_lflag == (terminal_modes | ISIG)) {
        modes.c_lflag = terminal_modes;
        (void)tcsetattr(STDIN_FILENO, TCSANOW, &modes);
    }
}

void ng_console_take(void)
{
    struct sigaction own;
    memset(&own, 0, sizeof own);
    own.sa_handler = on_interrupt;
    own.sa_flags = SA_RESTART | SA_ONSTACK;
    (void)sigemptyset(&own.sa_mask);
    struct sigaction old;
    if (sigaction(SIGINT, &own, &old) == 0 && !is_ours(&old)) {
        before = old;
    }
    taken = true;
    make_terminal_signal();
}

void ng_console_give_back(void)
{
    if (!taken) {
        return;
    }
    taken = false;
    if (terminal_changed) {
        restore_terminal();
    }
    struct sigaction now;
    if (sigaction(SIGINT, &before, &now) == 0 && !is_ours(&now)) {
        /* Somebody put a handler there meanwhile: it stays. */
        (void)sigaction(SIGINT, &now, NULL);
    }
}

bool ng_console_await(int64_t timeout_ms)
{
    struct pollfd end = {.fd = pipe_ends[0], .events = POLLIN};
    int found = poll(&end, 1, timeout_ms < 0 ? -1 : (int)timeout_ms);
    /* All that came are one: they came before anybody could react to the first. */
    unsigned char bytes[64];
    return found > 0 && read(pipe_ends[0], bytes, sizeof bytes) > 0;
}

void ng_console_pass_on(void)
{
    if (!ng_signals_interrupt_ends()) {
        (void)kill(process, SIGINT);
    }
}

void ng_console_after_fork(void)
{
    struct sigaction now;
    if (sigaction(SIGINT, NULL, &now) == 0 && is_ours(&now)) {
        default_disposition();
    }
}
