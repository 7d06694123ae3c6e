/* A name that is not known here and that a module of the library declares: which one, and the `use`
 * that brings it. */
#include "compiler/sema/check.h"

static bool declares(const wc_ast_item *item, wc_sema_space space)
{
    switch ((int)item->kind) {
    case WC_ITEM_CONST:
    case WC_ITEM_FUNC: return space == WC_SPACE_VALUE;
    case WC_ITEM_TYPE:
    case WC_ITEM_ENUM:
    case WC_ITEM_RECORD:
    case WC_ITEM_INTERFACE: return space == WC_SPACE_TYPE;
    case WC_ITEM_UNIT:
    case WC_ITEM_CURRENCY: return space == WC_SPACE_UNIT;
    case WC_ITEM_DIMENSION: return space == WC_SPACE_DIMENSION;
    case WC_ITEM_ERROR: return space == WC_SPACE_ERROR;
    case WC_ITEM_EVENT: return space == WC_SPACE_EVENT;
    default: return false;
    }
}

static bool has(const wc_ast_file *file, wc_sema_space space, wc_str name)
{
    for (uint32_t i = 0; i < file->items.count; i++) {
        const wc_ast_item *item = wc_ast_at(&file->items, i);
        if (declares(item, space) && wc_str_equal(item->name.text, name)) return true;
    }
    return false;
}

/* Behind the last `use`, else behind the module's own line: the start of the line after it. */
static wc_span place_of_use(const wc_ast_file *file)
{
    wc_span at = {0, 0, file->source->file};
    if (file->module != NULL) at = file->module->span;
    for (uint32_t i = 0; i < file->items.count; i++) {
        const wc_ast_item *item = wc_ast_at(&file->items, i);
        if (item->kind == WC_ITEM_USE) at = item->span;
    }
    uint32_t line = at.end == 0 ? 0 : wc_source_place(file->source, at.end).line;
    uint32_t start = line < file->source->line_count ? file->source->lines[line] : at.end;
    return (wc_span){start, start, at.file};
}

void wc_sema_say_library(wc_sema *sema, wc_diag *diag, wc_sema_space space, wc_str name)
{
    if (sema->module != sema->main || sema->diags->error_count > WC_ERRORS_MAX) return;
    for (size_t i = 0; i < sema->provider->library_count; i++) {
        wc_str path = sema->provider->library[i];
        const wc_ast_file *file = sema->provider->find(sema->provider->self, path);
        if (file == NULL || !has(file, space, name)) continue;
        for (uint32_t k = 0; k < sema->offered.count; k++) { /* one fix brings the module */
            const wc_str *offered = wc_sema_at(&sema->offered, k);
            if (!wc_str_equal(*offered, path)) continue;
            wc_diag_add_note(sema->diags, diag, "{} declares it: use {};", path, path);
            return;
        }
        wc_str *kept = WC_SEMA_NEW(sema, wc_str);
        *kept = path;
        wc_sema_push(sema, &sema->offered, kept);
        wc_str text = WC_SEMA_TEXT(sema, "use {};\n", path);
        wc_diag_add_fix(sema->diags, diag, place_of_use(sema->main->file), WC_FIX_MAYBE, text,
                        "use {}; which declares it", path);
        return;
    }
}
