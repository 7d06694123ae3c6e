/* Further ways into the refusals of modules, contracts and offers, beside the one of
 * refusals_contracts.c and refusals_offers.c: each row is a mistake in one letter, after whatever
 * it needs, and what must come of it. */
#include <stdlib.h>

#include "compiler/compiler.h"
#include "node/ledger/images.h"
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/accounts.h"
#include "tests/unit/ledger_exec/sale.h"
#include "tests/unit/ledger_exec/ways.h"

#define I(x)  INT64_C(x)
#define ARENA ((size_t)64 << 20)

/* ---- modules --------------------------------------------------------------------------------- */

static letter deployment(world *w, wc_slice module)
{
    letter l = world_letter(w, ADMIN_1);
    (void)letter_signer(&l, ADMIN_2);
    (void)letter_call(&l, WC_CALL_DEPLOY, NULL, 0, module);
    return l;
}

static const wc_receipt_page *deployed(world *w, wc_slice module)
{
    letter l = deployment(w, module);
    return world_send(w, &l);
}

/* The last contract of a program, or its tests. */
static wc_slice compiled(world *w, const char *text, bool wants_tests)
{
    uint8_t *memory = aligned_alloc(16, ARENA);
    assert_non_null(memory);
    wc_arena arena;
    wc_arena_init(&arena, memory, ARENA);
    wc_compile_options options = {.arena = &arena, .hash = wc_sha256, .no_tests = !wants_tests};
    wc_compilation *made;
    assert_status(wc_compile(&options, WC_STR("ways.clause"), wc_str_of(text), &made), WC_OK);
    if (made->has_failed) {
        wc_str message = made->diags.first->message;
        fail_msg("%.*s\n%s", WC_STR_ARG(message), text);
    }
    wc_slice module = made->contracts[made->contract_count - 1].module;
    wc_slice kept = world_abi(w, "x", wants_tests ? made->test_image : module);
    free(memory);
    return kept;
}

static const wc_receipt_page *empty_module(world *w)
{
    return deployed(w, wc_slice_of(NULL, 0));
}

static const wc_receipt_page *unknown_currency(world *w)
{
    vault_options options = {.name = "Vault", .currency = "XAU"};
    return deployed(w, vault_module(w, &options));
}

static const wc_receipt_page *other_decimals(world *w)
{
    vault_options options = {.name = "Vault", .minor = 3};
    return deployed(w, vault_module(w, &options));
}

static const wc_receipt_page *network_units(world *w)
{
    wc_state_key key = wc_key_asset(WORLD_UNITS);
    wc_slice value;
    wc_asset asset;
    char code[WC_ASSET_CODE_MAX + 1] = {0};
    assert_status(wc_chain_get(w->chain, &key, &value), WC_OK);
    assert_status(wc_asset_decode(&asset, value), WC_OK);
    memcpy(code, asset.code.data, asset.code.len);
    vault_options options = {.name = "Vault", .currency = code, .minor = asset.scale};
    return deployed(w, vault_module(w, &options));
}

/* The role behind `by` of an action, spelt wrong. */
static const wc_receipt_page *unknown_role_of_an_action(world *w)
{
    static const char name[] = "GridOperator";
    vault_options options = {.name = "Vault", .signatories = 1};
    wc_slice module = vault_module(w, &options);
    uint8_t *copy = wc_arena_alloc(&w->arena, module.len, 1);
    memcpy(copy, module.data, module.len);
    size_t at = 0, len = sizeof name - 1;
    while (at + len < module.len && memcmp(copy + at, name, len) != 0) at++;
    assert_true(at + len < module.len);
    copy[at + len - 1] = 'z';
    return deployed(w, wc_slice_of(copy, module.len));
}

