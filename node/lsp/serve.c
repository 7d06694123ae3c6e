/* A server on two file descriptors: messages in, messages out, checks when nothing waits. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "node/lsp/frame.h"
#include "node/lsp/inside.h"

#define CHUNK 65536u

typedef struct output_stream {
    int fd;
    bool is_broken;
} output_stream;

static void write_all(output_stream *out, const char *bytes, size_t size)
{
    while (size > 0 && !out->is_broken) { /* ends: it shrinks, or the stream breaks */
        ssize_t done = write(out->fd, bytes, size);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) {
            out->is_broken = true;
            return;
        }
        bytes += done;
        size -= (size_t)done;
    }
}

static void send_framed(void *self, const char *message, size_t size)
{
    output_stream *out = self;
    char header[64];
    int length = snprintf(header, sizeof(header), "Content-Length: %zu\r\n\r\n", size);
    write_all(out, header, (size_t)length);
    write_all(out, message, size);
}

static bool has_input(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    return poll(&one, 1, 0) > 0;
}

/* Reads once. False: there is no more (*is_error: because reading failed). */
static bool read_some(wc_lsp_frame_reader *reader, int fd, bool *is_error)
{
    char chunk[CHUNK / 16];
    ssize_t size = read(fd, chunk, sizeof(chunk));
    while (size < 0 && errno == EINTR) size = read(fd, chunk, sizeof(chunk));
    *is_error = size < 0 || (size > 0 && !wc_lsp_frame_add(reader, chunk, (size_t)size));
    return size > 0 && !*is_error;
}

static wc_lsp_end serve(wc_lsp *lsp, wc_lsp_frame_reader *reader, int input,
                        const output_stream *out)
{
    for (;;) { /* ends with the input, or as the client says */
        wc_str message;
        bool in_order, is_error;
        wc_lsp_frame_state state = wc_lsp_frame_next(reader, &message);
        if (state == WC_LSP_FRAME_BROKEN) return WC_LSP_END_FRAMING;
        if (state == WC_LSP_FRAME_NO_MEMORY) return WC_LSP_END_ENVIRONMENT;
        if (state == WC_LSP_FRAME_READY) {
            wc_lsp_handle(lsp, message.data, message.len);
            if (wc_lsp_has_ended(lsp, &in_order)) {
                return in_order ? WC_LSP_END_ORDERLY : WC_LSP_END_EARLY;
            }
        } else {
            if (!has_input(input)) wc_lsp_idle(lsp);
            if (!read_some(reader, input, &is_error)) {
                return is_error ? WC_LSP_END_ENVIRONMENT : WC_LSP_END_EARLY;
            }
        }
        if (out->is_broken) return WC_LSP_END_ENVIRONMENT;
    }
}

wc_lsp_end wc_lsp_serve(wc_lsp_options *options, int input, int output)
{
    output_stream out = {.fd = output};
    options->send = send_framed;
    options->self = &out;
    wc_lsp *lsp = wc_lsp_open(options);
    if (lsp == NULL) return WC_LSP_END_ENVIRONMENT;
    wc_lsp_frame_reader reader;
    wc_lsp_frame_open(&reader, WC_LSP_MESSAGE_MAX);
    wc_lsp_end end = serve(lsp, &reader, input, &out);
    wc_lsp_frame_close(&reader);
    wc_lsp_close(lsp);
    return end;
}
