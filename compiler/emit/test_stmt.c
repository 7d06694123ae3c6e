/* Tests: deployments, calls on instances, signers, time, expected failures. */
#include "compiler/emit/gen.h"

#include "vm/isa/abi.h"

/* Actions come first in a module's entries, then views. */
static uint16_t entry_of(const wc_sema_contract *contract, const wc_sema_routine *routine)
{
    for (uint16_t i = 0; i < contract->action_count; i++) {
        if (contract->actions[i] == routine) return i;
    }
    uint16_t i = 0;
    for (; contract->views[i] != routine; i++) wc_assert(i + 1 < contract->view_count);
    return (uint16_t)(contract->action_count + i);
}

static wc_sema_member *param_members(wc_gen *gen, const wc_sema_routine *routine)
{
    wc_sema_member *members = wc_gen_alloc(gen, routine->param_count, sizeof(wc_sema_member));
    for (uint16_t i = 0; i < routine->param_count; i++) {
        members[i].name = routine->locals[i]->name;
        members[i].type = routine->locals[i]->type;
    }
    return members;
}

wc_val wc_gen_test_call(wc_gen *gen, const wc_sema_expr *expr, uint16_t result_ref)
{
    const wc_sema_routine *routine = expr->routine;
    uint16_t instance = wc_gen_ref(gen, expr->a);
    if (routine->kind == WC_ROUTINE_UPGRADE) {
        uint16_t nothing = wc_gen_new(gen, gen->empty_tuple);
        GEN(gen, tcall, instance, expr->contract->index, WC_NONE, nothing, nothing, 0);
        return (wc_val){0, false};
    }
    wc_sema_member *members = param_members(gen, routine);
    uint16_t tuple = wc_gen_members(gen, members, routine->param_count);
    uint16_t args = wc_gen_tuple(gen, tuple, members, expr->args, expr->arg_count);
    bool has_result = routine->result != NULL;
    uint16_t box = result_ref;
    if (!has_result) box = wc_gen_new(gen, gen->empty_tuple);
    if (has_result && result_ref == WC_NONE) {
        box = wc_gen_new(gen, wc_gen_type(gen, routine->result));
    }
    GEN(gen, tcall, instance, expr->contract->index, entry_of(expr->contract, routine), args, box,
        has_result ? 1u : 0u);
    bool is_scalar = has_result && wc_sema_is_scalar(routine->result);
    return (wc_val){is_scalar ? wc_gen_load(gen, box, 0) : 0, false};
}

wc_val wc_gen_test_scalar(wc_gen *gen, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_TEST_CALL) return wc_gen_test_call(gen, expr, WC_NONE);
    uint16_t instance = wc_gen_ref(gen, expr->a);
    uint16_t reg = wc_gen_i64(gen);
    if (expr->op == WC_OPER_TEST_STATE) {
        GEN(gen, tstate, reg, instance);
    } else {
        wc_assert(expr->op == WC_OPER_TEST_MONEY);
        uint16_t party = wc_gen_ref(gen, expr->b);
        uint16_t currency = wc_gen_currency(gen, gen->job->program->currencies[expr->index]);
        GEN(gen, tmoney, reg, (uint16_t)expr->which, instance, party, currency);
    }
    return (wc_val){reg, false};
}

static uint16_t deploy(wc_gen *gen, const wc_sema_expr *expr)
{
    const wc_sema_contract *contract = expr->contract;
    uint16_t count = (uint16_t)(contract->party_count + contract->term_count);
    wc_sema_member *members = wc_gen_alloc(gen, count, sizeof(wc_sema_member));
    uint16_t instance = wc_gen_new(gen, gen->party_type);
    for (uint16_t i = 0; i < contract->party_count; i++) {
        members[i].name = contract->parties[i].name;
        members[i].type = expr->args[i]->type;
    }
    wc_sema_member *terms = members + contract->party_count;
    for (uint16_t i = 0; i < contract->term_count; i++) {
        terms[i].name = contract->terms[i].name;
        terms[i].type = contract->terms[i].type;
    }
    uint16_t parties_type = wc_gen_members(gen, members, contract->party_count);
    uint16_t terms_type = wc_gen_members(gen, terms, contract->term_count);
    uint16_t parties = wc_gen_tuple(gen, parties_type, members, expr->args, contract->party_count);
    uint16_t values = wc_gen_tuple(gen, terms_type, terms, expr->args + contract->party_count,
                                   contract->term_count);
    uint16_t version = expr->index != 0 ? WC_TEST_PREVIOUS : 0;
    GEN(gen, tdeploy, instance, (uint16_t)(contract->index | version), parties, values);
    return instance;
}

