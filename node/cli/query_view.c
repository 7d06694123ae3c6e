/* query view: what a view of a contract answers on the newest record, with arguments as JSON. */
#include <stdio.h>

#include "node/abi/abi.h"
#include "node/abi/encode.h"
#include "node/cli/beside.h"
#include "node/cli/query.h"

static const wc_entry *find_view(const wc_module *module, wc_str name)
{
    for (uint16_t i = 0; i < module->entry_count; i++) {
        const wc_entry *entry = &module->entries[i];
        bool is_view = entry->kind == WC_ENTRY_VIEW;
        if (is_view && wc_str_equal(module->strings[entry->name], name)) return entry;
    }
    return NULL;
}

static wc_exit no_view(const wc_cli *cli, const wc_module *module)
{
    char names[512] = "";
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind != WC_ENTRY_VIEW) continue;
        size_t len = strlen(names);
        (void)snprintf(names + len, sizeof names - len, "%s%.*s", len == 0 ? "" : ", ",
                       WC_STR_ARG(module->strings[module->entries[i].name]));
    }
    return wc_cli_fail(cli, WC_EXIT_FAILS, "%.*s has no view `%.40s`; it has: %s",
                       WC_STR_ARG(module->strings[0]), cli->argv[2],
                       names[0] == 0 ? "none" : names);
}

static wc_exit read_args(const wc_cli *cli, wc_query *query, const wc_module *module,
                         const wc_entry *view, wc_slice *bytes)
{
    wc_buf out;
    wc_abi_fault fault;
    void *memory = wc_arena_alloc(query->arena, WC_ARGS_MAX, 1);
    if (memory == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_buf_init(&out, memory, WC_ARGS_MAX);
    wc_str json = wc_str_of(cli->argc == 4 ? cli->argv[3] : "[]");
    const wc_abi_means means = {module, &query->names};
    wc_status status = wc_abi_encode_text(&out, &fault, query->arena, &means, view->args, json);
    *bytes = wc_buf_slice(&out);
    if (status == WC_OK && !out.full) return WC_EXIT_DONE;
    if (status != WC_OUT_OF_DOMAIN) {
        return wc_cli_fail(cli, WC_EXIT_FAILS, "the arguments are too large");
    }
    return wc_cli_fail(cli, WC_EXIT_FAILS, "ARGS%s%s: %s", fault.path[0] == 0 ? "" : ": ",
                       fault.path, fault.text);
}

static void put_json(wc_buf *text, wc_query *query, const wc_module *module, const wc_entry *view,
                     const wc_outcome *outcome)
{
    wc_reader reader = wc_reader_of(outcome->result);
    wc_json json = wc_json_to(text);
    wc_json_open(&json, NULL, '{');
    wc_json_add_number(&json, "seq", (int64_t)wc_chain_head(query->chain)->seq);
    wc_json_add_number(&json, "gas", (int64_t)outcome->gas_used);
    wc_status status = wc_abi_put_value(&json, "result", module, view->result, &reader);
    wc_assert(status == WC_OK); /* the machine wrote it by the same types */
    wc_json_close(&json);
    wc_buf_put_text(text, "\n");
}

wc_exit wc_cli_query_view(const wc_cli *cli, wc_query *query, wc_buf *text)
{
    wc_address contract;
    wc_slice args;
    wc_outcome outcome;
    wc_exit code = wc_cli_address(cli, WC_EXIT_FAILS, "", cli->argv[1], &query->names, &contract);
    if (code != WC_EXIT_DONE) return code;
    const wc_query_module *known = wc_query_contract(query, &contract);
    if (known == NULL) {
        return wc_cli_fail(cli, WC_EXIT_FAILS, "`%.80s` is no contract of this ledger",
                           cli->argv[1]);
    }
    const wc_decoder decoder = {.module = known->module, .names = &query->names};
    const wc_entry *view = find_view(known->module, wc_str_of(cli->argv[2]));
    if (view == NULL) return no_view(cli, known->module);
    code = read_args(cli, query, known->module, view, &args);
    if (code != WC_EXIT_DONE) return code;
    wc_status status = wc_chain_view(query->chain, &contract, wc_str_of(cli->argv[2]), args,
                                     WC_CLI_VIEW_GAS_MAX, &outcome);
    if (status != WC_OK) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", wc_status_text(status));
    if (outcome.kind != WC_OUTCOME_OK) {
        char why[512];
        wc_buf failure;
        wc_buf_init(&failure, why, sizeof why - 1);
        wc_decode_view_failure(&failure, &decoder, &outcome);
        why[failure.len] = 0;
        return wc_cli_fail(cli, WC_EXIT_FAILS, "the view failed: %s", why);
    }
    if (cli->json) {
        put_json(text, query, known->module, view, &outcome);
        return WC_EXIT_DONE;
    }
    wc_decode_put(text, &decoder, view->result, outcome.result);
    wc_buf_put_text(text, "\n");
    return WC_EXIT_DONE;
}
