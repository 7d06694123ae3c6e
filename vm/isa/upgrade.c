/* What must be alike between two versions of a contract; see upgrade.h. */
#include "vm/isa/upgrade.h"

#include "vm/isa/signature.h"

static const struct fault_row {
    const char *text, *way_out;
} fault_rows[] = {
    {"it fits", "nothing to do"},

#define WC_UPGRADE(number, name, text, way_out) {text, way_out},
#include "vm/isa/upgrade.def"
#undef WC_UPGRADE
};

const char *wc_upgrade_text(wc_upgrade_rule rule)
{
    return fault_rows[rule].text;
}

const char *wc_upgrade_way_out(wc_upgrade_rule rule)
{
    return fault_rows[rule].way_out;
}

uint16_t wc_module_upgrade(const wc_module *module)
{
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind == WC_ENTRY_UPGRADE) return i;
    }
    return WC_NONE;
}

uint16_t wc_module_state(const wc_module *module, wc_str name)
{
    for (uint16_t i = 0; i < module->state_count; i++) {
        if (wc_str_equal(module->strings[module->states[i].name], name)) return i;
    }
    return WC_NONE;
}

static bool same_string(const wc_module *a, uint16_t string_a, const wc_module *b,
                        uint16_t string_b)
{
    if (string_a == WC_NONE || string_b == WC_NONE) return string_a == string_b;
    return wc_str_equal(a->strings[string_a], b->strings[string_b]);
}

bool wc_types_alike(const wc_module *a, uint16_t type_a, const wc_module *b, uint16_t type_b,
                    uint8_t *scratch)
{
    if (type_a == WC_NONE || type_b == WC_NONE) return type_a == type_b;
    wc_buf left, right;
    wc_buf_init(&left, scratch, WC_UPGRADE_TEXT_MAX);
    wc_buf_init(&right, scratch + WC_UPGRADE_TEXT_MAX, WC_UPGRADE_TEXT_MAX);
    wc_type_text(a, type_a, &left);
    wc_type_text(b, type_b, &right);
    if (left.full || right.full) return false;
    return wc_slice_equal(wc_buf_slice(&left), wc_buf_slice(&right));
}

/* Named fields of two tuples, in order; the first that differs, or WC_NONE. */
static uint16_t tuple_differs(const wc_module *a, uint16_t tuple_a, const wc_module *b,
                              uint16_t tuple_b, uint8_t *scratch)
{
    const wc_type *left = &a->types[tuple_a], *right = &b->types[tuple_b];
    for (uint16_t i = 0; i < left->count && i < right->count; i++) {
        const wc_field *one = &left->fields[i], *other = &right->fields[i];
        bool is_same = same_string(a, one->name, b, other->name) &&
                       wc_types_alike(a, one->type, b, other->type, scratch);
        if (!is_same) return i;
    }
    if (left->count == right->count) return WC_NONE;
    return left->count < right->count ? left->count : right->count;
}

static uint16_t parties_differ(const wc_module *old, const wc_module *next)
{
    for (uint16_t i = 0; i < old->party_count && i < next->party_count; i++) {
        const wc_party_decl *one = &old->parties[i], *other = &next->parties[i];
        bool is_same = same_string(old, one->name, next, other->name) &&
                       same_string(old, one->role, next, other->role) &&
                       one->signatory == other->signatory;
        if (!is_same) return i;
    }
    if (old->party_count == next->party_count) return WC_NONE;
    return old->party_count < next->party_count ? old->party_count : next->party_count;
}

static const wc_storage_field *field_of(const wc_module *module, uint16_t id)
{
    for (uint16_t i = 0; i < module->field_count; i++) {
        if (module->fields[i].id == id) return &module->fields[i];
    }
    return NULL;
}

/* Every field of the next version is either an old one, as it was, or new in this version. */
static wc_upgrade_fault check_fields(const wc_module *old, const wc_module *next, uint8_t *scratch)
{
    uint16_t version = wc_module_version(next);
    for (uint16_t i = 0; i < next->field_count; i++) {
        const wc_storage_field *field = &next->fields[i];
        const wc_storage_field *before = field_of(old, field->id);
        if (before == NULL) {
            bool is_new = field->since == version && field->id / WC_UPGRADE_FIELDS == version;
            if (!is_new) return (wc_upgrade_fault){WC_UPGRADE_FIELD_ID, i};
            continue;
        }
        /* The upgrade function writes the root fields anew; elements stay as they are. */
        bool are_root = before->root != WC_NONE && field->root != WC_NONE;
        bool is_same = same_string(old, before->name, next, field->name) &&
                       before->since == field->since &&
                       (are_root || wc_types_alike(old, before->type, next, field->type, scratch));
        if (!is_same) return (wc_upgrade_fault){WC_UPGRADE_FIELD, (uint16_t)(before - old->fields)};
    }
    return (wc_upgrade_fault){WC_UPGRADE_FITS, 0};
}

static bool state_stays(const wc_module *old, const wc_module *next, uint16_t state,
                        uint8_t *scratch)
{
    uint16_t now = wc_module_state(next, old->strings[old->states[state].name]);
    if (now == WC_NONE || old->states[state].final != next->states[now].final) return false;
    return wc_types_alike(old, old->states[state].data, next, next->states[now].data, scratch);
}

