/* Values as text, by the types of the module they belong to: "12.345 kWh", "0.38000 CNY/kWh",
 * "24.03 CNY", "2022-09-01T18:00:00Z", "Line(component Energy, payer home-1, ...)". */
#ifndef WC_NODE_QUERY_DECODE_H
#define WC_NODE_QUERY_DECODE_H

#include "node/ledger/receipt.h"
#include "node/query/names.h"
#include "vm/isa/module.h"
#include "vm/vm.h"

typedef struct wc_decoder {
    const wc_module *module;
    const wc_names *names; /* of parties; NULL: addresses only */
    uint32_t items_max;    /* of a collection, then "... 92 more"; 0: all */

    /* Told of every party met, shown or not. is_contract: its type is a contract reference. May be
     * NULL. */
    void (*on_party)(void *self, const wc_address *address, bool is_contract);
    void *self;
} wc_decoder;

/* Appends the value of a type at the reader, which moves behind it. Errors: as wc_abi_check; what
 * was appended so far stays. */
WC_MUST_USE wc_status wc_decode_value(wc_buf *text, const wc_decoder *decoder, uint16_t type,
                                      wc_reader *reader);

/* The same for bytes that are exactly one value; those that are not are shown as "(malformed)". */
void wc_decode_put(wc_buf *text, const wc_decoder *decoder, uint16_t type, wc_slice bytes);

/* Where a named field of a tuple's encoding lies; *type is its type. NOT_FOUND: no such field, or
 * the bytes do not decode up to it. */
WC_MUST_USE wc_status wc_decode_field(const wc_decoder *decoder, uint16_t tuple, wc_slice bytes,
                                      const char *name, uint16_t *type, wc_slice *value);

/* "Line(component Energy, payer home-1, amount 24.03 CNY)": an event of a contract with this
 * module.
 */
void wc_decode_event(wc_buf *text, const wc_decoder *decoder, uint16_t event, wc_slice data);

/* What a failed receipt says: "InsufficientEscrow(party home-3, need 500.00 CNY, have 60.00 CNY)",
 * "trap DIVZERO in settle, word 12 (line values 5, 0)", or a refusal's sentence. decoder->module is
 * that of the outcome's code, or NULL when it is not at hand. Nothing for status OK. */
void wc_decode_failure(wc_buf *text, const wc_decoder *decoder, uint16_t status, wc_slice outcome);

/* What a view that failed says, in the same words; nothing for OK. */
void wc_decode_view_failure(wc_buf *text, const wc_decoder *decoder, const wc_outcome *outcome);

/* Code id in the outcome of a failed receipt; false: it names none. */
bool wc_failure_code(uint16_t status, wc_slice outcome, wc_hash *code);

/* Assets of a chain, for amounts in minor units. */
typedef struct wc_money_name {
    uint32_t asset;
    uint8_t scale;
    wc_str code;
} wc_money_name;

typedef struct wc_money_names {
    uint32_t count;
    wc_money_name list[WC_ASSETS_MAX];
} wc_money_names;

/* "24.03 CNY"; of an unknown asset "2403 of asset 9". money may be NULL. */
void wc_money_put(wc_buf *text, const wc_money_names *money, uint32_t asset, int64_t amount);

/* An event of the ledger itself in the words of events.def: "POSTING(asset CNY, from escrow of
 * home-1 in wc1.., to free of retailer, amount 24.03 CNY, ...)". names and money may be NULL. */
void wc_decode_ledger_event(wc_buf *text, const wc_names *names, const wc_money_names *money,
                            uint16_t type, wc_slice data);

#endif
