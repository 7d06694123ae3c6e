/* Terms walked for references: every type there is, whole and cut short at each byte. Terms that do
 * not parse are none, whatever their types; the machine says then where. */
#include "tests/support/test.h"

#include "node/ledger/frame.h"
#include "vm/base/buf.h"

/* The types of a module, by hand: what no compiler writes into terms is among them. */
enum {
    BOOL,
    INT,
    DEC,
    TIME,
    DATE,
    TAG,
    INTERVAL,
    PARTY,
    BYTES,
    TEXT,
    PAIR, /* tuple of INT and BOOL */
    ENUM, /* nothing, or a PAIR */
    LIST,
    SET,
    MAP,
    SORTED,
    SERIES,
    TERMS, /* one field of the type at hand */
    TYPE_COUNT
};

static wc_field pair_fields[2] = {{WC_NONE, INT, 0}, {WC_NONE, BOOL, 8}};
static wc_variant tags[2] = {{0, WC_NONE, 0}, {1, WC_NONE, 0}};
static wc_variant variants[2] = {{0, WC_NONE, 0}, {1, PAIR, 8}};
static wc_field term_fields[1];

static wc_type types[TYPE_COUNT] = {
    [BOOL] = {.kind = WC_TYPE_BOOL},
    [INT] = {.kind = WC_TYPE_INT},
    [DEC] = {.kind = WC_TYPE_DEC},
    [TIME] = {.kind = WC_TYPE_TIME},
    [DATE] = {.kind = WC_TYPE_DATE},
    [TAG] = {.kind = WC_TYPE_TAG, .count = 2, .variants = tags},
    [INTERVAL] = {.kind = WC_TYPE_INTERVAL},
    [PARTY] = {.kind = WC_TYPE_PARTY, .item = WC_NONE},
    [BYTES] = {.kind = WC_TYPE_BYTES, .capacity = 5},
    [TEXT] = {.kind = WC_TYPE_TEXT, .capacity = 9},
    [PAIR] = {.kind = WC_TYPE_TUPLE, .count = 2, .fields = pair_fields},
    [ENUM] = {.kind = WC_TYPE_ENUM, .count = 2, .variants = variants},
    [LIST] = {.kind = WC_TYPE_LIST, .capacity = 3, .item = PAIR},
    [SET] = {.kind = WC_TYPE_SET, .capacity = 3, .item = INT},
    [MAP] = {.kind = WC_TYPE_MAP, .capacity = 3, .item = DATE, .value = TEXT},
    [SORTED] = {.kind = WC_TYPE_SORTED, .capacity = 3, .item = PAIR},
    [SERIES] = {.kind = WC_TYPE_SERIES, .capacity = 4, .item = INT, .step = 900},
    [TERMS] = {.kind = WC_TYPE_TUPLE, .count = 1, .fields = term_fields},
};

static const wc_module module = {.types = types, .type_count = TYPE_COUNT, .terms_type = TERMS};

/* Encoding of a value of each type, as the ABI has it (language D14). */
static void put_value(wc_buf *buf, uint16_t type)
{
    static const uint8_t zeros[32];
    switch (type) {
    case BOOL: wc_buf_put_u8(buf, 1); break;
    case TAG: wc_buf_put_u16(buf, 1); break;
    case INTERVAL: wc_buf_put(buf, zeros, 16); break;
    case PARTY: wc_buf_put(buf, zeros, 32); break;
    case BYTES: wc_buf_put(buf, zeros, 5); break;
    case TEXT: wc_buf_put_str32(buf, wc_slice_of("seven", 5)); break;
    case PAIR:
        put_value(buf, INT);
        put_value(buf, BOOL);
        break;
    case ENUM:
        wc_buf_put_u16(buf, 1);
        put_value(buf, PAIR);
        break;
    case LIST:
    case SORTED:
        wc_buf_put_u32(buf, 2);
        put_value(buf, PAIR);
        put_value(buf, PAIR);
        break;
    case SET:
        wc_buf_put_u32(buf, 2);
        put_value(buf, INT);
        put_value(buf, INT);
        break;
    case MAP:
        wc_buf_put_u32(buf, 1);
        put_value(buf, DATE);
        put_value(buf, TEXT);
        break;
    case SERIES:
        wc_buf_put_i64(buf, 900);
        wc_buf_put_u32(buf, 2);
        wc_buf_put(buf, zeros, 18); /* two values, two qualities */
        break;
    default: wc_buf_put_i64(buf, 7); break;
    }
}

static wc_refusal refusal_of(uint16_t type, wc_slice terms)
{
    static wc_job job; /* terms without references need nothing of it */
    uint8_t depth = 0;
    wc_refusal refusal;
    term_fields[0] = (wc_field){WC_NONE, type, 0};
    assert_status(wc_references_check(&job, &module, terms, &depth, &refusal), WC_OK);
    assert_int_equal(depth, 1);
    return refusal;
}

static void terms_of_every_type_are_walked_to_their_end(void **state)
{
    (void)state;
    for (uint16_t type = 0; type < TERMS; type++) {
        uint8_t bytes[128];
        wc_buf buf;
        wc_buf_init(&buf, bytes, sizeof bytes);
        put_value(&buf, type);
        assert_false(buf.full);
        assert_int_equal(refusal_of(type, wc_buf_slice(&buf)), WC_REFUSAL_NONE);
        for (size_t len = 0; len < buf.len; len++) {
            wc_refusal refusal = refusal_of(type, wc_slice_of(bytes, len));
            if (refusal != WC_REFUSAL_BAD_ARGUMENTS) fail_msg("type %u at %zu", type, len);
        }
    }
}

static void what_a_type_does_not_hold_is_not_walked(void **state)
{
    (void)state;
    static const uint8_t nothing[] = {0, 0}, third[] = {0, 2}, many[] = {0, 0, 0, 4};
    assert_int_equal(refusal_of(ENUM, wc_slice_of(nothing, 2)), WC_REFUSAL_NONE);
    assert_int_equal(refusal_of(ENUM, wc_slice_of(third, 2)), WC_REFUSAL_BAD_ARGUMENTS);
    static const uint16_t collections[] = {LIST, SET, MAP, SORTED};
    for (size_t i = 0; i < WC_ARRAY_LEN(collections); i++) {
        assert_int_equal(refusal_of(collections[i], wc_slice_of(many, 4)),
                         WC_REFUSAL_BAD_ARGUMENTS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terms_of_every_type_are_walked_to_their_end),
        cmocka_unit_test(what_a_type_does_not_hold_is_not_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
