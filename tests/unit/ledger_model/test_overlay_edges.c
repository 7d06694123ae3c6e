/* The overlay where its base is damaged, where it is asked in another order, and where what it
 * remembers outgrows its room. */
#include "tests/support/test.h"

#include "node/ledger/overlay.h"
#include "tests/unit/ledger_model/base_list.h"

static const wc_overlay_limits small = {64, 4096, 256, 65536, 32, 1024};

static wc_slice text(const char *bytes)
{
    return wc_slice_of(bytes, strlen(bytes));
}

static void put(wc_overlay *overlay, const char *key, const char *value)
{
    assert_status(wc_overlay_put(overlay, text(key), text(value)), WC_OK);
}

/* Every stored value begins with its version, so an empty one is none: it is not taken for a value
 * that is absent, by whomever it is met. */
static void a_value_without_bytes_is_damage(void **state)
{
    (void)state;
    wc_overlay *overlay = overlay_fresh(&small);
    wc_slice key, value;
    list_put(&base_list, text("aa"), text("1"));
    list_put(&base_list, text("ab"), wc_slice_of(NULL, 0));
    assert_status(wc_overlay_get(overlay, &value, text("ab")), WC_CORRUPT);
    assert_status(wc_overlay_get_start(overlay, &value, text("ab")), WC_CORRUPT);
    wc_overlay_scan scan;
    wc_overlay_scan_begin(&scan, text("a"));
    assert_status(wc_overlay_scan_next(overlay, &scan, &key, &value), WC_OK);
    assert_status(wc_overlay_scan_next(overlay, &scan, &key, &value), WC_CORRUPT);
    put(overlay, "ab", "2");
    const wc_write *writes;
    size_t count;
    assert_status(wc_overlay_tx_seal(overlay, &writes, &count), WC_CORRUPT);
}

/* Mostly the changes are walked from end to end; whoever asks for one again gets it. */
static void changes_are_given_from_any_place(void **state)
{
    (void)state;
    wc_overlay *overlay = overlay_fresh(&small);
    static const char *const keys[] = {"b", "d", "f", "h"};
    wc_overlay_change change;
    for (size_t i = 0; i < 4; i++) put(overlay, keys[3 - i], "x");
    assert_int_equal(overlay_commit(overlay), 4);
    for (size_t from = 0; from < 4; from++) {
        wc_slice after = wc_slice_of(NULL, 0); /* the place before moves with every walk */
        for (size_t i = 0; i < from; i++) {
            assert_status(wc_overlay_block_next(overlay, after, &change), WC_OK);
            after = change.key;
        }
        for (size_t i = 0; i < 4; i++) {
            assert_status(wc_overlay_block_next(overlay, text(keys[i]), &change),
                          i == 3 ? WC_NOT_FOUND : WC_OK);
            if (i < 3) assert_true(wc_slice_equal(change.key, text(keys[i + 1])));
        }
        assert_status(wc_overlay_block_next(overlay, text("c"), &change), WC_OK);
        assert_true(wc_slice_equal(change.key, text("d")));
        assert_status(wc_overlay_block_next(overlay, text("a"), &change), WC_OK);
        assert_true(wc_slice_equal(change.key, text("b")));
    }
}

static void assert_value(wc_overlay *overlay, const char *key, wc_slice expected)
{
    wc_slice found;
    assert_status(wc_overlay_get(overlay, &found, text(key)), WC_OK);
    assert_true(wc_slice_equal(found, expected));
}

/* A value that has grown beyond what is left of the memory for values: everything is forgotten, and
 * read from the base again, which holds by then what the block has left. */
static void what_outgrows_the_memory_is_read_again(void **state)
{
    (void)state;
    static uint8_t longer[VALUE_MAX - 1];
    memset(longer, 'x', sizeof longer);
    wc_slice grown = wc_slice_of(longer, sizeof longer);
    for (uint64_t room = 80; room <= 160; room += 80) {
        wc_overlay_limits limits = small;
        limits.cache_bytes = room;
        wc_overlay *overlay = overlay_fresh(&limits);
        list_put(&base_list, text("a"), text("short"));
        list_put(&base_list, text("b"), text("other"));
        assert_value(overlay, "a", text("short"));
        assert_value(overlay, "b", text("other"));
        put(overlay, "a", "x");
        assert_status(wc_overlay_put(overlay, text("a"), grown), WC_OK);
        assert_int_equal(overlay_commit(overlay), 1);
        list_put(&base_list, text("a"), grown);
        wc_overlay_block_keep(overlay);
        uint64_t reads = base_list.reads;
        assert_value(overlay, "a", grown);
        assert_value(overlay, "b", text("other"));
        assert_int_equal(base_list.reads - reads, room == 80 ? 2 : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_without_bytes_is_damage),
        cmocka_unit_test(changes_are_given_from_any_place),
        cmocka_unit_test(what_outgrows_the_memory_is_read_again),
    };
    return cmocka_run_group_tests(tests, NULL, overlay_drop);
}
