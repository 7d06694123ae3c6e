/* Trials: one deployment and one call each, with values that grow from trial to trial. */
#include "compiler/interp/witness.h"

#include "compiler/interp/machine.h"

#define TRIALS   48u
#define STEPS    20000u
#define SCALE    18u /* amounts are compared in 10^-18 of the base units */
#define LIST_MAX 3u
#define MONEY    100000000

typedef struct trial {
    const wc_sema_trial *what;
    uint64_t state; /* fixed start: the same report everywhere */
    const wc_ival *args;
    wc_exact before, after;
} trial;

/* Knuth's linear congruence; the high bits are good enough for small numbers. */
static uint32_t below(trial *self, uint32_t bound)
{
    self->state = self->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((self->state >> 33) % bound);
}

/* --- values ----------------------------------------------------------------------------------- */

static wc_ival any_value(wc_interp *in, trial *self, const wc_sema_type *type);

/* One whole first, then a few, then odd ones. */
static wc_ival any_number(trial *self, const wc_sema_type *type)
{
    int64_t one = 1;
    for (unsigned i = 0; type->kind == WC_SEMA_DEC && i < type->scale && one < 1000000000; i++) {
        one *= 10;
    }
    int64_t value =
        below(self, 3) == 0 ? 1 + (int64_t)below(self, 999) : one * (1 + (int64_t)below(self, 3));
    if (value < type->lo) value = type->lo;
    if (value > type->hi) value = type->hi;
    return wc_ival_number(value);
}

static wc_ival any_members(wc_interp *in, trial *self, const wc_sema_member *members,
                           uint16_t count)
{
    wc_ival *parts = WC_INTERP_ARRAY(in, wc_ival, count);
    for (uint16_t i = 0; i < count; i++) parts[i] = any_value(in, self, members[i].type);
    return (wc_ival){.count = count, .parts = parts};
}

static wc_ival any_list(wc_interp *in, trial *self, const wc_sema_type *type)
{
    uint32_t most = type->capacity < LIST_MAX ? type->capacity : LIST_MAX;
    wc_ival *parts = WC_INTERP_ARRAY(in, wc_ival, most);
    uint8_t *qualities = WC_INTERP_ARRAY(in, uint8_t, most); /* measured */
    for (uint32_t i = 0; i < most; i++) parts[i] = any_value(in, self, type->item);
    return (wc_ival){.count = most, .parts = parts, .qualities = qualities};
}

static wc_ival any_keyed(wc_interp *in, trial *self, const wc_sema_type *type)
{
    wc_ival all = {.count = 0};
    for (uint32_t i = 0; i < LIST_MAX && all.count < type->capacity; i++) {
        uint32_t at;
        wc_ival key = any_value(in, self, type->item);
        if (wc_ival_find(type, &all, &key, &at)) continue;
        wc_ival value = type->kind == WC_SEMA_MAP ? any_value(in, self, type->value) : key;
        all = wc_ival_insert(in, &all, at, type->kind == WC_SEMA_MAP ? &key : NULL, &value);
    }
    return all;
}

/* Of the kinds that are not here: zero. The nesting of types bounds the recursion. */
static wc_ival any_value(wc_interp *in, trial *self, const wc_sema_type *type)
{
    wc_interp_party party = wc_interp_test_party((uint16_t)below(self, 3));
    if (type->kind == WC_SEMA_BOOL) return wc_ival_bool(below(self, 2) == 1);
    if (type->kind == WC_SEMA_TIME) {
        return wc_ival_number(WC_INTERP_START_S + 900 * (int64_t)below(self, 96));
    }
    if (type->kind == WC_SEMA_PARTY) return wc_interp_party_value(in, &party);
    if (wc_sema_is_number(type)) return any_number(self, type);
    if (type->kind == WC_SEMA_RECORD || type->kind == WC_SEMA_TUPLE) {
        return any_members(in, self, type->members, type->member_count);
    }
    if (type->kind == WC_SEMA_LIST || type->kind == WC_SEMA_SERIES) return any_list(in, self, type);
    if (type->kind == WC_SEMA_SET || type->kind == WC_SEMA_MAP) return any_keyed(in, self, type);
    return wc_ival_zero(in, type);
}

/* --- what the storage holds ------------------------------------------------------------------- */

static bool same_dimension(const wc_sema_unit *a, const wc_sema_unit *b)
{
    if (a->power_count != b->power_count || a->denominator != b->denominator) return false;
    for (uint8_t i = 0; i < a->power_count; i++) {
        bool is_same = a->powers[i].base == b->powers[i].base &&
                       a->powers[i].exponent == b->powers[i].exponent;
        if (!is_same) return false;
    }
    return true;
}

static void add_amounts(trial *self, const wc_sema_type *type, const wc_ival *value,
                        wc_exact *total);

static void add_members(trial *self, const wc_sema_member *members, uint16_t count,
                        const wc_ival *value, wc_exact *total)
{
    for (uint16_t i = 0; i < count; i++) {
        add_amounts(self, members[i].type, &value->parts[i], total);
    }
}

