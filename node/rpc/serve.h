/* A server on two file descriptors: messages in, messages out, as the language server and the debug
 * adapter speak them. */
#ifndef WC_NODE_RPC_SERVE_H
#define WC_NODE_RPC_SERVE_H

#include "vm/base/slice.h"

typedef struct wc_rpc_output {
    int fd;
    bool is_broken; /* sticky: what is sent then is dropped */
} wc_rpc_output;

/* Sends one message with its header; self is a wc_rpc_output. */
void wc_rpc_send(void *self, const char *message, size_t size);

typedef struct wc_rpc_server {
    void *self;
    /* The bytes of one message, whatever they are. False: it was the last one. */
    bool (*handle)(void *self, const char *message, size_t size);
    void (*idle)(void *self); /* nothing waits at the moment; may be NULL */
    size_t message_max;       /* bytes */
} wc_rpc_server;

typedef enum wc_rpc_end {
    WC_RPC_END_HANDLED,    /* the server said so */
    WC_RPC_END_INPUT,      /* the input ended */
    WC_RPC_END_FRAMING,    /* the input is no sequence of messages */
    WC_RPC_END_ENVIRONMENT /* reading, writing or memory failed */
} wc_rpc_end;

wc_rpc_end wc_rpc_serve(const wc_rpc_server *server, int input, const wc_rpc_output *output);

#endif
