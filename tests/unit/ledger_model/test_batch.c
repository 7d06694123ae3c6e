/* Batches of readings, and payloads in pieces, against the golden vectors. */
#include "node/ledger/batch.h"

#include <stdio.h>

#include "node/ledger/read.h"
#include "tests/support/test.h"
#include "tests/unit/ledger_model/vectors.h"

#define FILE_NAME "batch.hex"
#define PIECES    8u /* three of the head, five readings */

static wc_slice vector(const char *name, unsigned version)
{
    char full[32];
    (void)snprintf(full, sizeof full, "%s_%u", name, version);
    return vector_bytes(FILE_NAME, full);
}

static wc_hash hash_of(wc_slice bytes)
{
    wc_hash hash;
    assert_int_equal(bytes.len, sizeof hash.bytes);
    memcpy(hash.bytes, bytes.data, sizeof hash.bytes);
    return hash;
}

static void assert_root(wc_hash root, const char *name, unsigned version)
{
    wc_hash golden = hash_of(vector(name, version));
    assert_memory_equal(root.bytes, golden.bytes, sizeof root.bytes);
}

static void a_payload_in_pieces_has_the_root_of_the_specification(void **state)
{
    (void)state;
    static uint8_t payload[503 * WC_PIECE_SIZE + 4];
    static const unsigned pieces[] = {1, 2, 3, 503};
    wc_hash salt = name32("salt");
    for (size_t i = 0; i < WC_ARRAY_LEN(pieces); i++) {
        size_t cut = pieces[i] * WC_PIECE_SIZE;
        for (size_t at = 0; at < cut; at++) payload[at] = (uint8_t) "0123456789abcdef"[at % 16];
        memcpy(payload + cut, "rest", 4);
        uint16_t count = (uint16_t)pieces[i];
        assert_root(wc_pieces_root(salt.bytes, wc_slice_of(payload, cut + 4), count), "pieces",
                    pieces[i]);
        char name[32];
        (void)snprintf(name, sizeof name, "pieces_%u_alone", pieces[i]);
        wc_hash alone = wc_pieces_root(salt.bytes, wc_slice_of(payload, cut), count);
        wc_hash golden = hash_of(vector_bytes(FILE_NAME, name));
        assert_memory_equal(alone.bytes, golden.bytes, sizeof alone.bytes);
    }
    assert_false(wc_pieces_fit(16, 0));
    assert_false(wc_pieces_fit(31, 2));
    assert_true(wc_pieces_fit(32, 2));
}

static void each_reading_is_proved_alone(void **state)
{
    (void)state;
    for (unsigned version = 0; version < 3; version++) {
        wc_slice payload = vector("batch", version);
        wc_hash salt = hash_of(vector("salt", version)), root = hash_of(vector("root", version));
        for (uint16_t i = 0; i < PIECES; i++) {
            wc_piece_proof proof;
            wc_hash memory[PIECES + 1];
            wc_piece_prove(&proof, memory, salt.bytes, payload, PIECES, i);
            char name[32];
            (void)snprintf(name, sizeof name, "path_%u_%u", version, (unsigned)i);
            wc_slice path = vector_bytes(FILE_NAME, name);
            assert_int_equal(path.len, proof.depth * sizeof(wc_hash));
            assert_memory_equal(proof.path, path.data, path.len);
            assert_memory_equal(proof.bytes, payload.data + i * WC_PIECE_SIZE, WC_PIECE_SIZE);
            assert_true(wc_piece_verify(&proof, &root));
        }
    }
}

