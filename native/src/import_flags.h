/*
 * import_flags.h: sets the flags extension modules are opened with, before the first of them is.
 *
 * `site` may import anything while Python starts (a .pth file, sitecustomize): flags set afterwards
 * come too late for an _ssl or zlib that is loaded then. Python offers no setting for it, but it makes
 * its builtin modules through a table that may be changed before it starts (PyImport_Inittab). The
 * entry of `posix`, which is made before any file is imported, sets the flags first.
 *
 * Owner:    the process; the table lives as long as it does.
 * Thread:   the core's own, once, before Python is initialised.
 * Source:   https://docs.python.org/3/c-api/import.html#c.PyImport_Inittab
 */
#ifndef NG_IMPORT_FLAGS_H
#define NG_IMPORT_FLAGS_H

#include "capi.h"

/* Has sys.setdlopenflags(flags) called in every interpreter that starts. False without memory. */
bool ng_import_flags_arm(int flags);

#endif
