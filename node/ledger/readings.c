/* Meters and their readings.
 *
 * A reading call (kind 4) is an action whose arguments begin with `at: time` (start of the
 * interval) and `version: int`; the rest is the contract's. Its principal must be a registered
 * meter. The ledger notes which interval has been reported in which version, so that no interval
 * has two values of one version; what the values are, the detached payload says.
 *
 * Several reading calls in one transaction may carry the same reading to several contracts: their
 * arguments must then be the same byte for byte. */
#include "node/ledger/authority.h"
#include "node/ledger/meter.h"
#include "node/ledger/natives.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

#define DAY_S INT64_C(86400)

/* ---- registration ---------------------------------------------------------------------------- */

static wc_status check_meter(wc_job *job, const wc_address *address, const wc_meter *meter,
                             const wc_address *by)
{
    bool is_operator, is_grid, exists, is_open;
    WC_TRY(wc_role_is_held(job->ledger, by, WC_ROLE_METER_OPERATOR, &is_operator));
    WC_TRY(wc_role_is_held(job->ledger, by, WC_ROLE_GRID_OPERATOR, &is_grid));
    if ((!is_operator && !is_grid) || !wc_hash_equal(by, &meter->operator_account)) {
        wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
    }
    if (meter->status != WC_METER_ACTIVE) wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    WC_TRY(wc_party_find(job, address, &exists, &is_open));
    if (!is_open) wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
    WC_TRY(wc_party_find(job, &meter->customer, &exists, &is_open));
    if (!is_open) wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
    return WC_OK;
}

/* A registration is renewed by its operator only. */
static wc_status check_renewal(wc_job *job, const wc_state_key *key, const wc_address *by)
{
    wc_slice value;
    wc_meter old;
    wc_status status = wc_job_get(job, key, &value);
    if (status == WC_NOT_FOUND) return WC_OK;
    if (status != WC_OK) return status;
    if (wc_meter_decode(&old, value) != WC_OK) return WC_CORRUPT;
    if (!wc_hash_equal(by, &old.operator_account)) {
        wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
    }
    return WC_OK;
}

wc_status wc_native_meter_register(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    wc_address address;
    wc_meter meter;
    if (wc_read_hash(&reader, &address) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    wc_slice value = wc_slice_of(args.data + reader.at, args.len - reader.at);
    if (wc_meter_decode(&meter, value) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    const wc_address *by = wc_call_principal(job, call);
    WC_TRY(check_meter(job, &address, &meter, by));
    wc_state_key key = wc_key_meter(&address);
    WC_TRY(check_renewal(job, &key, by));
    if (job->is_failed) return WC_OK;
    wc_job_put(job, &key, value);

    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, &address);
    wc_buf_put_hash(buf, by);
    wc_job_announce(job, WC_EVENT_METER_REGISTERED, wc_buf_slice(buf));
    return WC_OK;
}

/* ---- readings -------------------------------------------------------------------------------- */

typedef struct reading_id {
    wc_address meter;
    int64_t at; /* start of the interval */
    uint16_t version;
    uint32_t day;  /* UTC day of at */
    uint16_t slot; /* interval of that day */
} reading_id;

/* True when an earlier reading call of this transaction reported the same interval and version;
 * other arguments than then are a second reading. */
static bool is_repeated(wc_job *job, const wc_tx_call *call)
{
    for (uint8_t i = 0; i < job->call; i++) {
        const wc_tx_call *before = &job->tx->calls[i];
        if (before->kind != WC_CALL_READINGS || before->principal != call->principal) continue;
        if (before->carried != WC_CARRIED_DETACHED) continue; /* a batch, of a page */
        wc_assert(before->args.len >= 16);                    /* it was accepted */
        if (memcmp(before->args.data, call->args.data, 16) != 0) continue;
        if (!wc_slice_equal(before->args, call->args)) {
            wc_job_refuse(job, WC_REFUSAL_READING_EXISTS);
        }
        return true;
    }
    return false;
}

static wc_status load_meter(wc_job *job, const wc_address *address, wc_meter *meter)
{
    bool is_meter;
    WC_TRY(wc_role_is_held(job->ledger, address, WC_ROLE_METER, &is_meter));
    if (!is_meter) {
        wc_job_refuse(job, WC_REFUSAL_KEY_NOT_METER);
        return WC_OK;
    }
    wc_state_key key = wc_key_meter(address);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status == WC_NOT_FOUND) {
        wc_job_refuse(job, WC_REFUSAL_METER_UNKNOWN);
        return WC_OK;
    }
    if (status != WC_OK) return status;
    if (wc_meter_decode(meter, value) != WC_OK) return WC_CORRUPT;
    meter->serial = meter->point = wc_slice_of(NULL, 0); /* end with the overlay's next call */
    return WC_OK;
}

