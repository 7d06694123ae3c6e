/* `upgrade n`: what the version before had in its storage, which fields stay, and that every new
 * one gets a value (language D24).
 *
 * The upgrade routine has one parameter, the storage of version n-1 as a record; old(self.f) is a
 * member of it. Its body begins with an assignment for each field that stays. The version before is
 * known from its module, whose types are turned into types of this program: a declared type of the
 * same name and the same parts is the same type. */
#include "vm/isa/upgrade.h"

#include "compiler/sema/life.h"

/* --- types of a module ------------------------------------------------------------------------ */

static const wc_sema_type *import(wc_sema *sema, const wc_module *m, uint16_t type);

static const wc_sema_unit *import_unit(wc_sema *sema, const wc_module *m, uint16_t unit)
{
    if (unit == WC_NONE) return sema->plain;
    wc_str text = m->strings[m->units[unit].text];
    for (uint32_t i = 0; i < sema->units.count; i++) {
        const wc_sema_unit *known = wc_sema_at(&sema->units, i);
        if (wc_str_equal(known->text, text)) return known;
    }
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E1203, sema->where,
                       "the version before has amounts in `{}`, a unit that is not known "
                       "here",
                       text);
    wc_diag_add_note(sema->diags, diag, "`use` the module that declares it");
    return NULL;
}

static const wc_sema_member *import_members(wc_sema *sema, const wc_module *m, const wc_type *tuple)
{
    wc_sema_member *members = WC_SEMA_ARRAY(sema, wc_sema_member, tuple->count);
    for (uint16_t i = 0; i < tuple->count; i++) {
        const wc_field *field = &tuple->fields[i];
        members[i].name = field->name == WC_NONE ? (wc_str){"", 0} : m->strings[field->name];
        members[i].span = sema->where;
        members[i].type = import(sema, m, field->type);
    }
    return members;
}

static bool same_members(const wc_sema_member *a, const wc_sema_member *b, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        if (!wc_str_equal(a[i].name, b[i].name) || a[i].type != b[i].type) return false;
    }
    return true;
}

static bool same_declared(const wc_sema_type *a, const wc_sema_type *b)
{
    bool is_alike = a->kind == b->kind && wc_str_equal(a->name, b->name) &&
                    a->member_count == b->member_count && a->variant_count == b->variant_count;
    if (!is_alike || !same_members(a->members, b->members, a->member_count)) return false;
    for (uint16_t i = 0; i < a->variant_count; i++) {
        const wc_sema_variant *one = &a->variants[i], *other = &b->variants[i];
        bool is_same = wc_str_equal(one->name, other->name) &&
                       one->member_count == other->member_count &&
                       same_members(one->members, other->members, one->member_count);
        if (!is_same) return false;
    }
    return true;
}

/* The declared type of this program that says the same, else a new one. */
static const wc_sema_type *declared(wc_sema *sema, const wc_sema_type *raw)
{
    for (uint32_t i = 0; i < sema->types.count; i++) {
        const wc_sema_type *known = wc_sema_at(&sema->types, i);
        if (known->name.len > 0 && same_declared(known, raw)) return known;
    }
    wc_sema_type *type = wc_sema_type_declared(sema, raw->kind, raw->name, raw->span);
    uint16_t index = type->index;
    *type = *raw;
    type->index = index;
    wc_sema_type_finish(sema, type);
    return type;
}

static const wc_sema_type *import_tuple(wc_sema *sema, const wc_module *m, const wc_type *row)
{
    wc_sema_type raw = {.kind = row->name != WC_NONE ? WC_SEMA_RECORD : WC_SEMA_TUPLE,
                        .span = sema->where,
                        .member_count = row->count,
                        .members = import_members(sema, m, row)};
    if (row->name == WC_NONE) return wc_sema_type_tuple(sema, raw.members, raw.member_count);
    raw.name = m->strings[row->name];
    return declared(sema, &raw);
}

