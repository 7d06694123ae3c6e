/* Symbolic values: see symbolic.h. */
#include "compiler/sema/symbolic.h"

static uint8_t scale_of(const wc_sema_type *type)
{
    return type->kind == WC_SEMA_DEC ? type->scale : 0;
}

const wc_linear *wc_symbolic_atom(wc_symbolic *self, wc_atom key, const wc_sema_type *type,
                                  wc_span span)
{
    key.span = span;
    key.scale = scale_of(type);
    key.range = wc_range_of_type(type);
    return wc_linear_atom(&self->space, &key);
}

/* The value of an expression, in flight. */
static const wc_linear *atom_of(wc_symbolic *self, wc_atom key, const wc_sema_expr *expr)
{
    key.span = expr->span;
    key.scale = scale_of(expr->type);
    key.range = wc_sema_is_scalar(expr->type) ? expr->range : wc_range_full();
    return wc_linear_atom(&self->space, &key);
}

void wc_symbolic_give_up(wc_symbolic *self, wc_span span, const char *why)
{
    if (self->is_undecided) return;
    self->is_undecided = true;
    self->undecided = span;
    self->why = why;
}

const wc_linear *wc_symbolic_unknown(wc_symbolic *self, const wc_sema_type *type, wc_span span)
{
    uint64_t serial = ++self->serial;
    return wc_symbolic_atom(self, (wc_atom){.key = {WC_KEY_UNKNOWN, serial}, .born = serial}, type,
                            span);
}

const wc_linear *wc_symbolic_state_data(wc_symbolic *self, uint16_t state, uint16_t member,
                                        const wc_sema_type *type, wc_span span)
{
    return wc_symbolic_atom(self, (wc_atom){.key = {WC_KEY_STATE_DATA, state, member}}, type, span);
}

/* --- collections ------------------------------------------------------------------------------ */

static void bind(wc_symbolic *self, const wc_sema_local *local, const wc_linear *value)
{
    self->env.locals[local->index] = value;
    if (self->env.held != NULL) self->env.held[local->index] = NULL;
}

static const wc_linear *fold(wc_symbolic *self, const wc_sema_expr *expr)
{
    const wc_linear *collection = wc_symbolic_value(self, expr->a);
    if (expr->key != NULL) {
        bind(self, expr->key,
             wc_symbolic_binder(self, expr->a, true, expr->key->type, expr->key->span));
    }
    if (expr->local != NULL) {
        bind(self, expr->local,
             wc_symbolic_binder(self, expr->a, false, expr->local->type, expr->c->span));
    }
    if (expr->b != NULL) (void)wc_symbolic_value(self, expr->b);
    if (expr->zip != NULL) {
        bind(self, expr->zip, wc_symbolic_unknown(self, expr->zip->type, expr->zip->span));
    }
    self->depth++;
    const wc_linear *body = wc_symbolic_value(self, expr->c);
    self->depth--;
    if (expr->b != NULL) return wc_symbolic_unknown(self, expr->type, expr->span);
    if (expr->op == WC_OPER_SUM) return wc_symbolic_sum(self, expr->a, body, expr->c->span);
    uint64_t born = wc_linear_born(&self->space, body);
    uint64_t outer = wc_linear_born(&self->space, collection);
    wc_atom key = {
        .key = {expr->op, wc_linear_id(&self->space, collection), wc_linear_id(&self->space, body)},
        .born = born > outer ? born : outer};
    return atom_of(self, key, expr);
}

/* --- operations ------------------------------------------------------------------------------- */

static uint64_t newer(const wc_symbolic *self, uint64_t born, const wc_linear *form)
{
    uint64_t own = wc_linear_born(&self->space, form);
    return own > born ? own : born;
}

