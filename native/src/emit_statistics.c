/* emit_statistics.c: the figures of emitting, from the modules that count. Owner: those. Thread: any. */
#include "dispatchers.h"
#include "emit_lock.h"
#include "emit_lock_names.h"
#include "mutexes.h"

void ng_emit_statistics_read(ng_emit_statistics *out)
{
    ng_creation_statistics(&out->creation);
    ng_mutexes_statistics(&out->mutexes);
    out->names = ng_unique_names_count();
    out->dispatchers = ng_dispatchers_count();
}
