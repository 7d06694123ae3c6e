/* What must hold after every step, and at the end of a play. */
#include <stdio.h>
#include <string.h>

#include "node/runner/fuzz_play.h"

#define FIRST_CURRENCY 2u
#define START_MONEY    100000000
#define TIMEOUTS_MAX                                                                               \
    400u /* at the end of a play: a time-out that always comes again is a way on                   \
          */

static const wc_module *module_of(const wc_fuzz *fuzz, uint16_t contract)
{
    return wc_image_module(fuzz->images[contract]);
}

static wc_address address_of(const wc_party *party)
{
    wc_address address;
    memcpy(address.bytes, party->bytes, sizeof(address.bytes));
    return address;
}

void wc_fuzz_trapped(wc_fuzz *fuzz, uint16_t contract, const wc_outcome *outcome)
{
    if (outcome->code < 64 && (fuzz->job->allowed >> outcome->code & 1) != 0) return;
    const wc_module *module = module_of(fuzz, contract);
    wc_str where = WC_STR("");
    if (outcome->function < module->function_count) {
        where = module->strings[module->functions[outcome->function].name];
    }
    /* `fund` of a negative amount traps by the rules of the language: its author cannot help it. */
    if (outcome->code == WC_TRAP_NEG_AMOUNT && wc_str_equal(where, WC_STR("fund"))) return;
    fuzz->has_found = true;
    fuzz->found = (wc_fuzz_finding){.kind = WC_FUZZ_TRAP,
                                    .contract = contract,
                                    .code = outcome->code,
                                    .function = outcome->function,
                                    .word = outcome->word};
    snprintf(fuzz->found.text, sizeof(fuzz->found.text), "trap %s in `%.*s` of %.*s",
             wc_trap_name(outcome->code), WC_STR_ARG(where), WC_STR_ARG(module->strings[0]));
}

void wc_fuzz_check_timeouts(wc_fuzz *fuzz)
{
    const wc_world *world = fuzz->world;
    if (world->timeouts_failed == 0) return;
    for (uint32_t i = 0; i < fuzz->instance_count; i++) {
        wc_address address = address_of(&fuzz->instances[i].id);
        if (!wc_hash_equal(&address, &world->timeout_instance)) continue;
        uint16_t contract = fuzz->instances[i].contract;
        fuzz->has_found = true;
        fuzz->found = (wc_fuzz_finding){.kind = WC_FUZZ_TIMEOUT,
                                        .contract = contract,
                                        .code = world->timeout_clause,
                                        .function = WC_NONE};
        wc_str name = module_of(fuzz, contract)->strings[0];
        snprintf(fuzz->found.text, sizeof(fuzz->found.text),
                 "a time-out of %.*s (entry %u) trapped: %s", WC_STR_ARG(name),
                 world->timeout_clause, world->timeout_failure);
        wc_fuzz_write_claim(fuzz, "    // %s", fuzz->found.text);
        return;
    }
}

/* Everybody's free balance and escrow, and what left through a bank, per currency. */
static int64_t total_of(wc_fuzz *fuzz, uint32_t asset)
{
    wc_world *world = fuzz->world;
    int64_t sum = 0;
    for (uint16_t p = 0; p < fuzz->party_count; p++) {
        sum += wc_chain_free(world->chain, &fuzz->parties[p], asset);
    }
    for (uint32_t i = 0; i < fuzz->instance_count; i++) {
        wc_address instance = address_of(&fuzz->instances[i].id);
        sum += wc_chain_free(world->chain, &instance, asset);
        for (uint16_t p = 0; p < fuzz->party_count; p++) {
            sum += wc_chain_escrow(world->chain, &instance, &fuzz->parties[p], asset);
        }
        for (uint32_t k = 0; k < fuzz->instance_count; k++) {
            wc_address holder = address_of(&fuzz->instances[k].id);
            sum += wc_chain_escrow(world->chain, &instance, &holder, asset);
        }
    }
    for (uint32_t i = 0; i < world->figure_count; i++) {
        if (world->figures[i].asset == asset) sum += world->figures[i].redeemed;
    }
    return sum;
}

