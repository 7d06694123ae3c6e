/* Rows to a batch; see batch_args.h. */
#include "node/txfile/batch_args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/query/batches.h"
#include "node/query/when.h"
#include "node/txfile/csv.h"
#include "node/txfile/page_args.h"
#include "vm/base/text.h"

typedef enum column {
    COLUMN_METER,
    COLUMN_AT,
    COLUMN_VALUE,
    COLUMN_QUALITY,
    COLUMN_COUNT
} column;

typedef struct slot_row {
    uint32_t line; /* 0: no row yet */
    wc_batch_reading reading;
} slot_row;

typedef struct rows {
    const wc_batch_wish *wish;
    wc_txfile_fault *fault;
    wc_csv csv;
    uint8_t order[COLUMN_COUNT]; /* column that stands at a place */
    unsigned scale;              /* decimals of the value: 3 of kwh, 0 of wh */
    wc_csv_field fields[COLUMN_COUNT];
    bool has_at;
    int64_t at;       /* start of the interval */
    uint32_t at_line; /* of the row that said so first */
    slot_row *slots;  /* page->count */
} rows;

static const char *const column_names[COLUMN_COUNT] = {"meter", "at", "kwh", "quality"};

/* ---- refusing -------------------------------------------------------------------------------- */

static wc_status refuse(const rows *r, const wc_csv_field *field, const char *name,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

static wc_status refuse(const rows *r, const wc_csv_field *field, const char *name,
                        const char *format, ...)
{
    char text[WC_TXFILE_TEXT_MAX / 2];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return wc_txfile_refuse(r->fault, "%.120s:%u:%u: %s: %s", r->wish->path, field->line,
                            field->column, name, text);
}

/* A field in a message: cut, and without what a terminal would obey. */
typedef struct shown {
    char text[48];
} shown;

static shown show(const wc_csv_field *field)
{
    shown s;
    size_t len = field->text.len < sizeof s.text - 1 ? field->text.len : sizeof s.text - 1;
    for (size_t i = 0; i < len; i++) {
        char c = field->text.data[i];
        s.text[i] = (uint8_t)c < 0x20 || c == 0x7F ? '?' : c;
    }
    s.text[len] = '\0';
    return s;
}

static const char *when(char text[40], int64_t time_s)
{
    wc_buf buf;
    wc_buf_init(&buf, (uint8_t *)text, 39);
    wc_put_time(&buf, time_s);
    text[buf.len] = '\0';
    return text;
}

static bool is_word(wc_str text, const char *word)
{
    return wc_str_equal(text, wc_str_of(word));
}

static wc_status next_field(rows *r, wc_csv_field *field)
{
    wc_status status = wc_csv_next(&r->csv, field);
    if (status != WC_OUT_OF_DOMAIN) return status;
    return refuse(r, field, "BAD_ARGUMENTS", "a quote inside of a field, or one that does not end");
}

/* ---- the head row ---------------------------------------------------------------------------- */

static wc_status name_column(rows *r, unsigned place, const wc_csv_field *field)
{
    unsigned c = 0;
    while (c < COLUMN_COUNT && !is_word(field->text, column_names[c])) c++;
    if (is_word(field->text, "wh")) c = COLUMN_VALUE;
    if (c == COLUMN_COUNT) {
        bool is_other = memchr(field->text.data, ';', field->text.len) != NULL;
        return refuse(r, field, "BAD_ARGUMENTS", "`%s` is no column: %s", show(field).text,
                      is_other ? "fields are separated by commas"
                               : "a batch has meter, at, kwh (or wh) and quality");
    }
    for (unsigned i = 0; i < place; i++) {
        if (r->order[i] != c) continue;
        return refuse(r, field, "BAD_ARGUMENTS", "`%s`: there is a column for that already",
                      show(field).text);
    }
    if (c == COLUMN_VALUE) r->scale = is_word(field->text, "wh") ? 0 : WC_BATCH_SCALE;
    r->order[place] = (uint8_t)c;
    return WC_OK;
}

static wc_status read_head(rows *r)
{
    wc_csv_field field = {.line = 1, .column = 1};
    unsigned place = 0;
    do {
        wc_status status = next_field(r, &field);
        if (status == WC_NOT_FOUND) {
            return refuse(r, &field, "BAD_ARGUMENTS",
                          "is empty; its first row names the columns: "
                          "meter,at,kwh,quality");
        }
        WC_TRY(status);
        if (place == COLUMN_COUNT) {
            return refuse(r, &field, "BAD_ARGUMENTS", "`%s` is one column more than a batch has",
                          show(&field).text);
        }
        WC_TRY(name_column(r, place++, &field));
    } while (!field.ends_row);
    if (place == COLUMN_COUNT) return WC_OK;
    bool has[COLUMN_COUNT] = {false};
    for (unsigned i = 0; i < place; i++) has[r->order[i]] = true;
    unsigned c = 0;
    while (has[c]) c++;
    return refuse(r, &field, "BAD_ARGUMENTS", "the column %s is missing", column_names[c]);
}

/* ---- a row ----------------------------------------------------------------------------------- */

/* NOT_FOUND: there is none left. */
static wc_status read_fields(rows *r)
{
    wc_csv_field field;
    for (unsigned place = 0; place < COLUMN_COUNT; place++) {
        WC_TRY(next_field(r, &field));
        r->fields[r->order[place]] = field;
        if (field.ends_row && place + 1 < COLUMN_COUNT) {
            return refuse(r, &field, "BAD_ARGUMENTS", "the row has %u fields; the head has %u",
                          place + 1, (unsigned)COLUMN_COUNT);
        }
    }
    if (field.ends_row) return WC_OK;
    WC_TRY(next_field(r, &field));
    return refuse(r, &field, "BAD_ARGUMENTS",
                  "the row has more fields than the head; decimals are written with a point");
}

static wc_status find_slot(rows *r, uint16_t *slot)
{
    const wc_csv_field *field = &r->fields[COLUMN_METER];
    const wc_txfile_page *page = r->wish->page;
    wc_address address;
    if (wc_names_address(&address, r->wish->names, field->text) != WC_OK) {
        char why[192];
        wc_buf text;
        wc_buf_init(&text, (uint8_t *)why, sizeof why - 1);
        wc_names_refuse(&text, r->wish->names, field->text);
        why[text.len] = '\0';
        return refuse(r, field, "SLOT_UNKNOWN", "%s", why);
    }
    for (*slot = 0; *slot < page->count; (*slot)++) {
        wc_address meter = wc_txfile_page_meter(page, *slot);
        if (wc_address_equal(&meter, &address)) break;
    }
    if (*slot == page->count) {
        return refuse(r, field, "SLOT_UNKNOWN", "`%.70s` is no meter of page %u",
                      field->text.len < 70 ? show(field).text : "the address", page->number);
    }
    if (r->slots[*slot].line == 0) return WC_OK;
    return refuse(r, field, "SLOT_TWICE", "`%s` has a row already, in line %u", show(field).text,
                  r->slots[*slot].line);
}

/* The interval that the first row names. */
static wc_status begin_interval(rows *r, int64_t at)
{
    char text[40];
    const wc_csv_field *field = &r->fields[COLUMN_AT];
    const wc_txfile_page *page = r->wish->page;
    int64_t now_s = r->wish->now_s, end = at + page->step_s;
    if (at < 0 || at % page->step_s != 0) {
        return refuse(r, field, "READING_OUT_OF_PLACE",
                      "is no start of an interval: the page's are %u s long", page->step_s);
    }
    if (at < page->from_s) {
        return refuse(r, field, "READING_BACK_DATED", "lies before the page begins, %s",
                      when(text, page->from_s));
    }
    if (at >= page->until_s) {
        return refuse(r, field, "METER_NOT_VALID", "the page reports until %s; the next one is due",
                      when(text, page->until_s));
    }
    if (end > now_s) {
        return refuse(r, field, "READING_OUT_OF_PLACE", "the interval is not over at %s",
                      when(text, now_s));
    }
    if (at < now_s - WC_READING_BACK_S) {
        return refuse(r, field, "READING_BACK_DATED",
                      "is more than 45 days back at %s; on a chain with a scripted clock, --time "
                      "says when it is sent",
                      when(text, now_s));
    }
    r->has_at = true;
    r->at = at;
    r->at_line = field->line;
    return WC_OK;
}

static wc_status read_at(rows *r)
{
    const wc_csv_field *field = &r->fields[COLUMN_AT];
    wc_str text = field->text;
    int64_t at, end;
    char first[40];
    bool is_utc =
        text.len > 0 && text.data[text.len - 1] == 'Z' && memchr(text.data, 'T', text.len) != NULL;
    if (!is_utc || wc_parse_span(text, &at, &end) != WC_OK) {
        return refuse(r, field, "BAD_ARGUMENTS",
                      "`%s` is no time in UTC, for example 2026-01-01T00:30:00Z", show(field).text);
    }
    if (!r->has_at) return begin_interval(r, at);
    if (at == r->at) return WC_OK;
    return refuse(r, field, "BATCH_MIXED",
                  "is another interval than %s of line %u; every batch is a file of its own",
                  when(first, r->at), r->at_line);
}

static wc_status read_quality(rows *r, wc_quality *quality)
{
    const wc_csv_field *field = &r->fields[COLUMN_QUALITY];
    unsigned q = 0;
    while (q < WC_QUALITY_COUNT && !is_word(field->text, wc_quality_name((wc_quality)q))) q++;
    if (q == WC_QUALITY_COUNT) {
        return refuse(r, field, "BAD_ARGUMENTS",
                      "`%s` is no quality: measured, estimated, substituted or missing",
                      show(field).text);
    }
    *quality = (wc_quality)q;
    return WC_OK;
}

static wc_status not_a_value(const rows *r, const wc_csv_field *field, wc_status status)
{
    int64_t finer;
    const char *unit = r->scale == 0 ? "Wh" : "kWh";
    if (status == WC_OVERFLOW) {
        return refuse(r, field, "READING_IMPLAUSIBLE", "%s %s is more than any page allows",
                      show(field).text, unit);
    }
    if (wc_parse_scaled(field->text, 12, &finer) == WC_OK) {
        return refuse(r, field, "READING_SCALE", "%s %s is no whole number of Wh: readings have %s",
                      show(field).text, unit,
                      r->scale == 0 ? "no decimals in wh" : "three decimals in kwh");
    }
    return refuse(r, field, "BAD_ARGUMENTS",
                  "`%s` is no number, with a point and without its unit: the head row says %s",
                  show(field).text, r->scale == 0 ? "wh" : "kwh");
}

static wc_status read_value(rows *r, wc_quality quality, int64_t *wh)
{
    const wc_csv_field *field = &r->fields[COLUMN_VALUE];
    int64_t max = r->wish->page->energy_max;
    bool is_missing = quality == WC_QUALITY_MISSING;
    *wh = 0;
    if (field->text.len == 0) {
        if (is_missing) return WC_OK;
        return refuse(r, field, "BAD_ARGUMENTS",
                      "has no value; a reading that you do not have is missing");
    }
    wc_status status = wc_parse_scaled(field->text, r->scale, wh);
    if (status != WC_OK) return not_a_value(r, field, status);
    if (is_missing && *wh != 0) {
        return refuse(r, field, "BAD_ARGUMENTS", "a reading that is missing has no value");
    }
    if (*wh >= 0 && *wh <= max) return WC_OK;
    char most[WC_DECIMAL_MAX];
    wc_buf text;
    wc_buf_init(&text, (uint8_t *)most, sizeof most - 1);
    wc_put_scaled(&text, max, r->scale);
    most[text.len] = '\0';
    const char *unit = r->scale == 0 ? "Wh" : "kWh";
    return refuse(r, field, "READING_IMPLAUSIBLE",
                  "%s %s; the page allows 0 to %s %s in an interval", show(field).text, unit, most,
                  unit);
}

static wc_status read_row(rows *r)
{
    uint16_t slot = 0;
    wc_batch_reading reading = {.slot = 0};
    WC_TRY(read_fields(r));
    WC_TRY(find_slot(r, &slot));
    WC_TRY(read_at(r));
    WC_TRY(read_quality(r, &reading.quality));
    WC_TRY(read_value(r, reading.quality, &reading.value));
    reading.slot = slot;
    reading.interval = (uint32_t)(r->at / r->wish->page->step_s);
    r->slots[slot] = (slot_row){r->fields[COLUMN_METER].line, reading};
    return WC_OK;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static wc_status check_complete(rows *r)
{
    const wc_txfile_page *page = r->wish->page;
    uint16_t missing = 0, first = 0;
    char meter[WC_ADDRESS_TEXT_LEN + 1];
    for (uint16_t slot = page->count; slot > 0; slot--) {
        if (r->slots[slot - 1].line != 0) continue;
        first = (uint16_t)(slot - 1);
        missing++;
    }
    if (missing == 0) return WC_OK;
    wc_address address = wc_txfile_page_meter(page, first);
    wc_address_text(meter, &address);
    const wc_csv_field end = {.line = r->csv.line, .column = 1};
    return refuse(
        r, &end, "BATCH_INCOMPLETE",
        "%u of %u meters have no row, the first is %s, slot %u; what is not known has the "
        "quality missing",
        missing, page->count, meter, first);
}

/* What stands must be of this page and interval; the ledger asks for no more than its root. */
static wc_status check_before(const rows *r, wc_batch *before)
{
    const wc_txfile_page *page = r->wish->page;
    const wc_tx_call *call = r->wish->before;
    wc_batch_reading first;
    char text[40];
    bool is_batch = call->has_args && wc_batch_decode(before, call->args) == WC_OK &&
                    before->page == page->number && before->count == page->count;
    if (!is_batch || wc_batch_reading_at(&first, before->pieces, 0) != WC_OK) {
        return wc_txfile_refuse(r->fault, "CORRECTION_DIFFERS: corrects: holds no batch of page %u",
                                page->number);
    }
    int64_t at = (int64_t)first.interval * page->step_s;
    if (at != r->at) {
        return wc_txfile_refuse(r->fault,
                                "CORRECTION_DIFFERS: corrects: holds the interval of %s, the rows "
                                "are of another",
                                when(text, at));
    }
    if (before->version < WC_BATCH_VERSION_MAX) return WC_OK;
    return wc_txfile_refuse(r->fault, "corrects: no version can follow it");
}

static wc_status put_batch(rows *r, wc_buf *out, wc_batch_note *note)
{
    const wc_txfile_page *page = r->wish->page;
    wc_batch before;
    wc_batch_head head = {.scale = WC_BATCH_SCALE, .page = page->number, .count = page->count};
    if (r->wish->before != NULL) {
        WC_TRY(check_before(r, &before));
        head.version = (uint16_t)(before.version + 1);
        head.prior_root = r->wish->before->payload_hash;
    }
    size_t start = out->len;
    wc_batch_put_head(out, &head);
    for (uint16_t slot = 0; slot < page->count; slot++) {
        wc_batch_put_reading(out, &r->slots[slot].reading);
    }
    if (r->wish->before == NULL || out->full) return WC_OK;
    bool is_same = memcmp(out->data + start + WC_BATCH_HEAD, before.pieces.data + WC_BATCH_HEAD,
                          before.pieces.len - WC_BATCH_HEAD) == 0;
    if (is_same) {
        (void)snprintf(note->text, sizeof note->text,
                       "%.120s: every reading is as in the batch that it corrects", r->wish->path);
    }
    return wc_batch_put_before(out, r->wish->before->salt.data, r->wish->before->args);
}

static void note_late(const rows *r, wc_batch_note *note)
{
    if (r->wish->now_s - r->at - r->wish->page->step_s <= WC_READING_LATE_S) return;
    (void)snprintf(note->text, sizeof note->text,
                   "%.120s: the interval ended more than a day ago: the ledger flags the batch as "
                   "late",
                   r->wish->path);
}

wc_status wc_batch_of_csv(wc_buf *out, wc_txfile_fault *fault, wc_batch_note *note, wc_arena *arena,
                          const wc_batch_wish *wish)
{
    rows r = {.wish = wish, .fault = fault};
    wc_status status;
    note->text[0] = '\0';
    r.slots = WC_ARENA_ARRAY(arena, slot_row, wish->page->count);
    if (r.slots == NULL) return WC_NO_MEMORY;
    wc_csv_open(&r.csv, wish->csv);
    WC_TRY(read_head(&r));
    while ((status = read_row(&r)) == WC_OK) {
    } /* every row takes bytes of the text */
    if (status != WC_NOT_FOUND) return status;
    WC_TRY(check_complete(&r));
    note_late(&r, note);
    return put_batch(&r, out, note);
}
