/* Builder, plain tables: rows in the order in which they are given, and the types that follow from
 * whole tables. */
#include "vm/isa/builder_state.h"
#include "vm/isa/signature.h"

uint16_t wc_builder_calendar(wc_builder *builder, wc_str zone, wc_str version, const wc_zone *table)
{
    wc_calendar row = {wc_builder_string(builder, zone), wc_builder_string(builder, version),
                       *table};
    wc_module *module = &builder->module;
    for (uint16_t i = 0; i < module->calendar_count; i++) {
        const wc_calendar *have = &module->calendars[i];
        if (have->zone == row.zone && have->version == row.version) return i;
    }
    wc_calendar *made = (wc_calendar *)wc_builder_append(builder, &builder->calendars,
                                                         WC_CALENDARS_MAX, sizeof *made);
    if (made == NULL) return 0;
    *made = row;
    module->calendars = (wc_calendar *)builder->calendars.items;
    module->calendar_count = (uint16_t)builder->calendars.count;
    return (uint16_t)(builder->calendars.count - 1);
}

uint16_t wc_builder_interface(wc_builder *builder, wc_str name, const wc_method *methods,
                              uint16_t count)
{
    uint16_t string = wc_builder_string(builder, name);
    wc_interface *row =
        (wc_interface *)wc_builder_append(builder, &builder->interfaces, WC_ROWS_MAX, sizeof *row);
    if (row == NULL) return 0;
    *row = (wc_interface){string, count, (uint16_t)builder->methods.count};
    builder->module.interfaces = (wc_interface *)builder->interfaces.items;
    builder->module.interface_count = (uint16_t)builder->interfaces.count;
    for (uint16_t i = 0; i < count; i++) {
        wc_method *method =
            (wc_method *)wc_builder_append(builder, &builder->methods, WC_ROWS_MAX, sizeof *method);
        if (method == NULL) return 0;
        *method = methods[i];
        wc_status status = wc_method_id(&builder->module, &methods[i], builder->hash, &method->id);
        if (status != WC_OK) return wc_builder_fail(builder, status);
        builder->module.methods = (wc_method *)builder->methods.items;
        builder->module.method_count = (uint16_t)builder->methods.count;
    }
    return (uint16_t)(builder->interfaces.count - 1);
}

uint16_t wc_builder_party(wc_builder *builder, const wc_party_decl *party)
{
    wc_assert(!builder->has_parties_type);
    wc_party_decl *row =
        (wc_party_decl *)wc_builder_append(builder, &builder->parties, WC_PARTIES_MAX, sizeof *row);
    if (row == NULL) return 0;
    *row = *party;
    builder->module.parties = (wc_party_decl *)builder->parties.items;
    builder->module.party_count = (uint16_t)builder->parties.count;
    return (uint16_t)(builder->parties.count - 1);
}

static uint16_t declare(wc_builder *builder, wc_vector *vector, wc_str name, uint16_t args)
{
    uint16_t string = wc_builder_string(builder, name);
    wc_signature_decl *row =
        (wc_signature_decl *)wc_builder_append(builder, vector, WC_ROWS_MAX, sizeof *row);
    if (row == NULL) return 0;
    *row = (wc_signature_decl){string, args};
    return (uint16_t)(vector->count - 1);
}

uint16_t wc_builder_error(wc_builder *builder, wc_str name, uint16_t args)
{
    uint16_t index = declare(builder, &builder->errors, name, args);
    builder->module.errors = (wc_signature_decl *)builder->errors.items;
    builder->module.error_count = (uint16_t)builder->errors.count;
    return index;
}

uint16_t wc_builder_event(wc_builder *builder, wc_str name, uint16_t args)
{
    uint16_t index = declare(builder, &builder->events, name, args);
    builder->module.events = (wc_signature_decl *)builder->events.items;
    builder->module.event_count = (uint16_t)builder->events.count;
    return index;
}

uint16_t wc_builder_test(wc_builder *builder, wc_str name, uint16_t function)
{
    uint16_t index = declare(builder, &builder->tests, name, function);
    builder->module.is_test_image = true;
    builder->module.tests = (wc_signature_decl *)builder->tests.items;
    builder->module.test_count = (uint16_t)builder->tests.count;
    return index;
}

void wc_builder_mark_test_image(wc_builder *builder)
{
    builder->module.is_test_image = true;
}

void wc_builder_source_version(wc_builder *builder, uint16_t version)
{
    builder->module.source_version = version;
}

uint16_t wc_builder_term(wc_builder *builder, uint16_t name, uint16_t type, const wc_term *term)
{
    wc_assert(!builder->has_terms_type);
    wc_field *field =
        (wc_field *)wc_builder_append(builder, &builder->term_fields, WC_ROWS_MAX, sizeof *field);
    wc_term *row = (wc_term *)wc_builder_append(builder, &builder->terms, WC_ROWS_MAX, sizeof *row);
    if (field == NULL || row == NULL) return 0;
    *field = (wc_field){.name = name, .type = type};
    *row = *term;
    builder->module.terms = (wc_term *)builder->terms.items;
    builder->module.term_count = (uint16_t)builder->terms.count;
    return (uint16_t)(builder->terms.count - 1);
}

