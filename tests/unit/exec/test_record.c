/* The record of an instance where values of its types are not all that fit its bytes: what code has
 * put there is refused when it is written, what damage has put there when it is read, by calls, by
 * due times and by upgrades. And hosts that answer what no host may. */
#include <stdlib.h>

#include "tests/support/fake_host.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"
#include "vm/base/codec.h"
#include "vm/exec/exec.h"
#include "vm/exec/stored.h"
#include "vm/isa/upgrade.h"

#define GAS  (UINT64_C(1) << 40)
#define NOW  1700000000
#define SIZE (2u << 20)

/* One state has data; each part of the record holds a number in [0, 100]. */
#define TABLES(version)                                                                            \
    "module T t\nversion " version "\ncurrency CNY 2\ntype t0 - tuple\ntype t1 - party -\n"        \
    "type t2 - int 0 100\ntype t3 - int -9223372036854775808 9223372036854775807\ntype t4 - "      \
    "tuple alice t1\n"                                                                             \
    "type t5 - tuple limit t2\ntype t6 - tuple level t2\ntype t7 - tuple mark t2\n"                \
    "type t8 - enum Open - Busy t7 Done -\ntype t9 - tuple n t3\ntype t10 - sorted 4 t6 0 asc\n"   \
    "number 0\nparty alice - signatory -\nparties t4\nterm amendable -\nterms t5\n"                \
    "field level 0 t2 0 %0 -\nfield book 1 t10 0 - -\nstorage t6\nstate Open - initial -\nstate "  \
    "Busy t7 - -\n"                                                                                \
    "state Done - - final\nstates t8\n"                                                            \
    "function mark\n    slot t7\n    reg ref t9\n    reg refmut t7\n    reg i64 -\n    params 1\n" \
    "    block\n    ldf r2 r0 0\n    new r1 0\n    stf r1 0 r2\n    setst Busy r1\n    ret "       \
    "0\nend\n"                                                                                     \
    "function limit\n    slot t2\n    reg ref t9\n    reg refmut t2\n    reg i64 -\n    params "   \
    "1\n"                                                                                          \
    "    block\n    ldf r2 r0 0\n    new r1 0\n    stf r1 0 r2\n    amend 0 r1\n    ret 0\nend\n"  \
    "function level\n    reg ref t9\n    reg refmut t6\n    reg i64 -\n    params 1\n"             \
    "    block\n    ldf r2 r0 0\n    root r1 1\n    stf r1 0 r2\n    ret 0\nend\n"                 \
    "function end\n    reg ref t9\n    params 1\n    block\n    setst0 Done\n    ret 0\nend\n"     \
    "function free\n    reg ref t9\n    params 1\n    block\n    unlockall\n    ret 0\nend\n"      \
    "function save\n    reg ref t9\n    reg ref t1\n    reg i64 -\n    params 1\n"                 \
    "    block\n    ldf r2 r0 0\n    root r1 5\n    lock r1 r2 CNY\n    ret 0\nend\n"              \
    "function drop\n    reg ref t9\n    reg i64 -\n    params 1\n    block\n    ldf r1 r0 0\n"     \
    "    sdel book r1\n    ret 0\nend\n"                                                           \
    "function wipe\n    reg ref t9\n    params 1\n    block\n    cclear book\n    ret 0\nend\n"    \
    "function late\n    params 0\n    block\n    setst0 Done\n    ret 0\nend\n"                    \
    "function due\n    reg i64 -\n    params 0\n    result i64\n    block\n    sys r0 1\n    ret " \
    "0\n"                                                                                          \
    "end\n"                                                                                        \
    "function rise\n    reg ref t6\n    reg refmut t6\n    reg i64 -\n    params 1\n"              \
    "    block\n    ldf r2 r0 0\n    root r1 1\n    stf r1 0 r2\n    ret 0\nend\n"                 \
    "entry action mark mark t9 - any_party 0 - Busy 0000000000000000 0 0\n"                        \
    "entry action limit limit t9 - any_party 0 - - 0000000000000000 0 0\n"                         \
    "entry action level level t9 - any_party 0 - - 0000000000000000 0 0\n"                         \
    "entry action end end t9 - any_party 0 - Done 0000000000000000 0 0\n"                          \
    "entry action free free t9 - any_party 0 - - 0000000000000000 0 0\n"                           \
    "entry action save save t9 - any_party 0 - - 0000000000000000 0 0\n"                           \
    "entry action drop drop t9 - any_party 0 - - 0000000000000000 0 0\n"                           \
    "entry action wipe wipe t9 - any_party 0 - - 0000000000000000 0 0\n"                           \
    "entry after late late - - none 0 Busy Done 0000000000000000 1 0\n"                            \
    "entry due - due %8 - none 0 - - 0000000000000000 0 0\n"
