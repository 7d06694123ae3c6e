/* Origins of what `split` and `clear_net` post: amounts that no register holds. The language's SP-1
 * to SP-8 are the rules; vm/exec/split.c and money.c have the arithmetic and the order.
 *
 * Both post in the order of their list and leave out what is zero, so the posting at hand belongs
 * to the next place whose amount is not zero. A netting has 2n + 2 places: who pays, by key; the
 * owner of the residual; who is paid, by key; the owner again. */
#include <stdlib.h>
#include <string.h>

#include "node/audit/why_record.h"
#include "vm/base/text.h"

#define ITEMS_AT  8u  /* bytes before the entries of a collection */
#define SHARE_AT  32u /* in an entry of a share list, behind the party */
#define WEIGHT_AT 40u
#define AMOUNT_AT 32u /* in an entry of a net map */
#define REST      (-1)
#define LARGEST   8u
#define SCALE_MAX 18u

/* A share list, or a net map, under the instruction that posts it. */
typedef struct posted {
    wc_why_recorder *r;
    wc_why_call *call;
    const uint64_t *words;
    const uint8_t *entries;
    uint32_t stride, length;
    uint32_t *nodes; /* length of them: the parts of a split, the entries of a netting */
    uint32_t gross;  /* node; of a split, as the rest */
    int64_t whole;
    uint16_t mode;
    uint32_t rest_share, weights; /* nodes, once somebody takes part in the rest */
} posted;

/* ---- parts of the answer -----------------------------------------------------------------------
 */

static bool part_add(wc_why_recorder *r, uint32_t node)
{
    wc_why *why = r->why;
    if (why->part_count == WC_WHY_PARTS_MAX) {
        why->is_full = true;
        return false;
    }
    if (why->part_count == r->part_room) {
        uint32_t room = r->part_room == 0 ? 256 : r->part_room * 2;
        uint32_t *grown = realloc(why->parts, room * sizeof *grown);
        wc_why_need(r, grown != NULL);
        if (grown == NULL) return false;
        why->parts = grown;
        r->part_room = room;
    }
    why->parts[why->part_count++] = node;
    return true;
}

static int64_t value_of(const posted *p, uint32_t node)
{
    int64_t value = 0;
    (void)!wc_i128_narrow(p->r->why->nodes[node].value, &value);
    return value;
}

/* A total of the nodes given: one list, so that no other total's parts may come between. */
static uint32_t total_of(const posted *p, wc_why_rule rule, const uint32_t *nodes, uint32_t count)
{
    wc_i128 sum = wc_i128_of(0), first = wc_i128_of(0);
    wc_why_node node = wc_why_node_here(p->call, WC_WHY_TOTAL, sum);
    node.rule = rule;
    node.first = p->r->why->part_count;
    for (uint32_t i = 0; i < count; i++) {
        wc_i128 value = p->r->why->nodes[nodes[i]].value;
        if (!part_add(p->r, nodes[i])) return 0;
        node.count++;
        if (i == 0 && rule == WC_WHY_REST) {
            first = value;
        } else {
            (void)!wc_i128_add(sum, value, &sum); /* 2^22 numbers of 64 bits */
        }
    }
    if (rule != WC_WHY_SUM) (void)!wc_i128_sub(first, sum, &sum);
    node.value = sum;
    return wc_why_node_add(p->r, &node);
}

static const uint8_t *entry_at(const posted *p, uint32_t index)
{
    return p->entries + (size_t)index * p->stride;
}

static int64_t word_at(const posted *p, uint32_t index, uint32_t offset)
{
    int64_t value;
    memcpy(&value, entry_at(p, index) + offset, sizeof value);
    return value;
}

/* The node of a word of the list; a leaf when nobody knows where it comes from. */
static uint32_t word_node(const posted *p, uint32_t index, uint32_t offset)
{
    int64_t value = word_at(p, index, offset);
    uint32_t node = wc_why_word_node(p->r, p->call, entry_at(p, index) + offset, value);
    if (node != 0) return node;
    wc_why_node leaf = wc_why_node_here(p->call, WC_WHY_LEAF, wc_i128_of(value));
    leaf.label = WC_STR("a number");
    return wc_why_node_add(p->r, &leaf);
}

