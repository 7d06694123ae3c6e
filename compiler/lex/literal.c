/* See literal.h. */
#include "compiler/lex/literal.h"

#include "compiler/lex/utf8.h"

/* ---- numbers ------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

size_t wc_number_len(wc_str raw)
{
    size_t at = 0;
    while (at < raw.len && (is_digit(raw.data[at]) || raw.data[at] == '_')) at++;
    bool has_point = at + 1 < raw.len && raw.data[at] == '.' && is_digit(raw.data[at + 1]);
    if (!has_point) return at;
    at++;
    while (at < raw.len && (is_digit(raw.data[at]) || raw.data[at] == '_')) at++;
    return at;
}

/* `_` stands between two digits only. */
static bool has_stray_underscore(wc_str raw)
{
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.data[i] != '_') continue;
        wc_assert(i > 0); /* a number begins with a digit */
        bool is_between = i + 1 < raw.len && is_digit(raw.data[i - 1]) && is_digit(raw.data[i + 1]);
        if (!is_between) return true;
    }
    return false;
}

/* The digits of raw, at most WC_DIGITS_MAX, as one integer below 10^38, which fits 128 bits. */
static wc_i128 mantissa_of(wc_str raw)
{
    wc_i128 mantissa = wc_i128_of(0);
    for (size_t i = 0; i < raw.len; i++) {
        if (!is_digit(raw.data[i])) continue;
        wc_status status = wc_i128_mul_i64(mantissa, 10, &mantissa);
        wc_assert(status == WC_OK);
        status = wc_i128_add(mantissa, wc_i128_of(raw.data[i] - '0'), &mantissa);
        wc_assert(status == WC_OK);
    }
    return mantissa;
}

bool wc_literal_number(wc_diags *diags, wc_span span, wc_str raw, unsigned scale_max,
                       wc_number *number)
{
    if (has_stray_underscore(raw)) {
        wc_diag *diag = wc_diag_report(diags, WC_E0106, span, "`{}` is not a number", raw);
        wc_diag_add_note(diags, diag, "`_` stands between two digits, as in 10_000.00");
        return false;
    }
    unsigned digits = 0;
    unsigned decimals = 0;
    bool is_behind_point = false;
    for (size_t i = 0; i < raw.len; i++) {
        is_behind_point |= raw.data[i] == '.';
        digits += is_digit(raw.data[i]);
        decimals += is_behind_point && is_digit(raw.data[i]);
    }
    if (digits > WC_DIGITS_MAX) {
        wc_diag_report(diags, WC_E0107, span, "the number has {} digits, the most is {}", digits,
                       WC_DIGITS_MAX);
        return false;
    }
    if (decimals > scale_max) {
        wc_diag_report(diags, WC_E0108, span, "the number has {} decimals, the most is {}",
                       decimals, scale_max);
        return false;
    }
    number->mantissa = mantissa_of(raw);
    number->scale = decimals;
    return true;
}

/* ---- strings ------------------------------------------------------------------------------- */

static wc_span span_at(wc_span span, size_t at, size_t len)
{
    wc_span part = {span.start + (uint32_t)at, span.start + (uint32_t)(at + len), span.file};
    return part;
}

static void put_utf8(wc_buf *buf, uint32_t code)
{
    if (code < 0x80) {
        wc_buf_put_u8(buf, (uint8_t)code);
    } else if (code < 0x800) {
        wc_buf_put_u8(buf, (uint8_t)(0xC0 | code >> 6));
        wc_buf_put_u8(buf, (uint8_t)(0x80 | (code & 0x3F)));
    } else if (code < 0x10000) {
        wc_buf_put_u8(buf, (uint8_t)(0xE0 | code >> 12));
        wc_buf_put_u8(buf, (uint8_t)(0x80 | (code >> 6 & 0x3F)));
        wc_buf_put_u8(buf, (uint8_t)(0x80 | (code & 0x3F)));
    } else {
        wc_buf_put_u8(buf, (uint8_t)(0xF0 | code >> 18));
        wc_buf_put_u8(buf, (uint8_t)(0x80 | (code >> 12 & 0x3F)));
        wc_buf_put_u8(buf, (uint8_t)(0x80 | (code >> 6 & 0x3F)));
        wc_buf_put_u8(buf, (uint8_t)(0x80 | (code & 0x3F)));
    }
}

