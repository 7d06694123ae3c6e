/* One play: deployments, then steps. Every choice goes through fuzz->draw. */
#include "node/runner/fuzz_play.h"

#include <stdio.h>
#include <string.h>

#include "vm/isa/abi.h"

#define ATTEMPTS_MAX 60u /* at deploying one contract */
#define DEPTH_MAX    4u  /* of references between contracts that are deployed */

static const wc_module *module_of(const wc_fuzz *fuzz, uint16_t contract)
{
    return wc_image_module(fuzz->images[contract]);
}

/* ---- setting up --------------------------------------------------------------------------------
 */

uint16_t wc_fuzz_offers(const wc_fuzz *fuzz, const wc_module *module, uint16_t interface)
{
    const wc_interface *wanted = &module->interfaces[interface];
    for (uint16_t c = 0; c < fuzz->job->base.contract_count; c++) {
        bool has_all = module_of(fuzz, c) != module;
        for (uint16_t i = 0; has_all && i < wanted->count; i++) {
            const wc_method *method = &module->methods[wanted->first + i];
            has_all = wc_image_method(fuzz->images[c], method->id) != WC_NONE;
        }
        if (has_all) return c;
    }
    return WC_NONE;
}

static void name_party(wc_fuzz *fuzz, wc_str name)
{
    for (uint16_t i = 0; i < fuzz->party_count; i++) {
        if (wc_str_equal(fuzz->party_names[i], name)) return;
    }
    if (fuzz->party_count == WC_FUZZ_PARTIES_MAX) return;
    fuzz->party_names[fuzz->party_count] = name;
    fuzz->parties[fuzz->party_count] = wc_runner_party(fuzz->party_count);
    fuzz->party_count++;
}

/* The parties of the contract and of what it refers to, by name, and a stranger. */
static const char *name_parties(wc_fuzz *fuzz, uint16_t contract, unsigned depth)
{
    const wc_module *module = module_of(fuzz, contract);
    if (depth == DEPTH_MAX) return "its references are too deep";
    for (uint16_t i = 0; i < module->party_count; i++) {
        name_party(fuzz, module->strings[module->parties[i].name]);
    }
    for (uint16_t i = 0; i < module->interface_count; i++) {
        uint16_t other = wc_fuzz_offers(fuzz, module, i);
        if (other == WC_NONE) return "nothing offers what it refers to: name a file that uses both";
        const char *reason = name_parties(fuzz, other, depth + 1);
        if (reason != NULL) return reason;
    }
    return NULL;
}

wc_status wc_fuzz_open(wc_fuzz *fuzz, const wc_fuzz_job *job, const char **reason)
{
    fuzz->job = job;
    if (job->base.contract_count > WC_ARRAY_LEN(fuzz->images)) return WC_TOO_LARGE;
    for (uint16_t i = 0; i < job->base.contract_count; i++) {
        wc_finding finding;
        WC_TRY(wc_image_load(job->base.contracts[i], wc_sha256, job->base.arena, &fuzz->images[i],
                             &finding));
    }
    fuzz->memory = wc_arena_alloc(job->base.arena, 2 * WC_FUZZ_ARGS_MAX, 1);
    if (fuzz->memory == NULL) return WC_NO_MEMORY;
    *reason = name_parties(fuzz, job->contract, 0);
    name_party(fuzz, WC_STR("stranger"));
    return WC_OK;
}

/* ---- values ------------------------------------------------------------------------------------
 */

typedef struct reference {
    const wc_fuzz *fuzz;
    const wc_module *module;
} reference;

bool wc_fuzz_refer(const wc_fuzz *fuzz, const wc_module *module, uint16_t interface,
                   wc_address *address)
{
    uint16_t contract = wc_fuzz_offers(fuzz, module, interface);
    for (uint32_t i = fuzz->instance_count; i-- > 0;) {
        if (fuzz->instances[i].contract != contract) continue;
        memcpy(address->bytes, fuzz->instances[i].id.bytes, sizeof(address->bytes));
        return true;
    }
    return false;
}

