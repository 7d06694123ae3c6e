/* Verifier, tables: names, constants, and tables that must say the same thing twice. */
#include "vm/isa/abi.h"
#include "vm/isa/signature.h"
#include "vm/isa/tables.h"
#include "vm/isa/text_form.h"
#include "vm/isa/verify.h"

typedef wc_status (*row_check_fn)(const wc_module *module, uint16_t row);

/* A row that the decoder would not have accepted: the finding's offset names the section. */
static wc_status refuse_section(wc_verify *v, unsigned section, uint32_t row)
{
    wc_status status = wc_refuse_row(v, WC_RULE_TABLE_ROW, row);
    v->finding->offset = section;
    return status;
}

static wc_status check_rows(wc_verify *v, unsigned section, uint16_t count, row_check_fn check)
{
    for (uint16_t i = 0; i < count; i++) {
        if (check(v->module, i) != WC_OK) return refuse_section(v, section, i);
    }
    return WC_OK;
}

/* Types that belong to whole tables. */
static wc_status check_table_types(wc_verify *v)
{
    const wc_module *m = v->module;
    if (!wc_is_tuple(m, m->parties_type)) return refuse_section(v, 7, m->party_count);
    if (!wc_is_tuple(m, m->terms_type)) return refuse_section(v, 8, m->term_count);
    if (!wc_is_tuple(m, m->storage_type)) return refuse_section(v, 9, m->field_count);
    bool has_state = m->state_type == WC_NONE || m->state_type < m->type_count;
    return has_state ? WC_OK : refuse_section(v, 10, m->state_count);
}

/* The decoder has checked all this; a module from the builder has not been there. */
static wc_status check_all_rows(wc_verify *v)
{
    const wc_module *m = v->module;
    size_t bad;
    if (m->string_count < 2 || m->string_count > WC_STRINGS_MAX) return refuse_section(v, 1, 0);
    if (wc_module_layout(v->module, &bad) != WC_OK) return refuse_section(v, 3, (uint32_t)bad);
    WC_TRY(check_rows(v, 1, m->string_count, wc_check_string));
    WC_TRY(check_rows(v, 2, m->unit_count, wc_check_unit));
    WC_TRY(check_rows(v, 2, m->currency_count, wc_check_currency));
    WC_TRY(check_rows(v, 3, m->type_count, wc_check_type));
    WC_TRY(check_rows(v, 4, m->bytes_count, wc_check_bytes));
    if (m->calendar_count > WC_CALENDARS_MAX) return refuse_section(v, 5, 0);
    WC_TRY(check_rows(v, 5, m->calendar_count, wc_check_calendar));
    WC_TRY(check_rows(v, 6, m->interface_count, wc_check_interface));
    WC_TRY(check_rows(v, 6, m->method_count, wc_check_method));
    WC_TRY(check_rows(v, 7, m->party_count, wc_check_party));
    WC_TRY(check_rows(v, 8, m->term_count, wc_check_term));
    WC_TRY(check_rows(v, 9, m->field_count, wc_check_field));
    WC_TRY(check_rows(v, 10, m->state_count, wc_check_state));
    WC_TRY(check_rows(v, 11, m->error_count, wc_check_error));
    WC_TRY(check_rows(v, 12, m->event_count, wc_check_event));
    WC_TRY(check_rows(v, 13, m->function_count, wc_check_function));
    WC_TRY(check_rows(v, 15, m->entry_count, wc_check_entry));
    WC_TRY(check_rows(v, 16, m->test_count, wc_check_test));
    return check_table_types(v);
}

/* Names of one table after the other. */
typedef struct names {
    const uint8_t *is_name; /* of each string: wc_is_identifier */
    wc_name_set used;       /* of this table */
} names;

/* The decoder has asked it; of a module from the builder it is asked here. NULL: the arena is full.
 */
