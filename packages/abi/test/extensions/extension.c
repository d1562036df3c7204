/*
 * A Python extension module for tests, whose name and kind the compiler is told:
 *   NAME     nogil_needs_gil
 *   KIND     1: one phase, declares nothing; 2: two phases, declares nothing; 3: two phases, safe without
 *            the GIL; 4: its initialisation raises
 */
#include <Python.h>

#define JOIN_AGAIN(left, right) left##right
#define JOIN(left, right) JOIN_AGAIN(left, right)
#define TEXT_AGAIN(name) #name
#define TEXT(name) TEXT_AGAIN(name)

#if KIND == 2 || KIND == 3
static PyModuleDef_Slot slots[] = {
#if KIND == 3
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};
#endif

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = TEXT(NAME),
#if KIND == 2 || KIND == 3
    .m_slots = slots,
#else
    .m_size = -1,
#endif
};

PyMODINIT_FUNC JOIN(PyInit_, NAME)(void)
{
#if KIND == 4
    PyErr_SetString(PyExc_ValueError, "refused by the module");
    return NULL;
#elif KIND == 1
    return PyModule_Create(&definition);
#else
    return PyModuleDef_Init(&definition);
#endif
}
