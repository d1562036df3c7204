/*
 * sanitizers.c: what the sanitizers are told, in the program itself: it behaves the same under the tool and
 * when it is replayed by hand. ASAN_OPTIONS and TSAN_OPTIONS still win.
 *
 * Suppressions of ThreadSanitizer are `race_top:` only, but for one that says why: they match where the racing access itself is,
 * never one of our frames above it. Each names a function of CPython's and why it is there. The list
 * that CPython 3.14 brings (Tools/tsan/suppressions_free_threading.txt) was gone through; of it we
 * take only what was seen here, and nothing of the kinds that could hide a frame of ours:
 *
 *   race:list_ass_slice_lock_held, race:list_inplace_repeat_lock_held, race:PyObject_Realloc
 *       match anywhere in a stack. Not taken. A report from there is suppressed below by the
 *       function that does the access.
 *   thread:pthread_create
 *       hides leaked threads. Not taken: ours are detached.
 *   race_top:assign_version_tag, _Py_slot_tp_getattr_hook, type_modified_unlocked, update_one_slot,
 *   set_tp_bases, type_set_bases_unlocked, _PyObject_TryGetInstanceAttribute, rangeiter_next,
 *   mi_block_set_nextx, dump_traceback, fatal_error, write_thread_id, _PyFrame_GetCode,
 *   _PyFrame_Initialize, PyUnstable_InterpreterFrame_GetLine
 *       CPython's own business; taken where a scenario meets it.
 *
 * Owner: the program. Thread: the sanitizer's. Lifetime: constants.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NG_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define NG_SANITIZED 1
#endif
#endif

#if defined(NG_SANITIZED) && !defined(_WIN32)

/* The sanitizers' run-time libraries look these up by name. */
#define EXPORTED __attribute__((visibility("default"), used))

EXPORTED const char *__asan_default_options(void);
EXPORTED const char *__lsan_default_options(void);
EXPORTED const char *__ubsan_default_options(void);
EXPORTED const char *__lsan_default_suppressions(void);
EXPORTED const char *__tsan_default_options(void);
EXPORTED const char *__tsan_default_suppressions(void);

const char *__asan_default_options(void)
{
    /* malloc_context_size: who called malloc, and nothing above it; see the suppressions. To see a whole
       stack: ASAN_OPTIONS=malloc_context_size=30 with the command that replays.
       intercept_tls_get_addr: the sanitizer guesses the size of a loaded library's thread-local block
       from what lies in front of it. Where that is no malloc header (libpython 3.12) its search for
       leaks reads through a wild pointer, if a thread that used the block still lives at the end. Our
       own thread-local memory is the program's, which is searched all the same. */
    return "exitcode=66:detect_leaks=1:strict_string_checks=1:malloc_context_size=2:"
           "intercept_tls_get_addr=0";
}

const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}

const char *__ubsan_default_options(void)
{
    return "print_stacktrace=1";
}

const char *__lsan_default_suppressions(void)
{
    /* What Python itself allocates and keeps: interned strings, static types, thread states of threads
       that are left inside on purpose. A suppression matches any frame of a stack, so with whole stacks
       these would hide what our callbacks allocate further down. Objects that we forget to release are
       Python's allocations, too: they are found by the scenarios' own counts, not here. `npm run
       sanitize` proves with each Python that a leak of ours is still reported (seeded_fault).
       The last three are glibc's: what the sanitizer itself asks for while a thread starts, seen when the
       process ends in that moment. */
    return "leak:libpython3\n"
           "leak:lib-dynload/\n"
           "leak:pthread_attr_extension\n"
           "leak:pthread_attr_setaffinity_np\n"
           "leak:pthread_getattr_np\n";
}

const char *__tsan_default_options(void)
{
    return "exitcode=66:halt_on_error=1:second_deadlock_stack=1:history_size=4";
}

const char *__tsan_default_suppressions(void)
{
    /* Not race_top, as the top frame is `free`, and that would hide our own. Thread-local memory of a
       thread that ended is given back by whichever thread ends next, inside the loader, where the
       sanitizer sees no synchronisation. No frame of ours can be in that stack: below it is only the
       end of a thread. */
    return "race:_dl_deallocate_tls\n"
           /* list.reverse() stores items one by one, not as atomics, while an iterator reads them
              without a lock: CPython's issue 129069. Met by core_containers_mutate. */
           "race_top:reverse_slice\n"
           /* A new thread state's ident is written after the state is in the list, where
              PyThreadState_SetAsyncExc compares it: it is ours, and not yet told to interrupt. */
           "race_top:bind_tstate\n";
}

#endif
typedef int ng_sanitizers_not_empty;
