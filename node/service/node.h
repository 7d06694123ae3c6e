/* A running node: the chain and the threads around it. Whoever serves (node/api, node/cli) sees it
 * through this.
 *
 *   sealing thread   owns the chain (writer.h); a follower has a replaying thread instead
 *   index thread     where transactions stand (tx_index.h)
 *   workshop         compiles modules in the background, if the configuration says so (native.c)
 *   other threads    read through wc_stage_enter and wc_stage_leave */
#ifndef WC_NODE_SERVICE_NODE_H
#define WC_NODE_SERVICE_NODE_H

#include "node/native/workshop.h"
#include "node/query/names.h"
#include "node/service/config.h"
#include "node/service/follower.h"
#include "node/service/place.h"
#include "node/service/tx_index.h"
#include "node/service/writer.h"

typedef struct wc_node {
    char folder[WC_PLACE_MAX + 1], data[WC_FOLDER_PATH_MAX + 1];
    char follow[WC_CONFIG_TEXT_MAX]; /* URL of the followed node; "": none */
    wc_config config;
    wc_chain *chain; /* the sealing thread's alone while it runs */
    wc_stage *stage;
    wc_writer *writer;     /* NULL: a follower */
    wc_follower *follower; /* NULL: a sequencer */
    wc_tx_index *index;
    wc_native_workshop *native; /* NULL: everything is interpreted */
    bool is_stopped;            /* of the thread that stops it alone */

    /* What does not change. */
    char chain_id[WC_CHAIN_ID_MAX + 1];
    wc_hash genesis_hash;
    wc_slice genesis; /* its bytes */
    wc_clock clock;
    uint32_t incarnation;
    wc_public_key sequencer; /* of the first validator of the genesis */
    wc_names names;          /* of names.json beside the ledger */
    uint8_t *names_memory;   /* owned */
} wc_node;

typedef struct wc_node_options {
    const char *folder;
    const wc_config *config;
    const wc_keypair *sequencer;   /* NULL: follow */
    const char *follow;            /* URL of the node to follow; with sequencer NULL */
    wc_follow_transport transport; /* how it is reached; follow only */
    bool accepts_time;
    unsigned readers; /* that others may borrow at a time, beside the node's own */
} wc_node_options;

/* Machine code for contracts, by the configuration: loads what folder/native has, and starts to
 * make the rest. Before the ledger is opened. BAD_MODE: others may write to the folder; NOT_FOUND:
 * there is no C compiler; IO, NO_MEMORY, with problem (native.c). */
WC_MUST_USE wc_status wc_node_open_native(wc_node *node, wc_store_problem *problem);

/* Opens the ledger in folder/data and checks that key, SEAL and incarnation belong to it. Seals
 * nothing yet. Errors, with problem: those of wc_chain_open; CORRUPT - incarnation below that of a
 * certificate; NOT_FOUND. *node is to be closed. */
WC_MUST_USE wc_status wc_node_open(wc_node **node, wc_store_problem *problem,
                                   const wc_node_options *options);

/* Starts its threads. Listeners of the stage are added before. Errors: NO_MEMORY, IO. */
WC_MUST_USE wc_status wc_node_start(wc_node *node, const wc_node_options *options);

/* Stops sealing or following: the block at hand is finished, waiting submissions are answered.
 * Whoever serves may go on reading until wc_node_close. */
void wc_node_stop(wc_node *node);
void wc_node_close(wc_node *node); /* NULL is allowed; stops first */

/* Why nothing is sealed; a follower: FOLLOWER. */
wc_stop_reason wc_node_reason(const wc_node *node);

/* Its state can no longer be trusted, or a follower found a difference: it must end. */
bool wc_node_has_failed(const wc_node *node);

#endif
