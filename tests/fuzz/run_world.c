/* Random contracts: making, loading, calling on both engines. */
#include "tests/fuzz/run_world.h"

#include "tests/fuzz/gen_code.h"
#include "tests/support/sha256.h"
#include "tests/unit/exec/values.h"
#include "vm/exec/image.h"
#include "vm/isa/gas.h"

#define CALLS    6
#define MONEY    1000000
#define ROOT_MAX (1u << 20)
#define ARGS_MAX (1u << 16)

static bool same_outcome(const wc_outcome *a, const wc_outcome *b)
{
    return a->kind == b->kind && a->code == b->code && a->function == b->function &&
           a->word == b->word && a->operand_count == b->operand_count &&
           memcmp(a->operands, b->operands, sizeof a->operands) == 0 &&
           wc_slice_equal(a->args, b->args) && a->gas_used == b->gas_used &&
           a->root_changed == b->root_changed && wc_slice_equal(a->root, b->root) &&
           a->entered == b->entered && a->state == b->state && a->final == b->final &&
           a->has_due == b->has_due && a->due == b->due && a->due_entry == b->due_entry &&
           a->prepaid == b->prepaid && wc_slice_equal(a->result, b->result);
}

typedef struct attempt {
    bool deploys;
    wc_slice parties;
    wc_call call;
} attempt;

static void run_one(run_world *w, const attempt *what, size_t engine, wc_fake_host *host,
                    wc_outcome *outcome)
{
    wc_fake_host_init(host, &w->own);
    wc_fake_host_copy(host, &w->host);
    memset(w->memory[engine], engine == 0 ? 0xa5 : 0x5a, wc_call_memory_size(w->images[engine]));
    wc_slice root = wc_slice_of(w->root, w->root_len);
    wc_instance instance = {w->images[engine], w->own, root, what->parties};
    wc_host table = {&wc_fake_host_ops, host};
    if (what->deploys) {
        wc_deploy_run(&instance, &what->call, &table, w->memory[engine], outcome);
    } else {
        wc_call_run(&instance, &what->call, &table, w->memory[engine], outcome);
    }
}

typedef struct pair_run {
    wc_fake_host hosts[2];
    wc_outcome outcomes[2];
} pair_run;

/* On both engines: the same end, and the same effects until then. The caller drops the hosts. */
static void run_pair(run_world *w, const attempt *what, pair_run *pair)
{
    for (size_t i = 0; i < 2; i++) run_one(w, what, i, &pair->hosts[i], &pair->outcomes[i]);
    const wc_outcome *outcome = &pair->outcomes[0];
    wc_assert(same_outcome(outcome, &pair->outcomes[1]));
    wc_assert(wc_slice_equal(wc_fake_log(&pair->hosts[0]), wc_fake_log(&pair->hosts[1])));
    wc_assert(outcome->gas_used <= what->call.gas_limit);
    wc_assert(outcome->kind != WC_OUTCOME_TRAP || outcome->code != WC_TRAP_HOST);
    w->compared++;
}

static void drop_pair(pair_run *pair)
{
    for (size_t i = 0; i < 2; i++) wc_fake_host_drop(&pair->hosts[i]);
}

/* The same with less gas than it used; nothing of it is kept. */
static void run_cuts(run_world *w, const attempt *what, uint64_t used)
{
    for (uint32_t i = 0; i < w->cuts && used > 0; i++) {
        attempt cut = *what;
        pair_run pair;
        cut.call.gas_limit = i == 0 ? used - 1 : wc_prng_below(&w->prng, used);
        run_pair(w, &cut, &pair);
        drop_pair(&pair);
    }
}

static void keep(run_world *w, const pair_run *pair)
{
    const wc_outcome *outcome = &pair->outcomes[0];
    wc_fake_host_copy(&w->host, &pair->hosts[0]);
    w->host.events = 0;
    w->host.sends = 0;
    if (!outcome->root_changed) return;
    wc_assert(outcome->root.len <= ROOT_MAX);
    memcpy(w->root, outcome->root.data, outcome->root.len);
    w->root_len = outcome->root.len;
}

/* Runs on both engines, compares, keeps the effects of a success. False: it failed. */
static bool run(run_world *w, const attempt *what)
{
    pair_run pair;
    run_pair(w, what, &pair);
    const wc_outcome outcome = pair.outcomes[0];
    if (!what->deploys) {
        wc_assert(outcome.gas_used <= w->module->entries[what->call.entry].gas_bound);
    }
    bool is_done = outcome.kind == WC_OUTCOME_OK;
    if (w->cuts > 0) {
        drop_pair(&pair);
        run_cuts(w, what, outcome.gas_used); /* in the memories of the outcome: it is made anew */
        run_pair(w, what, &pair);
    }
    if (is_done) keep(w, &pair);
    drop_pair(&pair);
    return is_done;
}