/* Decimals of a fraction of this whole: shares are decimals. */
static uint8_t scale_of_whole(int64_t whole)
{
    uint8_t scale = 0;
    for (; whole >= 10 && scale < SCALE_MAX; whole /= 10) scale++;
    return scale;
}

/* "part 2 of 3, to home-1": what a line is called. */
static void call_it(const posted *p, uint32_t node, const char *what, const uint8_t *party)
{
    uint8_t memory[WC_WHY_PATH_MAX];
    wc_buf text;
    wc_address address;
    if (node == 0) return;
    memcpy(address.bytes, party, sizeof address.bytes);
    wc_buf_init(&text, memory, sizeof memory);
    wc_buf_put_text(&text, what);
    wc_names_put(&text, &p->r->query->names, &address);
    p->r->why->nodes[node].name = wc_why_text(p->r, &text);
}

static void call_part(const posted *p, uint32_t node, uint32_t index)
{
    uint8_t memory[64];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof memory - 1);
    wc_buf_put_text(&text, "part ");
    wc_buf_put_decimal(&text, index + 1);
    wc_buf_put_text(&text, " of ");
    wc_buf_put_decimal(&text, p->length);
    wc_buf_put_text(&text, ", to ");
    memory[text.len] = '\0';
    call_it(p, node, (const char *)memory, entry_at(p, index));
}

/* ---- split -------------------------------------------------------------------------------------
 */

static int64_t amount_at(const posted *p, uint32_t index, wc_i128 *remainder)
{
    int64_t amount;
    wc_inspect_share(p->call->exec, index, &amount, remainder);
    return amount;
}

static bool is_rest(const posted *p, uint32_t index)
{
    return word_at(p, index, SHARE_AT) == REST;
}

/* gross × share / whole, rounded. */
static uint32_t rounded_share(const posted *p, uint32_t index, wc_round mode)
{
    int64_t value;
    wc_status status = wc_mul_div_round(wc_i128_of(value_of(p, p->gross)),
                                        word_at(p, index, SHARE_AT), 1, p->whole, 1, mode, &value);
    wc_assert(status == WC_OK); /* the instruction computed it */
    uint32_t share = word_node(p, index, SHARE_AT);
    wc_why_node node = wc_why_node_here(p->call, WC_WHY_ROUNDING, wc_i128_of(value));
    node.op = (uint16_t)(WC_OP_mdr_half_even + mode);
    node.in[0] = p->gross;
    node.in[1] = share;
    node.divisor = p->whole;
    return wc_why_node_add(p->r, &node);
}

/* The gross amount less the shares before `end`. */
static uint32_t what_is_left(const posted *p, uint32_t end)
{
    uint32_t count = 0, *nodes = malloc(((size_t)end + 1) * sizeof *nodes);
    wc_why_need(p->r, nodes != NULL);
    if (nodes == NULL) return 0;
    nodes[count++] = p->gross;
    for (uint32_t i = 0; i < end; i++) {
        if (!is_rest(p, i)) nodes[count++] = p->nodes[i];
    }
    uint32_t left = total_of(p, WC_WHY_REST, nodes, count);
    free(nodes);
    return left;
}

/* A share that would exceed what is left is cut to it, and only then what is left has a line. */
static uint32_t rounding_part(const posted *p, uint32_t index)
{
    wc_i128 unused;
    int64_t amount = amount_at(p, index, &unused);
    uint32_t node = rounded_share(p, index, (wc_round)p->mode);
    if (node == 0 || value_of(p, node) == amount) return node;
    wc_why_node smaller = wc_why_node_here(p->call, WC_WHY_OPERATION, wc_i128_of(amount));
    smaller.op = WC_OP_min;
    smaller.in[0] = node;
    smaller.in[1] = what_is_left(p, index);
    return wc_why_node_add(p->r, &smaller);
}

/* All parts of a list that is divided by rounding: the shares in order, then the rest. */
static void divide_rounding(posted *p)
{
    uint32_t rest = p->length;
    for (uint32_t i = 0; i < p->length; i++) {
        if (is_rest(p, i)) rest = i;
        if (!is_rest(p, i)) p->nodes[i] = rounding_part(p, i);
        if (!is_rest(p, i)) call_part(p, p->nodes[i], i);
    }
    wc_assert(rest < p->length); /* else the list had been refused */
    p->nodes[rest] = what_is_left(p, p->length);
    call_part(p, p->nodes[rest], rest);
}

