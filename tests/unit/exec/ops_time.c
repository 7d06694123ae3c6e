/* Calendar instructions, on small tables whose answers are worked out by hand; real zones are held
 * against another implementation in tests/unit/calendar. And instructions on whole series. */
#include "tests/unit/exec/ops.h"
#include "tests/unit/exec/rig.h"

#define I(x) INT64_C(x)
#define DAY  I(86400)
#define END  I(4133980800) /* 2101-01-01T00:00:00Z */

/* ---- calendars ----------------------------------------------------------------------------------
 * 0: one hour east; on day 10 at local 01:00 the clock goes to 02:00, on day 20 at 02:00 to 01:00
 * 1: no offset; on day 10 at local 00:01 the clock goes back to 23:01 of day 9
 * 2: ten hours west; on day 10 at local 00:00 the clock goes to day 11, 00:00 */

typedef struct calendar_case {
    wc_op op;
    uint16_t calendar;
    int64_t value, expected; /* expected NONE: trap CALENDAR */
} calendar_case;

#define NONE INT64_MIN

static const calendar_case calendar_cases[] = {
    {WC_OP_clocal, 0, 0, 3600},
    {WC_OP_clocal, 0, -1, NONE},
    {WC_OP_clocal, 0, END, END + 3600},
    {WC_OP_clocal, 0, END + 1, NONE},
    {WC_OP_clocal, 0, INT64_MAX, NONE},
    {WC_OP_clocal, 0, 10 * DAY - 1, 10 * DAY + 3599},
    {WC_OP_clocal, 0, 10 * DAY, 10 * DAY + 7200},
    {WC_OP_clocal, 0, 20 * DAY - 1, 20 * DAY + 7199},
    {WC_OP_clocal, 0, 20 * DAY, 20 * DAY + 3600},
    {WC_OP_clocal, 2, 0, -36000},
    {WC_OP_ctime, 0, 3600, 0},
    {WC_OP_ctime, 0, 3599, NONE},
    {WC_OP_ctime, 0, END + 3600, END},
    {WC_OP_ctime, 0, END + 3601, NONE},
    {WC_OP_ctime, 0, INT64_MIN, NONE},
    {WC_OP_ctime, 0, INT64_MAX, NONE},
    {WC_OP_ctime, 0, 10 * DAY + 3599, 10 * DAY - 1},
    {WC_OP_ctime, 0, 10 * DAY + 3600, 10 * DAY}, /* skipped: the end of the gap */
    {WC_OP_ctime, 0, 10 * DAY + 7199, 10 * DAY},
    {WC_OP_ctime, 0, 10 * DAY + 7200, 10 * DAY},
    {WC_OP_ctime, 0, 20 * DAY + 3600, 20 * DAY - 3600}, /* shown twice: the first */
    {WC_OP_ctime, 0, 20 * DAY + 7199, 20 * DAY - 1},
    {WC_OP_ctime, 0, 20 * DAY + 7200, 20 * DAY + 3600},
    {WC_OP_ctime, 1, 10 * DAY, 10 * DAY},
    {WC_OP_ctime, 1, 11 * DAY, 11 * DAY + 3600},
    {WC_OP_ctime, 2, 10 * DAY, 10 * DAY + 36000}, /* a day that never was begins where it ends */
    {WC_OP_ctime, 2, 11 * DAY, 10 * DAY + 36000},
    {WC_OP_cdate, 0, 0, 0},
    {WC_OP_cdate, 0, -1, NONE},
    {WC_OP_cdate, 0, END + 1, NONE},
    {WC_OP_cdate, 0, DAY - 3601, 0},
    {WC_OP_cdate, 0, DAY - 3600, 1},
    {WC_OP_cdate, 1, 10 * DAY - 1, 9},
    {WC_OP_cdate, 1, 10 * DAY, 10},
    {WC_OP_cdate, 1, 10 * DAY + 60, 10}, /* 23:01 again, but day 10 has begun */
    {WC_OP_cdate, 1, 11 * DAY + 3599, 10},
    {WC_OP_cdate, 1, 11 * DAY + 3600, 11},
    {WC_OP_cdate, 2, 10 * DAY + 35999, 9},
    {WC_OP_cdate, 2, 10 * DAY + 36000, 11},
    {WC_OP_cdate, 2, 0, -1},
};

