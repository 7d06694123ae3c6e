/* Looking into a call: storage as it is in the middle of it, and storage that is damaged. Registers
 * and records are looked at by the rig, in every test of an instruction. */
#include <string.h>

#include "tests/unit/exec/rig.h"
#include "vm/base/codec.h"
#include "vm/exec/exec.h"
#include "vm/inspect.h"

#define I(x)       INT64_C(x)
#define FIELDS_MAX 16u

typedef struct looking {
    uint32_t looks;
    uint16_t field; /* that is looked at alone */
    wc_status status[FIELDS_MAX];
    size_t len[FIELDS_MAX];
    uint8_t bytes[FIELDS_MAX][512];
} looking;

static looking *current; /* of the run: the observer itself is the rig's */

/* At the end of the code, which runs that are cut short do not reach. */
static void look(void *self, const wc_step *step)
{
    looking *l = current;
    (void)self;
    const wc_function *function = &step->module->functions[step->function];
    if (step->module->words[function->first_word + step->word] >> 48 != WC_OP_ret) return;
    l->looks++;
    for (uint16_t i = 0; i < step->module->field_count; i++) {
        wc_buf buf;
        if (step->module->fields[i].root != WC_NONE) continue;
        wc_buf_init(&buf, l->bytes[i], sizeof l->bytes[i]);
        l->status[i] = wc_inspect_collection(step->exec, i, &buf);
        l->len[i] = buf.len;
    }
}

static void run(wc_rig *rig, looking *l)
{
    rig_close(rig);
    *l = (looking){0};
    current = l;
    rig->observer.step = look;
    rig->keeps_host = true;
    rig_run(rig);
    assert_true(l->looks > 0);
}

static void expect(const looking *l, uint16_t field, wc_slice value)
{
    assert_status(l->status[field], WC_OK);
    assert_true(wc_slice_equal(wc_slice_of(l->bytes[field], l->len[field]), value));
}

static uint16_t integer(wc_rig *rig, int64_t value)
{
    return rig_value(rig, rig->t.integer, rig_abi(rig, "q", value));
}

static void collections_as_the_call_has_made_them(void **state)
{
    (void)state;
    wc_rig rig;
    looking l;
    rig_open(&rig);
    RIG_EMIT(&rig, kvput, rig.f.map, integer(&rig, I(3)), integer(&rig, I(30)));
    RIG_EMIT(&rig, kvput, rig.f.map, integer(&rig, I(-1)), integer(&rig, I(10)));
    uint16_t found = rig_int(&rig);
    RIG_EMIT(&rig, setadd, found, rig.f.set, rig_party_ref(&rig, &rig.carol));
    uint16_t record = rig_value(&rig, rig.t.record, rig_abi(&rig, "pqt", &rig.alice, I(5), "note"));
    RIG_EMIT(&rig, lpush, rig.f.list, record);
    RIG_EMIT(&rig, sins, rig.f.sorted,
             rig_value(&rig, rig.t.pair, rig_abi(&rig, "qq", I(1), I(2))));
    RIG_EMIT(&rig, sins, rig.f.sorted,
             rig_value(&rig, rig.t.pair, rig_abi(&rig, "qq", I(3), I(4))));
    run(&rig, &l);
    expect(&l, rig.f.map, rig_abi(&rig, "wqqqq", 2, I(-1), I(10), I(3), I(30)));
    expect(&l, rig.f.set, rig_abi(&rig, "wp", 1, &rig.carol));
    expect(&l, rig.f.list, rig_abi(&rig, "wpqt", 1, &rig.alice, I(5), "note"));
    expect(&l, rig.f.sorted, rig_abi(&rig, "wqqqq", 2, I(3), I(4), I(1), I(2)));
    expect(&l, rig.f.words, rig_abi(&rig, "w", 0));
    rig_drop(&rig);
}

static void put_element(wc_rig *rig, uint16_t field, size_t key_len, uint8_t byte)
{
    uint8_t key[16], value[8] = {0};
    memset(key, byte, sizeof key);
    uint16_t id = wc_builder_module(rig->b)->fields[field].id;
    const wc_storage_key at = {WC_KEY_ELEMENT, id, wc_slice_of(key, key_len)};
    wc_host_answer answer =
        wc_fake_host_ops.store(&rig->host, &at, wc_slice_of(value, sizeof value));
    assert_int_equal(answer, WC_HOST_OK);
}

