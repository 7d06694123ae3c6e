/* Verifier, types: what each instruction asks of the types that its refs lead to, of its constants
 * and of its immediates. Requires checked operands. A ref that only reads may lead to a contract
 * reference where a party is wanted (wc_type_fits); a refmut leads to exactly its type, because
 * through it anything that fits the type can be written. */
#include "vm/isa/op_table.h"
#include "vm/isa/verify.h"

/* The instruction at v->word. Goes in two registers. */
typedef struct context {
    wc_verify *v;
    uint64_t word; /* its first one */
} context;

static uint8_t op_of(context c)
{
    return (uint8_t)(c.word >> 48);
}

static const wc_op_info *info_of(context c)
{
    return &wc_op_table[op_of(c)];
}

static uint16_t operand(context c, unsigned i)
{
    if (i < 3) return (uint16_t)(c.word >> (32 - 16 * i));
    return (uint16_t)(c.v->words[c.v->word + 1] >> (80 - 16 * i));
}

static const wc_reg *reg_of(context c, unsigned i)
{
    return &c.v->function->regs[operand(c, i)];
}

/* Index and row of the type that the ref in operand i leads to. */
static uint16_t type_of(context c, unsigned i)
{
    return reg_of(c, i)->type;
}

static const wc_type *pointee(context c, unsigned i)
{
    return &c.v->module->types[type_of(c, i)];
}

static const wc_type *field_type(context c, unsigned i)
{
    return &c.v->module->types[c.v->module->fields[operand(c, i)].type];
}

static wc_status type_if(context c, bool holds)
{
    return holds ? WC_OK : wc_refuse(c.v, WC_RULE_REF_TYPE);
}

static wc_status immediate_if(context c, bool holds)
{
    return holds ? WC_OK : wc_refuse(c.v, WC_RULE_IMMEDIATE);
}

/* The ref in operand i is read as a value of type wanted. */
static wc_status reads(context c, unsigned i, uint16_t wanted)
{
    return type_if(c, wc_type_fits(c.v->module, wanted, type_of(c, i)));
}

static bool is_kind(context c, unsigned i, wc_type_kind kind)
{
    return pointee(c, i)->kind == kind;
}

static wc_status reads_party(context c, unsigned i)
{
    return type_if(c, is_kind(c, i, WC_TYPE_PARTY));
}

/* Operand `to` becomes a ref to something of type `made`, which may be written when is_mutable. */
static wc_status makes(context c, unsigned to, uint16_t made, bool is_mutable)
{
    bool wants_mutable = reg_of(c, to)->kind == WC_REG_REFMUT;
    if (wants_mutable && !is_mutable) return wc_refuse(c.v, WC_RULE_REF_MUTABLE);
    if (wants_mutable) return type_if(c, type_of(c, to) == made);
    return type_if(c, wc_type_fits(c.v->module, type_of(c, to), made));
}

static bool is_refmut(context c, unsigned i)
{
    return reg_of(c, i)->kind == WC_REG_REFMUT;
}

static bool is_number(const wc_type *type)
{
    return type->kind == WC_TYPE_INT || type->kind == WC_TYPE_DEC;
}

static bool is_list_of_scalars(context c, const wc_type *type)
{
    return type->kind == WC_TYPE_LIST && wc_type_is_scalar(&c.v->module->types[type->item]);
}

static wc_status check_fits_64(context c, unsigned i)
{
    bool fits = (c.v->numbers[operand(c, i)] & WC_NUMBER_FITS_64) != 0;
    return fits ? WC_OK : wc_refuse(c.v, WC_RULE_CONSTANT_RANGE);
}

static wc_status check_trap(context c)
{
    static const uint8_t codes[] = {WC_TRAP_ENSURES, WC_TRAP_INVARIANT, WC_TRAP_MISSING,
                                    WC_TRAP_NO_KEY,  WC_TRAP_CALENDAR,  WC_TRAP_INDEX,
                                    WC_TRAP_RANGE,   WC_TRAP_DIVZERO};
    for (size_t i = 0; i < WC_ARRAY_LEN(codes); i++) {
        if (operand(c, 1) == codes[i]) return WC_OK;
    }
    return immediate_if(c, false);
}

