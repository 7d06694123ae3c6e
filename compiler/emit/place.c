/* Assignment. The place's operands are evaluated first, then the right side, then the place is
 * written; CURRENT on the right side reads the place through the operands already evaluated. */
#include "compiler/emit/gen.h"

static bool is_stored_element(const wc_sema_expr *expr)
{
    return (expr->op == WC_OPER_MAP_GET || expr->op == WC_OPER_INDEX) && wc_gen_is_stored(expr->a);
}

/* Loads a whole stored element into a box, keeping what is needed to put it back. */
static wc_gen_place stored_place(wc_gen *gen, const wc_sema_expr *expr)
{
    wc_gen_place place = {.type = expr->type, .field = expr->a->index};
    if (expr->op == WC_OPER_MAP_GET && wc_gen_is_number_map(expr->a)) {
        place.kind = WC_PLACE_NUMBER_MAP;
        place.key = wc_gen_narrow(gen, expr->b);
    } else if (expr->op == WC_OPER_MAP_GET) {
        place.kind = WC_PLACE_STORED_MAP;
        place.item = expr->a->type->value;
        place.key = wc_gen_boxed(gen, expr->b, expr->a->type->item);
    } else {
        place.kind = WC_PLACE_STORED_LIST;
        place.item = expr->a->type->item;
        place.index = wc_gen_narrow(gen, expr->b);
    }
    return place;
}

static uint16_t load_element(wc_gen *gen, const wc_gen_place *place)
{
    uint16_t box = wc_gen_box(gen, wc_gen_type(gen, place->item));
    if (place->kind == WC_PLACE_INSIDE_MAP) {
        GEN(gen, kvneed, place->field, place->key, box);
    } else {
        GEN(gen, lget, box, place->field, place->index);
    }
    return box;
}

static void store_element(wc_gen *gen, const wc_gen_place *place, uint16_t ref)
{
    bool is_map = place->kind == WC_PLACE_STORED_MAP || place->kind == WC_PLACE_INSIDE_MAP;
    if (is_map) {
        GEN(gen, kvput, place->field, place->key, ref);
    } else {
        GEN(gen, lput, place->field, place->index, ref);
    }
}

/* A member, however deep, of a stored element: the element is loaded, changed and put back. */
static wc_gen_place inside_place(wc_gen *gen, const wc_sema_expr *expr)
{
    uint32_t offset = 0;
    const wc_sema_expr *element = expr;
    while (element->op == WC_OPER_MEMBER) {
        offset += wc_gen_offset(gen, wc_gen_type(gen, element->a->type), element->index);
        element = element->a;
    }
    wc_gen_place place = stored_place(gen, element);
    place.kind = place.kind == WC_PLACE_STORED_MAP ? WC_PLACE_INSIDE_MAP : WC_PLACE_INSIDE_LIST;
    place.type = expr->type;
    place.offset = offset;
    place.reg = load_element(gen, &place);
    return place;
}

static bool is_inside_stored(const wc_sema_expr *expr)
{
    if (expr->op != WC_OPER_MEMBER) return false;
    while (expr->op == WC_OPER_MEMBER) expr = expr->a;
    return is_stored_element(expr);
}

/* Refmut to the record in memory that holds the place, and the offset inside it. */
static wc_gen_object memory_object(wc_gen *gen, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_MEMBER) {
        uint16_t tuple = wc_gen_type(gen, expr->a->type);
        wc_gen_object object = memory_object(gen, expr->a);
        object.offset += wc_gen_offset(gen, tuple, expr->index);
        return object;
    }
    if (expr->op == WC_OPER_INDEX) {
        uint16_t list = wc_gen_refmut(gen, expr->a);
        uint16_t index = wc_gen_narrow(gen, expr->b);
        uint16_t reg = wc_gen_reg(gen, WC_REG_REFMUT, wc_gen_type(gen, expr->type));
        GEN(gen, xref, reg, list, index);
        return (wc_gen_object){reg, 0, true};
    }
    if (expr->op == WC_OPER_MAP_GET) { /* a part of an entry: it must be there */
        uint16_t map = wc_gen_refmut(gen, expr->a);
        uint16_t key = wc_gen_boxed(gen, expr->b, expr->a->type->item);
        uint16_t index = wc_gen_i64(gen);
        GEN(gen, mneed, index, map, key);
        uint16_t reg = wc_gen_reg(gen, WC_REG_REFMUT, wc_gen_type(gen, expr->type));
        GEN(gen, mval, reg, map, index);
        return (wc_gen_object){reg, 0, true};
    }
    return wc_gen_object_of(gen, expr);
}

static wc_gen_place place_of(wc_gen *gen, const wc_sema_expr *expr)
{
    if (is_stored_element(expr)) return stored_place(gen, expr);
    if (is_inside_stored(expr)) return inside_place(gen, expr);
    if (expr->op == WC_OPER_LOCAL && wc_sema_is_scalar(expr->type)) {
        return (wc_gen_place){
            .kind = WC_PLACE_REG, .type = expr->type, .reg = gen->homes[expr->local->index].reg};
    }
    if (expr->op == WC_OPER_INDEX) {
        uint16_t list = wc_gen_refmut(gen, expr->a);
        return (wc_gen_place){.kind = WC_PLACE_ELEMENT,
                              .type = expr->type,
                              .reg = list,
                              .index = wc_gen_narrow(gen, expr->b)};
    }
    if (expr->op == WC_OPER_MAP_GET) {
        uint16_t map = wc_gen_refmut(gen, expr->a);
        return (wc_gen_place){.kind = WC_PLACE_ENTRY,
                              .type = expr->type,
                              .reg = map,
                              .key = wc_gen_boxed(gen, expr->b, expr->a->type->item)};
    }
    wc_gen_object object = memory_object(gen, expr);
    wc_assert(object.is_mut);
    return (wc_gen_place){.kind = WC_PLACE_MEMORY,
                          .type = expr->type,
                          .reg = object.reg,
                          .offset = object.offset,
                          .is_whole = expr->op != WC_OPER_MEMBER && expr->op != WC_OPER_FIELD};
}

