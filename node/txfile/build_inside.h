/* Inside the building of transactions: the description at hand, and what refuses it. */
#ifndef WC_NODE_TXFILE_BUILD_INSIDE_H
#define WC_NODE_TXFILE_BUILD_INSIDE_H

#include <jansson.h>

#include "node/txfile/inside.h"

typedef struct wc_txbuilder {
    wc_tx_draft *draft;
    wc_txfile_fault *fault;
    wc_arena *arena;
    const json_t *root;
    const wc_txfile_inputs *inputs;
    char place[64]; /* "calls[2]", in front of messages */
} wc_txbuilder;

/* "PLACE.what: needed"; answers OUT_OF_DOMAIN. */
wc_status wc_txbuild_refuse(const wc_txbuilder *b, const char *what, const char *needed);

/* Members that a description must not have are misspelt ones. known: NULL at its end. */
WC_MUST_USE wc_status wc_txbuild_members(const wc_txbuilder *b, const json_t *object,
                                         const char *const *known);

WC_MUST_USE wc_status wc_txbuild_address(const wc_txbuilder *b, const json_t *value,
                                         const char *name, wc_address *address);

typedef struct wc_txbuild_parts {
    wc_call_kind kind;
    wc_hash target;
    uint16_t method;
    wc_slice args;   /* from the arena */
    uint16_t pieces; /* 0: the arguments are not cut */
} wc_txbuild_parts;

/* What a call says but for its signers, principal and ceilings (build_call.c). Errors: those of
 * wc_txfile_build. */
WC_MUST_USE wc_status wc_txbuild_call(const wc_txbuilder *b, const json_t *call,
                                      wc_txbuild_parts *parts);

#endif
