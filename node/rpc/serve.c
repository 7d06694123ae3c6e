/* See serve.h. */
#include "node/rpc/serve.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "node/rpc/frame.h"

#define CHUNK 65536u

static void write_all(wc_rpc_output *out, const char *bytes, size_t size)
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

void wc_rpc_send(void *self, const char *message, size_t size)
{
    wc_rpc_output *out = self;
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
static bool read_some(wc_rpc_frame_reader *reader, int fd, bool *is_error)
{
    char chunk[CHUNK / 16];
    ssize_t size = read(fd, chunk, sizeof(chunk));
    while (size < 0 && errno == EINTR) size = read(fd, chunk, sizeof(chunk));
    *is_error = size < 0 || (size > 0 && !wc_rpc_frame_add(reader, chunk, (size_t)size));
    return size > 0 && !*is_error;
}

static wc_rpc_end serve(const wc_rpc_server *server, wc_rpc_frame_reader *reader, int input,
                        const wc_rpc_output *output)
{
    for (;;) { /* ends with the input, or as the server says */
        wc_str message;
        bool is_error;
        wc_rpc_frame_state state = wc_rpc_frame_next(reader, &message);
        if (state == WC_RPC_FRAME_BROKEN) return WC_RPC_END_FRAMING;
        if (state == WC_RPC_FRAME_NO_MEMORY) return WC_RPC_END_ENVIRONMENT;
        if (state == WC_RPC_FRAME_READY) {
            if (!server->handle(server->self, message.data, message.len)) return WC_RPC_END_HANDLED;
        } else {
            if (server->idle != NULL && !has_input(input)) server->idle(server->self);
            if (!read_some(reader, input, &is_error)) {
                return is_error ? WC_RPC_END_ENVIRONMENT : WC_RPC_END_INPUT;
            }
        }
        if (output->is_broken) return WC_RPC_END_ENVIRONMENT;
    }
}

wc_rpc_end wc_rpc_serve(const wc_rpc_server *server, int input, const wc_rpc_output *output)
{
    wc_rpc_frame_reader reader;
    wc_rpc_frame_open(&reader, server->message_max);
    wc_rpc_end end = serve(server, &reader, input, output);
    wc_rpc_frame_close(&reader);
    return end;
}