/* What the shares leave of one whole, for those who take part in the rest: one whole when there are
 * none. */
static uint32_t rest_share(const posted *p)
{
    uint32_t count = 0, *nodes = malloc(((size_t)p->length + 1) * sizeof *nodes);
    wc_why_need(p->r, nodes != NULL);
    if (nodes == NULL) return 0;
    wc_why_node whole = wc_why_node_here(p->call, WC_WHY_CONSTANT, wc_i128_of(p->whole));
    whole.has_scale = true;
    whole.scale = scale_of_whole(p->whole);
    nodes[count++] = wc_why_node_add(p->r, &whole);
    for (uint32_t i = 0; i < p->length; i++) {
        if (!is_rest(p, i)) nodes[count++] = word_node(p, i, SHARE_AT);
    }
    uint32_t node = count == 1 ? nodes[0] : total_of(p, WC_WHY_REST, nodes, count);
    free(nodes);
    if (node == 0 || count == 1) return node;
    p->r->why->nodes[node].has_scale = true;
    p->r->why->nodes[node].scale = whole.scale;
    p->r->why->nodes[node].name = WC_STR("share of the rest");
    return node;
}

/* The weights of all who take part in the rest, added up. */
static uint32_t all_weights(const posted *p)
{
    uint32_t count = 0, *nodes = malloc(((size_t)p->length + 1) * sizeof *nodes);
    wc_why_need(p->r, nodes != NULL);
    if (nodes == NULL) return 0;
    for (uint32_t i = 0; i < p->length; i++) {
        if (is_rest(p, i)) nodes[count++] = word_node(p, i, WEIGHT_AT);
    }
    uint32_t node = total_of(p, WC_WHY_SUM, nodes, count);
    free(nodes);
    if (node != 0) p->r->why->nodes[node].name = WC_STR("all weights");
    return node;
}

/* gross × rest share × weight / weights, or without weights for the only one: rounded down. */
static uint32_t floor_of_rest(posted *p, uint32_t index)
{
    int64_t value;
    if (p->rest_share == 0) p->rest_share = rest_share(p);
    if (p->weights == 0) p->weights = all_weights(p);
    if (p->rest_share == 0 || p->weights == 0) return 0;
    wc_i128 product = wc_i128_product(value_of(p, p->gross), value_of(p, p->rest_share));
    wc_status status = wc_mul_div_round(product, word_at(p, index, WEIGHT_AT), 1, p->whole,
                                        value_of(p, p->weights), WC_ROUND_FLOOR, &value);
    wc_assert(status == WC_OK); /* a fraction of the gross amount */
    wc_why_node node = wc_why_node_here(p->call, WC_WHY_ROUNDING, wc_i128_of(value));
    bool is_all = p->r->why->nodes[p->rest_share].kind == WC_WHY_CONSTANT;
    node.op = WC_OP_mdr_floor;
    node.divisor = is_all ? 1 : p->whole;
    node.in[0] = p->gross;
    if (!is_all) node.in[1] = p->rest_share;
    if (p->r->why->nodes[p->weights].count == 1) return wc_why_node_add(p->r, &node);
    if (!is_all) {
        wc_why_node rest = wc_why_node_here(p->call, WC_WHY_OPERATION, product);
        rest.op = WC_OP_mulw;
        rest.in[0] = p->gross;
        rest.in[1] = p->rest_share;
        rest.name = WC_STR("rest");
        node.in[0] = wc_why_node_add(p->r, &rest);
    }
    node.in[1] = word_node(p, index, WEIGHT_AT);
    node.in[2] = p->weights;
    return wc_why_node_add(p->r, &node);
}

/* Place of a part among the remainders, from 1: the larger one first, then the earlier. */
static uint32_t place_of(const posted *p, uint32_t index)
{
    wc_i128 own, other;
    uint32_t place = 1;
    (void)amount_at(p, index, &own);
    for (uint32_t i = 0; i < p->length; i++) {
        (void)amount_at(p, i, &other);
        int order = wc_i128_compare(other, own);
        place += order > 0 || (order == 0 && i < index);
    }
    return place;
}

