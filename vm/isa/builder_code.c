/* Builder, functions: registers, labels, blocks, loops and the line map. Words go straight into the
 * module's code; a forward branch is written as 0 and put right when its label is placed. */
#include "vm/isa/builder_state.h"

#define WORD_SIZE_BITS 16u

static wc_label_state *label_of(const wc_builder *builder, wc_label label)
{
    wc_assert(label < builder->labels.count);
    return &((wc_label_state *)builder->labels.items)[label];
}

static void forget_last(wc_builder *builder)
{
    for (unsigned i = 0; i < WC_BUILDER_LAST; i++) builder->last[i] = WC_NOT_PLACED;
}

uint16_t wc_builder_function(wc_builder *builder, wc_str name)
{
    wc_assert(!builder->is_open);
    uint16_t string = wc_builder_string(builder, name);
    wc_function *function = (wc_function *)wc_builder_append(builder, &builder->functions,
                                                             WC_FUNCTIONS_MAX, sizeof *function);
    if (function == NULL) return 0;
    function->name = string;
    function->first_word = builder->words.count;
    builder->module.functions = (wc_function *)builder->functions.items;
    builder->module.function_count = (uint16_t)builder->functions.count;
    builder->function = function;
    builder->is_open = true;
    builder->is_reachable = true;
    builder->block_is_fresh = false;
    forget_last(builder);
    /* These arrays move into the function at its end, so each function starts new ones. */
    builder->regs = builder->slots = builder->results = builder->lines = (wc_vector){0};
    builder->locals = (wc_vector){0};
    builder->labels.count = 0;
    builder->patches.count = 0;
    return (uint16_t)(builder->functions.count - 1);
}

uint16_t wc_builder_reg(wc_builder *builder, wc_reg_kind kind, uint16_t type)
{
    wc_assert(kind != WC_REG_I128_HIGH);
    uint16_t first = (uint16_t)builder->regs.count;
    uint16_t slots = kind == WC_REG_I128 ? 2 : 1;
    for (uint16_t i = 0; i < slots; i++) {
        wc_reg *reg =
            (wc_reg *)wc_builder_append(builder, &builder->regs, WC_REGISTERS_MAX, sizeof *reg);
        if (reg == NULL) return 0;
        *reg = (wc_reg){(uint8_t)(i == 0 ? kind : WC_REG_I128_HIGH), i == 0 ? type : WC_NONE};
    }
    return first;
}

void wc_builder_params(wc_builder *builder)
{
    if (builder->status != WC_OK) return;
    builder->function->param_count = (uint16_t)builder->regs.count;
}

void wc_builder_result(wc_builder *builder, wc_reg_kind kind)
{
    wc_assert(kind == WC_REG_I64 || kind == WC_REG_I128);
    uint16_t slots = kind == WC_REG_I128 ? 2 : 1;
    for (uint16_t i = 0; i < slots; i++) {
        uint8_t *result = (uint8_t *)wc_builder_append(builder, &builder->results, WC_REGISTERS_MAX,
                                                       sizeof *result);
        if (result == NULL) return;
        *result = (uint8_t)(i == 0 ? kind : WC_REG_I128_HIGH);
    }
}

uint16_t wc_builder_slot(wc_builder *builder, uint16_t type)
{
    uint16_t *slot =
        (uint16_t *)wc_builder_append(builder, &builder->slots, WC_SLOTS_MAX, sizeof *slot);
    if (slot == NULL) return 0;
    *slot = type;
    return (uint16_t)(builder->slots.count - 1);
}

wc_label wc_builder_label(wc_builder *builder)
{
    wc_label_state *label =
        (wc_label_state *)wc_builder_append(builder, &builder->labels, WC_NONE, sizeof *label);
    if (label == NULL) return 0;
    label->word = WC_NOT_PLACED;
    return (wc_label)(builder->labels.count - 1);
}

bool wc_builder_is_reachable(const wc_builder *builder)
{
    return builder->is_reachable;
}

uint32_t wc_builder_word(const wc_builder *builder)
{
    return builder->is_open ? builder->words.count - builder->function->first_word : 0;
}

/* Notes the current place for the word that comes next, unless it holds already. */
static void note_line(wc_builder *builder)
{
    if (!builder->has_place) return;
    wc_debug_line place = builder->place;
    place.word = (uint16_t)wc_builder_word(builder);
    if (builder->lines.count > 0) {
        const wc_debug_line *last =
            &((wc_debug_line *)builder->lines.items)[builder->lines.count - 1];
        bool is_same = last->file == place.file && last->line == place.line &&
                       last->column == place.column && last->end_line == place.end_line &&
                       last->end_column == place.end_column;
        if (is_same) return;
    }
    wc_debug_line *line = (wc_debug_line *)wc_builder_append(builder, &builder->lines,
                                                             WC_FUNCTION_WORDS_MAX, sizeof *line);
    if (line != NULL) *line = place;
}

