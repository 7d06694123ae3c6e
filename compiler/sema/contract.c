/* A contract: parties, terms, storage, states, then its routines, then what only the whole shows.
 */
#include "compiler/sema/life.h"
#include "compiler/sema/warn.h"

/* --- parties ---------------------------------------------------------------------------------- */

bool wc_sema_is_role(const wc_sema *sema, wc_str name)
{
    for (size_t i = 0; i < sema->role_count; i++) {
        if (wc_str_equal(sema->roles[i], name)) return true;
    }
    if (sema->role_count > 0) return false;
    for (uint16_t i = 0; i < sema->contract->party_count; i++) {
        if (wc_str_equal(sema->contract->parties[i].role, name)) return true;
    }
    return false;
}

static void check_role(wc_sema *sema, const wc_ast_name *role)
{
    if (sema->role_count == 0 || wc_sema_is_role(sema, role->text)) return;
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0705, role->span, "there is no role `{}`", role->text);
    wc_sema_guess guess = {.wanted = role->text};
    for (size_t i = 0; i < sema->role_count; i++) wc_sema_guess_try(&guess, sema->roles[i]);
    wc_sema_guess_say(sema, diag, role->span, &guess);
    if (guess.found.len > 0) return;
    wc_str all = WC_STR("roles are ");
    for (size_t i = 0; i < sema->role_count; i++) {
        const wc_str parts[] = {all, i > 0 ? WC_STR(", ") : WC_STR(""), sema->roles[i]};
        all = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
    }
    wc_diag_add_note_text(sema->diags, diag, all);
}

static void declare_parties(wc_sema *sema, const wc_ast_list *list)
{
    wc_sema_contract *contract = sema->contract;
    uint32_t count = list->count;
    if (count > WC_PARTIES_MAX) {
        const wc_ast_party *last = wc_ast_at(list, WC_PARTIES_MAX);
        wc_sema_limit(sema, last->span, "parties of a contract", WC_PARTIES_MAX);
        count = WC_PARTIES_MAX;
    }
    contract->parties = WC_SEMA_ARRAY(sema, wc_sema_party, count);
    contract->party_count = (uint16_t)count;
    for (uint32_t i = 0; i < count; i++) {
        const wc_ast_party *ast = wc_ast_at(list, i);
        wc_sema_party *party = &contract->parties[i];
        party->name = ast->name.text;
        party->span = ast->name.span;
        party->role = ast->role.text;
        if (party->role.len > 0) check_role(sema, &ast->role);
        wc_sema_symbol *symbol =
            wc_sema_symbol_new(sema, WC_SYMBOL_PARTY, WC_SPACE_VALUE, &ast->name);
        symbol->index = (uint16_t)i;
        symbol->type = sema->party;
        wc_sema_check_reserved(sema, symbol);
        (void)wc_sema_declare(sema, &sema->scope, symbol);
    }
}

/* signatory and visible to */
static void mark_parties(wc_sema *sema, const wc_ast_list *names, bool is_signatory)
{
    for (uint32_t i = 0; i < names->count; i++) {
        const wc_ast_name *name = wc_ast_at(names, i);
        wc_sema_symbol *symbol = wc_sema_table_find(&sema->scope, WC_SPACE_VALUE, name->text);
        if (symbol == NULL) { /* nothing but parties is declared yet */
            wc_diag *diag = wc_diag_report(sema->diags, WC_E0702, name->span,
                                           "there is no party `{}` here", name->text);
            wc_sema_guess guess = {.wanted = name->text};
            for (uint16_t j = 0; j < sema->contract->party_count; j++) {
                wc_sema_guess_try(&guess, sema->contract->parties[j].name);
            }
            wc_sema_guess_say(sema, diag, name->span, &guess);
            continue;
        }
        symbol->is_used = true;
        wc_sema_note_use(sema, name->text, symbol->span);
        wc_sema_party *party = &sema->contract->parties[symbol->index];
        if (is_signatory) {
            party->is_signatory = true;
        } else {
            party->is_visible = true;
        }
    }
}

/* --- terms and storage ------------------------------------------------------------------------ */

static bool holds_collection(const wc_sema_type *type)
{
    if (wc_sema_is_collection(type) || type->kind == WC_SEMA_SERIES) return true;
    for (uint16_t i = 0; i < type->member_count; i++) {
        if (holds_collection(type->members[i].type)) return true;
    }
    for (uint16_t i = 0; i < type->variant_count; i++) {
        const wc_sema_variant *variant = &type->variants[i];
        for (uint16_t j = 0; j < variant->member_count; j++) {
            if (holds_collection(variant->members[j].type)) return true;
        }
    }
    return type->item != NULL && holds_collection(type->item);
}

