/* Two contracts on a real ledger and in the reference interpreter, call by call.
 *
 * Both sides write what happens as lines of text (oracle_tell.c): how a call or a time-out ended,
 * with the arguments of its error; its events and postings in order; states, root fields, balances
 * and what all views answer. The lines must be the same. */
#include <stdio.h>
#include <string.h>

#include "node/ledger/natives.h"
#include "tests/fuzz/oracle_args.h"
#include "tests/fuzz/oracle_play.h"

#define CALLS    16u
#define ACTIONS  8u
#define STEPS    4000000u
#define ARGS_MAX 32768u

/* --- deployment ------------------------------------------------------------------------------- */

static uint16_t add_signer(uint16_t *signers, uint16_t count, uint16_t party)
{
    for (uint16_t i = 0; i < count; i++) {
        if (signers[i] == party) return count;
    }
    signers[count] = party;
    return (uint16_t)(count + 1);
}

static bool deploy_on_ledger(oracle_play *p, uint16_t number, wc_slice parties_and_terms)
{
    uint16_t signers[PEOPLE], count = 0;
    wc_receipt_page page;
    const wc_sema_contract *contract = p->contracts[number];
    for (uint16_t i = 0; i < PEOPLE; i++) {
        count = add_signer(signers, count, p->bound[i]);
        if (contract->parties[i].role.len == 0) continue;
        wc_status granted = wc_world_grant(&p->world, p->bound[i], contract->parties[i].role);
        wc_assert(granted == WC_OK);
    }
    wc_world_call call = {.kind = WC_CALL_INSTANTIATE,
                          .target = p->world.code_ids[number],
                          .args = parties_and_terms,
                          .signers = signers,
                          .signer_count = (uint8_t)count};
    wc_status status = wc_world_send(&p->world, &call, &page);
    wc_assert(status == WC_OK);
    oracle_tell_end(p, &page);
    if (page.receipt.status != WC_RECEIPT_OK) return false;
    oracle_tell_events(p, &page);
    wc_reader reader = wc_reader_of(page.outcome);
    wc_slice id;
    bool is_read = wc_read_str32(&reader, 32, &id) == WC_OK && id.len == 32;
    wc_assert(is_read);
    memcpy(p->ids[number].bytes, id.data, id.len);
    return true;
}

static bool deploy(oracle_play *p, uint16_t number, wc_prng *prng)
{
    static uint8_t bytes[ARGS_MAX];
    const wc_sema_contract *contract = p->contracts[number];
    wc_interp_party parties[PEOPLE];
    wc_interp_outcome in;
    wc_buf args;
    wc_buf_init(&args, bytes, sizeof bytes);
    for (uint16_t i = 0; i < PEOPLE; i++) {
        p->bound[i] = i == 2 && wc_prng_below(prng, 10) == 0 ? 0 : i;
        parties[i] = oracle_same_party(&p->world.addresses[p->bound[i]]);
        wc_buf_put(&args, parties[i].bytes, sizeof parties[i].bytes);
    }
    size_t start = args.len;
    for (uint16_t i = 0; i < contract->term_count; i++) {
        if (contract->terms[i].type->kind == WC_SEMA_CONTRACT_REF) {
            wc_buf_put(&args, p->ids[1].bytes, sizeof p->ids[1].bytes);
        } else {
            oracle_put_value(prng, &args, contract->terms[i].type);
        }
    }
    oracle_clear(p);
    bool is_there = deploy_on_ledger(p, number, wc_buf_slice(&args));
    wc_interp_party id = oracle_same_party(&p->ids[number]);
    if (is_there) wc_interp_name_next(p->in, &id);
    wc_slice terms = wc_slice_of(bytes + start, args.len - start);
    if (wc_interp_advance(p->in, 0, &in)) {
        wc_interp_deploy(p->in, contract, parties, terms, &p->numbers[number], &in);
    }
    oracle_interp_end(p, &in);
    if (!oracle_is_same(p, "deployment")) return false;
    p->is_over = p->is_over || !is_there;
    return true;
}

/* --- calls ------------------------------------------------------------------------------------ */

static uint16_t choose_signers(wc_prng *prng, uint16_t *signers)
{
    uint16_t count = 0;
    uint16_t first = (uint16_t)(wc_prng_below(prng, 100) < 70 ? 0 : wc_prng_below(prng, PEOPLE));
    uint64_t others = wc_prng_below(prng, 100) < 60 ? 7 : wc_prng_below(prng, 8);
    for (uint16_t i = 0; i < PEOPLE; i++) {
        if (i != first && (others >> i & 1) != 0) signers[count++] = i;
    }
    signers[count++] = first;
    return count;
}

static uint16_t action_entry(const wc_module *module, const wc_sema_routine *action)
{
    for (uint16_t i = 0, number = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind != WC_ENTRY_ACTION) continue;
        if (wc_str_equal(module->strings[module->entries[i].name], action->name)) return number;
        number++;
    }
    return WC_NONE;
}