static const uint8_t *ask_names(wc_verify *v)
{
    const wc_module *m = v->module;
    if (v->rows_are_checked) return m->is_name;
    uint8_t *is_name = WC_ARENA_RAW(v->arena, uint8_t, m->string_count);
    if (is_name == NULL) return NULL;
    for (uint16_t i = 0; i < m->string_count; i++) is_name[i] = wc_is_identifier(m->strings[i]);
    return is_name;
}

/* Names that stand in signatures and encodings of the ABI, so that no text can pass for another. */
static inline wc_status check_name(wc_verify *v, const names *n, uint16_t name, uint32_t row)
{
    return n->is_name[name] != 0 ? WC_OK : wc_refuse_row(v, WC_RULE_NAME, row);
}

static wc_status check_unique_name(wc_verify *v, names *n, uint16_t name, uint32_t row)
{
    WC_TRY(check_name(v, n, name, row));
    return wc_name_set_add(&n->used, name) ? WC_OK : wc_refuse_row(v, WC_RULE_SAME_NAME, row);
}

static void begin_table(const wc_verify *v, names *n)
{
    wc_name_set_clear(&n->used, v->module->string_count);
}

static wc_status check_declared(wc_verify *v, names *n, const wc_signature_decl *rows,
                                uint16_t count)
{
    begin_table(v, n);
    for (uint16_t i = 0; i < count; i++) WC_TRY(check_unique_name(v, n, rows[i].name, i));
    return WC_OK;
}

static wc_status check_type_names(wc_verify *v, const names *n)
{
    const wc_module *m = v->module;
    for (uint16_t i = 0; i < m->type_count; i++) {
        const wc_type *type = &m->types[i];
        bool is_tuple = type->kind == WC_TYPE_TUPLE;
        bool has_members = is_tuple || type->kind == WC_TYPE_ENUM || type->kind == WC_TYPE_TAG;
        for (uint16_t k = 0; has_members && k < type->count; k++) {
            uint16_t name = is_tuple ? type->fields[k].name : type->variants[k].name;
            if (name != WC_NONE) WC_TRY(check_name(v, n, name, i));
        }
    }
    return WC_OK;
}

static wc_status check_names(wc_verify *v)
{
    const wc_module *m = v->module;
    names n;
    n.is_name = ask_names(v);
    if (n.is_name == NULL) return WC_NO_MEMORY;
    WC_TRY(check_type_names(v, &n));
    begin_table(v, &n);
    for (uint16_t i = 0; i < m->interface_count; i++) {
        WC_TRY(check_unique_name(v, &n, m->interfaces[i].name, i));
    }
    for (uint16_t i = 0; i < m->method_count; i++) WC_TRY(check_name(v, &n, m->methods[i].name, i));
    begin_table(v, &n);
    for (uint16_t i = 0; i < m->field_count; i++) {
        WC_TRY(check_unique_name(v, &n, m->fields[i].name, i));
    }
    begin_table(v, &n);
    for (uint16_t i = 0; i < m->entry_count; i++) {
        bool is_method = m->entries[i].kind <= WC_ENTRY_VIEW;
        if (is_method) WC_TRY(check_unique_name(v, &n, m->entries[i].name, i));
    }
    WC_TRY(check_declared(v, &n, m->errors, m->error_count));
    return check_declared(v, &n, m->events, m->event_count);
}

static wc_status check_constants(wc_verify *v)
{
    const wc_module *m = v->module;
    for (uint16_t i = 0; i < m->bytes_count; i++) {
        size_t bad;
        if (wc_abi_check(m, m->bytes[i].type, m->bytes[i].abi, &bad) != WC_OK) {
            return wc_refuse_row(v, WC_RULE_CONSTANT, i);
        }
    }
    return WC_OK;
}

