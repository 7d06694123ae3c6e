/* Lengths, numbers and sums of the ledger at their limits, one below and one above. The first two
 * are accepted, the third is refused with the limit's own status. */
#include "tests/support/test.h"

#include <stdlib.h>

#include "node/ledger/account.h"
#include "node/ledger/genesis.h"
#include "node/ledger/ids.h"
#include "node/ledger/instance.h"
#include "node/ledger/meter.h"
#include "node/ledger/offer.h"
#include "node/ledger/overlay.h"
#include "node/ledger/proof.h"
#include "node/ledger/receipt.h"
#include "tests/unit/ledger_model/redecode.h"
#include "tests/unit/ledger_model/tx_sample.h"
#include "tests/unit/ledger_model/vectors.h"

#define VALUES "values.hex"

static uint8_t letters[WC_STATE_VALUE_MAX + 1];

typedef struct size_case {
    const char *name;
    uint64_t limit;
    wc_status (*status)(uint64_t size);
    wc_status refused;
} size_case;

static wc_slice text_of(uint64_t size)
{
    memset(letters, 'A', sizeof letters);
    return wc_slice_of(letters, (size_t)size);
}

/* ---- lengths --------------------------------------------------------------------------------- */

static wc_status meter_status(const wc_meter *meter)
{
    wc_status redecoded;
    REDECODE(wc_meter, wc_meter_decode, wc_meter_put, meter);
    return redecoded;
}

static wc_meter golden_meter(void)
{
    wc_meter meter;
    assert_status(wc_meter_decode(&meter, vector_bytes(VALUES, "meter")), WC_OK);
    return meter;
}

static wc_status serial_of(uint64_t size)
{
    wc_meter meter = golden_meter();
    meter.serial = text_of(size);
    return meter_status(&meter);
}

static wc_status point_of(uint64_t size)
{
    wc_meter meter = golden_meter();
    meter.point = text_of(size);
    return meter_status(&meter);
}

static wc_asset golden_asset(void)
{
    wc_asset asset;
    assert_status(wc_asset_decode(&asset, vector_bytes(VALUES, "asset")), WC_OK);
    return asset;
}

static wc_status asset_status(const wc_asset *asset)
{
    wc_status redecoded;
    REDECODE(wc_asset, wc_asset_decode, wc_asset_put, asset);
    return redecoded;
}

static wc_status code_of(uint64_t size)
{
    wc_asset asset = golden_asset();
    asset.code = text_of(size);
    return asset_status(&asset);
}

static wc_status scale_of(uint64_t scale)
{
    wc_asset asset = golden_asset();
    asset.scale = (uint8_t)scale;
    return asset_status(&asset);
}

static wc_status chain_id_of(uint64_t size)
{
    memset(letters, 'a', sizeof letters);
    return wc_chain_id_is_valid(wc_slice_of(letters, (size_t)size)) ? WC_OK : WC_OUT_OF_DOMAIN;
}

static wc_status event_of(uint64_t size)
{
    static uint8_t memory[WC_EVENT_DATA_MAX + 64u];
    wc_event event = {.type = 1, .data = text_of(size)}, read;
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_event_put(&buf, &event);
    assert_status(wc_buf_status(&buf), WC_OK);
    wc_reader reader = wc_reader_of(wc_buf_slice(&buf));
    return wc_event_read(&reader, &read);
}

static wc_status detail_of(uint64_t size)
{
    static uint8_t memory[WC_OUTCOME_DETAIL_MAX + 64u];
    wc_error_outcome outcome = {.error = 1, .args = text_of(size)}, read;
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_outcome_put_error(&buf, &outcome);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_outcome_error(&read, wc_buf_slice(&buf));
}

static wc_status proved_value_of(uint64_t size)
{
    static uint8_t memory[WC_PROOF_SIZE_MAX + 64u];
    static wc_proof proof, decoded;
    size_t bad;
    wc_buf buf;
    proof = (wc_proof){.kind = WC_PROOF_PRESENT, .value = text_of(size)};
    wc_buf_init(&buf, memory, sizeof memory);
    wc_proof_put(&buf, &proof);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_proof_decode(&decoded, &bad, wc_buf_slice(&buf));
}

