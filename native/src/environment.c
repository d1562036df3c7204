#include "environment.h"

#include "interpreter_guard.h"
#include "platform.h"
#include "waits.h"

#include <stdlib.h>

/* Guards `environments` and `last_number`. A leaf: nothing is called under it. */
static ng_mutex list_lock = NG_MUTEX_INITIALIZER;
static ng_environment *environments; /* list_lock */
static uint32_t last_number;         /* list_lock */

/* Mostly one. Several where a host loads the core more than once in a thread. */
static _Thread_local ng_environment *of_this_thread;

static void enlist(ng_environment *environment)
{
    ng_mutex_lock(&list_lock);
    last_number = last_number == UINT32_MAX ? 1U : last_number + 1U;
    environment->number = last_number;
    ng_handle_cache_init(&environment->handles, last_number);
    environment->next = environments;
    environments = environment;
    ng_mutex_unlock(&list_lock);
}

static void delist(ng_environment *environment)
{
    ng_mutex_lock(&list_lock);
    for (ng_environment **link = &environments; *link != NULL; link = &(*link)->next) {
        if (*link == environment) {
            *link = environment->next;
            break;
        }
    }
    ng_mutex_unlock(&list_lock);
}

void ng_environment_speaks(ng_environment *environment)
{
    ng_mutex_lock(&list_lock);
    environment->speaks = true;
    ng_mutex_unlock(&list_lock);
}

ng_mailbox *ng_environment_first(uint32_t *number)
{
    ng_mailbox *mailbox = NULL;
    ng_mutex_lock(&list_lock);
    for (ng_environment *each = environments; each != NULL; each = each->next) {
        if (each->speaks) { /* the list begins with the youngest */
            mailbox = each->mailbox;
            *number = each->number;
        }
    }
    if (mailbox != NULL) {
        ng_mailbox_reference(mailbox);
    }
    ng_mutex_unlock(&list_lock);
    return mailbox;
}

static void enlist_here(ng_environment *environment)
{
    environment->next_here = of_this_thread;
    of_this_thread = environment;
}

static void delist_here(ng_environment *environment)
{
    for (ng_environment **link = &of_this_thread; *link != NULL; link = &(*link)->next_here) {
        if (*link == environment) {
            *link = environment->next_here;
            break;
        }
    }
}

ng_environment *ng_environment_here(uint32_t number)
{
    ng_environment *each = of_this_thread;
    while (each != NULL && each->number != number) {
        each = each->next_here;
    }
    return each;
}

ng_environment *ng_environment_attached(void)
{
    ng_environment *each = of_this_thread;
    if (each != NULL) {
        PyThreadState *attached = ng_py.PyThreadState_Get();
        while (each != NULL && each->thread_state != attached) {
            each = each->next_here;
        }
    }
    return each;
}

static ng_status make_thread_state(ng_environment *environment)
{
    ng_pass *pass = environment->pass;
    if (!ng_gate_enter(&ng_python_gate, pass)) {
        return ng_gate_was_opened(&ng_python_gate) ? NG_STATUS_SHUT_DOWN : NG_STATUS_NOT_STARTED;
    }
    ng_py_interpreter_guard *guard = NULL;
    if (!ng_interpreter_guard_enter(&guard)) {
        ng_gate_leave(pass);
        return NG_STATUS_SHUT_DOWN;
    }
    /* On its own thread: before 3.12 a thread state is bound to the thread that makes it. */
    environment->thread_state = ng_py.PyThreadState_New(ng_py.PyInterpreterState_Main());
    if (environment->thread_state != NULL) {
        atomic_store_explicit(&pass->thread, ng_py.PyThread_get_thread_ident(),
                              memory_order_relaxed);
    }
    if (ng_py.PyThread_get_thread_native_id != NULL) {
        environment->native_thread = ng_py.PyThread_get_thread_native_id();
    }
    ng_interpreter_guard_leave(guard);
    ng_gate_leave(pass);
    return environment->thread_state != NULL ? NG_STATUS_OK : NG_STATUS_OUT_OF_MEMORY;
}

static void free_environment(ng_environment *environment)
{
    if (environment->mailbox != NULL) {
        ng_mailbox_release(environment->mailbox);
    }
    if (environment->pass != NULL) {
        ng_pass_give_back(environment->pass);
    }
    ng_identities_free(&environment->identities);
    free(environment);
}

