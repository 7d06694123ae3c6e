/* Collections: in memory (locals, arguments, terms) and stored, one key per element. */
#include "compiler/emit/gen.h"

bool wc_gen_is_stored(const wc_sema_expr *expr)
{
    return expr->op == WC_OPER_FIELD && wc_sema_is_collection(expr->type);
}

/* Numbers of the machine: what its encodings keep in 8 bytes. */
static bool is_in_number(const wc_sema_type *type)
{
    return type->kind > WC_SEMA_BOOL && type->kind <= WC_SEMA_DATE;
}

bool wc_gen_is_number_map(const wc_sema_expr *expr)
{
    const wc_sema_type *type = expr->type;
    return wc_gen_is_stored(expr) && type->kind == WC_SEMA_MAP && is_in_number(type->item) &&
           is_in_number(type->value);
}

static uint16_t key_of(wc_gen *gen, const wc_sema_type *collection, const wc_sema_expr *key)
{
    return wc_gen_boxed(gen, key, collection->item);
}

/* ---- reading one element -----------------------------------------------------------------------
 */

static uint16_t index_ref(wc_gen *gen, const wc_sema_expr *expr)
{
    const wc_sema_type *type = expr->a->type;
    uint16_t row = wc_gen_type(gen, type->item);
    if (wc_gen_is_stored(expr->a) && type->kind == WC_SEMA_LIST) {
        uint16_t index = wc_gen_narrow(gen, expr->b);
        uint16_t box = wc_gen_box(gen, row);
        GEN(gen, lget, box, expr->a->index, index);
        return box;
    }
    uint16_t list = wc_gen_ref(gen, expr->a);
    uint16_t index = wc_gen_narrow(gen, expr->b);
    uint16_t reg = wc_gen_reg(gen, WC_REG_REF, row);
    GEN(gen, xref, reg, list, index);
    return reg;
}

static uint16_t index_scalar(wc_gen *gen, const wc_sema_expr *expr)
{
    if (wc_gen_is_stored(expr->a) && expr->a->type->kind == WC_SEMA_LIST) {
        return wc_gen_load(gen, index_ref(gen, expr), 0);
    }
    uint16_t list = wc_gen_ref(gen, expr->a);
    uint16_t index = wc_gen_narrow(gen, expr->b);
    uint16_t reg = wc_gen_i64(gen);
    if (expr->a->type->kind == WC_SEMA_SORTED) {
        uint16_t element = wc_gen_reg(gen, WC_REG_REF, wc_gen_type(gen, expr->a->type->item));
        GEN(gen, xref, element, list, index);
        GEN(gen, ldf, reg, element, 0);
    } else {
        GEN(gen, ldx, reg, list, index);
    }
    return reg;
}

/* series.at(t): interval number (t - start) / step, exact multiples and others alike. */
static uint16_t at_scalar(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t series = wc_gen_ref(gen, expr->a);
    uint16_t time = wc_gen_narrow(gen, expr->b);
    uint16_t index = wc_gen_i64(gen), reg = wc_gen_i64(gen);
    GEN(gen, sub, index, time, wc_gen_load(gen, series, 0));
    GEN(gen, idiv, index, index, wc_gen_const(gen, expr->a->type->step));
    GEN(gen, ldx, reg, series, index);
    return reg;
}

static uint16_t map_value_ref(wc_gen *gen, const wc_sema_expr *expr)
{
    const wc_sema_type *type = expr->a->type;
    uint16_t row = wc_gen_type(gen, type->value);
    if (wc_gen_is_stored(expr->a)) {
        uint16_t key = key_of(gen, type, expr->b);
        uint16_t box = wc_gen_box(gen, row);
        GEN(gen, kvneed, expr->a->index, key, box);
        return box;
    }
    uint16_t map = wc_gen_ref(gen, expr->a);
    uint16_t key = key_of(gen, type, expr->b);
    uint16_t index = wc_gen_i64(gen);
    GEN(gen, mneed, index, map, key);
    uint16_t reg = wc_gen_reg(gen, WC_REG_REF, row);
    GEN(gen, mval, reg, map, index);
    return reg;
}

