/* Instructions on stored maps of numbers by numbers: results, every trap, what is left in the host.
 */
#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/rig.h"
#include "vm/base/codec.h"

#define I(x) INT64_C(x)

static void put_number(wc_rig *rig, uint16_t field, int64_t key, int64_t value)
{
    wc_slice bytes = rig_abi(rig, "q", (int64_t)((uint64_t)key ^ (UINT64_C(1) << 63)));
    uint16_t id = wc_builder_module(rig->b)->fields[field].id;
    wc_storage_key at = {WC_KEY_ELEMENT, id, bytes};
    assert_int_equal(wc_fake_host_ops.store(&rig->host, &at, rig_abi(rig, "q", value)), WC_HOST_OK);
    rig->host.log_len = 0;
}

/* Keys 3 with 30, and `more` others from 50 on. */
static void fill(wc_rig *rig, uint16_t field, unsigned more)
{
    wc_storage_key at = {WC_KEY_HEADER, wc_builder_module(rig->b)->fields[field].id, {NULL, 0}};
    wc_slice header = rig_abi(rig, "wq", (int)(1 + more), I(0));
    assert_int_equal(wc_fake_host_ops.store(&rig->host, &at, header), WC_HOST_OK);
    put_number(rig, field, 3, 30);
    for (unsigned i = 0; i < more; i++) put_number(rig, field, 50 + i, 0);
}

typedef struct end {
    bool is_trap, is_full;
    wc_trap trap;
    uint8_t operands;
    int64_t x, y;  /* of the trap */
    int64_t value; /* success: of the key afterwards */
    uint32_t length;
} end;

#define TRAPS(code, ...)                                                                           \
    (end)                                                                                          \
    {                                                                                              \
        .is_trap = true, .trap = WC_TRAP_##code, __VA_ARGS__                                       \
    }
#define GIVES(number, count)                                                                       \
    (end)                                                                                          \
    {                                                                                              \
        .value = (number), .length = (count)                                                       \
    }

static void check_stored(wc_rig *rig, uint16_t field, int64_t key, end expected)
{
    wc_slice bytes = rig_abi(rig, "q", (int64_t)((uint64_t)key ^ (UINT64_C(1) << 63))), value;
    uint16_t id = wc_builder_module(rig->b)->fields[field].id;
    wc_storage_key at = {WC_KEY_ELEMENT, id, bytes};
    rig->host.calls_left = UINT64_MAX;
    assert_int_equal(wc_fake_host_ops.load(&rig->host, &at, &value), WC_HOST_OK);
    assert_true((int64_t)wc_load_u64(value.data) == expected.value);
    at = (wc_storage_key){WC_KEY_HEADER, id, {NULL, 0}};
    assert_int_equal(wc_fake_host_ops.load(&rig->host, &at, &value), WC_HOST_OK);
    assert_int_equal(wc_load_u32(value.data), expected.length);
}

static void check(wc_op op, bool is_small, unsigned more, int64_t key, int64_t value, end expected)
{
    wc_rig rig;
    rig_case(&rig, op);
    uint16_t field = is_small ? rig.f.keyed : rig.f.map;
    fill(&rig, field, more);
    uint16_t k = rig_number(&rig, key), v = rig_number(&rig, value);
    if (op == WC_OP_nneed) {
        RIG_EMIT(&rig, nneed, v, field, k);
        rig_put(&rig, v);
    } else {
        wc_builder_emit(rig.b, &(wc_instr){op, {field, k, v}});
    }
    rig_close(&rig);
    rig_run(&rig);
    if (expected.is_full) {
        rig_expect_builtin(&rig, WC_BUILTIN_Full, rig_abi(&rig, "w", RIG_LIST_MAX));
    } else if (expected.is_trap) {
        rig_expect_trap(&rig, expected.trap);
        rig_expect_operands(&rig, expected.operands, expected.x, expected.y);
    } else {
        if (op == WC_OP_nneed) rig_expect_out(&rig, 1, expected.value);
        check_stored(&rig, field, key, expected);
    }
    rig_drop(&rig);
}

