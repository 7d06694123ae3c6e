/* Messages in a stream of bytes: `Content-Length: N`, other headers, an empty line, N bytes.
 *
 *     header-line CR LF ... CR LF CR LF body
 *
 * Bytes are added as they come; the reader says what it has. A stream that breaks the rules cannot
 * be read on: where the next message begins is unknown. */
#ifndef WC_NODE_RPC_FRAME_H
#define WC_NODE_RPC_FRAME_H

#include "vm/base/slice.h"

#define WC_RPC_HEADER_MAX 4096u /* bytes of a message's header */

typedef enum wc_rpc_frame_state {
    WC_RPC_FRAME_MORE,   /* bytes are missing */
    WC_RPC_FRAME_READY,  /* a message is there */
    WC_RPC_FRAME_BROKEN, /* what came is no header, or claims more than may be; sticky */
    WC_RPC_FRAME_NO_MEMORY
} wc_rpc_frame_state;

typedef struct wc_rpc_frame_reader {
    char *bytes; /* from malloc */
    size_t len, capacity;
    size_t at;          /* of the message under way, in [0, len] */
    size_t body;        /* its body begins there; 0: the header is not complete */
    size_t size;        /* of the body */
    size_t message_max; /* bytes of a body */
    bool is_broken;
} wc_rpc_frame_reader;

void wc_rpc_frame_open(wc_rpc_frame_reader *reader, size_t message_max);
void wc_rpc_frame_close(wc_rpc_frame_reader *reader);

/* False: out of memory. At most header and body of one message are kept beyond what was taken. */
bool wc_rpc_frame_add(wc_rpc_frame_reader *reader, const void *bytes, size_t size);

/* The next message, which is good until bytes are added. */
wc_rpc_frame_state wc_rpc_frame_next(wc_rpc_frame_reader *reader, wc_str *message);

#endif
