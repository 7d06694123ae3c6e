/* The passes in their order: parse, check, emit, encode. */
#include "compiler/compiler.h"

#include "compiler/doc/sheet.h"
#include "compiler/emit/emit.h"
#include "compiler/expand/expand.h"
#include "compiler/index_build.h"
#include "compiler/interp/witness.h"
#include "compiler/lint/lint.h"
#include "compiler/sema/sema.h"
#include "vm/isa/upgrade.h"

/* A module that the file uses, parsed once. */
typedef struct used_module {
    struct used_module *next;
    wc_str path;
    const wc_ast_file *file; /* NULL: there is none */
} used_module;

typedef struct compile_job {
    const wc_compile_options *options;
    wc_compilation *compilation;
    used_module *used;
    wc_source_index *index;  /* NULL: not wanted */
    wc_diags muted;          /* of a check that is made for the index alone */
    const wc_ast_file *file; /* the compiled one */
    wc_status status;        /* first failure inside find_module, which cannot return one */
} compile_job;

static bool find_text(const compile_job *job, wc_str path, wc_str *name, wc_str *text)
{
    for (size_t i = 0; i < wc_stdlib_file_count; i++) {
        const wc_embedded *file = &wc_stdlib_files[i];
        if (!wc_str_equal(path, wc_str_of(file->path))) continue;
        *name = wc_str_of(file->path);
        *text = (wc_str){file->text, file->size};
        return true;
    }
    const wc_compile_options *options = job->options;
    return options->find != NULL && options->find(options->self, path, name, text);
}

static const wc_ast_file *find_module(void *self, wc_str path);

static wc_status expand(compile_job *job, wc_ast_file *file)
{
    wc_expand_job expand = {.arena = job->options->arena,
                            .diags = &job->compilation->diags,
                            .sources = &job->compilation->sources,
                            .find = find_module,
                            .self = job};
    return wc_expand(&expand, file);
}

/* Parses and expands. */
static const wc_ast_file *parse_module(compile_job *job, wc_str name, wc_str text)
{
    wc_compilation *out = job->compilation;
    const wc_source *source;
    wc_ast_file *file = NULL;
    uint32_t errors = out->diags.error_count;
    wc_status status = wc_sources_add(&out->sources, name, text, &source);
    if (status == WC_OK) {
        status = wc_parse(job->options->arena, &out->diags, source, &file);
    }
    if (status == WC_OK && out->diags.error_count == errors) status = expand(job, file);
    if (status != WC_OK) job->status = status;
    static const wc_ast_file broken = {.has_errors = true};
    return status == WC_OK && out->diags.error_count == errors ? file : &broken;
}

/* The compiled file itself. For an index its tree is kept whole or not; *is_sound: it is whole. */
static wc_status parse_main(compile_job *job, wc_str name, wc_str text, const wc_ast_file **file,
                            bool *is_sound)
{
    wc_source_index *index = job->index;
    wc_compilation *out = job->compilation;
    wc_arena *arena = job->options->arena;
    const wc_source *source;
    wc_ast_file *parsed;
    wc_parse_watch *watch = index == NULL ? NULL : WC_ARENA_NEW(arena, wc_parse_watch);
    if (index != NULL && watch == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_sources_add(&out->sources, name, text, &source));
    WC_TRY(wc_parse_watched(arena, &out->diags, source, watch, &parsed));
    if (out->diags.error_count == 0) WC_TRY(expand(job, parsed));
    *is_sound = out->diags.error_count == 0;
    if (*is_sound || index != NULL) *file = parsed;
    return index == NULL ? WC_OK : wc_index_add_tokens(index, arena, watch);
}

static const wc_ast_file *find_module(void *self, wc_str path)
{
    compile_job *job = self;
    for (used_module *used = job->used; used != NULL; used = used->next) {
        if (wc_str_equal(used->path, path)) return used->file;
    }
    used_module *used = WC_ARENA_NEW(job->options->arena, used_module);
    wc_str name, text;
    if (used == NULL) {
        job->status = WC_NO_MEMORY;
        return NULL;
    }
    used->path = path;
    used->next = job->used;
    job->used = used;
    if (find_text(job, path, &name, &text)) used->file = parse_module(job, name, text);
    return used->file;
}

