/* Words to cells. One function per shape of operands; everything about an instruction's operands
 * comes from ops.def through wc_op_lookup. */
#include "vm/exec/image.h"
#include "vm/exec/memory.h"
#include "vm/isa/isa.h"

/* wc_handler of each opcode, plus 1; 0: no such instruction. */
static const uint16_t handlers[256] = {
#define WC_OP(code, name, a, b, c, d, e, f, gas, flags, summary) [code] = WC_HANDLER_##name + 1,
#include "vm/isa/ops.def"
#undef WC_OP
};

/* What stands in `d` of the cell: the type that the ref in this operand points to. */
static int typed_operand(uint16_t op)
{
    switch (op) {
    case WC_OP_copy:
    case WC_OP_stx:
    case WC_OP_push: return 0;
    case WC_OP_cmpb:
    case WC_OP_ldx:
    case WC_OP_xref:
    case WC_OP_mkey:
    case WC_OP_mval:
    case WC_OP_len:
    case WC_OP_vref:
    case WC_OP_vset:
    case WC_OP_pushn:
    case WC_OP_mfind:
    case WC_OP_mneed:
    case WC_OP_mput:
    case WC_OP_mdel:
    case WC_OP_qual:
    case WC_OP_qcount: return 1;
    default: return -1; /* opcodes are numbers of the table, not a closed set */
    }
}

typedef struct translation {
    wc_image *image;
    const wc_function *function;
    const uint64_t *words; /* of the function */
    wc_cell *first;        /* cell of its first word */
    const uint32_t *slots; /* offsets of its frame slots */
    wc_handler last;       /* of the instruction before, WC_HANDLER_COUNT: none to pair with */
    wc_cell *last_cell;
} translation;

static uint16_t word_op(uint64_t word)
{
    return (uint16_t)(word >> 48);
}

static uint16_t word_operand(uint64_t word, unsigned index)
{
    return (uint16_t)(word >> (32 - 16 * index));
}

/* Gas of the block that starts at `at`: the table charges of its instructions up to the next block.
 */
static uint32_t block_gas(const translation *t, uint32_t at)
{
    uint32_t gas = 0;
    for (uint32_t i = at; i < t->function->word_count; i++) {
        uint16_t op = word_op(t->words[i]);
        if (i != at && op == WC_OP_block) break;
        gas += wc_op_lookup(op)->gas;
    }
    return gas;
}

static wc_handler choose_handler(uint16_t op, const wc_type *type, bool in_test)
{
    if (op == WC_OP_ldx && type->kind == WC_TYPE_SERIES) return WC_HANDLER_ldx_series;
    if (op == WC_OP_len && type->kind == WC_TYPE_TEXT) return WC_HANDLER_len_text;
    if (op == WC_OP_ret && in_test) return WC_HANDLER_ret_test;
    return (wc_handler)(handlers[op] - 1);
}

/* A range may have any ends, the least number included, so the step down is taken unsigned. */
static bool is_power_of_two(int64_t number)
{
    return number > 0 && ((uint64_t)number & ((uint64_t)number - 1)) == 0;
}

/* Forms for constants that are frequent and cheaper. */
static wc_handler handler_of_constants(const translation *t, const wc_cell *cell,
                                       wc_handler handler)
{
    const int64_t *numbers = t->image->numbers;
    bool is_power = is_power_of_two(numbers[cell->c]);
    if (handler == WC_HANDLER_idivk && is_power) return WC_HANDLER_idivk_shift;
    if (handler == WC_HANDLER_modk && is_power) return WC_HANDLER_modk_mask;
    if (handler == WC_HANDLER_range && numbers[cell->b] == 0 && numbers[cell->c] >= 0) {
        return WC_HANDLER_range_up;
    }
    return handler;
}

static bool names_constants(wc_handler handler)
{
    return handler == WC_HANDLER_idivk || handler == WC_HANDLER_modk || handler == WC_HANDLER_range;
}

/* A check or an assertion right behind the comparison that makes its condition shows what was
 * compared: c and d are the registers plus 1. Not when the comparison has overwritten one of them.
 */
