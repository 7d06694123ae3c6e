/* What comes of a store that is damaged in a way that decodes: values that no block of this program
 * wrote. The block ends with a status, or the transaction with a refusal of its own; nothing is
 * taken for true that was not checked, and nothing aborts. */
#include "tests/unit/ledger_exec/altered.h"
#include "tests/unit/ledger_exec/clocks.h"
#include "tests/unit/ledger_exec/source.h"

#include "node/ledger/admit.h"
#include "node/ledger/authority.h"
#include "node/ledger/meter.h"
#include "tests/unit/ledger_exec/fleet.h"
#include "tests/unit/ledger_exec/refusals.h"

#define I(x) INT64_C(x)

/* A letter of one call of an action, by its only signer. */
static letter action_letter(world *w, world_actor actor, const wc_address *instance,
                            uint16_t action, wc_slice args)
{
    letter l = world_letter(w, actor);
    (void)letter_call(&l, WC_CALL_ACTION, instance, action, args);
    return l;
}

static wc_address vault_like(world *w, const char *name, const wc_address *peer)
{
    world_actor signer = ALICE;
    vault_options options = {.name = name, .signatories = 1, .has_peer = peer != NULL};
    wc_hash code = world_deploy(w, vault_module(w, &options));
    wc_slice args = world_abi(w, "pp", &w->people[ALICE].address, &w->people[BOB].address);
    if (peer != NULL) args = world_abi(w, "xp", args, peer);
    return world_instance(w, &code, 1, &signer, args);
}

/* ---- parameters ------------------------------------------------------------------------------ */

/* A folder that a later program has used: this one says so and touches nothing. */
static void rules_of_a_later_program_are_not_supported(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    letter l = world_letter(&w, ALICE);
    (void)letter_native(&l, WC_NATIVE_deposit, wc_slice_of(NULL, 0));
    altered_open(&a, &w);
    wc_state_key key = wc_key_params(WC_PARAMS_NAME);
    size_t len;
    uint8_t *bytes = altered_bytes(&a, &key, &len);
    bytes[2]++; /* version u8, protocol u16 */
    altered_put(&a, &key, wc_slice_of(bytes, len));
    assert_status(altered_send(&a, &l), WC_NOT_SUPPORTED);
    assert_int_equal(a.applied.record_bytes.len, 0);
    altered_close(&a);
    world_close(&w);
}

/* ---- modules --------------------------------------------------------------------------------- */

/* Its name is its hash: one that would still run is found out, too. */
static void a_module_that_is_not_its_own_any_more_is_damage(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_chain_contract contract;
    assert_status(wc_chain_contract_of(w.chain, &vault, &contract), WC_OK);
    letter l = action_letter(&w, ALICE, &vault, VAULT_ADD, world_abi(&w, "q", I(1)));
    wc_slice raw = letter_raw(&l);
    altered_open(&a, &w);
    wc_state_key key = wc_key_module(&contract.entry.code);
    size_t len;
    uint8_t *bytes = altered_bytes(&a, &key, &len);
    bytes[len - 1] ^= 1;
    altered_put(&a, &key, wc_slice_of(bytes, len));
    assert_status(altered_apply(&a, &raw, 1), WC_CORRUPT);
    altered_lose(&a, &key);
    assert_status(altered_apply(&a, &raw, 1), WC_CORRUPT);
    altered_close(&a);
    world_close(&w);
}

/* Deployed by a program whose rules for modules were others. */
static void a_module_that_does_not_verify_is_damage(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    letter l = action_letter(&w, ALICE, &vault, VAULT_ADD, world_abi(&w, "q", I(1)));
    altered_open(&a, &w);
    wc_slice rubbish = wc_slice_of("no module", 9);
    wc_hash code = wc_code_id(rubbish);
    wc_state_key key = wc_key_module(&code);
    altered_put(
        &a, &key,
        world_abi(&w, "bpqy", WC_STATE_VALUE_VERSION, &w.people[ADMIN_1].address, w.now, rubbish));
    key = wc_key_instance(&vault);
    size_t len;
    uint8_t *bytes = altered_bytes(&a, &key, &len);
    memcpy(bytes + 1, code.bytes, sizeof code.bytes); /* behind the version */
    altered_put(&a, &key, wc_slice_of(bytes, len));
    assert_status(altered_send(&a, &l), WC_CORRUPT);
    altered_close(&a);
    world_close(&w);
}

