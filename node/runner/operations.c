/* The test instructions of the machine, served by a test's ledger. */
#include "node/runner/runner.h"

#include <stdio.h>
#include <string.h>

#include "node/ledger/natives.h"
#include "node/ledger/prices.h"
#include "node/runner/trace.h"
#include "node/runner/world.h"
#include "vm/isa/isa.h"

#define MANDATE_PERIOD_S 86400u
#define MANDATE_LIFE_S   (10 * 366 * 86400)

/* Anything that is not an answer of the ledger: kept, and the test is stopped. */
static wc_host_answer stop(wc_world *world, wc_status status)
{
    snprintf(world->failure_name, sizeof(world->failure_name), "%s", wc_status_text(status));
    return WC_HOST_STOP;
}

/* What the test asks for is not possible; `reason` goes on from "the test cannot go on: ". */
static wc_host_answer stop_because(wc_world *world, const char *reason)
{
    snprintf(world->failure_name, sizeof(world->failure_name), "%s", reason);
    return WC_HOST_STOP;
}

/* The ledger did not start. Its genesis holds the contracts, so one that no ledger deploys stops
 * it; which one, and why, is what the author needs. */
static wc_host_answer stop_start(wc_world *world, wc_status status)
{
    static const char *const kinds[] = {
        [WC_ENTRY_VIEW] = "view", [WC_ENTRY_AFTER] = "time-out", [WC_ENTRY_DEPLOY] = "deployment"};
    const wc_params params = wc_params_default();
    for (uint16_t c = 0; c < world->module_count; c++) {
        const wc_module *module = world->modules[c];
        for (uint16_t i = 0; i < module->entry_count; i++) {
            const wc_entry *entry = &module->entries[i];
            uint64_t most = wc_params_gas_max(&params, entry->kind);
            if (entry->gas_bound <= most) continue;
            wc_str name = entry->name == WC_NONE ? WC_STR("") : module->strings[entry->name];
            const char *kind = entry->kind < WC_ARRAY_LEN(kinds) ? kinds[entry->kind] : NULL;
            snprintf(
                world->failure_name, sizeof(world->failure_name),
                "a node does not take `%.*s`: its %s%s%.*s%s may need %llu gas, %llu is the most "
                "where a chain sets no other limit; `wattclause gas` shows what it is spent on",
                WC_STR_ARG(module->strings[0]), kind == NULL ? "action" : kind,
                name.len == 0 ? "" : " `", WC_STR_ARG(name), name.len == 0 ? "" : "`",
                (unsigned long long)entry->gas_bound, (unsigned long long)most);
            return WC_HOST_STOP;
        }
    }
    return stop(world, status);
}

static wc_address address_of(const wc_party *party)
{
    wc_address address;
    memcpy(address.bytes, party->bytes, sizeof(address.bytes));
    return address;
}

/* ---- receipts as outcomes ----------------------------------------------------------------------
 */

static bool same_name(const wc_module *a, uint16_t name_a, const wc_module *b, uint16_t name_b)
{
    return wc_str_equal(a->strings[name_a], b->strings[name_b]);
}

/* An error of the version before, as the new version numbers it. */
static uint16_t error_now(const wc_module *now, const wc_module *before, uint16_t error)
{
    for (uint16_t i = 0; i < now->error_count && error < before->error_count; i++) {
        if (same_name(now, now->errors[i].name, before, before->errors[error].name)) return i;
    }
    return WC_NONE;
}

/* Whose error it is: an error of the version before is that of its name in the new one. */
static void raised_by(wc_world *world, const wc_hash *code, wc_outcome *outcome)
{
    uint16_t i = 0;
    while (i < world->module_count && !wc_hash_equal(&world->code_ids[i], code)) i++;
    wc_assert(i < world->module_count); /* nothing else is on this ledger */
    world->raiser = i;
    if (i < world->job->contract_count) return;
    world->raiser = world->job->previous_of;
    const wc_module *now = world->modules[world->raiser];
    outcome->code = error_now(now, world->modules[i], outcome->code);
}

static void failed_error(wc_world *world, wc_slice detail, wc_outcome *outcome)
{
    wc_error_outcome error;
    if (wc_outcome_error(&error, detail) != WC_OK) return;
    bool is_builtin = (error.error & WC_ERROR_BUILTIN) != 0;
    outcome->kind = is_builtin ? WC_OUTCOME_BUILTIN : WC_OUTCOME_ERROR;
    outcome->code = error.error & (uint16_t)~WC_ERROR_BUILTIN;
    if (!is_builtin) raised_by(world, &error.code, outcome);
    size_t len = error.args.len < sizeof(world->failure) ? error.args.len : sizeof(world->failure);
    if (len > 0) memcpy(world->failure, error.args.data, len);
    outcome->args = wc_slice_of(world->failure, len);
}