static wc_sema_traps traps_of(const wc_compile_options *options)
{
    if (options->deny_traps) return WC_TRAPS_DENY;
    return options->explain_traps ? WC_TRAPS_EXPLAIN : WC_TRAPS_SILENT;
}

/* After an error of syntax only the index is of interest: what the checker says of a tree with
 * holes is not for the author. */
static wc_status check(compile_job *job, const wc_ast_file *file, bool is_sound,
                       const wc_sema_program **program)
{
    const wc_compile_options *options = job->options;
    wc_compilation *out = job->compilation;
    wc_diags_init(&job->muted, options->arena, &out->sources);
    wc_str *library = WC_ARENA_ARRAY(options->arena, wc_str, wc_stdlib_file_count);
    if (library == NULL) return WC_NO_MEMORY;
    for (size_t i = 0; i < wc_stdlib_file_count; i++) {
        library[i] = wc_str_of(wc_stdlib_files[i].path);
    }
    wc_sema_job sema = {.arena = options->arena,
                        .diags = is_sound ? &out->diags : &job->muted,
                        .modules = {.self = job,
                                    .find = find_module,
                                    .library = library,
                                    .library_count = wc_stdlib_file_count},
                        .roles = options->roles,
                        .role_count = options->role_count,
                        .traps = is_sound ? traps_of(options) : WC_TRAPS_SKIP,
                        .explains_states = options->explain_states,
                        .witness = {.self = options->arena, .gains = wc_interp_gains},
                        .previous = options->previous,
                        .index = job->index};
    WC_TRY(wc_sema_check(&sema, file, program));
    if (!is_sound) *program = NULL;
    return job->status;
}

/* ---- code --------------------------------------------------------------------------------------
 */

/* Encodes the module and, behind it, the debug part that is bound to it. */
static wc_status encode(const compile_job *job, const wc_module *module, wc_debug *debug,
                        wc_slice *module_bytes, wc_slice *file_bytes)
{
    wc_arena *arena = job->options->arena;
    size_t size;
    uint8_t *memory = wc_arena_ahead(arena, &size);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf buf;
    wc_buf_init(&buf, memory, size);
    wc_module_encode(module, &buf);
    size_t length = buf.len;
    if (buf.full) return WC_NO_MEMORY;
    if (length > WC_MODULE_SIZE_MAX) return WC_TOO_LARGE;
    *module_bytes = wc_slice_of(memory, length);
    debug->module = job->options->hash(module_bytes, 1);
    wc_debug_encode(debug, &buf);
    if (buf.full) return WC_NO_MEMORY;
    wc_assert(buf.len - length <= WC_DEBUG_SIZE_MAX); /* a few bytes for each word of the module */
    *file_bytes = wc_buf_slice(&buf);
    wc_arena_take(arena, buf.len);
    return WC_OK;
}

static void report_size(const compile_job *job, wc_span span)
{
    (void)wc_diag_report(&job->compilation->diags, WC_E0920, span,
                         "the module is larger than {} bytes", WC_MODULE_SIZE_MAX);
}

/* Entries in the order of emit.h: actions, views, invariants, then time-outs with their due. */
static wc_status keep_limits(const compile_job *job, const wc_sema_contract *contract,
                             const wc_module *module, wc_compiled_contract *compiled)
{
    uint64_t *limits = WC_ARENA_ARRAY(job->options->arena, uint64_t, module->entry_count);
    if (limits == NULL) return WC_NO_MEMORY;
    uint16_t at = 0;
    for (uint16_t i = 0; i < module->entry_count; i++) limits[i] = UINT64_MAX;
    for (uint16_t i = 0; i < contract->action_count; i++) {
        limits[at++] = contract->actions[i]->gas_limit;
    }
    for (uint16_t i = 0; i < contract->view_count; i++) {
        limits[at++] = contract->views[i]->gas_limit;
    }
    at = (uint16_t)(at + contract->invariant_count);
    for (uint16_t i = 0; i < contract->after_count; i++, at = (uint16_t)(at + 2)) {
        limits[at] = contract->afters[i]->gas_limit;
    }
    compiled->gas_limits = limits;
    return WC_OK;
}

