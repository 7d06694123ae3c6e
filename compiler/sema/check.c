/* The pass as a whole: modules and what they use, then contracts and tests of the checked file. */
#include "compiler/sema/index_parts.h"
#include "compiler/sema/warn.h"

/* --- modules ---------------------------------------------------------------------------------- */

static wc_sema_module *find_module(const wc_sema *sema, wc_str path)
{
    for (uint32_t i = 0; i < sema->modules.count; i++) {
        wc_sema_module *module = wc_sema_at(&sema->modules, i);
        if (wc_str_equal(module->path, path)) return module;
    }
    return NULL;
}

static wc_str path_text(wc_sema *sema, const wc_ast_path *path)
{
    wc_str text = {"", 0};
    if (path == NULL) return text; /* only after a syntax error */
    for (uint32_t i = 0; i < path->names.count; i++) {
        const wc_ast_name *name = wc_ast_at(&path->names, i);
        const wc_str parts[] = {text, i > 0 ? WC_STR(".") : WC_STR(""), name->text};
        text = wc_sema_join(sema, parts, WC_ARRAY_LEN(parts));
    }
    return text;
}

static void load(wc_sema *sema, wc_sema_module *module, uint32_t depth);

static void report_absent(wc_sema *sema, wc_str path, wc_span span)
{
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0305, span, "there is no module `{}`", path);
    wc_sema_guess guess = {.wanted = path};
    for (size_t i = 0; i < sema->provider->library_count; i++) {
        wc_sema_guess_try(&guess, sema->provider->library[i]);
    }
    wc_sema_guess_say(sema, diag, span, &guess);
    if (guess.found.len > 0) return;
    wc_diag_add_note(sema->diags, diag,
                     "a module is one of the library (std.energy), or a.b in the file a/b.clause "
                     "beside this folder");
}

/* The loaded module of this path; NULL after a report. */
static wc_sema_module *loaded(wc_sema *sema, wc_sema_module *module, wc_str path, wc_span span,
                              uint32_t depth)
{
    wc_sema_module *used = find_module(sema, path);
    if (used == NULL) {
        const wc_ast_file *file = sema->provider->find(sema->provider->self, path);
        if (file == NULL) report_absent(sema, path, span);
        if (file == NULL || file->has_errors) {
            module->is_blind = true;
            return NULL;
        }
        used = WC_SEMA_NEW(sema, wc_sema_module);
        used->path = path;
        used->file = file;
        wc_sema_push(sema, &sema->modules, used);
    }
    if (used->progress == WC_BUSY || depth >= WC_SEMA_DEPTH_MAX) {
        wc_diag_report(sema->diags, WC_E0306, span, "the modules `{}` and `{}` use each other",
                       module->path, path);
        return NULL;
    }
    if (used->progress == WC_NOT_STARTED) load(sema, used, depth + 1);
    return used;
}

static void use(wc_sema *sema, wc_sema_module *module, const wc_ast_use *ast, uint32_t depth)
{
    wc_str path = path_text(sema, ast->path);
    wc_sema_module *used = loaded(sema, module, path, ast->path->span, depth);
    if (used == NULL) return;
    if (module == sema->main && used->file->module != NULL) {
        wc_str written = wc_source_text(module->file->source, ast->path->span);
        wc_sema_note_use(sema, written, used->file->module->span);
    }
    wc_sema_push_new(sema, &module->uses, used);
}

/* The modules whose mix-ins a contract uses; their names are seen by the mix-ins alone. */
static void use_libraries(wc_sema *sema, wc_sema_module *module, const wc_ast_list *parts,
                          uint32_t depth)
{
    for (uint32_t i = 0; i < parts->count; i++) {
        const wc_ast_part *part = wc_ast_at(parts, i);
        if (part->module.len == 0) continue;
        (void)loaded(sema, module, part->module, part->origin, depth);
    }
}

static void check_functions(wc_sema *sema, uint32_t first)
{
    uint32_t end = sema->bodies.count;
    for (uint32_t i = first; i < end; i++) {
        wc_sema_check_body(sema, wc_sema_at(&sema->bodies, i));
    }
    wc_sema_order_calls(sema, first);
}

static void check_contracts(wc_sema *sema, const wc_ast_file *file)
{
    for (uint32_t i = 0; i < file->items.count; i++) {
        wc_ast_item *item = wc_ast_at(&file->items, i);
        if (item->kind == WC_ITEM_CONTRACT && item->slot != NULL) {
            wc_sema_check_contract(sema, item, item->slot);
        }
    }
}

/* Used modules first; then names, meanings, functions and contracts of this one. Recursion follows
 * `use`, at most WC_SEMA_DEPTH_MAX deep. */
