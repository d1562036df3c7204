/* How a share's stack of creations and its references end is in type_cache_share.c. */
#include "type_cache.h"

#include "barrier.h"
#include "error.h"
#include "type_cache_share.h"

/* ---- looking ---------------------------------------------------------------------------------- */

bool ng_type_cache_look(PyTypeObject *type, uint32_t scope, uint64_t *value)
{
    ng_type_found found;
    if (!ng_type_table_find(type, scope, &found)) {
        return false;
    }
#if !defined(NOGIL_UNSAFE_TYPE_CACHE)
    /* The canary takes what was found for true. */
    if (!ng_type_mark_is_current(type, &found.mark)) {
        return false;
    }
#endif
    *value = found.value;
    return true;
}

static uint32_t scope_number(const ng_environment *environment, uint32_t scope)
{
    switch (scope) {
    case NG_TYPE_CACHE_SHARED:
        return 0U;
    case NG_TYPE_CACHE_SHAPE:
        return NG_TYPE_SCOPE_SHAPE;
    default:
        return environment->number;
    }
}

/* Answers FOUND when something current is published. */
static bool answer_published(PyTypeObject *type, uint32_t scope, ng_type_cache_answer *out)
{
    if (!ng_type_cache_look(type, scope, &out->value)) {
        return false;
    }
    out->outcome = NG_TYPE_CACHE_FOUND;
    return true;
}

ng_status ng_type_cache_find(ng_environment *environment, ng_handle type, uint32_t scope,
                             ng_type_cache_answer *out)
{
    *out = (ng_type_cache_answer){0};
    PyObject *object = NULL;
    ng_status status = ng_handle_borrow(&environment->handles, type, &object);
    if (status == NG_STATUS_OK) {
        (void)answer_published(object, scope_number(environment, scope), out);
    }
    return status;
}

/* ---- references ------------------------------------------------------------------------------- */

/* A reference to the type behind a handle. */
static ng_status keep_type(ng_environment *environment, ng_handle handle, PyObject **out)
{
    PyObject *object = NULL;
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    ng_status status = ng_handle_borrow(&environment->handles, handle, &object);
    if (status == NG_STATUS_OK) {
        if (ng_py.PyType_IsSubtype(ng_type_of(object), ng_py.PyType_Type) != 0) {
            ng_py.Py_IncRef(object);
            *out = object;
        } else {
            status = NG_STATUS_NOT_A_TYPE;
        }
    }
    ng_detach(environment);
    return status;
}

/* A handle for a type that somebody else keeps. */
static ng_status name_type(ng_environment *environment, PyObject *type, uint64_t *out)
{
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    ng_py.Py_IncRef(type);
    *out = ng_handle_steal(&environment->handles, type);
    if (*out == 0U) {
        ng_py.Py_DecRef(type);
    }
    ng_detach(environment);
    return *out == 0U ? NG_STATUS_OUT_OF_MEMORY : NG_STATUS_OK;
}

/* ---- the creation lock -------------------------------------------------------------------------- */

static ng_status lock_creation(ng_environment *environment)
{
    NG_BARRIER_POINT();
#if defined(NOGIL_UNSAFE_TYPE_CACHE)
    (void)environment;
    return NG_STATUS_OK;
#else
    return ng_creation_acquire(environment, UINT64_MAX);
#endif
}

static void unlock_creation(ng_environment *environment)
{
#if defined(NOGIL_UNSAFE_TYPE_CACHE)
    (void)environment;
#else
    ng_creation_release(environment);
#endif
}

/* ---- Python types ----------------------------------------------------------------------------- */

/* The creation of that key, or NULL. */
static ng_type_creation *find_creation(ng_type_share *share, PyObject *type, uint32_t scope)
{
    for (size_t i = share->count; i > 0U; i--) {
        ng_type_creation *each = &share->creations[i - 1U];
        if (each->entry != NULL && each->reference->type == type && each->entry->scope == scope) {
            return each;
        }
    }
    return NULL;
}

/* An entry for the type as it is now. Making it may run Python, and that JavaScript of this thread. */
static ng_status prepare(ng_type_share *share, PyObject *type, uint32_t scope, ng_type_entry **out,
                         char *message)
{
    ng_type_entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    if (!ng_attach(share->environment)) {
        free(entry);
        return NG_STATUS_SHUT_DOWN;
    }
    bool marked = ng_type_watch_mark(type, ng_type_entries_bury, &entry->published.mark);
    if (!marked) {
        ng_error_to_message("looking at the type", message, NG_MESSAGE_SIZE);
    }
    ng_detach(share->environment);
    if (!marked) {
        free(entry);
        return NG_STATUS_PYTHON_ERROR;
    }
    entry->type = type;
    entry->scope = scope;
    entry->owner = scope == 0U || scope == NG_TYPE_SCOPE_SHAPE ? NULL : &share->owner;
    *out = entry;
    return NG_STATUS_OK;
}

