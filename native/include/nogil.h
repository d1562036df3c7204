/*
 * nogil.h: the plain C face of the core, and the shape of what crosses it.
 *
 * Owner:    the process. There is one interpreter, one handle table and one gate in it.
 * Thread:   said at each entry point.
 * Lifetime: from ng_start until ng_shutdown; after that every call answers NG_STATUS_SHUT_DOWN.
 *
 * Two readers share this file: the C core, and TypeScript through generated constants
 * (packages/abi/src/generated/constants.ts, made by tools/generate-constants.mjs; a stale copy fails
 * the lint). Keep every fact that TypeScript needs an enumerator with an explicit value or an integer
 * #define.
 */
#ifndef NOGIL_H
#define NOGIL_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#define NG_API __declspec(dllexport)
#else
#define NG_API __attribute__((visibility("default")))
#endif

/* Raised whenever the frame layout, a tag, a status or an operation changes its meaning. */
#define NG_ABI_VERSION 3

/* What an entry point answers, and what an operation leaves in its frame. */
typedef enum ng_status {
    NG_STATUS_OK = 0,
    /* Python raised: the frame's result slot holds the exception. */
    NG_STATUS_PYTHON_ERROR = 1,
    NG_STATUS_OUT_OF_MEMORY = 2,
    /* A handle that was released before, or that never was one. */
    NG_STATUS_STALE_HANDLE = 3,
    /* A handle that belongs to another environment. */
    NG_STATUS_FOREIGN_HANDLE = 4,
    NG_STATUS_NOT_STARTED = 5,
    /* The gate is closed: Python is finalizing or gone. */
    NG_STATUS_SHUT_DOWN = 6,
    /* Another Python already runs in this process. */
    NG_STATUS_MISMATCH = 7,
    NG_STATUS_LIBRARY_UNUSABLE = 8,
    NG_STATUS_START_FAILED = 9,
    /* A str with a high surrogate next to a low one: UTF-16 would fuse them into one character. */
    NG_STATUS_SURROGATE_PAIR = 10,
    NG_STATUS_BAD_FRAME = 11,
    NG_STATUS_BUSY = 12,
    NG_STATUS_TIMED_OUT = 13,
    /* A handle of an object that is not a Python type, where one is needed. */
    NG_STATUS_NOT_A_TYPE = 20
} ng_status;

/* What a slot holds. */
typedef enum ng_tag {
    NG_TAG_MISSING = 0, /* no value: an absent attribute, the end of an iteration */
    NG_TAG_NONE = 1,
    NG_TAG_FALSE = 2,
    NG_TAG_TRUE = 3,
    NG_TAG_FLOAT = 4,         /* payload: a double */
    NG_TAG_INT = 5,           /* payload: a double that is a safe integer */
    NG_TAG_BIGINT64 = 6,      /* payload: an int64 */
    NG_TAG_BIGINT_HEX = 7,    /* text: [-]0x…, Latin-1 */
    NG_TAG_STRING_LATIN1 = 8, /* text, one byte a unit */
    NG_TAG_STRING_UTF16 = 9,  /* text, two bytes a unit, native order */
    NG_TAG_BYTES = 10,
    NG_TAG_OBJECT = 11 /* payload: a handle; length: ng_object_flags */
} ng_tag;

/* Set in a tag whose bytes are in a block (payload: the block's number) and not in the frame. */
#define NG_TAG_IN_BLOCK 256

typedef enum ng_object_flags {
    NG_OBJECT_CALLABLE = 1
} ng_object_flags;

