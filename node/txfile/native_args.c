/* Arguments of native methods between JSON and bytes, by the text of their row in natives.def,
 * which is what documents them too:
 *
 *   "asset u32, party 32"          fields in order: u8 u16 u32 u64 i64; a number N: N bytes;
 *                                  str8 and str32: bytes with their length
 *   "n u8, guardian 32 each"       n of them: a list under the field's own name
 *   "n_party u8, (party 32, role u16)*"   n objects: a list under the name behind n_
 *   "account"                      all bytes that are left, in hex
 *
 * In JSON: 32 bytes are an address "wc1...", a name of one, or hex, a role is its name or number, a
 * number that counts seconds may be a time, a kind of proposal its name, its body what the kind
 * holds (proposal_args.c), a key an object (key_args.c), a meter an object, an account one
 * (account_args.c), text of str8 is text, all other bytes are hex. */
#include <stdio.h>
#include <string.h>

#include "node/ledger/meter.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"
#include "node/ledger/state.h"
#include "node/query/when.h"
#include "node/txfile/inside.h"
#include "vm/base/json.h"
#include "vm/base/text.h"

#define FIELDS_MAX 16u
#define NAME_MAX   32u

typedef enum field_type {
    FIELD_NUMBER, /* size bytes, big-endian */
    FIELD_BYTES,  /* size bytes */
    FIELD_STRING, /* length of size bytes, then bytes */
    FIELD_REST
} field_type;

typedef struct field {
    char name[NAME_MAX];
    field_type type;
    uint8_t size;
    bool is_signed;
    uint8_t repeat; /* 0: once; else so many of the fields from here on, as often as the count in
                       front of them says */
} field;

typedef struct form {
    field fields[FIELDS_MAX];
    size_t count;
} form;

/* ---- the row --------------------------------------------------------------------------------- */

static void set_type(field *f, const char *type)
{
    unsigned number;
    f->type = FIELD_NUMBER;
    f->is_signed = type[0] == 'i';
    if (sscanf(type, "str%u", &number) == 1) {
        f->type = FIELD_STRING;
        f->size = (uint8_t)(number / 8);
    } else if (sscanf(type, "%u", &number) == 1) {
        f->type = FIELD_BYTES;
        f->size = (uint8_t)number;
    } else if (sscanf(type + 1, "%u", &number) == 1) {
        f->size = (uint8_t)(number / 8);
    } else {
        f->type = FIELD_REST;
    }
}

/* Rows are literals of ours, so their form is asserted. */
static void parse_form(form *out, wc_str text)
{
    out->count = 0;
    uint8_t group = 0; /* first field of an open group, plus one */
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && text.data[end] != ',') end++;
        char part[64], name[NAME_MAX] = "", type[16] = "", tail[16] = "";
        wc_assert(end - at < sizeof part && out->count < FIELDS_MAX);
        memcpy(part, text.data + at, end - at);
        part[end - at] = '\0';
        field *f = &out->fields[out->count];
        *f = (field){.repeat = 0};
        if (strchr(part, '(') != NULL) group = (uint8_t)(out->count + 1);
        wc_assert(sscanf(part, " %*1[(]%31[a-z_] %15[a-z0-9] %15s", name, type, tail) >= 1 ||
                  sscanf(part, " %31[a-z_] %15[a-z0-9] %15s", name, type, tail) >= 1);
        memcpy(f->name, name, sizeof name);
        set_type(f, type);
        out->count++;
        if (strcmp(tail, "each") == 0) f->repeat = 1;
        if (strstr(part, ")*") != NULL) {
            out->fields[group - 1].repeat = (uint8_t)(out->count - (group - 1u));
            group = 0;
        }
        at = end + 1;
    }
}

/* Is this field the count of the repeated ones behind it? */
static bool is_count(const form *f, size_t i)
{
    return i + 1 < f->count && f->fields[i + 1].repeat > 0;
}

