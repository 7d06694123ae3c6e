/* The methods of the API and their parameters, from methods.def; errors, from errors.def. */
#ifndef WC_NODE_API_METHOD_H
#define WC_NODE_API_METHOD_H

#include "node/api/limits.h"
#include "node/crypto/address.h"
#include "node/query/query.h"

typedef enum wc_api_error {
    WC_API_OK = 0,
#define WC_API_ERROR(name, code, status, text) WC_API_##name,
#include "node/api/errors.def"
#undef WC_API_ERROR
    WC_API_ERROR_COUNT
} wc_api_error;

typedef struct wc_api_error_row {
    const char *name; /* "NOT_FOUND" */
    int code;         /* of JSON-RPC */
    unsigned status;  /* of HTTP */
    const char *text;
} wc_api_error_row;

const wc_api_error_row *wc_api_error_of(wc_api_error error); /* error != OK */

typedef enum wc_api_verb {
    WC_API_GET,
    WC_API_POST
} wc_api_verb;

typedef enum wc_api_run_on {
    WC_API_POOL,
    WC_API_WALK,
    WC_API_SEAL
} wc_api_run_on;

typedef enum wc_api_access {
    WC_API_OPEN,
    WC_API_ANY,
    WC_API_PARTY,
    WC_API_PARTIES,
    WC_API_AUDITOR
} wc_api_access;

typedef enum wc_api_type {
    WC_API_NUMBER,  /* [0, 2^53) */
    WC_API_TEXT,    /* 1..WC_API_TEXT_MAX bytes of UTF-8 without control characters */
    WC_API_HASH,    /* 64 hex digits */
    WC_API_ADDRESS, /* wc1... */
    WC_API_BASE64,  /* with padding */
    WC_API_HEX,     /* an even number of digits */
    WC_API_VALUES,  /* JSON: an array, or an object; or their encoding in hex */
    WC_API_EVENT,   /* SEQ.RECEIPT.EVENT */
    WC_API_DATE     /* YYYY-MM-DD */
} wc_api_type;

typedef enum wc_api_place {
    WC_API_PATH,
    WC_API_QUERY,
    WC_API_BODY
} wc_api_place;

typedef struct wc_api_param {
    const char *name;
    wc_api_type type;
    wc_api_place place;
    bool is_required;
    const char *text;
} wc_api_param;

struct wc_api_run;

typedef struct wc_api_method {
    const char *name, *path;
    wc_api_verb verb;
    wc_api_run_on run_on;
    wc_api_access access;
    const char *result; /* name of its schema */
    const char *text;
    uint32_t param_count;
    const wc_api_param *params;
    wc_api_error (*answer)(struct wc_api_run *run);
} wc_api_method;

typedef enum wc_api_method_id {
#define WC_METHOD(id, name, verb, path, run, access, result, text) WC_API_METHOD_##id,
#define WC_PARAM(id, name, type, place, presence, text)
#include "node/api/methods.def"
#undef WC_METHOD
#undef WC_PARAM
    WC_API_METHOD_COUNT
} wc_api_method_id;

const wc_api_method *wc_api_method_at(size_t index); /* in [0, WC_API_METHOD_COUNT) */

/* By name; NULL: there is none. */
const wc_api_method *wc_api_method_find(wc_str name);

/* A parameter's value, once it was read. */
typedef struct wc_api_value {
    bool has;          /* false: it was left out */
    uint64_t number;   /* NUMBER; DATE: days since 1970-01-01 */
    wc_hash hash;      /* HASH, ADDRESS */
    wc_str text;       /* TEXT, and every other type as it was given */
    wc_slice bytes;    /* BASE64, HEX, VALUES; owned by the call */
    bool is_json;      /* VALUES: bytes are JSON that nests at most WC_ABI_DEPTH_MAX deep */
    wc_event_id event; /* EVENT */
} wc_api_value;

/* Reads a value of a parameter's type. bytes come from malloc. False: it is none. */
WC_MUST_USE bool wc_api_read(wc_api_value *value, wc_api_type type, wc_str text);

/* "a number below 2^53", what a type looks like to people. */
const char *wc_api_type_text(wc_api_type type);

#endif