/* m[k] of scalars. */
static uint16_t map_scalar(wc_gen *gen, const wc_sema_expr *expr)
{
    if (!wc_gen_is_number_map(expr->a)) return wc_gen_load(gen, map_value_ref(gen, expr), 0);
    uint16_t key = wc_gen_narrow(gen, expr->b), reg = wc_gen_i64(gen);
    GEN(gen, nneed, reg, expr->a->index, key);
    return reg;
}

/* m.get_or(k, d): the default is evaluated in any case, before the look-up. */
static uint16_t get_or_ref(wc_gen *gen, const wc_sema_expr *expr)
{
    const wc_sema_type *type = expr->a->type;
    uint16_t row = wc_gen_type(gen, type->value);
    wc_label done = wc_builder_label(gen->builder);
    uint16_t found = wc_gen_i64(gen);
    uint16_t result = wc_gen_new(gen, row);
    if (wc_gen_is_stored(expr->a)) {
        uint16_t key = key_of(gen, type, expr->b);
        uint16_t other = wc_gen_boxed(gen, expr->c, type->value);
        GEN(gen, kvget, found, expr->a->index, key, result);
        GEN(gen, br, found, done);
        GEN(gen, copy, result, other);
        wc_builder_place(gen->builder, done);
        return result;
    }
    uint16_t map = wc_gen_ref(gen, expr->a);
    uint16_t key = key_of(gen, type, expr->b);
    uint16_t other = wc_gen_boxed(gen, expr->c, type->value);
    uint16_t value = wc_gen_reg(gen, WC_REG_REF, row);
    GEN(gen, mfind, found, map, key);
    GEN(gen, movr, value, other);
    GEN(gen, brlt, found, wc_gen_const(gen, 0), done);
    GEN(gen, mval, value, map, found);
    wc_builder_place(gen->builder, done);
    return value;
}

/* option = m.get(k). option is fresh, that is none. */
void wc_gen_find_into(wc_gen *gen, uint16_t option, const wc_sema_expr *expr)
{
    const wc_sema_type *type = expr->a->type;
    uint16_t row = wc_gen_type(gen, type->value);
    const wc_type *rows = wc_gen_type_of(gen, wc_gen_type(gen, expr->type));
    uint16_t data = rows->variants[1].data;
    wc_label done = wc_builder_label(gen->builder);
    uint16_t found = wc_gen_i64(gen);
    uint16_t value;
    if (wc_gen_is_stored(expr->a)) {
        uint16_t key = key_of(gen, type, expr->b);
        value = wc_gen_new(gen, row);
        GEN(gen, kvget, found, expr->a->index, key, value);
        GEN(gen, brz, found, done);
    } else {
        uint16_t map = wc_gen_ref(gen, expr->a);
        uint16_t key = key_of(gen, type, expr->b);
        GEN(gen, mfind, found, map, key);
        GEN(gen, brlt, found, wc_gen_const(gen, 0), done);
        value = wc_gen_reg(gen, WC_REG_REF, row);
        GEN(gen, mval, value, map, found);
    }
    uint16_t part = wc_gen_reg(gen, WC_REG_REFMUT, data);
    GEN(gen, vset, part, option, 1);
    if (wc_sema_is_scalar(type->value)) {
        GEN(gen, stf, part, 0, wc_gen_load(gen, value, 0));
    } else {
        GEN(gen, copy, wc_gen_field_ref(gen, part, 0, row, true), value);
    }
    wc_builder_place(gen->builder, done);
}

