/* References and upgrades: what the next version of a contract may ask of others, and that no
 * circle of references comes about by it. */
#include "node/ledger/asset.h"
#include "tests/unit/ledger_exec/altered.h"
#include "tests/unit/ledger_exec/sale.h"
#include "tests/unit/ledger_exec/source.h"

#define I(x) INT64_C(x)

static const char counted_1[] = "module counted;\n"
                                "contract Counted {\n"
                                "  parties { a : party; }\n  signatory a;\n"
                                "  terms { amendable peer : party; }\n"
                                "  states { Open initial; Done final; }\n"
                                "  storage { n : int; }\n"
                                "  action count() by a when Open { self.n += 1; }\n"
                                "  action end() by a -> Done { goto Done(); }\n"
                                "  view deep() -> int { return self.n; }\n"
                                "}\n";

static const char counted_2[] = "module counted;\n"
                                "interface Deep { view deep() -> int; }\n"
                                "contract Counted {\n"
                                "  parties { a : party; }\n  signatory a;\n"
                                "  terms { peer : contract_ref<Deep>; }\n"
                                "  states { Open initial; Done final; }\n"
                                "  storage { n : int; }\n"
                                "  action count() by a when Open { self.n += 1; }\n"
                                "  action end() by a -> Done { goto Done(); }\n"
                                "  action propose_peer(value : party) by a when Open { }\n"
                                "  action accept_peer(value : party) by a when Open { }\n"
                                "  view deep() -> int { return self.n + peer.deep(); }\n"
                                "  upgrade 2 { self.n = old(self.n); }\n"
                                "}\n";

static const char asking[] = "module asking;\n"
                             "interface Deep { view deep() -> int; }\n"
                             "contract Asking {\n"
                             "  parties { a : party; }\n  signatory a;\n"
                             "  terms { peer : contract_ref<Deep>; }\n"
                             "  states { Open initial; Done final; }\n"
                             "  action end() by a -> Done { goto Done(); }\n"
                             "  view deep() -> int { return 1 + peer.deep(); }\n"
                             "}\n";

/* Number of an action by its name. */
static uint16_t action_number(world *w, const wc_address *instance, const char *name)
{
    wc_chain_contract contract;
    const wc_module *module;
    assert_status(wc_chain_contract_of(w->chain, instance, &contract), WC_OK);
    assert_status(wc_chain_module(w->chain, &contract.entry.code, &module), WC_OK);
    uint16_t number = 0;
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind != WC_ENTRY_ACTION) continue;
        if (wc_str_equal(module->strings[module->entries[i].name], wc_str_of(name))) return number;
        number++;
    }
    fail_msg("no action %s", name);
    return 0;
}

static const wc_receipt_page *upgraded(world *w, const wc_address *instance, const wc_hash *code)
{
    letter l = world_letter(w, ALICE);
    (void)letter_native(&l, WC_NATIVE_contract_upgrade, world_abi(w, "pp", instance, code));
    return world_send(w, &l);
}

/* A term that named a party names a contract from now on; it was amended to one that refers back.
 */
static void an_upgrade_closes_no_circle(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    const wc_address *alice = &w.people[ALICE].address;
    wc_slice first = source_module(&w, counted_1);
    wc_address counted = source_open(&w, counted_1, ALICE, world_abi(&w, "pp", alice, alice));
    wc_address ask = source_open(&w, asking, ALICE, world_abi(&w, "pp", alice, &counted));
    assert_done(source_call(&w, ALICE, &counted, action_number(&w, &counted, "propose_peer"),
                            world_abi(&w, "p", &ask)));
    wc_hash code = world_deploy(&w, source_next(&w, first, counted_2));
    assert_receipt(upgraded(&w, &counted, &code), "DEPTH_TOO_HIGH");
    assert_int_equal(sale_view(&w, &ask, "deep"), 1);
    world_close(&w);
}

/* ---- what the next version asks for ---------------------------------------------------------- */

#define ASKING(interface, number, more)                                                            \
    "module asking;\n"                                                                             \
    "interface Deep { " interface " }\n"                                                           \
    "contract Asking {\n"                                                                          \
    "  parties { a : party; }\n  signatory a;\n"                                                   \
    "  terms { peer : contract_ref<Deep>; }\n"                                                     \
    "  states { Open initial; Done final; }\n"                                                     \
    "  storage { n : int; }\n"                                                                     \
    "  action end() by a -> Done { goto Done(); }\n"                                               \
    "  view deep() -> int { return " number "; }\n"                                                \
    "  " more "\n"                                                                                 \
    "}\n"

