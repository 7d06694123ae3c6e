/* Assembler, tables: one function for each kind of line outside functions. Rows go where the
 * builder keeps them; tables that the builder would derive are taken as written, because tests need
 * wrong ones. */
#include "vm/isa/asm.h"

#define APPEND(a, vector, limit, type)                                                             \
    ((type *)wc_builder_append((a)->builder, &(a)->builder->vector, (limit), sizeof(type)))

static wc_status status_of(const wc_asm *a)
{
    return wc_builder_status(a->builder);
}

static wc_status module_line(wc_asm *a)
{
    wc_str name, path;
    if (a->builder != NULL) return WC_DUPLICATE;
    WC_TRY(wc_asm_name(a, &name));
    name = wc_arena_str(a->arena, name); /* a quoted word is gone with the next */
    if (name.data == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_asm_name(a, &path));
    a->builder = wc_builder_new(a->arena, a->hash, name, path);
    if (a->builder == NULL) return WC_NO_MEMORY;
    return status_of(a);
}

static wc_status schedule_line(wc_asm *a)
{
    return wc_asm_hex(a, a->builder->module.schedule.bytes, WC_HASH_SIZE);
}

static wc_status version_line(wc_asm *a)
{
    return wc_asm_u16(a, &a->builder->module.source_version);
}

static wc_status string_line(wc_asm *a)
{
    uint16_t index;
    return wc_asm_string(a, &index);
}

static wc_status unit_line(wc_asm *a)
{
    wc_str text;
    WC_TRY(wc_asm_name(a, &text));
    (void)wc_builder_unit(a->builder, text);
    return status_of(a);
}

static wc_status currency_line(wc_asm *a)
{
    uint16_t string;
    uint64_t minor;
    WC_TRY(wc_asm_string(a, &string));
    WC_TRY(wc_asm_number(a, UINT8_MAX, &minor));
    if (string == WC_NONE) return WC_OUT_OF_DOMAIN;
    (void)wc_builder_currency(a->builder, a->builder->module.strings[string], (uint8_t)minor);
    return status_of(a);
}

/* ---- types ---- */

static wc_status number_type(wc_asm *a, wc_type *type)
{
    if (type->kind == WC_TYPE_DEC) {
        uint16_t scale, unit;
        WC_TRY(wc_asm_u16(a, &scale));
        WC_TRY(wc_asm_string(a, &unit));
        if (scale > UINT8_MAX) return WC_OUT_OF_DOMAIN;
        type->scale = (uint8_t)scale;
        type->unit = WC_NONE;
        if (unit != WC_NONE) {
            type->unit = wc_builder_unit(a->builder, a->builder->module.strings[unit]);
        }
    }
    WC_TRY(wc_asm_signed(a, &type->lo));
    return wc_asm_signed(a, &type->hi);
}

static wc_status capacity_type(wc_asm *a, wc_type *type)
{
    uint64_t capacity;
    WC_TRY(wc_asm_number(a, UINT32_MAX, &capacity));
    type->capacity = (uint32_t)capacity;
    return WC_OK;
}

static wc_status members_type(wc_asm *a, wc_type *type)
{
    wc_field *fields = WC_ARENA_ARRAY(a->arena, wc_field, WC_MEMBERS_MAX + 1);
    wc_variant *variants = WC_ARENA_ARRAY(a->arena, wc_variant, WC_MEMBERS_MAX + 1);
    if (fields == NULL || variants == NULL) return WC_NO_MEMORY;
    while (!wc_asm_at_end(a)) {
        uint16_t name, inner = WC_NONE;
        if (type->count > WC_MEMBERS_MAX) return WC_TOO_LARGE;
        WC_TRY(wc_asm_string(a, &name));
        if (type->kind != WC_TYPE_TAG) WC_TRY(wc_asm_index(a, 't', &inner));
        fields[type->count] = (wc_field){.name = name, .type = inner};
        variants[type->count++] = (wc_variant){.name = name, .data = inner};
    }
    type->fields = fields;
    type->variants = variants;
    return WC_OK;
}

static wc_status collection_type(wc_asm *a, wc_type *type)
{
    uint64_t number;
    WC_TRY(capacity_type(a, type));
    WC_TRY(wc_asm_index(a, 't', &type->item));
    if (type->kind == WC_TYPE_MAP) return wc_asm_index(a, 't', &type->value);
    if (type->kind == WC_TYPE_SERIES) {
        WC_TRY(wc_asm_number(a, UINT32_MAX, &number));
        type->step = (uint32_t)number;
    }
    if (type->kind != WC_TYPE_SORTED) return WC_OK;
    WC_TRY(wc_asm_u16(a, &type->value));
    type->descending = wc_asm_take(a, "desc");
    return type->descending || wc_asm_take(a, "asc") ? WC_OK : WC_OUT_OF_DOMAIN;
}

