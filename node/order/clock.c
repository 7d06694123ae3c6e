/* Reading the clocks, and doubting them. */
#define _POSIX_C_SOURCE 200809L

#include "node/order/clock.h"

#include <time.h>

#define NS_PER_S INT64_C(1000000000)

static int64_t read_ns(clockid_t id)
{
    struct timespec now;
    int failed = clock_gettime(id, &now);
    wc_assert(failed == 0);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* CLOCK_BOOTTIME counts suspended time too and is set by nobody; it is Linux's own. */
#ifndef CLOCK_BOOTTIME
#define CLOCK_BOOTTIME 7
#endif

static wc_machine_time machine_time(wc_watch *watch)
{
    if (watch->clock != NULL) return watch->clock(watch->self);
    return (wc_machine_time){read_ns(CLOCK_REALTIME), read_ns(CLOCK_BOOTTIME)};
}

void wc_watch_start(wc_watch *watch, wc_machine_time (*clock)(void *self), void *self)
{
    *watch = (wc_watch){.clock = clock, .self = self};
}

void wc_watch_accept(wc_watch *watch)
{
    watch->is_doubtful = false;
    watch->is_accepted = true;
}

int64_t wc_watch_now_s(wc_watch *watch)
{
    return machine_time(watch).realtime_ns / NS_PER_S;
}

static bool has_jumped(const wc_watch *watch, const wc_machine_time *now)
{
    int64_t passed = now->boottime_ns - watch->last.boottime_ns;
    int64_t shown = now->realtime_ns - watch->last.realtime_ns;
    int64_t difference = shown - passed;
    return difference > WC_CLOCK_SLACK_NS || difference < -WC_CLOCK_SLACK_NS;
}

wc_status wc_watch_read(wc_watch *watch, int64_t head_s, int64_t *now_s)
{
    wc_machine_time now = machine_time(watch);
    int64_t shown_s = now.realtime_ns / NS_PER_S;
    if (!watch->is_accepted) {
        bool is_wrong = watch->has_last ? has_jumped(watch, &now)
                                        : shown_s < head_s || shown_s - head_s > WC_IDLE_S_MAX;
        if (is_wrong) watch->is_doubtful = true;
        if (watch->is_doubtful) return WC_OUT_OF_DOMAIN;
    }
    watch->is_accepted = false;
    watch->last = now;
    watch->has_last = true;
    *now_s = shown_s > head_s ? shown_s : head_s;
    return WC_OK;
}