/* [LG-74] The old version asked for one view, which is there; the new one asks for another. */
static void an_upgrade_asks_for_what_is_offered(void **state)
{
    (void)state;
    static const char first[] = ASKING("view sold() -> int;", "peer.sold()", "");
    static const char fits[] = ASKING("view sold() -> int; view logged() -> int;",
                                      "peer.sold() + peer.logged()", "upgrade 2 { }");
    static const char unfit[] = ASKING("view sold() -> int; view bought() -> int;",
                                       "peer.sold() + peer.bought()", "upgrade 2 { }");
    world w;
    world_open(&w, NULL);
    wc_address sale = sale_open(&w);
    wc_slice old = source_module(&w, first);
    wc_address ask =
        source_open(&w, first, ALICE, world_abi(&w, "pp", &w.people[ALICE].address, &sale));
    wc_hash code = world_deploy(&w, source_next(&w, old, unfit));
    assert_receipt(upgraded(&w, &ask, &code), "REFERENCE_UNFIT");
    code = world_deploy(&w, source_next(&w, old, fits));
    assert_done(upgraded(&w, &ask, &code));
    world_close(&w);
}

#define HOLDING(more)                                                                              \
    "module holding;\n"                                                                            \
    "use std.energy;\n"                                                                            \
    "contract Holding {\n"                                                                         \
    "  parties { a : party; }\n  signatory a;\n"                                                   \
    "  states { Open initial; Done final; }\n"                                                     \
    "  action keep(x : money<CNY>) by a when Open { lock(a, x); }\n"                               \
    "  action end() by a -> Done { goto Done(); }\n"                                               \
    "  after deployed + 1000 h when Open -> Done { goto Done(); }\n"                               \
    "  " more "\n"                                                                                 \
    "}\n"

/* Deployment has bound the currencies of the new version; the register cannot have changed. */
static void a_currency_that_has_changed_is_damage(void **state)
{
    (void)state;
    static const char first[] = HOLDING("");
    static const char next[] =
        HOLDING("action more(y : money<EUR>) by a when Open { lock(a, y); } upgrade 2 { }");
    world w;
    altered a;
    world_open(&w, NULL);
    wc_slice old = source_module(&w, first);
    wc_address holding =
        source_open(&w, first, ALICE, world_abi(&w, "p", &w.people[ALICE].address));
    wc_hash code = world_deploy(&w, source_next(&w, old, next));
    letter l = world_letter(&w, ALICE);
    (void)letter_native(&l, WC_NATIVE_contract_upgrade, world_abi(&w, "pp", &holding, &code));
    wc_slice raw = letter_raw(&l);
    altered_open(&a, &w);
    assert_status(altered_apply(&a, &raw, 1), WC_OK);
    assert_done(altered_page(&a));
    wc_state_key key = wc_key_asset(WORLD_EUR);
    size_t len;
    uint8_t *bytes = altered_bytes(&a, &key, &len);
    wc_asset asset;
    assert_status(wc_asset_decode(&asset, wc_slice_of(bytes, len)), WC_OK);
    asset.scale = 3;
    uint8_t changed[WC_ASSET_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, changed, sizeof changed);
    wc_asset_put(&buf, &asset);
    altered_put(&a, &key, wc_buf_slice(&buf));
    assert_status(altered_apply(&a, &raw, 1), WC_CORRUPT);
    altered_close(&a);
    world_close(&w);
}

/* A record that the old version did not write is not what the terms are read from. */
static void a_record_that_does_not_decode_is_not_upgraded(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address sale = sale_open(&w);
    wc_hash code = world_deploy(&w, sale_module(&w, SALE_2));
    letter l = world_letter(&w, ALICE);
    (void)letter_signer(&l, BOB);
    (void)letter_native(&l, WC_NATIVE_contract_upgrade, world_abi(&w, "pp", &sale, &code));
    altered_open(&a, &w);
    wc_chain_contract contract;
    assert_status(wc_chain_contract_of(w.chain, &sale, &contract), WC_OK);
    wc_state_key key = wc_key_instance(&sale);
    size_t len;
    uint8_t *bytes = altered_bytes(&a, &key, &len);
    bytes[len - contract.entry.root.len] = 2; /* the version of the record, which stands last */
    altered_put(&a, &key, wc_slice_of(bytes, len));
    assert_status(altered_send(&a, &l), WC_CORRUPT);
    altered_close(&a);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_upgrade_closes_no_circle),
        cmocka_unit_test(an_upgrade_asks_for_what_is_offered),
        cmocka_unit_test(a_currency_that_has_changed_is_damage),
        cmocka_unit_test(a_record_that_does_not_decode_is_not_upgraded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
