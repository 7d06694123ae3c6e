/* Text form of a module, out (text_form.h). It shows any module that the decoder accepts, also one
 * that the verifier refuses: words that are no instruction are shown as words. */
#include "vm/base/text.h"
#include "vm/isa/text_form.h"

typedef struct printer {
    const wc_module *m;
    wc_buf *buf;
    const wc_debug *debug; /* NULL: no places and names */
} printer;

static void put(const printer *p, const char *text)
{
    wc_buf_put_text(p->buf, text);
}

static void put_space(const printer *p)
{
    wc_buf_put_u8(p->buf, ' ');
}

static void end_line(const printer *p)
{
    wc_buf_put_u8(p->buf, '\n');
}

static void put_number(const printer *p, uint64_t value)
{
    put_space(p);
    wc_put_scaled_wide(p->buf, (wc_i128){value, 0}, 0);
}

static void put_signed(const printer *p, int64_t value)
{
    put_space(p);
    wc_buf_put_decimal(p->buf, value);
}

static void put_quoted(const printer *p, wc_str text)
{
    wc_buf_put_u8(p->buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') wc_buf_put_u8(p->buf, '\\');
        wc_buf_put_u8(p->buf, (uint8_t)text.data[i]);
    }
    wc_buf_put_u8(p->buf, '"');
}

static void put_string(const printer *p, uint16_t string)
{
    put_space(p);
    if (string == WC_NONE) {
        put(p, "-");
        return;
    }
    wc_str text = p->m->strings[string];
    if (wc_is_identifier(text)) {
        wc_buf_put(p->buf, text.data, text.len);
    } else {
        put_quoted(p, text);
    }
}

static void put_type(const printer *p, uint16_t type)
{
    put_space(p);
    if (type == WC_NONE) {
        put(p, "-");
        return;
    }
    put(p, "t");
    wc_buf_put_decimal(p->buf, type);
}

/* A row without name, or none. */
static void put_index(const printer *p, uint16_t row)
{
    put_space(p);
    if (row == WC_NONE) {
        put(p, "-");
        return;
    }
    put(p, "%");
    wc_buf_put_decimal(p->buf, row);
}

/* A row by its name where that finds it again. */
static void put_row(const printer *p, wc_operand kind, uint16_t row)
{
    uint16_t name = wc_text_row_name(p->m, kind, row);
    bool is_named = name != WC_NONE && wc_is_identifier(p->m->strings[name]) &&
                    wc_text_find_row(p->m, kind, p->m->strings[name]) == row;
    if (is_named) {
        put_string(p, name);
    } else {
        put_index(p, row);
    }
}

static void put_flag(const printer *p, bool is_set, const char *name)
{
    put_space(p);
    put(p, is_set ? name : "-");
}

static void put_hex(const printer *p, const uint8_t *data, size_t len)
{
    put_space(p);
    if (len == 0) put(p, "-");
    wc_buf_put_hex(p->buf, wc_slice_of(data, len));
}

static void put_word(const printer *p, uint64_t word)
{
    uint8_t bytes[8];
    wc_store_u64(bytes, word);
    put_hex(p, bytes, sizeof bytes);
}

static void put_members(const printer *p, const wc_type *type)
{
    for (uint16_t i = 0; i < type->count; i++) {
        bool is_tuple = type->kind == WC_TYPE_TUPLE;
        put_string(p, is_tuple ? type->fields[i].name : type->variants[i].name);
        if (type->kind == WC_TYPE_TAG) continue;
        put_type(p, is_tuple ? type->fields[i].type : type->variants[i].data);
    }
}

static void put_collection(const printer *p, const wc_type *type)
{
    put_number(p, type->capacity);
    put_type(p, type->item);
    if (type->kind == WC_TYPE_MAP) put_type(p, type->value);
    if (type->kind == WC_TYPE_SERIES) put_number(p, type->step);
    if (type->kind != WC_TYPE_SORTED) return;
    put_number(p, type->value);
    put(p, type->descending ? " desc" : " asc");
}

static void put_type_row(const printer *p, const wc_type *type)
{
    put_space(p);
    put(p, wc_text_type_kinds[type->kind - 1]);
    switch (type->kind) {
    case WC_TYPE_BOOL:
    case WC_TYPE_TIME:
    case WC_TYPE_DATE:
    case WC_TYPE_INTERVAL: break;
    case WC_TYPE_INT:
    case WC_TYPE_DEC:
        if (type->kind == WC_TYPE_DEC) {
            put_number(p, type->scale);
            put_string(p, type->unit != WC_NONE ? p->m->units[type->unit].text : WC_NONE);
        }
        put_signed(p, type->lo);
        put_signed(p, type->hi);
        break;
    case WC_TYPE_PARTY: put_index(p, type->item); break;
    case WC_TYPE_BYTES:
    case WC_TYPE_TEXT: put_number(p, type->capacity); break;
    case WC_TYPE_TAG:
    case WC_TYPE_TUPLE:
    case WC_TYPE_ENUM: put_members(p, type); break;
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP:
    case WC_TYPE_SORTED:
    case WC_TYPE_SERIES: put_collection(p, type); break;
    }
}