static wc_status terms_of(uint64_t size)
{
    wc_offer offer;
    wc_status redecoded;
    assert_status(wc_offer_decode(&offer, vector_bytes(VALUES, "offer")), WC_OK);
    offer.terms = text_of(size);
    offer.terms_hash = wc_offer_terms_hash(&offer);
    REDECODE(wc_offer, wc_offer_decode, wc_offer_put, &offer);
    return redecoded;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static wc_instance_entry golden_instance(void)
{
    wc_instance_entry entry;
    assert_status(wc_instance_decode(&entry, vector_bytes(VALUES, "instance")), WC_OK);
    return entry;
}

static wc_status instance_status(const wc_instance_entry *entry)
{
    wc_status redecoded;
    REDECODE(wc_instance_entry, wc_instance_decode, wc_instance_put, entry);
    return redecoded;
}

static wc_status depth_of(uint64_t depth)
{
    wc_instance_entry entry = golden_instance();
    entry.depth = (uint8_t)depth;
    return instance_status(&entry);
}

static wc_status holders_of(uint64_t holders)
{
    wc_instance_entry entry = golden_instance();
    entry.holders = (uint16_t)holders;
    return instance_status(&entry);
}

static wc_status tries_of(uint64_t fails)
{
    wc_instance_entry entry = golden_instance();
    entry.fails = (uint8_t)fails;
    return instance_status(&entry);
}

/* The golden account's other key weighs 1. */
static wc_status weight_of(uint64_t sum)
{
    wc_account account;
    wc_status redecoded;
    assert_status(wc_account_decode(&account, vector_bytes(VALUES, "account")), WC_OK);
    account.keys[1].weight = 1;
    account.keys[0].weight = (uint16_t)(sum - 1);
    REDECODE(wc_account, wc_account_decode, wc_account_put, &account);
    return redecoded;
}

/* So many lanes: the last one has the number below. */
static wc_status lanes_of(uint64_t lanes)
{
    sample s;
    wc_tx tx;
    wc_tx_fault fault;
    sample_load(&s);
    s.tx.lane = (uint16_t)(lanes - 1);
    return sample_decode(&tx, &fault, sample_encode(&s.tx));
}

/* A lane with a window takes the nonce that so many nonces from its base on reach up to. */
static wc_status window_of(uint64_t nonces)
{
    wc_nonce nonce = {.base = 1000};
    wc_nonce_answer answer = wc_nonce_check(&nonce, WC_LANE_WINDOW_FIRST, 1000 + nonces - 1);
    return answer == WC_NONCE_FREE ? WC_OK : WC_OUT_OF_DOMAIN;
}

/* Strict lanes come first: one of them takes no nonce ahead of the next. */
static wc_status strict_lanes_of(uint64_t lanes)
{
    wc_nonce nonce = {.base = 1000};
    uint16_t last = (uint16_t)(lanes - 1);
    return wc_nonce_check(&nonce, last, 1001) == WC_NONCE_GAP ? WC_OK : WC_OUT_OF_DOMAIN;
}

#define SIZE(limit, status, refused)                                                               \
    {                                                                                              \
#limit, limit, status, refused                                                             \
    }

static const size_case sizes[] = {
    SIZE(WC_METER_SERIAL_MAX, serial_of, WC_TOO_LARGE),
    SIZE(WC_METER_POINT_MAX, point_of, WC_TOO_LARGE),
    SIZE(WC_ASSET_CODE_MAX, code_of, WC_TOO_LARGE),
    SIZE(WC_ASSET_SCALE_MAX, scale_of, WC_OUT_OF_DOMAIN),
    SIZE(WC_CHAIN_ID_MAX, chain_id_of, WC_OUT_OF_DOMAIN),
    SIZE(WC_EVENT_DATA_MAX, event_of, WC_TOO_LARGE),
    SIZE(WC_OUTCOME_DETAIL_MAX, detail_of, WC_TOO_LARGE),
    SIZE(WC_STATE_VALUE_MAX, proved_value_of, WC_TOO_LARGE),
    SIZE(WC_OFFER_TERMS_MAX, terms_of, WC_TOO_LARGE),
    SIZE(WC_INSTANCE_DEPTH_MAX, depth_of, WC_OUT_OF_DOMAIN),
    SIZE(WC_ESCROW_MAX, holders_of, WC_OUT_OF_DOMAIN),
    SIZE(WC_TIMER_TRIES_MAX, tries_of, WC_OUT_OF_DOMAIN),
    SIZE(WC_ACCOUNT_WEIGHT_MAX, weight_of, WC_OUT_OF_DOMAIN),
    SIZE(WC_LANES_MAX, lanes_of, WC_OUT_OF_DOMAIN),
    SIZE(WC_LANE_WINDOW, window_of, WC_OUT_OF_DOMAIN),
    SIZE(WC_LANE_WINDOW_FIRST, strict_lanes_of, WC_OUT_OF_DOMAIN),
};

static void every_size_ends_at_its_limit(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(sizes); i++) {
        const size_case *size = &sizes[i];
        wc_status at_fewer = size->status(size->limit - 1), at_most = size->status(size->limit);
        wc_status at_more = size->status(size->limit + 1);
        if (at_fewer == WC_OK && at_most == WC_OK && at_more == size->refused) continue;
        fail_msg("%s: %s, %s, %s", size->name, wc_status_name(at_fewer), wc_status_name(at_most),
                 wc_status_name(at_more));
    }
}

