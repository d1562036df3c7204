/*
 * main.c: runs one scenario.
 *
 *   nogil-stress --list [--guard NAME]
 *   nogil-stress --scenario NAME --library LIBPYTHON --executable PYTHON [--seconds N] [--seed S]
 *                [--threads T] [--grace SECONDS] [--json]
 *   nogil-stress --soak SECONDS [--guard NAME] …   scenarios take turns of --seconds in one process
 *
 * Exit code: 0 passed, 1 failed, 2 for arguments that make no sense; a scenario that ends the process
 * itself says with what (exit_code in --list).
 */
#include "run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NG_SCENARIO(name) extern const ng_scenario ng_scenario_##name;
#include "scenarios.def"
#undef NG_SCENARIO

static const ng_scenario *const scenarios[] = {
#define NG_SCENARIO(name) &ng_scenario_##name,
#include "scenarios.def"
#undef NG_SCENARIO
};

#define SCENARIO_COUNT (sizeof scenarios / sizeof scenarios[0])

/* How long Python may take to end after a scenario is over. */
#define SHUTDOWN_MS 10000U

typedef struct ng_arguments {
    const char *scenario;
    const char *guard;
    const char *library;
    const char *executable;
    double seconds;
    double soak; /* seconds; 0: none */
    uint64_t seed;
    uint32_t threads;
    double grace;
    bool list;
    bool json;
} ng_arguments;

static int usage(const char *what, const char *argument)
{
    (void)fprintf(stderr, "nogil-stress: %s: %s\n", argument, what);
    return 2;
}

static int parse(ng_arguments *out, int count, char **values)
{
    for (int i = 1; i < count; i++) {
        const char *name = values[i];
        if (strcmp(name, "--list") == 0) {
            out->list = true;
            continue;
        }
        if (strcmp(name, "--json") == 0) {
            out->json = true;
            continue;
        }
        if (i + 1 == count) {
            return usage("no such switch, or its value is missing", name);
        }
        const char *value = values[++i];
        char *end = NULL;
        double number = strtod(value, &end);
        bool is_number = *value != '\0' && *end == '\0' && number >= 0;
        if (strcmp(name, "--scenario") == 0) {
            out->scenario = value;
        } else if (strcmp(name, "--guard") == 0) {
            out->guard = value;
        } else if (strcmp(name, "--library") == 0) {
            out->library = value;
        } else if (strcmp(name, "--executable") == 0) {
            out->executable = value;
        } else if (strcmp(name, "--seed") == 0) {
            out->seed = strtoull(value, &end, 10);
            if (!is_number || *end != '\0') {
                return usage("not a number", name);
            }
        } else if (!is_number) {
            return usage("no such switch, or not a number", name);
        } else if (strcmp(name, "--seconds") == 0) {
            out->seconds = number;
        } else if (strcmp(name, "--soak") == 0) {
            out->soak = number;
        } else if (strcmp(name, "--threads") == 0) {
            out->threads = (uint32_t)number;
        } else if (strcmp(name, "--grace") == 0) {
            out->grace = number;
        } else {
            return usage("no such switch", name);
        }
    }
    return 0;
}

static int list(const ng_arguments *arguments)
{
    for (size_t i = 0; i < SCENARIO_COUNT; i++) {
        const ng_scenario *each = scenarios[i];
        if (arguments->guard != NULL && strcmp(arguments->guard, each->guard) != 0) {
            continue;
        }
        if (arguments->json) {
            (void)printf("{\"name\":\"%s\",\"guard\":\"%s\",\"flags\":%" PRIu32
                         ",\"exitCode\":%d,\"description\":\"%s\"}\n",
                         each->name, each->guard, each->flags, each->exit_code, each->description);
        } else {
            (void)printf("%-34s %-16s %s\n", each->name, each->guard, each->description);
        }
    }
    return 0;
}

