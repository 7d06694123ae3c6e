/* One call of a description: its kind, its target, and its arguments as bytes. */
#include <stdio.h>
#include <string.h>

#include "node/abi/encode.h"
#include "node/ledger/natives.h"
#include "node/query/query.h"
#include "node/txfile/batch_args.h"
#include "node/txfile/build_inside.h"
#include "node/txfile/page_args.h"

static wc_status load(const wc_txbuilder *b, const json_t *path, const char *name,
                      const wc_module **module, wc_slice *bytes)
{
    if (!json_is_string(path)) return wc_txbuild_refuse(b, name, "needs the file of a contract");
    *module = b->inputs->load(b->inputs->self, json_string_value(path), bytes);
    return *module != NULL ? WC_OK : WC_NOT_FOUND;
}

static wc_status encode(const wc_txbuilder *b, const wc_module *module, uint16_t tuple,
                        const char *name, const json_t *value, wc_buf *out)
{
    wc_abi_fault fault;
    const wc_abi_means means = {module, b->inputs->names};
    wc_status status = wc_abi_encode_fields(out, &fault, b->arena, &means, tuple, value);
    if (status == WC_OUT_OF_DOMAIN) {
        return wc_txfile_refuse(b->fault, "%s.%s%s%s: %s", b->place, name,
                                fault.path[0] != '\0' ? "." : "", fault.path, fault.text);
    }
    if (status == WC_OK && out->full)
        return wc_txbuild_refuse(b, name, "are longer than a call may carry");
    return status;
}

/* NULL: there is none of this name. */
static const wc_entry *find_action(const wc_module *module, const json_t *named, uint16_t *method)
{
    wc_str name = wc_str_of(json_is_string(named) ? json_string_value(named) : "");
    const wc_entry *action;
    for (*method = 0; (action = wc_query_action(module, *method)) != NULL; (*method)++) {
        if (wc_str_equal(module->strings[action->name], name)) return action;
    }
    return NULL;
}

static wc_status build_action(const wc_txbuilder *b, const json_t *call, const char *verb,
                              wc_txbuild_parts *parts, wc_buf *out)
{
    static const char *const known[] = {"action",    "readings", "contract",  "instance",
                                        "arguments", "detached", "principal", "signers",
                                        "ceilings",  NULL};
    const wc_module *module;
    wc_slice bytes;
    WC_TRY(wc_txbuild_members(b, call, known));
    WC_TRY(load(b, json_object_get(call, "contract"), "contract", &module, &bytes));
    WC_TRY(wc_txbuild_address(b, json_object_get(call, "instance"), "instance", &parts->target));
    const wc_entry *action = find_action(module, json_object_get(call, verb), &parts->method);
    if (action == NULL)
        return wc_txbuild_refuse(b, verb, "the contract has no action of this name");
    parts->kind = strcmp(verb, "readings") == 0 ? WC_CALL_READINGS : WC_CALL_ACTION;
    return encode(b, module, action->args, "arguments", json_object_get(call, "arguments"), out);
}

static wc_status build_deploy(const wc_txbuilder *b, const json_t *call, wc_txbuild_parts *parts)
{
    static const char *const known[] = {"deploy", "principal", "signers", NULL};
    const wc_module *module;
    WC_TRY(wc_txbuild_members(b, call, known));
    WC_TRY(load(b, json_object_get(call, "deploy"), "deploy", &module, &parts->args));
    parts->kind = WC_CALL_DEPLOY;
    return WC_OK;
}

static wc_status build_parties(const wc_txbuilder *b, const wc_module *module,
                               const json_t *parties, wc_buf *out)
{
    for (uint16_t i = 0; i < module->party_count; i++) {
        char name[64];
        wc_str written = module->strings[module->parties[i].name];
        (void)snprintf(name, sizeof name, "%.*s", WC_STR_ARG(written));
        const json_t *bound = json_object_get(parties, name);
        wc_address address;
        if (bound == NULL) {
            return wc_txfile_refuse(b->fault, "%s.parties: %s is not bound", b->place, name);
        }
        WC_TRY(wc_txbuild_address(b, bound, name, &address));
        wc_buf_put(out, address.bytes, sizeof address.bytes);
    }
    if (json_object_size(parties) == module->party_count) return WC_OK;
    return wc_txbuild_refuse(b, "parties", "names a party that the contract does not have");
}

