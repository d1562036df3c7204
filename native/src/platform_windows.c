/* Written for Windows and compiled there by its workflow; it was not run where this was written. */
#define WIN32_LEAN_AND_MEAN
#include "platform.h"

#include <process.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define THREAD_STACK_SIZE (16U * 1024U * 1024U)

_Static_assert(sizeof(SRWLOCK) == sizeof(ng_mutex), "an SRWLOCK is one pointer");
_Static_assert(sizeof(CONDITION_VARIABLE) == sizeof(ng_condition), "so is a CONDITION_VARIABLE");

void ng_mutex_init(ng_mutex *mutex)
{
    InitializeSRWLock((PSRWLOCK)mutex);
}

void ng_mutex_end(ng_mutex *mutex)
{
    (void)mutex; /* holds nothing */
}

void ng_condition_init(ng_condition *condition)
{
    InitializeConditionVariable((PCONDITION_VARIABLE)condition);
}

void ng_condition_end(ng_condition *condition)
{
    (void)condition; /* holds nothing */
}

void ng_mutex_lock(ng_mutex *mutex)
{
    AcquireSRWLockExclusive((PSRWLOCK)mutex);
}

void ng_mutex_unlock(ng_mutex *mutex)
{
    ReleaseSRWLockExclusive((PSRWLOCK)mutex);
}

void ng_condition_wait(ng_condition *condition, ng_mutex *mutex, int64_t timeout_ms)
{
    DWORD timeout = timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms;
    (void)SleepConditionVariableSRW((PCONDITION_VARIABLE)condition, (PSRWLOCK)mutex, timeout, 0);
}

void ng_condition_signal(ng_condition *condition)
{
    WakeConditionVariable((PCONDITION_VARIABLE)condition);
}

void ng_condition_broadcast(ng_condition *condition)
{
    WakeAllConditionVariable((PCONDITION_VARIABLE)condition);
}

typedef struct ng_thread_entry {
    void (*entry)(void *);
    void *argument;
} ng_thread_entry;

static unsigned __stdcall thread_main(void *raw)
{
    ng_thread_entry start = *(ng_thread_entry *)raw;
    free(raw);
    start.entry(start.argument);
    return 0;
}

