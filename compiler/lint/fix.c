/* Making fixes: whole ones, in the order of the source, as many as do not touch each other. */
#include "compiler/lint/lint.h"

#define EDITS_MAX 1024u /* more are made in the next round */

typedef struct edits {
    const wc_diag_edit *items[EDITS_MAX]; /* ascending by place */
    size_t count;
} edits;

static bool touch(wc_span a, wc_span b)
{
    bool is_empty = a.start == a.end || b.start == b.end; /* it touches by standing at an end */
    return is_empty ? a.start <= b.end && b.start <= a.end : a.start < b.end && b.start < a.end;
}

static bool can_add(const edits *all, const wc_diag_fix *fix, const wc_source *source)
{
    size_t count = 0;
    for (const wc_diag_edit *edit = fix->edits; edit != NULL; edit = edit->next) {
        if (edit->span.file != source->file) return false;
        for (size_t i = 0; i < all->count; i++) {
            if (touch(all->items[i]->span, edit->span)) return false;
        }
        count++;
    }
    return all->count + count <= EDITS_MAX;
}

static void add(edits *all, const wc_diag_fix *fix)
{
    for (const wc_diag_edit *edit = fix->edits; edit != NULL; edit = edit->next) {
        size_t at = all->count++;
        while (at > 0 && all->items[at - 1]->span.start > edit->span.start) {
            all->items[at] = all->items[at - 1];
            at--;
        }
        all->items[at] = edit;
    }
}

/* The first sure fix of the diagnostic; further ones are other ways to mend the same. */
static const wc_diag_fix *sure_fix(const wc_diag *diag)
{
    const wc_diag_fix *fix = diag->fixes;
    while (fix != NULL && fix->kind != WC_FIX_SURE) fix = fix->next;
    return fix;
}

wc_status wc_lint_fix(wc_arena *arena, const wc_diags *diags, const wc_source *source, wc_str *text,
                      uint32_t *count)
{
    edits *all = WC_ARENA_NEW(arena, edits);
    if (all == NULL) return WC_NO_MEMORY;
    *count = 0;
    *text = source->text;
    size_t size = source->text.len;
    for (const wc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        const wc_diag_fix *fix = sure_fix(diag);
        if (fix == NULL || !can_add(all, fix, source)) continue;
        add(all, fix);
        *count += 1;
        for (const wc_diag_edit *edit = fix->edits; edit != NULL; edit = edit->next)
            size += edit->text.len;
    }
    if (*count == 0) return WC_OK;

    wc_buf out;
    uint8_t *memory = WC_ARENA_ARRAY(arena, uint8_t, size + 1);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&out, memory, size);
    uint32_t at = 0;
    for (size_t i = 0; i < all->count; i++) {
        const wc_diag_edit *edit = all->items[i];
        wc_buf_put(&out, source->text.data + at, edit->span.start - at);
        wc_buf_put(&out, edit->text.data, edit->text.len);
        at = edit->span.end;
    }
    wc_buf_put(&out, source->text.data + at, source->text.len - at);
    *text = (wc_str){(const char *)out.data, out.len};
    return wc_buf_status(&out);
}