/* The tuple of a part of the instance's memory; WC_NONE: there is none, or it is a party. */
static uint16_t root_type(const wc_module *m, uint16_t part)
{
    return part == 0   ? m->terms_type
           : part == 1 ? m->storage_type
           : part == 2 ? m->parties_type
           : part == 3 ? m->state_type
                       : WC_NONE;
}

static wc_status check_root(context c)
{
    static const uint16_t uses[] = {0, WC_USES_STORAGE, WC_USES_PARTIES,
                                    0, WC_USES_SELF,    WC_USES_CALLER};
    uint16_t part = operand(c, 1), type = root_type(c.v->module, part);
    WC_TRY(immediate_if(c, part < WC_ARRAY_LEN(uses)));
    c.v->summary->uses |= uses[part];
    if (part > 3) { /* own id, caller: any party, no interface is known */
        if (is_refmut(c, 0)) return wc_refuse(c.v, WC_RULE_REF_MUTABLE);
        return type_if(c, is_kind(c, 0, WC_TYPE_PARTY) && pointee(c, 0)->item == WC_NONE);
    }
    WC_TRY(type_if(c, type != WC_NONE));
    if (is_refmut(c, 0)) c.v->summary->uses |= WC_USES_WRITES;
    return makes(c, 0, type, part == 1);
}

static wc_status check_sys(context c)
{
    if (operand(c, 1) == 0) c.v->summary->uses |= WC_USES_NOW;
    return immediate_if(c, operand(c, 1) <= 3);
}

static wc_status check_leaf(context c, unsigned ref, unsigned offset, bool is_store)
{
    uint16_t leaf = wc_type_leaf_at(c.v->module, type_of(c, ref), 8 * (uint32_t)operand(c, offset));
    bool is_good =
        leaf != WC_NONE && !(is_store && c.v->module->types[leaf].kind == WC_TYPE_SERIES);
    return is_good ? WC_OK : wc_refuse(c.v, WC_RULE_OFFSET);
}

static wc_status check_fref(context c)
{
    if (is_refmut(c, 0) && !is_refmut(c, 1)) return wc_refuse(c.v, WC_RULE_REF_MUTABLE);
    uint32_t offset = 8 * (uint32_t)operand(c, 2);
    uint16_t found = wc_type_field_at(c.v->module, type_of(c, 1), offset, type_of(c, 0));
    if (found == WC_NONE) return wc_refuse(c.v, WC_RULE_OFFSET);
    return makes(c, 0, found, true);
}

static wc_status check_xref(context c)
{
    const wc_type *type = pointee(c, 1);
    bool has_items =
        type->kind == WC_TYPE_LIST || type->kind == WC_TYPE_SORTED || type->kind == WC_TYPE_SET;
    WC_TRY(type_if(c, has_items));
    return makes(c, 0, type->item, type->kind == WC_TYPE_LIST && is_refmut(c, 1));
}

/* vref and vset: operand 1 is an enum, operand 2 a variant of it. */
static wc_status check_variant(context c)
{
    const wc_type *type = pointee(c, 1);
    WC_TRY(type_if(c, type->kind == WC_TYPE_ENUM));
    if (operand(c, 2) >= type->count) return wc_refuse(c.v, WC_RULE_VARIANT);
    uint16_t data = type->variants[operand(c, 2)].data;
    if (data == WC_NONE && op_of(c) == WC_OP_vset) return makes(c, 0, type_of(c, 1), true);
    if (data == WC_NONE) return wc_refuse(c.v, WC_RULE_VARIANT);
    return makes(c, 0, data, is_refmut(c, 1));
}

