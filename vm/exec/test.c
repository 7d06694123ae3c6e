/* Test images: instructions marked X in ops.def, which reach the test runner through wc_test_ops,
 * and wc_test_run. Nothing here can be part of a contract: the verifier refuses these instructions
 * outside test images, and a test image is never deployed. */
#include "vm/exec/call.h"
#include "vm/exec/no_host.h"

static bool answered(wc_exec *exec, wc_host_answer answer)
{
    if (answer == WC_HOST_OK) return true;
    return wc_exec_host_stop(exec);
}

bool wc_op_tparty(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_party party;
    if (!answered(exec, exec->test->ops->party(exec->test->self, pc->b, &party))) return false;
    uint8_t *at = exec->slots + pc->imm;
    memcpy(at, party.bytes, sizeof party.bytes);
    r[pc->a].p = at;
    return true;
}

/* ---- expected failures --------------------------------------------------------------------------
 */

/* raiser: whose error it is, for an outcome of kind ERROR. */
static bool is_expected(const wc_expectation *expected, uint16_t raiser, const wc_outcome *failed)
{
    uint16_t owner = failed->kind == WC_OUTCOME_BUILTIN ? WC_TEST_BUILTIN : WC_TEST_TRAP;
    if (!expected->is_open || failed->kind == WC_OUTCOME_CALLEE) return false;
    if (failed->kind == WC_OUTCOME_ERROR) owner = raiser;
    const wc_cell *cell = expected->first;
    while (cell != expected->last && (cell->a != owner || cell->b != failed->code)) {
        cell += WC_EXPECT_STRIDE;
    }
    return cell->a == owner && cell->b == failed->code;
}

/* What was expected has come: signers end, control goes to the handler. */
static bool go_on(wc_exec *exec)
{
    wc_expectation *expected = &exec->expected;
    expected->is_open = false;
    for (; expected->signers > 0; expected->signers--) {
        if (!answered(exec, exec->test->ops->pop_signer(exec->test->self))) return false;
    }
    exec->frame = expected->frame;
    exec->pc = expected->handler;
    return true;
}

/* The test's own code failed, in a function it calls or in an expression. True: as it expects. What
 * ends a test (an assertion, a failure that did not come, its gas) is never expected. */
static bool own_failed(wc_exec *exec)
{
    wc_outcome *own = exec->outcome;
    bool ends_test = exec->test_outcome->call_failed ||
                     (own->kind == WC_OUTCOME_TRAP &&
                      (own->code == WC_TRAP_ASSERT || own->code == WC_TRAP_UNMET ||
                       own->code == WC_TRAP_HOST || own->code == WC_TRAP_OUT_OF_GAS));
    if (ends_test || !is_expected(&exec->expected, WC_TEST_OWN, own)) return false;
    *own = (wc_outcome){.kind = WC_OUTCOME_OK, .function = WC_NONE, .due_entry = WC_NONE};
    return go_on(exec);
}

/* A deployment or call of `contract` failed. When it is what the test expects, control goes to the
 * handler, in the function that opened the expectation (exec->frame, exec->pc); else the test
 * fails. */
static bool callee_failed(wc_exec *exec, uint16_t contract, const wc_outcome *callee)
{
    uint16_t raiser = contract;
    if (callee->kind == WC_OUTCOME_ERROR) raiser = exec->test->ops->raiser(exec->test->self);
    if (is_expected(&exec->expected, raiser, callee)) return go_on(exec);
    exec->test_outcome->call_failed = true;
    exec->test_outcome->contract = contract;
    exec->test_outcome->callee = *callee;
    exec->test_outcome->raiser = raiser;
    return wc_exec_callee(exec);
}

/* Operands: A id, B contract, C parties, D terms. Parties are a tuple of addresses: the encoding of
 * one is its bytes. */
bool wc_op_tdeploy(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_type *parties = wc_exec_pointee(exec, pc->c);
    const wc_type *terms = wc_exec_pointee(exec, pc->d);
    wc_buf who = wc_exec_scratch(exec);
    wc_buf what;
    wc_buf_init(&what, exec->second, exec->image->map.second_size);
    wc_status status = wc_abi_write(exec->module, parties, r[pc->c].p, &who);
    if (status == WC_OK) status = wc_abi_write(exec->module, terms, r[pc->d].p, &what);
    if (status != WC_OK) return wc_exec_status(exec, status, 0, 0, 0);
    wc_assert(!who.full && !what.full);

    wc_party instance;
    wc_outcome callee = {.kind = WC_OUTCOME_OK};
    wc_host_answer answer = exec->test->ops->deploy(exec->test->self, pc->b, wc_buf_slice(&who),
                                                    wc_buf_slice(&what), &instance, &callee);
    if (!answered(exec, answer)) return false;
    uint16_t contract = pc->b & (uint16_t)~WC_TEST_PREVIOUS;
    if (callee.kind != WC_OUTCOME_OK) return callee_failed(exec, contract, &callee);
    memcpy(r[pc->a].p, instance.bytes, sizeof instance.bytes);
    return true;
}

/* Operands: A instance, B contract, C entry, D arguments, E result, F whether there is one. A
 * result that does not decode is the runner's failure: the compiler has matched the types. */