static void put_strings(const printer *p)
{
    const wc_module *m = p->m;
    put(p, "module");
    put_string(p, 0);
    put_string(p, 1);
    put(p, "\nschedule");
    put_hex(p, m->schedule.bytes, WC_HASH_SIZE);
    end_line(p);
    for (uint16_t i = 2; i < m->string_count; i++) {
        put(p, "string");
        put_string(p, i);
        end_line(p);
    }
    for (uint16_t i = 0; i < m->unit_count; i++) {
        put(p, "unit");
        put_string(p, m->units[i].text);
        end_line(p);
    }
    for (uint16_t i = 0; i < m->currency_count; i++) {
        put(p, "currency");
        put_string(p, m->currencies[i].code);
        put_number(p, m->currencies[i].minor);
        end_line(p);
    }
}

static void put_types(const printer *p)
{
    for (uint16_t i = 0; i < p->m->type_count; i++) {
        put(p, "type");
        put_type(p, i);
        put_string(p, p->m->types[i].name);
        put_type_row(p, &p->m->types[i]);
        end_line(p);
    }
}

static void put_constants(const printer *p)
{
    for (uint16_t i = 0; i < p->m->number_count; i++) {
        put(p, "number ");
        wc_put_scaled_wide(p->buf, p->m->numbers[i], 0);
        end_line(p);
    }
    for (uint16_t i = 0; i < p->m->bytes_count; i++) {
        put(p, "bytes");
        put_type(p, p->m->bytes[i].type);
        put_hex(p, p->m->bytes[i].abi.data, p->m->bytes[i].abi.len);
        end_line(p);
    }
}

static void put_calendars(const printer *p)
{
    for (uint16_t i = 0; i < p->m->calendar_count; i++) {
        const wc_calendar *calendar = &p->m->calendars[i];
        put(p, "calendar");
        put_string(p, calendar->zone);
        put_string(p, calendar->version);
        put_signed(p, calendar->table.offset);
        for (uint16_t k = 0; k < calendar->table.count; k++) {
            put_signed(p, calendar->table.shifts[k].at);
            put_signed(p, calendar->table.shifts[k].offset);
        }
        end_line(p);
    }
}

static void put_interfaces(const printer *p)
{
    for (uint16_t i = 0; i < p->m->interface_count; i++) {
        const wc_interface *interface = &p->m->interfaces[i];
        put(p, "interface");
        put_string(p, interface->name);
        end_line(p);
        for (uint16_t k = 0; k < interface->count; k++) {
            const wc_method *method = &p->m->methods[interface->first + k];
            uint8_t id[4];
            wc_store_u32(id, method->id);
            put(p, method->is_view ? "method view" : "method action");
            put_string(p, method->name);
            put_hex(p, id, sizeof id);
            put_type(p, method->args);
            put_type(p, method->result);
            end_line(p);
        }
    }
}

/* A table's own type, on a line of its own. */
static void put_table_type(const printer *p, const char *name, uint16_t type)
{
    put(p, name);
    put_type(p, type);
    end_line(p);
}

static void put_parties(const printer *p)
{
    for (uint16_t i = 0; i < p->m->party_count; i++) {
        const wc_party_decl *party = &p->m->parties[i];
        put(p, "party");
        put_string(p, party->name);
        put_string(p, party->role);
        put_flag(p, party->signatory, "signatory");
        put_flag(p, party->visible, "visible");
        end_line(p);
    }
    put_table_type(p, "parties", p->m->parties_type);
    for (uint16_t i = 0; i < p->m->term_count; i++) {
        put(p, "term");
        put_flag(p, p->m->terms[i].amendable, "amendable");
        put_index(p, p->m->terms[i].default_const);
        end_line(p);
    }
    put_table_type(p, "terms", p->m->terms_type);
}

static void put_storage(const printer *p)
{
    put(p, "version");
    put_number(p, p->m->source_version);
    end_line(p);
    for (uint16_t i = 0; i < p->m->field_count; i++) {
        const wc_storage_field *field = &p->m->fields[i];
        put(p, "field");
        put_string(p, field->name);
        put_number(p, field->id);
        put_type(p, field->type);
        put_number(p, field->since);
        put_index(p, field->root);
        put_index(p, field->initial);
        end_line(p);
    }
    put_table_type(p, "storage", p->m->storage_type);
    for (uint16_t i = 0; i < p->m->state_count; i++) {
        const wc_state_decl *state = &p->m->states[i];
        put(p, "state");
        put_string(p, state->name);
        put_type(p, state->data);
        put_flag(p, state->initial, "initial");
        put_flag(p, state->final, "final");
        end_line(p);
    }
    put_table_type(p, "states", p->m->state_type);
}

