/* One table of atomic numbers. */
#define _POSIX_C_SOURCE 200809L

#include "node/service/metrics.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef enum metric_kind {
    COUNTER,
    GAUGE,
    SECONDS
} metric_kind;

typedef struct metric_row {
    const char *name;
    metric_kind kind;
    const char *label, *text;
} metric_row;

static const metric_row rows[WC_METRIC_COUNT] = {
#define WC_METRIC(id, name, kind, label, text) {name, kind, label, text},
#include "node/service/metrics.def"
#undef WC_METRIC
};

/* Upper ends of the histogram's buckets: half a millisecond to ten seconds. */
static const int64_t bucket_ns[] = {500000,     1000000,    2500000,    5000000,    10000000,
                                    20000000,   50000000,   100000000,  250000000,  500000000,
                                    1000000000, 2500000000, 5000000000, 10000000000};
static const char *const bucket_names[] = {"0.0005", "0.001", "0.0025", "0.005", "0.01",
                                           "0.02",   "0.05",  "0.1",    "0.25",  "0.5",
                                           "1",      "2.5",   "5",      "10"};
#define BUCKETS WC_ARRAY_LEN(bucket_ns)

_Static_assert(WC_ARRAY_LEN(bucket_names) == BUCKETS, "one name each");
_Static_assert(BUCKETS + 2 <= WC_METRIC_VALUES_MAX, "buckets, sum and count");

/* SECONDS: places [0, BUCKETS) count what falls into each bucket alone, then the count, then the
 * sum of nanoseconds. */
#define COUNT_AT BUCKETS
#define SUM_AT   (BUCKETS + 1)

static atomic_llong numbers[WC_METRIC_COUNT][WC_METRIC_VALUES_MAX];
static const char *const *values[WC_METRIC_COUNT];
static size_t value_counts[WC_METRIC_COUNT];

int64_t wc_now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void wc_metric_values(wc_metric metric, const char *const *names, size_t count)
{
    wc_assert(count <= WC_METRIC_VALUES_MAX && rows[metric].label[0] != '\0');
    values[metric] = names;
    value_counts[metric] = count;
}

void wc_metric_add(wc_metric metric, size_t value, uint64_t amount)
{
    wc_assert(value < WC_METRIC_VALUES_MAX);
    (void)atomic_fetch_add_explicit(&numbers[metric][value], (long long)amount,
                                    memory_order_relaxed);
}

void wc_metric_set(wc_metric metric, size_t value, int64_t number)
{
    wc_assert(value < WC_METRIC_VALUES_MAX && rows[metric].kind == GAUGE);
    atomic_store_explicit(&numbers[metric][value], number, memory_order_relaxed);
}

void wc_metric_take(wc_metric metric, int64_t nanoseconds)
{
    wc_assert(rows[metric].kind == SECONDS);
    for (size_t i = 0; i < BUCKETS; i++) {
        if (nanoseconds > bucket_ns[i]) continue;
        wc_metric_add(metric, i, 1);
        break;
    }
    wc_metric_add(metric, COUNT_AT, 1);
    wc_metric_add(metric, SUM_AT, (uint64_t)nanoseconds);
}

static int64_t number_at(size_t metric, size_t value)
{
    return atomic_load_explicit(&numbers[metric][value], memory_order_relaxed);
}

static void put_line(wc_buf *text, const char *name, const char *label, const char *value,
                     int64_t number)
{
    wc_buf_put_text(text, name);
    if (label[0] != '\0') {
        wc_buf_put_text(text, "{");
        wc_buf_put_text(text, label);
        wc_buf_put_text(text, "=\"");
        wc_buf_put_text(text, value);
        wc_buf_put_text(text, "\"}");
    }
    wc_buf_put_text(text, " ");
    wc_buf_put_decimal(text, number);
    wc_buf_put_text(text, "\n");
}

static void put_histogram(wc_buf *text, size_t metric)
{
    char name[96], sum[64];
    int64_t below = 0, nanoseconds = number_at(metric, SUM_AT);
    (void)snprintf(name, sizeof name, "%s_bucket", rows[metric].name);
    for (size_t i = 0; i < BUCKETS; i++) {
        below += number_at(metric, i);
        put_line(text, name, "le", bucket_names[i], below);
    }
    int64_t count = number_at(metric, COUNT_AT);
    put_line(text, name, "le", "+Inf", count);
    (void)snprintf(sum, sizeof sum, "_sum %lld.%09lld\n", (long long)(nanoseconds / 1000000000),
                   (long long)(nanoseconds % 1000000000));
    wc_buf_put_text(text, rows[metric].name);
    wc_buf_put_text(text, sum);
    (void)snprintf(name, sizeof name, "%s_count", rows[metric].name);
    put_line(text, name, "", "", count);
}

void wc_metrics_put(wc_buf *text)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    for (size_t i = 0; i < WC_METRIC_COUNT; i++) {
        const metric_row *row = &rows[i];
        wc_buf_put_text(text, "# HELP ");
        wc_buf_put_text(text, row->name);
        wc_buf_put_text(text, " ");
        wc_buf_put_text(text, row->text);
        wc_buf_put_text(text, "\n# TYPE ");
        wc_buf_put_text(text, row->name);
        wc_buf_put_text(text, " ");
        wc_buf_put_text(text, kinds[row->kind]);
        wc_buf_put_text(text, "\n");
        if (row->kind == SECONDS) {
            put_histogram(text, i);
        } else if (row->label[0] == '\0') {
            put_line(text, row->name, "", "", number_at(i, 0));
        }
        for (size_t v = 0; v < value_counts[i]; v++) {
            put_line(text, row->name, row->label, values[i][v], number_at(i, v));
        }
    }
}