#define UPGRADED TABLES("2") "entry upgrade - rise t6 - none 0 - - 0000000000000000 0 0\n"

enum {
    MARK,
    LIMIT_TERM,
    LEVEL,
    END,
    FREE,
    SAVE,
    DROP,
    WIPE,
    UPGRADE = 10
};

/* Neither terms nor storage. */
#define BARE(version)                                                                              \
    "module T t\nversion " version "\ntype t0 - tuple\ntype t1 - tag Open\nparties t0\nterms t0\n" \
    "storage t0\nstate Open - initial -\nstates t1\n"
#define BARE_UPGRADED                                                                              \
    BARE("2")                                                                                      \
    "function rise\n    reg ref t0\n    params 1\n    block\n    ret 0\nend\n"                     \
    "entry upgrade - rise t0 - none 0 - - 0000000000000000 0 0\n"

typedef struct bench {
    wc_arena arena;
    uint8_t *arena_memory, *memory;
    wc_image *image;
    wc_fake_host host;
    wc_party own, alice;
    uint8_t root[128];
    wc_outcome outcome;
} bench;

static void load(bench *b, const char *text)
{
    wc_module *module;
    uint32_t line = 0;
    wc_finding finding = {.code = NULL};
    wc_status status =
        wc_module_assemble(wc_str_of(text), wc_test_sha256, &b->arena, &module, &line);
    if (status != WC_OK) fail_msg("line %u: %s", line, wc_status_name(status));
    status = wc_module_bound(module, wc_test_sha256, &b->arena, &finding);
    if (status != WC_OK) fail_msg("%s", finding.code);
    assert_status(wc_image_translate(module, &wc_engine_loop, &b->arena, &b->image), WC_OK);
    free(b->memory);
    b->memory = aligned_alloc(16, wc_call_memory_size(b->image));
    assert_non_null(b->memory);
    memset(b->memory, 0xa5, wc_call_memory_size(b->image));
}

static void open_bench(bench *b)
{
    *b = (bench){.arena_memory = malloc(SIZE)};
    assert_non_null(b->arena_memory);
    wc_arena_init(&b->arena, b->arena_memory, SIZE);
    b->own = wc_fake_party(0xee);
    b->alice = wc_fake_party(0x0a);
    wc_fake_host_init(&b->host, &b->own);
    wc_fake_account_of(&b->host, &b->alice)->is_signer = true;
}

static void close_bench(bench *b)
{
    wc_fake_host_drop(&b->host);
    free(b->memory);
    free(b->arena_memory);
}

/* A record in state Busy. */
static wc_slice record(bench *b, int64_t mark, int64_t limit, int64_t level)
{
    wc_buf buf;
    wc_buf_init(&buf, b->root, sizeof b->root);
    wc_buf_put_u8(&buf, 1);
    wc_buf_put_i64(&buf, NOW - 50); /* entered */
    wc_buf_put_i64(&buf, NOW - 90); /* deployed */
    wc_buf_put_u16(&buf, 1);
    wc_buf_put_i64(&buf, mark);
    wc_buf_put(&buf, b->alice.bytes, sizeof b->alice.bytes);
    wc_buf_put_i64(&buf, limit);
    wc_buf_put_i64(&buf, level);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

static void call_with(bench *b, uint16_t entry, int64_t n, wc_slice root, const wc_host_ops *ops)
{
    static uint8_t args[8];
    wc_store_u64(args, (uint64_t)n);
    wc_instance instance = {b->image, b->own, root, {NULL, 0}};
    wc_call one = {.entry = entry,
                   .args = wc_slice_of(args, sizeof args),
                   .principal = b->alice,
                   .has_principal = true,
                   .now = NOW,
                   .gas_limit = GAS};
    wc_host host = {ops, &b->host};
    wc_call_run(&instance, &one, &host, b->memory, &b->outcome);
}

static void call(bench *b, uint16_t entry, int64_t n, wc_slice root)
{
    call_with(b, entry, n, root, &wc_fake_host_ops);
}

static void expect_trap(const bench *b, wc_trap trap)
{
    assert_int_equal(b->outcome.kind, WC_OUTCOME_TRAP);
    assert_string_equal(wc_trap_name(b->outcome.code), wc_trap_name((uint16_t)trap));
    assert_false(b->outcome.root_changed);
}

static void nothing_outside_its_type_is_written(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0, 100, 101, -1, INT64_MIN, INT64_MAX};
    bench b;
    open_bench(&b);
    load(&b, TABLES("1"));
    for (uint16_t entry = MARK; entry <= LEVEL; entry++) {
        for (size_t i = 0; i < WC_ARRAY_LEN(numbers); i++) {
            call(&b, entry, numbers[i], record(&b, 1, 2, 3));
            if (i >= 2) {
                expect_trap(&b, WC_TRAP_RANGE);
                assert_int_equal(b.outcome.operand_count, 0);
                assert_int_equal(b.outcome.function, WC_NONE); /* behind the code */
                continue;
            }
            assert_int_equal(b.outcome.kind, WC_OUTCOME_OK);
            wc_slice root = b.outcome.root;
            assert_int_equal(root.len, 19 + 8 + 32 + 8 + 8);
            static const size_t places[] = {19, 19 + 8 + 32, 19 + 8 + 32 + 8};
            assert_true((int64_t)wc_load_u64(root.data + places[entry]) == numbers[i]);
        }
    }
    close_bench(&b);
}