uint16_t wc_builder_field(wc_builder *builder, const wc_storage_field *field)
{
    wc_assert(!builder->has_storage_type);
    const wc_module *module = &builder->module;
    uint16_t root = 0;
    for (uint16_t i = 0; i < module->field_count; i++) {
        if (module->fields[i].root != WC_NONE) root++;
    }
    wc_storage_field *row =
        (wc_storage_field *)wc_builder_append(builder, &builder->fields, WC_ROWS_MAX, sizeof *row);
    if (row == NULL) return 0;
    *row = *field;
    row->root = wc_type_is_collection(&module->types[field->type]) ? WC_NONE : root;
    builder->module.fields = (wc_storage_field *)builder->fields.items;
    builder->module.field_count = (uint16_t)builder->fields.count;
    return (uint16_t)(builder->fields.count - 1);
}

uint16_t wc_builder_state(wc_builder *builder, const wc_state_decl *state)
{
    wc_assert(!builder->has_state_type);
    wc_state_decl *row =
        (wc_state_decl *)wc_builder_append(builder, &builder->states, WC_STATES_MAX, sizeof *row);
    if (row == NULL) return 0;
    *row = *state;
    builder->module.states = (wc_state_decl *)builder->states.items;
    builder->module.state_count = (uint16_t)builder->states.count;
    return (uint16_t)(builder->states.count - 1);
}

uint16_t wc_builder_entry(wc_builder *builder, const wc_entry *entry)
{
    wc_entry *row =
        (wc_entry *)wc_builder_append(builder, &builder->entries, WC_ENTRIES_MAX, sizeof *row);
    if (row == NULL) return 0;
    *row = *entry;
    builder->module.entries = (wc_entry *)builder->entries.items;
    builder->module.entry_count = (uint16_t)builder->entries.count;
    return (uint16_t)(builder->entries.count - 1);
}

uint16_t wc_builder_parties_type(wc_builder *builder)
{
    if (builder->has_parties_type) return builder->module.parties_type;
    const wc_type party = {.kind = WC_TYPE_PARTY, .name = WC_NONE, .item = WC_NONE};
    uint16_t count = builder->module.party_count, names[WC_PARTIES_MAX], types[WC_PARTIES_MAX];
    uint16_t type = count > 0 ? wc_builder_type(builder, &party) : 0;
    for (uint16_t i = 0; i < count; i++) {
        names[i] = builder->module.parties[i].name;
        types[i] = type;
    }
    builder->module.parties_type = wc_builder_tuple(builder, names, types, count);
    builder->has_parties_type = true;
    return builder->module.parties_type;
}

/* A tuple of fields that are gathered already. */
static uint16_t tuple_of(wc_builder *builder, wc_field *fields, uint16_t count)
{
    const wc_type tuple = {
        .kind = WC_TYPE_TUPLE, .name = WC_NONE, .count = count, .fields = fields};
    return wc_builder_type(builder, &tuple);
}

uint16_t wc_builder_terms_type(wc_builder *builder)
{
    if (builder->has_terms_type) return builder->module.terms_type;
    builder->module.terms_type = tuple_of(builder, (wc_field *)builder->term_fields.items,
                                          (uint16_t)builder->term_fields.count);
    builder->has_terms_type = true;
    return builder->module.terms_type;
}

uint16_t wc_builder_storage_type(wc_builder *builder)
{
    wc_module *module = &builder->module;
    if (builder->has_storage_type) return module->storage_type;
    wc_field *fields = WC_ARENA_ARRAY(builder->arena, wc_field, module->field_count);
    if (fields == NULL) return wc_builder_fail(builder, WC_NO_MEMORY);
    uint16_t count = 0;
    for (uint16_t i = 0; i < module->field_count; i++) {
        if (module->fields[i].root == WC_NONE) continue;
        fields[count++] =
            (wc_field){.name = module->fields[i].name, .type = module->fields[i].type};
    }
    module->storage_type = tuple_of(builder, fields, count);
    builder->has_storage_type = true;
    return module->storage_type;
}

uint16_t wc_builder_state_type(wc_builder *builder)
{
    wc_module *module = &builder->module;
    if (builder->has_state_type) return module->state_type;
    builder->has_state_type = true;
    if (module->state_count == 0) return WC_NONE;
    wc_variant variants[WC_STATES_MAX];
    wc_type type = {
        .kind = WC_TYPE_TAG, .name = WC_NONE, .count = module->state_count, .variants = variants};
    for (uint16_t i = 0; i < module->state_count; i++) {
        variants[i] = (wc_variant){.name = module->states[i].name, .data = module->states[i].data};
        if (variants[i].data != WC_NONE) type.kind = WC_TYPE_ENUM;
    }
    module->state_type = wc_builder_type(builder, &type);
    return module->state_type;
}
