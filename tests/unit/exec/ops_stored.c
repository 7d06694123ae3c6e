/* Stored collections where something is no value of its type: what code asks for or stores, and
 * what the host gives back. */
#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/rig.h"

#define I(x) INT64_C(x)

/* ---- keys and elements outside their type -------------------------------------------------------
 */

/* A number in memory that its type int<0..100> does not have: `stf` does not look. */
static uint16_t too_large(wc_rig *rig, uint16_t type)
{
    uint16_t ref = rig_new(rig, type);
    RIG_EMIT(rig, stf, ref, 0, rig_number(rig, 101));
    return ref;
}

static void keys_outside_their_type_are_not_looked_for(void **state)
{
    (void)state;
    static const wc_op ops[] = {WC_OP_kvget, WC_OP_kvneed, WC_OP_kvhas, WC_OP_kvput,
                                WC_OP_kvdel, WC_OP_kvadd,  WC_OP_setadd};
    for (size_t i = 0; i < WC_ARRAY_LEN(ops); i++) {
        wc_rig rig;
        rig_case(&rig, ops[i]);
        uint16_t f = rig.f.keyed, key = too_large(&rig, rig.t.small);
        uint16_t x = rig_number(&rig, 1), value = rig_new(&rig, rig.t.small);
        if (ops[i] == WC_OP_kvget) RIG_EMIT(&rig, kvget, x, f, key, value);
        if (ops[i] == WC_OP_kvneed) RIG_EMIT(&rig, kvneed, f, key, value);
        if (ops[i] == WC_OP_kvhas) RIG_EMIT(&rig, kvhas, x, f, key);
        if (ops[i] == WC_OP_kvput) RIG_EMIT(&rig, kvput, f, key, value);
        if (ops[i] == WC_OP_kvdel) RIG_EMIT(&rig, kvdel, x, f, key);
        if (ops[i] == WC_OP_kvadd) RIG_EMIT(&rig, kvadd, f, key, x);
        if (ops[i] == WC_OP_setadd) {
            RIG_EMIT(&rig, setadd, x, rig.f.marks, too_large(&rig, rig.t.limited));
        }
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_trap(&rig, WC_TRAP_RANGE);
        rig_expect_operands(&rig, 0, 0, 0);
        rig_drop(&rig);
    }
}

static void elements_outside_their_type_are_not_stored(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_lpush);
    RIG_EMIT(&rig, lpush, rig.f.levels, too_large(&rig, rig.t.small));
    ops_traps(&rig, WC_TRAP_RANGE);
    rig_case(&rig, WC_OP_lput);
    RIG_EMIT(&rig, lpush, rig.f.levels, rig_new(&rig, rig.t.small));
    RIG_EMIT(&rig, lput, rig.f.levels, rig_number(&rig, 0), too_large(&rig, rig.t.small));
    ops_traps(&rig, WC_TRAP_RANGE);
    rig_case(&rig, WC_OP_sins);
    RIG_EMIT(&rig, sins, rig.f.ladder, too_large(&rig, rig.t.limited));
    ops_traps(&rig, WC_TRAP_RANGE);
}

/* ---- a host that answers nonsense ---------------------------------------------------------------
 */

