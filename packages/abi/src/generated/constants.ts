// Generated from native/include/nogil.h by tools/generate-constants.mjs. Do not edit: run that again.

/** Raised whenever the frame layout, a tag, a status or an operation changes its meaning. */
export const NG_ABI_VERSION = 6;
/** Set in a tag whose bytes are in a block (payload: the block's number) and not in the frame. */
export const NG_TAG_IN_BLOCK = 256;
/** Set in a frame's operation when its answer goes to proxies: then an object that has one already is told apart (KNOWN), and any other is remembered. Without it an OBJECT is a new reference that the reader owns. The policy, a number below 8, stands above it: each has proxies of its own. */
export const NG_ANSWER_PROXIES = 65536;
/** The answer comes by a handle that the reader owns, whatever it is: a number, a str, too. */
export const NG_ANSWER_HANDLE = 131072;
export const NG_ANSWER_POLICY = 16777216;
/** The policy under which each crossing makes a proxy of its own, and JavaScript objects have classes of their own. */
export const NG_POLICY_PYODIDE = 1;
/** No entry's: under it functions have handles of their own, which no program can release (GET_METHOD). */
export const NG_POLICY_FUNCTIONS = 7;
/** Byte offsets and sizes of the structures above, for TypeScript. C asserts that they agree. */
export const NG_SLOT_SIZE = 16;
export const NG_FRAME_RESULT = 32;
export const NG_FRAME_ARGUMENTS = 48;
/** The smallest `capacity` beyond header and arguments: room for a short answer. */
export const NG_FRAME_MINIMUM_DATA = 1024;
/** Text in a frame that the core wrote begins at a multiple of this: it may be compared word by word. */
export const NG_TEXT_ALIGNMENT = 4;
/** The arena of an environment, in bytes. Frames nest inside it. */
export const NG_ARENA_SIZE = 1048576;
/** Its first words, of 32 bits: the frame that is carried out, and the first byte that no frame has. While C calls JavaScript the arguments lie there, in a frame of C's. The third is for such a call: the number of the object that has the asynchronous context it is made in, 0 for none; whoever reads it sets it to 0. */
export const NG_ARENA_FRAME = 0;
export const NG_ARENA_TOP = 1;
export const NG_ARENA_ASYNC = 2;
/** Counted in doubles: the handle that is duplicated or released, and then the answer. Whoever calls for that reads it at once, as a finalizer that runs meanwhile may do the same. */
export const NG_ARENA_NAME = 2;
/** The first byte that may be a frame's. */
export const NG_ARENA_HEAD = 32;
/** The most arguments, positional and keyword together, that one operation takes. */
export const NG_MAXIMUM_ARGUMENTS = 16384;
/** Bytes of a message buffer. */
export const NG_MESSAGE_SIZE = 2048;
/** How long a process that ends may take when nobody says otherwise, in milliseconds. */
export const NG_EXIT_BOUND_MS = 2000;
/** In place of a first version: only free-threaded builds export it. */
export const NG_CAPABILITY_FREE_THREADED_ONLY = 4294967295;
/** Byte offsets and sizes for TypeScript, which reads these through FFI. C asserts that they agree; the fields of ng_abi_layout follow each other. */
export const NG_CAPABILITY_ENTRY_KIND = 8;
export const NG_CAPABILITY_ENTRY_FIRST = 12;
export const NG_CAPABILITY_ENTRY_PRESENT = 16;
export const NG_CAPABILITY_ENTRY_STANDS_IN = 20;
export const NG_CAPABILITY_ENTRY_SIZE = 24;
export const NG_ABI_LAYOUT_SIZE = 64;
/** The largest number of a JavaScript class. */
export const NG_TYPE_CACHE_LARGEST_CLASS = 16777215;
/** The longest name of a gate, in bytes. */
export const NG_GATE_NAME_SIZE = 255;

