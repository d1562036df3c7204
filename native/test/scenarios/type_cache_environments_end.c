/*
 * Environments end inside creators, deep or not, while others wait for the same keys: each key becomes
 * available again, and nothing of what was in progress is ever found.
 */
#include "stress.h"

#define TYPES 4U
/* Values that are complete; what is only offered is odd. */
#define COMPLETE 2U
#define HALF_BUILT 3U
#define CLASSES 6U

static void prepare(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "keys = [type(f'Key{i}', (), {}) for i in range(4)]\n"
                               "import itertools\n"
                               "rounds = itertools.count()\n"
                               "def renew():\n"
                               "    round = next(rounds)\n"
                               "    if round % 2:\n"
                               "        keys[round // 2 % 4].round = round\n"
                               "    else:\n"
                               "        keys[round // 2 % 4] = type('Key', (), {})\n");
    ng_stress_close(environment);
}

static ng_handle key(ng_stress_environment *environment, uint32_t which)
{
    static const char *const names[TYPES] = {"keys[0]", "keys[1]", "keys[2]", "keys[3]"};
    return ng_stress_object(environment, names[which]);
}

/* Begins a creation of one type inside the other, and stops at the last. False when nothing
   was to be created. */
static bool begin_some(ng_stress_thread *thread, ng_stress_environment *environment, uint32_t deep,
                       uint64_t *tokens, uint32_t *begun)
{
    static _Thread_local char message[NG_MESSAGE_SIZE];
    uint32_t first = ng_stress_below(thread, TYPES);
    uint32_t scope = ng_stress_below(thread, 2);
    *begun = 0;
    for (uint32_t i = 0; i < deep; i++) {
        ng_type_cache_answer answer;
        NG_STRESS_CHECK(thread->stress,
                        ng_type_cache_begin(environment->core,
                                            key(environment, (first + i) % TYPES), scope, &answer,
                                            message) == NG_STATUS_OK);
        if (answer.outcome == NG_TYPE_CACHE_CREATE) {
            tokens[(*begun)++] = answer.token;
            NG_STRESS_CHECK(thread->stress, ng_type_cache_offer(environment->core, answer.token,
                                                                HALF_BUILT) == NG_STATUS_OK);
        } else if (answer.outcome == NG_TYPE_CACHE_FOUND) {
            NG_STRESS_CHECK(thread->stress, answer.value == COMPLETE);
        }
    }
    return *begun != 0U;
}

/* A type for a "JavaScript class"; sometimes the creation is left open. */
static void begin_class(ng_stress_thread *thread, ng_stress_environment *environment)
{
    static _Thread_local char message[NG_MESSAGE_SIZE];
    ng_type_cache_answer answer;
    uint32_t number = 1U + ng_stress_below(thread, CLASSES);
    NG_STRESS_CHECK(thread->stress, ng_type_cache_begin_class(environment->core, number, &answer,
                                                              message) == NG_STATUS_OK);
    if (answer.outcome == NG_TYPE_CACHE_CREATE) {
        ng_handle type = ng_stress_object(environment, "type('Emitted', (), {})");
        NG_STRESS_CHECK(thread->stress, ng_type_cache_publish_type(environment->core, answer.token,
                                                                   type) == NG_STATUS_OK);
        answer.value = type;
    }
    if (answer.value != 0U) {
        NG_STRESS_CHECK(thread->stress,
                        ng_object_release(environment->core, answer.value) == NG_STATUS_OK);
    }
    if (ng_stress_below(thread, 4) == 0U) {
        ng_type_cache_forget_class(environment->core, number);
    }
}

static void complete(ng_stress_thread *thread, ng_stress_environment *environment,
                     const uint64_t *tokens, uint32_t begun)
{
    for (uint32_t i = begun; i > 0U; i--) {
        NG_STRESS_CHECK(thread->stress, ng_type_cache_publish(environment->core, tokens[i - 1U],
                                                              COMPLETE) == NG_STATUS_OK);
    }
}

static void live(ng_stress_thread *thread)
{
    uint64_t tokens[TYPES];
    uint32_t begun = 0;
    while (ng_stress_goes_on(thread)) {
        ng_stress_phase(thread, "opening");
        ng_stress_environment *environment = ng_stress_open(thread);
        for (uint32_t left = ng_stress_below(thread, 4); left > 0U; left--) {
            ng_stress_phase(thread, "creating");
            begin_class(thread, environment);
            if (begin_some(thread, environment, 1U + ng_stress_below(thread, TYPES), tokens,
                           &begun)) {
                complete(thread, environment, tokens, begun);
            }
        }
        /* Or all would be found from now on. */
        ng_stress_run(environment, "renew()");
        ng_stress_phase(thread, "beginning, not to complete");
        (void)begin_some(thread, environment, 1U + ng_stress_below(thread, TYPES), tokens, &begun);
        ng_stress_phase(thread, "closing");
        ng_stress_close(environment);
    }
}

static void finish(ng_stress_thread *thread)
{
    ng_stress_environment *environment = ng_stress_open(thread);
    ng_stress_run(environment, "import gc\nkeys.clear()\ngc.collect()\ngc.collect()");
    ng_type_cache_statistics figures;
    ng_type_cache_statistics_read(&figures);
    if (figures.entries != 0U || figures.classes != 0U) {
        ng_stress_fail(thread->stress, "%llu entries and %llu classes outlived their owners",
                       (unsigned long long)figures.entries, (unsigned long long)figures.classes);
    }
    ng_stress_close(environment);
}

static void run(ng_stress *stress)
{
    ng_stress_python(stress);
    ng_stress_join(ng_stress_spawn(stress, prepare, NULL));
    ng_stress_collector *collector = ng_stress_collector_start(stress);
    ng_stress_threads(stress, stress->threads, live, NULL);
    ng_stress_collector_stop(collector);
    ng_stress_join(ng_stress_spawn(stress, finish, NULL));
}

const ng_scenario ng_scenario_type_cache_environments_end = {
    .name = "type_cache_environments_end",
    .guard = "type-cache",
    .description = "environments end inside creators: no trace, and nobody left waiting",
    .run = run,
};
