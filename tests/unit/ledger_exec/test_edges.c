/* Letters at the edges of what modules, contracts, keys and readings may be: what the deploying
 * compiler would never write, two methods of one number, amounts of gas that end in between. */
#include <stdio.h>

#include "node/ledger/meter.h"
#include "node/ledger/roles.h"
#include "tests/unit/ledger_exec/accounts.h"
#include "tests/unit/ledger_exec/altered.h"
#include "tests/unit/ledger_exec/fleet.h"
#include "tests/unit/ledger_exec/refusals.h"
#include "tests/unit/ledger_exec/sale.h"
#include "tests/unit/ledger_exec/source.h"

#define I(x) INT64_C(x)

/* ---- modules --------------------------------------------------------------------------------- */

static const char *deployed(world *w, wc_slice module)
{
    letter l = world_letter(w, ADMIN_1);
    (void)letter_signer(&l, ADMIN_2);
    (void)letter_call(&l, WC_CALL_DEPLOY, NULL, 0, module);
    return world_status_name(world_send(w, &l)->receipt.status);
}

/* [LG-71] */
static void a_module_has_its_longest_size(void **state)
{
    (void)state;
    static uint8_t zeros[WC_MODULE_SIZE_MAX + 1];
    world w;
    world_open(&w, NULL);
    for (size_t len = WC_MODULE_SIZE_MAX; len <= WC_MODULE_SIZE_MAX + 1; len++) {
        letter l = world_letter(&w, ADMIN_1);
        (void)letter_signer(&l, ADMIN_2);
        (void)letter_call(&l, WC_CALL_DEPLOY, NULL, 0, wc_slice_of(zeros, len));
        const wc_receipt_page *page = world_send(&w, &l);
        assert_receipt(page, "MODULE_REFUSED");
        /* One that is too long is not looked at: no finding, and no gas for it. */
        static const uint8_t nothing[] = {0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        bool has_finding = !wc_slice_equal(page->outcome, wc_slice_of(nothing, sizeof nothing));
        assert_int_equal(has_finding, len == WC_MODULE_SIZE_MAX);
        assert_int_equal(page->receipt.gas_used > 100u * WC_MODULE_SIZE_MAX, has_finding);
    }
    world_close(&w);
}

#define MODULE_HEAD                                                                                \
    "module Plain plain\n"                                                                         \
    "string a\n"                                                                                   \
    "string Open\n"                                                                                \
    "string Done\n"                                                                                \
    "string end\n"                                                                                 \
    "string Big\n"

#define MODULE_REST                                                                                \
    "party a - signatory -\n"                                                                      \
    "parties t2\n"                                                                                 \
    "terms t1\n"                                                                                   \
    "version 0\n"                                                                                  \
    "storage t1\n"                                                                                 \
    "state Open - initial -\n"                                                                     \
    "state Done - - final\n"                                                                       \
    "states t3\n"                                                                                  \
    "%s"                                                                                           \
    "function end\n"                                                                               \
    "    reg ref t1\n"                                                                             \
    "    params 1\n"                                                                               \
    "w0:\n"                                                                                        \
    "    block\n"                                                                                  \
    "    setst0 Done\n"                                                                            \
    "    ret 0\n"                                                                                  \
    "end\n"                                                                                        \
    "entry action end end t1 - all 0 - Done 0000000000000000 0 0 %%0\n"

#define MODULE_TYPES                                                                               \
    "type t0 - party -\n"                                                                          \
    "type t1 - tuple\n"                                                                            \
    "type t2 - tuple a t0\n"                                                                       \
    "type t3 - tag Open Done\n"

/* A node has room for 64 currencies of a module, and for 2 MiB of a call; what it has no room for
 * is refused when it is deployed. */
static void a_module_fits_into_a_node(void **state)
{
    (void)state;
    char text[8192], currencies[4096];
    world w;
    world_open(&w, NULL);
    for (unsigned count = 64; count <= 65; count++) {
        size_t len = 0;
        for (unsigned i = 0; i < count; i++) {
            len += (size_t)snprintf(currencies + len, sizeof currencies - len,
                                    "string C%u\ncurrency C%u 2\n", i, i);
        }
        (void)snprintf(text, sizeof text, MODULE_HEAD "%s" MODULE_TYPES MODULE_REST, currencies,
                       "");
        assert_string_equal(deployed(&w, source_assembled(&w, text)),
                            count == 64 ? "ASSET_UNKNOWN" : "MODULE_REFUSED");
    }
    for (unsigned lines = 400; lines <= 600; lines += 200) {
        char type[128];
        (void)snprintf(type, sizeof type, "type t4 - text 4000\ntype t5 - list %u t4\n", lines);
        (void)snprintf(text, sizeof text,
                       MODULE_HEAD MODULE_TYPES "%stype t6 - tuple - t5\n" MODULE_REST, type,
                       "event Big t6\n");
        assert_string_equal(deployed(&w, source_assembled(&w, text)),
                            lines == 400 ? "OK" : "MODULE_REFUSED");
    }
    world_close(&w);
}

/* ---- contracts ------------------------------------------------------------------------------- */

static const char telling[] =
    "module telling;\n"
    "event Big(page : list<text<4000>, 20>);\n"
    "contract Telling {\n"
    "  parties { a : party; }\n  signatory a;\n"
    "  states { Open initial; Done final; }\n"
    "  action tell(page : list<text<4000>, 20>) by a when Open { emit Big(page); }\n"
    "  action end() by a -> Done { goto Done(); }\n"
    "}\n";

/* [LG-36] An event has at most 65,536 bytes. */
static void an_event_has_its_longest_size(void **state)
{
    (void)state;
    static char line[4001];
    memset(line, 'x', sizeof line - 1);
    world w;
    world_open(&w, NULL);
    wc_address instance =
        source_open(&w, telling, ALICE, world_abi(&w, "p", &w.people[ALICE].address));
    for (uint32_t lines = 16; lines <= 17; lines++) {
        wc_slice args = world_abi(&w, "w", lines);
        for (uint32_t i = 0; i < lines; i++) args = world_abi(&w, "xt", args, line);
        assert_receipt(source_call(&w, ALICE, &instance, 0, args),
                       lines == 16 ? "OK" : "EVENT_LIMIT");
    }
    world_close(&w);
}

/* Two methods of one number, 0xbd1e3727: found by trying names. */
#define VIEW   "view vgblo() -> int"
#define ACTION "action adiso()"

static const char has_view[] = "module one;\n"
                               "contract One {\n"
                               "  parties { a : party; }\n  signatory a;\n"
                               "  states { Open initial; Done final; }\n"
                               "  action end() by a -> Done { goto Done(); }\n"
                               "  " VIEW " { return 1; }\n"
                               "}\n";

static const char has_action[] = "module two;\n"
                                 "contract Two {\n"
                                 "  parties { a : party; }\n  signatory a;\n"
                                 "  states { Open initial; Done final; }\n"
                                 "  action end() by a -> Done { goto Done(); }\n"
                                 "  " ACTION " by any_party when Open { }\n"
                                 "}\n";

static const char uses_view[] = "module three;\n"
                                "interface Has { " VIEW "; }\n"
                                "contract Three {\n"
                                "  parties { a : party; }\n  signatory a;\n"
                                "  terms { peer : contract_ref<Has>; }\n"
                                "  states { Open initial; Done final; }\n"
                                "  storage { n : int; }\n"
                                "  action ask() by a when Open { self.n = peer.vgblo(); }\n"
                                "  action end() by a -> Done { goto Done(); }\n"
                                "}\n";

static const char uses_action[] = "module four;\n"
                                  "interface Has { " ACTION "; }\n"
                                  "contract Four {\n"
                                  "  parties { a : party; }\n  signatory a;\n"
                                  "  terms { peer : contract_ref<Has>; }\n"
                                  "  states { Open initial; Done final; }\n"
                                  "  action ask() by a when Open { send peer.adiso(); }\n"
                                  "  action end() by a -> Done { goto Done(); }\n"
                                  "}\n";

/* [LG-64] [LG-65] [LG-74] A view is asked for and an action is sent, whatever has the number. */
static void a_view_is_no_action_of_the_same_number(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    const wc_address *alice = &w.people[ALICE].address;
    wc_address peers[2] = {source_open(&w, has_view, ALICE, world_abi(&w, "p", alice)),
                           source_open(&w, has_action, ALICE, world_abi(&w, "p", alice))};
    const char *const users[2] = {uses_view, uses_action};
    for (int i = 0; i < 2; i++) {
        wc_hash code = world_deploy(&w, source_module(&w, users[i]));
        letter l = world_letter(&w, ALICE);
        (void)letter_call(&l, WC_CALL_INSTANTIATE, &code, 0,
                          world_abi(&w, "pp", alice, &peers[1 - i]));
        assert_receipt(world_send(&w, &l), "REFERENCE_UNFIT");
        world_actor signer = ALICE;
        wc_address user =
            world_instance(&w, &code, 1, &signer, world_abi(&w, "pp", alice, &peers[i]));
        assert_done(source_call(&w, ALICE, &user, 0, wc_slice_of(NULL, 0)));
        l = world_letter(&w, ALICE);
        (void)letter_call(&l, WC_CALL_ACTION, &user, 0, wc_slice_of(NULL, 0));
        altered_open(&a, &w);
        altered_readdress(&a, &user, &peers[i], &peers[1 - i]); /* as if it had been let in */
        assert_status(altered_send(&a, &l), WC_OK);
        assert_receipt(altered_page(&a), "METHOD_UNKNOWN");
        altered_close(&a);
        w.people[ALICE].next_nonce--;
    }
    world_close(&w);
}

/* ---- keys and mandates ----------------------------------------------------------------------- */

static void replacing_a_key_takes_its_number(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    for (int more = 0; more < 2; more++) {
        wc_slice args = world_abi(&w, more == 0 ? "p" : "pb", &w.people[ALICE].address, 0);
        assert_receipt(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_key_replace, args),
                       "BAD_ARGUMENTS");
    }
    world_close(&w);
}

