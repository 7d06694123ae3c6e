/* A module from a contract: tables, entries, functions in call order; and the test image. */
#include "compiler/emit/gen.h"

static uint16_t *filled_map(wc_arena *arena, size_t count)
{
    uint16_t *map = WC_ARENA_ARRAY(arena, uint16_t, count + 1);
    for (size_t i = 0; map != NULL && i < count; i++) map[i] = WC_NONE;
    return map;
}

/* module: the path of the file that declares what is generated, so that a contract has the same
 * bytes whether its own file is compiled or one that uses it. */
static bool open_gen(wc_gen *gen, const wc_emit_job *job, wc_str name, wc_str module,
                     uint16_t func_count)
{
    const wc_sema_program *program = job->program;
    wc_arena *arena = job->arena;
    *gen = (wc_gen){.job = job, .arena = arena, .func_count = func_count};
    gen->builder = wc_builder_new(arena, job->hash, name, module);
    gen->type_map = filled_map(arena, program->type_count);
    gen->shape_map = filled_map(arena, program->type_count);
    gen->unit_map = filled_map(arena, program->unit_count);
    gen->currency_map = filled_map(arena, program->currency_count);
    gen->interface_map = filled_map(arena, program->interface_count);
    gen->file_map = filled_map(arena, job->sources->count);
    gen->windows = filled_map(arena, func_count);
    gen->window_results = filled_map(arena, func_count);
    gen->pool = WC_ARENA_ARRAY(arena, wc_gen_pool_entry, WC_GEN_POOL_MAX);
    gen->taken = WC_ARENA_ARRAY(arena, uint16_t, WC_GEN_POOL_MAX);
    gen->named = WC_ARENA_ARRAY(arena, wc_gen_named, WC_GEN_NAMED_MAX);
    gen->raised = WC_ARENA_ARRAY(arena, const wc_sema_signature *, WC_GEN_RAISED_MAX);
    const void *const parts[] = {
        gen->builder,       gen->type_map, gen->shape_map, gen->unit_map,       gen->currency_map,
        gen->interface_map, gen->file_map, gen->windows,   gen->window_results, gen->pool,
        gen->taken,         gen->named,    gen->raised};
    for (size_t i = 0; i < WC_ARRAY_LEN(parts); i++) {
        if (parts[i] == NULL) return false;
    }
    gen->party_type = wc_builder_type(
        gen->builder, &(wc_type){.kind = WC_TYPE_PARTY, .name = WC_NONE, .item = WC_NONE});
    gen->empty_tuple = wc_builder_tuple(gen->builder, NULL, NULL, 0);
    return true;
}

/* ---- tables ------------------------------------------------------------------------------------
 */

static void put_parties(wc_gen *gen, const wc_sema_contract *contract)
{
    for (uint16_t i = 0; i < contract->party_count; i++) {
        const wc_sema_party *party = &contract->parties[i];
        wc_party_decl row = {
            .name = wc_builder_string(gen->builder, party->name),
            .role = party->role.len == 0 ? WC_NONE : wc_builder_string(gen->builder, party->role),
            .signatory = party->is_signatory,
            .visible = party->is_visible,
        };
        (void)wc_builder_party(gen->builder, &row);
    }
    (void)wc_builder_parties_type(gen->builder);
}

static void put_terms(wc_gen *gen, const wc_sema_contract *contract)
{
    for (uint16_t i = 0; i < contract->term_count; i++) {
        const wc_sema_term *term = &contract->terms[i];
        bool has_default = term->initial != NULL;
        wc_term row = {
            .amendable = term->is_amendable,
            .has_default = has_default,
            .default_const =
                has_default ? wc_gen_constant(gen, term->initial, term->type) : WC_NONE,
        };
        uint16_t name = wc_builder_string(gen->builder, term->name);
        (void)wc_builder_term(gen->builder, name, wc_gen_type(gen, term->type), &row);
    }
    (void)wc_builder_terms_type(gen->builder);
}

