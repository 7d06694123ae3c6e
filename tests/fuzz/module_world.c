/* The world of a contract; see module_world.h. */
#include "tests/fuzz/module_world.h"

#include <stdlib.h>

#include "tests/fuzz/gen_code.h"
#include "tests/support/sha256.h"
#include "tests/unit/exec/values.h"
#include "vm/exec/image.h"
#include "vm/isa/gas.h"

#define ARENA    (16u << 20)
#define CALLS    6
#define MONEY    1000000
#define ROOT_MAX (1u << 20)
#define ARGS_MAX (1u << 16)

extern const wc_engine wc_engine_switch;
static const wc_engine *const engines[MODULE_ENGINES] = {&wc_engine_loop, &wc_engine_switch};

bool module_same_outcome(const wc_outcome *a, const wc_outcome *b)
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

void module_world_try(module_world *w, const module_attempt *what, size_t engine,
                      wc_fake_host *host, wc_outcome *outcome)
{
    wc_fake_host_init(host, &w->own);
    wc_fake_host_copy(host, &w->host);
    memset(w->memory[engine], engine % 2 == 0 ? 0xa5 : 0x5a,
           wc_call_memory_size(w->images[engine]));
    wc_slice root = wc_slice_of(w->root, w->root_len);
    wc_instance instance = {w->images[engine], w->own, root, what->parties};
    wc_host table = {&wc_fake_host_ops, host};
    if (what->deploys) {
        wc_deploy_run(&instance, &what->call, &table, w->memory[engine], outcome);
    } else {
        wc_call_run(&instance, &what->call, &table, w->memory[engine], outcome);
    }
}

static void check_outcome(const module_world *w, const module_attempt *what,
                          const wc_outcome *outcome)
{
    wc_assert(outcome->gas_used <= what->call.gas_limit);
    if (!what->deploys) {
        wc_assert(outcome->gas_used <= w->module->entries[what->call.entry].gas_bound);
    }
    wc_assert(outcome->kind != WC_OUTCOME_TRAP || outcome->code != WC_TRAP_HOST);
    if (outcome->kind == WC_OUTCOME_OK) return;
    wc_assert(!outcome->root_changed && outcome->root.len == 0 && outcome->result.len == 0);
    wc_assert(!outcome->entered && !outcome->has_due && outcome->prepaid == 0);
}

static void keep(module_world *w, const wc_fake_host *host, const wc_outcome *outcome)
{
    wc_fake_host_copy(&w->host, host);
    w->host.events = 0;
    w->host.sends = 0;
    w->done++;
    if (!outcome->root_changed) return;
    wc_assert(outcome->root.len <= ROOT_MAX);
    memcpy(w->root, outcome->root.data, outcome->root.len);
    w->root_len = outcome->root.len;
}

/* Runs on every engine, compares, keeps the effects of a success. False: it failed. */
static bool run(module_world *w, const module_attempt *what)
{
    wc_fake_host hosts[MODULE_ENGINES];
    wc_outcome outcomes[MODULE_ENGINES];
    w->calls++;
    if (w->property != NULL) w->property(w, what);
    for (size_t i = 0; i < MODULE_ENGINES; i++) {
        module_world_try(w, what, i, &hosts[i], &outcomes[i]);
        wc_assert(module_same_outcome(&outcomes[0], &outcomes[i]));
        wc_assert(wc_slice_equal(wc_fake_log(&hosts[0]), wc_fake_log(&hosts[i])));
    }
    check_outcome(w, what, &outcomes[0]);
    bool is_done = outcomes[0].kind == WC_OUTCOME_OK;
    if (is_done) keep(w, &hosts[0], &outcomes[0]);
    for (size_t i = 0; i < MODULE_ENGINES; i++) wc_fake_host_drop(&hosts[i]);
    return is_done;
}