/* Random canonical bytes of a type, from the arena; empty when they are too long to try. */
static wc_slice random_value(run_world *w, uint16_t type)
{
    uint8_t *bytes = wc_arena_alloc(&w->arena, ARGS_MAX, 1);
    if (bytes == NULL) return wc_slice_of(NULL, 0);
    wc_buf buf;
    wc_buf_init(&buf, bytes, ARGS_MAX);
    values_put(w->module, type, &w->prng, &buf);
    return buf.full ? wc_slice_of(NULL, 0) : wc_buf_slice(&buf);
}

static uint64_t random_gas(run_world *w)
{
    if (wc_prng_below(&w->prng, 3) != 0) return UINT64_MAX;
    return wc_prng_below(&w->prng, 200000);
}

static void call_entries(run_world *w)
{
    for (int i = 0; i < CALLS; i++) {
        size_t mark = wc_arena_mark(&w->arena);
        attempt a = {.call = {.entry = (uint16_t)wc_prng_below(&w->prng, w->module->entry_count),
                              .principal = w->alice,
                              .has_principal = true,
                              .now = 1700000000 + i,
                              .gas_limit = random_gas(w)}};
        const wc_entry *entry = &w->module->entries[a.call.entry];
        bool callable = entry->kind == WC_ENTRY_ACTION || entry->kind == WC_ENTRY_VIEW ||
                        entry->kind == WC_ENTRY_AFTER;
        if (!callable) continue;
        if (entry->kind != WC_ENTRY_AFTER) a.call.args = random_value(w, entry->args);
        (void)run(w, &a);
        wc_arena_rewind(&w->arena, mark);
    }
}

static void deploy(run_world *w)
{
    wc_party parties[WC_PARTIES_MAX];
    for (uint16_t i = 0; i < w->module->party_count; i++) {
        parties[i] = wc_fake_party((uint8_t)(i + 1));
        wc_fake_account *account = wc_fake_account_of(&w->host, &parties[i]);
        account->is_signer = true;
        account->free[0] = account->escrow[0] = MONEY;
        account->free[1] = account->escrow[1] = MONEY;
        uint16_t role = w->module->parties[i].role;
        if (role != WC_NONE && w->module->strings[role].len == 4) account->role = "Bank";
    }
    w->alice = wc_fake_party(1);
    attempt a = {.deploys = true,
                 .parties = wc_slice_of(parties, sizeof(wc_party) * w->module->party_count),
                 .call = {.args = random_value(w, w->module->terms_type),
                          .principal = w->alice,
                          .has_principal = true,
                          .now = 1600000000,
                          .gas_limit = UINT64_MAX}};
    if (run(w, &a)) call_entries(w);
}

/* The stored form of a module with the bounds that the verifier derives; empty when it refuses. */
static wc_slice store(run_world *w, wc_module *module)
{
    wc_finding finding;
    if (wc_module_bound(module, wc_test_sha256, &w->arena, &finding) != WC_OK) {
        return wc_slice_of(NULL, 0);
    }
    uint8_t *bytes = wc_arena_alloc(&w->arena, WC_MODULE_SIZE_MAX, 1);
    if (bytes == NULL) return wc_slice_of(NULL, 0);
    wc_buf buf;
    wc_buf_init(&buf, bytes, WC_MODULE_SIZE_MAX);
    wc_module_encode(module, &buf);
    return buf.full ? wc_slice_of(NULL, 0) : wc_buf_slice(&buf);
}

static wc_module *read_module(run_world *w, wc_slice bytes)
{
    wc_module *module;
    size_t bad;
    wc_status status = wc_module_decode(bytes, &w->arena, &module, &bad);
    return status == WC_OK ? module : NULL;
}

bool run_world_open(run_world *w, void *memory, const uint8_t *data, size_t size)
{
    if (size < 2) return false;
    wc_arena_init(&w->arena, memory, RUN_ARENA);
    w->input = wc_slice_of(data + 1, size - 1);
    wc_decisions decisions = {w->input, 0};
    wc_module *module =
        data[0] == 0 ? read_module(w, w->input) : wc_gen_module(&w->arena, &decisions);
    w->bytes = module == NULL ? wc_slice_of(NULL, 0) : store(w, module);
    wc_finding finding;
    if (w->bytes.len == 0 ||
        wc_image_load(w->bytes, wc_test_sha256, &w->arena, &w->images[0], &finding) != WC_OK) {
        return false;
    }
    w->module = wc_image_module(w->images[0]);
    return !w->module->is_test_image;
}

void run_world_play(run_world *w)
{
    w->own = wc_fake_party(0xee);
    wc_fake_host_init(&w->host, &w->own);
    wc_fake_account_of(&w->host, &w->own)->free[0] = MONEY;
    wc_prng_init(&w->prng, wc_test_sha256(&w->input, 1).bytes[0] * 257u + (w->input.len + 1));
    w->root_len = 0;
    w->root = wc_arena_alloc(&w->arena, ROOT_MAX, 1);
    for (size_t i = 0; i < 2; i++) {
        w->memory[i] = wc_arena_alloc(&w->arena, wc_call_memory_size(w->images[i]), 1);
    }
    if (w->root != NULL && w->memory[0] != NULL && w->memory[1] != NULL) deploy(w);
    wc_fake_host_drop(&w->host);
}
