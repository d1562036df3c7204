/* napi_handles.c: the door's part for the handles. */
#include "napi.h"

bool ng_napi_add_handles(napi_env env, napi_value exports, ng_napi_state *state)
{
    (void)env;
    (void)exports;
    (void)state;
    return true;
}
