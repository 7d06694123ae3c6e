/* Numbers with their units, times, intervals and series from JSON. */
#include <string.h>

#include "node/abi/abi.h"
#include "node/abi/encode_inside.h"
#include "node/query/when.h"

#define QUALITIES 4u

/* ---- numbers --------------------------------------------------------------------------------- */

/* "12.000 kWh" -> "12.000"; the unit must be the type's. */
static wc_status strip_unit(const wc_encoding *e, const wc_type *type, wc_str *text)
{
    size_t number = 0;
    while (number < text->len && text->data[number] != ' ') number++;
    if (number == text->len) return WC_OK;
    wc_str written = {text->data + number + 1, text->len - number - 1};
    wc_str unit = WC_STR("");
    if (type->kind == WC_TYPE_DEC && type->unit != WC_NONE) {
        unit = e->module->strings[e->module->units[type->unit].text];
    }
    if (!wc_str_equal(unit, written)) {
        return wc_encode_refuse(e,
                                unit.len == 0 ? "has no unit, found `%.*s`%.*s"
                                              : "is in another unit: found `%.*s`, needs `%.*s`",
                                WC_STR_ARG(written), WC_STR_ARG(unit));
    }
    *text = (wc_str){text->data, number};
    return WC_OK;
}

static wc_status refuse_number(const wc_encoding *e, wc_str text, unsigned scale, wc_status why)
{
    if (why == WC_OVERFLOW) return wc_encode_refuse(e, "`%.40s` exceeds 64 bits", text.data);
    return wc_encode_refuse(e, "`%.*s` is no number with at most %u decimals",
                            (int)(text.len < 40 ? text.len : 40), text.data, scale);
}

static wc_status check_range(const wc_encoding *e, const wc_type *type, int64_t value)
{
    if (value >= type->lo && value <= type->hi) return WC_OK;
    uint8_t memory[160];
    wc_buf text;
    unsigned scale = type->kind == WC_TYPE_DEC ? type->scale : 0;
    wc_buf_init(&text, memory, sizeof memory);
    wc_put_scaled(&text, value, scale);
    wc_buf_put_text(&text, " lies outside ");
    wc_put_scaled(&text, type->lo, scale);
    wc_buf_put_text(&text, " to ");
    wc_put_scaled(&text, type->hi, scale);
    return wc_encode_refuse(e, "%.*s", (int)text.len, (const char *)memory);
}

static wc_status encode_amount(const wc_encoding *e, const wc_type *type, const json_t *value)
{
    int64_t number;
    unsigned scale = type->kind == WC_TYPE_DEC ? type->scale : 0;
    if (json_is_integer(value) && type->kind == WC_TYPE_INT) {
        number = json_integer_value(value);
    } else {
        wc_str text;
        WC_TRY(wc_encode_text_of(e, value, "an amount as text, for example \"12.000\"", &text));
        WC_TRY(strip_unit(e, type, &text));
        wc_status status = wc_parse_scaled(text, scale, &number);
        if (status != WC_OK) return refuse_number(e, text, scale, status);
    }
    WC_TRY(check_range(e, type, number));
    wc_buf_put_i64(e->out, number);
    return WC_OK;
}

/* ---- times ----------------------------------------------------------------------------------- */

static wc_status read_time(const wc_encoding *e, const json_t *value, int64_t *time_s)
{
    wc_str text;
    int64_t end;
    WC_TRY(wc_encode_text_of(e, value, "a time \"2026-01-01T00:00:00Z\"", &text));
    bool is_utc = text.len > 0 && text.data[text.len - 1] == 'Z';
    if (!is_utc || wc_parse_span(text, time_s, &end) != WC_OK) {
        return wc_encode_refuse(e, "`%.40s` is no time in UTC, for example 2026-01-01T00:00:00Z",
                                text.data);
    }
    return WC_OK;
}

