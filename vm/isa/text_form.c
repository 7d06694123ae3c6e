/* Names that both directions of the text form use. */
#include "vm/isa/text_form.h"

const char *const wc_text_type_kinds[17] = {"bool",     "int",   "dec",   "time",   "date",  "tag",
                                            "interval", "party", "bytes", "text",   "tuple", "enum",
                                            "list",     "set",   "map",   "sorted", "series"};
const char *const wc_text_reg_kinds[5] = {"i64", "i128", "high", "ref", "refmut"};
const char *const wc_text_entry_kinds[7] = {"action",    "view",   "after",  "due",
                                            "invariant", "deploy", "upgrade"};
const char *const wc_text_by_kinds[5] = {"none", "all", "any", "quorum", "any_party"};

bool wc_is_identifier(wc_str text)
{
    const uint8_t *data = (const uint8_t *)text.data;
    if (text.len == 0 || (data[0] >= '0' && data[0] <= '9')) return false;
    for (size_t i = 0; i < text.len; i += 8) {
        size_t left = text.len - i;
        if (!wc_are_of_identifier(wc_piece(data + i, left < 8 ? left : 8))) return false;
    }
    return true;
}

uint16_t wc_text_row_count(const wc_module *module, wc_operand kind)
{
    switch ((unsigned)kind) {
    case WC_OPERAND_fn: return module->function_count;
    case WC_OPERAND_cu: return module->currency_count;
    case WC_OPERAND_fd: return module->field_count;
    case WC_OPERAND_ev: return module->event_count;
    case WC_OPERAND_er: return module->error_count;
    case WC_OPERAND_st: return module->state_count;
    default: return 0; /* rows of other tables have no names */
    }
}

uint16_t wc_text_row_name(const wc_module *module, wc_operand kind, uint16_t row)
{
    if (row >= wc_text_row_count(module, kind)) return WC_NONE;
    switch ((unsigned)kind) {
    case WC_OPERAND_fn: return module->functions[row].name;
    case WC_OPERAND_cu: return module->currencies[row].code;
    case WC_OPERAND_fd: return module->fields[row].name;
    case WC_OPERAND_ev: return module->events[row].name;
    case WC_OPERAND_er: return module->errors[row].name;
    default: return module->states[row].name; /* WC_OPERAND_st: no others have rows */
    }
}

uint16_t wc_text_find_row(const wc_module *module, wc_operand kind, wc_str name)
{
    uint16_t count = wc_text_row_count(module, kind);
    for (uint16_t i = 0; i < count; i++) {
        if (wc_str_equal(module->strings[wc_text_row_name(module, kind, i)], name)) return i;
    }
    return WC_NONE;
}

static void put_place(wc_buf *text, const wc_debug *debug, const wc_debug_line *line)
{
    wc_str path = debug->files[line->file].path;
    wc_buf_put_text(text, "    # ");
    wc_buf_put(text, path.data, path.len);
    wc_buf_put_text(text, ":");
    wc_buf_put_decimal(text, line->line);
    wc_buf_put_text(text, ":");
    wc_buf_put_decimal(text, line->column);
    wc_buf_put_text(text, "\n");
}

static void put_name(wc_buf *text, const wc_debug *debug, const wc_debug_local *local, bool begins)
{
    wc_str type = debug->shapes[local->shape].text;
    wc_buf_put_text(text, "    # r");
    wc_buf_put_decimal(text, local->reg);
    wc_buf_put_text(text, begins ? " is " : " was ");
    wc_buf_put(text, local->name.data, local->name.len);
    if (begins) {
        wc_buf_put_text(text, " : ");
        wc_buf_put(text, type.data, type.len);
    }
    wc_buf_put_text(text, "\n");
}

/* A range that begins or ends inside an instruction is shown in front of it. */
void wc_text_places(wc_buf *text, const wc_debug *debug, uint16_t function, uint32_t word,
                    uint32_t words)
{
    const wc_debug_function *row = &debug->functions[function];
    const wc_debug_line *line = wc_debug_find(debug, function, word + words - 1);
    if (line != NULL && line->word >= word) put_place(text, debug, line);
    for (uint32_t i = 0; i < row->local_count; i++) {
        const wc_debug_local *local = &row->locals[i];
        if (local->first >= word && local->first < word + words) put_name(text, debug, local, true);
        if (local->end >= word && local->end < word + words) put_name(text, debug, local, false);
    }
}
