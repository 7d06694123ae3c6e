/* A derivation in words and as JSON. Scales of numbers between two places are not in the code: they
 * follow downwards from the place whose type is known. */
#include "node/audit/why_scale.h"

#include <stdlib.h>
#include <string.h>

#include "vm/base/text.h"

#define DEPTH_MAX  24u /* of nodes; deeper ones are left to a question of their own */
#define SCALE_MAX  18u
#define TEXT_BYTES 512u
#define PARTS_MAX  4096u /* of one sum */
#define TOTAL_MAX  8u    /* parts of a total that are all shown in text, also those of zero */

typedef struct show {
    const wc_why_view *view;
    const wc_why *why;
    bool *is_shown; /* by node */
    wc_str last_source;
} show;

static void put_str(wc_buf *text, wc_str str)
{
    wc_buf_put(text, str.data, str.len);
}

static wc_str text_of(const wc_buf *buf)
{
    return (wc_str){(const char *)buf->data, buf->full ? TEXT_BYTES : buf->len};
}

static const wc_why_node *node_at(const show *s, uint32_t index)
{
    return &s->why->nodes[index];
}

/* ---- values ------------------------------------------------------------------------------------
 */

static void put_value(wc_buf *text, wc_i128 value, wc_why_seen as)
{
    wc_put_scaled_wide(text, value, as.has_scale ? as.scale : 0);
    if (as.unit.len == 0) return;
    wc_buf_put_text(text, " ");
    put_str(text, as.unit);
}

static const char *mode_name(uint16_t op)
{
    static const char *const names[] = {"half_even", "half_up", "half_down", "up",
                                        "down",      "floor",   "ceil",      "exact"};
    return names[(op - WC_OP_mdr_half_even) % 8];
}

static const char *operation_name(uint16_t op)
{
    switch (op) {
    case WC_OP_add:
    case WC_OP_addw:
    case WC_OP_addi: return "+";
    case WC_OP_sub:
    case WC_OP_subw: return "-";
    case WC_OP_mul:
    case WC_OP_mulw:
    case WC_OP_mulwi: return "×";
    case WC_OP_min:
    case WC_OP_minw: return "the smaller of";
    case WC_OP_max:
    case WC_OP_maxw: return "the larger of";
    case WC_OP_neg:
    case WC_OP_negw: return "-";
    default: return wc_op_lookup(op)->name;
    }
}

static bool is_infix(uint16_t op)
{
    const char *name = operation_name(op);
    return strcmp(name, "+") == 0 ||
           (strcmp(name, "-") == 0 && op != WC_OP_neg && op != WC_OP_negw) ||
           strcmp(name, "×") == 0;
}

/* The exact value before a rounding, with as many decimals as it has; false: it has no end, or too
 * many. dropped: rounded - exact. */
static bool exact_value(const show *s, const wc_why_node *node, wc_why_seen as, wc_buf *exact,
                        wc_buf *dropped)
{
    int64_t y = 1, z = 1, power = 1;
    if (node->in[0] == 0 || !as.has_scale) return false;
    if (node->in[1] != 0 && wc_i128_narrow(node_at(s, node->in[1])->value, &y) != WC_OK) {
        return false;
    }
    if (node->in[2] != 0 && wc_i128_narrow(node_at(s, node->in[2])->value, &z) != WC_OK) {
        return false;
    }
    for (unsigned more = 0; as.scale + more <= SCALE_MAX; more++, power *= 10) {
        wc_i128 value, whole, difference;
        int64_t factor;
        if (__builtin_mul_overflow(node->factor, power, &factor)) return false;
        wc_status status = wc_mul_div_round_wide(node_at(s, node->in[0])->value, y, factor, z,
                                                 node->divisor, WC_ROUND_EXACT, &value);
        if (status == WC_INEXACT) continue;
        if (status != WC_OK || wc_i128_mul_i64(node->value, power, &whole) != WC_OK ||
            wc_i128_sub(whole, value, &difference) != WC_OK) {
            return false;
        }
        wc_put_scaled_wide(exact, value, as.scale + more);
        wc_put_scaled_wide(dropped, difference, as.scale + more);
        return true;
    }
    return false;
}

/* ---- places ------------------------------------------------------------------------------------
 */

static const wc_debug_line *line_of(const wc_why_node *node)
{
    if (node->known == NULL || node->known->debug == NULL) return NULL;
    return wc_debug_find(node->known->debug, node->function, node->word);
}