static void emit_calendar(wc_rig *rig, wc_op op, uint16_t to, uint16_t value, uint16_t calendar)
{
    wc_builder_emit(rig->b, &(wc_instr){op, {to, value, calendar}});
}

static void local_clocks_have_gaps_and_repeat(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(calendar_cases); i++) {
        const calendar_case *c = &calendar_cases[i];
        wc_rig rig;
        rig_case(&rig, c->op);
        uint16_t x = rig_int(&rig);
        emit_calendar(&rig, c->op, x, rig_number(&rig, c->value), c->calendar);
        rig_put(&rig, x);
        rig_close(&rig);
        rig_run(&rig);
        if (c->expected == NONE) {
            rig_expect_trap(&rig, WC_TRAP_CALENDAR);
        } else {
            int64_t out[RIG_OUT_MAX];
            assert_int_equal(rig_outputs(&rig, out), 1);
            if (out[0] != c->expected) {
                fail_msg("case %zu: %lld, not %lld", i, (long long)out[0], (long long)c->expected);
            }
        }
        rig_drop(&rig);
    }
}

/* Dates by number: 20511 is 2026-02-27, a Friday; 19782 is 2024-02-29. From Python's datetime. */
static const struct date_case {
    int64_t date, steps;
    uint16_t unit;
    int64_t expected;
} date_cases[] = {
    {20511, 0, 0, 20511},    {20511, 1, 0, 20512},     {20511, 0, 1, 20507},
    {20511, -1, 1, 20500},   {20511, 0, 2, 20485},     {20511, 1, 2, 20513},
    {20511, -2, 2, 20423},   {20511, 11, 2, 20819},    {20511, 0, 3, 20454},
    {20511, 3, 3, 20727},    {20511, 0, 4, 20454},     {20511, -56, 4, 0},
    {19782, 12, 2, 20120},   {-1, 0, 2, -31},          {-719162, 0, 4, -719162},
    {-719162, -1, 0, NONE},  {2932896, 0, 0, 2932896}, {2932896, 1, 0, NONE},
    {2932896, 1, 2, NONE},   {2932897, 0, 0, NONE},    {-719163, 0, 0, NONE},
    {0, INT64_MAX, 2, NONE}, {0, INT64_MIN, 4, NONE},  {0, 3652058, 4, NONE},
};

static void dates_are_counted_by_calendar_units(void **state)
{
    (void)state;
    for (size_t i = 0; i < WC_ARRAY_LEN(date_cases); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_dfirst);
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, dfirst, x, rig_number(&rig, date_cases[i].date),
                 rig_number(&rig, date_cases[i].steps), date_cases[i].unit);
        rig_put(&rig, x);
        rig_close(&rig);
        rig_run(&rig);
        if (date_cases[i].expected == NONE) {
            rig_expect_trap(&rig, WC_TRAP_CALENDAR);
            rig_expect_operands(&rig, 2, date_cases[i].date, date_cases[i].steps);
        } else {
            rig_expect_out(&rig, 1, date_cases[i].expected);
        }
        rig_drop(&rig);
    }
}

static void dates_have_parts(void **state)
{
    (void)state;

    static const struct {
        int64_t date, year, month, day, weekday, yearday;
    } rows[] = {{20511, 2026, 2, 27, 5, 58}, {19782, 2024, 2, 29, 4, 60},
                {0, 1970, 1, 1, 4, 1},       {-1, 1969, 12, 31, 3, 365},
                {-719162, 1, 1, 1, 1, 1},    {2932896, 9999, 12, 31, 5, 365},
                {47540, 2100, 2, 28, 7, 59}, {47541, 2100, 3, 1, 1, 60}};

    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_dpart);
        uint16_t date = rig_number(&rig, rows[i].date);
        for (uint16_t part = 0; part < 5; part++) {
            uint16_t x = rig_int(&rig);
            RIG_EMIT(&rig, dpart, x, date, part);
            rig_put(&rig, x);
        }
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_out(&rig, 5, rows[i].year, rows[i].month, rows[i].day, rows[i].weekday,
                       rows[i].yearday);
        rig_drop(&rig);
    }
    static const int64_t outside[] = {-719163, 2932897, INT64_MIN, INT64_MAX};
    for (size_t i = 0; i < WC_ARRAY_LEN(outside); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_dpart);
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, dpart, x, rig_number(&rig, outside[i]), 0);
        rig_put(&rig, x);
        rig_close(&rig);
        rig_run(&rig);
        rig_expect_trap(&rig, WC_TRAP_CALENDAR);
        rig_drop(&rig);
    }
}