static wc_status check_cmpb(context c)
{
    const wc_type *type = pointee(c, 1);
    bool has_order = type->key_max > 0 || type->kind == WC_TYPE_BYTES || type->kind == WC_TYPE_TEXT;
    bool are_texts = type->kind == WC_TYPE_TEXT && pointee(c, 2)->kind == WC_TYPE_TEXT;
    bool are_same = are_texts || wc_type_fits(c.v->module, type_of(c, 1), type_of(c, 2)) ||
                    wc_type_fits(c.v->module, type_of(c, 2), type_of(c, 1));
    return type_if(c, has_order && are_same);
}

/* mfind, mneed, mput, mdel: operand 1 is a map or set, operand 2 a key of it. */
static wc_status check_lookup(context c)
{
    const wc_type *type = pointee(c, 1);
    bool is_map = type->kind == WC_TYPE_MAP;
    bool may_be_set = op_of(c) != WC_OP_mneed;
    WC_TRY(type_if(c, is_map || (may_be_set && type->kind == WC_TYPE_SET)));
    return reads(c, 2, type->item);
}

/* Intervals of one length, times longer than those of the other. Items of series are numbers. */
static wc_status check_sagg(context c)
{
    const wc_type *made = pointee(c, 0), *from = pointee(c, 1);
    WC_TRY(type_if(c, made->kind == WC_TYPE_SERIES && from->kind == WC_TYPE_SERIES));
    WC_TRY(immediate_if(c, operand(c, 2) >= 2));
    return immediate_if(c, (uint64_t)from->step * operand(c, 2) == made->step);
}

/* Series, and what calendars know by number. */
static wc_status check_series(context c)
{
    switch (op_of(c)) {
    case WC_OP_snew:
    case WC_OP_sset: return type_if(c, is_kind(c, 0, WC_TYPE_SERIES));
    case WC_OP_sidx: return type_if(c, is_kind(c, 1, WC_TYPE_SERIES));
    case WC_OP_slice:
        WC_TRY(type_if(c, is_kind(c, 1, WC_TYPE_SERIES)));
        return reads(c, 1, type_of(c, 0));
    case WC_OP_sfill:
        WC_TRY(type_if(c, is_kind(c, 1, WC_TYPE_SERIES)));
        WC_TRY(reads(c, 1, type_of(c, 0)));
        return immediate_if(c, operand(c, 2) <= 2);
    case WC_OP_sagg: return check_sagg(c);
    case WC_OP_qrange:
        WC_TRY(type_if(c, is_kind(c, 1, WC_TYPE_SERIES)));
        return immediate_if(c, operand(c, 2) <= 3);
    case WC_OP_dfirst: return immediate_if(c, operand(c, 3) < WC_UNIT_COUNT);
    case WC_OP_dpart: return immediate_if(c, operand(c, 2) < WC_PART_COUNT);
    default: return WC_OK;
    }
}

/* Collections, enums, series: operand 1 is what they are asked about. */
static wc_status check_inside(context c)
{
    const wc_type *b = NULL;
    wc_operand kind = (wc_operand)info_of(c)->operands[1];
    if (kind == WC_OPERAND_rr || kind == WC_OPERAND_rm) b = pointee(c, 1);
    switch (op_of(c)) {
    case WC_OP_ldx: return type_if(c, b->kind == WC_TYPE_SERIES || is_list_of_scalars(c, b));
    case WC_OP_stx:
    case WC_OP_push: return type_if(c, is_list_of_scalars(c, pointee(c, 0)));
    case WC_OP_xref: return check_xref(c);
    case WC_OP_mkey: WC_TRY(type_if(c, b->kind == WC_TYPE_MAP)); return makes(c, 0, b->item, false);
    case WC_OP_mval:
        WC_TRY(type_if(c, b->kind == WC_TYPE_MAP));
        return makes(c, 0, b->value, is_refmut(c, 1));
    case WC_OP_len: return type_if(c, b->kind >= WC_TYPE_LIST || b->kind == WC_TYPE_TEXT);
    case WC_OP_tag: return type_if(c, b->kind == WC_TYPE_ENUM);
    case WC_OP_vref:
    case WC_OP_vset: return check_variant(c);
    case WC_OP_cmpb: return check_cmpb(c);
    case WC_OP_pushn:
        WC_TRY(type_if(c, b->kind == WC_TYPE_LIST));
        return makes(c, 0, b->item, true);
    case WC_OP_mfind:
    case WC_OP_mneed:
    case WC_OP_mput:
    case WC_OP_mdel: return check_lookup(c);
    case WC_OP_qual: return type_if(c, b->kind == WC_TYPE_SERIES);
    case WC_OP_qcount:
        WC_TRY(type_if(c, b->kind == WC_TYPE_SERIES));
        return immediate_if(c, operand(c, 2) <= 3);
    default: return check_series(c);
    }
}