/* An operation that is not taken apart: equal operands, equal value. */
static const wc_linear *opaque(wc_symbolic *self, const wc_sema_expr *expr)
{
    wc_atom key = {.key = {expr->op, expr->index, expr->type->index, 0, 0, 0, 0, expr->unit}};
    const wc_sema_expr *const operands[] = {expr->a, expr->b, expr->c};
    for (unsigned i = 0; i < WC_ARRAY_LEN(operands); i++) {
        if (operands[i] == NULL) continue;
        const wc_linear *value = wc_symbolic_value(self, operands[i]);
        key.key[3 + i] = wc_linear_id(&self->space, value);
        key.born = newer(self, key.born, value);
    }
    uint64_t chain = 0;
    for (uint16_t i = 0; i < expr->arg_count; i++) {
        const wc_linear *value = wc_symbolic_value(self, expr->args[i]);
        key.born = newer(self, key.born, value);
        wc_atom link = {.key = {WC_KEY_PAIR, chain, wc_linear_id(&self->space, value)},
                        .range = wc_range_widest()};
        chain = wc_linear_id(&self->space, wc_linear_atom(&self->space, &link));
    }
    key.key[6] = chain;
    return atom_of(self, key, expr);
}

/* Member `index` of a record or tuple that was made of its parts; NULL of any other value. */
static const wc_linear *part_of(wc_symbolic *self, const wc_linear *whole, uint16_t index)
{
    const wc_atom *made = wc_linear_only_atom(&self->space, whole);
    bool is_made = made->key[0] == WC_OPER_RECORD || made->key[0] == WC_OPER_TUPLE;
    if (!is_made) return NULL;
    uint32_t count = 0;
    const wc_atom *links[UINT8_MAX + 1];
    for (uint64_t chain = made->key[6]; chain != 0; chain = links[count++]->key[1]) {
        wc_assert(count <= UINT8_MAX); /* WC_SEMA_MEMBERS_MAX */
        links[count] = wc_linear_only_atom(&self->space, wc_linear_of_id(&self->space, chain));
        wc_assert(links[count]->key[0] == WC_KEY_PAIR);
    }
    wc_assert(index < count);
    return wc_linear_of_id(&self->space, links[count - 1 - index]->key[2]);
}

/* What a map has at a key, zero where it has nothing: read by m[k], or replaced by m[k] = v. */
static const wc_linear *entry(wc_symbolic *self, const wc_atom *got_or)
{
    wc_atom key = *got_or;
    key.key[0] = WC_OPER_MAP_GET;
    key.key[5] = 0;
    return wc_linear_atom(&self->space, &key);
}

static const wc_linear *member(wc_symbolic *self, const wc_sema_expr *expr)
{
    if (!self->is_proof) return opaque(self, expr);
    const wc_linear *whole = wc_symbolic_value(self, expr->a);
    const wc_linear *part = part_of(self, whole, expr->index);
    if (part != NULL) return part;
    const wc_atom *read = wc_linear_only_atom(&self->space, whole);
    if (read->key[0] != WC_OPER_MAP_GET_OR) return opaque(self, expr);
    part = part_of(self, wc_linear_of_id(&self->space, read->key[5]), expr->index);
    if (part == NULL || part->count > 0) return opaque(self, expr);
    uint64_t id = wc_linear_id(&self->space, entry(self, read));
    wc_atom key = {.key = {WC_OPER_MEMBER, expr->index, expr->type->index, id}, .born = read->born};
    return atom_of(self, key, expr);
}

static const wc_linear *got_or(wc_symbolic *self, const wc_sema_expr *expr)
{
    const wc_linear *value = opaque(self, expr);
    bool is_zero = self->is_proof && wc_sema_is_number(expr->type) &&
                   wc_symbolic_value(self, expr->c)->count == 0;
    return is_zero ? entry(self, wc_linear_only_atom(&self->space, value)) : value;
}

