/*
 * barrier.h: barrier points, in test builds only. One stands in every window between a check and the
 * act that relies on it, and lets another thread in there now and then: without, a guard that is off
 * would fail too rarely for a canary to prove anything.
 * Owner: each thread its own random numbers. Thread: any, attached or not, also under locks.
 */
#ifndef NG_BARRIER_H
#define NG_BARRIER_H

#if defined(NOGIL_BARRIERS)
void ng_barrier_point(void);
#define NG_BARRIER_POINT() ng_barrier_point()
#else
#define NG_BARRIER_POINT() ((void)0)
#endif

#endif
