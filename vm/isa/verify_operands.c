/* Verifier, operands: what ops.def says about each, independent of the instruction. */
#include "vm/isa/verify.h"

static const wc_reg *reg_at(const wc_verify *v, uint16_t reg)
{
    return &v->function->regs[reg];
}

/* Register kinds that an operand kind accepts, as bits; 0: the operand is not a register. */
static const uint8_t accepted[] = {
    [WC_OPERAND_wi] = 1u << WC_REG_I64,
    [WC_OPERAND_ri] = 1u << WC_REG_I64,
    [WC_OPERAND_ww] = 1u << WC_REG_I128,
    [WC_OPERAND_rw] = 1u << WC_REG_I128,
    [WC_OPERAND_wr] = 1u << WC_REG_REF | 1u << WC_REG_REFMUT,
    [WC_OPERAND_rr] = 1u << WC_REG_REF | 1u << WC_REG_REFMUT,
    [WC_OPERAND_rm] = 1u << WC_REG_REFMUT,
    [WC_OPERAND_res] = 0,
};

static inline bool is_written(wc_operand kind)
{
    return kind == WC_OPERAND_wi || kind == WC_OPERAND_ww || kind == WC_OPERAND_wr;
}

/* Says which rule a register operand breaks. */
static wc_status refuse_register(wc_verify *v, wc_operand kind, uint16_t reg)
{
    if (reg >= v->function->reg_count) return wc_refuse(v, WC_RULE_REGISTER);
    if ((accepted[kind] >> reg_at(v, reg)->kind & 1) == 0) {
        return wc_refuse(v, WC_RULE_REGISTER_KIND);
    }
    return wc_refuse(v, is_written(kind) ? WC_RULE_LOOP_REGISTER : WC_RULE_UNASSIGNED);
}

/* Most operands of most programs come through here. */
static inline wc_status check_register(wc_verify *v, wc_operand kind, uint16_t reg)
{
    const wc_registers *set = is_written(kind) ? &v->free : &v->assigned;
    bool is_good = reg < WC_REGISTERS_MAX && (set->of[reg] & accepted[kind]) != 0;
    return WC_LIKELY(is_good) ? WC_OK : refuse_register(v, kind, reg);
}

static wc_status check_index(wc_verify *v, uint16_t index, uint32_t count)
{
    return index < count ? WC_OK : wc_refuse(v, WC_RULE_OPERAND_INDEX);
}

/* A number constant in [1, 2^63). */
static wc_status check_positive(wc_verify *v, uint16_t index)
{
    WC_TRY(check_index(v, index, v->module->number_count));
    bool is_positive = (v->numbers[index] & WC_NUMBER_POSITIVE) != 0;
    return is_positive ? WC_OK : wc_refuse(v, WC_RULE_CONSTANT_RANGE);
}

static wc_status check_collection(wc_verify *v, uint16_t field)
{
    WC_TRY(check_index(v, field, v->module->field_count));
    bool is_collection = v->module->fields[field].root == WC_NONE;
    return is_collection ? WC_OK : wc_refuse(v, WC_RULE_OPERAND_INDEX);
}

static wc_status check_operand(wc_verify *v, wc_operand kind, uint16_t value)
{
    const wc_module *m = v->module;
    switch (kind) {
    case WC_OPERAND_none: return value == 0 ? WC_OK : wc_refuse(v, WC_RULE_UNUSED_OPERAND);
    case WC_OPERAND_wi:
    case WC_OPERAND_ri:
    case WC_OPERAND_ww:
    case WC_OPERAND_rw:
    case WC_OPERAND_wr:
    case WC_OPERAND_rr:
    case WC_OPERAND_rm: /* check_register */
    case WC_OPERAND_im:
    case WC_OPERAND_lo:
    case WC_OPERAND_hi: return WC_OK;
    case WC_OPERAND_ki: return check_index(v, value, m->number_count);
    case WC_OPERAND_kb: return check_index(v, value, m->bytes_count);
    case WC_OPERAND_kn: return check_positive(v, value);
    case WC_OPERAND_to:
    case WC_OPERAND_back:
    case WC_OPERAND_fn:
    case WC_OPERAND_arg:
    case WC_OPERAND_res: return WC_OK; /* control: verify_code.c */
    case WC_OPERAND_slot: return check_index(v, value, v->function->slot_count);
    case WC_OPERAND_md: return value < WC_MODES_MAX ? WC_OK : wc_refuse(v, WC_RULE_IMMEDIATE);
    case WC_OPERAND_ca: return check_index(v, value, m->calendar_count);
    case WC_OPERAND_cu: return check_index(v, value, m->currency_count);
    case WC_OPERAND_fd: return check_collection(v, value);
    case WC_OPERAND_ev: return check_index(v, value, m->event_count);
    case WC_OPERAND_er: return check_index(v, value, m->error_count);
    case WC_OPERAND_st: return check_index(v, value, m->state_count);
    case WC_OPERAND_me: return check_index(v, value, m->method_count);
    }
    return wc_refuse(v, WC_RULE_OPCODE);
}