static wc_status build_create(const wc_txbuilder *b, const json_t *call, wc_txbuild_parts *parts,
                              wc_buf *out)
{
    static const char *const known[] = {"create",  "parties",  "terms", "principal",
                                        "signers", "ceilings", NULL};
    const wc_module *module;
    wc_slice bytes;
    WC_TRY(wc_txbuild_members(b, call, known));
    WC_TRY(load(b, json_object_get(call, "create"), "create", &module, &bytes));
    parts->kind = WC_CALL_INSTANTIATE;
    parts->target = wc_code_id(bytes);
    WC_TRY(build_parties(b, module, json_object_get(call, "parties"), out));
    return encode(b, module, module->terms_type, "terms", json_object_get(call, "terms"), out);
}

/* ---- native calls ---------------------------------------------------------------------------- */

static wc_status read_input(const wc_txbuilder *b, const json_t *path, const char *name,
                            wc_slice *bytes)
{
    if (!json_is_string(path)) return wc_txbuild_refuse(b, name, "needs the name of a file");
    return b->inputs->read(b->inputs->self, json_string_value(path), bytes) ? WC_OK : WC_NOT_FOUND;
}

/* An object that stands in the description, or in a file that it names; *object is the caller's. */
static wc_status load_object(const wc_txbuilder *b, const json_t *value, const char *name,
                             json_t **object)
{
    wc_slice json;
    wc_txfile_fault fault;
    if (json_is_object(value)) {
        *object = json_incref((json_t *)(uintptr_t)value);
        return WC_OK;
    }
    if (!json_is_string(value))
        return wc_txbuild_refuse(b, name, "needs an object, or the name of its file");
    WC_TRY(read_input(b, value, name, &json));
    wc_status status = wc_txfile_parse(object, &fault, json);
    if (status == WC_OK) return WC_OK;
    json_decref(*object);
    return wc_txfile_refuse(b->fault, "%s.%s: %.100s: %s", b->place, name, json_string_value(value),
                            fault.text);
}

static wc_status native_arguments(const wc_txbuilder *b, const json_t *call,
                                  const wc_native_entry *entry, wc_buf *out)
{
    json_t *values;
    wc_txfile_fault fault;
    wc_txfile_page page;
    WC_TRY(load_object(b, json_object_get(call, "arguments"), "arguments", &values));
    wc_status status = wc_native_args(out, &fault, b->arena, entry->args, values, b->inputs->names);
    json_decref(values);
    if (status == WC_OK && entry->number == WC_NATIVE_page_register && !out->full) {
        status = wc_page_of_args(&page, &fault, wc_buf_slice(out));
    }
    if (status == WC_OK && out->full) {
        return wc_txbuild_refuse(b, "arguments", "are longer than a call may carry");
    }
    if (status != WC_OUT_OF_DOMAIN) return status;
    return wc_txfile_refuse(b->fault, "%s.arguments: %s", b->place, fault.text);
}

static wc_status build_native(const wc_txbuilder *b, const json_t *call, wc_txbuild_parts *parts,
                              wc_buf *out)
{
    static const char *const known[] = {
        "native", "arguments", "arguments_hex", "principal", "signers", "ceilings", NULL};
    const json_t *named = json_object_get(call, "native");
    const json_t *raw = json_object_get(call, "arguments_hex");
    wc_str name = wc_str_of(json_is_string(named) ? json_string_value(named) : "");
    size_t count;
    const wc_native_entry *table = wc_native_table(&count), *entry = NULL;
    WC_TRY(wc_txbuild_members(b, call, known));
    for (size_t i = 0; i < count; i++) {
        if (wc_str_equal(table[i].name, name)) entry = &table[i];
    }
    if (entry == NULL)
        return wc_txbuild_refuse(b, "native", "the ledger has no method of this name");
    parts->kind = WC_CALL_NATIVE;
    parts->target = wc_native_target();
    parts->method = entry->number;
    if (raw != NULL) {
        wc_status status = wc_txfile_hex(&parts->args, b->arena, raw);
        return status == WC_OUT_OF_DOMAIN
                   ? wc_txbuild_refuse(b, "arguments_hex", "needs hex digits")
                   : status;
    }
    return native_arguments(b, call, entry, out);
}

/* ---- a batch of readings --------------------------------------------------------------------- */

static wc_status load_page(const wc_txbuilder *b, const json_t *call, wc_txfile_page *page)
{
    json_t *root;
    wc_txfile_fault fault;
    WC_TRY(load_object(b, json_object_get(call, "page"), "page", &root));
    wc_status status = wc_page_of_object(page, &fault, b->arena, root, b->inputs->names);
    json_decref(root);
    if (status != WC_OUT_OF_DOMAIN) return status;
    return wc_txfile_refuse(b->fault, "%s.page: %s", b->place, fault.text);
}

