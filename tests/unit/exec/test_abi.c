/* Encodings: what canonical bytes mean in memory and back, for random types and values; and that
 * nothing else is accepted. The checker of vm/isa (wc_abi_check) was written apart from the decoder
 * here: they must agree on every input, to the offset of the first bad byte. */
#include <stdlib.h>

#include "tests/support/test.h"
#include "tests/unit/exec/values.h"
#include "vm/base/codec.h"
#include "vm/exec/abi.h"
#include "vm/isa/abi.h"

#define ARENA  (4u << 20)
#define ROUNDS 400
#define TYPES  40

typedef struct bench {
    uint8_t *arena_memory;
    wc_arena arena;
    wc_prng prng;
    uint8_t *bytes, *again; /* encodings */
    uint8_t *value, *other; /* call memory */
} bench;

static void *allocate(size_t size)
{
    void *memory = malloc(size);
    assert_non_null(memory);
    return memory;
}

static int set_up(void **state)
{
    bench *b = allocate(sizeof *b);
    b->arena_memory = allocate(ARENA);
    b->bytes = allocate(1u << 20);
    b->again = allocate(1u << 20);
    b->value = allocate(1u << 20);
    b->other = allocate(1u << 20);
    wc_prng_start(&b->prng, 20261122);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    bench *b = *state;
    free(b->arena_memory);
    free(b->bytes);
    free(b->again);
    free(b->value);
    free(b->other);
    free(b);
    return 0;
}

static const wc_module *new_module(bench *b)
{
    wc_arena_init(&b->arena, b->arena_memory, ARENA);
    return values_module(&b->arena, &b->prng, TYPES);
}

static wc_slice random_value(bench *b, const wc_module *module, uint16_t type)
{
    wc_buf buf;
    wc_buf_init(&buf, b->bytes, 1u << 20);
    values_put(module, type, &b->prng, &buf);
    assert_false(buf.full);
    return wc_buf_slice(&buf);
}

/* Decodes onto rubbish and encodes again. */
static wc_status round_trip(bench *b, const wc_module *module, uint16_t type, wc_slice bytes,
                            size_t *bad, wc_slice *again)
{
    memset(b->value, 0xa5, module->types[type].size);
    WC_TRY(wc_abi_decode(module, &module->types[type], bytes, b->value, bad));
    wc_buf buf;
    wc_buf_init(&buf, b->again, module->types[type].encoded_max);
    assert_status(wc_abi_write(module, &module->types[type], b->value, &buf), WC_OK);
    assert_false(buf.full);
    *again = wc_buf_slice(&buf);
    return WC_OK;
}

static void assert_checker_agrees(const wc_module *module, uint16_t type, wc_slice bytes,
                                  wc_status status, size_t bad)
{
    size_t offset = 0;
    wc_status checked = wc_abi_check(module, type, bytes, &offset);
    assert_int_equal(checked == WC_OK, status == WC_OK);
    if (status != WC_OK && offset != bad) {
        fail_msg("kind %d: offset %zu (%s), the checker says %zu (%s)", module->types[type].kind,
                 bad, wc_status_name(status), offset, wc_status_name(checked));
    }
}

static void canonical_bytes_come_back_as_they_were(void **state)
{
    bench *b = *state;
    for (int round = 0; round < ROUNDS; round++) {
        const wc_module *module = new_module(b);
        for (uint16_t type = 0; type < module->type_count; type++) {
            wc_slice bytes = random_value(b, module, type);
            wc_slice again;
            size_t bad = 0;
            assert_status(round_trip(b, module, type, bytes, &bad, &again), WC_OK);
            assert_true(wc_slice_equal(bytes, again));
            assert_true(bytes.len <= module->types[type].encoded_max);
            assert_checker_agrees(module, type, bytes, WC_OK, 0);
        }
    }
}

