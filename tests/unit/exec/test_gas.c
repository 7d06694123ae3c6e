/* Gas: what each instruction charges.
 *
 * Charges are compared with the schedule by hand-counted amounts: a program with the instruction
 * minus the same program without it is the base charge and the data charge, to the unit. */
#include "tests/unit/exec/gas_cases.h"

#define I(x) INT64_C(x)
#define CNY  0

static uint64_t gas_of(builder build, bool with)
{
    wc_rig rig;
    rig_open(&rig);
    wc_fake_account_of(&rig.host, &rig.alice)->free[CNY] = 1000;
    wc_fake_account_of(&rig.host, &rig.alice)->escrow[CNY] = 1000;
    wc_fake_account_of(&rig.host, &rig.bank)->escrow[CNY] = 1000;
    build(&rig, with);
    rig_close(&rig);
    rig_run(&rig);
    if (rig.outcome.kind != WC_OUTCOME_OK) {
        fail_msg("kind %d code %d at word %u", rig.outcome.kind, rig.outcome.code,
                 rig.outcome.word);
    }
    uint64_t used = rig.outcome.gas_used;
    rig_drop(&rig);
    return used;
}

void charges(wc_op op, builder build, wc_gas_work work)
{
    uint64_t charged = gas_of(build, true) - gas_of(build, false);
    uint64_t expected = wc_op_lookup((uint16_t)op)->gas + wc_gas_data(op, &work);
    if (charged != expected) {
        fail_msg("%s: %llu charged, %llu in the schedule", wc_op_lookup((uint16_t)op)->name,
                 (unsigned long long)charged, (unsigned long long)expected);
    }
}

static uint16_t number_key(wc_rig *rig, int64_t key)
{
    uint16_t pair = rig_value(rig, rig->t.pair, rig_abi(rig, "qq", key, I(0)));
    uint16_t ref = rig_ref(rig, rig->t.integer);
    RIG_EMIT(rig, fref, ref, pair, 0);
    return ref;
}

static uint16_t three_numbers(wc_rig *rig)
{
    return rig_copy(rig, rig->t.map,
                    rig_abi(rig, "wqqqqqq", 3, I(1), I(2), I(3), I(4), I(5), I(6)));
}

static uint16_t text(wc_rig *rig, const char *content)
{
    return rig_value(rig, rig->t.text, rig_abi(rig, "t", content));
}

static uint16_t word(wc_rig *rig, const char *content)
{
    return rig_value(rig, rig->t.word, rig_abi(rig, "t", content));
}

static uint16_t pair(wc_rig *rig)
{
    return rig_value(rig, rig->t.pair, rig_abi(rig, "qq", I(1), I(2)));
}

/* ---- memory -------------------------------------------------------------------------------------
 */

BUILD(new_holder)
{
    uint16_t ref = rig_refmut(rig, rig->t.holder);
    uint16_t slot = wc_builder_slot(rig->b, rig->t.holder);
    EMIT(new, ref, slot);
}

BUILD(new_record)
{
    uint16_t ref = rig_refmut(rig, rig->t.record);
    uint16_t slot = wc_builder_slot(rig->b, rig->t.record);
    EMIT(new, ref, slot);
}

BUILD(vset)
{
    uint16_t shape = rig_new(rig, rig->t.shape);
    uint16_t label = rig_refmut(rig, rig->t.label);
    EMIT(vset, label, shape, 2);
}

BUILD(copy)
{
    wc_slice bytes = rig_abi(rig, "qwqqwqq", I(1), 2, I(5), I(6), 1, I(7), I(8));
    uint16_t from = rig_copy(rig, rig->t.holder, bytes);
    uint16_t to = rig_new(rig, rig->t.holder);
    EMIT(copy, to, from);
}

BUILD(cmpb)
{
    uint16_t x = text(rig, "a");
    uint16_t y = text(rig, "b");
    uint16_t order = rig_int(rig);
    EMIT(cmpb, order, x, y);
}

BUILD(pushn)
{
    uint16_t list = rig_new(rig, rig->t.records);
    uint16_t record = rig_refmut(rig, rig->t.record);
    EMIT(pushn, record, list);
}