static void put_word(wc_builder *builder, uint64_t word)
{
    _Static_assert(WC_MODULE_SIZE_MAX / 8 <= WC_FUNCTION_WORDS_MAX, "targets fit 16 bits");
    uint64_t *at =
        (uint64_t *)wc_builder_append(builder, &builder->words, WC_MODULE_SIZE_MAX / 8, sizeof *at);
    if (at == NULL) return;
    *at = word;
    builder->module.words = (uint64_t *)builder->words.items;
    builder->module.word_count = builder->words.count;
    builder->block_is_fresh = false;
}

static void put_block(wc_builder *builder)
{
    note_line(builder);
    put_word(builder, wc_word(WC_OP_block, 0, 0, 0));
    forget_last(builder);
    builder->block_is_fresh = true;
    builder->is_reachable = true;
}

static uint64_t *word_at(wc_builder *builder, uint32_t word)
{
    return &((uint64_t *)builder->words.items)[builder->function->first_word + word];
}

/* Operand 0..2 of a word; the caller has cleared it. */
static void set_operand(uint64_t *word, unsigned operand, uint16_t value)
{
    *word |= (uint64_t)value << (WORD_SIZE_BITS * (2 - operand));
}

/* Remembers that operand of the instruction at word waits for label. */
static void wait_for(wc_builder *builder, uint32_t word, unsigned operand, wc_label label)
{
    wc_label_state *state = label_of(builder, label);
    wc_assert(state->word == WC_NOT_PLACED); /* branches go forward */
    wc_patch *patch =
        (wc_patch *)wc_builder_append(builder, &builder->patches, UINT32_MAX, sizeof *patch);
    if (patch == NULL) return;
    *patch = (wc_patch){word, (uint8_t)operand, state->patch};
    state->patch = builder->patches.count;
}

void wc_builder_place(wc_builder *builder, wc_label label)
{
    if (builder->status != WC_OK) return;
    wc_label_state *state = label_of(builder, label);
    wc_assert(state->word == WC_NOT_PLACED);
    if (state->patch != 0 && !(builder->is_reachable && builder->block_is_fresh)) {
        put_block(builder);
    }
    uint32_t word = wc_builder_word(builder);
    wc_assert(state->patch == 0 || word > 0); /* the branch stands there */
    state->word = state->patch != 0 ? word - 1 : word;
    const wc_patch *patches = (const wc_patch *)builder->patches.items;
    if (builder->status != WC_OK) return;
    for (uint32_t at = state->patch; at != 0; at = patches[at - 1].next) { /* a chain, acyclic */
        const wc_patch *patch = &patches[at - 1];
        set_operand(word_at(builder, patch->word + patch->operand / 3), patch->operand % 3,
                    (uint16_t)state->word);
    }
}

/* The two words of an instruction, with labels noted and left 0. */
static void put_instr(wc_builder *builder, const wc_instr *instr, const wc_op_info *info)
{
    uint32_t word = wc_builder_word(builder);
    uint64_t words[2] = {(uint64_t)instr->op << 48, (uint64_t)WC_OP_ext << 48};
    note_line(builder);
    for (unsigned i = 0; i < 6; i++) {
        if (info->operands[i] == WC_OPERAND_to) {
            wait_for(builder, word, i, instr->operands[i]);
        } else {
            set_operand(&words[i / 3], i % 3, instr->operands[i]);
        }
    }
    memmove(builder->last + 1, builder->last, sizeof builder->last - sizeof builder->last[0]);
    builder->last[0] = word;
    for (unsigned i = 0; i < info->words; i++) put_word(builder, words[i]);
}

static bool falls_through(wc_op op)
{
    return op != WC_OP_jmp && op != WC_OP_ret && op != WC_OP_fail && op != WC_OP_tunmet;
}

/* Every function begins with a block; it is written late, so that its line is known. */
static void put_first_block(wc_builder *builder)
{
    if (builder->words.count == builder->function->first_word) put_block(builder);
}

