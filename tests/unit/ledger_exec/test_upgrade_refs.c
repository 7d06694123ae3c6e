/* References and upgrades: what the next version of a contract may ask of others, and that no
 * circle of references comes about by it. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_upgrade_closes_no_circle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
