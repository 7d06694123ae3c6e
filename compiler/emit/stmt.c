/* Statements: control flow, locals, failing, events, sends, collections that grow. */
#include "compiler/emit/gen.h"

void wc_gen_home_of(wc_gen *gen, const wc_sema_local *local)
{
    wc_gen_home *home = &gen->homes[local->index];
    if (wc_sema_is_scalar(local->type)) {
        *home = (wc_gen_home){.reg = local->is_wide ? wc_gen_i128(gen) : wc_gen_i64(gen),
                              .is_set = true,
                              .is_wide = local->is_wide};
        return;
    }
    uint16_t type = wc_gen_type(gen, local->type);
    *home =
        (wc_gen_home){.reg = wc_gen_reg(gen, WC_REG_REFMUT, type), .is_set = true, .is_mut = true};
    GEN(gen, new, home->reg, wc_gen_slot(gen, type));
}

static void define(wc_gen *gen, const wc_sema_local *local, const wc_sema_expr *value)
{
    const wc_gen_home *home = &gen->homes[local->index];
    if (wc_sema_is_scalar(local->type)) {
        wc_gen_scalar_to(gen, (wc_val){home->reg, home->is_wide}, value);
    } else {
        wc_gen_into(gen, home->reg, local->type, value);
    }
}

/* let (a, b) = tuple: the locals refer to parts of a value that nobody else can change. */
static void destructure(wc_gen *gen, const wc_sema_stmt *stmt)
{
    uint16_t type = wc_gen_type(gen, stmt->a->type);
    uint16_t ref = wc_gen_new(gen, type);
    wc_gen_into(gen, ref, stmt->a->type, stmt->a);
    for (uint16_t i = 0; i < stmt->local_count; i++) {
        if (stmt->locals[i] == NULL) continue;
        uint32_t offset = wc_gen_offset(gen, type, i);
        wc_gen_bind(gen, stmt->locals[i], ref, offset);
    }
}

static void branch(wc_gen *gen, const wc_sema_stmt *stmt)
{
    wc_label other = wc_builder_label(gen->builder);
    wc_gen_jump_false(gen, stmt->a, other);
    wc_gen_block(gen, stmt->body);
    if (stmt->other == NULL) {
        wc_builder_place(gen->builder, other);
        return;
    }
    wc_label done = wc_builder_label(gen->builder);
    GEN(gen, jmp, done);
    wc_builder_place(gen->builder, other);
    wc_gen_block(gen, stmt->other);
    wc_builder_place(gen->builder, done);
}

static void for_range(wc_gen *gen, const wc_sema_stmt *stmt)
{
    uint16_t counter = wc_gen_i64(gen), limit = wc_gen_i64(gen);
    wc_gen_scalar_to(gen, (wc_val){counter, false}, stmt->a);
    wc_gen_scalar_to(gen, (wc_val){limit, false}, stmt->b);
    if (stmt->trips == 0) return; /* the ends may trap all the same */
    wc_label exit = wc_builder_label(gen->builder);
    wc_gen_way_out outer = gen->loop;
    uint16_t most = wc_gen_number(gen, stmt->trips);
    wc_loop loop = wc_builder_loop(gen->builder, counter, limit, most, exit);
    wc_gen_note_range(gen, &loop, stmt);
    gen->homes[stmt->item->index] = (wc_gen_home){.reg = counter, .is_set = true};
    wc_gen_name(gen, stmt->item);
    gen->loop = (wc_gen_way_out){.is_there = true, .exit = exit};
    wc_gen_block(gen, stmt->body);
    wc_builder_loop_end(gen->builder, &loop);
    gen->loop = outer;
}

static void for_each(wc_gen *gen, const wc_sema_stmt *stmt)
{
    const wc_gen_way way = {.over = stmt->a,
                            .other = stmt->b,
                            .key = stmt->key,
                            .item = stmt->item,
                            .zip = stmt->zip,
                            .trips = stmt->trips};
    wc_gen_each each = wc_gen_each_open(gen, &way);
    wc_gen_block(gen, stmt->body);
    wc_gen_each_close(gen, &each);
}