/* A byte constant, when its bytes are a value of the type. */
static uint16_t encoded(wc_gen *gen, const wc_sema_expr *expr)
{
    uint16_t row = wc_gen_type(gen, expr->type);
    wc_gen_stop_if_failed(gen);
    wc_slice bytes = wc_slice_of(expr->text.data, expr->text.len);
    size_t bad = 0;
    if (wc_abi_check(wc_builder_module(gen->builder), row, bytes, &bad) != WC_OK) {
        wc_diag_report(gen->job->diags, WC_E0418, expr->span,
                       "byte {} of these does not belong to a `{}`", bad, expr->type->text);
        return wc_gen_new(gen, row);
    }
    uint16_t reg = wc_gen_reg(gen, WC_REG_REF, row);
    GEN(gen, leac, reg, wc_builder_bytes(gen->builder, row, bytes));
    return reg;
}

uint16_t wc_gen_test_ref(wc_gen *gen, const wc_sema_expr *expr)
{
    if (expr->op == WC_OPER_DEPLOY) return deploy(gen, expr);
    if (expr->op == WC_OPER_ENCODED) return encoded(gen, expr);
    wc_assert(expr->op == WC_OPER_TEST_PARTY);
    uint16_t ref = wc_gen_reg(gen, WC_REG_REF, gen->party_type);
    GEN(gen, tparty, ref, wc_gen_slot(gen, gen->party_type), expr->index);
    return ref;
}

/* Whoever raises the error, in the call or far below it: one instruction for each who can. */
static void expect_error(wc_gen *gen, const wc_sema_stmt *stmt, wc_label failed)
{
    const wc_sema_program *program = gen->job->program;
    const wc_sema_signature *error = stmt->signature;
    if (stmt->is_own) {
        GEN(gen, texpect, WC_TEST_OWN, wc_gen_raised_index(gen, error), failed);
    }
    for (uint32_t i = 0; i < program->contract_count; i++) {
        const wc_sema_contract *contract = program->contracts[i];
        if (!wc_sema_can_raise(contract, error)) continue;
        GEN(gen, texpect, contract->index, wc_gen_error_index(contract, error), failed);
    }
}

static void expect(wc_gen *gen, const wc_sema_stmt *stmt)
{
    wc_label failed = wc_builder_label(gen->builder);
    if (stmt->expected == WC_EXPECT_ERROR) {
        expect_error(gen, stmt, failed);
    } else {
        bool is_trap = stmt->expected == WC_EXPECT_TRAP;
        GEN(gen, texpect, is_trap ? WC_TEST_TRAP : WC_TEST_BUILTIN, stmt->index, failed);
    }
    gen->loop.is_expecting = true;
    wc_gen_block(gen, stmt->body);
    gen->loop.is_expecting = false;
    GEN(gen, tunmet, 0);
    wc_builder_place(gen->builder, failed);
}

static void as(wc_gen *gen, const wc_sema_stmt *stmt)
{
    GEN(gen, tas, wc_gen_ref(gen, stmt->a));
    gen->loop.signers++;
    wc_gen_block(gen, stmt->body);
    gen->loop.signers--;
    if (wc_builder_is_reachable(gen->builder)) GEN(gen, tasend, 0);
}

/* Nobody signs behind the loop what its blocks were signed with, and what they expect is no longer
 * expected: no call and no function fails with ASSERT. */
void wc_gen_leave_test_blocks(wc_gen *gen)
{
    for (uint16_t i = 0; i < gen->loop.signers; i++) GEN(gen, tasend, 0);
    if (!gen->loop.is_expecting) return;
    wc_label next = wc_builder_label(gen->builder);
    GEN(gen, texpect, WC_TEST_TRAP, WC_TRAP_ASSERT, next);
    wc_builder_place(gen->builder, next);
}

void wc_gen_test_stmt(wc_gen *gen, const wc_sema_stmt *stmt)
{
    if (stmt->kind == WC_DO_ASSERT) {
        GEN(gen, tassert, wc_gen_claim(gen, stmt->a));
    } else if (stmt->kind == WC_DO_ADVANCE) {
        GEN(gen, tadvance, wc_gen_narrow(gen, stmt->a));
    } else if (stmt->kind == WC_DO_MANDATE) {
        uint16_t instance = wc_gen_ref(gen, stmt->a);
        uint16_t limit = wc_gen_narrow(gen, stmt->b);
        GEN(gen, tmandate, instance, limit,
            wc_gen_currency(gen, gen->job->program->currencies[stmt->index]));
    } else if (stmt->kind == WC_DO_EXPECT) {
        expect(gen, stmt);
    } else {
        wc_assert(stmt->kind == WC_DO_AS);
        as(gen, stmt);
    }
}
