/* A checked proof file in words, for people who are not to read bytes.
 *
 * What is said follows from the file alone. Amounts have the scale and code of the asset, values of
 * contracts the names and units of their source, when the file brings what says so (file.h,
 * supports); else numbers and bytes are shown as they are. */
#ifndef WC_NODE_PROOF_WORDS_H
#define WC_NODE_PROOF_WORDS_H

#include "node/ledger/instance.h"
#include "node/proof/file.h"
#include "node/query/decode.h"
#include "node/query/outline.h"

#define WC_PROOF_WORDS_ARENA ((size_t)6 << 20)
#define WC_PROOF_TEXT_MAX    ((size_t)WC_PROOF_FILE_MAX * 2u)

typedef struct wc_proof_words {
    const wc_proof_file *file; /* checked */
    const wc_names *names;     /* NULL: addresses are written in full */
    wc_arena *arena;           /* WC_PROOF_WORDS_ARENA; for modules */
    wc_names nobody;           /* instead of names, when there are none */
} wc_proof_words;

/* One sentence without full stop: "account wc1... held 60.00 CNY free". */
void wc_proof_put_fact(wc_buf *text, wc_proof_words *words);

/* "record 57 of demo-day-32, 2022-09-01T18:15:00Z"; of a fact that was checked against a state root
 * alone "the state with root 9f86...". */
void wc_proof_put_record(wc_buf *text, const wc_proof_words *words);

/* Everything as members and lines: the fact, the record, what the fact is about in bytes. text: of
 * WC_PROOF_TEXT_MAX bytes, overwritten. */
void wc_proof_tell(wc_outline *outline, wc_buf *text, wc_proof_words *words);

/* ---- inside ----------------------------------------------------------------------------------
 */

void wc_words_party(wc_buf *text, const wc_proof_words *words, const wc_address *address);

/* "60.00 CNY", or "6000 of asset 2" without the asset's entry. */
void wc_words_amount(wc_buf *text, const wc_proof_words *words, uint32_t asset, int64_t amount);
void wc_words_asset(wc_buf *text, const wc_proof_words *words, uint32_t asset); /* "CNY" */

/* Module of a code id; NULL: the file does not bring it. */
const wc_module *wc_words_module(wc_proof_words *words, const wc_hash *code);

/* Contract at an address: its entry and module as the file has them. NULL: it does not. */
const wc_module *wc_words_contract(wc_proof_words *words, const wc_address *address,
                                   wc_instance_entry *entry);

/* "contract wc1... (Supply)" */
void wc_words_put_contract(wc_buf *text, const wc_proof_words *words, const wc_address *address,
                           const wc_module *module);

wc_decoder wc_words_decoder(const wc_proof_words *words, const wc_module *module);

/* Facts about the state (words_state.c, words_contract.c). */
void wc_words_state(wc_buf *text, wc_proof_words *words);
void wc_words_instance(wc_buf *text, wc_proof_words *words);
void wc_words_collection(wc_buf *text, wc_proof_words *words);
void wc_words_code(wc_buf *text, wc_proof_words *words);

/* Address number i of a key. */
wc_address wc_words_address(const wc_fact_state *state, size_t i);

/* The field that the file is about exists; true without one. */
bool wc_words_has_focus(wc_proof_words *words);

#endif