/* The interval lies on the meter's grid, inside its validity, and has ended. */
static void place_reading(wc_job *job, const wc_meter *meter, int64_t version, reading_id *id)
{
    if (id->at < 0 || id->at % meter->step_s != 0 ||
        id->at > job->ledger->time_s - (int64_t)meter->step_s) {
        wc_job_refuse(job, WC_REFUSAL_READING_OUT_OF_PLACE);
        return;
    }
    if (version < 0 || version > UINT16_MAX) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return;
    }
    if (meter->status != WC_METER_ACTIVE || id->at < meter->valid_from_s ||
        id->at >= meter->valid_to_s) {
        wc_job_refuse(job, WC_REFUSAL_METER_NOT_VALID);
        return;
    }
    id->version = (uint16_t)version;
    id->day = (uint32_t)(id->at / DAY_S);
    id->slot = (uint16_t)(id->at % DAY_S / meter->step_s);
}

static bool covers(const wc_reading *reading, uint16_t slot)
{
    for (uint16_t i = 0; i < reading->run_count; i++) {
        const wc_reading_run *run = &reading->runs[i];
        if (slot >= run->first && slot < (uint32_t)run->first + run->count) return true;
    }
    return false;
}

/* Room for the entries of a day on the ledger's stack: they would be a quarter of what the native
 * one is held to. */
typedef struct day_room {
    wc_reading first; /* of version 0 */
    wc_reading own;   /* of the version at hand, when that is another */
    uint8_t bytes[WC_READING_SIZE_MAX];
} day_room;

/* Reads the day's entry of a version, charged. One that is not there is left empty. */
static wc_status load_reading(wc_job *job, const reading_id *id, uint16_t version,
                              wc_reading *reading)
{
    wc_state_key key = wc_key_reading(&id->meter, 0, id->day, WC_SOURCE_DEVICE, version);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    reading->step_s = 0;
    reading->later = 0;
    reading->run_count = 0;
    if (status == WC_NOT_FOUND) return WC_OK;
    if (status != WC_OK) return status;
    return wc_reading_decode(reading, value) == WC_OK ? WC_OK : WC_CORRUPT;
}

static void store_reading(wc_job *job, const reading_id *id, uint16_t version,
                          const wc_reading *reading, day_room *room)
{
    wc_state_key key = wc_key_reading(&id->meter, 0, id->day, WC_SOURCE_DEVICE, version);
    wc_buf buf;
    wc_buf_init(&buf, room->bytes, sizeof room->bytes);
    wc_reading_put(&buf, reading);
    wc_assert(!buf.full);
    wc_job_put(job, &key, wc_buf_slice(&buf));
}

/* Refuses when the interval has been reported in this version or a later one, that of version 0
 * left out: the entries of a day are neighbouring keys, as many as there are corrections. */
static wc_status refuse_later(wc_job *job, const reading_id *id, wc_reading *reading)
{
    uint16_t before = id->version > 0 ? (uint16_t)(id->version - 1) : 0;
    wc_state_key first = wc_key_reading(&id->meter, 0, id->day, WC_SOURCE_DEVICE, before);
    wc_overlay_scan scan;
    wc_slice key, value;
    wc_status status;
    wc_overlay_scan_begin(&scan, wc_slice_of(first.bytes, (size_t)first.len - 2));
    scan.last = first;
    while ((status = wc_overlay_scan_next(job->ledger->overlay, &scan, &key, &value)) == WC_OK) {
        uint64_t bytes = (uint64_t)key.len + value.len;
        if (!wc_job_charge(job, WC_GAS_KEY_READ + WC_GAS_KEY_READ_BYTE * bytes)) return WC_OK;
        if (wc_reading_decode(reading, value) != WC_OK) return WC_CORRUPT;
        if (!covers(reading, id->slot)) continue;
        wc_job_refuse(job, WC_REFUSAL_READING_EXISTS);
        return WC_OK;
    }
    return status == WC_NOT_FOUND ? WC_OK : status;
}