/* ---- references ------------------------------------------------------------------------------ */

static const char plain[] = "module plain;\n"
                            "contract Plain {\n"
                            "  parties { a : party; }\n  signatory a;\n"
                            "  states { Open initial; Done final; }\n"
                            "  action end() by a -> Done { goto Done(); }\n"
                            "  action total() by a when Open { }\n"
                            "  view add(n : int) -> int { return n; }\n"
                            "}\n";

/* Creation looked that the other contract offers what is asked of it, and an upgrade keeps that. */
static void a_reference_that_offers_nothing_is_refused(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address peer = vault_like(&w, "Peer", NULL);
    wc_address vault = vault_like(&w, "Vault", &peer);
    wc_address other = source_open(&w, plain, ALICE, world_abi(&w, "p", &w.people[ALICE].address));
    letter l = action_letter(&w, ALICE, &vault, VAULT_READ, wc_slice_of(NULL, 0));
    letter s = action_letter(&w, BOB, &vault, VAULT_SEND, world_abi(&w, "q", I(3)));
    altered_open(&a, &w);
    altered_readdress(&a, &vault, &peer, &other);
    assert_status(altered_send(&a, &l), WC_OK);
    assert_receipt(altered_page(&a), "METHOD_UNKNOWN");
    assert_status(altered_send(&a, &s), WC_OK);
    assert_receipt(altered_page(&a), "METHOD_UNKNOWN");
    altered_close(&a);
    world_close(&w);
}

/* Creation counts how deep references go: a circle is none that it lets in. */
static void a_circle_of_references_ends(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address peer = vault_like(&w, "Peer", NULL);
    wc_address vault = vault_like(&w, "Vault", &peer);
    altered_open(&a, &w);
    altered_readdress(&a, &vault, &peer, &vault);
    wc_outcome outcome;
    wc_view_call view = {
        .instance = vault, .method = WC_STR("deep"), .now_s = w.now, .gas_limit = 10000000};
    assert_status(wc_ledger_view(a.ledger, &view, &outcome), WC_OK);
    assert_int_equal(outcome.kind, WC_OUTCOME_CALLEE);
    assert_int_equal(a.ledger->job.status, WC_REFUSAL_DEPTH_TOO_HIGH);
    altered_close(&a);
    world_close(&w);
}

/* ---- instances ------------------------------------------------------------------------------- */

/* The code of an instance, as if it had been deployed by a program with other rules. */
static void recode(altered *a, const wc_address *instance, wc_slice module)
{
    wc_hash code = wc_code_id(module);
    wc_state_key key = wc_key_module(&code);
    altered_put(a, &key,
                world_abi(a->w, "bpqy", WC_STATE_VALUE_VERSION, &a->w->people[ADMIN_1].address,
                          a->w->now, module));
    key = wc_key_instance(instance);
    size_t len;
    uint8_t *bytes = altered_bytes(a, &key, &len);
    memcpy(bytes + 1, code.bytes, sizeof code.bytes); /* behind the version */
    altered_put(a, &key, wc_slice_of(bytes, len));
}

/* Nobody holds a role that is not in the table any more. */
static void a_role_that_is_gone_is_held_by_nobody(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    vault_options options = {.name = "Vault", .signatories = 1};
    wc_slice module = vault_module(&w, &options);
    uint8_t *copy = wc_arena_alloc(&w.arena, module.len, 1);
    memcpy(copy, module.data, module.len);
    size_t at = 0;
    while (memcmp(copy + at, "GridOperator", 12) != 0) at++;
    copy[at + 11] = 'z';
    letter l = action_letter(&w, GRID, &vault, VAULT_STAFF, wc_slice_of(NULL, 0));
    wc_slice raw = letter_raw(&l);
    altered_open(&a, &w);
    assert_status(altered_apply(&a, &raw, 1), WC_OK);
    assert_done(altered_page(&a));
    recode(&a, &vault, wc_slice_of(copy, module.len));
    assert_status(altered_apply(&a, &raw, 1), WC_OK);
    wc_error_outcome error;
    assert_receipt(altered_page(&a), "ERROR");
    assert_status(wc_outcome_error(&error, altered_page(&a)->outcome), WC_OK);
    assert_int_equal(error.error, WC_ERROR_BUILTIN | WC_BUILTIN_NotAuthorised);
    altered_close(&a);
    world_close(&w);
}