static const wc_linear *rounded(wc_symbolic *self, const wc_sema_expr *expr)
{
    wc_atom fraction = {
        .key = {WC_KEY_PAIR, (uint64_t)expr->n, (uint64_t)expr->d, (uint64_t)expr->round},
        .range = wc_range_widest()};
    uint64_t id = wc_linear_id(&self->space, wc_linear_atom(&self->space, &fraction));
    wc_atom key = {.key = {expr->op, id}};
    const wc_sema_expr *const operands[] = {expr->a, expr->b, expr->c};
    for (unsigned i = 0; i < WC_ARRAY_LEN(operands); i++) {
        if (operands[i] == NULL) continue;
        const wc_linear *value = wc_symbolic_value(self, operands[i]);
        key.key[2 + i] = wc_linear_id(&self->space, value);
        key.born = newer(self, key.born, value);
    }
    return atom_of(self, key, expr);
}

static const wc_linear *product(wc_symbolic *self, const wc_sema_expr *expr)
{
    const wc_linear *a = wc_symbolic_value(self, expr->a);
    const wc_linear *b = wc_symbolic_value(self, expr->b);
    wc_i128 factor;
    if (wc_linear_is_constant(a, &factor)) return wc_linear_scale(&self->space, b, factor);
    if (wc_linear_is_constant(b, &factor)) return wc_linear_scale(&self->space, a, factor);
    uint64_t x = wc_linear_id(&self->space, a);
    uint64_t y = wc_linear_id(&self->space, b);
    wc_atom key = {.key = {WC_OPER_MUL, x < y ? x : y, x < y ? y : x},
                   .born = newer(self, newer(self, 0, a), b)};
    return atom_of(self, key, expr);
}

static const wc_linear *leaf(wc_symbolic *self, const wc_sema_expr *expr, uint64_t index,
                             uint64_t version)
{
    wc_atom key = {.key = {expr->op, index, version}, .born = version};
    return atom_of(self, key, expr);
}

/* A call, a figure of money: nothing is known of it but this one time. */
static const wc_linear *unknown_after(wc_symbolic *self, const wc_sema_expr *expr)
{
    if (expr->a != NULL) (void)wc_symbolic_value(self, expr->a);
    if (expr->b != NULL) (void)wc_symbolic_value(self, expr->b);
    for (uint16_t i = 0; i < expr->arg_count; i++) (void)wc_symbolic_value(self, expr->args[i]);
    uint64_t serial = ++self->serial;
    return atom_of(self, (wc_atom){.key = {WC_KEY_UNKNOWN, serial}, .born = serial}, expr);
}

static const wc_linear *changed_set(wc_symbolic *self, const wc_sema_expr *expr)
{
    const wc_linear *result = unknown_after(self, expr);
    const wc_sema_type *type = expr->a->type;
    bool holds = wc_symbolic_holds(self, type->item) ||
                 (type->kind == WC_SEMA_MAP && wc_symbolic_holds(self, type->value));
    if (holds) wc_symbolic_give_up(self, expr->span, "what it removes is not known");
    wc_symbolic_touch(self, expr->a);
    return result;
}

static const wc_linear *number(wc_symbolic *self, const wc_sema_expr *expr)
{
    return wc_linear_number(&self->space, expr->number);
}

static const wc_linear *local(wc_symbolic *self, const wc_sema_expr *expr)
{
    uint16_t index = expr->local->index;
    if (self->env.locals[index] != NULL) return self->env.locals[index];
    return leaf(self, expr, index, self->env.local_versions[index]);
}

static const wc_linear *field(wc_symbolic *self, const wc_sema_expr *expr)
{
    if (self->env.fields[expr->index] != NULL) return self->env.fields[expr->index];
    return leaf(self, expr, expr->index, self->env.field_versions[expr->index]);
}

static const wc_linear *party(wc_symbolic *self, const wc_sema_expr *expr)
{
    return leaf(self, expr, expr->index, self->env.party_version);
}

static const wc_linear *current(wc_symbolic *self, const wc_sema_expr *expr)
{
    (void)expr;
    return self->current;
}

static const wc_linear *state_data(wc_symbolic *self, const wc_sema_expr *expr)
{
    return wc_symbolic_state_data(self, expr->variant, expr->index, expr->type, expr->span);
}

static const wc_linear *fitted(wc_symbolic *self, const wc_sema_expr *expr)
{
    return wc_symbolic_value(self, expr->a);
}

