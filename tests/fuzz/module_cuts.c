/* Cutting the gas of a call; see module_cuts.h. */
#include "tests/fuzz/module_cuts.h"

#include <stdlib.h>

#include "tests/fuzz/module_metered.h"
#include "tests/support/sha256.h"

#define CUTS_MAX (3u * 65536u)

uint32_t module_cuts_max;
uint64_t module_cuts_tried;

static uint64_t cuts[CUTS_MAX + MODULE_CUTS_ALL + 8u];
static size_t cut_count;
static uint64_t noted; /* gas left at the instruction before */

/* ---- where to cut ---------------------------------------------------------------------------- */

static void add_cut(uint64_t gas)
{
    if (cut_count < WC_ARRAY_LEN(cuts)) cuts[cut_count++] = gas;
}

/* Between two instructions gas goes down exactly where something is charged. */
static void note_gas(uint64_t left)
{
    if (left == noted || cut_count + 3 > CUTS_MAX) return;
    noted = left;
    uint64_t used = MODULE_GAS - left;
    if (used > 0) add_cut(used - 1);
    add_cut(used);
    add_cut(used + 1);
}

/* Images of the metered engine are made for each call: they cost less than the cuts. */
static void find_charges(module_world *w, const module_attempt *what)
{
    wc_fake_host host;
    wc_outcome outcome;
    wc_image *metered, *first = w->images[0];
    size_t mark = wc_arena_mark(&w->arena);
    if (wc_image_translate(w->module, &wc_engine_metered, &w->arena, &metered) != WC_OK) {
        return;
    }
    noted = MODULE_GAS;
    module_metered_note = note_gas;
    w->images[0] = metered;
    module_world_try(w, what, 0, &host, &outcome);
    w->images[0] = first;
    module_metered_note = NULL;
    wc_fake_host_drop(&host);
    wc_arena_rewind(&w->arena, mark);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Keeps module_cuts_max of them, by chance. */
static void thin_out(module_world *w)
{
    if (module_cuts_max == 0 || cut_count <= module_cuts_max) return;
    for (size_t i = 0; i < module_cuts_max; i++) {
        size_t j = i + (size_t)wc_prng_below(&w->prng, cut_count - i);
        uint64_t held = cuts[i];
        cuts[i] = cuts[j];
        cuts[j] = held;
    }
    cut_count = module_cuts_max;
}

static void list_cuts(module_world *w, const module_attempt *what, uint64_t used)
{
    cut_count = 0;
    find_charges(w, what);
    for (uint64_t gas = 0; gas < MODULE_CUTS_ALL && gas < used; gas++) add_cut(gas);
    thin_out(w);
    if (used > 0) add_cut(used - 1);
    add_cut(used);
    add_cut(used + 1);
    add_cut(used + wc_prng_below(&w->prng, 1u << 30));
    qsort(cuts, cut_count, sizeof cuts[0], by_value);
}

/* ---- the property ---------------------------------------------------------------------------- */

/* What the call does with enough gas. */
typedef struct whole_call {
    wc_outcome outcome;
    wc_slice log;   /* of the host */
    size_t reached; /* bytes of it that the last cut got to; cuts ascend */
} whole_call;

static void check_cut(module_world *w, const module_attempt *what, whole_call *call, uint64_t gas,
                      size_t engine)
{
    wc_fake_host host;
    wc_outcome outcome;
    const wc_outcome *whole = &call->outcome;
    module_attempt cut = *what;
    cut.call.gas_limit = gas;
    module_world_try(w, &cut, engine, &host, &outcome);
    wc_slice log = call->log, done = wc_fake_log(&host);
    wc_assert(done.len <= log.len && done.len >= call->reached);
    wc_assert(done.len == 0 || memcmp(done.data, log.data, done.len) == 0);
    call->reached = done.len;
    if (gas < whole->gas_used) {
        wc_assert(outcome.kind == WC_OUTCOME_TRAP && outcome.code == WC_TRAP_OUT_OF_GAS);
        wc_assert(outcome.gas_used == gas && !outcome.root_changed);
    } else {
        wc_assert(outcome.kind == whole->kind && outcome.code == whole->code);
        wc_assert(outcome.gas_used == whole->gas_used && done.len == log.len);
        wc_assert(outcome.function == whole->function && outcome.word == whole->word);
        wc_assert(outcome.state == whole->state && outcome.root_changed == whole->root_changed);
    }
    wc_fake_host_drop(&host);
    module_cuts_tried++;
}

void module_cuts(module_world *w, const module_attempt *what)
{
    wc_fake_host host;
    whole_call whole = {.reached = 0};
    module_attempt enough = *what;
    enough.call.gas_limit = MODULE_GAS;
    module_world_try(w, &enough, 0, &host, &whole.outcome);
    whole.log = wc_fake_log(&host);
    list_cuts(w, &enough, whole.outcome.gas_used);
    for (size_t i = 0; i < cut_count; i++) {
        check_cut(w, &enough, &whole, cuts[i], i % MODULE_ENGINES);
    }
    wc_fake_host_drop(&host);
}
