/* Whole functions: actions with requires and ensures, views, time-outs, functions, conditions. */
#include "compiler/emit/gen.h"

uint16_t wc_gen_params(wc_gen *gen, const wc_sema_routine *routine)
{
    wc_sema_member *members = wc_gen_alloc(gen, routine->param_count, sizeof(wc_sema_member));
    for (uint16_t i = 0; i < routine->param_count; i++) {
        members[i].name = routine->locals[i]->name;
        members[i].type = routine->locals[i]->type;
    }
    return wc_gen_members(gen, members, routine->param_count);
}

/* Opens a function and the frame of its locals. */
static void open_routine(wc_gen *gen, const wc_sema_routine *routine, wc_str name)
{
    gen->routine_span = routine->header;
    gen->routine_name = name.len > 0 ? name : WC_STR("after");
    wc_gen_open(gen, name, routine, routine->local_count);
}

/* Parameters that arrive as one tuple in memory get homes. */
static void open_params(wc_gen *gen, const wc_sema_routine *routine, uint16_t args, uint16_t tuple)
{
    for (uint16_t i = 0; i < routine->param_count; i++) {
        const wc_sema_local *local = routine->locals[i];
        uint32_t offset = wc_gen_offset(gen, tuple, i);
        if (local->is_read) wc_gen_bind(gen, local, args, offset);
    }
}

static void put_requires(wc_gen *gen, const wc_sema_routine *routine)
{
    for (uint16_t i = 0; i < routine->require_count; i++) {
        const wc_sema_require *require = &routine->requires[i];
        uint32_t mark = wc_gen_mark(gen);
        wc_gen_at(gen, require->span);
        wc_label holds = wc_builder_label(gen->builder);
        wc_gen_jump_true(gen, require->condition, holds);
        wc_gen_fail(gen, require->error, require->args);
        wc_builder_place(gen->builder, holds);
        wc_gen_release(gen, mark);
    }
}

/* old(e): its value before the body, kept to the end of the routine. */
static void put_olds(wc_gen *gen, const wc_sema_routine *routine)
{
    for (uint16_t i = 0; i < routine->old_count; i++) {
        const wc_sema_old *old = &routine->olds[i];
        wc_gen_at(gen, old->value->span);
        wc_gen_home_of(gen, old->local);
        const wc_gen_home *home = &gen->homes[old->local->index];
        uint32_t mark = wc_gen_mark(gen);
        if (wc_sema_is_scalar(old->local->type)) {
            wc_gen_scalar_to(gen, (wc_val){home->reg, home->is_wide}, old->value);
        } else {
            wc_gen_into(gen, home->reg, old->local->type, old->value);
        }
        wc_gen_release(gen, mark);
    }
}

static void put_ensures(wc_gen *gen, const wc_sema_ensure *ensures, uint16_t count, wc_trap trap)
{
    for (uint16_t i = 0; i < count; i++) {
        uint32_t mark = wc_gen_mark(gen);
        wc_gen_at(gen, ensures[i].span);
        GEN(gen, check, wc_gen_narrow(gen, ensures[i].condition), (uint16_t)trap);
        wc_gen_release(gen, mark);
    }
}

/* requires, olds, body, ensures; every way out of the body leads to the ensures. */
static void put_action(wc_gen *gen, const wc_sema_routine *routine)
{
    gen->can_write = true;
    gen->result_ref = WC_NONE;
    gen->exit = wc_builder_label(gen->builder);
    put_requires(gen, routine);
    put_olds(gen, routine);
    wc_gen_block(gen, routine->body);
    wc_builder_place(gen->builder, gen->exit);
    if (wc_builder_is_reachable(gen->builder)) {
        put_ensures(gen, routine->ensures, routine->ensure_count, WC_TRAP_ENSURES);
        wc_gen_at(gen, routine->header);
        GEN(gen, ret, 0);
    }
    wc_gen_close(gen);
}

uint16_t wc_gen_action(wc_gen *gen, const wc_sema_routine *routine, uint16_t args)
{
    uint16_t number = wc_builder_module(gen->builder)->function_count;
    open_routine(gen, routine, routine->name);
    wc_gen_at(gen, routine->header);
    if (routine->kind == WC_ROUTINE_ACTION) {
        uint16_t reg = wc_gen_reg(gen, WC_REG_REF, args);
        wc_builder_params(gen->builder);
        open_params(gen, routine, reg, args);
    } else if (routine->kind == WC_ROUTINE_UPGRADE) { /* one parameter: the whole */
        uint16_t reg = wc_gen_reg(gen, WC_REG_REF, args);
        wc_builder_params(gen->builder);
        if (routine->param_count > 0) {
            gen->homes[0] = (wc_gen_home){.reg = reg, .is_set = true};
            wc_gen_name(gen, routine->locals[0]);
        }
    } else {
        wc_builder_params(gen->builder);
    }
    put_action(gen, routine);
    return number;
}

