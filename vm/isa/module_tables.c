/* Row checks: which indexes a row may hold, which combinations of its members mean something. */
#include "vm/base/text.h"
#include "vm/isa/tables.h"

bool wc_is_tuple(const wc_module *module, uint16_t index)
{
    return index < module->type_count && module->types[index].kind == WC_TYPE_TUPLE;
}

static bool is_none_or_below(uint16_t index, uint16_t count)
{
    return index == WC_NONE || index < count;
}

wc_status wc_check_string(const wc_module *module, uint16_t row)
{
    size_t bad;
    wc_str text = module->strings[row];
    if (text.len > UINT16_MAX) return WC_TOO_LARGE;
    return wc_utf8_check(wc_slice_of(text.data, text.len), &bad);
}

wc_status wc_check_unit(const wc_module *module, uint16_t row)
{
    return module->units[row].text < module->string_count ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_check_currency(const wc_module *module, uint16_t row)
{
    const wc_currency *currency = &module->currencies[row];
    if (currency->code >= module->string_count || currency->minor > 18) return WC_OUT_OF_DOMAIN;
    return WC_OK;
}

wc_status wc_check_type(const wc_module *module, uint16_t row)
{
    const wc_type *type = &module->types[row];
    if (type->kind != WC_TYPE_PARTY) return WC_OK;
    return is_none_or_below(type->item, module->interface_count) ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_check_bytes(const wc_module *module, uint16_t row)
{
    return module->bytes[row].type < module->type_count ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_check_calendar(const wc_module *module, uint16_t row)
{
    const wc_calendar *calendar = &module->calendars[row];
    if (calendar->zone >= module->string_count) return WC_OUT_OF_DOMAIN;
    if (calendar->version >= module->string_count) return WC_OUT_OF_DOMAIN;
    for (uint16_t i = 0; i < row; i++) {
        const wc_calendar *other = &module->calendars[i];
        bool is_same = other->zone == calendar->zone && other->version == calendar->version;
        if (is_same) return WC_DUPLICATE;
    }
    return wc_zone_check(&calendar->table);
}

wc_status wc_check_interface(const wc_module *module, uint16_t row)
{
    const wc_interface *interface = &module->interfaces[row];
    uint32_t end = (uint32_t)interface->first + interface->count;
    if (interface->name >= module->string_count) return WC_OUT_OF_DOMAIN;
    return end <= module->method_count ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_check_method(const wc_module *module, uint16_t row)
{
    const wc_method *method = &module->methods[row];
    if (method->name >= module->string_count) return WC_OUT_OF_DOMAIN;
    if (!wc_is_tuple(module, method->args)) return WC_OUT_OF_DOMAIN;
    if (!method->is_view) return method->result == WC_NONE ? WC_OK : WC_OUT_OF_DOMAIN;
    return method->result < module->type_count ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_check_party(const wc_module *module, uint16_t row)
{
    const wc_party_decl *party = &module->parties[row];
    if (party->name >= module->string_count) return WC_OUT_OF_DOMAIN;
    return is_none_or_below(party->role, module->string_count) ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_check_term(const wc_module *module, uint16_t row)
{
    const wc_term *term = &module->terms[row];
    if (term->has_default != (term->default_const != WC_NONE)) return WC_OUT_OF_DOMAIN;
    return is_none_or_below(term->default_const, module->bytes_count) ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_check_field(const wc_module *module, uint16_t row)
{
    const wc_storage_field *field = &module->fields[row];
    if (field->name >= module->string_count) return WC_OUT_OF_DOMAIN;
    if (field->type >= module->type_count) return WC_OUT_OF_DOMAIN;
    if (module->types[field->type].size == 0) return WC_OUT_OF_DOMAIN;
    if (row > 0 && module->fields[row - 1].id >= field->id) return WC_NOT_CANONICAL;
    if (field->id == WC_NONE || field->since > module->source_version) return WC_OUT_OF_DOMAIN;
    return is_none_or_below(field->initial, module->bytes_count) ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_check_state(const wc_module *module, uint16_t row)
{
    const wc_state_decl *state = &module->states[row];
    if (state->name >= module->string_count) return WC_OUT_OF_DOMAIN;
    if (state->data == WC_NONE || wc_is_tuple(module, state->data)) return WC_OK;
    return WC_OUT_OF_DOMAIN;
}

static wc_status check_declared(const wc_module *module, const wc_signature_decl *row)
{
    bool is_valid = row->name < module->string_count && wc_is_tuple(module, row->args);
    return is_valid ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_check_error(const wc_module *module, uint16_t row)
{
    return check_declared(module, &module->errors[row]);
}

wc_status wc_check_event(const wc_module *module, uint16_t row)
{
    return check_declared(module, &module->events[row]);
}

wc_status wc_check_test(const wc_module *module, uint16_t row)
{
    const wc_signature_decl *test = &module->tests[row];
    bool is_valid = test->name < module->string_count && test->args < module->function_count;
    return is_valid ? WC_OK : WC_OUT_OF_DOMAIN;
}

/* What a register may be, by kind. */
enum {
    NO_TYPE = 1,   /* its type: none, */
    A_TYPE = 2,    /* or one of the module's */
    IS_WIDE = 4,   /* it has a second half */
    IS_SECOND = 8, /* it is one */
};

static const uint8_t register_rules[256] = {[WC_REG_I64] = NO_TYPE | A_TYPE,
                                            [WC_REG_I128] = NO_TYPE | A_TYPE | IS_WIDE,
                                            [WC_REG_I128_HIGH] = NO_TYPE | IS_SECOND,
                                            [WC_REG_REF] = A_TYPE,
                                            [WC_REG_REFMUT] = A_TYPE};

/* Without a branch for each: which kinds come is not to be guessed. */
static bool are_registers(const wc_module *module, const wc_reg *regs, uint16_t count)
{
    unsigned bad = 0, before = 0;
    const unsigned types = module->type_count;
    for (uint16_t i = 0; i < count; i++) {
        unsigned rules = register_rules[regs[i].kind], type = regs[i].type;
        unsigned is = (type == WC_NONE) | (unsigned)(type < types) << 1; /* NO_TYPE, A_TYPE */
        bad |= (rules & is) == 0;
        bad |= ((before << 1) ^ rules) & IS_SECOND;
        before = rules & IS_WIDE;
    }
    return bad == 0;
}

/* Results are I64, or I128 with I128_HIGH behind it. */
static bool are_results(const uint8_t *kinds, uint16_t count)
{
    bool expects_high = false;
    for (uint16_t i = 0; i < count; i++) {
        if (expects_high != (kinds[i] == WC_REG_I128_HIGH)) return false;
        if (kinds[i] > WC_REG_I128_HIGH) return false;
        expects_high = kinds[i] == WC_REG_I128;
    }
    return !expects_high;
}

wc_status wc_check_function(const wc_module *module, uint16_t row)
{
    const wc_function *function = &module->functions[row];
    if (function->name >= module->string_count) return WC_OUT_OF_DOMAIN;
    if (function->reg_count > WC_REGISTERS_MAX) return WC_TOO_LARGE;
    if (function->slot_count > WC_SLOTS_MAX) return WC_TOO_LARGE;
    if (function->result_count > WC_REGISTERS_MAX) return WC_TOO_LARGE;
    if (function->param_count > function->reg_count) return WC_OUT_OF_DOMAIN;
    if (!are_registers(module, function->regs, function->reg_count)) return WC_OUT_OF_DOMAIN;
    uint16_t last = function->param_count;
    for (uint16_t i = 0; i < 2;
         i++) { /* neither the parameters nor the registers end in half a pair */
        if (last > 0 && function->regs[last - 1].kind == WC_REG_I128) return WC_OUT_OF_DOMAIN;
        last = function->reg_count;
    }
    for (uint16_t i = 0; i < function->slot_count; i++) {
        if (function->slots[i] >= module->type_count) return WC_OUT_OF_DOMAIN;
    }
    if (!are_results(function->result_kinds, function->result_count)) return WC_OUT_OF_DOMAIN;
    if (function->word_count == 0) return WC_OUT_OF_DOMAIN;
    return function->word_count <= WC_FUNCTION_WORDS_MAX ? WC_OK : WC_TOO_LARGE;
}

static bool is_who(const wc_module *module, uint16_t who)
{
    if ((who & WC_BY_ROLE) == 0) return who < module->party_count;
    return (who & ~WC_BY_ROLE) < module->string_count;
}

static bool is_by(const wc_module *module, const wc_entry *entry)
{
    if (entry->who_count > WC_BY_MAX) return false;
    for (uint8_t i = 0; i < entry->who_count; i++) {
        if (!is_who(module, entry->who[i])) return false;
    }
    bool has_quorum = entry->by == WC_BY_QUORUM;
    if (has_quorum != (entry->quorum > 0) || entry->quorum > entry->who_count) return false;
    switch (entry->by) {
    case WC_BY_NONE:
    case WC_BY_ANY_PARTY: return entry->who_count == 0;
    case WC_BY_ALL:
    case WC_BY_ANY:
    case WC_BY_QUORUM: return entry->who_count > 0;
    }
    return false;
}

wc_status wc_check_entry(const wc_module *module, uint16_t row)
{
    const wc_entry *entry = &module->entries[row];
    bool is_method = entry->kind == WC_ENTRY_ACTION || entry->kind == WC_ENTRY_VIEW;
    if (entry->kind < WC_ENTRY_ACTION || entry->kind > WC_ENTRY_UPGRADE) return WC_OUT_OF_DOMAIN;
    if (!is_none_or_below(entry->name, module->string_count)) return WC_OUT_OF_DOMAIN;
    if (entry->function >= module->function_count) return WC_OUT_OF_DOMAIN;
    bool is_upgrade = entry->kind == WC_ENTRY_UPGRADE;
    if (is_method && entry->name == WC_NONE) return WC_OUT_OF_DOMAIN;
    if ((is_method || is_upgrade) && !wc_is_tuple(module, entry->args)) return WC_OUT_OF_DOMAIN;
    if (entry->kind == WC_ENTRY_DUE && entry->args >= module->entry_count) return WC_OUT_OF_DOMAIN;
    bool has_args = is_method || is_upgrade || entry->kind == WC_ENTRY_DUE;
    if (!has_args && entry->args != WC_NONE) return WC_OUT_OF_DOMAIN;
    bool has_result = entry->kind == WC_ENTRY_VIEW;
    if (has_result ? entry->result >= module->type_count : entry->result != WC_NONE) {
        return WC_OUT_OF_DOMAIN;
    }
    if (!is_by(module, entry)) return WC_OUT_OF_DOMAIN;
    uint64_t no_state = module->state_count < 64 ? ~UINT64_C(0) << module->state_count : 0;
    if (((entry->when | entry->leads_to) & no_state) != 0) return WC_OUT_OF_DOMAIN;
    bool is_after = entry->kind == WC_ENTRY_AFTER;
    return is_after == (entry->repeats > 0) ? WC_OK : WC_OUT_OF_DOMAIN;
}
