/* The node's counters, from metrics.def, as Prometheus reads them (text format 0.0.4).
 *
 * Adding and setting is atomic and may be done from any thread. A metric with a label has one place
 * for each value of it; the values are named once, before the node serves. */
#ifndef WC_NODE_SERVICE_METRICS_H
#define WC_NODE_SERVICE_METRICS_H

#include "vm/base/buf.h"

#define WC_METRIC_VALUES_MAX 64u

typedef enum wc_metric {
#define WC_METRIC(id, name, kind, label, text) WC_METRIC_##id,
#include "node/service/metrics.def"
#undef WC_METRIC
    WC_METRIC_COUNT
} wc_metric;

/* Names the values of a metric's label; borrowed. Requires: count <= WC_METRIC_VALUES_MAX. */
void wc_metric_values(wc_metric metric, const char *const *values, size_t count);

/* value: index among the label's values; 0 for a metric without label. */
void wc_metric_add(wc_metric metric, size_t value, uint64_t amount);
void wc_metric_set(wc_metric metric, size_t value, int64_t number);
void wc_metric_take(wc_metric metric, int64_t nanoseconds); /* SECONDS only */

/* Appends the whole page. */
void wc_metrics_put(wc_buf *text);

/* Nanoseconds of a clock that nobody sets. */
int64_t wc_now_ns(void);

#endif