bool ng_thread_start(void (*entry)(void *), void *argument)
{
    ng_thread_entry *start = malloc(sizeof *start);
    if (start == NULL) {
        return false;
    }
    start->entry = entry;
    start->argument = argument;
    uintptr_t thread = _beginthreadex(NULL, THREAD_STACK_SIZE, thread_main, start,
                                      STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (thread == 0) {
        free(start);
        return false;
    }
    (void)CloseHandle((HANDLE)thread);
    return true;
}

void *ng_pages_take(size_t bytes)
{
    return VirtualAlloc(NULL, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void ng_pages_give(void *pages, size_t bytes)
{
    (void)bytes;
    (void)VirtualFree(pages, 0, MEM_RELEASE);
}

uint64_t ng_clock_ms(void)
{
    return GetTickCount64();
}

void ng_yield(void)
{
    (void)SwitchToThread();
}

void ng_sleep_ms(uint32_t ms)
{
    Sleep(ms);
}

void ng_streams_flush(void)
{
    (void)fflush(stdout);
    (void)fflush(stderr);
}

_Noreturn void ng_process_end(int code)
{
    _exit(code);
}

bool ng_process_on_exit(void (*handler)(void))
{
    (void)handler;
    return false; /* a DLL's exit handlers run when every other thread is dead already */
}

bool ng_process_on_fork(void (*in_child)(void))
{
    (void)in_child;
    return true; /* there is no fork: a new process starts empty */
}

bool ng_process_is_forked_child(void)
{
    return false;
}

/* Written before the handler is installed; Windows calls it on a thread of its own. */
static void (*end_process)(void);

static BOOL WINAPI on_console_event(DWORD event)
{
    (void)event;
    end_process();
    return FALSE; /* the next handler, in the end Windows' own, ends the process */
}

bool ng_signals_watch(void (*end)(void))
{
    end_process = end;
    (void)SetConsoleCtrlHandler(on_console_event, FALSE); /* never twice */
    return SetConsoleCtrlHandler(on_console_event, TRUE) != 0;
}

void ng_signals_unwatch(void)
{
    (void)SetConsoleCtrlHandler(on_console_event, FALSE);
}

bool ng_signals_interrupt_ends(void)
{
    return true; /* which handlers there are cannot be asked */
}

void ng_signals_after_fork(void)
{
}

/* Counts what came and was not awaited; written before the handler is installed. */
static HANDLE console_events;

/* Windows calls it on a thread of its own, and asks the handler that was installed last first. */
static BOOL WINAPI on_interrupt(DWORD event)
{
    if (event != CTRL_C_EVENT) {
        return FALSE;
    }
    (void)ReleaseSemaphore(console_events, 1, NULL);
    return TRUE; /* nobody else hears of it */
}

bool ng_console_open(void)
{
    HANDLE made = CreateSemaphoreW(NULL, 0, LONG_MAX, NULL);
    if (made != NULL && InterlockedCompareExchangePointer(&console_events, made, NULL) != NULL) {
        (void)CloseHandle(made); /* another thread was quicker */
    }
    return console_events != NULL;
}

void ng_console_take(void)
{
    (void)SetConsoleCtrlHandler(on_interrupt, FALSE); /* never twice, and always the last */
    (void)SetConsoleCtrlHandler(on_interrupt, TRUE);
}

void ng_console_give_back(void)
{
    (void)SetConsoleCtrlHandler(on_interrupt, FALSE);
}

bool ng_console_await(int64_t timeout_ms)
{
    return WaitForSingleObject(console_events, timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms) ==
           WAIT_OBJECT_0;
}

void ng_console_pass_on(void)
{
    /* Nothing to do: a console event reaches every process of the console, not this one alone. */
}

void ng_console_after_fork(void)
{
}

void ng_library_pin_self(void)
{
    HMODULE self = NULL;
    (void)GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                             (LPCWSTR)(void *)&ng_library_pin_self, &self);
}

char *ng_library_earlier(const char *symbol)
{
    (void)symbol; /* EnumProcessModules would tell; nobody has run that yet */
    return NULL;
}

void *ng_library_open(const char *path, char *message, size_t message_size)
{
    wchar_t *wide = ng_widen(path);
    /* The altered search path finds the libraries that lie beside pythonXY.dll. */
    HMODULE library =
        wide == NULL ? NULL : LoadLibraryExW(wide, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    if (library == NULL) {
        (void)snprintf(message, message_size, "LoadLibrary failed with error %lu", GetLastError());
    }
    free(wide);
    return (void *)library;
}

void ng_library_close(void *library)
{
    (void)FreeLibrary((HMODULE)library);
}

void ng_library_publish(const char *path)
{
    (void)path; /* each DLL names the library of every symbol it imports */
}

void *ng_host_symbol(const char *name)
{
    return (void *)GetProcAddress(GetModuleHandleW(NULL), name);
}

void *ng_library_symbol(void *library, const char *name)
{
    return (void *)GetProcAddress((HMODULE)library, name);
}

int ng_deep_bind_flags(void)
{
    return 0; /* each DLL names the library of every symbol it imports */
}

bool ng_same_file(const char *left, const char *right)
{
    return _stricmp(left, right) == 0;
}

const char *ng_environment_variable(const char *name)
{
    return getenv(name);
}

bool ng_locale_is_c(void)
{
    return false; /* Windows: UTF-8 mode follows PYTHONUTF8 alone */
}

wchar_t *ng_widen(const char *text)
{
    int length = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
    if (length == 0) {
        return NULL;
    }
    wchar_t *wide = malloc((size_t)length * sizeof *wide);
    if (wide != NULL) {
        (void)MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, length);
    }
    return wide;
}
