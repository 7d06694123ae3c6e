/* Where energy appears and vanishes: every action and time-out of a standard contract that writes
 * kWh proves that it conserves them, or is named as an entry action in the contract's README. And
 * nothing is named there that is not one.
 *
 * usage: test_entries FILE.clause...   each beside its README.md */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "compiler/sema/sema.h"
#include "tests/support/golden.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"

#define TITLE "**Entry actions.**"
#define NAMES 16u

typedef struct entries { /* names between backticks, as the README has them */
    wc_str names[NAMES];
    bool is_met[NAMES];
    uint32_t count;
} entries;

typedef struct scan {
    const wc_sema_unit *energy;
    const wc_sema_contract *contract;
    bool writes;
} scan;

/* ---- what an action writes --------------------------------------------------------------------
 */

static bool is_energy(const wc_sema_unit *unit, const wc_sema_unit *energy)
{
    if (unit->power_count != energy->power_count) return false;
    for (uint8_t i = 0; i < unit->power_count; i++) {
        if (unit->powers[i].base != energy->powers[i].base) return false;
        if (unit->powers[i].exponent != energy->powers[i].exponent) return false;
    }
    return true;
}

static bool holds(const wc_sema_type *type, const wc_sema_unit *energy)
{
    if (type->kind == WC_SEMA_DEC) return is_energy(type->unit, energy);
    if (type->item != NULL && holds(type->item, energy)) return true;
    if (type->value != NULL && holds(type->value, energy)) return true;
    for (uint16_t i = 0; i < type->member_count; i++) {
        if (holds(type->members[i].type, energy)) return true;
    }
    for (uint16_t i = 0; i < type->variant_count; i++) {
        for (uint16_t k = 0; k < type->variants[i].member_count; k++) {
            if (holds(type->variants[i].members[k].type, energy)) return true;
        }
    }
    return false;
}

static void look_at_place(scan *s, const wc_sema_expr *place)
{
    if (holds(place->type, s->energy)) {
        while (place->op != WC_OPER_FIELD && place->a != NULL) place = place->a;
        if (place->op == WC_OPER_FIELD) s->writes = true;
    }
}

/* Changes that are expressions: of sets and maps. */
static void look_at_expr(scan *s, const wc_sema_expr *expr)
{
    if (expr == NULL) return;
    if (expr->op == WC_OPER_SET_ADD || expr->op == WC_OPER_REMOVE) look_at_place(s, expr->a);
    look_at_expr(s, expr->a);
    look_at_expr(s, expr->b);
    look_at_expr(s, expr->c);
    for (uint16_t i = 0; i < expr->arg_count; i++) look_at_expr(s, expr->args[i]);
}

static bool is_write(wc_sema_stmt_kind kind)
{
    return kind == WC_DO_ASSIGN || kind == WC_DO_MAP_ADD || kind == WC_DO_PUSH ||
           kind == WC_DO_INSERT || kind == WC_DO_DELETE || kind == WC_DO_CLEAR ||
           kind == WC_DO_SERIES_SET;
}

static void look_at_block(scan *s, const wc_sema_block *block)
{
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        if (is_write(stmt->kind)) look_at_place(s, stmt->a);
        look_at_expr(s, stmt->a);
        look_at_expr(s, stmt->b);
        look_at_expr(s, stmt->c);
        for (uint16_t i = 0; i < stmt->arg_count; i++) {
            look_at_expr(s, stmt->args[i]);
            bool is_state_data = stmt->kind == WC_DO_GOTO;
            if (is_state_data && holds(stmt->args[i]->type, s->energy)) s->writes = true;
        }
        if (stmt->body != NULL) look_at_block(s, stmt->body);
        if (stmt->other != NULL) look_at_block(s, stmt->other);
        for (uint16_t i = 0; i < stmt->arm_count; i++) look_at_block(s, stmt->arms[i].body);
    }
}

static bool conserves(const wc_compilation *made, const wc_sema_routine *routine)
{
    const wc_source *source = wc_sources_of(&made->sources, routine->span);
    wc_span head = {routine->span.start, routine->body->span.start, routine->span.file};
    wc_str text = wc_source_text(source, head);
    static const char clause[] = "ensures conserve(kWh)";
    for (size_t i = 0; i + sizeof clause - 1 <= text.len; i++) {
        if (memcmp(text.data + i, clause, sizeof clause - 1) == 0) return true;
    }
    return false;
}

/* ---- what the README names --------------------------------------------------------------------
 */

/* The part of the page about the contract: from its heading to the next of the same rank. */
static wc_str part_of(wc_str page, wc_str contract)
{
    char heading[96];
    for (int rank = 2; rank >= 1; rank--) {
        (void)snprintf(heading, sizeof heading, "%s %.*s\n", rank == 1 ? "#" : "##",
                       WC_STR_ARG(contract));
        const char *at = strstr(page.data, heading);
        bool is_line = at != NULL && (at == page.data || at[-1] == '\n');
        if (!is_line) continue;
        const char *next = strstr(at + 3, rank == 1 ? "\n# " : "\n## ");
        size_t len = next == NULL ? strlen(at) : (size_t)(next - at);
        return (wc_str){at, len};
    }
    return (wc_str){"", 0};
}