static void stored_bytes_that_do_not_decode_stop_the_node(void **state)
{
    (void)state;
    wc_rig rig;
    wc_slice none = {NULL, 0};
    static const char *const headers[] = {"", "xxxxxxxxxxx", "xxxxxxxxxxxxx", "xxxxxxxxxxxx"};
    for (size_t i = 0; i < WC_ARRAY_LEN(headers); i++) { /* wrong lengths, then too many */
        rig_case(&rig, WC_OP_clen);
        rig_put_stored(&rig, WC_KEY_HEADER, rig.f.map, none, rig_abi(&rig, "s", headers[i]));
        RIG_EMIT(&rig, clen, rig_int(&rig), rig.f.map);
        ops_traps(&rig, WC_TRAP_HOST);
    }
    rig_case(&rig, WC_OP_clen); /* an empty collection has no header */
    rig_put_stored(&rig, WC_KEY_HEADER, rig.f.map, none, rig_abi(&rig, "wq", 0, I(0)));
    RIG_EMIT(&rig, clen, rig_int(&rig), rig.f.map);
    ops_traps(&rig, WC_TRAP_HOST);

    rig_case(&rig, WC_OP_kvneed);
    rig_put_stored(&rig, WC_KEY_ELEMENT, rig.f.smalls, ops_number_key(&rig, 1),
                   rig_abi(&rig, "q", I(101)));
    RIG_EMIT(&rig, kvneed, rig.f.smalls, ops_integer(&rig, 1), rig_new(&rig, rig.t.small));
    ops_traps(&rig, WC_TRAP_HOST);

    rig_case(&rig, WC_OP_cload); /* a key that is none */
    rig_put_stored(&rig, WC_KEY_HEADER, rig.f.map, none, rig_abi(&rig, "wq", 1, I(0)));
    wc_slice odd = rig_abi(&rig, "s", "seven b");
    rig_put_stored(&rig, WC_KEY_ELEMENT, rig.f.map, odd, rig_abi(&rig, "q", I(0)));
    RIG_EMIT(&rig, cload, rig_new(&rig, rig.t.map), rig.f.map);
    ops_traps(&rig, WC_TRAP_HOST);

    rig_case(&rig, WC_OP_cload); /* a header that counts less than there is */
    ops_fill_map(&rig, 0);
    rig_put_stored(&rig, WC_KEY_HEADER, rig.f.map, none, rig_abi(&rig, "wq", 1, I(0)));
    RIG_EMIT(&rig, cload, rig_new(&rig, rig.t.map), rig.f.map);
    ops_traps(&rig, WC_TRAP_HOST);

    rig_case(&rig, WC_OP_cload); /* and one that counts more */
    ops_fill_map(&rig, 0);
    rig_put_stored(&rig, WC_KEY_HEADER, rig.f.map, none, rig_abi(&rig, "wq", 3, I(0)));
    RIG_EMIT(&rig, cload, rig_new(&rig, rig.t.map), rig.f.map);
    ops_traps(&rig, WC_TRAP_HOST);
}

/* Keys that no instruction makes, and headers that count more than there is. */
static void elements_that_are_not_there_stop_the_node(void **state)
{
    (void)state;
    wc_rig rig;
    wc_slice none = {NULL, 0}, header, nothing = {NULL, 0};
    rig_case(&rig, WC_OP_kvdel); /* an element, but no header */
    rig_put_stored(&rig, WC_KEY_ELEMENT, rig.f.map, ops_number_key(&rig, 3),
                   rig_abi(&rig, "q", I(30)));
    RIG_EMIT(&rig, kvdel, rig_int(&rig), rig.f.map, ops_integer(&rig, 3));
    ops_traps(&rig, WC_TRAP_HOST);

    static const wc_op ops[] = {WC_OP_sdel, WC_OP_cclear};
    for (size_t i = 0; i < WC_ARRAY_LEN(ops); i++) {
        rig_case(&rig, ops[i]); /* a header, but no elements */
        rig_put_stored(&rig, WC_KEY_HEADER, rig.f.sorted, none, rig_abi(&rig, "wq", 2, I(2)));
        if (i == 0) RIG_EMIT(&rig, sdel, rig.f.sorted, rig_number(&rig, 1));
        if (i == 1) RIG_EMIT(&rig, cclear, rig.f.sorted);
        ops_traps(&rig, WC_TRAP_HOST);
        rig_case(&rig, ops[i]); /* fewer elements than the header counts */
        header = rig_abi(&rig, "wq", 2, I(2));
        rig_put_stored(&rig, WC_KEY_HEADER, rig.f.sorted, none, header);
        rig_put_stored(&rig, WC_KEY_ELEMENT, rig.f.sorted, rig_abi(&rig, "qq", I(1), I(1)),
                       rig_abi(&rig, "qq", I(1), I(1)));
        if (i == 0) RIG_EMIT(&rig, sdel, rig.f.sorted, rig_number(&rig, 1));
        if (i == 1) RIG_EMIT(&rig, cclear, rig.f.sorted);
        ops_traps(&rig, WC_TRAP_HOST);
    }

    rig_case(&rig, WC_OP_cload); /* a key with a byte too many */
    rig_put_stored(&rig, WC_KEY_HEADER, rig.f.set, none, rig_abi(&rig, "wq", 1, I(0)));
    rig_put_stored(&rig, WC_KEY_ELEMENT, rig.f.set, rig_abi(&rig, "pb", &rig.carol, 0), nothing);
    RIG_EMIT(&rig, cload, rig_new(&rig, rig.t.parties), rig.f.set);
    ops_traps(&rig, WC_TRAP_HOST);
}

int ops_stored(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_outside_their_type_are_not_looked_for),
        cmocka_unit_test(elements_outside_their_type_are_not_stored),
        cmocka_unit_test(stored_bytes_that_do_not_decode_stop_the_node),
        cmocka_unit_test(elements_that_are_not_there_stop_the_node),
    };
    return cmocka_run_group_tests_name("stored", tests, NULL, NULL);
}
