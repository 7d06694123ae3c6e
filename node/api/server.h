/* The API of a running node: JSON-RPC 2.0 at /rpc, its REST mirror below /v1, events as a stream,
 * metrics. What there is stands in methods.def; threads and limits are described in
 * docs/explanation/node.md. */
#ifndef WC_NODE_API_SERVER_H
#define WC_NODE_API_SERVER_H

#include "node/service/node.h"

typedef struct wc_api wc_api;

/* Readers of the stage that the API needs beside those of others. */
unsigned wc_api_readers(const wc_config *config);

/* Listens, between wc_node_open and wc_node_start. Errors, with *problem: those of wc_http_start;
 * of the token file; NO_MEMORY. */
WC_MUST_USE wc_status wc_api_start(wc_api **api, wc_ini_problem *problem, wc_node *node);

/* Answers from now on: the node's threads have been started. Before, every request is answered
 * BUSY.
 */
void wc_api_serve(wc_api *api);

uint16_t wc_api_port(const wc_api *api);

/* Cuts slow connections, sends heartbeats; once a second. */
void wc_api_tend(wc_api *api);

/* In this order around wc_node_stop: no new connections; then, with all submissions answered, the
 * end. */
void wc_api_close_door(wc_api *api);
void wc_api_stop(wc_api *api); /* NULL is allowed */

#endif
