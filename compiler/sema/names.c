/* Names: growing lists, tables of symbols, scopes, and what to suggest for a name that is not
 * there.
 *
 * A table keeps its symbols in order of insertion, and that order, never the order of buckets, is
 * what any output follows. The scope of locals is one table that shrinks as a stack: a symbol that
 * leaves was the last one inserted, so it heads its bucket. */
#include "compiler/sema/check.h"
#include "compiler/sema/life.h"

#define WC_LIST_FIRST     8u
#define WC_BUCKETS_FIRST  16u
#define WC_SUGGESTION_MAX 2u /* edits between a name and what is suggested for it */

void *wc_sema_alloc(wc_sema *sema, size_t count, size_t size)
{
    void *memory = wc_arena_alloc(sema->arena, count, size);
    if (memory == NULL) longjmp(sema->full, 1);
    return memory;
}

void wc_sema_push(wc_sema *sema, wc_sema_list *list, void *item)
{
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity == 0 ? WC_LIST_FIRST : 2 * list->capacity;
        void **items = WC_SEMA_ARRAY(sema, void *, capacity);
        if (list->count > 0) memcpy(items, list->items, list->count * sizeof(void *));
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = item;
}

bool wc_sema_has(const wc_sema_list *list, const void *item)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->items[i] == item) return true;
    }
    return false;
}

void wc_sema_push_new(wc_sema *sema, wc_sema_list *list, void *item)
{
    if (!wc_sema_has(list, item)) wc_sema_push(sema, list, item);
}

wc_str wc_sema_text(wc_sema *sema, const wc_arg *args, size_t count)
{
    char bytes[512];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof(bytes));
    wc_format_args(&buf, args, count); /* a longer text is cut: it is for messages only */
    wc_str text = wc_arena_str(sema->arena, (wc_str){bytes, buf.len});
    if (text.data == NULL) longjmp(sema->full, 1);
    return text;
}

wc_str wc_sema_join(wc_sema *sema, const wc_str *parts, size_t count)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) len += parts[i].len;
    char *data = WC_SEMA_ARRAY(sema, char, len + 1);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].len > 0) memcpy(data + at, parts[i].data, parts[i].len);
        at += parts[i].len;
    }
    return (wc_str){data, len};
}

/* --- tables ----------------------------------------------------------------------------------- */

static uint32_t hash_name(wc_sema_space space, wc_str name)
{
    uint32_t hash = 2166136261u ^ (uint32_t)space; /* FNV-1a */
    for (size_t i = 0; i < name.len; i++) {
        hash = (hash ^ (uint8_t)name.data[i]) * 16777619u;
    }
    return hash ^ hash >> 15;
}

static void link_symbol(wc_sema_table *table, wc_sema_symbol *symbol)
{
    wc_sema_symbol **bucket = &table->buckets[symbol->hash & (table->bucket_count - 1)];
    symbol->chain = *bucket;
    *bucket = symbol;
}

void wc_sema_insert(wc_sema *sema, wc_sema_table *table, wc_sema_symbol *symbol)
{
    symbol->hash = hash_name(symbol->space, symbol->name);
    if (table->symbols.count >= table->bucket_count) {
        table->bucket_count = table->bucket_count == 0 ? WC_BUCKETS_FIRST : 2 * table->bucket_count;
        table->buckets = WC_SEMA_ARRAY(sema, wc_sema_symbol *, table->bucket_count);
        for (uint32_t i = 0; i < table->symbols.count; i++) {
            link_symbol(table, table->symbols.items[i]);
        }
    }
    wc_sema_push(sema, &table->symbols, symbol);
    link_symbol(table, symbol);
}

wc_sema_symbol *wc_sema_table_find(const wc_sema_table *table, wc_sema_space space, wc_str name)
{
    if (table->bucket_count == 0) return NULL;
    uint32_t hash = hash_name(space, name);
    wc_sema_symbol *symbol = table->buckets[hash & (table->bucket_count - 1)];
    while (symbol != NULL) {
        bool same = symbol->hash == hash && symbol->space == space;
        if (same && wc_str_equal(symbol->name, name)) return symbol;
        symbol = symbol->chain;
    }
    return NULL;
}

wc_sema_symbol *wc_sema_table_next(const wc_sema_symbol *symbol)
{
    wc_sema_symbol *next = symbol->chain;
    while (next != NULL) {
        bool same = next->hash == symbol->hash && next->space == symbol->space;
        if (same && wc_str_equal(next->name, symbol->name)) return next;
        next = next->chain;
    }
    return NULL;
}