static const wc_sema_type *import_enum(wc_sema *sema, const wc_module *m, const wc_type *row)
{
    wc_sema_variant *variants = WC_SEMA_ARRAY(sema, wc_sema_variant, row->count);
    for (uint16_t i = 0; i < row->count; i++) {
        variants[i].name = m->strings[row->variants[i].name];
        variants[i].span = sema->where;
        if (row->variants[i].data == WC_NONE) continue;
        const wc_type *data = &m->types[row->variants[i].data];
        variants[i].member_count = data->count;
        variants[i].members = import_members(sema, m, data);
    }
    bool is_option = row->name == WC_NONE;
    if (is_option) return wc_sema_type_option(sema, variants[1].members[0].type);
    wc_sema_type raw = {.kind = WC_SEMA_ENUM,
                        .span = sema->where,
                        .variant_count = row->count,
                        .variants = variants,
                        .has_data = row->kind == WC_TYPE_ENUM};
    raw.name = m->strings[row->name];
    return declared(sema, &raw);
}

static const wc_sema_type *import_sized(wc_sema *sema, const wc_module *m, const wc_type *row)
{
    static const uint8_t kinds[] = {
        [WC_TYPE_BYTES] = WC_SEMA_BYTES,   [WC_TYPE_TEXT] = WC_SEMA_TEXT,
        [WC_TYPE_LIST] = WC_SEMA_LIST,     [WC_TYPE_SET] = WC_SEMA_SET,
        [WC_TYPE_MAP] = WC_SEMA_MAP,       [WC_TYPE_SORTED] = WC_SEMA_SORTED,
        [WC_TYPE_SERIES] = WC_SEMA_SERIES,
    };
    wc_sema_type raw = {.kind = (wc_sema_kind)kinds[row->kind],
                        .capacity = row->capacity,
                        .step = row->step,
                        .is_descending = row->descending};
    if (row->kind >= WC_TYPE_LIST) raw.item = import(sema, m, row->item);
    if (row->kind == WC_TYPE_MAP) raw.value = import(sema, m, row->value);
    if (row->kind == WC_TYPE_SORTED) raw.order = row->value;
    return wc_sema_type_intern(sema, &raw);
}

/* Types nest at most WC_TYPE_NESTING_MAX deep, parts have lower indexes. */
static const wc_sema_type *import(wc_sema *sema, const wc_module *m, uint16_t type)
{
    const wc_type *row = &m->types[type];
    switch (row->kind) {
    case WC_TYPE_BOOL: return sema->boolean;
    case WC_TYPE_INT: return wc_sema_type_int(sema, row->lo, row->hi);
    case WC_TYPE_DEC: {
        const wc_sema_unit *unit = import_unit(sema, m, row->unit);
        if (unit == NULL) return sema->poison;
        wc_sema_type raw = {
            .kind = WC_SEMA_DEC, .scale = row->scale, .unit = unit, .lo = row->lo, .hi = row->hi};
        return wc_sema_type_intern(sema, &raw);
    }
    case WC_TYPE_TIME: return sema->time;
    case WC_TYPE_DATE: return sema->date;
    case WC_TYPE_INTERVAL: return sema->interval;
    case WC_TYPE_PARTY: return sema->party;
    case WC_TYPE_TUPLE: return import_tuple(sema, m, row);
    case WC_TYPE_TAG:
    case WC_TYPE_ENUM: return import_enum(sema, m, row);
    case WC_TYPE_BYTES:
    case WC_TYPE_TEXT:
    case WC_TYPE_LIST:
    case WC_TYPE_SET:
    case WC_TYPE_MAP:
    case WC_TYPE_SORTED:
    case WC_TYPE_SERIES: return import_sized(sema, m, row);
    }
    return sema->poison;
}

/* --- the version before ----------------------------------------------------------------------- */

static const wc_ast_routine *find_upgrade(wc_sema *sema, const wc_ast_contract *ast)
{
    const wc_ast_routine *found = NULL;
    for (uint32_t i = 0; i < ast->routines.count; i++) {
        const wc_ast_routine *routine = wc_ast_at(&ast->routines, i);
        if (routine->kind != WC_ROUTINE_UPGRADE) continue;
        if (found == NULL) {
            found = routine;
            continue;
        }
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E1201, routine->header, "a second `upgrade`");
        wc_diag_add_label(sema->diags, diag, found->header, "the first is here");
    }
    return found;
}

