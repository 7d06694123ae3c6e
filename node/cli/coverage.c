/* From counters by word to rows by place. */
#include "node/cli/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/isa/isa.h"

const char *const wc_coverage_names[WC_COVERAGE_KINDS] = {
    "statements", "branches", "arms", "states", "transitions", "roles", "errors", "roundings"};

typedef struct maker {
    wc_coverage *coverage;
    const wc_suite *suite;
    const wc_cover_module *module;
    bool is_full;
} maker;

/* ---- rows --------------------------------------------------------------------------------------
 */

static const wc_source *source_named(const wc_suite *suite, wc_str path)
{
    for (uint32_t f = 0; f < suite->file_count; f++) {
        const wc_sources *sources = &suite->files[f].compilation->sources;
        for (uint32_t i = 0; i < sources->count; i++) {
            if (wc_str_equal(sources->items[i]->name, path)) return sources->items[i];
        }
    }
    return NULL;
}

/* WC_NONE: a source that is not reported on. */
static uint16_t file_of(maker *m, wc_str path)
{
    wc_coverage *coverage = m->coverage;
    if (path.len >= 4 && memcmp(path.data, "std.", 4) == 0) return WC_NONE;
    for (uint32_t i = 0; i < coverage->file_count; i++) {
        if (wc_str_equal(coverage->files[i].path, path)) return (uint16_t)i;
    }
    if (coverage->file_count == WC_COVERAGE_FILES_MAX) return WC_NONE;
    coverage->files[coverage->file_count] =
        (wc_coverage_file){.path = path, .source = source_named(m->suite, path)};
    return (uint16_t)coverage->file_count++;
}

/* The row of this kind, place and ordinal, made when it is not there; NULL: no room. Functions that
 * several contracts use give one row. */
static wc_coverage_row *row_at(maker *m, wc_coverage_kind kind, const wc_coverage_row *place)
{
    wc_coverage *coverage = m->coverage;
    for (uint32_t i = 0; i < coverage->row_count; i++) {
        wc_coverage_row *row = &coverage->rows[i];
        if (row->kind == kind && row->file == place->file && row->line == place->line &&
            row->column == place->column && row->ordinal == place->ordinal &&
            (place->line != 0 || strcmp(row->text, place->text) == 0)) {
            return row;
        }
    }
    if (coverage->row_count == WC_COVERAGE_ROWS_MAX) {
        m->is_full = true;
        return NULL;
    }
    wc_coverage_row *row = &coverage->rows[coverage->row_count++];
    *row = *place;
    row->kind = kind;
    row->hits = 0;
    return row;
}

static void add(maker *m, wc_coverage_kind kind, const wc_coverage_row *place, uint64_t hits)
{
    wc_coverage_row *row = row_at(m, kind, place);
    if (row != NULL) row->hits += hits;
}

/* ---- functions ---------------------------------------------------------------------------------
 */

/* The `fund` that every contract gets: nobody wrote it, so nobody has to test it. All its words
 * come from one place, the contract's name. */
static bool is_generated(const wc_cover_module *module, uint16_t function)
{
    wc_str name = module->module->strings[module->module->functions[function].name];
    return wc_str_equal(name, WC_STR("fund")) && module->debug->functions[function].count <= 1;
}

static bool place_of(maker *m, uint16_t function, uint32_t word, wc_coverage_row *place)
{
    const wc_debug *debug = m->module->debug;
    const wc_debug_line *line = wc_debug_find(debug, function, word);
    if (line == NULL) return false;
    *place = (wc_coverage_row){.file = file_of(m, debug->files[line->file].path),
                               .line = line->line,
                               .column = line->column};
    return place->file != WC_NONE;
}

