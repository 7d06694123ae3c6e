/* Verifier: the words of a function. What ops.def asks of a word stands in a row of `rules`, and
 * for most instructions a few tests without a branch see that all of it holds (verify_word.h). This
 * only says yes. A word of which it does not goes by the rules, in their order: they refuse. */
#include "vm/isa/gas.h"
#include "vm/isa/op_table.h"
#include "vm/isa/verify_word.h"

#define OUT_OF_LINE __attribute__((noinline)) /* so that the loop over words saves few registers */

/* Bits of a number constant, wc_number_bits. */
static uint8_t bits_of(wc_i128 value)
{
    bool fits = value.hi == ((int64_t)value.lo < 0 ? -1 : 0);
    bool is_positive = fits && value.hi == 0 && value.lo != 0;
    return (uint8_t)((fits ? WC_NUMBER_FITS_64 : 0) | (is_positive ? WC_NUMBER_POSITIVE : 0));
}

/* Of operands that name rows of whole tables; slots are the function's. */
static void set_limits(wc_verify *v)
{
    const wc_module *m = v->module;
    for (size_t i = 0; i < WC_ARRAY_LEN(v->limits); i++) {
        v->limits[i] = WC_HAS_LIMIT(i) ? 0 : UINT16_MAX + 1u; /* 0: goes operand by operand */
    }
    v->limits[WC_OPERAND_ki] = v->limits[WC_OPERAND_kn] = m->number_count;
    v->limits[WC_OPERAND_kb] = m->bytes_count;
    v->limits[WC_OPERAND_md] = WC_MODES_MAX;
    v->limits[WC_OPERAND_ca] = m->calendar_count;
    v->limits[WC_OPERAND_cu] = m->currency_count;
    v->limits[WC_OPERAND_fd] = m->field_count;
    v->limits[WC_OPERAND_ev] = m->event_count;
    v->limits[WC_OPERAND_er] = m->error_count;
    v->limits[WC_OPERAND_st] = m->state_count;
    v->limits[WC_OPERAND_me] = m->method_count;
}

wc_status wc_prepare_functions(wc_verify *v)
{
    const wc_module *m = v->module;
    uint32_t longest = 0;
    for (uint16_t i = 0; i < m->function_count; i++) {
        if (m->functions[i].word_count > longest) longest = m->functions[i].word_count;
    }
    v->summaries = WC_ARENA_ARRAY(v->arena, wc_summary, m->function_count);
    v->numbers = WC_ARENA_RAW(v->arena, uint8_t, m->number_count);
    if (v->summaries == NULL || v->numbers == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < m->number_count; i++) v->numbers[i] = bits_of(m->numbers[i]);
    set_limits(v);
    v->root_types[0] = m->terms_type;
    v->root_types[1] = m->storage_type;
    v->root_types[2] = m->parties_type;
    v->root_types[3] = m->state_type;
    return wc_prepare_flow(v, longest);
}

/* What the instruction does to control, if it is no jmp: that comes here to be refused. */
static wc_status flow(wc_verify *v, const wc_instruction *in)
{
    if ((in->info->flags & WC_OP_ENDS) == 0) return WC_OK;
    for (unsigned i = 0; i < 3; i++) {
        if (in->info->operands[i] != WC_OPERAND_to || in->op == WC_OP_lenter) continue;
        WC_TRY(wc_branch(v, wc_operand_of(in, i)));
    }
    switch ((unsigned)in->op) {
    case WC_OP_ret: WC_TRY(wc_verify_ret(v, in)); return wc_end_path(v);
    case WC_OP_fail:
    case WC_OP_tunmet: return wc_end_path(v);
    case WC_OP_lenter: return wc_enter_loop(v, in->words[0], wc_operand_of(in, 3));
    case WC_OP_loop: return wc_close_loop(v, in->words[0]);
    case WC_OP_call: return wc_enter_call(v, in);
    default: return WC_OK; /* the other branches were followed above */
    }
}

