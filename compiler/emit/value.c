/* Values: where scalars come from, and aggregates as refs into memory. */
#include "compiler/emit/gen.h"

/* ---- memory ------------------------------------------------------------------------------------
 */

uint16_t wc_gen_load(wc_gen *gen, uint16_t ref, uint32_t offset)
{
    uint16_t reg = wc_gen_i64(gen);
    GEN(gen, ldf, reg, ref, (uint16_t)(offset / 8));
    return reg;
}

uint16_t wc_gen_field_ref(wc_gen *gen, uint16_t ref, uint32_t offset, uint16_t type, bool is_mut)
{
    uint16_t reg = wc_gen_reg(gen, is_mut ? WC_REG_REFMUT : WC_REG_REF, type);
    GEN(gen, fref, reg, ref, (uint16_t)(offset / 8));
    return reg;
}

static uint16_t root_ref(wc_gen *gen, uint16_t part, uint16_t type, bool is_mut)
{
    uint16_t reg = wc_gen_reg(gen, is_mut ? WC_REG_REFMUT : WC_REG_REF, type);
    GEN(gen, root, reg, part);
    return reg;
}

static uint16_t environment(wc_gen *gen, uint16_t number)
{
    uint16_t reg = wc_gen_i64(gen);
    GEN(gen, sys, reg, number);
    return reg;
}

static wc_gen_object root_object(wc_gen *gen, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_TERM) {
        uint16_t type = wc_builder_terms_type(gen->builder);
        uint16_t ref = root_ref(gen, 0, type, false);
        return (wc_gen_object){ref, wc_gen_offset(gen, type, expr->index), false};
    }
    if (expr->op == WC_OPER_PARTY) {
        uint16_t type = wc_builder_parties_type(gen->builder);
        uint16_t ref = root_ref(gen, 2, type, false);
        return (wc_gen_object){ref, wc_gen_offset(gen, type, expr->index), false};
    }
    wc_assert(expr->op == WC_OPER_FIELD);
    const wc_module *module = wc_builder_module(gen->builder);
    uint16_t type = wc_builder_storage_type(gen->builder);
    uint16_t root = module->fields[expr->index].root;
    uint16_t ref = root_ref(gen, 1, type, gen->can_write);
    return (wc_gen_object){ref, wc_gen_offset(gen, type, root), gen->can_write};
}

/* A member of the data of the state that the contract is in. */
static wc_gen_object state_data_object(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t type = wc_builder_state_type(gen->builder);
    uint16_t data = wc_gen_type_of(gen, type)->variants[expr->variant].data;
    uint16_t state = root_ref(gen, 3, type, false);
    uint16_t part = wc_gen_reg(gen, WC_REG_REF, data);
    GEN(gen, vref, part, state, expr->variant);
    return (wc_gen_object){part, wc_gen_offset(gen, data, expr->index), false};
}

/* Part of an aggregate: folds chains of members into one static offset. */
wc_gen_object wc_gen_object_of(wc_gen *gen, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_MEMBER) {
        uint16_t tuple = wc_gen_type(gen, expr->a->type);
        wc_gen_object object = wc_gen_object_of(gen, expr->a);
        object.offset += wc_gen_offset(gen, tuple, expr->index);
        return object;
    }
    if (expr->op == WC_OPER_TERM || expr->op == WC_OPER_PARTY ||
        (expr->op == WC_OPER_FIELD && !wc_gen_is_stored(expr))) {
        return root_object(gen, expr);
    }
    if (expr->op == WC_OPER_STATE_DATA) return state_data_object(gen, expr);
    if (expr->op == WC_OPER_LOCAL) {
        const wc_gen_home *home = &gen->homes[expr->local->index];
        wc_assert(home->is_set);
        return (wc_gen_object){home->reg, 0, home->is_mut};
    }
    return (wc_gen_object){wc_gen_ref(gen, expr), 0, false};
}

/* ---- scalars -----------------------------------------------------------------------------------
 */

static wc_val of(uint16_t reg)
{
    return (wc_val){reg, false};
}

/* Costs nothing and cannot fail: evaluating it in vain is cheaper than a branch. */
static bool is_at_hand(const wc_sema_expr *expr)
{
    return expr->op == WC_OPER_LOCAL || expr->op == WC_OPER_NUMBER;
}