static const wc_linear *negated(wc_symbolic *self, const wc_sema_expr *expr)
{
    return wc_linear_scale(&self->space, wc_symbolic_value(self, expr->a), wc_i128_of(-1));
}

static const wc_linear *sum(wc_symbolic *self, const wc_sema_expr *expr)
{
    const wc_linear *a = wc_symbolic_value(self, expr->a);
    const wc_linear *b = wc_symbolic_value(self, expr->b);
    return wc_linear_add(&self->space, a, b, wc_i128_of(expr->op == WC_OPER_ADD ? 1 : -1));
}

typedef const wc_linear *(*value_fn)(wc_symbolic *self, const wc_sema_expr *expr);

/* Complete: an operation without a rule stops the compiler, not the proof. */
static const value_fn rules[WC_OPER_COUNT] = {[WC_OPER_NUMBER] = number,
                                              [WC_OPER_LOCAL] = local,
                                              [WC_OPER_FIELD] = field,
                                              [WC_OPER_CURRENT] = current,
                                              [WC_OPER_STATE_DATA] = state_data,
                                              [WC_OPER_FIT] = fitted,
                                              [WC_OPER_NEG] = negated,
                                              [WC_OPER_ADD] = sum,
                                              [WC_OPER_SUB] = sum,
                                              [WC_OPER_MUL] = product,
                                              [WC_OPER_ROUND] = rounded,
                                              [WC_OPER_SUM] = fold,
                                              [WC_OPER_FORALL] = fold,
                                              [WC_OPER_SET_ADD] = changed_set,
                                              [WC_OPER_REMOVE] = changed_set,
                                              [WC_OPER_TEXT] = unknown_after,
                                              [WC_OPER_ESCROW] = unknown_after,
                                              [WC_OPER_BALANCE] = unknown_after,
                                              [WC_OPER_POSTED] = unknown_after,
                                              [WC_OPER_CALL] = unknown_after,
                                              [WC_OPER_VIEW] = unknown_after,
                                              [WC_OPER_TEST_PARTY] = unknown_after,
                                              [WC_OPER_DEPLOY] = unknown_after,
                                              [WC_OPER_TEST_CALL] = unknown_after,
                                              [WC_OPER_TEST_MONEY] = unknown_after,
                                              [WC_OPER_TEST_STATE] = unknown_after,
                                              [WC_OPER_ENCODED] = unknown_after,
                                              [WC_OPER_FLAT] = unknown_after,
                                              [WC_OPER_TERM] = opaque,
                                              [WC_OPER_PARTY] = party,
                                              [WC_OPER_SELF] = opaque,
                                              [WC_OPER_CALLER] = opaque,
                                              [WC_OPER_NOW] = opaque,
                                              [WC_OPER_ENTERED] = opaque,
                                              [WC_OPER_DEPLOYED] = opaque,
                                              [WC_OPER_STATE] = opaque,
                                              [WC_OPER_MEMBER] = member,
                                              [WC_OPER_START] = opaque,
                                              [WC_OPER_END] = opaque,
                                              [WC_OPER_LENGTH] = opaque,
                                              [WC_OPER_SPAN] = opaque,
                                              [WC_OPER_INDEX] = opaque,
                                              [WC_OPER_AT] = opaque,
                                              [WC_OPER_MAP_GET] = opaque,
                                              [WC_OPER_MAP_FIND] = opaque,
                                              [WC_OPER_MAP_GET_OR] = got_or,
                                              [WC_OPER_HAS] = opaque,
                                              [WC_OPER_LEN] = opaque,
                                              [WC_OPER_QUALITY] = opaque,
                                              [WC_OPER_QCOUNT] = opaque,
                                              [WC_OPER_MIN] = opaque,
                                              [WC_OPER_MAX] = opaque,
                                              [WC_OPER_ABS] = opaque,
                                              [WC_OPER_IDIV] = opaque,
                                              [WC_OPER_MOD] = opaque,
                                              [WC_OPER_NOT] = opaque,
                                              [WC_OPER_AND] = opaque,
                                              [WC_OPER_OR] = opaque,
                                              [WC_OPER_CHOOSE] = opaque,
                                              [WC_OPER_EQ] = opaque,
                                              [WC_OPER_NE] = opaque,
                                              [WC_OPER_LT] = opaque,
                                              [WC_OPER_LE] = opaque,
                                              [WC_OPER_GT] = opaque,
                                              [WC_OPER_GE] = opaque,
                                              [WC_OPER_IS] = opaque,
                                              [WC_OPER_CONTAINS] = opaque,
                                              [WC_OPER_RECORD] = opaque,
                                              [WC_OPER_TUPLE] = opaque,
                                              [WC_OPER_VARIANT] = opaque,
                                              [WC_OPER_LIST] = opaque,
                                              [WC_OPER_EMPTY] = opaque,
                                              [WC_OPER_WINDOW] = opaque,
                                              [WC_OPER_CAL_LOCAL] = opaque,
                                              [WC_OPER_CAL_TIME] = opaque,
                                              [WC_OPER_CAL_DATE] = opaque,
                                              [WC_OPER_CAL_SPAN] = opaque,
                                              [WC_OPER_DATE_FIRST] = opaque,
                                              [WC_OPER_DATE_PART] = opaque,
                                              [WC_OPER_SLICE] = opaque,
                                              [WC_OPER_FILL] = opaque,
                                              [WC_OPER_RESAMPLE] = opaque,
                                              [WC_OPER_BLANK] = opaque,
                                              [WC_OPER_SERIES] = opaque,
                                              [WC_OPER_INTERVAL] = opaque};

