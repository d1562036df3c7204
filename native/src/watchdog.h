/*
 * watchdog.h: what must happen at the end within a bound, whoever is in the way.
 * Owner: the process. Thread: any. Lifetime: the process.
 */
#ifndef NG_WATCHDOG_H
#define NG_WATCHDOG_H

/* Writes out what C's stdout and stderr hold, a few tenths of a second at most: a pipe may be full. The
   process ends next: it works once. Thread: any. */
void ng_watchdog_flush(void);

#endif