static bool refer(void *self, uint16_t interface, wc_address *address)
{
    const reference *ref = self;
    return wc_fuzz_refer(ref->fuzz, ref->module, interface, address);
}

static wc_status make(wc_fuzz *fuzz, uint16_t contract, uint16_t type, wc_slice *value)
{
    const wc_module *module = module_of(fuzz, contract);
    reference ref = {fuzz, module};
    wc_maker maker = {.draw = &fuzz->draw,
                      .module = module,
                      .arena = fuzz->job->base.arena,
                      .party_count = fuzz->party_count,
                      .parties = fuzz->parties,
                      .now_s = fuzz->world->now_s,
                      .is_modest = true,
                      .pool = &fuzz->pool,
                      .refer = refer,
                      .self = &ref};
    wc_buf buf;
    wc_buf_init(&buf, fuzz->memory, WC_FUZZ_ARGS_MAX);
    WC_TRY(wc_make_value(&maker, type, &buf));
    WC_TRY(wc_buf_status(&buf));
    *value = wc_buf_slice(&buf);
    return WC_OK;
}

/* ---- deployment --------------------------------------------------------------------------------
 */

/* Each party by its own name, seldom another: one person may stand on both sides. */
static void choose_parties(wc_fuzz *fuzz, const wc_module *module, wc_buf *parties)
{
    for (uint16_t i = 0; i < module->party_count; i++) {
        wc_str name = module->strings[module->parties[i].name];
        uint16_t own = 0;
        while (own < fuzz->party_count && !wc_str_equal(fuzz->party_names[own], name)) own++;
        bool is_other = wc_draw_keep(&fuzz->draw, 2, wc_draw_hint(&fuzz->draw, 24) == 1) == 1;
        if (is_other) own = (uint16_t)wc_draw_below(&fuzz->draw, fuzz->party_count);
        wc_buf_put(parties, fuzz->parties[own].bytes, sizeof(fuzz->parties[own].bytes));
    }
}

static wc_status settle(wc_fuzz *fuzz, uint16_t contract, unsigned depth, bool *is_done);

static wc_status deploy(wc_fuzz *fuzz, uint16_t contract, unsigned depth, bool *is_done)
{
    const wc_module *module = module_of(fuzz, contract);
    *is_done = false;
    if (depth == DEPTH_MAX || fuzz->instance_count == WC_FUZZ_INSTANCES_MAX) return WC_OK;
    for (uint16_t i = 0; i < module->interface_count; i++) {
        bool has_other;
        uint16_t other = wc_fuzz_offers(fuzz, module, i);
        if (other == WC_NONE) return WC_OK;
        WC_TRY(settle(fuzz, other, depth + 1, &has_other));
        if (!has_other) return WC_OK;
    }
    uint8_t party_memory[32 * WC_PARTIES_MAX];
    wc_buf parties;
    wc_slice terms;
    wc_party id;
    wc_outcome outcome = {.kind = WC_OUTCOME_OK};
    wc_buf_init(&parties, party_memory, sizeof(party_memory));
    choose_parties(fuzz, module, &parties);
    if (!wc_fuzz_recall(fuzz, contract, &terms)) {
        WC_TRY(make(fuzz, contract, module->terms_type, &terms));
    }
    const wc_test_ops *ops = wc_runner_ops();
    if (ops->deploy(fuzz->world, contract, wc_buf_slice(&parties), terms, &id, &outcome) !=
        WC_HOST_OK) {
        return WC_OK; /* the ledger does not take it, for example without parties */
    }
    /* Terms that an invariant does not allow are refused by its trap: that is what it is for. */
    if (outcome.kind != WC_OUTCOME_OK) return WC_OK;
    wc_fuzz_write_deploy(fuzz, contract, wc_buf_slice(&parties), terms);
    fuzz->instances[fuzz->instance_count++] = (wc_fuzz_instance){id, contract};
    *is_done = true;
    return WC_OK;
}

/* Contracts hold their terms to rules: other terms are tried until some fit, made ones and those of
 * tests. */