BUILD(mfind)
{
    uint16_t map = three_numbers(rig);
    uint16_t key = number_key(rig, 9);
    uint16_t x = rig_int(rig);
    EMIT(mfind, x, map, key);
}

BUILD(mneed)
{
    uint16_t map = three_numbers(rig);
    uint16_t key = number_key(rig, 5);
    uint16_t x = rig_int(rig);
    EMIT(mneed, x, map, key);
}

BUILD(mput)
{
    uint16_t map = three_numbers(rig);
    uint16_t key = number_key(rig, 2);
    uint16_t x = rig_int(rig);
    EMIT(mput, x, map, key);
}

BUILD(mdel)
{
    uint16_t map = three_numbers(rig);
    uint16_t key = number_key(rig, 3);
    uint16_t x = rig_int(rig);
    EMIT(mdel, x, map, key);
}

BUILD(qcount)
{
    wc_slice bytes = rig_abi(rig, "qwqqqbbb", I(0), 3, I(5), I(6), I(7), 0, 0, 0);
    uint16_t series = rig_value(rig, rig->t.series, bytes);
    uint16_t x = rig_int(rig);
    EMIT(qcount, x, series, 0);
}

static void work_in_memory_is_charged_by_what_is_touched(void **state)
{
    (void)state;
    charges(WC_OP_new, build_new_holder, WORK(.head = 8 + 8 + 8));
    charges(WC_OP_new, build_new_record, WORK(.head = 32 + 8 + 24));
    charges(WC_OP_vset, build_vset, WORK(.size = 24));
    charges(WC_OP_copy, build_copy, WORK(.size = 8 + (8 + 2 * 8) + (8 + 16)));
    charges(WC_OP_cmpb, build_cmpb, WORK(.size = 24));
    charges(WC_OP_pushn, build_pushn, WORK(.size = 64));
    charges(WC_OP_mfind, build_mfind, WORK(.length = 3, .key = 8));
    charges(WC_OP_mneed, build_mneed, WORK(.length = 3, .key = 8));
    charges(WC_OP_mput, build_mput, WORK(.length = 3, .key = 8, .size = 3 * 16)); /* at index 1 */
    charges(WC_OP_mdel, build_mdel, WORK(.length = 3, .key = 8, .size = 2 * 16));
    charges(WC_OP_qcount, build_qcount, WORK(.length = 3));
}

/* ---- storage ------------------------------------------------------------------------------------
 */

/* words holds "abc" -> (1, 2); the list and the sorted field two elements each. */
static void fill(wc_rig *rig)
{
    uint16_t record = rig_value(rig, rig->t.record, rig_abi(rig, "pqt", &rig->carol, I(1), "xy"));
    RIG_EMIT(rig, kvput, rig->f.words, word(rig, "abc"), pair(rig));
    RIG_EMIT(rig, lpush, rig->f.list, record);
    RIG_EMIT(rig, lpush, rig->f.list, record);
    RIG_EMIT(rig, sins, rig->f.sorted, pair(rig));
    RIG_EMIT(rig, sins, rig->f.sorted, pair(rig));
}

#define KEY    4u                /* "abc" and its end */
#define VALUE  16u               /* a pair */
#define RECORD (32u + 8 + 4 + 2) /* a party, a number, a text of two bytes */

BUILD(kvget)
{
    fill(rig);
    uint16_t key = word(rig, "abc");
    uint16_t to = rig_new(rig, rig->t.pair);
    uint16_t x = rig_int(rig);
    EMIT(kvget, x, rig->f.words, key, to);
}

BUILD(kvneed)
{
    fill(rig);
    uint16_t key = word(rig, "abc");
    uint16_t to = rig_new(rig, rig->t.pair);
    EMIT(kvneed, rig->f.words, key, to);
}

BUILD(kvhas)
{
    fill(rig);
    uint16_t key = word(rig, "abc");
    uint16_t x = rig_int(rig);
    EMIT(kvhas, x, rig->f.words, key);
}