/* What the share's own creations or the table know of the key. */
static bool answer_known(ng_type_share *share, PyObject *type, uint32_t scope,
                         ng_type_cache_answer *out)
{
    const ng_type_creation *creation = find_creation(share, type, scope);
    if (creation == NULL) {
        return answer_published(type, scope, out);
    }
    out->outcome = creation->finished ? NG_TYPE_CACHE_FOUND : NG_TYPE_CACHE_PENDING;
    out->value = creation->value;
    return true;
}

/* With the creation lock; CREATE keeps it and the reference. */
static ng_status begin_locked(ng_type_share *share, PyObject *type, uint32_t scope,
                              ng_type_cache_answer *out, char *message)
{
    if (answer_known(share, type, scope, out)) {
        return NG_STATUS_OK;
    }
    ng_type_entry *entry = NULL;
    ng_status status = prepare(share, type, scope, &entry, message);
    if (status != NG_STATUS_OK) {
        return status;
    }
    /* Once more: preparing may have run a creation of the same key. */
    ng_type_creation *creation = NULL;
    if (answer_known(share, type, scope, out) ||
        (creation = ng_type_share_begin(share, out)) == NULL) {
        free(entry);
        return out->outcome == NG_TYPE_CACHE_MISSING ? NG_STATUS_OUT_OF_MEMORY : NG_STATUS_OK;
    }
    creation->entry = entry;
    creation->reference->type = type;
    out->value = ng_type_entries_last_value(entry->published.mark.record, scope);
    return NG_STATUS_OK;
}

