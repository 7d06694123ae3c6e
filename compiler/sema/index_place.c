/* Places of the index: where locals can be named, what uses what, which text has which value. */
#include "compiler/sema/index_parts.h"

/* --- order ------------------------------------------------------------------------------------ */

void wc_sema_index_sort(wc_sema *sema, wc_sema_list *list, wc_sema_index_order order)
{
    if (list->count < 2) return;
    void **from = list->items;
    void **to = WC_SEMA_ARRAY(sema, void *, list->count);
    for (uint32_t width = 1; width < list->count; width *= 2) {
        for (uint32_t start = 0; start < list->count; start += 2 * width) {
            uint32_t middle = start + width < list->count ? start + width : list->count;
            uint32_t end = start + 2 * width < list->count ? start + 2 * width : list->count;
            uint32_t left = start, right = middle;
            for (uint32_t at = start; at < end; at++) {
                bool take_left =
                    left < middle && (right == end || order(from[left], from[right]) <= 0);
                to[at] = take_left ? from[left++] : from[right++];
            }
        }
        void **swap = from;
        from = to;
        to = swap;
    }
    list->items = from;
    list->capacity = list->count;
}

/* By start; of two that start together the longer first. */
static int compare(wc_span a, wc_span b)
{
    if (a.file != b.file) return a.file < b.file ? -1 : 1;
    if (a.start != b.start) return a.start < b.start ? -1 : 1;
    return a.end > b.end ? -1 : a.end < b.end;
}

static int by_start(const wc_span *a, const wc_span *b)
{
    if (a->file != b->file) return a->file < b->file ? -1 : 1;
    return a->start < b->start ? -1 : a->start > b->start;
}

int wc_sema_index_by_name(const void *a, const void *b)
{
    const wc_index_def *x = a, *y = b;
    return by_start(&x->span, &y->span);
}

static int by_span(const void *a, const void *b)
{
    const wc_span *x = a, *y = b;
    return compare(*x, *y);
}

static int by_use(const void *a, const void *b)
{
    const wc_sema_use *x = a, *y = b;
    return compare(x->span, y->span);
}

static int by_value(const void *a, const void *b)
{
    const wc_sema_noted_value *x = a, *y = b;
    return compare(x->ast->span, y->ast->span);
}

/* --- scopes of locals ------------------------------------------------------------------------- */

/* Nested spans in order: the parent of each is the innermost one around it. */
typedef struct span_tree {
    uint32_t count;
    const wc_span *spans;
    uint32_t *parents; /* WC_INDEX_NONE: none */
} span_tree;

static void tree_link(span_tree *tree)
{
    for (uint32_t i = 0; i < tree->count; i++) {
        uint32_t parent = i == 0 ? WC_INDEX_NONE : i - 1;
        while (parent != WC_INDEX_NONE && tree->spans[parent].end < tree->spans[i].end) {
            parent = tree->parents[parent]; /* ends: a parent comes before its child */
        }
        tree->parents[i] = parent;
    }
}

/* The innermost span around the place, or WC_INDEX_NONE. Places are those of locals, in the first
 * file, behind which the others come. */