/* The arm of a match that begins there, or NULL. */
static const wc_compiled_arm *arm_at(const maker *m, const wc_coverage_row *place)
{
    wc_str path = m->coverage->files[place->file].path;
    for (uint32_t f = 0; f < m->suite->file_count; f++) {
        const wc_compilation *made = m->suite->files[f].compilation;
        for (uint32_t i = 0; i < made->arm_count; i++) {
            const wc_source *source = wc_sources_of(&made->sources, made->arms[i].span);
            wc_place start = wc_source_place(source, made->arms[i].span.start);
            bool is_here = start.line == place->line && start.column == place->column &&
                           wc_str_equal(source->name, path);
            if (is_here) return &made->arms[i];
        }
    }
    return NULL;
}

/* Whether the way straight on leads to a `fail` before anything else is decided. */
static bool leads_to_fail(const wc_cover_module *module, uint32_t word, uint32_t end)
{
    for (uint32_t i = word + 2; i < end; i++) {
        uint16_t op = (uint16_t)(module->module->words[i] >> 48);
        if (op == WC_OP_fail) return true;
        if (op == WC_OP_block || (op >= WC_OP_jmp && op <= WC_OP_ret)) return false;
    }
    return false;
}

static void add_statements(maker *m, uint16_t index)
{
    const wc_function *function = &m->module->module->functions[index];
    const wc_debug_function *lines = &m->module->debug->functions[index];
    for (uint32_t i = 0; i < lines->count; i++) {
        uint32_t end = i + 1 < lines->count ? lines->lines[i + 1].word : function->word_count;
        uint64_t hits = 0;
        uint32_t instructions = 0;
        for (uint32_t word = lines->lines[i].word; word < end; word++) {
            uint16_t op = (uint16_t)(m->module->module->words[function->first_word + word] >> 48);
            if (op == WC_OP_block || op == WC_OP_ext) continue;
            uint32_t count = m->module->hits[function->first_word + word];
            if (count > hits) hits = count;
            instructions++;
        }
        wc_coverage_row place;
        if (instructions == 0 || !place_of(m, index, lines->lines[i].word, &place)) continue;
        if (arm_at(m, &place) != NULL) continue; /* the choice of an arm is no statement */
        snprintf(place.text, sizeof(place.text), "never ran");
        wc_coverage_row *row = row_at(m, WC_COVERAGE_STATEMENT, &place);
        if (row != NULL && hits > row->hits) row->hits = hits;
    }
}

static const char *mode_of(uint16_t op)
{
    static const char *const modes[] = {"half_even", "half_up", "half_down", "up",
                                        "down",      "floor",   "ceil",      "exact"};
    return modes[(op - WC_OP_mdr_half_even) % 8];
}

static void add_rounding(maker *m, uint16_t op, uint32_t word, wc_coverage_row *place)
{
    const char *mode = mode_of(op);
    uint8_t seen = m->module->rounding[word];
    bool has_ties = strncmp(mode, "half", 4) == 0;
    if (strcmp(mode, "exact") == 0) return; /* has nothing to round, or traps */
    snprintf(place->text, sizeof(place->text),
             has_ties ? "rounding %s never met a tie" : "rounding %s never had a remainder", mode);
    bool is_covered =
        has_ties ? (seen & WC_COVER_TIE) != 0 : (seen & (WC_COVER_TIE | WC_COVER_INEXACT)) != 0;
    add(m, WC_COVERAGE_ROUNDING, place, is_covered);
}

static void add_branch(maker *m, uint32_t word, uint32_t end, wc_coverage_row *place)
{
    uint32_t jumped = m->module->jumped[word], fell = m->module->fell[word];
    bool is_check = leads_to_fail(m->module, word, end);
    uint16_t ordinal = place->ordinal;
    const char *missing = is_check             ? (jumped > 0 ? "never refused" : "never held")
                          : jumped + fell == 0 ? "never decided"
                                               : "decided one way only";
    snprintf(place->text, sizeof(place->text), "%s", missing);
    place->ordinal = (uint16_t)(2 * ordinal);
    add(m, WC_COVERAGE_BRANCH, place, jumped);
    place->ordinal = (uint16_t)(2 * ordinal + 1);
    add(m, WC_COVERAGE_BRANCH, place, fell);
    place->ordinal = ordinal;
}

