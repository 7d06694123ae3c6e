/* Smaller lists of choices that still fail on the same obligation. */
#ifndef WC_NODE_RUNNER_SHRINK_H
#define WC_NODE_RUNNER_SHRINK_H

#include "node/runner/draw.h"

typedef struct wc_shrink {
    uint32_t count;
    uint64_t choices[WC_DRAW_MAX]; /* the smallest that is known to fail */
    uint32_t tries, tries_max;

    /* Runs these choices. True: it failed on the same obligation, not merely somehow. Then *used
     * has what was really chosen (draw->choices, draw->at). */
    bool (*fails)(void *self, const uint64_t *choices, uint32_t count, const wc_draw **used);
    void *self;
} wc_shrink;

/* Deletes and lowers choices until nothing more helps or tries_max runs have been made. The result
 * is never larger (fewer choices first, then smaller ones from the left), so this ends. */
void wc_shrink_run(wc_shrink *shrink);

#endif
