/* CSV files row by row: columns by name, and every damage named with its place. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "node/import/csv.h"
#include "tests/support/test.h"

static char path[] = "/tmp/wattclause-csv-XXXXXX";
static uint64_t rows_seen;
static char seen[512];

static int make_file(void **state)
{
    (void)state;
    int file = mkstemp(path);
    return file < 0 ? -1 : close(file);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

static bool collect(void *self, const wc_csv_row *row, wc_csv_problem *problem)
{
    (void)problem;
    size_t used = strlen(seen);
    assert_int_equal(row->number, rows_seen);
    rows_seen++;
    for (size_t i = 0; i < row->count; i++) {
        used +=
            (size_t)snprintf(seen + used, sizeof(seen) - used, "%.*s|", WC_STR_ARG(row->fields[i]));
    }
    return self == NULL;
}

static wc_status read_text(const char *text, wc_csv_problem *problem)
{
    static const char *const wanted[] = {"b", "a"};
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    rows_seen = 0;
    seen[0] = '\0';
    return wc_csv_read(path, wanted, 2, collect, NULL, problem);
}

static void columns_are_found_by_name_in_any_order(void **state)
{
    (void)state;
    wc_csv_problem problem;
    assert_status(read_text("a,x,b\n1,2,3\n4,5,6\n", &problem), WC_OK);
    assert_string_equal(seen, "3|1|6|4|");
    assert_status(read_text("a,b\r\n1,2\r\n", &problem), WC_OK);
    assert_string_equal(seen, "2|1|");
}

static void quoted_fields_keep_commas_quotes_and_line_ends(void **state)
{
    (void)state;
    wc_csv_problem problem;
    assert_status(read_text("a,b\n\"1,5\",\"say \"\"x\"\"\"\n\"two\nlines\",2\n", &problem), WC_OK);
    assert_string_equal(seen, "say \"x\"|1,5|2|two\nlines|");
}

static void the_last_line_may_lack_its_end(void **state)
{
    (void)state;
    wc_csv_problem problem;
    assert_status(read_text("a,b\n1,2", &problem), WC_OK);
    assert_string_equal(seen, "2|1|");
}

static void a_missing_column_is_named(void **state)
{
    (void)state;
    wc_csv_problem problem;
    assert_status(read_text("a,c\n1,2\n", &problem), WC_OUT_OF_DOMAIN);
    assert_string_equal(problem.column, "b");
    assert_int_equal(rows_seen, 0);
}

static void rows_of_another_length_are_refused_with_their_number(void **state)
{
    (void)state;
    wc_csv_problem problem;
    assert_status(read_text("a,b\n1,2\n3\n", &problem), WC_OUT_OF_DOMAIN);
    assert_int_equal(problem.row, 1);
    assert_status(read_text("a,b\n1,2,3\n", &problem), WC_OUT_OF_DOMAIN);
    assert_int_equal(problem.row, 0);
}

static void open_quotes_are_refused(void **state)
{
    (void)state;
    wc_csv_problem problem;
    assert_status(read_text("a,b\n1,\"2\n", &problem), WC_OUT_OF_DOMAIN);
    assert_status(read_text("a,b\n1,2\"3\n", &problem), WC_OUT_OF_DOMAIN);
}

static void a_field_of_256_bytes_fits_and_of_257_does_not(void **state)
{
    char text[400] = "a,b\n1,";
    wc_csv_problem problem;
    (void)state;
    memset(text + 6, 'x', 256);
    text[262] = '\n';
    assert_status(read_text(text, &problem), WC_OK);
    memcpy(text + 262, "x\n", 3);
    assert_status(read_text(text, &problem), WC_OUT_OF_DOMAIN);
    assert_string_equal(problem.column, "b");
}

static void an_absent_file_is_not_found(void **state)
{
    static const char *const wanted[] = {"a"};
    wc_csv_problem problem;
    (void)state;
    assert_status(wc_csv_read("/nonexistent/file.csv", wanted, 1, collect, NULL, &problem),
                  WC_NOT_FOUND);
    assert_string_equal(problem.path, "/nonexistent/file.csv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name_in_any_order),
        cmocka_unit_test(quoted_fields_keep_commas_quotes_and_line_ends),
        cmocka_unit_test(the_last_line_may_lack_its_end),
        cmocka_unit_test(a_missing_column_is_named),
        cmocka_unit_test(rows_of_another_length_are_refused_with_their_number),
        cmocka_unit_test(open_quotes_are_refused),
        cmocka_unit_test(a_field_of_256_bytes_fits_and_of_257_does_not),
        cmocka_unit_test(an_absent_file_is_not_found),
    };
    return cmocka_run_group_tests(tests, make_file, remove_file);
}