static void put_storage(wc_gen *gen, const wc_sema_contract *contract)
{
    wc_builder_source_version(gen->builder, contract->version);
    for (uint16_t i = 0; i < contract->field_count; i++) {
        const wc_sema_field *field = &contract->fields[i];
        bool in_root = !wc_sema_is_collection(field->type);
        wc_storage_field row = {
            .name = wc_builder_string(gen->builder, field->name),
            .id = field->id,
            .type = wc_gen_type(gen, field->type),
            .since = field->since,
            .initial = in_root && field->initial != NULL
                           ? wc_gen_constant(gen, field->initial, field->type)
                           : WC_NONE,
        };
        (void)wc_builder_field(gen->builder, &row);
    }
    (void)wc_builder_storage_type(gen->builder);
}

static void put_states(wc_gen *gen, const wc_sema_contract *contract)
{
    for (uint16_t i = 0; i < contract->state_count; i++) {
        const wc_sema_state *state = &contract->states[i];
        wc_state_decl row = {
            .name = wc_builder_string(gen->builder, state->name),
            .data = state->member_count == 0
                        ? WC_NONE
                        : wc_gen_members(gen, state->members, state->member_count),
            .initial = state->is_initial,
            .final = state->is_final,
        };
        (void)wc_builder_state(gen->builder, &row);
    }
    (void)wc_builder_state_type(gen->builder);
}

static void put_signatures(wc_gen *gen, const wc_sema_contract *contract)
{
    for (uint16_t i = 0; i < contract->error_count; i++) {
        const wc_sema_signature *error = contract->errors[i];
        uint16_t args = wc_gen_members(gen, error->members, error->member_count);
        (void)wc_builder_error(gen->builder, error->name, args);
    }
    for (uint16_t i = 0; i < contract->event_count; i++) {
        const wc_sema_signature *event = contract->events[i];
        uint16_t args = wc_gen_members(gen, event->members, event->member_count);
        (void)wc_builder_event(gen->builder, event->name, args);
    }
    for (uint16_t i = 0; i < contract->currency_count; i++) {
        (void)wc_gen_currency(gen, contract->currencies[i]);
    }
}

/* ---- entries -----------------------------------------------------------------------------------
 */

static void put_who(wc_gen *gen, wc_entry *entry, const wc_sema_routine *routine)
{
    entry->by = routine->by;
    entry->quorum = routine->quorum;
    entry->who_count = routine->who_count;
    for (uint8_t i = 0; i < routine->who_count; i++) {
        const wc_sema_who *who = &routine->who[i];
        entry->who[i] = who->is_role
                            ? (uint16_t)(WC_BY_ROLE | wc_builder_string(gen->builder, who->role))
                            : who->party;
    }
}

static void put_actions(wc_gen *gen, const wc_sema_contract *contract)
{
    for (uint16_t i = 0; i < contract->action_count; i++) {
        const wc_sema_routine *action = contract->actions[i];
        wc_entry entry = {.kind = WC_ENTRY_ACTION,
                          .name = wc_builder_string(gen->builder, action->name),
                          .args = wc_gen_params(gen, action),
                          .result = WC_NONE,
                          .when = action->when,
                          .leads_to = action->leads_to,
                          .invariants = action->invariants,
                          .repeats = 0};
        put_who(gen, &entry, action);
        entry.function = wc_gen_action(gen, action, entry.args);
        (void)wc_builder_entry(gen->builder, &entry);
    }
}

static void put_views(wc_gen *gen, const wc_sema_contract *contract)
{
    for (uint16_t i = 0; i < contract->view_count; i++) {
        const wc_sema_routine *view = contract->views[i];
        wc_entry entry = {.kind = WC_ENTRY_VIEW,
                          .name = wc_builder_string(gen->builder, view->name),
                          .args = wc_gen_params(gen, view),
                          .result = wc_gen_type(gen, view->result)};
        entry.function = wc_gen_view_routine(gen, view, entry.args);
        (void)wc_builder_entry(gen->builder, &entry);
    }
}

static void put_invariants(wc_gen *gen, const wc_sema_contract *contract)
{
    for (uint16_t i = 0; i < contract->invariant_count; i++) {
        const wc_sema_invariant *invariant = &contract->invariants[i];
        wc_entry entry = {.kind = WC_ENTRY_INVARIANT,
                          .name = wc_builder_string(gen->builder, invariant->name),
                          .args = WC_NONE,
                          .result = WC_NONE};
        entry.function =
            wc_gen_condition(gen, invariant->name, invariant->condition, invariant->local_count);
        (void)wc_builder_entry(gen->builder, &entry);
    }
}