/* ---- genesis --------------------------------------------------------------------------------- */

static wc_genesis golden_genesis(void)
{
    static wc_genesis genesis;
    size_t bad;
    assert_status(wc_genesis_decode(&genesis, &bad, vector_bytes("genesis.hex", "genesis")), WC_OK);
    return genesis;
}

/* Lists of millions are not made here: a count that is accepted is read on from, and fails later
 * for want of entries; one that is not fails at the count itself. Returns the place of the failure.
 */
static size_t failure_of(const wc_genesis *genesis)
{
    static uint8_t memory[1u << 20];
    static wc_genesis decoded;
    size_t bad = 0;
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_genesis_put(&buf, genesis);
    assert_status(wc_buf_status(&buf), WC_OK);
    assert_true(wc_genesis_decode(&decoded, &bad, wc_buf_slice(&buf)) != WC_OK);
    return bad;
}

#define AROUND_COUNT(member, type, limit)                                                          \
    do {                                                                                           \
        wc_genesis genesis = golden_genesis();                                                     \
        genesis.member = (type)((limit) + 1);                                                      \
        size_t at_count = failure_of(&genesis);                                                    \
        genesis.member = (type)(limit);                                                            \
        assert_true(failure_of(&genesis) > at_count);                                              \
        genesis.member = (type)((limit)-1);                                                        \
        assert_true(failure_of(&genesis) > at_count);                                              \
    } while (0)

static void every_list_of_a_genesis_ends_at_its_limit(void **state)
{
    (void)state;
    AROUND_COUNT(account_count, uint32_t, WC_GENESIS_ACCOUNTS_MAX);
    AROUND_COUNT(balance_count, uint32_t, WC_GENESIS_BALANCES_MAX);
    AROUND_COUNT(module_count, uint16_t, WC_GENESIS_MODULES_MAX);
}

/* ---- what a transaction and a block write -----------------------------------------------------
 */

static wc_status nothing(void *self, wc_slice key, wc_slice *value)
{
    (void)self;
    (void)key;
    (void)value;
    return WC_NOT_FOUND;
}

static wc_status nothing_next(void *self, wc_slice prefix, wc_slice after, wc_slice *key,
                              wc_slice *value)
{
    (void)self;
    (void)prefix;
    (void)after;
    (void)key;
    (void)value;
    return WC_NOT_FOUND;
}

static const wc_state_base_ops empty_base = {nothing, nothing_next};

/* With the limits of consensus; the memory is address space that is touched where it is used. */
static wc_overlay *open_overlay(void **memory)
{
    wc_overlay_limits limits = WC_OVERLAY_DEFAULT;
    *memory = aligned_alloc(64, (wc_overlay_memory(&limits) + 63) & ~(size_t)63);
    assert_non_null(*memory);
    return wc_overlay_init(*memory, &limits, (wc_state_base){&empty_base, NULL});
}

#define KEY_SIZE 8u

static wc_status put_nth(wc_overlay *overlay, uint32_t i, size_t size)
{
    uint8_t key[KEY_SIZE] = {0x18};
    wc_store_u32(key + 4, i);
    letters[0] = 1;
    return wc_overlay_put(overlay, wc_slice_of(key, sizeof key), wc_slice_of(letters, size));
}

static void a_transaction_writes_65536_keys(void **state)
{
    (void)state;
    void *memory;
    wc_overlay *overlay = open_overlay(&memory);
    for (uint32_t i = 0; i < WC_TX_WRITE_KEYS_MAX - 1; i++) {
        assert_status(put_nth(overlay, i, 1), WC_OK);
    }
    assert_status(put_nth(overlay, WC_TX_WRITE_KEYS_MAX - 1, 1), WC_OK);
    assert_status(put_nth(overlay, WC_TX_WRITE_KEYS_MAX + 1, 1), WC_TOO_LARGE);
    assert_status(put_nth(overlay, 0, 1), WC_OK); /* a key that it has */
    free(memory);
}

