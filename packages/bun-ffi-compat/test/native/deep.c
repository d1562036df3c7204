/* Recursion, as deep as it is told. */
#include <stdint.h>

/* Each level takes a little more than 1 KiB of stack. */
int64_t deep(int64_t levels)
{
    volatile char frame[1024];
    frame[levels % 1024] = 1;
    return levels == 0 ? 0 : frame[levels % 1024] + deep(levels - 1);
}
