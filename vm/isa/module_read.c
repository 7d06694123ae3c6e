/* Decoder of the stored module: container and tables of data. It accepts exactly what
 * module_write.c writes. Every length is compared with the bytes that are there before memory is
 * asked for; each row is checked as soon as it is read (module_tables.c). Memory is bounded by a
 * small multiple of the module's size: the widest row grows from 3 stored bytes (a type) to
 * sizeof(wc_type). */
#include "vm/isa/module_read.h"

#include "vm/isa/isa.h"
#include "vm/isa/rows.h"

/* DUPLICATE with d->bad at the row, whose bytes are part of the module. */
static wc_status check_unique(wc_decoder *d, const wc_slice *slices, uint32_t count)
{
    uint32_t which = 0;
    wc_status status = wc_slices_unique(slices, count, d->arena, &which);
    if (status == WC_DUPLICATE) d->bad = (size_t)(slices[which].data - d->reader.bytes.data);
    return status;
}

/* The bytes read since `start`. */
static wc_slice read_since(const wc_decoder *d, size_t start)
{
    return wc_slice_of(d->reader.bytes.data + start, d->reader.at - start);
}

static wc_status decode_units(wc_decoder *d)
{
    wc_module *m = d->module;
    wc_name_set names;
    wc_name_set_clear(&names, m->string_count);
    WC_TRY(wc_decode_count(d, WC_ROWS_MAX, 2, &m->unit_count));
    m->units = WC_DECODE_ROWS(d, wc_unit, m->unit_count);
    if (m->units == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->unit_count; i++) {
        m->units[i].text = wc_load_u16(wc_decode_row(d, 2));
        WC_TRY(wc_check_unit(m, i));
        if (!wc_name_set_add(&names, m->units[i].text)) return WC_DUPLICATE;
    }
    WC_TRY(wc_decode_count(d, WC_ROWS_MAX, 3, &m->currency_count));
    m->currencies = WC_DECODE_ROWS(d, wc_currency, m->currency_count);
    if (m->currencies == NULL) return WC_NO_MEMORY;
    wc_name_set_clear(&names, m->string_count);
    for (uint16_t i = 0; i < m->currency_count; i++) {
        const uint8_t *row = wc_decode_row(d, 3);
        m->currencies[i] = (wc_currency){.code = wc_load_u16(row), .minor = row[2]};
        WC_TRY(wc_check_currency(m, i));
        if (!wc_name_set_add(&names, m->currencies[i].code)) return WC_DUPLICATE;
    }
    return WC_OK;
}

/* Fields of a tuple, variants of an enum or tag: as many as the section holds. */
static wc_status decode_members(wc_decoder *d, wc_type *type)
{
    size_t row_size = type->kind == WC_TYPE_TAG ? 2 : 4, start = d->bad;
    uint16_t count;
    WC_TRY(wc_decode_count(d, WC_MEMBERS_MAX, row_size, &count));
    d->bad = start;
    type->count = count;
    const uint8_t *row = wc_reader_take(&d->reader, count * row_size);
    if (type->kind == WC_TYPE_TUPLE) {
        type->fields = WC_DECODE_ROWS(d, wc_field, count);
        if (type->fields == NULL) return WC_NO_MEMORY;
        for (uint16_t i = 0; i < count; i++, row += 4) {
            type->fields[i] =
                (wc_field){.name = wc_load_u16(row), .type = wc_load_u16(row + 2), .offset = 0};
        }
        return WC_OK;
    }
    type->variants = WC_DECODE_ROWS(d, wc_variant, count);
    if (type->variants == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < count; i++, row += row_size) {
        uint16_t data = row_size == 4 ? wc_load_u16(row + 2) : WC_NONE;
        type->variants[i] = (wc_variant){.name = wc_load_u16(row), .data = data, .offset = 0};
    }
    return WC_OK;
}

static wc_status decode_range(wc_decoder *d, wc_type *type)
{
    if (type->kind == WC_TYPE_DEC) {
        WC_TRY(wc_read_u8(&d->reader, &type->scale));
        WC_TRY(wc_read_u16(&d->reader, &type->unit));
    }
    WC_TRY(wc_read_i64(&d->reader, &type->lo));
    return wc_read_i64(&d->reader, &type->hi);
}