wc_upgrade_fault wc_upgrade_check(const wc_module *old, const wc_module *next, uint16_t state,
                                  uint8_t *scratch)
{
    if (wc_module_version(next) != wc_module_version(old) + 1u) {
        return (wc_upgrade_fault){WC_UPGRADE_VERSION, 0};
    }
    uint16_t entry = wc_module_upgrade(next);
    if (entry == WC_NONE) return (wc_upgrade_fault){WC_UPGRADE_NO_UPGRADE, 0};
    uint16_t row = parties_differ(old, next);
    if (row != WC_NONE) return (wc_upgrade_fault){WC_UPGRADE_PARTIES, row};
    row = tuple_differs(old, old->terms_type, next, next->terms_type, scratch);
    if (row != WC_NONE) return (wc_upgrade_fault){WC_UPGRADE_TERMS, row};
    row = tuple_differs(old, old->storage_type, next, next->entries[entry].args, scratch);
    if (row != WC_NONE) return (wc_upgrade_fault){WC_UPGRADE_SCHEMA, row};
    wc_upgrade_fault fault = check_fields(old, next, scratch);
    if (fault.rule != WC_UPGRADE_FITS) return fault;
    for (uint16_t i = 0; i < old->state_count; i++) {
        bool counts = state == WC_UPGRADE_ALL_STATES || state == i;
        if (counts && !state_stays(old, next, i, scratch)) {
            return (wc_upgrade_fault){WC_UPGRADE_STATE, i};
        }
    }
    return fault;
}

/* The interface that a party of that type offers, or each of a list; WC_NONE: any party will do. */
static uint16_t interface_of(const wc_module *module, uint16_t type)
{
    if (module->types[type].kind == WC_TYPE_LIST) type = module->types[type].item;
    return module->types[type].kind == WC_TYPE_PARTY ? module->types[type].item : WC_NONE;
}

wc_upgrade_fault wc_upgrade_references(const wc_module *old, const wc_module *next)
{
    const wc_type *before = &old->types[old->terms_type], *after = &next->types[next->terms_type];
    for (uint16_t i = 0; i < before->count; i++) {
        bool was_reference = interface_of(old, before->fields[i].type) != WC_NONE;
        bool is_reference = interface_of(next, after->fields[i].type) != WC_NONE;
        if (is_reference && !was_reference) return (wc_upgrade_fault){WC_UPGRADE_REFERENCE, i};
    }
    return (wc_upgrade_fault){WC_UPGRADE_FITS, 0};
}

static wc_str string_of(const wc_module *module, uint16_t string)
{
    return string == WC_NONE ? WC_STR("") : module->strings[string];
}

/* Of the older version, or of the newer one where that has more. */
static wc_str party_name(const wc_module *old, const wc_module *next, uint16_t row)
{
    const wc_module *module = row < old->party_count ? old : next;
    return string_of(module, module->parties[row].name);
}

static wc_str field_name(const wc_module *old, uint16_t tuple_old, const wc_module *next,
                         uint16_t tuple_next, uint16_t row)
{
    const wc_type *before = &old->types[tuple_old], *after = &next->types[tuple_next];
    if (row < before->count) return string_of(old, before->fields[row].name);
    return string_of(next, after->fields[row].name);
}

void wc_upgrade_subject(const wc_module *old, const wc_module *next, wc_upgrade_fault fault,
                        const char **kind, wc_str *name)
{
    uint16_t row = fault.row;
    *kind = "";
    *name = WC_STR("");
    switch (fault.rule) {
    case WC_UPGRADE_PARTIES:
        *kind = "party";
        *name = party_name(old, next, row);
        break;
    case WC_UPGRADE_TERMS:
    case WC_UPGRADE_REFERENCE:
        *kind = "term";
        *name = field_name(old, old->terms_type, next, next->terms_type, row);
        break;
    case WC_UPGRADE_SCHEMA:
        *kind = "field";
        *name = field_name(old, old->storage_type, next,
                           next->entries[wc_module_upgrade(next)].args, row);
        break;
    case WC_UPGRADE_FIELD:
        *kind = "field";
        *name = string_of(old, old->fields[row].name);
        break;
    case WC_UPGRADE_FIELD_ID:
        *kind = "field";
        *name = string_of(next, next->fields[row].name);
        break;
    case WC_UPGRADE_STATE:
        *kind = "state";
        *name = string_of(old, old->states[row].name);
        break;
    case WC_UPGRADE_INTERFACE:
        *kind = old->entries[row].kind == WC_ENTRY_VIEW ? "view" : "action";
        *name = string_of(old, old->entries[row].name);
        break;
    case WC_UPGRADE_FITS:
    case WC_UPGRADE_VERSION:
    case WC_UPGRADE_NO_UPGRADE: break;
    }
}

/* The entry of this module with that method id and kind exists. */
static bool offers(const wc_module *module, const wc_method *method, uint32_t id, wc_sha256_fn hash)
{
    for (uint16_t i = 0; i < module->entry_count; i++) {
        if (module->entries[i].kind > WC_ENTRY_VIEW) continue;
        wc_method own = wc_entry_method(module, i);
        uint32_t own_id;
        if (own.is_view != method->is_view) continue;
        if (wc_method_id(module, &own, hash, &own_id) == WC_OK && own_id == id) return true;
    }
    return false;
}

wc_upgrade_fault wc_upgrade_interface(const wc_module *old, const wc_module *next,
                                      wc_sha256_fn hash)
{
    for (uint16_t i = 0; i < old->entry_count; i++) {
        if (old->entries[i].kind > WC_ENTRY_VIEW) continue;
        wc_method method = wc_entry_method(old, i);
        uint32_t id;
        bool stays =
            wc_method_id(old, &method, hash, &id) == WC_OK && offers(next, &method, id, hash);
        if (!stays) return (wc_upgrade_fault){WC_UPGRADE_INTERFACE, i};
    }
    return (wc_upgrade_fault){WC_UPGRADE_FITS, 0};
}
