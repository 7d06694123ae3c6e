/* Making a node's folder: key, genesis, ledger with its first record. */
#ifndef WC_NODE_SERVICE_INIT_H
#define WC_NODE_SERVICE_INIT_H

#include "node/service/genesis_text.h"
#include "node/service/passphrase.h"

typedef struct wc_init_options {
    const char *folder;              /* absent or empty */
    wc_str genesis;                  /* the description; a follower: empty */
    const char *base;                /* folder of module files that it names */
    wc_key_refusal is_public;        /* keys that nobody may use; NULL: none */
    wc_slice genesis_bytes;          /* a follower: the canonical genesis; else empty */
    const wc_passphrase *passphrase; /* of the new key; a follower: NULL */
} wc_init_options;

typedef struct wc_init_result {
    char chain_id[WC_CHAIN_ID_MAX + 1];
    wc_hash genesis_hash;
    wc_public_key sequencer; /* a follower: all zero */
    uint32_t accounts;
} wc_init_result;

/* Errors, with problem->text and, for a mistake in the description, problem->line: OUT_OF_DOMAIN;
 * EXISTS - there is something in the folder; those of wc_chain_open. Nothing is made before the
 * description has been understood; what was begun then stays and is to be removed by hand. */
WC_MUST_USE wc_status wc_node_init(wc_init_result *result, wc_ini_problem *problem,
                                   const wc_init_options *options);

/* Makes what the folder of a node has beside its ledger and lacks here: folders, configuration. IO,
 * with problem. */
WC_MUST_USE wc_status wc_node_make_folder(wc_store_problem *problem, const char *folder);

/* Reads the sequencer's key of a folder. Errors, with problem: those of wc_keyfile_read. */
WC_MUST_USE wc_status wc_node_read_key(wc_keypair *pair, wc_store_problem *problem,
                                       const char *folder, const wc_passphrase *passphrase);

#endif