static void values_are_skipped_to_their_end(void **state)
{
    bench *b = *state;
    for (int round = 0; round < ROUNDS; round++) {
        const wc_module *module = new_module(b);
        for (uint16_t type = 0; type < module->type_count; type++) {
            wc_slice bytes = random_value(b, module, type);
            size_t len = bytes.len;
            b->bytes[len] = 0x77; /* more follows */
            wc_reader reader = wc_reader_of(wc_slice_of(b->bytes, len + 1));
            assert_status(wc_abi_skip(module, &module->types[type], &reader), WC_OK);
            assert_int_equal(reader.at, len);
            for (size_t cut = 0; cut < len; cut++) {
                reader = wc_reader_of(wc_slice_of(b->bytes, cut));
                assert_int_not_equal(wc_abi_skip(module, &module->types[type], &reader), WC_OK);
            }
        }
    }
}

static void no_prefix_and_no_extension_is_accepted(void **state)
{
    bench *b = *state;
    for (int round = 0; round < ROUNDS / 4; round++) {
        const wc_module *module = new_module(b);
        for (uint16_t type = 0; type < module->type_count; type++) {
            wc_slice bytes = random_value(b, module, type);
            wc_slice again;
            size_t bad = 0;
            for (size_t cut = 0; cut < bytes.len; cut++) {
                wc_slice part = wc_slice_of(bytes.data, cut);
                wc_status status = round_trip(b, module, type, part, &bad, &again);
                assert_int_not_equal(status, WC_OK);
                assert_true(bad <= cut);
                assert_checker_agrees(module, type, part, status, bad);
            }
            b->bytes[bytes.len] = 0;
            wc_slice longer = wc_slice_of(b->bytes, bytes.len + 1);
            assert_status(round_trip(b, module, type, longer, &bad, &again), WC_TRAILING);
            assert_int_equal(bad, bytes.len);
        }
    }
}

static void changed_bytes_are_refused_or_mean_exactly_themselves(void **state)
{
    bench *b = *state;
    for (int round = 0; round < ROUNDS / 4; round++) {
        const wc_module *module = new_module(b);
        for (uint16_t type = 0; type < module->type_count; type++) {
            wc_slice bytes = random_value(b, module, type);
            for (size_t i = 0; i < bytes.len; i++) {
                uint8_t old = b->bytes[i];
                b->bytes[i] ^= (uint8_t)(1u << wc_prng_below(&b->prng, 8));
                wc_slice again;
                size_t bad = 0;
                wc_status status = round_trip(b, module, type, bytes, &bad, &again);
                if (status == WC_OK) assert_true(wc_slice_equal(bytes, again));
                assert_checker_agrees(module, type, bytes, status, bad);
                b->bytes[i] = old;
            }
        }
    }
}

/* ---- keys ---------------------------------------------------------------------------------------
 */

static size_t key_of(const wc_module *module, uint16_t type, const uint8_t *value, uint8_t *key)
{
    wc_buf buf;
    wc_buf_init(&buf, key, module->types[type].key_max);
    assert_status(wc_key_write(module, &module->types[type], value, &buf), WC_OK);
    assert_false(buf.full);
    return buf.len;
}

static int sign(int order)
{
    return order < 0 ? -1 : order > 0;
}

static void keys_sort_as_their_values_and_come_back(void **state)
{
    bench *b = *state;
    for (int round = 0; round < ROUNDS * 4; round++) {
        const wc_module *module = new_module(b);
        for (uint16_t type = 0; type < module->type_count; type++) {
            const wc_type *t = &module->types[type];
            if (t->key_max == 0) continue;
            uint8_t keys[2][WC_KEY_MAX];
            size_t bad;
            wc_slice first = random_value(b, module, type);
            assert_status(wc_abi_decode(module, t, first, b->value, &bad), WC_OK);
            wc_slice second = random_value(b, module, type);
            assert_status(wc_abi_decode(module, t, second, b->other, &bad), WC_OK);
            wc_slice x = wc_slice_of(keys[0], key_of(module, type, b->value, keys[0]));
            wc_slice y = wc_slice_of(keys[1], key_of(module, type, b->other, keys[1]));
            int order = wc_value_compare(module, t, b->value, b->other);
            assert_int_equal(sign(wc_slice_compare(x, y)), order);
            assert_int_equal(wc_value_compare(module, t, b->other, b->value), -order);
            assert_int_equal(wc_value_compare(module, t, b->value, b->value), 0);

            wc_reader reader = wc_reader_of(x);
            memset(b->other, 0xa5, t->size);
            assert_status(wc_key_read(module, t, &reader, b->other), WC_OK);
            assert_status(wc_read_end(&reader), WC_OK);
            assert_int_equal(wc_value_compare(module, t, b->value, b->other), 0);
            for (size_t cut = 0; cut < x.len; cut++) {
                reader = wc_reader_of(wc_slice_of(x.data, cut));
                assert_int_not_equal(wc_key_read(module, t, &reader, b->other), WC_OK);
            }
        }
    }
}