/* What ng_invoke does. Arguments are a0, a1, … in `arguments`; the answer is in `result`. */
typedef enum ng_operation {
    NG_OPERATION_IMPORT = 1,        /* a0: dotted name. The module it names, as importlib does. */
    NG_OPERATION_GET_ATTRIBUTE = 2, /* a0: object, a1: name. MISSING when there is none. */
    NG_OPERATION_SET_ATTRIBUTE = 3, /* a0: object, a1: name, a2: value */
    NG_OPERATION_DELETE_ATTRIBUTE = 4, /* a0: object, a1: name */
    /* a0: callable, then `positional` - 1 values, then `keywords` values, then their names. */
    NG_OPERATION_CALL = 5,
    NG_OPERATION_STR = 6,      /* a0: object */
    NG_OPERATION_REPR = 7,     /* a0: object */
    NG_OPERATION_GET_ITEM = 8, /* a0: object, a1: key */
    NG_OPERATION_DIR = 10,     /* a0: object. A list of str. */
    NG_OPERATION_INTERN = 11,  /* a0: text. The interned str, as an OBJECT. */
    NG_OPERATION_RELEASE = 12, /* a0 …: handles. Stale ones are passed over. */
    NG_OPERATION_ITERATE = 13, /* a0: iterable. Its iterator. */
    NG_OPERATION_NEXT = 14,    /* a0: iterator. MISSING at its end. */
    /* a0: exception. Leaves type, message and traceback as text in arguments[0..2]. */
    NG_OPERATION_DESCRIBE_EXCEPTION = 15,
    NG_OPERATION_BOOTSTRAP = 16, /* The namespace of the core's own Python code. */
    /* One pair of attach and detach and nothing else: the floor that benchmarks divide by. */
    NG_OPERATION_NOTHING = 17,
    NG_OPERATION_SET_ITEM = 18,   /* a0: object, a1: key, a2: value */
    NG_OPERATION_DELETE_ITEM = 19 /* a0: object, a1: key */
} ng_operation;

/* One value. Text and bytes lie in the frame, `payload.offset` bytes from the arena's start. */
typedef struct ng_slot {
    uint32_t tag;
    uint32_t length; /* of text and bytes, in units; of an object, its flags */
    union {
        double number; /* also carries handles and block numbers: both fit in 53 bits */
        int64_t integer;
        uint64_t offset;
    } payload;
} ng_slot;

/*
 * One operation. Owner: the environment whose arena it lies in. Thread: that environment's.
 * Lifetime: from the moment JavaScript claims it until it gives it back; C keeps no pointer into it
 * between two operations. Bytes after the last argument are data: the caller's text first; the
 * answer's text overwrites it, once every argument has become a Python object.
 */
typedef struct ng_frame {
    uint32_t operation; /* ng_operation */
    uint32_t status;    /* out: ng_status */
    uint32_t positional;
    uint32_t keywords;
    uint32_t capacity; /* bytes that belong to the frame, its header included */
    uint32_t detail;   /* out: for an error, the number of the argument it is about */
    uint32_t reserved[2];
    ng_slot result;
    ng_slot arguments[];
} ng_frame;

/* Byte offsets and sizes of the structures above, for TypeScript. C asserts that they agree. */
#define NG_SLOT_SIZE 16
#define NG_FRAME_RESULT 32
#define NG_FRAME_ARGUMENTS 48
/* The smallest `capacity` beyond header and arguments: room for a short answer. */
#define NG_FRAME_MINIMUM_DATA 1024
/* The arena of an environment, in bytes. Frames nest inside it. */
#define NG_ARENA_SIZE 1048576
/* The most arguments, positional and keyword together, that one operation takes. */
#define NG_MAXIMUM_ARGUMENTS 16384
/* Bytes of a message buffer. */
#define NG_MESSAGE_SIZE 2048

/* One JS thread that has loaded the core. Opaque. */
typedef struct ng_environment ng_environment;

/* A Python object. Opaque. */
typedef struct ng_py_object ng_object;

/* A name for a Python object: a slot's number and its generation. 0 is never one; all are below 2^53. */
typedef uint64_t ng_handle;

/*
 * What an environment needs of its host to reach JavaScript. The door implements it; C tests fake it.
 * Functions may be NULL for a host that has no JavaScript.
 */
typedef struct ng_host {
    void *context;
    /* Makes the owner call ng_environment_serve soon. Thread: any, attached or not, and under a lock:
       it must not block, and must not call the core. Never called once the environment ended. */
    void (*wake)(void *context);
    /* Calls JavaScript's function number `function`. `arguments` are borrowed: `count` values. A new
       reference, or NULL with a Python exception set. Thread: the owner's, attached when called and
       when it returns; whoever implements it detaches (ng_suspend) while JavaScript runs. */
    ng_object *(*call)(void *context, ng_environment *owner, uint64_t function,
                       ng_object *const *arguments, size_t count);
    /* Python no longer refers to function number `function`. Thread: the owner's, detached. */
    void (*drop)(void *context, uint64_t function);
} ng_host;