/* Name of a list in JSON: "party" of "n_party", else that of the repeated field. */
static const char *list_name(const form *f, size_t i)
{
    return strncmp(f->fields[i].name, "n_", 2) == 0 ? f->fields[i].name + 2 : f->fields[i + 1].name;
}

/* ---- JSON to bytes --------------------------------------------------------------------------- */

static wc_status refuse(wc_txfile_fault *fault, const char *name, const char *needed)
{
    return wc_txfile_refuse(fault, "%s needs %s", name, needed);
}

/* Kinds of proposals by their names in proposals.def. */
static const struct {
    uint16_t number;
    const char *name;
} proposal_kinds[] = {

#define WC_PROPOSAL(number, name, body, text) {number, #name},
#include "node/ledger/proposals.def"
#undef WC_PROPOSAL
};

static bool is_kind(const field *f)
{
    return f->type == FIELD_NUMBER && strcmp(f->name, "kind") == 0;
}

static bool ends_with(const char *text, const char *tail)
{
    size_t len = strlen(text), cut = strlen(tail);
    return len >= cut && strcmp(text + len - cut, tail) == 0;
}

/* A number as a JSON integer, as decimal text, as a time, or as the name of a role. */
static bool number_of(const field *f, const json_t *value, int64_t *number)
{
    if (json_is_integer(value)) {
        *number = json_integer_value(value);
        return true;
    }
    if (!json_is_string(value)) return false;
    wc_str text = {json_string_value(value), json_string_length(value)};
    if (strcmp(f->name, "role") == 0 && wc_role_find(text) != WC_ROLE_NONE) {
        *number = (int64_t)wc_role_find(text);
        return true;
    }
    for (size_t i = 0; is_kind(f) && i < WC_ARRAY_LEN(proposal_kinds); i++) {
        if (strcmp(proposal_kinds[i].name, text.data) != 0) continue;
        *number = proposal_kinds[i].number;
        return true;
    }
    int64_t end;
    bool is_time = ends_with(f->name, "_s") && text.len > 0 && text.data[text.len - 1] == 'Z';
    if (is_time) return wc_parse_span(text, number, &end) == WC_OK;
    if (strcmp(text.data, "never") == 0) {
        *number = f->is_signed ? INT64_MAX : -1; /* all bits: no end */
        return true;
    }
    return wc_parse_scaled(text, 0, number) == WC_OK;
}

static wc_status put_number(wc_buf *out, wc_txfile_fault *fault, const field *f,
                            const json_t *value)
{
    int64_t number;
    if (!number_of(f, value, &number)) return refuse(fault, f->name, "a whole number");
    bool is_end = number == -1 && json_is_string(value) && !f->is_signed && f->size == 8;
    int64_t max = f->size >= 8 ? INT64_MAX : (INT64_C(1) << (8 * f->size)) - 1;
    if (!is_end && ((number < 0 && !f->is_signed) || number > max)) {
        return wc_txfile_refuse(fault, "%s lies in 0 to %lld", f->name, (long long)max);
    }
    for (unsigned i = f->size; i > 0; i--) {
        wc_buf_put_u8(out, (uint8_t)((uint64_t)number >> (8 * (i - 1))));
    }
    return WC_OK;
}

/* 32 bytes that are no hash of something. */
static bool is_address(const field *f)
{
    static const char *const hashes[] = {"code",       "terms_hash", "offer",
                                         "request",    "document",   "proposal",
                                         "counter_of", "record",     "certificate"};
    if (f->type != FIELD_BYTES || f->size != WC_HASH_SIZE) return false;
    for (size_t i = 0; i < WC_ARRAY_LEN(hashes); i++) {
        if (strcmp(hashes[i], f->name) == 0) return false;
    }
    return true;
}

/* What the encoding of a call's arguments draws on. */
typedef struct encoder {
    wc_buf *out;
    wc_txfile_fault *fault;
    wc_arena *arena;
    const wc_names *names;
    const json_t *values; /* all of the call */
} encoder;