/* Each time-out is followed by the function that says when it is due. */
static void put_afters(wc_gen *gen, const wc_sema_contract *contract)
{
    for (uint16_t i = 0; i < contract->after_count; i++) {
        const wc_sema_routine *after = contract->afters[i];
        wc_entry entry = {.kind = WC_ENTRY_AFTER,
                          .name = WC_NONE,
                          .args = WC_NONE,
                          .result = WC_NONE,
                          .when = after->when,
                          .leads_to = after->leads_to,
                          .invariants = after->invariants,
                          .repeats = after->repeats};
        entry.function = wc_gen_action(gen, after, WC_NONE);
        uint16_t number = wc_builder_entry(gen->builder, &entry);
        wc_entry due = {.kind = WC_ENTRY_DUE, .name = WC_NONE, .args = number, .result = WC_NONE};
        due.function = wc_gen_condition(gen, WC_STR("due"), after->due, after->local_count);
        (void)wc_builder_entry(gen->builder, &due);
    }
}

static void put_deploy_checks(wc_gen *gen, const wc_sema_contract *contract)
{
    if (contract->deploy_check_count == 0) return;
    wc_entry entry = {.kind = WC_ENTRY_DEPLOY, .name = WC_NONE, .args = WC_NONE, .result = WC_NONE};
    entry.function = wc_gen_checks(gen, contract->deploy_checks, contract->deploy_check_count);
    (void)wc_builder_entry(gen->builder, &entry);
}

static void put_upgrade(wc_gen *gen, const wc_sema_contract *contract)
{
    const wc_sema_routine *upgrade = contract->upgrade;
    if (upgrade == NULL) return;
    uint16_t before = gen->empty_tuple;
    if (upgrade->param_count > 0) before = wc_gen_type(gen, upgrade->locals[0]->type);
    wc_entry entry = {.kind = WC_ENTRY_UPGRADE, .name = WC_NONE, .args = before, .result = WC_NONE};
    entry.function = wc_gen_action(gen, upgrade, before);
    (void)wc_builder_entry(gen->builder, &entry);
}

static void put_functions(wc_gen *gen, wc_sema_routine **funcs, uint16_t count)
{
    gen->funcs = funcs;
    gen->func_count = count;
    gen->func_base = wc_builder_module(gen->builder)->function_count;
    for (uint16_t i = 0; i < count; i++) wc_gen_function(gen, funcs[i]);
}

/* ---- finishing ---------------------------------------------------------------------------------
 */

/* What is generated and refused is our own bug: stop with the rule and the place. */
WC_NORETURN static void refused_by_verifier(const wc_module *module, const wc_finding *finding)
{
    static char memory[256];
    wc_buf text;
    wc_buf_init(&text, memory, sizeof(memory) - 1);
    wc_buf_put_text(&text, "the verifier accepts generated code: ");
    wc_buf_put_text(&text, finding->code != NULL ? finding->code : "?");
    wc_buf_put_text(&text, " ");
    wc_buf_put_text(&text, finding->text != NULL ? finding->text : "");
    if (finding->function != WC_NONE && finding->function < module->function_count) {
        wc_str name = module->strings[module->functions[finding->function].name];
        wc_buf_put_text(&text, " in ");
        wc_buf_put(&text, name.data, name.len);
        wc_buf_put_text(&text, " word ");
        wc_buf_put_decimal(&text, finding->word);
    }
    memory[text.len] = '\0';
    wc_assert_failed(memory, "compiler/emit", 0);
}

/* Rules of the verifier that are limits of the machine, which a source can exceed. */
static bool is_author_limit(const char *code)
{
    static const char *const limits[] = {"V0609", "V0610", "V0613", "V0701", "V0702", "V0704"};
    for (size_t i = 0; i < WC_ARRAY_LEN(limits); i++) {
        if (wc_str_equal(wc_str_of(code), wc_str_of(limits[i]))) return true;
    }
    return false;
}

