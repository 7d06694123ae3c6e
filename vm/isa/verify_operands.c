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

static bool is_good(const wc_verify *v, wc_operand kind, uint16_t value)
{
    if (accepted[kind] != 0) {
        const wc_registers *set = is_written(kind) ? &v->free : &v->assigned;
        return value < WC_REGISTERS_MAX && (set->of[value] & accepted[kind]) != 0;
    }
    if (kind == WC_OPERAND_none) return value == 0;
    if (value >= v->limits[kind]) return false;
    if (kind == WC_OPERAND_kn) return (v->numbers[value] & WC_NUMBER_POSITIVE) != 0;
    return kind != WC_OPERAND_fd || v->module->fields[value].root == WC_NONE;
}

/* Says which rule an operand breaks that is not good. */
static wc_status refuse_operand(wc_verify *v, wc_operand kind, uint16_t value)
{
    if (accepted[kind] != 0) return refuse_register(v, kind, value);
    if (kind == WC_OPERAND_none) return wc_refuse(v, WC_RULE_UNUSED_OPERAND);
    if (kind == WC_OPERAND_md) return wc_refuse(v, WC_RULE_IMMEDIATE);
    bool is_constant = kind == WC_OPERAND_kn && value < v->limits[kind];
    return wc_refuse(v, is_constant ? WC_RULE_CONSTANT_RANGE : WC_RULE_OPERAND_INDEX);
}

wc_status wc_refuse_operands(wc_verify *v, const uint64_t *words, const wc_op_info *info)
{
    const unsigned last = 3u * info->words - 1;
    for (unsigned i = 0;; i++) {
        wc_operand kind = (wc_operand)info->operands[i];
        uint16_t value = (uint16_t)(words[i / 3] >> (32 - 16 * (i % 3)));
        if (i == last || !is_good(v, kind, value)) return refuse_operand(v, kind, value);
    }
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