static wc_slice mandate_args(world *w, const wc_address *vault, int64_t limit, int64_t per_period,
                             uint32_t period_s, int64_t expiry_s)
{
    return world_abi(w, "pwqqwq", vault, WORLD_CNY, limit, per_period, period_s, expiry_s);
}

/* [D2] Whatever is changed of a mandate, it cannot be used in the block that changes it. */
static void a_mandate_that_is_changed_waits_a_block(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    world_deposit(&w, ALICE, 1000);
    int64_t expiry = w.now + 86400;
    for (int change = 0; change <= 4; change++) {
        assert_done(native_sent(&w, ALICE, ACTOR_COUNT, WC_NATIVE_mandate_grant,
                                mandate_args(&w, &vault, 500, 400, 3600, expiry)));
        letter grant = world_letter(&w, ALICE);
        (void)letter_native(&grant, WC_NATIVE_mandate_grant,
                            mandate_args(&w, &vault, 500 + (change == 1), 400 + (change == 2),
                                         3600 + (change == 3), expiry + (change == 4)));
        letter use = world_letter(&w, BOB);
        (void)letter_call(&use, WC_CALL_ACTION, &vault, VAULT_LOCK,
                          world_abi(&w, "pq", &w.people[ALICE].address, I(10)));
        wc_slice raws[2] = {letter_raw(&grant), letter_raw(&use)};
        const wc_sealed *sealed = world_seal(&w, raws, 2);
        assert_done(&sealed->applied.receipts[0]);
        assert_receipt(&sealed->applied.receipts[1], change == 0 ? "OK" : "CALL_NOT_SIGNED");
        use = world_letter(&w, BOB);
        (void)letter_call(&use, WC_CALL_ACTION, &vault, VAULT_LOCK,
                          world_abi(&w, "pq", &w.people[ALICE].address, I(10)));
        assert_done(world_send(&w, &use));
    }
    world_close(&w);
}

