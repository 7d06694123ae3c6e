/* The language server: what editors ask about Clause sources, over JSON-RPC (LSP 3.17).
 *
 *     node/rpc  bytes <-> messages      serve.c  a server on two file descriptors
 *     wc_lsp_handle: one message in, any number of messages out through `send`
 *
 * One thread; requests are answered in the order they come. Diagnostics wait until nothing is left
 * to read (wc_lsp_idle), so typing never queues up checks. Nothing a client sends ends the process:
 * what is malformed gets an error, what is too large is refused. */
#ifndef WC_NODE_LSP_LSP_H
#define WC_NODE_LSP_LSP_H

#include "compiler/compiler.h"

#define WC_LSP_MESSAGE_MAX   ((size_t)16 << 20) /* bytes of one message */
#define WC_LSP_DOCUMENTS_MAX 1024u              /* open at a time */
#define WC_LSP_FILES_MAX     2000u              /* sources looked at in a workspace */

typedef struct wc_lsp wc_lsp;

typedef struct wc_lsp_options {
    wc_sha256_fn hash;
    const wc_str *roles; /* as in wc_compile_options */
    size_t role_count;
    const wc_embedded *contracts; /* modules inside the program, beside std.*; ascending by path */
    size_t contract_count;
    const char *version;
    const char *cache; /* folder for copies of the modules inside the program, so that an editor can
                          show them; NULL: they are not shown */
    size_t arena_size; /* bytes for one check; 0: WC_COMPILE_ARENA */
    void (*send)(void *self, const char *message, size_t size); /* one message without its header */
    void *self;
} wc_lsp_options;

/* NULL: out of memory. options must outlive the server. */
wc_lsp *wc_lsp_open(const wc_lsp_options *options);
void wc_lsp_close(wc_lsp *lsp);

/* Handles the bytes of one message, whatever they are. */
void wc_lsp_handle(wc_lsp *lsp, const char *message, size_t size);

/* There is nothing more to read at the moment: checks what has changed. */
void wc_lsp_idle(wc_lsp *lsp);

/* The client has said `exit`; *in_order: after `shutdown`, as the protocol wants. */
bool wc_lsp_has_ended(const wc_lsp *lsp, bool *in_order);

typedef enum wc_lsp_end {
    WC_LSP_END_ORDERLY,    /* shutdown, exit */
    WC_LSP_END_EARLY,      /* exit or the end of the input without shutdown */
    WC_LSP_END_FRAMING,    /* the input is no sequence of messages */
    WC_LSP_END_ENVIRONMENT /* reading, writing or memory failed */
} wc_lsp_end;

/* Serves until the client ends it. Replaces options->send and options->self. */
wc_lsp_end wc_lsp_serve(wc_lsp_options *options, int input, int output);

#endif