/* c ? x : y; only one of them is evaluated, unless both lie in registers. */
static wc_val chosen(wc_gen *gen, const wc_sema_expr *expr)
{
    if (!expr->is_wide && is_at_hand(expr->b) && is_at_hand(expr->c)) {
        uint16_t holds = wc_gen_narrow(gen, expr->a); /* any condition, a constant too */
        uint16_t x = wc_gen_narrow(gen, expr->b), y = wc_gen_narrow(gen, expr->c);
        uint16_t reg = wc_gen_i64(gen);
        GEN(gen, select, reg, x, y, holds);
        return of(reg);
    }
    wc_val result = {expr->is_wide ? wc_gen_i128(gen) : wc_gen_i64(gen), expr->is_wide};
    wc_label other = wc_builder_label(gen->builder);
    wc_label done = wc_builder_label(gen->builder);
    wc_gen_jump_false(gen, expr->a, other);
    uint32_t mark = wc_gen_mark(gen);
    wc_gen_scalar_to(gen, result, expr->b);
    wc_gen_release(gen, mark);
    GEN(gen, jmp, done);
    wc_builder_place(gen->builder, other);
    wc_gen_scalar_to(gen, result, expr->c);
    wc_gen_release(gen, mark);
    wc_builder_place(gen->builder, done);
    return result;
}

static wc_val span_scalar(wc_gen *gen, const wc_sema_expr *expr)
{
    wc_gen_object span = wc_gen_object_of(gen, expr->a);
    if (expr->op == WC_OPER_START) return of(wc_gen_load(gen, span.reg, span.offset));
    uint16_t end = wc_gen_load(gen, span.reg, span.offset + 8);
    if (expr->op == WC_OPER_END) return of(end);
    uint16_t length = wc_gen_i64(gen);
    GEN(gen, sub, length, end, wc_gen_load(gen, span.reg, span.offset));
    return of(length);
}

static wc_val balance_scalar(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t currency = wc_gen_currency(gen, gen->job->program->currencies[expr->index]);
    if (expr->op == WC_OPER_BALANCE) {
        uint16_t reg = wc_gen_i64(gen);
        GEN(gen, ownbal, reg, currency);
        return of(reg);
    }
    uint16_t party = wc_gen_ref(gen, expr->a);
    uint16_t reg = wc_gen_i64(gen);
    if (expr->op == WC_OPER_ESCROW) {
        GEN(gen, escrow, reg, party, currency);
    } else {
        GEN(gen, posted, reg, party, currency);
    }
    return of(reg);
}

/* A scalar that lies in memory or in a local's register. */
static wc_val placed_scalar(wc_gen *gen, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_LOCAL) {
        const wc_gen_home *home = &gen->homes[expr->local->index];
        wc_assert(home->is_set);
        return (wc_val){home->reg, home->is_wide};
    }
    wc_gen_object object = wc_gen_object_of(gen, expr);
    return of(wc_gen_load(gen, object.reg, object.offset));
}

/* Which part of the generator makes the scalar of an operation; operations whose value is always an
 * aggregate have none. */
typedef enum scalar_group {
    NOT_SCALAR = 0,
    PLACED,
    ENVIRONMENT,
    SPAN,
    ARITHMETIC,
    TRUTH,
    COLLECTION,
    CALENDAR,
    MONEY,
    TEST,
    OTHER
} scalar_group;