static void put_declared(const printer *p, const char *what, const wc_signature_decl *rows,
                         uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        put(p, what);
        put_string(p, rows[i].name);
        put_type(p, rows[i].args);
        end_line(p);
    }
}

/* ---- code ---- */

static void put_label(const printer *p, const wc_function *function, uint16_t word)
{
    const uint64_t *words = p->m->words + function->first_word;
    bool has_label = word < function->word_count && words[word] >> 48 == WC_OP_block;
    put(p, has_label ? " w" : " =");
    wc_buf_put_decimal(p->buf, word);
}

static void put_operand(const printer *p, const wc_function *function, wc_operand kind,
                        uint16_t value)
{
    switch (kind) {
    case WC_OPERAND_none: return;
    case WC_OPERAND_wi:
    case WC_OPERAND_ri:
    case WC_OPERAND_ww:
    case WC_OPERAND_rw:
    case WC_OPERAND_wr:
    case WC_OPERAND_rr:
    case WC_OPERAND_rm:
    case WC_OPERAND_arg:
    case WC_OPERAND_res:
        put(p, " r");
        wc_buf_put_decimal(p->buf, value);
        return;
    case WC_OPERAND_im:
    case WC_OPERAND_slot:
    case WC_OPERAND_md: put_number(p, value); return;
    case WC_OPERAND_to:
    case WC_OPERAND_back: put_label(p, function, value); return;
    case WC_OPERAND_fn: /* a later function has no name yet where the text is read */
        if (value >= function - p->m->functions) {
            put_index(p, value);
            return;
        }
        put_row(p, kind, value);
        return;
    case WC_OPERAND_cu:
    case WC_OPERAND_fd:
    case WC_OPERAND_ev:
    case WC_OPERAND_er:
    case WC_OPERAND_st: put_row(p, kind, value); return;
    case WC_OPERAND_ki:
    case WC_OPERAND_kb:
    case WC_OPERAND_kn:
    case WC_OPERAND_ca:
    case WC_OPERAND_me: put_index(p, value); return;
    case WC_OPERAND_lo: wc_assert(false); return; /* put_instruction */
    case WC_OPERAND_hi: wc_assert(false); return;
    }
}

/* Values of number constants, for the reader. */
static void put_remark(const printer *p, const wc_op_info *info, const uint16_t *operands)
{
    const char *before = " # ";
    for (unsigned i = 0; i < 6; i++) {
        bool is_number = info->operands[i] == WC_OPERAND_ki || info->operands[i] == WC_OPERAND_kn;
        if (!is_number || operands[i] >= p->m->number_count) continue;
        put(p, before);
        wc_put_scaled_wide(p->buf, p->m->numbers[operands[i]], 0);
        before = " ";
    }
}

/* True when the text form has all that is in the words: unused operands are zero. */
static bool is_instruction(const wc_op_info *info, const uint16_t *operands)
{
    for (unsigned i = 0; i < 3u * info->words; i++) {
        if (info->operands[i] == WC_OPERAND_none && operands[i] != 0) return false;
    }
    return true;
}

static void put_instruction(const printer *p, const wc_function *function, const wc_op_info *info,
                            const uint16_t *operands)
{
    put(p, info->name);
    for (unsigned i = 0; i < 3u * info->words; i++) {
        if (info->operands[i] == WC_OPERAND_lo) { /* low and high half are one number */
            put_signed(p, (int32_t)((uint32_t)operands[i + 1] << 16 | operands[i]));
            i++;
            continue;
        }
        put_operand(p, function, (wc_operand)info->operands[i], operands[i]);
    }
    put_remark(p, info, operands);
}

/* Writes the instruction at word and returns how many words it takes. */
static uint32_t put_step(const printer *p, const wc_function *function, uint32_t word)
{
    const uint64_t *words = p->m->words + function->first_word + word;
    const wc_op_info *info = wc_op_lookup((uint16_t)(words[0] >> 48));
    uint16_t operands[6] = {0};
    if (words[0] >> 48 == WC_OP_block) {
        put(p, "w");
        wc_buf_put_decimal(p->buf, word);
        put(p, ":\n");
    }
    bool is_known = info != NULL && words[0] >> 48 != WC_OP_ext;
    if (is_known && info->words == 2) {
        is_known = word + 1 < function->word_count && words[1] >> 48 == WC_OP_ext;
    }
    for (unsigned i = 0; is_known && i < 3u * info->words; i++) {
        operands[i] = (uint16_t)(words[i / 3] >> (32 - 16 * (i % 3)));
    }
    is_known = is_known && is_instruction(info, operands);
    uint32_t width = is_known ? info->words : 1;
    if (p->debug != NULL) {
        uint16_t index = (uint16_t)(function - p->m->functions);
        wc_text_places(p->buf, p->debug, index, word, width);
    }
    put(p, "    ");
    if (is_known) {
        put_instruction(p, function, info, operands);
    } else {
        put(p, "word");
        put_word(p, words[0]);
    }
    end_line(p);
    return width;
}