BUILD(kvput)
{
    fill(rig);
    uint16_t key = word(rig, "abd");
    uint16_t value = pair(rig);
    EMIT(kvput, rig->f.words, key, value);
}

BUILD(kvdel)
{
    fill(rig);
    uint16_t key = word(rig, "abc");
    uint16_t x = rig_int(rig);
    EMIT(kvdel, x, rig->f.words, key);
}

BUILD(kvadd)
{
    uint16_t key = number_key(rig, 5);
    uint16_t x = rig_number(rig, 7);
    EMIT(kvadd, rig->f.map, key, x);
}

BUILD(nneed)
{
    uint16_t key = rig_number(rig, 5), x = rig_number(rig, 7);
    RIG_EMIT(rig, nput, rig->f.map, key, x);
    EMIT(nneed, x, rig->f.map, key);
}

BUILD(nput)
{
    uint16_t key = rig_number(rig, 5), x = rig_number(rig, 7);
    EMIT(nput, rig->f.map, key, x);
}

BUILD(nadd)
{
    uint16_t key = rig_number(rig, 5), x = rig_number(rig, 7);
    EMIT(nadd, rig->f.map, key, x);
}

BUILD(setadd)
{
    uint16_t key = rig_party_ref(rig, &rig->carol);
    uint16_t x = rig_int(rig);
    EMIT(setadd, x, rig->f.set, key);
}

BUILD(sins)
{
    fill(rig);
    uint16_t item = pair(rig);
    EMIT(sins, rig->f.sorted, item);
}

BUILD(sdel)
{
    fill(rig);
    uint16_t index = rig_number(rig, 1);
    EMIT(sdel, rig->f.sorted, index);
}

BUILD(lget)
{
    fill(rig);
    uint16_t to = rig_new(rig, rig->t.record);
    uint16_t index = rig_number(rig, 1);
    EMIT(lget, to, rig->f.list, index);
}

BUILD(lput)
{
    fill(rig);
    uint16_t record = rig_value(rig, rig->t.record, rig_abi(rig, "pqt", &rig->carol, I(1), "xy"));
    uint16_t index = rig_number(rig, 1);
    EMIT(lput, rig->f.list, index, record);
}

BUILD(lpush)
{
    uint16_t record = rig_value(rig, rig->t.record, rig_abi(rig, "pqt", &rig->carol, I(1), "xy"));
    EMIT(lpush, rig->f.list, record);
}

BUILD(clen)
{
    uint16_t x = rig_int(rig);
    EMIT(clen, x, rig->f.list);
}

BUILD(cload)
{
    fill(rig);
    uint16_t list = rig_new(rig, rig->t.records);
    EMIT(cload, list, rig->f.list);
}

BUILD(cclear)
{
    fill(rig);
    EMIT(cclear, rig->f.list, 0);
}

BUILD(setst)
{
    uint16_t data = pair(rig);
    RIG_EMIT(rig, setst, 1, data); /* the state is entered in both programs */
    EMIT(setst, 1, data);
}

BUILD(amend)
{
    uint16_t value = rig_value(rig, rig->t.integer, rig_abi(rig, "q", INT64_C(78)));
    RIG_EMIT(rig, amend, 0, value); /* both programs write the record */
    EMIT(amend, 0, value);
}

BUILD(rebind)
{
    uint16_t alice = rig_party_ref(rig, &rig->alice);
    EMIT(rebind, 0, alice);
}

