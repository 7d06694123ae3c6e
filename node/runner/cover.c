/* Counting. */
#include "node/runner/cover.h"

#include <string.h>

static bool is_same(const wc_module *a, const wc_module *b)
{
    return wc_str_equal(a->strings[0], b->strings[0]) && wc_str_equal(a->strings[1], b->strings[1]);
}

static wc_cover_module *find(wc_cover *cover, const wc_module *module)
{
    for (uint32_t i = 0; i < cover->module_count; i++) {
        if (is_same(cover->modules[i].module, module)) return &cover->modules[i];
    }
    return NULL;
}

/* Each chain decodes its modules anew, at addresses that another may have had before: a call's
 * begin always looks again. */
static wc_cover_module *of(wc_cover *cover, const wc_module *module)
{
    if (cover->current != module) {
        cover->current = module;
        cover->current_to = find(cover, module);
        cover->has_branch = false;
    }
    return cover->current_to;
}

static void on_begin(void *self, const wc_instance *instance, const wc_call *call, bool is_deploy)
{
    wc_cover *cover = self;
    const wc_module *module = wc_image_module(instance->image);
    cover->current = NULL;
    wc_cover_call begun = {.to = of(cover, module), .entry = call->entry, .is_deploy = is_deploy};
    wc_root_parts parts;
    if (!is_deploy && wc_root_read(module, instance->root, &parts) == WC_OK) {
        begun.state = parts.state;
    }
    if (cover->depth < WC_COVER_DEPTH) cover->calls[cover->depth] = begun;
    cover->depth++;
}

static void on_authorised(void *self, const wc_module *module, uint16_t entry, uint8_t who)
{
    wc_cover_module *to = of(self, module);
    if (to != NULL && who < 32) to->who[entry] |= UINT32_C(1) << who;
}

static void on_end(void *self, const wc_outcome *outcome)
{
    wc_cover *cover = self;
    wc_assert(cover->depth > 0);
    cover->depth--;
    cover->has_branch = false;
    if (cover->depth >= WC_COVER_DEPTH) return;
    const wc_cover_call *call = &cover->calls[cover->depth];
    wc_cover_module *to = call->to;
    if (to == NULL) return;
    if (outcome->kind == WC_OUTCOME_ERROR && outcome->code < to->module->error_count) {
        to->errors[outcome->code]++;
    }
    if (outcome->kind != WC_OUTCOME_OK) return;
    to->states |= UINT64_C(1) << outcome->state;
    if (call->is_deploy) return;
    to->done[call->entry]++;
    to->from[call->entry] |= UINT64_C(1) << call->state;
    if (outcome->entered) to->to[call->entry] |= UINT64_C(1) << outcome->state;
}

/* A branch is one word; behind it stands the `block` of the way straight on, which is charged, not
 * dispatched: so the step after a branch that was not taken is two words on. */
static void note_branch(wc_cover *cover, wc_cover_module *to, const wc_step *step)
{
    if (!cover->has_branch || cover->branch_function != step->function) return;
    uint32_t word = to->module->functions[step->function].first_word + cover->branch_word;
    if (step->word == cover->branch_word + 2) {
        to->fell[word]++;
    } else {
        to->jumped[word]++;
    }
}

static void on_step(void *self, const wc_step *step)
{
    static const uint8_t bits[] = {0, WC_COVER_EXACT, WC_COVER_INEXACT, WC_COVER_TIE};
    wc_cover *cover = self;
    wc_cover_module *to = of(cover, step->module);
    if (to == NULL) return;
    note_branch(cover, to, step);
    uint32_t word = to->module->functions[step->function].first_word + step->word;
    uint16_t op = (uint16_t)(to->module->words[word] >> 48);
    to->hits[word]++;
    to->rounding[word] |= bits[step->rounding];
    cover->has_branch = op >= WC_OP_br && op <= WC_OP_brle;
    cover->branch_function = step->function;
    cover->branch_word = step->word;
}

void wc_cover_init(wc_cover *cover)
{
    memset(cover, 0, sizeof(*cover));
    cover->observer = (wc_observer){.self = cover,
                                    .begin = on_begin,
                                    .authorised = on_authorised,
                                    .step = on_step,
                                    .end = on_end};
}

wc_status wc_cover_add(wc_cover *cover, const wc_module *module, const wc_debug *debug,
                       wc_arena *arena)
{
    if (find(cover, module) != NULL) return WC_OK;
    if (cover->module_count == WC_COVER_MODULES_MAX) return WC_TOO_LARGE;
    uint32_t words = module->word_count, entries = module->entry_count;
    wc_cover_module made = {
        .module = module,
        .debug = debug,
        .hits = WC_ARENA_ARRAY(arena, uint32_t, words + 1),
        .jumped = WC_ARENA_ARRAY(arena, uint32_t, words + 1),
        .fell = WC_ARENA_ARRAY(arena, uint32_t, words + 1),
        .rounding = WC_ARENA_ARRAY(arena, uint8_t, words + 1),
        .from = WC_ARENA_ARRAY(arena, uint64_t, entries + 1),
        .to = WC_ARENA_ARRAY(arena, uint64_t, entries + 1),
        .who = WC_ARENA_ARRAY(arena, uint32_t, entries + 1),
        .done = WC_ARENA_ARRAY(arena, uint32_t, entries + 1),
        .errors = WC_ARENA_ARRAY(arena, uint32_t, module->error_count + 1u),
    };
    if (made.hits == NULL || made.jumped == NULL || made.fell == NULL || made.rounding == NULL ||
        made.from == NULL || made.to == NULL || made.who == NULL || made.done == NULL ||
        made.errors == NULL) {
        return WC_NO_MEMORY;
    }
    cover->modules[cover->module_count++] = made;
    return WC_OK;
}