static unsigned hex_value(char c)
{
    if (is_digit(c)) return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f') return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return (unsigned)(c - 'A') + 10;
    return 16;
}

/* The length of `\u{hex}` at the start of raw and the character it names; 0: malformed. */
static size_t unicode_escape(wc_str raw, uint32_t *code)
{
    if (raw.len < 4 || raw.data[2] != '{') return 0;
    uint32_t value = 0;
    size_t at = 3;
    for (; at < raw.len && at < 9 && hex_value(raw.data[at]) < 16; at++)
        value = value << 4 | hex_value(raw.data[at]);
    if (at == 3 || at == raw.len || raw.data[at] != '}') return 0;
    *code = value;
    return at + 1;
}

/* A character that a text value may hold (language D22) and that cannot hide anything. */
static bool is_text_char(uint32_t code)
{
    bool is_surrogate = code >= 0xD800 && code < 0xE000;
    return code < 0x110000 && !is_surrogate && !wc_utf8_is_control(code) && !wc_utf8_is_bidi(code);
}

static void report_escape(wc_diags *diags, wc_span span, wc_str raw, size_t at)
{
    wc_str rest = {raw.data + at, raw.len - at};
    size_t len = rest.len < 2 ? rest.len : 1u + wc_utf8_at(rest, 1).len;
    uint32_t code;
    if (len == 2 && rest.data[1] == 'u' && unicode_escape(rest, &code) != 0)
        len = unicode_escape(rest, &code);
    wc_str shown = {rest.data, len};
    wc_diag *diag = wc_diag_report(diags, WC_E0109, span_at(span, at, len),
                                   "`{}` is not an escape of Clause", shown);
    wc_diag_add_note(diags, diag,
                     "the escapes are \\\" \\\\ and \\u{20ac} with one to six hex digits");
    wc_diag_add_note(diags, diag, "a text holds no control characters, so there is no \\n or \\t");
}

/* Resolves the escape at raw[at] and returns its length; 0 when it was reported. */
static size_t resolve_escape(wc_diags *diags, wc_span span, wc_str raw, size_t at, wc_buf *buf)
{
    wc_str rest = {raw.data + at, raw.len - at};
    char which = rest.len > 1 ? rest.data[1] : '\0';
    if (which == '"' || which == '\\') {
        wc_buf_put_u8(buf, (uint8_t)which);
        return 2;
    }
    uint32_t code;
    size_t len = which == 'u' ? unicode_escape(rest, &code) : 0;
    if (len == 0 || !is_text_char(code)) {
        report_escape(diags, span, raw, at);
        return 0;
    }
    put_utf8(buf, code);
    return len;
}

bool wc_literal_string(wc_diags *diags, wc_span span, wc_str raw, wc_str *text)
{
    size_t end = raw.len;
    if (end > 1 && raw.data[end - 1] == '"') end--;
    uint8_t *memory = WC_ARENA_ARRAY(diags->arena, uint8_t, raw.len);
    *text = (wc_str){(const char *)memory, 0};
    if (memory == NULL) return false;

    wc_buf buf; /* no escape is longer than what it stands for */
    wc_buf_init(&buf, memory, raw.len);
    for (size_t at = 1; at < end;) {
        if (raw.data[at] != '\\') {
            wc_buf_put_u8(&buf, (uint8_t)raw.data[at++]);
            continue;
        }
        size_t len = resolve_escape(diags, span, (wc_str){raw.data, end}, at, &buf);
        if (len == 0) return false;
        at += len;
    }
    if (buf.len > WC_STRING_MAX) {
        wc_diag_report(diags, WC_E0110, span, "the text has {} bytes, the most is {}", buf.len,
                       WC_STRING_MAX);
        return false;
    }
    text->len = buf.len;
    return true;
}

/* ---- dates and times ----------------------------------------------------------------------- */