/* What the contract runs now. */
static const wc_module *module_of(const oracle_play *p, uint16_t number)
{
    return p->world.modules[number == 0 && p->is_upgraded ? CONTRACTS : number];
}

static bool call_action(oracle_play *p, uint16_t number, const wc_sema_routine *action,
                        wc_prng *prng)
{
    static uint8_t bytes[ARGS_MAX];
    uint16_t signers[PEOPLE];
    wc_interp_party parties[PEOPLE];
    wc_buf args;
    wc_buf_init(&args, bytes, sizeof bytes);
    for (uint16_t i = 0; i < action->param_count; i++) {
        oracle_put_value(prng, &args, action->locals[i]->type);
    }
    uint16_t count = choose_signers(prng, signers);
    for (uint16_t i = 0; i < count; i++)
        parties[i] = oracle_same_party(&p->world.addresses[signers[i]]);
    oracle_clear(p);
    wc_world_call on_ledger = {.kind = WC_CALL_ACTION,
                               .target = p->ids[number],
                               .method = action_entry(module_of(p, number), action),
                               .args = wc_buf_slice(&args),
                               .signers = signers,
                               .signer_count = (uint8_t)count,
                               .has_ceilings = true};
    wc_receipt_page page;
    wc_status status = wc_world_send(&p->world, &on_ledger, &page);
    wc_assert(status == WC_OK);
    oracle_tell_end(p, &page);
    if (page.receipt.status == WC_RECEIPT_OK) oracle_tell_events(p, &page);

    wc_interp_call call = {.instance = p->numbers[number],
                           .routine = action,
                           .args = wc_buf_slice(&args),
                           .signers = parties,
                           .signer_count = count};
    wc_interp_outcome in;
    if (wc_interp_advance(p->in, 0, &in)) wc_interp_call_run(p->in, &call, &in);
    oracle_interp_end(p, &in);
    if (in.end == WC_INTERP_OK) oracle_interp_events(p, p->in);
    char where[128];
    snprintf(where, sizeof where, "%.*s.%.*s", WC_STR_ARG(p->contracts[number]->name),
             WC_STR_ARG(action->name));
    return oracle_compare(p, where);
}

static bool advance(oracle_play *p, wc_prng *prng)
{
    static const int64_t steps[] = {900, 1800, 3600, 7200, 36000, 86400};
    int64_t seconds = steps[wc_prng_below(prng, WC_ARRAY_LEN(steps))];
    oracle_clear(p);
    wc_status status = wc_world_advance(&p->world, p->world.now_s + seconds);
    wc_assert(status == WC_OK);
    wc_interp_outcome in;
    if (!wc_interp_advance(p->in, seconds, &in)) oracle_interp_end(p, &in);
    char where[64];
    snprintf(where, sizeof where, "advance %lld s", (long long)seconds);
    return oracle_compare(p, where);
}

/* The first contract becomes one of its next version, or not: who signs is left to chance. */
static bool upgrade(oracle_play *p, wc_prng *prng)
{
    uint16_t signers[PEOPLE];
    wc_interp_party parties[PEOPLE];
    uint8_t bytes[64];
    wc_buf args;
    wc_buf_init(&args, bytes, sizeof bytes);
    wc_buf_put(&args, p->ids[0].bytes, sizeof p->ids[0].bytes);
    wc_buf_put(&args, p->world.code_ids[CONTRACTS].bytes, sizeof p->ids[0].bytes);
    uint16_t count = choose_signers(prng, signers);
    for (uint16_t i = 0; i < count; i++)
        parties[i] = oracle_same_party(&p->world.addresses[signers[i]]);
    oracle_clear(p);
    wc_world_call call = {.kind = WC_CALL_NATIVE,
                          .target = wc_native_target(),
                          .method = WC_NATIVE_contract_upgrade,
                          .args = wc_buf_slice(&args),
                          .signers = signers,
                          .signer_count = (uint8_t)count};
    wc_receipt_page page;
    wc_status status = wc_world_send(&p->world, &call, &page);
    wc_assert(status == WC_OK);
    oracle_tell_end(p, &page);
    wc_interp_outcome in;
    if (wc_interp_advance(p->in, 0, &in)) {
        wc_interp_upgrade(p->in, p->numbers[0], p->next, parties, count, &in);
    }
    oracle_interp_end(p, &in);
    bool is_done = page.receipt.status == WC_RECEIPT_OK;
    if (is_done) p->contracts[0] = p->next;
    p->is_upgraded = p->is_upgraded || is_done;
    p->o->counts.upgrades += is_done;
    return oracle_compare(p, "upgrade");
}

