/* napi_emit_lock.c: the door's part for the emit lock. */
#include "napi.h"

bool ng_napi_add_emit_lock(napi_env env, napi_value exports, ng_napi_state *state)
{
    (void)env;
    (void)exports;
    (void)state;
    return true;
}
