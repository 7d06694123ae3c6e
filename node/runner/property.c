/* Properties. */
#include "node/runner/property.h"

#include <string.h>

#include "node/runner/make.h"
#include "node/runner/shrink.h"
#include "vm/isa/abi.h"

typedef struct search {
    const wc_runner_job *job;
    const wc_runner_test *test;
    wc_image *image;
    uint16_t params; /* TUPLE in the image */
    uint32_t size;   /* of the longest encoding of it */
    uint8_t *memory; /* size bytes: the values of a run */
    uint16_t party_count;
    wc_address parties[WC_RUNNER_PARTIES_MAX];
    wc_draw draw;
    wc_shrink shrink;
    wc_status status;
    wc_runner_failure failure; /* the one to keep */
} search;

/* The values that the choices give. */
static wc_status make(search *s, wc_slice *given)
{
    const wc_module *module = wc_image_module(s->image);
    wc_maker maker = {.draw = &s->draw,
                      .module = module,
                      .arena = s->job->arena,
                      .party_count = s->party_count,
                      .parties = s->parties,
                      .now_s = WC_RUNNER_START_S};
    wc_buf buf;
    size_t bad;
    wc_buf_init(&buf, s->memory, s->size);
    WC_TRY(wc_make_value(&maker, s->params, &buf));
    WC_TRY(wc_buf_status(&buf));
    *given = wc_buf_slice(&buf);
    wc_assert(wc_abi_check(module, s->params, *given, &bad) == WC_OK);
    return WC_OK;
}

/* One run with them. */
static wc_status run(search *s, wc_runner_result *result, wc_slice *given)
{
    WC_TRY(make(s, given));
    wc_runner_test one = *s->test;
    one.given = *given;
    return wc_runner_run_loaded(s->job, s->image, &one, result);
}

static bool fails(void *self, const uint64_t *choices, uint32_t count, const wc_draw **used)
{
    search *s = self;
    wc_runner_result result;
    wc_slice given;
    if (s->status != WC_OK) return false;
    wc_draw_replay(&s->draw, choices, count);
    s->status = run(s, &result, &given);
    *used = &s->draw;
    return s->status == WC_OK && !result.has_passed && wc_runner_same(&result.failure, &s->failure);
}

/* The failing run that the draw holds, smaller; its values and how it fails. */
static wc_status minimise(search *s, wc_property_result *result)
{
    s->shrink.count = s->draw.at;
    memcpy(s->shrink.choices, s->draw.choices, s->draw.at * sizeof(s->draw.choices[0]));
    s->shrink.tries = 0;
    s->shrink.tries_max = WC_PROPERTY_SHRINK;
    s->shrink.fails = fails;
    s->shrink.self = s;
    wc_shrink_run(&s->shrink);
    WC_TRY(s->status);
    result->shrink_runs = s->shrink.tries;
    wc_draw_replay(&s->draw, s->shrink.choices, s->shrink.count);
    WC_TRY(run(s, &result->last, &result->given));
    wc_assert(!result->last.has_passed);
    return WC_OK;
}

static wc_status open_search(search *s, const wc_runner_job *job, const wc_runner_test *test)
{
    s->job = job;
    s->test = test;
    WC_TRY(wc_runner_load(job, &s->image));
    const wc_module *module = wc_image_module(s->image);
    s->params = wc_runner_params(module, test->number);
    wc_assert(s->params != WC_NONE);
    s->size = module->types[s->params].encoded_max;
    s->memory = wc_arena_alloc(job->arena, (size_t)s->size + 1, 1);
    s->party_count = test->party_count > 0 ? test->party_count : 1;
    for (uint16_t i = 0; i < s->party_count; i++) s->parties[i] = wc_runner_party(i);
    return s->memory != NULL ? WC_OK : WC_NO_MEMORY;
}

wc_status wc_property_run(const wc_runner_job *job, const wc_runner_test *test, uint64_t seed,
                          uint32_t runs, wc_property_result *result)
{
    *result = (wc_property_result){0};
    search *s = WC_ARENA_NEW(job->arena, search);
    if (s == NULL) return WC_NO_MEMORY;
    WC_TRY(open_search(s, job, test));
    for (uint32_t i = 0; i < runs; i++) {
        wc_slice given;
        wc_draw_random(&s->draw, wc_draw_seed(seed, i));
        WC_TRY(run(s, &result->last, &given));
        result->runs++;
        if (result->last.has_passed) continue;
        s->failure = result->last.failure;
        return minimise(s, result);
    }
    return WC_OK;
}

wc_status wc_property_values(const wc_runner_job *job, const wc_runner_test *test, uint64_t seed,
                             uint32_t number, wc_slice *given)
{
    search *s = WC_ARENA_NEW(job->arena, search);
    if (s == NULL) return WC_NO_MEMORY;
    WC_TRY(open_search(s, job, test));
    wc_draw_random(&s->draw, wc_draw_seed(seed, number));
    return make(s, given);
}
