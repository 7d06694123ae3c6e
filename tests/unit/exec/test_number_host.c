/* Hosts that keep numbers: an instruction on a stored map of numbers ends in the same way, with the
 * same gas and the same state, whether the host is asked for numbers or for bytes. */
#include "tests/unit/exec/rig.h"
#include "vm/base/codec.h"

#define I(x) INT64_C(x)

/* ---- a host of numbers on top of the one of bytes ---- */

static wc_host_answer load_number(void *self, uint16_t field, int64_t key, int64_t *value)
{
    uint8_t bytes[8];
    wc_slice found;
    wc_store_u64(bytes, (uint64_t)key ^ (UINT64_C(1) << 63));
    wc_storage_key at = {WC_KEY_ELEMENT, field, wc_slice_of(bytes, 8)};
    wc_host_answer answer = wc_fake_host_ops.load(self, &at, &found);
    if (answer == WC_HOST_OK) *value = (int64_t)wc_load_u64(found.data);
    return answer;
}

static wc_host_answer store_number(void *self, uint16_t field, int64_t key, int64_t value)
{
    uint8_t bytes[8], number[8];
    wc_store_u64(bytes, (uint64_t)key ^ (UINT64_C(1) << 63));
    wc_store_u64(number, (uint64_t)value);
    wc_storage_key at = {WC_KEY_ELEMENT, field, wc_slice_of(bytes, 8)};
    return wc_fake_host_ops.store(self, &at, wc_slice_of(number, 8));
}

static unsigned adds; /* calls of add_number */

static wc_host_answer add_number(void *self, uint16_t field, int64_t key, int64_t by,
                                 const wc_bounds *bounds)
{
    int64_t old, sum;
    adds++;
    wc_host_answer answer = load_number(self, field, key, &old);
    if (answer != WC_HOST_OK) return answer;
    bool leaves = __builtin_add_overflow(old, by, &sum) || sum < bounds->lo || sum > bounds->hi;
    return leaves ? WC_HOST_REFUSED : store_number(self, field, key, sum);
}

/* ---- one instruction on both ---- */

typedef struct step {
    wc_op op;
    bool small; /* the map whose values lie in [0, 100] */
    int64_t key, value;
} step;

static void make(wc_rig *rig, const step *s)
{
    rig_open(rig);
    uint16_t field = s->small ? rig->f.smalls : rig->f.map;
    uint16_t key = rig_number(rig, s->key), value = rig_number(rig, s->value);
    if (s->op == WC_OP_nneed) {
        uint16_t found = rig_int(rig);
        RIG_EMIT(rig, nneed, found, field, key);
        rig_put(rig, found);
    } else {
        wc_builder_emit(rig->b, &(wc_instr){s->op, {field, key, value}});
    }
    rig_close(rig);
    /* keys 3 and 4 are there */
    const wc_host_ops *ops = &wc_fake_host_ops;
    uint16_t id = wc_builder_module(rig->b)->fields[field].id;
    wc_storage_key header = {WC_KEY_HEADER, id, {NULL, 0}};
    assert_int_equal(ops->store(&rig->host, &header, rig_abi(rig, "wq", 2, I(0))), WC_HOST_OK);
    assert_int_equal(store_number(&rig->host, id, 3, 30), WC_HOST_OK);
    assert_int_equal(store_number(&rig->host, id, 4, 100), WC_HOST_OK);
    if (s->small) assert_int_equal(store_number(&rig->host, id, 6, 101), WC_HOST_OK); /* damage */
    rig->host.log_len = 0;
}

static void run(wc_rig *rig, const wc_image *image, const wc_host_ops *ops, uint64_t gas,
                wc_fake_host *host, wc_outcome *outcome)
{
    wc_fake_host_init(host, &rig->own);
    wc_fake_host_copy(host, &rig->host);
    wc_instance instance = {image, rig->own, rig->root, wc_slice_of(NULL, 0)};
    wc_call call = rig->call;
    call.entry = rig->entry;
    call.gas_limit = gas;
    wc_host with = {ops, host};
    wc_call_run(&instance, &call, &with, rig->memory[ops != &wc_fake_host_ops], outcome);
}

static void assert_same_end(const wc_outcome *a, const wc_outcome *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->code, b->code);
    assert_int_equal(a->word, b->word);
    assert_int_equal(a->operand_count, b->operand_count);
    assert_memory_equal(a->operands, b->operands, sizeof a->operands);
    assert_true(a->gas_used == b->gas_used);
}

static wc_host_ops host_of_numbers(void)
{
    wc_host_ops numbers = wc_fake_host_ops;
    numbers.load_number = load_number;
    numbers.store_number = store_number;
    numbers.add_number = add_number;
    return numbers;
}

/* Everything that can run the call: both forms of the interpreter, and the compiled module where
 * the test is part of those of the native tier. */
static unsigned images_of(const wc_rig *rig, const wc_image *images[3])
{
    images[0] = rig->image;
    images[1] = rig->other;
    images[2] = rig->compiled;
    return rig->compiled != NULL ? 3 : 2;
}

