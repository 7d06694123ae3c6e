/* The seven sample programs of the language's first draft: as they were written, with the faults
 * that the checker must find, and corrected, without any. And the wording of common messages. */
#include "tests/unit/sema/bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/golden.h"

static const char *const names[] = {"0_units",     "1_ppa",  "2_cfd", "3_auction",
                                    "4_ancillary", "5_bank", "6_vpp"};

static wc_slice sample(const char *folder, const char *name)
{
    char path[512];
    int len = snprintf(path, sizeof(path), "%s/%s/%s.clause", WC_TEST_DATA, folder, name);
    assert_true(len > 0 && (size_t)len < sizeof(path));
    return wc_test_read_file(path);
}

static void release(wc_slice bytes)
{
    union {
        const uint8_t *from;
        void *to;
    } data = {.from = bytes.data};

    free(data.to);
}

static void the_drafts_have_the_faults_that_are_known(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    for (size_t i = 0; i < WC_ARRAY_LEN(names); i++) {
        wc_slice text = sample("samples", names[i]);
        bench_check(&b, (wc_str){(const char *)text.data, text.len});
        char path[512];
        (void)snprintf(path, sizeof(path), "../../golden/sema/sample_%s.txt", names[i]);
        const char *report = bench_render(&b);
        wc_golden_check(path, wc_slice_of(report, strlen(report)));
        release(text);
    }
    bench_close(&b);
}

/* Contracts with a fault in every line: found, needed, and what to try. */
static void messages_name_what_was_found_and_needed(void **state)
{
    static const char *const files[] = {"messages", "slips"};

    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(files); i++) {
        bench b;
        char path[512];
        bench_open(&b);
        wc_slice text = sample(".", files[i]);
        bench_check(&b, (wc_str){(const char *)text.data, text.len});
        (void)snprintf(path, sizeof(path), "../../golden/sema/%s.txt", files[i]);
        const char *report = bench_render(&b);
        wc_golden_check(path, wc_slice_of(report, strlen(report)));
        release(text);
        bench_close(&b);
    }
}

static void the_corrected_ones_have_none(void **state)
{
    (void)state;
    bench b;
    bench_open(&b);
    for (size_t i = 0; i < WC_ARRAY_LEN(names); i++) {
        wc_slice text = sample("samples_fixed", names[i]);
        bench_check(&b, (wc_str){(const char *)text.data, text.len});
        if (b.diags.first != NULL) fail_msg("%s\n%s", names[i], bench_render(&b));
        assert_non_null(b.program);
        release(text);
    }
    bench_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_drafts_have_the_faults_that_are_known),
        cmocka_unit_test(messages_name_what_was_found_and_needed),
        cmocka_unit_test(the_corrected_ones_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