static void report_limit(wc_gen *gen, wc_span span, const wc_module *module,
                         const wc_finding *finding)
{
    if (finding->code == NULL) {
        (void)wc_diag_report(gen->job->diags, WC_E0920, span,
                             "the contract is too large for the machine: {}",
                             "a table of the module is full");
        return;
    }
    wc_diag *diag = wc_diag_report(gen->job->diags, WC_E0920, span,
                                   "the contract is too large for the machine: {}", finding->text);
    if (finding->function != WC_NONE) {
        wc_str name = module->strings[module->functions[finding->function].name];
        wc_diag_add_note(gen->job->diags, diag, "it is about `{}`", name);
    }
    wc_diag_add_note(gen->job->diags, diag, wc_rule_way_out(finding->code)); /* never cut */
}

/* TOO_LARGE is the author's business: a limit of the machine. Whatever else the verifier refuses is
 * ours. */
static wc_status finish(wc_gen *gen, wc_span span, wc_module **module, wc_debug **debug)
{
    wc_module *made = NULL;
    if (gen->is_out_of_memory) return WC_NO_MEMORY;
    wc_status status = wc_builder_status(gen->builder); /* a failed one has a function open */
    if (status == WC_OK) status = wc_builder_finish(gen->builder, &made, debug);
    wc_finding finding = {.function = WC_NONE};
    if (status == WC_OK && !gen->is_over_limit) {
        status = wc_module_bound(made, gen->job->hash, gen->arena, &finding);
        bool is_limit = status == WC_OUT_OF_DOMAIN && is_author_limit(finding.code);
        if (status == WC_OUT_OF_DOMAIN && !is_limit) refused_by_verifier(made, &finding);
        if (is_limit) status = WC_TOO_LARGE;
    }
    if (status == WC_TOO_LARGE && !gen->is_over_limit) {
        report_limit(gen, span, made, &finding);
        gen->is_over_limit = true;
    }
    if (gen->is_over_limit) return WC_OK;
    WC_TRY(status);
    if (gen->contract != NULL) {
        wc_gas_notes notes = wc_builder_gas_notes(gen->builder);
        WC_TRY(wc_gas_derive(made, &notes, gen->arena, *debug));
    }
    *module = made;
    return WC_OK;
}

/* The gas form and the dearest lines of an entry that exceeds its plan. */
static void note_gas(wc_gen *gen, wc_diag *diag, const wc_module *module, const wc_debug *debug,
                     uint16_t row)
{
    char text[400];
    wc_buf buf;
    wc_gas_dearest dearest;
    const wc_entry *entry = &module->entries[row];
    wc_buf_init(&buf, text, sizeof(text));
    wc_buf_put_text(&buf, "by size: ");
    wc_gas_form_text(&buf, &debug->forms[row], debug->sizes);
    if (!buf.full) wc_diag_add_note_text(gen->job->diags, diag, (wc_str){text, buf.len});
    wc_status status = wc_gas_lines(module, debug, entry->function, gen->arena, &dearest);
    if (status != WC_OK) return; /* the arena is full: reported with the next table */
    for (uint32_t i = 0; i < dearest.count; i++) {
        const wc_gas_line *line = &dearest.lines[i];
        wc_diag_add_note(gen->job->diags, diag, "line {} of {}: up to {} gas", line->line,
                         debug->files[line->file].path, line->gas);
    }
}

/* The clause `gas <= n` against the worst case of the entry; false after a report. */
static bool fits_gas(wc_gen *gen, const wc_sema_routine *routine, const wc_module *module,
                     const wc_debug *debug, uint16_t row)
{
    const wc_entry *entry = &module->entries[row];
    if (entry->gas_bound <= routine->gas_limit) return true;
    wc_str name = routine->name.len > 0 ? routine->name : WC_STR("a time-out");
    wc_diag *diag = wc_diag_report(gen->job->diags, WC_E0908, routine->gas_span,
                                   "the worst case of `{}` is {} gas, {} were planned", name,
                                   entry->gas_bound, routine->gas_limit);
    note_gas(gen, diag, module, debug, row);
    wc_diag_add_note(gen->job->diags, diag,
                     "smaller capacities of collections make the worst case smaller");
    return false;
}