/* What a proposal names must be comparable with what is accepted. */
static const wc_sema_type *check_amendable(wc_sema *sema, const wc_ast_field *ast,
                                           const wc_sema_type *type)
{
    bool is_fine = !wc_sema_is_collection(type) && type->kind != WC_SEMA_SERIES &&
                   !wc_sema_holds_reference(type) && !holds_collection(type);
    if (is_fine) return type;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E1208, ast->type->span,
                                   "a term of type `{}` cannot be amended", type->text);
    wc_diag_add_note(sema->diags, diag,
                     wc_sema_holds_reference(type)
                         ? "references to contracts are fixed, so that they cannot go round"
                         : "an acceptance names the proposed value, and collections have no `==`");
    return sema->poison;
}

static void declare_terms(wc_sema *sema, const wc_sema_gathered *list)
{
    wc_sema_contract *contract = sema->contract;
    uint32_t count = list->count < WC_SEMA_MEMBERS_MAX ? list->count : WC_SEMA_MEMBERS_MAX;
    if (list->count > count) {
        wc_sema_limit(sema, sema->where, "terms of a contract", WC_SEMA_MEMBERS_MAX);
    }
    contract->terms = WC_SEMA_ARRAY(sema, wc_sema_term, count);
    contract->term_count = (uint16_t)count;
    uint64_t encoded = 0;
    for (uint32_t i = 0; i < count; i++) {
        const wc_ast_field *ast = list->items[i];
        wc_sema_term *term = &contract->terms[i];
        sema->module = list->modules[i];
        sema->where = ast->span;
        term->name = ast->name.text;
        term->span = ast->name.span;
        term->type = wc_sema_resolve(sema, ast->type, WC_TYPE_MAY_REFER);
        if (ast->value != NULL) term->initial = wc_sema_constant_of(sema, ast->value, term->type);
        encoded += term->type->encoded_max;
        if (encoded > WC_ARGS_MAX) {
            wc_diag_report(sema->diags, WC_E0911, ast->span,
                           "the terms up to here take {} bytes, a transaction carries {}", encoded,
                           WC_ARGS_MAX);
            encoded = 0; /* said once */
        }
        term->is_amendable = ast->is_amendable;
        if (ast->is_amendable) term->type = check_amendable(sema, ast, term->type);
        wc_sema_symbol *symbol =
            wc_sema_symbol_new(sema, WC_SYMBOL_TERM, WC_SPACE_VALUE, &ast->name);
        symbol->index = (uint16_t)i;
        symbol->type = term->type;
        wc_sema_check_reserved(sema, symbol);
        (void)wc_sema_declare(sema, &sema->scope, symbol);
    }
}

/* map or set somewhere inside */
static bool has_keyed(const wc_sema_type *type)
{
    wc_sema_kind kind = type->kind;
    wc_assert(kind != WC_SEMA_SORTED); /* never inside of another type */
    if (kind == WC_SEMA_MAP || kind == WC_SEMA_SET) return true;
    if (type->item != NULL && has_keyed(type->item)) return true;
    for (uint16_t i = 0; i < type->member_count; i++) {
        if (has_keyed(type->members[i].type)) return true;
    }
    for (uint16_t i = 0; i < type->variant_count; i++) {
        const wc_sema_variant *variant = &type->variants[i];
        for (uint16_t j = 0; j < variant->member_count; j++) {
            if (has_keyed(variant->members[j].type)) return true;
        }
    }
    return false;
}

static void check_stored(wc_sema *sema, const wc_sema_type *type, wc_span span)
{
    if (type->kind == WC_SEMA_POISON) return;
    const wc_sema_type *element = type;
    bool is_collection = wc_sema_is_collection(type);
    if (is_collection) element = type->kind == WC_SEMA_MAP ? type->value : type->item;
    if (has_keyed(element)) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0411, span,
                                       "a map, set or sorted cannot lie inside `{}` in the storage",
                                       type->text);
        wc_diag_add_note(sema->diags, diag,
                         "stored elements are flat: use a field of its own, or a key of two parts");
    }
    if (!is_collection || element->encoded_max <= WC_ELEMENT_MAX) return;
    wc_diag_report(sema->diags, WC_E0905, span, "a stored element takes at most {} bytes, `{}` {}",
                   WC_ELEMENT_MAX, element->text, element->encoded_max);
}

