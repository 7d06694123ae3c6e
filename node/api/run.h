/* One call of one method while it is answered. */
#ifndef WC_NODE_API_RUN_H
#define WC_NODE_API_RUN_H

#include "node/api/cursor.h"
#include "node/api/method.h"
#include "node/service/node.h"
#include "vm/base/json.h"

#define WC_API_PROBLEM_MAX 384u

/* Puts the tables together; once, before anything else of this folder is used. */
void wc_api_methods_init(void);

typedef struct wc_api_run {
    wc_node *node;
    wc_chain *chain;           /* a reader at the newest record; NULL: the method needs none */
    wc_arena *arena;           /* WALK: memory of the search; else NULL */
    const wc_api_value *args;  /* in the order of the method's parameters */
    wc_json *json;             /* receives the result: one value */
    wc_submission *submission; /* SEAL: answered */

    /* With an error: what in particular, and one named detail. */
    char problem[WC_API_PROBLEM_MAX];
    const char *detail_name; /* NULL: none */
    char detail[64];
} wc_api_run;

/* Notes what in particular is wrong, and returns error; printf-like. */
wc_api_error wc_api_fail(wc_api_run *run, wc_api_error error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a status of reading the chain: NOT_FOUND becomes itself, with `what`. */
wc_api_error wc_api_fail_status(wc_api_run *run, wc_status status, const char *what);

/* The same for what lies in a record: PRUNED when the chain begins behind it. */
wc_api_error wc_api_fail_record(wc_api_run *run, wc_status status, uint64_t seq, const char *what);

/* One answerer for each method: writes the result, or says why not. */
#define WC_METHOD(id, name, verb, path, run, access, result, text)                                 \
    wc_api_error wc_answer_##id(wc_api_run *run);
#define WC_PARAM(id, name, type, place, presence, text)
#include "node/api/methods.def"
#undef WC_METHOD
#undef WC_PARAM

/* ---- parts of answers (parts.c) ---- */

void wc_api_put_address(wc_json *json, const char *name, const wc_address *address);
void wc_api_put_hash(wc_json *json, const char *name, const wc_hash *hash);
void wc_api_put_time(wc_json *json, const char *name, int64_t time_s);
void wc_api_put_base64(wc_json *json, const char *name, wc_slice bytes);

/* All assets of the chain, for amounts. */
typedef struct wc_api_money {
    wc_money_names names;
    char codes[WC_ASSETS_MAX][WC_ASSET_CODE_MAX];
} wc_api_money;

WC_MUST_USE wc_status wc_api_read_money(wc_chain *chain, wc_api_money *money);
const wc_money_name *wc_api_asset(const wc_api_money *money, uint32_t asset); /* NULL: unknown */

/* "12.34", without the code. */
void wc_api_put_amount(wc_json *json, const char *name, const wc_api_money *money, uint32_t asset,
                       int64_t amount);

/* Free balances of an account as a member "balances". */
WC_MUST_USE wc_status wc_api_put_balances(wc_api_run *run, const wc_api_money *money,
                                          const wc_address *owner);

/* Module of a contract instance; NULL: there is none. Borrowed until the chain is read again. */
const wc_module *wc_api_module(wc_chain *chain, const wc_address *instance);

typedef struct wc_api_event {
    wc_event_id id;
    int64_t time_s;
    wc_event event;
} wc_api_event;

void wc_api_put_event(wc_api_run *run, const char *name, const wc_api_money *money,
                      const wc_api_event *event);

typedef struct wc_api_receipt {
    uint64_t seq;
    int64_t time_s;
    wc_receipt_page page;
} wc_api_receipt;

void wc_api_put_receipt(wc_api_run *run, const char *name, const wc_api_money *money,
                        const wc_api_receipt *receipt);

void wc_api_put_certificate(wc_json *json, const wc_certificate *certificate);

#endif