/* "one of 2 units left: number 2 of 3 by remainder, the last to get one", or that there was none.
 */
static uint32_t unit_node(const posted *p, uint32_t index, int64_t unit, int64_t left)
{
    uint8_t memory[128];
    uint32_t place = place_of(p, index);
    wc_buf text;
    wc_assert((unit == 1) == ((int64_t)place <= left));
    wc_why_node node = wc_why_node_here(p->call, WC_WHY_LEAF, wc_i128_of(unit));
    node.label = WC_STR("no unit is left: the parts are whole");
    if (left == 0) return wc_why_node_add(p->r, &node);
    wc_buf_init(&text, memory, sizeof memory);
    wc_buf_put_text(&text, unit != 0 ? "one of " : "none of ");
    wc_buf_put_decimal(&text, left);
    wc_buf_put_text(&text, left == 1 ? " unit left" : " units left");
    wc_buf_put_text(&text, ": number ");
    wc_buf_put_decimal(&text, place);
    wc_buf_put_text(&text, " of ");
    wc_buf_put_decimal(&text, p->length);
    wc_buf_put_text(&text, " by remainder");
    if ((int64_t)place == left) wc_buf_put_text(&text, ", the last to get one");
    node.label = wc_why_text(p->r, &text);
    return wc_why_node_add(p->r, &node);
}

/* All parts of a list that is divided by largest remainder: floors first, then what they leave. */
static void divide_largest(posted *p)
{
    wc_i128 unused;
    int64_t left = 0;
    for (uint32_t i = 0; i < p->length; i++) {
        p->nodes[i] = is_rest(p, i) ? floor_of_rest(p, i) : rounded_share(p, i, WC_ROUND_FLOOR);
        if (p->nodes[i] == 0) return;
        left += amount_at(p, i, &unused) - value_of(p, p->nodes[i]);
    }
    for (uint32_t i = 0; i < p->length; i++) {
        int64_t unit = amount_at(p, i, &unused) - value_of(p, p->nodes[i]);
        const uint32_t both[2] = {p->nodes[i], unit_node(p, i, unit, left)};
        p->nodes[i] = both[1] == 0 ? 0 : total_of(p, WC_WHY_SUM, both, 2);
        call_part(p, p->nodes[i], i);
    }
}

static void open_split(posted *p)
{
    const wc_why_function *here = &p->call->at[p->call->depth - 1];
    p->mode = wc_why_operand(p->words, 3);
    p->gross = here->pending_in[0];
    (void)!wc_i128_narrow(p->call->module->numbers[wc_why_operand(p->words, 5)], &p->whole);
    if (p->gross == 0) {
        wc_why_node leaf = wc_why_node_here(
            p->call, WC_WHY_LEAF,
            wc_inspect_number(p->call->exec, p->call->depth - 1, wc_why_operand(p->words, 1)));
        leaf.label = WC_STR("a number");
        p->gross = wc_why_node_add(p->r, &leaf);
    }
    if (p->gross == 0) return;
    if (p->mode == LARGEST) divide_largest(p);
    if (p->mode != LARGEST) divide_rounding(p);
}

static uint32_t split_node(posted *p, int64_t amount)
{
    wc_why_function *here = &p->call->at[p->call->depth - 1];
    wc_i128 unused;
    uint32_t index = here->pending_posted;
    while (index < p->length && amount_at(p, index, &unused) == 0) index++;
    wc_assert(index < p->length && amount_at(p, index, &unused) == amount);
    here->pending_posted = index + 1;
    return p->nodes[index];
}

/* ---- netting -----------------------------------------------------------------------------------
 */

/* Minus the sum of the entries; within 64 bits, or the instruction had trapped. */
static int64_t residual_of(const posted *p)
{
    wc_i128 sum = wc_i128_of(0);
    int64_t residual = 0;
    for (uint32_t i = 0; i < p->length; i++) {
        (void)!wc_i128_add(sum, wc_i128_of(word_at(p, i, AMOUNT_AT)), &sum);
    }
    (void)!wc_i128_sub(wc_i128_of(0), sum, &sum);
    (void)!wc_i128_narrow(sum, &residual);
    return residual;
}

