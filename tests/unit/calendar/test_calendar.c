/* Calendars over the shipped tables, against vectors from Python's zoneinfo
 * (tests/reference/make_calendar_vectors.py), and the reader of the tables. */
#include <stdio.h>
#include <stdlib.h>

#include "compiler/calendar.h"
#include "tests/support/test.h"

#define FIELDS_MAX 7u

static uint8_t memory[1 << 20];

static wc_arena fresh(void)
{
    wc_arena arena;
    wc_arena_init(&arena, memory, sizeof memory);
    return arena;
}

static wc_zone zone_of(const char *version, const char *name, wc_arena *arena)
{
    const wc_embedded *release = wc_tz_release(wc_str_of(version));
    assert_non_null(release);
    wc_zone zone = {0};
    assert_int_equal(wc_tz_find(release, wc_str_of(name), arena, &zone), WC_OK);
    return zone;
}

/* ---- vectors ------------------------------------------------------------------------------------
 */

typedef struct row {
    unsigned count;
    char *fields[FIELDS_MAX];
} row;

static row split_row(char *line)
{
    row r = {0};
    for (char *at = line; at != NULL;) {
        char *end = strpbrk(at, ",\n");
        assert_true(r.count < FIELDS_MAX);
        r.fields[r.count++] = at;
        at = end != NULL && *end == ',' ? end + 1 : NULL;
        if (end != NULL) *end = '\0';
    }
    return r;
}

static int64_t number(const row *r, unsigned index)
{
    assert_true(index < r->count);
    return strtoll(r->fields[index], NULL, 10);
}

static int64_t first_of(int64_t date, int64_t steps, unsigned unit)
{
    int64_t first = 0;
    assert_int_equal(wc_date_first(date, steps, (wc_date_unit)unit, &first), WC_OK);
    return first;
}

static int64_t start_of(const wc_zone *zone, int64_t date)
{
    int64_t instant = 0;
    assert_int_equal(wc_zone_instant(zone, date * WC_DAY_SECONDS, &instant), WC_OK);
    return instant;
}

static bool check_row(const wc_zone *zone, const row *r)
{
    int64_t out = 0;
    wc_status status = WC_OK;
    const char *kind = r->fields[0];
    if (strcmp(kind, "quarters") == 0) {
        int64_t date = number(r, 2);
        return (start_of(zone, date + 1) - start_of(zone, date)) / 900 == number(r, 3);
    }
    if (strcmp(kind, "unit") == 0) {
        int64_t first = first_of(number(r, 2), number(r, 3), (unsigned)number(r, 4));
        int64_t next = first_of(first, 1, (unsigned)number(r, 4));
        return start_of(zone, first) == number(r, 5) && start_of(zone, next) == number(r, 6);
    }
    if (strcmp(kind, "local") == 0) status = wc_zone_local(zone, number(r, 2), &out);
    if (strcmp(kind, "instant") == 0) status = wc_zone_instant(zone, number(r, 2), &out);
    if (strcmp(kind, "date") == 0) status = wc_zone_date(zone, number(r, 2), &out);
    return status == WC_OK && out == number(r, 3);
}

static void local_clocks_agree_with_another_implementation(void **state)
{
    (void)state;
    FILE *file = fopen(WC_TEST_DATA "/vectors/calendar.csv", "r");
    assert_non_null(file);
    char line[256];
    unsigned checked = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        char shown[256];
        if (line[0] == '#') continue;
        memcpy(shown, line, sizeof shown);
        row r = split_row(line);
        wc_arena arena = fresh();
        wc_zone zone = zone_of("2026a", r.fields[1], &arena);
        if (!check_row(&zone, &r)) fail_msg("%s", shown);
        checked++;
    }
    assert_true(checked > 3000);
    (void)fclose(file);
}

/* Energy-market days that everybody knows. */
static void short_and_long_days_have_92_and_100_quarters(void **state)
{
    (void)state;

    static const struct {
        const char *zone;
        int64_t date, quarters;
    } rows[] = {{"Europe/Berlin", 20541, 92},    {"Europe/Berlin", 20751, 100},
                {"Europe/Berlin", 20542, 96},    {"Asia/Shanghai", 20541, 96},
                {"Asia/Shanghai", 20751, 96},    {"Asia/Shanghai", 5967, 92},
                {"America/New_York", 20520, 92}, {"Australia/Brisbane", 20548, 96},
                {"Australia/Sydney", 20548, 100}};

    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        wc_arena arena = fresh();
        wc_zone zone = zone_of("2026f", rows[i].zone, &arena);
        int64_t length = start_of(&zone, rows[i].date + 1) - start_of(&zone, rows[i].date);
        if (length / 900 != rows[i].quarters) fail_msg("%s: %d", rows[i].zone, (int)(length / 900));
    }
}

/* Days follow one another, and an instant belongs to the day that contains it. */
static void days_divide_all_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < wc_tz_file_count; i++) {
        wc_str name;
        size_t at = 0;
        while (wc_tz_next(&wc_tz_files[i], &at, &name)) {
            wc_arena arena = fresh();
            wc_zone zone;
            assert_int_equal(wc_tz_find(&wc_tz_files[i], name, &arena, &zone), WC_OK);
            int64_t before = start_of(&zone, 1);
            for (int64_t date = 2; date < 47846; date++) {
                int64_t start = start_of(&zone, date), found = 0;
                assert_true(start > before);
                before = start;
                assert_int_equal(wc_zone_date(&zone, start, &found), WC_OK);
                assert_int_equal(found, date);
                assert_int_equal(wc_zone_date(&zone, start - 1, &found), WC_OK);
                assert_int_equal(found, date - 1);
            }
        }
    }
}

