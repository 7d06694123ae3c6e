/* The ring year: every value against the reference's own reading of the same files. */
#include <stdio.h>

#include "node/demo/demo.h"
#include "tests/support/test.h"

#define DATA    WC_TEST_DATA "/citylearn2022"
#define VECTORS WC_TEST_DATA "/vectors/demo_quarters.csv"

static wc_year year;

static int read_year(void **state)
{
    wc_csv_problem problem;
    (void)state;
    return wc_year_read(&year, DATA, &problem) == WC_OK ? 0 : -1;
}

static int64_t number_of(wc_str field)
{
    int64_t value = -1;
    assert_status(wc_decimal_scale(field, 1, 0, &value), WC_OK);
    return value;
}

static bool compare_row(void *self, const wc_csv_row *row, wc_csv_problem *problem)
{
    uint32_t *count = self;
    int64_t day = number_of(row->fields[0]);
    uint32_t k = (uint32_t)number_of(row->fields[1]);
    (void)problem;
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
        assert_int_equal(wc_year_quarter(year.load_wh[home], day, k),
                         number_of(row->fields[2 + home]));
        assert_int_equal(wc_year_quarter(year.pv_wh[home], day, k),
                         number_of(row->fields[5 + home]));
    }
    assert_int_equal(wc_demo_generation(&year, day, k), number_of(row->fields[8]));
    int64_t retail = number_of(row->fields[9]);
    assert_int_equal(wc_demo_energy_price(&year, day, k), retail - 10500 - 2910 - 200);
    (*count)++;
    return true;
}

static void quarters_are_those_of_the_reference(void **state)
{
    static const char *const columns[] = {"day",  "quarter", "load_1", "load_2",    "load_3",
                                          "pv_1", "pv_2",    "pv_3",   "generator", "retail"};
    wc_csv_problem problem;
    uint32_t count = 0;
    (void)state;
    assert_status(wc_csv_read(VECTORS, columns, 10, compare_row, &count, &problem), WC_OK);
    assert_true(count > 400);
}

static void the_quarters_of_every_hour_add_up_to_it(void **state)
{
    (void)state;
    for (int64_t day = 1; day <= (int64_t)WC_YEAR_DAYS; day++) {
        for (uint32_t hour = 0; hour < 24; hour++) {
            int64_t sum = 0;
            for (uint32_t j = 0; j < 4; j++) {
                sum += wc_year_quarter(year.load_wh[1], day, 4 * hour + j);
            }
            assert_int_equal(sum, year.load_wh[1][wc_year_row(day, hour + 1)]);
        }
    }
}

static void the_year_is_a_ring_whose_row_0_is_its_last_hour(void **state)
{
    (void)state;
    assert_int_equal(wc_year_row(1, 1), 1);
    assert_int_equal(wc_year_row(365, 23), 8759);
    assert_int_equal(wc_year_row(365, 24), 0);
    assert_int_equal(wc_year_row(0, 24), 0); /* the evening before day 1 */
    assert_int_equal(wc_year_row(0, 1), wc_year_row(365, 1));
    assert_int_equal(wc_year_row(-9, 12), wc_year_row(356, 12));
    assert_int_equal(wc_year_row(366, 7), wc_year_row(1, 7));
}

static void homes_1_and_2_shed_two_fifths_in_the_event_hour_only(void **state)
{
    (void)state;
    for (uint32_t k = 0; k < WC_DAY_QUARTERS; k++) {
        for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
            int64_t plain = wc_demo_load(&year, home, 32, k, false);
            int64_t shed = wc_demo_load(&year, home, 32, k, true);
            bool has_event = k >= 72 && k <= 75 && home < 2;
            int64_t tenths = 10 * (plain - shed); /* 4 plain, rounded half up to a whole Wh */
            if (!has_event) assert_int_equal(shed, plain);
            if (has_event) assert_in_range(tenths - 4 * plain + 4, 0, 9);
        }
    }
}

static void dates_follow_the_gregorian_calendar(void **state)
{
    static const struct {
        int64_t days;
        const char *weekday, *date;
    } rows[] = {{0, "Thu", "1970-01-01"},     {19205, "Mon", "2022-08-01"},
                {19236, "Thu", "2022-09-01"}, {11016, "Tue", "2000-02-29"},
                {11017, "Wed", "2000-03-01"}, {19569, "Mon", "2023-07-31"},
                {19781, "Wed", "2024-02-28"}, {19782, "Thu", "2024-02-29"},
                {47540, "Sun", "2100-02-28"}, {47541, "Mon", "2100-03-01"}};

    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        wc_date_text text = wc_demo_date(rows[i].days * 86400 + 86399);
        assert_string_equal(text.date, rows[i].date);
        assert_string_equal(text.weekday, rows[i].weekday);
    }
}

static void a_folder_without_the_files_is_named(void **state)
{
    static wc_year other;
    wc_csv_problem problem;
    (void)state;
    assert_status(wc_year_read(&other, WC_TEST_DATA "/vectors", &problem), WC_NOT_FOUND);
    assert_non_null(strstr(problem.path, "Building_1.csv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quarters_are_those_of_the_reference),
        cmocka_unit_test(the_quarters_of_every_hour_add_up_to_it),
        cmocka_unit_test(the_year_is_a_ring_whose_row_0_is_its_last_hour),
        cmocka_unit_test(homes_1_and_2_shed_two_fifths_in_the_event_hour_only),
        cmocka_unit_test(dates_follow_the_gregorian_calendar),
        cmocka_unit_test(a_folder_without_the_files_is_named),
    };
    return cmocka_run_group_tests(tests, read_year, NULL);
}