static void failed_trap(wc_slice detail, wc_outcome *outcome)
{
    wc_trap_outcome trap;
    if (wc_outcome_trap(&trap, detail) != WC_OK) return;
    outcome->kind = WC_OUTCOME_TRAP;
    outcome->code = trap.trap;
    outcome->function = trap.function;
    outcome->word = trap.word;
}

/* The ledger's own refusals count as the built-in error that a contract's author knows. */
static void refused(uint16_t status, wc_outcome *outcome)
{
    bool is_short = status == WC_REFUSAL_BALANCE_SHORT || status == WC_REFUSAL_ESCROW_SHORT;
    outcome->kind = WC_OUTCOME_BUILTIN;
    outcome->code = is_short ? WC_BUILTIN_InsufficientEscrow : WC_BUILTIN_NotAuthorised;
}

/* The module whose code failed; NULL: none of the test's. */
static const wc_module *failed_module(const wc_world *world, uint16_t status, wc_slice detail)
{
    wc_hash code;
    if (!wc_failure_code(status, detail, &code)) return NULL;
    for (uint16_t i = 0; i < world->module_count; i++) {
        if (wc_hash_equal(&world->code_ids[i], &code)) return world->modules[i];
    }
    return NULL;
}

/* A failure by the status and the detail of a receipt. */
static void outcome_of(wc_world *world, uint16_t status, wc_slice detail, wc_outcome *outcome)
{
    *outcome = (wc_outcome){.kind = WC_OUTCOME_OK, .function = WC_NONE};
    world->failure_name[0] = '\0';
    if (status == WC_RECEIPT_OK) return;
    if (status == WC_RECEIPT_ERROR) {
        failed_error(world, detail, outcome);
    } else if (status == WC_RECEIPT_TRAP) {
        failed_trap(detail, outcome);
    } else {
        refused(status, outcome);
    }
    wc_buf name;
    wc_buf_init(&name, world->failure_name, sizeof(world->failure_name) - 1);
    wc_failure_name(&name, status, detail, failed_module(world, status, detail));
    world->failure_name[name.len] = '\0';
}

static void tell(wc_world *world, const wc_runner_step *step)
{
    const wc_runner_observer *observer = world->job->observer;
    if (observer != NULL) observer->step(observer->self, world, step);
}

/* ---- the operations ----------------------------------------------------------------------------
 */

static wc_host_answer op_party(void *self, uint16_t number, wc_party *party)
{
    wc_world *world = self;
    if (number >= world->party_count) return stop(world, WC_NOT_FOUND);
    memcpy(party->bytes, world->addresses[number].bytes, sizeof(party->bytes));
    return WC_HOST_OK;
}

/* Everybody whose signature the deployment needs, each once; roles are granted on the way. */
static wc_status deploy_signers(wc_world *world, const wc_module *module, wc_slice parties,
                                uint16_t *signers, uint8_t *count)
{
    uint16_t first = WC_NONE;
    for (uint16_t i = 0; i < module->party_count; i++) {
        wc_party party;
        memcpy(party.bytes, parties.data + 32 * (size_t)i, sizeof(party.bytes));
        uint16_t index = wc_world_party(world, &party);
        if (index == WC_NONE) continue; /* an instance */
        if (first == WC_NONE) first = index;
        const wc_party_decl *decl = &module->parties[i];
        if (decl->role != WC_NONE) {
            WC_TRY(wc_world_grant(world, index, module->strings[decl->role]));
        }
        uint8_t at = 0;
        while (at < *count && signers[at] != index) at++;
        if (decl->signatory && at == *count && *count < WC_TX_AUTHS_MAX) {
            signers[(*count)++] = index;
        }
    }
    if (*count == 0 && first != WC_NONE) signers[(*count)++] = first;
    return *count > 0 ? WC_OK : WC_NOT_FOUND;
}

