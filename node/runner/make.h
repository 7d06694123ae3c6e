/* Random values by type, as canonical bytes.
 *
 * What breaks contracts sits at edges, so that is where most values lie: the bounds of a range and
 * their neighbours, zero, one unit of the last decimal, whole units, values whose last digit is 5
 * (a rounding meets its tie there), powers of two; times at the start of quarters, hours, days,
 * months and years, around the hours that clocks skip or repeat, the leap day; series of 92, 96 and
 * 100 quarters, with gaps; empty, small and full collections; texts with characters of several
 * bytes. */
#ifndef WC_NODE_RUNNER_MAKE_H
#define WC_NODE_RUNNER_MAKE_H

#include "node/crypto/address.h"
#include "node/runner/draw.h"
#include "vm/base/arena.h"
#include "vm/isa/module.h"

#define WC_MAKE_POOL_MAX 256u

/* Numbers met before, by the type's kind and unit: what a contract compares is seldom random. */
typedef struct wc_make_pool {
    uint32_t count; /* of all that were put in; the newest WC_MAKE_POOL_MAX are kept */

    struct wc_make_kept {
        uint16_t type;
        int64_t value;
    } kept[WC_MAKE_POOL_MAX];
} wc_make_pool;

typedef struct wc_maker {
    wc_draw *draw;
    const wc_module *module;
    wc_arena *arena; /* working memory, given back */
    uint16_t party_count;
    const wc_address *parties;
    int64_t now_s;      /* times lie around it */
    bool is_modest;     /* numbers without a written range stay below a million units */
    wc_make_pool *pool; /* NULL: none */

    /* An instance that a reference of this interface may name; false: there is none. NULL where no
     * type is a reference. */
    bool (*refer)(void *self, uint16_t interface, wc_address *address);
    void *self;
} wc_maker;

/* Appends a value of the type. NO_MEMORY; the buffer's own state is for the caller to check. */
WC_MUST_USE wc_status wc_make_value(const wc_maker *maker, uint16_t type, wc_buf *buf);

#endif
