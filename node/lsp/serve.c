/* The language server on two file descriptors. */
#include "node/rpc/serve.h"
#include "node/lsp/inside.h"

typedef struct serving {
    wc_lsp *lsp;
    bool in_order; /* the client has said `exit` after `shutdown` */
} serving;

static bool handle(void *self, const char *message, size_t size)
{
    serving *s = self;
    wc_lsp_handle(s->lsp, message, size);
    return !wc_lsp_has_ended(s->lsp, &s->in_order);
}

static void idle(void *self)
{
    const serving *s = self;
    wc_lsp_idle(s->lsp);
}

wc_lsp_end wc_lsp_serve(wc_lsp_options *options, int input, int output)
{
    wc_rpc_output out = {.fd = output};
    options->send = wc_rpc_send;
    options->self = &out;
    serving s = {.lsp = wc_lsp_open(options)};
    if (s.lsp == NULL) return WC_LSP_END_ENVIRONMENT;
    const wc_rpc_server server = {
        .self = &s, .handle = handle, .idle = idle, .message_max = WC_LSP_MESSAGE_MAX};
    wc_rpc_end end = wc_rpc_serve(&server, input, &out);
    wc_lsp_close(s.lsp);
    switch (end) {
    case WC_RPC_END_HANDLED: return s.in_order ? WC_LSP_END_ORDERLY : WC_LSP_END_EARLY;
    case WC_RPC_END_INPUT: return WC_LSP_END_EARLY;
    case WC_RPC_END_FRAMING: return WC_LSP_END_FRAMING;
    case WC_RPC_END_ENVIRONMENT: break;
    }
    return WC_LSP_END_ENVIRONMENT;
}