/* Zero is a value of the type: what a field without initial value holds. */
static bool zero_fits(const wc_sema_type *type)
{
    if (wc_sema_is_number(type)) return type->lo <= 0 && type->hi >= 0;
    for (uint16_t i = 0; i < type->member_count; i++) {
        if (!zero_fits(type->members[i].type)) return false;
    }
    if (type->kind != WC_SEMA_ENUM || !type->has_data) return true;
    for (uint16_t i = 0; i < type->variants[0].member_count; i++) {
        if (!zero_fits(type->variants[0].members[i].type)) return false;
    }
    return true;
}

static void check_initial(wc_sema *sema, const wc_ast_field *ast, const wc_sema_type *type)
{
    bool is_fine = ast->value != NULL || wc_sema_is_collection(type) || zero_fits(type);
    if (is_fine) return;
    wc_diag *diag =
        wc_diag_report(sema->diags, WC_E0904, ast->span,
                       "`{}` begins as zero, which lies outside `{}`", ast->name.text, type->text);
    wc_diag_add_note(sema->diags, diag, "give it an initial value: {} : {} = ...;", ast->name.text,
                     type->text);
}

static void declare_storage(wc_sema *sema, const wc_sema_gathered *list)
{
    wc_sema_contract *contract = sema->contract;
    uint32_t count = list->count < WC_FIELDS_MAX ? list->count : WC_FIELDS_MAX;
    if (list->count > count) {
        wc_sema_limit(sema, sema->where, "storage fields of a contract", WC_FIELDS_MAX);
    }
    contract->fields = WC_SEMA_ARRAY(sema, wc_sema_field, count);
    contract->field_count = (uint16_t)count;
    for (uint32_t i = 0; i < count; i++) {
        const wc_ast_field *ast = list->items[i];
        wc_sema_field *field = &contract->fields[i];
        sema->module = list->modules[i];
        sema->where = ast->span;
        field->is_generated = list->origins[i] > 0;
        field->owner = sema->module;
        field->name = ast->name.text;
        field->span = ast->name.span;
        field->type = wc_sema_resolve(sema, ast->type, WC_TYPE_MAY_SORT);
        check_stored(sema, field->type, ast->span);
        check_initial(sema, ast, field->type);
        if (ast->value != NULL && wc_sema_is_collection(field->type)) {
            wc_diag_report(sema->diags, WC_E0413, ast->value->span,
                           "a stored collection starts empty");
        } else if (ast->value != NULL) {
            field->initial = wc_sema_constant_of(sema, ast->value, field->type);
        }
        wc_sema_symbol *symbol =
            wc_sema_symbol_new(sema, WC_SYMBOL_FIELD, WC_SPACE_FIELD, &ast->name);
        symbol->index = (uint16_t)i;
        symbol->type = field->type;
        (void)wc_sema_declare(sema, &sema->scope, symbol);
    }
    wc_sema_number_fields(sema);
}

/* --- states ----------------------------------------------------------------------------------- */

static void check_marks(wc_sema *sema, uint32_t written, wc_span span)
{
    const wc_sema_contract *contract = sema->contract;
    const wc_sema_state *initial = NULL;
    bool has_final = false;
    for (uint16_t i = 0; i < contract->state_count; i++) {
        const wc_sema_state *state = &contract->states[i];
        has_final = has_final || state->is_final;
        if (!state->is_initial) continue;
        if (initial != NULL) {
            wc_diag *diag =
                wc_diag_report(sema->diags, WC_E0801, state->span, "two states are initial");
            wc_diag_add_label(sema->diags, diag, initial->span, "the other one");
        }
        if (initial == NULL && state->member_count > 0) {
            wc_diag *diag = wc_diag_report(sema->diags, WC_E0801, state->span,
                                           "the initial state cannot have data");
            wc_diag_add_note(
                sema->diags, diag,
                "nothing could fill them at deployment: begin in a state without data, "
                "or keep them in the storage");
        }
        initial = state;
    }
    wc_span where = written > 0 ? span : contract->span;
    if (initial == NULL) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0801, where, "no state is initial");
        wc_diag_add_note(sema->diags, diag, "for example: states { Open initial; Closed final; }");
    } else if (!has_final) {
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0801, where, "no state is final");
        wc_diag_add_note(sema->diags, diag,
                         "a contract must be able to end: entering a final state "
                         "returns all escrow");
    }
}

