#include "gil_watch.h"

#include "platform.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A leaf: nothing is called under it but malloc and reference counts. */
static ng_mutex lock = NG_MUTEX_INITIALIZER;
static ng_gil_watcher *watchers; /* lock */

/* Published once, by a compare-and-swap; never freed. */
static _Atomic(ng_gil_notice *) published;
static _Atomic int32_t listeners;
static _Atomic uint32_t warned;

/* Written on the core's thread before the gate opens; read-only from then on. */
static PyObject *is_enabled; /* sys._is_gil_enabled; NULL where there is none */
/* Of a module's word that says whether it needs the GIL; 0: unknown. */
static size_t declaration_offset;
static bool enabled_at_start;

/* ---- telling ------------------------------------------------------------------------------------ */

typedef struct ng_gil_message {
    ng_message base;
    ng_mailbox *mailbox;     /* a reference */
    ng_gil_watcher *watcher; /* lives while its mailbox delivers */
    struct ng_gil_message *next;
} ng_gil_message;

static void refuse(ng_message *base)
{
    ng_gil_message *message = (ng_gil_message *)(void *)base;
    ng_mailbox_release(message->mailbox);
    free(message);
}

static void deliver(ng_message *base, ng_environment *owner)
{
    (void)owner;
    ng_gil_watcher *watcher = ((ng_gil_message *)(void *)base)->watcher;
    refuse(base);
    watcher->notify(watcher->context, ng_gil_watch_notice());
}

/* A message for each watcher, linked, not posted yet. Who gets none for want of memory can still ask. */
static ng_gil_message *write_messages(void)
{
    ng_gil_message *first = NULL;
    ng_mutex_lock(&lock);
    for (ng_gil_watcher *each = watchers; each != NULL; each = each->next) {
        ng_gil_message *message = malloc(sizeof *message);
        if (message == NULL) {
            break;
        }
        *message = (ng_gil_message){.base = {.deliver = deliver, .refuse = refuse},
                                    .mailbox = each->mailbox,
                                    .watcher = each,
                                    .next = first};
        ng_mailbox_reference(message->mailbox);
        first = message;
    }
    ng_mutex_unlock(&lock);
    return first;
}

static void tell_watchers(void)
{
    if (ng_process_is_forked_child()) {
        return; /* nobody listens there, and `lock` may be a thread's that is not here */
    }
    ng_gil_message *message = write_messages();
    while (message != NULL) {
        ng_gil_message *next = message->next;
        ng_mailbox *mailbox = message->mailbox;
        /* Ours as well: once it is posted, the message may be gone before post returns. */
        ng_mailbox_reference(mailbox);
        if (!ng_mailbox_post(mailbox, &message->base)) {
            refuse(&message->base);
        }
        ng_mailbox_release(mailbox);
        message = next;
    }
}

void ng_gil_watch_add(ng_gil_watcher *watcher)
{
    ng_mutex_lock(&lock);
    watcher->next = watchers;
    watchers = watcher;
    ng_mutex_unlock(&lock);
}

void ng_gil_watch_remove(ng_gil_watcher *watcher)
{
    ng_mutex_lock(&lock);
    for (ng_gil_watcher **link = &watchers; *link != NULL; link = &(*link)->next) {
        if (*link == watcher) {
            *link = watcher->next;
            break;
        }
    }
    ng_mutex_unlock(&lock);
}

const ng_gil_notice *ng_gil_watch_notice(void)
{
    /* Acquire pairs with the release that published it: its text is visible. */
    return atomic_load_explicit(&published, memory_order_acquire);
}

void ng_gil_listeners_add(int32_t change)
{
    /* Relaxed: only the number matters. */
    atomic_fetch_add_explicit(&listeners, change, memory_order_relaxed);
}

int ng_gil_warning_claim(void)
{
    if (atomic_load_explicit(&listeners, memory_order_relaxed) > 0) {
        return 0;
    }
    /* Relaxed: the exchange alone decides who is first. */
    return atomic_exchange_explicit(&warned, 1U, memory_order_relaxed) == 0U;
}

/* ---- noticing ----------------------------------------------------------------------------------- */