static const uint8_t scalar_groups[WC_OPER_COUNT] = {
    [WC_OPER_LOCAL] = PLACED,
    [WC_OPER_TERM] = PLACED,
    [WC_OPER_FIELD] = PLACED,
    [WC_OPER_MEMBER] = PLACED,
    [WC_OPER_STATE_DATA] = PLACED,
    [WC_OPER_NOW] = ENVIRONMENT,
    [WC_OPER_ENTERED] = ENVIRONMENT,
    [WC_OPER_DEPLOYED] = ENVIRONMENT,
    [WC_OPER_STATE] = ENVIRONMENT,
    [WC_OPER_START] = SPAN,
    [WC_OPER_END] = SPAN,
    [WC_OPER_LENGTH] = SPAN,
    [WC_OPER_NUMBER] = ARITHMETIC,
    [WC_OPER_NEG] = ARITHMETIC,
    [WC_OPER_ADD] = ARITHMETIC,
    [WC_OPER_SUB] = ARITHMETIC,
    [WC_OPER_MUL] = ARITHMETIC,
    [WC_OPER_MIN] = ARITHMETIC,
    [WC_OPER_MAX] = ARITHMETIC,
    [WC_OPER_ABS] = ARITHMETIC,
    [WC_OPER_IDIV] = ARITHMETIC,
    [WC_OPER_MOD] = ARITHMETIC,
    [WC_OPER_ROUND] = ARITHMETIC,
    [WC_OPER_FIT] = ARITHMETIC,
    [WC_OPER_NOT] = TRUTH,
    [WC_OPER_AND] = TRUTH,
    [WC_OPER_OR] = TRUTH,
    [WC_OPER_EQ] = TRUTH,
    [WC_OPER_NE] = TRUTH,
    [WC_OPER_LT] = TRUTH,
    [WC_OPER_LE] = TRUTH,
    [WC_OPER_GT] = TRUTH,
    [WC_OPER_GE] = TRUTH,
    [WC_OPER_IS] = TRUTH,
    [WC_OPER_CONTAINS] = TRUTH,
    [WC_OPER_INDEX] = COLLECTION,
    [WC_OPER_AT] = COLLECTION,
    [WC_OPER_MAP_GET] = COLLECTION,
    [WC_OPER_MAP_GET_OR] = COLLECTION,
    [WC_OPER_HAS] = COLLECTION,
    [WC_OPER_LEN] = COLLECTION,
    [WC_OPER_QUALITY] = COLLECTION,
    [WC_OPER_QCOUNT] = COLLECTION,
    [WC_OPER_SUM] = COLLECTION,
    [WC_OPER_FORALL] = COLLECTION,
    [WC_OPER_SET_ADD] = COLLECTION,
    [WC_OPER_REMOVE] = COLLECTION,
    [WC_OPER_CAL_LOCAL] = CALENDAR,
    [WC_OPER_CAL_TIME] = CALENDAR,
    [WC_OPER_CAL_DATE] = CALENDAR,
    [WC_OPER_DATE_FIRST] = CALENDAR,
    [WC_OPER_DATE_PART] = CALENDAR,
    [WC_OPER_ESCROW] = MONEY,
    [WC_OPER_BALANCE] = MONEY,
    [WC_OPER_POSTED] = MONEY,
    [WC_OPER_TEST_CALL] = TEST,
    [WC_OPER_TEST_MONEY] = TEST,
    [WC_OPER_TEST_STATE] = TEST,
    [WC_OPER_CURRENT] = OTHER,
    [WC_OPER_CHOOSE] = OTHER,
    [WC_OPER_CALL] = OTHER,
    [WC_OPER_VIEW] = OTHER,
};

static uint16_t environment_number(wc_sema_op op)
{
    if (op == WC_OPER_NOW) return 0;
    if (op == WC_OPER_ENTERED) return 1;
    return op == WC_OPER_DEPLOYED ? 2 : 3;
}

static wc_val other_scalar(wc_gen *gen, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_CURRENT) return wc_gen_current(gen, expr);
    if (expr->op == WC_OPER_CHOOSE) return chosen(gen, expr);
    if (expr->op == WC_OPER_CALL) return wc_gen_call(gen, expr, WC_NONE);
    wc_assert(expr->op == WC_OPER_VIEW);
    return wc_gen_view(gen, expr, WC_NONE);
}

wc_val wc_gen_scalar(wc_gen *gen, const wc_sema_expr *expr)
{
    if (wc_gen_is_of_window(expr)) return wc_gen_window_scalar(gen, expr);
    switch ((scalar_group)scalar_groups[expr->op]) {
    case PLACED: return placed_scalar(gen, expr);
    case ENVIRONMENT: return of(environment(gen, environment_number(expr->op)));
    case SPAN: return span_scalar(gen, expr);
    case ARITHMETIC: return wc_gen_arithmetic(gen, expr);
    case TRUTH: return of(wc_gen_truth(gen, expr));
    case COLLECTION: return wc_gen_collection_scalar(gen, expr);
    case CALENDAR: return wc_gen_calendar_scalar(gen, expr);
    case MONEY: return balance_scalar(gen, expr);
    case TEST: return wc_gen_test_scalar(gen, expr);
    case OTHER: return other_scalar(gen, expr);
    case NOT_SCALAR: break;
    }
    wc_assert_failed("an aggregate operation has no scalar value", __FILE__, __LINE__);
}

/* ---- aggregates --------------------------------------------------------------------------------
 */

static uint16_t constant_ref(wc_gen *gen, const wc_sema_expr *expr, const wc_sema_type *type)
{
    uint16_t reg = wc_gen_reg(gen, WC_REG_REF, wc_gen_type(gen, type));
    GEN(gen, leac, reg, wc_gen_constant(gen, expr, type));
    return reg;
}

