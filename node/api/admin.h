/* The administration of a running node: one JSON request in a line, one JSON answer in a line, over
 * a unix socket in the node's folder (mode 0600 in a folder of mode 0700). The other end must run
 * as the same user, or as root. Nothing of this is reachable over the network.
 *
 *   {"method":"admin.status"}                    what the node is, and where it listens
 *   {"method":"admin.backup","to":"/path"}       a backup into a new folder
 *   {"method":"admin.snapshot","to":"/path"}     a snapshot into a new folder; without `to` into
 *                                                 its place in the node's folder
 *   {"method":"admin.log","level":"debug"}       changes the level of the log
 *   {"method":"admin.stop"}                      as SIGTERM does
 *
 * Answers are {"result": ..} or {"error": "sentence"}. */
#ifndef WC_NODE_API_ADMIN_H
#define WC_NODE_API_ADMIN_H

#include "node/api/server.h"

typedef struct wc_admin wc_admin;

typedef struct wc_admin_options {
    wc_node *node;
    const wc_api *api;
    void (*stop)(void); /* asks the program to stop */
} wc_admin_options;

/* Errors, with problem: IO. */
WC_MUST_USE wc_status wc_admin_start(wc_admin **admin, wc_store_problem *problem,
                                     const wc_admin_options *options);
void wc_admin_stop(wc_admin *admin); /* NULL is allowed */

/* ---- the other end: `node status`, `node backup` ---- */

#define WC_ADMIN_ANSWER_MAX 65536u

/* Asks the node that runs on a folder. Errors: NOT_FOUND - none does; IO, with problem. *len: of
 * the answer's line. */
WC_MUST_USE wc_status wc_admin_ask(const char *folder, const char *request,
                                   char answer[WC_ADMIN_ANSWER_MAX], size_t *len,
                                   wc_store_problem *problem);

#endif