static void add_number(trial *self, const wc_sema_type *type, const wc_ival *value, wc_exact *total)
{
    if (!same_dimension(type->unit, self->what->unit)) return;
    wc_exact amount = wc_exact_multiply(value->number, wc_exact_of(type->unit->numerator));
    for (unsigned i = type->scale; i < SCALE; i++) {
        amount = wc_exact_multiply(amount, wc_exact_of(10));
    }
    *total = wc_exact_add(*total, amount);
}

/* The nesting of types bounds the recursion. */
static void add_amounts(trial *self, const wc_sema_type *type, const wc_ival *value,
                        wc_exact *total)
{
    if (type->kind == WC_SEMA_DEC) {
        add_number(self, type, value, total);
    } else if (type->kind == WC_SEMA_RECORD || type->kind == WC_SEMA_TUPLE) {
        add_members(self, type->members, type->member_count, value, total);
    } else if (type->kind == WC_SEMA_ENUM && type->has_data) {
        const wc_sema_variant *variant = &type->variants[wc_exact_i64(&value->number)];
        add_members(self, variant->members, variant->member_count, value, total);
    } else if (type->kind == WC_SEMA_OPTION && value->count > 0) {
        add_amounts(self, type->item, &value->parts[0], total);
    } else if (wc_sema_is_collection(type) || type->kind == WC_SEMA_SERIES) {
        const wc_sema_type *part = type->kind == WC_SEMA_MAP ? type->value : type->item;
        for (uint32_t i = 0; i < value->count; i++) {
            add_amounts(self, part, &value->parts[i], total);
        }
    }
}

static wc_exact stored(wc_interp *in, trial *self, uint16_t number)
{
    const wc_interp_instance *instance = &in->world->instances[number];
    const wc_sema_contract *contract = instance->contract;
    wc_exact total = wc_exact_of(0);
    for (uint16_t i = 0; i < contract->field_count; i++) {
        add_amounts(self, contract->fields[i].type, &instance->fields[i], &total);
    }
    const wc_sema_state *state = &contract->states[wc_exact_i64(&instance->state.number)];
    add_members(self, state->members, state->member_count, &instance->state, &total);
    return total;
}

/* --- one trial -------------------------------------------------------------------------------- */

static void sign_by_everybody(wc_interp *in, const wc_sema_trial *what)
{
    const wc_sema_contract *contract = what->contract;
    uint16_t principal = 0;
    in->signer_count = 0;
    for (uint16_t i = 0; i < contract->party_count; i++) {
        wc_interp_party party = wc_interp_test_party(i);
        if (contract->parties[i].role.len > 0) {
            wc_interp_grant(in, &party, contract->parties[i].role);
        }
        if (i + 1u < WC_INTERP_SIGNERS_MAX) in->signers[in->signer_count++] = party;
    }
    for (uint8_t i = 0; i < what->action->who_count; i++) {
        wc_interp_party first = wc_interp_test_party(0);
        if (what->action->who[i].is_role) {
            wc_interp_grant(in, &first, what->action->who[i].role);
        } else {
            principal = what->action->who[i].party;
        }
    }
    in->signers[in->signer_count++] = wc_interp_test_party(principal);
}

/* Puts the instance into a state in which the action runs, and money into every escrow. */
static void prepare(wc_interp *in, trial *self, uint16_t number)
{
    wc_interp_instance *instance = &in->world->instances[number];
    const wc_sema_contract *contract = instance->contract;
    uint64_t when = self->what->action->when;
    uint16_t state = 0;
    while (when != 0 && (when >> state & 1) == 0) state++;
    if (when != 0) {
        const wc_sema_state *chosen = &contract->states[state];
        instance->state = any_members(in, self, chosen->members, chosen->member_count);
        instance->state.number = wc_exact_of(state);
    }
    instance->has_due = false;
    for (uint16_t p = 0; p < contract->party_count; p++) {
        wc_interp_party party = wc_interp_test_party(p);
        for (uint16_t c = 0; c < in->program->currency_count; c++) {
            wc_interp_account_of(in, number, c, &party)->amount += MONEY;
            wc_interp_account_of(in, WC_NO_INSTANCE, c, &party)->amount += MONEY;
        }
    }
}

static void run_trial(wc_interp *in, void *context)
{
    trial *self = context;
    const wc_sema_contract *contract = self->what->contract;
    const wc_sema_routine *action = self->what->action;
    wc_ival *parties = WC_INTERP_ARRAY(in, wc_ival, contract->party_count);
    wc_ival *terms = WC_INTERP_ARRAY(in, wc_ival, contract->term_count);
    for (uint16_t i = 0; i < contract->party_count; i++) {
        wc_interp_party party = wc_interp_test_party(i);
        parties[i] = wc_interp_party_value(in, &party);
    }
    for (uint16_t i = 0; i < contract->term_count; i++) {
        terms[i] = any_value(in, self, contract->terms[i].type);
    }
    sign_by_everybody(in, self->what);
    uint16_t number = wc_interp_run_deploy(in, contract, parties, terms);
    prepare(in, self, number);
    wc_ival *args = WC_INTERP_ARRAY(in, wc_ival, action->param_count);
    for (uint16_t i = 0; i < action->param_count; i++) {
        args[i] = any_value(in, self, action->locals[i]->type);
    }
    self->before = stored(in, self, number);
    sign_by_everybody(in, self->what);
    wc_interp_run_action(in, number, action, args);
    self->args = args;
    self->after = stored(in, self, number);
}