static wc_status decode_collection(wc_decoder *d, wc_type *type)
{
    WC_TRY(wc_read_u32(&d->reader, &type->capacity));
    WC_TRY(wc_read_u16(&d->reader, &type->item));
    if (type->kind == WC_TYPE_MAP || type->kind == WC_TYPE_SORTED) {
        WC_TRY(wc_read_u16(&d->reader, &type->value));
    }
    if (type->kind == WC_TYPE_SORTED) {
        uint8_t descending;
        WC_TRY(wc_read_u8(&d->reader, &descending));
        if (descending > 1) return WC_NOT_CANONICAL;
        type->descending = descending == 1;
    }
    if (type->kind == WC_TYPE_SERIES) WC_TRY(wc_read_u32(&d->reader, &type->step));
    return WC_OK;
}

static wc_status decode_type(wc_decoder *d, wc_type *type)
{
    uint8_t kind;
    WC_TRY(wc_read_u8(&d->reader, &kind));
    if (kind < WC_TYPE_BOOL || kind > WC_TYPE_SERIES) return WC_OUT_OF_DOMAIN;
    type->kind = (wc_type_kind)kind;
    WC_TRY(wc_read_u16(&d->reader, &type->name));
    type->unit = type->item = type->value = WC_NONE;
    switch (type->kind) {
    case WC_TYPE_BOOL:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE:
    case WC_TYPE_INTERVAL: return WC_OK;
    case WC_TYPE_INT:
    case WC_TYPE_DEC: return decode_range(d, type);
    case WC_TYPE_PARTY: return wc_read_u16(&d->reader, &type->item);
    case WC_TYPE_BYTES:
    case WC_TYPE_TEXT: return wc_read_u32(&d->reader, &type->capacity);
    case WC_TYPE_TAG:
    case WC_TYPE_TUPLE:
    case WC_TYPE_ENUM: return decode_members(d, type);
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP:
    case WC_TYPE_SORTED:
    case WC_TYPE_SERIES: return decode_collection(d, type);
    }
    return WC_OUT_OF_DOMAIN;
}

static wc_status decode_types(wc_decoder *d)
{
    wc_module *m = d->module;
    uint16_t count;
    WC_TRY(wc_decode_count(d, WC_TYPES_MAX, 3, &count));
    m->types = WC_ARENA_ARRAY(d->arena, wc_type, count);
    if (m->types == NULL) return WC_NO_MEMORY;
    wc_slice *rows = WC_DECODE_ROWS(d, wc_slice, count);
    if (rows == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < count; i++) {
        wc_decoder_mark(d);
        WC_TRY(decode_type(d, &m->types[i]));
        m->type_count = (uint16_t)(i + 1);
        WC_TRY(wc_type_layout(m, i));
        rows[i] = read_since(d, d->bad);
    }
    return check_unique(d, rows, count);
}

static wc_status decode_numbers(wc_decoder *d)
{
    wc_module *m = d->module;
    WC_TRY(wc_decode_count(d, WC_NONE, 16, &m->number_count));
    m->numbers = WC_DECODE_ROWS(d, wc_i128, m->number_count);
    if (m->numbers == NULL) return WC_NO_MEMORY;
    size_t mark = wc_arena_mark(d->arena);
    wc_slice *rows = WC_DECODE_ROWS(d, wc_slice, m->number_count);
    if (rows == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->number_count; i++) {
        const uint8_t *row = wc_decode_row(d, 16);
        m->numbers[i].hi = (int64_t)wc_load_u64(row);
        m->numbers[i].lo = wc_load_u64(row + 8);
        rows[i] = wc_slice_of(row, 16);
    }
    WC_TRY(check_unique(d, rows, m->number_count));
    wc_arena_rewind(d->arena, mark);
    return WC_OK;
}

static wc_status decode_constants(wc_decoder *d)
{
    wc_module *m = d->module;
    WC_TRY(decode_numbers(d));
    WC_TRY(wc_decode_count(d, WC_NONE, 6, &m->bytes_count));
    m->bytes = WC_DECODE_ROWS(d, wc_bytes_const, m->bytes_count);
    if (m->bytes == NULL) return WC_NO_MEMORY;
    size_t mark = wc_arena_mark(d->arena);
    wc_slice *rows = WC_DECODE_ROWS(d, wc_slice, m->bytes_count);
    if (rows == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->bytes_count; i++) {
        wc_decoder_mark(d);
        WC_TRY(wc_read_u16(&d->reader, &m->bytes[i].type));
        WC_TRY(wc_read_str32(&d->reader, WC_MODULE_SIZE_MAX, &m->bytes[i].abi));
        WC_TRY(wc_check_bytes(m, i));
        rows[i] = read_since(d, d->bad);
    }
    WC_TRY(check_unique(d, rows, m->bytes_count));
    wc_arena_rewind(d->arena, mark);
    return WC_OK;
}