/* 0 after a report. */
static uint16_t version_of(wc_sema *sema, const wc_ast_routine *ast)
{
    int64_t version = 0;
    bool is_whole =
        ast->version->scale == 0 && wc_i128_narrow(ast->version->mantissa, &version) == WC_OK;
    if (is_whole && version >= 2 && version <= WC_UPGRADE_VERSION_MAX) return (uint16_t)version;
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E1201, ast->version->span,
                       "versions that follow the first are 2 to {}", WC_UPGRADE_VERSION_MAX);
    wc_diag_add_note(sema->diags, diag, "a contract without `upgrade` is version 1");
    return 0;
}

static bool is_previous(const wc_sema *sema, const wc_sema_contract *contract)
{
    const wc_module *previous = sema->previous;
    return previous != NULL && wc_str_equal(previous->strings[0], contract->name);
}

void wc_sema_find_upgrade(wc_sema *sema, const wc_ast_contract *ast)
{
    wc_sema_contract *contract = sema->contract;
    const wc_ast_routine *upgrade = find_upgrade(sema, ast);
    if (upgrade == NULL) return;
    uint16_t version = version_of(sema, upgrade);
    if (version == 0) return;
    if (!is_previous(sema, contract)) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E1202, upgrade->header,
                                       "the version before `upgrade {}` is not known", version);
        wc_diag_add_note(sema->diags, diag,
                         "give its module: wattclause build ... --previous OLD.wcb");
        return;
    }
    uint16_t before = wc_module_version(sema->previous);
    if (version != before + 1) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E1203, upgrade->version->span,
                                       "version {} does not follow version {}", version, before);
        wc_str next = WC_SEMA_TEXT(sema, "{}", before + 1);
        wc_diag_add_fix(sema->diags, diag, upgrade->version->span, WC_FIX_SURE, next, "upgrade {}",
                        next);
        return;
    }
    contract->version = version;
}

/* --- numbers of fields ------------------------------------------------------------------------ */

static const wc_storage_field *field_before(const wc_sema *sema, wc_str name)
{
    const wc_module *m = sema->previous;
    for (uint16_t i = 0; i < m->field_count; i++) {
        if (wc_str_equal(m->strings[m->fields[i].name], name)) return &m->fields[i];
    }
    return NULL;
}

static wc_str name_of(const wc_sema_gathered *list, uint32_t index)
{
    const wc_ast_field *field = list->items[index];
    return field->name.text;
}

static void move(wc_sema_gathered *to, const wc_sema_gathered *from, uint32_t index)
{
    to->items[to->count] = from->items[index];
    to->modules[to->count] = from->modules[index];
    to->origins[to->count++] = from->origins[index];
}

/* Fields of the version before come first, in the order of their numbers; then the new ones, as
 * they are written. So the numbers ascend, as the record needs it. */
wc_sema_gathered wc_sema_order_fields(wc_sema *sema, const wc_sema_gathered *list)
{
    if (sema->contract->version == 0) return *list;
    wc_sema_gathered ordered = {.items = WC_SEMA_ARRAY(sema, void *, list->count),
                                .modules = WC_SEMA_ARRAY(sema, wc_sema_module *, list->count),
                                .origins = WC_SEMA_ARRAY(sema, uint32_t, list->count)};
    const wc_module *m = sema->previous;
    for (uint16_t i = 0; i < m->field_count; i++) {
        for (uint32_t k = 0; k < list->count; k++) {
            if (!wc_str_equal(name_of(list, k), m->strings[m->fields[i].name])) continue;
            move(&ordered, list, k);
            break; /* a second field of the name is reported where it is declared */
        }
    }
    for (uint32_t k = 0; k < list->count; k++) {
        if (!wc_sema_has(&(wc_sema_list){ordered.items, ordered.count, 0}, list->items[k])) {
            move(&ordered, list, k);
        }
    }
    return ordered;
}