static void name_operands(const translation *t, uint32_t at, wc_cell *cell)
{
    if (at == 0) return;
    uint64_t before = t->words[at - 1];
    uint16_t op = word_op(before);
    if (op != WC_OP_eq && op != WC_OP_ne && op != WC_OP_lt && op != WC_OP_le) return;
    uint16_t x = word_operand(before, 1);
    uint16_t y = word_operand(before, 2);
    if (word_operand(before, 0) != cell->a || x == cell->a || y == cell->a) return;
    cell->c = (uint16_t)(x + 1);
    cell->d = (uint16_t)(y + 1);
}

/* Distances to targets, immediate numbers, offsets. */
static void resolve(const translation *t, uint32_t at, wc_cell *cell)
{
    const wc_image *image = t->image;
    uint64_t word = t->words[at];
    switch (word_op(word)) {
    case WC_OP_block: cell->imm = block_gas(t, at); break;
    case WC_OP_jmp: cell->a = (uint16_t)(cell->a - at); break;
    case WC_OP_br:
    case WC_OP_brz: cell->b = (uint16_t)(cell->b - at); break;
    case WC_OP_breq:
    case WC_OP_brne:
    case WC_OP_brlt:
    case WC_OP_brle:
    case WC_OP_lenter:
    case WC_OP_texpect: cell->c = (uint16_t)(cell->c - at); break;
    case WC_OP_loop: cell->c = (uint16_t)(at - cell->c); break;
    case WC_OP_check:
    case WC_OP_tassert: name_operands(t, at, cell); break;
    case WC_OP_ldi:
        cell->imm = (uint32_t)word_operand(word, 2) << 16 | word_operand(word, 1);
        break;
    case WC_OP_new:
        cell->imm = t->slots[cell->b];
        cell->b = t->function->slots[cell->b];
        break;
    case WC_OP_tparty: {
        uint16_t number = cell->c;
        cell->imm = t->slots[cell->b];
        cell->b = number;
        break;
    }
    case WC_OP_leac: cell->imm = image->constant_at[cell->b]; break;
    default: break; /* operands as they are */
    }
}

/* The constants of a second word, for the instructions that want numbers there. */
static bool wide_constants(const translation *t, uint16_t op, uint64_t ext, wc_cell *cell)
{
    const int64_t *numbers = t->image->numbers;
    bool is_mdr = op >= WC_OP_mdr_half_even && op <= WC_OP_mrw_exact;
    if (is_mdr) {
        cell->wide.first = numbers[word_operand(ext, 1)];
        cell->wide.second = numbers[word_operand(ext, 2)];
    } else if (op == WC_OP_lenter) {
        cell->wide.first = numbers[word_operand(ext, 0)];
    }
    return is_mdr || op == WC_OP_lenter;
}

/* Multiply and round by a constant alone: the division becomes a multiplication. */
static void divide_by_constant(const translation *t, uint16_t op, wc_cell *cell,
                               wc_handler *handler)
{
    if (op < WC_OP_mr_half_even || op > WC_OP_mr_exact) return;
    int64_t n = cell[1].wide.first;
    int64_t m = cell[1].wide.second;
    if (n != 1 || m == 1) return;
    wc_reciprocal reciprocal = wc_reciprocal_of(m);
    *handler = (wc_handler)(WC_HANDLER_mr_half_even_div + (op - WC_OP_mr_half_even));
    cell->handler = t->image->engine->cell(*handler).handler;
    cell->d = reciprocal.shift;
    cell[1].wide.first = (int64_t)reciprocal.factor;
}

#define PAIR(first, second) ((uint32_t)WC_HANDLER_##first << 16 | (uint32_t)WC_HANDLER_##second)

/* The handler that runs both, or WC_HANDLER_COUNT. */
static wc_handler pair_of(const translation *t, const wc_cell *cell, wc_handler handler)
{
    uint16_t result = t->last_cell == NULL ? 0 : t->last_cell->a;
    switch ((uint32_t)t->last << 16 | (uint32_t)handler) {
#define WC_PAIR(first, second)                                                                     \
    case PAIR(first, second):                                                                      \
        return WC_HANDLER_##first##_then_##second;
#define WC_CHAIN(first, second, operand)                                                           \
    case PAIR(first, second):                                                                      \
        return cell->operand == result ? WC_HANDLER_##first##_then_##second : WC_HANDLER_COUNT;
#include "vm/exec/pairs.def"
#undef WC_PAIR
#undef WC_CHAIN
    default: return WC_HANDLER_COUNT; /* nearly all of them */
    }
}