/* ---- readings -------------------------------------------------------------------------------- */

static void a_reading_begins_with_time_and_version(void **state)
{
    (void)state;
    world w;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    meter_registered(&w);
    letter l = world_letter(&w, METER);
    (void)letter_reading(&l, &vault, VAULT_METERED, world_abi(&w, "qwhb", WORLD_START, 0, 0, 0));
    assert_receipt(world_send(&w, &l), "BAD_ARGUMENTS");
    assert_receipt(reading_sent(&w, METER, &vault, WORLD_START, I(-1), 5), "BAD_ARGUMENTS");
    assert_receipt(reading_sent(&w, METER, &vault, WORLD_START, I(65536), 5), "BAD_ARGUMENTS");
    /* Behind a call that is none; what it did is no reading. */
    l = world_letter(&w, METER);
    (void)letter_call(&l, WC_CALL_ACTION, &vault, VAULT_METERED,
                      world_abi(&w, "qqq", WORLD_START, I(0), I(5)));
    (void)letter_reading(&l, &vault, VAULT_METERED, world_abi(&w, "qqq", WORLD_START, I(0), I(5)));
    const wc_receipt_page *page = world_send(&w, &l);
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_READINGS_ACCEPTED, NULL), 1);
    assert_receipt(reading_sent(&w, METER, &vault, WORLD_START, 0, 5), "READING_EXISTS");
    world_close(&w);
}