/* Writes values until `left` bytes of the limit are left; returns the number of keys. */
static uint32_t fill_bytes(wc_overlay *overlay, uint64_t bytes)
{
    uint32_t i = 0;
    while (bytes > 0) {
        uint64_t piece = bytes > WC_STATE_VALUE_MAX / 2 ? WC_STATE_VALUE_MAX / 2 : bytes;
        assert_true(piece > KEY_SIZE);
        assert_status(put_nth(overlay, i++, (size_t)(piece - KEY_SIZE)), WC_OK);
        bytes -= piece;
    }
    return i;
}

static void a_transaction_writes_16_mebibytes(void **state)
{
    (void)state;
    for (int step = -1; step <= 1; step++) {
        void *memory;
        wc_overlay *overlay = open_overlay(&memory);
        uint32_t next = fill_bytes(overlay, WC_TX_WRITE_BYTES_MAX - 100);
        size_t last = (size_t)(100 + step);
        wc_status status = put_nth(overlay, next, last - KEY_SIZE);
        assert_status(status, step <= 0 ? WC_OK : WC_TOO_LARGE); /* WC_TX_WRITE_BYTES_MAX + 1 */
        free(memory);
    }
}

static void seal(wc_overlay *overlay, wc_status expected)
{
    const wc_write *writes;
    size_t count;
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), expected);
    if (expected == WC_OK) assert_status(wc_overlay_tx_commit(overlay), WC_OK);
}

/* Keys in [first, end), in transactions of their own. */
static void write_keys(wc_overlay *overlay, uint32_t first, uint32_t end)
{
    while (first < end) {
        uint32_t count = end - first;
        if (count > WC_TX_WRITE_KEYS_MAX) count = WC_TX_WRITE_KEYS_MAX;
        for (uint32_t i = 0; i < count; i++) assert_status(put_nth(overlay, first + i, 1), WC_OK);
        seal(overlay, WC_OK);
        first += count;
    }
}

static void a_block_writes_524288_keys(void **state)
{
    (void)state;
    void *memory;
    wc_overlay *overlay = open_overlay(&memory);
    write_keys(overlay, 0, WC_BLOCK_WRITE_KEYS_MAX - 1);
    assert_status(put_nth(overlay, WC_BLOCK_WRITE_KEYS_MAX - 1, 1), WC_OK);
    seal(overlay, WC_OK);
    assert_status(put_nth(overlay, WC_BLOCK_WRITE_KEYS_MAX + 1, 1), WC_OK);
    seal(overlay, WC_TOO_LARGE);
    free(memory);
}

static void a_block_writes_32_mebibytes(void **state)
{
    (void)state;
    for (int step = -1; step <= 1; step++) {
        void *memory;
        wc_overlay *overlay = open_overlay(&memory);
        uint64_t half = WC_BLOCK_WRITE_BYTES_MAX / 2;
        uint32_t next = fill_bytes(overlay, half - 100);
        seal(overlay, WC_OK);
        for (uint64_t left = half + 100 + (uint64_t)(int64_t)step; left > 0;) {
            uint64_t piece = left > 100000 ? 100000 : left;
            if (left > 100000 && left < 100100) piece = 50000;
            assert_status(put_nth(overlay, next++, (size_t)(piece - KEY_SIZE)), WC_OK);
            left -= piece;
            seal(overlay, left > 0 || step <= 0 ? WC_OK : WC_TOO_LARGE);
        }
        if (step <= 0) {
            assert_int_equal(wc_overlay_block_bytes(overlay),
                             WC_BLOCK_WRITE_BYTES_MAX - (step < 0 ? 1u : 0u));
        } /* else it would have been WC_BLOCK_WRITE_BYTES_MAX + 1 */
        free(memory);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_ends_at_its_limit),
        cmocka_unit_test(every_list_of_a_genesis_ends_at_its_limit),
        cmocka_unit_test(a_transaction_writes_65536_keys),
        cmocka_unit_test(a_transaction_writes_16_mebibytes),
        cmocka_unit_test(a_block_writes_524288_keys),
        cmocka_unit_test(a_block_writes_32_mebibytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
