#include "dispatchers.h"

#include "barrier.h"
#include "bootstrap.h"
#include "emit_lock.h"
#include "error.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024U

struct ng_dispatcher {
    ng_method_def definition; /* name and doc lie behind the structure */
    const ng_dispatcher *next;
};

/* Each list grows at its head, under the creation lock, and never shrinks: readers need no lock. */
static _Atomic(const ng_dispatcher *) buckets[BUCKETS];
static _Atomic uint64_t made; /* written under the creation lock */

const ng_method_def *ng_dispatcher_definition(const ng_dispatcher *dispatcher)
{
    return &dispatcher->definition;
}

uint64_t ng_dispatchers_count(void)
{
    return atomic_load_explicit(&made,
                                memory_order_relaxed); /* a figure, nothing follows from it */
}

/* FNV-1a. */
static uint32_t hash(uint32_t start, const char *text)
{
    uint32_t value = start;
    for (; *text != '\0'; text++) {
        value = (value ^ (unsigned char)*text) * 16777619U;
    }
    return value;
}

static _Atomic(const ng_dispatcher *) *bucket_of(const char *name, const char *doc)
{
    return &buckets[hash(hash(2166136261U, name), doc) % BUCKETS];
}

static const ng_dispatcher *find(const char *name, const char *doc)
{
    /* Acquire pairs with the release in publish: what the head points to is complete. */
    const ng_dispatcher *each = atomic_load_explicit(bucket_of(name, doc), memory_order_acquire);
    while (each != NULL &&
           (strcmp(each->definition.name, name) != 0 || strcmp(each->definition.doc, doc) != 0)) {
        each = each->next;
    }
    return each;
}

/* Under the creation lock. */
static const ng_dispatcher *publish(const char *name, const char *doc, const ng_method_def *from)
{
    size_t name_size = strlen(name) + 1;
    size_t doc_size = strlen(doc) + 1;
    ng_dispatcher *added = malloc(sizeof *added + name_size + doc_size);
    if (added == NULL) {
        return NULL;
    }
    char *texts = (char *)(added + 1);
    memcpy(texts, name, name_size);
    memcpy(texts + name_size, doc, doc_size);
    added->definition = *from;
    added->definition.name = texts;
    added->definition.doc = texts + name_size;
    _Atomic(const ng_dispatcher *) *bucket = bucket_of(name, doc);
    added->next = atomic_load_explicit(bucket, memory_order_relaxed);
    NG_BARRIER_POINT(); /* another one here would lose one of the two, or make the same twice */
    atomic_store_explicit(bucket, added, memory_order_release);
    atomic_fetch_add_explicit(&made, 1U, memory_order_relaxed);
    return added;
}

static ng_status check_parameters(ng_environment *environment, const char *parameters,
                                  char *message)
{
    if (!ng_attach(environment)) {
        return NG_STATUS_SHUT_DOWN;
    }
    PyObject *text =
        ng_py.PyUnicode_DecodeUTF8(parameters, (Py_ssize_t)strlen(parameters), "strict");
    PyObject *done = text == NULL ? NULL : ng_bootstrap_call("check_parameters", text);
    ng_status status = NG_STATUS_OK;
    if (done == NULL) {
        ng_error_to_message("Python", message, NG_MESSAGE_SIZE);
        status = NG_STATUS_PYTHON_ERROR;
    } else {
        ng_py.Py_DecRef(done);
    }
    if (text != NULL) {
        ng_py.Py_DecRef(text);
    }
    ng_detach(environment);
    return status;
}

/* "name(parameters)\n--\n\n", which CPython takes for __text_signature__. NULL without memory. */
static char *make_doc(const char *name, const char *parameters)
{
    size_t size = strlen(name) + (parameters == NULL ? 0 : strlen(parameters)) + 16;
    char *doc = malloc(size);
    if (doc != NULL && parameters != NULL) {
        (void)snprintf(doc, size, "%s(%s)\n--\n\n", name, parameters);
    } else if (doc != NULL) {
        doc[0] = '\0';
    }
    return doc;
}

ng_status ng_dispatcher_for(ng_environment *environment, const char *name, const char *parameters,
                            PyObject *(*call)(PyObject *self, PyObject *const *arguments,
                                              Py_ssize_t positional, PyObject *names),
                            const ng_dispatcher **out, char *message)
{
    char *doc = make_doc(name, parameters);
    if (doc == NULL) {
        return NG_STATUS_OUT_OF_MEMORY;
    }
    ng_status status = NG_STATUS_OK;
    *out = find(name, doc);
    if (*out == NULL) {
        status = ng_creation_acquire(environment, UINT64_MAX);
        if (status == NG_STATUS_OK) {
            if (parameters != NULL) {
                status = check_parameters(environment, parameters, message);
            }
            *out = status == NG_STATUS_OK ? find(name, doc) : NULL;
            NG_BARRIER_POINT();
            if (status == NG_STATUS_OK && *out == NULL) {
                *out =
                    publish(name, doc,
                            &(ng_method_def){.call = call,
                                             .flags = NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS});
                status = *out == NULL ? NG_STATUS_OUT_OF_MEMORY : NG_STATUS_OK;
            }
            ng_creation_release(environment);
        }
    }
    free(doc);
    return status;
}
