/* Looking into a call: storage as it is in the middle of it, and storage that is damaged. Registers
 * and records are looked at by the rig, in every test of an instruction. */
#include <string.h>

#include "tests/unit/exec/rig.h"
#include "vm/base/codec.h"
#include "vm/inspect.h"

#define I(x)       INT64_C(x)
#define FIELDS_MAX 16u

typedef struct looking {
    uint32_t looks;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collections_as_the_call_has_made_them),
        cmocka_unit_test(damaged_storage_is_said_to_be_so),
        cmocka_unit_test(keys_are_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
