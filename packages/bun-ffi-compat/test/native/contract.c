/* What the contract calls: functions of every type, callers of callbacks, threads, memory with an owner. */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ECHO(name, type)                                                                                   \
    type echo_##name(type value) { return value; }                                                         \
    type apply_##name(type (*callback)(type), type value) { return callback(value); }
ECHO(i8, int8_t)
ECHO(u8, uint8_t)
ECHO(i16, int16_t)
ECHO(u16, uint16_t)
ECHO(i32, int32_t)
ECHO(u32, uint32_t)
ECHO(i64, int64_t)
ECHO(u64, uint64_t)
ECHO(f32, float)
ECHO(f64, double)
ECHO(bool, bool)
ECHO(ptr, void *)

/* Ten arguments: more than fit into registers. */
double sum_of_many(int8_t a, uint64_t b, double c, float d, int32_t e, uint16_t f, int64_t g, bool h, double i, uint8_t j)
{
    return (double)a + (double)b + c + d + e + f + (double)g + h + i + j;
}

/* The answers to 1, 2, 3, … as decimal digits. */
int64_t call_times(int32_t (*callback)(int32_t), int32_t times)
{
    int64_t answers = 0;
    for (int32_t i = 1; i <= times; i++) answers = answers * 10 + callback(i);
    return answers;
}

void call_void(void (*callback)(void)) { callback(); }

double call_mixed(double (*callback)(int8_t, uint64_t, double, float, int32_t, uint16_t, int64_t, bool, double, uint8_t))
{
    return callback(-1, 2, 0.5, 0.25f, 5, 6, -7, true, 9.0, 10);
}

/* A callback that C keeps. */
static int32_t (*held)(int32_t);
void hold(int32_t (*callback)(int32_t)) { held = callback; }
int32_t call_held(int32_t value) { return held(value); }

/* A thread that JavaScript does not know, and calls a callback. */
static struct {
    pthread_t id;
    int32_t (*callback)(int32_t);
    int32_t value, answer;
} thread;
static void *run(void *unused)
{
    (void)unused;
    thread.answer = thread.callback(thread.value);
    return NULL;
}
int32_t thread_start(int32_t (*callback)(int32_t), int32_t value)
{
    thread.callback = callback;
    thread.value = value;
    return pthread_create(&thread.id, NULL, run, NULL);
}
/* Once the callback ran: it must not wait for JavaScript on JavaScript's own thread. */
int32_t thread_join(void) { return pthread_join(thread.id, NULL); }
int32_t thread_answer(void) { return thread.answer; }

/* Fills a buffer and says how long it is. */
size_t fill(unsigned char *bytes, size_t length, uint8_t value)
{
    if (length > 0) memset(bytes, value, length);
    return length;
}
bool is_null(const void *pointer) { return pointer == NULL; }

/* Memory whose end is counted. */
static int32_t freed;
static void *freed_context;
void *memory_make(void) { return strdup("memory of C"); }
void memory_free(void *bytes, void *context)
{
    freed++;
    freed_context = context;
    free(bytes);
}
/* For memory that starts elsewhere than the ArrayBuffer. */
void memory_note(void *bytes, void *context)
{
    freed++;
    freed_context = context;
    (void)bytes;
}
int32_t memory_freed(void) { return freed; }
void *memory_context(void) { return freed_context; }

/* Text. */
const char *text_of(int32_t which)
{
    static const char *const texts[] = {"plain", "h\xc3\xa9llo", "", "\xff", NULL};
    return texts[which];
}
bool call_with_text(bool (*callback)(const char *), const char *text) { return callback(text); }