static void bind_arm(wc_gen *gen, const wc_sema_arm *arm, uint16_t subject, uint16_t row)
{
    bool any = false;
    for (uint16_t i = 0; i < arm->binder_count; i++) any = any || arm->binders[i] != NULL;
    if (!any) return;
    uint16_t data = wc_gen_type_of(gen, row)->variants[arm->variant].data;
    uint16_t part = wc_gen_reg(gen, WC_REG_REF, data);
    GEN(gen, vref, part, subject, arm->variant);
    for (uint16_t i = 0; i < arm->binder_count; i++) {
        if (arm->binders[i] == NULL) continue;
        uint32_t offset = wc_gen_offset(gen, data, i);
        wc_gen_bind(gen, arm->binders[i], part, offset);
    }
}

/* Whether an arm refers to a part of the subject while the subject itself may be written. */
static bool needs_copy(const wc_sema_stmt *stmt)
{
    const wc_sema_expr *root = stmt->a;
    while (root->op == WC_OPER_MEMBER) root = root->a;
    bool can_change =
        root->op == WC_OPER_FIELD || (root->op == WC_OPER_LOCAL && root->local->is_written);
    bool has_ref = false;
    for (uint16_t i = 0; i < stmt->arm_count; i++) {
        for (uint16_t k = 0; k < stmt->arms[i].binder_count; k++) {
            const wc_sema_local *binder = stmt->arms[i].binders[k];
            has_ref = has_ref || (binder != NULL && !wc_sema_is_scalar(binder->type));
        }
    }
    return can_change && has_ref;
}

/* The value that is matched, in memory. */
static uint16_t subject_of(wc_gen *gen, const wc_sema_stmt *stmt)
{
    if (!needs_copy(stmt)) return wc_gen_ref(gen, stmt->a);
    uint16_t copy = wc_gen_new(gen, wc_gen_type(gen, stmt->a->type));
    wc_gen_into(gen, copy, stmt->a->type, stmt->a);
    return copy;
}

static void match(wc_gen *gen, const wc_sema_stmt *stmt)
{
    bool has_data = !wc_sema_is_scalar(stmt->a->type);
    uint16_t subject = has_data ? subject_of(gen, stmt) : 0;
    uint16_t row = wc_gen_type(gen, stmt->a->type);
    uint16_t tag = 0;
    if (has_data) {
        tag = wc_gen_i64(gen);
        GEN(gen, tag, tag, subject);
    } else {
        tag = wc_gen_narrow(gen, stmt->a);
    }
    wc_label done = wc_builder_label(gen->builder);
    for (uint16_t i = 0; i < stmt->arm_count; i++) {
        const wc_sema_arm *arm = &stmt->arms[i];
        uint32_t mark = wc_gen_mark(gen);
        wc_label next = wc_builder_label(gen->builder);
        bool is_last = i + 1 == stmt->arm_count;
        if (!is_last) {
            wc_gen_at(gen, arm->span); /* the arm is taken or not at its own place */
            GEN(gen, brne, tag, wc_gen_const(gen, arm->variant), next);
        }
        if (arm->variant != WC_NO_VARIANT) bind_arm(gen, arm, subject, row);
        wc_gen_block(gen, arm->body);
        if (!is_last) {
            GEN(gen, jmp, done);
            wc_builder_place(gen->builder, next);
        }
        wc_gen_release(gen, mark);
    }
    wc_builder_place(gen->builder, done);
}

uint16_t wc_gen_error_index(const wc_sema_contract *contract, const wc_sema_signature *error)
{
    uint16_t i = 0;
    for (; contract->errors[i] != error; i++) wc_assert(i + 1 < contract->error_count);
    return i;
}