/* A batch of the same transaction is no earlier reading call, whatever its bytes are. */
static void a_batch_repeats_no_reading(void **state)
{
    (void)state;
    world w;
    fleet f;
    world_options options = fleet_options();
    world_open(&w, &options);
    fleet_open(&f, &w);
    meter_registered(&w);
    wc_address vault = vault_open(&w);
    fleet_batch batch = {.quarter = 1};
    letter l = fleet_letter(&f, &batch, 0);
    (void)letter_signer(&l, METER);
    uint8_t call =
        letter_reading(&l, &vault, VAULT_METERED, world_abi(&w, "qqq", WORLD_START, I(0), I(5)));
    l.draft.calls[call].principal = 1;
    const wc_receipt_page *page = world_send(&w, &l);
    assert_done(page);
    assert_int_equal(world_events(page, WC_EVENT_READINGS_ACCEPTED, NULL), 1);
    assert_int_equal(world_events(page, WC_EVENT_BATCH_ACCEPTED, NULL), 1);
    world_close(&w);
}

/* Nor is it one of the same principal, when a reading begins with the batch's own bytes. */
static void a_reading_that_begins_like_a_batch_is_looked_at(void **state)
{
    (void)state;
    world w;
    fleet f;
    world_options options = fleet_options();
    world_open(&w, &options);
    fleet_open(&f, &w);
    wc_address vault = vault_open(&w);
    letter grant = world_letter(&w, ADMIN_1);
    (void)letter_signer(&grant, ADMIN_2);
    (void)letter_native(&grant, WC_NATIVE_role_grant,
                        world_abi(&w, "phqq", &w.people[FLEET_AGGREGATOR].address,
                                  (int)WC_ROLE_METER, I(0), INT64_MAX));
    assert_done(world_send(&w, &grant));
    wc_slice args = meter_args(&w, WORLD_START - 86400, WORLD_START + 86400);
    memcpy((uint8_t *)(uintptr_t)args.data, w.people[FLEET_AGGREGATOR].address.bytes, 32);
    letter meter = world_letter(&w, GRID);
    (void)letter_native(&meter, WC_NATIVE_meter_register, args);
    assert_done(world_send(&w, &meter));
    fleet_batch batch = {.quarter = 1};
    letter l = fleet_letter(&f, &batch, 0);
    (void)letter_reading(&l, &vault, VAULT_METERED,
                         world_abi(&w, "xq", wc_slice_of(f.sent.data, 16), I(5)));
    assert_receipt(world_send(&w, &l), "READING_OUT_OF_PLACE");
    world_close(&w);
}

/* ---- gas ------------------------------------------------------------------------------------- */

static uint64_t gas; /* 0: as the letter says */

static void limit_gas(void *self, bool is_undone)
{
    if (!is_undone && gas > 0) ((altered *)self)->ledger->job.gas_limit = gas;
}

/* An upgrade that runs out of gas does so wherever it is, and leaves nothing. */
static void an_upgrade_ends_where_its_gas_does(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address sale = sale_open(&w);
    (void)sale_reader(&w, &sale);
    wc_hash code = world_deploy(&w, sale_module(&w, SALE_2));
    letter l = world_letter(&w, ALICE);
    (void)letter_signer(&l, BOB);
    (void)letter_native(&l, WC_NATIVE_contract_upgrade, world_abi(&w, "pp", &sale, &code));
    wc_slice raw = letter_raw(&l);
    altered_open(&a, &w);
    a.observer.unit = limit_gas;
    gas = 0;
    assert_status(altered_apply(&a, &raw, 1), WC_OK);
    assert_done(altered_page(&a));
    uint64_t least = wc_intrinsic_gas(a.applied.txs[0].tx, raw.len);
    uint64_t most = least + 100000; /* behind that only time-outs are paid ahead */
    assert_true(altered_page(&a)->receipt.gas_used > most);
    const uint64_t step = 500; /* half of what reading a key costs */
    for (gas = least; gas < most; gas += step) {
        assert_status(altered_apply_next(&a, &raw, 1), WC_OK); /* on the same record again */
        assert_receipt(altered_page(&a), "TRAP");
        assert_true(altered_page(&a)->receipt.gas_used == gas);
        assert_int_equal(world_events(altered_page(&a), WC_EVENT_INSTANCE_UPGRADED, NULL), 0);
    }
    altered_close(&a);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_module_has_its_longest_size),
        cmocka_unit_test(a_module_fits_into_a_node),
        cmocka_unit_test(an_event_has_its_longest_size),
        cmocka_unit_test(a_view_is_no_action_of_the_same_number),
        cmocka_unit_test(replacing_a_key_takes_its_number),
        cmocka_unit_test(a_mandate_that_is_changed_waits_a_block),
        cmocka_unit_test(a_reading_begins_with_time_and_version),
        cmocka_unit_test(a_batch_repeats_no_reading),
        cmocka_unit_test(a_reading_that_begins_like_a_batch_is_looked_at),
        cmocka_unit_test(an_upgrade_ends_where_its_gas_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
