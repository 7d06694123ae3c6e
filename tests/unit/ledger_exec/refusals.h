/* One way into each refusal. A producer gets a fresh world and returns the receipt of the
 * transaction that is refused, which is the last one it sends. */
#ifndef WC_TESTS_UNIT_LEDGER_EXEC_REFUSALS_H
#define WC_TESTS_UNIT_LEDGER_EXEC_REFUSALS_H

#include "tests/unit/ledger_exec/contracts.h"

typedef const wc_receipt_page *(*refusal_producer)(world *w);

typedef struct refusal_case {
    wc_refusal refusal;
    refusal_producer produce; /* NULL: cannot be produced here, because ... */
    const char *reason;
} refusal_case;

extern const refusal_case refusals_of_admission[];
extern const size_t refusals_of_admission_count;
extern const refusal_case refusals_of_natives[];
extern const size_t refusals_of_natives_count;
extern const refusal_case refusals_of_accounts[];
extern const size_t refusals_of_accounts_count;
extern const refusal_case refusals_of_contracts[];
extern const size_t refusals_of_contracts_count;
extern const refusal_case refusals_of_offers[];
extern const size_t refusals_of_offers_count;

extern const refusal_case refusals_of_batches[];
extern const size_t refusals_of_batches_count;

extern const refusal_case refusals_of_upgrades[];
extern const size_t refusals_of_upgrades_count;

/* Sends raw alone and returns its receipt. */
const wc_receipt_page *send_raw(world *w, wc_slice raw);

/* A letter of ALICE whose only call adds 1 to a vault that does not exist; enough for admission. */
letter plain_letter(world *w, world_actor sender);

/* Offer of Vault (signed by a and b) from ALICE to BOB, valid for a day; its id and terms hash. */
typedef struct made_offer {
    wc_hash code, id, terms_hash;
    int64_t valid_until_s;
} made_offer;

made_offer offer_made(world *w);
wc_slice offer_args(world *w, const wc_hash *code, world_actor a, world_actor b,
                    int64_t valid_until_s, const wc_hash *counter_of);
wc_hash offer_terms_hash(world *w, const wc_hash *id);
const wc_receipt_page *offer_accept(world *w, world_actor by, const wc_hash *id,
                                    const wc_hash *terms_hash);

/* Arguments of meter_register: METER of GRID at ALICE's, quarters, valid for a year from yesterday.
 */
wc_slice meter_args(world *w, int64_t valid_from_s, int64_t valid_to_s);
void meter_registered(world *w);

/* A reading of METER for the interval at, sent to a vault's metered action. */
const wc_receipt_page *reading_sent(world *w, world_actor by, const wc_address *vault, int64_t at,
                                    int64_t version, int64_t value);

#endif