static void work_on_the_state_is_charged_by_keys_and_bytes(void **state)
{
    (void)state;
    charges(WC_OP_kvget, build_kvget, WORK(.key = KEY, .value = VALUE));
    charges(WC_OP_kvneed, build_kvneed, WORK(.key = KEY, .value = VALUE));
    charges(WC_OP_kvhas, build_kvhas, WORK(.key = KEY));
    charges(WC_OP_kvput, build_kvput, WORK(.key = KEY, .value = VALUE));
    charges(WC_OP_kvdel, build_kvdel, WORK(.key = KEY));
    charges(WC_OP_kvadd, build_kvadd, WORK(.key = 8, .value = 8));
    charges(WC_OP_nneed, build_nneed, WORK(.key = 8, .value = 8));
    charges(WC_OP_nput, build_nput, WORK(.key = 8, .value = 8));
    charges(WC_OP_nadd, build_nadd, WORK(.key = 8, .value = 8));
    charges(WC_OP_setadd, build_setadd, WORK(.key = 32));
    charges(WC_OP_sins, build_sins, WORK(.key = 16, .value = VALUE));
    charges(WC_OP_sdel, build_sdel, WORK(.key = 16, .length = 2, .elements = 2 * (16 + VALUE)));
    charges(WC_OP_lget, build_lget, WORK(.key = 4, .value = RECORD));
    charges(WC_OP_lput, build_lput, WORK(.key = 4, .value = RECORD));
    charges(WC_OP_lpush, build_lpush, WORK(.key = 4, .value = RECORD));
    charges(WC_OP_clen, build_clen, WORK(0));
    charges(WC_OP_cload, build_cload, WORK(.length = 2, .elements = 2 * (4 + RECORD)));
    charges(WC_OP_cclear, build_cclear,
            WORK(.length = 2, .elements = 2 * (4 + RECORD), .keys = 2 * 4));
    charges(WC_OP_setst, build_setst, WORK(.size = 16));
    charges(WC_OP_amend, build_amend, WORK(.size = 8));
    charges(WC_OP_rebind, build_rebind, WORK(0));
}

/* ---- money and the outside ----------------------------------------------------------------------
 */

BUILD(lock)
{
    uint16_t alice = rig_party_ref(rig, &rig->alice);
    uint16_t x = rig_number(rig, 0);
    EMIT(lock, alice, x, CNY);
}

BUILD(unlock)
{
    uint16_t alice = rig_party_ref(rig, &rig->alice);
    uint16_t x = rig_number(rig, 5);
    EMIT(unlock, alice, x, CNY);
}

BUILD(unlockall)
{
    EMIT(unlockall, 0);
}

BUILD(pay)
{
    uint16_t alice = rig_party_ref(rig, &rig->alice);
    uint16_t x = rig_number(rig, 5);
    EMIT(pay, alice, alice, x, CNY);
}

BUILD(split)
{
    wc_slice bytes = rig_abi(rig, "wpqqpqq", 2, &rig->bank, I(-1), I(1), &rig->carol, I(-1), I(0));
    uint16_t list = rig_value(rig, rig->t.shares, bytes);
    uint16_t alice = rig_party_ref(rig, &rig->alice);
    uint16_t x = rig_number(rig, 5);
    uint16_t whole = rig_constant(rig, 1);
    EMIT(split, alice, x, list, 8, CNY, whole);
}

BUILD(clearnet)
{
    wc_slice bytes = rig_abi(rig, "wpqpq", 2, &rig->alice, I(-5), &rig->bank, I(5));
    uint16_t map = rig_value(rig, rig->t.net, bytes);
    uint16_t carol = rig_party_ref(rig, &rig->carol);
    uint16_t limit = rig_number(rig, -1);
    EMIT(clearnet, map, carol, limit, CNY);
}

BUILD(redeem)
{
    uint16_t alice = rig_party_ref(rig, &rig->alice);
    uint16_t x = rig_number(rig, 5);
    uint16_t reference = text(rig, "abcde");
    EMIT(redeem, alice, alice, x, reference, CNY);
}

BUILD(escrow)
{
    uint16_t alice = rig_party_ref(rig, &rig->alice);
    uint16_t x = rig_int(rig);
    EMIT(escrow, x, alice, CNY);
}

BUILD(ownbal)
{
    uint16_t x = rig_int(rig);
    EMIT(ownbal, x, CNY);
}

BUILD(posted)
{
    uint16_t alice = rig_party_ref(rig, &rig->alice);
    uint16_t x = rig_int(rig);
    EMIT(posted, x, alice, CNY);
}

BUILD(emit)
{
    uint16_t record = rig_value(rig, rig->t.record, rig_abi(rig, "pqt", &rig->carol, I(1), "xy"));
    EMIT(emit, 1, record);
}