static void damaged_storage_is_said_to_be_so(void **state)
{
    (void)state;
    wc_rig rig;
    looking l;
    rig_open(&rig);
    put_element(&rig, rig.f.map, 7, 0x80); /* a key of seven bytes */
    put_element(&rig, rig.f.set, 9, 0x80); /* of nine */
    for (uint8_t i = 0; i <= RIG_LIST_MAX; i++) put_element(&rig, rig.f.smalls, 8, i);
    run(&rig, &l);
    assert_status(l.status[rig.f.map], WC_CORRUPT);
    assert_status(l.status[rig.f.set], WC_CORRUPT);
    assert_status(l.status[rig.f.smalls], WC_TOO_LARGE);
    assert_status(l.status[rig.f.words], WC_OK);
    rig_drop(&rig);
}

static void keys_are_values(void **state)
{
    (void)state;
    wc_rig rig;
    uint8_t memory[64], key[9] = {0x80, 0, 0, 0, 0, 0, 0, 42, 0};
    wc_buf buf;
    rig_open(&rig);
    rig_close(&rig);
    const wc_module *module = wc_image_module(rig.image);
    wc_buf_init(&buf, memory, sizeof memory);
    assert_status(wc_inspect_key(module, rig.f.map, wc_slice_of(key, 8), &buf), WC_OK);
    assert_true(wc_slice_equal(wc_buf_slice(&buf), rig_abi(&rig, "q", I(42))));
    assert_status(wc_inspect_key(module, rig.f.map, wc_slice_of(key, 9), &buf), WC_CORRUPT);
    wc_buf_init(&buf, memory, sizeof memory);
    const uint8_t index[4] = {0, 0, 0, 3};
    assert_status(wc_inspect_key(module, rig.f.list, wc_slice_of(index, 4), &buf), WC_OK);
    assert_true(wc_slice_equal(wc_buf_slice(&buf), rig_abi(&rig, "q", I(3))));
    assert_status(wc_inspect_key(module, rig.f.list, wc_slice_of(index, 3), &buf), WC_CORRUPT);
    wc_buf_init(&buf, memory, sizeof memory);
    assert_status(wc_inspect_key(module, rig.f.sorted, wc_slice_of(key, 9), &buf), WC_OK);
    assert_int_equal(buf.len, 0);
    rig_drop(&rig);
}

/* ---- storage that cannot be shown ---- */

static void look_into_too_little(void *self, const wc_step *step)
{
    (void)self;
    uint8_t memory[64];
    wc_buf buf;
    const wc_function *function = &step->module->functions[step->function];
    if (step->module->words[function->first_word + step->word] >> 48 != WC_OP_ret) return;
    current->looks++;
    for (uint16_t i = 0; i < 2; i++) { /* no place for the count, then for the elements */
        wc_buf_init(&buf, memory, i == 0 ? 3 : 4);
        assert_status(wc_inspect_collection(step->exec, current->field, &buf), WC_OK);
        assert_true(buf.full);
    }
    wc_fake_host *host = step->exec->host->self;
    uint64_t left = host->calls_left;
    host->calls_left = 0;
    wc_buf_init(&buf, memory, sizeof memory);
    assert_status(wc_inspect_collection(step->exec, current->field, &buf), WC_CORRUPT);
    host->calls_left = left;
    assert_status(wc_inspect_args(step->exec, WC_NONE, &buf), WC_NOT_FOUND);
}

static void says_when_the_host_or_the_place_gives_out(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    RIG_EMIT(&rig, setadd, rig_int(&rig), rig.f.set, rig_party_ref(&rig, &rig.carol));
    RIG_EMIT(&rig, setadd, rig_int(&rig), rig.f.set, rig_party_ref(&rig, &rig.bank));
    rig_close(&rig);
    looking l = {.field = rig.f.set};
    current = &l;
    rig.observer.step = look_into_too_little;
    rig.keeps_host = true;
    rig_run(&rig);
    assert_true(l.looks > 0);
    rig_drop(&rig);
}

/* ---- what a split has divided, how a division was rounded ---- */

static void look_at_shares(void *self, const wc_step *step)
{
    (void)self;
    const wc_function *function = &step->module->functions[step->function];
    if (step->module->words[function->first_word + step->word] >> 48 != WC_OP_ret) return;
    current->looks++;
    static const int64_t expected[] = {3334, 3333, 3333}; /* 100.00 among three */
    for (uint32_t i = 0; i < WC_ARRAY_LEN(expected); i++) {
        int64_t amount;
        wc_i128 remainder;
        wc_inspect_share(step->exec, i, &amount, &remainder);
        assert_true(amount == expected[i]);
        assert_true(wc_i128_compare(remainder, wc_i128_of(0)) > 0);
    }
}