// enum ng_status
export const NG_STATUS_OK = 0;
/** Python raised: the frame's result slot holds the exception. */
export const NG_STATUS_PYTHON_ERROR = 1;
export const NG_STATUS_OUT_OF_MEMORY = 2;
/** A handle that was released before, or that never was one. */
export const NG_STATUS_STALE_HANDLE = 3;
/** A handle that belongs to another environment. */
export const NG_STATUS_FOREIGN_HANDLE = 4;
export const NG_STATUS_NOT_STARTED = 5;
/** The gate is closed: Python is finalizing or gone. */
export const NG_STATUS_SHUT_DOWN = 6;
/** Another Python already runs in this process. */
export const NG_STATUS_MISMATCH = 7;
export const NG_STATUS_LIBRARY_UNUSABLE = 8;
export const NG_STATUS_START_FAILED = 9;
/** A str with a high surrogate next to a low one: UTF-16 would fuse them into one character. */
export const NG_STATUS_SURROGATE_PAIR = 10;
export const NG_STATUS_BAD_FRAME = 11;
export const NG_STATUS_BUSY = 12;
export const NG_STATUS_TIMED_OUT = 13;
/** The calling thread's JavaScript is being terminated: it will not see this. */
export const NG_STATUS_ENVIRONMENT_ENDED = 14;
/** Waiting would never end: the calling thread itself stands in the way. */
export const NG_STATUS_DEADLOCK = 15;
/** Keys of a Map, or members of a Set, that JavaScript tells apart are equal in Python. */
export const NG_STATUS_EQUAL_KEYS = 16;
/** A handle of an object that is not a Python type, where one is needed. */
export const NG_STATUS_NOT_A_TYPE = 20;
/** This build of Python does not have it, or keeps it where it could not be found. */
export const NG_STATUS_UNSUPPORTED = 21;
export const NG_STATUS_BAD_ARGUMENT = 22;
/** What an entry point answers, and what an operation leaves in its frame. */
export type NgStatus =
  | typeof NG_STATUS_OK
  | typeof NG_STATUS_PYTHON_ERROR
  | typeof NG_STATUS_OUT_OF_MEMORY
  | typeof NG_STATUS_STALE_HANDLE
  | typeof NG_STATUS_FOREIGN_HANDLE
  | typeof NG_STATUS_NOT_STARTED
  | typeof NG_STATUS_SHUT_DOWN
  | typeof NG_STATUS_MISMATCH
  | typeof NG_STATUS_LIBRARY_UNUSABLE
  | typeof NG_STATUS_START_FAILED
  | typeof NG_STATUS_SURROGATE_PAIR
  | typeof NG_STATUS_BAD_FRAME
  | typeof NG_STATUS_BUSY
  | typeof NG_STATUS_TIMED_OUT
  | typeof NG_STATUS_ENVIRONMENT_ENDED
  | typeof NG_STATUS_DEADLOCK
  | typeof NG_STATUS_EQUAL_KEYS
  | typeof NG_STATUS_NOT_A_TYPE
  | typeof NG_STATUS_UNSUPPORTED
  | typeof NG_STATUS_BAD_ARGUMENT;

// enum ng_tag
/** no value: an absent attribute, the end of an iteration */
export const NG_TAG_MISSING = 0;
export const NG_TAG_NONE = 1;
export const NG_TAG_FALSE = 2;
export const NG_TAG_TRUE = 3;
/** payload: a double */
export const NG_TAG_FLOAT = 4;
/** payload: a double that is a safe integer */
export const NG_TAG_INT = 5;
/** payload: an int64 */
export const NG_TAG_BIGINT64 = 6;
/** text: [-]0x…, Latin-1 */
export const NG_TAG_BIGINT_HEX = 7;
/** text, one byte a unit */
export const NG_TAG_STRING_LATIN1 = 8;
/** text, two bytes a unit, native order */
export const NG_TAG_STRING_UTF16 = 9;
export const NG_TAG_BYTES = 10;
/** payload: a handle; length: ng_object_flags */
export const NG_TAG_OBJECT = 11;
/** payload: the number of a JavaScript object; length: its shape */
export const NG_TAG_JS_OBJECT = 12;
/** JavaScript's null, where that is not None: `jsnull`, which only one of the two policies uses. */
export const NG_TAG_NULL = 13;
/** A whole container, and what is in it, as bytes: `length` of them, laid out as ng_tree_tag says. */
export const NG_TAG_TREE = 14;
/** of an answer. payload: the number of memory of this environment's */
export const NG_TAG_MEMORY = 20;
/** What a slot holds. */
export type NgTag =
  | typeof NG_TAG_MISSING
  | typeof NG_TAG_NONE
  | typeof NG_TAG_FALSE
  | typeof NG_TAG_TRUE
  | typeof NG_TAG_FLOAT
  | typeof NG_TAG_INT
  | typeof NG_TAG_BIGINT64
  | typeof NG_TAG_BIGINT_HEX
  | typeof NG_TAG_STRING_LATIN1
  | typeof NG_TAG_STRING_UTF16
  | typeof NG_TAG_BYTES
  | typeof NG_TAG_OBJECT
  | typeof NG_TAG_JS_OBJECT
  | typeof NG_TAG_NULL
  | typeof NG_TAG_TREE
  | typeof NG_TAG_MEMORY;

// enum ng_tree_tag
/** `length` parts */
export const NG_TREE_LIST = 64;
/** `length` parts. Python to JavaScript only. */
export const NG_TREE_TUPLE = 65;
/** `length` pairs: a key, its value */
export const NG_TREE_DICT = 66;
/** `length` parts */
export const NG_TREE_SET = 67;
/** the container number `length`, which has begun before */
export const NG_TREE_REFERENCE = 68;
/** the integer that `length` is, as int32; nothing follows */
export const NG_TREE_INT32 = 69;
/** `length` items of a list or tuple: an int32 each */
export const NG_TREE_INT32S = 70;
/** the same: a double each */
export const NG_TREE_FLOATS = 71;
/** What the parts of a tree are. A part is two words of 32 bits, a tag and a length, and what follows them, filled up to a multiple of eight bytes. Scalars have the tags of slots: text and bytes follow, `length` units of them, or the payload of eight bytes, or, for None, False, True and null, nothing. Parts of a container follow it. Containers are counted in the order in which they begin, over all trees of one operation. */
export type NgTreeTag =
  | typeof NG_TREE_LIST
  | typeof NG_TREE_TUPLE
  | typeof NG_TREE_DICT
  | typeof NG_TREE_SET
  | typeof NG_TREE_REFERENCE
  | typeof NG_TREE_INT32
  | typeof NG_TREE_INT32S
  | typeof NG_TREE_FLOATS;

