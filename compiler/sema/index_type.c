/* Types as an index shows them: text, unit, bounds as a person writes them, what follows a dot. */
#include "compiler/sema/index_parts.h"

#define NUMBER_TEXT_MAX 128u

/* --- numbers ---------------------------------------------------------------------------------- */

static void put_digits(wc_buf *buf, wc_str digits, unsigned scale)
{
    size_t whole = digits.len > scale ? digits.len - scale : 0;
    if (whole == 0) wc_buf_put_text(buf, "0");
    wc_buf_put(buf, digits.data, whole);
    if (scale == 0) return;
    wc_buf_put_text(buf, ".");
    for (size_t i = digits.len - whole; i < scale; i++) wc_buf_put_text(buf, "0");
    wc_buf_put(buf, digits.data + whole, digits.len - whole);
}

void wc_index_put_number(wc_buf *buf, const wc_index_type *type, wc_i128 mantissa)
{
    char bytes[64];
    wc_buf text;
    wc_buf_init(&text, bytes, sizeof(bytes));
    wc_format(&text, "{}", mantissa);
    wc_str digits = {bytes, text.len};
    if (digits.data[0] == '-') {
        wc_buf_put_text(buf, "-");
        digits = (wc_str){digits.data + 1, digits.len - 1};
    }
    put_digits(buf, digits, type->scale > 0 ? (unsigned)type->scale : 0);
    if (type->unit.len == 0) return;
    wc_buf_put_text(buf, " ");
    wc_buf_put(buf, type->unit.data, type->unit.len);
}

static wc_str number_text(wc_sema *sema, const wc_index_type *type, int64_t mantissa)
{
    char bytes[NUMBER_TEXT_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof(bytes));
    wc_index_put_number(&buf, type, wc_i128_of(mantissa));
    const wc_str part = {bytes, buf.len};
    return wc_sema_join(sema, &part, 1);
}

/* --- members ---------------------------------------------------------------------------------- */

typedef struct member_list {
    wc_sema *sema;
    wc_sema_list items; /* of wc_index_member */
} member_list;

static void add(member_list *list, wc_str name, wc_str text, bool is_call, wc_span where)
{
    wc_index_member *member = WC_SEMA_NEW(list->sema, wc_index_member);
    member->name = name;
    member->text = text;
    member->is_call = is_call;
    member->where = where;
    wc_sema_push(list->sema, &list->items, member);
}

static void add_own(member_list *list, const char *name, const char *text, bool is_call)
{
    add(list, wc_str_of(name), wc_str_of(text), is_call, (wc_span){0, 0, 0});
}

static void add_fields(member_list *list, const wc_sema_type *type)
{
    for (uint16_t i = 0; i < type->member_count; i++) {
        const wc_sema_member *member = &type->members[i];
        if (member->name.len > 0) add(list, member->name, member->type->text, false, member->span);
    }
    bool is_interval = type->kind == WC_SEMA_INTERVAL;
    if (is_interval || type->kind == WC_SEMA_SERIES) add_own(list, "start", "time", false);
    if (is_interval) add_own(list, "end", "time", false);
}

static void add_methods(member_list *list, wc_sema_kind kind)
{
    const char *name, *usage;
    for (uint32_t i = 0; wc_sema_method_at(i, kind, &name, &usage); i++) {
        if (name != NULL) add_own(list, name, usage, true);
    }
    for (uint32_t i = 0; wc_sema_change_at(i, kind, &name, &usage); i++) {
        if (name != NULL) add_own(list, name, usage, true);
    }
}

static wc_str call_text(wc_sema *sema, wc_str name, const wc_sema_member *params, uint16_t count)
{
    wc_str text = name;
    for (uint16_t i = 0; i < count; i++) {
        text = WC_SEMA_TEXT(sema, "{}{}{}", text, i == 0 ? "(" : ", ", params[i].name);
    }
    return WC_SEMA_TEXT(sema, count == 0 ? "{}()" : "{})", text);
}

static void add_interface(member_list *list, const wc_sema_interface *interface)
{
    for (uint16_t i = 0; interface != NULL && i < interface->method_count; i++) {
        const wc_sema_method *method = &interface->methods[i];
        wc_str text = call_text(list->sema, method->name, method->params, method->param_count);
        add(list, method->name, text, true, method->span);
    }
}

static void add_routines(member_list *list, wc_sema_routine *const *routines, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        const wc_sema_routine *routine = routines[i];
        wc_sema_member *params = WC_SEMA_ARRAY(list->sema, wc_sema_member, routine->param_count);
        for (uint16_t j = 0; j < routine->param_count; j++) {
            params[j].name = routine->locals[j]->name;
        }
        wc_str text = call_text(list->sema, routine->name, params, routine->param_count);
        wc_span where = routine->is_generated ? (wc_span){0, 0, 0} : routine->span;
        add(list, routine->name, text, true, where);
    }
}

static void add_instance(member_list *list, const wc_sema_contract *contract)
{
    add_routines(list, contract->actions, contract->action_count);
    add_routines(list, contract->views, contract->view_count);
    add_own(list, "state", "state()", true);
    add_own(list, "mandate", "mandate(amount)", true);
    add_own(list, "posted", "posted(party)", true);
    add_own(list, "escrow", "escrow(party)", true);
    add_own(list, "free", "free(party)", true);
    add_own(list, "redeemed", "redeemed(party)", true);
}

static void fill_members(wc_sema *sema, const wc_sema_type *type, wc_index_type *out)
{
    member_list list = {.sema = sema};
    add_fields(&list, type);
    add_methods(&list, type->kind);
    if (type->kind == WC_SEMA_CONTRACT_REF) add_interface(&list, type->interface);
    if (type->kind == WC_SEMA_INSTANCE) add_instance(&list, type->contract);
    wc_index_member *members = WC_SEMA_ARRAY(sema, wc_index_member, list.items.count);
    for (uint32_t i = 0; i < list.items.count; i++) {
        const wc_index_member *member = wc_sema_at(&list.items, i);
        members[i] = *member;
    }
    out->member_count = list.items.count;
    out->members = members;
}

/* --- types ------------------------------------------------------------------------------------ */

static const wc_index_type *translate(wc_sema *sema, const wc_sema_type *type)
{
    wc_index_type *out = WC_SEMA_NEW(sema, wc_index_type);
    out->text = type->text;
    out->scale = -1;
    if (type->kind == WC_SEMA_DEC) {
        out->scale = type->scale;
        out->unit = type->unit->text;
    }
    bool is_bounded = type->lo != INT64_MIN || type->hi != INT64_MAX;
    if (wc_sema_is_number(type) && is_bounded) {
        out->low = number_text(sema, out, type->lo);
        out->high = number_text(sema, out, type->hi);
    }
    bool is_declared = type->kind == WC_SEMA_RECORD || type->kind == WC_SEMA_ENUM;
    if (is_declared) out->where = type->span;
    out->is_variant = type->kind == WC_SEMA_ENUM || type->kind == WC_SEMA_OPTION;
    fill_members(sema, type, out);
    return out;
}

const wc_index_type *wc_sema_index_type(wc_sema_index_types *types, const wc_sema_type *type)
{
    if (type == NULL || type->kind == WC_SEMA_POISON || type->kind == WC_SEMA_VOID) return NULL;
    /* Beyond the most types of a program they have no number of their own. */
    bool is_interned = wc_sema_at(&types->sema->types, type->index) == (const void *)type;
    if (!is_interned) return translate(types->sema, type);
    if (types->known[type->index] == NULL) {
        types->known[type->index] = translate(types->sema, type);
    }
    return types->known[type->index];
}
