/* The pass over a file's contracts; see expand.h. */
#include "compiler/expand/inside.h"
#include "compiler/parse/parse.h"

void wc_expand_put(wc_expander *x, wc_str text)
{
    wc_buf_put(&x->text, text.data, text.len);
}

void wc_expand_put_text(wc_expander *x, const char *text)
{
    wc_buf_put_text(&x->text, text);
}

wc_status wc_expand_add(const wc_expander *x, wc_ast_list *list, void *item)
{
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity < 8 ? 16 : 2 * list->capacity;
        void **items = WC_ARENA_ARRAY(x->job->arena, void *, capacity);
        if (items == NULL) return WC_NO_MEMORY;
        if (list->count > 0) memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
    return WC_OK;
}

/* Two declarations that say the same: the same event of two contracts of a file. */
static bool is_known(const wc_expander *x, const wc_ast_item *item, const wc_source *source)
{
    for (uint32_t i = 0; i < x->file->items.count; i++) {
        const wc_ast_item *other = wc_ast_at(&x->file->items, i);
        const wc_source *from = wc_sources_of(x->job->sources, other->span);
        if (other->kind != item->kind || !from->has_origin) continue;
        wc_str text = wc_source_text(from, other->span);
        if (wc_str_equal(text, wc_source_text(source, item->span))) return true;
    }
    return false;
}

/* Events and errors become declarations of the file; the contract's members stay apart. */
static wc_status take(wc_expander *x, wc_ast_part *part)
{
    for (uint32_t i = 0; i < part->file->items.count; i++) {
        wc_ast_item *item = wc_ast_at(&part->file->items, i);
        if (item->kind == WC_ITEM_CONTRACT) {
            part->members = item->as.contract;
        } else if (!is_known(x, item, part->file->source)) {
            WC_TRY(wc_expand_add(x, &x->file->items, item));
        }
    }
    wc_assert(part->members != NULL);
    return wc_expand_add(x, &x->contract->parts, part);
}

static void report_size(const wc_expand_job *job, wc_span origin)
{
    wc_diag *diag = wc_diag_report(job->diags, WC_E0112, origin,
                                   "with its arguments this text would be larger than {} bytes",
                                   WC_EXPAND_TEXT_MAX);
    wc_diag_add_note(job->diags, diag, "give long arguments a name: a constant or a term");
}

wc_status wc_expand_parse(wc_expander *x, const wc_ast_part *part, wc_str name, bool is_library,
                          wc_ast_part **added)
{
    const wc_expand_job *job = x->job;
    *added = NULL;
    if (x->text.full) {
        report_size(job, part->origin);
        return WC_OK;
    }
    wc_str text = {(const char *)x->text.data, x->text.len};
    const wc_source *source;
    wc_ast_file *file;
    uint32_t errors = job->diags->error_count;
    WC_TRY(wc_sources_add_made(job->sources, name, text, part->origin, is_library, &source));
    WC_TRY(wc_parse(job->arena, job->diags, source, &file));
    if (job->diags->error_count != errors) return WC_OK;
    wc_ast_part *made = WC_ARENA_NEW(job->arena, wc_ast_part);
    if (made == NULL) return WC_NO_MEMORY;
    *made = *part;
    made->file = file;
    WC_TRY(take(x, made));
    *added = made;
    return WC_OK;
}

static wc_status expand_contract(wc_expander *x, wc_ast_contract *contract)
{
    x->contract = contract;
    WC_TRY(wc_expand_terms(x));
    return wc_expand_mixins(x);
}

static bool is_needed(const wc_ast_file *file)
{
    for (uint32_t i = 0; i < file->items.count; i++) {
        const wc_ast_item *item = wc_ast_at(&file->items, i);
        if (item->kind == WC_ITEM_MIXIN) return true;
        if (item->kind != WC_ITEM_CONTRACT) continue;
        if (item->as.contract->mixins.count > 0) return true;
        for (uint32_t k = 0; k < item->as.contract->terms.count; k++) {
            const wc_ast_field *term = wc_ast_at(&item->as.contract->terms, k);
            if (term->is_amendable) return true;
        }
    }
    return false;
}

wc_status wc_expand(const wc_expand_job *job, wc_ast_file *file)
{
    wc_expander x = {.job = job, .file = file};
    if (!is_needed(file)) return WC_OK;
    uint8_t *memory = WC_ARENA_ARRAY(job->arena, uint8_t, WC_EXPAND_TEXT_MAX);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&x.text, memory, WC_EXPAND_TEXT_MAX);
    uint32_t count = file->items.count; /* what is added needs no expansion */
    for (uint32_t i = 0; i < count; i++) {
        const wc_ast_item *item = wc_ast_at(&file->items, i);
        if (item->kind == WC_ITEM_MIXIN) wc_expand_check_mixin(&x, item);
        if (item->kind == WC_ITEM_CONTRACT) WC_TRY(expand_contract(&x, item->as.contract));
    }
    return WC_OK;
}