/* Place of the root record's first byte, its version, in an instance of two parties. */
#define ROOT_AT (1u + 32 + 2 + 1 + 2 + 8 + 8 + 8 + 2 + 1 + 1 + 2 + 32 + 1 + 64 + 4)

static void damage_root(altered *a, const wc_address *instance)
{
    wc_state_key key = wc_key_instance(instance);
    size_t len;
    uint8_t *bytes = altered_bytes(a, &key, &len);
    assert_int_equal(bytes[ROOT_AT], 1);
    bytes[ROOT_AT] = 2;
    altered_put(a, &key, wc_slice_of(bytes, len));
}

/* Rules VM-36 and VM-63: what the machine cannot read is the node's failure and no receipt: the
 * contract has done nothing wrong, and every other node goes on. */
static void a_record_that_does_not_decode_stops_the_node(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address peer = vault_like(&w, "Peer", NULL);
    wc_address vault = vault_like(&w, "Vault", &peer);
    wc_chain_contract contract;
    assert_status(wc_chain_contract_of(w.chain, &vault, &contract), WC_OK);
    static const uint16_t actions[] = {VAULT_READ, VAULT_SEND};
    for (size_t i = 0; i < 2; i++) { /* of the contract itself, then of what it asks or tells */
        letter l = action_letter(&w, BOB, &vault, actions[i],
                                 i == 0 ? wc_slice_of(NULL, 0) : world_abi(&w, "q", I(3)));
        wc_slice raw = letter_raw(&l);
        w.people[BOB].next_nonce--;
        altered_open(&a, &w);
        damage_root(&a, &peer);
        assert_status(altered_apply(&a, &raw, 1), WC_CORRUPT);
        altered_close(&a);
        altered_open(&a, &w);
        damage_root(&a, &vault);
        assert_status(altered_apply(&a, &raw, 1), WC_CORRUPT);
        altered_close(&a);
    }
    altered_open(&a, &w);
    damage_root(&a, &vault);
    wc_outcome outcome;
    wc_view_call view = {
        .instance = vault, .method = WC_STR("total"), .now_s = w.now, .gas_limit = 10000000};
    assert_status(wc_ledger_view(a.ledger, &view, &outcome), WC_CORRUPT);
    altered_close(&a);
    world_close(&w);
}

static const char sums[] = "module sums;\n"
                           "contract Sums {\n"
                           "  parties { a : party; b : party; }\n  signatory a;\n"
                           "  states { Open initial; Done final; }\n"
                           "  storage { log : map<int, int, 8>; total : int; }\n"
                           "  action note(k : int, v : int) by a when Open { self.log[k] = v; }\n"
                           "  action count() by a when Open {\n"
                           "    for (k, v) in self.log { self.total += v; }\n"
                           "  }\n"
                           "  action end() by a -> Done { goto Done(); }\n"
                           "}\n";

/* A collection's header says how many elements there are, and each begins with its version. (One
 * without header is empty, and nobody looks for elements.) */
