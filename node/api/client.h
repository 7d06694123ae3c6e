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

/* Its functions use the client from one thread. */
wc_follow_transport wc_client_http_transport(wc_client_http *client);

#endif