ng_status ng_type_cache_begin(ng_environment *environment, ng_handle handle, uint32_t scope,
                              ng_type_cache_answer *out, char *message)
{
    message[0] = '\0';
    ng_status status = ng_type_cache_find(environment, handle, scope, out);
    if (status != NG_STATUS_OK || out->outcome == NG_TYPE_CACHE_FOUND) {
        return status;
    }
    ng_type_share *share = ng_type_share_of(environment);
    if (share == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    PyObject *type = NULL;
    status = keep_type(environment, handle, &type);
    if (status != NG_STATUS_OK) {
        return status;
    }
    /* Waiting serves callbacks: this very key may have been created here meanwhile. */
    status = lock_creation(environment);
    if (status == NG_STATUS_OK) {
        status = begin_locked(share, type, scope_number(environment, scope), out, message);
        if (out->outcome == NG_TYPE_CACHE_CREATE) {
            return status;
        }
        unlock_creation(environment);
    }
    ng_type_share_drop(environment, &type, 1);
    return status;
}

/* ---- JavaScript classes ----------------------------------------------------------------------- */

static ng_status begin_class_locked(ng_type_share *share, uint32_t number,
                                    ng_type_cache_answer *out)
{
    if (!ng_type_share_reserve_class(share, number)) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    PyObject *type = share->classes[number];
    for (size_t i = share->count; type == NULL && i > 0U; i--) {
        ng_type_creation *each = &share->creations[i - 1U];
        if (each->entry == NULL && each->number == number) {
            out->outcome = each->finished ? NG_TYPE_CACHE_FOUND : NG_TYPE_CACHE_PENDING;
            if (each->reference->type == NULL) {
                return NG_STATUS_OK; /* nothing offered */
            }
            return name_type(share->environment, each->reference->type, &out->value);
        }
    }
    if (type != NULL) {
        out->outcome = NG_TYPE_CACHE_FOUND;
        return name_type(share->environment, type, &out->value);
    }
    ng_type_creation *creation = ng_type_share_begin(share, out);
    if (creation == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    creation->number = number;
    return NG_STATUS_OK;
}

ng_status ng_type_cache_begin_class(ng_environment *environment, uint32_t number,
                                    ng_type_cache_answer *out, char *message)
{
    message[0] = '\0';
    *out = (ng_type_cache_answer){0};
    if (number == 0U || number > NG_TYPE_CACHE_LARGEST_CLASS) {
        return NG_STATUS_BAD_FRAME;
    }
    ng_type_share *share = ng_type_share_of(environment);
    if (share == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    if (number < share->class_capacity && share->classes[number] != NULL) {
        out->outcome = NG_TYPE_CACHE_FOUND;
        return name_type(environment, share->classes[number], &out->value);
    }
    ng_status status = lock_creation(environment);
    if (status == NG_STATUS_OK) {
        status = begin_class_locked(share, number, out);
        if (out->outcome != NG_TYPE_CACHE_CREATE) {
            unlock_creation(environment);
        }
    }
    return status;
}

/* ---- the innermost creation ------------------------------------------------------------------- */

/* NULL unless the token is that of the innermost creation in progress. */
static ng_type_creation *innermost(ng_environment *environment, uint64_t token)
{
    ng_type_share *share = environment->types;
    for (size_t i = share == NULL ? 0U : share->count; i > 0U; i--) {
        ng_type_creation *each = &share->creations[i - 1U];
        if (!each->finished) {
            return each->token == token ? each : NULL;
        }
    }
    return NULL;
}

ng_status ng_type_cache_offer(ng_environment *environment, uint64_t token, uint64_t value)
{
    ng_type_creation *creation = innermost(environment, token);
    if (creation == NULL || creation->entry == NULL || value == 0U) {
        return NG_STATUS_BAD_FRAME;
    }
    creation->value = value;
#if defined(NOGIL_UNSAFE_TYPE_CACHE)
    /* The canary: what is in progress is visible to all. */
    ng_type_entry *early = calloc(1, sizeof *early);
    if (early != NULL) {
        *early = *creation->entry;
        early->published.value = value;
        (void)ng_type_entries_publish(early, 1);
    }
#endif
    return NG_STATUS_OK;
}

/* After the creation's value was set. */
static ng_status finish(ng_environment *environment, ng_type_creation *creation)
{
    creation->finished = true;
    NG_BARRIER_POINT();
    ng_status status = NG_STATUS_OK;
    ng_type_reference *doomed = NULL;
    if (creation == environment->types->creations) {
        status = ng_type_share_publish(environment->types, &doomed);
    }
    unlock_creation(environment);
    ng_type_share_drop_doomed(environment, doomed);
    return status;
}

ng_status ng_type_cache_publish(ng_environment *environment, uint64_t token, uint64_t value)
{
    ng_type_creation *creation = innermost(environment, token);
    if (creation == NULL || creation->entry == NULL || value == 0U) {
        return NG_STATUS_BAD_FRAME;
    }
    creation->value = value;
    creation->entry->published.value = value;
    return finish(environment, creation);
}

ng_status ng_type_cache_offer_type(ng_environment *environment, uint64_t token, ng_handle handle)
{
    ng_type_creation *creation = innermost(environment, token);
    if (creation == NULL || creation->entry != NULL) {
        return NG_STATUS_BAD_FRAME;
    }
    PyObject *type = NULL;
    ng_status status = keep_type(environment, handle, &type);
    if (status == NG_STATUS_OK) {
        PyObject *before = creation->reference->type;
        creation->reference->type = type;
        if (before != NULL) {
            ng_type_share_drop(environment, &before, 1);
        }
    }
    return status;
}

ng_status ng_type_cache_publish_type(ng_environment *environment, uint64_t token, ng_handle handle)
{
    ng_status status = ng_type_cache_offer_type(environment, token, handle);
    /* Asked for anew: dropping what was offered before may have run anything. */
    ng_type_creation *creation = innermost(environment, token);
    if (status != NG_STATUS_OK || creation == NULL) {
        return status != NG_STATUS_OK ? status : NG_STATUS_BAD_FRAME;
    }
    return finish(environment, creation);
}

ng_status ng_type_cache_abandon(ng_environment *environment, uint64_t token)
{
    ng_type_share *share = environment->types;
    size_t at = 0;
    while (share != NULL && at < share->count && share->creations[at].token != token) {
        at++;
    }
    if (share == NULL || at == share->count || share->creations[at].finished) {
        return NG_STATUS_BAD_FRAME;
    }
    ng_type_reference *doomed = NULL;
    for (size_t held = ng_type_share_undo(share, at, &doomed); held > 0U; held--) {
        unlock_creation(environment);
    }
    ng_type_share_drop_doomed(environment, doomed);
    return NG_STATUS_OK;
}

/* ---- the rest --------------------------------------------------------------------------------- */

void ng_type_cache_forget_class(ng_environment *environment, uint32_t number)
{
    ng_type_share *share = environment->types;
    PyObject *type =
        share == NULL || number >= share->class_capacity ? NULL : share->classes[number];
    if (type != NULL) {
        share->classes[number] = NULL;
        ng_type_share_count_class(-1);
        ng_type_share_drop(environment, &type, 1);
    }
}

uint64_t ng_type_cache_next_dropped(ng_environment *environment)
{
    return environment->types == NULL ? 0U
                                      : ng_type_entries_next_dropped(&environment->types->owner);
}

void ng_type_cache_statistics_read(ng_type_cache_statistics *out)
{
    *out = (ng_type_cache_statistics){
        .entries = ng_type_entries_count(),
        .changes = ng_type_watch_changes(),
        .deaths = ng_type_watch_deaths(),
        .capacity = ng_type_table_capacity(),
        .method = ng_type_watch_method(),
    };
    ng_type_share_statistics(out);
}