static void nothing_outside_its_type_is_read(void **state)
{
    (void)state;
    static const int64_t parts[][3] = {{101, 2, 3}, {1, -1, 3}, {1, 2, INT64_MAX}};
    bench b;
    open_bench(&b);
    load(&b, TABLES("1"));
    const wc_due_after after = {INT64_MIN, 0};
    wc_host host = {&wc_fake_host_ops, &b.host};
    for (size_t i = 0; i <= WC_ARRAY_LEN(parts); i++) {
        bool is_good = i == WC_ARRAY_LEN(parts);
        wc_slice root =
            is_good ? record(&b, 0, 100, 0) : record(&b, parts[i][0], parts[i][1], parts[i][2]);
        call(&b, LEVEL, 5, root);
        if (is_good) assert_int_equal(b.outcome.kind, WC_OUTCOME_OK);
        if (!is_good) expect_trap(&b, WC_TRAP_HOST);
        wc_instance instance = {b.image, b.own, root, {NULL, 0}};
        wc_due_run(&instance, &after, &host, GAS, b.memory, &b.outcome);
        if (!is_good) expect_trap(&b, WC_TRAP_HOST);
        if (is_good) assert_true(b.outcome.has_due && b.outcome.due == NOW - 50);
    }
    close_bench(&b);
}

/* Every length but the right one, and one byte more. */
static void a_record_has_one_length(void **state)
{
    (void)state;
    bench b;
    open_bench(&b);
    load(&b, TABLES("1"));
    size_t whole = record(&b, 1, 2, 3).len;
    b.root[whole] = 0;
    for (size_t len = 0; len <= whole + 1; len++) {
        wc_slice root = wc_slice_of(b.root, len);
        wc_root_parts parts;
        wc_status status = wc_root_read(wc_image_module(b.image), root, &parts);
        call(&b, LEVEL, 5, root);
        if (len == whole) {
            assert_status(status, WC_OK);
            assert_int_equal(b.outcome.kind, WC_OUTCOME_OK);
        } else {
            assert_status(status, len < whole ? WC_TRUNCATED : WC_TRAILING);
            expect_trap(&b, WC_TRAP_HOST);
        }
    }
    close_bench(&b);
}

/* ---- upgrades -------------------------------------------------------------------------------- */

static void upgrade_from(bench *b, const wc_module *old, uint16_t entry, wc_slice root)
{
    wc_instance instance = {b->image, b->own, root, {NULL, 0}};
    wc_call one = {.entry = entry, .now = NOW, .gas_limit = GAS};
    wc_host host = {&wc_fake_host_ops, &b->host};
    wc_upgrade_run(&instance, old, &one, &host, b->memory, &b->outcome);
}

static void an_upgrade_reads_no_more_than_a_call(void **state)
{
    (void)state;
    static const int64_t parts[][3] = {{1, 2, 3}, {101, 2, 3}, {1, -1, 3}, {1, 2, 101}};
    bench b;
    open_bench(&b);
    load(&b, TABLES("1"));
    const wc_module *old = wc_image_module(b.image);
    load(&b, UPGRADED);
    static uint8_t scratch[WC_UPGRADE_SCRATCH];
    wc_upgrade_fault fault =
        wc_upgrade_check(old, wc_image_module(b.image), WC_UPGRADE_ALL_STATES, scratch);
    assert_int_equal(fault.rule, WC_UPGRADE_FITS);
    for (size_t i = 0; i < WC_ARRAY_LEN(parts); i++) {
        wc_slice root = record(&b, parts[i][0], parts[i][1], parts[i][2]);
        upgrade_from(&b, old, UPGRADE, root);
        if (i > 0) {
            expect_trap(&b, WC_TRAP_HOST);
            continue;
        }
        assert_int_equal(b.outcome.kind, WC_OUTCOME_OK); /* everything is as it was */
        assert_true(wc_slice_equal(b.outcome.root, root));
        assert_int_equal(b.outcome.state, 1);
        assert_true(b.outcome.has_due && b.outcome.due == NOW - 50);
    }
    size_t whole = record(&b, 1, 2, 3).len;
    for (size_t len = 0; len <= whole + 1; len++) {
        if (len == whole) continue;
        upgrade_from(&b, old, UPGRADE, wc_slice_of(b.root, len));
        expect_trap(&b, WC_TRAP_HOST);
    }
    close_bench(&b);
}