static uint16_t event_index(const wc_sema_contract *contract, const wc_sema_signature *event)
{
    uint16_t i = 0;
    for (; contract->events[i] != event; i++) wc_assert(i + 1 < contract->event_count);
    return i;
}

/* A contract's errors are known before its code; a test image collects those of the functions that
 * its tests call. */
uint16_t wc_gen_raised_index(wc_gen *gen, const wc_sema_signature *error)
{
    if (gen->contract != NULL) return wc_gen_error_index(gen->contract, error);
    uint16_t i = 0;
    while (i < gen->raised_count && gen->raised[i] != error) i++;
    if (i < gen->raised_count) return i;
    if (i == WC_GEN_RAISED_MAX) {
        wc_gen_too_large(gen, "the tests' functions raise more than 256 errors");
        return 0;
    }
    gen->raised[gen->raised_count++] = error;
    uint16_t args = wc_gen_members(gen, error->members, error->member_count);
    return wc_builder_error(gen->builder, error->name, args);
}

void wc_gen_fail(wc_gen *gen, const wc_sema_signature *error, wc_sema_expr **args)
{
    uint16_t tuple = wc_gen_members(gen, error->members, error->member_count);
    uint16_t ref = wc_gen_tuple(gen, tuple, error->members, args, error->member_count);
    GEN(gen, fail, wc_gen_raised_index(gen, error), ref);
}

static void require(wc_gen *gen, const wc_sema_stmt *stmt)
{
    wc_label holds = wc_builder_label(gen->builder);
    wc_gen_jump_true(gen, stmt->a, holds);
    wc_gen_fail(gen, stmt->signature, stmt->args);
    wc_builder_place(gen->builder, holds);
}

static void emit_event(wc_gen *gen, const wc_sema_stmt *stmt)
{
    const wc_sema_signature *event = stmt->signature;
    uint16_t tuple = wc_gen_members(gen, event->members, event->member_count);
    uint16_t ref = wc_gen_tuple(gen, tuple, event->members, stmt->args, stmt->arg_count);
    GEN(gen, emit, event_index(gen->contract, event), ref);
}

static void go_to(wc_gen *gen, const wc_sema_stmt *stmt)
{
    const wc_sema_state *state = &gen->contract->states[stmt->index];
    if (state->member_count == 0) {
        GEN(gen, setst0, stmt->index);
    } else {
        uint16_t tuple = wc_gen_members(gen, state->members, state->member_count);
        uint16_t ref = wc_gen_tuple(gen, tuple, state->members, stmt->args, stmt->arg_count);
        GEN(gen, setst, stmt->index, ref);
    }
    GEN(gen, jmp, gen->exit);
}

static void send(wc_gen *gen, const wc_sema_stmt *stmt)
{
    const wc_sema_method *method = stmt->method;
    uint16_t instance = wc_gen_ref(gen, stmt->a);
    uint16_t tuple = wc_gen_members(gen, method->params, method->param_count);
    uint16_t args = wc_gen_tuple(gen, tuple, method->params, stmt->args, stmt->arg_count);
    GEN(gen, send, instance, wc_gen_method(gen, stmt->a->type, method), args);
}

static void give_back(wc_gen *gen, const wc_sema_stmt *stmt)
{
    if (stmt->a == NULL) {
        GEN(gen, jmp, gen->exit);
    } else if (wc_sema_is_scalar(stmt->a->type)) {
        uint16_t value = wc_gen_narrow(gen, stmt->a);
        if (gen->result_ref == WC_NONE) {
            GEN(gen, ret, value);
        } else {
            GEN(gen, stf, gen->result_ref, 0, value);
            GEN(gen, ret, 0);
        }
    } else {
        wc_gen_into(gen, gen->result_ref, gen->routine->result, stmt->a);
        GEN(gen, ret, 0);
    }
}

/* m[k] += v where a value has bounds: the total is checked before there is an entry for it, as in
 * storage (RANGE goes before Full). */
