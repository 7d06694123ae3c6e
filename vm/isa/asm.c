/* Text form of a module, in (text_form.h). It takes what disassemble.c writes and what people write
 * for tests; it checks form, not meaning: that is the verifier's work, and tests need modules that
 * break its rules. */
#include "vm/isa/asm.h"

static uint32_t current_word(const wc_asm *a)
{
    return a->builder->words.count - a->builder->function->first_word;
}

static wc_status add_word(wc_asm *a, uint64_t word)
{
    uint64_t *at = (uint64_t *)wc_builder_append(a->builder, &a->builder->words,
                                                 WC_MODULE_SIZE_MAX / 8, sizeof *at);
    if (at == NULL) return wc_builder_status(a->builder);
    *at = word;
    return WC_OK;
}

/* The label of this name, made when it is new; UINT32_MAX when the arena is full. */
static uint32_t label_of(wc_asm *a, wc_str name)
{
    const wc_asm_label *labels = (const wc_asm_label *)a->labels.items;
    for (uint32_t i = 0; i < a->labels.count; i++) {
        if (wc_str_equal(labels[i].name, name)) return i;
    }
    wc_asm_label *label =
        (wc_asm_label *)wc_builder_append(a->builder, &a->labels, UINT16_MAX, sizeof *label);
    if (label == NULL) return UINT32_MAX;
    *label = (wc_asm_label){name, WC_NOT_PLACED};
    return a->labels.count - 1;
}

static wc_status place_label(wc_asm *a, wc_str name)
{
    uint32_t index = label_of(a, name);
    if (index == UINT32_MAX) return wc_builder_status(a->builder);
    wc_asm_label *label = &((wc_asm_label *)a->labels.items)[index];
    if (label->word != WC_NOT_PLACED) return WC_DUPLICATE;
    label->word = current_word(a);
    wc_assert(label->word <= UINT16_MAX); /* add_word stops long before */
    return WC_OK;
}

static wc_status use_label(wc_asm *a, uint8_t operand, uint16_t *value)
{
    wc_str word;
    size_t at = a->at;
    WC_TRY(wc_asm_word(a, &word));
    if (a->is_quoted) return WC_OUT_OF_DOMAIN;
    if (word.data[0] == '=') { /* a word index as it is */
        a->at = at;
        return wc_asm_index(a, '=', value);
    }
    uint32_t index = label_of(a, word);
    wc_asm_use *use =
        (wc_asm_use *)wc_builder_append(a->builder, &a->uses, UINT32_MAX, sizeof *use);
    if (use == NULL) return wc_builder_status(a->builder); /* nor is there an index */
    *use = (wc_asm_use){index, current_word(a), operand, a->line};
    *value = 0;
    return WC_OK;
}

static wc_status read_operand(wc_asm *a, wc_operand kind, uint8_t at, uint16_t *value)
{
    switch (kind) {
    case WC_OPERAND_none: *value = 0; return WC_OK;
    case WC_OPERAND_wi:
    case WC_OPERAND_ri:
    case WC_OPERAND_ww:
    case WC_OPERAND_rw:
    case WC_OPERAND_wr:
    case WC_OPERAND_rr:
    case WC_OPERAND_rm:
    case WC_OPERAND_arg:
    case WC_OPERAND_res: return wc_asm_index(a, 'r', value);
    case WC_OPERAND_im:
    case WC_OPERAND_slot:
    case WC_OPERAND_md: return wc_asm_u16(a, value);
    case WC_OPERAND_to:
    case WC_OPERAND_back: return use_label(a, at, value);
    case WC_OPERAND_fn:
    case WC_OPERAND_cu:
    case WC_OPERAND_fd:
    case WC_OPERAND_ev:
    case WC_OPERAND_er:
    case WC_OPERAND_st: return wc_asm_row(a, kind, value);
    case WC_OPERAND_ki:
    case WC_OPERAND_kb:
    case WC_OPERAND_kn:
    case WC_OPERAND_ca:
    case WC_OPERAND_me: return wc_asm_index(a, '%', value);
    case WC_OPERAND_lo: break; /* read_immediate */
    case WC_OPERAND_hi: break;
    }
    wc_assert(false);
    return WC_OUT_OF_DOMAIN;
}