const wc_linear *wc_symbolic_value(wc_symbolic *self, const wc_sema_expr *expr)
{
    if (self->keeps_forms && expr->form != NULL) return expr->form;
    wc_assert(rules[expr->op] != NULL);
    return rules[expr->op](self, expr);
}

/* --- values that facts are about -------------------------------------------------------------- */

static const wc_linear *about(wc_symbolic *self, wc_atom key, const wc_linear *collection,
                              const wc_linear *index, wc_sema_range range)
{
    key.range = range;
    key.key[3] = wc_linear_id(&self->space, collection);
    key.born = newer(self, 0, collection);
    if (index != NULL) {
        key.key[4] = wc_linear_id(&self->space, index);
        key.born = newer(self, key.born, index);
    }
    return wc_linear_atom(&self->space, &key);
}

const wc_linear *wc_symbolic_length(wc_symbolic *self, const wc_linear *collection,
                                    const wc_sema_type *type)
{
    wc_atom key = {.key = {WC_OPER_LEN, 0, self->sema->integer->index}};
    return about(self, key, collection, NULL, wc_range_of(0, type->capacity));
}

const wc_linear *wc_symbolic_gaps(wc_symbolic *self, const wc_linear *series)
{
    wc_atom key = {.key = {WC_OPER_QCOUNT, WC_QUALITY_MISSING, self->sema->integer->index}};
    return about(self, key, series, NULL, wc_range_of(0, UINT32_MAX));
}

const wc_linear *wc_symbolic_has(wc_symbolic *self, const wc_linear *map, const wc_linear *key_form)
{
    wc_atom key = {.key = {WC_OPER_HAS, 0, self->sema->boolean->index}};
    return about(self, key, map, key_form, wc_range_of(0, 1));
}

const wc_linear *wc_symbolic_get_or_zero(wc_symbolic *self, const wc_linear *map,
                                         const wc_linear *key_form, const wc_sema_type *value)
{
    wc_atom key = {.key = {WC_OPER_MAP_GET_OR, 0, value->index}, .scale = scale_of(value)};
    key.key[5] = wc_linear_id(&self->space, wc_linear_zero());
    return about(self, key, map, key_form,
                 wc_range_union(wc_range_of(0, 0), wc_range_of_type(value)));
}