/* Ref to the element or entry that a place in memory is; the entry of a map is made. */
static uint16_t part_ref(wc_gen *gen, const wc_gen_place *place)
{
    uint16_t type = wc_gen_type(gen, place->type);
    uint16_t reg = wc_gen_reg(gen, WC_REG_REFMUT, type);
    if (place->kind == WC_PLACE_ELEMENT) {
        GEN(gen, xref, reg, place->reg, place->index);
        return reg;
    }
    uint16_t index = wc_gen_i64(gen);
    GEN(gen, mput, index, place->reg, place->key);
    GEN(gen, mval, reg, place->reg, index);
    return reg;
}

wc_val wc_gen_current(wc_gen *gen, const wc_sema_expr *expr)
{
    const wc_gen_place *place = gen->place;
    wc_assert(place != NULL);
    uint16_t reg = 0;
    switch (place->kind) {
    case WC_PLACE_REG: return (wc_val){place->reg, expr->is_wide};
    case WC_PLACE_MEMORY:
    case WC_PLACE_INSIDE_MAP:
    case WC_PLACE_INSIDE_LIST: reg = wc_gen_load(gen, place->reg, place->offset); break;
    case WC_PLACE_ELEMENT:
        reg = wc_gen_i64(gen);
        GEN(gen, ldx, reg, place->reg, place->index);
        break;
    case WC_PLACE_STORED_LIST: reg = wc_gen_load(gen, load_element(gen, place), 0); break;
    case WC_PLACE_ENTRY: wc_assert(false); break; /* m[k] += v is MAP_ADD */
    case WC_PLACE_NUMBER_MAP: wc_assert(false); break;
    case WC_PLACE_STORED_MAP: wc_assert(false); break;
    }
    return (wc_val){reg, false};
}

static void write_scalar(wc_gen *gen, const wc_gen_place *place, const wc_sema_expr *value)
{
    uint16_t reg = wc_gen_narrow(gen, value);
    if (place->kind == WC_PLACE_ELEMENT) {
        GEN(gen, stx, place->reg, place->index, reg);
    } else if (place->kind == WC_PLACE_ENTRY) {
        GEN(gen, stf, part_ref(gen, place), 0, reg);
    } else if (place->kind == WC_PLACE_NUMBER_MAP) {
        GEN(gen, nput, place->field, place->key, reg);
    } else if (place->kind == WC_PLACE_STORED_MAP || place->kind == WC_PLACE_STORED_LIST) {
        uint16_t box = wc_gen_box(gen, wc_gen_type(gen, place->item));
        GEN(gen, stf, box, 0, reg);
        store_element(gen, place, box);
    } else {
        GEN(gen, stf, place->reg, (uint16_t)(place->offset / 8), reg);
        if (place->kind != WC_PLACE_MEMORY) store_element(gen, place, place->reg);
    }
}

/* The value is complete before the place changes: it may be built from the place's old parts. */
static void write_aggregate(wc_gen *gen, const wc_gen_place *place, const wc_sema_expr *value)
{
    uint16_t ref = wc_gen_boxed(gen, value, place->type);
    if (place->kind == WC_PLACE_STORED_MAP || place->kind == WC_PLACE_STORED_LIST) {
        store_element(gen, place, ref);
        return;
    }
    if (place->kind == WC_PLACE_ELEMENT || place->kind == WC_PLACE_ENTRY) {
        GEN(gen, copy, part_ref(gen, place), ref);
        return;
    }
    uint16_t target = place->reg;
    if (!place->is_whole) {
        uint16_t type = wc_gen_type(gen, place->type);
        target = wc_gen_field_ref(gen, place->reg, place->offset, type, true);
    }
    GEN(gen, copy, target, ref);
    if (place->kind != WC_PLACE_MEMORY) store_element(gen, place, place->reg);
}

void wc_gen_assign(wc_gen *gen, const wc_sema_stmt *stmt)
{
    if (stmt->a->op == WC_OPER_PARTY) {
        GEN(gen, rebind, stmt->a->index, wc_gen_ref(gen, stmt->b));
        return;
    }
    if (stmt->a->op == WC_OPER_TERM) {
        GEN(gen, amend, stmt->a->index, wc_gen_boxed(gen, stmt->b, stmt->a->type));
        return;
    }
    wc_gen_place place = place_of(gen, stmt->a);
    const wc_gen_place *outer = gen->place;
    gen->place = &place;
    if (place.kind == WC_PLACE_REG) {
        const wc_gen_home *home = &gen->homes[stmt->a->local->index];
        wc_gen_scalar_to(gen, (wc_val){home->reg, home->is_wide}, stmt->b);
    } else if (wc_sema_is_scalar(place.type)) {
        write_scalar(gen, &place, stmt->b);
    } else {
        write_aggregate(gen, &place, stmt->b);
    }
    gen->place = outer;
}