/* ---- values that memory can hold and bytes cannot -----------------------------------------------
 */

static uint16_t add_type(wc_builder *builder, wc_type_kind kind, int64_t lo, int64_t hi)
{
    wc_type type = {.kind = kind, .name = WC_NONE, .unit = WC_NONE, .lo = lo, .hi = hi};
    wc_variant variants[3] = {{.name = wc_builder_string(builder, WC_STR("a")), .data = WC_NONE},
                              {.name = wc_builder_string(builder, WC_STR("b")), .data = WC_NONE},
                              {.name = wc_builder_string(builder, WC_STR("c")), .data = WC_NONE}};
    if (kind == WC_TYPE_TAG) {
        type.count = 3;
        type.variants = variants;
    }
    return wc_builder_type(builder, &type);
}

static wc_hash no_hash(const wc_slice *parts, size_t count)
{
    (void)parts;
    (void)count;
    return (wc_hash){{0}};
}

static void assert_writable(const wc_module *module, uint16_t type, int64_t first, int64_t second,
                            bool expected)
{
    uint8_t memory[16];
    uint8_t bytes[32];
    wc_buf buf;
    wc_mem_set_i64(memory, first);
    wc_mem_set_i64(memory + 8, second);
    wc_buf_init(&buf, bytes, sizeof bytes);
    const wc_type *t = &module->types[type];
    assert_int_equal(wc_abi_write(module, t, memory, &buf) == WC_OK, expected);
    if (t->key_max == 0) return;
    wc_buf_init(&buf, bytes, sizeof bytes);
    assert_int_equal(wc_key_write(module, t, memory, &buf) == WC_OK, expected);
}

/* [SE-1]: a series begins at a multiple of its step. */
static void encoders_refuse_what_decoders_would(void **state)
{
    bench *b = *state;
    wc_arena_init(&b->arena, b->arena_memory, ARENA);
    wc_builder *builder = wc_builder_new(&b->arena, no_hash, WC_STR("X"), WC_STR("x"));
    uint16_t boolean = add_type(builder, WC_TYPE_BOOL, 0, 0);
    uint16_t number = add_type(builder, WC_TYPE_INT, -3, 7);
    uint16_t tag = add_type(builder, WC_TYPE_TAG, 0, 0);
    uint16_t span = add_type(builder, WC_TYPE_INTERVAL, 0, 0);
    wc_type series = {.kind = WC_TYPE_SERIES, .name = WC_NONE, .capacity = 1, .step = 900};
    series.item = number;
    uint16_t row = wc_builder_type(builder, &series);
    assert_status(wc_builder_status(builder), WC_OK);
    const wc_module *module = wc_builder_module(builder);
    assert_writable(module, boolean, 0, 0, true);
    assert_writable(module, boolean, 1, 0, true);
    assert_writable(module, boolean, 2, 0, false);
    assert_writable(module, boolean, -1, 0, false);
    assert_writable(module, number, -3, 0, true);
    assert_writable(module, number, -4, 0, false);
    assert_writable(module, number, 7, 0, true);
    assert_writable(module, number, 8, 0, false);
    assert_writable(module, tag, 2, 0, true);
    assert_writable(module, tag, 3, 0, false);
    assert_writable(module, tag, 65536, 0, false);
    assert_writable(module, span, 5, 5, true);
    assert_writable(module, span, 5, 4, false);
    assert_writable(module, row, 900, 0, true);
    assert_writable(module, row, 901, 0, false);
    assert_writable(module, row, -900, 0, true);
}

