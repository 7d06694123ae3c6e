/* Verifier, worst case: the amounts of gas_rules.def at capacity. Which rows an instruction has,
 * and what they cost, is decided in one place for execution and bound (gas.h); here only lengths
 * are found. */
#include "vm/isa/gas.h"
#include "vm/isa/verify.h"

static const wc_type *type_of(const wc_verify *v, uint16_t reg)
{
    return &v->module->types[v->function->regs[reg].type];
}

static uint64_t variant_size(const wc_verify *v, const wc_type *type, uint16_t variant)
{
    uint16_t data = type->variants[variant].data;
    return data != WC_NONE ? v->module->types[data].size : 0;
}

/* A collection in memory: all entries move when the first one does. */
static wc_gas_work lookup_work(const wc_verify *v, const wc_type *type)
{
    return (wc_gas_work){.length = type->capacity,
                         .size = (uint64_t)type->capacity * wc_type_entry_size(v->module, type),
                         .key = v->module->types[type->item].size};
}

static wc_gas_work memory_work(const wc_verify *v, const wc_instruction *in)
{
    switch ((unsigned)in->op) {
    case WC_OP_new: {
        const wc_type *type = &v->module->types[v->function->slots[wc_operand_of(in, 1)]];
        return (wc_gas_work){.head = type->head_size};
    }
    case WC_OP_vset:
        return (wc_gas_work){
            .size = variant_size(v, type_of(v, wc_operand_of(in, 1)), wc_operand_of(in, 2))};
    case WC_OP_copy:
    case WC_OP_tseries: return (wc_gas_work){.size = type_of(v, wc_operand_of(in, 0))->size};
    case WC_OP_amend:
    case WC_OP_cmpb:
    case WC_OP_setst: return (wc_gas_work){.size = type_of(v, wc_operand_of(in, 1))->size};
    case WC_OP_pushn:
        return (wc_gas_work){.size = v->module->types[type_of(v, wc_operand_of(in, 1))->item].size};
    case WC_OP_mfind:
    case WC_OP_mneed:
    case WC_OP_mput:
    case WC_OP_mdel: return lookup_work(v, type_of(v, wc_operand_of(in, 1)));
    case WC_OP_snew:
    case WC_OP_slice:
        return (wc_gas_work){.size = 16 + 9 * (uint64_t)type_of(v, wc_operand_of(in, 0))->capacity};
    case WC_OP_sfill:
    case WC_OP_sagg:
    case WC_OP_qrange:
    case WC_OP_qcount: return (wc_gas_work){.length = type_of(v, wc_operand_of(in, 1))->capacity};
    default: return (wc_gas_work){0};
    }
}

/* A collection in the state, full of its longest elements. */
static wc_gas_work storage_work(const wc_verify *v, const wc_instruction *in)
{
    unsigned at = in->info->operands[0] == WC_OPERAND_fd ? 0 : 1;
    const wc_type *type = &v->module->types[v->module->fields[wc_operand_of(in, at)].type];
    wc_gas_work work = {.length = type->capacity,
                        .key = wc_collection_key_max(v->module, type),
                        .value = wc_collection_value_max(v->module, type)};
    work.keys = work.length * work.key;
    work.elements = work.length * (work.key + work.value);
    return work;
}

static bool has_field_operand(const wc_instruction *in)
{
    return in->info->operands[0] == WC_OPERAND_fd || in->info->operands[1] == WC_OPERAND_fd;
}

/* Money, events, calls to other contracts. */
static wc_gas_work outside_work(const wc_verify *v, const wc_instruction *in)
{
    const wc_module *m = v->module;
    switch ((unsigned)in->op) {
    case WC_OP_redeem: return (wc_gas_work){.value = type_of(v, wc_operand_of(in, 3))->encoded_max};
    case WC_OP_unlockall: return (wc_gas_work){.length = wc_module_holders_max(m)};
    case WC_OP_split: return (wc_gas_work){.length = type_of(v, wc_operand_of(in, 2))->capacity};
    case WC_OP_clearnet: return (wc_gas_work){.length = type_of(v, wc_operand_of(in, 0))->capacity};
    case WC_OP_emit:
        return (wc_gas_work){.value = m->types[m->events[wc_operand_of(in, 0)].args].encoded_max};
    case WC_OP_view: {
        const wc_method *method = &m->methods[wc_operand_of(in, 1)];
        return (wc_gas_work){.value = m->types[method->args].encoded_max,
                             .result = m->types[method->result].encoded_max};
    }
    case WC_OP_send:
        return (wc_gas_work){.value = m->types[m->methods[wc_operand_of(in, 1)].args].encoded_max};
    default: return memory_work(v, in);
    }
}

uint64_t wc_worst_data_gas(const wc_verify *v, const wc_instruction *in)
{
    wc_gas_work work = has_field_operand(in) ? storage_work(v, in) : outside_work(v, in);
    return wc_gas_data(in->op, &work);
}