/* ---- series ------------------------------------------------------------------------------------
 * series<int, 900, 4>; longer is series<int, 1800, 2> */

static uint16_t series_of(wc_rig *rig, const char *pattern, int64_t start, int64_t values[4],
                          const int qualities[4])
{
    wc_slice abi = rig_abi(rig, pattern, start, 4, values[0], values[1], values[2], values[3],
                           qualities[0], qualities[1], qualities[2], qualities[3]);
    return rig_copy(rig, rig->t.series, abi);
}

#define FOUR "qwqqqqbbbb"

/* 5 measured, missing, missing, 8 estimated, from 1,800 on. */
static uint16_t gaps(wc_rig *rig)
{
    return series_of(rig, FOUR, 1800, (int64_t[]){5, 0, 0, 8}, (const int[]){0, 3, 3, 1});
}

static uint16_t full(wc_rig *rig)
{
    return series_of(rig, FOUR, 1800, (int64_t[]){5, 6, 7, 9}, (const int[]){0, 2, 1, 0});
}

/* Start, length, then value and quality of each interval; -1 for the value of a missing one. */
static void put_series(wc_rig *rig, uint16_t series, uint16_t length)
{
    uint16_t x = rig_int(rig);
    RIG_EMIT(rig, ldf, x, series, 0);
    rig_put(rig, x);
    RIG_EMIT(rig, len, x, series);
    rig_put(rig, x);
    for (uint16_t i = 0; i < length; i++) {
        uint16_t index = rig_number(rig, i);
        uint16_t q = rig_int(rig);
        wc_label there = wc_builder_label(rig->b);
        RIG_EMIT(rig, qual, q, series, index);
        RIG_EMIT(rig, ldi, x, 0xffff, 0xffff);
        RIG_EMIT(rig, breq, q, rig_number(rig, 3), there);
        RIG_EMIT(rig, ldx, x, series, index);
        wc_builder_place(rig->b, there);
        rig_put(rig, x);
        rig_put(rig, q);
    }
}

static void run(wc_rig *rig)
{
    rig_close(rig);
    rig_run(rig);
}

static void traps(wc_rig *rig, wc_trap trap)
{
    run(rig);
    rig_expect_trap(rig, trap);
    rig_drop(rig);
}

static void a_new_series_is_missing_everywhere(void **state)
{
    (void)state;

    static const struct {
        int64_t start, length;
        bool fits;
    } rows[] = {{1800, 3, true},   {0, 0, true},     {-900, 4, true},          {1800, 5, false},
                {1800, -1, false}, {1801, 2, false}, {1800, INT64_MAX, false}, {1799, 0, false}};

    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_snew);
        uint16_t series = rig_new(&rig, rig.t.series);
        RIG_EMIT(&rig, snew, series, rig_number(&rig, rows[i].start),
                 rig_number(&rig, rows[i].length));
        if (!rows[i].fits) {
            traps(&rig, WC_TRAP_RANGE);
            continue;
        }
        put_series(&rig, series, i == 0 ? 3 : 0);
        run(&rig);
        if (i == 0) {
            rig_expect_out(&rig, 8, I(1800), I(3), I(-1), I(3), I(-1), I(3), I(-1), I(3));
        } else {
            rig_expect_out(&rig, 2, rows[i].start, rows[i].length);
        }
        rig_drop(&rig);
    }
}

static void set_one(wc_rig *rig, bool is_small, int64_t index, int64_t value, int64_t quality)
{
    rig_case(rig, WC_OP_sset);
    uint16_t series = rig_new(rig, is_small ? rig->t.series_of_small : rig->t.series);
    RIG_EMIT(rig, snew, series, rig_number(rig, 1800), rig_number(rig, 2));
    RIG_EMIT(rig, sset, series, rig_number(rig, index), rig_number(rig, value),
             rig_number(rig, quality));
    put_series(rig, series, 2);
}