// enum ng_object_flags
export const NG_OBJECT_CALLABLE = 1;
/** The handle belongs to the proxy that stands for the object already; it is no new reference. */
export const NG_OBJECT_KNOWN = 2;
/** A new handle, which is KNOWN from now on. */
export const NG_OBJECT_REMEMBERED = 4;
/** The bits from NG_OBJECT_SHAPE on are what is published for the object's type (NG_TYPE_CACHE_SHAPE). */
export const NG_OBJECT_SHAPED = 8;
/** Of the answer to OPERATION_TYPE: its objects have the buffer protocol. */
export const NG_OBJECT_BUFFER = 16;
/** Of what JavaScript answers to a call of Python's: the handle was made for it, and is taken over. */
export const NG_OBJECT_TAKEN = 32;
/** Of the answer to GET_METHOD: the function that takes the object first; no method was made of the two. */
export const NG_OBJECT_FUNCTION = 64;
export const NG_OBJECT_SHAPE = 256;
export type NgObjectFlags =
  | typeof NG_OBJECT_CALLABLE
  | typeof NG_OBJECT_KNOWN
  | typeof NG_OBJECT_REMEMBERED
  | typeof NG_OBJECT_SHAPED
  | typeof NG_OBJECT_BUFFER
  | typeof NG_OBJECT_TAKEN
  | typeof NG_OBJECT_FUNCTION
  | typeof NG_OBJECT_SHAPE;

// enum ng_raised_flags
/** `__cause__`, or a `__context__` that is not suppressed */
export const NG_RAISED_HAS_CAUSE = 1;
/** What JavaScript of this environment threw: arguments[0] is the number of the object that carries it. */
export const NG_RAISED_IS_JAVASCRIPT = 2;
/** Of an exception in a frame whose status is PYTHON_ERROR: `length` of its result. */
export type NgRaisedFlags =
  | typeof NG_RAISED_HAS_CAUSE
  | typeof NG_RAISED_IS_JAVASCRIPT;