uint32_t wc_sema_scope_open(const wc_sema *sema)
{
    return sema->scope.symbols.count;
}

void wc_sema_scope_close(wc_sema *sema, uint32_t mark)
{
    wc_sema_table *scope = &sema->scope;
    while (scope->symbols.count > mark) {
        wc_sema_symbol *symbol = scope->symbols.items[--scope->symbols.count];
        wc_sema_symbol **bucket = &scope->buckets[symbol->hash & (scope->bucket_count - 1)];
        wc_assert(*bucket == symbol);
        *bucket = symbol->chain;
    }
}

/* --- looking up ------------------------------------------------------------------------------- */

void wc_sema_need_module(const wc_sema *sema, wc_sema_module *used)
{
    if (sema->module == sema->main) used->is_needed = true;
}

wc_sema_symbol *wc_sema_find(wc_sema *sema, wc_sema_space space, wc_str name)
{
    wc_sema_symbol *symbol = wc_sema_table_find(&sema->scope, space, name);
    if (symbol == NULL) symbol = wc_sema_table_find(&sema->module->names, space, name);
    for (uint32_t i = 0; symbol == NULL && i < sema->module->uses.count; i++) {
        wc_sema_module *used = wc_sema_at(&sema->module->uses, i);
        symbol = wc_sema_table_find(&used->names, space, name);
        if (symbol != NULL) wc_sema_need_module(sema, used);
    }
    if (symbol == NULL) return NULL;
    symbol->is_used = true;
    wc_sema_note_use(sema, name, symbol->span);
    return symbol;
}

/* The name before the last dot names a module of this file's `use` list. */
static wc_sema_symbol *find_qualified(wc_sema *sema, wc_sema_space space, const wc_ast_path *path)
{
    const wc_ast_name *first = wc_ast_at(&path->names, 0);
    const wc_ast_name *last = wc_ast_at(&path->names, path->names.count - 1);
    const wc_ast_name *before = wc_ast_at(&path->names, path->names.count - 2);
    const wc_source *source = sema->module->file->source;
    wc_span span = wc_span_join(first->span, before->span);
    wc_str prefix = wc_source_text(source, span);
    for (uint32_t i = 0; i < sema->module->uses.count; i++) {
        wc_sema_module *used = wc_sema_at(&sema->module->uses, i);
        if (!wc_str_equal(used->path, prefix)) continue;
        wc_sema_symbol *symbol = wc_sema_table_find(&used->names, space, last->text);
        if (symbol == NULL) return NULL;
        wc_sema_need_module(sema, used);
        symbol->is_used = true;
        wc_sema_note_use(sema, last->text, symbol->span);
        return symbol;
    }
    return NULL;
}

wc_sema_symbol *wc_sema_find_path(wc_sema *sema, wc_sema_space space, const wc_ast_path *path)
{
    if (path->names.count > 1) return find_qualified(sema, space, path);
    const wc_ast_name *name = wc_ast_at(&path->names, 0);
    return wc_sema_find(sema, space, name->text);
}

/* --- declaring -------------------------------------------------------------------------------- */

wc_sema_symbol *wc_sema_symbol_new(wc_sema *sema, wc_sema_symbol_kind kind, wc_sema_space space,
                                   const wc_ast_name *name)
{
    wc_sema_symbol *symbol = WC_SEMA_NEW(sema, wc_sema_symbol);
    symbol->kind = kind;
    symbol->space = space;
    symbol->name = name->text;
    symbol->span = name->span;
    symbol->module = sema->module;
    symbol->base = WC_NONE;
    return symbol;
}

bool wc_sema_declare(wc_sema *sema, wc_sema_table *table, wc_sema_symbol *symbol)
{
    wc_sema_symbol *other = wc_sema_table_find(&sema->scope, symbol->space, symbol->name);
    if (other == NULL) other = wc_sema_table_find(table, symbol->space, symbol->name);
    bool is_used = other != NULL && other->is_used;
    if (other == NULL) other = wc_sema_find(sema, symbol->space, symbol->name);
    if (other != NULL) {
        other->is_used = is_used; /* a clash is no use */
        wc_diag *diag = wc_diag_report(sema->diags, WC_E0304, symbol->span,
                                       "the name `{}` is taken", symbol->name);
        wc_diag_add_label(sema->diags, diag, other->span, "declared here first");
        wc_diag_add_note(sema->diags, diag, "a name means one thing in a file: choose another");
        return false;
    }
    wc_sema_insert(sema, table, symbol);
    return true;
}