static bool is_hex(wc_str text)
{
    wc_hash hash;
    return wc_parse_hex(text, hash.bytes, sizeof hash.bytes) == WC_OK;
}

static wc_status put_bytes(const encoder *e, const field *f, const json_t *value)
{
    char needed[64];
    wc_slice bytes;
    wc_address address;
    wc_str text = {json_is_string(value) ? json_string_value(value) : "",
                   json_string_length(value)};
    if (is_address(f) && !is_hex(text)) {
        WC_TRY(wc_txfile_address(&address, e->fault, f->name, value, e->names));
        wc_buf_put_hash(e->out, &address);
        return WC_OK;
    }
    if (f->size == WC_HASH_SIZE && wc_address_parse(&address, text) == WC_OK) {
        wc_buf_put_hash(e->out, &address);
        return WC_OK;
    }
    wc_status status = wc_txfile_hex(&bytes, e->arena, value);
    if (status == WC_NO_MEMORY) return status;
    if (status == WC_OK && (f->type == FIELD_REST || bytes.len == f->size)) {
        wc_buf_put_slice(e->out, bytes);
        return WC_OK;
    }
    (void)snprintf(needed, sizeof needed, "%d hex digits", 2 * f->size);
    return refuse(e->fault, f->name, f->type == FIELD_REST ? "hex digits" : needed);
}

static bool is_key(const field *f)
{
    return f->type == FIELD_BYTES && f->size == WC_ACCOUNT_KEY_SIZE && strcmp(f->name, "key") == 0;
}

static wc_status put_key(const encoder *e, const json_t *value)
{
    wc_account_key key;
    WC_TRY(wc_key_of_json(&key, e->fault, e->arena, value));
    wc_account_key_put(e->out, &key);
    return WC_OK;
}

/* A registration of a meter (node/ledger/meter.h), behind its version and status; in JSON an object
 * of these names. */
#define METER_FORM                                                                                 \
    WC_STR("operator 32, customer 32, feeder 32, serial str8, point str8, channels u8, class u8, " \
           "step_s u32, certificate 32, valid_from_s i64, valid_to_s i64")

static const uint8_t meter_begin[] = {WC_STATE_VALUE_VERSION, WC_METER_ACTIVE};

static bool is_meter(const field *f)
{
    return f->type == FIELD_REST && strcmp(f->name, "meter") == 0;
}

static wc_status put_meter(const encoder *e, const json_t *value)
{
    wc_meter meter;
    wc_txfile_fault fault;
    size_t start = e->out->len;
    wc_buf_put(e->out, meter_begin, sizeof meter_begin);
    wc_status status = wc_native_args(e->out, &fault, e->arena, METER_FORM, value, e->names);
    if (status == WC_OUT_OF_DOMAIN) return wc_txfile_refuse(e->fault, "meter.%s", fault.text);
    WC_TRY(status);
    if (e->out->full) return WC_OK;
    wc_slice bytes = wc_slice_of(e->out->data + start, e->out->len - start);
    if (wc_meter_decode(&meter, bytes) == WC_OK) return WC_OK;
    return wc_txfile_refuse(
        e->fault,
        "meter: serial has 1 to %u bytes, point 1 to %u; channels is a sum of 1 "
        "import, 2 export, 4 load, 8 PV; class lies in 1 to 100 tenths of a "
        "percent; step_s divides a day and is at least 300; valid_from_s lies "
        "before valid_to_s",
        WC_METER_SERIAL_MAX, WC_METER_POINT_MAX);
}

static bool is_account(const field *f)
{
    return f->type == FIELD_REST && strcmp(f->name, "account") == 0;
}