static uint16_t has_key(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t reg = wc_gen_i64(gen);
    if (wc_gen_is_stored(expr->a)) {
        GEN(gen, kvhas, reg, expr->a->index, key_of(gen, expr->a->type, expr->b));
        return reg;
    }
    uint16_t map = wc_gen_ref(gen, expr->a);
    uint16_t index = wc_gen_i64(gen);
    GEN(gen, mfind, index, map, key_of(gen, expr->a->type, expr->b));
    GEN(gen, le, reg, wc_gen_const(gen, 0), index);
    return reg;
}

static uint16_t length_of(wc_gen *gen, const wc_sema_expr *collection)
{
    uint16_t reg = wc_gen_i64(gen);
    if (wc_gen_is_stored(collection)) {
        GEN(gen, clen, reg, collection->index);
    } else {
        GEN(gen, len, reg, wc_gen_ref(gen, collection));
    }
    return reg;
}

/* ---- changing ----------------------------------------------------------------------------------
 */

static uint16_t set_add(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t reg = wc_gen_i64(gen);
    if (wc_gen_is_stored(expr->a)) {
        GEN(gen, setadd, reg, expr->a->index, key_of(gen, expr->a->type, expr->b));
        return reg;
    }
    uint16_t set = wc_gen_refmut(gen, expr->a);
    uint16_t key = key_of(gen, expr->a->type, expr->b);
    uint16_t before = wc_gen_i64(gen), after = wc_gen_i64(gen), index = wc_gen_i64(gen);
    GEN(gen, len, before, set);
    GEN(gen, mput, index, set, key);
    GEN(gen, len, after, set);
    GEN(gen, ne, reg, before, after);
    return reg;
}

static uint16_t removed(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t reg = wc_gen_i64(gen);
    if (wc_gen_is_stored(expr->a)) {
        GEN(gen, kvdel, reg, expr->a->index, key_of(gen, expr->a->type, expr->b));
    } else {
        uint16_t map = wc_gen_refmut(gen, expr->a);
        GEN(gen, mdel, reg, map, key_of(gen, expr->a->type, expr->b));
    }
    return reg;
}

/* ---- whole collections -------------------------------------------------------------------------
 */

uint16_t wc_gen_collection_ref(wc_gen *gen, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_INDEX) return index_ref(gen, expr);
    if (expr->op == WC_OPER_MAP_GET) return map_value_ref(gen, expr);
    if (expr->op == WC_OPER_MAP_GET_OR) return get_or_ref(gen, expr);
    wc_assert(wc_gen_is_stored(expr));
    uint16_t ref = wc_gen_new(gen, wc_gen_type(gen, expr->type));
    GEN(gen, cload, ref, expr->index);
    return ref;
}

/* A binder's home without a slot: it refers to the element where it lies. */
static void home_at(wc_gen *gen, const wc_sema_local *local, uint16_t reg, bool is_wide)
{
    gen->homes[local->index] = (wc_gen_home){.reg = reg, .is_set = true, .is_wide = is_wide};
    wc_gen_name(gen, local);
}

/* A binder is never written, and the loop's counter not inside its body: they share a register. */
static void bind_scalar(wc_gen *gen, const wc_sema_local *local, uint16_t value)
{
    if (!local->is_wide) {
        home_at(gen, local, value, false);
        return;
    }
    wc_val home = {local->is_wide ? wc_gen_i128(gen) : wc_gen_i64(gen), local->is_wide};
    wc_gen_move(gen, home, (wc_val){value, false});
    home_at(gen, local, home.reg, home.is_wide);
}

void wc_gen_bind(wc_gen *gen, const wc_sema_local *local, uint16_t ref, uint32_t offset)
{
    if (wc_sema_is_scalar(local->type)) {
        bind_scalar(gen, local, wc_gen_load(gen, ref, offset));
    } else {
        uint16_t type = wc_gen_type(gen, local->type);
        home_at(gen, local, wc_gen_field_ref(gen, ref, offset, type, false), false);
    }
}

static void bind_ref(wc_gen *gen, const wc_sema_local *local, uint16_t ref)
{
    if (wc_sema_is_scalar(local->type)) {
        bind_scalar(gen, local, wc_gen_load(gen, ref, 0));
    } else {
        home_at(gen, local, ref, false);
    }
}