/* --- suggestions ------------------------------------------------------------------------------ */

/* Edits (insert, delete, replace, swap neighbours) from a to b, or more than `most`. */
static unsigned distance(wc_str a, wc_str b, unsigned most)
{
    wc_assert(b.len <= WC_NAME_MAX);
    if (a.len > WC_NAME_MAX) return most + 1; /* a text */
    size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (gap > most) return most + 1;
    unsigned rows[3][WC_NAME_MAX + 1];
    for (size_t j = 0; j <= b.len; j++) rows[0][j] = (unsigned)j;
    for (size_t i = 1; i <= a.len; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        const unsigned *above2 = rows[(i + 1) % 3];
        row[0] = (unsigned)i;
        unsigned least = row[0];
        for (size_t j = 1; j <= b.len; j++) {
            unsigned best = above[j - 1] + (a.data[i - 1] != b.data[j - 1]);
            if (above[j] + 1 < best) best = above[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            bool swapped =
                i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1];
            if (swapped && above2[j - 2] + 1 < best) best = above2[j - 2] + 1;
            row[j] = best;
            if (best < least) least = best;
        }
        if (least > most) return most + 1;
    }
    return rows[a.len % 3][b.len];
}

void wc_sema_guess_try(wc_sema_guess *guess, wc_str candidate)
{
    unsigned most = guess->wanted.len < 4 ? 1 : WC_SUGGESTION_MAX;
    unsigned edits = distance(guess->wanted, candidate, most);
    bool is_case = false;
    if (edits > most && candidate.len == guess->wanted.len) {
        is_case = true;
        for (size_t i = 0; i < candidate.len && is_case; i++) {
            is_case = (candidate.data[i] | 0x20) == (guess->wanted.data[i] | 0x20);
        }
    }
    if (is_case) edits = 0;
    if (edits > most || (guess->found.len > 0 && edits >= guess->edits)) return;
    guess->edits = edits;
    guess->found = candidate;
}

static void guess_in(wc_sema_guess *guess, const wc_sema_table *table, wc_sema_space space)
{
    for (uint32_t i = 0; i < table->symbols.count; i++) {
        const wc_sema_symbol *symbol = table->symbols.items[i];
        if (symbol->space == space) wc_sema_guess_try(guess, symbol->name);
    }
}

void wc_sema_guess_space(wc_sema *sema, wc_sema_guess *guess, wc_sema_space space)
{
    if (sema->diags->error_count > WC_ERRORS_MAX) return; /* nobody will read it */
    guess_in(guess, &sema->scope, space);
    guess_in(guess, &sema->module->names, space);
    for (uint32_t i = 0; i < sema->module->uses.count; i++) {
        const wc_sema_module *used = wc_sema_at(&sema->module->uses, i);
        guess_in(guess, &used->names, space);
    }
}

void wc_sema_guess_say(wc_sema *sema, wc_diag *diag, wc_span span, const wc_sema_guess *guess)
{
    if (guess->found.len == 0) return;
    wc_diag_add_fix(sema->diags, diag, span, WC_FIX_MAYBE, guess->found, "`{}`", guess->found);
}

typedef struct wc_sema_unknown_name {
    wc_str name;
    wc_sema_space space;
    const wc_sema_module *module;
    wc_diag *diag;
    uint32_t times;
} wc_sema_unknown_name;

/* What is declared for a whole module is missing once, however often it is written. */
static wc_sema_unknown_name *unknown_before(wc_sema *sema, wc_sema_space space, wc_str name)
{
    for (uint32_t i = 0; i < sema->unknown.count; i++) {
        wc_sema_unknown_name *known = wc_sema_at(&sema->unknown, i);
        bool is_same = known->space == space && known->module == sema->module &&
                       wc_str_equal(known->name, name);
        if (is_same) return known;
    }
    return NULL;
}

static void remember_unknown(wc_sema *sema, wc_sema_space space, wc_str name, wc_diag *diag)
{
    bool is_of_module =
        space == WC_SPACE_TYPE || space == WC_SPACE_UNIT || space == WC_SPACE_DIMENSION;
    if (!is_of_module) return;
    wc_sema_unknown_name *made = WC_SEMA_NEW(sema, wc_sema_unknown_name);
    *made = (wc_sema_unknown_name){name, space, sema->module, diag, 1};
    wc_sema_push(sema, &sema->unknown, made);
}