static uint16_t built(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t ref = wc_gen_new(gen, wc_gen_type(gen, expr->type));
    wc_gen_into(gen, ref, expr->type, expr);
    return ref;
}

static uint16_t object_ref(wc_gen *gen, const wc_sema_expr *expr)
{
    wc_gen_object object = wc_gen_object_of(gen, expr);
    if (expr->op == WC_OPER_LOCAL) return object.reg;
    return wc_gen_field_ref(gen, object.reg, object.offset, wc_gen_type(gen, expr->type), false);
}

uint16_t wc_gen_ref(wc_gen *gen, const wc_sema_expr *expr)
{
    if (expr->is_const && expr->op != WC_OPER_NUMBER) return constant_ref(gen, expr, expr->type);
    switch ((int)expr->op) {
    case WC_OPER_LOCAL:
    case WC_OPER_TERM:
    case WC_OPER_PARTY:
    case WC_OPER_MEMBER:
    case WC_OPER_STATE_DATA: return object_ref(gen, expr);
    case WC_OPER_FIELD:
        return wc_gen_is_stored(expr) ? wc_gen_collection_ref(gen, expr) : object_ref(gen, expr);
    case WC_OPER_SELF: return root_ref(gen, 4, gen->party_type, false);
    case WC_OPER_CALLER: return root_ref(gen, 5, gen->party_type, false);
    case WC_OPER_STATE: return root_ref(gen, 3, wc_gen_type(gen, expr->type), false);
    case WC_OPER_INDEX:
    case WC_OPER_MAP_GET:
    case WC_OPER_MAP_GET_OR: return wc_gen_collection_ref(gen, expr);
    case WC_OPER_TEST_PARTY:
    case WC_OPER_ENCODED:
    case WC_OPER_DEPLOY: return wc_gen_test_ref(gen, expr);
    default: /* what has to be made in memory of its own */ return built(gen, expr);
    }
}

uint16_t wc_gen_refmut(wc_gen *gen, const wc_sema_expr *expr)
{
    wc_gen_object object = wc_gen_object_of(gen, expr);
    wc_assert(object.is_mut);
    if (expr->op == WC_OPER_LOCAL) return object.reg;
    return wc_gen_field_ref(gen, object.reg, object.offset, wc_gen_type(gen, expr->type), true);
}

void wc_gen_fill(wc_gen *gen, uint16_t refmut, uint16_t tuple, const wc_sema_member *members,
                 wc_sema_expr **args, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        uint32_t mark = wc_gen_mark(gen);
        uint32_t offset = wc_gen_offset(gen, tuple, i);
        if (wc_sema_is_scalar(members[i].type)) {
            uint16_t value = wc_gen_narrow(gen, args[i]);
            GEN(gen, stf, refmut, (uint16_t)(offset / 8), value);
        } else {
            uint16_t type = wc_gen_type(gen, members[i].type);
            uint16_t part = wc_gen_field_ref(gen, refmut, offset, type, true);
            wc_gen_into(gen, part, members[i].type, args[i]);
        }
        wc_gen_release(gen, mark);
    }
}

uint16_t wc_gen_tuple(wc_gen *gen, uint16_t tuple, const wc_sema_member *members,
                      wc_sema_expr **args, uint16_t count)
{
    uint16_t ref = wc_gen_new(gen, tuple);
    wc_gen_fill(gen, ref, tuple, members, args, count);
    return ref;
}

uint16_t wc_gen_boxed(wc_gen *gen, const wc_sema_expr *expr, const wc_sema_type *type)
{
    uint16_t row = wc_gen_type(gen, type);
    if (!wc_sema_is_scalar(type)) {
        if (expr->is_const) return constant_ref(gen, expr, type);
        wc_assert(wc_gen_type(gen, expr->type) == row);
        return wc_gen_ref(gen, expr);
    }
    uint16_t value = wc_gen_narrow(gen, expr);
    uint16_t ref = wc_gen_box(gen, row);
    GEN(gen, stf, ref, 0, value);
    return ref;
}

static void variant_into(wc_gen *gen, uint16_t refmut, const wc_sema_type *type,
                         const wc_sema_expr *expr)
{
    const wc_type *row = wc_gen_type_of(gen, wc_gen_type(gen, type));
    uint16_t data = row->variants[expr->index].data;
    uint16_t whole = wc_gen_type(gen, type); /* a variant without data gives the enum back */
    uint16_t part = wc_gen_reg(gen, WC_REG_REFMUT, data == WC_NONE ? whole : data);
    GEN(gen, vset, part, refmut, expr->index);
    if (data == WC_NONE) return;
    wc_sema_member some = {.type = type->item};
    wc_gen_fill(gen, part, data,
                type->kind == WC_SEMA_OPTION ? &some : type->variants[expr->index].members,
                expr->args, expr->arg_count);
}

