/* Values of the incentive, and counting; see incentive.h for the layouts. */
#include "node/ledger/incentive.h"

#include "node/crypto/crypto.h"
#include "node/ledger/frame.h"
#include "node/ledger/read.h"

_Static_assert(WC_EPOCH_CREDITS_MAX == 256 && WC_EPOCH_COUNT_MAX == 1000000000000u,
               "the signature of the view names them");

/* ---- values ---------------------------------------------------------------------------------- */

void wc_incentive_put(wc_buf *buf, const wc_address *instance)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_hash(buf, instance);
}

wc_status wc_incentive_decode(wc_address *instance, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_hash(&r, instance));
    if (wc_address_is_zero(instance)) return WC_OUT_OF_DOMAIN;
    return wc_read_end(&r);
}

void wc_epoch_put(wc_buf *buf, const wc_epoch *epoch)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u32(buf, epoch->number);
    wc_buf_put_i64(buf, epoch->until_s);
    wc_buf_put_u16(buf, epoch->credit_count);
    wc_buf_put_u64(buf, epoch->seq);
    wc_buf_put_hash(buf, &epoch->record);
}

wc_status wc_epoch_decode(wc_epoch *epoch, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_u32_in(&r, 1, UINT32_MAX, &epoch->number));
    WC_TRY(wc_read_i64_in(&r, 0, INT64_MAX, &epoch->until_s));
    WC_TRY(wc_read_u16_in(&r, 0, WC_EPOCH_CREDITS_MAX, &epoch->credit_count));
    WC_TRY(wc_read_u64(&r, &epoch->seq));
    WC_TRY(wc_read_hash(&r, &epoch->record));
    return wc_read_end(&r);
}

static uint64_t sum_of(const wc_credit *credit)
{
    uint64_t sum = 0; /* three counts are far from 64 bits */
    for (size_t i = 0; i < WC_WORK_COUNT; i++) sum += credit->work[i];
    return sum;
}

void wc_credit_put(wc_buf *buf, const wc_credit *credit)
{
    wc_assert(sum_of(credit) > 0);
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    for (size_t i = 0; i < WC_WORK_COUNT; i++) wc_buf_put_u64(buf, credit->work[i]);
}

wc_status wc_credit_decode(wc_credit *credit, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    for (size_t i = 0; i < WC_WORK_COUNT; i++) {
        WC_TRY(wc_read_u64_in(&r, 0, WC_EPOCH_COUNT_MAX, &credit->work[i]));
    }
    if (sum_of(credit) == 0) return WC_OUT_OF_DOMAIN;
    return wc_read_end(&r);
}

void wc_top_up_put(wc_buf *buf, const wc_top_up *top_up)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_hash(buf, &top_up->party);
    wc_buf_put_i64(buf, top_up->amount);
    wc_buf_put_i64(buf, top_up->at_s);
}

wc_status wc_top_up_decode(wc_top_up *top_up, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_hash(&r, &top_up->party));
    WC_TRY(wc_read_i64_in(&r, 1, INT64_MAX, &top_up->amount));
    WC_TRY(wc_read_i64(&r, &top_up->at_s));
    return wc_read_end(&r);
}

int64_t wc_epoch_end(int64_t now_s, uint32_t epoch_s)
{
    wc_assert(now_s >= 0 && epoch_s >= 1);
    return (now_s / epoch_s + 1) * (int64_t)epoch_s;
}

/* ---- the contract ---------------------------------------------------------------------------- */

uint32_t wc_incentive_method(void)
{
    static const char signature[] = WC_INCENTIVE_SIGNATURE;
    wc_hash hash = wc_sha256_one(wc_slice_of(signature, sizeof signature - 1));
    return wc_load_u32(hash.bytes);
}

wc_status wc_incentive_fits(wc_job *job, const wc_address *instance, bool *fits)
{
    wc_frame frame;
    *fits = false;
    wc_status status = wc_frame_open(&frame, job, WC_FRAME_VIEW, instance);
    if (status == WC_NOT_FOUND) return WC_OK;
    if (status != WC_OK) return status;
    uint16_t entry = wc_image_method(frame.image->image, wc_incentive_method());
    *fits = frame.entry.status == WC_INSTANCE_LIVE && entry != WC_NONE &&
            frame.image->module->entries[entry].kind == WC_ENTRY_VIEW;
    wc_frame_close(&frame);
    return WC_OK;
}

/* ---- counting -------------------------------------------------------------------------------- */

wc_status wc_epoch_load(wc_ledger *ledger, wc_epoch *epoch)
{
    wc_state_key key = wc_key_epoch();
    wc_slice value;
    WC_TRY(wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key)));
    return wc_epoch_decode(epoch, value) == WC_OK ? WC_OK : WC_CORRUPT;
}

wc_status wc_epoch_store(wc_ledger *ledger, const wc_epoch *epoch)
{
    uint8_t bytes[WC_EPOCH_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_epoch_put(&buf, epoch);
    wc_assert(!buf.full);
    wc_state_key key = wc_key_epoch();
    return wc_overlay_put(ledger->overlay, wc_state_key_slice(&key), wc_buf_slice(&buf));
}

/* The first work of an account in an epoch takes one of its places. */
static wc_status take_place(wc_ledger *ledger, wc_epoch *epoch, const wc_address *account,
                            bool *is_taken)
{
    wc_state_key key = wc_key_account(account);
    wc_slice value;
    *is_taken = false;
    if (epoch->credit_count == WC_EPOCH_CREDITS_MAX) return WC_OK;
    wc_status status = wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key));
    if (status != WC_OK) return status == WC_NOT_FOUND ? WC_OK : status;
    epoch->credit_count++;
    *is_taken = true;
    return wc_epoch_store(ledger, epoch);
}

static uint64_t added(uint64_t work, uint64_t count)
{
    uint64_t room = WC_EPOCH_COUNT_MAX - work;
    return work + (count < room ? count : room);
}

wc_status wc_epoch_credit(wc_ledger *ledger, const wc_address *account, wc_work work,
                          uint64_t count)
{
    wc_epoch epoch;
    wc_credit credit = {{0}};
    if (!ledger->has_incentive || count == 0) return WC_OK;
    WC_TRY(wc_epoch_load(ledger, &epoch));
    wc_state_key key = wc_key_epoch_credit(epoch.number, account);
    wc_slice value;
    wc_status status = wc_overlay_get(ledger->overlay, &value, wc_state_key_slice(&key));
    if (status == WC_OK && wc_credit_decode(&credit, value) != WC_OK) return WC_CORRUPT;
    if (status == WC_NOT_FOUND) {
        bool is_taken;
        WC_TRY(take_place(ledger, &epoch, account, &is_taken));
        if (!is_taken) return WC_OK;
    } else if (status != WC_OK) {
        return status;
    }
    credit.work[work] = added(credit.work[work], count);
    uint8_t bytes[WC_CREDIT_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_credit_put(&buf, &credit);
    wc_assert(!buf.full);
    return wc_overlay_put(ledger->overlay, wc_state_key_slice(&key), wc_buf_slice(&buf));
}