static void put_place(const show *s, const wc_why_node *node)
{
    const wc_debug_line *line = line_of(node);
    if (line == NULL) return;
    wc_str file = node->known->debug->files[line->file].path;
    wc_outline_str(s->view->outline, "file", file);
    wc_outline_number(s->view->outline, "line", line->line);
    wc_outline_number(s->view->outline, "column", line->column);
    if (s->view->source == NULL) return;
    wc_outline_str(s->view->outline, "source", s->view->source(s->view->self, file, line->line));
}

/* "   spot.spot:196:9   let amount = ..." */
static void put_place_text(show *s, wc_buf *text, const wc_why_node *node)
{
    const wc_debug_line *line = line_of(node);
    if (line == NULL || node->kind == WC_WHY_CONSTANT) return;
    wc_str file = node->known->debug->files[line->file].path;
    wc_buf_put_text(text, "   ");
    put_str(text, file);
    wc_buf_put_text(text, ":");
    wc_buf_put_decimal(text, line->line);
    if (s->view->source == NULL) return;
    wc_str source = s->view->source(s->view->self, file, line->line);
    if (source.len == 0 || source.data == s->last_source.data) return;
    s->last_source = source;
    wc_buf_put_text(text, "  ");
    put_str(text, source);
}

/* ---- nodes -------------------------------------------------------------------------------------
 */

static void put_node(show *s, uint32_t index, wc_why_seen as, unsigned depth);

/* An addition that a loop makes turn by turn: the parts, oldest first, and where it began. */
typedef struct sum {
    uint32_t start; /* what the first part was added to; 0: nobody knows */
    uint32_t count;
    uint32_t *parts; /* owned */
} sum;

static bool is_same_addition(const wc_why_node *a, const wc_why_node *b)
{
    return a->kind == WC_WHY_OPERATION && b->kind == WC_WHY_OPERATION && a->op == b->op &&
           (a->op == WC_OP_add || a->op == WC_OP_addw) && a->module == b->module &&
           a->function == b->function && a->word == b->word;
}

static void collect(const show *s, uint32_t index, sum *found)
{
    *found = (sum){.parts = malloc(PARTS_MAX * sizeof *found->parts)};
    while (found->parts != NULL && found->count < PARTS_MAX) {
        const wc_why_node *node = node_at(s, index);
        uint32_t left = node->in[0], right = node->in[1];
        bool is_right = right != 0 && is_same_addition(node, node_at(s, right));
        found->parts[found->count++] = is_right ? left : right;
        found->start = is_right ? right : left;
        if (found->start == 0 || !is_same_addition(node, node_at(s, found->start))) break;
        index = found->start;
    }
    for (uint32_t i = 0; i < found->count / 2; i++) {
        uint32_t other = found->parts[found->count - 1 - i];
        found->parts[found->count - 1 - i] = found->parts[i];
        found->parts[i] = other;
    }
}

/* The parts of a total in the order of its list; false: out of memory. */
static bool list_parts(const show *s, const wc_why_node *node, sum *found)
{
    *found = (sum){.parts = malloc((node->count + 1) * sizeof *found->parts)};
    if (found->parts == NULL) return false;
    for (; found->count < node->count; found->count++) {
        found->parts[found->count] = s->why->parts[node->first + found->count];
    }
    return true;
}

static bool is_zero(const show *s, uint32_t index)
{
    return wc_i128_compare(node_at(s, index)->value, wc_i128_of(0)) == 0;
}

static void put_all(show *s, const sum *found, wc_why_seen as, unsigned depth)
{
    wc_outline_open_list(s->view->outline, "parts");
    for (uint32_t k = 0; k < found->count; k++) {
        if (found->parts[k] != 0) put_node(s, found->parts[k], as, depth + 1);
    }
    wc_outline_close(s->view->outline);
}

