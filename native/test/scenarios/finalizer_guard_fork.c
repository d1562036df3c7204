/*
 * A child is forked while threads hold whatever locks they hold: every entry point refuses there at
 * once, Python goes on in it, and nothing of the parent's changes.
 */
#include "finalizer_guard.h"
#include "stress.h"

#if !defined(_WIN32)
#include <sys/wait.h>
#include <unistd.h>
#endif

static _Atomic uint32_t over;

static void be_busy(ng_stress_thread *thread)
{
    while (atomic_load(&over) == 0U) {
        ng_stress_environment *environment = ng_stress_open(thread);
        ng_stress_run(environment, "[object() for _ in range(100)]");
        ng_statistics statistics;
        ng_statistics_read(&statistics);
        ng_gate *gate = NULL;
        NG_STRESS_CHECK(thread->stress, ng_gate_find("forked", 6, &gate) == NG_STATUS_OK);
        ng_stress_close(environment);
    }
}

#if !defined(_WIN32)

/* In the child: what is wrong, or 0. Nothing of C's library that may lock. */
static int misbehaves(ng_environment *environment)
{
    char message[NG_MESSAGE_SIZE];
    ng_started started;
    ng_statistics statistics;
    ng_gate *gate = NULL;
    ng_environment *another = NULL;
    ng_handle handle = 0;
    uint64_t leaked = 0;
    static char arena[16];
    if (!ng_process_is_forked_child() || ng_gate_is_open(&ng_python_gate)) {
        return 1;
    }
    if (ng_start(&(ng_start_options){.library = "", .executable = ""}, message) !=
            NG_STATUS_SHUT_DOWN ||
        ng_describe(&started) != NG_STATUS_SHUT_DOWN || ng_shutdown(1000) != NG_STATUS_BUSY) {
        return 2;
    }
    if (ng_environment_create(arena, NULL, &another) != NG_STATUS_SHUT_DOWN ||
        ng_object_run(environment, "1", 1, &handle, message) != NG_STATUS_SHUT_DOWN ||
        ng_object_release(environment, 1) != NG_STATUS_SHUT_DOWN) {
        return 3;
    }
    if (ng_gate_find("forked", 6, &gate) != NG_STATUS_SHUT_DOWN ||
        ng_gate_end(&ng_python_gate, 1000, &leaked) == NG_STATUS_OK ||
        ng_signals_guard(1) != NG_STATUS_SHUT_DOWN) {
        return 4;
    }
    ng_statistics_read(&statistics);
    ng_handle_owner owners[1];
    if (ng_environment_serve(environment) != 0 || ng_handle_owners(owners, 1) != 0) {
        return 5;
    }
    ng_environment_destroy(environment);
    return 0;
}

static void fork_often(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    while (ng_stress_goes_on(thread)) {
        ng_stress_phase(thread, "forking");
        pid_t child = fork();
        if (child == 0) {
            (void)alarm(20);
            _exit(misbehaves(environment->core));
        }
        NG_STRESS_CHECK(thread->stress, child > 0);
        ng_stress_phase(thread, "waiting for the child");
        int status = 0;
        NG_STRESS_CHECK(thread->stress, waitpid(child, &status, 0) == child);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            ng_stress_fail(thread->stress, "the child ended with status %d", status);
        }
        ng_stress_phase(thread, "forking in Python");
        ng_stress_run(environment, "import os, warnings\n"
                                   "warnings.simplefilter('ignore')\n"
                                   "pid = os.fork()\n"
                                   "if pid == 0:\n"
                                   "    os._exit(sum(range(10)))\n"
                                   "assert os.waitpid(pid, 0)[1] == 45 << 8\n");
    }
    ng_stress_close(environment);
}

#endif

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
#if defined(_WIN32)
    atomic_store(&over, 1U);
    be_busy(NULL);
    ng_stress_count(stress); /* there is no fork */
#else
    ng_stress_thread *busy[2];
    for (uint32_t i = 0; i < 2U; i++) {
        busy[i] = ng_stress_spawn(stress, be_busy, NULL);
    }
    ng_stress_join(ng_stress_spawn(stress, fork_often, NULL));
    atomic_store(&over, 1U);
    for (uint32_t i = 0; i < 2U; i++) {
        ng_stress_join(busy[i]);
    }
#endif
}

const ng_scenario ng_scenario_finalizer_guard_fork = {
    .name = "finalizer_guard_fork",
    .guard = "finalizer-guard",
    .description = "in a forked child every entry point refuses at once, whatever locks were held",
    .run = run,
    /* A child has one thread: nobody can get between the check that the canary keeps and the act. */
    .flags = NG_SCENARIO_BESIDE,
};