static wc_status decode_zone(wc_decoder *d, wc_zone *zone)
{
    uint32_t bits;
    uint16_t count;
    WC_TRY(wc_read_u32(&d->reader, &bits));
    zone->offset = (int32_t)bits;
    size_t start = d->bad;
    WC_TRY(wc_decode_count(d, WC_ZONE_SHIFTS_MAX, 12, &count));
    d->bad = start;
    zone->shifts = WC_ARENA_ARRAY(d->arena, wc_shift, count);
    if (zone->shifts == NULL) return WC_NO_MEMORY;
    zone->count = count;
    const uint8_t *row = wc_reader_take(&d->reader, 12u * count);
    for (uint16_t i = 0; i < count; i++, row += 12) {
        zone->shifts[i].at = (int64_t)wc_load_u64(row);
        zone->shifts[i].offset = (int32_t)wc_load_u32(row + 8);
    }
    return WC_OK;
}

static wc_status decode_calendars(wc_decoder *d)
{
    wc_module *m = d->module;
    WC_TRY(wc_decode_count(d, WC_CALENDARS_MAX, 10, &m->calendar_count));
    m->calendars = WC_ARENA_ARRAY(d->arena, wc_calendar, m->calendar_count);
    if (m->calendars == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->calendar_count; i++) {
        wc_decoder_mark(d);
        WC_TRY(wc_read_u16(&d->reader, &m->calendars[i].zone));
        WC_TRY(wc_read_u16(&d->reader, &m->calendars[i].version));
        WC_TRY(decode_zone(d, &m->calendars[i].table));
        WC_TRY(wc_check_calendar(m, i));
    }
    return WC_OK;
}

static wc_status decode_methods(wc_decoder *d)
{
    wc_module *m = d->module;
    m->methods = WC_DECODE_ROWS(d, wc_method, m->method_count);
    if (m->methods == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->method_count; i++) {
        const uint8_t *row = wc_decode_row(d, 11);
        if (row[6] > 1) return WC_NOT_CANONICAL;
        m->methods[i] = (wc_method){.name = wc_load_u16(row),
                                    .id = wc_load_u32(row + 2),
                                    .is_view = row[6] == 1,
                                    .args = wc_load_u16(row + 7),
                                    .result = wc_load_u16(row + 9)};
        WC_TRY(wc_check_method(m, i));
    }
    return WC_OK;
}

static wc_status decode_interfaces(wc_decoder *d)
{
    wc_module *m = d->module;
    uint32_t first = 0;
    WC_TRY(wc_decode_count(d, WC_ROWS_MAX, 4, &m->interface_count));
    m->interfaces = WC_DECODE_ROWS(d, wc_interface, m->interface_count);
    if (m->interfaces == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->type_count; i++) WC_TRY(wc_check_type(m, i));
    for (uint16_t i = 0; i < m->interface_count; i++) {
        const uint8_t *row = wc_decode_row(d, 4);
        m->interfaces[i] = (wc_interface){
            .name = wc_load_u16(row), .count = wc_load_u16(row + 2), .first = (uint16_t)first};
        first += m->interfaces[i].count;
        if (first > WC_ROWS_MAX) return WC_TOO_LARGE;
    }
    WC_TRY(wc_decode_count(d, WC_ROWS_MAX, 11, &m->method_count));
    if (m->method_count != first) return WC_OUT_OF_DOMAIN;
    WC_TRY(decode_methods(d));
    for (uint16_t i = 0; i < m->interface_count; i++) WC_TRY(wc_check_interface(m, i));
    return WC_OK;
}

/* The type that belongs to a whole table. */
static wc_status decode_tuple_index(wc_decoder *d, uint16_t *index)
{
    uint16_t value;
    wc_decoder_mark(d);
    WC_TRY(wc_read_u16(&d->reader, &value));
    if (!wc_is_tuple(d->module, value)) return WC_OUT_OF_DOMAIN;
    *index = value;
    return WC_OK;
}

