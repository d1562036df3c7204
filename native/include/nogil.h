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
#define NG_ABI_VERSION 6

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
    /* The calling thread's JavaScript is being terminated: it will not see this. */
    NG_STATUS_ENVIRONMENT_ENDED = 14,
    /* Waiting would never end: the calling thread itself stands in the way. */
    NG_STATUS_DEADLOCK = 15,
    /* Keys of a Map, or members of a Set, that JavaScript tells apart are equal in Python. */
    NG_STATUS_EQUAL_KEYS = 16,
    /* A handle of an object that is not a Python type, where one is needed. */
    NG_STATUS_NOT_A_TYPE = 20,
    /* This build of Python does not have it, or keeps it where it could not be found. */
    NG_STATUS_UNSUPPORTED = 21,
    NG_STATUS_BAD_ARGUMENT = 22
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
    NG_TAG_OBJECT = 11,    /* payload: a handle; length: ng_object_flags */
    NG_TAG_JS_OBJECT = 12, /* payload: the number of a JavaScript object; length: its shape */
    /* JavaScript's null, where that is not None: `jsnull`, which only one of the two policies uses. */
    NG_TAG_NULL = 13,
    /* A whole container, and what is in it, as bytes: `length` of them, laid out as ng_tree_tag says. */
    NG_TAG_TREE = 14,
    NG_TAG_MEMORY = 20 /* of an answer. payload: the number of memory of this environment's */
} ng_tag;

/* Set in a tag whose bytes are in a block (payload: the block's number) and not in the frame. */
#define NG_TAG_IN_BLOCK 256

/*
 * What the parts of a tree are. A part is two words of 32 bits, a tag and a length, and what follows them,
 * filled up to a multiple of eight bytes. Scalars have the tags of slots: text and bytes follow, `length`
 * units of them, or the payload of eight bytes, or, for None, False, True and null, nothing. Parts of a container
 * follow it. Containers are counted in the order in which they begin, over all trees of one operation.
 */
typedef enum ng_tree_tag {
    NG_TREE_LIST = 64,      /* `length` parts */
    NG_TREE_TUPLE = 65,     /* `length` parts. Python to JavaScript only. */
    NG_TREE_DICT = 66,      /* `length` pairs: a key, its value */
    NG_TREE_SET = 67,       /* `length` parts */
    NG_TREE_REFERENCE = 68, /* the container number `length`, which has begun before */
    NG_TREE_INT32 = 69,     /* the integer that `length` is, as int32; nothing follows */
    NG_TREE_INT32S = 70,    /* `length` items of a list or tuple: an int32 each */
    NG_TREE_FLOATS = 71     /* the same: a double each */
} ng_tree_tag;

typedef enum ng_object_flags {
    NG_OBJECT_CALLABLE = 1,
    /* The handle belongs to the proxy that stands for the object already; it is no new reference. */
    NG_OBJECT_KNOWN = 2,
    /* A new handle, which is KNOWN from now on. */
    NG_OBJECT_REMEMBERED = 4,
    /* The bits from NG_OBJECT_SHAPE on are what is published for the object's type (NG_TYPE_CACHE_SHAPE). */
    NG_OBJECT_SHAPED = 8,
    /* Of the answer to OPERATION_TYPE: its objects have the buffer protocol. */
    NG_OBJECT_BUFFER = 16,
    /* Of what JavaScript answers to a call of Python's: the handle was made for it, and is taken over. */
    NG_OBJECT_TAKEN = 32,
    /* Of the answer to GET_METHOD: the function that takes the object first; no method was made of the two. */
    NG_OBJECT_FUNCTION = 64,
    NG_OBJECT_SHAPE = 256
} ng_object_flags;

/* Of an exception in a frame whose status is PYTHON_ERROR: `length` of its result. */
typedef enum ng_raised_flags {
    NG_RAISED_HAS_CAUSE = 1, /* `__cause__`, or a `__context__` that is not suppressed */
    /* What JavaScript of this environment threw: arguments[0] is the number of the object that carries it. */
    NG_RAISED_IS_JAVASCRIPT = 2
} ng_raised_flags;

/*
 * Set in a frame's operation when its answer goes to proxies: then an object that has one already is told
 * apart (KNOWN), and any other is remembered. Without it an OBJECT is a new reference that the reader owns.
 * The policy, a number below 8, stands above it: each has proxies of its own.
 */
#define NG_ANSWER_PROXIES 65536
/* The answer comes by a handle that the reader owns, whatever it is: a number, a str, too. */
#define NG_ANSWER_HANDLE 131072
#define NG_ANSWER_POLICY 16777216
/* The policy under which each crossing makes a proxy of its own, and JavaScript objects have classes of their own. */
#define NG_POLICY_PYODIDE 1
/* No entry's: under it functions have handles of their own, which no program can release (GET_METHOD). */
#define NG_POLICY_FUNCTIONS 7