static bool has_ext(const wc_verify *v)
{
    return v->word + 1 < v->function->word_count && v->words[v->word + 1] >> 48 == WC_OP_ext;
}

static wc_status fetch(wc_verify *v, wc_instruction *in)
{
    uint64_t word = v->words[v->word];
    uint16_t op = (uint16_t)(word >> 48);
    if (op >= WC_ARRAY_LEN(wc_op_table) || wc_op_table[op].name == NULL) {
        return wc_refuse(v, WC_RULE_OPCODE);
    }
    in->op = (wc_op)op;
    in->info = &wc_op_table[op];
    if (in->op == WC_OP_ext) return wc_refuse(v, WC_RULE_EXT_ALONE);
    in->words[0] = word;
    if (in->info->words == 1) return WC_OK;
    if (!has_ext(v)) return wc_refuse(v, WC_RULE_EXT_MISSING);
    in->words[1] = v->words[v->word + 1];
    return WC_OK;
}

static wc_status check_next(wc_verify *v, const wc_instruction *in)
{
    uint32_t next = v->word + in->info->words;
    if (next == v->function->word_count) return WC_OK; /* the end is looked at by itself */
    bool ends = (in->info->flags & WC_OP_ENDS) != 0;
    return ends && !wc_is_block(v, next) ? wc_refuse(v, WC_RULE_BLOCK_MISSING) : WC_OK;
}

/* Opcodes are numbered in groups (ops.def): most of control and numbers have only operands. */
#define HAS_TYPES(op)                                                                              \
    ((op) >= WC_OP_new || (op) == WC_OP_movr || (op) == WC_OP_ldc || (op) == WC_OP_range ||        \
     (op) == WC_OP_check || (op) == WC_OP_fail)

#define E             WC_OP_ENDS
#define D             WC_OP_DATA
#define X             WC_OP_TEST
#define T             WC_OP_TRAPS
#define W             WC_OP_WRITES
#define H             WC_OP_HOST
#define IS_MEMORY(op) ((op) >= WC_OP_new && (op) < WC_OP_kvget)

#define HAS_ROWS(a, b, c) (WC_HAS_LIMIT(a) || WC_HAS_LIMIT(b) || WC_HAS_LIMIT(c))
#define IS_LONG(d, e, f)                                                                           \
    ((d) != WC_OPERAND_none || (e) != WC_OPERAND_none || (f) != WC_OPERAND_none)

#define CLASS_OF_CONTROL(op)                                                                       \
    ((op) == WC_OP_block                        ? WC_WORD_BLOCK                                    \
     : (op) == WC_OP_jmp                        ? WC_WORD_JUMP                                     \
     : (op) == WC_OP_br || (op) == WC_OP_brz    ? WC_WORD_BRANCH_ONE                               \
     : (op) >= WC_OP_breq && (op) <= WC_OP_brle ? WC_WORD_BRANCH_TWO                               \
     : (op) == WC_OP_ret                        ? WC_WORD_RET                                      \
     : (op) == WC_OP_fail                       ? WC_WORD_FAIL                                     \
     : (op) == WC_OP_call                       ? WC_WORD_CALL                                     \
     : (op) == WC_OP_lenter                     ? WC_WORD_LENTER                                   \
     : (op) == WC_OP_loop                       ? WC_WORD_LOOP                                     \
                                                : WC_WORD_OTHER)
#define CLASS_OF_FREQUENT(op)                                                                      \
    ((op) == WC_OP_new    ? WC_WORD_NEW                                                            \
     : (op) == WC_OP_ldf  ? WC_WORD_LDF                                                            \
     : (op) == WC_OP_stf  ? WC_WORD_STF                                                            \
     : (op) == WC_OP_fref ? WC_WORD_FREF                                                           \
     : (op) == WC_OP_root ? WC_WORD_ROOT                                                           \
     : (op) == WC_OP_copy ? WC_WORD_COPY                                                           \
     : (op) == WC_OP_movr ? WC_WORD_MOVR                                                           \
                          : WC_WORD_OTHER)