static wc_status settle(wc_fuzz *fuzz, uint16_t contract, unsigned depth, bool *is_done)
{
    *is_done = false;
    for (uint32_t i = 0; i < fuzz->instance_count; i++) {
        if (fuzz->instances[i].contract == contract) *is_done = true;
    }
    for (uint32_t i = 0; i < ATTEMPTS_MAX && !*is_done; i++) {
        bool is_played_out = fuzz->draw.is_replay && fuzz->draw.at > fuzz->draw.count;
        if (is_played_out && i > 0) return WC_OK; /* the same simplest terms again */
        WC_TRY(deploy(fuzz, contract, depth, is_done));
    }
    return WC_OK;
}

/* ---- steps -------------------------------------------------------------------------------------
 */

/* Numbers of the parties that an entry's `by` asks for; roles: who is bound with that role. */
static uint8_t right_signers(wc_fuzz *fuzz, const wc_fuzz_instance *to, const wc_entry *entry,
                             uint16_t *signers)
{
    wc_chain_contract contract;
    wc_address address;
    uint8_t count = 0;
    const wc_module *module = module_of(fuzz, to->contract);
    memcpy(address.bytes, to->id.bytes, sizeof(address.bytes));
    if (wc_chain_contract_of(fuzz->world->chain, &address, &contract) != WC_OK) return 0;
    uint8_t only = entry->by == WC_BY_ANY && entry->who_count > 0
                       ? (uint8_t)wc_draw_below(&fuzz->draw, entry->who_count)
                       : UINT8_MAX;
    for (uint8_t i = 0; i < entry->who_count && count < WC_WORLD_SIGNERS_MAX; i++) {
        if (only != UINT8_MAX && i != only) continue;
        uint16_t who = entry->who[i];
        for (uint16_t p = 0; p < module->party_count; p++) {
            bool fits = (who & WC_BY_ROLE) != 0
                            ? module->parties[p].role == (uint16_t)(who & ~WC_BY_ROLE)
                            : p == who;
            wc_party party;
            if (!fits) continue;
            memcpy(party.bytes, contract.root.parties.data + 32 * (size_t)p, sizeof(party.bytes));
            uint16_t index = wc_world_party(fuzz->world, &party);
            if (index != WC_NONE) signers[count++] = index;
            break;
        }
    }
    return count;
}

static uint8_t choose_signers(wc_fuzz *fuzz, const wc_fuzz_instance *to, const wc_entry *entry,
                              uint16_t *signers)
{
    bool is_wrong = wc_draw_keep(&fuzz->draw, 2, wc_draw_hint(&fuzz->draw, 8) == 1) == 1;
    uint8_t count = 0;
    if (!is_wrong) count = right_signers(fuzz, to, entry, signers);
    if (count == 0) signers[count++] = (uint16_t)wc_draw_below(&fuzz->draw, fuzz->party_count);
    return count;
}

static wc_status call(wc_fuzz *fuzz)
{
    const wc_test_ops *ops = wc_runner_ops();
    bool is_other = wc_draw_keep(&fuzz->draw, 2, wc_draw_hint(&fuzz->draw, 6) == 1) == 1;
    uint32_t last = fuzz->instance_count - 1;
    uint32_t at = is_other ? (uint32_t)wc_draw_below(&fuzz->draw, fuzz->instance_count) : 0;
    const wc_fuzz_instance *to = &fuzz->instances[last - at];
    const wc_module *module = module_of(fuzz, to->contract);
    uint16_t actions = 0;
    while (actions < module->entry_count && module->entries[actions].kind == WC_ENTRY_ACTION) {
        actions++;
    }
    if (actions == 0) return WC_OK;
    uint16_t entry = (uint16_t)wc_draw_below(&fuzz->draw, actions);
    uint16_t signers[WC_WORLD_SIGNERS_MAX];
    uint8_t count = choose_signers(fuzz, to, &module->entries[entry], signers);
    wc_slice args;
    WC_TRY(make(fuzz, to->contract, module->entries[entry].args, &args));
    for (uint8_t i = 0; i < count; i++) fuzz->world->signers[i] = signers[i];
    fuzz->world->signer_count = count;
    wc_outcome outcome = {.kind = WC_OUTCOME_OK};
    if (ops->call(fuzz->world, &to->id, to->contract, entry, args, &outcome) != WC_HOST_OK) {
        return WC_NOT_SUPPORTED;
    }
    fuzz->steps++;
    fuzz->refused += outcome.kind != WC_OUTCOME_OK;
    if (outcome.kind == WC_OUTCOME_TRAP) wc_fuzz_trapped(fuzz, to->contract, &outcome);
    wc_fuzz_write_call(fuzz, to, entry, args, &outcome);
    fuzz->world->signer_count = 0;
    return WC_OK;
}