static void a_collection_that_is_not_whole_stops_the_node(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address instance = source_open(
        &w, sums, ALICE, world_abi(&w, "pp", &w.people[ALICE].address, &w.people[BOB].address));
    for (int64_t i = 0; i < 3; i++) {
        assert_done(source_call(&w, ALICE, &instance, 0, world_abi(&w, "qq", i, I(7))));
    }
    letter l = action_letter(&w, ALICE, &instance, 1, wc_slice_of(NULL, 0));
    wc_slice raw = letter_raw(&l);
    wc_state_key prefix = wc_key_owner(WC_SPACE_FIELD, &instance), keys[4];
    wc_slice key, value;
    size_t count = 0;
    while (wc_chain_next(w.chain, wc_state_key_slice(&prefix),
                         count > 0 ? wc_state_key_slice(&keys[count - 1]) : wc_slice_of(NULL, 0),
                         &key, &value) == WC_OK) {
        assert_in_range(count, 0, 3);
        memcpy(keys[count].bytes, key.data, key.len);
        keys[count++].len = (uint8_t)key.len;
    }
    assert_int_equal(count, 4); /* the header is first */
    for (size_t i = 0; i < count; i++) {
        size_t len;
        altered_open(&a, &w);
        altered_lose(&a, &keys[i]);
        assert_status(altered_apply(&a, &raw, 1), i == 0 ? WC_OK : WC_CORRUPT);
        altered_close(&a);
        altered_open(&a, &w);
        uint8_t *bytes = altered_bytes(&a, &keys[i], &len);
        bytes[0]++;
        altered_put(&a, &keys[i], wc_slice_of(bytes, len));
        assert_status(altered_apply(&a, &raw, 1), WC_CORRUPT);
        altered_close(&a);
    }
    altered_open(&a, &w);
    assert_status(altered_apply(&a, &raw, 1), WC_OK);
    assert_done(altered_page(&a));
    altered_close(&a);
    world_close(&w);
}

/* ---- time-outs ------------------------------------------------------------------------------- */

#define CLAUSE_AT (1u + 32 + 2 + 1 + 2 + 8 + 8 + 8)

static void a_clause_that_is_none_is_damage(void **state)
{
    (void)state;
    static const uint16_t clauses[] = {1, 999}; /* its due time's; none */
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_ONCE, NULL, BOB, 60);
    w.now += 60;
    altered_open(&a, &w);
    assert_status(altered_apply(&a, NULL, 0), WC_OK);
    assert_int_equal(a.applied.timer_count, 1);
    for (size_t i = 0; i < WC_ARRAY_LEN(clauses); i++) {
        wc_state_key key = wc_key_instance(&clock);
        size_t len;
        uint8_t *bytes = altered_bytes(&a, &key, &len);
        wc_store_u16(bytes + CLAUSE_AT, clauses[i]);
        altered_put(&a, &key, wc_slice_of(bytes, len));
        assert_status(altered_apply(&a, NULL, 0), WC_CORRUPT);
    }
    altered_close(&a);
    world_close(&w);
}

/* Read well when its time-out ran, and not when it is looked for what comes after its failure. */
static void a_record_that_is_lost_while_its_time_out_fails(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address clock = clock_open(&w, CLOCK_FAIL, NULL, BOB, 60);
    wc_state_key key = wc_key_instance(&clock);
    w.now += 60;
    altered_open(&a, &w);
    damage_root(&a, &clock);
    a.forgets = true;
    wc_status status = WC_CORRUPT;
    for (uint32_t reads = 0; status != WC_OK; reads++) { /* ends: it is read a few times */
        altered_true_reads(&a, &key, reads);
        status = altered_apply(&a, NULL, 0);
        assert_status(status, reads < 3 ? WC_CORRUPT : status);
        if (status != WC_OK) assert_status(status, WC_CORRUPT);
    }
    assert_receipt(&a.applied.receipts[0], "TRAP");
    altered_close(&a);
    world_close(&w);
}

/* ---- money ----------------------------------------------------------------------------------- */

static void an_asset_that_does_not_decode_any_more(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    letter l = world_letter(&w, BANK);
    (void)letter_native(&l, WC_NATIVE_deposit,
                        world_abi(&w, "wpqssw", WORLD_CNY, &w.people[ALICE].address, I(5),
                                  "statement", "entry", UINT32_C(20454)));
    wc_slice raw = letter_raw(&l);
    wc_state_key key = wc_key_asset(WORLD_CNY);
    altered_open(&a, &w);
    a.forgets = true;
    for (uint32_t reads = 0; reads < 2; reads++) { /* of what may be issued, and of the supply */
        altered_put(&a, &key, wc_slice_of("\xff", 1));
        altered_true_reads(&a, &key, reads);
        assert_status(altered_apply(&a, &raw, 1), WC_CORRUPT);
    }
    altered_close(&a);
    world_close(&w);
}

/* ---- readings -------------------------------------------------------------------------------- */