wc_status wc_fuzz_check_money(wc_fuzz *fuzz)
{
    static _Thread_local wc_money_names money;
    wc_world_money(fuzz->world, &money);
    for (uint32_t i = 0; i < money.count; i++) {
        int64_t expected = (int64_t)fuzz->party_count * START_MONEY;
        int64_t total = total_of(fuzz, money.list[i].asset);
        if (total == expected) continue;
        fuzz->has_found = true;
        fuzz->found = (wc_fuzz_finding){
            .kind = WC_FUZZ_MONEY, .contract = fuzz->job->contract, .function = WC_NONE};
        snprintf(fuzz->found.text, sizeof(fuzz->found.text),
                 "%.*s in all accounts and escrows: %lld minor units, %lld at the start",
                 WC_STR_ARG(money.list[i].code), (long long)total, (long long)expected);
        return WC_OK;
    }
    return WC_OK;
}

/* ---- the end -----------------------------------------------------------------------------------
 */

/* Money of anybody in this instance; *party, *code: whose and in what. */
static int64_t held_by(wc_fuzz *fuzz, const wc_address *instance, uint16_t *party, wc_str *code)
{
    static _Thread_local wc_money_names money;
    wc_world_money(fuzz->world, &money);
    for (uint32_t i = 0; i < money.count; i++) {
        for (uint16_t p = 0; p < fuzz->party_count; p++) {
            int64_t held = wc_chain_escrow(fuzz->world->chain, instance, &fuzz->parties[p],
                                           money.list[i].asset);
            if (held == 0) continue;
            *party = p;
            *code = money.list[i].code;
            return held;
        }
    }
    return 0;
}

/* In this state a bank answers: the compiler accepts that (language, states). */
static bool is_custody(const wc_module *module, uint16_t state)
{
    for (uint16_t i = 0; i < module->entry_count; i++) {
        const wc_entry *entry = &module->entries[i];
        if (entry->kind != WC_ENTRY_ACTION) continue;
        if ((wc_entry_states(module, entry) >> state & 1) == 0) continue;
        for (uint8_t k = 0; k < entry->who_count; k++) {
            uint16_t who = entry->who[k];
            uint16_t role =
                (who & WC_BY_ROLE) != 0 ? (uint16_t)(who & ~WC_BY_ROLE) : module->parties[who].role;
            if (role != WC_NONE && wc_str_equal(module->strings[role], WC_STR("SettlementBank"))) {
                return true;
            }
        }
    }
    return false;
}

static void check_instance(wc_fuzz *fuzz, uint32_t index)
{
    wc_chain_contract contract;
    uint16_t party = 0;
    wc_str code = WC_STR("");
    uint16_t number = fuzz->instances[index].contract;
    const wc_module *module = module_of(fuzz, number);
    wc_address address = address_of(&fuzz->instances[index].id);
    if (wc_chain_contract_of(fuzz->world->chain, &address, &contract) != WC_OK) return;
    uint16_t state = contract.root.state;
    if (module->states[state].final || is_custody(module, state)) return;
    if (held_by(fuzz, &address, &party, &code) == 0) return;
    fuzz->has_found = true;
    fuzz->found = (wc_fuzz_finding){
        .kind = WC_FUZZ_STRANDED, .contract = number, .code = state, .function = WC_NONE};
    snprintf(fuzz->found.text, sizeof(fuzz->found.text),
             "money stays in %.*s in state %.*s for ever: no time-out is left",
             WC_STR_ARG(module->strings[0]),
             WC_STR_ARG(module->strings[module->states[state].name]));
    wc_fuzz_write_claim(fuzz, "    assert c%u.escrow(%.*s, %.*s) == 0.00 %.*s;", index + 1,
                        WC_STR_ARG(fuzz->party_names[party]), WC_STR_ARG(code), WC_STR_ARG(code));
}

wc_status wc_fuzz_check_stranded(wc_fuzz *fuzz)
{
    int64_t due_s, start_s = fuzz->world->now_s;
    uint32_t fired = 0;
    while (wc_chain_next_due(fuzz->world->chain, &due_s) && due_s <= WC_BLOCK_TIME_MAX &&
           fired < TIMEOUTS_MAX) {
        WC_TRY(
            wc_world_advance(fuzz->world, due_s > fuzz->world->now_s ? due_s : fuzz->world->now_s));
        wc_fuzz_check_timeouts(fuzz);
        fired++;
        if (fuzz->has_found) break;
    }
    if (fired > 0) wc_fuzz_write_advance(fuzz, fuzz->world->now_s - start_s);
    if (fuzz->has_found || fired == TIMEOUTS_MAX) return WC_OK;
    WC_TRY(wc_fuzz_check_money(fuzz));
    for (uint32_t i = 0; i < fuzz->instance_count && !fuzz->has_found; i++) {
        check_instance(fuzz, i);
    }
    return WC_OK;
}
