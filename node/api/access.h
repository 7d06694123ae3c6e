/* Who may ask what: the Host and Origin of a request, its token, and what that token may read.
 *
 * Host must be a name of this node, Origin absent or the same, a body must be declared as JSON, and
 * no answer allows another origin: so a page in somebody's browser can neither read the node nor
 * post to it, whatever name it resolves. Tokens come from a file and are kept as hashes; comparing
 * takes the same time wherever they differ. */
#ifndef WC_NODE_API_ACCESS_H
#define WC_NODE_API_ACCESS_H

#include "node/api/http.h"
#include "node/api/method.h"
#include "node/chain/chain.h"

typedef enum wc_identity_kind {
    WC_IDENTITY_NOBODY, /* no token, or an unknown one */
    WC_IDENTITY_ANY,
    WC_IDENTITY_PARTY,
    WC_IDENTITY_AUDITOR,
    WC_IDENTITY_TRUSTED /* the node asks for no tokens */
} wc_identity_kind;

typedef struct wc_identity {
    wc_identity_kind kind;
    wc_address party; /* PARTY */
} wc_identity;

typedef struct wc_token {
    wc_hash hash; /* SHA-256 of the token */
    wc_identity identity;
} wc_token;

typedef struct wc_access {
    bool needs_token;
    uint32_t token_count;
    wc_token *tokens; /* owned */
    uint32_t host_count;
    char hosts[WC_API_HOSTS_MAX + 4][WC_CONFIG_TEXT_MAX]; /* lower case, without port */
    bool speaks_tls;
} wc_access;

/* Reads the token file. Errors, with *problem: BAD_MODE, NOT_FOUND, IO, OUT_OF_DOMAIN (a line),
 * TOO_LARGE. */
WC_MUST_USE wc_status wc_access_open(wc_access *access, wc_ini_problem *problem,
                                     const wc_config *config);
void wc_access_close(wc_access *access);

/* Host, Origin and type of the body. OK, FORBIDDEN or MEDIA_TYPE with problem. */
wc_api_error wc_access_check(const wc_access *access, const wc_http_request *request, char *problem,
                             size_t size);

wc_identity wc_access_identify(const wc_access *access, const wc_http_request *request);

/* OK, UNAUTHORIZED or FORBIDDEN. args: of the method; chain: a reader, for contracts. */
wc_api_error wc_access_may(const wc_identity *identity, wc_api_access needed,
                           const wc_api_value *args, wc_chain *chain);

#endif