/* What people call a span of time: hours and minutes have units, days and more have not. */
static bool say_duration(wc_sema *sema, wc_diag *diag, wc_str name)
{
    static const struct {
        const char *theirs, *ours;
    } words[] = {{"second", "s"},    {"seconds", "s"}, {"sec", "s"},  {"minute", "min"},
                 {"minutes", "min"}, {"hour", "h"},    {"hours", "h"}};

    static const char *const calendar[] = {"day",   "days",   "d",    "week", "weeks",
                                           "month", "months", "year", "years"};

    for (size_t i = 0; i < WC_ARRAY_LEN(words); i++) {
        if (!wc_str_equal(name, wc_str_of(words[i].theirs))) continue;
        wc_diag_add_note(sema->diags, diag, "std.energy has {}", words[i].ours);
        return true;
    }
    for (size_t i = 0; i < WC_ARRAY_LEN(calendar); i++) {
        if (!wc_str_equal(name, wc_str_of(calendar[i]))) continue;
        wc_diag_add_note(sema->diags, diag,
                         "its length depends on the calendar: C.add_days(t, 1), C.day(t, 1), "
                         "C.month(t, 1); or write hours: 24 h");
        return true;
    }
    return false;
}

/* A unit or currency where a type is needed. */
static bool say_unit(wc_sema *sema, wc_diag *diag, wc_str name)
{
    const wc_sema_symbol *unit = wc_sema_find(sema, WC_SPACE_UNIT, name);
    if (unit == NULL) return false;
    if (unit->kind == WC_SYMBOL_CURRENCY) {
        wc_diag_add_note(sema->diags, diag, "it is a currency, and an amount of it is money<{}>",
                         name);
    } else {
        wc_diag_add_note(sema->diags, diag,
                         "it is a unit, and a type has decimals, too: dec<3, {}>", name);
    }
    return true;
}

wc_diag *wc_sema_unknown_near(wc_sema *sema, wc_diag_code code, wc_span span, wc_sema_space space,
                              wc_sema_guess *guess)
{
    static const char *const what[] = {
        [WC_SPACE_VALUE] = "name",          [WC_SPACE_TYPE] = "type",
        [WC_SPACE_VARIANT] = "variant",     [WC_SPACE_UNIT] = "unit",
        [WC_SPACE_DIMENSION] = "dimension", [WC_SPACE_ERROR] = "error",
        [WC_SPACE_EVENT] = "event",         [WC_SPACE_STATE] = "state",
        [WC_SPACE_FIELD] = "storage field", [WC_SPACE_METHOD] = "action or view"};
    bool is_of_module =
        space != WC_SPACE_STATE && space != WC_SPACE_FIELD && space != WC_SPACE_METHOD;
    if (is_of_module && sema->module->is_blind) return NULL; /* the use is reported */
    wc_str name = guess->wanted;
    if (space == WC_SPACE_UNIT && wc_sema_is_given_currency(sema, name)) return NULL;
    wc_sema_unknown_name *before = unknown_before(sema, space, name);
    if (before != NULL) {
        if (++before->times <= 3) wc_diag_add_label(sema->diags, before->diag, span, "and here");
        return before->diag;
    }
    wc_diag *diag =
        wc_diag_report(sema->diags, code, span, "there is no {} `{}` here", what[space], name);
    remember_unknown(sema, space, name, diag);
    wc_sema_guess_space(sema, guess, space);
    wc_sema_guess_say(sema, diag, span, guess);
    if (guess->found.len > 0) return diag;
    if (space == WC_SPACE_TYPE && wc_sema_say_type(sema, diag, span, name)) return diag;
    if (space == WC_SPACE_TYPE && say_unit(sema, diag, name)) return diag;
    if (space == WC_SPACE_UNIT && say_duration(sema, diag, name)) return diag;
    wc_sema_say_library(sema, diag, space, name);
    return diag;
}

wc_diag *wc_sema_unknown(wc_sema *sema, wc_diag_code code, wc_span span, wc_sema_space space,
                         wc_str name)
{
    wc_sema_guess guess = {.wanted = name};
    return wc_sema_unknown_near(sema, code, span, space, &guess);
}
