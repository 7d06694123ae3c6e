/* Where a function's worst case comes from, by line of the source: see gas_derive.h. */
#include "vm/isa/gas.h"
#include "vm/isa/gas_derive.h"
#include "vm/isa/op_table.h"
#include "vm/isa/verify.h"

typedef struct adding {
    const wc_debug *debug;
    wc_gas_line *rows;
    uint32_t count;
} adding;

static void add_line(adding *to, const wc_debug_line *place, uint64_t gas)
{
    for (uint32_t i = 0; i < to->count; i++) {
        wc_gas_line *row = &to->rows[i];
        if (row->file != place->file || row->line != place->line) continue;
        row->gas = wc_gas_add(row->gas, gas);
        return;
    }
    to->rows[to->count++] = (wc_gas_line){place->file, place->line, gas};
}

static uint64_t word_gas(const wc_verify *v, const wc_instruction *in)
{
    uint64_t gas = in->info->gas;
    if ((in->info->flags & WC_OP_DATA) != 0) gas = wc_gas_add(gas, wc_worst_data_gas(v, in));
    if (in->op == WC_OP_call) {
        gas = wc_gas_add(gas, v->module->functions[wc_operand_of(in, 0)].gas_bound);
    }
    return gas;
}

static void fetch(const uint64_t *words, wc_instruction *in)
{
    in->op = (wc_op)(words[0] >> 48);
    in->info = &wc_op_table[in->op];
    in->words[0] = words[0];
    if (in->info->words == 2) in->words[1] = words[1];
}

static void add_words(const wc_verify *v, uint16_t index, adding *to)
{
    uint64_t turns[WC_LOOP_NESTING_MAX + 1] = {1};
    unsigned depth = 0;
    for (uint32_t word = 0; word < v->function->word_count;) {
        wc_instruction in = {0};
        fetch(&v->module->words[v->function->first_word + word], &in);
        const wc_debug_line *place = wc_debug_find(to->debug, index, word);
        uint64_t gas = wc_gas_mul(word_gas(v, &in), turns[depth]);
        if (place != NULL) add_line(to, place, gas);
        if (in.op == WC_OP_lenter) {
            uint64_t trips = v->module->numbers[wc_operand_of(&in, 3)].lo;
            turns[depth + 1] = wc_gas_mul(turns[depth], trips);
            depth++;
        } else if (in.op == WC_OP_loop) {
            depth--;
        }
        word += in.info->words;
    }
}

static bool is_dearer(const wc_gas_line *a, const wc_gas_line *b)
{
    if (a->gas != b->gas) return a->gas > b->gas;
    return a->file != b->file ? a->file < b->file : a->line < b->line;
}

wc_status wc_gas_lines(const wc_module *module, const wc_debug *debug, uint16_t function,
                       wc_arena *arena, wc_gas_dearest *dearest)
{
    union { /* the verifier's functions only read */
        const wc_module *from;
        wc_module *to;
    } m = {.from = module};

    dearest->count = 0;
    if (function >= debug->function_count) return WC_OK;
    adding to = {.debug = debug};
    to.rows = WC_ARENA_ARRAY(arena, wc_gas_line, debug->functions[function].count);
    if (to.rows == NULL) return WC_NO_MEMORY;
    const wc_verify v = {.module = m.to, .function = &m.to->functions[function]};
    add_words(&v, function, &to);
    while (dearest->count < WC_GAS_DEAREST && dearest->count < to.count) {
        uint32_t rank = dearest->count, best = rank;
        for (uint32_t i = rank + 1; i < to.count; i++) {
            if (is_dearer(&to.rows[i], &to.rows[best])) best = i;
        }
        wc_gas_line swap = to.rows[rank];
        to.rows[rank] = to.rows[best];
        to.rows[best] = swap;
        dearest->lines[dearest->count++] = to.rows[rank];
    }
    return WC_OK;
}
