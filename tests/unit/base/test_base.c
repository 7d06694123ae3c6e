/* Assertions, status codes and slices. */
#define _POSIX_C_SOURCE 200809L /* jumping out of a signal */
#include "vm/base/base.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>

#include "tests/support/test.h"
#include "vm/base/slice.h"

static jmp_buf escape;
static const char *seen_condition;
static const char *seen_file;
static int seen_line;

static void remember(const char *condition, const char *file, int line)
{
    seen_condition = condition;
    seen_file = file;
    seen_line = line;
    longjmp(escape, 1);
}

static void a_failed_assertion_calls_the_handler_with_its_place(void **state)
{
    (void)state;
    wc_assert_set_handler(remember);
    volatile int energy = 0;
    int line = __LINE__ + 1;
    if (setjmp(escape) == 0) wc_assert(energy > 0);
    wc_assert_set_handler(NULL);
    assert_string_equal(seen_condition, "energy > 0");
    assert_string_equal(seen_file, "tests/unit/base/test_base.c"); /* relative in every folder */
    assert_int_equal(seen_line, line);
}

static sigjmp_buf stopped;

static void jump_out(int signal)
{
    siglongjmp(stopped, signal);
}

/* Nothing goes on behind it: the program is stopped by a signal, which no library is needed for. */
static void a_failed_assertion_without_a_handler_stops_the_program(void **state)
{
    (void)state;
    static const int signals[] = {SIGILL, SIGTRAP, SIGABRT}; /* by machine and sanitizer */
    struct sigaction jump = {.sa_handler = jump_out, .sa_flags = SA_NODEFER}, before[3];
    for (size_t i = 0; i < WC_ARRAY_LEN(signals); i++) {
        assert_int_equal(sigaction(signals[i], &jump, &before[i]), 0);
    }
    wc_assert_set_handler(NULL);
    int signal = sigsetjmp(stopped, 1);
    if (signal == 0) wc_assert_failed("energy > 0", "here", 1);
    for (size_t i = 0; i < WC_ARRAY_LEN(signals); i++) {
        assert_int_equal(sigaction(signals[i], &before[i], NULL), 0);
    }
    assert_true(signal == SIGILL || signal == SIGTRAP || signal == SIGABRT);
}

static void a_true_assertion_is_silent(void **state)
{
    (void)state;
    wc_assert_set_handler(NULL);
    wc_assert(1 + 1 == 2);
}

/* Unlike the table test below, this one does not read the .def file. */
static void status_numbers_stay_as_published(void **state)
{
    (void)state;
    assert_int_equal(WC_OK, 0);
    assert_int_equal(WC_NO_MEMORY, 1);
    assert_int_equal(WC_TRUNCATED, 3);
    assert_int_equal(WC_OVERFLOW, 10);
    assert_int_equal(WC_INEXACT, 12);
    assert_int_equal(WC_CORRUPT, 16);
    assert_int_equal(WC_SEAL_DIFFERS, 19);
    assert_int_equal(WC_FOREIGN_FOLDER, 28);
}

static void every_status_has_a_name_and_a_sentence(void **state)
{
    (void)state;
#define WC_STATUS(number, name, text)                                                              \
    assert_string_equal(wc_status_name(WC_##name), #name);                                         \
    assert_string_equal(wc_status_text(WC_##name), text);
#include "vm/base/status.def"
#undef WC_STATUS
}

static void status_numbers_are_dense_so_none_was_reused(void **state)
{
    (void)state;
    int next = 0;
#define WC_STATUS(number, name, text) assert_int_equal(WC_##name, next++);
#include "vm/base/status.def"
#undef WC_STATUS
    assert_string_equal(wc_status_name((wc_status)next), "UNKNOWN");
    assert_non_null(wc_status_text((wc_status)next));
}

static void slices_sort_by_bytes_with_a_prefix_first(void **state)
{
    (void)state;
    const wc_str ordered[] = {WC_STR(""),  WC_STR("\x01"), WC_STR("a"),   WC_STR("ab"),
                              WC_STR("b"), WC_STR("\x80"), WC_STR("\xff")};
    for (size_t i = 0; i < WC_ARRAY_LEN(ordered); i++) {
        for (size_t j = 0; j < WC_ARRAY_LEN(ordered); j++) {
            int order = wc_str_compare(ordered[i], ordered[j]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
            assert_int_equal(wc_str_equal(ordered[i], ordered[j]), i == j);
        }
    }
}

static void empty_slices_are_equal_without_data(void **state)
{
    (void)state;
    wc_slice none = {NULL, 0};
    wc_slice empty = wc_slice_of("x", 0);
    assert_true(wc_slice_equal(none, empty));
    assert_int_equal(wc_slice_compare(none, empty), 0);
    assert_true(wc_slice_compare(none, wc_slice_of("x", 1)) < 0);
    assert_false(wc_slice_equal(wc_slice_of("x", 1), wc_slice_of("y", 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_assertion_calls_the_handler_with_its_place),
        cmocka_unit_test(a_failed_assertion_without_a_handler_stops_the_program),
        cmocka_unit_test(a_true_assertion_is_silent),
        cmocka_unit_test(status_numbers_stay_as_published),
        cmocka_unit_test(every_status_has_a_name_and_a_sentence),
        cmocka_unit_test(status_numbers_are_dense_so_none_was_reused),
        cmocka_unit_test(slices_sort_by_bytes_with_a_prefix_first),
        cmocka_unit_test(empty_slices_are_equal_without_data),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