static wc_host_answer op_deploy(void *self, uint16_t number, wc_slice parties, wc_slice terms,
                                wc_party *instance, wc_outcome *outcome)
{
    wc_world *world = self;
    *instance = (wc_party){0};
    uint16_t contract = number & (uint16_t)~WC_TEST_PREVIOUS;
    if (contract >= world->job->contract_count) return stop(world, WC_NOT_FOUND);
    if (contract != number) {
        bool is_there = world->job->previous.len > 0 && world->job->previous_of == contract;
        if (!is_there) return stop(world, WC_NOT_FOUND);
        contract = world->job->contract_count;
    }
    uint16_t signers[WC_TX_AUTHS_MAX];
    uint8_t count = 0;
    wc_status status = wc_world_start(world);
    if (status != WC_OK) return stop_start(world, status);
    status = deploy_signers(world, world->modules[contract], parties, signers, &count);
    if (status != WC_OK) return stop(world, status);

    size_t mark = wc_arena_mark(world->arena);
    wc_buf args;
    void *memory = wc_arena_alloc(world->arena, parties.len + terms.len + 1, 1);
    if (memory == NULL) return stop(world, WC_NO_MEMORY);
    wc_buf_init(&args, memory, parties.len + terms.len + 1);
    wc_buf_put_slice(&args, parties);
    wc_buf_put_slice(&args, terms);
    wc_world_call call = {.kind = WC_CALL_INSTANTIATE,
                          .target = world->code_ids[contract],
                          .args = wc_buf_slice(&args),
                          .signers = signers,
                          .signer_count = count};
    wc_receipt_page page;
    if (world->trace != NULL) wc_trace_deploy(world->trace, contract, parties, terms);
    status = wc_world_send(world, &call, &page);
    if (status != WC_OK) return stop(world, status);
    outcome_of(world, page.receipt.status, page.outcome, outcome);
    wc_arena_rewind(world->arena, mark);
    if (outcome->kind == WC_OUTCOME_OK) {
        wc_reader reader = wc_reader_of(page.outcome);
        wc_slice id;
        if (wc_read_str32(&reader, 32, &id) != WC_OK || id.len != 32) {
            return stop(world, WC_NOT_CANONICAL);
        }
        memcpy(instance->bytes, id.data, id.len);
        wc_address address = address_of(instance);
        if (world->trace != NULL) wc_trace_deployed(world->trace, &address, contract);
    }
    tell(world, &(wc_runner_step){.kind = WC_STEP_DEPLOY,
                                  .contract = contract,
                                  .entry = WC_NONE,
                                  .instance = *instance,
                                  .args = terms,
                                  .outcome = outcome,
                                  .page = &page});
    return WC_HOST_OK;
}

static wc_host_answer run_view(wc_world *world, const wc_runner_step *view, wc_outcome *outcome)
{
    const wc_module *module = world->modules[view->contract];
    wc_address instance = address_of(&view->instance);
    wc_status status =
        wc_chain_view(world->chain, &instance, module->strings[module->entries[view->entry].name],
                      view->args, WC_RUNNER_GAS, outcome);
    if (status != WC_OK) return stop(world, status);
    if (outcome->kind == WC_OUTCOME_ERROR)
        raised_by(world, &world->code_ids[view->contract], outcome);
    if (outcome->kind == WC_OUTCOME_CALLEE) {
        wc_slice detail;
        uint16_t failed = wc_chain_view_failure(world->chain, &detail);
        outcome_of(world, failed, detail, outcome);
    }
    tell(world, view);
    return WC_HOST_OK;
}

/* Nobody signed: nobody is authorised. */
static wc_host_answer unsigned_call(wc_world *world, wc_outcome *outcome)
{
    *outcome = (wc_outcome){
        .kind = WC_OUTCOME_BUILTIN, .code = WC_BUILTIN_NotAuthorised, .function = WC_NONE};
    snprintf(world->failure_name, sizeof(world->failure_name), "NOT_AUTHORISED");
    return WC_HOST_OK;
}

/* Sends an action in the name of the signers. */
static wc_host_answer run_action(wc_world *world, wc_runner_step *action, wc_outcome *outcome)
{
    wc_receipt_page page;
    if (world->signer_count == 0) {
        (void)unsigned_call(world, outcome);
    } else {
        wc_world_call call = {.kind = WC_CALL_ACTION,
                              .target = address_of(&action->instance),
                              .method = action->entry,
                              .args = action->args,
                              .signers = world->signers,
                              .signer_count = world->signer_count,
                              .has_ceilings = true};
        wc_status status = wc_world_send(world, &call, &page);
        if (status != WC_OK) return stop(world, status);
        outcome_of(world, page.receipt.status, page.outcome, outcome);
        action->page = &page;
    }
    tell(world, action);
    return WC_HOST_OK;
}

/* The module that the instance runs: that of the contract, or the version before it. */
static wc_status module_in_use(wc_world *world, const wc_address *instance, uint16_t contract,
                               uint16_t *index)
{
    wc_chain_contract found;
    WC_TRY(wc_chain_contract_of(world->chain, instance, &found));
    uint16_t previous = world->job->contract_count;
    bool is_before = previous < world->module_count && world->job->previous_of == contract &&
                     wc_hash_equal(&found.entry.code, &world->code_ids[previous]);
    *index = is_before ? previous : contract;
    return WC_OK;
}

