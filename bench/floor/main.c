/* main.c: answers requests, one a line on stdin, as columns/serve.mjs does; answers are JSON on descriptor 3. */
#include "floor.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

PyThreadState *floor_thread;
volatile double floor_number;

/* What columns/sample.mjs reads in the variable of the same name. */
static int processor_time;

static double now(const floor_row *row)
{
    struct timespec time;
    clock_gettime(processor_time && !row->waits ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static const floor_row *find(const char *id)
{
    const floor_row *tables[] = {floor_calls, floor_containers, floor_threads};
    for (size_t table = 0; table < sizeof tables / sizeof *tables; table++)
        for (const floor_row *row = tables[table]; row->id != NULL; row++)
            if (strcmp(row->id, id) == 0)
                return row;
    return NULL;
}

/* Nanoseconds for one operation, over at least so many milliseconds; sliced: in its fastest batch. A batch takes half a
 * millisecond or more, so that looking at the clock costs nothing. Negative: the operation failed, and the exception was
 * printed. */
static double sample(const floor_row *row, double milliseconds, int sliced)
{
    double start = now(row), elapsed = 0, fastest = 0;
    long calls = 0, batch = 1;
    do {
        double before = elapsed;
        for (long end = calls + batch; calls < end; calls++) {
            if (row->work(calls) != 0) {
                PyErr_Print();
                detach();
                return -1;
            }
        }
        elapsed = now(row) - start;
        double each = (elapsed - before) / (double)batch;
        if (elapsed - before < 5e5)
            batch *= 2;
        else if (fastest == 0 || each < fastest)
            fastest = each;
    } while (elapsed < milliseconds * 1e6);
    return (sliced && fastest > 0 ? fastest : elapsed / (double)calls) / row->per;
}

/* Bytes of resident memory; Linux only, else 0. */
static double resident(void)
{
    long pages = 0, size = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL)
        return 0;
    if (fscanf(file, "%ld %ld", &size, &pages) != 2)
        pages = 0;
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* What one of the objects of row `kept-object` occupies in Python alone; negative when making them failed. */
static double kept(PyObject *subject)
{
    enum {
        COUNT = 200000
    };
    static PyObject *objects[COUNT];
    attach();
    PyObject *type = PyObject_GetAttrString(subject, "Thing");
    double before = 0;
    int made = 0;
    /* The first thousand fill the pools. */
    for (; type != NULL && made < COUNT; made++) {
        if (made == 1000)
            before = resident();
        if ((objects[made] = PyObject_CallNoArgs(type)) == NULL)
            break;
    }
    double each = (resident() - before) / (COUNT - 1000);
    int complete = made == COUNT;
    while (made > 0)
        Py_DECREF(objects[--made]);
    Py_XDECREF(type);
    if (!complete)
        PyErr_Print();
    detach();
    return complete ? each : -1;
}

/* Copies the text of a member: `"name":"text"`. Returns whether it is there. */
static int text_of(const char *line, const char *name, char *out, size_t size)
{
    char member[32];
    snprintf(member, sizeof member, "\"%s\":\"", name);
    const char *start = strstr(line, member);
    if (start == NULL)
        return 0;
    start += strlen(member);
    size_t length = strcspn(start, "\"");
    if (length >= size)
        return 0;
    memcpy(out, start, length);
    out[length] = '\0';
    return 1;
}

static double milliseconds_of(const char *line)
{
    const char *start = strstr(line, "\"milliseconds\":");
    return start == NULL ? 0 : strtod(start + strlen("\"milliseconds\":"), NULL);
}

static void answer_number(FILE *out, const char *name, double value)
{
    if (value < 0)
        fprintf(out, "{\"problem\":\"Python raised an exception\"}\n");
    else
        fprintf(out, "{\"%s\":%.17g}\n", name, value);
}

static void answer(FILE *out, const char *line, PyObject *subject)
{
    char id[64];
    if (text_of(line, "keep", id, sizeof id)) {
        if (strcmp(id, "kept-object") == 0)
            answer_number(out, "bytes", kept(subject));
        else
            fprintf(out, "{\"unsupported\":true}\n");
        return;
    }
    int named = text_of(line, "prepare", id, sizeof id) || text_of(line, "sample", id, sizeof id);
    const floor_row *row = named ? find(id) : NULL;
    if (row == NULL)
        fprintf(out, "{\"unsupported\":true}\n");
    else
        answer_number(out, "nanoseconds",
                      sample(row, milliseconds_of(line), strstr(line, "\"sliced\":true") != NULL));
}

int main(void)
{
    const char *clock = getenv("NOGIL_BENCH_CLOCK");
    processor_time = clock != NULL && strcmp(clock, "processor") == 0;
    Py_InitializeEx(0);
    PyObject *subject = PyImport_ImportModule("subject");
    if (subject == NULL || floor_calls_open(subject) != 0 || floor_containers_open(subject) != 0 ||
        floor_threads_open(subject) != 0) {
        PyErr_Print();
        return 1;
    }
    detach();
    FILE *out = fdopen(3, "w");
    if (out == NULL)
        return 1;
    setvbuf(out, NULL, _IOLBF, 0);
    fprintf(out, "{\"ready\":true}\n");
    char line[512];
    while (fgets(line, sizeof line, stdin) != NULL)
        answer(out, line, subject);
    return 0;
}