/* Tests, what stands alone, and data without types, of which there is none, go by the rules. */
#define CLASS_OF_REST(op, is_long, has_rows, flags)                                                \
    (((flags) & (E | X)) != 0 || (op) == WC_OP_ext || (!HAS_TYPES(op) && ((flags)&D) != 0)         \
         ? WC_WORD_OTHER                                                                           \
     : HAS_TYPES(op) && IS_MEMORY(op) && !(is_long) ? WC_WORD_MEMORY                               \
     : HAS_TYPES(op)                                ? WC_WORD_TYPED                                \
     : (is_long)                                    ? WC_WORD_LONG                                 \
     : (has_rows)                                   ? WC_WORD_ROWS                                 \
                                                    : WC_WORD_SIMPLE)
#define CLASS_OF(op, is_long, has_rows, flags)                                                     \
    (CLASS_OF_CONTROL(op) != WC_WORD_OTHER    ? CLASS_OF_CONTROL(op)                               \
     : CLASS_OF_FREQUENT(op) != WC_WORD_OTHER ? CLASS_OF_FREQUENT(op)                              \
                                              : CLASS_OF_REST(op, is_long, has_rows, flags))

/* By opcode. */
static const wc_word_rule rules[256] = {
#define WC_OP(code, name, a, b, c, d, e, f, gas_, flags, summary)                                  \
    [code] = WC_WORD_RULE(                                                                         \
        CLASS_OF(code, IS_LONG(WC_OPERAND_##d, WC_OPERAND_##e, WC_OPERAND_##f),                    \
                 HAS_ROWS(WC_OPERAND_##a, WC_OPERAND_##b, WC_OPERAND_##c), flags),                 \
        IS_LONG(WC_OPERAND_##d, WC_OPERAND_##e, WC_OPERAND_##f) ? 2 : 1, WC_OPERAND_##a,           \
        WC_OPERAND_##b, WC_OPERAND_##c, gas_, ((flags)&D) != 0, HAS_TYPES(code)),
#include "vm/isa/ops.def"
#undef WC_OP
};

/* Of the second word, by the opcode of the first. */
static const wc_word_rule second_rules[256] = {
#define WC_OP(code, name, a, b, c, d, e, f, gas_, flags, summary)                                  \
    [code] =                                                                                       \
        WC_WORD_RULE(WC_WORD_OTHER, 1, WC_OPERAND_##d, WC_OPERAND_##e, WC_OPERAND_##f, 0, 0, 0),
#include "vm/isa/ops.def"
#undef WC_OP
};
#undef E
#undef D
#undef X
#undef T
#undef W
#undef H

/* Every rule in its order. */
static OUT_OF_LINE wc_status step_by_rules(wc_verify *v)
{
    wc_instruction in;
    WC_TRY(fetch(v, &in));
    if (in.op == WC_OP_block) WC_TRY(wc_enter_block(v));
    if (v->word == 0 && in.op != WC_OP_block) return wc_refuse(v, WC_RULE_FIRST_BLOCK);
    bool is_test = (in.info->flags & WC_OP_TEST) != 0;
    if (is_test && !v->module->is_test_image) return wc_refuse(v, WC_RULE_TEST_ONLY);
    if (!wc_word_fits(v, &rules[in.op], in.words[0]) ||
        (in.info->words == 2 && !wc_word_fits(v, &second_rules[in.op], in.words[1]))) {
        return wc_refuse_operands(v, v->words + v->word, in.info);
    }
    if (rules[in.op].has_types) WC_TRY(wc_verify_types(v, in.words[0]));
    wc_word_assign(v, &rules[in.op], in.words[0]);
    v->gas = wc_gas_add(v->gas, in.info->gas);
    if ((in.info->flags & WC_OP_DATA) != 0) {
        v->gas = wc_gas_add(v->gas, wc_worst_data_gas(v, &in));
    }
    WC_TRY(flow(v, &in));
    return check_next(v, &in);
}

/* ---- at a glance: false when the rules have to be asked ---- */

static wc_instruction instruction_at(const wc_verify *v, uint64_t word)
{
    const wc_op_info *info = &wc_op_table[word >> 48];
    return (wc_instruction){.op = (wc_op)(word >> 48),
                            .info = info,
                            .words = {word, info->words == 2 ? v->words[v->word + 1] : 0}};
}

static OUT_OF_LINE void add_data_gas(wc_verify *v, uint64_t word)
{
    const wc_instruction in = instruction_at(v, word);
    v->gas = wc_gas_add(v->gas, wc_worst_data_gas(v, &in));
}

static OUT_OF_LINE bool has_second(const wc_verify *v, uint64_t word)
{
    return has_ext(v) && wc_word_fits(v, &second_rules[word >> 48], v->words[v->word + 1]);
}

/* Instructions on memory, and what else asks for types. */
static OUT_OF_LINE bool is_typed(wc_verify *v, const wc_word_rule *rule, uint64_t word)
{
    if (!wc_word_rows_fit(v, rule, word)) return false;
    if (rule->words == 2 && !has_second(v, word)) return false;
    bool is_memory = rule->class != WC_WORD_TYPED && rule->class != WC_WORD_FAIL;
    wc_status status = is_memory ? wc_verify_memory(v, word) : wc_verify_types(v, word);
    if (status != WC_OK) return false;
    if (rule->has_data_gas) add_data_gas(v, word);
    return true;
}

static inline const wc_reg *reg_in(const wc_verify *v, uint64_t word, unsigned i)
{
    return &v->function->regs[wc_word_operand(word, i)];
}

static inline const wc_type *type_in(const wc_verify *v, uint64_t word, unsigned i)
{
    return &v->module->types[reg_in(v, word, i)->type];
}

/* Gas for work on `size` bytes of memory. */
static inline void add_memory_gas(wc_verify *v, uint32_t size)
{
    v->gas = wc_gas_add(v->gas, wc_gas_part(WC_GAS_PART_MEMORY, 0, size));
}

static inline bool is_new(wc_verify *v, const wc_word_rule *rule, uint64_t word)
{
    uint16_t slot = wc_word_operand(word, 1);
    const wc_function *function = v->function;
    bool is_same = slot < function->slot_count && function->slots[slot] == reg_in(v, word, 0)->type;
    if (!is_same) return is_typed(v, rule, word);
    add_memory_gas(v, type_in(v, word, 0)->head_size);
    return true;
}

/* The ref in one operand and an offset in another: of those in the type's first eights. */
static inline bool has_leaf(uint64_t leaves, uint16_t at)
{
    return at < WC_TYPE_MAPPED && (leaves >> at & 1) != 0;
}

static inline unsigned bits_in(uint64_t set)
{
    set -= set >> 1 & UINT64_C(0x5555555555555555);
    set = (set & UINT64_C(0x3333333333333333)) + (set >> 2 & UINT64_C(0x3333333333333333));
    set = (set + (set >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(set * UINT64_C(0x0101010101010101) >> 56);
}

/* A field of the tuple itself, of exactly the type that is wanted. */
static inline bool is_field(const wc_verify *v, uint64_t word)
{
    const wc_type *tuple = type_in(v, word, 1);
    uint16_t at = wc_word_operand(word, 2);
    if (!has_leaf(tuple->starts, at)) return false;
    uint64_t before = tuple->starts & ((UINT64_C(1) << at) - 1);
    const wc_reg *made = reg_in(v, word, 0);
    bool may_write = made->kind == WC_REG_REF || reg_in(v, word, 1)->kind == WC_REG_REFMUT;
    return may_write && tuple->fields[bits_in(before)].type == made->type;
}

static inline bool is_root(wc_verify *v, uint64_t word)
{
    static const uint16_t uses[] = {0, WC_USES_STORAGE, WC_USES_PARTIES, 0};
    uint16_t part = wc_word_operand(word, 1);
    const wc_reg *made = reg_in(v, word, 0);
    bool is_mutable = made->kind == WC_REG_REFMUT;
    if (part >= WC_ARRAY_LEN(uses) || made->type != v->root_types[part]) return false;
    if (is_mutable && part != 1) return false;
    v->summary->uses |= uses[part] | (is_mutable ? WC_USES_WRITES : 0u);
    return true;
}

static inline bool is_copy(wc_verify *v, const wc_word_rule *rule, uint64_t word)
{
    if (reg_in(v, word, 0)->type != reg_in(v, word, 1)->type) return is_typed(v, rule, word);
    add_memory_gas(v, type_in(v, word, 0)->size);
    return true;
}

static inline bool is_movr(const wc_verify *v, uint64_t word)
{
    const wc_reg *made = reg_in(v, word, 0), *from = reg_in(v, word, 1);
    return made->type == from->type && (made->kind == WC_REG_REF || from->kind == WC_REG_REFMUT);
}

/* What follows an instruction that ends a block is one. */
static inline bool has_next(const wc_verify *v, unsigned words)
{
    uint32_t next = v->word + words;
    return next >= v->function->word_count || wc_is_block(v, next);
}

/* Of the last instruction of a block, nothing but the last thing that is asked changes what holds.
 */
static inline bool is_branch(wc_verify *v, uint16_t target)
{
    return has_next(v, 1) && wc_branch(v, target) == WC_OK;
}

static OUT_OF_LINE bool is_ret(wc_verify *v, uint64_t word)
{
    const wc_instruction in = instruction_at(v, word);
    return has_next(v, 1) && wc_verify_ret(v, &in) == WC_OK && wc_end_path(v) == WC_OK;
}

static OUT_OF_LINE bool is_call(wc_verify *v, uint64_t word)
{
    const wc_instruction in = instruction_at(v, word);
    return has_next(v, 1) && wc_enter_call(v, &in) == WC_OK;
}

static OUT_OF_LINE bool is_lenter(wc_verify *v, uint64_t word)
{
    if (!has_second(v, word) || !has_next(v, 2)) return false;
    return wc_enter_loop(v, word, wc_word_operand(v->words[v->word + 1], 0)) == WC_OK;
}

/* All gas up to and with the last instruction of a block goes where paths see it; what the caller
 * adds for it is taken out before. */
static inline void pay(wc_verify *v, uint64_t *gas, uint16_t own)
{
    v->gas = wc_gas_add(v->gas, *gas + own);
    *gas = 0 - (uint64_t)own;
}

/* The instruction at v->word, whose registers are good. gas: of the block up to it, as far as it
 * has not gone into v->gas. */
static inline bool step(wc_verify *v, const wc_word_rule *rule, uint64_t word, uint64_t *gas)
{
    switch ((wc_word_class)rule->class) {
    case WC_WORD_OTHER: return false;
    case WC_WORD_SIMPLE: break; /* the loop over words takes it */
    case WC_WORD_ROWS: return wc_word_rows_fit(v, rule, word);
    case WC_WORD_LONG: return wc_word_rows_fit(v, rule, word) && has_second(v, word);
    case WC_WORD_MEMORY:
    case WC_WORD_TYPED: return is_typed(v, rule, word);
    case WC_WORD_NEW: return is_new(v, rule, word);
    case WC_WORD_LDF:
        return has_leaf(type_in(v, word, 1)->loads, wc_word_operand(word, 2)) ||
               is_typed(v, rule, word);
    case WC_WORD_STF:
        return has_leaf(type_in(v, word, 0)->stores, wc_word_operand(word, 1)) ||
               is_typed(v, rule, word);
    case WC_WORD_FREF: return is_field(v, word) || is_typed(v, rule, word);
    case WC_WORD_ROOT: return is_root(v, word) || is_typed(v, rule, word);
    case WC_WORD_COPY: return is_copy(v, rule, word);
    case WC_WORD_MOVR: return is_movr(v, word);
    case WC_WORD_BLOCK:
        v->gas = wc_gas_add(v->gas, *gas);
        *gas = 0;
        return wc_enter_block(v) == WC_OK;
    case WC_WORD_JUMP:
        pay(v, gas, rule->gas);
        if (!is_branch(v, wc_word_operand(word, 0))) return false;
        v->is_reachable = false;
        return true;
    case WC_WORD_BRANCH_ONE: pay(v, gas, rule->gas); return is_branch(v, wc_word_operand(word, 1));
    case WC_WORD_BRANCH_TWO: pay(v, gas, rule->gas); return is_branch(v, wc_word_operand(word, 2));
    case WC_WORD_RET: pay(v, gas, rule->gas); return is_ret(v, word);
    case WC_WORD_FAIL:
        pay(v, gas, rule->gas);
        return has_next(v, 1) && is_typed(v, rule, word) && wc_end_path(v) == WC_OK;
    case WC_WORD_CALL: pay(v, gas, rule->gas); return is_call(v, word);
    case WC_WORD_LENTER: pay(v, gas, rule->gas); return is_lenter(v, word);
    case WC_WORD_LOOP:
        pay(v, gas, rule->gas);
        return has_next(v, 1) && wc_close_loop(v, word) == WC_OK;
    }
    wc_assert(false);
    return false;
}

/* Parameters may be read, all registers written. Behind `eights` there are no bits: so what the
 * function before has used is emptied. */
static void set_registers(wc_verify *v)
{
    const wc_function *function = v->function;
    memset(v->registers.of, 0, 8u * v->eights);
    v->eights = (function->reg_count + 7u) / 8;
    for (uint16_t i = 0; i < function->reg_count; i++) {
        unsigned bits = wc_bits_of_kind(function->regs[i].kind);
        unsigned readable = i < function->param_count;
        v->registers.of[i] = (uint8_t)(bits << WC_WRITABLE_SHIFT | (bits & (0 - readable)));
    }
}

static void start(wc_verify *v, uint16_t index)
{
    wc_function *function = &v->module->functions[index];
    v->index = index;
    v->function = function;
    v->words = v->module->words + function->first_word;
    v->word = 0;
    v->summary = &v->summaries[index];
    v->is_reachable = true;
    set_registers(v);
    v->limits[WC_OPERAND_slot] = function->slot_count;
    v->gas = v->end_gas = 0;
    v->has_ended = false;
    v->loop_count = 0;
    function->call_depth = 1;
    function->memory_size = function->stack_regs = 0;
}

static wc_status finish(wc_verify *v)
{
    wc_function *function = v->function;
    function->gas_bound = wc_longest_path(v);
    uint64_t frame = 0;
    for (uint16_t i = 0; i < function->slot_count; i++) {
        frame += v->module->types[function->slots[i]].size;
    }
    if (frame + function->memory_size > WC_MEM_MAX) return wc_refuse(v, WC_RULE_MEMORY);
    function->frame_size = (uint32_t)frame;
    function->memory_size += (uint32_t)frame;
    function->stack_regs += function->reg_count;
    return WC_OK;
}

wc_status wc_verify_function(wc_verify *v, uint16_t index)
{
    start(v, index);
    const uint32_t count = v->function->word_count;
    const uint64_t *words = v->words;
    if (words[0] >> 48 != WC_OP_block) return step_by_rules(v);
    uint64_t gas = 0; /* of the block up to here, data aside */
    for (uint32_t at = 0; at < count;) {
        const uint64_t word = words[at];
        const wc_word_rule *rule = &rules[word >> 48 & 0xff];
        v->word = at;
        at += rule->words;
        if (WC_LIKELY(wc_word_registers_fit(v, rule, word) &&
                      (rule->class == WC_WORD_SIMPLE || step(v, rule, word, &gas)))) {
            wc_word_assign(v, rule, word);
            gas += rule->gas;
        } else {
            v->gas = wc_gas_add(v->gas, gas);
            gas = 0;
            WC_TRY(step_by_rules(v));
        }
    }
    if (v->is_reachable) return wc_refuse(v, WC_RULE_FALLS_OFF); /* at the last instruction */
    v->word = count - 1;
    return finish(v);
}