static void a_meter_that_is_not_active_reads_nothing(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    meter_registered(&w);
    letter l = world_letter(&w, METER);
    (void)letter_reading(&l, &vault, VAULT_METERED, world_abi(&w, "qqq", WORLD_START, I(0), I(5)));
    wc_slice raw = letter_raw(&l);
    altered_open(&a, &w);
    assert_status(altered_apply(&a, &raw, 1), WC_OK);
    assert_done(altered_page(&a));
    wc_state_key key = wc_key_meter(&w.people[METER].address);
    size_t len;
    uint8_t *bytes = altered_bytes(&a, &key, &len);
    bytes[1] = WC_METER_REMOVED; /* behind the version; no call sets it so far */
    altered_put(&a, &key, wc_slice_of(bytes, len));
    assert_status(altered_apply(&a, &raw, 1), WC_OK);
    assert_receipt(altered_page(&a), "METER_NOT_VALID");
    altered_close(&a);
    world_close(&w);
}

static void a_page_takes_no_meter_that_is_not_active(void **state)
{
    (void)state;
    world w;
    fleet f;
    altered a;
    world_options options = fleet_options();
    world_open(&w, &options);
    fleet_prepare(&f, &w);
    fleet_page page = {.number = 8, .instance = &f.instance, .count = 1};
    letter l = world_letter(&w, FLEET_AGGREGATOR);
    (void)letter_signer(&l, GRID);
    (void)letter_native(&l, WC_NATIVE_page_register, fleet_page_args(&f, &page));
    wc_slice raw = letter_raw(&l);
    altered_open(&a, &w);
    assert_status(altered_apply(&a, &raw, 1), WC_OK);
    assert_done(altered_page(&a));
    wc_address meter = fleet_meter(&w, 0);
    wc_state_key key = wc_key_meter(&meter);
    size_t len;
    uint8_t *bytes = altered_bytes(&a, &key, &len);
    bytes[1] = WC_METER_REMOVED;
    altered_put(&a, &key, wc_slice_of(bytes, len));
    assert_status(altered_apply(&a, &raw, 1), WC_OK);
    assert_receipt(altered_page(&a), "METER_NOT_VALID");
    altered_close(&a);
    world_close(&w);
}

/* ---- between blocks -------------------------------------------------------------------------- */

static void questions_end_with_the_status_of_the_store(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    wc_chain_contract contract;
    assert_status(wc_chain_contract_of(w.chain, &vault, &contract), WC_OK);
    wc_hash code = contract.entry.code, unknown = {{1}};
    letter l = action_letter(&w, ALICE, &vault, VAULT_ADD, world_abi(&w, "q", I(1)));
    wc_slice raw = letter_raw(&l);
    wc_admission admission;
    wc_refusal refusal;
    wc_outcome outcome;
    wc_view_call view = {
        .instance = vault, .method = WC_STR("total"), .now_s = w.now, .gas_limit = 10000000};
    altered_open(&a, &w);
    assert_status(wc_ledger_admit(a.ledger, a.head.height + 1, w.now, raw, &admission), WC_OK);
    assert_int_equal(admission.refusal, WC_REFUSAL_NONE);
    assert_status(wc_ledger_check_module(a.ledger, &code, &refusal), WC_OK);
    assert_int_equal(refusal, WC_REFUSAL_NONE);
    assert_status(wc_ledger_check_module(a.ledger, &unknown, &refusal), WC_NOT_FOUND);
    wc_state_key key = wc_key_account(&w.people[ALICE].address);
    altered_fail(&a, &key, WC_IO);
    assert_status(wc_ledger_admit(a.ledger, a.head.height + 1, w.now, raw, &admission), WC_IO);
    key = wc_key_params(WC_PARAMS_NAME);
    altered_fail(&a, &key, WC_IO);
    assert_status(wc_ledger_admit(a.ledger, a.head.height + 1, w.now, raw, &admission), WC_IO);
    assert_status(wc_ledger_check_module(a.ledger, &code, &refusal), WC_IO);
    assert_status(wc_ledger_view(a.ledger, &view, &outcome), WC_IO);
    altered_close(&a);
    world_close(&w);
}

