/* napi_finalizer_guard.c: the door's part for the finalizer guard. */
#include "napi.h"

bool ng_napi_add_finalizer_guard(napi_env env, napi_value exports, ng_napi_state *state)
{
    (void)env;
    (void)exports;
    (void)state;
    return true;
}