static void make_state_type(wc_sema *sema)
{
    wc_sema_contract *contract = sema->contract;
    bool has_data = false;
    wc_sema_variant *full = WC_SEMA_ARRAY(sema, wc_sema_variant, contract->state_count);
    wc_sema_variant *bare = WC_SEMA_ARRAY(sema, wc_sema_variant, contract->state_count);
    for (uint16_t i = 0; i < contract->state_count; i++) {
        const wc_sema_state *state = &contract->states[i];
        full[i].name = bare[i].name = state->name;
        full[i].span = bare[i].span = state->span;
        full[i].members = state->members;
        full[i].member_count = state->member_count;
        has_data = has_data || state->member_count > 0;
    }
    wc_str name = WC_SEMA_TEXT(sema, "state of {}", contract->name);
    wc_sema_type *type = wc_sema_type_declared(sema, WC_SEMA_ENUM, name, contract->span);
    type->variants = full;
    type->variant_count = contract->state_count;
    type->has_data = has_data;
    wc_sema_type_finish(sema, type);
    contract->state_type = type;
    contract->tag_type = type;
    if (!has_data) return;
    wc_sema_type *tag = wc_sema_type_declared(sema, WC_SEMA_ENUM, name, contract->span);
    tag->variants = bare;
    tag->variant_count = contract->state_count;
    wc_sema_type_finish(sema, tag);
    contract->tag_type = tag;
}

static void declare_states(wc_sema *sema, const wc_ast_contract *ast, const wc_sema_gathered *list)
{
    wc_sema_contract *contract = sema->contract;
    uint32_t count = list->count < WC_STATES_MAX ? list->count : WC_STATES_MAX;
    if (list->count > count) {
        wc_sema_limit(sema, ast->states_span, "states of a contract", WC_STATES_MAX);
    }
    contract->states = WC_SEMA_ARRAY(sema, wc_sema_state, count);
    contract->state_count = (uint16_t)count;
    for (uint32_t i = 0; i < count; i++) {
        const wc_ast_variant *variant = list->items[i];
        wc_sema_state *state = &contract->states[i];
        sema->module = list->modules[i];
        sema->where = variant->span;
        state->name = variant->name.text;
        state->span = variant->name.span;
        state->is_initial = variant->is_initial;
        state->is_final = variant->is_final;
        state->members = wc_sema_members(sema, &variant->fields, &state->member_count, 0);
        wc_sema_symbol *symbol =
            wc_sema_symbol_new(sema, WC_SYMBOL_STATE, WC_SPACE_STATE, &variant->name);
        symbol->index = (uint16_t)i;
        (void)wc_sema_declare(sema, &sema->scope, symbol);
    }
    check_marks(sema, ast->states.count, ast->states_span);
    make_state_type(sema);
}

/* --- routines --------------------------------------------------------------------------------- */

static void declare_routine(wc_sema *sema, wc_ast_routine *ast)
{
    wc_sema_symbol *symbol = NULL;
    bool is_upgrade = ast->kind == WC_ROUTINE_UPGRADE;
    if (is_upgrade && sema->contract->version == 0) return; /* reported */
    if (ast->kind != WC_ROUTINE_AFTER && !is_upgrade) {
        bool is_func = ast->kind == WC_ROUTINE_FUNC;
        wc_sema_symbol_kind kind = ast->kind == WC_ROUTINE_VIEW ? WC_SYMBOL_VIEW : WC_SYMBOL_ACTION;
        symbol = wc_sema_symbol_new(sema, is_func ? WC_SYMBOL_FUNC : kind,
                                    is_func ? WC_SPACE_VALUE : WC_SPACE_METHOD, &ast->name);
        wc_sema_check_reserved(sema, symbol);
        (void)wc_sema_declare(sema, &sema->scope, symbol);
    }
    wc_sema_body *body = wc_sema_header(sema, ast, symbol, sema->contract);
    body->out->is_generated = sema->module->is_made;
    if (symbol != NULL) symbol->body = body;
    if (is_upgrade) {
        wc_sema_open_upgrade(sema, body);
        sema->contract->upgrade = body->out;
    }
    wc_sema_push(sema, &sema->contract_bodies, body);
}