// enum ng_operation
/** a0: dotted name. The module it names, as importlib does. */
export const NG_OPERATION_IMPORT = 1;
/** a0: object, a1: name. MISSING when there is none. */
export const NG_OPERATION_GET_ATTRIBUTE = 2;
/** a0: object, a1: name, a2: value */
export const NG_OPERATION_SET_ATTRIBUTE = 3;
/** a0: object, a1: name */
export const NG_OPERATION_DELETE_ATTRIBUTE = 4;
/** a0: callable, then `positional` - 1 values, then `keywords` values, then their names. */
export const NG_OPERATION_CALL = 5;
/** a0: object */
export const NG_OPERATION_STR = 6;
/** a0: object */
export const NG_OPERATION_REPR = 7;
/** a0: object, a1: key */
export const NG_OPERATION_GET_ITEM = 8;
/** a0: object. A list of str. */
export const NG_OPERATION_DIR = 10;
/** a0: text. The interned str, as an OBJECT. */
export const NG_OPERATION_INTERN = 11;
/** a0 …: handles. Stale ones are passed over. */
export const NG_OPERATION_RELEASE = 12;
/** a0: iterable. Its iterator. */
export const NG_OPERATION_ITERATE = 13;
/** a0: iterator. MISSING at its end. */
export const NG_OPERATION_NEXT = 14;
/** The namespace of the core's own Python code. */
export const NG_OPERATION_BOOTSTRAP = 16;
/** One pair of attach and detach and nothing else: the floor that benchmarks divide by. */
export const NG_OPERATION_NOTHING = 17;
/** a0: object, a1: key, a2: value */
export const NG_OPERATION_SET_ITEM = 18;
/** a0: object, a1: key */
export const NG_OPERATION_DELETE_ITEM = 19;
/** As RELEASE, for handles whose proxies JavaScript's garbage collector has dropped. */
export const NG_OPERATION_COLLECT = 20;
/** a0: object. Its type, whatever its __class__ says. */
export const NG_OPERATION_TYPE = 30;
/** a0: object. What is published for its type, as INT, or MISSING. */
export const NG_OPERATION_SHAPE = 31;
/** a0: object. As an answer that goes to a proxy, always with a new handle. */
export const NG_OPERATION_RENEW = 32;
/** a0: callable, a1 …: arguments. The str it returns, for people to read: pairs of surrogates are fused. */
export const NG_OPERATION_CALL_FOR_TEXT = 50;
/** a0: exception. Raises it as it is, and so has it described. */
export const NG_OPERATION_RAISE = 51;
/** a0: callable, a1 …: arguments, keywords. What it returns, by a handle whatever it is. */
export const NG_OPERATION_CALL_FOR_HANDLE = 52;
/** a0: object. Exports its buffer: BYTES that describe it, as an ng_export_description. */
export const NG_OPERATION_EXPORT = 60;
/** a0: handle. It is the one of the object's proxy from now on. */
export const NG_OPERATION_REMEMBER = 33;
/** a0: generator, coroutine or iterator, a1: value. What it yields; with `detail` 1 what it returns. */
export const NG_OPERATION_SEND = 34;
/** a0: generator or coroutine, a1: exception. As SEND. */
export const NG_OPERATION_THROW = 35;
/** As GET_ATTRIBUTE. A function that would become a method of the object is answered itself (FUNCTION). */
export const NG_OPERATION_GET_METHOD = 36;
/** a0: such a function, a1: the object. The method. */
export const NG_OPERATION_BIND = 37;
/** a0: any object, a1: how deep (an INT; below 0: all of it), a2: a list of the containers that have numbers already, to which new ones are added, or None. The answer is a TREE. */
export const NG_OPERATION_TO_TREE = 80;
/** a0: anything. Itself. */
export const NG_OPERATION_TO_PYTHON = 81;
/** What ng_invoke does. Arguments are a0, a1, … in `arguments`; the answer is in `result`. */
export type NgOperation =
  | typeof NG_OPERATION_IMPORT
  | typeof NG_OPERATION_GET_ATTRIBUTE
  | typeof NG_OPERATION_SET_ATTRIBUTE
  | typeof NG_OPERATION_DELETE_ATTRIBUTE
  | typeof NG_OPERATION_CALL
  | typeof NG_OPERATION_STR
  | typeof NG_OPERATION_REPR
  | typeof NG_OPERATION_GET_ITEM
  | typeof NG_OPERATION_DIR
  | typeof NG_OPERATION_INTERN
  | typeof NG_OPERATION_RELEASE
  | typeof NG_OPERATION_ITERATE
  | typeof NG_OPERATION_NEXT
  | typeof NG_OPERATION_BOOTSTRAP
  | typeof NG_OPERATION_NOTHING
  | typeof NG_OPERATION_SET_ITEM
  | typeof NG_OPERATION_DELETE_ITEM
  | typeof NG_OPERATION_COLLECT
  | typeof NG_OPERATION_TYPE
  | typeof NG_OPERATION_SHAPE
  | typeof NG_OPERATION_RENEW
  | typeof NG_OPERATION_CALL_FOR_TEXT
  | typeof NG_OPERATION_RAISE
  | typeof NG_OPERATION_CALL_FOR_HANDLE
  | typeof NG_OPERATION_EXPORT
  | typeof NG_OPERATION_REMEMBER
  | typeof NG_OPERATION_SEND
  | typeof NG_OPERATION_THROW
  | typeof NG_OPERATION_GET_METHOD
  | typeof NG_OPERATION_BIND
  | typeof NG_OPERATION_TO_TREE
  | typeof NG_OPERATION_TO_PYTHON;
/** What people are told of one. */
export const NG_OPERATION_NAMES: Readonly<Record<number, string>> = {
  1: 'import',
  2: 'get attribute',
  3: 'set attribute',
  4: 'delete attribute',
  5: 'call',
  6: 'str',
  7: 'repr',
  8: 'get item',
  10: 'dir',
  11: 'intern',
  12: 'release',
  13: 'iterate',
  14: 'next',
  16: 'bootstrap',
  17: 'nothing',
  18: 'set item',
  19: 'delete item',
  20: 'collect',
  30: 'type',
  31: 'shape',
  32: 'renew',
  50: 'call for text',
  51: 'raise',
  52: 'call for handle',
  60: 'export',
  33: 'remember',
  34: 'send',
  35: 'throw',
  36: 'get method',
  37: 'bind',
  80: 'to tree',
  81: 'to python',
};

// enum ng_call_kind
/** a function of ng_function_emit, which is given handles */
export const NG_CALL_RAW = 0;
/** call JavaScript object number `function` */
export const NG_CALL_FUNCTION = 1;
/** do something with it: what is the first argument */
export const NG_CALL_OPERATE = 2;
/** call it; the first argument is `this` */
export const NG_CALL_METHOD = 3;
/** its property named by the argument; MISSING where it has none */
export const NG_CALL_GET = 4;
export const NG_CALL_ASK = 5;
/** What is asked of JavaScript. */
export type NgCallKind =
  | typeof NG_CALL_RAW
  | typeof NG_CALL_FUNCTION
  | typeof NG_CALL_OPERATE
  | typeof NG_CALL_METHOD
  | typeof NG_CALL_GET
  | typeof NG_CALL_ASK;

