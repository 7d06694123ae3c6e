/* Arena: alignment, zeroing, the exact end, rewinding, and every allocation failing once. */
#include "vm/base/arena.h"

#include "tests/support/test.h"

#define SIZE 256u

static _Alignas(16) uint8_t memory[SIZE];

static wc_arena fresh(size_t size)
{
    wc_arena arena;
    memset(memory, 0xa5, sizeof memory);
    wc_arena_init(&arena, memory, size);
    return arena;
}

static void grants_zeroed_memory_aligned_to_16(void **state)
{
    (void)state;
    wc_arena arena = fresh(SIZE);
    for (size_t size = 1; size <= 17; size += 4) {
        const uint8_t *object = wc_arena_alloc(&arena, 1, size);
        assert_non_null(object);
        assert_int_equal((uintptr_t)object % 16, 0);
        for (size_t i = 0; i < size; i++) assert_int_equal(object[i], 0);
    }
}

static void grants_the_last_byte_and_not_one_more(void **state)
{
    (void)state;
    for (size_t size = 60; size <= 68; size++) {
        wc_arena arena = fresh(size);
        assert_non_null(wc_arena_alloc(&arena, size - 1, 1));
        arena = fresh(size);
        assert_non_null(wc_arena_alloc(&arena, size, 1));
        assert_null(wc_arena_alloc(&arena, 1, 1));
        arena = fresh(size);
        assert_null(wc_arena_alloc(&arena, size + 1, 1));
        assert_non_null(wc_arena_alloc(&arena, size, 1)); /* a refusal leaves it usable */
    }
}

static void refuses_a_size_that_wraps(void **state)
{
    (void)state;
    wc_arena arena = fresh(SIZE);
    assert_null(wc_arena_alloc(&arena, SIZE_MAX, 2));
    assert_null(wc_arena_alloc(&arena, SIZE_MAX / 2 + 1, 2));
    assert_null(wc_arena_alloc(&arena, 1, SIZE_MAX));
    assert_int_equal(arena.used, 0);
}

static void grants_nothing_as_a_pointer(void **state)
{
    (void)state;
    wc_arena arena = fresh(0);
    assert_non_null(wc_arena_alloc(&arena, 0, 8));
    assert_null(wc_arena_alloc(&arena, 1, 1));
}

/* Raw memory: granted as the other, with what stood there before. */
static void grants_raw_memory_as_it_was(void **state)
{
    (void)state;
    wc_arena arena = fresh(SIZE);
    uint8_t *first = WC_ARENA_RAW(&arena, uint8_t, 5);
    assert_int_equal(arena.used, 16);
    memset(first, 7, 5);
    wc_arena_rewind(&arena, 0);
    assert_ptr_equal(WC_ARENA_RAW(&arena, uint8_t, 5), first);
    assert_int_equal(first[4], 7);
    assert_non_null(WC_ARENA_RAW(&arena, uint8_t, SIZE - 16)); /* the last byte */
    assert_null(WC_ARENA_RAW(&arena, uint8_t, 1));
    assert_null(wc_arena_alloc_raw(&arena, SIZE_MAX / 2, 3)); /* wraps */
    arena = fresh(SIZE);
    arena.fail_after = 1;
    assert_non_null(WC_ARENA_RAW(&arena, uint8_t, 1));
    assert_null(WC_ARENA_RAW(&arena, uint8_t, 1));
}

static void takes_what_was_written_ahead(void **state)
{
    (void)state;
    wc_arena arena = fresh(SIZE);
    size_t size;
    uint8_t *ahead = wc_arena_ahead(&arena, &size);
    assert_int_equal(size, SIZE);
    memset(ahead, 7, size);
    wc_arena_take(&arena, 5);
    assert_int_equal(arena.used, 16); /* the next object is aligned */
    uint8_t *next = wc_arena_alloc(&arena, 1, 1);
    assert_ptr_equal(next, ahead + 16);
    assert_int_equal(*next, 0);
    assert_int_equal(ahead[4], 7);
    assert_ptr_equal(wc_arena_ahead(&arena, &size), ahead + 32);
    assert_int_equal(size, SIZE - 32);
    wc_arena_take(&arena, size); /* the last byte */
    assert_null(wc_arena_alloc(&arena, 1, 1));
    arena = fresh(20);
    wc_arena_take(&arena, 19); /* the padding does not fit any more */
    assert_int_equal(arena.used, 20);
    arena = fresh(SIZE);
    arena.fail_after = 0;
    assert_null(wc_arena_ahead(&arena, &size));
}

static void copies_text_and_ends_it_with_a_nul(void **state)
{
    (void)state;
    wc_arena arena = fresh(SIZE);
    wc_str copy = wc_arena_str(&arena, WC_STR("电约 kWh"));
    assert_true(wc_str_equal(copy, WC_STR("电约 kWh")));
    assert_int_equal(copy.data[copy.len], 0);
    copy = wc_arena_str(&arena, (wc_str){NULL, 0});
    assert_non_null(copy.data);
    assert_int_equal(copy.len, 0);
}

static void answers_no_text_when_full(void **state)
{
    (void)state;
    wc_arena arena = fresh(4);
    assert_null(wc_arena_str(&arena, WC_STR("four")).data); /* no place for the NUL */
    assert_null(wc_arena_str(&arena, (wc_str){"", SIZE_MAX}).data);
    assert_non_null(wc_arena_str(&arena, WC_STR("yes")).data);
}

static void rewinds_to_a_mark(void **state)
{
    (void)state;
    wc_arena arena = fresh(SIZE);
    assert_non_null(WC_ARENA_NEW(&arena, uint64_t));
    size_t mark = wc_arena_mark(&arena);
    uint64_t *first = WC_ARENA_ARRAY(&arena, uint64_t, 4);
    first[3] = 7;
    wc_arena_rewind(&arena, mark);
    uint64_t *again = WC_ARENA_ARRAY(&arena, uint64_t, 4);
    assert_ptr_equal(first, again);
    assert_int_equal(again[3], 0);
}

/* A job of three allocations; says how many it got. */
static unsigned job(wc_arena *arena)
{
    if (WC_ARENA_NEW(arena, uint32_t) == NULL) return 0;
    if (wc_arena_str(arena, WC_STR("meter")).data == NULL) return 1;
    if (WC_ARENA_ARRAY(arena, uint64_t, 3) == NULL) return 2;
    return 3;
}

static void fails_each_allocation_in_turn_when_told_to(void **state)
{
    (void)state;
    for (unsigned granted = 0; granted <= 4; granted++) {
        wc_arena arena = fresh(SIZE);
        arena.fail_after = granted;
        assert_int_equal(job(&arena), granted < 3 ? granted : 3);
        arena.fail_after = UINT64_MAX;
        assert_int_equal(job(&arena), 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grants_zeroed_memory_aligned_to_16),
        cmocka_unit_test(grants_the_last_byte_and_not_one_more),
        cmocka_unit_test(refuses_a_size_that_wraps),
        cmocka_unit_test(grants_nothing_as_a_pointer),
        cmocka_unit_test(grants_raw_memory_as_it_was),
        cmocka_unit_test(takes_what_was_written_ahead),
        cmocka_unit_test(copies_text_and_ends_it_with_a_nul),
        cmocka_unit_test(answers_no_text_when_full),
        cmocka_unit_test(rewinds_to_a_mark),
        cmocka_unit_test(fails_each_allocation_in_turn_when_told_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