/* What was loaded for a deployment that failed serves the next. */
static const wc_receipt_page *deployed_after_a_failure(world *w)
{
    vault_options options = {.name = "Vault", .signatories = 1};
    wc_slice module = vault_module(w, &options);
    letter l = deployment(w, module);
    letter_call(&l, WC_CALL_NATIVE, NULL, 0, wc_slice_of(NULL, 0));
    assert_receipt(world_send(w, &l), "TARGET_UNKNOWN");
    return deployed(w, module);
}

static const char long_record[] =
    "module long;\n"
    "contract Long {\n"
    "  parties { a : party; }\n  signatory a;\n"
    "  terms { page : list<text<4000>, 50>; }\n"
    "  states { Open initial; Held(kept : list<text<4000>, 16>); Done final; }\n"
    "  action hold() by a when Open -> Held { let empty : list<text<4000>, 16> = []; "
    "goto Held(empty); }\n"
    "  action end() by a -> Done { goto Done(); }\n"
    "}\n";

static const wc_receipt_page *record_too_long(world *w)
{
    return deployed(w, compiled(w, long_record, false));
}

static const char with_test[] = "module tested;\n"
                                "contract Tested {\n"
                                "  parties { a : party; }\n  signatory a;\n"
                                "  states { Open initial; Done final; }\n"
                                "  action end() by a when Open -> Done { goto Done(); }\n"
                                "}\n"
                                "test \"nothing\" { assert 1 == 1; }\n";

static const wc_receipt_page *module_for_tests(world *w)
{
    return deployed(w, compiled(w, with_test, true));
}

/* ---- contracts ------------------------------------------------------------------------------- */

static const wc_receipt_page *instantiated(world *w, const wc_hash *code, const wc_address *a,
                                           const wc_address *b)
{
    letter l = world_letter(w, ALICE);
    (void)letter_call(&l, WC_CALL_INSTANTIATE, code, 0, world_abi(w, "pp", a, b));
    return world_send(w, &l);
}

static wc_hash vault_code(world *w, uint8_t signatories)
{
    vault_options options = {.name = "Vault", .signatories = signatories};
    return world_deploy(w, vault_module(w, &options));
}

static const wc_receipt_page *party_that_does_not_exist(world *w)
{
    static const wc_address nobody = {{7}};
    wc_hash code = vault_code(w, 0);
    return instantiated(w, &code, &nobody, &w->people[ALICE].address);
}

/* The signature of a transaction is none of the call that its mask leaves out. */
static const wc_receipt_page *signed_for_another_call(world *w)
{
    wc_hash code = vault_code(w, 2);
    letter l = world_letter(w, ALICE);
    wc_slice parties = world_abi(w, "pp", &w->people[ALICE].address, &w->people[BOB].address);
    (void)letter_call(&l, WC_CALL_INSTANTIATE, &code, 0, parties);
    (void)letter_signer(&l, BOB);
    (void)letter_call(&l, WC_CALL_INSTANTIATE, &code, 0, parties);
    const wc_receipt_page *page = world_send(w, &l);
    assert_int_equal(page->receipt.call, 0);
    return page;
}

static const wc_receipt_page *second_version_from_the_start(world *w)
{
    static const world_actor both[] = {ALICE, BOB};
    (void)world_deploy(w, sale_module(w, SALE_1));
    wc_hash code = world_deploy(w, sale_module(w, SALE_2));
    wc_address sale = world_instance(
        w, &code, 2, both,
        world_abi(w, "ppq", &w->people[ALICE].address, &w->people[BOB].address, I(7)));
    wc_chain_contract contract;
    assert_status(wc_chain_contract_of(w->chain, &sale, &contract), WC_OK);
    assert_int_equal(contract.entry.version, 2);
    return sale_call(w, &sale, SALE_SELL, world_abi(w, "q", I(5)));
}

static const char big_error[] = "module big;\n"
                                "error Big(page : list<text<4000>, 10>);\n"
                                "contract Shouting {\n"
                                "  parties { a : party; }\n  signatory a;\n"
                                "  states { Open initial; Done final; }\n"
                                "  action shout(page : list<text<4000>, 10>) by a when Open {\n"
                                "    require false : Big(page);\n"
                                "  }\n"
                                "  action end() by a when Open -> Done { goto Done(); }\n"
                                "}\n";