static void read_entries(wc_str part, entries *named)
{
    named->count = 0;
    char *text = malloc(part.len + 1);
    assert_non_null(text);
    memcpy(text, part.data, part.len);
    text[part.len] = 0;
    const char *at = strstr(text, TITLE);
    const char *end = at == NULL ? NULL : strstr(at + sizeof TITLE - 1, "\n**");
    const char *gap = at == NULL ? NULL : strstr(at, "\n\n");
    if (end == NULL || (gap != NULL && gap < end)) end = gap;
    if (at != NULL && end == NULL) end = at + strlen(at);
    const char *open = at == NULL ? NULL : strchr(at, '`');
    while (open != NULL && open < end) {
        const char *close = strchr(open + 1, '`');
        assert_non_null(close);
        assert_true(named->count < NAMES);
        named->is_met[named->count] = false;
        named->names[named->count++] =
            (wc_str){part.data + (open + 1 - text), (size_t)(close - open - 1)};
        open = strchr(close + 1, '`');
    }
    free(text);
}

static bool find_entry(entries *named, const char *name)
{
    for (uint32_t i = 0; i < named->count; i++) {
        if (!wc_str_equal(named->names[i], wc_str_of(name))) continue;
        named->is_met[i] = true;
        return true;
    }
    return false;
}

/* ---- both -------------------------------------------------------------------------------------
 */

/* An action's name; "after Open, Closing" for a time-out. */
static void name_of(const wc_sema_contract *contract, const wc_sema_routine *routine, char *name,
                    size_t size)
{
    wc_buf buf;
    wc_buf_init(&buf, name, size - 1);
    wc_buf_put_slice(&buf, wc_slice_of(routine->name.data, routine->name.len));
    if (routine->kind == WC_ROUTINE_AFTER) {
        const char *before = "after ";
        for (uint16_t i = 0; i < contract->state_count; i++) {
            if ((routine->when >> i & 1) == 0) continue;
            wc_buf_put_text(&buf, before);
            wc_buf_put_slice(
                &buf, wc_slice_of(contract->states[i].name.data, contract->states[i].name.len));
            before = ", ";
        }
    }
    assert_false(buf.full);
    name[buf.len] = 0;
}

static unsigned look_at_routine(const wc_compilation *made, const wc_sema_unit *energy,
                                const wc_sema_contract *contract, const wc_sema_routine *routine,
                                entries *named)
{
    char name[256];
    scan s = {.energy = energy, .contract = contract};
    look_at_block(&s, routine->body);
    name_of(contract, routine, name, sizeof name);
    if (!s.writes || conserves(made, routine)) return 0;
    if (find_entry(named, name)) return 0;
    print_error("%.*s: `%s` writes kWh: write `ensures conserve(kWh)`, or name it after \"%s\" "
                "with the reason\n",
                WC_STR_ARG(contract->name), name, TITLE);
    return 1;
}

static unsigned look_at_contract(const wc_compilation *made, const wc_sema_unit *energy,
                                 const wc_sema_contract *contract, wc_str page)
{
    entries named;
    unsigned faults = 0;
    wc_str part = part_of(page, contract->name);
    if (part.len == 0) {
        print_error("%.*s has no section in README.md\n", WC_STR_ARG(contract->name));
        return 1;
    }
    read_entries(part, &named);
    for (uint16_t i = 0; i < contract->action_count; i++) {
        faults += look_at_routine(made, energy, contract, contract->actions[i], &named);
    }
    for (uint16_t i = 0; i < contract->after_count; i++) {
        faults += look_at_routine(made, energy, contract, contract->afters[i], &named);
    }
    for (uint32_t i = 0; i < named.count; i++) {
        if (named.is_met[i]) continue;
        print_error("%.*s: `%.*s` is named as an entry action and is none\n",
                    WC_STR_ARG(contract->name), WC_STR_ARG(named.names[i]));
        faults++;
    }
    return faults;
}

static const wc_sema_unit *find_energy(const wc_sema_program *program)
{
    for (uint32_t i = 0; i < program->unit_count; i++) {
        if (wc_str_equal(program->units[i]->text, WC_STR("kWh"))) return program->units[i];
    }
    return NULL;
}

static char *read_text(const char *path)
{
    wc_slice bytes = wc_test_read_file(path);
    char *text = malloc(bytes.len + 1);
    assert_non_null(text);
    memcpy(text, bytes.data, bytes.len);
    text[bytes.len] = 0;
    free((uint8_t *)(uintptr_t)bytes.data);
    return text;
}

static unsigned look_at_file(const char *path, void *memory, unsigned *seen)
{
    char page[512];
    wc_arena arena;
    wc_compilation *made = NULL;
    const char *slash = strrchr(path, '/');
    assert_non_null(slash);
    (void)snprintf(page, sizeof page, "%.*s/README.md", (int)(slash - path), path);
    wc_arena_init(&arena, memory, WC_COMPILE_ARENA);
    wc_compile_options options = {.arena = &arena, .hash = wc_test_sha256, .check_only = true};
    char *text = read_text(path);
    char *readme = read_text(page);
    assert_status(wc_compile(&options, wc_str_of(path), wc_str_of(text), &made), WC_OK);
    assert_non_null(made->program);
    const wc_sema_unit *energy = find_energy(made->program);
    unsigned faults = 0;
    for (uint32_t i = 0; i < made->program->contract_count && energy != NULL; i++) {
        const wc_sema_contract *contract = made->program->contracts[i];
        if (!wc_str_equal(contract->module, made->program->module)) continue;
        faults += look_at_contract(made, energy, contract, wc_str_of(readme));
        ++*seen;
    }
    free(text);
    free(readme);
    return faults;
}

int main(int argc, char **argv)
{
    unsigned faults = 0, seen = 0;
    void *memory = aligned_alloc(16, WC_COMPILE_ARENA);
    if (memory == NULL) return EXIT_FAILURE;
    for (int i = 1; i < argc; i++) faults += look_at_file(argv[i], memory, &seen);
    free(memory);
    (void)printf("%u contracts, %u faults\n", seen, faults);
    return faults == 0 && seen > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