static void put_sum(show *s, const sum *found, wc_why_seen as, unsigned depth)
{
    wc_outline *outline = s->view->outline;
    wc_outline_open_list(outline, "parts");
    if (found->start != 0 && node_at(s, found->start)->kind != WC_WHY_CONSTANT) {
        put_node(s, found->start, as, depth + 1);
    }
    uint32_t last = found->count - 1, zero = 0, shown = 0, before = 0;
    while (last > 0 && is_zero(s, found->parts[last])) last--;
    for (uint32_t k = 0; k < found->count; k++) {
        bool is_nothing = is_zero(s, found->parts[k]);
        zero += is_nothing;
        before += !is_nothing && k < last && before < s->view->parts_max;
    }
    for (uint32_t k = 0; k < found->count; k++) {
        bool is_early = !is_zero(s, found->parts[k]) && k < last && shown < before;
        if (k == last && before + 1 < found->count) {
            wc_outline_line(outline, "  ... %u more parts, %u of all are zero",
                            found->count - before - 1, zero);
        }
        if ((!outline->is_json && !is_early && k != last) || found->parts[k] == 0) continue;
        put_node(s, found->parts[k], as, depth + 1);
        shown++;
    }
    wc_outline_close(outline);
}

static void put_operands(show *s, const wc_why_node *node, const wc_why_seen operands[3],
                         unsigned depth)
{
    wc_outline_open_list(s->view->outline, "parts");
    for (int i = 0; i < 3; i++) {
        int64_t one = 0;
        if (node->in[i] == 0) continue;
        const wc_why_node *in = node_at(s, node->in[i]);
        bool is_one = in->kind == WC_WHY_CONSTANT && wc_i128_narrow(in->value, &one) == WC_OK &&
                      one == 1 && node->kind == WC_WHY_ROUNDING;
        if (!is_one || s->view->outline->is_json) put_node(s, node->in[i], operands[i], depth + 1);
    }
    wc_outline_close(s->view->outline);
}

/* " from 17.080 kWh × 2.738 kWh / 23.499 kWh": what has no end as a decimal. */
static void put_quotient(const show *s, const wc_why_node *node, const wc_why_seen operands[3],
                         wc_buf *how)
{
    static const char *const before[] = {" from ", " × ", " / "};
    for (int i = 0; i < 3; i++) {
        if (node->in[i] == 0) continue;
        wc_why_seen as = operands[i];
        uint32_t in = wc_why_through_alignment(s->why, node->in[i], &as);
        wc_buf_put_text(how, before[i]);
        put_value(how, node_at(s, in)->value, as);
    }
    if (wc_why_power_of_ten(node->factor) >= 0 && wc_why_power_of_ten(node->divisor) >= 0) return;
    wc_buf_put_text(how, " × ");
    wc_buf_put_decimal(how, node->factor);
    wc_buf_put_text(how, " / ");
    wc_buf_put_decimal(how, node->divisor);
}

static void put_rounding(show *s, const wc_why_node *node, wc_why_seen as,
                         const wc_why_seen operands[3], wc_buf *how)
{
    uint8_t memory[2][TEXT_BYTES];
    wc_buf exact, dropped;
    wc_buf_init(&exact, memory[0], TEXT_BYTES);
    wc_buf_init(&dropped, memory[1], TEXT_BYTES);
    wc_outline_str(s->view->outline, "how", WC_STR("rounding"));
    wc_outline_str(s->view->outline, "mode", wc_str_of(mode_name(node->op)));
    wc_outline_number(s->view->outline, "factor", node->factor);
    wc_outline_number(s->view->outline, "divisor", node->divisor);
    wc_buf_put_text(how, "rounded ");
    wc_buf_put_text(how, mode_name(node->op));
    if (exact_value(s, node, as, &exact, &dropped)) {
        wc_outline_str(s->view->outline, "exact", text_of(&exact));
        wc_outline_str(s->view->outline, "rounded_by", text_of(&dropped));
        wc_buf_put_text(how, " from ");
        put_str(how, text_of(&exact));
        wc_buf_put_text(how, ", by ");
        put_str(how, text_of(&dropped));
    } else {
        put_quotient(s, node, operands, how);
    }
}

static void scales_of_operands(const show *s, const wc_why_node *node, wc_why_seen as,
                               wc_why_seen operands[3])
{
    operands[2] = (wc_why_seen){0};
    if (node->kind == WC_WHY_ROUNDING) {
        int up = wc_why_power_of_ten(node->divisor), down = wc_why_power_of_ten(node->factor);
        bool is_known = as.has_scale && up >= 0 && down >= 0;
        int scale = is_known ? (int)as.scale + up - down : 0;
        if (node->in[2] != 0) {
            operands[2] = wc_why_inferred_scale(s->why, node->in[2], 0);
            is_known = is_known && operands[2].has_scale;
            scale += operands[2].scale;
        }
        wc_why_scales_of_product(s->why, node, (wc_why_seen){is_known, (uint8_t)scale, WC_STR("")},
                                 operands);
        return;
    }
    if (wc_why_is_product(node->op)) {
        wc_why_scales_of_product(s->why, node, as, operands);
        return;
    }
    for (int i = 0; i < 2; i++) operands[i] = as;
}