static void bind_item(wc_gen *gen, const wc_sema_type *type, uint16_t collection, uint16_t index,
                      const wc_sema_local *item)
{
    bool is_plain = wc_sema_is_scalar(type->item) &&
                    (type->kind == WC_SEMA_LIST || type->kind == WC_SEMA_SERIES);
    if (is_plain) {
        uint16_t value = wc_gen_i64(gen);
        GEN(gen, ldx, value, collection, index);
        bind_scalar(gen, item, value);
        return;
    }
    bool is_value = type->kind == WC_SEMA_MAP;
    uint16_t ref =
        wc_gen_reg(gen, WC_REG_REF, wc_gen_type(gen, is_value ? type->value : type->item));
    if (is_value) {
        GEN(gen, mval, ref, collection, index);
    } else {
        GEN(gen, xref, ref, collection, index);
    }
    bind_ref(gen, item, ref);
}

static void bind_key(wc_gen *gen, const wc_sema_type *type, uint16_t collection, uint16_t index,
                     const wc_sema_local *key)
{
    if (type->kind != WC_SEMA_MAP) {
        bind_scalar(gen, key, index);
        return;
    }
    uint16_t ref = wc_gen_reg(gen, WC_REG_REF, wc_gen_type(gen, type->item));
    GEN(gen, mkey, ref, collection, index);
    bind_ref(gen, key, ref);
}

/* Opens the loop over a series, a window or two of them: the counter is the index in the first. */
static void open_series(wc_gen *gen, const wc_gen_way *way, wc_gen_each *each)
{
    const wc_gen_part part = wc_gen_part_of(gen, way->over);
    wc_gen_part other = part;
    uint16_t distance = 0;
    if (way->other != NULL) {
        other = wc_gen_part_of(gen, way->other);
        uint16_t same = wc_gen_i64(gen);
        uint16_t last = wc_gen_i64(gen);
        distance = wc_gen_i64(gen);
        GEN(gen, eq, same, part.start, other.start);
        GEN(gen, check, same, WC_TRAP_RANGE);
        GEN(gen, sub, distance, other.first, part.first);
        GEN(gen, add, last, part.end, distance);
        GEN(gen, eq, same, last, other.end);
        GEN(gen, check, same, WC_TRAP_RANGE);
    }
    uint16_t most = wc_gen_number(gen, way->trips > 0 ? way->trips : 1);
    each->loop = wc_builder_loop(gen->builder, part.first, part.end, most, each->exit);
    wc_gen_note_each(gen, &each->loop, way->over);
    if (way->key != NULL) bind_scalar(gen, way->key, part.first);
    if (way->item != NULL) bind_item(gen, way->over->type, part.series, part.first, way->item);
    if (way->zip == NULL) return;
    uint16_t index = wc_gen_i64(gen);
    GEN(gen, add, index, part.first, distance);
    bind_item(gen, way->other->type, other.series, index, way->zip);
}

static void open_collection(wc_gen *gen, const wc_gen_way *way, wc_gen_each *each)
{
    const wc_sema_type *type = way->over->type;
    uint16_t collection = wc_gen_ref(gen, way->over);
    uint16_t count = wc_gen_i64(gen);
    GEN(gen, len, count, collection);
    uint16_t index = wc_gen_int(gen, 0);
    uint16_t most = wc_gen_number(gen, way->trips > 0 ? way->trips : 1);
    each->loop = wc_builder_loop(gen->builder, index, count, most, each->exit);
    wc_gen_note_each(gen, &each->loop, way->over);
    if (way->key != NULL) bind_key(gen, type, collection, index, way->key);
    if (way->item != NULL) bind_item(gen, type, collection, index, way->item);
}