static void check_collection(wc_sema *sema, const wc_sema_field *field, const wc_sema_type *before)
{
    bool was = wc_sema_is_collection(before), is = wc_sema_is_collection(field->type);
    if ((!was && !is) || before == field->type) return;
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E1206, field->span, "`{}` was `{}` and cannot become `{}`",
                       field->name, before->text, field->type->text);
    wc_diag_add_note(sema->diags, diag,
                     "the elements of a collection stay where they are: give the new one another "
                     "name");
}

void wc_sema_number_fields(wc_sema *sema)
{
    wc_sema_contract *contract = sema->contract;
    uint16_t fresh = 0;
    for (uint16_t i = 0; i < contract->field_count; i++) {
        wc_sema_field *field = &contract->fields[i];
        const wc_storage_field *before =
            contract->version == 0 ? NULL : field_before(sema, field->name);
        if (before != NULL) {
            sema->where = field->span;
            field->id = before->id;
            field->since = before->since;
            const wc_sema_type *type = import(sema, sema->previous, before->type);
            field->stays = type == field->type;
            check_collection(sema, field, type);
        } else {
            field->id = (uint16_t)(contract->version * WC_UPGRADE_FIELDS + fresh++);
            field->since = contract->version;
        }
    }
}

/* --- the routine ------------------------------------------------------------------------------ */

void wc_sema_open_upgrade(wc_sema *sema, wc_sema_body *body)
{
    const wc_module *m = sema->previous;
    const wc_type *storage = &m->types[m->storage_type];
    wc_assert(sema->contract->version > 0);
    if (storage->count == 0) return;
    const wc_ast_name name = {.text = WC_STR("the version before"), .span = body->out->header};
    wc_sema_type raw = {.kind = WC_SEMA_RECORD,
                        .name = WC_SEMA_TEXT(sema, "storage of version {}", wc_module_version(m)),
                        .span = body->out->header,
                        .member_count = storage->count};
    sema->where = body->out->header;
    raw.members = import_members(sema, m, storage);
    wc_sema_body *outer = sema->body;
    sema->body = body;
    wc_sema_local *before = wc_sema_local_new(sema, &name, declared(sema, &raw));
    before->is_read = true;
    sema->body = outer;
    body->out->param_count = 1;
}

static wc_sema_expr *member_before(wc_sema *sema, wc_str name, wc_span span)
{
    if (sema->body->out->param_count == 0) return NULL;
    wc_sema_local *before = wc_sema_at(&sema->body->locals, 0);
    const wc_sema_type *record = before->type;
    for (uint16_t i = 0; i < record->member_count; i++) {
        if (!wc_str_equal(record->members[i].name, name)) continue;
        wc_sema_expr *whole = wc_sema_local_value(sema, before, span);
        wc_sema_expr *member =
            wc_sema_unary(sema, WC_OPER_MEMBER, record->members[i].type, whole, span);
        member->index = i;
        return wc_sema_ranged(member, wc_range_of_type(member->type));
    }
    return NULL;
}

wc_sema_expr *wc_sema_field_before(wc_sema *sema, const wc_ast_name *name, wc_span span)
{
    wc_assert(sema->contract->version > 0);
    wc_sema_expr *member = member_before(sema, name->text, span);
    if (member != NULL) return member;
    const wc_storage_field *field = field_before(sema, name->text);
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1205, name->span,
                                   field == NULL ? "the version before has no field `{}`"
                                                 : "`{}` is a collection: it stays as it is",
                                   name->text);
    if (field != NULL) {
        wc_diag_add_note(sema->diags, diag, "keep the field and read self.{}", name->text);
    }
    return wc_sema_poison(sema, span);
}