// enum ng_js_operation
/** a1: key, exactly. The property's value, or MISSING. */
export const NG_JS_GET = 1;
/** a1: name, a2: value. As attributes are named: from_ is `from`. */
export const NG_JS_SET = 2;
/** a1: name. MISSING where there is none. */
export const NG_JS_DELETE = 3;
/** What people see of it. */
export const NG_JS_REPR = 4;
/** What String() makes of it. */
export const NG_JS_STRING = 5;
/** a1: key */
export const NG_JS_HAS = 6;
/** a1: key, exactly; a2: value */
export const NG_JS_SET_KEY = 7;
/** a1: key, exactly. MISSING where there is none. */
export const NG_JS_DELETE_KEY = 8;
/** The names of all its properties, inherited ones too, in one text. */
export const NG_JS_NAMES = 9;
/** a1 …: arguments */
export const NG_JS_NEW = 10;
/** Its length, or its size. */
export const NG_JS_LENGTH = 11;
/** a1: what is iterated. An iterator. */
export const NG_JS_ITERATE = 12;
/** a1: what is sent, if anything. The next value; MISSING at the end. */
export const NG_JS_NEXT = 13;
/** The value with which it ended. */
export const NG_JS_RETURNED = 14;
/** a1: what is thrown at the generator. As NEXT. */
export const NG_JS_THROW = 15;
/** Ends the iterator before its end. */
export const NG_JS_RETURN = 16;
/** Its asynchronous iterator. */
export const NG_JS_ASYNC_ITERATE = 17;
/** a1: key of a method, a2 …: arguments */
export const NG_JS_CALL = 18;
/** a1: index from 0. An item of an array, MISSING beyond its end. */
export const NG_JS_AT = 19;
/** a1: index from 0, a2: value */
export const NG_JS_PUT = 20;
/** a1: start, a2: step, a3: how many. A new array. */
export const NG_JS_SLICE = 21;
/** a1: start, a2: how many go, a3 …: what comes instead */
export const NG_JS_SPLICE = 22;
/** a1: resolve, a2: reject: called when the thenable is settled */
export const NG_JS_SETTLE = 23;
/** Ends a disposable. */
export const NG_JS_DISPOSE = 24;
/** The same; a thenable, or nothing. */
export const NG_JS_DISPOSE_ASYNC = 25;
/** a1: depth, or nothing for all of it. A copy. */
export const NG_JS_TO_PY = 26;
export const NG_JS_TYPE_OF = 27;
/** Of a function: its source text. */
export const NG_JS_SOURCE = 28;
/** Its own enumerable names; a1: 1 values instead, 2 both. An array. */
export const NG_JS_ENTRIES = 29;
/** a1: name, of an own enumerable property */
export const NG_JS_HAS_OWN = 30;
/** as CALL, but without the answer: a Map's `set` answers with the whole Map */
export const NG_JS_DO = 32;
/** a1: name. The property as a module: an object is never copied. */
export const NG_JS_PART = 31;
/** Those of classes. Wherever it says `count …`: how many arguments follow, and the arguments; behind them, as one object, what was given by name. */
export const NG_JS_CLASS_CALL = 120;
/** The rest is of a class. a1: the Python object to construct it on, a2: its type, a3: count … */
export const NG_JS_CLASS_CONSTRUCT = 121;
/** a1: the Python type of what is made, a2: count … */
export const NG_JS_CLASS_NEW = 122;
/** a1: count … An object of the class itself. */
export const NG_JS_CLASS_MAKE = 123;
/** a1: value. Whether it is an instance. */
export const NG_JS_CLASS_HAS = 124;
export const NG_JS_CLASS_GET = 125;
/** a1: instance, a2: name. A list with the property's value, or an empty one. */
export const NG_JS_CLASS_SET = 126;
/** a1: instance, a2: name, a3: value. Whether there was an instance. */
export const NG_JS_CLASS_DELETE = 127;
/** a1: instance, a2: name. Whether there was such a property. */
export const NG_JS_CLASS_KEYS = 128;
/** What is done with a JavaScript object: the first argument of NG_CALL_OPERATE. */
export type NgJsOperation =
  | typeof NG_JS_GET
  | typeof NG_JS_SET
  | typeof NG_JS_DELETE
  | typeof NG_JS_REPR
  | typeof NG_JS_STRING
  | typeof NG_JS_HAS
  | typeof NG_JS_SET_KEY
  | typeof NG_JS_DELETE_KEY
  | typeof NG_JS_NAMES
  | typeof NG_JS_NEW
  | typeof NG_JS_LENGTH
  | typeof NG_JS_ITERATE
  | typeof NG_JS_NEXT
  | typeof NG_JS_RETURNED
  | typeof NG_JS_THROW
  | typeof NG_JS_RETURN
  | typeof NG_JS_ASYNC_ITERATE
  | typeof NG_JS_CALL
  | typeof NG_JS_AT
  | typeof NG_JS_PUT
  | typeof NG_JS_SLICE
  | typeof NG_JS_SPLICE
  | typeof NG_JS_SETTLE
  | typeof NG_JS_DISPOSE
  | typeof NG_JS_DISPOSE_ASYNC
  | typeof NG_JS_TO_PY
  | typeof NG_JS_TYPE_OF
  | typeof NG_JS_SOURCE
  | typeof NG_JS_ENTRIES
  | typeof NG_JS_HAS_OWN
  | typeof NG_JS_DO
  | typeof NG_JS_PART
  | typeof NG_JS_CLASS_CALL
  | typeof NG_JS_CLASS_CONSTRUCT
  | typeof NG_JS_CLASS_NEW
  | typeof NG_JS_CLASS_MAKE
  | typeof NG_JS_CLASS_HAS
  | typeof NG_JS_CLASS_GET
  | typeof NG_JS_CLASS_SET
  | typeof NG_JS_CLASS_DELETE
  | typeof NG_JS_CLASS_KEYS;

