/*
 * error.h: a raised Python exception as plain text, for failures before there is a frame to carry it.
 * Thread: any, attached.
 */
#ifndef NG_ERROR_H
#define NG_ERROR_H

#include "capi.h"

/*
 * Describes the raised exception as text in `message`, and clears it.
 */
void ng_error_to_message(const char *doing, char *message, size_t message_size);

#endif