static void announce_reading(wc_job *job, const reading_id *id, const wc_hash *payload)
{
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, &id->meter);
    wc_buf_put_u8(buf, 0);
    wc_buf_put_u8(buf, WC_SOURCE_DEVICE);
    wc_buf_put_u16(buf, id->version);
    wc_buf_put_u32(buf, id->day);
    wc_buf_put_u16(buf, id->slot);
    wc_buf_put_u16(buf, 1);
    wc_buf_put_hash(buf, payload);
    wc_job_announce(job, WC_EVENT_READINGS_ACCEPTED, wc_buf_slice(buf));
}

/* Reads the entry of version 0, which says whether others are to be looked at. */
static wc_status refuse_known(wc_job *job, const reading_id *id, day_room *room)
{
    WC_TRY(load_reading(job, id, 0, &room->first));
    if (id->version == 0 && covers(&room->first, id->slot)) {
        wc_job_refuse(job, WC_REFUSAL_READING_EXISTS);
    }
    if (job->is_failed || room->first.later == 0 || room->first.later < id->version) return WC_OK;
    return refuse_later(job, id, &room->own);
}

static wc_status record_reading(wc_job *job, const reading_id *id, uint32_t step_s,
                                const wc_hash *payload, day_room *room)
{
    wc_reading *own = id->version == 0 ? &room->first : &room->own;
    wc_reading_run run = {.first = id->slot, .count = 1, .payload = *payload};
    if (id->version > 0) WC_TRY(load_reading(job, id, id->version, own));
    if (own->run_count == 0) own->step_s = step_s;
    /* Renewed with another step, a meter's day may hold both grids; then it is out of place. */
    if (own->step_s != step_s || wc_reading_add(own, &run) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_READING_OUT_OF_PLACE);
        return WC_OK;
    }
    store_reading(job, id, id->version, own, room);
    if (id->version > room->first.later) {
        if (room->first.step_s == 0) room->first.step_s = step_s;
        room->first.later = id->version;
        store_reading(job, id, 0, &room->first, room);
    }
    announce_reading(job, id, payload);
    return WC_OK;
}

static wc_status take_reading(wc_job *job, const reading_id *id, uint32_t step_s,
                              const wc_hash *payload)
{
    wc_stack *stack = &job->ledger->stack;
    size_t mark = stack->used;
    day_room *room = wc_stack_take(stack, sizeof *room);
    wc_assert(room != NULL);
    wc_status status = refuse_known(job, id, room);
    if (status == WC_OK && !job->is_failed) {
        job->reading_count = id->version == 0; /* a correction is no new reading */
        status = record_reading(job, id, step_s, payload, room);
    }
    stack->used = mark;
    return status;
}

wc_status wc_reading_accept(wc_job *job, const wc_tx_call *call)
{
    if (call->carried != WC_CARRIED_DETACHED || call->args.len < 16) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    reading_id id = {.meter = *wc_call_principal(job, call)};
    id.at = (int64_t)wc_load_u64(call->args.data);
    int64_t version = (int64_t)wc_load_u64(call->args.data + 8);
    wc_meter meter;
    WC_TRY(load_meter(job, &id.meter, &meter));
    if (job->is_failed) return WC_OK;
    job->reading_operator = meter.operator_account;
    job->reading_day = (uint32_t)(id.at / DAY_S); /* counts when the call is done, so in the past */
    job->reading_count = 0;
    if (is_repeated(job, call)) return WC_OK;
    place_reading(job, &meter, version, &id);
    if (job->is_failed) return WC_OK;
    return take_reading(job, &id, meter.step_s, &call->payload_hash);
}