static void check_invariants(wc_sema *sema, const wc_sema_gathered *list)
{
    wc_sema_contract *contract = sema->contract;
    uint32_t count = list->count;
    if (count > 64) {
        wc_sema_limit(sema, contract->span, "invariants of a contract", 64);
        count = 64;
    }
    contract->invariants = WC_SEMA_ARRAY(sema, wc_sema_invariant, count);
    contract->invariant_count = (uint16_t)count;
    for (uint32_t i = 0; i < count; i++) {
        wc_ast_invariant *ast = list->items[i];
        sema->module = list->modules[i];
        wc_sema_invariant *invariant = &contract->invariants[i];
        invariant->name = ast->name.text;
        invariant->span = ast->span;
        for (uint32_t j = 0; j < i; j++) {
            if (!wc_str_equal(contract->invariants[j].name, invariant->name)) continue;
            wc_diag *diag = wc_diag_report(sema->diags, WC_E0304, ast->name.span,
                                           "the name `{}` is taken", invariant->name);
            wc_diag_add_label(sema->diags, diag, contract->invariants[j].span,
                              "declared here first");
        }
        wc_sema_body *body = wc_sema_body_new(sema, WC_ROUTINE_VIEW, contract);
        body->place = WC_IN_INVARIANT;
        body->out->name = invariant->name;
        body->out->header = ast->span;
        sema->where = ast->span;
        wc_sema_check_condition_body(sema, body, ast->condition, &invariant->condition);
        invariant->locals = body->out->locals;
        invariant->local_count = body->out->local_count;
        wc_sema_push(sema, &sema->invariant_bodies, body);
    }
}

/* Some action or time-out of the contract under way posts something. */
bool wc_sema_moves_money(const wc_sema *sema)
{
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        const wc_sema_body *body = wc_sema_at(&sema->contract_bodies, i);
        if ((body->effects & WC_EFFECT_MONEY) != 0) return true;
    }
    return false;
}

/* fund(amount) by any_party: everybody can put money into a contract that moves one currency. */
static void generate_fund(wc_sema *sema)
{
    const wc_sema_symbol *own = wc_sema_table_find(&sema->scope, WC_SPACE_METHOD, WC_STR("fund"));
    if (own != NULL || !wc_sema_moves_money(sema) || sema->mentioned.count != 1) return;
    const wc_sema_currency *currency = wc_sema_at(&sema->mentioned, 0);
    const wc_span span = sema->contract->span;
    wc_sema_body *body = wc_sema_body_new(sema, WC_ROUTINE_ACTION, sema->contract);
    wc_sema_routine *out = body->out;
    out->name = WC_STR("fund");
    out->span = out->header = span;
    out->is_generated = true;
    out->by = WC_BY_ANY_PARTY;
    body->effects = WC_EFFECT_MONEY | WC_EFFECT_CALLER;
    sema->body = body;
    const wc_ast_name name = {.text = WC_STR("amount"), .span = span};
    wc_sema_local *amount = wc_sema_local_new(sema, &name, wc_sema_money(sema, currency));
    out->param_count = 1;
    out->local_count = 1;
    out->locals = WC_SEMA_ARRAY(sema, wc_sema_local *, 1);
    out->locals[0] = amount;
    out->body = WC_SEMA_NEW(sema, wc_sema_block);
    out->body->span = span;
    out->body->falls_through = true;
    wc_sema_stmt *lock = wc_sema_stmt_new(sema, WC_DO_LOCK, span);
    lock->a = wc_sema_node(sema, WC_OPER_CALLER, sema->party, span);
    lock->b = wc_sema_local_value(sema, amount, span);
    lock->index = currency->index;
    out->body->first = lock;
    sema->body = NULL;
    wc_sema_symbol *symbol = wc_sema_symbol_new(sema, WC_SYMBOL_ACTION, WC_SPACE_METHOD, &name);
    symbol->name = out->name;
    symbol->body = body;
    body->symbol = symbol;
    wc_sema_insert(sema, &sema->scope, symbol);
    wc_sema_push(sema, &sema->contract_bodies, body);
}

/* An invariant must not depend on what another contract answers. */
static void check_invariant_effects(wc_sema *sema)
{
    for (uint32_t i = 0; i < sema->invariant_bodies.count; i++) {
        const wc_sema_body *body = wc_sema_at(&sema->invariant_bodies, i);
        if ((body->effects & WC_EFFECT_VIEW) == 0) continue;
        wc_diag_report(sema->diags, WC_E1006, body->out->header,
                       "calling another contract is not possible in an invariant");
    }
}

