/*
 * finalizer_guard_gates.c: gates by name, for libraries other than Python, and what a fork does to all.
 * Owner:    the process; a named gate is never freed, as a thread may be about to enter it.
 * Thread:   any. Looking through the list takes no lock; adding to it does.
 */
#include "finalizer_guard.h"

#include "platform.h"

#include <stdlib.h>
#include <string.h>

typedef struct named_gate {
    ng_gate gate; /* first: the two have one address */
    struct named_gate *next;
    size_t size;
    char name[NG_GATE_NAME_SIZE];
} named_gate;

/* Serializes adding to `gates`, and guards `watching`. A leaf: only the allocator is called under it. */
static ng_mutex names_lock = NG_MUTEX_INITIALIZER;
static bool watching;
/* Grows at its head and never shrinks, so that a reader, and a forked child, need no lock. */
static _Atomic(named_gate *) gates;

/* In the child, on its only thread. */
static void close_after_fork(void)
{
    ng_gate_close(&ng_python_gate, 0);
    for (named_gate *each = atomic_load_explicit(&gates, memory_order_acquire); each != NULL;
         each = each->next) {
        ng_gate_close(&each->gate, 0);
    }
}

/* Under names_lock. */
static bool watch_forks(void)
{
    watching = watching || ng_process_on_fork(close_after_fork);
    return watching;
}

bool ng_gate_watch_forks(void)
{
    ng_mutex_lock(&names_lock);
    bool done = watch_forks();
    ng_mutex_unlock(&names_lock);
    return done;
}

static named_gate *find(const char *name, size_t size)
{
    /* Acquire pairs with the release in `add`: the gate behind the head is complete. */
    named_gate *each = atomic_load_explicit(&gates, memory_order_acquire);
    while (each != NULL && (each->size != size || memcmp(each->name, name, size) != 0)) {
        each = each->next;
    }
    return each;
}

/* Under names_lock. */
static named_gate *add(const char *name, size_t size)
{
    named_gate *made = ng_cache_aligned_alloc(sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    atomic_init(&made->gate.state, (uint32_t)NG_GATE_SHUT);
    atomic_init(&made->gate.leaked, 0U);
    atomic_init(&made->gate.passes, NULL);
    made->size = size;
    memcpy(made->name, name, size);
    ng_gate_open(&made->gate);
    made->next = atomic_load_explicit(&gates, memory_order_relaxed);
    /* Release publishes what is in it to `find`. */
    atomic_store_explicit(&gates, made, memory_order_release);
    return made;
}

ng_status ng_gate_find(const char *name, size_t size, ng_gate **out)
{
    *out = NULL;
    if (ng_process_is_forked_child()) {
        return NG_STATUS_SHUT_DOWN;
    }
    if (size == 0U || size > NG_GATE_NAME_SIZE) {
        return NG_STATUS_BAD_FRAME;
    }
    named_gate *found = find(name, size);
    if (found == NULL) {
        ng_mutex_lock(&names_lock);
        found = find(name, size); /* somebody may have been faster */
        if (found == NULL && watch_forks()) {
            found = add(name, size);
        }
        ng_mutex_unlock(&names_lock);
    }
    if (found == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    *out = &found->gate;
    return NG_STATUS_OK;
}

ng_gate *ng_gate_of_python(void)
{
    return &ng_python_gate;
}

ng_pass *ng_gate_join(ng_gate *gate)
{
    return ng_pass_take(gate);
}

void ng_gate_part(ng_pass *pass)
{
    ng_gate_leave(pass);
    ng_pass_give_back(pass);
}

int ng_gate_acquire(ng_gate *gate, ng_pass *pass)
{
    return ng_gate_enter(gate, pass) ? 1 : 0;
}

void ng_gate_release(ng_pass *pass)
{
    ng_gate_leave(pass);
}

ng_status ng_gate_end(ng_gate *gate, uint32_t bound_ms, uint64_t *leaked)
{
    *leaked = 0;
    if (gate == &ng_python_gate) {
        return NG_STATUS_BAD_FRAME;
    }
    if (ng_process_is_forked_child()) {
        return NG_STATUS_SHUT_DOWN;
    }
    uint64_t until = ng_clock_ms() + bound_ms;
    if (ng_gate_begin_closing(gate)) {
        bool drained = ng_gate_wait(gate, until);
        ng_gate_close(gate, drained ? 0U : ng_gate_count_present(gate));
    }
    ng_gate_statistics now = {0};
    /* Somebody else may be closing it, with a bound of its own: then for as long as ours. */
    for (ng_gate_read(gate, &now); now.state != NG_GATE_CLOSED && ng_clock_ms() < until;
         ng_gate_read(gate, &now)) {
        ng_sleep_ms(1);
    }
    *leaked = now.state == NG_GATE_CLOSED ? now.leaked : now.inside;
    return *leaked == 0U ? NG_STATUS_OK : NG_STATUS_BUSY;
}