/* "kWh" and "CNY/kWh" are "CNY"; other pairs stay without a unit here. */
static wc_str unit_of_product(wc_str a, wc_str b)
{
    const char *slash = b.len > 0 ? memchr(b.data, '/', b.len) : NULL;
    if (slash == NULL || a.len == 0) return WC_STR("");
    wc_str above = {b.data, (size_t)(slash - b.data)};
    wc_str below = {slash + 1, b.len - above.len - 1};
    return wc_str_equal(a, below) ? above : WC_STR("");
}

/* A number of a known type without a unit is a plain number: the product keeps the other's unit. */
static wc_str unit_beside_plain(const show *s, uint32_t index, wc_str other)
{
    bool is_known = index != 0 && node_at(s, index)->has_scale;
    return is_known && node_at(s, index)->unit.len == 0 ? other : WC_STR("");
}

/* What is known of a number is completed by what it was made of. */
static wc_why_seen complete(const show *s, uint32_t index, const wc_why_seen operands[3],
                            wc_why_seen as)
{
    const wc_why_node *node = node_at(s, index);
    if (!as.has_scale) {
        wc_str unit = as.unit;
        as = wc_why_inferred_scale(s->why, index, 0);
        if (as.unit.len == 0) as.unit = unit;
    }
    bool is_of_products = node->kind == WC_WHY_OPERATION && wc_why_is_product(node->op);
    if (!is_of_products || as.unit.len > 0) return as;
    as.unit = unit_of_product(operands[0].unit, operands[1].unit);
    if (as.unit.len == 0) as.unit = unit_of_product(operands[1].unit, operands[0].unit);
    if (as.unit.len == 0) as.unit = unit_beside_plain(s, node->in[1], operands[0].unit);
    if (as.unit.len == 0) as.unit = unit_beside_plain(s, node->in[0], operands[1].unit);
    return as;
}

/* "10.00 CNY less 2 parts", and the word for a program. */
static void put_total(const show *s, const wc_why_node *node, wc_why_seen as, wc_buf *how)
{
    static const char *const words[] = {"sum", "rest", "minus_sum"};
    wc_outline_str(s->view->outline, "how", wc_str_of(words[node->rule]));
    bool is_one = node->count == 1;
    if (node->rule == WC_WHY_REST) {
        wc_why_seen first = wc_why_own_scale(s->why, s->why->parts[node->first], as);
        put_value(how, node_at(s, s->why->parts[node->first])->value, first);
        wc_buf_put_text(how, " less ");
        wc_buf_put_decimal(how, node->count - 1);
        wc_buf_put_text(how, node->count == 2 ? " part" : " parts");
        return;
    }
    if (is_one) {
        wc_buf_put_text(how, node->rule == WC_WHY_SUM ? "entry of the netting" : "minus");
        return;
    }
    wc_buf_put_text(how, node->rule == WC_WHY_SUM ? "sum of " : "minus the sum of ");
    wc_buf_put_decimal(how, node->count);
    wc_buf_put_text(how, " parts");
}

/* "12.00 + 4.61", and the word for a program. */
static void put_operation(const show *s, const wc_why_node *node, const wc_why_seen operands[3],
                          const sum *found, wc_buf *how)
{
    const char *name = operation_name(node->op);
    wc_outline_str(s->view->outline, "how",
                   wc_str_of(found->count > 1 ? "sum" : wc_op_lookup(node->op)->name));
    if (found->count > 1) {
        wc_buf_put_text(how, "sum of ");
        wc_buf_put_decimal(how, found->count);
        wc_buf_put_text(how, " parts");
        return;
    }
    if (!is_infix(node->op)) {
        wc_buf_put_text(how, name);
        wc_buf_put_text(how, " ");
    }
    for (int i = 0, shown = 0; i < 3; i++) {
        if (node->in[i] == 0) continue;
        if (shown++ > 0) {
            wc_buf_put_text(how, is_infix(node->op) ? " " : ", ");
            if (is_infix(node->op)) wc_buf_put_text(how, name);
            if (is_infix(node->op)) wc_buf_put_text(how, " ");
        }
        wc_why_seen as = operands[i];
        uint32_t in = wc_why_through_alignment(s->why, node->in[i], &as);
        put_value(how, node_at(s, in)->value, as);
    }
}