static int digits_value(wc_str raw, size_t at, size_t count)
{
    int value = 0;
    for (size_t i = at; i < at + count; i++) value = value * 10 + (raw.data[i] - '0');
    return value;
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 0001-01-01 to the first of January of year. */
static int64_t days_before_year(int year)
{
    int64_t years = year - 1;
    return years * 365 + years / 4 - years / 100 + years / 400;
}

static const char *date_parse(wc_str raw, int64_t *days)
{
    int year = digits_value(raw, 0, 4);
    int month = digits_value(raw, 5, 2);
    int day = digits_value(raw, 8, 2);
    if (year < 1) return "there is no year 0000";
    if (month < 1 || month > 12) return "a month is 01 to 12";
    if (day < 1 || day > month_days(year, month)) return "this month has no such day";

    int64_t count = days_before_year(year) - days_before_year(1970);
    for (int m = 1; m < month; m++) count += month_days(year, m);
    *days = count + day - 1;
    return NULL;
}

static bool report_date(wc_diags *diags, wc_span span, wc_str raw, const char *reason)
{
    wc_diag *diag = wc_diag_report(diags, WC_E0114, span, "`{}` does not exist", raw);
    wc_diag_add_note(diags, diag, "{}", reason);
    return false;
}

bool wc_literal_date(wc_diags *diags, wc_span span, wc_str raw, int64_t *days)
{
    const char *reason = date_parse(raw, days);
    return reason == NULL ? true : report_date(diags, span, raw, reason);
}

/* `:dd` at raw[at]. */
static bool has_pair(wc_str raw, size_t at)
{
    return at + 2 < raw.len && raw.data[at] == ':' && is_digit(raw.data[at + 1]) &&
           is_digit(raw.data[at + 2]);
}

/* The offset from UTC at raw[at] to the end, in seconds. */
static const char *offset_parse(wc_str raw, size_t at, int64_t *offset)
{
    static const char form[] = "an offset from UTC is written +08:00 or -05:30, at most 14 hours";
    wc_str rest = {raw.data + at, raw.len - at};
    *offset = 0;
    if (rest.len == 1) return rest.data[0] == 'Z' ? NULL : form;
    if (rest.len != 6 || !is_digit(rest.data[1]) || !is_digit(rest.data[2]) || !has_pair(rest, 3))
        return form;
    int hours = digits_value(rest, 1, 2);
    int minutes = digits_value(rest, 4, 2);
    if (minutes > 59 || hours * 60 + minutes > 14 * 60) return form;
    *offset = (hours * 3600 + minutes * 60) * (rest.data[0] == '-' ? -1 : 1);
    return NULL;
}

/* Parses the clock after the date's ten characters; *end is where the offset begins. */
static const char *clock_parse(wc_str raw, int64_t *seconds, size_t *end)
{
    static const char form[] = "a time of day is written T08:15 or T08:15:30, in whole seconds";
    bool has_minutes =
        raw.len > 13 && is_digit(raw.data[11]) && is_digit(raw.data[12]) && has_pair(raw, 13);
    if (!has_minutes) return form;
    size_t at = 16;
    int second = 0;
    if (has_pair(raw, at)) {
        second = digits_value(raw, at + 1, 2);
        at += 3;
    }
    int hour = digits_value(raw, 11, 2);
    int minute = digits_value(raw, 14, 2);
    if (hour > 23 || minute > 59 || second > 59) return "a day ends at 23:59:59";
    if (at < raw.len && (raw.data[at] == '.' || raw.data[at] == ':')) return form;
    *seconds = hour * 3600 + minute * 60 + second;
    *end = at;
    return NULL;
}

bool wc_literal_time(wc_diags *diags, wc_span span, wc_str raw, int64_t *seconds)
{
    int64_t days = 0;
    int64_t clock = 0;
    int64_t offset = 0;
    size_t end = 0;
    const char *reason = date_parse(raw, &days);
    if (reason == NULL) reason = clock_parse(raw, &clock, &end);
    if (reason == NULL && end == raw.len) {
        wc_diag *diag = wc_diag_report(diags, WC_E0115, span, "`{}` has no offset from UTC", raw);
        wc_diag_add_note(diags, diag, "a time without an offset means another moment in each zone");
        wc_diag_add_fix(diags, diag, span_at(span, raw.len, 0), WC_FIX_MAYBE, WC_STR("Z"),
                        "end it with Z for UTC, or with an offset such as +08:00");
        return false;
    }
    if (reason == NULL) reason = offset_parse(raw, end, &offset);
    if (reason != NULL) return report_date(diags, span, raw, reason);
    *seconds = days * 86400 + clock - offset;
    return true;
}