static uint16_t bounded_total(wc_gen *gen, const wc_sema_type *type, uint16_t map, uint16_t key)
{
    uint16_t index = wc_gen_i64(gen), total = wc_gen_i64(gen);
    wc_label absent = wc_builder_label(gen->builder);
    GEN(gen, ldi, total, 0, 0);
    GEN(gen, mfind, index, map, key);
    GEN(gen, brlt, index, wc_gen_const(gen, 0), absent);
    uint16_t value = wc_gen_reg(gen, WC_REG_REF, wc_gen_type(gen, type->value));
    GEN(gen, mval, value, map, index);
    GEN(gen, ldf, total, value, 0);
    wc_builder_place(gen->builder, absent);
    return total;
}

static void map_add(wc_gen *gen, const wc_sema_stmt *stmt)
{
    const wc_sema_type *type = stmt->a->type;
    if (wc_gen_is_number_map(stmt->a)) {
        uint16_t key = wc_gen_narrow(gen, stmt->b);
        GEN(gen, nadd, stmt->a->index, key, wc_gen_narrow(gen, stmt->c));
        return;
    }
    if (wc_gen_is_stored(stmt->a)) {
        uint16_t key = wc_gen_boxed(gen, stmt->b, type->item);
        GEN(gen, kvadd, stmt->a->index, key, wc_gen_narrow(gen, stmt->c));
        return;
    }
    uint16_t map = wc_gen_refmut(gen, stmt->a);
    uint16_t key = wc_gen_boxed(gen, stmt->b, type->item);
    uint16_t delta = wc_gen_narrow(gen, stmt->c);
    bool is_bounded = type->value->lo != INT64_MIN || type->value->hi != INT64_MAX;
    uint16_t index = wc_gen_i64(gen);
    uint16_t total = is_bounded ? bounded_total(gen, type, map, key) : wc_gen_i64(gen);
    uint16_t value = wc_gen_reg(gen, WC_REG_REFMUT, wc_gen_type(gen, type->value));
    if (is_bounded) {
        uint16_t low = wc_gen_number(gen, type->value->lo);
        GEN(gen, add, total, total, delta);
        GEN(gen, range, total, low, wc_gen_number(gen, type->value->hi));
    }
    GEN(gen, mput, index, map, key);
    GEN(gen, mval, value, map, index);
    if (!is_bounded) {
        GEN(gen, ldf, total, value, 0);
        GEN(gen, add, total, total, delta);
    }
    GEN(gen, stf, value, 0, total);
}

static void push(wc_gen *gen, const wc_sema_stmt *stmt)
{
    const wc_sema_type *item = stmt->a->type->item;
    if (wc_gen_is_stored(stmt->a)) {
        GEN(gen, lpush, stmt->a->index, wc_gen_boxed(gen, stmt->b, item));
        return;
    }
    uint16_t list = wc_gen_refmut(gen, stmt->a);
    if (wc_sema_is_scalar(item)) {
        GEN(gen, push, list, wc_gen_narrow(gen, stmt->b));
        return;
    }
    uint16_t value = wc_gen_boxed(gen, stmt->b, item);
    uint16_t slot = wc_gen_reg(gen, WC_REG_REFMUT, wc_gen_type(gen, item));
    GEN(gen, pushn, slot, list);
    GEN(gen, copy, slot, value);
}

static void clear(wc_gen *gen, const wc_sema_stmt *stmt)
{
    if (wc_gen_is_stored(stmt->a)) {
        GEN(gen, cclear, stmt->a->index);
        return;
    }
    uint16_t empty = wc_gen_new(gen, wc_gen_type(gen, stmt->a->type));
    GEN(gen, copy, wc_gen_refmut(gen, stmt->a), empty);
}