/* What ng_invoke does. Arguments are a0, a1, … in `arguments`; the answer is in `result`. */
typedef enum ng_operation {
    NG_OPERATION_IMPORT = 1,        /* a0: dotted name. The module it names, as importlib does. */
    NG_OPERATION_GET_ATTRIBUTE = 2, /* a0: object, a1: name. MISSING when there is none. */
    NG_OPERATION_SET_ATTRIBUTE = 3, /* a0: object, a1: name, a2: value */
    NG_OPERATION_DELETE_ATTRIBUTE = 4, /* a0: object, a1: name */
    /* a0: callable, then `positional` - 1 values, then `keywords` values, then their names. */
    NG_OPERATION_CALL = 5,
    NG_OPERATION_STR = 6,        /* a0: object */
    NG_OPERATION_REPR = 7,       /* a0: object */
    NG_OPERATION_GET_ITEM = 8,   /* a0: object, a1: key */
    NG_OPERATION_DIR = 10,       /* a0: object. A list of str. */
    NG_OPERATION_INTERN = 11,    /* a0: text. The interned str, as an OBJECT. */
    NG_OPERATION_RELEASE = 12,   /* a0 …: handles. Stale ones are passed over. */
    NG_OPERATION_ITERATE = 13,   /* a0: iterable. Its iterator. */
    NG_OPERATION_NEXT = 14,      /* a0: iterator. MISSING at its end. */
    NG_OPERATION_BOOTSTRAP = 16, /* The namespace of the core's own Python code. */
    /* One pair of attach and detach and nothing else: the floor that benchmarks divide by. */
    NG_OPERATION_NOTHING = 17,
    NG_OPERATION_SET_ITEM = 18,    /* a0: object, a1: key, a2: value */
    NG_OPERATION_DELETE_ITEM = 19, /* a0: object, a1: key */
    /* As RELEASE, for handles whose proxies JavaScript's garbage collector has dropped. */
    NG_OPERATION_COLLECT = 20,
    NG_OPERATION_TYPE = 30,  /* a0: object. Its type, whatever its __class__ says. */
    NG_OPERATION_SHAPE = 31, /* a0: object. What is published for its type, as INT, or MISSING. */
    /* a0: object. As an answer that goes to a proxy, always with a new handle. */
    NG_OPERATION_RENEW = 32,
    /* a0: callable, a1 …: arguments. The str it returns, for people to read: pairs of surrogates are fused. */
    NG_OPERATION_CALL_FOR_TEXT = 50,
    NG_OPERATION_RAISE = 51, /* a0: exception. Raises it as it is, and so has it described. */
    /* a0: callable, a1 …: arguments, keywords. What it returns, by a handle whatever it is. */
    NG_OPERATION_CALL_FOR_HANDLE = 52,
    /* a0: object. Exports its buffer: BYTES that describe it, as an ng_export_description. */
    NG_OPERATION_EXPORT = 60,
    NG_OPERATION_REMEMBER = 33, /* a0: handle. It is the one of the object's proxy from now on. */
    /* a0: generator, coroutine or iterator, a1: value. What it yields; with `detail` 1 what it returns. */
    NG_OPERATION_SEND = 34,
    NG_OPERATION_THROW = 35, /* a0: generator or coroutine, a1: exception. As SEND. */
    /* As GET_ATTRIBUTE. A function that would become a method of the object is answered itself (FUNCTION). */
    NG_OPERATION_GET_METHOD = 36,
    NG_OPERATION_BIND = 37, /* a0: such a function, a1: the object. The method. */
    /* a0: any object, a1: how deep (an INT; below 0: all of it), a2: a list of the containers that have numbers
       already, to which new ones are added, or None. The answer is a TREE. */
    NG_OPERATION_TO_TREE = 80,
    NG_OPERATION_TO_PYTHON = 81 /* a0: anything. Itself. */
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
    uint32_t operation; /* ng_operation, and NG_ANSWER_… */
    uint32_t status;    /* out: ng_status */
    uint32_t positional;
    uint32_t keywords;
    uint32_t capacity; /* bytes that belong to the frame, its header included */
    /* out: for an error, the number of the argument it is about. Of a call of Python's, in: the number of the
       JavaScript object. */
    uint32_t detail;
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
/* Text in a frame that the core wrote begins at a multiple of this: it may be compared word by word. */
#define NG_TEXT_ALIGNMENT 4
/* The arena of an environment, in bytes. Frames nest inside it. */
#define NG_ARENA_SIZE 1048576
/*
 * Its first words, of 32 bits: the frame that is carried out, and the first byte that no frame has. While
 * C calls JavaScript the arguments lie there, in a frame of C's. The third is for such a call: the number of the
 * object that has the asynchronous context it is made in, 0 for none; whoever reads it sets it to 0.
 */
#define NG_ARENA_FRAME 0
#define NG_ARENA_TOP 1
#define NG_ARENA_ASYNC 2
/*
 * Counted in doubles: the handle that is duplicated or released, and then the answer. Whoever calls for that reads it at
 * once, as a finalizer that runs meanwhile may do the same.
 */
#define NG_ARENA_NAME 2
/* The first byte that may be a frame's. */
#define NG_ARENA_HEAD 32
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

/* Text that need not end in a NUL, and may hold one. */
typedef struct ng_text {
    const char *data; /* UTF-8 */
    size_t size;      /* bytes */
} ng_text;

/* What is asked of JavaScript. */
typedef enum ng_call_kind {
    NG_CALL_RAW = 0,      /* a function of ng_function_emit, which is given handles */
    NG_CALL_FUNCTION = 1, /* call JavaScript object number `function` */
    NG_CALL_OPERATE = 2,  /* do something with it: what is the first argument */
    NG_CALL_METHOD = 3,   /* call it; the first argument is `this` */
    NG_CALL_GET = 4,      /* its property named by the argument; MISSING where it has none */
    NG_CALL_ASK =
        5 /* of no object: what is asked of the thread's JavaScript is the first argument */
} ng_call_kind;

/* What is done with a JavaScript object: the first argument of NG_CALL_OPERATE. */
typedef enum ng_js_operation {
    NG_JS_GET = 1,        /* a1: key, exactly. The property's value, or MISSING. */
    NG_JS_SET = 2,        /* a1: name, a2: value. As attributes are named: from_ is `from`. */
    NG_JS_DELETE = 3,     /* a1: name. MISSING where there is none. */
    NG_JS_REPR = 4,       /* What people see of it. */
    NG_JS_STRING = 5,     /* What String() makes of it. */
    NG_JS_HAS = 6,        /* a1: key */
    NG_JS_SET_KEY = 7,    /* a1: key, exactly; a2: value */
    NG_JS_DELETE_KEY = 8, /* a1: key, exactly. MISSING where there is none. */
    NG_JS_NAMES = 9,      /* The names of all its properties, inherited ones too, in one text. */
    NG_JS_NEW = 10,       /* a1 …: arguments */
    NG_JS_LENGTH = 11,    /* Its length, or its size. */
    NG_JS_ITERATE = 12,   /* a1: what is iterated. An iterator. */
    NG_JS_NEXT = 13,      /* a1: what is sent, if anything. The next value; MISSING at the end. */
    NG_JS_RETURNED = 14,  /* The value with which it ended. */
    NG_JS_THROW = 15,     /* a1: what is thrown at the generator. As NEXT. */
    NG_JS_RETURN = 16,    /* Ends the iterator before its end. */
    NG_JS_ASYNC_ITERATE = 17, /* Its asynchronous iterator. */
    NG_JS_CALL = 18,          /* a1: key of a method, a2 …: arguments */
    NG_JS_AT = 19,            /* a1: index from 0. An item of an array, MISSING beyond its end. */
    NG_JS_PUT = 20,           /* a1: index from 0, a2: value */
    NG_JS_SLICE = 21,         /* a1: start, a2: step, a3: how many. A new array. */
    NG_JS_SPLICE = 22,        /* a1: start, a2: how many go, a3 …: what comes instead */
    NG_JS_SETTLE = 23,        /* a1: resolve, a2: reject: called when the thenable is settled */
    NG_JS_DISPOSE = 24,       /* Ends a disposable. */
    NG_JS_DISPOSE_ASYNC = 25, /* The same; a thenable, or nothing. */
    NG_JS_TO_PY = 26,         /* a1: depth, or nothing for all of it. A copy. */
    NG_JS_TYPE_OF = 27,
    NG_JS_SOURCE = 28,  /* Of a function: its source text. */
    NG_JS_ENTRIES = 29, /* Its own enumerable names; a1: 1 values instead, 2 both. An array. */
    NG_JS_HAS_OWN = 30, /* a1: name, of an own enumerable property */
    NG_JS_DO = 32,   /* as CALL, but without the answer: a Map's `set` answers with the whole Map */
    NG_JS_PART = 31, /* a1: name. The property as a module: an object is never copied. */
    /* Those of classes. Wherever it says `count …`: how many arguments follow, and the arguments; behind them,
       as one object, what was given by name. */
    NG_JS_CLASS_CALL = 120, /* of a method. a1: `this`, a2: count … */
    /* The rest is of a class. a1: the Python object to construct it on, a2: its type, a3: count … */
    NG_JS_CLASS_CONSTRUCT = 121,
    NG_JS_CLASS_NEW = 122,  /* a1: the Python type of what is made, a2: count … */
    NG_JS_CLASS_MAKE = 123, /* a1: count … An object of the class itself. */
    NG_JS_CLASS_HAS = 124,  /* a1: value. Whether it is an instance. */
    NG_JS_CLASS_GET =
        125, /* a1: instance, a2: name. A list with the property's value, or an empty one. */
    NG_JS_CLASS_SET = 126, /* a1: instance, a2: name, a3: value. Whether there was an instance. */
    NG_JS_CLASS_DELETE = 127, /* a1: instance, a2: name. Whether there was such a property. */
    NG_JS_CLASS_KEYS = 128    /* a1: instance. The names of its own properties. */
} ng_js_operation;

/* How a promise is settled (python/completion.py): the second argument of the function that does it. */
typedef enum ng_js_completion {
    NG_JS_COMPLETION_RESOLVED = 0, /* the third is its value */
    NG_JS_COMPLETION_REJECTED = 1, /* the third holds the exception */
    NG_JS_COMPLETION_DROPPED = 2   /* Python dropped it without a word */
} ng_js_completion;

/* What is asked of a thread's JavaScript: the first argument of NG_CALL_ASK. */
typedef enum ng_js_question {
    NG_JS_ASK_GLOBAL = 0,  /* globalThis */
    NG_JS_ASK_REQUIRE = 1, /* a1: specifier, a2: the file whose require it is, or None. A module. */
    NG_JS_ASK_IMPORT = 2   /* the same, of import(): a promise */
} ng_js_question;

/* What a JavaScript object can do: its class in Python is made of it. */
typedef enum ng_js_shape {
    NG_JS_SHAPE_CALLABLE = 1,
    NG_JS_SHAPE_CLASS = 2, /* calling it from Python constructs */
    NG_JS_SHAPE_ARRAY = 4,
    NG_JS_SHAPE_BUFFER = 8, /* an ArrayBuffer or a view on one */
    NG_JS_SHAPE_ITERABLE = 16,
    NG_JS_SHAPE_ITERATOR = 32,
    NG_JS_SHAPE_GENERATOR = 64,
    NG_JS_SHAPE_ASYNC_ITERABLE = 128,
    NG_JS_SHAPE_ASYNC_ITERATOR = 256,
    NG_JS_SHAPE_ASYNC_GENERATOR = 512,
    NG_JS_SHAPE_THENABLE = 1024,
    NG_JS_SHAPE_MAP = 2048,
    NG_JS_SHAPE_SET = 4096,
    NG_JS_SHAPE_LENGTH = 8192, /* a length or a size, and no Map or Set */
    NG_JS_SHAPE_DISPOSABLE = 16384,
    NG_JS_SHAPE_ASYNC_DISPOSABLE = 32768,
    NG_JS_SHAPE_ITEMS = 65536, /* get and has, and no Map */
    NG_JS_SHAPE_ERROR = 131072,
    NG_JS_SHAPE_SYMBOL = 262144, /* the box of a symbol, which is what crosses back */
    /* The policy under which it crosses stands above all shapes. */
    NG_JS_SHAPE_POLICY = 16777216
} ng_js_shape;

/* Python calls JavaScript. Everything is borrowed and good until the call has returned. */
typedef struct ng_function_call {
    ng_call_kind kind;
    uint32_t policy; /* whose proxies the arguments become */
    uint64_t function;
    ng_object *const
        *arguments; /* `count` values: the last `keywords` of them were given by name */
    size_t count;
    size_t keywords;
    const ng_text *names; /* `keywords` names, in the order of their values */
    uint32_t answer_ms;   /* how long the caller waits for the answer; 0: as long as it takes */
} ng_function_call;

/*
 * A name for a Python object that any thread may use: like a handle, with bit 52 set, so that neither is
 * ever taken for the other. 0 is never one.
 */
typedef uint64_t ng_token;

/*
 * What an environment needs of its host to reach JavaScript. The door implements it; C tests fake it.
 * Functions may be NULL for a host that has no JavaScript.
 */
typedef struct ng_host {
    void *context;
    /* Makes the owner call ng_environment_serve soon. Thread: any, attached or not, and under a lock:
       it must not block, and must not call the core. Never called once the environment ended. */
    void (*wake)(void *context);
    /* Calls a JavaScript function. A new reference, or NULL with a Python exception set. Thread: the
       owner's, attached when called and when it returns: it goes through ng_function_enter and one of
       ng_function_return, _throw and _end, and JavaScript runs detached between them. */
    ng_object *(*call)(void *context, ng_environment *owner, const ng_function_call *call);
    /* Python no longer refers to function number `function`. Thread: the owner's, detached. */
    void (*drop)(void *context, uint64_t function);
    /* No Python object stands for JavaScript object `number` any more. Thread: as `drop`. */
    void (*drop_object)(void *context, uint64_t number);
    /* Python no longer uses the memory that `holder` keeps. Thread: as `drop`. */
    void (*drop_memory)(void *context, void *holder);
    /* The environment ends, and Python uses that memory still: keeps it until the process ends. Whether it
       could. It must not run JavaScript. Thread: the owner's, detached. */
    int (*keep_memory)(void *context, void *holder);
    /* Whether JavaScript of this thread is being terminated: ends waits, which would otherwise keep a
       worker from ending. Thread: the owner's, detached, some twenty times a second while it waits. */
    int (*is_ending)(void *context);
} ng_host;

/* Which Python to start. All text is UTF-8; the caller keeps it alive during the call only. */
typedef struct ng_start_options {
    const char *library;    /* path of libpython */
    const char *executable; /* becomes sys.executable; decides prefix and virtual environment */
    int deep_bind; /* extension modules find their own libraries before the host's, where possible */
    const char *
        code_folder; /* where the core's compiled Python code is kept between starts; NULL: nowhere */
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
    uint64_t slots;          /* cells of the handle table that have memory now */
} ng_statistics;

/* Whether a number is a handle or a token. */
typedef enum ng_handle_kind {
    NG_HANDLE_KIND_NONE = 0, /* neither could be this number */
    NG_HANDLE_KIND_HANDLE = 1,
    NG_HANDLE_KIND_TOKEN = 2
} ng_handle_kind;

typedef enum ng_handle_state {
    NG_HANDLE_STATE_NEVER = 0, /* no handle of this number was given out yet */
    NG_HANDLE_STATE_LIVE = 1,
    NG_HANDLE_STATE_RELEASED = 2,
    /* In a part of the table that another environment has now: only that one knows more. */
    NG_HANDLE_STATE_FOREIGN = 3
} ng_handle_state;

/* How a handle or token ended. */
typedef enum ng_handle_end {
    NG_HANDLE_END_UNKNOWN = 0,     /* too long ago: the slot has been used since */
    NG_HANDLE_END_RELEASED = 1,    /* by hand */
    NG_HANDLE_END_COLLECTED = 2,   /* JavaScript's garbage collector dropped its proxy */
    NG_HANDLE_END_TAKEN = 3,       /* opened and released in one */
    NG_HANDLE_END_ENVIRONMENT = 4, /* with its environment */
} ng_handle_end;

/* How long a token lives if nobody takes or releases it. */
typedef enum ng_share_lifetime {
    NG_SHARE_UNTIL_RELEASED = 0,
    NG_SHARE_UNTIL_ENVIRONMENT_ENDS = 1 /* the one that shared the object */
} ng_share_lifetime;

/* What is known of a number that should be a handle or a token: a moment's view. */
typedef struct ng_handle_history {
    uint32_t kind;               /* ng_handle_kind */
    uint32_t state;              /* ng_handle_state */
    uint32_t end;                /* ng_handle_end */
    uint32_t slot;               /* the cell that the number names */
    uint32_t generation;         /* the number's */
    uint32_t current_generation; /* the cell's; 0 where it cannot be known */
    uint32_t owner; /* environment that has the cell now, of a token: that shared it; 0: none */
    uint32_t last_owner; /* environment that had it last, as far as that is known; 0: unknown */
    uint32_t ended_by;   /* of a token: the environment that ended it; 0: unknown */
} ng_handle_history;

/* Figures of the handle table, for people and for tests; each is a moment's view. */
typedef struct ng_handle_statistics {
    uint64_t live;        /* handles of living environments */
    uint64_t peak;        /* the sum of each living environment's highest number of handles */
    uint64_t shared;      /* live tokens */
    uint64_t shared_peak; /* the most there were at a time */
    uint64_t leaked;      /* handles given up on purpose, because the gate was closed */
    uint64_t bytes;       /* memory of the table: handles and tokens */
} ng_handle_statistics;

/* One environment's share of them. */
typedef struct ng_handle_owner {
    uint32_t environment; /* its number, never 0 */
    uint32_t reserved;
    uint64_t live;
    uint64_t peak;
} ng_handle_owner;

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

/*
 * Does what other threads had asked this one to do by now. The host calls it after `wake`.
 * Returns: 1 when more has arrived meanwhile: the host calls again after a turn of its event loop, which
 *          threads that call without end would otherwise keep from everything else. Else 0.
 * Thread: the environment's own, not attached.
 */
NG_API int ng_environment_serve(ng_environment *environment);

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
 * Arms a thread that ends the process with `code` within `bound_ms`, in case something else keeps it:
 * Node joins its workers for ever when one is inside native code. The first call's bound counts, and the
 * last one's code.
 * Thread: any.
 */
NG_API void ng_arm_watchdog(int code, uint32_t bound_ms);

/* How long a process that ends may take when nobody says otherwise, in milliseconds. */
#define NG_EXIT_BOUND_MS 2000U

/*
 * How long the process may take from being told to end until it is over, whatever Python does: most of it is
 * Python's, at most half a second the host's. Counts for ng_exit, for signals, and for a process in which
 * only workers used Python.
 * milliseconds: 100 to 600000.
 * only_first:   1 to leave it as it is where somebody has set it.
 * Thread:       any.
 */
NG_API void ng_exit_bound_set(uint32_t milliseconds, uint32_t only_first);
NG_API uint32_t ng_exit_bound_read(void);

/*
 * The process ends with `code`: ends Python within its part of the exit bound and, where Python stays busy,
 * arms the watchdog for the rest. ng_exit_with says another code, after it.
 * Returns: as ng_shutdown. Thread: any, not attached.
 */
NG_API ng_status ng_exit(int code);
NG_API void ng_exit_with(int code);

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

/*
 * Calls `callable` with `count` positional arguments. All handles stay the caller's.
 * count: 0 to NG_MAXIMUM_ARGUMENTS.
 * Returns: as ng_object_repr, BAD_FRAME for too many arguments. Thread: as ng_object_run.
 */
NG_API ng_status ng_object_call(ng_environment *environment, ng_handle callable,
                                const ng_handle *arguments, size_t count, ng_handle *out,
                                char *message);

/* Releases a handle of this environment. Returns: OK, STALE_HANDLE, FOREIGN_HANDLE, SHUT_DOWN.
   Thread: as ng_object_run. */
NG_API ng_status ng_object_release(ng_environment *environment, ng_handle handle);

/* ---- JavaScript functions as Python callables ----------------------------------------------------- */

/*
 * A Python callable that calls function number `function` of this environment, from whatever thread.
 * The host's `drop` is called with the number when no Python object refers to the callable any more.
 * name:       its __name__.
 * parameters: as between the parentheses of a `def`, for help() and inspect; nothing checks calls by it.
 *             NULL: unknown.
 * message:    NG_MESSAGE_SIZE bytes; for PYTHON_ERROR the exception's text.
 * Returns: OK, PYTHON_ERROR (also for parameters that are no Python), OUT_OF_MEMORY, SHUT_DOWN.
 * Thread: the environment's own, not attached. Takes the creation lock for a signature that is new.
 */
NG_API ng_status ng_function_emit(ng_environment *environment, uint64_t function, const char *name,
                                  const char *parameters, ng_handle *out, char *message);

/*
 * For `call` of ng_host: names the arguments and detaches, so that JavaScript may run.
 * handles: `call->count` of them, which are the host's from now on; NULL where the host has no memory
 *          for them: that raises MemoryError.
 * False: an exception is set and the thread is attached still: `call` returns NULL.
 * Thread: the owner's, attached; detached when it returned true.
 */
NG_API int ng_function_enter(ng_environment *owner, const ng_function_call *call,
                             ng_handle *handles);

/*
 * The ways back, one for each ng_function_enter: each attaches and is what `call` returns.
 * return: `result` is taken over; 0 is None. A handle that names nothing raises TypeError.
 * throw:  raises JavaScriptError. `stack`: the JavaScript stack as text; data NULL when there is none.
 * end:    raises EnvironmentEnded, which no `except Exception` catches: JavaScript was terminated.
 */
NG_API ng_object *ng_function_return(ng_environment *owner, ng_handle result);
NG_API ng_object *ng_function_throw(ng_environment *owner, ng_text message, ng_text stack);
NG_API ng_object *ng_function_end(ng_environment *owner);

/* ---- JavaScript objects in Python ----------------------------------------------------------------- */

/*
 * Makes ready for NG_TAG_JS_OBJECT: the first time in a process, the types that stand for JavaScript
 * objects are made, under the creation lock.
 * message: NG_MESSAGE_SIZE bytes; for PYTHON_ERROR the exception's text.
 * Returns: OK, PYTHON_ERROR, OUT_OF_MEMORY, and as ng_creation_lock. Thread: the environment's own, not
 *          attached.
 */
NG_API ng_status ng_js_objects_open(ng_environment *environment, char *message);

/*
 * From now on Python may ask this environment's JavaScript what belongs to no object (NG_CALL_ASK), by the function
 * `_javascript` of the core's Python code.
 * Returns: OK, PYTHON_ERROR, SHUT_DOWN. Thread: the environment's own, not attached.
 */
NG_API ng_status ng_javascript_open(ng_environment *environment);

/* Whether some Python object stands for JavaScript object `number` of this environment, as far as it was told:
   `drop_object` will be called for it. Thread: the environment's own. */
NG_API int ng_js_object_is_live(const ng_environment *environment, uint64_t number);

/*
 * For `call` of ng_host, where the kind is not RAW: writes the arguments into a frame at the arena's top,
 * positional ones, then those given by name, then the names, and detaches.
 * offset: of that frame. JavaScript answers in its result slot.
 * False: an exception is set and the thread is attached still: `call` returns NULL.
 * Thread: the owner's, attached; detached when it returned true.
 */
NG_API int ng_call_enter(ng_environment *owner, const ng_function_call *call, uint32_t *offset);

/*
 * The way back from ng_call_enter where JavaScript answered; else one of ng_function_throw and _end. It
 * attaches and is what `call` returns. An answer whose handle is NG_OBJECT_TAKEN is released.
 * The frame's status says what its result is: OK: the value; PYTHON_ERROR: the exception to raise.
 */
NG_API ng_object *ng_call_return(ng_environment *owner, uint32_t offset);

/* ---- abi ------------------------------------------------------------------------------------------ */

/* What ng_capability answers. */
typedef enum ng_capability_state {
    NG_CAPABILITY_UNKNOWN = -1, /* the core does not use a symbol of this name */
    NG_CAPABILITY_ABSENT = 0,
    NG_CAPABILITY_PRESENT = 1
} ng_capability_state;

typedef enum ng_capability_kind {
    NG_CAPABILITY_FUNCTION = 1,
    NG_CAPABILITY_OPTIONAL_FUNCTION = 2,
    NG_CAPABILITY_DATA = 3,
    NG_CAPABILITY_OPTIONAL_DATA = 4
} ng_capability_kind;

/* In place of a first version: only free-threaded builds export it. */
#define NG_CAPABILITY_FREE_THREADED_ONLY 4294967295

/* One entry of the C API that the core uses, on this build. The name lives as long as the process. */
typedef struct ng_capability_entry {
    const char *name;
    uint32_t kind;  /* ng_capability_kind */
    uint32_t first; /* version_hex that is first to have it; 0: some versions do */
    uint32_t present;
    uint32_t stands_in; /* absent, and the core does the same with older entries */
} ng_capability_entry;

/* Byte offsets and sizes for TypeScript, which reads these through FFI. C asserts that they agree; the
   fields of ng_abi_layout follow each other. */
#define NG_CAPABILITY_ENTRY_KIND 8
#define NG_CAPABILITY_ENTRY_FIRST 12
#define NG_CAPABILITY_ENTRY_PRESENT 16
#define NG_CAPABILITY_ENTRY_STANDS_IN 20
#define NG_CAPABILITY_ENTRY_SIZE 24
#define NG_ABI_LAYOUT_SIZE 64

/* Whether libpython exports `name`: ng_capability_state. Thread: any, after Python started. */
NG_API int ng_capability(const char *name);
/* Fills `out` with entry number `index` and returns 1; 0 when there are no more. Thread: as above; it may
   be called through FFI. */
NG_API int ng_capability_at(uint32_t index, ng_capability_entry *out);

/* Where the parts of an object's head are, in bytes: learnt by experiment when Python started. */
typedef struct ng_abi_layout {
    uint32_t head_size;
    uint32_t type_offset;
    uint32_t count_offset; /* of the count; free-threaded: of what the owner counts */
    uint32_t count_width;  /* 4 or 8 */
    uint32_t immortal;     /* whether this build knows immortal objects */
    uint32_t
        immortal_mark; /* in the count's low 32 bits: all of these are set in an immortal one */
    uint32_t free_threaded; /* the rest means something when this is not 0 */
    uint32_t owner_offset;
    uint32_t shared_offset;
    uint32_t shared_shift; /* flags below the count that the other threads share */
    uint32_t deferred_offset;
    uint32_t deferred_mask;  /* one bit of that byte; 0: not visible on this build */
    uint64_t immortal_count; /* what Python says of an immortal object */
    uint64_t deferred_bias;  /* what deferred counting adds to the shared count */
} ng_abi_layout;

/*
 * The layout.
 * message: NG_MESSAGE_SIZE bytes; for UNSUPPORTED, what did not add up.
 * Returns: OK, NOT_STARTED, UNSUPPORTED. Thread: any; it may be called through FFI.
 */
NG_API ng_status ng_abi_layout_read(ng_abi_layout *out, char *message);

typedef enum ng_counts_flags {
    NG_COUNTS_IMMORTAL = 1,
    NG_COUNTS_DEFERRED = 2,
    /* Whether DEFERRED says anything, and whether owner, local and shared do. */
    NG_COUNTS_DEFERRED_VISIBLE = 4,
    NG_COUNTS_FREE_THREADED = 8
} ng_counts_flags;

/* The references to one object. While other threads take and drop references, the parts may be of moments
   shortly after each other. */
typedef struct ng_counts {
    uint64_t count; /* as sys.getrefcount says when C calls it */
    uint64_t owner; /* free-threaded: the thread that counts locally, by its own number; 0: none */
    int64_t shared; /* free-threaded: references of other threads, without what deferring adds */
    uint32_t local; /* free-threaded: references of the owner */
    uint32_t flags; /* ng_counts_flags */
} ng_counts;

/*
 * The references to the object behind a handle, its own included. Reads memory and runs no Python, but is
 * attached meanwhile: a free-threaded collector stops the world and keeps its own figures in the same
 * words of an object's head, so whoever read them detached would now and then read those.
 * Returns: OK, UNSUPPORTED (see ng_abi_layout_read), STALE_HANDLE, FOREIGN_HANDLE, SHUT_DOWN.
 * Thread:  the environment's own, not attached.
 */
NG_API ng_status ng_abi_refcount(ng_environment *environment, ng_handle handle, ng_counts *out);

/* Where the object behind a handle is; good until the handle is released. Returns: OK, STALE_HANDLE,
   FOREIGN_HANDLE, SHUT_DOWN. Thread: the environment's own, not attached. */
NG_API ng_status ng_abi_address(ng_environment *environment, ng_handle handle, uint64_t *address);

/*
 * What the interpreter says of its build, as JSON in a block that the caller frees.
 * Returns: as ng_object_repr. Thread: as ng_object_run.
 */
NG_API ng_status ng_abi_build(ng_environment *environment, uint64_t *block, char *message);

/*
 * What the interpreter says of a type, as JSON in a block that the caller frees.
 * flags:   PyType_GetFlags.
 * Returns: as ng_object_repr, BAD_ARGUMENT for an object that is no type. Thread: as ng_object_run.
 */
NG_API ng_status ng_abi_type(ng_environment *environment, ng_handle handle, uint64_t *flags,
                             uint64_t *block, char *message);

/*
 * What a type has in a slot, by PyType_GetSlot: 0 for nothing.
 * slot:    its name without Py_: "tp_call", "nb_add", …
 * Returns: as ng_abi_type, BAD_ARGUMENT for a slot that there is not, UNSUPPORTED for one that this
 *          version of Python does not tell. Thread: as ng_object_run.
 */
NG_API ng_status ng_abi_slot(ng_environment *environment, ng_handle handle, const char *slot,
                             uint64_t *address, char *message);

/* The import that turned the GIL on for good. Text is UTF-8 and lives as long as the process. */
typedef struct ng_gil_notice {
    const char *module;
    const char *file; /* empty when it came from none */
    uint64_t thread;  /* Python's ident of the thread that imported */
    uint64_t time_ms; /* since 1970 */
} ng_gil_notice;

/*
 * Whether the GIL is on at this moment (another thread's import turns it on for a while, too), and
 * which import turned it on for good.
 * notice:  NULL where none did: a GIL build, PYTHON_GIL=1, or the GIL is off.
 * Returns: OK, PYTHON_ERROR, SHUT_DOWN. Thread: the environment's own, not attached.
 */
NG_API ng_status ng_abi_gil(ng_environment *environment, int *enabled,
                            const ng_gil_notice **notice);

/*
 * Calls `notify` on this environment's thread when an import turns the GIL on, until the environment ends;
 * `drop` then, also when this fails.
 * Returns: OK, OUT_OF_MEMORY. Thread: the environment's own, not attached.
 */
NG_API ng_status ng_abi_watch_gil(ng_environment *environment,
                                  void (*notify)(void *context, const ng_gil_notice *notice),
                                  void (*drop)(void *context), void *context);

/* Counts those in the process who listen for themselves: +1 or -1. Thread: any. */
NG_API void ng_gil_listeners_add(int32_t change);
/* 1 for the one caller in the process who should warn, if nobody listens; else 0. Thread: any. */
NG_API int ng_gil_warning_claim(void);

/* ---- handles -------------------------------------------------------------------------------------- */

/* The environment's number, as it stands in a history. Thread: any. */
NG_API uint32_t ng_environment_number(const ng_environment *environment);

/*
 * A second handle to the same object, released on its own.
 * Returns: OK, STALE_HANDLE, FOREIGN_HANDLE, SHUT_DOWN, OUT_OF_MEMORY.
 * Thread:  the environment's own, not attached.
 */
NG_API ng_status ng_handle_duplicate(ng_environment *environment, ng_handle handle, ng_handle *out);

/*
 * Releases `count` handles in one attach, and remembers how each ended. What is no live handle of this
 * environment is passed over. With a GIL, objects that JavaScript's collector found (NG_HANDLE_END_COLLECTED)
 * are let go soon afterwards by a thread of the core's: this one does not wait for the GIL.
 * released: how many were. NULL is fine.
 * Returns:  OK, SHUT_DOWN (then none was). Thread: as ng_handle_duplicate.
 */
NG_API ng_status ng_handle_release(ng_environment *environment, const ng_handle *handles,
                                   size_t count, ng_handle_end end, size_t *released);

/*
 * A token for the object behind a handle, which stays as it is.
 * Returns: as ng_handle_duplicate. Thread: as ng_handle_duplicate.
 */
NG_API ng_status ng_handle_share(ng_environment *environment, ng_handle handle,
                                 ng_share_lifetime lifetime, ng_token *out);

/*
 * A handle of this environment's to the object behind a token. Any number of threads may do this, and
 * take and release the token, at the same moment.
 * Returns: OK, STALE_HANDLE, SHUT_DOWN, OUT_OF_MEMORY. Thread: as ng_handle_duplicate.
 */
NG_API ng_status ng_token_open(ng_environment *environment, ng_token token, ng_handle *out);

/* Opens and releases a token in one: of all threads that take, open or release it at the same moment,
   one ends it. Without memory for the handle it is ended, too. Returns, thread: as ng_token_open. */
NG_API ng_status ng_token_take(ng_environment *environment, ng_token token, ng_handle *out);

/* Ends a token. Handles opened from it stay. Returns: OK, STALE_HANDLE, SHUT_DOWN. Thread: as
   ng_token_open. */
NG_API ng_status ng_token_release(ng_environment *environment, ng_token token);

/* Fills `out` with what is known of any number at all. Thread: the environment's own. */
NG_API void ng_handle_describe(const ng_environment *environment, uint64_t number,
                               ng_handle_history *out);

/* Writes the environment's first `capacity` live handles to `out`; returns how many there are. Thread:
   the environment's own. */
NG_API size_t ng_handle_list(const ng_environment *environment, ng_handle *out, size_t capacity);

/*
 * The qualified name of an object's type with its module (builtins without), as UTF-8 in a block that
 * the caller frees. Runs no code of the object's or its type's.
 * Returns: OK, STALE_HANDLE, FOREIGN_HANDLE, SHUT_DOWN, OUT_OF_MEMORY, PYTHON_ERROR with the
 *          exception's text in `message` (NG_MESSAGE_SIZE bytes).
 * Thread:  as ng_handle_duplicate.
 */
NG_API ng_status ng_handle_type_name(ng_environment *environment, ng_handle handle, uint64_t *block,
                                     char *message);

/* Fills `out`. Thread: any. */
NG_API void ng_handle_statistics_read(ng_handle_statistics *out);

/* Writes the first `capacity` living environments to `out`; returns how many there are. Thread: any. */
NG_API size_t ng_handle_owners(ng_handle_owner *out, size_t capacity);

/*
 * A number by which tokens of this process are told from those of another: the first caller's proposal
 * (1 to 2^53 - 1, random), for good. Thread: any.
 */
NG_API uint64_t ng_token_process(uint64_t proposal);

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
    NG_TYPE_CACHE_SHARED = 1, /* one for all environments, for what does not depend on a realm */
    /* As SHARED, and nogil's own: what OBJECT slots tell of the type. Below 2^24, shifted by
       NG_OBJECT_SHAPE. */
    NG_TYPE_CACHE_SHAPE = 2
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

/* Figures of a lock, or of all locks of a kind; each is a moment's view. */
typedef struct ng_lock_statistics {
    uint64_t held;
    uint64_t waiting;
    uint64_t acquired;  /* since the process began, with those that had to wait */
    uint64_t contended; /* how many had to wait */
    uint64_t abandoned; /* how many ended with their holder's thread */
} ng_lock_statistics;

/* What was emitted since the process began. */
typedef struct ng_emit_statistics {
    ng_lock_statistics creation; /* the one creation lock */
    ng_lock_statistics mutexes;  /* all named mutexes together */
    uint64_t names;              /* unique names given out */
    uint64_t dispatchers;        /* signatures */
} ng_emit_statistics;

/* Fills `out`. Thread: any. */
NG_API void ng_emit_statistics_read(ng_emit_statistics *out);

/*
 * Takes the creation lock, under which types are emitted: one for the process, held by an environment,
 * re-entrant, first come, first served. While it waits the environment serves Python's calls.
 * timeout_ms: UINT64_MAX waits for ever.
 * Returns: OK, TIMED_OUT, SHUT_DOWN, ENVIRONMENT_ENDED, DEADLOCK when the holder waits for the function
 *          that this thread is carrying out for Python. Thread: the environment's own, not attached.
 */
NG_API ng_status ng_creation_lock(ng_environment *environment, uint64_t timeout_ms);

/* One attribute of a type that is emitted. */
typedef struct ng_type_attribute {
    const char *name; /* UTF-8 */
    ng_handle value;  /* stays the caller's */
    int is_method;    /* called with the instance first, also when it is a built-in function */
} ng_type_attribute;

/* A type to be emitted. All handles stay the caller's. */
typedef struct ng_type_definition {
    const char *name;    /* UTF-8; _2, _3 … is added when another type has it */
    ng_handle metaclass; /* 0: that of the bases */
    const ng_handle *bases;
    size_t base_count;
    const ng_type_attribute *attributes;
    size_t attribute_count;
} ng_type_definition;

/*
 * Makes a Python type under the creation lock: metaclass, __prepare__, __init_subclass__ and __set_name__
 * run meanwhile, as for a class statement. Its __module__ is "nogil" and its name is like no other's.
 * name:    the one it got; lives as long as the process.
 * message: NG_MESSAGE_SIZE bytes; for PYTHON_ERROR the exception's text.
 * Returns: OK, PYTHON_ERROR, STALE_HANDLE, FOREIGN_HANDLE, OUT_OF_MEMORY, and as ng_creation_lock.
 * Thread: the environment's own, not attached.
 */
NG_API ng_status ng_type_emit(ng_environment *environment, const ng_type_definition *definition,
                              ng_handle *out, const char **name, char *message);

/* Gives back what one ng_creation_lock took; it is given back for an environment that ends. Returns: OK,
   STALE_HANDLE when the environment does not hold it. Thread: as ng_creation_lock. */
NG_API ng_status ng_creation_unlock(ng_environment *environment);

/*
 * Named mutexes between JavaScript threads, also before Python runs and without it. Not re-entrant: two
 * asynchronous flows of one thread exclude each other, too. First come, first served, waiting and
 * asynchronous takers in one queue.
 */

/* One thread that takes mutexes. Opaque. */
typedef struct ng_mutex_user ng_mutex_user;

/* One attempt to take a mutex, and then its possession. Never 0, and never used again. */
typedef uint64_t ng_mutex_ticket;

/* What ng_mutex_take_later calls back. */
typedef struct ng_mutex_host {
    void *context;
    /* As of ng_host. */
    void (*wake)(void *context);
    int (*is_ending)(void *context);
    /* A ticket was granted. abandoned: as of ng_mutex_take. Thread: the user's, in ng_mutex_serve. */
    void (*granted)(void *context, ng_mutex_ticket ticket, int abandoned);
} ng_mutex_host;

/* Makes a user for the calling thread. host: copied. NULL without memory. Thread: any. */
NG_API ng_mutex_user *ng_mutex_user_create(const ng_mutex_host *host);

/*
 * Tells which environment the user's thread has, once it has one: who waits for that environment's calls
 * and for a mutex of this user's waits in a circle. Thread: the user's.
 */
NG_API void ng_mutex_user_opens(ng_mutex_user *user, const ng_environment *environment);

/* Releases what it holds and leaves all queues; the next holders are told that it was abandoned. Thread:
   the user's. */
NG_API void ng_mutex_user_destroy(ng_mutex_user *user);

/* Calls `granted` for what was granted. The host calls it after `wake`. Thread: the user's, detached. */
NG_API void ng_mutex_serve(ng_mutex_user *user);

/*
 * Takes a mutex, and waits for it where it must.
 * environment: of the same thread, serves Python's calls while it waits; NULL where there is none.
 * name:        UTF-8, `size` bytes.
 * timeout_ms:  0 does not wait; UINT64_MAX waits for ever.
 * abandoned:   whether the last holder's thread ended while it held the mutex: what it guards may be
 *              half changed.
 * message:     NG_MESSAGE_SIZE bytes; for DEADLOCK, who of a cycle waits for whom, else empty.
 * Returns: OK, TIMED_OUT, OUT_OF_MEMORY, ENVIRONMENT_ENDED, SHUT_DOWN in a forked child; DEADLOCK when
 *          the thread itself holds the mutex or waits for it, or the holder's thread waits for the
 *          function that this one carries out for Python, or threads that block wait for each other's
 *          mutexes in a cycle, all of which are told: it never could be released (with a timeout of 0:
 *          TIMED_OUT).
 * Thread:  the user's, detached.
 */
NG_API ng_status ng_mutex_take(ng_mutex_user *user, ng_environment *environment, const char *name,
                               size_t size, uint64_t timeout_ms, ng_mutex_ticket *out,
                               int *abandoned, char *message);

/*
 * Takes a mutex, or joins its queue without waiting.
 * granted:   whether it was free; else `granted` of the host is called when its turn has come.
 * abandoned: as of ng_mutex_take, where it was free.
 * Returns: OK, OUT_OF_MEMORY, SHUT_DOWN in a forked child. Thread: the user's, detached.
 */
NG_API ng_status ng_mutex_take_later(ng_mutex_user *user, const char *name, size_t size,
                                     ng_mutex_ticket *out, int *granted, int *abandoned);

/* Releases a mutex, or leaves its queue: then `granted` will not be called. Returns: OK, STALE_HANDLE for
   a ticket that is over. Thread: the user's. */
NG_API ng_status ng_mutex_drop(ng_mutex_user *user, ng_mutex_ticket ticket);

/* ---- buffers --------------------------------------------------------------------------------------- */

/*
 * What NG_OPERATION_EXPORT answers: doubles, in this order; then, `dimensions` each, the shape in items and
 * the strides in bytes; then the format, without a NUL.
 */
typedef enum ng_export_field {
    NG_EXPORT_NUMBER = 0,     /* names the export to the functions below; never used again */
    NG_EXPORT_BYTES = 1,      /* of all items */
    NG_EXPORT_ITEM_SIZE = 2,  /* bytes */
    NG_EXPORT_DIMENSIONS = 3, /* 0 to 64 */
    NG_EXPORT_FLAGS = 4,      /* ng_export_flags */
    NG_EXPORT_OFFSET = 5,     /* of the first item, from the lowest address of any; bytes */
    NG_EXPORT_EXTENT = 6,     /* from the lowest address to the end of the highest; bytes */
    NG_EXPORT_ALIGNMENT = 7,  /* the lowest address, modulo 16 */
    NG_EXPORT_FIELDS = 8
} ng_export_field;

typedef enum ng_export_flags {
    NG_EXPORT_READ_ONLY = 1,
    NG_EXPORT_C_CONTIGUOUS = 2,
    NG_EXPORT_FORTRAN_CONTIGUOUS = 4,
    NG_EXPORT_INDIRECT =
        8 /* items are found by pointers: there is no extent, they can only be copied */
} ng_export_flags;

/* Memory of a Python object that is exported to JavaScript. Opaque. Counted: the environment's reference,
   until it is released, and the host's, until no JavaScript object refers to the memory. */
typedef struct ng_export ng_export;

/*
 * The memory of an export, and a reference for the host, which ng_export_forget gives back.
 * Returns: OK, STALE_HANDLE. Thread: the environment's, detached.
 */
NG_API ng_status ng_export_open(ng_environment *environment, uint64_t number, void **start,
                                size_t *bytes, ng_export **out);

/* No JavaScript object refers to the memory any more: the environment releases the export soon, unless it
   did before. Thread: any, attached or not, also inside a garbage collection. */
NG_API void ng_export_forget(ng_export *export);

/*
 * Lets Python have its memory back (PyBuffer_Release). JavaScript must have no way to it any more.
 * Returns: OK, STALE_HANDLE when it was released before, SHUT_DOWN. Thread: the environment's, detached.
 */
NG_API ng_status ng_export_release(ng_environment *environment, uint64_t number);

/*
 * Copies all items, in C order, without gaps.
 * bytes:   of `to`: what the export has.
 * message: NG_MESSAGE_SIZE bytes, for PYTHON_ERROR.
 * Returns: OK, STALE_HANDLE, BAD_ARGUMENT for another size, PYTHON_ERROR, SHUT_DOWN.
 * Thread:  the environment's, detached.
 */
NG_API ng_status ng_export_copy(ng_environment *environment, uint64_t number, void *to,
                                size_t bytes, char *message);

/* What JavaScript's memory holds; the order of Node-API's napi_typedarray_type, and after it what it has
   no number for. */
typedef enum ng_memory_kind {
    NG_MEMORY_I8 = 0,
    NG_MEMORY_U8 = 1,
    NG_MEMORY_U8_CLAMPED = 2,
    NG_MEMORY_I16 = 3,
    NG_MEMORY_U16 = 4,
    NG_MEMORY_I32 = 5,
    NG_MEMORY_U32 = 6,
    NG_MEMORY_F32 = 7,
    NG_MEMORY_F64 = 8,
    NG_MEMORY_I64 = 9,
    NG_MEMORY_U64 = 10,
    NG_MEMORY_F16 = 11,
    NG_MEMORY_RAW = 12, /* of an ArrayBuffer or a DataView: bytes */
    NG_MEMORY_KINDS = 13
} ng_memory_kind;

/* Why Python may go on using JavaScript's memory: `mode` of the Python object. */
typedef enum ng_memory_mode {
    NG_MEMORY_SHARED =
        1, /* no JavaScript can take it away: a SharedArrayBuffer's, the core's, Python's */
    NG_MEMORY_PINNED = 2, /* the host refuses to detach it */
    NG_MEMORY_COPIED = 3  /* it is a copy, read-only: what Python wrote would not come back */
} ng_memory_mode;

/* Memory that JavaScript passes to Python. */
typedef struct ng_memory_definition {
    void *start;
    size_t bytes;
    uint32_t kind;   /* ng_memory_kind */
    uint32_t mode;   /* ng_memory_mode; SHARED in any case where it is the core's or Python's */
    uint64_t source; /* the export that it is the memory of; 0: of none */
    void *holder; /* what keeps it, for `drop_memory` and `keep_memory` of ng_host; NULL: nothing */
} ng_memory_definition;

/*
 * A Python object with the buffer protocol over the memory.
 * message: NG_MESSAGE_SIZE bytes, for PYTHON_ERROR.
 * Returns: OK: the holder is the core's; else it is the caller's still: STALE_HANDLE for a source that was
 *          released, BAD_ARGUMENT, PYTHON_ERROR, OUT_OF_MEMORY, SHUT_DOWN; as ng_creation_lock the first
 *          time. Thread: the environment's, detached.
 */
NG_API ng_status ng_memory_create(ng_environment *environment,
                                  const ng_memory_definition *definition, ng_handle *out,
                                  char *message);

/* The holder of memory number `number` (NG_TAG_MEMORY); NULL when Python dropped it. Thread: the
   environment's. */
NG_API void *ng_memory_holder(ng_environment *environment, uint64_t number);

/* Memory of the core's own: zeroed, for as long as anybody refers to it. Opaque. */
typedef struct ng_block_shared ng_block_shared;

/* One reference, the caller's; NULL without memory. Thread: any. */
NG_API ng_block_shared *ng_block_allocate(size_t bytes, void **start);
/* Gives a reference back. Thread: any, also inside a garbage collection. */
NG_API void ng_block_release(ng_block_shared *block);

/* Figures of buffers, each a moment's view. */
typedef struct ng_buffer_statistics {
    uint64_t exports;   /* of Python's memory, not released */
    uint64_t memories;  /* of JavaScript's, known to Python */
    uint64_t allocated; /* bytes of the core's own */
    uint64_t kept; /* memories that outlived their environment, and stay until the process ends */
} ng_buffer_statistics;

/* Fills `out`. Thread: any. */
NG_API void ng_buffers_read(ng_buffer_statistics *out);

/* ---- finalizer guard ------------------------------------------------------------------------------ */

/* How a gate stands. */
typedef enum ng_gate_state {
    NG_GATE_SHUT = 0, /* never opened */
    NG_GATE_RUNNING = 1,
    NG_GATE_CLOSING = 2, /* nobody new gets in; those inside are waited for, a bounded time */
    NG_GATE_CLOSED = 3
} ng_gate_state;

/* The point of no return of one native library. Opaque; lives as long as the process. */
typedef struct ng_gate ng_gate;
/* One thread's pass through one gate. Opaque. */
typedef struct ng_pass ng_pass;

/* Figures of a gate, each a moment's view. */
typedef struct ng_gate_statistics {
    uint32_t state;   /* ng_gate_state */
    uint32_t passes;  /* that threads hold */
    uint64_t inside;  /* of these: inside, or suspended in between */
    uint64_t entered; /* times, by passes that were given back too */
    uint64_t refused; /* times that somebody came too late */
    uint64_t leaked;  /* passes that were not outside when the bound was over */
} ng_gate_statistics;

/* The longest name of a gate, in bytes. */
#define NG_GATE_NAME_SIZE 255

/*
 * The process's gate of that name; made, running, when it is the first time. Needs no Python. A gate
 * that was closed stays closed: its name names a point of no return.
 * name:    UTF-8, 1 to NG_GATE_NAME_SIZE bytes. It and its gate are kept until the process ends.
 * Returns: OK, OUT_OF_MEMORY, SHUT_DOWN in a forked child, BAD_FRAME for a name that is none.
 * Thread:  any.
 */
NG_API ng_status ng_gate_find(const char *name, size_t size, ng_gate **out);

/* The gate that guards Python itself: to look at, not to close (ng_shutdown does). Thread: any. */
NG_API ng_gate *ng_gate_of_python(void);

/* A pass for the calling thread; NULL without memory. Thread: any. */
NG_API ng_pass *ng_gate_join(ng_gate *gate);
/* Gives the pass back; one that is still inside leaves first. Thread: the one that joined. */
NG_API void ng_gate_part(ng_pass *pass);

/*
 * 1 when the library may be used until ng_gate_release, 0 when it must not be touched any more. Does
 * not nest: whoever is inside stays inside. Thread: the one that joined.
 */
NG_API int ng_gate_acquire(ng_gate *gate, ng_pass *pass);
NG_API void ng_gate_release(ng_pass *pass);

/*
 * Closes a gate: nobody gets in from now on; waits for those inside, `bound_ms` milliseconds at most
 * (0 to 600000), and gives up those that stay. Calling it twice, or on two threads, is fine.
 * leaked:  how many were given up: while it is not 0, the library must be left as it is.
 * Returns: OK when nobody was inside any more, BUSY when somebody was given up, SHUT_DOWN in a forked
 *          child, BAD_FRAME for Python's own gate. Thread: any, outside.
 */
NG_API ng_status ng_gate_end(ng_gate *gate, uint32_t bound_ms, uint64_t *leaked);

/* How Python's end went, or goes; each figure a moment's view. */
typedef struct ng_end_statistics {
    uint32_t state;      /* ng_gate_state of Python's gate */
    uint32_t finalized;  /* 1 when Py_FinalizeEx ran and came back */
    uint64_t interrupts; /* exceptions that threads inside Python were sent */
    uint64_t
        threads_left; /* that were inside, or would come back inside, when the bound was over */
    uint64_t
        states_leaked; /* environments that ended too late: their thread states and handles stay */
} ng_end_statistics;

/* Fills `out`. Thread: any. */
NG_API void ng_end_read(ng_end_statistics *out);

/*
 * Tells the core the host's number for the environment's thread, so that another thread can name it.
 * host_thread: not 0. Thread: the environment's own.
 */
NG_API void ng_environment_name(ng_environment *environment, uint32_t host_thread);

/*
 * Raises KeyboardInterrupt in the Python code that a thread is just running. It may be caught or ignored: whoever
 * has terminated the thread's JavaScript calls it again until the thread has ended. One that comes a moment too
 * late is taken back at the thread's next call.
 * caller:      an environment of the calling thread. To its own thread it is sent where Python code is further
 *              down the stack.
 * interrupted: how many environments of that thread were inside Python.
 * Returns: OK, SHUT_DOWN. Thread: the caller's own, not attached.
 */
NG_API ng_status ng_environment_interrupt(ng_environment *caller, uint32_t host_thread,
                                          uint32_t *interrupted);

/*
 * Whether Ctrl-C (SIGINT, or the console's event) interrupts the Python code that the environment's thread runs, with
 * a KeyboardInterrupt, and does nothing else then; while no Python runs there it is the host's. For interactive
 * sessions; off to begin with.
 * Returns: OK, OUT_OF_MEMORY (also without threads or files to be had), SHUT_DOWN in a forked child.
 * Thread:  the environment's, which is the one thread of the process that may ask for it; not attached.
 */
NG_API ng_status ng_environment_set_interactive(ng_environment *environment, uint32_t on);

/*
 * Ends Python, within the exit bound, before SIGINT, SIGTERM, SIGHUP or a console event end the process;
 * then they end it as ever. Signals that somebody handles or ignores are left alone; call it again when a
 * handler was taken away. 0 stops it. A second signal ends the process at once.
 * Returns: OK, OUT_OF_MEMORY (also without threads or files to be had), SHUT_DOWN in a forked child.
 * Thread:  any.
 */
NG_API ng_status ng_signals_guard(uint32_t on);

/* Fills `out`. Thread: any. */
NG_API void ng_gate_read(ng_gate *gate, ng_gate_statistics *out);

#ifdef __cplusplus
}
#endif

#endif