ng_status ng_environment_create(void *arena, const ng_host *host, ng_environment **out)
{
    *out = NULL;
    if (ng_process_is_forked_child()) {
        return NG_STATUS_SHUT_DOWN;
    }
    ng_environment *environment = calloc(1, sizeof *environment);
    if (environment == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    if (host != NULL) {
        environment->host = *host;
    }
    environment->arena = arena;
    environment->pass = ng_pass_take(&ng_python_gate);
    environment->mailbox = ng_mailbox_create(&environment->host);
    ng_status status = environment->pass == NULL || environment->mailbox == NULL
                           ? NG_STATUS_OUT_OF_MEMORY
                           : make_thread_state(environment);
    if (status != NG_STATUS_OK) {
        free_environment(environment);
        return status;
    }
    enlist(environment);
    enlist_here(environment);
    *out = environment;
    return NG_STATUS_OK;
}

static void run_end_hooks(ng_environment *environment)
{
    ng_end_hook *hook = NULL;
    while ((hook = environment->end_hooks) != NULL) {
        environment->end_hooks = hook->next;
        hook->run(hook, environment);
    }
}

/* ng_attach for the last time, safe from finalizations that are not ours where Python offers that. */
static bool attach_guarded(ng_environment *environment)
{
    ng_py_interpreter_guard *guard = NULL;
    bool attached = ng_interpreter_guard_enter(&guard) && ng_attach(environment);
    ng_interpreter_guard_leave(guard); /* before finalizers run: they may take for ever */
    return attached;
}

void ng_environment_destroy(ng_environment *environment)
{
    /* In a forked child the locks below may be those of threads that are not there. */
    if (environment == NULL || ng_process_is_forked_child()) {
        return;
    }
    environment->ending = true;
    delist(environment);
    ng_waits_forget(environment->number);
    /* First, so that nobody waits for what will never be done. */
    ng_mailbox_close(environment->mailbox);
    run_end_hooks(environment);
    if (atomic_load_explicit(&environment->pass->presence, memory_order_relaxed) != 0U) {
        /* A host that ends the process on top of Python's frames: they refer to all of this. */
        atomic_fetch_add_explicit(&ng_python_end.states_leaked, 1U, memory_order_relaxed);
        ng_handles_count_leaked(
            atomic_load_explicit(&environment->handles.live, memory_order_relaxed));
        return;
    }
    if (attach_guarded(environment)) {
        uint32_t index = 0;
        PyObject *object = NULL;
        /* One by one: each may run a finalizer, which may run anything but JavaScript of ours. */
        while ((object = ng_handle_take_next(&environment->handles, &index)) != NULL) {
            ng_py.Py_DecRef(object);
        }
        /* PyThreadState_SetAsyncExc goes on with a thread state after it let go of the lock of their list:
           on free-threaded builds ours would be freed under it. */
        ng_mutex_lock(&list_lock);
        ng_pass_untarget(environment->pass);
        ng_mutex_unlock(&list_lock);
        if (environment->interactive) {
            ng_environment_leave_session(environment);
        }
        ng_py.PyThreadState_Clear(environment->thread_state);
        ng_py.PyThreadState_DeleteCurrent(); /* detaches as well */
        ng_gate_leave(environment->pass);
        ng_handle_cache_empty(&environment->handles);
    } else {
        /* Python is going or gone: its thread state and our references go with the process. */
        atomic_fetch_add_explicit(&ng_python_end.states_leaked, 1U, memory_order_relaxed);
        ng_handles_count_leaked(
            atomic_load_explicit(&environment->handles.live, memory_order_relaxed));
    }
    delist_here(environment);
    ng_blocks_free_all(&environment->blocks);
    free_environment(environment);
}

void ng_environment_name(ng_environment *environment, uint32_t host_thread)
{
    if (ng_process_is_forked_child()) {
        return;
    }
    ng_mutex_lock(&list_lock);
    environment->host_thread = host_thread;
    ng_mutex_unlock(&list_lock);
}

void ng_environment_forget_interrupt(ng_environment *environment)
{
    uint32_t presence = atomic_load_explicit(&environment->pass->presence, memory_order_relaxed);
    if (presence != NG_PRESENCE_INSIDE) {
        return;
    }
    ng_mutex_lock(&list_lock);
#if defined(NOGIL_UNSAFE_INTERRUPT)
    /* The canary: what everybody writes first. What was sent while this call attached is lost. */
    bool late = true;
#else
    bool late = atomic_load_explicit(&environment->interrupted, memory_order_relaxed) !=
                atomic_load_explicit(&environment->pass->entered, memory_order_relaxed);
#endif
    if (late) {
        atomic_store_explicit(&environment->interrupted, 0U, memory_order_relaxed);
        (void)ng_py.PyThreadState_SetAsyncExc(ng_py.PyThread_get_thread_ident(), NULL);
    }
    ng_mutex_unlock(&list_lock);
}

void ng_environment_leave_session(ng_environment *environment)
{
    uint32_t presence = atomic_load_explicit(&environment->pass->presence, memory_order_relaxed);
    ng_ctrl_c_leave(presence == NG_PRESENCE_INSIDE);
}

ng_status ng_environment_set_interactive(ng_environment *environment, uint32_t on)
{
    if (ng_process_is_forked_child()) {
        return NG_STATUS_SHUT_DOWN;
    }
    if (on != 0U && !ng_ctrl_c_open()) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    environment->interactive = on != 0U;
    return NG_STATUS_OK;
}

/* Whether Python runs there; on the caller's thread, whose own call this is, below JavaScript. */
static bool runs_python(const ng_environment *environment, const ng_environment *caller)
{
    uint32_t presence = atomic_load_explicit(&environment->pass->presence, memory_order_acquire);
    return environment == caller ? presence > NG_PRESENCE_INSIDE
                                 : (presence & NG_PRESENCE_INSIDE) != 0U;
}

ng_status ng_environment_interrupt(ng_environment *caller, uint32_t host_thread,
                                   uint32_t *interrupted)
{
    *interrupted = 0;
    if (!ng_attach(caller)) {
        return NG_STATUS_SHUT_DOWN;
    }
    /* A leaf, though Python is called under it: it finds a thread and stores a pointer to a class that
       is never freed. The lock keeps the environment from ending, and its thread's ident from being
       another thread's. */
    ng_mutex_lock(&list_lock);
    for (ng_environment *each = environments; each != NULL; each = each->next) {
        if (each->host_thread != host_thread || !runs_python(each, caller)) {
            continue;
        }
        unsigned long thread = atomic_load_explicit(&each->pass->thread, memory_order_relaxed);
        if (thread == 0UL) {
            continue; /* its thread state is being deleted */
        }
        /* The stay that runs_python saw, or one that began since: that one runs now. */
        uint64_t stay = atomic_load_explicit(&each->pass->entered, memory_order_relaxed);
        /* Before it is sent: the thread's next call looks for it, and waits here until it is. */
        atomic_store_explicit(&each->interrupted, stay, memory_order_release);
        *interrupted += (uint32_t)ng_py.PyThreadState_SetAsyncExc(
            thread, *(PyObject **)ng_py.PyExc_KeyboardInterrupt);
    }
    ng_mutex_unlock(&list_lock);
    ng_detach(caller);
    return NG_STATUS_OK;
}

int ng_environment_serve(ng_environment *environment)
{
    if (ng_process_is_forked_child()) {
        return 0;
    }
    return ng_mailbox_serve(environment->mailbox, environment) ? 1 : 0;
}

void ng_statistics_read(ng_statistics *out)
{
    *out = (ng_statistics){0};
    if (ng_process_is_forked_child()) {
        return;
    }
    ng_handles_statistics(out);
    ng_mutex_lock(&list_lock);
    for (ng_environment *each = environments; each != NULL; each = each->next) {
        out->environments++;
        out->handles_live += atomic_load_explicit(&each->handles.live, memory_order_relaxed);
        out->handles_peak += atomic_load_explicit(&each->handles.peak, memory_order_relaxed);
    }
    ng_mutex_unlock(&list_lock);
}

static ng_environment_view view_of(const ng_environment *environment)
{
    ng_mailbox_reference(environment->mailbox);
    return (ng_environment_view){
        .number = environment->number,
        .host_thread = environment->host_thread,
        .presence = atomic_load_explicit(&environment->pass->presence, memory_order_relaxed),
        .operation = atomic_load_explicit(&environment->operation, memory_order_relaxed),
        .thread = atomic_load_explicit(&environment->pass->thread, memory_order_relaxed),
        .native_thread = environment->native_thread,
        .live = atomic_load_explicit(&environment->handles.live, memory_order_relaxed),
        .peak = atomic_load_explicit(&environment->handles.peak, memory_order_relaxed),
        .mailbox = environment->mailbox,
    };
}

size_t ng_environments_view(ng_environment_view *out, size_t capacity)
{
    size_t found = 0;
    ng_mutex_lock(&list_lock);
    for (const ng_environment *each = environments; each != NULL; each = each->next) {
        if (found < capacity) {
            out[found] = view_of(each);
        }
        found++;
    }
    ng_mutex_unlock(&list_lock);
    /* Not under the lock, which is a leaf. */
    for (size_t i = 0; i < found && i < capacity; i++) {
        out[i].queued = ng_mailbox_count(out[i].mailbox);
        ng_mailbox_release(out[i].mailbox);
        out[i].mailbox = NULL;
    }
    return found;
}

size_t ng_handle_owners(ng_handle_owner *out, size_t capacity)
{
    size_t found = 0;
    if (ng_process_is_forked_child()) {
        return 0;
    }
    ng_mutex_lock(&list_lock);
    for (ng_environment *each = environments; each != NULL; each = each->next) {
        if (found < capacity) {
            out[found] = (ng_handle_owner){
                .environment = each->number,
                .live = atomic_load_explicit(&each->handles.live, memory_order_relaxed),
                .peak = atomic_load_explicit(&each->handles.peak, memory_order_relaxed),
            };
        }
        found++;
    }
    ng_mutex_unlock(&list_lock);
    return found;
}

/* ---- blocks: the plain C face ----------------------------------------------------------------- */

uint64_t ng_block_create(ng_environment *environment, size_t bytes, void **data)
{
    return ng_blocks_create(&environment->blocks, bytes, data);
}

void *ng_block_data(ng_environment *environment, uint64_t block, size_t *bytes)
{
    return ng_blocks_find(&environment->blocks, block, bytes);
}

void ng_block_free(ng_environment *environment, uint64_t block)
{
    ng_blocks_free(&environment->blocks, block);
}

uint32_t ng_abi_version(void)
{
    return NG_ABI_VERSION;
}