/* The scenario asked for; in a soak the first one stands for all, until it is their turn. */
static const ng_scenario *find(const ng_arguments *arguments)
{
    if (arguments->soak > 0) {
        return scenarios[0];
    }
    for (size_t i = 0; i < SCENARIO_COUNT && arguments->scenario != NULL; i++) {
        if (strcmp(scenarios[i]->name, arguments->scenario) == 0) {
            return scenarios[i];
        }
    }
    return NULL;
}

static void run_soak(ng_stress *stress, const ng_arguments *arguments)
{
    const ng_scenario *chosen[SCENARIO_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < SCENARIO_COUNT; i++) {
        if (arguments->guard == NULL || strcmp(arguments->guard, scenarios[i]->guard) == 0) {
            chosen[count++] = scenarios[i];
        }
    }
    ng_run_soak(stress, chosen, count, (uint64_t)(arguments->soak * 1000));
}

/* barrier.c reads it at the first barrier point of each thread. */
static void seed_barriers(uint64_t seed)
{
    static char setting[64];
    (void)snprintf(setting, sizeof setting, "NOGIL_SEED=%" PRIu32, (uint32_t)seed);
#if defined(_WIN32)
    (void)_putenv(setting);
#else
    (void)putenv(setting);
#endif
}

static void end_python(ng_stress *stress)
{
    ng_status status = ng_shutdown(SHUTDOWN_MS);
    if (status == NG_STATUS_BUSY && (stress->scenario->flags & NG_SCENARIO_LEAVES_PYTHON) == 0U) {
        ng_stress_fail(stress, "Python could not be finalized: somebody is still inside");
    }
}

int main(int count, char **values)
{
    ng_arguments arguments = {.seconds = 1, .threads = 8, .grace = 30, .seed = 1};
    int code = parse(&arguments, count, values);
    if (code != 0) {
        return code;
    }
    if (arguments.list) {
        return list(&arguments);
    }
    const ng_scenario *scenario = find(&arguments);
    if (scenario == NULL) {
        return usage("name one that --list shows (tools/stress.mjs runs all)", "--scenario");
    }
    (void)snprintf(ng_run_replay, sizeof ng_run_replay,
                   "%s --scenario %s --library %s --executable %s --seconds %g --seed %" PRIu64
                   " --threads %" PRIu32,
                   values[0], scenario->name, arguments.library == NULL ? "-" : arguments.library,
                   arguments.executable == NULL ? "-" : arguments.executable, arguments.seconds,
                   arguments.seed, arguments.threads);
    seed_barriers(arguments.seed);
    static ng_stress stress;
    stress = (ng_stress){.scenario = scenario,
                         .library = arguments.library,
                         .executable = arguments.executable,
                         .seed = arguments.seed,
                         .duration_ms = (uint64_t)(arguments.seconds * 1000),
                         .threads = arguments.threads == 0U ? 1U : arguments.threads};
    uint64_t begin = ng_clock_ms();
    ng_run_watch(&stress, (uint32_t)(arguments.grace * 1000));
    if (arguments.soak > 0) {
        run_soak(&stress, &arguments);
    } else {
        scenario->run(&stress);
    }
    uint64_t rounds = ng_run_rounds();
    if (rounds == 0U) {
        ng_stress_fail(&stress, "it did nothing: not one round");
    }
    end_python(&stress);
    ng_statistics statistics;
    ng_statistics_read(&statistics);
    if (arguments.soak > 0) {
        return 0; /* everything was said */
    }
    if (arguments.json) {
        (void)printf("{\"scenario\":\"%s\",\"rounds\":%" PRIu64 ",\"ms\":%" PRIu64
                     ",\"handlesLive\":%" PRIu64 ",\"handlesLeaked\":%" PRIu64 "}\n",
                     scenario->name, rounds, ng_clock_ms() - begin, statistics.handles_live,
                     statistics.handles_leaked);
    } else {
        (void)printf("passed %s: %" PRIu64 " rounds, %" PRIu64 " ms, seed %" PRIu64 "\n",
                     scenario->name, rounds, ng_clock_ms() - begin, arguments.seed);
    }
    return 0;
}