bool wc_op_tcall(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    wc_buf args = wc_exec_scratch(exec);
    const wc_type *type = wc_exec_pointee(exec, pc->d);
    wc_status status = wc_abi_write(exec->module, type, r[pc->d].p, &args);
    if (status != WC_OK) return wc_exec_status(exec, status, 0, 0, 0);
    wc_assert(!args.full);

    wc_outcome callee = {.kind = WC_OUTCOME_OK};
    wc_host_answer answer = exec->test->ops->call(exec->test->self, wc_mem_party(r[pc->a].p), pc->b,
                                                  pc->c, wc_buf_slice(&args), &callee);
    if (!answered(exec, answer)) return false;
    if (callee.kind != WC_OUTCOME_OK) return callee_failed(exec, pc->b, &callee);
    if (pc[1].c == 0) return true;
    size_t bad;
    const wc_type *result = wc_exec_pointee(exec, pc[1].b);
    status = wc_abi_decode(exec->module, result, callee.result, r[pc[1].b].p, &bad);
    if (status == WC_OK) return true;
    return wc_exec_host_stop(exec);
}

/* ---- the world of a test ------------------------------------------------------------------------
 */

bool wc_op_tas(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    if (exec->expected.is_open) exec->expected.signers++;
    return answered(exec, exec->test->ops->push_signer(exec->test->self, wc_mem_party(r[pc->a].p)));
}

bool wc_op_tasend(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    (void)pc;
    (void)r;
    if (exec->expected.is_open && exec->expected.signers > 0) exec->expected.signers--;
    return answered(exec, exec->test->ops->pop_signer(exec->test->self));
}

bool wc_op_tadvance(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t seconds = r[pc->a].i;
    if (seconds < 0) return wc_exec_trap(exec, WC_TRAP_RANGE, 1, seconds, 0);
    return answered(exec, exec->test->ops->advance(exec->test->self, seconds));
}

bool wc_op_tmandate(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t limit = r[pc->b].i;
    if (limit < 0) return wc_exec_trap(exec, WC_TRAP_NEG_AMOUNT, 1, limit, 0);
    const wc_party *instance = wc_mem_party(r[pc->a].p);
    return answered(exec, exec->test->ops->mandate(exec->test->self, instance, pc->c, limit));
}

/* Operands: A amount, B which, C instance, D party, E currency. */
bool wc_op_tmoney(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    int64_t amount;
    wc_host_answer answer =
        exec->test->ops->money(exec->test->self, (wc_test_money)pc->b, wc_mem_party(r[pc->c].p),
                               wc_mem_party(r[pc->d].p), pc[1].b, &amount);
    if (!answered(exec, answer)) return false;
    r[pc->a].i = amount;
    return true;
}

bool wc_op_tstate(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    uint16_t state;
    wc_host_answer answer =
        exec->test->ops->state(exec->test->self, wc_mem_party(r[pc->b].p), &state);
    if (!answered(exec, answer)) return false;
    r[pc->a].i = state;
    return true;
}

/* Operands: A series, B start, C value of every interval, D length. */
bool wc_op_tseries(wc_exec *exec, const wc_cell *pc, wc_slot *r)
{
    const wc_type *type = wc_exec_pointee(exec, pc->a);
    uint32_t length = pc->d;
    int64_t start = r[pc->b].i;
    int64_t value = r[pc->c].i;
    wc_assert(length <= type->capacity); /* verified */
    bool fits =
        start % (int64_t)type->step == 0 && wc_scalar_fits(wc_exec_type(exec, type->item), value);
    if (!fits) return wc_exec_trap(exec, WC_TRAP_RANGE, 2, start, value);
    size_t size = WC_MEM_VALUES + (size_t)length * 9;
    if (!wc_exec_charge_part(exec, WC_GAS_PART_MEMORY, 0, size)) return false;
    uint8_t *at = r[pc->a].p;
    wc_mem_set_i64(at, start);
    wc_mem_set_i64(at + WC_MEM_LENGTH, length);
    for (uint32_t i = 0; i < length; i++) {
        wc_mem_set_i64(at + WC_MEM_VALUES + (size_t)i * 8, value);
    }
    memset(at + WC_MEM_VALUES + (size_t)type->capacity * 8, 0, length);
    return true;
}

/* ---- running a test -----------------------------------------------------------------------------
 */

void wc_test_run(const wc_image *image, uint16_t test, uint64_t gas_limit, const wc_test_host *host,
                 void *memory, wc_test_outcome *outcome)
{
    const wc_module *module = image->module;
    wc_assert(module->is_test_image && test < module->test_count);

    static const wc_party nobody = {{0}};
    *outcome = (wc_test_outcome){.contract = WC_NONE};
    wc_exec *exec = wc_exec_begin(image, &wc_no_host, memory, gas_limit, &outcome->own);
    wc_exec_set_caller(exec, &nobody, &nobody, 0);
    /* A test has no instance: whatever its code reads of one is zero. */
    const wc_map *map = &image->map;
    memset(exec->root[0], 0, map->root[WC_ROOT_ID] - map->root[0]);
    exec->test = host;
    exec->test_outcome = outcome;
    bool is_done = wc_exec_function(exec, module->tests[test].args);
    while (!is_done && own_failed(exec)) {
        exec->goes_on = true;
        is_done = wc_exec_function(exec, module->tests[test].args);
    }
    wc_exec_finish(exec, gas_limit);
}