static void add_arm(maker *m, const wc_compiled_arm *arm, const wc_coverage_row *place,
                    uint64_t hits)
{
    const wc_source *source = m->coverage->files[place->file].source;
    wc_coverage_row at = *place;
    if (source == NULL) return;
    wc_place start = wc_source_place(source, arm->span.start);
    at.line = start.line;
    at.column = (uint16_t)start.column;
    at.ordinal = 0;
    snprintf(at.text, sizeof(at.text), "arm `%.*s` was never taken", WC_STR_ARG(arm->pattern));
    add(m, WC_COVERAGE_ARM, &at, hits);
}

/* The branch into an arm; the last arm of a match has none of its own. */
static void add_arms(maker *m, uint32_t word, const wc_compiled_arm *arm,
                     const wc_coverage_row *place)
{
    add_arm(m, arm, place, m->module->fell[word]);
    if (!arm->is_last && (arm + 1)->is_last) {
        add_arm(m, arm + 1, place, m->module->jumped[word]);
    }
}

/* Branches and roundings, numbered at each place. */
static void add_decisions(maker *m, uint16_t index)
{
    const wc_function *function = &m->module->module->functions[index];
    wc_coverage_row before = {.file = WC_NONE};
    uint32_t end = function->first_word + function->word_count;
    for (uint32_t i = 0; i < function->word_count; i++) {
        uint32_t word = function->first_word + i;
        uint16_t op = (uint16_t)(m->module->module->words[word] >> 48);
        bool is_branch = op >= WC_OP_br && op <= WC_OP_brle;
        bool is_rounding = op >= WC_OP_mdr_half_even && op <= WC_OP_mrw_exact;
        wc_coverage_row place;
        if ((!is_branch && !is_rounding) || !place_of(m, index, i, &place)) continue;
        bool is_same =
            place.file == before.file && place.line == before.line && place.column == before.column;
        place.ordinal = is_same ? (uint16_t)(before.ordinal + 1) : 0;
        before = place;
        const wc_compiled_arm *arm = is_branch ? arm_at(m, &place) : NULL;
        if (arm != NULL) {
            add_arms(m, word, arm, &place);
        } else if (is_branch) {
            add_branch(m, word, end, &place);
        } else {
            add_rounding(m, op, word, &place);
        }
    }
}

/* ---- entries, states, errors -------------------------------------------------------------------
 */

static wc_str string(const maker *m, uint16_t index)
{
    return m->module->module->strings[index];
}

static void add_bits(maker *m, const wc_coverage_row *place, const char *what, uint16_t entry,
                     uint64_t wanted, uint64_t seen)
{
    const wc_module *module = m->module->module;
    const wc_entry *row = &module->entries[entry];
    wc_str name = row->name != WC_NONE ? string(m, row->name) : WC_STR("time-out");
    for (uint16_t i = 0; i < module->state_count; i++) {
        if ((wanted >> i & 1) == 0) continue;
        wc_coverage_row at = *place;
        snprintf(at.text, sizeof(at.text), "`%.*s` was never %s state %.*s", WC_STR_ARG(name), what,
                 WC_STR_ARG(string(m, module->states[i].name)));
        at.ordinal = (uint16_t)(place->ordinal + i);
        add(m, WC_COVERAGE_TRANSITION, &at, seen >> i & 1);
    }
}

static void add_roles(maker *m, const wc_coverage_row *place, uint16_t entry)
{
    const wc_module *module = m->module->module;
    const wc_entry *row = &module->entries[entry];
    if ((row->by != WC_BY_ANY && row->by != WC_BY_QUORUM) || row->who_count < 2) return;
    for (uint8_t i = 0; i < row->who_count; i++) {
        uint16_t who = row->who[i];
        bool is_role = (who & WC_BY_ROLE) != 0;
        uint16_t name = is_role ? (uint16_t)(who & ~WC_BY_ROLE) : module->parties[who].name;
        wc_coverage_row at = *place;
        at.ordinal = i;
        snprintf(at.text, sizeof(at.text), "`%.*s` was never called by %.*s",
                 WC_STR_ARG(string(m, row->name)), WC_STR_ARG(string(m, name)));
        add(m, WC_COVERAGE_ROLE, &at, m->module->who[entry] >> i & 1);
    }
}