static void list_into(wc_gen *gen, uint16_t refmut, const wc_sema_type *type,
                      const wc_sema_expr *expr)
{
    for (uint16_t i = 0; i < expr->arg_count; i++) {
        uint32_t mark = wc_gen_mark(gen);
        if (wc_sema_is_scalar(type->item)) {
            GEN(gen, push, refmut, wc_gen_narrow(gen, expr->args[i]));
        } else {
            uint16_t item = wc_gen_reg(gen, WC_REG_REFMUT, wc_gen_type(gen, type->item));
            GEN(gen, pushn, item, refmut);
            wc_gen_into(gen, item, type->item, expr->args[i]);
        }
        wc_gen_release(gen, mark);
    }
}

static void chosen_into(wc_gen *gen, uint16_t refmut, const wc_sema_type *type,
                        const wc_sema_expr *expr)
{
    wc_label other = wc_builder_label(gen->builder);
    wc_label done = wc_builder_label(gen->builder);
    wc_gen_jump_false(gen, expr->a, other);
    wc_gen_into(gen, refmut, type, expr->b);
    GEN(gen, jmp, done);
    wc_builder_place(gen->builder, other);
    wc_gen_into(gen, refmut, type, expr->c);
    wc_builder_place(gen->builder, done);
}

/* {start, end} with start <= end, from two times or from a series' start and length. */
static void interval_into(wc_gen *gen, uint16_t refmut, const wc_sema_expr *expr)
{
    uint16_t start, end;
    if (expr->op == WC_OPER_INTERVAL || expr->op == WC_OPER_CAL_SPAN) {
        wc_gen_ends(gen, expr, &start, &end);
    } else if (expr->a->op == WC_OPER_WINDOW) { /* its own interval, which must be inside */
        (void)wc_gen_part_of(gen, expr->a);
        wc_gen_ends(gen, expr->a->b, &start, &end);
    } else {
        uint16_t series = wc_gen_ref(gen, expr->a);
        uint16_t length = wc_gen_i64(gen);
        start = wc_gen_load(gen, series, 0);
        GEN(gen, len, length, series);
        end = wc_gen_i64(gen);
        GEN(gen, mul, end, length, wc_gen_const(gen, expr->a->type->step));
        GEN(gen, add, end, end, start);
    }
    GEN(gen, stf, refmut, 0, start);
    GEN(gen, stf, refmut, 1, end);
}

void wc_gen_into(wc_gen *gen, uint16_t refmut, const wc_sema_type *type, const wc_sema_expr *expr)
{
    uint32_t mark = wc_gen_mark(gen);
    if (expr->is_const) {
        if (expr->op != WC_OPER_EMPTY && (expr->op != WC_OPER_LIST || expr->arg_count > 0)) {
            GEN(gen, copy, refmut, constant_ref(gen, expr, type));
        }
    } else if (expr->op == WC_OPER_RECORD || expr->op == WC_OPER_TUPLE) {
        wc_gen_fill(gen, refmut, wc_gen_type(gen, type), type->members, expr->args,
                    expr->arg_count);
    } else if (expr->op == WC_OPER_VARIANT) {
        variant_into(gen, refmut, type, expr);
    } else if (expr->op == WC_OPER_LIST) {
        list_into(gen, refmut, type, expr);
    } else if (expr->op == WC_OPER_CHOOSE) {
        chosen_into(gen, refmut, type, expr);
    } else if (expr->op == WC_OPER_INTERVAL || expr->op == WC_OPER_SPAN ||
               expr->op == WC_OPER_CAL_SPAN) {
        interval_into(gen, refmut, expr);
    } else if (expr->op == WC_OPER_MAP_FIND) {
        wc_gen_find_into(gen, refmut, expr);
    } else if (expr->op == WC_OPER_CALL) {
        (void)wc_gen_call(gen, expr, refmut);
    } else if (expr->op == WC_OPER_VIEW) {
        (void)wc_gen_view(gen, expr, refmut);
    } else if (expr->op == WC_OPER_TEST_CALL) {
        (void)wc_gen_test_call(gen, expr, refmut);
    } else if (expr->op != WC_OPER_EMPTY && !wc_gen_series_into(gen, refmut, expr)) {
        GEN(gen, copy, refmut, wc_gen_ref(gen, expr));
    }
    wc_gen_release(gen, mark);
}