/* Lets the instruction before run this one, too, when there is a handler for both. */
static void pair_up(translation *t, wc_cell *cell, wc_handler handler)
{
    if (!t->image->engine->has_pairs) return;
    wc_handler both = pair_of(t, cell, handler);
    t->last = handler;
    if (both != WC_HANDLER_COUNT) {
        t->last_cell->handler = t->image->engine->cell(both).handler;
        t->last = WC_HANDLER_COUNT;
    }
    t->last_cell = cell;
}

/* Translates the instruction at word `at` and returns its number of words. */
static uint32_t translate(translation *t, uint32_t at)
{
    const wc_image *image = t->image;
    uint64_t word = t->words[at];
    uint16_t op = word_op(word);
    const wc_op_info *info = wc_op_lookup(op);
    int typed = typed_operand(op);
    uint16_t type = WC_NONE;
    if (typed >= 0) type = t->function->regs[word_operand(word, (unsigned)typed)].type;
    const wc_type *pointee = type == WC_NONE ? NULL : &image->module->types[type];

    wc_cell *cell = &t->first[at];
    wc_handler handler = choose_handler(op, pointee, image->module->is_test_image);
    *cell = image->engine->cell(handler);
    cell->a = word_operand(word, 0);
    cell->b = word_operand(word, 1);
    cell->c = word_operand(word, 2);
    if (typed >= 0) cell->d = type;
    if (names_constants(handler)) {
        handler = handler_of_constants(t, cell, handler);
        cell->handler = image->engine->cell(handler).handler;
        if (handler == WC_HANDLER_idivk_shift) {
            cell->d = (uint16_t)__builtin_ctzll((uint64_t)image->numbers[cell->c]);
        }
    }
    if (op == WC_OP_len) cell->c = pointee->kind == WC_TYPE_SERIES ? WC_MEM_LENGTH : 0;
    resolve(t, at, cell);
    if (info->words == 1) {
        pair_up(t, cell, handler);
        return 1;
    }

    uint64_t ext = t->words[at + 1];
    cell->d = word_operand(ext, 0);
    wc_cell *second = &cell[1];
    *second = image->engine->cell(WC_HANDLER_ext);
    if (!wide_constants(t, op, ext, second)) {
        second->a = word_operand(ext, 0);
        second->b = word_operand(ext, 1);
        second->c = word_operand(ext, 2);
    }
    divide_by_constant(t, op, cell, &handler);
    pair_up(t, cell, handler);
    return 2;
}

/* Slots lie in order in the frame. */
static const uint32_t *slot_offsets(const wc_module *module, const wc_function *function,
                                    wc_arena *arena)
{
    uint32_t *offsets = WC_ARENA_ARRAY(arena, uint32_t, function->slot_count);
    uint32_t offset = 0;
    for (uint16_t i = 0; offsets != NULL && i < function->slot_count; i++) {
        offsets[i] = offset;
        offset += module->types[function->slots[i]].size;
    }
    wc_assert(offsets == NULL || offset == function->frame_size);
    return offsets;
}

wc_status wc_image_cells(wc_image *image, wc_arena *arena)
{
    const wc_module *module = image->module;
    wc_cell *cells = WC_ARENA_ARRAY(arena, wc_cell, module->word_count);
    wc_code *codes = WC_ARENA_ARRAY(arena, wc_code, module->function_count);
    if (cells == NULL || codes == NULL) return WC_NO_MEMORY;

    for (uint16_t i = 0; i < module->function_count; i++) {
        const wc_function *function = &module->functions[i];
        size_t mark = wc_arena_mark(arena);
        translation t = {.image = image,
                         .function = function,
                         .words = module->words + function->first_word,
                         .first = cells + function->first_word,
                         .slots = slot_offsets(module, function, arena),
                         .last = WC_HANDLER_COUNT};
        if (t.slots == NULL) return WC_NO_MEMORY;
        for (uint32_t at = 0; at < function->word_count;) at += translate(&t, at);
        wc_arena_rewind(arena, mark);
        codes[i] = (wc_code){.first = t.first,
                             .index = i,
                             .reg_count = function->reg_count,
                             .param_count = function->param_count,
                             .result_count = function->result_count,
                             .frame_size = function->frame_size};
    }
    image->cells = cells;
    image->codes = codes;
    return WC_OK;
}
