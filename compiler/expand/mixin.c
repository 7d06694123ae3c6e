/* Mix-ins: `use std.lifecycle.dispute(...)` in a contract. The text of the library's declaration is
 * copied with its parameters replaced, line by line as it stands there. */
#include "compiler/expand/inside.h"
#include "compiler/lex/lexer.h"
#include "compiler/lex/literal.h"

/* ---- the declaration ---------------------------------------------------------------------------
 */

static void refuse_block(const wc_expander *x, wc_span span, const wc_ast_list *list,
                         const char *what)
{
    if (list->count == 0) return;
    wc_diag *diag = wc_diag_report(x->job->diags, WC_E1212, span, "a mix-in has no {}", what);
    wc_diag_add_note(x->job->diags, diag,
                     "parties are bound by the contract: give them to the mix-in as parameters");
}

void wc_expand_check_mixin(const wc_expander *x, const wc_ast_item *item)
{
    const wc_ast_contract *members = item->as.mixin->members;
    refuse_block(x, members->parties_span, &members->parties, "parties");
    refuse_block(x, members->signatory_span, &members->signatories, "signatories");
    refuse_block(x, members->visible_span, &members->visible, "`visible to`");
    for (uint32_t i = 0; i < members->mixins.count; i++) {
        const wc_ast_use *use = wc_ast_at(&members->mixins, i);
        wc_diag_report(x->job->diags, WC_E1212, use->span, "a mix-in does not use others");
    }
    for (uint32_t i = 0; i < members->routines.count; i++) {
        const wc_ast_routine *routine = wc_ast_at(&members->routines, i);
        if (routine->kind != WC_ROUTINE_UPGRADE) continue;
        wc_diag_report(x->job->diags, WC_E1212, routine->header, "a mix-in has no upgrade");
    }
    for (uint32_t i = 0; i < members->terms.count; i++) {
        const wc_ast_field *term = wc_ast_at(&members->terms, i);
        if (!term->is_amendable) continue;
        wc_diag_report(x->job->diags, WC_E1212, term->span, "a mix-in's terms are not amendable");
    }
}

/* ---- what a `use` gives ------------------------------------------------------------------------
 */

typedef struct binding {
    wc_ast_field *param;
    wc_str text; /* what stands in its place */
} binding;

typedef struct mixin_use {
    wc_expander *x;
    const wc_ast_use *use;
    const wc_ast_file *library;
    const wc_ast_item *item;
    binding *bindings; /* one for each parameter */
    wc_ast_list given; /* of wc_ast_given */
    bool has_failed;
} mixin_use;

static const wc_ast_mixin *mixin_of(const mixin_use *m)
{
    return m->item->as.mixin;
}

static wc_str param_kind(const mixin_use *m, const wc_ast_field *param)
{
    return wc_source_text(m->library->source, param->type->span);
}

static wc_str own_text(const mixin_use *m, wc_span span)
{
    return wc_source_text(m->x->file->source, span);
}

static void refuse(mixin_use *m, const wc_ast_arg *arg, const wc_ast_field *param, const char *what)
{
    wc_diags *diags = m->x->job->diags;
    m->has_failed = true;
    wc_diag *diag = wc_diag_report(diags, WC_E1211, arg->value->span, "`{}` of `{}` takes {}",
                                   param->name.text, m->item->name.text, what);
    wc_diag_add_label(diags, diag, param->span, "declared here");
}

/* The argument for a parameter: by name, else by position. */
static const wc_ast_arg *arg_for(const mixin_use *m, const wc_ast_field *param, uint32_t position)
{
    for (uint32_t i = 0; i < m->use->args.count; i++) {
        const wc_ast_arg *arg = wc_ast_at(&m->use->args, i);
        bool is_named = arg->name.text.len > 0;
        if (is_named ? wc_str_equal(arg->name.text, param->name.text) : i == position) return arg;
    }
    return NULL;
}

static bool is_name_list(const wc_ast_expr *value)
{
    if (value->kind != WC_EXPR_LIST || value->as.elements.count == 0) return false;
    for (uint32_t i = 0; i < value->as.elements.count; i++) {
        const wc_ast_expr *element = wc_ast_at(&value->as.elements, i);
        if (element->kind != WC_EXPR_NAME) return false;
    }
    return true;
}