static wc_status read_immediate(wc_asm *a, uint16_t *lo, uint16_t *hi)
{
    int64_t value;
    WC_TRY(wc_asm_signed(a, &value));
    if (value < INT32_MIN || value > INT32_MAX) return WC_OUT_OF_DOMAIN;
    *lo = (uint16_t)((uint64_t)value & 0xffff);
    *hi = (uint16_t)((uint64_t)value >> 16 & 0xffff);
    return WC_OK;
}

static wc_status instruction(wc_asm *a, uint16_t op, const wc_op_info *info)
{
    uint16_t o[6] = {0};
    for (uint8_t i = 0; i < 6; i++) {
        if (info->operands[i] == WC_OPERAND_lo) {
            WC_TRY(read_immediate(a, &o[i], &o[i + 1]));
            i++;
        } else {
            WC_TRY(read_operand(a, (wc_operand)info->operands[i], i, &o[i]));
        }
    }
    WC_TRY(add_word(a, wc_word(op, o[0], o[1], o[2])));
    if (info->words == 1) return WC_OK;
    return add_word(a, wc_word(WC_OP_ext, o[3], o[4], o[5]));
}

static wc_status word_line(wc_asm *a)
{
    uint8_t bytes[8];
    WC_TRY(wc_asm_hex(a, bytes, sizeof bytes));
    return add_word(a, wc_load_u64(bytes));
}

static wc_status code_line(wc_asm *a, wc_str name)
{
    if (wc_str_equal(name, WC_STR("word"))) return word_line(a);
    if (name.data[name.len - 1] == ':') {
        return place_label(a, (wc_str){name.data, name.len - 1});
    }
    for (uint16_t op = 0; op < 0x100; op++) {
        const wc_op_info *info = wc_op_lookup(op);
        if (info == NULL || !wc_str_equal(wc_str_of(info->name), name)) continue;
        return instruction(a, op, info);
    }
    return WC_NOT_FOUND;
}

static wc_status begin_function(wc_asm *a)
{
    wc_str name;
    WC_TRY(wc_asm_name(a, &name));
    (void)wc_builder_function(a->builder, name);
    a->labels.count = a->uses.count = 0;
    return wc_builder_status(a->builder);
}

/* Kind and, where it follows, type of a register. */
static wc_status reg_line(wc_asm *a)
{
    uint16_t kind;
    wc_reg reg = {0};
    WC_TRY(wc_asm_choice(a, wc_text_reg_kinds, WC_ARRAY_LEN(wc_text_reg_kinds), &kind));
    WC_TRY(wc_asm_index(a, 't', &reg.type));
    reg.kind = (uint8_t)kind;
    wc_reg *row =
        (wc_reg *)wc_builder_append(a->builder, &a->builder->regs, UINT16_MAX, sizeof reg);
    if (row == NULL) return wc_builder_status(a->builder);
    *row = reg;
    return WC_OK;
}

static wc_status slot_line(wc_asm *a)
{
    uint16_t type;
    WC_TRY(wc_asm_index(a, 't', &type));
    (void)wc_builder_slot(a->builder, type);
    return wc_builder_status(a->builder);
}

static wc_status result_line(wc_asm *a)
{
    uint16_t kind;
    WC_TRY(wc_asm_choice(a, wc_text_reg_kinds, WC_ARRAY_LEN(wc_text_reg_kinds), &kind));
    uint8_t *row = (uint8_t *)wc_builder_append(a->builder, &a->builder->results, UINT16_MAX, 1);
    if (row == NULL) return wc_builder_status(a->builder);
    *row = (uint8_t)kind;
    return WC_OK;
}

