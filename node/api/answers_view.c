/* Calls of views on the newest record, with arguments in JSON or encoded. */
#include <stdio.h>
#include <stdlib.h>

#include "node/abi/abi.h"
#include "node/abi/encode.h"
#include "node/api/run.h"

static wc_api_error view_failed(wc_api_run *run, const wc_outcome *outcome, const wc_module *module)
{
    run->detail_name = "failure";
    switch (outcome->kind) {
    case WC_OUTCOME_TRAP:
        (void)snprintf(run->detail, sizeof run->detail, "TRAP_%s", wc_trap_name(outcome->code));
        break;
    case WC_OUTCOME_ERROR:
        (void)snprintf(run->detail, sizeof run->detail, "%.*s",
                       WC_STR_ARG(module->strings[module->errors[outcome->code].name]));
        break;
    case WC_OUTCOME_BUILTIN:
        (void)snprintf(run->detail, sizeof run->detail, "BUILTIN_%u", outcome->code);
        break;
    case WC_OUTCOME_CALLEE:
    case WC_OUTCOME_OK:
        (void)snprintf(run->detail, sizeof run->detail, "another contract's view failed");
        break;
    }
    return wc_api_fail(run, WC_API_VIEW_FAILED, "%s", run->detail);
}

static const wc_entry *find_view(const wc_module *module, wc_str name)
{
    for (uint16_t i = 0; i < module->entry_count; i++) {
        const wc_entry *entry = &module->entries[i];
        if (entry->kind == WC_ENTRY_VIEW && wc_str_equal(module->strings[entry->name], name)) {
            return entry;
        }
    }
    return NULL;
}

/* ---- arguments ------------------------------------------------------------------------------- */

#define ARGS_ARENA ((size_t)1 << 20) /* for the order of keys */

/* The encoding of JSON arguments into *bytes, owned by the caller. */
static wc_api_error encode(wc_api_run *run, const wc_module *module, const wc_entry *view,
                           const wc_api_value *args, wc_slice *bytes)
{
    uint8_t *memory = malloc(WC_ARGS_MAX);
    void *room = malloc(ARGS_ARENA);
    wc_abi_fault fault = {.path = ""};
    wc_status status = WC_NO_MEMORY;
    wc_buf out;
    wc_buf_init(&out, memory, WC_ARGS_MAX);
    if (memory != NULL && room != NULL) {
        wc_arena arena;
        wc_arena_init(&arena, room, ARGS_ARENA);
        wc_str json = {(const char *)args->bytes.data, args->bytes.len};
        const wc_abi_means means = {.module = module};
        status = wc_abi_encode_text(&out, &fault, &arena, &means, view->args, json);
    }
    free(room);
    if (status == WC_OK && !out.full) {
        *bytes = wc_buf_slice(&out);
        return WC_API_OK;
    }
    free(memory);
    if (status != WC_OUT_OF_DOMAIN) {
        return wc_api_fail(run, WC_API_INVALID_PARAMS, "`args` is too large");
    }
    return wc_api_fail(run, WC_API_INVALID_PARAMS, "`args`%s%s %s", fault.path[0] == 0 ? "" : ": ",
                       fault.path, fault.text);
}

/* ---- the call -------------------------------------------------------------------------------- */

static wc_api_error answer(wc_api_run *run, wc_slice args)
{
    const wc_address *address = &run->args[0].hash;
    wc_str name = run->args[1].text;
    wc_outcome outcome;
    wc_status status =
        wc_chain_view(run->chain, address, name, args, WC_API_VIEW_GAS_MAX, &outcome);
    if (status != WC_OK) {
        return wc_api_fail_status(run, status, "there is no such contract, or no such view in it");
    }
    /* The result lies in the ledger's memory until its next call: copied before the module is read.
     */
    uint8_t *copy = malloc(outcome.result.len + 1);
    if (copy == NULL) return wc_api_fail(run, WC_API_INTERNAL, "out of memory");
    if (outcome.result.len > 0) memcpy(copy, outcome.result.data, outcome.result.len);
    const wc_module *module = wc_api_module(run->chain, address);
    const wc_entry *view = module != NULL ? find_view(module, name) : NULL;
    wc_api_error error = WC_API_OK;
    if (view == NULL) {
        error = wc_api_fail(run, WC_API_INTERNAL, "the contract's module cannot be read");
    } else if (outcome.kind != WC_OUTCOME_OK) {
        error = view_failed(run, &outcome, module);
    } else {
        wc_reader reader = wc_reader_of(wc_slice_of(copy, outcome.result.len));
        wc_json_open_line(run->json, NULL, '{');
        wc_json_add_number(run->json, "seq", (int64_t)wc_chain_head(run->chain)->seq);
        wc_json_add_number(run->json, "gas", (int64_t)outcome.gas_used);
        if (view->result == WC_NONE) {
            wc_json_add_null(run->json, "result");
        } else {
            status = wc_abi_put_value(run->json, "result", module, view->result, &reader);
            wc_assert(status == WC_OK);
        }
        wc_json_close(run->json);
    }
    free(copy);
    return error;
}

wc_api_error wc_answer_view(wc_api_run *run)
{
    const wc_api_value *args = &run->args[2];
    if (!args->is_json) return answer(run, args->bytes);
    const wc_module *module = wc_api_module(run->chain, &run->args[0].hash);
    const wc_entry *view = module != NULL ? find_view(module, run->args[1].text) : NULL;
    if (view == NULL) return answer(run, wc_slice_of(NULL, 0)); /* says which is not there */
    wc_slice bytes = wc_slice_of(NULL, 0);
    wc_api_error error = encode(run, module, view, args, &bytes);
    if (error == WC_API_OK) error = answer(run, bytes);
    free((void *)(uintptr_t)bytes.data);
    return error;
}