int ng_gil_is_enabled(void)
{
    if (is_enabled == NULL) {
        return 1; /* a build that cannot be without it */
    }
    PyObject *answer = ng_py.PyObject_CallFunctionObjArgs(is_enabled, (PyObject *)NULL);
    if (answer == NULL) {
        return -1;
    }
    int enabled = answer == ng_py._Py_TrueStruct;
    ng_py.Py_DecRef(answer);
    return enabled;
}

/* An attribute's text as UTF-8, for free(); the empty string for what is no text. NULL without memory. */
static char *text_attribute(PyObject *object, const char *name)
{
    PyObject *value = object == NULL ? NULL : ng_py.PyObject_GetAttrString(object, name);
    bool is_text = value != NULL && ng_py.PyType_IsSubtype(ng_type_of(value), ng_py.PyUnicode_Type);
    /* File names may hold bytes that are no UTF-8, as lone surrogates. */
    PyObject *bytes =
        is_text ? ng_py.PyUnicode_AsEncodedString(value, "utf-8", "backslashreplace") : NULL;
    char *data = NULL;
    Py_ssize_t size = 0;
    if (bytes == NULL || ng_py.PyBytes_AsStringAndSize(bytes, &data, &size) != 0) {
        ng_py.PyErr_Clear();
        data = NULL;
        size = 0;
    }
    char *copy = malloc((size_t)size + 1);
    if (copy != NULL) {
        if (data != NULL) {
            memcpy(copy, data, (size_t)size);
        }
        copy[size] = '\0';
    }
    if (bytes != NULL) {
        ng_py.Py_DecRef(bytes);
    }
    if (value != NULL) {
        ng_py.Py_DecRef(value);
    }
    return copy;
}

static uint64_t wall_clock_ms(void)
{
    struct timespec now = {0};
    (void)timespec_get(&now, TIME_UTC);
    return (uint64_t)now.tv_sec * 1000U + (uint64_t)now.tv_nsec / 1000000U;
}

/* Attached, no exception pending, and none when it returns. */
static void publish(PyObject *spec)
{
    ng_gil_notice *notice = malloc(sizeof *notice);
    char *module = text_attribute(spec, "name");
    char *file = text_attribute(spec, "origin");
    bool first = false;
    if (notice != NULL && module != NULL && file != NULL) {
        *notice = (ng_gil_notice){.module = module,
                                  .file = file,
                                  .thread = ng_py.PyThread_get_thread_ident(),
                                  .time_ms = wall_clock_ms()};
        ng_gil_notice *none = NULL;
        /* Release pairs with the acquire of readers. Two threads may have loaded such a module at the
           same moment: either may be the one that is named. */
        first = atomic_compare_exchange_strong_explicit(&published, &none, notice,
                                                        memory_order_release, memory_order_relaxed);
    }
    if (first) {
        tell_watchers();
    } else {
        free(notice);
        free(module);
        free(file);
    }
}

/* Whether CPython turns the GIL on for what a loader has made. */
static bool needs_gil(PyObject *module)
{
    if (!ng_py.PyType_IsSubtype(ng_type_of(module), ng_py.PyModule_Type)) {
        return true;
    }
    if (declaration_offset == 0U) {
        return true; /* cannot be read: the GIL is on, and this module was just loaded */
    }
    return *(void **)(void *)((char *)module + declaration_offset) == NULL; /* Py_MOD_GIL_USED */
}

/* While any extension module is being loaded, the GIL is on, too: that alone says nothing about this
   one, as several threads may load at once. */
static void look(PyObject *module, PyObject *spec)
{
    PyObject *type = NULL;
    PyObject *value = NULL;
    PyObject *traceback = NULL;
    bool suspect = false;
    if (module != NULL) {
        suspect = needs_gil(module);
    } else {
        /* Warnings as errors: the GIL was turned on, and telling so failed the import. */
        suspect = ng_py.PyErr_ExceptionMatches(*(PyObject **)ng_py.PyExc_RuntimeWarning) != 0;
        ng_py.PyErr_Fetch(&type, &value, &traceback);
    }
    if (suspect) {
        int enabled = ng_gil_is_enabled();
        if (enabled < 0) {
            ng_py.PyErr_Clear();
        } else if (enabled != 0) {
            publish(spec);
        }
    }
    if (module == NULL) {
        ng_py.PyErr_Restore(type, value, traceback);
    }
}