/* No instruction writes values of a series; the encoder looks at them all the same. */
static void a_series_is_written_only_with_values_of_its_type(void **state)
{
    bench *b = *state;
    wc_arena_init(&b->arena, b->arena_memory, ARENA);
    wc_builder *builder = wc_builder_new(&b->arena, no_hash, WC_STR("X"), WC_STR("x"));
    wc_type series = {.kind = WC_TYPE_SERIES, .name = WC_NONE, .capacity = 1, .step = 900};
    series.item = add_type(builder, WC_TYPE_INT, 5, 7);
    uint16_t type = wc_builder_type(builder, &series);
    const wc_module *module = wc_builder_module(builder);

    static const struct {
        int64_t value;
        uint8_t quality;
        bool fits;
    } cases[] = {{5, 0, true}, {4, 0, false}, {8, 2, false},
                 {0, 3, true}, {5, 3, false}, {5, 4, false}};

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        uint8_t memory[WC_MEM_VALUES + 16] = {0};
        wc_mem_set_i64(memory + WC_MEM_LENGTH, 1);
        wc_mem_set_i64(memory + WC_MEM_VALUES, cases[i].value);
        memory[WC_MEM_VALUES + 8] = cases[i].quality;
        wc_buf buf;
        wc_buf_init(&buf, b->again, 64);
        wc_status status = wc_abi_write(module, &module->types[type], memory, &buf);
        assert_int_equal(status == WC_OK, cases[i].fits);
    }
}

static void variants_that_do_not_exist_are_not_skipped(void **state)
{
    bench *b = *state;
    wc_arena_init(&b->arena, b->arena_memory, ARENA);
    wc_builder *builder = wc_builder_new(&b->arena, no_hash, WC_STR("X"), WC_STR("x"));
    uint16_t number = add_type(builder, WC_TYPE_INT, 5, 7);
    uint16_t data = wc_builder_tuple(builder, NULL, &number, 1);
    wc_variant variants[2] = {{.name = 0, .data = WC_NONE}, {.name = 1, .data = data}};
    wc_type choice = {.kind = WC_TYPE_ENUM, .name = WC_NONE, .count = 2, .variants = variants};
    uint16_t type = wc_builder_type(builder, &choice);
    const wc_module *module = wc_builder_module(builder);
    for (uint8_t tag = 0; tag < 4; tag++) {
        const uint8_t bytes[10] = {0, tag};
        wc_reader reader = wc_reader_of(wc_slice_of(bytes, sizeof bytes));
        wc_status status = wc_abi_skip(module, &module->types[type], &reader);
        assert_status(status, tag < 2 ? WC_OK : WC_OUT_OF_DOMAIN);
        if (tag < 2) assert_int_equal(reader.at, tag == 0 ? 2 : 10);
    }
}

/* Keys of the state that hold no value of their type; (bool, text, interval, int in [5, 7]). */
static void keys_that_are_none_are_not_read(void **state)
{
    bench *b = *state;
    wc_arena_init(&b->arena, b->arena_memory, ARENA);
    wc_builder *builder = wc_builder_new(&b->arena, no_hash, WC_STR("X"), WC_STR("x"));
    wc_type text = {.kind = WC_TYPE_TEXT, .name = WC_NONE, .capacity = 4};
    const uint16_t parts[] = {
        add_type(builder, WC_TYPE_BOOL, 0, 1), wc_builder_type(builder, &text),
        add_type(builder, WC_TYPE_INTERVAL, 0, 0), add_type(builder, WC_TYPE_INT, 5, 7)};
    uint16_t type = wc_builder_tuple(builder, NULL, parts, 4);
    const wc_module *module = wc_builder_module(builder);

    static const uint8_t good[] = {1, 'a', 'b', 0, 0x80, 0, 0,    0, 0, 0, 0, 3, 0x80, 0,
                                   0, 0,   0,   0, 0,    9, 0x80, 0, 0, 0, 0, 0, 0,    6};

    static const struct {
        size_t at;
        uint8_t byte;
        wc_status status;
    } changes[] = {{0, 1, WC_OK},
                   {0, 2, WC_OUT_OF_DOMAIN},   /* no bool */
                   {1, 0x1f, WC_BAD_UTF8},     /* a control character */
                   {2, 0xff, WC_BAD_UTF8},     /* no character */
                   {11, 10, WC_OUT_OF_DOMAIN}, /* starts behind its end */
                   {11, 9, WC_OK},
                   {27, 8, WC_OUT_OF_DOMAIN}, /* above its type */
                   {27, 4, WC_OUT_OF_DOMAIN}};

    for (size_t i = 0; i < WC_ARRAY_LEN(changes); i++) {
        uint8_t key[sizeof good];
        memcpy(key, good, sizeof good);
        key[changes[i].at] = changes[i].byte;
        wc_reader reader = wc_reader_of(wc_slice_of(key, sizeof key));
        assert_status(wc_key_read(module, &module->types[type], &reader, b->value),
                      changes[i].status);
        if (changes[i].status != WC_OK) continue;
        wc_buf buf; /* and back */
        wc_buf_init(&buf, b->again, 64);
        assert_status(wc_key_write(module, &module->types[type], b->value, &buf), WC_OK);
        assert_true(wc_slice_equal(wc_buf_slice(&buf), wc_slice_of(key, sizeof key)));
        wc_mem_set_i64(b->value + 8 + 8 + 16, 8); /* the number */
        wc_buf_init(&buf, b->again, 64);
        assert_status(wc_key_write(module, &module->types[type], b->value, &buf), WC_OUT_OF_DOMAIN);
    }
}