/* The action or view of the version before that has the name of this one; WC_NONE when there is
 * none. */
static uint16_t entry_before(const wc_module *now, uint16_t entry, const wc_module *before)
{
    for (uint16_t i = 0; i < before->entry_count; i++) {
        if (before->entries[i].kind != now->entries[entry].kind) continue;
        if (same_name(now, now->entries[entry].name, before, before->entries[i].name)) return i;
    }
    return WC_NONE;
}

/* Calls the action or view of this name in the module that the instance runs. */
static wc_host_answer call_in_use(wc_world *world, wc_runner_step *call, wc_outcome *outcome)
{
    uint16_t contract = call->contract;
    const wc_module *module = world->modules[contract];
    wc_address instance = address_of(&call->instance);
    wc_status status = module_in_use(world, &instance, contract, &call->contract);
    if (status != WC_OK) return stop(world, status);
    const wc_module *in_use = world->modules[call->contract];
    if (in_use != module) call->entry = entry_before(module, call->entry, in_use);
    if (call->entry == WC_NONE) return stop(world, WC_NOT_FOUND);
    return call->kind == WC_STEP_VIEW ? run_view(world, call, outcome)
                                      : run_action(world, call, outcome);
}

/* The native call, signed by everybody who signs. */
static wc_host_answer upgrade(wc_world *world, const wc_party *instance, uint16_t contract,
                              wc_outcome *outcome)
{
    if (world->signer_count == 0) return unsigned_call(world, outcome);
    uint8_t memory[64];
    wc_buf args;
    wc_buf_init(&args, memory, sizeof(memory));
    wc_buf_put(&args, instance->bytes, sizeof(instance->bytes));
    wc_buf_put(&args, world->code_ids[contract].bytes, sizeof(world->code_ids[contract].bytes));
    wc_world_call call = {.kind = WC_CALL_NATIVE,
                          .target = wc_native_target(),
                          .method = WC_NATIVE_contract_upgrade,
                          .args = wc_buf_slice(&args),
                          .signers = world->signers,
                          .signer_count = world->signer_count};
    wc_receipt_page page;
    wc_status status = wc_world_send(world, &call, &page);
    if (status != WC_OK) return stop(world, status);
    outcome_of(world, page.receipt.status, page.outcome, outcome);
    return WC_HOST_OK;
}

static wc_host_answer op_call(void *self, const wc_party *instance, uint16_t contract,
                              uint16_t entry, wc_slice args, wc_outcome *outcome)
{
    wc_world *world = self;
    if (contract == WC_TEST_GIVEN) {
        *outcome = (wc_outcome){.kind = WC_OUTCOME_OK, .result = world->test->given};
        return WC_HOST_OK;
    }
    if (contract >= world->job->contract_count) return stop(world, WC_NOT_FOUND);
    wc_address target = address_of(instance);
    if (entry == WC_NONE) return upgrade(world, instance, contract, outcome);
    if (world->trace != NULL) wc_trace_call(world->trace, &target, contract, entry, args);
    bool is_view = world->modules[contract]->entries[entry].kind == WC_ENTRY_VIEW;
    wc_runner_step step = {.kind = is_view ? WC_STEP_VIEW : WC_STEP_ACTION,
                           .contract = contract,
                           .entry = entry,
                           .instance = *instance,
                           .args = args,
                           .outcome = outcome};
    return call_in_use(world, &step, outcome);
}

static uint16_t op_raiser(void *self)
{
    return ((const wc_world *)self)->raiser;
}

static wc_host_answer op_push_signer(void *self, const wc_party *party)
{
    wc_world *world = self;
    uint16_t index = wc_world_party(world, party);
    if (index == WC_NONE) {
        return stop_because(world, "the signer is a contract, which has no key: let an action of "
                                   "it `send` the call");
    }
    if (world->signer_count == WC_WORLD_SIGNERS_MAX) {
        return stop_because(world, "more than eight sign one call");
    }
    world->signers[world->signer_count++] = index;
    return WC_HOST_OK;
}

static wc_host_answer op_pop_signer(void *self)
{
    wc_world *world = self;
    wc_assert(world->signer_count > 0);
    world->signer_count--;
    return WC_HOST_OK;
}