static void collection_stmt(wc_gen *gen, const wc_sema_stmt *stmt)
{
    if (stmt->kind == WC_DO_PUSH) {
        push(gen, stmt);
    } else if (stmt->kind == WC_DO_INSERT) {
        wc_assert(wc_gen_is_stored(stmt->a));
        GEN(gen, sins, stmt->a->index, wc_gen_boxed(gen, stmt->b, stmt->a->type->item));
    } else if (stmt->kind == WC_DO_DELETE) {
        wc_assert(wc_gen_is_stored(stmt->a));
        GEN(gen, sdel, stmt->a->index, wc_gen_narrow(gen, stmt->b));
    } else if (stmt->kind == WC_DO_CLEAR) {
        clear(gen, stmt);
    } else {
        wc_assert(stmt->kind == WC_DO_MAP_ADD);
        map_add(gen, stmt);
    }
}

/* Evaluates for the effect: a call, a set_add, a remove, a test call. */
static void effect(wc_gen *gen, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_TEST_CALL) {
        bool is_view = expr->type->kind != WC_SEMA_VOID;
        uint16_t result = WC_NONE;
        if (is_view && !wc_sema_is_scalar(expr->type)) {
            result = wc_gen_new(gen, wc_gen_type(gen, expr->type));
        }
        (void)wc_gen_test_call(gen, expr, result);
    } else {
        wc_assert(wc_sema_is_scalar(expr->type)); /* other values are used (E0412) */
        (void)wc_gen_scalar(gen, expr);
    }
}

static void statement(wc_gen *gen, const wc_sema_stmt *stmt)
{
    switch ((int)stmt->kind) {
    case WC_DO_LET: define(gen, stmt->locals[0], stmt->a); break;
    case WC_DO_ASSIGN: wc_gen_assign(gen, stmt); break;
    case WC_DO_DO: effect(gen, stmt->a); break;
    case WC_DO_IF: branch(gen, stmt); break;
    case WC_DO_FOR_RANGE: for_range(gen, stmt); break;
    case WC_DO_FOR_EACH: for_each(gen, stmt); break;
    case WC_DO_MATCH: match(gen, stmt); break;
    case WC_DO_BREAK:
        wc_assert(gen->loop.is_there);
        wc_gen_leave_test_blocks(gen);
        GEN(gen, jmp, gen->loop.exit);
        break;
    case WC_DO_RETURN: give_back(gen, stmt); break;
    case WC_DO_REQUIRE: require(gen, stmt); break;
    case WC_DO_FAIL: wc_gen_fail(gen, stmt->signature, stmt->args); break;
    case WC_DO_EMIT: emit_event(gen, stmt); break;
    case WC_DO_GOTO: go_to(gen, stmt); break;
    case WC_DO_SEND: send(gen, stmt); break;
    case WC_DO_PUSH:
    case WC_DO_INSERT:
    case WC_DO_DELETE:
    case WC_DO_CLEAR:
    case WC_DO_MAP_ADD: collection_stmt(gen, stmt); break;
    case WC_DO_SERIES_SET: wc_gen_series_set(gen, stmt); break;
    default:
        if (!wc_gen_money(gen, stmt)) wc_gen_test_stmt(gen, stmt);
        break;
    }
}

void wc_gen_block(wc_gen *gen, const wc_sema_block *block)
{
    uint32_t start = wc_gen_mark(gen);
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        if (!wc_builder_is_reachable(gen->builder)) break; /* a warning was given */
        wc_gen_at(gen, stmt->span);
        if (stmt->kind == WC_DO_LET && stmt->local_count > 1) {
            destructure(gen, stmt); /* its value lives as long as the locals */
            continue;
        }
        if (stmt->kind == WC_DO_LET) wc_gen_home_of(gen, stmt->locals[0]);
        uint32_t mark = wc_gen_mark(gen);
        statement(gen, stmt);
        wc_gen_release(gen, mark);
        if (stmt->kind == WC_DO_LET) wc_gen_name(gen, stmt->locals[0]);
    }
    wc_gen_release(gen, start);
}