/* ---- calls -------------------------------------------------------------------------------------
 */

static uint32_t function_number(const wc_gen *gen, const wc_sema_routine *routine)
{
    uint32_t i = 0;
    while (i < gen->func_count && gen->funcs[i] != routine) i++;
    wc_assert(i < gen->func_count);
    return i;
}

/* The argument window of a function: consecutive registers of exactly its parameters' types, the
 * same ones for every call in this routine. */
static void open_window(wc_gen *gen, uint32_t number)
{
    const wc_sema_routine *callee = gen->funcs[number];
    bool by_ref = !wc_sema_is_scalar(callee->result);
    uint32_t needed = callee->param_count + 1u;
    if (gen->register_count + needed > WC_REGISTERS_MAX) {
        wc_gen_too_large(gen, "it calls functions with too many arguments");
        gen->windows[number] = 0;
        gen->window_results[number] = 0;
        return;
    }
    gen->register_count += needed;
    uint16_t first = WC_NONE;
    for (uint16_t i = 0; i < callee->param_count; i++) {
        const wc_sema_type *type = callee->locals[i]->type;
        uint16_t reg = wc_sema_is_scalar(type)
                           ? wc_builder_reg(gen->builder, WC_REG_I64, WC_NONE)
                           : wc_builder_reg(gen->builder, WC_REG_REF, wc_gen_type(gen, type));
        if (first == WC_NONE) first = reg;
    }
    uint16_t last =
        by_ref ? wc_builder_reg(gen->builder, WC_REG_REFMUT, wc_gen_type(gen, callee->result))
               : wc_builder_reg(gen->builder, WC_REG_I64, WC_NONE);
    gen->windows[number] = first == WC_NONE ? last : first;
    gen->window_results[number] = last;
}

wc_val wc_gen_call(wc_gen *gen, const wc_sema_expr *expr, uint16_t result_ref)
{
    const wc_sema_routine *callee = expr->routine;
    uint32_t number = function_number(gen, callee);
    bool by_ref = !wc_sema_is_scalar(callee->result);
    uint16_t *values = wc_gen_alloc(gen, expr->arg_count, sizeof(uint16_t));
    for (uint16_t i = 0; i < expr->arg_count; i++) {
        const wc_sema_type *type = callee->locals[i]->type;
        values[i] = wc_sema_is_scalar(type) ? wc_gen_narrow(gen, expr->args[i])
                                            : wc_gen_boxed(gen, expr->args[i], type);
    }
    if (gen->windows[number] == WC_NONE) open_window(gen, number);
    uint16_t first = gen->windows[number];
    for (uint16_t i = 0; i < expr->arg_count; i++) {
        if (wc_sema_is_scalar(callee->locals[i]->type)) {
            GEN(gen, mov, (uint16_t)(first + i), values[i]);
        } else {
            GEN(gen, movr, (uint16_t)(first + i), values[i]);
        }
    }
    uint16_t function = (uint16_t)(gen->func_base + number);
    if (by_ref) {
        GEN(gen, movr, gen->window_results[number], result_ref);
        wc_gen_note_call(gen, expr);
        GEN(gen, call, function, first, 0);
        return of(0);
    }
    uint16_t result = gen->window_results[number];
    wc_gen_note_call(gen, expr);
    GEN(gen, call, function, callee->param_count == 0 ? (uint16_t)0 : first, result);
    uint16_t reg = wc_gen_i64(gen);
    GEN(gen, mov, reg, result);
    return of(reg);
}

wc_val wc_gen_view(wc_gen *gen, const wc_sema_expr *expr, uint16_t result_ref)
{
    const wc_sema_method *method = expr->method;
    uint16_t instance = wc_gen_ref(gen, expr->a);
    uint16_t tuple = wc_gen_members(gen, method->params, method->param_count);
    uint16_t args = wc_gen_tuple(gen, tuple, method->params, expr->args, expr->arg_count);
    uint16_t row = wc_gen_method(gen, expr->a->type, method);
    if (!wc_sema_is_scalar(method->result)) {
        GEN(gen, view, instance, row, args, result_ref);
        return of(0);
    }
    uint16_t box = wc_gen_new(gen, wc_gen_type(gen, method->result));
    GEN(gen, view, instance, row, args, box);
    return of(wc_gen_load(gen, box, 0));
}
