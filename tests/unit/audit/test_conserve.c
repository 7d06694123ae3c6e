/* Conservation of money (D27): a planted break is found, and by name, at the record that makes it,
 * when a chain is opened, and in a replay. */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "node/audit/conserve.h"
#include "node/chain/inside.h"
#include "node/ledger/asset.h"
#include "node/ledger/job.h"
#include "node/ledger/post.h"
#include "tests/unit/audit/recorded.h"

/* ---- at every record ---------------------------------------------------------------------------
 */

static jmp_buf escape;
static char failed[128];

static void catch (const char *condition, const char *file, int line)
{
    (void)file;
    (void)line;
    snprintf(failed, sizeof failed, "%s", condition);
    longjmp(escape, 1);
}

/* Writes one unit more, or less, into a balance, as an instruction with a bug would. */
static void plant(wc_ledger *ledger, const wc_state_key *key, int64_t by)
{
    uint8_t bytes[WC_AMOUNT_SIZE];
    wc_slice value;
    wc_buf buf;
    int64_t amount;
    assert_int_equal(wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(key)), WC_OK);
    assert_int_equal(wc_amount_decode(&amount, value), WC_OK);
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_amount_put(&buf, amount + by);
    assert_int_equal(wc_overlay_put(ledger->overlay, wc_state_key_slice(key), wc_buf_slice(&buf)),
                     WC_OK);
    const wc_write *writes;
    size_t count;
    assert_int_equal(wc_overlay_tx_seal(ledger->overlay, &writes, &count), WC_OK);
    assert_int_equal(wc_overlay_tx_commit(ledger->overlay), WC_OK);
}

/* The first entry of a space in the state. */
static wc_state_key first_of(world *w, uint8_t space)
{
    wc_slice key, value;
    wc_state_key found;
    assert_int_equal(
        wc_chain_next(w->chain, wc_slice_of(&space, 1), wc_slice_of(NULL, 0), &key, &value), WC_OK);
    memcpy(found.bytes, key.data, key.len);
    found.len = (uint8_t)key.len;
    return found;
}

static bool is_refused(world *w, uint8_t space, int64_t by)
{
    wc_ledger *ledger = w->chain->ledger;
    wc_state_key key = first_of(w, space);
    failed[0] = '\0';
    wc_overlay_block_drop(ledger->overlay);
    plant(ledger, &key, by);
    wc_assert_set_handler(catch);
    if (setjmp(escape) == 0) wc_assert_conservation(ledger);
    wc_assert_set_handler(NULL);
    wc_overlay_block_drop(ledger->overlay);
    return failed[0] != '\0';
}

static void a_record_that_makes_or_loses_money_stops_the_ledger(void **state)
{
    (void)state;
    static world w;
    recorded_open(&w, NULL);
    for (int64_t by = -1; by <= 1; by++) {
        assert_int_equal(is_refused(&w, WC_SPACE_FREE, by), by != 0);
        if (by != 0) assert_string_equal(failed, "is_money_conserved");
        assert_int_equal(is_refused(&w, WC_SPACE_ESCROW, by), by != 0);
    }
    world_close(&w);
}

/* ---- counted three ways ------------------------------------------------------------------------
 */

static wc_conserve count_of(const recorded_copy *copy, size_t index, const wc_slice *value,
                            const wc_conserve *given)
{
    wc_conserve conserve = *given;
    wc_store store = recorded_put(copy, index, value);
    assert_int_equal(wc_conserve_count(&conserve, &store), WC_OK);
    wc_store_close(&store);
    return conserve;
}

/* Genesis and postings of the whole chain. */
static wc_conserve given_of(world *w)
{
    wc_conserve conserve = {0};
    assert_int_equal(wc_conserve_genesis(&conserve, wc_chain_genesis(w->chain)), WC_OK);
    for (uint64_t seq = 1; seq <= wc_chain_head(w->chain)->seq; seq++) {
        const wc_chain_block *block;
        assert_int_equal(wc_chain_read_block(w->chain, seq, &block), WC_OK);
        wc_applied applied = {.receipts = block->receipts,
                              .receipt_count = block->record.record.receipt_count};
        assert_int_equal(wc_conserve_add(&conserve, &applied), WC_OK);
    }
    return conserve;
}

static void a_replay_counts_balances_register_and_postings(void **state)
{
    (void)state;
    static world w;
    recorded_open(&w, NULL);
    recorded_copy copy = recorded_take(wc_chain_store(w.chain));
    wc_conserve given = given_of(&w);
    wc_conserve whole = count_of(&copy, SIZE_MAX, NULL, &given);
    assert_null(wc_conserve_broken(&whole));
    assert_true(whole.count >= 2); /* network units and a currency */

    static const uint8_t spaces[] = {WC_SPACE_FREE, WC_SPACE_ESCROW, WC_SPACE_ASSET};
    for (size_t i = 0; i < WC_ARRAY_LEN(spaces); i++) {
        size_t index = recorded_find(&copy, WC_CF_STATE, wc_slice_of(&spaces[i], 1));
        const recorded_entry *entry = &copy.entries[index];
        wc_conserve broken = count_of(&copy, index, NULL, &given);
        const wc_conserve_asset *asset = wc_conserve_broken(&broken);
        uint32_t number = wc_load_u32(entry->key.data + entry->key.len - 4);
        if (spaces[i] == WC_SPACE_ASSET && asset == NULL) continue; /* nothing of it was issued */
        assert_non_null(asset);
        assert_int_equal(asset->asset, number);
    }

    for (uint32_t i = 0; i < given.count; i++) { /* a posting that nobody made */
        wc_conserve forged = given;
        forged.assets[i].given++;
        wc_conserve counted = count_of(&copy, SIZE_MAX, NULL, &forged);
        const wc_conserve_asset *asset = wc_conserve_broken(&counted);
        assert_non_null(asset);
        assert_int_equal(asset->asset, forged.assets[i].asset);
        assert_int_equal(asset->held, asset->supply);
        assert_int_equal(asset->given, asset->held + 1);
    }

    static wc_replay_report report;
    recorded_replay(&report, &copy, SIZE_MAX, NULL);
    assert_int_equal(report.verdict, WC_REPLAY_IDENTICAL);
    assert_int_equal(report.conserved, whole.count);
    recorded_drop(&copy);
    world_close(&w);
}

/* When a chain is opened: tests/unit/chain/test_open.c, money_that_does_not_add_up_is_found. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_that_makes_or_loses_money_stops_the_ledger),
        cmocka_unit_test(a_replay_counts_balances_register_and_postings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
