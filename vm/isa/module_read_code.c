/* Decoder of the stored module: functions, code, entries, tests. Instructions are copied, not
 * looked at; that is the verifier's work. */
#include "vm/isa/module_read.h"

#include "vm/isa/rows.h"

static wc_status decode_registers(wc_decoder *d, wc_function *function)
{
    size_t start = d->bad;
    WC_TRY(wc_decode_count(d, WC_REGISTERS_MAX, 3, &function->reg_count));
    d->bad = start;
    function->regs = wc_decode_rows(d, function->reg_count, sizeof(wc_reg));
    if (function->regs == NULL) return WC_NO_MEMORY;
    wc_slice rows;
    WC_TRY(wc_read_slice(&d->reader, 3u * function->reg_count, &rows));
    for (uint16_t i = 0; i < function->reg_count; i++) {
        const uint8_t *row = rows.data + 3u * i;
        function->regs[i] = (wc_reg){.kind = row[0], .type = wc_load_u16(row + 1)};
    }
    return WC_OK;
}

static wc_status decode_frame(wc_decoder *d, wc_function *function)
{
    size_t start = d->bad;
    WC_TRY(wc_decode_count(d, WC_SLOTS_MAX, 2, &function->slot_count));
    d->bad = start;
    function->slots = wc_decode_rows(d, function->slot_count, sizeof(uint16_t));
    if (function->slots == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < function->slot_count; i++) {
        WC_TRY(wc_read_u16(&d->reader, &function->slots[i]));
    }
    WC_TRY(wc_read_u16(&d->reader, &function->param_count));
    WC_TRY(wc_decode_count(d, WC_REGISTERS_MAX, 1, &function->result_count));
    d->bad = start;
    function->result_kinds = wc_decode_rows(d, function->result_count, 1);
    if (function->result_kinds == NULL) return WC_NO_MEMORY;
    return wc_read_bytes(&d->reader, function->result_kinds, function->result_count);
}

static wc_status decode_function(wc_decoder *d, wc_function *function)
{
    WC_TRY(wc_read_u16(&d->reader, &function->name));
    WC_TRY(decode_registers(d, function));
    WC_TRY(decode_frame(d, function));
    return wc_read_u32(&d->reader, &function->word_count);
}

wc_status wc_decode_functions(wc_decoder *d)
{
    wc_module *m = d->module;
    WC_TRY(wc_decode_count(d, WC_FUNCTIONS_MAX, 14, &m->function_count));
    m->functions = wc_decode_rows(d, m->function_count, sizeof *m->functions);
    if (m->functions == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->function_count; i++) {
        wc_function *function = &m->functions[i];
        wc_decoder_mark(d);
        WC_TRY(decode_function(d, function));
        WC_TRY(wc_check_function(m, i));
        function->first_word = m->word_count;
        m->word_count += function->word_count; /* <= 1024 * 65535 */
    }
    return WC_OK;
}

wc_status wc_decode_code(wc_decoder *d)
{
    wc_module *m = d->module;
    wc_decoder_mark(d);
    if (m->word_count * (size_t)8 > wc_reader_left(&d->reader)) return WC_TRUNCATED;
    m->words = wc_decode_rows(d, m->word_count, sizeof *m->words);
    if (m->words == NULL) return WC_NO_MEMORY;
    wc_slice code;
    WC_TRY(wc_read_slice(&d->reader, m->word_count * (size_t)8, &code));
    uint64_t *words = m->words;
    for (size_t i = 0, count = m->word_count; i < count; i++) {
        words[i] = wc_load_u64(code.data + 8 * i);
    }
    return WC_OK;
}

static wc_status decode_who(wc_decoder *d, wc_entry *entry)
{
    uint8_t by;
    WC_TRY(wc_read_u8(&d->reader, &by));
    if (by > WC_BY_ANY_PARTY) return WC_OUT_OF_DOMAIN;
    entry->by = (wc_by_kind)by;
    WC_TRY(wc_read_u8(&d->reader, &entry->quorum));
    WC_TRY(wc_read_u8(&d->reader, &entry->who_count));
    if (entry->who_count > WC_BY_MAX) return WC_TOO_LARGE;
    for (uint8_t i = 0; i < entry->who_count; i++) {
        WC_TRY(wc_read_u16(&d->reader, &entry->who[i]));
    }
    return WC_OK;
}

static wc_status decode_entry(wc_decoder *d, wc_entry *entry)
{
    uint8_t kind;
    WC_TRY(wc_read_u8(&d->reader, &kind));
    if (kind < WC_ENTRY_ACTION || kind > WC_ENTRY_UPGRADE) return WC_OUT_OF_DOMAIN;
    entry->kind = (wc_entry_kind)kind;
    WC_TRY(wc_read_u16(&d->reader, &entry->name));
    WC_TRY(wc_read_u16(&d->reader, &entry->function));
    WC_TRY(wc_read_u16(&d->reader, &entry->args));
    WC_TRY(wc_read_u16(&d->reader, &entry->result));
    WC_TRY(decode_who(d, entry));
    WC_TRY(wc_read_u64(&d->reader, &entry->when));
    WC_TRY(wc_read_u64(&d->reader, &entry->leads_to));
    WC_TRY(wc_read_u64(&d->reader, &entry->invariants));
    WC_TRY(wc_read_u32(&d->reader, &entry->repeats));
    return wc_read_u64(&d->reader, &entry->gas_bound);
}

wc_status wc_decode_entries(wc_decoder *d)
{
    wc_module *m = d->module;
    WC_TRY(wc_decode_count(d, WC_ENTRIES_MAX, 48, &m->entry_count));
    m->entries = wc_decode_rows(d, m->entry_count, sizeof *m->entries);
    if (m->entries == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->entry_count; i++) {
        wc_decoder_mark(d);
        WC_TRY(decode_entry(d, &m->entries[i]));
        WC_TRY(wc_check_entry(m, i));
    }
    return WC_OK;
}

wc_status wc_decode_declared(wc_decoder *d, wc_signature_decl **rows, uint16_t *count)
{
    WC_TRY(wc_decode_count(d, WC_ROWS_MAX, 4, count));
    *rows = wc_decode_rows(d, *count, sizeof **rows);
    if (*rows == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < *count; i++) {
        WC_TRY(wc_read_u16(&d->reader, &(*rows)[i].name));
        WC_TRY(wc_read_u16(&d->reader, &(*rows)[i].args));
    }
    return WC_OK;
}

wc_status wc_decode_tests(wc_decoder *d)
{
    wc_module *m = d->module;
    if (wc_reader_left(&d->reader) == 0) return WC_OK;
    m->is_test_image = true;
    WC_TRY(wc_decode_declared(d, &m->tests, &m->test_count));
    for (uint16_t i = 0; i < m->test_count; i++) WC_TRY(wc_check_test(m, i));
    return WC_OK;
}