void wc_builder_emit(wc_builder *builder, const wc_instr *instr)
{
    if (builder->status != WC_OK || !builder->is_reachable) return;
    const wc_op_info *info = wc_op_lookup((uint16_t)instr->op);
    wc_assert(builder->is_open && info != NULL);
    wc_assert(instr->op != WC_OP_block && instr->op != WC_OP_ext);
    wc_assert(instr->op != WC_OP_lenter && instr->op != WC_OP_loop);
    put_first_block(builder);
    put_instr(builder, instr, info);
    if ((info->flags & WC_OP_ENDS) == 0) return;
    builder->is_reachable = false;
    if (falls_through(instr->op)) put_block(builder);
}

wc_loop wc_builder_loop(wc_builder *builder, uint16_t counter, uint16_t limit, uint16_t trips,
                        wc_label exit)
{
    wc_loop loop = {.counter = counter, .limit = limit, .exit = exit};
    if (builder->status != WC_OK || !builder->is_reachable) return loop;
    const wc_instr enter = {WC_OP_lenter, {counter, limit, exit, trips, 0, 0}};
    put_first_block(builder);
    loop.enter = wc_builder_word(builder);
    loop.is_open = true;
    put_instr(builder, &enter, wc_op_lookup(WC_OP_lenter));
    put_block(builder);
    return loop;
}

void wc_builder_loop_end(wc_builder *builder, const wc_loop *loop)
{
    if (builder->status != WC_OK) return;
    if (loop->is_open && builder->is_reachable) {
        note_line(builder);
        put_word(builder,
                 wc_word(WC_OP_loop, loop->counter, loop->limit, (uint16_t)(loop->enter + 2)));
        put_block(builder);
    } else if (loop->is_open) { /* nothing comes back: a branch round the body, `limit <= counter`
                                 */
        *word_at(builder, loop->enter) = wc_word(WC_OP_brle, loop->limit, loop->counter, 0);
        *word_at(builder, loop->enter + 1) = wc_word(WC_OP_block, 0, 0, 0);
        wc_builder_drop_note(builder, loop->enter);
    }
    wc_builder_place(builder, loop->exit);
}

static uint16_t word_op(uint64_t word)
{
    return (uint16_t)(word >> 48);
}

static uint16_t word_operand(uint64_t word, unsigned operand)
{
    return (uint16_t)(word >> (WORD_SIZE_BITS * (2 - operand)));
}

static void replace_operand(uint64_t *word, unsigned operand, uint16_t value)
{
    *word &= ~((uint64_t)UINT16_MAX << (WORD_SIZE_BITS * (2 - operand)));
    set_operand(word, operand, value);
}

/* Whether the instruction computes `from` out of what the one before it has put there. */
static bool continues(uint64_t word, uint64_t before, uint16_t from, uint16_t to)
{
    const wc_op_info *info = wc_op_lookup(word_op(word));
    bool reads_from = false, reads_to = false;
    for (unsigned i = 1; i < 3; i++) {
        if (info->operands[i] != WC_OPERAND_ri) continue;
        reads_from = reads_from || word_operand(word, i) == from;
        reads_to = reads_to || word_operand(word, i) == to;
    }
    bool makes_it = wc_op_lookup(word_op(before))->operands[0] == WC_OPERAND_wi &&
                    word_operand(before, 0) == from;
    return info->words == 1 && reads_from && !reads_to && makes_it;
}

/* The steps before the last one, which came by way of `from`, too: `a = x * y; a = a + 1` into `to`
 * is `to = x * y; to = to + 1`. */
static void retarget_steps(wc_builder *builder, unsigned at, uint16_t from, uint16_t to)
{
    for (; at + 1 < WC_BUILDER_LAST && builder->last[at + 1] != WC_NOT_PLACED; at++) {
        uint64_t *word = word_at(builder, builder->last[at]);
        uint64_t *before = word_at(builder, builder->last[at + 1]);
        if (!continues(*word, *before, from, to)) return;
        for (unsigned i = 1; i < 3; i++) {
            bool is_it = wc_op_lookup(word_op(*word))->operands[i] == WC_OPERAND_ri &&
                         word_operand(*word, i) == from;
            if (is_it) replace_operand(word, i, to);
        }
        replace_operand(before, 0, to);
    }
}

bool wc_builder_retarget(wc_builder *builder, uint16_t from, uint16_t to)
{
    if (builder->status != WC_OK || !builder->is_reachable) return false;
    if (builder->last[0] == WC_NOT_PLACED) return false;
    unsigned at = 0;
    uint64_t *last = word_at(builder, builder->last[0]);
    uint64_t *range = NULL;
    if (word_op(*last) == WC_OP_range && word_operand(*last, 0) == from) {
        if (builder->last[1] == WC_NOT_PLACED) return false;
        range = last;
        last = word_at(builder, builder->last[++at]);
    }
    uint8_t kind = wc_op_lookup(word_op(*last))->operands[0];
    if (kind != WC_OPERAND_wi && kind != WC_OPERAND_ww) return false;
    if (word_operand(*last, 0) != from) return false;
    replace_operand(last, 0, to);
    if (range != NULL) replace_operand(range, 0, to);
    if (kind == WC_OPERAND_wi) retarget_steps(builder, at, from, to);
    return true;
}