static wc_status check_memory(context c)
{
    switch (op_of(c)) { /* half of the words of a contract */
    case WC_OP_new: return makes(c, 0, c.v->function->slots[operand(c, 1)], true);
    case WC_OP_leac: return makes(c, 0, c.v->module->bytes[operand(c, 1)].type, false);
    case WC_OP_root: return check_root(c);
    case WC_OP_sys: return check_sys(c);
    case WC_OP_ldf: return check_leaf(c, 1, 2, false);
    case WC_OP_stf: return check_leaf(c, 0, 1, true);
    case WC_OP_fref: return check_fref(c);
    case WC_OP_copy: return reads(c, 1, type_of(c, 0));
    default: return check_inside(c);
    }
}

wc_status wc_verify_memory(wc_verify *v, uint64_t word)
{
    return check_memory((context){v, word});
}

/* Storage: operand `at` is a collection, of one of the kinds in the mask. */
static wc_status check_field(context c, unsigned at, unsigned kinds)
{
    return type_if(c, (kinds >> field_type(c, at)->kind & 1) != 0);
}

#define MAPS   (1u << WC_TYPE_MAP)
#define SETS   (1u << WC_TYPE_SET)
#define LISTS  (1u << WC_TYPE_LIST)
#define SORTED (1u << WC_TYPE_SORTED)

/* The refmut in operand i is filled with a value of type made. */
static wc_status fills(context c, unsigned i, uint16_t made)
{
    return type_if(c, type_of(c, i) == made);
}

static wc_status check_map_storage(context c)
{
    bool has_result = info_of(c)->operands[0] == WC_OPERAND_wi;
    unsigned field = has_result ? 1 : 0, key = field + 1, value = field + 2;
    const wc_type *type = field_type(c, field);
    bool takes_sets = op_of(c) == WC_OP_kvhas || op_of(c) == WC_OP_kvdel;
    bool wants_set = op_of(c) == WC_OP_setadd;
    WC_TRY(check_field(c, field, wants_set ? SETS : takes_sets ? MAPS | SETS : MAPS));
    WC_TRY(reads(c, key, type->item));
    switch (op_of(c)) {
    case WC_OP_kvget:
    case WC_OP_kvneed: return fills(c, value, type->value);
    case WC_OP_kvput: return reads(c, value, type->value);
    case WC_OP_kvadd: return type_if(c, is_number(&c.v->module->types[type->value]));
    default: return WC_OK;
    }
}

/* Keys and values are numbers, which lie in registers. */
static wc_status check_number_map(context c)
{
    unsigned field = op_of(c) == WC_OP_nneed ? 1 : 0;
    const wc_type *type = field_type(c, field);
    WC_TRY(check_field(c, field, MAPS));
    bool has_number_keys = wc_type_is_number(&c.v->module->types[type->item]);
    return type_if(c, has_number_keys && wc_type_is_number(&c.v->module->types[type->value]));
}

