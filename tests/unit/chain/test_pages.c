/* Blocks straight from the system: zero when taken, usable to the last byte, ended by a wall. */
#define _DEFAULT_SOURCE
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "node/chain/pages.h"
#include "tests/support/test.h"

static const size_t sizes[] = {1, 63, 64, 65, 4095, 65535 - 64, 65536 - 64, 65537, 16u << 20};

static void are_zero_aligned_and_usable_when_taken_again(void **state)
{
    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        for (size_t i = 0; i < WC_ARRAY_LEN(sizes); i++) {
            uint8_t *pages = wc_pages_take(sizes[i]);
            assert_non_null(pages);
            assert_int_equal((uintptr_t)pages % 64, 0);
            for (size_t at = 0; at < sizes[i]; at++) assert_int_equal(pages[at], 0);
            memset(pages, 0xa5, sizes[i]);
            wc_pages_give(pages);
        }
    }
    wc_pages_give(NULL);
}

static void end_at_a_wall(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(STDERR_FILENO); /* a sanitizer reports what it is meant to see here */
        volatile uint8_t *pages = wc_pages_take(128);
        pages[127] = 1;
        pages[128] = 1;
        _exit(0);
    }
    int ended;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_false(WIFEXITED(ended) && WEXITSTATUS(ended) == 0);
}

static void say_when_there_is_no_such_memory(void **state)
{
    (void)state;
    assert_null(wc_pages_take((size_t)1 << 60));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(are_zero_aligned_and_usable_when_taken_again),
        cmocka_unit_test(end_at_a_wall),
        cmocka_unit_test(say_when_there_is_no_such_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