static wc_status type_body(wc_asm *a, wc_type *type)
{
    switch (type->kind) {
    case WC_TYPE_BOOL:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE:
    case WC_TYPE_INTERVAL: return WC_OK;
    case WC_TYPE_INT:
    case WC_TYPE_DEC: return number_type(a, type);
    case WC_TYPE_PARTY: return wc_asm_index(a, '%', &type->item);
    case WC_TYPE_BYTES:
    case WC_TYPE_TEXT: return capacity_type(a, type);
    case WC_TYPE_TAG:
    case WC_TYPE_TUPLE:
    case WC_TYPE_ENUM: return members_type(a, type);
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP:
    case WC_TYPE_SORTED:
    case WC_TYPE_SERIES: return collection_type(a, type);
    }
    return WC_OUT_OF_DOMAIN;
}

static wc_status type_line(wc_asm *a)
{
    uint16_t symbol, kind;
    wc_type type = {.item = WC_NONE, .value = WC_NONE, .unit = WC_NONE};
    WC_TRY(wc_asm_index(a, 't', &symbol));
    WC_TRY(wc_asm_string(a, &type.name));
    WC_TRY(wc_asm_choice(a, wc_text_type_kinds, WC_ARRAY_LEN(wc_text_type_kinds), &kind));
    type.kind = (wc_type_kind)(kind + 1);
    WC_TRY(type_body(a, &type));
    uint32_t expected = a->builder->types.count;
    uint16_t index = wc_builder_type(a->builder, &type);
    WC_TRY(status_of(a));
    return index == symbol && index == expected ? WC_OK : WC_DUPLICATE;
}

/* ---- constants, interfaces ---- */

static wc_status number_line(wc_asm *a)
{
    wc_i128 value;
    WC_TRY(wc_asm_wide(a, &value));
    (void)wc_builder_number(a->builder, value);
    return status_of(a);
}

static wc_status bytes_line(wc_asm *a)
{
    uint16_t type;
    wc_slice bytes;
    WC_TRY(wc_asm_index(a, 't', &type));
    WC_TRY(wc_asm_bytes(a, &bytes));
    (void)wc_builder_bytes(a->builder, type, bytes);
    return status_of(a);
}

static wc_status calendar_offset(wc_asm *a, int32_t *offset)
{
    int64_t value;
    WC_TRY(wc_asm_signed(a, &value));
    if (value < INT32_MIN || value > INT32_MAX) return WC_OUT_OF_DOMAIN;
    *offset = (int32_t)value;
    return WC_OK;
}

static wc_status calendar_line(wc_asm *a)
{
    wc_calendar row = {0};
    WC_TRY(wc_asm_string(a, &row.zone));
    WC_TRY(wc_asm_string(a, &row.version));
    WC_TRY(calendar_offset(a, &row.table.offset));
    row.table.shifts = WC_ARENA_ARRAY(a->arena, wc_shift, WC_ZONE_SHIFTS_MAX + 1);
    if (row.table.shifts == NULL) return WC_NO_MEMORY;
    while (!wc_asm_at_end(a)) {
        if (row.table.count > WC_ZONE_SHIFTS_MAX) return WC_TOO_LARGE;
        wc_shift *shift = &row.table.shifts[row.table.count++];
        WC_TRY(wc_asm_signed(a, &shift->at));
        WC_TRY(calendar_offset(a, &shift->offset));
    }
    wc_calendar *made = APPEND(a, calendars, WC_CALENDARS_MAX + 1, wc_calendar);
    if (made == NULL) return status_of(a);
    *made = row;
    a->builder->module.calendars = (wc_calendar *)a->builder->calendars.items;
    a->builder->module.calendar_count = (uint16_t)a->builder->calendars.count;
    return WC_OK;
}

static wc_status interface_line(wc_asm *a)
{
    wc_str name;
    WC_TRY(wc_asm_name(a, &name));
    (void)wc_builder_interface(a->builder, name, NULL, 0);
    return status_of(a);
}

