/*
 * capi_older.h: newer functions of the C API, in terms of older ones, for Pythons that lack them. The
 * rest of the core calls the newer name and knows no version.
 * Thread: as the function it stands in for.
 */
#ifndef NG_CAPI_OLDER_H
#define NG_CAPI_OLDER_H

/* Fills the gaps of ng_py. Once, after the symbols were looked up. */
void ng_capi_fill_gaps(void);

#endif
