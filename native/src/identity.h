/*
 * identity.h: which handle of an environment stands for a Python object, so that the same object is the same
 * PyProxy while that lives.
 *
 * An entry holds no reference and is never removed when its handle ends: whoever finds it asks the handle
 * table, which knows. So nothing that releases a handle needs to know of this, and an entry whose object is
 * gone cannot be taken for a new object at the same address: its handle is stale.
 *
 * Owner:    an environment.
 * Thread:   that one's.
 * Lock:     none.
 * Lifetime: from the first object that crosses to a proxy to the environment's end. Entries whose handles have
 *           ended are dropped when the table would otherwise grow.
 */
#ifndef NG_IDENTITY_H
#define NG_IDENTITY_H

#include "handles.h"

/* Policies are numbers below this: objects are aligned, and a policy takes the place of the zero bits. */
#define NG_IDENTITY_POLICIES 8U

typedef struct ng_identity_entry {
    uintptr_t key; /* the object's address and the policy; 0: empty */
    ng_handle handle;
} ng_identity_entry;

/* All zero: empty. */
typedef struct ng_identities {
    ng_identity_entry *entries;
    size_t capacity; /* 0, or a power of two */
    size_t used;     /* entries that are not empty */
} ng_identities;

/* The live handle whose proxy stands for `object` under that policy, or 0. */
ng_handle ng_identity_find(const ng_identities *identities, const ng_handle_cache *handles,
                           PyObject *object, uint32_t policy);

/* From now on `handle`, which names `object`, is what ng_identity_find finds. False without memory. */
bool ng_identity_put(ng_identities *identities, const ng_handle_cache *handles, PyObject *object,
                     uint32_t policy, ng_handle handle);

/* Gives the table's memory back. */
void ng_identities_free(ng_identities *identities);

#endif