static wc_status method_line(wc_asm *a)
{
    wc_method method = {.is_view = wc_asm_take(a, "view")};
    uint8_t id[4];
    if (!method.is_view && !wc_asm_take(a, "action")) return WC_OUT_OF_DOMAIN;
    if (a->builder->interfaces.count == 0) return WC_OUT_OF_DOMAIN;
    WC_TRY(wc_asm_string(a, &method.name));
    WC_TRY(wc_asm_hex(a, id, sizeof id));
    method.id = wc_load_u32(id);
    WC_TRY(wc_asm_index(a, 't', &method.args));
    WC_TRY(wc_asm_index(a, 't', &method.result));
    wc_method *row = APPEND(a, methods, WC_ROWS_MAX, wc_method);
    if (row == NULL) return status_of(a);
    *row = method;
    wc_module *m = &a->builder->module;
    m->methods = (wc_method *)a->builder->methods.items;
    m->method_count = (uint16_t)a->builder->methods.count;
    m->interfaces[m->interface_count - 1].count++;
    return WC_OK;
}

/* ---- parties, terms, storage, states ---- */

static wc_status party_line(wc_asm *a)
{
    wc_party_decl party;
    WC_TRY(wc_asm_string(a, &party.name));
    WC_TRY(wc_asm_string(a, &party.role));
    WC_TRY(wc_asm_flag(a, "signatory", &party.signatory));
    WC_TRY(wc_asm_flag(a, "visible", &party.visible));
    if (a->builder->has_parties_type) return WC_OUT_OF_DOMAIN; /* `parties` closes the table */
    (void)wc_builder_party(a->builder, &party);
    return status_of(a);
}

static wc_status term_line(wc_asm *a)
{
    wc_term term = {0};
    WC_TRY(wc_asm_flag(a, "amendable", &term.amendable));
    WC_TRY(wc_asm_index(a, '%', &term.default_const));
    term.has_default = term.default_const != WC_NONE;
    wc_term *row = APPEND(a, terms, WC_ROWS_MAX, wc_term);
    if (row == NULL) return status_of(a);
    *row = term;
    a->builder->module.terms = (wc_term *)a->builder->terms.items;
    a->builder->module.term_count = (uint16_t)a->builder->terms.count;
    return WC_OK;
}

static wc_status field_line(wc_asm *a)
{
    wc_storage_field field;
    WC_TRY(wc_asm_string(a, &field.name));
    WC_TRY(wc_asm_u16(a, &field.id));
    WC_TRY(wc_asm_index(a, 't', &field.type));
    WC_TRY(wc_asm_u16(a, &field.since));
    WC_TRY(wc_asm_index(a, '%', &field.root));
    WC_TRY(wc_asm_index(a, '%', &field.initial));
    wc_storage_field *row = APPEND(a, fields, WC_ROWS_MAX, wc_storage_field);
    if (row == NULL) return status_of(a);
    *row = field;
    a->builder->module.fields = (wc_storage_field *)a->builder->fields.items;
    a->builder->module.field_count = (uint16_t)a->builder->fields.count;
    return WC_OK;
}

static wc_status state_line(wc_asm *a)
{
    wc_state_decl state = {0};
    WC_TRY(wc_asm_string(a, &state.name));
    WC_TRY(wc_asm_index(a, 't', &state.data));
    WC_TRY(wc_asm_flag(a, "initial", &state.initial));
    WC_TRY(wc_asm_flag(a, "final", &state.final));
    if (a->builder->has_state_type) return WC_OUT_OF_DOMAIN; /* `states` closes the table */
    (void)wc_builder_state(a->builder, &state);
    return status_of(a);
}

static wc_status parties_line(wc_asm *a)
{
    a->builder->has_parties_type = true;
    return wc_asm_index(a, 't', &a->builder->module.parties_type);
}

static wc_status terms_line(wc_asm *a)
{
    a->builder->has_terms_type = true;
    return wc_asm_index(a, 't', &a->builder->module.terms_type);
}

static wc_status storage_line(wc_asm *a)
{
    a->builder->has_storage_type = true;
    return wc_asm_index(a, 't', &a->builder->module.storage_type);
}

static wc_status states_line(wc_asm *a)
{
    a->builder->has_state_type = true;
    return wc_asm_index(a, 't', &a->builder->module.state_type);
}

static wc_status error_line(wc_asm *a)
{
    wc_str name;
    uint16_t args;
    WC_TRY(wc_asm_name(a, &name));
    name = wc_arena_str(a->arena, name);
    if (name.data == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_asm_index(a, 't', &args));
    (void)wc_builder_error(a->builder, name, args);
    return status_of(a);
}