/* Where the comment or the string at `at` ends; `at` itself where there is none. */
static size_t end_of_part(wc_str text, size_t at)
{
    bool is_comment = text.data[at] == '/' && text.data[at + 1] == '/'; /* ends with no slash */
    if (is_comment) {
        while (text.data[at] != '\n') at++; /* ends: an argument does not end with a comment */
        return at;
    }
    if (text.data[at] != '"') return at;
    size_t end = at + 1;
    while (text.data[end] != '"') end += text.data[end] == '\\' ? 2 : 1; /* ends: it has parsed */
    return end + 1;
}

/* The text on one line, without comments: lines of the library stay where they are. */
static wc_str on_one_line(mixin_use *m, wc_str text, bool in_parentheses)
{
    char *copy = WC_ARENA_ARRAY(m->x->job->arena, char, text.len + 3);
    if (copy == NULL) return (wc_str){NULL, 0};
    size_t at = 0;
    if (in_parentheses) copy[at++] = '(';
    for (size_t i = 0; i < text.len;) {
        size_t end = end_of_part(text, i);
        bool is_string = end > i && text.data[i] == '"';
        if (is_string) memcpy(copy + at, text.data + i, end - i);
        if (is_string) at += end - i;
        if (end == i) copy[at++] = text.data[end++] == '\n' ? ' ' : text.data[i];
        i = end;
    }
    if (in_parentheses) copy[at++] = ')';
    return (wc_str){copy, at};
}

/* The checker looks at what was given, as the author wrote it. */
static wc_status keep_given(mixin_use *m, const binding *bound, wc_ast_expr *value)
{
    wc_ast_given *given = WC_ARENA_NEW(m->x->job->arena, wc_ast_given);
    if (given == NULL) return WC_NO_MEMORY;
    *given = (wc_ast_given){param_kind(m, bound->param), bound->param, value};
    return wc_expand_add(m->x, &m->given, given);
}

static wc_status bind_value(mixin_use *m, binding *bound, const wc_ast_arg *arg)
{
    bound->text = on_one_line(m, own_text(m, arg->value->span), true);
    return bound->text.data == NULL ? WC_NO_MEMORY : WC_OK;
}

static wc_status bind(mixin_use *m, binding *bound, const wc_ast_arg *arg)
{
    wc_str kind = param_kind(m, bound->param);
    WC_TRY(keep_given(m, bound, arg->value));
    const wc_ast_expr *value = arg->value;
    bool is_name = value->kind == WC_EXPR_NAME;
    bool wants_name = wc_str_equal(kind, WC_STR("party")) || wc_str_equal(kind, WC_STR("state")) ||
                      wc_str_equal(kind, WC_STR("currency"));
    if (wants_name) {
        bound->text = own_text(m, value->span);
        if (!is_name) refuse(m, arg, bound->param, "the name of a party, a state or a currency");
        return WC_OK;
    }
    if (!wc_str_equal(kind, WC_STR("states"))) return bind_value(m, bound, arg);
    if (!is_name && !is_name_list(value)) {
        refuse(m, arg, bound->param, "a list of states, such as [Active, Suspended]");
        return WC_OK;
    }
    wc_str text = own_text(m, value->span);
    if (!is_name) text = (wc_str){text.data + 1, text.len - 2};
    bound->text = on_one_line(m, text, false);
    return bound->text.data == NULL ? WC_NO_MEMORY : WC_OK;
}

static bool is_param(const mixin_use *m, wc_str name)
{
    for (uint32_t i = 0; i < mixin_of(m)->params.count; i++) {
        const wc_ast_field *param = wc_ast_at(&mixin_of(m)->params, i);
        if (wc_str_equal(param->name.text, name)) return true;
    }
    return false;
}

static void check_names(mixin_use *m)
{
    wc_diags *diags = m->x->job->diags;
    for (uint32_t i = 0; i < m->use->args.count; i++) {
        const wc_ast_arg *arg = wc_ast_at(&m->use->args, i);
        bool is_extra = arg->name.text.len == 0 && i >= mixin_of(m)->params.count;
        bool is_unknown = arg->name.text.len > 0 && !is_param(m, arg->name.text);
        if (!is_extra && !is_unknown) continue;
        wc_diag *diag = wc_diag_report(diags, WC_E1211, arg->span, "`{}` takes no such argument",
                                       m->item->name.text);
        wc_diag_add_label(diags, diag, m->item->name.span, "declared here");
        m->has_failed = true;
    }
}

