/* Modules with a section that is cut short, while all others are whole: each is refused as
 * truncated where it ends, whatever row or value the cut is in. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/isa/rig.h"

#define SECTIONS 16u

static wc_status decode(wc_arena *arena, wc_slice bytes, size_t *bad)
{
    wc_module *module;
    return wc_module_decode(bytes, arena, &module, bad);
}

static wc_slice stored(wc_arena *arena, const char *text)
{
    wc_module *module = rig_assemble(arena, text);
    rig_bound(arena, module);
    return rig_encode(arena, module);
}

/* The module with the first `keep` bytes of a section alone, and *end where it ends now. */
static wc_slice cut_section(wc_arena *arena, wc_slice bytes, uint8_t id, uint32_t keep, size_t *end)
{
    uint32_t length;
    size_t at = rig_section(bytes, id, &length), behind = at + length;
    uint8_t *copy = rig_copy(arena, bytes, 0);
    wc_store_u32(copy + at - 4, keep);
    memmove(copy + at + keep, bytes.data + behind, bytes.len - behind);
    *end = at + keep;
    return wc_slice_of(copy, bytes.len - (length - keep));
}

static void check_cuts(wc_arena *arena, wc_slice bytes, uint8_t id)
{
    uint32_t length;
    (void)rig_section(bytes, id, &length);
    for (uint32_t keep = 0; keep < length; keep++) {
        size_t mark = wc_arena_mark(arena), end, bad = SIZE_MAX;
        wc_slice cut = cut_section(arena, bytes, id, keep, &end);
        wc_status status = decode(arena, cut, &bad);
        bool is_right = status == WC_TRUNCATED && bad <= end;
        if (!is_right) {
            fail_msg("section %u, %u bytes: %s at %zu", id, keep, wc_status_name(status), bad);
        }
        wc_arena_rewind(arena, mark);
    }
}

static void refuses_every_section_that_is_cut_short(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_slice bytes = stored(arena, rig_sample());
    for (uint8_t id = 1; id < SECTIONS; id++) check_cuts(arena, bytes, id);
    /* The last one may be empty; then it is no test image. */
    const char *image = rig_join(arena, rig_sample(), "tests\ntest one check_terms\n");
    bytes = stored(arena, image);
    uint32_t length;
    size_t end, bad;
    (void)rig_section(bytes, SECTIONS, &length);
    assert_int_equal(length, 2 + 4);
    wc_slice empty = cut_section(arena, bytes, SECTIONS, 0, &end);
    assert_status(decode(arena, empty, &bad), WC_OK);
    for (uint32_t keep = 1; keep < length; keep++) {
        wc_slice cut = cut_section(arena, bytes, SECTIONS, keep, &end);
        assert_status(decode(arena, cut, &bad), WC_TRUNCATED);
    }
}

/* Rows before the last one that are longer than the shortest row leave the last one to be cut. */
static void refuses_every_last_row_that_is_cut_short(void **state)
{
    (void)state;
    wc_arena *arena = rig_arena();
    wc_module *module = rig_assemble(arena, rig_sample());
    wc_entry *entries = WC_ARENA_ARRAY(arena, wc_entry, 6);
    for (unsigned i = 0; i < 6; i++) {
        entries[i] = module->entries[0];
        if (i == 5) break;
        entries[i].who_count = WC_BY_MAX;
        for (unsigned k = 2; k < WC_BY_MAX; k++) entries[i].who[k] = entries[i].who[0];
    }
    wc_calendar *calendars = WC_ARENA_ARRAY(arena, wc_calendar, 2);
    calendars[0] = calendars[1] = module->calendars[0];
    calendars[1].version = 0;
    module->entries = entries;
    module->entry_count = 6;
    module->calendars = calendars;
    module->calendar_count = 2;
    wc_slice bytes = rig_encode(arena, module);
    size_t bad;
    assert_status(decode(arena, bytes, &bad), WC_OK);
    check_cuts(arena, bytes, 5);
    check_cuts(arena, bytes, 15);

    /* What is there of such a row is looked at first. */
    uint32_t length;
    size_t end, tail = 12 + 2 * 2 + 36, at = rig_section(bytes, 15, &length) + length - tail;

    static const struct {
        size_t byte;
        wc_status status; /* when it is there */
    } wrongs[] = {{0, WC_OUT_OF_DOMAIN}, {9, WC_OUT_OF_DOMAIN}};

    for (size_t i = 0; i < WC_ARRAY_LEN(wrongs); i++) {
        uint8_t *copy = rig_copy(arena, bytes, 0);
        copy[at + wrongs[i].byte] = 0xff;
        for (uint32_t keep = 0; keep < 12; keep++) {
            wc_slice cut = cut_section(arena, wc_slice_of(copy, bytes.len), 15,
                                       length - (uint32_t)tail + keep, &end);
            bool is_there = keep > wrongs[i].byte;
            assert_status(decode(arena, cut, &bad), is_there ? wrongs[i].status : WC_TRUNCATED);
            assert_int_equal(bad, at);
        }
    }
}

/* Each kind of type as the last one, which is the one that is cut. */
static void refuses_every_type_that_is_cut_short(void **state)
{
    (void)state;
    static const char *const types[] = {
        "bool",
        "int 0 9",
        "dec 2 kWh 0 9",
        "time",
        "date",
        "interval",
        "party -",
        "bytes 9",
        "text 9",
        "tag One Two",
        "tuple a t1",
        "list 9 t1",
        "enum None - Some t2",
        "set 9 t1",
        "map 9 t1 t2",
        "sorted 9 t2 0 desc",
        "series 9 t1 900",
    };
    for (size_t i = 0; i < WC_ARRAY_LEN(types); i++) {
        wc_arena *arena = rig_arena();
        char text[512];
        int len = snprintf(text, sizeof text,
                           "module T t\nunit kWh\ntype t0 - tuple\ntype t1 - int 0 1\n"
                           "type t2 - tuple b t1\ntype t3 - %s\nparties t0\nterms t0\n"
                           "storage t0\nstates -\ntests\n",
                           types[i]);
        assert_in_range(len, 1, sizeof text - 1);
        wc_slice bytes = stored(arena, text);
        size_t bad;
        assert_status(decode(arena, bytes, &bad), WC_OK);
        check_cuts(arena, bytes, 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_every_section_that_is_cut_short),
        cmocka_unit_test(refuses_every_last_row_that_is_cut_short),
        cmocka_unit_test(refuses_every_type_that_is_cut_short),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