static void a_stored_key_is_no_longer_than_its_text(void **state)
{
    bench *b = *state;
    wc_arena_init(&b->arena, b->arena_memory, ARENA);
    wc_builder *builder = wc_builder_new(&b->arena, no_hash, WC_STR("X"), WC_STR("x"));
    wc_type text = {.kind = WC_TYPE_TEXT, .name = WC_NONE, .capacity = 4};
    uint16_t type = wc_builder_type(builder, &text);
    const wc_module *module = wc_builder_module(builder);
    static const uint8_t key[] = "abcde";
    for (size_t skipped = 0; skipped < 2; skipped++) {
        wc_reader reader = wc_reader_of(wc_slice_of(key + skipped, sizeof key - skipped));
        wc_status status = wc_key_read(module, &module->types[type], &reader, b->value);
        assert_status(status, skipped == 0 ? WC_TOO_LARGE : WC_OK);
    }
}

/* ---- copies -------------------------------------------------------------------------------------
 */

static void copies_and_fresh_values_need_nothing_of_what_lay_there(void **state)
{
    bench *b = *state;
    for (int round = 0; round < ROUNDS; round++) {
        const wc_module *module = new_module(b);
        for (uint16_t type = 0; type < module->type_count; type++) {
            const wc_type *t = &module->types[type];
            wc_slice bytes = random_value(b, module, type);
            wc_slice again;
            size_t bad;
            assert_status(round_trip(b, module, type, bytes, &bad, &again), WC_OK);
            memset(b->other, 0x5a, t->size);
            wc_value_copy(module, t, b->other, b->value);
            assert_true(wc_value_used(module, t, b->value) <= t->size);
            wc_buf buf;
            wc_buf_init(&buf, b->again, 1u << 20);
            assert_status(wc_abi_write(module, t, b->other, &buf), WC_OK);
            assert_true(wc_slice_equal(bytes, wc_buf_slice(&buf)));

            /* A cleared value is zero everywhere that can be seen, so it encodes to zeros, unless
             * zero lies outside a range in it. */
            memset(b->other, 0x5a, t->size);
            wc_value_clear(module, t, b->other);
            wc_buf_init(&buf, b->again, 1u << 20);
            if (wc_abi_write(module, t, b->other, &buf) != WC_OK) continue;
            for (size_t i = 0; i < buf.len; i++) assert_int_equal(buf.data[i], 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_bytes_come_back_as_they_were),
        cmocka_unit_test(values_are_skipped_to_their_end),
        cmocka_unit_test(variants_that_do_not_exist_are_not_skipped),
        cmocka_unit_test(keys_that_are_none_are_not_read),
        cmocka_unit_test(no_prefix_and_no_extension_is_accepted),
        cmocka_unit_test(changed_bytes_are_refused_or_mean_exactly_themselves),
        cmocka_unit_test(keys_sort_as_their_values_and_come_back),
        cmocka_unit_test(encoders_refuse_what_decoders_would),
        cmocka_unit_test(a_series_is_written_only_with_values_of_its_type),
        cmocka_unit_test(a_stored_key_is_no_longer_than_its_text),
        cmocka_unit_test(copies_and_fresh_values_need_nothing_of_what_lay_there),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