static wc_status event_line(wc_asm *a)
{
    wc_str name;
    uint16_t args;
    WC_TRY(wc_asm_name(a, &name));
    name = wc_arena_str(a->arena, name);
    if (name.data == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_asm_index(a, 't', &args));
    (void)wc_builder_event(a->builder, name, args);
    return status_of(a);
}

/* ---- entries, tests ---- */

static wc_status state_set(wc_asm *a, uint64_t *states)
{
    *states = 0;
    if (wc_asm_take(a, "-")) return WC_OK;
    do {
        uint16_t state;
        WC_TRY(wc_asm_row(a, WC_OPERAND_st, &state));
        if (state >= WC_STATES_MAX) return WC_OUT_OF_DOMAIN;
        *states |= UINT64_C(1) << state;
    } while (wc_asm_take(a, "|"));
    return WC_OK;
}

static wc_status who_list(wc_asm *a, wc_entry *entry)
{
    while (!wc_asm_at_end(a)) {
        uint16_t who;
        if (entry->who_count == WC_BY_MAX) return WC_TOO_LARGE;
        if (wc_asm_take(a, "role")) {
            WC_TRY(wc_asm_string(a, &who));
            who |= WC_BY_ROLE;
        } else {
            WC_TRY(wc_asm_index(a, '%', &who));
        }
        entry->who[entry->who_count++] = who;
    }
    return WC_OK;
}

static wc_status entry_line(wc_asm *a)
{
    wc_entry entry = {0};
    uint16_t kind, by;
    uint64_t number;
    uint8_t invariants[8];
    WC_TRY(wc_asm_choice(a, wc_text_entry_kinds, WC_ARRAY_LEN(wc_text_entry_kinds), &kind));
    entry.kind = (wc_entry_kind)(kind + 1);
    WC_TRY(wc_asm_string(a, &entry.name));
    WC_TRY(wc_asm_row(a, WC_OPERAND_fn, &entry.function));
    WC_TRY(wc_asm_index(a, entry.kind == WC_ENTRY_DUE ? '%' : 't', &entry.args));
    WC_TRY(wc_asm_index(a, 't', &entry.result));
    WC_TRY(wc_asm_choice(a, wc_text_by_kinds, WC_ARRAY_LEN(wc_text_by_kinds), &by));
    entry.by = (wc_by_kind)by;
    WC_TRY(wc_asm_number(a, UINT8_MAX, &number));
    entry.quorum = (uint8_t)number;
    WC_TRY(state_set(a, &entry.when));
    WC_TRY(state_set(a, &entry.leads_to));
    WC_TRY(wc_asm_hex(a, invariants, sizeof invariants));
    entry.invariants = wc_load_u64(invariants);
    WC_TRY(wc_asm_number(a, UINT32_MAX, &number));
    entry.repeats = (uint32_t)number;
    WC_TRY(wc_asm_number(a, UINT64_MAX, &entry.gas_bound));
    WC_TRY(who_list(a, &entry));
    (void)wc_builder_entry(a->builder, &entry);
    return status_of(a);
}

static wc_status tests_line(wc_asm *a)
{
    wc_builder_mark_test_image(a->builder);
    return WC_OK;
}

static wc_status test_line(wc_asm *a)
{
    wc_str name;
    uint16_t function;
    WC_TRY(wc_asm_name(a, &name));
    name = wc_arena_str(a->arena, name);
    if (name.data == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_asm_row(a, WC_OPERAND_fn, &function));
    (void)wc_builder_test(a->builder, name, function);
    return status_of(a);
}

wc_status wc_asm_table_line(wc_asm *a, wc_str keyword)
{
    static const struct {
        const char *keyword;
        wc_status (*read)(wc_asm *a);
    } lines[] = {
        {"module", module_line},       {"schedule", schedule_line}, {"version", version_line},
        {"string", string_line},       {"unit", unit_line},         {"currency", currency_line},
        {"type", type_line},           {"number", number_line},     {"bytes", bytes_line},
        {"interface", interface_line}, {"method", method_line},     {"party", party_line},
        {"parties", parties_line},     {"term", term_line},         {"terms", terms_line},
        {"field", field_line},         {"storage", storage_line},   {"state", state_line},
        {"states", states_line},       {"error", error_line},       {"event", event_line},
        {"entry", entry_line},         {"tests", tests_line},       {"test", test_line},
        {"calendar", calendar_line},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(lines); i++) {
        if (!wc_str_equal(keyword, wc_str_of(lines[i].keyword))) continue;
        bool is_first = i == 0;
        if (a->builder == NULL && !is_first) return WC_OUT_OF_DOMAIN;
        return lines[i].read(a);
    }
    return WC_NOT_FOUND;
}
