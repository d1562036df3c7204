#define _GNU_SOURCE /* dl_iterate_phdr */
#include "platform.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#else
#include <link.h>
#endif

/* Addons of one process that could be a core; more are not looked at. */
#define CANDIDATES 64

#define PATH_SIZE 4096

/* Any address inside this file, by which it finds itself. */
static const char inside_this_file = 0;

/* Asks the loader nothing itself: it is called while the loader's list is locked. */
typedef struct candidates {
    size_t count;
    char paths[CANDIDATES][PATH_SIZE];
} candidates;

static void consider(candidates *found, const char *path)
{
    size_t length = path == NULL ? 0 : strlen(path);
    bool is_addon = length >= 5 && length < PATH_SIZE && strcmp(path + length - 5, ".node") == 0;
    if (is_addon && found->count < CANDIDATES) {
        memcpy(found->paths[found->count++], path, length + 1);
    }
}

#ifdef __APPLE__

static void list_earlier(candidates *found)
{
    Dl_info self;
    if (dladdr((const void *)&inside_this_file, &self) == 0) {
        return;
    }
    for (uint32_t i = 0; i < _dyld_image_count(); i++) {
        if ((const void *)_dyld_get_image_header(i) == self.dli_fbase) {
            return;
        }
        consider(found, _dyld_get_image_name(i));
    }
}

#else

static bool holds(const struct dl_phdr_info *library, uintptr_t address)
{
    for (size_t i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[i];
        uintptr_t start = library->dlpi_addr + part->p_vaddr;
        if (part->p_type == PT_LOAD && address >= start && address - start < part->p_memsz) {
            return true;
        }
    }
    return false;
}

/* The list is in the order of loading. */
static int visit(struct dl_phdr_info *library, size_t size, void *raw)
{
    (void)size;
    if (holds(library, (uintptr_t)&inside_this_file)) {
        return 1;
    }
    consider(raw, library->dlpi_name);
    return 0;
}

static void list_earlier(candidates *found)
{
    (void)dl_iterate_phdr(visit, found);
}

#endif

char *ng_library_earlier(const char *symbol)
{
    candidates *found = calloc(1, sizeof *found);
    if (found == NULL) {
        return NULL;
    }
    list_earlier(found);
    char *path = NULL;
    for (size_t i = 0; i < found->count && path == NULL; i++) {
        void *library = dlopen(found->paths[i], RTLD_LAZY | RTLD_NOLOAD);
        if (library != NULL) {
            path = dlsym(library, symbol) == NULL ? NULL : strdup(found->paths[i]);
            (void)dlclose(library);
        }
    }
    free(found);
    return path;
}