static void load(wc_sema *sema, wc_sema_module *module, uint32_t depth)
{
    const wc_ast_list *items = &module->file->items;
    module->progress = WC_BUSY;
    for (uint32_t i = 0; i < items->count; i++) {
        const wc_ast_item *item = wc_ast_at(items, i);
        if (item->kind == WC_ITEM_USE) use(sema, module, item->as.use, depth);
        if (item->kind != WC_ITEM_CONTRACT) continue;
        use_libraries(sema, module, &item->as.contract->parts, depth);
    }
    sema->module = module;
    uint32_t first = sema->bodies.count;
    wc_sema_declare_module(sema);
    check_functions(sema, first);
    check_contracts(sema, module->file);
    module->progress = WC_DONE;
}

/* --- tests ------------------------------------------------------------------------------------ */

/* Tests are checked when the contracts they call are sound. */
static void check_tests(wc_sema *sema, const wc_ast_file *file)
{
    bool is_sound = sema->diags->error_count == 0;
    for (uint32_t i = 0; i < file->items.count; i++) {
        const wc_ast_item *item = wc_ast_at(&file->items, i);
        bool is_test = item->kind == WC_ITEM_TEST || item->kind == WC_ITEM_PROPERTY;
        if (is_test && is_sound) wc_sema_check_test(sema, item->as.routine);
    }
}

/* --- the program ------------------------------------------------------------------------------ */

/* Lists hold void pointers; a program has arrays of what they point to. */
#define WC_PUBLISH(sema, array, count_field, list, type)                                           \
    do {                                                                                           \
        (count_field) = (list).count;                                                              \
        (array) = WC_SEMA_ARRAY((sema), type, (list).count);                                       \
        for (uint32_t i_ = 0; i_ < (list).count; i_++) (array)[i_] = wc_sema_at(&(list), i_);      \
    } while (0)

static wc_sema_program *publish(wc_sema *sema)
{
    wc_sema_program *to = WC_SEMA_NEW(sema, wc_sema_program);
    to->module = sema->module->path;
    WC_PUBLISH(sema, to->types, to->type_count, sema->types, const wc_sema_type *);
    WC_PUBLISH(sema, to->units, to->unit_count, sema->units, const wc_sema_unit *);
    WC_PUBLISH(sema, to->currencies, to->currency_count, sema->currencies,
               const wc_sema_currency *);
    WC_PUBLISH(sema, to->interfaces, to->interface_count, sema->interfaces,
               const wc_sema_interface *);
    WC_PUBLISH(sema, to->contracts, to->contract_count, sema->contracts, wc_sema_contract *);
    WC_PUBLISH(sema, to->tests, to->test_count, sema->tests, wc_sema_test *);
    to->may_trap_count = sema->may_trap_count;
    return to;
}

static wc_sema_program *check_file(wc_sema *sema, const wc_ast_file *file, wc_source_index *index)
{
    wc_sema_units_init(sema);
    wc_sema_types_init(sema);
    wc_sema_module *module = WC_SEMA_NEW(sema, wc_sema_module);
    module->path = path_text(sema, file->module);
    module->file = file;
    wc_sema_push(sema, &sema->modules, module);
    sema->main = module;
    load(sema, module, 0);
    bool has_holes = sema->traps == WC_TRAPS_SKIP;
    if (sema->diags->error_count == 0 && !has_holes) wc_sema_check_hazards(sema);
    check_tests(sema, file);
    wc_sema_warn_divisors(sema);
    if (sema->diags->error_count == 0) wc_sema_warn_unused_module(sema);
    if (sema->notes != NULL) wc_sema_index(sema, index);
    return sema->diags->error_count == 0 ? publish(sema) : NULL;
}

wc_status wc_sema_check(const wc_sema_job *job, const wc_ast_file *file,
                        const wc_sema_program **program)
{
    wc_sema *sema = WC_ARENA_NEW(job->arena, wc_sema);
    if (sema == NULL) return WC_NO_MEMORY;
    sema->arena = job->arena;
    sema->diags = job->diags;
    sema->provider = &job->modules;
    sema->witness = &job->witness;
    sema->roles = job->roles;
    sema->role_count = job->role_count;
    if (job->index != NULL) {
        sema->notes = WC_ARENA_NEW(job->arena, wc_sema_notes);
        if (sema->notes == NULL) return WC_NO_MEMORY;
    }
    sema->traps = job->traps;
    sema->explains_states = job->explains_states;
    sema->previous = job->previous;
    if (setjmp(sema->full) != 0) return WC_NO_MEMORY;
    wc_sema_program *checked = check_file(sema, file, job->index);
    WC_TRY(wc_diags_status(job->diags));
    *program = checked;
    return WC_OK;
}