static void intervals_are_set_one_by_one(void **state)
{
    (void)state;
    wc_rig rig;
    set_one(&rig, false, 1, -7, 2);
    run(&rig);
    rig_expect_out(&rig, 6, I(1800), I(2), I(-1), I(3), I(-7), I(2));
    rig_drop(&rig);
    set_one(&rig, false, 0, 7, 3); /* missing has no value, whatever is given */
    run(&rig);
    rig_expect_out(&rig, 6, I(1800), I(2), I(-1), I(3), I(-1), I(3));
    rig_drop(&rig);
    static const int64_t outside[] = {2, 4, -1, INT64_MAX};
    for (size_t i = 0; i < WC_ARRAY_LEN(outside); i++) {
        set_one(&rig, false, outside[i], 1, 0);
        traps(&rig, WC_TRAP_INDEX);
    }
    set_one(&rig, false, 0, 1, 4);
    traps(&rig, WC_TRAP_RANGE);
    set_one(&rig, false, 0, 1, -1);
    traps(&rig, WC_TRAP_RANGE);
    set_one(&rig, true, 0, 101, 0);
    traps(&rig, WC_TRAP_RANGE);
    set_one(&rig, true, 0, 101, 3); /* also of a missing one */
    traps(&rig, WC_TRAP_RANGE);
    set_one(&rig, true, 0, 100, 0);
    run(&rig);
    rig_expect_out(&rig, 6, I(1800), I(2), I(100), I(0), I(-1), I(3));
    rig_drop(&rig);
}

static void intervals_are_found_by_their_start(void **state)
{
    (void)state;

    static const struct {
        int64_t time, expected;
        wc_trap trap;
    } rows[] = {{1800, 0, 0},
                {2700, 1, 0},
                {5400, 4, 0}, /* the end */
                {6300, 0, WC_TRAP_INDEX},
                {900, 0, WC_TRAP_INDEX},
                {1801, 0, WC_TRAP_RANGE},
                {5399, 0, WC_TRAP_RANGE},
                {5401, 0, WC_TRAP_RANGE},
                {INT64_MIN, 0, WC_TRAP_INDEX},
                {INT64_MAX, 0, WC_TRAP_INDEX}};

    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_sidx);
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, sidx, x, full(&rig), rig_number(&rig, rows[i].time));
        if (rows[i].trap != 0) {
            traps(&rig, rows[i].trap);
            continue;
        }
        rig_put(&rig, x);
        run(&rig);
        rig_expect_out(&rig, 1, rows[i].expected);
        rig_drop(&rig);
    }
}

static void a_part_becomes_a_series_of_its_own(void **state)
{
    (void)state;
    for (unsigned in_place = 0; in_place < 2; in_place++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_slice);
        uint16_t from = full(&rig);
        uint16_t to = in_place ? from : rig_new(&rig, rig.t.series);
        RIG_EMIT(&rig, slice, to, from, rig_number(&rig, 1), rig_number(&rig, 3));
        put_series(&rig, to, 2);
        run(&rig);
        rig_expect_out(&rig, 6, I(2700), I(2), I(6), I(2), I(7), I(1));
        rig_drop(&rig);
    }
    static const int64_t outside[][2] = {{0, 5}, {2, 1},  {-1, 2},
                                         {5, 5}, {0, -1}, {INT64_MIN, INT64_MAX}};
    for (size_t i = 0; i < WC_ARRAY_LEN(outside); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_slice);
        uint16_t to = rig_new(&rig, rig.t.series);
        RIG_EMIT(&rig, slice, to, full(&rig), rig_number(&rig, outside[i][0]),
                 rig_number(&rig, outside[i][1]));
        traps(&rig, WC_TRAP_INDEX);
        rig_case(&rig, WC_OP_qrange);
        RIG_EMIT(&rig, qrange, rig_int(&rig), full(&rig), 0, rig_number(&rig, outside[i][0]),
                 rig_number(&rig, outside[i][1]));
        traps(&rig, WC_TRAP_INDEX);
    }
}

static void a_part_far_in_the_future_has_no_start(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_slice);
    int64_t last = INT64_MAX / 900 * 900;
    uint16_t from = series_of(&rig, FOUR, last, (int64_t[]){1, 2, 3, 4}, (const int[]){0, 0, 0, 0});
    RIG_EMIT(&rig, slice, from, from, rig_number(&rig, 2), rig_number(&rig, 3));
    traps(&rig, WC_TRAP_RANGE);
}

static void qualities_of_a_part_are_counted(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_qrange);
    uint16_t series = gaps(&rig);
    static const int64_t parts[][3] = {{3, 0, 4}, {3, 1, 2}, {3, 2, 2}, {0, 0, 1}, {1, 0, 3}};
    for (size_t i = 0; i < WC_ARRAY_LEN(parts); i++) {
        uint16_t x = rig_int(&rig);
        RIG_EMIT(&rig, qrange, x, series, (uint16_t)parts[i][0], rig_number(&rig, parts[i][1]),
                 rig_number(&rig, parts[i][2]));
        rig_put(&rig, x);
    }
    run(&rig);
    rig_expect_out(&rig, 5, I(2), I(1), I(0), I(1), I(0));
    rig_drop(&rig);
}

