/* Reading the ring year and cutting hours into quarters. */
#include "node/demo/year.h"

#include <stdio.h>

#include "vm/base/int.h"

#define PV_KW        4  /* nominal power of each home's PV: the file gives W per kW */
#define GENERATOR_KW 10 /* the generator is home 1's profile on ten kilowatts */

typedef struct year_reader {
    wc_year *year;
    uint32_t home;
    uint64_t rows;
} year_reader;

/* Price column -> all-in retail price in 0.00001 CNY/kWh: the bands of the tariff. */
static const struct {
    const char *column;
    int64_t retail;
} bands[] = {
    {"0.21", 52000}, {"0.22", 56000}, {"0.4", 78000}, {"0.5", 95000}, {"0.54", 105000},
};

static bool refuse(wc_csv_problem *problem, const char *column, const char *text)
{
    snprintf(problem->column, sizeof(problem->column), "%s", column);
    snprintf(problem->text, sizeof(problem->text), "%s", text);
    return false;
}

static bool scale(wc_str field, int64_t multiplier, unsigned decimals, int64_t *value)
{
    return wc_decimal_scale(field, multiplier, decimals, value) == WC_OK && *value >= 0;
}

static bool on_building(void *self, const wc_csv_row *row, wc_csv_problem *problem)
{
    year_reader *reader = self;
    wc_year *year = reader->year;
    if (row->number >= WC_YEAR_HOURS) return refuse(problem, "", "more than 8760 rows");
    uint64_t i = row->number;
    if (!scale(row->fields[0], 1, 3, &year->load_wh[reader->home][i])) {
        return refuse(problem, "non_shiftable_load", "not a number of kWh >= 0");
    }
    if (!scale(row->fields[1], PV_KW, 0, &year->pv_wh[reader->home][i])) {
        return refuse(problem, "solar_generation", "not a number of W per kW >= 0");
    }
    if (reader->home == 0 && !scale(row->fields[1], GENERATOR_KW, 0, &year->generator_wh[i])) {
        return refuse(problem, "solar_generation", "not a number of W per kW >= 0");
    }
    reader->rows++;
    return true;
}

static bool on_price(void *self, const wc_csv_row *row, wc_csv_problem *problem)
{
    year_reader *reader = self;
    if (row->number >= WC_YEAR_HOURS) return refuse(problem, "", "more than 8760 rows");
    reader->rows++;
    for (size_t i = 0; i < WC_ARRAY_LEN(bands); i++) {
        if (!wc_str_equal(row->fields[0], wc_str_of(bands[i].column))) continue;
        reader->year->retail[row->number] = bands[i].retail;
        return true;
    }
    return refuse(problem, "electricity_pricing", "no band of the tariff has this price");
}

/* A file and what is wanted of it. */
typedef struct year_file {
    const char *name;
    const char *const *columns;
    size_t count;
    wc_csv_visit visit;
} year_file;

static wc_status read_file(year_reader *reader, const char *folder, const year_file *file,
                           wc_csv_problem *problem)
{
    static char path[4096]; /* stays valid: the problem names it */
    int length = snprintf(path, sizeof(path), "%s/%s", folder, file->name);
    *problem = (wc_csv_problem){.path = path};
    reader->rows = 0;
    if (length < 0 || (size_t)length >= sizeof(path)) {
        (void)refuse(problem, "", "the path is too long");
        return WC_TOO_LARGE;
    }
    WC_TRY(wc_csv_read(path, file->columns, file->count, file->visit, reader, problem));
    if (reader->rows == WC_YEAR_HOURS) return WC_OK;
    problem->row = reader->rows;
    (void)refuse(problem, "", "fewer than 8760 rows");
    return WC_OUT_OF_DOMAIN;
}

wc_status wc_year_read(wc_year *year, const char *folder, wc_csv_problem *problem)
{
    static const char *const building[] = {"non_shiftable_load", "solar_generation"};
    static const char *const pricing[] = {"electricity_pricing"};
    static const year_file homes[WC_DEMO_HOMES] = {{"Building_1.csv", building, 2, on_building},
                                                   {"Building_2.csv", building, 2, on_building},
                                                   {"Building_3.csv", building, 2, on_building}};
    static const year_file prices = {"pricing.csv", pricing, 1, on_price};
    year_reader reader = {.year = year};
    for (uint32_t home = 0; home < WC_DEMO_HOMES; home++) {
        reader.home = home;
        WC_TRY(read_file(&reader, folder, &homes[home], problem));
    }
    return read_file(&reader, folder, &prices, problem);
}

uint32_t wc_year_row(int64_t day, uint32_t hour)
{
    wc_assert(hour >= 1 && hour <= 24);
    int64_t row = ((day - 1) * 24 + hour) % WC_YEAR_HOURS;
    return (uint32_t)(row < 0 ? row + WC_YEAR_HOURS : row);
}

uint32_t wc_year_quarter_row(int64_t day, uint32_t quarter)
{
    wc_assert(quarter < WC_DAY_QUARTERS);
    return wc_year_row(day, quarter / 4 + 1);
}

/* R(E j / 4), half up, E >= 0. */
static int64_t up_to(int64_t hour_wh, int64_t j)
{
    return (2 * hour_wh * j + 4) / 8;
}

int64_t wc_year_quarter(const int64_t hours[WC_YEAR_HOURS], int64_t day, uint32_t quarter)
{
    int64_t hour_wh = hours[wc_year_quarter_row(day, quarter)];
    int64_t j = quarter % 4 + 1;
    return up_to(hour_wh, j) - up_to(hour_wh, j - 1);
}
