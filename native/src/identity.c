#include "identity.h"

#include <stdlib.h>

#define FIRST_CAPACITY 256U

static uintptr_t key_of(PyObject *object, uint32_t policy)
{
    return (uintptr_t)object | policy;
}

static PyObject *object_of(uintptr_t key)
{
    return (PyObject *)(key & ~(uintptr_t)(NG_IDENTITY_POLICIES - 1U));
}

/* The entry of that key, or the empty one where it would be. There is always an empty one. */
static ng_identity_entry *place_of(const ng_identities *identities, uintptr_t key)
{
    size_t mask = identities->capacity - 1U;
    size_t at = (size_t)(((uint64_t)key * 0x9E3779B97F4A7C15U) >> 32U) & mask;
    while (identities->entries[at].key != 0U && identities->entries[at].key != key) {
        at = (at + 1U) & mask;
    }
    return &identities->entries[at];
}

static bool is_live(const ng_identity_entry *entry, const ng_handle_cache *handles)
{
    PyObject *object = NULL;
    return ng_handle_borrow(handles, entry->handle, &object) == NG_STATUS_OK &&
           object == object_of(entry->key);
}

ng_handle ng_identity_find(const ng_identities *identities, const ng_handle_cache *handles,
                           PyObject *object, uint32_t policy)
{
    if (identities->used == 0U) {
        return 0;
    }
    const ng_identity_entry *entry = place_of(identities, key_of(object, policy));
    return entry->key != 0U && is_live(entry, handles) ? entry->handle : 0;
}

/* Makes room for the live entries and as many again. */
static bool renew(ng_identities *identities, const ng_handle_cache *handles)
{
    size_t live = 0;
    for (size_t i = 0; i < identities->capacity; i++) {
        ng_identity_entry *entry = &identities->entries[i];
        if (entry->key != 0U && !is_live(entry, handles)) {
            entry->handle = 0;
        }
        live += entry->key != 0U && entry->handle != 0 ? 1U : 0U;
    }
    ng_identities next = {.capacity = FIRST_CAPACITY};
    while (next.capacity < live * 4U) {
        next.capacity *= 2U;
    }
    next.entries = calloc(next.capacity, sizeof *next.entries);
    if (next.entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < identities->capacity; i++) {
        const ng_identity_entry *entry = &identities->entries[i];
        if (entry->key != 0U && entry->handle != 0) {
            *place_of(&next, entry->key) = *entry;
        }
    }
    next.used = live;
    free(identities->entries);
    *identities = next;
    return true;
}

bool ng_identity_put(ng_identities *identities, const ng_handle_cache *handles, PyObject *object,
                     uint32_t policy, ng_handle handle)
{
    if ((identities->used + 1U) * 2U > identities->capacity && !renew(identities, handles)) {
        return false;
    }
    ng_identity_entry *entry = place_of(identities, key_of(object, policy));
    if (entry->key == 0U) {
        identities->used++;
    }
    *entry = (ng_identity_entry){.key = key_of(object, policy), .handle = handle};
    return true;
}

void ng_identities_free(ng_identities *identities)
{
    free(identities->entries);
    *identities = (ng_identities){0};
}