// enum ng_js_completion
/** the third is its value */
export const NG_JS_COMPLETION_RESOLVED = 0;
/** the third holds the exception */
export const NG_JS_COMPLETION_REJECTED = 1;
/** Python dropped it without a word */
export const NG_JS_COMPLETION_DROPPED = 2;
/** How a promise is settled (python/completion.py): the second argument of the function that does it. */
export type NgJsCompletion =
  | typeof NG_JS_COMPLETION_RESOLVED
  | typeof NG_JS_COMPLETION_REJECTED
  | typeof NG_JS_COMPLETION_DROPPED;

// enum ng_js_question
/** globalThis */
export const NG_JS_ASK_GLOBAL = 0;
/** a1: specifier, a2: the file whose require it is, or None. A module. */
export const NG_JS_ASK_REQUIRE = 1;
/** the same, of import(): a promise */
export const NG_JS_ASK_IMPORT = 2;
/** What is asked of a thread's JavaScript: the first argument of NG_CALL_ASK. */
export type NgJsQuestion =
  | typeof NG_JS_ASK_GLOBAL
  | typeof NG_JS_ASK_REQUIRE
  | typeof NG_JS_ASK_IMPORT;

// enum ng_js_shape
export const NG_JS_SHAPE_CALLABLE = 1;
/** calling it from Python constructs */
export const NG_JS_SHAPE_CLASS = 2;
export const NG_JS_SHAPE_ARRAY = 4;
/** an ArrayBuffer or a view on one */
export const NG_JS_SHAPE_BUFFER = 8;
export const NG_JS_SHAPE_ITERABLE = 16;
export const NG_JS_SHAPE_ITERATOR = 32;
export const NG_JS_SHAPE_GENERATOR = 64;
export const NG_JS_SHAPE_ASYNC_ITERABLE = 128;
export const NG_JS_SHAPE_ASYNC_ITERATOR = 256;
export const NG_JS_SHAPE_ASYNC_GENERATOR = 512;
export const NG_JS_SHAPE_THENABLE = 1024;
export const NG_JS_SHAPE_MAP = 2048;
export const NG_JS_SHAPE_SET = 4096;
/** a length or a size, and no Map or Set */
export const NG_JS_SHAPE_LENGTH = 8192;
export const NG_JS_SHAPE_DISPOSABLE = 16384;
export const NG_JS_SHAPE_ASYNC_DISPOSABLE = 32768;
/** get and has, and no Map */
export const NG_JS_SHAPE_ITEMS = 65536;
export const NG_JS_SHAPE_ERROR = 131072;
/** the box of a symbol, which is what crosses back */
export const NG_JS_SHAPE_SYMBOL = 262144;
/** The policy under which it crosses stands above all shapes. */
export const NG_JS_SHAPE_POLICY = 16777216;
/** What a JavaScript object can do: its class in Python is made of it. */
export type NgJsShape =
  | typeof NG_JS_SHAPE_CALLABLE
  | typeof NG_JS_SHAPE_CLASS
  | typeof NG_JS_SHAPE_ARRAY
  | typeof NG_JS_SHAPE_BUFFER
  | typeof NG_JS_SHAPE_ITERABLE
  | typeof NG_JS_SHAPE_ITERATOR
  | typeof NG_JS_SHAPE_GENERATOR
  | typeof NG_JS_SHAPE_ASYNC_ITERABLE
  | typeof NG_JS_SHAPE_ASYNC_ITERATOR
  | typeof NG_JS_SHAPE_ASYNC_GENERATOR
  | typeof NG_JS_SHAPE_THENABLE
  | typeof NG_JS_SHAPE_MAP
  | typeof NG_JS_SHAPE_SET
  | typeof NG_JS_SHAPE_LENGTH
  | typeof NG_JS_SHAPE_DISPOSABLE
  | typeof NG_JS_SHAPE_ASYNC_DISPOSABLE
  | typeof NG_JS_SHAPE_ITEMS
  | typeof NG_JS_SHAPE_ERROR
  | typeof NG_JS_SHAPE_SYMBOL
  | typeof NG_JS_SHAPE_POLICY;

// enum ng_handle_kind
/** neither could be this number */
export const NG_HANDLE_KIND_NONE = 0;
export const NG_HANDLE_KIND_HANDLE = 1;
export const NG_HANDLE_KIND_TOKEN = 2;
/** Whether a number is a handle or a token. */
export type NgHandleKind =
  | typeof NG_HANDLE_KIND_NONE
  | typeof NG_HANDLE_KIND_HANDLE
  | typeof NG_HANDLE_KIND_TOKEN;