wc_sema_stmt *wc_sema_carry(wc_sema *sema, wc_sema_body *body)
{
    wc_sema_stmt *first = NULL, **link = &first;
    wc_span span = body->out->header;
    for (uint16_t i = 0; i < sema->contract->field_count; i++) {
        const wc_sema_field *field = &sema->contract->fields[i];
        if (!field->stays || wc_sema_is_collection(field->type)) continue;
        wc_sema_stmt *stmt = wc_sema_stmt_new(sema, WC_DO_ASSIGN, span);
        stmt->a = wc_sema_node(sema, WC_OPER_FIELD, field->type, span);
        stmt->a->index = i;
        stmt->b = member_before(sema, field->name, span);
        wc_assert(stmt->b != NULL);
        body->writes[i / 64] |= UINT64_C(1) << i % 64;
        *link = stmt;
        link = &stmt->next;
    }
    return first;
}

/* --- every new field has a value -------------------------------------------------------------- */

typedef struct assigned {
    uint64_t fields[WC_FIELD_WORDS];
} assigned;

static void meet(assigned *a, const assigned *b)
{
    for (unsigned i = 0; i < WC_FIELD_WORDS; i++) a->fields[i] &= b->fields[i];
}

static void follow(const wc_sema_block *block, assigned *at, assigned *ends);

/* What the rounds of a loop assign counts for nothing behind it, since there may be none; but a
 * round may return. */
static void follow_rounds(const wc_sema_stmt *stmt, assigned *at, assigned *ends)
{
    assigned round = *at;
    follow(stmt->body, &round, ends);
}

static void follow_branches(const wc_sema_stmt *stmt, assigned *at, assigned *ends)
{
    assigned joined, branch;
    memset(&joined, 0xff, sizeof joined);
    for (uint16_t i = 0; i < stmt->arm_count; i++) {
        branch = *at;
        follow(stmt->arms[i].body, &branch, ends);
        meet(&joined, &branch);
    }
    if (stmt->kind == WC_DO_IF) {
        branch = *at;
        follow(stmt->body, &branch, ends);
        meet(&joined, &branch);
        branch = *at;
        if (stmt->other != NULL) follow(stmt->other, &branch, ends);
        meet(&joined, &branch);
    }
    *at = joined;
}

/* What is assigned behind the block on every path; a path that does not come there has everything.
 * ends: what is assigned on every path that returns. Recursion follows blocks, which the parser
 * bounds. */
static void follow(const wc_sema_block *block, assigned *at, assigned *ends)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        if (stmt->kind == WC_DO_ASSIGN && stmt->a->op == WC_OPER_FIELD) {
            at->fields[stmt->a->index / 64] |= UINT64_C(1) << stmt->a->index % 64;
        } else if (stmt->kind == WC_DO_IF || stmt->kind == WC_DO_MATCH) {
            follow_branches(stmt, at, ends);
        } else if (stmt->kind == WC_DO_FOR_RANGE || stmt->kind == WC_DO_FOR_EACH) {
            follow_rounds(stmt, at, ends);
        } else if (stmt->kind == WC_DO_RETURN) {
            meet(ends, at);
        }
        bool leaves = stmt->kind == WC_DO_RETURN || stmt->kind == WC_DO_FAIL;
        if (leaves) memset(at, 0xff, sizeof *at);
    }
}

void wc_sema_check_assigned(wc_sema *sema, const wc_sema_body *body)
{
    assigned at = {{0}}, ends;
    wc_assert(sema->contract->version > 0);
    memset(&ends, 0xff, sizeof ends);
    follow(body->out->body, &at, &ends);
    meet(&at, &ends);
    for (uint16_t i = 0; i < sema->contract->field_count; i++) {
        const wc_sema_field *field = &sema->contract->fields[i];
        bool is_set = (at.fields[i / 64] >> i % 64 & 1) != 0 || field->stays;
        if (is_set || field->initial != NULL || wc_sema_is_collection(field->type)) continue;
        bool is_other = field->since != sema->contract->version;
        wc_diag *diag =
            wc_diag_report(sema->diags, WC_E1204, body->out->header,
                           is_other ? "`{}` has another type than before: it needs a value"
                                    : "the new field `{}` needs a value",
                           field->name);
        wc_diag_add_label(sema->diags, diag, field->span, "declared here");
        wc_diag_add_note(sema->diags, diag,
                         "write self.{} = ...; on every path, or give the field "
                         "an initial value",
                         field->name);
    }
}
