/* What the demo shows: a plain screen of 100 columns, or one JSON object. */
#ifndef WC_NODE_DEMO_SCREEN_H
#define WC_NODE_DEMO_SCREEN_H

#include "node/demo/recompute.h"

typedef struct wc_screen {
    const wc_demo *demo;
    const wc_recompute *recompute;
    const char *folder;   /* as the user named it */
    uint64_t duration_ns; /* of the run, replay included */
} wc_screen;

void wc_screen_put_text(wc_buf *text, const wc_screen *screen);
void wc_screen_put_json(wc_buf *text, const wc_screen *screen);

/* True when every difference is zero and the replay gave the same root. */
bool wc_screen_is_clean(const wc_screen *screen);

#endif