static void gaps_are_filled_by_rule(void **state)
{
    (void)state;
    static const int64_t filled[3][2] = {{42, 42}, {5, 5}, {6, 7}};
    for (uint16_t rule = 0; rule < 3; rule++) {
        for (unsigned in_place = 0; in_place < 2; in_place++) {
            wc_rig rig;
            rig_case(&rig, WC_OP_sfill);
            uint16_t from = gaps(&rig);
            uint16_t to = in_place ? from : rig_new(&rig, rig.t.series);
            RIG_EMIT(&rig, sfill, to, from, rule, rig_number(&rig, 42));
            put_series(&rig, to, 4);
            run(&rig);
            rig_expect_out(&rig, 10, I(1800), I(4), I(5), I(0), filled[rule][0], I(2),
                           filled[rule][1], I(2), I(8), I(1));
            rig_drop(&rig);
        }
    }
}

/* Half to even, both ways; the neighbours as far apart as 64 bits allow. */
static void lines_are_rounded_half_to_even(void **state)
{
    (void)state;
    static const int64_t rows[][3] = {{1, 2, 2},
                                      {2, 3, 2},
                                      {-1, -2, -2},
                                      {-2, -3, -2},
                                      {-1, 2, 0},
                                      {INT64_MIN, INT64_MAX, 0},
                                      {INT64_MAX, INT64_MAX, INT64_MAX}};
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_sfill);
        uint16_t x = rig_int(&rig);
        uint16_t series = series_of(&rig, FOUR, 0, (int64_t[]){rows[i][0], 0, rows[i][1], 0},
                                    (const int[]){0, 3, 0, 3});
        RIG_EMIT(&rig, sfill, series, series, 2, rig_number(&rig, 0));
        RIG_EMIT(&rig, ldx, x, series, rig_number(&rig, 1));
        rig_put(&rig, x);
        RIG_EMIT(&rig, qual, x, series, rig_number(&rig, 3)); /* no neighbour behind: missing */
        rig_put(&rig, x);
        run(&rig);
        rig_expect_out(&rig, 2, rows[i][2], I(3));
        rig_drop(&rig);
    }
}

static void gaps_without_neighbours_stay(void **state)
{
    (void)state;
    for (uint16_t rule = 1; rule < 3; rule++) {
        wc_rig rig;
        rig_case(&rig, WC_OP_sfill);
        uint16_t series =
            series_of(&rig, FOUR, 0, (int64_t[]){0, 4, 0, 0}, (const int[]){3, 0, 3, 3});
        RIG_EMIT(&rig, sfill, series, series, rule, rig_number(&rig, 0));
        put_series(&rig, series, 4);
        run(&rig);
        int64_t last = rule == 1 ? 4 : -1, quality = rule == 1 ? 2 : 3;
        rig_expect_out(&rig, 10, I(0), I(4), I(-1), I(3), I(4), I(0), last, quality, last, quality);
        rig_drop(&rig);
    }
    wc_rig rig;
    rig_case(&rig, WC_OP_sfill);
    uint16_t small = rig_new(&rig, rig.t.series_of_small);
    RIG_EMIT(&rig, sfill, small, small, 0, rig_number(&rig, 101));
    traps(&rig, WC_TRAP_RANGE);
}

static void open_aggregate(wc_rig *rig, uint16_t series_start, const int64_t values[4],
                           const int qualities[4], uint16_t mode)
{
    rig_case(rig, WC_OP_sagg);
    int64_t copy[4] = {values[0], values[1], values[2], values[3]};
    uint16_t from = series_of(rig, FOUR, series_start, copy, qualities);
    uint16_t to = rig_new(rig, rig->t.longer);
    RIG_EMIT(rig, sagg, to, from, 2, mode);
    put_series(rig, to, 2);
}

