/* napi_abi.c: the door's part for the abi. */
#include "napi.h"

bool ng_napi_add_abi(napi_env env, napi_value exports, ng_napi_state *state)
{
    (void)env;
    (void)exports;
    (void)state;
    return true;
}
