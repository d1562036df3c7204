/* The libraries that the examples of Bun's documentation take for granted, in one. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *sqlite3_libversion(void) { return "3.0.0"; }

int32_t add(int32_t a, int32_t b) { return a + b; }

size_t write_all(int fd, const void *bytes, size_t length) { return (size_t)write(fd, bytes, length); }

char *library_text(void) { return strdup("text of C"); }
void library_free(void *text) { free(text); }

const char *version(void) { return "1.2.3"; }
const char *version_major(void) { return "1"; }
const char *version_minor(void) { return "2"; }
const char *version_patch(void) { return "3"; }

/* How many times the callback found something, asked for each suffix of the text. */
size_t search(const char *text, bool (*callback)(const char *, size_t))
{
    size_t found = 0;
    for (size_t length = strlen(text); length > 0; length--, text++) found += callback(text, length);
    return found;
}

bool set_on_resolve(bool (*callback)(int32_t)) { return callback(42) && !callback(41); }

/* Not a PNG, but text with its NUL, as the example has it: the first byte of all pixels that are not 0. */
void *encode_png(const uint8_t *pixels, uint32_t width, uint32_t height)
{
    static char text[8];
    size_t i = 0;
    while (i < (size_t)width * height * 4 && pixels[i] == 0) i++;
    text[0] = (char)pixels[i];
    return text;
}

static int32_t deallocated;
void deallocate(void *bytes, void *context) { deallocated += bytes != NULL && (context == NULL || *(int32_t *)context == 7); }
int32_t deallocations(void) { return deallocated; }
