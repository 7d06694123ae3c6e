/* Money of contracts, modules and instances, limits. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/ledger_exec/refusals.h"

static const wc_receipt_page *call_not_signed(world *w)
{
    wc_address vault = vault_open(w);
    world_deposit(w, ALICE, 1000);
    letter l = world_letter(w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_LOCK,
                      world_abi(w, "pq", &w->people[ALICE].address, INT64_C(10)));
    return world_send(w, &l);
}

static const wc_receipt_page *ceiling_exceeded(world *w)
{
    wc_address vault = vault_open(w);
    world_deposit(w, ALICE, 1000);
    letter l = world_letter(w, ALICE);
    uint8_t call =
        letter_call(&l, WC_CALL_ACTION, &vault, VAULT_FUND, world_abi(w, "q", INT64_C(10)));
    letter_ceiling(&l, call, ALICE, WORLD_CNY, 9);
    return world_send(w, &l);
}

static const wc_receipt_page *deployed(world *w, wc_slice module)
{
    letter l = world_letter(w, ADMIN_1);
    (void)letter_signer(&l, ADMIN_2);
    (void)letter_call(&l, WC_CALL_DEPLOY, NULL, 0, module);
    return world_send(w, &l);
}

static wc_slice plain_module(world *w)
{
    vault_options options = {.name = "Vault", .signatories = 1};
    return vault_module(w, &options);
}

static const wc_receipt_page *module_exists(world *w)
{
    wc_slice module = plain_module(w);
    assert_done(deployed(w, module));
    return deployed(w, module);
}

static const wc_receipt_page *instantiated(world *w, const wc_hash *code, world_actor a,
                                           world_actor b)
{
    letter l = world_letter(w, ALICE);
    (void)letter_call(&l, WC_CALL_INSTANTIATE, code, 0,
                      world_abi(w, "pp", &w->people[a].address, &w->people[b].address));
    return world_send(w, &l);
}

static const wc_receipt_page *module_unknown(world *w)
{
    static const wc_hash code = {{3}};
    return instantiated(w, &code, ALICE, BOB);
}

static const wc_receipt_page *module_refused(world *w)
{
    return deployed(w, wc_slice_of("WCB", 3));
}

static const wc_receipt_page *role_unknown(world *w)
{
    vault_options options = {.name = "Vault", .role = "Magician"};
    return deployed(w, vault_module(w, &options));
}

static const wc_receipt_page *party_unfit(world *w)
{
    vault_options options = {.name = "Vault", .role = "Retailer"};
    wc_hash code = world_deploy(w, vault_module(w, &options));
    return instantiated(w, &code, ALICE, BOB);
}

static const wc_receipt_page *signatory_missing(world *w)
{
    vault_options options = {.name = "Vault", .signatories = 2};
    wc_hash code = world_deploy(w, vault_module(w, &options));
    return instantiated(w, &code, ALICE, BOB);
}

static const wc_receipt_page *instance_stuck(world *w)
{
    wc_hash code = world_deploy(w, clock_module(w, CLOCK_FAIL, NULL));
    world_actor signer = ALICE;
    wc_address clock = world_instance(
        w, &code, 1, &signer,
        world_abi(w, "ppq", &w->people[ALICE].address, &w->people[BOB].address, INT64_C(60)));
    for (int i = 0; i < 3; i++) (void)world_wait(w, 3600);
    letter l = world_letter(w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &clock, 2, wc_slice_of(NULL, 0));
    return world_send(w, &l);
}

/* A world of its own, where even small actions are too dear. */
static const wc_receipt_page *gas_bound_too_high(world *w)
{
    world_close(w);
    world_options options = {.action_gas_max = 1000000};
    world_open(w, &options);
    return deployed(w, plain_module(w));
}

static const wc_receipt_page *referring(world *w, const wc_hash *code, const wc_address *peer)
{
    letter l = world_letter(w, ALICE);
    (void)letter_call(
        &l, WC_CALL_INSTANTIATE, code, 0,
        world_abi(w, "ppp", &w->people[ALICE].address, &w->people[BOB].address, peer));
    return world_send(w, &l);
}

static const wc_receipt_page *depth_too_high(world *w)
{
    vault_options options = {.name = "Tower", .has_peer = true};
    wc_address below = vault_open(w);
    wc_hash code = world_deploy(w, vault_module(w, &options));
    const wc_receipt_page *page = NULL;
    for (unsigned depth = 2; depth <= WC_INSTANCE_DEPTH_MAX + 1; depth++) {
        page = referring(w, &code, &below);
        if (depth > WC_INSTANCE_DEPTH_MAX) break;
        assert_done(page);
        below = world_result(page, 0);
    }
    return page;
}

static const wc_receipt_page *reference_unfit(world *w)
{
    vault_options options = {.name = "Tower", .has_peer = true};
    wc_hash code = world_deploy(w, vault_module(w, &options));
    return referring(w, &code, &w->people[BOB].address);
}

static const wc_receipt_page *write_limit(world *w)
{
    world_close(w);
    world_options options = {.block_write_bytes_max = 1024};
    world_open(w, &options);
    return deployed(w, plain_module(w));
}

static const wc_receipt_page *event_limit(world *w)
{
    wc_address vault = vault_open(w);
    letter l = world_letter(w, ALICE);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_SHOUT, world_abi(w, "q", INT64_C(30000)));
    return world_send(w, &l);
}

const refusal_case refusals_of_contracts[] = {
    {WC_REFUSAL_CALL_NOT_SIGNED, call_not_signed, NULL},
    {WC_REFUSAL_CEILING_EXCEEDED, ceiling_exceeded, NULL},
    {WC_REFUSAL_MODULE_EXISTS, module_exists, NULL},
    {WC_REFUSAL_MODULE_UNKNOWN, module_unknown, NULL},
    {WC_REFUSAL_MODULE_REFUSED, module_refused, NULL},
    {WC_REFUSAL_ROLE_UNKNOWN, role_unknown, NULL},
    {WC_REFUSAL_PARTY_UNFIT, party_unfit, NULL},
    {WC_REFUSAL_SIGNATORY_MISSING, signatory_missing, NULL},
    {WC_REFUSAL_INSTANCE_STUCK, instance_stuck, NULL},
    {WC_REFUSAL_GAS_BOUND_TOO_HIGH, gas_bound_too_high, NULL},
    {WC_REFUSAL_DEPTH_TOO_HIGH, depth_too_high, NULL},
    {WC_REFUSAL_REFERENCE_UNFIT, reference_unfit, NULL},
    {WC_REFUSAL_WRITE_LIMIT, write_limit, NULL},
    {WC_REFUSAL_EVENT_LIMIT, event_limit, NULL},
};
const size_t refusals_of_contracts_count = WC_ARRAY_LEN(refusals_of_contracts);