static wc_status read_date(const wc_encoding *e, const json_t *value, int64_t *day)
{
    wc_str text;
    int64_t start, end;
    WC_TRY(wc_encode_text_of(e, value, "a date \"2026-01-01\"", &text));
    bool is_date = wc_parse_span(text, &start, &end) == WC_OK && end - start == WC_DAY_S;
    if (!is_date) {
        return wc_encode_refuse(e, "`%.40s` is no date, for example 2026-01-01", text.data);
    }
    *day = start / WC_DAY_S;
    return WC_OK;
}

wc_status wc_encode_number(const wc_encoding *e, const wc_type *type, const json_t *value)
{
    if (type->kind != WC_TYPE_TIME && type->kind != WC_TYPE_DATE) {
        return encode_amount(e, type, value);
    }
    int64_t moment;
    WC_TRY(type->kind == WC_TYPE_TIME ? read_time(e, value, &moment)
                                      : read_date(e, value, &moment));
    wc_buf_put_i64(e->out, moment);
    return WC_OK;
}

wc_status wc_encode_interval(const wc_encoding *e, const json_t *value)
{
    int64_t start, end;
    const json_t *first = json_object_get(value, "start"), *last = json_object_get(value, "end");
    if (first == NULL || last == NULL || json_object_size(value) != 2) {
        return wc_encode_refuse(e, "needs an object {start, end}");
    }
    WC_TRY(read_time(e, first, &start));
    WC_TRY(read_time(e, last, &end));
    if (start > end) return wc_encode_refuse(e, "ends before it starts");
    wc_buf_put_i64(e->out, start);
    wc_buf_put_i64(e->out, end);
    return WC_OK;
}

/* ---- series ---------------------------------------------------------------------------------- */

static bool find_quality(const json_t *value, uint8_t *quality)
{
    for (unsigned i = 0; i < QUALITIES; i++) {
        if (json_is_string(value) && strcmp(json_string_value(value), wc_abi_quality(i)) == 0) {
            *quality = (uint8_t)i;
            return true;
        }
    }
    return false;
}

static wc_status encode_interval_value(const wc_encoding *e, const wc_type *item,
                                       const json_t *entry, size_t i, uint8_t *quality)
{
    if (!find_quality(json_object_get(entry, "quality"), quality)) {
        return wc_encode_refuse(e,
                                "interval %zu has no quality: Measured, Estimated, Substituted or "
                                "Missing",
                                i);
    }
    const json_t *value = json_object_get(entry, "value");
    bool is_missing = *quality == QUALITIES - 1;
    if (is_missing != (value == NULL)) {
        return wc_encode_refuse(
            e, is_missing ? "interval %zu is missing and has a value" : "interval %zu has no value",
            i);
    }
    if (!is_missing) return wc_encode_number(e, item, value);
    wc_buf_put_i64(e->out, 0);
    return WC_OK;
}

wc_status wc_encode_series(const wc_encoding *e, const wc_type *type, const json_t *value)
{
    int64_t start;
    const json_t *values = json_object_get(value, "values");
    const json_t *step = json_object_get(value, "step");
    if (!json_is_array(values)) return wc_encode_refuse(e, "needs an object {start, step, values}");
    WC_TRY(read_time(e, json_object_get(value, "start"), &start));
    if (start % (int64_t)type->step != 0) {
        return wc_encode_refuse(e, "the start is no multiple of the step of %u s", type->step);
    }
    if (step != NULL && json_integer_value(step) != (json_int_t)type->step) {
        return wc_encode_refuse(e, "the step is %u s here", type->step);
    }
    size_t count = json_array_size(values);
    if (count > type->capacity) {
        return wc_encode_refuse(e, "%zu intervals, %u are allowed", count, type->capacity);
    }
    uint8_t *qualities = wc_arena_alloc(e->arena, count + 1, 1);
    if (qualities == NULL) return WC_NO_MEMORY;
    wc_buf_put_i64(e->out, start);
    wc_buf_put_u32(e->out, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        WC_TRY(encode_interval_value(e, &e->module->types[type->item], json_array_get(values, i), i,
                                     &qualities[i]));
    }
    wc_buf_put(e->out, qualities, count);
    return WC_OK;
}