static wc_status put_string(const encoder *e, const field *f, const json_t *value)
{
    wc_slice bytes;
    if (!json_is_string(value)) return refuse(e->fault, f->name, "a text");
    if (f->size == 1) {
        bytes = wc_slice_of(json_string_value(value), json_string_length(value));
        if (bytes.len > UINT8_MAX) return refuse(e->fault, f->name, "at most 255 bytes");
        wc_buf_put_str8(e->out, bytes);
        return WC_OK;
    }
    wc_status status = wc_txfile_hex(&bytes, e->arena, value);
    if (status == WC_OUT_OF_DOMAIN) return refuse(e->fault, f->name, "hex digits");
    WC_TRY(status);
    wc_buf_put_str32(e->out, bytes);
    return WC_OK;
}

static bool is_body(const field *f)
{
    return f->type == FIELD_STRING && strcmp(f->name, "body") == 0;
}

/* The kind says what a body holds; one that is wrong was refused before. */
static wc_status put_body(const encoder *e, const json_t *value)
{
    static const field kind = {.name = "kind", .type = FIELD_NUMBER, .size = 2};
    uint8_t memory[WC_TX_SIZE_MAX / 4];
    int64_t number = 0;
    wc_buf body;
    (void)number_of(&kind, json_object_get(e->values, "kind"), &number);
    wc_buf_init(&body, memory, sizeof memory);
    WC_TRY(wc_proposal_of_json(&body, e->fault, e->arena, (uint16_t)number, value, e->names));
    if (body.full) return refuse(e->fault, "body", "fewer bytes");
    wc_buf_put_str32(e->out, wc_buf_slice(&body));
    return WC_OK;
}

static wc_status put_field(const encoder *e, const field *f, const json_t *value)
{
    if (value == NULL) return wc_txfile_refuse(e->fault, "%s is missing", f->name);
    if (f->type == FIELD_NUMBER) return put_number(e->out, e->fault, f, value);
    if (is_body(f)) return put_body(e, value);
    if (f->type == FIELD_STRING) return put_string(e, f, value);
    if (is_key(f) && json_is_object(value)) return put_key(e, value);
    if (is_meter(f) && json_is_object(value)) return put_meter(e, value);
    if (is_account(f) && json_is_object(value)) {
        return wc_account_of_json(e->out, e->fault, e->arena, value, e->names);
    }
    return put_bytes(e, f, value);
}

/* The count in front of a list has one byte or two. */
static wc_status put_list(const encoder *e, const form *rows, size_t i, const json_t *values)
{
    const field *first = &rows->fields[i + 1];
    const json_t *list = json_object_get(values, list_name(rows, i));
    size_t count = json_array_size(list), max = rows->fields[i].size == 1 ? UINT8_MAX : UINT16_MAX;
    if (!json_is_array(list)) return refuse(e->fault, list_name(rows, i), "a list");
    if (count > max) {
        return wc_txfile_refuse(e->fault, "%s needs a list of at most %zu", list_name(rows, i),
                                max);
    }
    if (max == UINT8_MAX) wc_buf_put_u8(e->out, (uint8_t)count);
    if (max == UINT16_MAX) wc_buf_put_u16(e->out, (uint16_t)count);
    for (size_t n = 0; n < count; n++) {
        const json_t *entry = json_array_get(list, n);
        for (uint8_t k = 0; k < first->repeat; k++) {
            const json_t *value =
                first->repeat == 1 ? entry : json_object_get(entry, first[k].name);
            WC_TRY(put_field(e, &first[k], value));
        }
    }
    return WC_OK;
}

static wc_status check_names(wc_txfile_fault *fault, const form *rows, const json_t *values)
{
    const char *key;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)values, key, member)
    {
        bool is_known = false;
        for (size_t i = 0; i < rows->count && !is_known; i++) {
            const char *name = is_count(rows, i) ? list_name(rows, i) : rows->fields[i].name;
            is_known = strcmp(key, name) == 0;
        }
        if (!is_known) return wc_txfile_refuse(fault, "%.60s is no argument here", key);
    }
    return WC_OK;
}