/* Arguments of an error that would fill the receipt are left out of it. */
static const wc_receipt_page *error_with_long_arguments(world *w)
{
    static char line[4001];
    world_actor alice = ALICE;
    wc_hash code = world_deploy(w, compiled(w, big_error, false));
    wc_address a = w->people[ALICE].address;
    wc_address shouting = world_instance(w, &code, 1, &alice, world_abi(w, "p", &a));
    memset(line, 'x', sizeof line - 1);
    const wc_receipt_page *page = NULL;
    for (uint32_t lines = 8; lines <= 9; lines++) {
        wc_slice args = world_abi(w, "w", lines);
        for (uint32_t i = 0; i < lines; i++) args = world_abi(w, "xt", args, line);
        letter l = world_letter(w, ALICE);
        (void)letter_call(&l, WC_CALL_ACTION, &shouting, 0, args);
        page = world_send(w, &l);
        wc_error_outcome error;
        assert_receipt(page, "ERROR");
        assert_status(wc_outcome_error(&error, page->outcome), WC_OK);
        assert_int_equal(error.args.len, lines == 8 ? args.len : 0);
    }
    return page;
}

static const char nobodys[] = "module nobodys;\n"
                              "contract Counter {\n"
                              "  terms { most : int; }\n"
                              "  states { Open initial; Done final; }\n"
                              "  storage { n : int; }\n"
                              "  action count() by any_party when Open { self.n += 1; }\n"
                              "  action end() by any_party when Open -> Done { goto Done(); }\n"
                              "}\n";

static wc_address clock_made(world *w)
{
    world_actor alice = ALICE;
    wc_hash code = world_deploy(w, clock_module(w, CLOCK_FAIL, NULL));
    return world_instance(
        w, &code, 1, &alice,
        world_abi(w, "ppq", &w->people[ALICE].address, &w->people[BOB].address, I(60)));
}

static const char looking[] = "module looking;\n"
                              "interface Logged { view logged() -> int; action sell(q : int); }\n"
                              "contract Looking {\n"
                              "  parties { owner : party; }\n  signatory owner;\n"
                              "  terms { sale : contract_ref<Logged>; }\n"
                              "  states { Open initial; Done final; }\n"
                              "  storage { n : int; }\n"
                              "  action look() by owner when Open { self.n = sale.logged(); }\n"
                              "  action end() by owner -> Done { goto Done(); }\n"
                              "  view seen() -> int { return self.n; }\n"
                              "}\n";

/* A view that reads storage elements of another contract. */
static const wc_receipt_page *looked_at_another(world *w)
{
    world_actor alice = ALICE;
    wc_address sale = sale_open(w);
    assert_done(sale_call(w, &sale, SALE_SELL, world_abi(w, "q", I(5))));
    wc_hash code = world_deploy(w, compiled(w, looking, false));
    wc_address eye =
        world_instance(w, &code, 1, &alice, world_abi(w, "pp", &w->people[ALICE].address, &sale));
    const wc_receipt_page *page = sale_call(w, &eye, 0, wc_slice_of(NULL, 0));
    assert_int_equal(sale_view(w, &eye, "seen"), 5);
    return page;
}

#define REFERRING(kind)                                                                            \
    "module referring;\n"                                                                          \
    "interface Sold { " kind "; }\n"                                                               \
    "contract Referring {\n"                                                                       \
    "  parties { owner : party; }\n  signatory owner;\n"                                           \
    "  terms { mark : bytes<4>; sales : list<contract_ref<Sold>, 2>; }\n"                          \
    "  states { Open initial; Done final; }\n"                                                     \
    "  action end() by owner -> Done { goto Done(); }\n"                                           \
    "}\n"