static bool check_gas(wc_gen *gen, const wc_sema_contract *contract, const wc_module *module,
                      const wc_debug *debug)
{
    bool fine = true;
    for (uint16_t i = 0; i < contract->action_count; i++) {
        fine = fits_gas(gen, contract->actions[i], module, debug, i) && fine;
    }
    uint16_t first = contract->action_count;
    for (uint16_t i = 0; i < contract->view_count; i++) {
        fine = fits_gas(gen, contract->views[i], module, debug, (uint16_t)(first + i)) && fine;
    }
    first = (uint16_t)(first + contract->view_count + contract->invariant_count);
    for (uint16_t i = 0; i < contract->after_count; i++) {
        uint16_t row = (uint16_t)(first + 2 * i); /* each is followed by its DUE */
        fine = fits_gas(gen, contract->afters[i], module, debug, row) && fine;
    }
    return fine;
}

static void put_contract(wc_gen *gen, const wc_sema_contract *contract)
{
    put_parties(gen, contract);
    put_terms(gen, contract);
    put_storage(gen, contract);
    put_states(gen, contract);
    put_signatures(gen, contract);
    put_functions(gen, contract->funcs, contract->func_count);
    put_actions(gen, contract);
    put_views(gen, contract);
    put_invariants(gen, contract);
    put_afters(gen, contract);
    put_deploy_checks(gen, contract);
    put_upgrade(gen, contract);
}

wc_status wc_emit_contract(const wc_emit_job *job, const wc_sema_contract *contract,
                           wc_module **module, wc_debug **debug)
{
    *module = NULL;
    *debug = NULL;
    wc_gen *gen = WC_ARENA_NEW(job->arena, wc_gen); /* survives the jump of a failed builder */
    if (gen == NULL) return WC_NO_MEMORY;
    if (!open_gen(gen, job, contract->name, contract->module, contract->func_count)) {
        return WC_NO_MEMORY;
    }
    gen->contract = contract;
    if (setjmp(gen->stop) == 0) put_contract(gen, contract);
    WC_TRY(finish(gen, contract->span, module, debug));
    if (*module != NULL && !check_gas(gen, contract, *module, *debug)) *module = NULL;
    return WC_OK;
}

/* Functions of all tests, each once, callees before callers as every test has them. */
static uint16_t all_functions(const wc_sema_program *program, wc_sema_routine **funcs)
{
    uint16_t count = 0;
    for (uint32_t i = 0; i < program->test_count; i++) {
        const wc_sema_test *test = program->tests[i];
        for (uint16_t k = 0; k < test->func_count; k++) {
            uint16_t at = 0;
            while (at < count && funcs[at] != test->funcs[k]) at++;
            if (at == count) funcs[count++] = test->funcs[k];
        }
    }
    return count;
}

static void put_tests(wc_gen *gen, wc_sema_routine **funcs, uint16_t count)
{
    const wc_sema_program *program = gen->job->program;
    wc_builder_mark_test_image(gen->builder);
    put_functions(gen, funcs, count);
    for (uint32_t i = 0; i < program->test_count; i++) {
        gen->test = program->tests[i];
        uint16_t function = wc_gen_test(gen, gen->test, (uint16_t)i);
        (void)wc_builder_test(gen->builder, gen->test->routine->name, function);
    }
}

wc_status wc_emit_tests(const wc_emit_job *job, wc_module **module, wc_debug **debug)
{
    const wc_sema_program *program = job->program;
    *module = NULL;
    *debug = NULL;
    if (program->test_count == 0) return WC_OK;

    size_t most = 0;
    for (uint32_t i = 0; i < program->test_count; i++) most += program->tests[i]->func_count;
    wc_sema_routine **funcs = WC_ARENA_ARRAY(job->arena, wc_sema_routine *, most + 1);
    if (funcs == NULL) return WC_NO_MEMORY;
    uint16_t count = all_functions(program, funcs);

    wc_gen *gen = WC_ARENA_NEW(job->arena, wc_gen);
    if (gen == NULL) return WC_NO_MEMORY;
    if (!open_gen(gen, job, WC_STR("tests"), program->module, count)) return WC_NO_MEMORY;
    if (setjmp(gen->stop) == 0) put_tests(gen, funcs, count);
    return finish(gen, program->tests[0]->routine->span, module, debug);
}