static wc_status advance(wc_fuzz *fuzz)
{
    static const int64_t spans[] = {900, 3600, 86400, 60, 1, 7 * 86400, 31 * 86400, 366 * 86400};
    int64_t due_s, wanted = spans[wc_draw_hint(&fuzz->draw, WC_ARRAY_LEN(spans))];
    bool has_due = wc_chain_next_due(fuzz->world->chain, &due_s);
    if (has_due && wc_draw_hint(&fuzz->draw, 3) == 0) wanted = due_s - fuzz->world->now_s;
    if (has_due && wc_draw_hint(&fuzz->draw, 8) == 0) wanted = due_s - fuzz->world->now_s - 1;
    if (wanted < 0) wanted = 0;
    int64_t seconds = (int64_t)wc_draw_keep(&fuzz->draw, UINT64_C(1) << 31, (uint64_t)wanted);
    int64_t left_s = WC_BLOCK_TIME_MAX - fuzz->world->now_s;
    if (seconds > left_s) seconds = left_s;
    wc_fuzz_write_advance(fuzz, seconds);
    WC_TRY(wc_world_advance(fuzz->world, fuzz->world->now_s + seconds));
    fuzz->steps++;
    return WC_OK;
}

static wc_status step(wc_fuzz *fuzz)
{
    bool is_advance = wc_draw_keep(&fuzz->draw, 2, wc_draw_hint(&fuzz->draw, 5) == 1) == 1;
    WC_TRY(is_advance ? advance(fuzz) : call(fuzz));
    if (!fuzz->has_found) wc_fuzz_check_timeouts(fuzz);
    return fuzz->has_found ? WC_OK : wc_fuzz_check_money(fuzz);
}

static wc_status play(wc_fuzz *fuzz)
{
    wc_fuzz_write_begin(fuzz);
    WC_TRY(settle(fuzz, fuzz->job->contract, 0, &fuzz->is_deployed));
    while (fuzz->is_deployed && !fuzz->has_found && fuzz->steps < WC_FUZZ_STEPS &&
           wc_draw_more(&fuzz->draw, 20)) {
        WC_TRY(step(fuzz));
    }
    if (!fuzz->is_deployed || fuzz->has_found) return WC_OK;
    return wc_fuzz_check_stranded(fuzz);
}

wc_status wc_fuzz_play(wc_fuzz *fuzz)
{
    wc_arena *arena = fuzz->job->base.arena;
    size_t mark = wc_arena_mark(arena);
    wc_runner_test test = {.parties = fuzz->party_names, .party_count = fuzz->party_count};
    fuzz->world = WC_ARENA_NEW(arena, wc_world);
    if (fuzz->world == NULL) return WC_NO_MEMORY;
    fuzz->pool.count = 0;
    fuzz->instance_count = 0;
    fuzz->is_deployed = false;
    fuzz->steps = fuzz->refused = 0;
    fuzz->has_found = false;
    wc_status status = wc_world_open(fuzz->world, &fuzz->job->base, &test);
    if (status == WC_OK) status = wc_world_start(fuzz->world);
    if (status == WC_OK) status = play(fuzz);
    wc_world_close(fuzz->world);
    wc_arena_rewind(arena, mark);
    return status;
}
