/* Meters and readings in the state.
 *
 *   meter        v | status u8 | operator 32 | customer 32 | feeder 32 | serial str8 | point str8
 *                | channels u8 | class u8 | step_s u32 | certificate 32 | valid_from_s i64
 *                | valid_to_s i64
 *   reading      v | step_s u32 | later u16 | n u16
 *                | (first u16 | count u16 | quality u8 | payload 32 | at u32)*
 *
 * A reading entry says which intervals of one UTC day a meter has reported on one channel, from one
 * source and in one version, and where the values are: in the detached payload of this hash, from
 * position `at` on. The values themselves are personal data and do not stand in the state.
 *
 * The entry of version 0 also says which versions to look at when one more comes: `later` is the
 * latest other version that the day has an entry of. It is there with no interval when a day begins
 * with another version. So a reading of a day without corrections looks at one key. */
#ifndef WC_NODE_LEDGER_METER_H
#define WC_NODE_LEDGER_METER_H

#include "node/ledger/ids.h"
#include "node/ledger/limits.h"
#include "vm/base/buf.h"

typedef enum wc_meter_status {
    WC_METER_ACTIVE = 1,
    WC_METER_REMOVED = 2
} wc_meter_status;

/* Channels, as bits of meter.channels and (their number) in reading keys. */
typedef enum wc_meter_channel {
    WC_CHANNEL_IMPORT = 0,
    WC_CHANNEL_EXPORT = 1,
    WC_CHANNEL_LOAD = 2,
    WC_CHANNEL_PV = 3,
    WC_CHANNEL_COUNT = 4
} wc_meter_channel;

/* Where a value comes from; part of a reading's key. */
typedef enum wc_reading_source {
    WC_SOURCE_DEVICE = 1,    /* signed by the meter itself */
    WC_SOURCE_OPERATOR = 2,  /* read or corrected by the meter operator */
    WC_SOURCE_SUBSTITUTE = 3 /* formed by rule */
} wc_reading_source;

typedef struct wc_meter {
    wc_meter_status status;
    wc_address operator_account; /* holder of role METER_OPERATOR */
    wc_address customer;         /* whose connection it measures */
    wc_address feeder;      /* meter that closes the sum of the feeder; zero: it is one itself */
    wc_slice serial;        /* 1..WC_METER_SERIAL_MAX bytes of text; borrowed */
    wc_slice point;         /* connection point, 1..WC_METER_POINT_MAX bytes; borrowed */
    uint8_t channels;       /* bit set over wc_meter_channel, not 0 */
    uint8_t accuracy_class; /* tenths of a percent: 2, 5, 10, 20 */
    uint32_t step_s;        /* divides 86,400; >= 300 */
    wc_hash certificate;    /* of the calibration certificate */
    int64_t valid_from_s;
    int64_t valid_to_s; /* > valid_from_s; later readings are flagged and not paid as measured */
} wc_meter;

#define WC_METER_SIZE_MAX (154u + WC_METER_SERIAL_MAX + WC_METER_POINT_MAX)

void wc_meter_put(wc_buf *buf, const wc_meter *meter);
WC_MUST_USE wc_status wc_meter_decode(wc_meter *meter, wc_slice value);

/* Consecutive intervals that came in one payload. */
typedef struct wc_reading_run {
    uint16_t first;  /* interval of the UTC day, in [0, 86400 / step_s) */
    uint16_t count;  /* >= 1 */
    uint8_t quality; /* worst quality in the run, as in series: 0 measured .. 3 missing */
    wc_hash payload; /* H("payload/1", ...) as signed in the call */
    uint32_t at;     /* index of the first value in the payload */
} wc_reading_run;

typedef struct wc_reading {
    uint32_t step_s;
    uint16_t later;     /* latest other version of the day, in the entry of version 0; else 0 */
    uint16_t run_count; /* in [1, 86400 / step_s]; 0 when only `later` is to be said */
    wc_reading_run runs[WC_READING_SLOTS_MAX]; /* ascending by first, not overlapping */
} wc_reading;

#define WC_READING_SIZE_MAX (9u + WC_READING_SLOTS_MAX * 41u)

void wc_reading_put(wc_buf *buf, const wc_reading *reading);
WC_MUST_USE wc_status wc_reading_decode(wc_reading *reading, wc_slice value);

/* Adds a run in its place.
 * Errors: EXISTS - an interval of it has been reported; OUT_OF_DOMAIN - it leaves the day. */
WC_MUST_USE wc_status wc_reading_add(wc_reading *reading, const wc_reading_run *run);

#endif