static wc_status make_sheet(const compile_job *job, const wc_emit_job *emit,
                            const wc_sema_contract *contract, const wc_module *module,
                            const wc_debug *debug, wc_doc **sheet)
{
    uint32_t count = 1, used_count = 0;
    for (const used_module *used = job->used; used != NULL; used = used->next) used_count++;
    const wc_ast_file **files =
        WC_ARENA_ARRAY(emit->arena, const wc_ast_file *, (size_t)used_count + 1);
    if (files == NULL) return WC_NO_MEMORY;
    files[0] = job->file;
    for (const used_module *used = job->used; used != NULL; used = used->next) {
        files[count++] = used->file;
    }
    const wc_doc_job doc = {.arena = emit->arena,
                            .sources = emit->sources,
                            .program = emit->program,
                            .contract = contract,
                            .module = module,
                            .debug = debug,
                            .files = files,
                            .file_count = count};
    return wc_doc_of(&doc, sheet);
}

static wc_str routine_title(wc_arena *arena, const wc_sema_routine *routine, uint16_t number)
{
    uint8_t memory[128];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    bool is_action = routine->kind == WC_ROUTINE_ACTION;
    wc_buf_put_text(&buf, is_action ? "action " : "time-out ");
    if (is_action) wc_buf_put(&buf, routine->name.data, routine->name.len);
    if (!is_action) wc_buf_put_decimal(&buf, number + 1);
    return wc_arena_str(arena, (wc_str){(const char *)memory, buf.len});
}

/* What is proved of the actions, then of the time-outs. */
static wc_status list_proofs(wc_arena *arena, const wc_sema_contract *contract,
                             wc_compiled_contract *compiled)
{
    uint32_t total = (uint32_t)contract->action_count + contract->after_count, count = 0;
    for (uint32_t pass = 0; pass < 2; pass++) {
        wc_compiled_proof *proofs = WC_ARENA_ARRAY(arena, wc_compiled_proof, (size_t)count + 1);
        if (proofs == NULL) return WC_NO_MEMORY;
        compiled->proofs = proofs;
        compiled->proof_count = count;
        count = 0;
        for (uint32_t i = 0; i < total; i++) {
            bool is_action = i < contract->action_count;
            uint16_t number = (uint16_t)(is_action ? i : i - contract->action_count);
            const wc_sema_routine *routine =
                is_action ? contract->actions[number] : contract->afters[number];
            for (uint16_t k = 0; k < routine->conserve_count; k++, count++) {
                if (pass == 0) continue;
                proofs[count].routine = routine_title(arena, routine, number);
                proofs[count].unit = routine->conserves[k]->text;
                if (proofs[count].routine.data == NULL) return WC_NO_MEMORY;
            }
        }
    }
    return WC_OK;
}

/* What stays in an instance must be the same as in the version before. */
static wc_status check_upgrade(const compile_job *job, const wc_sema_contract *contract,
                               const wc_module *module)
{
    if (contract->upgrade == NULL || job->options->compares) return WC_OK;
    wc_arena *arena = job->options->arena;
    size_t mark = wc_arena_mark(arena);
    uint8_t *scratch = WC_ARENA_ARRAY(arena, uint8_t, WC_UPGRADE_SCRATCH);
    if (scratch == NULL) return WC_NO_MEMORY;
    const wc_module *old = job->options->previous;
    wc_upgrade_fault fault = wc_upgrade_check(old, module, WC_UPGRADE_NO_STATE, scratch);
    wc_arena_rewind(arena, mark);
    if (fault.rule == WC_UPGRADE_FITS) fault = wc_upgrade_references(old, module);
    if (fault.rule == WC_UPGRADE_FITS) return WC_OK;
    wc_diags *diags = &job->compilation->diags;
    const char *kind;
    wc_str name;
    wc_upgrade_subject(old, module, fault, &kind, &name);
    const char *what = wc_upgrade_text(fault.rule);
    wc_diag *diag = name.len == 0 ? wc_diag_report(diags, WC_E1203, contract->upgrade->header,
                                                   "this is not the next version: {}", what)
                                  : wc_diag_report(diags, WC_E1203, contract->upgrade->header,
                                                   "this is not the next version: {}: {} `{}`",
                                                   what, kind, name);
    wc_diag_add_note(diags, diag, "{}", wc_upgrade_way_out(fault.rule));
    return wc_diags_status(diags);
}

