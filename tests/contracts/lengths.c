/* See lengths.h. */
#include "tests/contracts/lengths.h"

#include "vm/exec/abi.h"

/* Elements of the collection that the reader stands at; UINT32_MAX for other types. */
static uint32_t length_at(const wc_type *type, wc_reader reader)
{
    uint32_t length = UINT32_MAX;
    int64_t start;
    switch ((unsigned)type->kind) {
    case WC_TYPE_SERIES:
        if (wc_read_i64(&reader, &start) != WC_OK) return UINT32_MAX;
        break;
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP: break;
    default: return UINT32_MAX;
    }
    return wc_read_u32(&reader, &length) == WC_OK ? length : UINT32_MAX;
}

void lengths_in(const wc_module *m, const wc_debug *debug, wc_gas_size_kind kind, uint16_t tuple,
                wc_slice bytes, uint32_t *actual)
{
    const wc_type *type = &m->types[tuple];
    wc_reader reader = wc_reader_of(bytes);
    for (uint16_t i = 0; i < type->count; i++) {
        const wc_type *field = &m->types[type->fields[i].type];
        uint32_t length = length_at(field, reader);
        for (uint16_t s = 0; s < debug->size_count && type->fields[i].name != WC_NONE; s++) {
            const wc_gas_size *size = &debug->sizes[s];
            bool is_it =
                size->kind == kind && wc_str_equal(size->name, m->strings[type->fields[i].name]);
            if (is_it) actual[s] = length;
        }
        if (wc_abi_skip(m, field, &reader) != WC_OK) return; /* refused by the call, too */
    }
}
