/* dap: the debug adapter on standard input and output. */
#include "node/dap/dap.h"

#include <stdio.h>
#include <unistd.h>

#include "node/cli/target.h"
#include "node/rpc/serve.h"
#include "node/runner/property.h"

typedef struct adapting {
    const wc_cli *cli;
    wc_cli_target target;
    wc_dbg_travel *travel; /* NULL: nothing was launched */
    wc_dap *dap;
} adapting;

static bool open_travel(void *self, const wc_dap_launch *launch, wc_dbg_travel *travel,
                        wc_buf *message)
{
    adapting *a = self;
    const wc_cli_wish wish = {.path = launch->program,
                              .test = launch->test,
                              .added = launch->added,
                              .property = launch->property,
                              .seed = launch->has_seed ? launch->seed : (uint64_t)wc_cli_new_seed(),
                              .runs = WC_PROPERTY_RUNS};
    if (wc_cli_target_open(&a->target, a->cli, &wish, message) != WC_EXIT_DONE) {
        if (message->len == 0) wc_buf_put_text(message, "the source cannot be read");
        return false;
    }
    wc_arena *views = wc_cli_arena(WC_DBG_VIEW_BYTES);
    wc_status status = views == NULL
                           ? WC_NO_MEMORY
                           : wc_dbg_travel_open(travel, &a->target.target, a->target.arena, views);
    if (views != NULL) a->travel = travel;
    if (status == WC_OK && !travel->result.has_passed) {
        status = wc_cli_target_explain(&a->target, &travel->result);
    }
    if (status == WC_OK) {
        wc_buf_put(message, a->target.found.data, a->target.found.len);
        return true;
    }
    wc_buf_put_text(message, status == WC_NOT_FOUND ? "the test has no statement to stop at"
                                                    : wc_status_text(status));
    return false;
}

static bool handle(void *self, const char *message, size_t size)
{
    const adapting *a = self;
    return wc_dap_handle(a->dap, message, size);
}

wc_exit wc_cli_dap(const wc_cli *cli)
{
    static adapting a;
    wc_rpc_output output = {.fd = STDOUT_FILENO};
    if (cli->argc > 0) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "takes no files: an editor starts it and talks to it");
    }
    if (isatty(STDIN_FILENO)) {
        fprintf(stderr, "wattclause dap: waiting for an editor on standard input; this is not for "
                        "typing\n");
    }
    a.cli = cli;
    const wc_dap_options options = {
        .open = open_travel, .self = &a, .send = wc_rpc_send, .to = &output};
    a.dap = wc_dap_open(&options);
    if (a.dap == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    const wc_rpc_server server = {.self = &a, .handle = handle, .message_max = WC_DAP_MESSAGE_MAX};
    wc_rpc_end end = wc_rpc_serve(&server, STDIN_FILENO, &output);
    if (a.travel != NULL) wc_dbg_travel_close(a.travel);
    wc_dap_close(a.dap);
    switch (end) {
    case WC_RPC_END_HANDLED: return WC_EXIT_DONE;
    case WC_RPC_END_INPUT: return WC_EXIT_FAILS;
    case WC_RPC_END_FRAMING:
        return wc_cli_fail(cli, WC_EXIT_FAILS,
                           "the input is no sequence of messages with Content-Length");
    case WC_RPC_END_ENVIRONMENT: break;
    }
    return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "reading, writing or memory failed");
}
