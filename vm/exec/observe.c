/* What an observer is told of one instruction. Runs only in the observed build of the loop. */
#include "vm/exec/exec.h"

static uint16_t operand(uint64_t word, unsigned index)
{
    return (uint16_t)(word >> (32 - 16 * index));
}

static wc_i128 wide_of(const wc_slot *r, uint16_t reg)
{
    return (wc_i128){r[reg].u, r[(size_t)reg + 1].i};
}

/* Half-up and half-down differ exactly where the value lies half way between two results; floor and
 * ceil differ exactly where there is a remainder. So the machine's own arithmetic tells, and there
 * is no second way to divide that could be wrong. */
static wc_rounding rounding_of(const wc_image *image, uint64_t word, uint64_t ext, const wc_slot *r)
{
    uint16_t op = (uint16_t)(word >> 48);
    bool has_divisor = op < WC_OP_mr_half_even;
    bool is_wide = has_divisor ? op >= WC_OP_mdrw_half_even : op >= WC_OP_mrw_half_even;
    wc_i128 x = is_wide ? wide_of(r, operand(word, 1)) : wc_i128_of(r[operand(word, 1)].i);
    int64_t y = r[operand(word, 2)].i, z = has_divisor ? r[operand(ext, 0)].i : 1;
    int64_t n = image->numbers[operand(ext, 1)], m = image->numbers[operand(ext, 2)];
    wc_i128 low, high;
    if (wc_mul_div_round_wide(x, y, n, z, m, WC_ROUND_HALF_DOWN, &low) != WC_OK ||
        wc_mul_div_round_wide(x, y, n, z, m, WC_ROUND_HALF_UP, &high) != WC_OK) {
        return WC_ROUNDING_NONE;
    }
    if (wc_i128_compare(low, high) != 0) return WC_ROUNDING_TIE;
    if (wc_mul_div_round_wide(x, y, n, z, m, WC_ROUND_FLOOR, &low) != WC_OK ||
        wc_mul_div_round_wide(x, y, n, z, m, WC_ROUND_CEIL, &high) != WC_OK) {
        return WC_ROUNDING_NONE;
    }
    return wc_i128_compare(low, high) != 0 ? WC_ROUNDING_INEXACT : WC_ROUNDING_EXACT;
}

/* Operands are read from the stored words: cells are the loop's own. */
static void look_at(const wc_image *image, wc_step *step, const uint64_t *words, const wc_slot *r)
{
    uint16_t op = (uint16_t)(words[0] >> 48);
    if (op >= WC_OP_mdr_half_even && op <= WC_OP_mrw_exact) {
        step->rounding = rounding_of(image, words[0], words[1], r);
    } else if (op == WC_OP_eq || op == WC_OP_ne || op == WC_OP_lt || op == WC_OP_le) {
        step->has_sides = true;
        step->left = wc_i128_of(r[operand(words[0], 1)].i);
        step->right = wc_i128_of(r[operand(words[0], 2)].i);
    } else if (op == WC_OP_eqw || op == WC_OP_ltw || op == WC_OP_lew) {
        step->has_sides = true;
        step->left = wide_of(r, operand(words[0], 1));
        step->right = wide_of(r, operand(words[0], 2));
    }
}

/* A function begins at word 1, behind its first `block`, and nothing leads back there: so this is
 * where its registers become zero, and vm/inspect.h can tell what was written from what was not. */
static void clear_registers(const wc_code *code, wc_slot *r)
{
    size_t count = (size_t)code->reg_count - code->param_count;
    if (count > 0) memset(r + code->param_count, 0, count * sizeof *r);
}

void wc_exec_observe(wc_exec *exec, const wc_code *code, const wc_cell *pc, wc_slot *r)
{
    const wc_observer *observer = exec->image->observer;
    uint32_t word = (uint32_t)(pc - code->first);
    if (word == 1) clear_registers(code, r);
    if (observer->step == NULL) return;
    exec->pc = pc;
    exec->window = r;
    uint32_t first = exec->module->functions[code->index].first_word;
    wc_assert(word > 0); /* the first block is entered, not run */
    bool is_first = exec->module->words[first + word - 1] >> 48 == WC_OP_block;
    wc_step step = {.exec = exec,
                    .module = exec->module,
                    .function = code->index,
                    .word = word,
                    .gas = exec->gas,
                    .block_gas = is_first ? pc[-1].imm : 0};
    look_at(exec->image, &step, exec->module->words + first + word, r);
    observer->step(observer->self, &step);
}

/* Cells name handlers of one engine: they are made anew for the observed one. */
wc_status wc_image_observe(wc_image *image, const wc_observer *observer, wc_arena *arena)
{
    image->engine = &wc_engine_observed;
    image->observer = observer;
    return wc_image_cells(image, arena);
}