/* A contract over `count` references to one Sale. */
static const wc_receipt_page *referring(world *w, const char *text, uint32_t count)
{
    wc_address sale = sale_open(w);
    wc_hash code = world_deploy(w, compiled(w, text, false));
    wc_slice args = world_abi(w, "pww", &w->people[ALICE].address, UINT32_C(7), count);
    for (uint32_t i = 0; i < count; i++) args = world_abi(w, "xp", args, &sale);
    letter l = world_letter(w, ALICE);
    (void)letter_call(&l, WC_CALL_INSTANTIATE, &code, 0, args);
    return world_send(w, &l);
}

static const wc_receipt_page *refers_twice(world *w)
{
    return referring(w, REFERRING("view sold() -> int"), 2);
}

static const wc_receipt_page *refers_too_often(world *w)
{
    return referring(w, REFERRING("view sold() -> int"), 3);
}

/* ---- upgrades -------------------------------------------------------------------------------- */

static const wc_receipt_page *upgraded_while_stuck(world *w)
{
    wc_address clock = clock_made(w);
    for (int i = 0; i < 3; i++) (void)world_wait(w, 3600);
    wc_hash code = vault_code(w, 1);
    return sale_upgrade(w, &clock, &code, true);
}

static const wc_receipt_page *upgraded_without_parties(world *w)
{
    world_actor alice = ALICE;
    wc_hash code = world_deploy(w, compiled(w, nobodys, false));
    wc_address counter = world_instance(w, &code, 1, &alice, world_abi(w, "q", I(3)));
    return sale_upgrade(w, &counter, &code, true);
}

/* BOB signs the transaction, and another call of it. */
static const wc_receipt_page *upgraded_by_another_call(world *w)
{
    wc_address sale = sale_open(w);
    wc_hash code = world_deploy(w, sale_module(w, SALE_2));
    wc_slice args = world_abi(w, "pp", &sale, &code);
    letter l = world_letter(w, ALICE);
    (void)letter_native(&l, WC_NATIVE_contract_upgrade, args);
    (void)letter_signer(&l, BOB);
    (void)letter_native(&l, WC_NATIVE_contract_upgrade, args);
    const wc_receipt_page *page = world_send(w, &l);
    assert_int_equal(page->receipt.call, 0);
    return page;
}

/* ---- offers ---------------------------------------------------------------------------------- */

static const wc_receipt_page *offered(world *w, const wc_hash *code, const wc_address *b,
                                      uint16_t role_b, uint8_t count)
{
    static const wc_hash none;
    wc_slice parties = world_abi(w, "ph", &w->people[ALICE].address, 0);
    if (count > 1) parties = world_abi(w, "xph", parties, b, (int)role_b);
    return native_sent(
        w, ALICE, ACTOR_COUNT, WC_NATIVE_offer_propose,
        world_abi(w, "pbxqpw", code, (int)count, parties, w->now + 86400, &none, UINT32_C(0)));
}

static const wc_receipt_page *offer_of_too_few(world *w)
{
    wc_hash code = vault_code(w, 2);
    return offered(w, &code, NULL, 0, 1);
}

static const wc_receipt_page *offer_to_a_role_that_is_none(world *w)
{
    static const wc_address open;
    wc_hash code = vault_code(w, 2);
    return offered(w, &code, &open, 999, 2);
}

static const wc_receipt_page *offer_to_nobody(world *w)
{
    static const wc_address nobody = {{7}};
    wc_hash code = vault_code(w, 2);
    return offered(w, &code, &nobody, 0, 2);
}

