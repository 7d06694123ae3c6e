/* Transactions in the hands of people: a file that travels between signers, its description to be
 * built from, and its text to be read before signing.
 *
 * The file is JSON and holds the bytes that are signed, not a description of them:
 *
 *   {"format": "wattclause-tx/1", "genesis_hash": hex, "body": hex,
 *    "signatures": [{"auth": 0, "key_id": 0, "signature": hex}],
 *    "payloads": [{"salt": hex, "bytes": hex}]}            one for each detached call, in order
 *
 * Whatever a signer is shown comes from these bytes (view.c), so nobody signs one thing and reads
 * another. Everything lies in the arena given. */
#ifndef WC_NODE_TXFILE_TXFILE_H
#define WC_NODE_TXFILE_TXFILE_H

#include "node/ledger/account.h"
#include "node/ledger/tx.h"
#include "node/ledger/tx_draft.h"
#include "node/query/names.h"
#include "vm/base/json.h"
#include "vm/vm.h"

#define WC_TXFILE_SIZE_MAX                                                                         \
    ((size_t)1 << 20) /* of the JSON: twice the largest transaction, and more */
#define WC_TXFILE_TEXT_MAX 512

typedef struct wc_txfile {
    wc_hash genesis_hash;
    wc_hash tx_id;
    wc_tx tx; /* the decoded body with the signatures collected so far and the payloads */
} wc_txfile;

/* What is wrong, as a sentence without full stop. */
typedef struct wc_txfile_fault {
    char text[WC_TXFILE_TEXT_MAX];
} wc_txfile_fault;

/* Reads a file. Errors: OUT_OF_DOMAIN, with *fault - no JSON of that form, a body that does not
 * decode, a payload that is not the one signed, signatures out of order; NO_MEMORY. */
WC_MUST_USE wc_status wc_txfile_read(wc_txfile *file, wc_txfile_fault *fault, wc_arena *arena,
                                     wc_slice json);

void wc_txfile_put(wc_buf *text, const wc_txfile *file);

/* The file of a closed draft with its signatures. Errors: NO_MEMORY. */
WC_MUST_USE wc_status wc_txfile_of_draft(wc_txfile *file, wc_arena *arena,
                                         const wc_tx_draft *draft);

/* Adds the signature of a key. Errors, with *fault: EXISTS, TOO_LARGE, OUT_OF_DOMAIN (no such
 * signer). */
WC_MUST_USE wc_status wc_txfile_sign(wc_txfile *file, wc_txfile_fault *fault, uint8_t auth,
                                     uint16_t key_id, const wc_keypair *pair);

/* Adds what another file over the same body has: signatures, payloads. Errors, with *fault: DIFFERS
 * - another chain or body; those of signing. A signature that both have stays once. */
WC_MUST_USE wc_status wc_txfile_merge(wc_txfile *file, wc_txfile_fault *fault,
                                      const wc_txfile *other);

/* Appends the transaction as a node takes it. Errors, with *fault: OUT_OF_DOMAIN - a signer has not
 * signed, a payload is missing; NO_SPACE. */
WC_MUST_USE wc_status wc_txfile_encode(wc_buf *raw, wc_txfile_fault *fault, wc_arena *arena,
                                       const wc_txfile *file);

/* ---- building -------------------------------------------------------------------------------- */

/* What descriptions draw on beside their own text. */
typedef struct wc_txfile_inputs {
    void *self;
    /* A verified module and its bytes; NULL: the loader has said what is wrong. */
    const wc_module *(*load)(void *self, const char *path, wc_slice *bytes);
    /* Another file that a description names; false: the reader has said what is wrong. */
    bool (*read)(void *self, const char *path, wc_slice *bytes);
    /* A sentence for people about something that is good, but perhaps not meant. */
    void (*note)(void *self, const char *text);
    const wc_names *names; /* that stand for addresses; NULL: none */
    int64_t now_s;         /* about when the transaction is sent; batches are judged by it */
} wc_txfile_inputs;

/* Makes a draft, closed and unsigned, of a description (docs/reference/transactions.md). Salts of
 * detached arguments are made here. Errors: OUT_OF_DOMAIN, with *fault - the path in the JSON and
 * what was needed; NO_MEMORY; NOT_FOUND - a file could not be loaded. */
WC_MUST_USE wc_status wc_txfile_build(wc_tx_draft *draft, wc_txfile_fault *fault, wc_arena *arena,
                                      wc_slice json, const wc_txfile_inputs *inputs);

/* A page of meters, as page_args.h has its file. */
typedef struct wc_txfile_page {
    uint32_t number;
    wc_hash instance;
    uint16_t report, settle;
    uint8_t channel;
    uint32_t step_s; /* divides a day */
    int64_t energy_max;
    int64_t from_s, until_s;
    uint16_t count;  /* in [1, WC_PAGE_METERS_MAX] */
    wc_slice meters; /* addresses by slot; from the arena */
} wc_txfile_page;

/* Bytes of the encoded arguments of the largest page. */
#define WC_TXFILE_PAGE_ARGS_MAX (71u + WC_PAGE_METERS_MAX * WC_ADDRESS_SIZE)

/* Reads the file of a page. Errors: OUT_OF_DOMAIN, with *fault; NO_MEMORY. */
WC_MUST_USE wc_status wc_txfile_read_page(wc_txfile_page *page, wc_txfile_fault *fault,
                                          wc_arena *arena, wc_slice json, const wc_names *names);

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct wc_view_module {
    const wc_module *module;
    wc_hash code;
    const char *path; /* where it came from; shown beside what it explains */
} wc_view_module;

/* What a transaction is shown by. */
typedef struct wc_view_means {
    const wc_view_module *modules;
    size_t module_count;
    const wc_txfile_page *pages;
    size_t page_count;
    const wc_names *names; /* or NULL */
} wc_view_means;

/* Appends what the bytes say as one JSON object. Arguments of a call are shown by the first of the
 * modules that fits them: for creation the one whose code id is the target; for an action any that
 * has an action of this number whose parameters the bytes are. Without one they are shown in hex.
 * A batch of readings is shown reading by reading; the page of its number and contract puts meters
 * and time to its slots. Names are listed beside, under `names`: values stay addresses. */
void wc_txfile_view(wc_buf *text, const wc_txfile *file, const wc_view_means *means);

/* A key of an account as a member of the open object, in the form in which a description of
 * key_add takes it. */
void wc_key_to_json(wc_json *json, const char *name, const wc_account_key *key);

#endif