/* Scalars pass in registers, refs to everything else, too. */
static void open_register_params(wc_gen *gen, const wc_sema_routine *routine)
{
    for (uint16_t i = 0; i < routine->param_count; i++) {
        const wc_sema_local *local = routine->locals[i];
        bool is_scalar = wc_sema_is_scalar(local->type);
        uint16_t reg = is_scalar ? wc_gen_i64(gen)
                                 : wc_gen_reg(gen, WC_REG_REF, wc_gen_type(gen, local->type));
        gen->homes[local->index] = (wc_gen_home){.reg = reg, .is_set = true};
        wc_gen_name(gen, local);
    }
}

/* Views of scalars alone have the form that needs no memory. */
static bool is_register_view(const wc_sema_routine *routine)
{
    if (routine->param_count > WC_VIEW_REGISTERS_MAX) return false;
    for (uint16_t i = 0; i < routine->param_count; i++) {
        if (!wc_sema_is_scalar(routine->locals[i]->type)) return false;
    }
    return wc_sema_is_scalar(routine->result);
}

uint16_t wc_gen_view_routine(wc_gen *gen, const wc_sema_routine *routine, uint16_t args)
{
    uint16_t number = wc_builder_module(gen->builder)->function_count;
    open_routine(gen, routine, routine->name);
    wc_gen_at(gen, routine->header);
    if (is_register_view(routine)) {
        gen->result_ref = WC_NONE;
        open_register_params(gen, routine);
        wc_builder_result(gen->builder, WC_REG_I64);
        wc_builder_params(gen->builder);
    } else {
        uint16_t reg = wc_gen_reg(gen, WC_REG_REF, args);
        gen->result_ref = wc_gen_reg(gen, WC_REG_REFMUT, wc_gen_type(gen, routine->result));
        wc_builder_params(gen->builder);
        open_params(gen, routine, reg, args);
    }
    put_requires(gen, routine);
    wc_gen_block(gen, routine->body);
    wc_gen_close(gen);
    return number;
}

/* A func takes scalars and refs in registers; a scalar result comes back in a register. */
void wc_gen_function(wc_gen *gen, const wc_sema_routine *routine)
{
    open_routine(gen, routine, routine->name);
    open_register_params(gen, routine);
    gen->result_ref = WC_NONE;
    if (!wc_sema_is_scalar(routine->result)) {
        gen->result_ref = wc_gen_reg(gen, WC_REG_REFMUT, wc_gen_type(gen, routine->result));
    } else {
        wc_builder_result(gen->builder, WC_REG_I64);
    }
    wc_builder_params(gen->builder);
    wc_gen_at(gen, routine->header);
    put_requires(gen, routine);
    wc_gen_block(gen, routine->body);
    wc_gen_close(gen);
}

uint16_t wc_gen_condition(wc_gen *gen, wc_str name, const wc_sema_expr *condition,
                          uint16_t local_count)
{
    uint16_t number = wc_builder_module(gen->builder)->function_count;
    gen->routine_span = condition->span;
    gen->routine_name = name;
    wc_gen_open(gen, name, NULL, local_count);
    wc_builder_result(gen->builder, WC_REG_I64);
    wc_builder_params(gen->builder);
    wc_gen_at(gen, condition->span);
    uint16_t value = wc_gen_narrow(gen, condition);
    GEN(gen, ret, value);
    wc_gen_close(gen);
    return number;
}

uint16_t wc_gen_checks(wc_gen *gen, const wc_sema_ensure *checks, uint16_t count)
{
    uint16_t number = wc_builder_module(gen->builder)->function_count;
    gen->routine_span = checks[0].span;
    gen->routine_name = WC_STR("deploy");
    wc_gen_open(gen, WC_STR("deploy"), NULL, 0);
    wc_builder_params(gen->builder);
    put_ensures(gen, checks, count, WC_TRAP_RANGE);
    GEN(gen, ret, 0);
    wc_gen_close(gen);
    return number;
}

/* The runner gives a property's values as the result of a call of no contract (vm/vm.h). */
static void put_given(wc_gen *gen, const wc_sema_routine *routine, uint16_t number)
{
    uint16_t tuple = wc_gen_params(gen, routine);
    uint16_t nobody = wc_gen_reg(gen, WC_REG_REF, gen->party_type);
    GEN(gen, tparty, nobody, wc_gen_slot(gen, gen->party_type), 0);
    uint16_t nothing = wc_gen_new(gen, gen->empty_tuple);
    uint16_t values = wc_gen_new(gen, tuple);
    GEN(gen, tcall, nobody, WC_TEST_GIVEN, number, nothing, values, 1u);
    open_params(gen, routine, values, tuple);
}

uint16_t wc_gen_test(wc_gen *gen, const wc_sema_test *test, uint16_t index)
{
    const wc_sema_routine *routine = test->routine;
    uint16_t number = wc_builder_module(gen->builder)->function_count;
    open_routine(gen, routine, routine->name);
    wc_builder_params(gen->builder);
    gen->result_ref = WC_NONE;
    wc_gen_at(gen, routine->header);
    if (routine->param_count > 0) put_given(gen, routine, index);
    gen->exit = wc_builder_label(gen->builder);
    wc_gen_block(gen, routine->body);
    wc_builder_place(gen->builder, gen->exit);
    if (wc_builder_is_reachable(gen->builder)) GEN(gen, ret, 0);
    wc_gen_close(gen);
    return number;
}
