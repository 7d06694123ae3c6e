/* Encoder of the stored module: one function per section, in the order of EM 10. It writes what the
 * decoder (module_read.c) accepts and nothing else; derived members are never written. */
#include "vm/isa/isa.h"
#include "vm/isa/rows.h"

void wc_row_put_number(wc_buf *buf, wc_i128 value)
{
    wc_buf_put_i64(buf, value.hi);
    wc_buf_put_u64(buf, value.lo);
}

static void put_members(wc_buf *buf, const wc_type *type)
{
    wc_buf_put_u16(buf, type->count);
    for (uint16_t i = 0; i < type->count; i++) {
        if (type->kind == WC_TYPE_TUPLE) {
            wc_buf_put_u16(buf, type->fields[i].name);
            wc_buf_put_u16(buf, type->fields[i].type);
            continue;
        }
        wc_buf_put_u16(buf, type->variants[i].name);
        if (type->kind == WC_TYPE_ENUM) wc_buf_put_u16(buf, type->variants[i].data);
    }
}

static void put_collection(wc_buf *buf, const wc_type *type)
{
    wc_buf_put_u32(buf, type->capacity);
    wc_buf_put_u16(buf, type->item);
    if (type->kind == WC_TYPE_MAP || type->kind == WC_TYPE_SORTED) {
        wc_buf_put_u16(buf, type->value);
    }
    if (type->kind == WC_TYPE_SORTED) wc_buf_put_u8(buf, type->descending ? 1 : 0);
    if (type->kind == WC_TYPE_SERIES) wc_buf_put_u32(buf, type->step);
}

void wc_row_put_type(wc_buf *buf, const wc_type *type)
{
    wc_buf_put_u8(buf, (uint8_t)type->kind);
    wc_buf_put_u16(buf, type->name);
    switch (type->kind) {
    case WC_TYPE_BOOL:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE:
    case WC_TYPE_INTERVAL: break;
    case WC_TYPE_DEC:
        wc_buf_put_u8(buf, type->scale);
        wc_buf_put_u16(buf, type->unit);
        wc_buf_put_i64(buf, type->lo);
        wc_buf_put_i64(buf, type->hi);
        break;
    case WC_TYPE_INT:
        wc_buf_put_i64(buf, type->lo);
        wc_buf_put_i64(buf, type->hi);
        break;
    case WC_TYPE_PARTY: wc_buf_put_u16(buf, type->item); break;
    case WC_TYPE_BYTES:
    case WC_TYPE_TEXT: wc_buf_put_u32(buf, type->capacity); break;
    case WC_TYPE_TAG:
    case WC_TYPE_TUPLE:
    case WC_TYPE_ENUM: put_members(buf, type); break;
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP:
    case WC_TYPE_SORTED:
    case WC_TYPE_SERIES: put_collection(buf, type); break;
    }
}

static void put_strings(const wc_module *module, wc_buf *buf)
{
    wc_buf_put_u16(buf, module->string_count);
    for (uint16_t i = 0; i < module->string_count; i++) {
        wc_str text = module->strings[i];
        wc_buf_put_str16(buf, wc_slice_of(text.data, text.len));
    }
}

static void put_units(const wc_module *module, wc_buf *buf)
{
    wc_buf_put_u16(buf, module->unit_count);
    for (uint16_t i = 0; i < module->unit_count; i++) wc_buf_put_u16(buf, module->units[i].text);
    wc_buf_put_u16(buf, module->currency_count);
    for (uint16_t i = 0; i < module->currency_count; i++) {
        wc_buf_put_u16(buf, module->currencies[i].code);
        wc_buf_put_u8(buf, module->currencies[i].minor);
    }
}

static void put_types(const wc_module *module, wc_buf *buf)
{
    wc_buf_put_u16(buf, module->type_count);
    for (uint16_t i = 0; i < module->type_count; i++) wc_row_put_type(buf, &module->types[i]);
}

static void put_constants(const wc_module *module, wc_buf *buf)
{
    wc_buf_put_u16(buf, module->number_count);
    for (uint16_t i = 0; i < module->number_count; i++) {
        wc_row_put_number(buf, module->numbers[i]);
    }
    wc_buf_put_u16(buf, module->bytes_count);
    for (uint16_t i = 0; i < module->bytes_count; i++) {
        wc_buf_put_u16(buf, module->bytes[i].type);
        wc_buf_put_str32(buf, module->bytes[i].abi);
    }
}