/* Whatever is changed in a proof, it holds no longer. */
static void a_changed_proof_does_not_hold(void **state)
{
    (void)state;
    wc_hash salt = hash_of(vector("salt", 1)), root = hash_of(vector("root", 1));
    wc_hash memory[PIECES + 1];
    wc_piece_proof good, bad;
    wc_piece_prove(&good, memory, salt.bytes, vector("batch", 1), PIECES, 4);
    for (unsigned what = 0; what < 10; what++) {
        bad = good;
        switch (what) {
        case 0: bad.index ^= 1; break;
        case 1: bad.count++; break;
        case 2: bad.salt.bytes[31] ^= 1; break;
        case 3: bad.bytes[15] ^= 1; break;
        case 4: bad.depth--; break;
        case 5: bad.depth++; break;
        case 6: bad.path[3].bytes[0] ^= 1; break;
        case 7: bad.index = bad.count; break;
        case 8: bad.depth = WC_PIECES_DEPTH_MAX + 1; break;
        default: bad.count = WC_PIECES_MAX + 2; break;
        }
        bool holds = wc_piece_verify(&bad, &root);
        /* Nine leaves or ten: the fifth has the same path in both trees. */
        if (what != 1 && holds) fail_msg("change %u goes unnoticed", what);
    }
    assert_true(wc_piece_verify(&good, &root));
}

static void the_golden_batch_decodes_to_its_readings(void **state)
{
    (void)state;
    wc_batch batch;
    wc_batch_reading reading;
    assert_status(wc_batch_decode(&batch, vector("batch", 0)), WC_OK);
    assert_int_equal(batch.scale, 3);
    assert_int_equal(batch.page, 66051);
    assert_int_equal(batch.version, 0);
    assert_int_equal(batch.count, 5);
    assert_true(wc_hash_is_zero(&batch.prior_root));
    assert_status(wc_batch_reading_at(&reading, batch.pieces, 2), WC_OK);
    assert_int_equal(reading.slot, 2);
    assert_int_equal(reading.quality, WC_QUALITY_SUBSTITUTED);
    assert_int_equal(reading.interval, 1841000);
    assert_int_equal(reading.value, INT64_C(1) << 40);
    assert_status(wc_batch_reading_at(&reading, batch.pieces, 3), WC_OK);
    assert_int_equal(reading.quality, WC_QUALITY_MISSING);
}

static void a_correction_brings_what_it_replaces(void **state)
{
    (void)state;
    for (unsigned version = 1; version < 3; version++) {
        wc_batch batch;
        assert_status(wc_batch_decode(&batch, vector("batch", version)), WC_OK);
        assert_int_equal(batch.version, version);
        wc_hash prior = wc_batch_prior_root(&batch);
        assert_true(wc_hash_equal(&prior, &batch.prior_root));
        assert_root(prior, "root", version - 1);
        wc_batch_reading reading;
        assert_status(wc_batch_reading_at(&reading, batch.prior_pieces, 1), WC_OK);
        assert_int_equal(reading.value, 40 + version - 1);
    }
}

static void an_aggregator_writes_the_golden_bytes(void **state)
{
    (void)state;
    for (unsigned version = 0; version < 3; version++) {
        uint8_t bytes[1024];
        wc_buf buf;
        wc_slice golden = vector("batch", version);
        wc_buf_init(&buf, bytes, sizeof bytes);
        wc_batch_head head = {.scale = 3, .version = (uint16_t)version, .page = 66051, .count = 5};
        if (version > 0) head.prior_root = hash_of(vector("root", version - 1));
        wc_batch_put_head(&buf, &head);
        for (uint16_t i = 0; i < 5; i++) {
            wc_batch_reading reading;
            assert_status(wc_batch_reading_at(&reading, golden, i), WC_OK);
            wc_batch_put_reading(&buf, &reading);
        }
        if (version > 0) {
            wc_hash salt = hash_of(vector("salt", version - 1));
            assert_status(wc_batch_put_before(&buf, salt.bytes, vector("batch", version - 1)),
                          WC_OK);
        }
        assert_false(buf.full);
        assert_int_equal(buf.len, golden.len);
        assert_memory_equal(bytes, golden.data, golden.len);
    }
}