BUILD(view)
{
    rig->host.view_answer = WC_HOST_OK;
    rig->host.view_result = rig_abi(rig, "qq", I(1), I(2));
    uint16_t other = rig_other(rig);
    wc_slice bytes = rig_abi(rig, "q", I(12));
    uint16_t args = rig_value(rig, wc_builder_module(rig->b)->methods[0].args, bytes);
    uint16_t to = rig_new(rig, rig->t.pair);
    EMIT(view, other, 0, args, to);
}

BUILD(send)
{
    uint16_t other = rig_other(rig);
    uint16_t args = rig_value(rig, rig->t.label, rig_abi(rig, "t", "hello"));
    EMIT(send, other, 1, args);
}

BUILD(signed)
{
    uint16_t alice = rig_party_ref(rig, &rig->alice);
    uint16_t x = rig_int(rig);
    EMIT(signed, x, alice);
}

static void work_of_the_ledger_is_charged_by_postings_and_bytes(void **state)
{
    (void)state;
    charges(WC_OP_lock, build_lock, WORK(0));
    charges(WC_OP_unlock, build_unlock, WORK(0));
    charges(WC_OP_unlockall, build_unlockall, WORK(.length = 2));
    charges(WC_OP_pay, build_pay, WORK(0));
    charges(WC_OP_split, build_split, WORK(.length = 2));
    charges(WC_OP_clearnet, build_clearnet, WORK(.length = 2));
    charges(WC_OP_redeem, build_redeem, WORK(.value = 5));
    charges(WC_OP_escrow, build_escrow, WORK(0));
    charges(WC_OP_ownbal, build_ownbal, WORK(0));
    charges(WC_OP_posted, build_posted, WORK(0));
    charges(WC_OP_emit, build_emit, WORK(.value = RECORD));
    charges(WC_OP_view, build_view, WORK(.value = 8, .result = 16));
    charges(WC_OP_send, build_send, WORK(.value = 4 + 5));
    charges(WC_OP_signed, build_signed, WORK(0));
}

/* Instructions with flag D that stand in no list above would be charged by nobody's count. */
static void every_data_dependent_instruction_is_counted_here(void **state)
{
    (void)state;
    static const wc_op counted[] = {
        WC_OP_new,    WC_OP_vset,      WC_OP_copy,   WC_OP_cmpb,   WC_OP_pushn,  WC_OP_mfind,
        WC_OP_mneed,  WC_OP_mput,      WC_OP_mdel,   WC_OP_qcount, WC_OP_kvget,  WC_OP_kvneed,
        WC_OP_kvhas,  WC_OP_kvput,     WC_OP_kvdel,  WC_OP_kvadd,  WC_OP_setadd, WC_OP_sins,
        WC_OP_sdel,   WC_OP_lget,      WC_OP_lput,   WC_OP_lpush,  WC_OP_clen,   WC_OP_cload,
        WC_OP_cclear, WC_OP_setst,     WC_OP_amend,  WC_OP_rebind, WC_OP_lock,   WC_OP_unlock,
        WC_OP_pay,    WC_OP_unlockall, WC_OP_split,  WC_OP_redeem, WC_OP_escrow, WC_OP_clearnet,
        WC_OP_ownbal, WC_OP_posted,    WC_OP_emit,   WC_OP_view,   WC_OP_send,   WC_OP_nneed,
        WC_OP_nput,   WC_OP_nadd,      WC_OP_tseries
        /* the last: tests are not metered */};
    for (uint16_t op = 0; op < 256; op++) {
        const wc_op_info *info = wc_op_lookup(op);
        if (info == NULL || (info->flags & WC_OP_DATA) == 0) continue;
        bool found = gas_is_of_series(op);
        for (size_t i = 0; i < WC_ARRAY_LEN(counted); i++) found |= counted[i] == op;
        if (!found) fail_msg("%s", info->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_in_memory_is_charged_by_what_is_touched),
        cmocka_unit_test(work_on_the_state_is_charged_by_keys_and_bytes),
        cmocka_unit_test(gas_work_on_series),
        cmocka_unit_test(work_of_the_ledger_is_charged_by_postings_and_bytes),
        cmocka_unit_test(every_data_dependent_instruction_is_counted_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
