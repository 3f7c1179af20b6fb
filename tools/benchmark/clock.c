// SIPp reads CLOCK_MONOTONIC_COARSE, which steps by a scheduler tick (4 ms on most kernels): too coarse for an answer
// time of a millisecond. Loaded before libc (LD_PRELOAD), this gives it the fine clock instead.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*next)(clockid_t, struct timespec *);
    if (!next) next = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    return next(clock == CLOCK_MONOTONIC_COARSE ? CLOCK_MONOTONIC : clock, now);
}