static void numbers_are_read_by_key(void **state)
{
    (void)state;
    check(WC_OP_nneed, false, 0, 3, 0, GIVES(30, 1));
    check(WC_OP_nneed, true, 0, 3, 0, GIVES(30, 1));
    check(WC_OP_nneed, false, 0, 4, 0, TRAPS(NO_KEY, .operands = 0));
    check(WC_OP_nneed, true, 0, 100, 0, TRAPS(NO_KEY, .operands = 0));
    check(WC_OP_nneed, true, 0, 101, 0, TRAPS(RANGE, .operands = 0));
    check(WC_OP_nneed, true, 0, -1, 0, TRAPS(RANGE, .operands = 0));
}

static void numbers_are_written_up_to_the_capacity(void **state)
{
    (void)state;
    check(WC_OP_nput, false, 0, 3, -5, GIVES(-5, 1));
    check(WC_OP_nput, false, 0, 8, 9, GIVES(9, 2));
    check(WC_OP_nput, true, 0, 3, 101, TRAPS(RANGE, .operands = 0));
    check(WC_OP_nput, true, 0, 101, 1, TRAPS(RANGE, .operands = 0));
    check(WC_OP_nput, false, 3, 3, 7, GIVES(7, 4));
    check(WC_OP_nput, false, 3, 8, 7, (end){.is_full = true});
    check(WC_OP_nput, true, 3, 8, 101, (end){.is_full = true}); /* before the value is looked at */
}

static void numbers_are_added_to_from_zero_on(void **state)
{
    (void)state;
    check(WC_OP_nadd, false, 0, 3, -31, GIVES(-1, 1));
    check(WC_OP_nadd, false, 0, 8, 5, GIVES(5, 2));
    check(WC_OP_nadd, true, 0, 3, 70, GIVES(100, 1));
    check(WC_OP_nadd, true, 0, 3, 71, TRAPS(RANGE, .operands = 2, .x = 30, .y = 71));
    check(WC_OP_nadd, true, 0, 101, 1, TRAPS(RANGE, .operands = 0));
    check(WC_OP_nadd, false, 0, 3, INT64_MAX, TRAPS(RANGE, .operands = 2, .x = 30, .y = INT64_MAX));
    check(WC_OP_nadd, false, 3, 3, 1, GIVES(31, 4));
    check(WC_OP_nadd, false, 3, 8, 1, (end){.is_full = true});
    check(WC_OP_nadd, true, 3, 8, 101, TRAPS(RANGE, .operands = 2, .x = 0, .y = 101));
}

/* What the host keeps was written by the machine: a number outside its type is the node's failure.
 */
static void a_stored_number_outside_its_type_stops_the_node(void **state)
{
    (void)state;
    static const wc_op ops[] = {WC_OP_nneed, WC_OP_nadd, WC_OP_nput};
    for (size_t i = 0; i < WC_ARRAY_LEN(ops); i++) {
        wc_rig rig;
        rig_case(&rig, ops[i]);
        fill(&rig, rig.f.keyed, 0);
        put_number(&rig, rig.f.keyed, 3, 101);
        uint16_t k = rig_number(&rig, 3), v = rig_number(&rig, 0);
        if (ops[i] == WC_OP_nneed) {
            RIG_EMIT(&rig, nneed, v, rig.f.keyed, k);
        } else {
            wc_builder_emit(rig.b, &(wc_instr){ops[i], {rig.f.keyed, k, v}});
        }
        rig_close(&rig);
        rig_run(&rig);
        if (ops[i] == WC_OP_nput) {
            rig_expect_out(&rig, 0); /* what is replaced is not looked at */
        } else {
            rig_expect_trap(&rig, WC_TRAP_HOST);
        }
        rig_drop(&rig);
    }
}

int ops_registers(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_by_key),
        cmocka_unit_test(numbers_are_written_up_to_the_capacity),
        cmocka_unit_test(numbers_are_added_to_from_zero_on),
        cmocka_unit_test(a_stored_number_outside_its_type_stops_the_node),
    };
    return cmocka_run_group_tests_name("registers", tests, NULL, NULL);
}