/* Random canonical bytes of a type, from the arena; empty when they are too long to try. */
static wc_slice random_value(module_world *w, uint16_t type)
{
    uint8_t *bytes = wc_arena_alloc(&w->arena, ARGS_MAX, 1);
    if (bytes == NULL) return wc_slice_of(NULL, 0);
    wc_buf buf;
    wc_buf_init(&buf, bytes, ARGS_MAX);
    values_put(w->module, type, &w->prng, &buf);
    return buf.full ? wc_slice_of(NULL, 0) : wc_buf_slice(&buf);
}

static uint64_t random_gas(module_world *w)
{
    if (wc_prng_below(&w->prng, 3) != 0) return MODULE_GAS;
    return wc_prng_below(&w->prng, 200000);
}

static void call_entries(module_world *w)
{
    for (int i = 0; i < CALLS; i++) {
        size_t mark = wc_arena_mark(&w->arena);
        module_attempt a = {
            .call = {.entry = (uint16_t)wc_prng_below(&w->prng, w->module->entry_count),
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

static void deploy(module_world *w)
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
    module_attempt a = {.deploys = true,
                        .parties = wc_slice_of(parties, sizeof(wc_party) * w->module->party_count),
                        .call = {.args = random_value(w, w->module->terms_type),
                                 .principal = w->alice,
                                 .has_principal = true,
                                 .now = 1600000000,
                                 .gas_limit = MODULE_GAS}};
    if (run(w, &a)) call_entries(w);
}

/* The images of a stored module, one for each engine; false: refused. */
static bool load(module_world *w, wc_slice bytes)
{
    wc_finding finding;
    if (wc_image_load(bytes, wc_test_sha256, &w->arena, &w->images[0], &finding) != WC_OK) {
        return false;
    }
    w->module = wc_image_module(w->images[0]);
    for (size_t i = 1; i < MODULE_ENGINES; i++) {
        if (wc_image_translate(w->module, engines[i], &w->arena, &w->images[i]) != WC_OK) {
            return false;
        }
    }
    return true;
}

/* The stored form of a module with the bounds that the verifier derives; empty when it refuses. */
static wc_slice store(module_world *w, wc_module *module)
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

static wc_module *read_module(module_world *w, wc_slice bytes)
{
    wc_module *module;
    size_t bad;
    wc_status status = wc_module_decode(bytes, &w->arena, &module, &bad);
    return status == WC_OK ? module : NULL;
}

/* Memory for the calls; false: this module needs more than there is. */
static bool place(module_world *w)
{
    w->root = wc_arena_alloc(&w->arena, ROOT_MAX, 1);
    bool has_all = w->root != NULL;
    for (size_t i = 0; i < MODULE_ENGINES; i++) {
        w->memory[i] = wc_arena_alloc(&w->arena, wc_call_memory_size(w->images[i]), 1);
        has_all = has_all && w->memory[i] != NULL;
    }
    return has_all;
}

bool module_world_open(module_world *w, wc_slice input)
{
    static uint8_t *arena_memory;
    if (arena_memory == NULL) arena_memory = malloc(ARENA);
    wc_assert(arena_memory != NULL);
    if (input.len < 2) return false;

    wc_arena_init(&w->arena, arena_memory, ARENA);
    wc_slice rest = wc_slice_of(input.data + 1, input.len - 1);
    wc_decisions decisions = {rest, 0};
    wc_module *module =
        input.data[0] == 0 ? read_module(w, rest) : wc_gen_module(&w->arena, &decisions);
    w->bytes = module == NULL ? wc_slice_of(NULL, 0) : store(w, module);
    if (w->bytes.len == 0 || !load(w, w->bytes)) return false;
    wc_prng_init(&w->prng, wc_test_sha256(&rest, 1).bytes[0] * 257u + (uint64_t)input.len);
    return !w->module->is_test_image && place(w);
}

void module_world_play(module_world *w)
{
    w->own = wc_fake_party(0xee);
    w->root_len = 0;
    wc_fake_host_init(&w->host, &w->own);
    wc_fake_account_of(&w->host, &w->own)->free[0] = MONEY;
    deploy(w);
    wc_fake_host_drop(&w->host);
}

bool module_world_run(module_world *w, wc_slice input)
{
    if (!module_world_open(w, input)) return false;
    module_world_play(w);
    return true;
}
