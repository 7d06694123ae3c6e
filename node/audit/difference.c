/* Telling the first difference. Everything after the first one is ignored: what follows from a
 * difference is no news. */
#include <stdarg.h>
#include <stdio.h>

#include "node/audit/inside.h"

#define SHOWN_BYTES 8u

void wc_audit_say(wc_audit *audit, const char *place, const char *field)
{
    if (audit->has_difference) return;
    wc_replay_difference *difference = &audit->report->difference;
    audit->has_difference = true;
    audit->report->verdict = WC_REPLAY_DIFFERS;
    (void)snprintf(difference->place, sizeof difference->place, "%s", place);
    (void)snprintf(difference->field, sizeof difference->field, "%s", field);
    difference->stored[0] = difference->recomputed[0] = '\0';
}

__attribute__((format(printf, 2, 0))) static void fill(char text[WC_REPLAY_TEXT_MAX],
                                                       const char *format, va_list args)
{
    if (text[0] == '\0') (void)vsnprintf(text, WC_REPLAY_TEXT_MAX, format, args);
}

void wc_audit_stored(wc_audit *audit, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(audit->report->difference.stored, format, args);
    va_end(args);
}

void wc_audit_recomputed(wc_audit *audit, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fill(audit->report->difference.recomputed, format, args);
    va_end(args);
}

void wc_audit_at_receipt(wc_audit *audit, uint32_t index, const wc_receipt *recomputed)
{
    wc_replay_difference *difference = &audit->report->difference;
    if (audit->has_difference) return;
    difference->has_receipt = true;
    difference->receipt = index;
    difference->has_tx = recomputed != NULL && recomputed->kind == WC_RECEIPT_TX;
    if (difference->has_tx) difference->tx_id = recomputed->subject;
}

void wc_audit_leave_receipt(wc_audit *audit)
{
    if (audit->has_difference) return;
    audit->report->difference.has_receipt = false;
    audit->report->difference.has_tx = false;
}

bool wc_audit_differ_number(wc_audit *audit, const char *place, const char *field, uint64_t stored,
                            uint64_t recomputed)
{
    if (stored == recomputed) return false;
    if (audit->has_difference) return true;
    wc_audit_say(audit, place, field);
    wc_audit_stored(audit, "%llu", (unsigned long long)stored);
    wc_audit_recomputed(audit, "%llu", (unsigned long long)recomputed);
    return true;
}

static void shorten(char text[2 * SHOWN_BYTES + 4], wc_slice bytes)
{
    size_t shown = bytes.len < SHOWN_BYTES ? bytes.len : SHOWN_BYTES;
    text[0] = '\0';
    for (size_t i = 0; i < shown; i++) (void)snprintf(text + 2 * i, 3, "%02x", bytes.data[i]);
    if (shown < bytes.len) (void)snprintf(text + 2 * shown, 4, "...");
}

bool wc_audit_differ_hash(wc_audit *audit, const char *place, const char *field,
                          const wc_hash *stored, const wc_hash *recomputed)
{
    if (wc_hash_equal(stored, recomputed)) return false;
    if (audit->has_difference) return true;
    char text[2 * SHOWN_BYTES + 4];
    wc_audit_say(audit, place, field);
    shorten(text, wc_slice_of(stored->bytes, sizeof stored->bytes));
    wc_audit_stored(audit, "%s", text);
    shorten(text, wc_slice_of(recomputed->bytes, sizeof recomputed->bytes));
    wc_audit_recomputed(audit, "%s", text);
    return true;
}

bool wc_audit_differ_bytes(wc_audit *audit, const char *place, const char *field, wc_slice stored,
                           wc_slice recomputed)
{
    if (wc_slice_equal(stored, recomputed)) return false;
    if (audit->has_difference) return true;
    size_t shorter = stored.len < recomputed.len ? stored.len : recomputed.len;
    size_t at = 0;
    while (at < shorter && stored.data[at] == recomputed.data[at]) at++;
    char name[64], text[2 * SHOWN_BYTES + 4];
    (void)snprintf(name, sizeof name, "%s%sbyte %zu", field, field[0] != '\0' ? ", " : "", at);
    wc_audit_say(audit, place, name);
    shorten(text, wc_slice_of(stored.data + at, stored.len - at));
    wc_audit_stored(audit, "%s (%zu bytes)", text, stored.len);
    shorten(text, wc_slice_of(recomputed.data + at, recomputed.len - at));
    wc_audit_recomputed(audit, "%s (%zu bytes)", text, recomputed.len);
    return true;
}

void wc_replay_difference_put(wc_buf *text, const wc_replay_difference *difference)
{
    if (difference->has_seq) {
        wc_buf_put_text(text, "record ");
        wc_buf_put_decimal(text, (int64_t)difference->seq);
        wc_buf_put_text(text, ", ");
    }
    if (difference->has_receipt) {
        wc_buf_put_text(text, "receipt ");
        wc_buf_put_decimal(text, difference->receipt);
        wc_buf_put_text(text, ", ");
    }
    if (difference->has_tx) {
        wc_buf_put_text(text, "transaction ");
        wc_buf_put_hex(text, wc_slice_of(difference->tx_id.bytes, sizeof difference->tx_id.bytes));
        wc_buf_put_text(text, ", ");
    }
    wc_buf_put_text(text, difference->place);
    if (difference->field[0] != '\0') {
        wc_buf_put_text(text, ", ");
        wc_buf_put_text(text, difference->field);
    }
    wc_buf_put_text(text, ": the folder has ");
    wc_buf_put_text(text, difference->stored);
    wc_buf_put_text(text, ", recomputed is ");
    wc_buf_put_text(text, difference->recomputed);
}