static wc_status check_parties(wc_verify *v)
{
    const wc_module *m = v->module;
    const wc_type *tuple = &m->types[m->parties_type];
    if (tuple->count != m->party_count) return wc_refuse_row(v, WC_RULE_PARTIES_TYPE, 0);
    for (uint16_t i = 0; i < m->party_count; i++) {
        const wc_type *type = &m->types[tuple->fields[i].type];
        bool is_same = tuple->fields[i].name == m->parties[i].name;
        bool is_party = type->kind == WC_TYPE_PARTY && type->item == WC_NONE;
        if (!is_same || !is_party) return wc_refuse_row(v, WC_RULE_PARTIES_TYPE, i);
    }
    return WC_OK;
}

static wc_status check_terms(wc_verify *v)
{
    const wc_module *m = v->module;
    const wc_type *tuple = &m->types[m->terms_type];
    if (tuple->count != m->term_count) return wc_refuse_row(v, WC_RULE_TERMS_TYPE, 0);
    for (uint16_t i = 0; i < m->term_count; i++) {
        const wc_term *term = &m->terms[i];
        bool is_named = tuple->fields[i].name != WC_NONE;
        bool fits =
            !term->has_default || m->bytes[term->default_const].type == tuple->fields[i].type;
        if (!is_named || !fits) return wc_refuse_row(v, WC_RULE_TERMS_TYPE, i);
    }
    return WC_OK;
}

/* What holds for a type when it holds for a part of it. */
enum type_holds {
    HOLDS_KEYS = 1,    /* it is a set, map or sorted */
    HOLDS_CONTRACT = 2 /* it is a contract reference */
};

static uint8_t held_by(const uint8_t *holds, const wc_type *type)
{
    uint8_t held = 0;
    switch ((unsigned)type->kind) {
    case WC_TYPE_PARTY: return type->item != WC_NONE ? HOLDS_CONTRACT : 0;
    case WC_TYPE_TUPLE:
        for (uint16_t i = 0; i < type->count; i++) held |= holds[type->fields[i].type];
        return held;
    case WC_TYPE_ENUM:
        for (uint16_t i = 0; i < type->count; i++) {
            uint16_t data = type->variants[i].data;
            if (data != WC_NONE) held |= holds[data];
        }
        return held;
    case WC_TYPE_LIST:
    case WC_TYPE_SERIES: return holds[type->item];
    case WC_TYPE_SET:
    case WC_TYPE_SORTED: return HOLDS_KEYS | holds[type->item];
    case WC_TYPE_MAP: return HOLDS_KEYS | holds[type->item] | holds[type->value];
    default: return 0;
    }
}

/* One byte for each type, type_holds; parts have lower indexes. NULL when the arena is full. */
static const uint8_t *ask_types(wc_verify *v)
{
    const wc_module *m = v->module;
    uint8_t *holds = WC_ARENA_RAW(v->arena, uint8_t, m->type_count);
    if (holds == NULL) return NULL;
    for (uint16_t i = 0; i < m->type_count; i++) holds[i] = held_by(holds, &m->types[i]);
    return holds;
}

/* An element is stored under one key: it has no parts with keys of their own order. */
static bool is_element(const wc_module *m, const uint8_t *holds, uint16_t type)
{
    return (holds[type] & HOLDS_KEYS) == 0 && m->types[type].encoded_max <= WC_ELEMENT_MAX;
}

static bool is_storable(const wc_module *m, const uint8_t *holds, const wc_storage_field *field)
{
    const wc_type *type = &m->types[field->type];
    if (!wc_type_is_collection(type)) {
        bool fits = field->initial == WC_NONE || m->bytes[field->initial].type == field->type;
        return fits && field->root != WC_NONE;
    }
    if (field->root != WC_NONE || field->initial != WC_NONE) return false;
    if (type->kind == WC_TYPE_MAP) return is_element(m, holds, type->value);
    return type->kind == WC_TYPE_SET || is_element(m, holds, type->item);
}

