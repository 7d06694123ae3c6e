/* The debug adapter: one test under the Debug Adapter Protocol, forward and back.
 *
 *     adapter.c    requests, launching, moving      breaks.c    breakpoints
 *     variables.c  stack, scopes, values, sources
 *
 * A session is one launch. The test has run to its end before the first stop (node/debug/travel.h),
 * so every move is answered at once. How the protocol's words are used:
 *
 *     breakpoints            statements; a line without one moves to the next that has one
 *     data breakpoints       a party of the scope Money: the statement that posts to or from it
 *     function breakpoints   "Sale.settle", "settle"; also "posting sun" for the same as above
 *     exception filter       `failure`: the statement in which a call fails, expected or not
 *     stepBack               back over calls; with granularity `instruction` also into them
 *     the end                of a test that passes ends the session; one that fails stops there */
#ifndef WC_NODE_DAP_DAP_H
#define WC_NODE_DAP_DAP_H

#include "node/debug/travel.h"

#define WC_DAP_MESSAGE_MAX   ((size_t)4 << 20)
#define WC_DAP_VARIABLES_MAX 4096u  /* of one answer */
#define WC_DAP_HANDLES_MAX   16384u /* of one stop */

typedef struct wc_dap_launch {
    const char *program;  /* path of the source */
    const char *test;     /* NULL: not given */
    const char *added;    /* statements; NULL: not given */
    const char *property; /* instead of a test; NULL: not given */
    bool has_seed;
    uint64_t seed; /* of the property's values */
} wc_dap_launch;

typedef struct wc_dap_options {
    /* Opens the travel; the failure in words goes to message, or what there is to say of what was
     * opened. Called at most once. */
    bool (*open)(void *self, const wc_dap_launch *launch, wc_dbg_travel *travel, wc_buf *message);
    void *self;
    void (*send)(void *to, const char *message, size_t size);
    void *to;
} wc_dap_options;

typedef struct wc_dap wc_dap;

wc_dap *wc_dap_open(const wc_dap_options *options); /* NULL: out of memory */
void wc_dap_close(wc_dap *dap);

/* Handles the bytes of one message, whatever they are. False: the client has disconnected. */
bool wc_dap_handle(wc_dap *dap, const char *message, size_t size);

#endif