/* ---- the tables --------------------------------------------------------------------------------
 */

static void releases_and_zones_ascend(void **state)
{
    (void)state;
    assert_true(wc_tz_file_count >= 2);
    for (size_t i = 0; i < wc_tz_file_count; i++) {
        if (i > 0) assert_true(strcmp(wc_tz_files[i - 1].path, wc_tz_files[i].path) < 0);
        wc_str name, before = {"", 0};
        size_t at = 0;
        unsigned count = 0;
        for (; wc_tz_next(&wc_tz_files[i], &at, &name); count++) {
            assert_true(wc_str_compare(before, name) < 0);
            before = name;
        }
        assert_int_equal(count, 9);
    }
    assert_null(wc_tz_release(WC_STR("2026")));
}

/* What a damaged text answers. */
static void tables_that_are_not_of_the_form_are_refused(void **state)
{
    (void)state;

    static const struct {
        const char *text;
        wc_status status;
    } rows[] = {
        {"tzdata x\nzone A 0\n", WC_OK},
        {"# note\ntzdata x # note\n\nzone B 1\nzone A -3600 # west\n10 0\n20 -3600\n", WC_OK},
        {"tzdata x\nzone B 0\n", WC_NOT_FOUND},
        {"", WC_OUT_OF_DOMAIN},
        {"tzdata y\nzone A 0\n", WC_OUT_OF_DOMAIN},
        {"zone A 0\n", WC_OUT_OF_DOMAIN},
        {"tzdata\tx\r\nzone\tA -64800\r\n", WC_OK},
        {"tzdata x\nzone A\n", WC_OUT_OF_DOMAIN},
        {"tzdata x\nzone A -64801\n", WC_OUT_OF_DOMAIN},
        {"tzdata x\nzone A .5\n", WC_OUT_OF_DOMAIN},
        {"tzdata x\nzone B 0\nzone A", WC_OUT_OF_DOMAIN},
        {"tzdata x\nzone A 64801\n", WC_OUT_OF_DOMAIN},
        {"tzdata x\nzone A 0x1\n", WC_OUT_OF_DOMAIN},
        {"tzdata x\nzone A -\n", WC_OUT_OF_DOMAIN},
        {"tzdata x\nzone A 0\n10\n", WC_OUT_OF_DOMAIN},
        {"tzdata x\nzone A 0\n10 3600 7\n", WC_OUT_OF_DOMAIN},
        {"tzdata x\nzone A 0\n10 0\n", WC_OUT_OF_DOMAIN},
        {"tzdata x\nzone A 0\n20 3600\n10 0\n", WC_OUT_OF_DOMAIN},
        {"tzdata x\nzone A 0\n1234567890123 3600\n", WC_OUT_OF_DOMAIN},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        wc_arena arena = fresh();
        const wc_embedded release = {"x", rows[i].text, strlen(rows[i].text)};
        wc_zone zone = {.count = 77};
        wc_status status = wc_tz_find(&release, WC_STR("A"), &arena, &zone);
        if (status != rows[i].status) fail_msg("%zu: %s", i, wc_status_name(status));
        if (status != WC_OK) assert_int_equal(zone.count, 77);
    }
    /* One shift more than a zone may have. */
    static char long_text[20 * (WC_ZONE_SHIFTS_MAX + 3)];
    size_t len = (size_t)snprintf(long_text, sizeof long_text, "tzdata x\nzone A 0\n");
    for (int i = 0; i <= (int)WC_ZONE_SHIFTS_MAX; i++) {
        len += (size_t)snprintf(long_text + len, sizeof long_text - len, "%d %d\n", 10 * i,
                                i % 2 == 0 ? 3600 : 0);
    }
    wc_arena arena = fresh();
    wc_zone zone;
    assert_status(wc_tz_find(&(wc_embedded){"x", long_text, len}, WC_STR("A"), &arena, &zone),
                  WC_OUT_OF_DOMAIN);
    wc_arena_init(&arena, memory, 16);
    wc_status status =
        wc_tz_find(wc_tz_release(WC_STR("2026a")), WC_STR("Europe/Berlin"), &arena, &zone);
    assert_int_equal(status, WC_NO_MEMORY);
}

static void tables_have_one_form(void **state)
{
    (void)state;
    static wc_shift many[WC_ZONE_SHIFTS_MAX + 1];
    for (uint16_t i = 0; i <= WC_ZONE_SHIFTS_MAX; i++) {
        many[i] = (wc_shift){86400 * (i + 1), i % 2 == 0 ? 3600 : 0};
    }
    assert_int_equal(wc_zone_check(&(wc_zone){0, WC_ZONE_SHIFTS_MAX, many}), WC_OK);
    assert_int_equal(wc_zone_check(&(wc_zone){0, WC_ZONE_SHIFTS_MAX + 1, many}), WC_TOO_LARGE);
    assert_int_equal(wc_zone_check(&(wc_zone){WC_OFFSET_MAX, 0, NULL}), WC_OK);
    assert_int_equal(wc_zone_check(&(wc_zone){WC_OFFSET_MAX + 1, 0, NULL}), WC_OUT_OF_DOMAIN);
    assert_int_equal(wc_zone_check(&(wc_zone){-WC_OFFSET_MAX - 1, 0, NULL}), WC_OUT_OF_DOMAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_clocks_agree_with_another_implementation),
        cmocka_unit_test(short_and_long_days_have_92_and_100_quarters),
        cmocka_unit_test(days_divide_all_time),
        cmocka_unit_test(releases_and_zones_ascend),
        cmocka_unit_test(tables_that_are_not_of_the_form_are_refused),
        cmocka_unit_test(tables_have_one_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