static void put_function(const printer *p, const wc_function *function)
{
    put(p, "function");
    put_string(p, function->name);
    end_line(p);
    for (uint16_t i = 0; i < function->reg_count; i++) {
        put(p, "    reg ");
        put(p, wc_text_reg_kinds[function->regs[i].kind]);
        put_type(p, function->regs[i].type);
        put(p, " # r");
        wc_buf_put_decimal(p->buf, i);
        end_line(p);
    }
    for (uint16_t i = 0; i < function->slot_count; i++) {
        put(p, "    slot");
        put_type(p, function->slots[i]);
        put(p, " # ");
        wc_buf_put_decimal(p->buf, i);
        end_line(p);
    }
    put(p, "    params");
    put_number(p, function->param_count);
    end_line(p);
    for (uint16_t i = 0; i < function->result_count; i++) {
        put(p, "    result ");
        put(p, wc_text_reg_kinds[function->result_kinds[i]]);
        end_line(p);
    }
    for (uint32_t word = 0; word < function->word_count;) {
        word += put_step(p, function, word); /* at least one word */
    }
    put(p, "end\n");
}

/* ---- entries ---- */

static void put_states_set(const printer *p, uint64_t states)
{
    if (states == 0) put(p, " -");
    bool is_first = true;
    for (uint16_t i = 0; i < p->m->state_count; i++) {
        if ((states >> i & 1) == 0) continue;
        if (is_first) {
            put_row(p, WC_OPERAND_st, i);
        } else {
            put(p, " |");
            put_row(p, WC_OPERAND_st, i);
        }
        is_first = false;
    }
}

static void put_who(const printer *p, uint16_t who)
{
    if ((who & WC_BY_ROLE) == 0) {
        put_index(p, who);
        return;
    }
    put(p, " role");
    put_string(p, (uint16_t)(who & ~WC_BY_ROLE));
}

static void put_entry(const printer *p, const wc_entry *entry)
{
    put(p, "entry ");
    put(p, wc_text_entry_kinds[entry->kind - 1]);
    put_string(p, entry->name);
    put_row(p, WC_OPERAND_fn, entry->function);
    if (entry->kind == WC_ENTRY_DUE) {
        put_index(p, entry->args);
    } else {
        put_type(p, entry->args);
    }
    put_type(p, entry->result);
    put_space(p);
    put(p, wc_text_by_kinds[entry->by]);
    put_number(p, entry->quorum);
    put_states_set(p, entry->when);
    put_states_set(p, entry->leads_to);
    put_word(p, entry->invariants);
    put_number(p, entry->repeats);
    put_number(p, entry->gas_bound);
    for (uint8_t i = 0; i < entry->who_count; i++) put_who(p, entry->who[i]);
    end_line(p);
}

static void put_tests(const printer *p)
{
    if (p->m->is_test_image) put(p, "tests\n");
    for (uint16_t i = 0; i < p->m->test_count; i++) {
        put(p, "test");
        put_string(p, p->m->tests[i].name);
        put_row(p, WC_OPERAND_fn, p->m->tests[i].args);
        end_line(p);
    }
}

void wc_function_disassemble(const wc_module *module, uint16_t function, wc_buf *text)
{
    const printer p = {module, text, NULL};
    put_function(&p, &module->functions[function]);
}

void wc_module_disassemble(const wc_module *module, wc_buf *text)
{
    wc_debug_disassemble(module, NULL, text);
}

void wc_debug_disassemble(const wc_module *module, const wc_debug *debug, wc_buf *text)
{
    const printer p = {module, text, debug};
    put_strings(&p);
    put_types(&p);
    put_constants(&p);
    put_calendars(&p);
    put_interfaces(&p);
    put_parties(&p);
    put_storage(&p);
    put_declared(&p, "error", module->errors, module->error_count);
    put_declared(&p, "event", module->events, module->event_count);
    for (uint16_t i = 0; i < module->function_count; i++) put_function(&p, &module->functions[i]);
    for (uint16_t i = 0; i < module->entry_count; i++) put_entry(&p, &module->entries[i]);
    put_tests(&p);
}