static wc_status check_storage(context c)
{
    switch (op_of(c)) {
    case WC_OP_nneed:
    case WC_OP_nput:
    case WC_OP_nadd: return check_number_map(c);
    case WC_OP_kvget:
    case WC_OP_kvneed:
    case WC_OP_kvhas:
    case WC_OP_kvput:
    case WC_OP_kvdel:
    case WC_OP_kvadd:
    case WC_OP_setadd: return check_map_storage(c);
    case WC_OP_sins: WC_TRY(check_field(c, 0, SORTED)); return reads(c, 1, field_type(c, 0)->item);
    case WC_OP_sdel: return check_field(c, 0, SORTED);
    case WC_OP_lget: WC_TRY(check_field(c, 1, LISTS)); return fills(c, 0, field_type(c, 1)->item);
    case WC_OP_lput: WC_TRY(check_field(c, 0, LISTS)); return reads(c, 2, field_type(c, 0)->item);
    case WC_OP_lpush: WC_TRY(check_field(c, 0, LISTS)); return reads(c, 1, field_type(c, 0)->item);
    case WC_OP_cload: return fills(c, 0, c.v->module->fields[operand(c, 1)].type);
    default: return WC_OK;
    }
}

static wc_status check_setst(context c)
{
    uint16_t data = c.v->module->states[operand(c, 0)].data;
    c.v->summary->states |= UINT64_C(1) << operand(c, 0);
    if (op_of(c) == WC_OP_setst0) return type_if(c, data == WC_NONE);
    WC_TRY(type_if(c, data != WC_NONE));
    return reads(c, 1, data);
}

/* Only what the parties agreed to leave open can change. */
static wc_status check_amend(context c)
{
    uint16_t term = operand(c, 0);
    bool is_open = term < c.v->module->term_count && c.v->module->terms[term].amendable;
    if (!is_open) return wc_refuse(c.v, WC_RULE_OPERAND_INDEX);
    c.v->summary->uses |= WC_USES_AMENDS;
    return reads(c, 1, c.v->module->types[c.v->module->terms_type].fields[term].type);
}

static wc_status check_rebind(context c)
{
    if (operand(c, 0) >= c.v->module->party_count) return wc_refuse(c.v, WC_RULE_OPERAND_INDEX);
    c.v->summary->uses |= WC_USES_REBINDS;
    return reads_party(c, 1);
}

/* A list of tuples (party, share, weight). */
static bool is_share_list(context c, const wc_type *list)
{
    if (list->kind != WC_TYPE_LIST) return false;
    const wc_type *item = &c.v->module->types[list->item];
    if (item->kind != WC_TYPE_TUPLE || item->count != 3) return false;
    const wc_type *party = &c.v->module->types[item->fields[0].type];
    return party->kind == WC_TYPE_PARTY && is_number(&c.v->module->types[item->fields[1].type]) &&
           is_number(&c.v->module->types[item->fields[2].type]);
}

static bool is_net_map(context c, const wc_type *map)
{
    return map->kind == WC_TYPE_MAP && c.v->module->types[map->item].kind == WC_TYPE_PARTY &&
           is_number(&c.v->module->types[map->value]);
}

static wc_status check_money(context c)
{
    switch (op_of(c)) {
    case WC_OP_lock:
    case WC_OP_unlock: return reads_party(c, 0);
    case WC_OP_pay: WC_TRY(reads_party(c, 0)); return reads_party(c, 1);
    case WC_OP_split: WC_TRY(reads_party(c, 0)); return type_if(c, is_share_list(c, pointee(c, 2)));
    case WC_OP_clearnet: WC_TRY(type_if(c, is_net_map(c, pointee(c, 0)))); return reads_party(c, 1);
    case WC_OP_redeem:
        WC_TRY(reads_party(c, 0));
        WC_TRY(reads_party(c, 1));
        return type_if(c, is_kind(c, 3, WC_TYPE_TEXT) || is_kind(c, 3, WC_TYPE_BYTES));
    case WC_OP_escrow:
    case WC_OP_posted:
    case WC_OP_signed: return reads_party(c, 1);
    default: return WC_OK;
    }
}