static void shows_what_a_split_has_divided(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open(&rig);
    wc_fake_account_of(&rig.host, &rig.alice)->escrow[0] = 10000;
    wc_slice list = rig_abi(&rig, "wpqqpqqpqq", 3, &rig.bank, I(-1), I(1), &rig.carol, I(-1), I(1),
                            &rig.other_instance, I(-1), I(1));
    RIG_EMIT(&rig, split, rig_party_ref(&rig, &rig.alice), rig_number(&rig, 10000),
             rig_value(&rig, rig.t.shares, list), 8, 0, rig_constant(&rig, 1));
    rig_close(&rig);
    looking l = {0};
    current = &l;
    rig.observer.step = look_at_shares;
    rig.keeps_host = true;
    rig_run(&rig);
    assert_true(l.looks > 0);
    rig_drop(&rig);
}

static wc_rounding told;

static void note_rounding(void *self, const wc_step *step)
{
    (void)self;
    const wc_function *function = &step->module->functions[step->function];
    uint64_t word = step->module->words[function->first_word + step->word];
    if (word >> 48 == WC_OP_mrw_down) told = step->rounding;
}

/* x * y / m, where results just beyond 128 bits are none in one direction only. */
static void tells_how_a_division_is_rounded(void **state)
{
    (void)state;

    static const struct {
        wc_i128 x;
        int64_t y, m;
        wc_rounding rounding;
    } cases[] = {
        {{6, 0}, 1, 2, WC_ROUNDING_EXACT},
        {{7, 0}, 1, 2, WC_ROUNDING_TIE},
        {{7, 0}, 1, 3, WC_ROUNDING_INEXACT},
        /* 2^127 - 1/2: half up is too large. x = (2^128 - 1) / 3 */
        {{UINT64_C(0x5555555555555555), INT64_C(0x5555555555555555)}, 3, 2, WC_ROUNDING_NONE},
        /* 2^127 - 3/4: only the ceiling is. x * 23 = 2^129 - 3 */
        {{UINT64_C(9624388212370200843), INT64_C(1604064702061700140)}, 23, 4, WC_ROUNDING_NONE},
        /* -2^127 - 1/3: only the floor is too small. x * 5 = -(3 * 2^127 + 1) */
        {{UINT64_C(0x3333333333333333), INT64_C(-0x4ccccccccccccccd)}, 5, 3, WC_ROUNDING_NONE},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_rig rig;
        rig_open(&rig);
        RIG_EMIT(&rig, mrw_down, rig_int(&rig), rig_wide_number(&rig, cases[i].x),
                 rig_number(&rig, cases[i].y), 0, rig_constant(&rig, 1),
                 rig_constant(&rig, cases[i].m));
        rig_close(&rig);
        rig.observer.step = note_rounding;
        rig.keeps_host = true;
        told = WC_ROUNDING_NONE;
        if (cases[i].rounding == WC_ROUNDING_NONE) told = WC_ROUNDING_EXACT;
        rig_run(&rig);
        assert_int_equal(told, cases[i].rounding);
        rig_drop(&rig);
    }
}

/* ---- tests have no record ---- */

static void look_for_a_record(void *self, const wc_step *step)
{
    (void)self;
    uint8_t memory[64];
    for (unsigned part = WC_INSPECT_TERMS; part <= WC_INSPECT_STATE; part++) {
        wc_buf buf;
        wc_buf_init(&buf, memory, sizeof memory);
        assert_status(wc_inspect_record(step->exec, (wc_inspect_part)part, &buf), WC_NOT_FOUND);
        assert_int_equal(buf.len, 0);
    }
    current->looks++;
}

static void a_test_has_no_record_to_look_at(void **state)
{
    (void)state;
    wc_rig rig;
    rig_open_tables(&rig);
    wc_builder_mark_test_image(rig.b);
    uint16_t test = wc_builder_function(rig.b, WC_STR("test"));
    RIG_EMIT(&rig, ret, 0);
    wc_builder_end(rig.b);
    (void)wc_builder_test(rig.b, WC_STR("test"), test);
    rig_load(&rig);
    looking l = {0};
    current = &l;
    rig.observer.step = look_for_a_record;
    static const wc_test_ops none = {0};
    const wc_test_host host = {&none, NULL};
    wc_test_outcome outcome;
    wc_test_run(rig.watched, 0, RIG_GAS, &host, rig.memory[0], &outcome);
    assert_int_equal(outcome.own.kind, WC_OUTCOME_OK);
    assert_int_equal(l.looks, 1);
    rig_drop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collections_as_the_call_has_made_them),
        cmocka_unit_test(damaged_storage_is_said_to_be_so),
        cmocka_unit_test(keys_are_values),
        cmocka_unit_test(says_when_the_host_or_the_place_gives_out),
        cmocka_unit_test(shows_what_a_split_has_divided),
        cmocka_unit_test(tells_how_a_division_is_rounded),
        cmocka_unit_test(a_test_has_no_record_to_look_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