/* The operands of one word in their order: says what is wrong with the first that is. */
static wc_status check_word(wc_verify *v, uint64_t word, const uint8_t kinds[3])
{
    for (unsigned i = 0; i < 3; i++) {
        wc_operand kind = (wc_operand)kinds[i];
        uint16_t value = (uint16_t)(word >> (32 - 16 * i));
        if (accepted[kind] != 0) {
            WC_TRY(check_register(v, kind, value));
        } else if (kind != WC_OPERAND_none || value != 0) {
            WC_TRY(check_operand(v, kind, value));
        }
    }
    return WC_OK;
}

wc_status wc_verify_operands(wc_verify *v, const uint64_t *words, const wc_op_info *info)
{
    WC_TRY(check_word(v, words[0], info->operands));
    return info->words == 1 ? WC_OK : check_word(v, words[1], info->operands + 3);
}

/* True when registers [first, first + count) exist; none begin at 0. */
static bool is_window(const wc_function *function, uint16_t first, uint16_t count)
{
    if (count == 0) return first == 0;
    return (uint32_t)first + count <= function->reg_count;
}

static bool fits_parameter(const wc_module *m, const wc_reg *parameter, const wc_reg *given)
{
    switch ((wc_reg_kind)parameter->kind) {
    case WC_REG_I64:
    case WC_REG_I128:
    case WC_REG_I128_HIGH: return given->kind == parameter->kind;
    case WC_REG_REF:
        if (given->kind != WC_REG_REF && given->kind != WC_REG_REFMUT) return false;
        return wc_type_fits(m, parameter->type, given->type);
    case WC_REG_REFMUT: return given->kind == WC_REG_REFMUT && given->type == parameter->type;
    }
    return false;
}

wc_status wc_verify_call(wc_verify *v, const wc_instruction *in)
{
    const wc_function *callee = &v->module->functions[wc_operand_of(in, 0)];
    uint16_t arguments = wc_operand_of(in, 1), results = wc_operand_of(in, 2);
    if (!is_window(v->function, arguments, callee->param_count)) {
        return wc_refuse(v, WC_RULE_CALL_ARGUMENTS);
    }
    if (!is_window(v->function, results, callee->result_count)) {
        return wc_refuse(v, WC_RULE_CALL_RESULTS);
    }
    for (uint16_t i = 0; i < callee->param_count; i++) {
        uint16_t reg = (uint16_t)(arguments + i);
        if (!fits_parameter(v->module, &callee->regs[i], reg_at(v, reg))) {
            return wc_refuse(v, WC_RULE_CALL_ARGUMENTS);
        }
        if (v->assigned.of[reg] == 0) return wc_refuse(v, WC_RULE_UNASSIGNED);
    }
    for (uint16_t i = 0; i < callee->result_count; i++) {
        uint16_t reg = (uint16_t)(results + i);
        if (reg_at(v, reg)->kind != callee->result_kinds[i]) {
            return wc_refuse(v, WC_RULE_CALL_RESULTS);
        }
        if (v->free.of[reg] == 0) return wc_refuse(v, WC_RULE_LOOP_REGISTER);
        v->assigned.of[reg] = v->kinds.of[reg];
    }
    return WC_OK;
}

wc_status wc_verify_ret(wc_verify *v, const wc_instruction *in)
{
    const wc_function *function = v->function;
    uint16_t first = wc_operand_of(in, 0);
    if (!is_window(function, first, function->result_count)) {
        return wc_refuse(v, WC_RULE_RET_RESULTS);
    }
    for (uint16_t i = 0; i < function->result_count; i++) {
        uint16_t reg = (uint16_t)(first + i);
        if (reg_at(v, reg)->kind != function->result_kinds[i]) {
            return wc_refuse(v, WC_RULE_RET_RESULTS);
        }
        if (v->assigned.of[reg] == 0) return wc_refuse(v, WC_RULE_UNASSIGNED);
    }
    return WC_OK;
}