static uint32_t tree_find(const span_tree *tree, wc_span place)
{
    uint32_t low = 0, high = tree->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (by_start(&tree->spans[middle], &place) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    uint32_t at = low == 0 ? WC_INDEX_NONE : low - 1;
    while (at != WC_INDEX_NONE && tree->spans[at].end < place.end) {
        at = tree->parents[at]; /* ends: a parent comes before its child */
    }
    return at;
}

static void tree_make(wc_sema *sema, span_tree *tree, wc_sema_list *list)
{
    wc_sema_index_sort(sema, list, by_span);
    wc_span *spans = WC_SEMA_ARRAY(sema, wc_span, list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        const wc_span *span = wc_sema_at(list, i);
        spans[i] = *span;
    }
    tree->count = list->count;
    tree->spans = spans;
    tree->parents = WC_SEMA_ARRAY(sema, uint32_t, list->count);
    tree_link(tree);
}

static bool has_body(wc_index_kind kind)
{
    return kind == WC_INDEX_FUNC || kind == WC_INDEX_ACTION || kind == WC_INDEX_VIEW ||
           kind == WC_INDEX_AFTER || kind == WC_INDEX_INVARIANT || kind == WC_INDEX_TEST;
}

/* The number of the routine whose whole text is the span: its name follows soon. */
static uint32_t routine_at(const wc_source_index *index, wc_span full)
{
    uint32_t low = 0, high = index->def_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        wc_span span = index->defs[middle].span;
        if (by_start(&span, &full) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    wc_assert(low < index->def_count && has_body(index->defs[low].kind));
    wc_assert(compare(index->defs[low].full, full) == 0); /* no other name comes before its own */
    return low;
}

void wc_sema_index_scopes(wc_sema *sema, wc_source_index *index)
{
    wc_sema_list routines = {NULL, 0, 0};
    for (uint32_t i = 0; i < index->def_count; i++) {
        wc_index_def *def = &index->defs[i];
        if (has_body(def->kind)) wc_sema_push(sema, &routines, &def->full);
        if (has_body(def->kind)) wc_sema_note_scope(sema, def->full);
    }
    span_tree scopes, bodies;
    tree_make(sema, &scopes, &sema->notes->scopes);
    tree_make(sema, &bodies, &routines);
    for (uint32_t i = 0; i < index->def_count; i++) {
        wc_index_def *def = &index->defs[i];
        if (def->kind != WC_INDEX_LOCAL) continue;
        uint32_t scope = tree_find(&scopes, def->span);
        uint32_t body = tree_find(&bodies, def->span);
        wc_assert(scope != WC_INDEX_NONE);
        def->scope = scopes.spans[scope];
        if (body != WC_INDEX_NONE) def->owner = routine_at(index, bodies.spans[body]);
    }
}

/* --- uses ------------------------------------------------------------------------------------- */

/* The definition with its name at that place, or the routine with its text there. */
static uint32_t def_at(const wc_source_index *index, wc_span place, wc_str name)
{
    uint32_t low = 0, high = index->def_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        wc_span span = index->defs[middle].span;
        if (by_start(&span, &place) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < index->def_count; low++) {
        const wc_index_def *def = &index->defs[low];
        if (def->span.file != place.file || def->span.start > place.end) break;
        bool is_here = def->span.start == place.start || compare(def->full, place) == 0;
        if (is_here && wc_str_equal(def->name, name)) return low;
    }
    return WC_INDEX_NONE;
}

void wc_sema_index_uses(wc_sema *sema, wc_source_index *index)
{
    wc_sema_list *noted = &sema->notes->uses;
    wc_sema_index_sort(sema, noted, by_use);
    wc_index_use *uses = WC_SEMA_ARRAY(sema, wc_index_use, noted->count);
    for (uint32_t i = 0; i < noted->count; i++) {
        const wc_sema_use *use = wc_sema_at(noted, i);
        wc_str name = wc_source_text(sema->main->file->source, use->span);
        if (def_at(index, use->span, name) != WC_INDEX_NONE) continue; /* a clash of definitions */
        uint32_t def = def_at(index, use->definition, name);
        if (def == WC_INDEX_NONE) continue;
        bool is_again =
            index->use_count > 0 && uses[index->use_count - 1].span.start == use->span.start;
        if (is_again) index->use_count--;
        uses[index->use_count++] = (wc_index_use){use->span, def};
    }
    index->uses = uses;
}

/* --- values ----------------------------------------------------------------------------------- */

static wc_index_value value_of(wc_sema_index_types *types, const wc_sema_noted_value *noted)
{
    const wc_sema_expr *value = noted->value;
    wc_index_value out = {.span = noted->ast->span, .type = wc_sema_index_type(types, value->type)};
    out.is_rounding = noted->ast->kind == WC_EXPR_ROUND;
    out.has_target = out.is_rounding && noted->ast->as.round.target != NULL;
    out.is_ranged = out.type != NULL && wc_sema_is_number(value->type);
    out.low = value->range.lo;
    out.high = value->range.hi;
    return out;
}

void wc_sema_index_values(wc_sema *sema, wc_sema_index_types *types, wc_source_index *index)
{
    wc_sema_list *noted = &sema->notes->values;
    wc_sema_index_sort(sema, noted, by_value);
    wc_index_value *values = WC_SEMA_ARRAY(sema, wc_index_value, noted->count);
    for (uint32_t i = 0; i < noted->count; i++) {
        wc_index_value value = value_of(types, wc_sema_at(noted, i));
        if (value.type == NULL) continue;
        const wc_index_value *last =
            index->value_count > 0 ? &values[index->value_count - 1] : NULL;
        if (last != NULL && compare(last->span, value.span) == 0) index->value_count--;
        values[index->value_count++] = value;
    }
    index->values = values;
}
