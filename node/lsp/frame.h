/* Messages in a stream of bytes: `Content-Length: N`, other headers, an empty line, N bytes.
 *
 *     header-line CR LF ... CR LF CR LF body
 *
 * Bytes are added as they come; the reader says what it has. A stream that breaks the rules cannot
 * be read on: where the next message begins is unknown. */
#ifndef WC_NODE_LSP_FRAME_H
#define WC_NODE_LSP_FRAME_H

#include "vm/base/slice.h"

typedef enum wc_lsp_frame_state {
    WC_LSP_FRAME_MORE,   /* bytes are missing */
    WC_LSP_FRAME_READY,  /* a message is there */
    WC_LSP_FRAME_BROKEN, /* what came is no header, or claims more than may be; sticky */
    WC_LSP_FRAME_NO_MEMORY
} wc_lsp_frame_state;

typedef struct wc_lsp_frame_reader {
    char *bytes; /* from malloc */
    size_t len, capacity;
    size_t at;          /* of the message under way, in [0, len] */
    size_t body;        /* its body begins there; 0: the header is not complete */
    size_t size;        /* of the body */
    size_t message_max; /* bytes of a body */
    bool is_broken;
} wc_lsp_frame_reader;

void wc_lsp_frame_open(wc_lsp_frame_reader *reader, size_t message_max);
void wc_lsp_frame_close(wc_lsp_frame_reader *reader);

/* False: out of memory. At most header and body of one message are kept beyond what was taken. */
bool wc_lsp_frame_add(wc_lsp_frame_reader *reader, const void *bytes, size_t size);

/* The next message, which is good until bytes are added. */
wc_lsp_frame_state wc_lsp_frame_next(wc_lsp_frame_reader *reader, wc_str *message);

#endif
