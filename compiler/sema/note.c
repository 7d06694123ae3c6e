/* Notes of what names mean, taken while they are resolved; index.c makes an index of them.
 *
 * Taken only when an index is wanted, and only of the checked file: for modules that it uses their
 * definitions are enough. A name that is looked up twice is noted twice; the last note holds, since
 * what is settled comes after what is tried. */
#include "compiler/sema/index_parts.h"

static bool is_own(const wc_sema *sema, wc_span span)
{
    return span.file == sema->main->file->source->file;
}

/* The place of a slice of the checked file. Names that the checker made up lie elsewhere. */
static bool place_of(const wc_sema *sema, wc_str name, wc_span *span)
{
    const wc_source *source = sema->main->file->source;
    uintptr_t text = (uintptr_t)source->text.data;
    uintptr_t at = (uintptr_t)name.data;
    if (at < text || at - text > source->text.len) return false;
    uint32_t start = (uint32_t)(at - text);
    *span = (wc_span){start, start + (uint32_t)name.len, source->file};
    return true;
}

void wc_sema_note_use(wc_sema *sema, wc_str name, wc_span definition)
{
    wc_span span;
    if (sema->notes == NULL || !place_of(sema, name, &span)) return;
    wc_sema_use *use = WC_SEMA_NEW(sema, wc_sema_use);
    use->span = span;
    use->definition = definition;
    wc_sema_push(sema, &sema->notes->uses, use);
}

void wc_sema_note_value(wc_sema *sema, const wc_ast_expr *ast, const wc_sema_expr *value)
{
    if (sema->notes == NULL || !is_own(sema, ast->span)) return;
    wc_sema_noted_value *noted = WC_SEMA_NEW(sema, wc_sema_noted_value);
    noted->ast = ast;
    noted->value = value;
    wc_sema_push(sema, &sema->notes->values, noted);
}

void wc_sema_note_scope(wc_sema *sema, wc_span span)
{
    if (sema->notes == NULL || !is_own(sema, span)) return;
    wc_span *noted = WC_SEMA_NEW(sema, wc_span);
    *noted = span;
    wc_sema_push(sema, &sema->notes->scopes, noted);
}

void wc_sema_note_local(wc_sema *sema, wc_sema_symbol *symbol)
{
    if (sema->notes == NULL || !is_own(sema, symbol->span)) return;
    wc_sema_push(sema, &sema->notes->locals, symbol);
}