void wc_sema_deploy_check(wc_sema *sema, wc_sema_expr *condition)
{
    wc_sema_ensure *check = WC_SEMA_NEW(sema, wc_sema_ensure);
    check->condition = condition;
    check->span = condition->span;
    wc_sema_push(sema, &sema->deploy_checks, check);
}

/* --- the contract ----------------------------------------------------------------------------- */

static void declare_members(wc_sema *sema, const wc_ast_contract *ast, const wc_sema_parts *parts)
{
    wc_sema_module *own = sema->module;
    wc_sema_find_upgrade(sema, ast);
    declare_parties(sema, &ast->parties);
    mark_parties(sema, &ast->signatories, true);
    mark_parties(sema, &ast->visible, false);
    wc_sema_gathered list = wc_sema_gather(sema, parts, WC_LIST_STATES);
    declare_states(sema, ast, &list);
    list = wc_sema_gather(sema, parts, WC_LIST_TERMS);
    declare_terms(sema, &list);
    for (uint16_t i = 0; i < sema->contract->term_count; i++) {
        const wc_sema_term *term = &sema->contract->terms[i];
        bool is_reported = term->is_amendable && term->type->kind == WC_SEMA_POISON;
        if (is_reported) wc_sema_parts_drop(ast, parts, term->name);
    }
    list = wc_sema_gather(sema, parts, WC_LIST_STORAGE);
    list = wc_sema_order_fields(sema, &list);
    declare_storage(sema, &list);
    sema->module = own;
    uint32_t errors = sema->diags->error_count;
    wc_sema_check_given(sema, ast);
    bool is_given = sema->diags->error_count == errors;
    list = wc_sema_gather(sema, parts, WC_LIST_ROUTINES);
    for (uint32_t i = 0; i < list.count; i++) {
        sema->module = list.modules[i];
        if (is_given || list.origins[i] == 0) declare_routine(sema, list.items[i]);
    }
    sema->module = own;
}

void wc_sema_check_contract(wc_sema *sema, const wc_ast_item *item, wc_sema_symbol *symbol)
{
    const wc_ast_contract *ast = item->as.contract;
    wc_sema_contract *contract = WC_SEMA_NEW(sema, wc_sema_contract);
    contract->name = symbol->name;
    contract->module = sema->module->path;
    contract->span = symbol->span;
    contract->index = (uint16_t)sema->contracts.count;
    wc_sema_push(sema, &sema->contracts, contract);
    symbol->contract = contract;
    sema->contract = contract;
    sema->contract_bodies = sema->invariant_bodies = (wc_sema_list){NULL, 0, 0};
    sema->mentioned = sema->deploy_checks = (wc_sema_list){NULL, 0, 0};
    sema->where = symbol->span;
    uint32_t first = sema->bodies.count;
    uint32_t errors = sema->diags->error_count;
    uint32_t mark = wc_sema_scope_open(sema);
    wc_sema_module *own = sema->module;
    wc_sema_parts parts = wc_sema_parts_of(sema, ast);
    declare_members(sema, ast, &parts);
    bool is_sound = sema->diags->error_count == errors;
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        wc_sema_body *body = wc_sema_at(&sema->contract_bodies, i);
        /* What was made leans on its declarations: with one refused it would only repeat that. */
        if (is_sound || !body->module->is_part) wc_sema_check_body(sema, body);
    }
    wc_sema_gathered invariants = wc_sema_gather(sema, &parts, WC_LIST_INVARIANTS);
    check_invariants(sema, &invariants);
    sema->module = own;
    generate_fund(sema);
    wc_sema_order_calls(sema, first);
    check_invariant_effects(sema);
    for (uint32_t i = 0; i < sema->contract_bodies.count; i++) {
        wc_sema_choose_invariants(sema, wc_sema_at(&sema->contract_bodies, i));
    }
    wc_sema_publish_contract(sema);
    symbol->bodies = sema->contract_bodies;
    /* The whole is looked at only when its parts are sound: one error per cause. */
    if (sema->diags->error_count == errors) wc_sema_check_states(sema);
    if (sema->diags->error_count == errors) wc_sema_check_conserves(sema);
    if (sema->diags->error_count == errors) wc_sema_count_sends(sema);
    if (sema->diags->error_count == 0) wc_sema_warn_unused_members(sema, ast, mark);
    wc_sema_scope_close(sema, mark);
    sema->contract = NULL;
}