/* Stands for a function of `_imp`. `original` is the one it stands for: this function's `self`. */
static PyObject *load(PyObject *original, PyObject *const *arguments, Py_ssize_t count,
                      PyObject *names)
{
    PyObject *module = ng_py.PyObject_Vectorcall(original, arguments, (size_t)count, names);
    if (ng_gil_watch_notice() == NULL) {
        look(module, count > 0 ? arguments[0] : NULL);
    }
    return module;
}

/* CPython keeps the pointers. */
static const ng_method_def definitions[] = {
    {"create_dynamic", load, NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS,
     "create_dynamic($module, spec, file=<unrepresentable>, /)\n--\n\nCreate an extension module."},
    {"create_builtin", load, NG_PY_METH_FASTCALL | NG_PY_METH_KEYWORDS,
     "create_builtin($module, spec, /)\n--\n\nCreate an extension module."},
};

static bool wrap(PyObject *module, const ng_method_def *definition)
{
    PyObject *name = ng_py.PyUnicode_DecodeUTF8(definition->name,
                                                (Py_ssize_t)strlen(definition->name), "strict");
    PyObject *original = name == NULL ? NULL : ng_py.PyObject_GetAttr(module, name);
    PyObject *made = original == NULL ? NULL : ng_py.PyCFunction_NewEx(definition, original, NULL);
    bool done = made != NULL && ng_py.PyObject_SetAttr(module, name, made) == 0;
    if (made != NULL) {
        ng_py.Py_DecRef(made);
    }
    if (original != NULL) {
        ng_py.Py_DecRef(original);
    }
    if (name != NULL) {
        ng_py.Py_DecRef(name);
    }
    return done;
}

/* Finds where a module keeps its declaration: it is the one word that declaring changes. */
static bool learn_declaration(void)
{
    PyObject *module = ng_py.PyModule_New("_nogil_probe");
    PyObject *size =
        module == NULL ? NULL : ng_py.PyObject_GetAttrString(ng_py.PyModule_Type, "__basicsize__");
    bool done = false;
    if (size != NULL) {
        int overflow = 0;
        long long bytes = ng_py.PyLong_AsLongLongAndOverflow(size, &overflow);
        char before[512];
        size_t found = 0;
        if (bytes > (long long)ng_py.head_size && bytes <= (long long)sizeof before) {
            memcpy(before, module, (size_t)bytes);
            int failed = ng_py.PyUnstable_Module_SetGIL(module, (void *)1); /* not used */
            for (size_t at = ng_py.head_size; failed == 0 && at < (size_t)bytes;
                 at += sizeof(void *)) {
                uintptr_t old_word = 0;
                uintptr_t new_word = 0;
                memcpy(&old_word, before + at, sizeof old_word);
                memcpy(&new_word, (char *)module + at, sizeof new_word);
                if (old_word == 0U && new_word == 1U) {
                    declaration_offset = at;
                    found++;
                }
            }
        }
        if (found != 1U) {
            declaration_offset = 0;
        }
        done = true;
    }
    if (size != NULL) {
        ng_py.Py_DecRef(size);
    }
    if (module != NULL) {
        ng_py.Py_DecRef(module);
    }
    return done;
}

bool ng_gil_is_known_enabled(void)
{
    return enabled_at_start || ng_gil_watch_notice() != NULL;
}

bool ng_gil_watch_install(void)
{
    enabled_at_start = !ng_py.free_threaded;
    if (enabled_at_start) {
        return true;
    }
    PyObject *check = ng_py.PySys_GetObject("_is_gil_enabled"); /* borrowed */
    if (check == NULL) {
        return true;
    }
    ng_py.Py_IncRef(check);
    is_enabled = check;
    int enabled = ng_gil_is_enabled();
    if (enabled != 0) {
        enabled_at_start = enabled > 0; /* PYTHON_GIL=1: no import can turn it on */
        return enabled_at_start;
    }
    PyObject *module = learn_declaration() ? ng_py.PyImport_ImportModule("_imp") : NULL;
    bool done = module != NULL && wrap(module, &definitions[0]) && wrap(module, &definitions[1]);
    if (module != NULL) {
        ng_py.Py_DecRef(module);
    }
    return done;
}