// enum ng_handle_state
/** no handle of this number was given out yet */
export const NG_HANDLE_STATE_NEVER = 0;
export const NG_HANDLE_STATE_LIVE = 1;
export const NG_HANDLE_STATE_RELEASED = 2;
/** In a part of the table that another environment has now: only that one knows more. */
export const NG_HANDLE_STATE_FOREIGN = 3;
export type NgHandleState =
  | typeof NG_HANDLE_STATE_NEVER
  | typeof NG_HANDLE_STATE_LIVE
  | typeof NG_HANDLE_STATE_RELEASED
  | typeof NG_HANDLE_STATE_FOREIGN;

// enum ng_handle_end
/** too long ago: the slot has been used since */
export const NG_HANDLE_END_UNKNOWN = 0;
/** by hand */
export const NG_HANDLE_END_RELEASED = 1;
/** JavaScript's garbage collector dropped its proxy */
export const NG_HANDLE_END_COLLECTED = 2;
/** opened and released in one */
export const NG_HANDLE_END_TAKEN = 3;
/** with its environment */
export const NG_HANDLE_END_ENVIRONMENT = 4;
/** How a handle or token ended. */
export type NgHandleEnd =
  | typeof NG_HANDLE_END_UNKNOWN
  | typeof NG_HANDLE_END_RELEASED
  | typeof NG_HANDLE_END_COLLECTED
  | typeof NG_HANDLE_END_TAKEN
  | typeof NG_HANDLE_END_ENVIRONMENT;

// enum ng_share_lifetime
export const NG_SHARE_UNTIL_RELEASED = 0;
/** the one that shared the object */
export const NG_SHARE_UNTIL_ENVIRONMENT_ENDS = 1;
/** How long a token lives if nobody takes or releases it. */
export type NgShareLifetime =
  | typeof NG_SHARE_UNTIL_RELEASED
  | typeof NG_SHARE_UNTIL_ENVIRONMENT_ENDS;

// enum ng_capability_state
/** the core does not use a symbol of this name */
export const NG_CAPABILITY_UNKNOWN = -1;
export const NG_CAPABILITY_ABSENT = 0;
export const NG_CAPABILITY_PRESENT = 1;
/** What ng_capability answers. */
export type NgCapabilityState =
  | typeof NG_CAPABILITY_UNKNOWN
  | typeof NG_CAPABILITY_ABSENT
  | typeof NG_CAPABILITY_PRESENT;

// enum ng_capability_kind
export const NG_CAPABILITY_FUNCTION = 1;
export const NG_CAPABILITY_OPTIONAL_FUNCTION = 2;
export const NG_CAPABILITY_DATA = 3;
export const NG_CAPABILITY_OPTIONAL_DATA = 4;
export type NgCapabilityKind =
  | typeof NG_CAPABILITY_FUNCTION
  | typeof NG_CAPABILITY_OPTIONAL_FUNCTION
  | typeof NG_CAPABILITY_DATA
  | typeof NG_CAPABILITY_OPTIONAL_DATA;

// enum ng_counts_flags
export const NG_COUNTS_IMMORTAL = 1;
export const NG_COUNTS_DEFERRED = 2;
/** Whether DEFERRED says anything, and whether owner, local and shared do. */
export const NG_COUNTS_DEFERRED_VISIBLE = 4;
export const NG_COUNTS_FREE_THREADED = 8;
export type NgCountsFlags =
  | typeof NG_COUNTS_IMMORTAL
  | typeof NG_COUNTS_DEFERRED
  | typeof NG_COUNTS_DEFERRED_VISIBLE
  | typeof NG_COUNTS_FREE_THREADED;

// enum ng_type_cache_scope
/** of the calling environment: JavaScript classes belong to one realm */
export const NG_TYPE_CACHE_OWN = 0;
/** one for all environments, for what does not depend on a realm */
export const NG_TYPE_CACHE_SHARED = 1;
/** As SHARED, and nogil's own: what OBJECT slots tell of the type. Below 2^24, shifted by NG_OBJECT_SHAPE. */
export const NG_TYPE_CACHE_SHAPE = 2;
/** Whose value it is. Values of an environment end with it. */
export type NgTypeCacheScope =
  | typeof NG_TYPE_CACHE_OWN
  | typeof NG_TYPE_CACHE_SHARED
  | typeof NG_TYPE_CACHE_SHAPE;

// enum ng_type_cache_outcome
export const NG_TYPE_CACHE_MISSING = 0;
export const NG_TYPE_CACHE_FOUND = 1;
/** Being created further up the stack of the same thread. `value` is what was offered, or 0. */
export const NG_TYPE_CACHE_PENDING = 2;
/** It is the caller's to create. `value` is what there was before the type changed, or 0. */
export const NG_TYPE_CACHE_CREATE = 3;
export type NgTypeCacheOutcome =
  | typeof NG_TYPE_CACHE_MISSING
  | typeof NG_TYPE_CACHE_FOUND
  | typeof NG_TYPE_CACHE_PENDING
  | typeof NG_TYPE_CACHE_CREATE;

