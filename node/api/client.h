/* A client of another node's API, for following it. client.c is the only file that includes
 * libcurl. */
#ifndef WC_NODE_API_CLIENT_H
#define WC_NODE_API_CLIENT_H

#include "node/service/follower.h"

typedef struct wc_client_http wc_client_http;

/* url: "http://127.0.0.1:26670" or "https://..."; token: a bearer token, or NULL. Errors:
 * OUT_OF_DOMAIN
 * - no such URL; NO_MEMORY. */
WC_MUST_USE wc_status wc_client_http_open(wc_client_http **client, const char *url,
                                          const char *token);
void wc_client_http_close(wc_client_http *client); /* NULL is allowed */

/* The genesis of the other node, whose hash must be this one. *bytes from malloc. Errors, with
 * problem: IO; WRONG_CHAIN - it has another hash; CORRUPT, NO_MEMORY. */
WC_MUST_USE wc_status wc_client_http_genesis(wc_client_http *client, const wc_hash *expected,
                                             uint8_t **bytes, size_t *len,
                                             char problem[WC_FOLLOW_PROBLEM_MAX]);

/* What became of a transaction that was handed in. */
typedef struct wc_submitted {
    bool is_sealed; /* false: it waits; ask for it later by its id */
    bool is_done;   /* sealed, and its receipt says OK */
    char what[64];  /* "OK", or the name of the refusal, error or trap; "" while it waits */
    char text[256]; /* the same as a sentence */
    char id[65];    /* of the transaction, hex */
    uint64_t seq, index, gas_used; /* of its receipt, when sealed */
    char
        results[1024]; /* what its calls returned, hex, a line each; long and empty ones left out */
    uint8_t *answer;   /* the node's answer as it came, JSON; from malloc */
    size_t answer_len;
} wc_submitted;

/* Hands a transaction in and waits until the node has sealed it. time_s: second of the block, for
 * chains with a scripted clock; negative: left out. *submitted is to be freed (answer) when it is
 * WC_OK. Errors, with problem: IO - no node answers, or not as one; OUT_OF_DOMAIN - the node does
 * not admit the transaction, problem is its reason; NO_MEMORY. */
WC_MUST_USE wc_status wc_client_http_submit(wc_client_http *client, wc_slice raw, int64_t time_s,
                                            wc_submitted *submitted,
                                            char problem[WC_FOLLOW_PROBLEM_MAX]);

/* Its functions use the client from one thread. */
wc_follow_transport wc_client_http_transport(wc_client_http *client);

#endif