/* view and send: operand 0 is a reference to a contract whose interface has the method. */
static wc_status check_method(context c)
{
    const wc_type *target = pointee(c, 0);
    const wc_method *method = &c.v->module->methods[operand(c, 1)];
    WC_TRY(type_if(c, target->kind == WC_TYPE_PARTY && target->item != WC_NONE));
    const wc_interface *interface = &c.v->module->interfaces[target->item];
    bool is_in = operand(c, 1) >= interface->first &&
                 operand(c, 1) < (uint32_t)interface->first + interface->count;
    bool is_view = op_of(c) == WC_OP_view;
    if (!is_in || method->is_view != is_view) return wc_refuse(c.v, WC_RULE_OPERAND_INDEX);
    if (!is_view) c.v->summary->uses |= WC_USES_SEND;
    WC_TRY(reads(c, 2, method->args));
    return is_view ? fills(c, 3, method->result) : WC_OK;
}

static wc_status check_test(context c)
{
    switch (op_of(c)) {
    case WC_OP_tparty: {
        uint16_t slot = c.v->function->slots[operand(c, 1)];
        WC_TRY(type_if(c, c.v->module->types[slot].kind == WC_TYPE_PARTY));
        return makes(c, 0, slot, true);
    }
    case WC_OP_tdeploy:
        WC_TRY(reads_party(c, 0));
        WC_TRY(type_if(c, is_kind(c, 2, WC_TYPE_TUPLE)));
        return type_if(c, is_kind(c, 3, WC_TYPE_TUPLE));
    case WC_OP_tcall:
        WC_TRY(reads_party(c, 0));
        WC_TRY(type_if(c, is_kind(c, 3, WC_TYPE_TUPLE)));
        return immediate_if(c, operand(c, 5) <= 1);
    case WC_OP_tas:
    case WC_OP_tmandate: return reads_party(c, 0);
    case WC_OP_tmoney:
        WC_TRY(immediate_if(c, operand(c, 1) <= 3));
        WC_TRY(reads_party(c, 2));
        return reads_party(c, 3);
    case WC_OP_tstate: return reads_party(c, 1);
    case WC_OP_tseries:
        WC_TRY(type_if(c, is_kind(c, 0, WC_TYPE_SERIES)));
        return immediate_if(c, operand(c, 3) <= pointee(c, 0)->capacity);
    default: return WC_OK;
    }
}

_Static_assert(WC_OP_HOST == WC_OP_WRITES * WC_USES_HOST && WC_USES_WRITES == 1,
               "two flags of an instruction are two uses");

wc_status wc_verify_types(wc_verify *v, uint64_t word)
{
    const context c = {v, word};
    const unsigned op = op_of(c);
    v->summary->uses |= info_of(c)->flags / WC_OP_WRITES & (WC_USES_WRITES | WC_USES_HOST);
    switch (op) {
    case WC_OP_check: return check_trap(c);
    case WC_OP_movr: return makes(c, 0, type_of(c, 1), is_refmut(c, 1));
    case WC_OP_ldc: return check_fits_64(c, 1);
    case WC_OP_range: WC_TRY(check_fits_64(c, 1)); return check_fits_64(c, 2);
    case WC_OP_fail: return reads(c, 1, v->module->errors[operand(c, 0)].args);
    case WC_OP_emit: return reads(c, 1, v->module->events[operand(c, 0)].args);
    case WC_OP_setst:
    case WC_OP_setst0: return check_setst(c);
    case WC_OP_amend: return check_amend(c);
    case WC_OP_rebind: return check_rebind(c);
    case WC_OP_view:
    case WC_OP_send: return check_method(c);
    case WC_OP_clocal:
    case WC_OP_ctime:
    case WC_OP_cdate:
    case WC_OP_dfirst:
    case WC_OP_dpart:
    case WC_OP_qrange: return check_series(c);
    default: break;
    }
    if (op < WC_OP_kvget) return check_memory(c);
    if (op < WC_OP_lock) return check_storage(c);
    if ((info_of(c)->flags & WC_OP_TEST) != 0) return check_test(c);
    return check_money(c);
}