/* The action of that name, or of one that stands in the interface. */
static const wc_sema_routine *choose_action(const wc_sema_contract *contract, wc_prng *prng)
{
    static const char *const names[] = {"poke", "take"};
    char name[16];
    unsigned dice = (unsigned)wc_prng_below(prng, ACTIONS + 2);
    snprintf(name, sizeof name, "a%u", dice);
    if (dice >= ACTIONS) snprintf(name, sizeof name, "%s", names[dice - ACTIONS]);
    for (uint16_t i = 0; i < contract->action_count; i++) {
        if (wc_str_equal(contract->actions[i]->name, wc_str_of(name))) return contract->actions[i];
    }
    return NULL;
}

static const wc_sema_routine *stop_of(const wc_sema_contract *contract)
{
    uint16_t i = 0;
    while (!wc_str_equal(contract->actions[i]->name, WC_STR("stop"))) i++;
    return contract->actions[i];
}

static bool run_calls(oracle_play *p)
{
    wc_prng prng;
    wc_prng_init(&prng, p->seed ^ UINT64_C(0x5eed));
    for (uint16_t left = CONTRACTS; left > 0 && !p->is_over; left--) { /* the peer first */
        if (!deploy(p, (uint16_t)(left - 1), &prng)) return false;
    }
    if (p->is_over) return true;
    p->made = CONTRACTS;
    oracle_people((const uint8_t *)p->world.addresses, PEOPLE, p->ids[1].bytes);
    for (uint32_t step = 0; step < CALLS && !p->is_over; step++) {
        wc_prng_init(&prng, p->seed * 1000 + step);
        uint16_t number = wc_prng_below(&prng, 4) == 0;
        const wc_sema_contract *contract = p->contracts[number];
        const wc_sema_routine *action = choose_action(contract, &prng);
        if (step == CALLS - 2) action = stop_of(contract);
        bool is_time =
            p->has_next && step >= 4 && wc_prng_below(&prng, p->is_upgraded ? 12 : 3) == 0;
        if (is_time) {
            if (!upgrade(p, &prng)) return false;
        } else if (action == NULL || wc_prng_below(&prng, 4) == 0) {
            if (!advance(p, &prng)) return false;
        } else if (!call_action(p, number, action, &prng)) {
            return false;
        }
    }
    return true;
}

/* --- one program ------------------------------------------------------------------------------ */

static wc_status open_ledger(oracle_play *p, const wc_compilation *compilation,
                             const wc_compilation *next, wc_slice *modules)
{
    static const wc_str names[PEOPLE] = {{"p", 1}, {"q", 1}, {"r", 1}};
    for (uint16_t i = 0; i < CONTRACTS; i++) modules[i] = compilation->contracts[i].module;
    if (next != NULL) modules[CONTRACTS] = next->contracts[0].module;
    p->observer = (wc_runner_observer){.step = oracle_on_step, .self = p};
    p->job = (wc_runner_job){.arena = &p->o->run,
                             .contracts = modules,
                             .contract_count = CONTRACTS + (next != NULL),
                             .observer = &p->observer};
    p->test = (wc_runner_test){.parties = names, .party_count = PEOPLE};
    wc_status status = wc_world_open(&p->world, &p->job, &p->test);
    return status == WC_OK ? wc_world_start(&p->world) : status;
}

static bool open_interpreter(oracle_play *p)
{
    wc_interp_options options = {.arena = &p->o->run,
                                 .program = p->program,
                                 .steps = STEPS,
                                 .fired = oracle_on_fired,
                                 .self = p};
    p->in = wc_interp_open(&options);
    if (p->in == NULL) return false;
    while (!wc_str_equal(p->program->currencies[p->currency]->code, WC_STR("CNY"))) p->currency++;
    for (uint16_t i = 0; i < PEOPLE; i++) {
        wc_interp_party party = oracle_same_party(&p->world.addresses[i]);
        if (!wc_interp_give(p->in, &party, p->currency, WC_INTERP_MONEY)) return false;
    }
    return true;
}

bool oracle_world_run(oracle *o, const wc_compilation *compilation, const wc_compilation *next,
                      uint64_t seed)
{
    static oracle_play p; /* 700 KiB */
    static wc_slice modules[CONTRACTS + 1];
    if (p.world.chain != NULL) wc_world_close(&p.world); /* a run that an assertion ended */
    memset(&p, 0, sizeof p);
    p.o = o;
    p.seed = seed;
    p.program = compilation->program;
    wc_assert(compilation->contract_count == CONTRACTS);
    for (uint16_t i = 0; i < CONTRACTS; i++) p.contracts[i] = p.program->contracts[i];
    p.has_next = next != NULL;
    if (next != NULL) p.next = next->program->contracts[0];
    wc_status status = open_ledger(&p, compilation, next, modules);
    if (status == WC_OUT_OF_DOMAIN) { /* an action or time-out may need more gas than a block has */
        o->counts.limits++;
        return true;
    }
    wc_assert(status == WC_OK);
    oracle_people((const uint8_t *)p.world.addresses, PEOPLE, NULL);
    bool is_same_all = open_interpreter(&p) && run_calls(&p);
    wc_world_close(&p.world);
    return is_same_all;
}