/* Whoever need not sign has nothing to accept. */
static const wc_receipt_page *accepted_by_a_bystander(world *w)
{
    vault_options options = {.name = "Vault", .signatories = 1};
    wc_hash code = world_deploy(w, vault_module(w, &options)), none = {{0}};
    const wc_receipt_page *page =
        native_sent(w, CAROL, ACTOR_COUNT, WC_NATIVE_offer_propose,
                    world_abi(w, "pbphphqpw", &code, 2, &w->people[ALICE].address, 0,
                              &w->people[CAROL].address, 0, w->now + 86400, &none, UINT32_C(0)));
    assert_done(page);
    wc_hash id = world_result(page, 0), terms = offer_terms_hash(w, &id);
    return offer_accept(w, CAROL, &id, &terms);
}

/* An offer to whoever holds a role, answered by another offer. */
static const wc_receipt_page *open_offer_countered(world *w)
{
    static const wc_address open;
    wc_hash code = vault_code(w, 2);
    const wc_receipt_page *page = offered(w, &code, &open, WC_ROLE_GENERATOR, 2);
    assert_done(page);
    wc_hash id = world_result(page, 0);
    return native_sent(w, CAROL, ACTOR_COUNT, WC_NATIVE_offer_propose,
                       offer_args(w, &code, ALICE, CAROL, w->now + 100, &id));
}

/* ---- all of them ----------------------------------------------------------------------------- */

static const wc_receipt_page *contract_of_nobody(world *w)
{
    world_actor alice = ALICE;
    wc_hash code = world_deploy(w, compiled(w, nobodys, false));
    wc_address counter = world_instance(w, &code, 1, &alice, world_abi(w, "q", I(3)));
    letter l = world_letter(w, BOB);
    (void)letter_call(&l, WC_CALL_ACTION, &counter, 1, wc_slice_of(NULL, 0));
    assert_done(world_send(w, &l));
    letter again = world_letter(w, BOB);
    (void)letter_call(&again, WC_CALL_ACTION, &counter, 0, wc_slice_of(NULL, 0));
    return world_send(w, &again);
}

static const way ways[] = {
    {"a module without bytes", "MODULE_REFUSED", empty_module},
    {"a currency that there is not", "ASSET_UNKNOWN", unknown_currency},
    {"a currency of other decimals", "ASSET_UNKNOWN", other_decimals},
    {"a contract over network units", "ASSET_NOT_TRANSFERABLE", network_units},
    {"an action by a role that there is not", "ROLE_UNKNOWN", unknown_role_of_an_action},
    {"a module after it failed with another call", "OK", deployed_after_a_failure},
    {"a record longer than a state value", "MODULE_REFUSED", record_too_long},
    {"a module with tests", "MODULE_REFUSED", module_for_tests},
    {"a party without account", "PARTY_UNFIT", party_that_does_not_exist},
    {"a signature of another call", "SIGNATORY_MISSING", signed_for_another_call},
    {"the second version of a contract", "OK", second_version_from_the_start},
    {"an error with long arguments", "BIG", error_with_long_arguments},
    {"a contract without parties", "INSTANCE_CLOSED", contract_of_nobody},
    {"a view of another contract", "OK", looked_at_another},
    {"two references", "OK", refers_twice},
    {"more references than a list holds", "BAD_ARGUMENTS", refers_too_often},
    {"an upgrade of a contract that is stuck", "INSTANCE_STUCK", upgraded_while_stuck},
    {"an upgrade that nobody can sign", "SIGNATORY_MISSING", upgraded_without_parties},
    {"an upgrade signed with another call", "SIGNATORY_MISSING", upgraded_by_another_call},
    {"an offer of too few places", "BAD_ARGUMENTS", offer_of_too_few},
    {"an offer to a role that is none", "ROLE_UNKNOWN", offer_to_a_role_that_is_none},
    {"an offer to nobody", "PARTY_UNFIT", offer_to_nobody},
    {"an offer accepted by who need not", "OFFER_NOT_FOR_YOU", accepted_by_a_bystander},
    {"an open offer that is answered", "OK", open_offer_countered},
};

static void each_way_leads_where_it_should(void **state)
{
    (void)state;
    expect_ways(ways, WC_ARRAY_LEN(ways));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_way_leads_where_it_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