wc_status wc_native_args(wc_buf *out, wc_txfile_fault *fault, wc_arena *arena, wc_str text,
                         const json_t *values, const wc_names *names)
{
    form rows;
    const encoder e = {out, fault, arena, names, values};
    parse_form(&rows, text);
    if (!json_is_object(values)) return wc_txfile_refuse(fault, "needs an object of arguments");
    WC_TRY(check_names(fault, &rows, values));
    for (size_t i = 0; i < rows.count; i++) {
        const field *f = &rows.fields[i];
        if (is_count(&rows, i)) {
            WC_TRY(put_list(&e, &rows, i, values));
            i += rows.fields[i + 1].repeat;
        } else {
            WC_TRY(put_field(&e, f, json_object_get(values, f->name)));
        }
    }
    return WC_OK;
}

/* ---- bytes to JSON --------------------------------------------------------------------------- */

static bool view_number(wc_json *json, const field *f, const char *name, wc_reader *reader)
{
    wc_slice bytes;
    if (wc_read_slice(reader, f->size, &bytes) != WC_OK) return false;
    uint64_t number = 0;
    for (size_t i = 0; i < bytes.len; i++) number = number << 8 | bytes.data[i];
    for (size_t i = 0; is_kind(f) && i < WC_ARRAY_LEN(proposal_kinds); i++) {
        if (proposal_kinds[i].number != number) continue;
        wc_json_add_text(json, name, proposal_kinds[i].name);
        return true;
    }
    if (strcmp(f->name, "role") == 0 && wc_role_exists((uint16_t)number)) {
        wc_json_add_str(json, name, wc_role_name((uint16_t)number));
    } else if (f->size == 8 && number == (f->is_signed ? (uint64_t)INT64_MAX : UINT64_MAX)) {
        wc_json_add_text(json, name, "never");
    } else if (f->is_signed && f->size == 8 && ends_with(f->name, "_s")) {
        wc_json_name(json, name);
        wc_buf_put_u8(json->buf, '"');
        wc_put_time(json->buf, (int64_t)number);
        wc_buf_put_u8(json->buf, '"');
    } else if (f->size == 8) {
        if (f->is_signed) wc_json_add_decimal(json, name, (int64_t)number);
        if (!f->is_signed) wc_json_add_unsigned(json, name, number);
    } else {
        wc_json_add_number(json, name, (int64_t)number);
    }
    return true;
}

/* What could be an address is shown as one: a person compares it with others of that form. */
static bool view_bytes(wc_json *json, const field *f, const char *name, wc_reader *reader)
{
    wc_slice bytes;
    size_t size = f->type == FIELD_REST ? wc_reader_left(reader) : f->size;
    if (wc_read_slice(reader, size, &bytes) != WC_OK) return false;
    if (!is_address(f)) {
        wc_json_add_hex(json, name, bytes);
        return true;
    }
    wc_address address;
    memcpy(address.bytes, bytes.data, sizeof address.bytes);
    wc_json_name(json, name);
    wc_buf_put_u8(json->buf, '"');
    wc_address_put(json->buf, &address);
    wc_buf_put_u8(json->buf, '"');
    return true;
}

static bool view_string(wc_json *json, const field *f, const char *name, wc_reader *reader)
{
    wc_slice bytes;
    size_t bad;
    wc_status status = f->size == 1 ? wc_read_str8(reader, UINT8_MAX, &bytes)
                                    : wc_read_str32(reader, WC_TX_SIZE_MAX, &bytes);
    if (status != WC_OK) return false;
    if (f->size == 1 && wc_utf8_check(bytes, &bad) == WC_OK) {
        wc_json_add_str(json, name, (wc_str){(const char *)bytes.data, bytes.len});
    } else {
        wc_json_add_hex(json, name, bytes);
    }
    return true;
}

/* Bytes that are no key are left to be shown as they are. */
static bool view_key(wc_json *json, const char *name, wc_reader *reader)
{
    wc_account_key key;
    wc_reader ahead = *reader;
    if (wc_account_key_read(&ahead, &key) != WC_OK || key.revoked_h != WC_HEIGHT_NONE) return false;
    *reader = ahead;
    wc_key_to_json(json, name, &key);
    return true;
}