static void longer_steps_hold_sums_or_means(void **state)
{
    (void)state;
    /* 5 + 6 and 7 + 9: means 5.5 and 8, by mode half_even, half_up, half_down, up, down, floor */
    static const int64_t first[] = {6, 6, 5, 6, 5, 5, 6};
    const int64_t values[] = {5, 6, 7, 9};
    const int qualities[] = {0, 2, 1, 0};
    wc_rig rig;
    open_aggregate(&rig, 1800, values, qualities, 8);
    run(&rig);
    rig_expect_out(&rig, 6, I(1800), I(2), I(11), I(2), I(16), I(1));
    rig_drop(&rig);
    for (uint16_t mode = 0; mode < 7; mode++) {
        open_aggregate(&rig, 1800, values, qualities, mode);
        run(&rig);
        rig_expect_out(&rig, 6, I(1800), I(2), first[mode], I(2), I(8), I(1));
        rig_drop(&rig);
    }
    open_aggregate(&rig, 1800, values, qualities, 7);
    traps(&rig, WC_TRAP_INEXACT);
    open_aggregate(&rig, 900, values, qualities, 8); /* between two of the longer steps */
    traps(&rig, WC_TRAP_RANGE);
    open_aggregate(&rig, 1800, (const int64_t[]){1, 2, 0, 4}, (const int[]){0, 0, 3, 0}, 8);
    traps(&rig, WC_TRAP_MISSING);
    open_aggregate(&rig, 1800, (const int64_t[]){INT64_MAX, 1, 0, 4}, qualities, 8);
    traps(&rig, WC_TRAP_RANGE);
    open_aggregate(&rig, 1800, (const int64_t[]){INT64_MAX, INT64_MAX, 0, 4}, qualities, 0);
    run(&rig);
    rig_expect_out(&rig, 6, I(1800), I(2), INT64_MAX, I(2), I(2), I(1));
    rig_drop(&rig);
}

static void an_odd_number_of_intervals_makes_no_whole(void **state)
{
    (void)state;
    wc_rig rig;
    rig_case(&rig, WC_OP_sagg);
    uint16_t from = rig_copy(&rig, rig.t.series,
                             rig_abi(&rig, "qwqqqbbb", I(1800), 3, I(5), I(6), I(7), 0, 0, 0));
    uint16_t to = rig_new(&rig, rig.t.longer);
    RIG_EMIT(&rig, sagg, to, from, 2, 8);
    traps(&rig, WC_TRAP_RANGE);
    rig_case(&rig, WC_OP_sagg); /* room for one interval, where two are made */
    from = rig_copy(&rig, rig.t.series,
                    rig_abi(&rig, "qwqqqqbbbb", I(1800), 4, I(5), I(6), I(7), I(8), 0, 0, 0, 0));
    wc_type shorter = {.kind = WC_TYPE_SERIES, .name = WC_NONE, .capacity = 1, .step = 1800};
    shorter.item = rig.t.integer;
    to = rig_new(&rig, wc_builder_type(rig.b, &shorter));
    RIG_EMIT(&rig, sagg, to, from, 2, 8);
    traps(&rig, WC_TRAP_RANGE);
    rig_case(&rig, WC_OP_sagg); /* 60 + 60 is more than the type of the values allows */
    from = rig_copy(&rig, rig.t.series, rig_abi(&rig, "qwqqbb", I(1800), 2, I(60), I(60), 0, 0));
    to = rig_new(&rig, rig.t.longer_of_small);
    RIG_EMIT(&rig, sagg, to, from, 2, 8);
    traps(&rig, WC_TRAP_RANGE);
}

int ops_time(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(local_clocks_have_gaps_and_repeat),
        cmocka_unit_test(dates_are_counted_by_calendar_units),
        cmocka_unit_test(dates_have_parts),
        cmocka_unit_test(a_new_series_is_missing_everywhere),
        cmocka_unit_test(intervals_are_set_one_by_one),
        cmocka_unit_test(intervals_are_found_by_their_start),
        cmocka_unit_test(a_part_becomes_a_series_of_its_own),
        cmocka_unit_test(a_part_far_in_the_future_has_no_start),
        cmocka_unit_test(qualities_of_a_part_are_counted),
        cmocka_unit_test(gaps_are_filled_by_rule),
        cmocka_unit_test(lines_are_rounded_half_to_even),
        cmocka_unit_test(gaps_without_neighbours_stay),
        cmocka_unit_test(longer_steps_hold_sums_or_means),
        cmocka_unit_test(an_odd_number_of_intervals_makes_no_whole),
    };
    return cmocka_run_group_tests_name("time", tests, NULL, NULL);
}