/* Writes the labels' words where they are used; a label that stands nowhere is reported where it is
 * first used. */
static wc_status settle_labels(wc_asm *a)
{
    const wc_asm_label *labels = (const wc_asm_label *)a->labels.items;
    const wc_asm_use *uses = (const wc_asm_use *)a->uses.items;
    uint64_t *words = (uint64_t *)a->builder->words.items;
    for (uint32_t i = 0; i < a->uses.count; i++) {
        uint32_t word = labels[uses[i].label].word;
        if (word == WC_NOT_PLACED) {
            a->line = uses[i].line;
            return WC_NOT_FOUND;
        }
        uint32_t at = a->builder->function->first_word + uses[i].word + uses[i].operand / 3u;
        words[at] |= (uint64_t)word << (16 * (2 - uses[i].operand % 3u));
    }
    return WC_OK;
}

static wc_status end_function(wc_asm *a)
{
    wc_builder *b = a->builder;
    WC_TRY(settle_labels(a));
    wc_function *function = b->function;
    function->reg_count = (uint16_t)b->regs.count;
    function->regs = (wc_reg *)b->regs.items;
    function->slot_count = (uint16_t)b->slots.count;
    function->slots = (uint16_t *)b->slots.items;
    function->result_count = (uint16_t)b->results.count;
    function->result_kinds = (uint8_t *)b->results.items;
    function->word_count = current_word(a);
    b->module.words = (uint64_t *)b->words.items;
    b->module.word_count = b->words.count;
    b->is_open = false;
    b->is_reachable = false;
    return WC_OK;
}

static wc_status function_line(wc_asm *a, wc_str keyword)
{
    if (wc_str_equal(keyword, WC_STR("end"))) return end_function(a);
    if (wc_str_equal(keyword, WC_STR("reg"))) return reg_line(a);
    if (wc_str_equal(keyword, WC_STR("slot"))) return slot_line(a);
    if (wc_str_equal(keyword, WC_STR("result"))) return result_line(a);
    if (wc_str_equal(keyword, WC_STR("params"))) {
        return wc_asm_u16(a, &a->builder->function->param_count);
    }
    return code_line(a, keyword);
}

static wc_status line(wc_asm *a)
{
    wc_str keyword;
    if (wc_asm_at_end(a)) return WC_OK;
    WC_TRY(wc_asm_word(a, &keyword));
    if (a->is_quoted) return WC_OUT_OF_DOMAIN;
    if (a->builder != NULL && a->builder->is_open) {
        WC_TRY(function_line(a, keyword));
    } else if (a->builder != NULL && wc_str_equal(keyword, WC_STR("function"))) {
        WC_TRY(begin_function(a));
    } else {
        WC_TRY(wc_asm_table_line(a, keyword));
    }
    return wc_asm_at_end(a) ? WC_OK : WC_OUT_OF_DOMAIN;
}

static wc_status assemble(wc_asm *a)
{
    while (a->at < a->text.len) { /* every turn takes a line */
        a->line++;
        WC_TRY(line(a));
        while (a->at < a->text.len && a->text.data[a->at] != '\n') a->at++; /* comment */
        if (a->at < a->text.len) a->at++;
    }
    if (a->builder == NULL || a->builder->is_open) return WC_TRUNCATED;
    return WC_OK;
}

wc_status wc_module_assemble(wc_str text, wc_sha256_fn hash, wc_arena *arena, wc_module **module,
                             uint32_t *line_number)
{
    wc_asm a = {.arena = arena, .hash = hash, .text = text};
    wc_debug *debug;
    a.scratch = WC_ARENA_ARRAY(arena, char, WC_ASM_WORD_MAX);
    wc_status status = a.scratch != NULL ? assemble(&a) : WC_NO_MEMORY;
    if (status == WC_OK) status = wc_builder_finish(a.builder, module, &debug);
    if (status != WC_OK) *line_number = a.line;
    return status;
}