static wc_status emit_contracts(compile_job *job, const wc_emit_job *emit)
{
    const wc_sema_program *program = emit->program;
    wc_compilation *out = job->compilation;
    out->contracts =
        WC_ARENA_ARRAY(emit->arena, wc_compiled_contract, (size_t)program->contract_count + 1);
    if (out->contracts == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < program->contract_count; i++) {
        const wc_sema_contract *contract = program->contracts[i];
        wc_compiled_contract *compiled = &out->contracts[i];
        wc_module *module;
        wc_debug *debug;
        compiled->name = contract->name;
        compiled->module_path = contract->module;
        compiled->is_own = wc_str_equal(contract->module, program->module);
        WC_TRY(wc_emit_contract(emit, contract, &module, &debug));
        if (module == NULL) continue; /* reported */
        WC_TRY(keep_limits(job, contract, module, compiled));
        if (job->index != NULL) wc_index_add_gas(job->index, contract, module);
        WC_TRY(check_upgrade(job, contract, module));
        WC_TRY(list_proofs(emit->arena, contract, compiled));
        wc_status status = encode(job, module, debug, &compiled->module, &compiled->file);
        if (status == WC_TOO_LARGE) report_size(job, contract->span);
        if (status != WC_OK && status != WC_TOO_LARGE) return status;
        if (job->options->sheets && compiled->is_own) {
            WC_TRY(make_sheet(job, emit, contract, module, debug, &compiled->sheet));
        }
    }
    out->contract_count = (uint16_t)program->contract_count;
    return WC_OK;
}

static wc_status name_locals(wc_arena *arena, const wc_sema_routine *routine,
                             wc_compiled_test *test)
{
    wc_compiled_local *locals =
        WC_ARENA_ARRAY(arena, wc_compiled_local, (size_t)routine->local_count + 1);
    if (locals == NULL) return WC_NO_MEMORY;
    for (uint16_t i = 0; i < routine->local_count; i++) {
        const wc_sema_local *local = routine->locals[i];
        locals[i] = (wc_compiled_local){.name = local->name, .type = local->type->text};
    }
    test->local_count = routine->local_count;
    test->locals = locals;
    return WC_OK;
}

static wc_status emit_tests(compile_job *job, const wc_emit_job *emit)
{
    const wc_sema_program *program = emit->program;
    wc_compilation *out = job->compilation;
    wc_module *module;
    wc_debug *debug;
    WC_TRY(wc_emit_tests(emit, &module, &debug));
    if (module == NULL) return WC_OK;
    wc_status status = encode(job, module, debug, &out->test_image, &out->test_file);
    if (status == WC_TOO_LARGE) {
        report_size(job, program->tests[0]->routine->span);
        return WC_OK;
    }
    WC_TRY(status);
    out->tests = WC_ARENA_ARRAY(emit->arena, wc_compiled_test, (size_t)program->test_count + 1);
    if (out->tests == NULL) return WC_NO_MEMORY;
    for (uint32_t i = 0; i < program->test_count; i++) {
        const wc_sema_test *test = program->tests[i];
        out->tests[i] = (wc_compiled_test){.title = test->routine->name,
                                           .number = (uint16_t)i,
                                           .span = test->routine->span,
                                           .header = test->routine->header,
                                           .param_count = test->routine->param_count,
                                           .party_count = test->party_count,
                                           .parties = test->parties};
        WC_TRY(name_locals(emit->arena, test->routine, &out->tests[i]));
    }
    out->test_count = program->test_count;
    return WC_OK;
}