static wc_status check_storage(wc_verify *v, const uint8_t *holds)
{
    const wc_module *m = v->module;
    const wc_type *tuple = &m->types[m->storage_type];
    uint16_t roots = 0;
    for (uint16_t i = 0; i < m->field_count; i++) {
        const wc_storage_field *field = &m->fields[i];
        if (!is_storable(m, holds, field)) return wc_refuse_row(v, WC_RULE_STORAGE_FIELD, i);
        if (field->root == WC_NONE) continue;
        bool is_next = field->root == roots && roots < tuple->count &&
                       tuple->fields[roots].name == field->name &&
                       tuple->fields[roots].type == field->type;
        if (!is_next) return wc_refuse_row(v, WC_RULE_STORAGE_TYPE, i);
        roots++;
    }
    return roots == tuple->count ? WC_OK : wc_refuse_row(v, WC_RULE_STORAGE_TYPE, roots);
}

static wc_status check_states(wc_verify *v)
{
    const wc_module *m = v->module;
    bool may_be_none = m->is_test_image && m->state_type == WC_NONE;
    if (m->state_count == 0 && may_be_none) return WC_OK;
    if (m->state_count > WC_STATES_MAX || m->state_type == WC_NONE) {
        return wc_refuse_row(v, WC_RULE_STATE_TYPE, 0);
    }
    const wc_type *type = &m->types[m->state_type];
    bool has_variants = type->kind == WC_TYPE_ENUM || type->kind == WC_TYPE_TAG;
    if (!has_variants || type->count != m->state_count) {
        return wc_refuse_row(v, WC_RULE_STATE_TYPE, 0);
    }
    unsigned initial = 0;
    for (uint16_t i = 0; i < m->state_count; i++) {
        bool is_same = type->variants[i].name == m->states[i].name &&
                       type->variants[i].data == m->states[i].data;
        if (!is_same) return wc_refuse_row(v, WC_RULE_STATE_TYPE, i);
        if (m->states[i].initial) initial++;
    }
    return initial == 1 ? WC_OK : wc_refuse_row(v, WC_RULE_INITIAL_STATE, 0);
}

static wc_status check_interface_ids(wc_verify *v, wc_type_texts *texts)
{
    const wc_module *m = v->module;
    for (uint16_t i = 0; i < m->method_count; i++) {
        uint32_t id;
        wc_status status = wc_method_id_with(m, texts, &m->methods[i], v->hash, &id);
        if (status != WC_OK || id != m->methods[i].id) {
            return wc_refuse_row(v, WC_RULE_METHOD_ID, i);
        }
    }
    return WC_OK;
}

/* Entries by the ids of their methods: places of a table that is half empty at least. */
typedef struct method_ids {
    uint16_t taken[2 * WC_ENTRIES_MAX]; /* entry + 1; 0: free */
} method_ids;

/* False when an entry before has the same id. */
static bool add_method_id(const wc_module *m, method_ids *ids, uint16_t entry)
{
    uint32_t id = m->entries[entry].method_id, at = id % WC_ARRAY_LEN(ids->taken);
    for (; ids->taken[at] != 0; at = (at + 1) % WC_ARRAY_LEN(ids->taken)) {
        if (m->entries[ids->taken[at] - 1].method_id == id) return false;
    }
    ids->taken[at] = (uint16_t)(entry + 1);
    return true;
}

/* Actions and views are called by id, so ids differ. */
static wc_status check_method_ids(wc_verify *v, wc_type_texts *texts)
{
    const wc_module *m = v->module;
    method_ids ids = {{0}};
    wc_assert(m->entry_count <= WC_ENTRIES_MAX); /* decoder and builder see to it */
    for (uint16_t i = 0; i < m->entry_count; i++) {
        if (m->entries[i].kind > WC_ENTRY_VIEW) continue;
        wc_method method = wc_entry_method(m, i);
        wc_status status = wc_method_id_with(m, texts, &method, v->hash, &m->entries[i].method_id);
        if (status != WC_OK || !add_method_id(m, &ids, i)) {
            return wc_refuse_row(v, WC_RULE_METHOD_CLASH, i);
        }
    }
    return WC_OK;
}

