/* The system clock of a solo chain (ledger D6): block time never goes back, and a clock that
 * somebody set is not believed until the operator says so. */
#ifndef WC_NODE_ORDER_CLOCK_H
#define WC_NODE_ORDER_CLOCK_H

#include "node/order/solo.h"

#define WC_CLOCK_SLACK_NS (INT64_C(5) * 1000000000) /* that the two clocks may differ per block */

typedef struct wc_watch {
    wc_machine_time (*clock)(void *self); /* NULL: the operating system's */
    void *self;
    wc_machine_time last; /* at the last reading that was believed */
    bool has_last;
    bool is_doubtful; /* until accepted */
    bool is_accepted; /* the next reading is believed whatever it says */
} wc_watch;

void wc_watch_start(wc_watch *watch, wc_machine_time (*clock)(void *self), void *self);
void wc_watch_accept(wc_watch *watch);

/* UTC seconds, unchecked. */
int64_t wc_watch_now_s(wc_watch *watch);

/* Time of a block after one of head_s: the machine's, but not before head_s. OUT_OF_DOMAIN: the
 * clocks advanced differently since the last reading, or the first reading lies before head_s or
 * more than WC_IDLE_S_MAX after it. */
WC_MUST_USE wc_status wc_watch_read(wc_watch *watch, int64_t head_s, int64_t *now_s);

#endif