static void put_calendars(const wc_module *module, wc_buf *buf)
{
    wc_buf_put_u16(buf, module->calendar_count);
    for (uint16_t i = 0; i < module->calendar_count; i++) {
        const wc_calendar *calendar = &module->calendars[i];
        wc_buf_put_u16(buf, calendar->zone);
        wc_buf_put_u16(buf, calendar->version);
        wc_buf_put_u32(buf, (uint32_t)calendar->table.offset);
        wc_buf_put_u16(buf, calendar->table.count);
        for (uint16_t k = 0; k < calendar->table.count; k++) {
            wc_buf_put_i64(buf, calendar->table.shifts[k].at);
            wc_buf_put_u32(buf, (uint32_t)calendar->table.shifts[k].offset);
        }
    }
}

static void put_interfaces(const wc_module *module, wc_buf *buf)
{
    wc_buf_put_u16(buf, module->interface_count);
    for (uint16_t i = 0; i < module->interface_count; i++) {
        wc_buf_put_u16(buf, module->interfaces[i].name);
        wc_buf_put_u16(buf, module->interfaces[i].count);
    }
    wc_buf_put_u16(buf, module->method_count);
    for (uint16_t i = 0; i < module->method_count; i++) {
        const wc_method *method = &module->methods[i];
        wc_buf_put_u16(buf, method->name);
        wc_buf_put_u32(buf, method->id);
        wc_buf_put_u8(buf, method->is_view ? 1 : 0);
        wc_buf_put_u16(buf, method->args);
        wc_buf_put_u16(buf, method->result);
    }
}

static uint8_t flags(bool low, bool high)
{
    return (uint8_t)((low ? 1 : 0) | (high ? 2 : 0));
}

static void put_parties(const wc_module *module, wc_buf *buf)
{
    wc_buf_put_u16(buf, module->parties_type);
    wc_buf_put_u16(buf, module->party_count);
    for (uint16_t i = 0; i < module->party_count; i++) {
        const wc_party_decl *party = &module->parties[i];
        wc_buf_put_u16(buf, party->name);
        wc_buf_put_u16(buf, party->role);
        wc_buf_put_u8(buf, flags(party->signatory, party->visible));
    }
}

static void put_terms(const wc_module *module, wc_buf *buf)
{
    wc_buf_put_u16(buf, module->terms_type);
    wc_buf_put_u16(buf, module->term_count);
    for (uint16_t i = 0; i < module->term_count; i++) {
        wc_buf_put_u8(buf, module->terms[i].amendable ? 1 : 0);
        wc_buf_put_u16(buf, module->terms[i].default_const);
    }
}

static void put_storage(const wc_module *module, wc_buf *buf)
{
    wc_buf_put_u16(buf, module->source_version);
    wc_buf_put_u16(buf, module->storage_type);
    wc_buf_put_u16(buf, module->field_count);
    for (uint16_t i = 0; i < module->field_count; i++) {
        const wc_storage_field *field = &module->fields[i];
        wc_buf_put_u16(buf, field->name);
        wc_buf_put_u16(buf, field->id);
        wc_buf_put_u16(buf, field->type);
        wc_buf_put_u16(buf, field->since);
        wc_buf_put_u16(buf, field->root);
        wc_buf_put_u16(buf, field->initial);
    }
}

static void put_states(const wc_module *module, wc_buf *buf)
{
    wc_buf_put_u16(buf, module->state_type);
    wc_buf_put_u16(buf, module->state_count);
    for (uint16_t i = 0; i < module->state_count; i++) {
        wc_buf_put_u16(buf, module->states[i].name);
        wc_buf_put_u16(buf, module->states[i].data);
        wc_buf_put_u8(buf, flags(module->states[i].initial, module->states[i].final));
    }
}

static void put_declared(wc_buf *buf, const wc_signature_decl *rows, uint16_t count)
{
    wc_buf_put_u16(buf, count);
    for (uint16_t i = 0; i < count; i++) {
        wc_buf_put_u16(buf, rows[i].name);
        wc_buf_put_u16(buf, rows[i].args);
    }
}

