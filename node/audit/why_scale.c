/* Scales of numbers between two places whose types are known; see why_scale.h. */
#include "node/audit/why_scale.h"

#define SCALE_MAX 18u

static const wc_why_node *node_at(const wc_why *why, uint32_t index)
{
    return &why->nodes[index];
}

/* k of 10^k; -1: no power of ten. */
int wc_why_power_of_ten(int64_t value)
{
    int power = 0;
    if (value <= 0) return -1;
    for (; value % 10 == 0; value /= 10) power++;
    return value == 1 ? power : -1;
}

wc_why_seen wc_why_own_scale(const wc_why *why, uint32_t index, wc_why_seen wanted)
{
    const wc_why_node *node = node_at(why, index);
    if (!node->has_scale) return wanted;
    return (wc_why_seen){true, node->scale, node->unit};
}

/* Additions, and the smaller or larger of two, have the scale of their operands. */
static bool keeps_scale(const wc_why_node *node)
{
    if (node->kind == WC_WHY_TOTAL) return true;
    if (node->kind != WC_WHY_OPERATION) return false;
    switch (node->op) {
    case WC_OP_add:
    case WC_OP_addw:
    case WC_OP_sub:
    case WC_OP_subw:
    case WC_OP_min:
    case WC_OP_minw:
    case WC_OP_max:
    case WC_OP_maxw:
    case WC_OP_neg:
    case WC_OP_negw: return true;
    default: return false;
    }
}

#define INFER_DEPTH 8u

/* The scale that a number has by itself, or by what it was made of. */
wc_why_seen wc_why_inferred_scale(const wc_why *why, uint32_t index, unsigned depth)
{
    wc_why_seen as = {0};
    if (index == 0 || depth == INFER_DEPTH) return as;
    const wc_why_node *node = node_at(why, index);
    as = wc_why_own_scale(why, index, as);
    bool is_total = node->kind == WC_WHY_TOTAL;
    for (uint32_t i = 0; i < 2 && !as.has_scale && keeps_scale(node); i++) {
        uint32_t in = is_total ? 0 : node->in[i];
        if (is_total && i < node->count) in = why->parts[node->first + i];
        as = wc_why_inferred_scale(why, in, depth + 1);
    }
    return as;
}

static wc_why_seen with_scale(bool has, int scale)
{
    if (!has || scale < 0 || scale > (int)SCALE_MAX) return (wc_why_seen){0};
    return (wc_why_seen){true, (uint8_t)scale, WC_STR("")};
}

bool wc_why_is_product(uint16_t op)
{
    return op == WC_OP_mul || op == WC_OP_mulw || op == WC_OP_mulwi;
}

/* A product with a constant 10^k whose other side has k decimals less: no multiplication of the
 * author's, but two scales brought together. */
static bool is_alignment(const wc_why *why, const wc_why_node *node, wc_why_seen as)
{
    int64_t factor;
    if (node->kind != WC_WHY_OPERATION || !wc_why_is_product(node->op) || node->in[1] == 0)
        return false;
    const wc_why_node *right = node_at(why, node->in[1]);
    if (right->kind != WC_WHY_CONSTANT || wc_i128_narrow(right->value, &factor) != WC_OK) {
        return false;
    }
    int power = wc_why_power_of_ten(factor);
    if (power < 0 || node->in[0] == 0) return false;
    const wc_why_node *left = node_at(why, node->in[0]);
    if (!left->has_scale || !as.has_scale) return as.has_scale && as.scale >= power;
    return left->scale + power == as.scale;
}

/* Walks through what changes the scale only. */
uint32_t wc_why_through_alignment(const wc_why *why, uint32_t index, wc_why_seen *as)
{
    for (;;) { /* ends: operands are older than their node */
        const wc_why_node *node = node_at(why, index);
        *as = wc_why_own_scale(why, index, *as);
        if (!is_alignment(why, node, *as)) return index;
        int64_t factor = 1;
        (void)!wc_i128_narrow(node_at(why, node->in[1])->value, &factor);
        wc_str unit = as->unit;
        *as = with_scale(true, as->scale - wc_why_power_of_ten(factor));
        as->unit = unit;
        index = node->in[0];
    }
}

/* The scales of the operands of a product, when its own is known. */
void wc_why_scales_of_product(const wc_why *why, const wc_why_node *node, wc_why_seen product,
                              wc_why_seen operands[2])
{
    for (int i = 0; i < 2; i++) {
        operands[i] = (wc_why_seen){0};
        if (node->in[i] == 0) continue;
        operands[i] = wc_why_inferred_scale(why, node->in[i], 0);
        int64_t one;
        const wc_why_node *in = node_at(why, node->in[i]);
        bool is_one =
            in->kind == WC_WHY_CONSTANT && wc_i128_narrow(in->value, &one) == WC_OK && one == 1;
        if (is_one) operands[i] = with_scale(true, 0);
    }
    for (int i = 0; i < 2 && product.has_scale; i++) {
        if (operands[i].has_scale || !operands[1 - i].has_scale) continue;
        operands[i] = with_scale(true, (int)product.scale - operands[1 - i].scale);
    }
}