wc_gen_each wc_gen_each_open(wc_gen *gen, const wc_gen_way *way)
{
    wc_gen_each each = {
        .mark = wc_gen_mark(gen), .outer = gen->loop, .exit = wc_builder_label(gen->builder)};
    if (way->other != NULL || way->over->op == WC_OPER_WINDOW) {
        open_series(gen, way, &each);
    } else {
        open_collection(gen, way, &each);
    }
    gen->loop = (wc_gen_way_out){.is_there = true, .exit = each.exit};
    return each;
}

void wc_gen_each_close(wc_gen *gen, wc_gen_each *each)
{
    wc_builder_loop_end(gen->builder, &each->loop);
    gen->loop = each->outer;
    wc_gen_release(gen, each->mark);
}

static wc_gen_way way_of(const wc_sema_expr *fold)
{
    return (wc_gen_way){.over = fold->a,
                        .other = fold->b,
                        .key = fold->key,
                        .item = fold->local,
                        .zip = fold->zip,
                        .trips = fold->trips};
}

static wc_val summed(wc_gen *gen, const wc_sema_expr *expr)
{
    wc_val total = {expr->is_wide ? wc_gen_i128(gen) : wc_gen_i64(gen), expr->is_wide};
    if (total.is_wide) {
        GEN(gen, ldcw, total.reg, wc_gen_number(gen, 0));
    } else {
        GEN(gen, ldi, total.reg, 0, 0);
    }
    const wc_gen_way way = way_of(expr);
    wc_gen_each each = wc_gen_each_open(gen, &way);
    wc_val value = wc_gen_scalar(gen, expr->c);
    if (total.is_wide) {
        value = wc_gen_widened(gen, value);
        GEN(gen, addw, total.reg, total.reg, value.reg);
    } else {
        wc_assert(!value.is_wide);
        GEN(gen, add, total.reg, total.reg, value.reg);
    }
    wc_gen_each_close(gen, &each);
    return total;
}

static uint16_t for_all(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t holds = wc_gen_int(gen, 1);
    const wc_gen_way way = way_of(expr);
    wc_gen_each each = wc_gen_each_open(gen, &way);
    wc_label next = wc_builder_label(gen->builder);
    wc_gen_jump_true(gen, expr->c, next);
    GEN(gen, ldi, holds, 0, 0);
    GEN(gen, jmp, each.exit);
    wc_builder_place(gen->builder, next);
    wc_gen_each_close(gen, &each);
    return holds;
}

wc_val wc_gen_collection_scalar(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t reg = 0;
    if (expr->op == WC_OPER_SUM) return summed(gen, expr);
    if (expr->op == WC_OPER_FORALL) {
        reg = for_all(gen, expr);
    } else if (expr->op == WC_OPER_INDEX) {
        reg = index_scalar(gen, expr);
    } else if (expr->op == WC_OPER_AT) {
        reg = at_scalar(gen, expr);
    } else if (expr->op == WC_OPER_MAP_GET) {
        reg = map_scalar(gen, expr);
    } else if (expr->op == WC_OPER_MAP_GET_OR) {
        reg = wc_gen_load(gen, get_or_ref(gen, expr), 0);
    } else if (expr->op == WC_OPER_HAS) {
        reg = has_key(gen, expr);
    } else if (expr->op == WC_OPER_LEN) {
        reg = length_of(gen, expr->a);
    } else if (expr->op == WC_OPER_SET_ADD) {
        reg = set_add(gen, expr);
    } else if (expr->op == WC_OPER_REMOVE) {
        reg = removed(gen, expr);
    } else {
        uint16_t series = wc_gen_ref(gen, expr->a);
        reg = wc_gen_i64(gen);
        if (expr->op == WC_OPER_QUALITY) {
            GEN(gen, qual, reg, series, wc_gen_narrow(gen, expr->b));
        } else {
            wc_assert(expr->op == WC_OPER_QCOUNT);
            GEN(gen, qcount, reg, series, expr->index);
        }
    }
    return (wc_val){reg, false};
}
