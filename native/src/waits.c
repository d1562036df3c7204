#include "waits.h"

#include "platform.h"

static ng_mutex lock = NG_MUTEX_INITIALIZER;
static ng_wait *newest; /* lock */

void ng_wait_begin(ng_wait *wait)
{
    ng_mutex_lock(&lock);
    wait->listed = 1;
    wait->next = newest;
    newest = wait;
    ng_mutex_unlock(&lock);
}

/* Under `lock`. */
static void take_out(const ng_wait *wait)
{
    ng_wait **link = &newest;
    while (*link != wait) {
        link = &(*link)->next;
    }
    *link = wait->next;
}

void ng_wait_end(ng_wait *wait)
{
    ng_mutex_lock(&lock);
    if (wait->listed != 0) {
        take_out(wait);
    }
    ng_mutex_unlock(&lock);
}

void ng_waits_forget(uint32_t environment)
{
    ng_mutex_lock(&lock);
    for (ng_wait **link = &newest; *link != NULL;) {
        ng_wait *each = *link;
        if (each->view.environment == environment) {
            each->listed = 0;
            *link = each->next;
        } else {
            link = &each->next;
        }
    }
    ng_mutex_unlock(&lock);
}

size_t ng_waits_read(ng_wait_view *out, size_t capacity)
{
    size_t found = 0;
    ng_mutex_lock(&lock);
    for (const ng_wait *each = newest; each != NULL; each = each->next) {
        if (found < capacity) {
            out[found] = each->view;
        }
        found++;
    }
    ng_mutex_unlock(&lock);
    return found;
}