static wc_status decode_parties(wc_decoder *d)
{
    wc_module *m = d->module;
    WC_TRY(decode_tuple_index(d, &m->parties_type));
    WC_TRY(wc_decode_count(d, WC_PARTIES_MAX, 5, &m->party_count));
    m->parties = WC_DECODE_ROWS(d, wc_party_decl, m->party_count);
    if (m->parties == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->party_count; i++) {
        const uint8_t *row = wc_decode_row(d, 5);
        if (row[4] > 3) return WC_NOT_CANONICAL;
        m->parties[i] = (wc_party_decl){.name = wc_load_u16(row),
                                        .role = wc_load_u16(row + 2),
                                        .signatory = (row[4] & 1) != 0,
                                        .visible = (row[4] & 2) != 0};
        WC_TRY(wc_check_party(m, i));
    }
    return WC_OK;
}

static wc_status decode_terms(wc_decoder *d)
{
    wc_module *m = d->module;
    WC_TRY(decode_tuple_index(d, &m->terms_type));
    WC_TRY(wc_decode_count(d, WC_ROWS_MAX, 3, &m->term_count));
    m->terms = WC_DECODE_ROWS(d, wc_term, m->term_count);
    if (m->terms == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->term_count; i++) {
        const uint8_t *row = wc_decode_row(d, 3);
        uint16_t constant = wc_load_u16(row + 1);
        if (row[0] > 1) return WC_NOT_CANONICAL;
        m->terms[i] = (wc_term){.amendable = row[0] == 1,
                                .has_default = constant != WC_NONE,
                                .default_const = constant};
        WC_TRY(wc_check_term(m, i));
    }
    return WC_OK;
}

static wc_status decode_storage(wc_decoder *d)
{
    wc_module *m = d->module;
    wc_decoder_mark(d);
    WC_TRY(wc_read_u16(&d->reader, &m->source_version));
    WC_TRY(decode_tuple_index(d, &m->storage_type));
    WC_TRY(wc_decode_count(d, WC_ROWS_MAX, 12, &m->field_count));
    m->fields = WC_DECODE_ROWS(d, wc_storage_field, m->field_count);
    if (m->fields == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->field_count; i++) {
        const uint8_t *row = wc_decode_row(d, 12);
        m->fields[i] = (wc_storage_field){.name = wc_load_u16(row),
                                          .id = wc_load_u16(row + 2),
                                          .type = wc_load_u16(row + 4),
                                          .since = wc_load_u16(row + 6),
                                          .root = wc_load_u16(row + 8),
                                          .initial = wc_load_u16(row + 10)};
        WC_TRY(wc_check_field(m, i));
    }
    return WC_OK;
}

static wc_status decode_states(wc_decoder *d)
{
    wc_module *m = d->module;
    wc_decoder_mark(d);
    WC_TRY(wc_read_u16(&d->reader, &m->state_type));
    if (m->state_type != WC_NONE && m->state_type >= m->type_count) return WC_OUT_OF_DOMAIN;
    WC_TRY(wc_decode_count(d, WC_STATES_MAX, 5, &m->state_count));
    m->states = WC_DECODE_ROWS(d, wc_state_decl, m->state_count);
    if (m->states == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->state_count; i++) {
        const uint8_t *row = wc_decode_row(d, 5);
        if (row[4] > 3) return WC_NOT_CANONICAL;
        m->states[i] = (wc_state_decl){.name = wc_load_u16(row),
                                       .data = wc_load_u16(row + 2),
                                       .initial = (row[4] & 1) != 0,
                                       .final = (row[4] & 2) != 0};
        WC_TRY(wc_check_state(m, i));
    }
    return WC_OK;
}

static wc_status decode_errors(wc_decoder *d)
{
    wc_module *m = d->module;
    WC_TRY(wc_decode_declared(d, &m->errors, &m->error_count));
    for (uint16_t i = 0; i < m->error_count; i++) WC_TRY(wc_check_error(m, i));
    return WC_OK;
}

static wc_status decode_events(wc_decoder *d)
{
    wc_module *m = d->module;
    WC_TRY(wc_decode_declared(d, &m->events, &m->event_count));
    for (uint16_t i = 0; i < m->event_count; i++) WC_TRY(wc_check_event(m, i));
    return WC_OK;
}