static wc_status bind_all(mixin_use *m)
{
    wc_diags *diags = m->x->job->diags;
    const wc_ast_list *params = &mixin_of(m)->params;
    m->bindings = WC_ARENA_ARRAY(m->x->job->arena, binding, (size_t)params->count + 1);
    if (m->bindings == NULL) return WC_NO_MEMORY;
    check_names(m);
    for (uint32_t i = 0; i < params->count; i++) {
        wc_ast_field *param = wc_ast_at(params, i);
        const wc_ast_arg *arg = arg_for(m, param, i);
        m->bindings[i].param = param;
        if (arg != NULL) {
            WC_TRY(bind(m, &m->bindings[i], arg));
            continue;
        }
        m->has_failed = true;
        wc_diag *diag = wc_diag_report(diags, WC_E1211, m->use->span, "`{}` needs `{} : {}`",
                                       m->item->name.text, param->name.text, param_kind(m, param));
        wc_diag_add_label(diags, diag, param->span, "declared here");
    }
    return WC_OK;
}

/* ---- the text ----------------------------------------------------------------------------------
 */

static bool has_field(const wc_ast_list *fields, wc_str name)
{
    for (uint32_t i = 0; i < fields->count; i++) {
        const wc_ast_field *field = wc_ast_at(fields, i);
        if (wc_str_equal(field->name.text, name)) return true;
    }
    return false;
}

/* Whether the mix-in's members declare this name: with a prefix it becomes another. */
static bool is_declared(const mixin_use *m, wc_str name)
{
    const wc_ast_contract *members = mixin_of(m)->members;
    if (has_field(&members->terms, name) || has_field(&members->storage, name)) return true;
    for (uint32_t i = 0; i < members->states.count; i++) {
        const wc_ast_variant *state = wc_ast_at(&members->states, i);
        if (wc_str_equal(state->name.text, name)) return true;
    }
    for (uint32_t i = 0; i < members->routines.count; i++) {
        const wc_ast_routine *routine = wc_ast_at(&members->routines, i);
        if (wc_str_equal(routine->name.text, name)) return true;
    }
    for (uint32_t i = 0; i < members->invariants.count; i++) {
        const wc_ast_invariant *invariant = wc_ast_at(&members->invariants, i);
        if (wc_str_equal(invariant->name.text, name)) return true;
    }
    return false;
}

/* What stands before a word: `self.` names a field, another dot a member of something else. */
typedef struct before {
    int last, last_but_one; /* kinds of tokens */
} before;

static void put_word(mixin_use *m, wc_str word, before seen)
{
    bool is_behind_dot = seen.last == WC_TOKEN_DOT;
    bool is_own = !is_behind_dot || seen.last_but_one == WC_TOKEN_SELF;
    for (uint32_t i = 0; !is_behind_dot && i < mixin_of(m)->params.count; i++) {
        if (!wc_str_equal(m->bindings[i].param->name.text, word)) continue;
        wc_expand_put(m->x, m->bindings[i].text);
        return;
    }
    if (m->use->prefix.text.len > 0 && is_own && is_declared(m, word)) {
        wc_expand_put(m->x, m->use->prefix.text);
        wc_expand_put_text(m->x, "_");
    }
    wc_expand_put(m->x, word);
}

static bool is_in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* An amount in a unit with a currency that is a parameter: 0.00 c, 0.4 c/kWh. */
static void put_quantity(mixin_use *m, wc_str text)
{
    size_t at = wc_number_len(text);
    before seen = {0, 0};
    wc_expand_put(m->x, (wc_str){text.data, at});
    while (at < text.len) {
        size_t end = at;
        while (end < text.len && is_in_word(text.data[end])) end++;
        if (end > at) put_word(m, (wc_str){text.data + at, end - at}, seen);
        if (end == at) wc_expand_put(m->x, (wc_str){text.data + end++, 1});
        seen.last = text.data[end - 1] == '.' ? WC_TOKEN_DOT : 0;
        at = end;
    }
}

static bool is_word(int kind)
{
    return kind == WC_TOKEN_IDENT || (wc_token_is_keyword(kind) && !wc_token_is_reserved(kind));
}

