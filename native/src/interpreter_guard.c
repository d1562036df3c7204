#include "interpreter_guard.h"

/* Written once on the core's thread before the gate opens; read-only from then on. NULL before 3.15. */
static ng_py_interpreter_view *view;

bool ng_interpreter_guard_prepare(void)
{
    if (ng_py.PyInterpreterView_FromMain == NULL) {
        return true;
    }
    view = ng_py.PyInterpreterView_FromMain();
    return view != NULL;
}

bool ng_interpreter_guard_enter(ng_py_interpreter_guard **guard)
{
    *guard = NULL;
    if (view == NULL) {
        return true;
    }
    *guard = ng_py.PyInterpreterGuard_FromView(view);
    return *guard != NULL;
}

void ng_interpreter_guard_leave(ng_py_interpreter_guard *guard)
{
    if (guard != NULL) {
        ng_py.PyInterpreterGuard_Close(guard);
    }
}