/* What is posted at one of the 2n + 2 places; 0: nothing. */
static int64_t at_place(const posted *p, uint32_t place, int64_t residual)
{
    uint32_t n = p->length;
    bool is_paid = place > n;
    uint32_t index = is_paid ? place - n - 1 : place;
    int64_t amount = index == n ? residual : word_at(p, index, AMOUNT_AT);
    if (is_paid) return amount > 0 ? amount : 0;
    return amount < 0 ? -amount : 0;
}

/* The entries, each under the name of its party. */
static void open_netting(posted *p)
{
    for (uint32_t i = 0; i < p->length; i++) {
        uint32_t entry = word_node(p, i, AMOUNT_AT);
        p->nodes[i] = entry == 0 ? 0 : total_of(p, WC_WHY_SUM, &entry, 1);
        call_it(p, p->nodes[i], "net of ", entry_at(p, i));
    }
}

static uint32_t residual_node(const posted *p, bool is_paid)
{
    wc_why_rule rule = is_paid ? WC_WHY_MINUS_SUM : WC_WHY_SUM;
    uint32_t node = total_of(p, rule, p->nodes, p->length);
    if (node != 0) p->r->why->nodes[node].name = WC_STR("residual");
    return node;
}

/* Who has a negative entry pays it; who has a positive one receives it. */
static uint32_t entry_node(const posted *p, uint32_t index, bool is_paid)
{
    if (is_paid || p->nodes[index] == 0) return p->nodes[index];
    uint32_t node = total_of(p, WC_WHY_MINUS_SUM, &p->nodes[index], 1);
    call_it(p, node, "paid by ", entry_at(p, index));
    return node;
}

static uint32_t netting_node(posted *p, int64_t amount)
{
    wc_why_function *here = &p->call->at[p->call->depth - 1];
    int64_t residual = residual_of(p);
    uint32_t n = p->length, place = here->pending_posted;
    while (place < 2 * n + 2 && at_place(p, place, residual) == 0) place++;
    wc_assert(place < 2 * n + 2 && at_place(p, place, residual) == amount);
    here->pending_posted = place + 1;
    bool is_paid = place > n;
    uint32_t index = is_paid ? place - n - 1 : place;
    return index == n ? residual_node(p, is_paid) : entry_node(p, index, is_paid);
}

static bool room_for(wc_why_recorder *r, uint32_t length)
{
    if (length <= r->list_room) return true;
    uint32_t *grown = realloc(r->list, length * sizeof *grown);
    wc_why_need(r, grown != NULL);
    if (grown == NULL) return false;
    r->list = grown;
    r->list_room = length;
    return true;
}

uint32_t wc_why_posting_node(wc_why_recorder *r, wc_why_call *call, int64_t amount)
{
    wc_why_function *here = &call->at[call->depth - 1];
    posted p = {.r = r, .call = call, .words = here->pending};
    uint16_t op = (uint16_t)(p.words[0] >> 48);
    bool is_split = op == WC_OP_split;
    if (!is_split && op != WC_OP_clearnet) { /* unlock_all: what the ledger had of the party */
        wc_why_node node = wc_why_node_here(call, WC_WHY_OPERATION, wc_i128_of(amount));
        return wc_why_node_add(r, &node);
    }
    uint16_t reg = wc_why_operand(p.words, is_split ? 2 : 0);
    const wc_reg *row = &call->module->functions[here->function].regs[reg];
    const uint8_t *list = wc_inspect_ref(call->exec, call->depth - 1, reg);
    int64_t length;
    memcpy(&length, list, sizeof length);
    p.entries = list + ITEMS_AT;
    p.length = (uint32_t)length;
    p.stride = wc_type_entry_size(call->module, &call->module->types[row->type]);
    if (!room_for(r, p.length)) return 0;
    p.nodes = r->list;
    if (!here->is_list_open) {
        memset(r->list, 0, p.length * sizeof *r->list);
        if (is_split) open_split(&p);
        if (!is_split) open_netting(&p);
        here->is_list_open = true;
    }
    return is_split ? split_node(&p, amount) : netting_node(&p, amount);
}