/* --- telling ---------------------------------------------------------------------------------- */

/* An amount of 10^-18 base units in the unit, without zeros at the end. */
static void put_amount(wc_buf *text, wc_exact amount, const wc_sema_unit *unit)
{
    bool has_remainder;
    wc_exact ten = wc_exact_of(10);
    unsigned decimals = SCALE;
    amount =
        wc_exact_divide(amount, wc_exact_of(unit->numerator), WC_ROUND_HALF_EVEN, &has_remainder);
    while (decimals > 0) {
        wc_exact shorter = wc_exact_divide(amount, ten, WC_ROUND_DOWN, &has_remainder);
        if (has_remainder) break;
        amount = shorter;
        decimals--;
    }
    char digits[128];
    size_t count = 0;
    bool is_negative = amount.is_negative;
    amount.is_negative = false;
    for (unsigned place = 0; place <= decimals || !wc_exact_is_zero(&amount); place++) {
        wc_exact cut = wc_exact_divide(amount, ten, WC_ROUND_DOWN, &has_remainder);
        wc_exact digit = wc_exact_subtract(amount, wc_exact_multiply(cut, ten));
        if (place == decimals && decimals > 0) digits[count++] = '.';
        digits[count++] = (char)('0' + digit.limbs[0]); /* at most 97 + 1: 320 bits */
        amount = cut;
    }
    if (is_negative) wc_buf_put_text(text, "-");
    while (count > 0) wc_buf_put(text, &digits[--count], 1);
    wc_buf_put_text(text, " ");
    wc_buf_put(text, unit->text.data, unit->text.len);
}

static void put_argument(wc_buf *text, const wc_sema_local *param, const wc_ival *value)
{
    const wc_sema_type *type = param->type;
    wc_buf_put(text, param->name.data, param->name.len);
    wc_buf_put_text(text, " = ");
    if (type->kind == WC_SEMA_BOOL) {
        wc_buf_put_text(text, wc_exact_is_zero(&value->number) ? "false" : "true");
        return;
    }
    int64_t size = wc_exact_i64(&value->number), one = 1;
    for (unsigned i = 0; type->kind == WC_SEMA_DEC && i < type->scale; i++) one *= 10;
    if (size < 0 && size > -one) wc_buf_put_text(text, "-");
    wc_buf_put_decimal(text, size / one);
    if (one > 1) wc_buf_put_text(text, ".");
    for (int64_t place = one / 10; place > 0; place /= 10) {
        int64_t digit = size / place % 10;
        wc_buf_put_decimal(text, digit < 0 ? -digit : digit);
    }
    if (type->kind != WC_SEMA_DEC || type->unit->text.len == 0) return;
    wc_buf_put_text(text, " ");
    wc_buf_put(text, type->unit->text.data, type->unit->text.len);
}

static void tell(const trial *self, wc_buf *text)
{
    const wc_sema_routine *action = self->what->action;
    bool is_first = true;
    for (uint16_t i = 0; i < action->param_count; i++) {
        const wc_sema_type *type = action->locals[i]->type;
        if (!wc_sema_is_number(type) && type->kind != WC_SEMA_BOOL) continue;
        wc_buf_put_text(text, is_first ? "with " : ", ");
        is_first = false;
        put_argument(text, action->locals[i], &self->args[i]);
    }
    wc_buf_put_text(text, is_first ? "the storage goes from " : " the storage goes from ");
    put_amount(text, self->before, self->what->unit);
    wc_buf_put_text(text, " to ");
    put_amount(text, self->after, self->what->unit);
}

bool wc_interp_gains(void *self, const wc_sema_trial *what, wc_buf *text)
{
    wc_arena *arena = self;
    size_t mark = wc_arena_mark(arena);
    bool is_found = false;
    const wc_sema_program program = {.currency_count = what->currency_count,
                                     .currencies = what->currencies};
    for (uint32_t i = 0; i < TRIALS && !is_found; i++) {
        wc_interp_options options = {
            .arena = arena, .program = &program, .steps = STEPS, .any_payee = true};
        wc_interp *in = wc_interp_open(&options);
        trial one = {.what = what, .state = i};
        bool has_run = in != NULL && wc_interp_transaction(in, run_trial, &one);
        is_found = has_run && wc_exact_compare(&one.before, &one.after) != 0;
        if (is_found) tell(&one, text);
        wc_arena_rewind(arena, mark);
    }
    return is_found;
}
