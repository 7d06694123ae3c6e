/* The ABI document: one section for each table of the module. */
#include "node/abi/abi.h"

#include "node/crypto/crypto.h"
#include "vm/isa/isa.h"
#include "vm/isa/signature.h"

static wc_str text_of(const wc_module *module, uint16_t string)
{
    return string == WC_NONE ? WC_STR("") : module->strings[string];
}

static void put_states(wc_json *json, const char *name, const wc_module *module, uint64_t states)
{
    wc_json_open_line(json, name, '[');
    for (uint16_t i = 0; i < module->state_count; i++) {
        if ((states >> i & 1) != 0)
            wc_json_add_str(json, NULL, text_of(module, module->states[i].name));
    }
    wc_json_close(json);
}

/* Fields of a tuple: parameters, members of events, data of states. */
static void put_members(wc_json *json, const char *name, const wc_module *module, uint16_t tuple)
{
    wc_json_open(json, name, '[');
    const wc_type *type = tuple == WC_NONE ? NULL : &module->types[tuple];
    for (uint16_t i = 0; type != NULL && i < type->count; i++) {
        wc_json_open(json, NULL, '{');
        wc_json_add_str(json, "name", text_of(module, type->fields[i].name));
        wc_abi_put_type(json, "type", module, type->fields[i].type);
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_parties(wc_json *json, const wc_module *module)
{
    wc_json_open(json, "parties", '[');
    for (uint16_t i = 0; i < module->party_count; i++) {
        const wc_party_decl *party = &module->parties[i];
        wc_json_open_line(json, NULL, '{');
        wc_json_add_str(json, "name", text_of(module, party->name));
        if (party->role != WC_NONE) wc_json_add_str(json, "role", text_of(module, party->role));
        wc_json_add_bool(json, "signatory", party->signatory);
        wc_json_add_bool(json, "may_read", party->signatory || party->visible);
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_terms(wc_json *json, const wc_module *module)
{
    wc_json_open(json, "terms", '[');
    const wc_type *tuple = &module->types[module->terms_type];
    for (uint16_t i = 0; i < module->term_count; i++) {
        const wc_term *term = &module->terms[i];
        wc_json_open(json, NULL, '{');
        wc_json_add_str(json, "name", text_of(module, tuple->fields[i].name));
        wc_abi_put_type(json, "type", module, tuple->fields[i].type);
        wc_json_add_bool(json, "amendable", term->amendable);
        if (term->has_default) {
            wc_reader reader = wc_reader_of(module->bytes[term->default_const].abi);
            wc_status status =
                wc_abi_put_value(json, "default", module, tuple->fields[i].type, &reader);
            wc_assert(status == WC_OK || json->buf->full);
        }
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_state_rows(wc_json *json, const wc_module *module)
{
    wc_json_open(json, "states", '[');
    for (uint16_t i = 0; i < module->state_count; i++) {
        const wc_state_decl *state = &module->states[i];
        wc_json_open(json, NULL, '{');
        wc_json_add_str(json, "name", text_of(module, state->name));
        wc_json_add_bool(json, "initial", state->initial);
        wc_json_add_bool(json, "final", state->final);
        put_members(json, "data", module, state->data);
        wc_json_close(json);
    }
    wc_json_close(json);
}

/* ---- entries -----------------------------------------------------------------------------------
 */

static void put_signature(wc_json *json, const wc_module *module, uint16_t entry)
{
    uint8_t memory[WC_SIGNATURE_MAX];
    wc_buf text;
    wc_method method = wc_entry_method(module, entry);
    wc_buf_init(&text, memory, sizeof memory);
    wc_method_signature(module, &method, &text);
    uint32_t id;
    if (text.full || wc_method_id(module, &method, wc_sha256, &id) != WC_OK) return;
    uint8_t bytes[4];
    wc_store_u32(bytes, id);
    wc_json_add_str(json, "signature", (wc_str){(const char *)memory, text.len});
    wc_json_add_hex(json, "method_id", wc_slice_of(bytes, sizeof bytes));
}

static void put_by(wc_json *json, const wc_module *module, const wc_entry *entry)
{
    static const char *const kinds[] = {"none", "all", "any", "quorum", "any_party"};
    wc_json_open_line(json, "by", '{');
    wc_json_add_text(json, "kind", kinds[entry->by]);
    if (entry->by == WC_BY_QUORUM) wc_json_add_number(json, "quorum", entry->quorum);
    wc_json_open_line(json, "parties", '[');
    for (uint8_t i = 0; i < entry->who_count; i++) {
        if ((entry->who[i] & WC_BY_ROLE) != 0) continue;
        wc_json_add_str(json, NULL, text_of(module, module->parties[entry->who[i]].name));
    }
    wc_json_close(json);
    wc_json_open_line(json, "roles", '[');
    for (uint8_t i = 0; i < entry->who_count; i++) {
        if ((entry->who[i] & WC_BY_ROLE) == 0) continue;
        wc_json_add_str(json, NULL, module->strings[entry->who[i] & ~WC_BY_ROLE & 0xffff]);
    }
    wc_json_close(json);
    wc_json_close(json);
}

/* What a transaction names an action by: its place among the actions. */
static uint16_t action_number(const wc_module *module, uint16_t index)
{
    uint16_t number = 0;
    for (uint16_t i = 0; i < index; i++) {
        if (module->entries[i].kind == WC_ENTRY_ACTION) number++;
    }
    return number;
}

static void put_entry(wc_json *json, const wc_module *module, uint16_t index)
{
    const wc_entry *entry = &module->entries[index];
    bool is_call = entry->kind == WC_ENTRY_ACTION || entry->kind == WC_ENTRY_VIEW;
    wc_json_open(json, NULL, '{');
    if (is_call) {
        wc_json_add_str(json, "name", text_of(module, entry->name));
        if (entry->kind == WC_ENTRY_ACTION) {
            wc_json_add_number(json, "number", action_number(module, index));
        }
        put_signature(json, module, index);
        put_members(json, "parameters", module, entry->args);
        wc_json_add_unsigned(json, "arguments_size_max", module->types[entry->args].encoded_max);
    }
    if (entry->kind == WC_ENTRY_ACTION) put_by(json, module, entry);
    if (entry->kind == WC_ENTRY_VIEW) wc_abi_put_type(json, "result", module, entry->result);
    put_states(json, "states", module, wc_entry_states(module, entry));
    if (entry->kind != WC_ENTRY_VIEW) put_states(json, "leads_to", module, entry->leads_to);
    if (entry->kind == WC_ENTRY_AFTER) wc_json_add_number(json, "repeats_max", entry->repeats);
    wc_json_add_unsigned(json, "gas_max", entry->gas_bound);
    wc_json_close(json);
}

static void put_entries(wc_json *json, const wc_module *module, const char *name,
                        wc_entry_kind kind)
{
    wc_json_open(json, name, '[');
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind == kind) put_entry(json, module, i);
    }
    wc_json_close(json);
}

/* ---- errors, events, storage, interfaces -------------------------------------------------------
 */

static void put_signatures(wc_json *json, const wc_module *module, const char *name,
                           const wc_signature_decl *rows, uint16_t count)
{
    wc_json_open(json, name, '[');
    for (uint16_t i = 0; i < count; i++) {
        wc_json_open(json, NULL, '{');
        wc_json_add_number(json, "id", i);
        wc_json_add_str(json, "name", text_of(module, rows[i].name));
        put_members(json, "members", module, rows[i].args);
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_builtins(wc_json *json)
{
    wc_json_open(json, "builtin_errors", '[');
    for (uint16_t i = 1; wc_builtin_name(i) != NULL; i++) {
        wc_json_open_line(json, NULL, '{');
        wc_json_add_number(json, "id", i);
        wc_json_add_text(json, "name", wc_builtin_name(i));
        wc_json_add_text(json, "text", wc_builtin_text(i));
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_storage(wc_json *json, const wc_module *module)
{
    wc_json_open(json, "storage", '[');
    for (uint16_t i = 0; i < module->field_count; i++) {
        const wc_storage_field *field = &module->fields[i];
        wc_json_open(json, NULL, '{');
        wc_json_add_str(json, "name", text_of(module, field->name));
        wc_json_add_number(json, "id", field->id);
        wc_json_add_number(json, "since_version", field->since);
        wc_json_add_text(json, "kept",
                         field->root == WC_NONE ? "by element" : "in the root record");
        wc_abi_put_type(json, "type", module, field->type);
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_interfaces(wc_json *json, const wc_module *module)
{
    wc_json_open(json, "uses_interfaces", '[');
    for (uint16_t i = 0; i < module->interface_count; i++) {
        const wc_interface *interface = &module->interfaces[i];
        wc_json_open(json, NULL, '{');
        wc_json_add_str(json, "name", text_of(module, interface->name));
        wc_json_open(json, "methods", '[');
        for (uint16_t k = 0; k < interface->count; k++) {
            const wc_method *method = &module->methods[interface->first + k];
            uint8_t memory[WC_SIGNATURE_MAX], id[4];
            wc_buf text;
            wc_buf_init(&text, memory, sizeof memory);
            wc_method_signature(module, method, &text);
            wc_store_u32(id, method->id);
            wc_json_open(json, NULL, '{');
            wc_json_add_str(json, "name", text_of(module, method->name));
            if (!text.full)
                wc_json_add_str(json, "signature", (wc_str){(const char *)memory, text.len});
            wc_json_add_hex(json, "method_id", wc_slice_of(id, sizeof id));
            wc_json_close(json);
        }
        wc_json_close(json);
        wc_json_close(json);
    }
    wc_json_close(json);
}

static void put_currencies(wc_json *json, const wc_module *module)
{
    wc_json_open(json, "currencies", '[');
    for (uint16_t i = 0; i < module->currency_count; i++) {
        wc_json_open_line(json, NULL, '{');
        wc_json_add_str(json, "code", text_of(module, module->currencies[i].code));
        wc_json_add_number(json, "decimals", module->currencies[i].minor);
        wc_json_close(json);
    }
    wc_json_close(json);
}

void wc_abi_put(wc_buf *text, const wc_module *module, const wc_hash *code_id)
{
    wc_json json = wc_json_to(text);
    wc_json_open(&json, NULL, '{');
    wc_json_add_text(&json, "format", "wattclause-abi/1");
    wc_json_add_str(&json, "contract", module->strings[0]);
    wc_json_add_str(&json, "module", module->strings[1]);
    wc_json_add_number(&json, "source_version", module->source_version);
    wc_json_add_hex(&json, "code_id", wc_slice_of(code_id->bytes, sizeof code_id->bytes));
    wc_json_add_hex(&json, "gas_schedule",
                    wc_slice_of(module->schedule.bytes, sizeof module->schedule.bytes));
    put_currencies(&json, module);
    put_parties(&json, module);
    put_terms(&json, module);
    put_state_rows(&json, module);
    put_entries(&json, module, "actions", WC_ENTRY_ACTION);
    put_entries(&json, module, "views", WC_ENTRY_VIEW);
    put_entries(&json, module, "timeouts", WC_ENTRY_AFTER);
    put_signatures(&json, module, "events", module->events, module->event_count);
    put_signatures(&json, module, "errors", module->errors, module->error_count);
    put_builtins(&json);
    put_storage(&json, module);
    put_interfaces(&json, module);
    wc_json_close(&json);
}