static void ends_alike(const step *s)
{
    wc_host_ops numbers = host_of_numbers();
    wc_rig rig;
    make(&rig, s);
    const wc_image *images[3];
    unsigned count = images_of(&rig, images);
    wc_outcome bytes_end, numbers_end;
    uint64_t most = RIG_GAS;
    for (uint64_t gas = RIG_GAS;; gas--) {
        wc_fake_host of_bytes;
        run(&rig, rig.image, &wc_fake_host_ops, gas, &of_bytes, &bytes_end);
        for (unsigned i = 0; i < count; i++) {
            wc_fake_host of_numbers;
            run(&rig, images[i], &numbers, gas, &of_numbers, &numbers_end);
            assert_same_end(&bytes_end, &numbers_end);
            assert_true(wc_slice_equal(wc_fake_log(&of_bytes), wc_fake_log(&of_numbers)) ||
                        bytes_end.kind != WC_OUTCOME_OK); /* a failed call is undone */
            wc_fake_host_drop(&of_numbers);
        }
        wc_fake_host_drop(&of_bytes);
        if (gas == RIG_GAS) most = gas = bytes_end.gas_used + 1;
        if (gas == 0 || gas + 9000 < most) break; /* behind every charge of the instruction */
    }
    rig_drop(&rig);
}

static void numbers_and_bytes_end_alike(void **state)
{
    (void)state;
    static const step steps[] = {
        {WC_OP_nneed, false, 3, 0},        {WC_OP_nneed, false, 5, 0},
        {WC_OP_nput, false, 3, -7},        {WC_OP_nput, false, 5, INT64_MIN},
        {WC_OP_nput, true, 3, 101},        {WC_OP_nput, true, 5, -1},
        {WC_OP_nadd, false, 3, 12},        {WC_OP_nadd, false, 5, 12},
        {WC_OP_nadd, false, 3, INT64_MAX}, {WC_OP_nadd, true, 3, 70},
        {WC_OP_nadd, true, 3, 71},         {WC_OP_nadd, true, 3, -31},
        {WC_OP_nadd, true, 5, 101},        {WC_OP_nadd, true, 5, 100},
        {WC_OP_nneed, true, 6, 0},         {WC_OP_nput, true, 6, 1},
        {WC_OP_nadd, true, 6, 1},
    };
    adds = 0;
    for (size_t i = 0; i < WC_ARRAY_LEN(steps); i++) ends_alike(&steps[i]);
    assert_true(adds > 0); /* the host that adds has been asked to */
}

/* ---- a host that answers something else ---- */

static wc_host_answer forced;
static int64_t forced_value;

static wc_host_answer forced_load(void *self, uint16_t field, int64_t key, int64_t *value)
{
    (void)self;
    (void)field;
    (void)key;
    *value = forced_value;
    return forced;
}

static wc_host_answer forced_add(void *self, uint16_t field, int64_t key, int64_t by,
                                 const wc_bounds *bounds)
{
    (void)self;
    (void)field;
    (void)key;
    (void)by;
    assert_true(bounds->lo == 0 && bounds->hi == 100);
    return forced;
}

static void other_answers_end_the_call(void **state)
{
    (void)state;

    static const struct {
        wc_op op;
        wc_host_answer answer;
        int64_t value;
        wc_trap trap;
    } cases[] = {
        {WC_OP_nneed, WC_HOST_STOP, 3, WC_TRAP_HOST},
        {WC_OP_nneed, WC_HOST_LIMIT, 3, WC_TRAP_HOST},
        {WC_OP_nneed, WC_HOST_ABSENT, 3, WC_TRAP_NO_KEY},
        {WC_OP_nneed, WC_HOST_OK, 101, WC_TRAP_HOST}, /* none of the map's numbers */
        {WC_OP_nneed, WC_HOST_OK, -1, WC_TRAP_HOST},
        {WC_OP_nadd, WC_HOST_STOP, 3, WC_TRAP_HOST},
        {WC_OP_nadd, WC_HOST_LIMIT, 3, WC_TRAP_SEND_LIMIT},
        {WC_OP_nadd, WC_HOST_REFUSED, 7, WC_TRAP_HOST}, /* and then the number is not there */
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_host_ops numbers = host_of_numbers();
        numbers.load_number = forced_load;
        numbers.add_number = forced_add;
        forced = cases[i].answer;
        forced_value = cases[i].value;
        wc_rig rig;
        make(&rig, &(step){cases[i].op, true, 3, 1});
        const wc_image *images[3];
        unsigned count = images_of(&rig, images);
        wc_outcome first, end;
        for (unsigned k = 0; k < count; k++) {
            wc_fake_host host;
            run(&rig, images[k], &numbers, RIG_GAS, &host, &end);
            assert_int_equal(end.kind, WC_OUTCOME_TRAP);
            assert_int_equal(end.code, cases[i].trap);
            if (k == 0) first = end;
            assert_same_end(&first, &end);
            wc_fake_host_drop(&host);
        }
        rig_drop(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_bytes_end_alike),
        cmocka_unit_test(other_answers_end_the_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