// enum ng_type_cache_method
/** CPython tells (3.12 and newer) */
export const NG_TYPE_CACHE_WATCHES = 1;
/** version tags are compared at each use */
export const NG_TYPE_CACHE_COMPARES = 2;
/** neither is possible: classes are created again at each use */
export const NG_TYPE_CACHE_DISTRUSTS = 3;
/** How changes of types are noticed. */
export type NgTypeCacheMethod =
  | typeof NG_TYPE_CACHE_WATCHES
  | typeof NG_TYPE_CACHE_COMPARES
  | typeof NG_TYPE_CACHE_DISTRUSTS;

// enum ng_export_field
/** names the export to the functions below; never used again */
export const NG_EXPORT_NUMBER = 0;
/** of all items */
export const NG_EXPORT_BYTES = 1;
/** bytes */
export const NG_EXPORT_ITEM_SIZE = 2;
/** 0 to 64 */
export const NG_EXPORT_DIMENSIONS = 3;
/** ng_export_flags */
export const NG_EXPORT_FLAGS = 4;
/** of the first item, from the lowest address of any; bytes */
export const NG_EXPORT_OFFSET = 5;
/** from the lowest address to the end of the highest; bytes */
export const NG_EXPORT_EXTENT = 6;
/** the lowest address, modulo 16 */
export const NG_EXPORT_ALIGNMENT = 7;
export const NG_EXPORT_FIELDS = 8;
/** What NG_OPERATION_EXPORT answers: doubles, in this order; then, `dimensions` each, the shape in items and the strides in bytes; then the format, without a NUL. */
export type NgExportField =
  | typeof NG_EXPORT_NUMBER
  | typeof NG_EXPORT_BYTES
  | typeof NG_EXPORT_ITEM_SIZE
  | typeof NG_EXPORT_DIMENSIONS
  | typeof NG_EXPORT_FLAGS
  | typeof NG_EXPORT_OFFSET
  | typeof NG_EXPORT_EXTENT
  | typeof NG_EXPORT_ALIGNMENT
  | typeof NG_EXPORT_FIELDS;

// enum ng_export_flags
export const NG_EXPORT_READ_ONLY = 1;
export const NG_EXPORT_C_CONTIGUOUS = 2;
export const NG_EXPORT_FORTRAN_CONTIGUOUS = 4;
export const NG_EXPORT_INDIRECT = 8;
export type NgExportFlags =
  | typeof NG_EXPORT_READ_ONLY
  | typeof NG_EXPORT_C_CONTIGUOUS
  | typeof NG_EXPORT_FORTRAN_CONTIGUOUS
  | typeof NG_EXPORT_INDIRECT;

// enum ng_memory_kind
export const NG_MEMORY_I8 = 0;
export const NG_MEMORY_U8 = 1;
export const NG_MEMORY_U8_CLAMPED = 2;
export const NG_MEMORY_I16 = 3;
export const NG_MEMORY_U16 = 4;
export const NG_MEMORY_I32 = 5;
export const NG_MEMORY_U32 = 6;
export const NG_MEMORY_F32 = 7;
export const NG_MEMORY_F64 = 8;
export const NG_MEMORY_I64 = 9;
export const NG_MEMORY_U64 = 10;
export const NG_MEMORY_F16 = 11;
/** of an ArrayBuffer or a DataView: bytes */
export const NG_MEMORY_RAW = 12;
export const NG_MEMORY_KINDS = 13;
/** What JavaScript's memory holds; the order of Node-API's napi_typedarray_type, and after it what it has no number for. */
export type NgMemoryKind =
  | typeof NG_MEMORY_I8
  | typeof NG_MEMORY_U8
  | typeof NG_MEMORY_U8_CLAMPED
  | typeof NG_MEMORY_I16
  | typeof NG_MEMORY_U16
  | typeof NG_MEMORY_I32
  | typeof NG_MEMORY_U32
  | typeof NG_MEMORY_F32
  | typeof NG_MEMORY_F64
  | typeof NG_MEMORY_I64
  | typeof NG_MEMORY_U64
  | typeof NG_MEMORY_F16
  | typeof NG_MEMORY_RAW
  | typeof NG_MEMORY_KINDS;

// enum ng_memory_mode
export const NG_MEMORY_SHARED = 1;
/** no JavaScript can take it away: a SharedArrayBuffer's, the core's, Python's */
export const NG_MEMORY_PINNED = 2;
/** the host refuses to detach it */
export const NG_MEMORY_COPIED = 3;
/** Why Python may go on using JavaScript's memory: `mode` of the Python object. */
export type NgMemoryMode =
  | typeof NG_MEMORY_SHARED
  | typeof NG_MEMORY_PINNED
  | typeof NG_MEMORY_COPIED;

// enum ng_gate_state
/** never opened */
export const NG_GATE_SHUT = 0;
export const NG_GATE_RUNNING = 1;
/** nobody new gets in; those inside are waited for, a bounded time */
export const NG_GATE_CLOSING = 2;
export const NG_GATE_CLOSED = 3;
/** How a gate stands. */
export type NgGateState =
  | typeof NG_GATE_SHUT
  | typeof NG_GATE_RUNNING
  | typeof NG_GATE_CLOSING
  | typeof NG_GATE_CLOSED;
