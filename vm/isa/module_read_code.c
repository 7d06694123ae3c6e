/* Decoder of the stored module: functions, code, entries, tests. Instructions are copied, not
 * looked at; that is the verifier's work. */
#include "vm/isa/module_read.h"

#include "vm/isa/rows.h"

static wc_status decode_registers(wc_decoder *d, wc_function *function)
{
    size_t start = d->bad;
    WC_TRY(wc_decode_count(d, WC_REGISTERS_MAX, 3, &function->reg_count));
    const uint8_t *row = wc_decode_row(d, 3u * function->reg_count);
    d->bad = start;
    function->regs = WC_DECODE_ROWS(d, wc_reg, function->reg_count);
    if (function->regs == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < function->reg_count; i++, row += 3) {
        function->regs[i] = (wc_reg){.kind = row[0], .type = wc_load_u16(row + 1)};
    }
    return WC_OK;
}

static wc_status decode_frame(wc_decoder *d, wc_function *function)
{
    size_t start = d->bad;
    WC_TRY(wc_decode_count(d, WC_SLOTS_MAX, 2, &function->slot_count));
    const uint8_t *row = wc_decode_row(d, 2u * function->slot_count);
    d->bad = start;
    function->slots = WC_DECODE_ROWS(d, uint16_t, function->slot_count);
    if (function->slots == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < function->slot_count; i++) {
        function->slots[i] = wc_load_u16(row + 2 * i);
    }
    WC_TRY(wc_read_u16(&d->reader, &function->param_count));
    WC_TRY(wc_decode_count(d, WC_REGISTERS_MAX, 1, &function->result_count));
    row = wc_decode_row(d, function->result_count);
    d->bad = start;
    function->result_kinds = WC_DECODE_ROWS(d, uint8_t, function->result_count);
    if (function->result_kinds == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < function->result_count; i++) function->result_kinds[i] = row[i];
    return WC_OK;
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
    m->functions = WC_ARENA_ARRAY(d->arena, wc_function, m->function_count);
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
    m->words = WC_DECODE_ROWS(d, uint64_t, m->word_count);
    if (m->words == NULL) return WC_NO_MEMORY;
    const uint8_t *code = wc_decode_row(d, m->word_count * (size_t)8);
    uint64_t *words = m->words;
    for (size_t i = 0, count = m->word_count; i < count; i++) {
        words[i] = wc_load_u64(code + 8 * i);
    }
    return WC_OK;
}

#define ENTRY_HEAD 12u /* bytes before, and */
#define ENTRY_TAIL 36u /* behind those who may call it */

/* The rest of an entry, behind its head. */
static wc_status decode_tail(wc_decoder *d, wc_entry *entry)
{
    size_t size = 2u * entry->who_count + ENTRY_TAIL;
    if (size > wc_reader_left(&d->reader)) return WC_TRUNCATED;
    const uint8_t *row = wc_reader_take(&d->reader, size);
    for (uint8_t i = 0; i < entry->who_count; i++, row += 2) entry->who[i] = wc_load_u16(row);
    entry->when = wc_load_u64(row);
    entry->leads_to = wc_load_u64(row + 8);
    entry->invariants = wc_load_u64(row + 16);
    entry->repeats = wc_load_u32(row + 24);
    entry->gas_bound = wc_load_u64(row + 28);
    return WC_OK;
}

/* Where an entry is cut short inside its head, what is there is looked at in its order first. */
static wc_status decode_entry(wc_decoder *d, wc_entry *entry)
{
    size_t left = wc_reader_left(&d->reader);
    if (left == 0) return WC_TRUNCATED;
    const uint8_t *row = wc_reader_take(&d->reader, left < ENTRY_HEAD ? left : ENTRY_HEAD);
    if (row[0] < WC_ENTRY_ACTION || row[0] > WC_ENTRY_UPGRADE) return WC_OUT_OF_DOMAIN;
    if (left > 9 && row[9] > WC_BY_ANY_PARTY) return WC_OUT_OF_DOMAIN;
    if (left < ENTRY_HEAD) return WC_TRUNCATED;
    if (row[11] > WC_BY_MAX) return WC_TOO_LARGE;
    *entry = (wc_entry){.kind = (wc_entry_kind)row[0],
                        .name = wc_load_u16(row + 1),
                        .function = wc_load_u16(row + 3),
                        .args = wc_load_u16(row + 5),
                        .result = wc_load_u16(row + 7),
                        .by = (wc_by_kind)row[9],
                        .quorum = row[10],
                        .who_count = row[11]};
    return decode_tail(d, entry);
}

wc_status wc_decode_entries(wc_decoder *d)
{
    wc_module *m = d->module;
    WC_TRY(wc_decode_count(d, WC_ENTRIES_MAX, 48, &m->entry_count));
    m->entries = WC_DECODE_ROWS(d, wc_entry, m->entry_count);
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
    *rows = WC_DECODE_ROWS(d, wc_signature_decl, *count);
    if (*rows == NULL) return WC_NO_MEMORY;
    const uint8_t *row = d->reader.bytes.data + d->reader.at;
    for (uint16_t i = 0; i < *count; i++, row += 4) {
        (*rows)[i] = (wc_signature_decl){.name = wc_load_u16(row), .args = wc_load_u16(row + 2)};
    }
    d->reader.at += 4u * *count;
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