static void an_upgrade_needs_neither_terms_nor_storage(void **state)
{
    (void)state;
    bench b;
    open_bench(&b);
    load(&b, BARE("1"));
    const wc_module *old = wc_image_module(b.image);
    load(&b, BARE_UPGRADED);
    const uint8_t root[19] = {1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0};
    upgrade_from(&b, old, 0, wc_slice_of(root, sizeof root));
    assert_int_equal(b.outcome.kind, WC_OUTCOME_OK);
    assert_true(wc_slice_equal(b.outcome.root, wc_slice_of(root, sizeof root)));
    close_bench(&b);
}

/* ---- answers that no host may give ----------------------------------------------------------- */

static wc_host_answer forced;

static wc_host_answer too_many_holders(void *self, uint32_t *holders)
{
    (void)self;
    *holders = WC_HOST_HOLDERS_MAX + 1;
    return WC_HOST_OK;
}

static wc_host_answer forced_post(void *self, const wc_posting *posting, int64_t *have)
{
    (void)self;
    (void)posting;
    *have = 0;
    return forced;
}

static size_t forced_key;

/* One element, with a key of so many bytes. */
static wc_host_answer forced_elements(void *self, uint16_t field, wc_host_element visit,
                                      void *context)
{
    (void)self;
    assert_int_equal(field, 1);
    static const uint8_t key[128], value[8];
    (void)visit(context, wc_slice_of(key, forced_key), wc_slice_of(value, sizeof value));
    return WC_HOST_OK;
}

static void keys_longer_than_any_stop_the_node(void **state)
{
    (void)state;
    bench b;
    open_bench(&b);
    load(&b, TABLES("1"));
    static const uint8_t header[WC_HEADER_SIZE] = {0, 0, 0, 1};
    const wc_storage_key at = {WC_KEY_HEADER, 1, {NULL, 0}};
    wc_host_ops ops = wc_fake_host_ops;
    ops.elements = forced_elements;
    for (uint16_t entry = DROP; entry <= WIPE; entry++) {
        for (forced_key = WC_KEY_MAX + 8; forced_key <= WC_KEY_MAX + 9; forced_key++) {
            wc_host_answer stored =
                wc_fake_host_ops.store(&b.host, &at, wc_slice_of(header, sizeof header));
            assert_int_equal(stored, WC_HOST_OK);
            call_with(&b, entry, 0, record(&b, 1, 2, 3), &ops);
            if (forced_key > WC_KEY_MAX + 8) expect_trap(&b, WC_TRAP_HOST);
            if (forced_key == WC_KEY_MAX + 8) assert_int_equal(b.outcome.kind, WC_OUTCOME_OK);
        }
    }
    close_bench(&b);
}

static void answers_that_no_host_may_give_stop_the_node(void **state)
{
    (void)state;
    bench b;
    open_bench(&b);
    load(&b, TABLES("1"));
    wc_host_ops ops = wc_fake_host_ops;
    ops.holder_count = too_many_holders;
    static const uint16_t counting[] = {END, FREE};
    for (size_t i = 0; i < WC_ARRAY_LEN(counting); i++) {
        call(&b, counting[i], 0, record(&b, 1, 2, 3));
        assert_int_equal(b.outcome.kind, WC_OUTCOME_OK);
        call_with(&b, counting[i], 0, record(&b, 1, 2, 3), &ops);
        expect_trap(&b, WC_TRAP_HOST);
    }
    static const wc_host_answer answers[] = {WC_HOST_ABSENT, WC_HOST_FAILED, WC_HOST_STOP};
    ops.post = forced_post;
    for (size_t i = 0; i < WC_ARRAY_LEN(answers); i++) {
        forced = answers[i];
        call_with(&b, SAVE, 5, record(&b, 1, 2, 3), &ops);
        expect_trap(&b, WC_TRAP_HOST);
    }
    close_bench(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_outside_its_type_is_written),
        cmocka_unit_test(nothing_outside_its_type_is_read),
        cmocka_unit_test(a_record_has_one_length),
        cmocka_unit_test(an_upgrade_reads_no_more_than_a_call),
        cmocka_unit_test(an_upgrade_needs_neither_terms_nor_storage),
        cmocka_unit_test(keys_longer_than_any_stop_the_node),
        cmocka_unit_test(answers_that_no_host_may_give_stop_the_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