/* Moves the targets of all branches of the open function by `distance` words. */
static void shift_targets(wc_builder *builder, uint32_t distance)
{
    uint32_t count = wc_builder_word(builder);
    for (uint32_t at = 0; at < count;) {
        uint64_t *word = word_at(builder, at);
        const wc_op_info *info = wc_op_lookup(word_op(*word));
        for (unsigned i = 0; i < 6; i++) {
            bool is_target =
                info->operands[i] == WC_OPERAND_to || info->operands[i] == WC_OPERAND_back;
            if (!is_target) continue;
            uint64_t *holder = word_at(builder, at + i / 3);
            replace_operand(holder, i % 3, (uint16_t)(word_operand(*holder, i % 3) + distance));
        }
        at += info->words;
    }
}

void wc_builder_prologue(wc_builder *builder, const wc_instr *instrs, uint32_t count)
{
    if (builder->status != WC_OK || count == 0) return;
    wc_assert(builder->is_open && wc_builder_word(builder) > 0);
    uint32_t words = wc_builder_word(builder);
    shift_targets(builder, count);
    for (uint32_t i = 0; i < count; i++) put_word(builder, 0);
    if (builder->status != WC_OK) return;
    uint64_t *first = word_at(builder, 1); /* behind the first `block` */
    memmove(first + count, first, (words - 1) * sizeof *first);
    for (uint32_t i = 0; i < count; i++) {
        const wc_op_info *info = wc_op_lookup((uint16_t)instrs[i].op);
        wc_assert(info->words == 1 && (info->flags & WC_OP_ENDS) == 0);
        first[i] = (uint64_t)instrs[i].op << 48;
        for (unsigned operand = 0; operand < 3; operand++) {
            set_operand(&first[i], operand, instrs[i].operands[operand]);
        }
    }
    wc_debug_line *lines = (wc_debug_line *)builder->lines.items;
    for (uint32_t i = 0; i < builder->lines.count; i++) {
        if (lines[i].word > 0) lines[i].word = (uint16_t)(lines[i].word + count);
    }
    wc_builder_shift_notes(builder, count);
    wc_builder_shift_locals(builder, count);
}

void wc_builder_end(wc_builder *builder)
{
    if (builder->status == WC_OK) {
        wc_assert(builder->is_open && !builder->is_reachable); /* it ends by ret, jmp or fail */
        for (uint32_t i = 0; i < builder->labels.count; i++) {
            const wc_label_state *label = label_of(builder, (wc_label)i);
            wc_assert(label->patch == 0 || label->word != WC_NOT_PLACED);
        }
        wc_function *function = builder->function;
        function->reg_count = (uint16_t)builder->regs.count;
        function->regs = (wc_reg *)builder->regs.items;
        function->slot_count = (uint16_t)builder->slots.count;
        function->slots = (uint16_t *)builder->slots.items;
        function->result_count = (uint16_t)builder->results.count;
        function->result_kinds = (uint8_t *)builder->results.items;
        function->word_count = wc_builder_word(builder);
        wc_builder_end_lines(builder);
    }
    builder->is_open = false;
    builder->is_reachable = false;
}

wc_status wc_builder_finish(wc_builder *builder, wc_module **module, wc_debug **debug)
{
    wc_assert(!builder->is_open);
    (void)wc_builder_parties_type(builder);
    (void)wc_builder_terms_type(builder);
    (void)wc_builder_storage_type(builder);
    (void)wc_builder_state_type(builder);
    WC_TRY(builder->status);
    wc_debug *lines = WC_ARENA_NEW(builder->arena, wc_debug);
    if (lines == NULL) return WC_NO_MEMORY;
    lines->file_count = (uint16_t)builder->files.count;
    lines->files = (wc_debug_file *)builder->files.items;
    lines->shape_count = (uint16_t)builder->shapes.count;
    lines->shapes = (wc_debug_shape *)builder->shapes.items;
    lines->function_count = (uint16_t)builder->debug_functions.count;
    lines->functions = (wc_debug_function *)builder->debug_functions.items;
    *module = &builder->module;
    *debug = lines;
    return WC_OK;
}