static wc_host_answer op_advance(void *self, int64_t seconds)
{
    wc_world *world = self;
    int64_t to_s;
    wc_assert(seconds >= 0); /* the instruction traps */
    wc_status status = wc_i64_add(world->now_s, seconds, &to_s);
    if (status != WC_OK || to_s > WC_BLOCK_TIME_MAX) {
        return stop_because(world, "time ends with the year 2100, as calendars do: advance by "
                                   "less");
    }
    if (world->trace != NULL) wc_trace_advance(world->trace, to_s);
    status = wc_world_start(world);
    if (status == WC_OK) status = wc_world_advance(world, to_s);
    if (status != WC_OK) return stop(world, status);
    tell(world, &(wc_runner_step){.kind = WC_STEP_ADVANCE, .contract = WC_NONE, .entry = WC_NONE});
    return WC_HOST_OK;
}

/* The figure of the books; nothing happened: 0. */
static int64_t booked(const wc_world *world, const wc_address *instance, const wc_address *party,
                      uint32_t asset, bool is_redeemed)
{
    for (uint32_t i = 0; i < world->figure_count; i++) {
        const wc_world_figure *figure = &world->figures[i];
        if (figure->asset == asset && wc_hash_equal(&figure->instance, instance) &&
            wc_hash_equal(&figure->party, party)) {
            return is_redeemed ? figure->redeemed : figure->posted;
        }
    }
    return 0;
}

/* Asset of a currency as the test image numbers it; 0: no contract moves it. */
static uint32_t asset_of(wc_world *world, uint16_t currency)
{
    const wc_module *image = world->image;
    return wc_chain_asset(world->chain, image->strings[image->currencies[currency].code]);
}

static wc_host_answer op_mandate(void *self, const wc_party *instance, uint16_t currency,
                                 int64_t limit)
{
    wc_world *world = self;
    if (world->signer_count == 0) {
        return stop_because(world, "a mandate is signed by who gives it: `as PARTY { ... }`");
    }
    uint8_t memory[128];
    wc_buf args;
    wc_buf_init(&args, memory, sizeof(memory));
    wc_buf_put(&args, instance->bytes, sizeof(instance->bytes));
    wc_buf_put_u32(&args, asset_of(world, currency));
    wc_buf_put_i64(&args, limit);
    wc_buf_put_i64(&args, limit); /* per period: the whole life is one */
    wc_buf_put_u32(&args, MANDATE_PERIOD_S);
    wc_buf_put_i64(&args, world->now_s + MANDATE_LIFE_S);
    wc_world_call call = {.kind = WC_CALL_NATIVE,
                          .target = wc_native_target(),
                          .method = WC_NATIVE_mandate_grant,
                          .args = wc_buf_slice(&args),
                          .signers = &world->signers[world->signer_count - 1],
                          .signer_count = 1};
    wc_receipt_page page;
    wc_address to = address_of(instance);
    if (world->trace != NULL) {
        wc_trace_mandate(world->trace, &to, asset_of(world, currency), limit);
    }
    wc_status status = wc_world_send(world, &call, &page);
    if (status != WC_OK) return stop(world, status);
    return page.receipt.status == WC_RECEIPT_OK ? WC_HOST_OK : stop(world, WC_OUT_OF_DOMAIN);
}

static wc_host_answer op_money(void *self, wc_test_money what, const wc_party *instance,
                               const wc_party *party, uint16_t currency, int64_t *amount)
{
    wc_world *world = self;
    uint32_t asset = asset_of(world, currency);
    wc_address at = address_of(instance), who = address_of(party);
    switch (what) {
    case WC_TEST_POSTED: *amount = booked(world, &at, &who, asset, false); break;
    case WC_TEST_REDEEMED: *amount = booked(world, &at, &who, asset, true); break;
    case WC_TEST_ESCROW: *amount = wc_chain_escrow(world->chain, &at, &who, asset); break;
    case WC_TEST_FREE: *amount = wc_chain_free(world->chain, &who, asset); break;
    }
    return WC_HOST_OK;
}

static wc_host_answer op_state(void *self, const wc_party *instance, uint16_t *state)
{
    wc_world *world = self;
    wc_address address = address_of(instance);
    wc_chain_contract contract;
    wc_status status = wc_chain_contract_of(world->chain, &address, &contract);
    if (status != WC_OK) return stop(world, status);
    *state = contract.entry.state;
    return WC_HOST_OK;
}

static const wc_test_ops operations = {
    .party = op_party,
    .deploy = op_deploy,
    .call = op_call,
    .raiser = op_raiser,
    .push_signer = op_push_signer,
    .pop_signer = op_pop_signer,
    .advance = op_advance,
    .mandate = op_mandate,
    .money = op_money,
    .state = op_state,
};

const wc_test_ops *wc_runner_ops(void)
{
    return &operations;
}