static void put_how(show *s, const wc_why_node *node, wc_why_seen as, const wc_why_seen operands[3],
                    const sum *found, wc_buf *how)
{
    switch (node->kind) {
    case WC_WHY_CONSTANT:
        wc_outline_str(s->view->outline, "how", WC_STR("constant"));
        wc_buf_put_text(how, "constant");
        return;
    case WC_WHY_LEAF:
        wc_outline_str(s->view->outline, "how", WC_STR("from"));
        wc_outline_str(s->view->outline, "from", node->label);
        put_str(how, node->label);
        return;
    case WC_WHY_ROUNDING: put_rounding(s, node, as, operands, how); return;
    case WC_WHY_TOTAL: put_total(s, node, as, how); return;
    case WC_WHY_OPERATION: break;
    }
    put_operation(s, node, operands, found, how);
}

static void put_members(show *s, const wc_why_node *node, wc_why_seen as)
{
    uint8_t memory[TEXT_BYTES];
    wc_buf value;
    wc_buf_init(&value, memory, sizeof memory);
    wc_put_scaled_wide(&value, node->value, as.has_scale ? as.scale : 0);
    wc_outline_str(s->view->outline, "value", text_of(&value));
    wc_outline_str(s->view->outline, "unit", as.unit);
    wc_outline_bool(s->view->outline, "has_scale", as.has_scale);
    wc_outline_str(s->view->outline, "name", node->name);
}

static void put_node(show *s, uint32_t index, wc_why_seen as, unsigned depth)
{
    wc_outline *outline = s->view->outline;
    index = wc_why_through_alignment(s->why, index, &as);
    const wc_why_node *node = node_at(s, index);
    uint8_t memory[2048];
    wc_buf text;
    wc_why_seen operands[3] = {{0}, {0}, {0}};
    sum found = {0};
    bool is_total = node->kind == WC_WHY_TOTAL;
    bool has_parts = node->kind == WC_WHY_OPERATION || node->kind == WC_WHY_ROUNDING || is_total;
    as = complete(s, index, operands, as);
    if (has_parts && !is_total) scales_of_operands(s, node, as, operands);
    as = complete(s, index, operands, as);
    if (is_same_addition(node, node)) collect(s, index, &found);
    if (is_total && !list_parts(s, node, &found)) has_parts = false;
    wc_buf_init(&text, memory, sizeof memory);
    wc_outline_open(outline, NULL);
    put_members(s, node, as);
    if (node->name.len > 0) {
        put_str(&text, node->name);
        wc_buf_put_text(&text, " = ");
    }
    put_value(&text, node->value, as);
    wc_buf_put_text(&text, "   ");
    put_how(s, node, as, operands, &found, &text);
    put_place(s, node);
    bool is_again = has_parts && s->is_shown[index];
    if (is_again) {
        wc_buf_put_text(&text, "   (shown above)");
    } else {
        put_place_text(s, &text, node);
    }
    wc_outline_line(outline, "%.*s", (int)(text.full ? sizeof memory : text.len),
                    (const char *)memory);
    bool is_too_deep = has_parts && depth >= DEPTH_MAX;
    wc_outline_bool(outline, "shown_before", is_again);
    if (is_too_deep) wc_outline_line(outline, "  ... deeper parts are left out");
    s->is_shown[index] = true;
    if (has_parts && !is_again && !is_too_deep) {
        if (is_total && found.count <= TOTAL_MAX) {
            put_all(s, &found, as, depth);
        } else if (found.count > 1) {
            put_sum(s, &found, as, depth);
        } else {
            put_operands(s, node, operands, depth);
        }
    }
    free(found.parts);
    wc_outline_close(outline);
}

wc_status wc_why_show(const wc_why_view *view, const wc_why_amount *amount)
{
    show s = {.view = view, .why = view->why};
    s.is_shown = calloc(view->why->node_count, sizeof *s.is_shown);
    if (s.is_shown == NULL) return WC_NO_MEMORY;
    wc_outline_open_list(view->outline, "derivation");
    put_node(&s, amount->node, (wc_why_seen){true, amount->scale, amount->unit}, 0);
    wc_outline_close(view->outline);
    free(s.is_shown);
    return WC_OK;
}