/* The call with a batch of this page in the file of another transaction; NULL: there is none. */
static const wc_tx_call *find_batch(const wc_txfile *file, const wc_txfile_page *page)
{
    for (uint8_t i = 0; i < file->tx.call_count; i++) {
        const wc_tx_call *call = &file->tx.calls[i];
        wc_batch batch;
        bool is_batch = call->carried == WC_CARRIED_PIECES && call->has_args &&
                        wc_batch_decode(&batch, call->args) == WC_OK;
        bool is_it =
            is_batch && batch.page == page->number && wc_hash_equal(&call->target, &page->instance);
        if (is_it) return call;
    }
    return NULL;
}

/* *before: NULL when the call corrects nothing. */
static wc_status load_before(const wc_txbuilder *b, const json_t *call, const wc_txfile_page *page,
                             const wc_tx_call **before)
{
    wc_slice json;
    wc_txfile_fault fault;
    const json_t *path = json_object_get(call, "corrects");
    *before = NULL;
    if (path == NULL) return WC_OK;
    WC_TRY(read_input(b, path, "corrects", &json));
    wc_txfile *file = WC_ARENA_NEW(b->arena, wc_txfile);
    if (file == NULL) return WC_NO_MEMORY;
    wc_status status = wc_txfile_read(file, &fault, b->arena, json);
    if (status == WC_OUT_OF_DOMAIN) {
        return wc_txfile_refuse(b->fault, "%s.corrects: %.100s: %s", b->place,
                                json_string_value(path), fault.text);
    }
    WC_TRY(status);
    *before = find_batch(file, page);
    if (*before != NULL) return WC_OK;
    return wc_txbuild_refuse(b, "corrects",
                             "the file holds no batch of this page with its payload");
}

static wc_status build_batch(const wc_txbuilder *b, const json_t *call, wc_txbuild_parts *parts,
                             wc_buf *out)
{
    static const char *const known[] = {"batch",   "page",     "corrects", "principal",
                                        "signers", "ceilings", NULL};
    wc_txfile_page page;
    wc_slice csv;
    wc_txfile_fault fault;
    wc_batch_note note;
    const json_t *path = json_object_get(call, "batch");
    WC_TRY(wc_txbuild_members(b, call, known));
    WC_TRY(load_page(b, call, &page));
    wc_batch_wish wish = {.page = &page,
                          .path = json_is_string(path) ? json_string_value(path) : "",
                          .names = b->inputs->names,
                          .now_s = b->inputs->now_s};
    WC_TRY(load_before(b, call, &page, &wish.before));
    WC_TRY(read_input(b, path, "batch", &csv));
    wish.csv = (wc_str){(const char *)csv.data, csv.len};
    wc_status status = wc_batch_of_csv(out, &fault, &note, b->arena, &wish);
    if (status == WC_OUT_OF_DOMAIN) {
        return wc_txfile_refuse(b->fault, "%s.batch: %.440s", b->place, fault.text);
    }
    WC_TRY(status);
    if (note.text[0] != '\0') b->inputs->note(b->inputs->self, note.text);
    parts->kind = WC_CALL_READINGS;
    parts->target = page.instance;
    parts->method = page.report;
    parts->pieces = WC_BATCH_PIECES(page.count);
    return WC_OK;
}

wc_status wc_txbuild_call(const wc_txbuilder *b, const json_t *call, wc_txbuild_parts *parts)
{
    wc_buf out;
    uint8_t *memory = wc_arena_alloc(b->arena, WC_ARGS_MAX, 1);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&out, memory, WC_ARGS_MAX);
    wc_status status;
    if (json_object_get(call, "action") != NULL) {
        status = build_action(b, call, "action", parts, &out);
    } else if (json_object_get(call, "readings") != NULL) {
        status = build_action(b, call, "readings", parts, &out);
    } else if (json_object_get(call, "batch") != NULL) {
        status = build_batch(b, call, parts, &out);
    } else if (json_object_get(call, "deploy") != NULL) {
        status = build_deploy(b, call, parts);
    } else if (json_object_get(call, "create") != NULL) {
        status = build_create(b, call, parts, &out);
    } else if (json_object_get(call, "native") != NULL) {
        status = build_native(b, call, parts, &out);
    } else {
        return wc_txbuild_refuse(b, "call",
                                 "needs action, readings, batch, deploy, create or native");
    }
    if (status == WC_OK && parts->args.data == NULL) parts->args = wc_buf_slice(&out);
    return status;
}