static void add_entries(maker *m)
{
    const wc_module *module = m->module->module;
    for (uint16_t i = 0; i < module->entry_count; i++) {
        const wc_entry *entry = &module->entries[i];
        wc_coverage_row place;
        bool is_action = entry->kind == WC_ENTRY_ACTION || entry->kind == WC_ENTRY_AFTER;
        if (!is_action || is_generated(m->module, entry->function) ||
            !place_of(m, entry->function, 0, &place))
            continue;
        add_bits(m, &place, "done in", i, wc_entry_states(module, entry), m->module->from[i]);
        place.ordinal = 64;
        add_bits(m, &place, "seen to lead to", i, entry->leads_to, m->module->to[i]);
        place.ordinal = 0;
        add_roles(m, &place, i);
    }
}

/* States and errors have no place in the debug part: they belong to the contract's file. */
static void add_tables(maker *m)
{
    const wc_module *module = m->module->module;
    if (module->function_count == 0) return;
    wc_coverage_row place;
    uint16_t last = (uint16_t)(module->function_count - 1);
    if (!place_of(m, last, 0, &place)) return;
    place.line = 0;
    place.column = 0;
    for (uint16_t i = 0; i < module->state_count; i++) {
        place.ordinal = i;
        snprintf(place.text, sizeof(place.text), "%.*s was never in state %.*s",
                 WC_STR_ARG(string(m, 0)), WC_STR_ARG(string(m, module->states[i].name)));
        add(m, WC_COVERAGE_STATE, &place, m->module->states >> i & 1);
    }
    for (uint16_t i = 0; i < module->error_count; i++) {
        place.ordinal = i;
        snprintf(place.text, sizeof(place.text), "%.*s never failed with %.*s",
                 WC_STR_ARG(string(m, 0)), WC_STR_ARG(string(m, module->errors[i].name)));
        add(m, WC_COVERAGE_ERROR, &place, m->module->errors[i]);
    }
}

/* ---- all together ------------------------------------------------------------------------------
 */

static int order(const void *left, const void *right)
{
    const wc_coverage_row *a = left, *b = right;
    if (a->file != b->file) return a->file < b->file ? -1 : 1;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    if (a->column != b->column) return a->column < b->column ? -1 : 1;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->ordinal != b->ordinal) return a->ordinal < b->ordinal ? -1 : 1;
    return strcmp(a->text, b->text);
}

bool wc_coverage_make(wc_coverage *coverage, const wc_cover *cover, const wc_suite *suite)
{
    memset(coverage, 0, sizeof(*coverage));
    coverage->rows = WC_ARENA_ARRAY(suite->arena, wc_coverage_row, WC_COVERAGE_ROWS_MAX);
    if (coverage->rows == NULL) return false;
    maker m = {.coverage = coverage, .suite = suite};
    for (uint32_t i = 0; i < cover->module_count; i++) {
        m.module = &cover->modules[i];
        for (uint16_t k = 0; k < m.module->module->function_count; k++) {
            if (is_generated(m.module, k)) continue;
            add_statements(&m, k);
            add_decisions(&m, k);
        }
        add_entries(&m);
        add_tables(&m);
    }
    qsort(coverage->rows, coverage->row_count, sizeof(coverage->rows[0]), order);
    for (uint32_t i = 0; i < coverage->row_count; i++) {
        const wc_coverage_row *row = &coverage->rows[i];
        coverage->files[row->file].total[row->kind]++;
        coverage->files[row->file].covered[row->kind] += row->hits > 0;
    }
    return !m.is_full;
}
