/* Where the arms of a `match` are: from the checked tree of a program. */
#include "compiler/arms.h"

#include "compiler/sema/sema.h"

#define PATTERN_MAX 40u

typedef struct finder {
    const wc_sources *sources;
    wc_compiled_arm *list; /* NULL: only counted */
    uint32_t count;
} finder;

static void find_in_block(finder *f, const wc_sema_block *block);

/* "Rich(x)" of "Rich(x) => { ... }": up to the arrow or a comment. */
static wc_str pattern_of(const wc_sources *sources, wc_span span)
{
    wc_str text = wc_source_text(wc_sources_of(sources, span), span);
    size_t end = 0;
    while (text.data[end] != '=' && text.data[end] != '/') end++; /* ends: an arm has an arrow */
    while (text.data[end - 1] == ' ') end--; /* ends: and a pattern before it */
    return (wc_str){text.data, end < PATTERN_MAX ? end : PATTERN_MAX};
}

static void add(finder *f, const wc_sema_stmt *stmt)
{
    for (uint16_t i = 0; i < stmt->arm_count; i++) {
        wc_span span = stmt->arms[i].span;
        if (f->list != NULL) {
            f->list[f->count] = (wc_compiled_arm){.span = span,
                                                  .pattern = pattern_of(f->sources, span),
                                                  .is_last = i + 1 == stmt->arm_count};
        }
        f->count++;
    }
}

static void find_in_block(finder *f, const wc_sema_block *block)
{
    if (block == NULL) return;
    for (const wc_sema_stmt *stmt = block->first; stmt != NULL; stmt = stmt->next) {
        if (stmt->kind == WC_DO_MATCH) add(f, stmt);
        find_in_block(f, stmt->body);
        find_in_block(f, stmt->other);
        for (uint16_t i = 0; i < stmt->arm_count; i++) find_in_block(f, stmt->arms[i].body);
    }
}

static void find_in(finder *f, wc_sema_routine *const *routines, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) find_in_block(f, routines[i]->body);
}

static uint32_t find(finder *f, const wc_sema_program *program)
{
    f->count = 0;
    for (uint32_t i = 0; i < program->contract_count; i++) {
        const wc_sema_contract *contract = program->contracts[i];
        find_in(f, contract->funcs, contract->func_count);
        find_in(f, contract->actions, contract->action_count);
        find_in(f, contract->views, contract->view_count);
        find_in(f, contract->afters, contract->after_count);
        if (contract->upgrade != NULL) find_in(f, &contract->upgrade, 1);
    }
    return f->count;
}

wc_status wc_find_arms(const struct wc_sema_program *program, const wc_sources *sources,
                       wc_arena *arena, const wc_compiled_arm **arms, uint32_t *count)
{
    finder f = {.sources = sources};
    wc_compiled_arm *list = WC_ARENA_ARRAY(arena, wc_compiled_arm, (size_t)find(&f, program) + 1);
    if (list == NULL) return WC_NO_MEMORY;
    f.list = list;
    *count = find(&f, program);
    *arms = list;
    return WC_OK;
}