/* Of each source by its number: once for all contracts that come from it. */
static wc_status hash_sources(const compile_job *job, const wc_hash **hashes)
{
    const wc_sources *sources = &job->compilation->sources;
    wc_hash *made = WC_ARENA_ARRAY(job->options->arena, wc_hash, sources->count);
    if (made == NULL) return WC_NO_MEMORY;
    for (uint32_t i = 0; i < sources->count; i++) {
        wc_str text = sources->items[i]->text;
        wc_slice bytes = wc_slice_of(text.data, text.len);
        made[i] = job->options->hash(&bytes, 1);
    }
    *hashes = made;
    return WC_OK;
}

static wc_status emit(compile_job *job, const wc_sema_program *program)
{
    const wc_compile_options *options = job->options;
    wc_compilation *out = job->compilation;
    const wc_hash *hashes;
    WC_TRY(hash_sources(job, &hashes));
    wc_emit_job emit_job = {.arena = options->arena,
                            .diags = &out->diags,
                            .sources = &out->sources,
                            .source_hashes = hashes,
                            .hash = options->hash,
                            .program = program};
    WC_TRY(emit_contracts(job, &emit_job));
    WC_TRY(wc_find_arms(program, &out->sources, options->arena, &out->arms, &out->arm_count));
    if (options->no_tests || out->diags.error_count > 0) return WC_OK;
    return emit_tests(job, &emit_job);
}

static wc_status path_text(wc_arena *arena, const wc_ast_path *path, wc_str *text)
{
    size_t size = path->names.count;
    for (uint32_t i = 0; i < path->names.count; i++) {
        const wc_ast_name *name = wc_ast_at(&path->names, i);
        size += name->text.len;
    }
    char *memory = WC_ARENA_ARRAY(arena, char, size + 1);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf buf;
    wc_buf_init(&buf, memory, size);
    for (uint32_t i = 0; i < path->names.count; i++) {
        const wc_ast_name *name = wc_ast_at(&path->names, i);
        if (i > 0) wc_buf_put_text(&buf, ".");
        wc_buf_put(&buf, name->text.data, name->text.len);
    }
    *text = (wc_str){memory, buf.len};
    return WC_OK;
}

/* What the file is called and what it uses: who writes a file beside it needs the same. */
static wc_status note_modules(wc_arena *arena, const wc_ast_file *file, wc_compilation *out)
{
    WC_TRY(path_text(arena, file->module, &out->module));
    out->uses = WC_ARENA_ARRAY(arena, wc_str, (size_t)file->items.count + 1);
    if (out->uses == NULL) return WC_NO_MEMORY;
    for (uint32_t i = 0; i < file->items.count; i++) {
        const wc_ast_item *item = wc_ast_at(&file->items, i);
        if (item->kind != WC_ITEM_USE) continue;
        WC_TRY(path_text(arena, item->as.use->path, &out->uses[out->use_count++]));
    }
    return WC_OK;
}

wc_status wc_compile(const wc_compile_options *options, wc_str name, wc_str text,
                     wc_compilation **compilation)
{
    wc_compilation *out = WC_ARENA_NEW(options->arena, wc_compilation);
    if (out == NULL) return WC_NO_MEMORY;
    compile_job job = {.options = options, .compilation = out, .status = WC_OK};
    wc_sources_init(&out->sources, options->arena);
    wc_diags_init(&out->diags, options->arena, &out->sources);
    *compilation = out;

    if (options->index) {
        job.index = WC_ARENA_NEW(options->arena, wc_source_index);
        if (job.index == NULL) return WC_NO_MEMORY;
        out->index = job.index;
    }
    const wc_ast_file *file = NULL;
    const wc_sema_program *program = NULL;
    bool is_sound = false;
    WC_TRY(parse_main(&job, name, text, &file, &is_sound));
    if (file != NULL) WC_TRY(check(&job, file, is_sound, &program));
    job.file = file;
    if (program != NULL) WC_TRY(note_modules(options->arena, file, out));
    wc_assert(program == NULL || out->diags.error_count == 0);
    if (program != NULL && !options->check_only) {
        WC_TRY(emit(&job, program));
    }
    out->program = program;
    if (options->lint && file != NULL) wc_lint(&out->diags, out->sources.items[0], program);
    if (program != NULL) out->may_trap_count = program->may_trap_count;
    out->has_failed = out->diags.error_count > 0;
    return wc_diags_status(&out->diags);
}
