/* The tables, and reading values. */
#include "node/api/method.h"

#include <stdlib.h>

#include "node/abi/encode.h"
#include "node/api/run.h"
#include "node/query/when.h"
#include "vm/base/text.h"

static const wc_api_error_row errors[] = {
    {"OK", 0, 200, "done"},
#define WC_API_ERROR(name, code, status, text) {#name, code, status, text},
#include "node/api/errors.def"
#undef WC_API_ERROR
};

const wc_api_error_row *wc_api_error_of(wc_api_error error)
{
    return &errors[error];
}

/* ---- methods --------------------------------------------------------------------------------- */

typedef struct param_row {
    wc_api_method_id method;
    wc_api_param param;
} param_row;

#define IS_REQUIRED true
#define IS_OPTIONAL false

static const param_row param_rows[] = {
#define WC_METHOD(id, name, verb, path, run, access, result, text)
#define WC_PARAM(id, name, type, place, presence, text)                                            \
    {WC_API_METHOD_##id, {#name, WC_API_##type, WC_API_##place, IS_##presence, text}},
#include "node/api/methods.def"
#undef WC_METHOD
#undef WC_PARAM
};

static const wc_api_method bare_methods[] = {
#define WC_METHOD(id, name, verb, path, run, access, result, text)                                 \
    {name, path, WC_API_##verb, WC_API_##run,  WC_API_##access, #result,                           \
     text, 0,    NULL,          wc_answer_##id},
#define WC_PARAM(id, name, type, place, presence, text)
#include "node/api/methods.def"
#undef WC_METHOD
#undef WC_PARAM
};

_Static_assert(WC_ARRAY_LEN(bare_methods) == WC_API_METHOD_COUNT, "one row each");

static wc_api_param params[WC_ARRAY_LEN(param_rows)];
static wc_api_method methods[WC_API_METHOD_COUNT];

void wc_api_methods_init(void)
{
    size_t at = 0;
    for (size_t m = 0; m < WC_API_METHOD_COUNT; m++) {
        methods[m] = bare_methods[m];
        methods[m].params = &params[at];
        for (size_t i = 0; i < WC_ARRAY_LEN(param_rows); i++) {
            if (param_rows[i].method != m) continue;
            params[at++] = param_rows[i].param;
            methods[m].param_count++;
        }
        wc_assert(methods[m].param_count <= WC_API_PARAMS_MAX);
    }
}

const wc_api_method *wc_api_method_at(size_t index)
{
    wc_assert(index < WC_API_METHOD_COUNT);
    return &methods[index];
}

const wc_api_method *wc_api_method_find(wc_str name)
{
    for (size_t i = 0; i < WC_API_METHOD_COUNT; i++) {
        if (wc_str_equal(wc_str_of(methods[i].name), name)) return &methods[i];
    }
    return NULL;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool read_number(wc_str text, uint64_t *number)
{
    if (text.len == 0 || text.len > 16) return false;
    *number = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
        *number = *number * 10 + (uint64_t)(text.data[i] - '0');
    }
    return *number < UINT64_C(1) << 53;
}

static bool read_bytes(wc_api_value *value, wc_str text, bool is_base64)
{
    size_t size = text.len / 2;
    if (is_base64) {
        size_t padding = 0;
        while (padding < 2 && padding < text.len && text.data[text.len - 1 - padding] == '=') {
            padding++;
        }
        if (text.len % 4 != 0) return false;
        size = text.len / 4 * 3 - padding;
    } else if (text.len % 2 != 0) {
        return false;
    }
    uint8_t *bytes = malloc(size + 1);
    if (bytes == NULL) return false;
    wc_status status =
        is_base64 ? wc_base64_decode(bytes, size, text) : wc_parse_hex(text, bytes, size);
    if (status != WC_OK) {
        free(bytes);
        return false;
    }
    value->bytes = wc_slice_of(bytes, size);
    return true;
}

/* Arguments of a contract's call: their types are known when the contract is. */
static bool read_values(wc_api_value *value, wc_str text)
{
    value->is_json = text.len > 0 && (text.data[0] == '[' || text.data[0] == '{');
    if (!value->is_json) return read_bytes(value, text, false);
    if (!wc_abi_is_shallow(text)) return false;
    uint8_t *copy = malloc(text.len);
    if (copy == NULL) return false;
    memcpy(copy, text.data, text.len);
    value->bytes = wc_slice_of(copy, text.len);
    value->text = (wc_str){(const char *)copy, text.len};
    return true;
}

static bool read_date(wc_api_value *value, wc_str text)
{
    int64_t from_s, to_s;
    if (text.len != 10 || wc_parse_span(text, &from_s, &to_s) != WC_OK || from_s < 0) return false;
    value->number = (uint64_t)(from_s / WC_DAY_S);
    return true;
}

static bool is_plain_text(wc_str text)
{
    size_t bad;
    return text.len > 0 && text.len <= WC_API_TEXT_MAX &&
           wc_utf8_check(wc_slice_of(text.data, text.len), &bad) == WC_OK;
}

bool wc_api_read(wc_api_value *value, wc_api_type type, wc_str text)
{
    *value = (wc_api_value){.has = true, .text = text};
    switch (type) {
    case WC_API_NUMBER: return read_number(text, &value->number);
    case WC_API_TEXT: return is_plain_text(text);
    case WC_API_HASH:
        return wc_parse_hex(text, value->hash.bytes, sizeof value->hash.bytes) == WC_OK;
    case WC_API_ADDRESS: return wc_address_parse(&value->hash, text) == WC_OK;
    case WC_API_BASE64: return read_bytes(value, text, true);
    case WC_API_HEX: return read_bytes(value, text, false);
    case WC_API_VALUES: return read_values(value, text);
    case WC_API_EVENT: return wc_event_id_parse(&value->event, text);
    case WC_API_DATE: return read_date(value, text);
    }
    return false;
}

const char *wc_api_type_text(wc_api_type type)
{
    switch (type) {
    case WC_API_NUMBER: return "a whole number below 2^53";
    case WC_API_TEXT: return "a text of 1 to 256 bytes without control characters";
    case WC_API_HASH: return "64 hexadecimal digits";
    case WC_API_ADDRESS: return "an address (wc1...)";
    case WC_API_BASE64: return "base64 with padding";
    case WC_API_HEX: return "an even number of hexadecimal digits";
    case WC_API_VALUES:
        return "a JSON array or object, nested at most 16 deep, or an even number of hexadecimal "
               "digits";
    case WC_API_EVENT: return "SEQ.RECEIPT.EVENT, for example 118.3.7";
    case WC_API_DATE: return "a date like 2026-12-01";
    }
    return "";
}
