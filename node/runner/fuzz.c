/* The fuzzer: plays, what they find, and the smallest play that finds it. */
#include "node/runner/fuzz.h"

#include <stdio.h>
#include <string.h>

#include "node/runner/fuzz_play.h"
#include "node/runner/shrink.h"

#define TEST_BYTES ((size_t)1 << 20)

typedef struct search {
    wc_fuzz fuzz;
    wc_shrink shrink;
    wc_fuzz_finding wanted;
    wc_status status;
} search;

static bool is_same(const wc_fuzz_finding *a, const wc_fuzz_finding *b)
{
    return a->kind == b->kind && a->contract == b->contract && a->code == b->code &&
           a->function == b->function && a->word == b->word;
}

static bool is_known(const wc_fuzz_result *result, const wc_fuzz_finding *found)
{
    for (uint32_t i = 0; i < result->count; i++) {
        if (is_same(&result->findings[i], found)) return true;
    }
    return false;
}

static bool fails(void *self, const uint64_t *choices, uint32_t count, const wc_draw **used)
{
    search *s = self;
    if (s->status != WC_OK) return false;
    wc_draw_replay(&s->fuzz.draw, choices, count);
    s->status = wc_fuzz_play(&s->fuzz);
    *used = &s->fuzz.draw;
    return s->status == WC_OK && s->fuzz.has_found && is_same(&s->fuzz.found, &s->wanted);
}

/* Plays the smallest case once more, this time writing it down. */
static wc_status write_down(search *s, wc_fuzz_finding *finding)
{
    wc_arena *arena = s->fuzz.job->base.arena;
    wc_buf text;
    uint8_t *memory = WC_ARENA_ARRAY(arena, uint8_t, TEST_BYTES);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&text, memory, TEST_BYTES);
    s->fuzz.text = &text;
    wc_draw_replay(&s->fuzz.draw, s->shrink.choices, s->shrink.count);
    wc_status status = wc_fuzz_play(&s->fuzz);
    s->fuzz.text = NULL;
    WC_TRY(status);
    wc_assert(s->fuzz.has_found && is_same(&s->fuzz.found, &s->wanted));
    memcpy(finding->text, s->fuzz.found.text, sizeof(finding->text));
    finding->steps = s->fuzz.steps;
    finding->test = wc_slice_of(text.data, text.len);
    return WC_OK;
}

static wc_status minimise(search *s, uint32_t run, wc_fuzz_result *result)
{
    wc_fuzz_finding *finding = &result->findings[result->count++];
    *finding = s->wanted = s->fuzz.found;
    finding->run = run;
    s->shrink.count = s->fuzz.draw.at;
    memcpy(s->shrink.choices, s->fuzz.draw.choices, s->shrink.count * sizeof(uint64_t));
    s->shrink.tries = 0;
    s->shrink.tries_max = WC_FUZZ_SHRINK;
    s->shrink.fails = fails;
    s->shrink.self = s;
    wc_shrink_run(&s->shrink);
    WC_TRY(s->status);
    finding->shrink_runs = s->shrink.tries;
    return write_down(s, finding);
}

wc_status wc_fuzz_run(const wc_fuzz_job *job, wc_fuzz_result *result)
{
    const char *reason;
    memset(result, 0, sizeof(*result));
    search *s = WC_ARENA_NEW(job->base.arena, search);
    if (s == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_fuzz_open(&s->fuzz, job, &reason));
    if (reason != NULL) {
        snprintf(result->skipped, sizeof(result->skipped), "%s", reason);
        return WC_OK;
    }
    for (uint32_t run = 0; run < job->runs && result->count < WC_FUZZ_FINDINGS; run++) {
        if (job->is_late != NULL && job->is_late(job->self)) break;
        wc_draw_random(&s->fuzz.draw, wc_draw_seed(job->seed, run));
        WC_TRY(wc_fuzz_play(&s->fuzz));
        result->runs++;
        result->calls += s->fuzz.steps;
        result->refused += s->fuzz.refused;
        result->deployed += s->fuzz.is_deployed;
        if (!s->fuzz.has_found || is_known(result, &s->fuzz.found)) continue;
        WC_TRY(minimise(s, run + 1, result));
    }
    return WC_OK;
}