typedef wc_status (*decode_section_fn)(wc_decoder *d);

static const decode_section_fn decode_section[WC_MODULE_SECTIONS] = {
    wc_decode_strings,   decode_units,      decode_types,      decode_constants,
    decode_calendars,    decode_interfaces, decode_parties,    decode_terms,
    decode_storage,      decode_states,     decode_errors,     decode_events,
    wc_decode_functions, wc_decode_code,    wc_decode_entries, wc_decode_tests,
};

/* Reads everything before the first section. */
static wc_status decode_header(wc_reader *reader, wc_module *module, size_t *bad)
{
    wc_slice magic;
    uint16_t sections;
    *bad = reader->at;
    WC_TRY(wc_read_slice(reader, 4, &magic));
    if (!wc_slice_equal(magic, wc_slice_of("WCB", 4))) return WC_BAD_MAGIC;
    *bad = reader->at;
    WC_TRY(wc_read_u16(reader, &module->format));
    if (module->format != WC_MODULE_FORMAT) return WC_BAD_VERSION;
    *bad = reader->at;
    WC_TRY(wc_read_u16(reader, &module->isa));
    if (module->isa != WC_ISA_VERSION) return WC_BAD_VERSION;
    *bad = reader->at;
    WC_TRY(wc_read_bytes(reader, module->schedule.bytes, WC_HASH_SIZE));
    *bad = reader->at;
    WC_TRY(wc_read_u16(reader, &sections));
    return sections == WC_MODULE_SECTIONS ? WC_OK : WC_NOT_CANONICAL;
}

/* Reads a section's head; *end is where the section ends. */
static wc_status decode_head(wc_reader *reader, uint8_t expected, size_t *end, size_t *bad)
{
    uint8_t id;
    uint32_t length;
    *bad = reader->at;
    WC_TRY(wc_read_u8(reader, &id));
    if (id != expected) return WC_NOT_CANONICAL;
    *bad = reader->at;
    WC_TRY(wc_read_u32(reader, &length));
    if (length > wc_reader_left(reader)) return WC_TRUNCATED;
    *end = reader->at + length;
    return WC_OK;
}

static wc_status decode_module(wc_decoder *d, wc_slice bytes)
{
    wc_reader reader = wc_reader_of(bytes);
    WC_TRY(decode_header(&reader, d->module, &d->bad));
    for (uint8_t i = 0; i < WC_MODULE_SECTIONS; i++) {
        size_t end;
        WC_TRY(decode_head(&reader, (uint8_t)(i + 1), &end, &d->bad));
        d->reader = (wc_reader){wc_slice_of(bytes.data, end), reader.at};
        WC_TRY(decode_section[i](d));
        d->bad = d->reader.at;
        WC_TRY(wc_read_end(&d->reader));
        reader.at = end;
    }
    d->bad = reader.at;
    return wc_read_end(&reader);
}

wc_status wc_module_decode(wc_slice bytes, wc_arena *arena, wc_module **module, size_t *bad)
{
    size_t mark = wc_arena_mark(arena);
    wc_decoder d = {.arena = arena, .module = WC_ARENA_NEW(arena, wc_module)};
    wc_status status = WC_NO_MEMORY;
    if (bytes.len > WC_MODULE_SIZE_MAX) {
        d.bad = WC_MODULE_SIZE_MAX;
        status = WC_TOO_LARGE;
    } else if (d.module != NULL) {
        status = decode_module(&d, bytes);
    }
    if (status != WC_OK) {
        wc_arena_rewind(arena, mark);
        *bad = d.bad;
        return status;
    }
    *module = d.module;
    return WC_OK;
}

wc_status wc_module_length(wc_slice file, size_t *len)
{
    wc_module header = {0};
    wc_reader reader = wc_reader_of(file);
    size_t bad;
    WC_TRY(decode_header(&reader, &header, &bad));
    for (uint8_t i = 0; i < WC_MODULE_SECTIONS; i++) {
        size_t end;
        WC_TRY(decode_head(&reader, (uint8_t)(i + 1), &end, &bad));
        reader.at = end;
    }
    if (reader.at > WC_MODULE_SIZE_MAX) return WC_TOO_LARGE;
    *len = reader.at;
    return WC_OK;
}