/* A ledger that goes on behind its own block remembers the state; behind another block at the same
 * place, whose state the ports give, it remembers nothing. */
static void another_block_at_the_same_place_is_not_taken_for_ours(void **state)
{
    (void)state;
    world w;
    altered a;
    world_open(&w, NULL);
    wc_address vault = vault_open(&w);
    letter l = action_letter(&w, ALICE, &vault, VAULT_ADD, world_abi(&w, "q", I(1)));
    wc_slice raw = letter_raw(&l);
    altered_open(&a, &w);
    assert_status(altered_apply(&a, &raw, 1), WC_OK);
    assert_done(altered_page(&a));
    a.head = (wc_head){.seq = a.applied.record.seq,
                       .height = a.applied.record.height,
                       .time_s = a.applied.record.time_s,
                       .time_ns = a.applied.record.time_ns,
                       .record_hash = a.applied.record_hash};
    wc_head ours = a.head, start = *wc_chain_head(w.chain);
    a.head.record_hash.bytes[0] ^= 1; /* there the letter has not been: the ports say so */
    assert_status(altered_apply_next(&a, &raw, 1), WC_OK);
    assert_done(altered_page(&a));
    a.head = start;
    assert_status(altered_apply(&a, &raw, 1), WC_OK);
    a.head = ours;
    assert_status(altered_apply_next(&a, &raw, 1), WC_OK);
    assert_receipt(altered_page(&a), "NONCE_USED");
    altered_close(&a);
    world_close(&w);
}

/* ---- behind admission ------------------------------------------------------------------------ */

/* Neither can come from a transaction that was let in; both are answered all the same. */
static void what_admission_keeps_out_is_refused_again(void **state)
{
    (void)state;
    world w;
    altered a;
    world_options options = {.gas_price = UINT64_C(1) << 40};
    world_open(&w, &options);
    altered_open(&a, &w);
    assert_status(wc_ledger_begin_reading(a.ledger, a.head.height + 1, w.now), WC_OK);
    wc_tx tx = {.auth_count = 1, .gas_limit = INT64_MAX, .max_fee = UINT64_MAX};
    wc_tx_auth auth = {.address = w.people[ALICE].address};
    tx.auth[0] = auth;
    wc_candidate candidate = {.tx = &tx, .size = 100};
    wc_refusal refusal;
    assert_status(wc_admit_running(a.ledger, &candidate, &refusal), WC_OK);
    assert_int_equal(refusal, WC_REFUSAL_FEE_NOT_COVERED);

    wc_job *job = &a.ledger->job; /* of no transaction, and of one between its calls */
    wc_job_begin(a.ledger, WC_RECEIPT_SYSTEM, 0);
    assert_false(wc_call_is_signed_by(job, &auth.address));
    job->tx = &tx;
    assert_int_equal(job->call, WC_RECEIPT_NO_CALL);
    assert_false(wc_call_is_signed_by(job, &auth.address));
    altered_close(&a);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_of_a_later_program_are_not_supported),
        cmocka_unit_test(a_module_that_is_not_its_own_any_more_is_damage),
        cmocka_unit_test(a_module_that_does_not_verify_is_damage),
        cmocka_unit_test(a_reference_that_offers_nothing_is_refused),
        cmocka_unit_test(a_circle_of_references_ends),
        cmocka_unit_test(a_role_that_is_gone_is_held_by_nobody),
        cmocka_unit_test(a_record_that_does_not_decode_stops_the_node),
        cmocka_unit_test(a_collection_that_is_not_whole_stops_the_node),
        cmocka_unit_test(a_clause_that_is_none_is_damage),
        cmocka_unit_test(a_record_that_is_lost_while_its_time_out_fails),
        cmocka_unit_test(an_asset_that_does_not_decode_any_more),
        cmocka_unit_test(a_meter_that_is_not_active_reads_nothing),
        cmocka_unit_test(a_page_takes_no_meter_that_is_not_active),
        cmocka_unit_test(questions_end_with_the_status_of_the_store),
        cmocka_unit_test(another_block_at_the_same_place_is_not_taken_for_ours),
        cmocka_unit_test(what_admission_keeps_out_is_refused_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