const wc_linear *wc_symbolic_edge(wc_symbolic *self, const wc_linear *interval, wc_sema_op edge)
{
    wc_atom key = {.key = {edge, 0, self->sema->time->index}};
    return about(self, key, interval, NULL, wc_range_full());
}

bool wc_symbolic_is_has(const wc_atom *atom, uint64_t map_id, uint64_t *key_id)
{
    *key_id = atom->key[4];
    return atom->key[0] == WC_OPER_HAS && atom->key[3] == map_id;
}

const wc_linear *wc_symbolic_has_again(wc_symbolic *self, const wc_linear *map, uint64_t key_id)
{
    wc_atom key = {.key = {WC_OPER_HAS, 0, self->sema->boolean->index}};
    key.key[3] = wc_linear_id(&self->space, map);
    key.key[4] = key_id;
    key.born = newer(self, 0, map);
    key.range = wc_range_of(0, 1);
    return wc_linear_atom(&self->space, &key);
}

/* --- amounts ---------------------------------------------------------------------------------- */

bool wc_symbolic_holds(const wc_symbolic *self, const wc_sema_type *type)
{
    if (type->kind == WC_SEMA_DEC) return wc_sema_same_dimension(type->unit, self->unit);
    if (type->item != NULL && wc_symbolic_holds(self, type->item)) return true;
    if (type->value != NULL && wc_symbolic_holds(self, type->value)) return true;
    for (uint16_t i = 0; i < type->member_count; i++) {
        if (wc_symbolic_holds(self, type->members[i].type)) return true;
    }
    for (uint16_t i = 0; i < type->variant_count; i++) {
        const wc_sema_variant *variant = &type->variants[i];
        for (uint16_t j = 0; j < variant->member_count; j++) {
            if (wc_symbolic_holds(self, variant->members[j].type)) return true;
        }
    }
    return false;
}

static const wc_linear *quantity(wc_symbolic *self, const wc_linear *value,
                                 const wc_sema_type *type, wc_span span)
{
    if (type->unit != self->unit) {
        wc_symbolic_give_up(self, span, "it is kept in another unit of the same dimension");
        return wc_linear_zero();
    }
    wc_i128 factor = wc_i128_of(wc_power_of_ten(WC_COMMON_SCALE - type->scale));
    return wc_linear_scale(&self->space, value, factor);
}

const wc_linear *wc_symbolic_amount_of(wc_symbolic *self, const wc_linear *value,
                                       const wc_sema_type *type, wc_span span)
{
    if (!wc_symbolic_holds(self, type)) return wc_linear_zero();
    if (type->kind == WC_SEMA_DEC) return quantity(self, value, type, span);
    if (type->kind != WC_SEMA_RECORD && type->kind != WC_SEMA_TUPLE) {
        wc_symbolic_give_up(self, span, "the whole of a collection or an option is replaced");
        return wc_linear_zero();
    }
    const wc_linear *total = wc_linear_zero();
    uint64_t id = wc_linear_id(&self->space, value);
    uint64_t born = wc_linear_born(&self->space, value);
    for (uint16_t i = 0; i < type->member_count; i++) {
        const wc_sema_type *member = type->members[i].type;
        /* The key that MEMBER of this value has. */
        wc_atom key = {.key = {WC_OPER_MEMBER, i, member->index, id, 0, 0, 0, 0}, .born = born};
        const wc_linear *part = part_of(self, value, i);
        if (part == NULL) part = wc_symbolic_atom(self, key, member, span);
        total = wc_linear_add(&self->space, total, wc_symbolic_amount_of(self, part, member, span),
                              wc_i128_of(1));
    }
    return total;
}

const wc_linear *wc_symbolic_amount(wc_symbolic *self, const wc_sema_expr *expr)
{
    bool is_built = expr->op == WC_OPER_RECORD || expr->op == WC_OPER_TUPLE;
    if (!is_built) {
        return wc_symbolic_amount_of(self, wc_symbolic_value(self, expr), expr->type, expr->span);
    }
    const wc_linear *total = wc_linear_zero();
    for (uint16_t i = 0; i < expr->arg_count; i++) {
        total = wc_linear_add(&self->space, total, wc_symbolic_amount(self, expr->args[i]),
                              wc_i128_of(1));
    }
    return total;
}

