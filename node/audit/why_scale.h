/* Scales of numbers in a derivation. They are not in the code: they follow downwards from the place
 * whose type is known, and upwards from what a number was made of. */
#ifndef WC_NODE_AUDIT_WHY_SCALE_H
#define WC_NODE_AUDIT_WHY_SCALE_H

#include "node/audit/why_inside.h"

/* What is known of a number's scale where it is used. */
typedef struct wc_why_seen {
    bool has_scale;
    uint8_t scale;
    wc_str unit;
} wc_why_seen;

/* k of 10^k; -1: no power of ten. */
int wc_why_power_of_ten(int64_t value);

bool wc_why_is_product(uint16_t op);

/* Of the node itself, else what was wanted. */
wc_why_seen wc_why_own_scale(const wc_why *why, uint32_t index, wc_why_seen wanted);

/* The scale that a number has by itself, or by what it was made of; depth: 0. */
wc_why_seen wc_why_inferred_scale(const wc_why *why, uint32_t index, unsigned depth);

/* Walks through what changes the scale only. */
uint32_t wc_why_through_alignment(const wc_why *why, uint32_t index, wc_why_seen *as);

/* The scales of the operands of a product, when its own is known. */
void wc_why_scales_of_product(const wc_why *why, const wc_why_node *node, wc_why_seen product,
                              wc_why_seen operands[2]);

#endif