/* One byte of a batch changed: where, to what, and the answer. */
static void a_batch_has_one_encoding(void **state)
{
    (void)state;

    static const struct {
        unsigned version;
        size_t at;
        uint8_t value;
        wc_status status;
    } cases[] = {
        {0, 0, 2, WC_BAD_VERSION},
        {0, 3, 1, WC_OUT_OF_DOMAIN}, /* names no prior */
        {0, 9, 0, WC_OUT_OF_DOMAIN},
        {0, 9, 6, WC_TRUNCATED},
        {0, 9, 4, WC_TRAILING},
        {0, 8, 2, WC_OUT_OF_DOMAIN}, /* 517 */
        {0, 10, 1, WC_NOT_CANONICAL},
        {0, 15, 1, WC_NOT_CANONICAL},
        {0, 16, 1, WC_OUT_OF_DOMAIN},
        {1, 3, 0, WC_OUT_OF_DOMAIN},        /* a prior, but version 0 */
        {1, 3, 2, WC_OUT_OF_DOMAIN},        /* the version before it is 0 */
        {1, 7, 9, WC_OUT_OF_DOMAIN},        /* another page than the batch before */
        {1, 128 + 32, 1, WC_OUT_OF_DOMAIN}, /* version 0 has no rest */
        {1, 128 + 64, 2, WC_BAD_VERSION},
        {1, 128 + 64 + 9, 4, WC_OUT_OF_DOMAIN}, /* fewer readings than now */
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        uint8_t bytes[1024];
        wc_batch batch;
        wc_slice golden = vector("batch", cases[i].version);
        memcpy(bytes, golden.data, golden.len);
        bytes[cases[i].at] = cases[i].value;
        wc_status status = wc_batch_decode(&batch, wc_slice_of(bytes, golden.len));
        if (status != cases[i].status) fail_msg("case %zu: %s", i, wc_status_text(status));
    }
}

static void every_shorter_batch_is_truncated(void **state)
{
    (void)state;
    for (unsigned version = 0; version < 3; version++) {
        wc_slice golden = vector("batch", version);
        for (size_t len = 0; len < golden.len; len++) {
            wc_batch batch;
            uint8_t bytes[1024];
            wc_buf buf;
            wc_buf_init(&buf, bytes, sizeof bytes);
            wc_slice cut = wc_slice_of(golden.data, len);
            assert_status(wc_batch_decode(&batch, cut), WC_TRUNCATED);
            assert_status(wc_batch_put_before(&buf, golden.data, cut), WC_TRUNCATED);
            assert_int_equal(buf.len, 0);
        }
    }
}

static void a_missing_reading_has_no_value(void **state)
{
    (void)state;

    static const struct {
        size_t at;
        uint8_t value;
        wc_status status;
    } cases[] = {{2, 3, WC_OUT_OF_DOMAIN}, {2, 4, WC_OUT_OF_DOMAIN}, {3, 1, WC_NOT_CANONICAL}};

    uint8_t bytes[1024];
    wc_slice golden = vector("batch", 0);
    for (size_t i = 0; i < WC_ARRAY_LEN(cases); i++) {
        wc_batch_reading reading;
        memcpy(bytes, golden.data, golden.len);
        bytes[WC_BATCH_HEAD + cases[i].at] = cases[i].value;
        assert_status(wc_batch_reading_at(&reading, wc_slice_of(bytes, golden.len), 0),
                      cases[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_payload_in_pieces_has_the_root_of_the_specification),
        cmocka_unit_test(each_reading_is_proved_alone),
        cmocka_unit_test(a_changed_proof_does_not_hold),
        cmocka_unit_test(the_golden_batch_decodes_to_its_readings),
        cmocka_unit_test(a_correction_brings_what_it_replaces),
        cmocka_unit_test(an_aggregator_writes_the_golden_bytes),
        cmocka_unit_test(a_batch_has_one_encoding),
        cmocka_unit_test(every_shorter_batch_is_truncated),
        cmocka_unit_test(a_missing_reading_has_no_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