static void put_errors(const wc_module *module, wc_buf *buf)
{
    put_declared(buf, module->errors, module->error_count);
}

static void put_events(const wc_module *module, wc_buf *buf)
{
    put_declared(buf, module->events, module->event_count);
}

static void put_function(const wc_function *function, wc_buf *buf)
{
    wc_buf_put_u16(buf, function->name);
    wc_buf_put_u16(buf, function->reg_count);
    for (uint16_t i = 0; i < function->reg_count; i++) {
        wc_buf_put_u8(buf, function->regs[i].kind);
        wc_buf_put_u16(buf, function->regs[i].type);
    }
    wc_buf_put_u16(buf, function->slot_count);
    for (uint16_t i = 0; i < function->slot_count; i++) wc_buf_put_u16(buf, function->slots[i]);
    wc_buf_put_u16(buf, function->param_count);
    wc_buf_put_u16(buf, function->result_count);
    wc_buf_put(buf, function->result_kinds, function->result_count);
    wc_buf_put_u32(buf, function->word_count);
}

static void put_functions(const wc_module *module, wc_buf *buf)
{
    wc_buf_put_u16(buf, module->function_count);
    for (uint16_t i = 0; i < module->function_count; i++) {
        put_function(&module->functions[i], buf);
    }
}

static void put_code(const wc_module *module, wc_buf *buf)
{
    for (uint32_t i = 0; i < module->word_count; i++) wc_buf_put_u64(buf, module->words[i]);
}

static void put_entry(const wc_entry *entry, wc_buf *buf)
{
    wc_buf_put_u8(buf, (uint8_t)entry->kind);
    wc_buf_put_u16(buf, entry->name);
    wc_buf_put_u16(buf, entry->function);
    wc_buf_put_u16(buf, entry->args);
    wc_buf_put_u16(buf, entry->result);
    wc_buf_put_u8(buf, (uint8_t)entry->by);
    wc_buf_put_u8(buf, entry->quorum);
    wc_buf_put_u8(buf, entry->who_count);
    for (uint8_t i = 0; i < entry->who_count; i++) wc_buf_put_u16(buf, entry->who[i]);
    wc_buf_put_u64(buf, entry->when);
    wc_buf_put_u64(buf, entry->leads_to);
    wc_buf_put_u64(buf, entry->invariants);
    wc_buf_put_u32(buf, entry->repeats);
    wc_buf_put_u64(buf, entry->gas_bound);
}

static void put_entries(const wc_module *module, wc_buf *buf)
{
    wc_buf_put_u16(buf, module->entry_count);
    for (uint16_t i = 0; i < module->entry_count; i++) put_entry(&module->entries[i], buf);
}

static void put_tests(const wc_module *module, wc_buf *buf)
{
    wc_assert(module->is_test_image || module->test_count == 0);
    if (module->is_test_image) put_declared(buf, module->tests, module->test_count);
}

typedef void (*put_section_fn)(const wc_module *module, wc_buf *buf);

static const put_section_fn put_section[WC_MODULE_SECTIONS] = {
    put_strings,   put_units, put_types,   put_constants, put_calendars, put_interfaces,
    put_parties,   put_terms, put_storage, put_states,    put_errors,    put_events,
    put_functions, put_code,  put_entries, put_tests,
};

void wc_module_encode(const wc_module *module, wc_buf *buf)
{
    wc_buf_put(buf, "WCB", 4); /* with its NUL */
    wc_buf_put_u16(buf, module->format);
    wc_buf_put_u16(buf, module->isa);
    wc_buf_put(buf, module->schedule.bytes, WC_HASH_SIZE);
    wc_buf_put_u16(buf, WC_MODULE_SECTIONS);
    for (uint8_t i = 0; i < WC_MODULE_SECTIONS; i++) {
        wc_buf_put_u8(buf, (uint8_t)(i + 1));
        size_t length_at = buf->len;
        wc_buf_put_u32(buf, 0);
        put_section[i](module, buf);
        if (buf->full) return;
        wc_buf_patch_u32(buf, length_at, (uint32_t)(buf->len - length_at - 4));
    }
}