static wc_status check_tests(wc_verify *v)
{
    const wc_module *m = v->module;
    for (uint16_t i = 0; i < m->test_count; i++) {
        const wc_function *function = &m->functions[m->tests[i].args];
        if (function->param_count > 0 || function->result_count > 0) {
            return wc_refuse_row(v, WC_RULE_TEST, i);
        }
    }
    return WC_OK;
}

static bool has_ref(const uint8_t *holds, uint16_t type)
{
    return (holds[type] & HOLDS_CONTRACT) != 0;
}

static wc_status check_function_refs(wc_verify *v, const uint8_t *holds)
{
    const wc_module *m = v->module;
    for (uint16_t i = 0; i < m->function_count; i++) {
        const wc_function *function = &m->functions[i];
        for (uint16_t k = 0; k < function->slot_count; k++) {
            if (!has_ref(holds, function->slots[k])) continue;
            return wc_refuse_row(v, WC_RULE_CONTRACT_REF, i);
        }
    }
    return WC_OK;
}

/* Terms are fixed at deployment, when the referenced instance exists already: so references between
 * instances are acyclic by order of creation. Anywhere else a reference could be exchanged later.
 * What other tables name (methods, events, errors) must pass through a slot or arguments to be
 * used. */
static wc_status check_contract_refs(wc_verify *v, const uint8_t *holds)
{
    const wc_module *m = v->module;
    if (m->is_test_image) return WC_OK;
    for (uint16_t i = 0; i < m->term_count; i++) {
        bool is_bad =
            m->terms[i].amendable && has_ref(holds, m->types[m->terms_type].fields[i].type);
        if (is_bad) return wc_refuse_row(v, WC_RULE_CONTRACT_REF, i);
    }
    for (uint16_t i = 0; i < m->field_count; i++) {
        if (has_ref(holds, m->fields[i].type)) return wc_refuse_row(v, WC_RULE_CONTRACT_REF, i);
    }
    for (uint16_t i = 0; i < m->bytes_count; i++) {
        if (has_ref(holds, m->bytes[i].type)) return wc_refuse_row(v, WC_RULE_CONTRACT_REF, i);
    }
    for (uint16_t i = 0; i < m->state_count; i++) {
        bool is_bad = m->states[i].data != WC_NONE && has_ref(holds, m->states[i].data);
        if (is_bad) return wc_refuse_row(v, WC_RULE_CONTRACT_REF, i);
    }
    for (uint16_t i = 0; i < m->entry_count; i++) {
        const wc_entry *entry = &m->entries[i];
        bool is_bad = (entry->kind <= WC_ENTRY_VIEW && has_ref(holds, entry->args)) ||
                      (entry->kind == WC_ENTRY_VIEW && has_ref(holds, entry->result));
        if (is_bad) return wc_refuse_row(v, WC_RULE_CONTRACT_REF, i);
    }
    return check_function_refs(v, holds);
}

wc_status wc_verify_tables(wc_verify *v)
{
    size_t mark = wc_arena_mark(v->arena);
    if (!v->rows_are_checked) WC_TRY(check_all_rows(v));
    const uint8_t *holds = ask_types(v);
    if (holds == NULL) return WC_NO_MEMORY;
    WC_TRY(check_names(v));
    WC_TRY(check_constants(v));
    WC_TRY(check_parties(v));
    WC_TRY(check_terms(v));
    WC_TRY(check_storage(v, holds));
    WC_TRY(check_states(v));
    wc_type_texts texts;
    WC_TRY(wc_type_texts_make(&texts, v->module, v->arena));
    WC_TRY(check_interface_ids(v, &texts));
    WC_TRY(check_method_ids(v, &texts));
    WC_TRY(check_tests(v));
    WC_TRY(check_contract_refs(v, holds));
    wc_arena_rewind(v->arena, mark);
    return WC_OK;
}
