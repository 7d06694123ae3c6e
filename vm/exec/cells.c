/* Words to cells, once for each module that is loaded: one look-up and one jump for each word.
 * Everything about an instruction's operands comes from ops.def. */
#include "vm/exec/image.h"
#include "vm/exec/memory.h"
#include "vm/isa/isa.h"

/* How the operands of an instruction go into its cell, where not as they are. */
typedef enum form_kind {
    FORM_NONE, /* no such instruction */
    FORM_PLAIN,
    FORM_LDI,
    FORM_BLOCK,
    FORM_JUMP,       /* the target is operand A, */
    FORM_BRANCH_ONE, /* B */
    FORM_BRANCH_TWO, /* or C */
    FORM_LOOP,
    FORM_EXPECT,
    FORM_CONDITION, /* the operands of the comparison that made it */
    FORM_RET,
    FORM_IDIVK,
    FORM_MODK,
    FORM_RANGE,
    FORM_NEW,
    FORM_TPARTY,
    FORM_LEAC,
    FORM_TYPE_A, /* the type that the ref in operand A points to */
    FORM_TYPE_B,
    FORM_LDX,
    FORM_LEN,
    FORM_TWO, /* two words */
    FORM_LENTER,
    FORM_ROUND
} form_kind;

#define IS_ONE_OF_3(code, x, y, z)                                                                 \
    ((code) == WC_OP_##x || (code) == WC_OP_##y || (code) == WC_OP_##z)
#define KIND_OF_CONTROL(code)                                                                      \
    ((code) == WC_OP_block                                        ? FORM_BLOCK                     \
     : (code) == WC_OP_jmp                                        ? FORM_JUMP                      \
     : (code) == WC_OP_br || (code) == WC_OP_brz                  ? FORM_BRANCH_ONE                \
     : (code) >= WC_OP_breq && (code) <= WC_OP_brle               ? FORM_BRANCH_TWO                \
     : (code) == WC_OP_lenter                                     ? FORM_LENTER                    \
     : (code) == WC_OP_loop                                       ? FORM_LOOP                      \
     : (code) == WC_OP_ret                                        ? FORM_RET                       \
     : (code) == WC_OP_check || (code) == WC_OP_tassert           ? FORM_CONDITION                 \
     : (code) == WC_OP_texpect                                    ? FORM_EXPECT                    \
     : (code) >= WC_OP_mdr_half_even && (code) <= WC_OP_mrw_exact ? FORM_ROUND                     \
                                                                  : FORM_NONE)
#define KIND_OF_VALUE(code)                                                                        \
    ((code) == WC_OP_ldi                      ? FORM_LDI                                           \
     : (code) == WC_OP_idivk                  ? FORM_IDIVK                                         \
     : (code) == WC_OP_modk                   ? FORM_MODK                                          \
     : (code) == WC_OP_range                  ? FORM_RANGE                                         \
     : (code) == WC_OP_new                    ? FORM_NEW                                           \
     : (code) == WC_OP_tparty                 ? FORM_TPARTY                                        \
     : (code) == WC_OP_leac                   ? FORM_LEAC                                          \
     : IS_ONE_OF_3(code, copy, stx, push)     ? FORM_TYPE_A                                        \
     : (code) == WC_OP_ldx                    ? FORM_LDX                                           \
     : (code) == WC_OP_len                    ? FORM_LEN                                           \
     : IS_ONE_OF_3(code, cmpb, xref, mkey)    ? FORM_TYPE_B                                        \
     : IS_ONE_OF_3(code, mval, vref, vset)    ? FORM_TYPE_B                                        \
     : IS_ONE_OF_3(code, pushn, mfind, mneed) ? FORM_TYPE_B                                        \
     : IS_ONE_OF_3(code, mput, mdel, qual)    ? FORM_TYPE_B                                        \
     : (code) == WC_OP_qcount                 ? FORM_TYPE_B                                        \
                                              : FORM_NONE)
#define KIND_OF(code, is_long)                                                                     \
    (KIND_OF_CONTROL(code) != FORM_NONE ? KIND_OF_CONTROL(code)                                    \
     : KIND_OF_VALUE(code) != FORM_NONE ? KIND_OF_VALUE(code)                                      \
     : (is_long)                        ? FORM_TWO                                                 \
                                        : FORM_PLAIN)

/* ---- runs of instructions (pairs.def) ---------------------------------------------------------
 */

enum {
    FIRST_none,
#define WC_FIRST(name) FIRST_##name,
#include "vm/exec/pairs.def"
#undef WC_FIRST
    FIRST_COUNT
};

enum {
    SECOND_none,
#define WC_SECOND(name) SECOND_##name,
#include "vm/exec/pairs.def"
#undef WC_SECOND
    SECOND_COUNT
};

/* Where the row of a first part begins in `runs`. */
static const uint16_t as_first[WC_HANDLER_COUNT] = {
#define WC_FIRST(name) [WC_HANDLER_##name] = FIRST_##name * SECOND_COUNT,
#include "vm/exec/pairs.def"
#undef WC_FIRST
};

static const uint8_t as_second[WC_HANDLER_COUNT] = {
#define WC_SECOND(name) [WC_HANDLER_##name] = SECOND_##name,
#include "vm/exec/pairs.def"
#undef WC_SECOND
};

typedef enum run_link {
    LINK_none,
    LINK_a,
    LINK_b,
    LINK_c,
    LINK_d,
    LINK_over_b,
    LINK_over_b_alone
} run_link;

typedef struct run_row {
    uint16_t handler; /* of both, or 0 */
    uint8_t link;
} run_row;

static const run_row runs[FIRST_COUNT * SECOND_COUNT] = {

#define WC_RUN(first, second, link, body)                                                          \
    [FIRST_##first * SECOND_COUNT + SECOND_##                                                      \
        second] = {WC_HANDLER_##first##_then_##second, LINK_##link},
#include "vm/exec/pairs.def"
#undef WC_RUN
};

typedef struct op_form {
    uint16_t handler;
    uint16_t gas;
    uint8_t kind;
} op_form;

static const op_form forms[256] = {
#define WC_OP(code, name, a, b, c, d, e, f, gas, flags, summary)                                   \
    [code] = {WC_HANDLER_##name, gas, KIND_OF(code, WC_OPERAND_##d != WC_OPERAND_none)},
#include "vm/isa/ops.def"
#undef WC_OP
};

/* What cells hold where there are no labels: a handler's number. */
#define NUMBER(handler) [handler] = (const void *)(uintptr_t)(handler),
static const void *const handler_numbers[WC_HANDLER_COUNT] = {
#define WC_OP(code, name, a, b, c, d, e, f, gas, flags, summary) NUMBER(WC_HANDLER_##name)
#include "vm/isa/ops.def"
#undef WC_OP
#define WC_HANDLER(name, when) NUMBER(WC_HANDLER_##name)
#include "vm/exec/handlers.def"
#undef WC_HANDLER
#define WC_RUN(first, second, link, body) NUMBER(WC_HANDLER_##first##_then_##second)
#include "vm/exec/pairs.def"
#undef WC_RUN
};

typedef struct translation {
    wc_image *image;
    const void *const *handlers; /* what cells hold, by wc_handler */
    const wc_function *function;
    const uint64_t *words; /* of the function */
    wc_cell *first;        /* cell of its first word */
    const uint32_t *slots; /* offsets of its frame slots */
} translation;

static uint16_t word_op(uint64_t word)
{
    return (uint16_t)(word >> 48);
}

static uint16_t word_operand(uint64_t word, unsigned index)
{
    return (uint16_t)(word >> (32 - 16 * index));
}

static inline void set_handler(const translation *t, wc_cell *cell, wc_handler handler)
{
    cell->handler.label = t->handlers[handler];
}

static bool is_linked(run_link link, const wc_cell *cell, const wc_cell *before)
{
    switch (link) {
    case LINK_none: return true;
    case LINK_a: return cell->a == before->a;
    case LINK_b: return cell->b == before->a;
    case LINK_c: return cell->c == before->a && cell->b != before->a;
    case LINK_d: return cell->d == before->a;
    case LINK_over_b: return cell->b == before->a && cell->a == before->a;
    case LINK_over_b_alone:
        return cell->b == before->a && cell->a == before->a && cell->c != before->a;
    }
    return false;
}

/* ---- single instructions ----------------------------------------------------------------------
 */

/* A check or an assertion right behind the comparison that makes its condition shows what was
 * compared: c and d are the registers plus 1. Not when the comparison has overwritten one of them.
 */
static void name_operands(const translation *t, uint32_t at, wc_cell *cell)
{
    wc_assert(at > 0); /* a function begins with a block */
    uint64_t before = t->words[at - 1];
    uint16_t op = word_op(before);
    if (op != WC_OP_eq && op != WC_OP_ne && op != WC_OP_lt && op != WC_OP_le) return;
    uint16_t x = word_operand(before, 1);
    uint16_t y = word_operand(before, 2);
    if (word_operand(before, 0) != cell->a || x == cell->a || y == cell->a) return;
    cell->c = (uint16_t)(x + 1);
    cell->d = (uint16_t)(y + 1);
}

static inline void set_far(wc_cell *cell, uint32_t at, uint16_t target)
{
    int32_t cells = (int32_t)target - (int32_t)at; /* both below 2^16 */
    cell->imm = (uint32_t)(cells * (int32_t)sizeof(wc_cell));
}

/* Division and remainder by a power of two are a shift and a mask. */
static wc_handler power_form(const translation *t, wc_cell *cell, wc_handler handler,
                             wc_handler other)
{
    int64_t divisor = t->image->numbers[cell->c];
    if ((divisor & (divisor - 1)) != 0) return handler;
    cell->d = (uint16_t)__builtin_ctzll((uint64_t)divisor);
    return other;
}

static uint16_t type_of(const translation *t, uint16_t reg)
{
    return t->function->regs[reg].type;
}

/* Multiply and round by a constant alone: the division becomes a multiplication. */
static wc_handler round_form(const translation *t, uint16_t op, uint64_t ext, wc_cell *cell,
                             wc_handler handler)
{
    const int64_t *numbers = t->image->numbers;
    int64_t n = numbers[word_operand(ext, 1)], m = numbers[word_operand(ext, 2)];
    cell[1].wide.first = n;
    cell[1].wide.second = m;
    bool is_alone = op >= WC_OP_mr_half_even && op <= WC_OP_mr_exact && n == 1 && m != 1;
    if (!is_alone) return handler;
    wc_reciprocal reciprocal = wc_reciprocal_of(m);
    cell->d = reciprocal.shift;
    cell[1].wide.first = (int64_t)reciprocal.factor;
    return (wc_handler)(WC_HANDLER_mr_half_even_div + (op - WC_OP_mr_half_even));
}

/* The instructions that are not plain. Returns the handler; the words are those of forms. */
static wc_handler special(const translation *t, uint32_t at, const op_form *form, wc_cell *cell)
{
    const wc_image *image = t->image;
    wc_handler handler = (wc_handler)form->handler;
    switch ((form_kind)form->kind) {
    case FORM_JUMP: set_far(cell, at, cell->a); break;
    case FORM_BRANCH_ONE: set_far(cell, at, cell->b); break;
    case FORM_BRANCH_TWO:
    case FORM_LOOP: set_far(cell, at, cell->c); break;
    case FORM_EXPECT: cell->c = (uint16_t)(cell->c - at); break;
    case FORM_CONDITION: name_operands(t, at, cell); break;
    case FORM_RET:
        if (image->module->is_test_image) return WC_HANDLER_ret_test;
        return t->function->result_count == 1 ? WC_HANDLER_ret_one : handler;
    case FORM_IDIVK: return power_form(t, cell, handler, WC_HANDLER_idivk_shift);
    case FORM_MODK: return power_form(t, cell, handler, WC_HANDLER_modk_mask);
    case FORM_RANGE:
        if (image->numbers[cell->b] == 0 && image->numbers[cell->c] >= 0) {
            return WC_HANDLER_range_up;
        }
        break;
    case FORM_NEW:
        cell->imm = t->slots[cell->b];
        cell->b = t->function->slots[cell->b];
        break;
    case FORM_TPARTY: {
        uint16_t number = cell->c;
        cell->imm = t->slots[cell->b];
        cell->b = number;
        break;
    }
    case FORM_LEAC: cell->imm = image->constant_at[cell->b]; break;
    case FORM_TYPE_A: cell->d = type_of(t, cell->a); break;
    case FORM_TYPE_B: cell->d = type_of(t, cell->b); break;
    case FORM_LDX:
        cell->d = type_of(t, cell->b);
        if (image->module->types[cell->d].kind == WC_TYPE_SERIES) return WC_HANDLER_ldx_series;
        break;
    case FORM_LEN: {
        cell->d = type_of(t, cell->b);
        wc_type_kind kind = image->module->types[cell->d].kind;
        cell->c = kind == WC_TYPE_SERIES ? WC_MEM_LENGTH : 0;
        if (kind == WC_TYPE_TEXT) return WC_HANDLER_len_text;
        break;
    }
    case FORM_NONE: wc_assert(false); break; /* translate and second_word have the others */
    case FORM_PLAIN: wc_assert(false); break;
    case FORM_LDI: wc_assert(false); break;
    case FORM_BLOCK: wc_assert(false); break;
    case FORM_TWO: wc_assert(false); break;
    case FORM_LENTER: wc_assert(false); break;
    case FORM_ROUND: wc_assert(false); break;
    }
    return handler;
}

/* A `split` needs room for the parts of its list. */
static void note_split(const translation *t, uint16_t list)
{
    uint32_t capacity = t->image->module->types[type_of(t, list)].capacity;
    if (capacity > t->image->split_parts) t->image->split_parts = capacity;
}

/* The second word of an instruction, behind the first cell. */
static wc_handler second_word(const translation *t, uint32_t at, const op_form *form, wc_cell *cell)
{
    uint64_t ext = t->words[at + 1];
    wc_cell *second = &cell[1];
    wc_handler handler = (wc_handler)form->handler;
    set_handler(t, second, WC_HANDLER_ext);
    cell->d = word_operand(ext, 0);
    if (form->kind == FORM_ROUND) {
        return round_form(t, word_op(t->words[at]), ext, cell, handler);
    }
    if (form->kind == FORM_LENTER) {
        cell->c = (uint16_t)(cell->c - at);
        second->wide.first = t->image->numbers[cell->d];
        second->wide.second = 0;
        return handler;
    }
    second->a = word_operand(ext, 0);
    second->b = word_operand(ext, 1);
    second->c = word_operand(ext, 2);
    second->d = 0;
    if (handler == WC_HANDLER_split) note_split(t, cell->c);
    return handler;
}

/* Instructions that are not as they stand: their handler, and with two words the other cell. */
static wc_handler translate_special(const translation *t, const op_form *form, wc_cell *cell)
{
    uint32_t at = (uint32_t)(cell - t->first);
    return form->kind >= FORM_TWO ? second_word(t, at, form, cell) : special(t, at, form, cell);
}

/* Translates the words of a function. A block's cell gets the sum of the gas of its instructions
 * when the next one, or the function's end, is reached; the first word is a block. An instruction
 * joins the run before it where there is a handler for both, else a run begins with it. */
static void translate(const translation *t, bool has_pairs)
{
    const void *const *handlers = t->handlers;
    const uint64_t *word = t->words, *const end = word + t->function->word_count;
    wc_cell *cell = t->first, *block = cell, *head = cell, *before = cell;
    unsigned longer = 0; /* row of `runs` for the run before: by what comes as its next part */
    uint32_t gas = 0;
    while (word < end) {
        const uint64_t held = *word;
        const op_form form = forms[held >> 48 & 0xff];
        wc_handler handler = (wc_handler)form.handler;
        const size_t width = form.kind >= FORM_TWO ? 2 : 1;
        cell->a = word_operand(held, 0);
        cell->b = word_operand(held, 1);
        cell->c = word_operand(held, 2);
        cell->d = 0;
        if (form.kind == FORM_LDI) {
            cell->imm = (uint32_t)cell->c << 16 | cell->b;
        } else if (form.kind == FORM_BLOCK) {
            block->imm = gas;
            block = cell;
            gas = 0;
        } else if (form.kind > FORM_BLOCK) {
            handler = translate_special(t, &form, cell);
        }
        gas += form.gas;
        cell->handler.label = handlers[handler];
        const run_row row = runs[longer + as_second[handler]];
        if (row.handler != 0 && is_linked((run_link)row.link, cell, before)) {
            handler = (wc_handler)row.handler;
            head->handler.label = handlers[handler];
        } else {
            head = cell;
        }
        longer = has_pairs ? as_first[handler] : 0;
        before = cell;
        word += width;
        cell += width;
    }
    block->imm = gas;
}

/* Slots lie in order in the frame. */
static const uint32_t *slot_offsets(const wc_module *module, const wc_function *function,
                                    wc_arena *arena)
{
    uint32_t *offsets = WC_ARENA_RAW(arena, uint32_t, function->slot_count);
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
    wc_cell *cells = WC_ARENA_RAW(arena, wc_cell, module->word_count);
    wc_code *codes = WC_ARENA_RAW(arena, wc_code, module->function_count);
    if (cells == NULL || codes == NULL) return WC_NO_MEMORY;
    const wc_engine *engine = image->engine;
    const void *const *labels = engine->handlers != NULL ? engine->handlers() : NULL;
    for (uint16_t i = 0; i < module->function_count; i++) {
        const wc_function *function = &module->functions[i];
        size_t mark = wc_arena_mark(arena);
        const translation t = {.image = image,
                               .handlers = labels != NULL ? labels : handler_numbers,
                               .function = function,
                               .words = module->words + function->first_word,
                               .first = cells + function->first_word,
                               .slots = slot_offsets(module, function, arena)};
        if (t.slots == NULL) return WC_NO_MEMORY;
        translate(&t, engine->has_pairs);
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