static void put_text(mixin_use *m)
{
    const wc_source *source = m->library->source;
    wc_span body = mixin_of(m)->body;
    wc_lexer lexer;
    before seen = {0, 0};
    uint32_t done = body.start + 1;
    m->x->text.len = 0;
    wc_place place = wc_source_place(source, body.start);
    for (uint32_t line = 1; line < place.line; line++) wc_expand_put_text(m->x, "\n");
    wc_expand_put_text(m->x, "module made; contract made {");
    wc_lexer_init(&lexer, m->x->job->diags, source);
    for (;;) { /* ends: the text has parsed, and ends */
        wc_token token = wc_lexer_next(&lexer);
        if (token.kind == WC_TOKEN_END || token.span.end > body.end) break;
        if (token.span.start <= body.start || token.kind == WC_TOKEN_COMMENT) continue;
        if (is_word(token.kind) || token.kind == WC_TOKEN_QUANTITY) {
            wc_span gap = {done, token.span.start, source->file};
            wc_str text = wc_source_text(source, token.span);
            wc_expand_put(m->x, wc_source_text(source, gap));
            if (token.kind == WC_TOKEN_QUANTITY) put_quantity(m, text);
            if (token.kind != WC_TOKEN_QUANTITY) put_word(m, text, seen);
            done = token.span.end;
        }
        seen = (before){token.kind, seen.last};
    }
    wc_span rest = {done, body.end, source->file};
    wc_expand_put(m->x, wc_source_text(source, rest));
    wc_expand_put_text(m->x, "\n");
}

/* ---- finding it --------------------------------------------------------------------------------
 */

/* std.lifecycle of std.lifecycle.dispute; empty for a mix-in of the same file. */
static wc_str module_of(const wc_expander *x, const wc_ast_use *use)
{
    const wc_ast_list *names = &use->path->names;
    if (names->count < 2) return (wc_str){"", 0};
    const wc_ast_name *first = wc_ast_at(names, 0);
    const wc_ast_name *last = wc_ast_at(names, names->count - 2);
    return wc_source_text(x->file->source, wc_span_join(first->span, last->span));
}

static const wc_ast_item *find_item(const wc_ast_file *file, wc_str name)
{
    for (uint32_t i = 0; i < file->items.count; i++) {
        const wc_ast_item *item = wc_ast_at(&file->items, i);
        if (item->kind == WC_ITEM_MIXIN && wc_str_equal(item->name.text, name)) return item;
    }
    return NULL;
}

/* The mix-ins of the module, for a message. */
static void say_known(const wc_expander *x, wc_diag *diag, const wc_ast_file *file)
{
    uint8_t memory[200];
    wc_buf known;
    wc_buf_init(&known, memory, sizeof memory);
    for (uint32_t i = 0; i < file->items.count; i++) {
        const wc_ast_item *item = wc_ast_at(&file->items, i);
        if (item->kind != WC_ITEM_MIXIN) continue;
        if (known.len > 0) wc_buf_put_text(&known, ", ");
        wc_buf_put(&known, item->name.text.data, item->name.text.len);
    }
    if (known.len == 0) return;
    wc_str text = {(const char *)memory, known.len};
    wc_diag_add_note(x->job->diags, diag, "it has: {}", text);
}

/* False after a report. */
static bool find_mixin(mixin_use *m, wc_str module)
{
    const wc_expand_job *job = m->x->job;
    const wc_ast_path *path = m->use->path;
    const wc_ast_name *name = wc_ast_at(&path->names, path->names.count - 1);
    m->library = module.len == 0 ? m->x->file : job->find(job->self, module);
    if (m->library == NULL) {
        wc_diag_report(job->diags, WC_E0305, path->span, "there is no module `{}`", module);
        return false;
    }
    if (m->library->has_errors) return false;
    m->item = find_item(m->library, name->text);
    if (m->item != NULL) return true;
    wc_diag *diag =
        wc_diag_report(job->diags, WC_E1210, name->span, "there is no mix-in `{}`", name->text);
    say_known(m->x, diag, m->library);
    return false;
}

static wc_status expand_use(wc_expander *x, const wc_ast_use *use)
{
    mixin_use m = {.x = x, .use = use};
    wc_str module = module_of(x, use);
    if (!find_mixin(&m, module)) return WC_OK;
    WC_TRY(bind_all(&m));
    if (m.has_failed) return WC_OK;
    put_text(&m);
    wc_ast_part part = {.origin = use->span,
                        .is_mixin = true,
                        .module = module,
                        .name = m.item->name.text,
                        .given = m.given};
    wc_ast_part *added;
    return wc_expand_parse(x, &part, m.library->source->name, true, &added);
}

wc_status wc_expand_mixins(wc_expander *x)
{
    for (uint32_t i = 0; i < x->contract->mixins.count; i++) {
        WC_TRY(expand_use(x, wc_ast_at(&x->contract->mixins, i)));
    }
    return WC_OK;
}