/* As for a key. */
static bool view_meter(wc_json *json, const char *name, wc_reader *reader)
{
    wc_meter meter;
    wc_reader ahead = *reader;
    wc_slice bytes;
    if (wc_read_slice(&ahead, wc_reader_left(&ahead), &bytes) != WC_OK) return false;
    if (wc_meter_decode(&meter, bytes) != WC_OK || meter.status != WC_METER_ACTIVE) return false;
    *reader = ahead;
    wc_json_open(json, name, '{');
    size_t skipped = sizeof meter_begin;
    bool is_whole =
        wc_native_view(json, METER_FORM, wc_slice_of(bytes.data + skipped, bytes.len - skipped));
    wc_assert(is_whole); /* it decodes */
    wc_json_close(json);
    return true;
}

/* As for a key. */
static bool view_account(wc_json *json, const char *name, wc_reader *reader)
{
    wc_reader ahead = *reader;
    wc_slice bytes;
    if (wc_read_slice(&ahead, wc_reader_left(&ahead), &bytes) != WC_OK ||
        !wc_account_to_json(json, name, bytes)) {
        return false;
    }
    *reader = ahead;
    return true;
}

static bool view_field(wc_json *json, const field *f, const char *name, wc_reader *reader)
{
    if (f->type == FIELD_NUMBER) return view_number(json, f, name, reader);
    if (f->type == FIELD_STRING) return view_string(json, f, name, reader);
    if (is_key(f) && view_key(json, name, reader)) return true;
    if (is_meter(f) && view_meter(json, name, reader)) return true;
    if (is_account(f) && view_account(json, name, reader)) return true;
    return view_bytes(json, f, name, reader);
}

static bool view_list(wc_json *json, const form *rows, size_t i, wc_reader *reader)
{
    const field *first = &rows->fields[i + 1];
    uint8_t short_count = 0;
    uint16_t count = 0;
    wc_status status =
        rows->fields[i].size == 1 ? wc_read_u8(reader, &short_count) : wc_read_u16(reader, &count);
    if (status != WC_OK) return false;
    wc_json_open(json, list_name(rows, i), '[');
    for (uint16_t n = 0; n < count + short_count; n++) {
        if (first->repeat > 1) wc_json_open_line(json, NULL, '{');
        for (uint8_t k = 0; k < first->repeat; k++) {
            const char *name = first->repeat == 1 ? NULL : first[k].name;
            if (!view_field(json, &first[k], name, reader)) return false;
        }
        if (first->repeat > 1) wc_json_close(json);
    }
    wc_json_close(json);
    return true;
}

/* A body behind its kind; false: it is to be shown in hex. */
static bool view_body(wc_json *json, uint16_t kind, wc_reader *reader)
{
    wc_reader ahead = *reader;
    wc_slice body;
    if (wc_read_str32(&ahead, WC_TX_SIZE_MAX, &body) != WC_OK) return false;
    if (!wc_proposal_to_json(json, kind, body)) return false;
    *reader = ahead;
    return true;
}

bool wc_native_view(wc_json *json, wc_str text, wc_slice args)
{
    form rows;
    parse_form(&rows, text);
    wc_reader reader = wc_reader_of(args);
    uint16_t kind = args.len >= 2 ? wc_load_u16(args.data) : 0;
    for (size_t i = 0; i < rows.count; i++) {
        if (is_body(&rows.fields[i]) && view_body(json, kind, &reader)) continue;
        if (is_count(&rows, i)) {
            if (!view_list(json, &rows, i, &reader)) return false;
            i += rows.fields[i + 1].repeat;
        } else if (!view_field(json, &rows.fields[i], rows.fields[i].name, &reader)) {
            return false;
        }
    }
    return wc_read_end(&reader) == WC_OK;
}