void wc_symbolic_touch(wc_symbolic *self, const wc_sema_expr *place)
{
    while (place->op == WC_OPER_MEMBER || place->op == WC_OPER_INDEX ||
           place->op == WC_OPER_MAP_GET) {
        place = place->a;
    }
    uint64_t serial = ++self->serial;
    if (place->op == WC_OPER_LOCAL) {
        self->env.locals[place->local->index] = NULL;
        self->env.local_versions[place->local->index] = serial;
        if (self->env.held != NULL) self->env.held[place->local->index] = NULL;
    } else if (place->op == WC_OPER_FIELD) {
        self->env.fields[place->index] = NULL;
        self->env.field_versions[place->index] = serial;
    } else if (place->op == WC_OPER_PARTY) {
        self->env.party_version = serial;
    }
}

void wc_symbolic_merge_parties(wc_symbolic *self, const wc_symbolic_env *other)
{
    if (self->env.party_version != other->party_version) self->env.party_version = ++self->serial;
}

/* --- loops ------------------------------------------------------------------------------------ */

static void touch_expr(wc_symbolic *self, const wc_sema_expr *expr)
{
    if (expr == NULL) return;
    if (expr->op == WC_OPER_SET_ADD || expr->op == WC_OPER_REMOVE) {
        wc_symbolic_touch(self, expr->a);
    }
    touch_expr(self, expr->a);
    touch_expr(self, expr->b);
    touch_expr(self, expr->c);
    for (uint16_t i = 0; i < expr->arg_count; i++) touch_expr(self, expr->args[i]);
}

bool wc_symbolic_writes(wc_sema_stmt_kind kind)
{
    return kind == WC_DO_ASSIGN || kind == WC_DO_MAP_ADD || kind == WC_DO_PUSH ||
           kind == WC_DO_INSERT || kind == WC_DO_DELETE || kind == WC_DO_CLEAR ||
           kind == WC_DO_SERIES_SET;
}

void wc_symbolic_touch_block(wc_symbolic *self, const wc_sema_block *block)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        if (wc_symbolic_writes(stmt->kind)) wc_symbolic_touch(self, stmt->a);
        touch_expr(self, stmt->a);
        touch_expr(self, stmt->b);
        touch_expr(self, stmt->c);
        for (uint16_t i = 0; i < stmt->arg_count; i++) touch_expr(self, stmt->args[i]);
        if (stmt->body != NULL) wc_symbolic_touch_block(self, stmt->body);
        if (stmt->other != NULL) wc_symbolic_touch_block(self, stmt->other);
        for (uint16_t i = 0; i < stmt->arm_count; i++) {
            wc_symbolic_touch_block(self, stmt->arms[i].body);
        }
    }
}

const wc_linear *wc_symbolic_local(wc_symbolic *self, const wc_sema_local *local)
{
    if (self->env.locals[local->index] != NULL) return self->env.locals[local->index];
    uint64_t version = self->env.local_versions[local->index];
    wc_atom key = {.key = {WC_OPER_LOCAL, local->index, version},
                   .born = version,
                   .span = local->span,
                   .scale = scale_of(local->type),
                   .range = wc_sema_is_number(local->type) ? local->range
                                                           : wc_range_of_type(local->type)};
    return wc_linear_atom(&self->space, &key);
}

const wc_linear *wc_symbolic_field(wc_symbolic *self, uint16_t index)
{
    if (self->env.fields[index] != NULL) return self->env.fields[index];
    const wc_sema_field *own = &self->contract->fields[index];
    uint64_t version = self->env.field_versions[index];
    wc_atom key = {.key = {WC_OPER_FIELD, index, version}, .born = version};
    return wc_symbolic_atom(self, key, own->type, own->span);
}