/* Which Python to start. All text is UTF-8; the caller keeps it alive during the call only. */
typedef struct ng_start_options {
    const char *library;    /* path of libpython */
    const char *executable; /* becomes sys.executable; decides prefix and virtual environment */
    int deep_bind; /* extension modules find their own libraries before the host's, where possible */
} ng_start_options;

/* What runs. Text belongs to the core and lives as long as the process. */
typedef struct ng_started {
    const char *library;
    const char *executable;
    const char *version;
    uint32_t version_hex; /* as Py_Version */
    uint32_t head_size;   /* bytes of an object's head, asked from the interpreter */
    int free_threaded;    /* the build */
    int deep_bind;        /* whether extension modules are opened RTLD_DEEPBIND */
} ng_started;

/* Numbers for people and for tests; each is a moment's view. */
typedef struct ng_statistics {
    uint64_t environments;
    uint64_t handles_live;
    uint64_t handles_peak;
    uint64_t handles_leaked; /* on purpose, because the gate was closed */
    uint64_t slots;          /* cells of the handle table */
} ng_statistics;

#ifdef __cplusplus
extern "C" {
#endif

/* The NG_ABI_VERSION this core was built with. Thread: any. */
NG_API uint32_t ng_abi_version(void);

/*
 * Starts Python, once per process; whoever comes first decides which. Blocks while another thread is
 * starting it. The initial thread state belongs to a thread of the core's.
 *
 * message: NG_MESSAGE_SIZE bytes, filled when the answer is not NG_STATUS_OK.
 * Returns: OK (also when the same Python runs already), MISMATCH, LIBRARY_UNUSABLE, START_FAILED,
 *          SHUT_DOWN, OUT_OF_MEMORY.
 * Thread:  any, not attached.
 */
NG_API ng_status ng_start(const ng_start_options *options, char *message);

/* Fills `out` and returns OK when Python runs; else NOT_STARTED or SHUT_DOWN. Thread: any. */
NG_API ng_status ng_describe(ng_started *out);

/*
 * Makes an environment with a thread state for the calling thread.
 * arena: NG_ARENA_SIZE bytes, 16-byte aligned, that outlive the environment; the caller owns them.
 * host:  copied; NULL for a thread that has no JavaScript.
 * Returns: OK, NOT_STARTED, SHUT_DOWN, OUT_OF_MEMORY. Thread: any, not attached.
 */
NG_API ng_status ng_environment_create(void *arena, const ng_host *host, ng_environment **out);

/* Does what other threads asked this one to do. The host calls it after `wake`. Thread: the
   environment's own, not attached. */
NG_API void ng_environment_serve(ng_environment *environment);

/*
 * Releases every handle the environment owns and its thread state; with the gate closed they are
 * leaked and counted. NULL is fine. Thread: the environment's own, not attached.
 */
NG_API void ng_environment_destroy(ng_environment *environment);

/*
 * Carries out the operation in the frame `offset` bytes into the arena: attaches, converts, runs,
 * converts, detaches. Everything it has to say is in the frame.
 * Thread: the environment's own, not attached.
 */
NG_API void ng_invoke(ng_environment *environment, uint32_t offset);

/*
 * Blocks: text and bytes too long for a frame. Numbers are the environment's own, never 0.
 * ng_block_create returns 0 when there is no memory. Arguments of an operation are freed by it,
 * whatever comes of it; an answer is freed by whoever takes it. Thread: the environment's own.
 */
NG_API uint64_t ng_block_create(ng_environment *environment, size_t bytes, void **data);
NG_API void *ng_block_data(ng_environment *environment, uint64_t block, size_t *bytes);
NG_API void ng_block_free(ng_environment *environment, uint64_t block);

/*
 * Closes the gate, waits for those inside (interrupting them after a tenth of a second), runs atexit
 * callbacks, flushes, and finalizes where that cannot hang. Returns when all is done or `bound_ms`
 * (milliseconds, 1 to 600000) have passed, whichever comes first. Calling it twice is fine.
 * Returns: OK when Python is finalized, BUSY when it was left running, NOT_STARTED.
 * Thread:  any, not attached.
 */
NG_API ng_status ng_shutdown(uint32_t bound_ms);

/*
 * Arms a thread that ends the process with `code` after `bound_ms`, in case something else keeps it:
 * Node joins its workers for ever when one is inside native code. Only the first call counts.
 * Thread: any.
 */
NG_API void ng_arm_watchdog(int code, uint32_t bound_ms);

/* Fills `out`. Thread: any. */
NG_API void ng_statistics_read(ng_statistics *out);

/* ---- objects, raw: what a guard needs of Python when it is used alone ---------------------------- */

/*
 * Runs Python code in the namespace of __main__. The value of the last statement, when that is an
 * expression, else None.
 * source:  UTF-8, `size` bytes.
 * message: NG_MESSAGE_SIZE bytes; for PYTHON_ERROR the exception's text.
 * Returns: OK, PYTHON_ERROR, OUT_OF_MEMORY, SHUT_DOWN. Thread: the environment's own, not attached.
 */
NG_API ng_status ng_object_run(ng_environment *environment, const char *source, size_t size,
                               ng_handle *out, char *message);

/*
 * repr() of an object, as UTF-8 in a block that the caller frees.
 * Returns: as ng_object_run, STALE_HANDLE, FOREIGN_HANDLE. Thread: as ng_object_run.
 */
NG_API ng_status ng_object_repr(ng_environment *environment, ng_handle handle, uint64_t *block,
                                char *message);

/* Releases a handle of this environment. Returns: OK, STALE_HANDLE, FOREIGN_HANDLE, SHUT_DOWN.
   Thread: as ng_object_run. */
NG_API ng_status ng_object_release(ng_environment *environment, ng_handle handle);

/* ---- abi ------------------------------------------------------------------------------------------ */

/* ---- handles -------------------------------------------------------------------------------------- */

/* ---- type cache ----------------------------------------------------------------------------------- */

/*
 * What was derived from a Python type, and the Python type that was made for a JavaScript class. One creator
 * for each key: creations hold the creation lock, and what is in progress is seen only by its holder. All
 * that is begun inside an outermost creation is published together when that one completes.
 *
 * A creation is a `begin` that answered CREATE, then one `publish` or one `abandon` with its token. Creations
 * nest; an `abandon` also undoes what was begun after it. When the environment ends, what it has begun and
 * not published leaves no trace.
 */

/* Whose value it is. Values of an environment end with it. */
typedef enum ng_type_cache_scope {
    NG_TYPE_CACHE_OWN = 0, /* of the calling environment: JavaScript classes belong to one realm */
    NG_TYPE_CACHE_SHARED = 1 /* one for all environments, for what does not depend on a realm */
} ng_type_cache_scope;

typedef enum ng_type_cache_outcome {
    NG_TYPE_CACHE_MISSING = 0,
    NG_TYPE_CACHE_FOUND = 1,
    /* Being created further up the stack of the same thread. `value` is what was offered, or 0. */
    NG_TYPE_CACHE_PENDING = 2,
    /* It is the caller's to create. `value` is what there was before the type changed, or 0. */
    NG_TYPE_CACHE_CREATE = 3
} ng_type_cache_outcome;

/* How changes of types are noticed. */
typedef enum ng_type_cache_method {
    NG_TYPE_CACHE_WATCHES = 1,  /* CPython tells (3.12 and newer) */
    NG_TYPE_CACHE_COMPARES = 2, /* version tags are compared at each use */
    NG_TYPE_CACHE_DISTRUSTS = 3 /* neither is possible: classes are created again at each use */
} ng_type_cache_method;

typedef struct ng_type_cache_answer {
    uint32_t outcome; /* ng_type_cache_outcome */
    uint32_t reserved;
    uint64_t token; /* of a creation; never 0 */
    uint64_t value; /* for JavaScript classes: a handle of the type, for the caller to release */
} ng_type_cache_answer;

typedef struct ng_type_cache_statistics {
    uint64_t entries;   /* derived from types, in all scopes */
    uint64_t classes;   /* types made for JavaScript classes */
    uint64_t created;   /* creations that were published */
    uint64_t abandoned; /* creations that were undone */
    uint64_t changes;   /* of types in the cache, where CPython tells */
    uint64_t deaths;    /* of types in the cache */
    uint64_t capacity;  /* cells of the table */
    uint64_t method;    /* ng_type_cache_method; 0 before the first creation */
} ng_type_cache_statistics;

/* The largest number of a JavaScript class. */
#define NG_TYPE_CACHE_LARGEST_CLASS 16777215

/*
 * What is published and still true for the type. Takes no lock and does not attach. MISSING may be
 * answered for an entry that is just being moved: `begin` knows.
 * type:    a handle of a Python type. scope: ng_type_cache_scope.
 * Returns: OK, STALE_HANDLE, FOREIGN_HANDLE. Thread: the environment's, attached or not.
 */
NG_API ng_status ng_type_cache_find(ng_environment *environment, ng_handle type, uint32_t scope,
                                    ng_type_cache_answer *out);

/*
 * The same, and else begins a creation: waits for the creation lock, serving callbacks meanwhile, and
 * keeps it until the creation is over. What the creator reads from the type after this call is what the entry
 * stands for: a later change makes it out of date.
 * message: NG_MESSAGE_SIZE bytes; for PYTHON_ERROR the exception's text.
 * Returns: OK, STALE_HANDLE, FOREIGN_HANDLE, NOT_A_TYPE, PYTHON_ERROR, OUT_OF_MEMORY, SHUT_DOWN.
 * Thread:  the environment's, not attached.
 */
NG_API ng_status ng_type_cache_begin(ng_environment *environment, ng_handle type, uint32_t scope,
                                     ng_type_cache_answer *out, char *message);

/*
 * Shows a half-built value to what the creation itself calls. It must be the innermost one.
 * value:   not 0.
 * Returns: OK, BAD_FRAME when the token is not the innermost creation's. Thread: the environment's.
 */
NG_API ng_status ng_type_cache_offer(ng_environment *environment, uint64_t token, uint64_t value);

/*
 * Completes the innermost creation with its value; the outermost publishes all of them.
 * value:   not 0.
 * Returns: OK; BAD_FRAME as ng_type_cache_offer. Thread: the environment's, not attached.
 */
NG_API ng_status ng_type_cache_publish(ng_environment *environment, uint64_t token, uint64_t value);

/* Undoes the creation and all that was begun after it. Returns: OK, BAD_FRAME for a token that is no
   creation's any more. Thread: the environment's, not attached. */
NG_API ng_status ng_type_cache_abandon(ng_environment *environment, uint64_t token);

/*
 * The Python type of this environment's JavaScript class number `number` (1 to
 * NG_TYPE_CACHE_LARGEST_CLASS), or a creation of it. The entry owns a reference to the type.
 * Returns: as ng_type_cache_begin; BAD_FRAME for a number that is none. Thread: as ng_type_cache_begin.
 */
NG_API ng_status ng_type_cache_begin_class(ng_environment *environment, uint32_t number,
                                           ng_type_cache_answer *out, char *message);

/* As ng_type_cache_offer and ng_type_cache_publish, with a handle of a type, which stays the caller's.
   Returns: also STALE_HANDLE, FOREIGN_HANDLE, NOT_A_TYPE, SHUT_DOWN; then the creation goes on. */
NG_API ng_status ng_type_cache_offer_type(ng_environment *environment, uint64_t token,
                                          ng_handle type);
NG_API ng_status ng_type_cache_publish_type(ng_environment *environment, uint64_t token,
                                            ng_handle type);

/* The JavaScript class is gone: so is its entry. An unknown number is fine. Thread: the environment's,
   not attached. */
NG_API void ng_type_cache_forget_class(ng_environment *environment, uint32_t number);

/*
 * A value of this environment whose entry is gone, because the type died or the value was replaced; each
 * is given out once. 0 when there is none. Thread: the environment's.
 */
NG_API uint64_t ng_type_cache_next_dropped(ng_environment *environment);

/* Fills `out`; each figure is a moment's view. Thread: any. */
NG_API void ng_type_cache_statistics_read(ng_type_cache_statistics *out);

/* ---- emit lock ------------------------------------------------------------------------------------ */

/* ---- finalizer guard ------------------------------------------------------------------------------ */

#ifdef __cplusplus
}
#endif

#endif
