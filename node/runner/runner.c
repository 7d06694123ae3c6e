/* Running a test, once or watched, and how it ended, in words. */
#include "node/runner/runner.h"

#include "node/runner/trace.h"
#include "node/runner/world.h"
#include "vm/isa/isa.h"

/* ---- how it ended ------------------------------------------------------------------------------
 */

/* An assertion in words, with both sides when they are known. */
static void describe_claim(const wc_world *world, const wc_outcome *own, wc_buf *text)
{
    wc_buf_put_text(text, "the assertion does not hold");
    size_t before = text->len;
    wc_buf_put_text(text, ": ");
    if (world->trace != NULL && wc_trace_sides(world->trace, own->function, own->word, text))
        return;
    text->len = before;
}

static void describe_own(const wc_world *world, const wc_outcome *own, wc_buf *text)
{
    bool is_trap = own->kind == WC_OUTCOME_TRAP;
    if (is_trap && own->code == WC_TRAP_ASSERT) {
        describe_claim(world, own, text);
    } else if (is_trap && own->code == WC_TRAP_HOST) {
        wc_buf_put_text(text, "the test cannot go on: ");
        wc_buf_put_text(text, world->failure_name);
    } else if (is_trap) {
        wc_buf_put_text(text, "trap ");
        wc_buf_put_text(text, wc_trap_name(own->code));
        wc_buf_put_text(text, " in the test: ");
        wc_buf_put_text(text, wc_trap_text(own->code));
    } else if (own->kind == WC_OUTCOME_ERROR) {
        const wc_module *image = world->image;
        wc_str name = image->strings[image->errors[own->code].name];
        wc_buf_put_text(text, "a function failed with ");
        wc_buf_put(text, name.data, name.len);
    } else {
        wc_buf_put_text(text, "built-in error ");
        wc_buf_put_text(text, wc_builtin_name(own->code));
        wc_buf_put_text(text, " in the test");
    }
}

static void identify(const wc_test_outcome *outcome, wc_runner_failure *failure)
{
    const wc_outcome *deeper = outcome->call_failed ? &outcome->callee : &outcome->own;
    *failure = (wc_runner_failure){
        .own_kind = (uint8_t)outcome->own.kind,
        .callee_kind = outcome->call_failed ? (uint8_t)outcome->callee.kind : 0,
        .code = deeper->code,
        .contract = outcome->call_failed ? outcome->contract : WC_NONE,
        .raiser = outcome->call_failed ? outcome->raiser : WC_NONE,
        .function = deeper->function,
        .word = deeper->word,
    };
}

bool wc_runner_same(const wc_runner_failure *a, const wc_runner_failure *b)
{
    return a->own_kind == b->own_kind && a->callee_kind == b->callee_kind && a->code == b->code &&
           a->contract == b->contract && a->raiser == b->raiser && a->function == b->function &&
           a->word == b->word;
}

typedef struct runner_place {
    uint16_t contract, function;
    uint32_t word;
} runner_place;

/* Receipts do not say where a contract error was raised; a trace has seen it. */
static void locate(const wc_world *world, runner_place *place)
{
    const wc_trace *trace = world->trace;
    if (trace == NULL || trace->failed == NULL || trace->failed_function == WC_NONE) return;
    for (uint16_t i = 0; i < world->job->contract_count; i++) {
        const wc_module *module = world->modules[i];
        if (!wc_str_equal(module->strings[0], trace->failed->strings[0]) ||
            !wc_str_equal(module->strings[1], trace->failed->strings[1])) {
            continue;
        }
        *place = (runner_place){i, trace->failed_function, trace->failed_word};
    }
}

static void describe(const wc_world *world, const wc_test_outcome *outcome,
                     wc_runner_result *result)
{
    result->has_passed = outcome->own.kind == WC_OUTCOME_OK && !outcome->call_failed;
    result->function = outcome->own.function;
    result->word = outcome->own.word;
    result->gas = world->gas;
    result->calls = world->calls;
    if (result->has_passed) return;
    identify(outcome, &result->failure);
    wc_buf text;
    wc_buf_init(&text, result->text, sizeof(result->text) - 1);
    if (outcome->call_failed) {
        runner_place place = {outcome->contract, outcome->callee.function, outcome->callee.word};
        locate(world, &place);
        result->has_callee = place.function != WC_NONE;
        result->contract = place.contract;
        result->callee_function = place.function;
        result->callee_word = place.word;
        wc_str name = world->modules[outcome->contract]->strings[0];
        wc_buf_put_text(&text, "`");
        wc_buf_put(&text, name.data, name.len);
        wc_buf_put_text(&text, "` refused the call with ");
        bool is_told = world->trace != NULL && world->trace->failure[0] != '\0';
        wc_buf_put_text(&text, is_told                          ? world->trace->failure
                               : world->failure_name[0] != '\0' ? world->failure_name
                                                                : "an error");
    } else {
        describe_own(world, &outcome->own, &text);
    }
    result->text[text.len < sizeof(result->text) ? text.len : sizeof(result->text) - 1] = '\0';
}

/* ---- running -----------------------------------------------------------------------------------
 */

uint16_t wc_runner_params(const wc_module *image, uint16_t number)
{
    const wc_function *function = &image->functions[image->tests[number].args];
    for (uint32_t i = 0; i + 1 < function->word_count; i++) {
        uint64_t word = image->words[function->first_word + i];
        bool is_given = word >> 48 == WC_OP_tcall && (uint16_t)(word >> 16) == WC_TEST_GIVEN;
        if (!is_given) continue;
        uint64_t ext = image->words[function->first_word + i + 1];
        return function->regs[(uint16_t)(ext >> 16)].type;
    }
    return WC_NONE;
}

/* Lines of the test image, for a trace; NULL when it has none. */
static const wc_debug *debug_of(const wc_runner_job *job)
{
    size_t length, bad;
    wc_debug *debug;
    if (wc_module_length(job->image_file, &length) != WC_OK || length == job->image_file.len) {
        return NULL;
    }
    wc_slice part = wc_slice_of(job->image_file.data + length, job->image_file.len - length);
    return wc_debug_decode(part, job->arena, &debug, &bad) == WC_OK ? debug : NULL;
}

/* One run in an open world. */
static wc_status run_in(wc_world *world, wc_image *image, const wc_runner_test *test,
                        wc_runner_result *result)
{
    wc_test_outcome outcome;
    void *memory = wc_arena_alloc(world->arena, wc_call_memory_size(image), 1);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_test_host host = {wc_runner_ops(), world};
    world->image = wc_image_module(image);
    wc_test_run(image, test->number, WC_RUNNER_GAS, &host, memory, &outcome);
    describe(world, &outcome, result);
    const wc_runner_observer *observer = world->job->observer;
    if (observer != NULL && world->chain != NULL) {
        observer->step(
            observer->self, world,
            &(wc_runner_step){.kind = WC_STEP_END, .contract = WC_NONE, .entry = WC_NONE});
    }
    return WC_OK;
}

wc_status wc_runner_load(const wc_runner_job *job, wc_image **image)
{
    wc_finding finding;
    return wc_image_load(job->image, wc_sha256, job->arena, image, &finding);
}

/* Watched when there is a trace, for which the image reports to it from then on. */
static wc_status run_once(const wc_runner_job *job, wc_image *image, const wc_runner_test *test,
                          wc_trace *trace, wc_runner_result *result)
{
    wc_world *world = WC_ARENA_NEW(job->arena, wc_world);
    if (world == NULL) return WC_NO_MEMORY;
    wc_runner_job own = *job;
    if (trace != NULL) {
        wc_trace_init(trace, job->trace, world, debug_of(job));
        own.watcher = &trace->observer;
        own.observer = NULL; /* it has seen the first run */
        WC_TRY(wc_image_observe(image, &trace->observer, job->arena));
    }
    wc_status status = wc_world_open(world, &own, test);
    if (status == WC_OK && own.observer != NULL) status = wc_world_start(world);
    if (status == WC_OK) {
        world->trace = trace;
        if (trace != NULL) wc_trace_name(trace);
        status = run_in(world, image, test, result);
    }
    wc_world_close(world);
    return status;
}

wc_status wc_runner_run_loaded(const wc_runner_job *job, wc_image *image,
                               const wc_runner_test *test, wc_runner_result *result)
{
    *result = (wc_runner_result){.function = WC_NONE};
    size_t mark = wc_arena_mark(job->arena);
    wc_status status = run_once(job, image, test, NULL, result);
    wc_arena_rewind(job->arena, mark);
    return status;
}

static wc_status watch(const wc_runner_job *job, const wc_runner_test *test,
                       void (*begun)(void *self, wc_world *world), void *self,
                       wc_runner_result *result)
{
    wc_image *image;
    wc_world *world = WC_ARENA_NEW(job->arena, wc_world);
    if (world == NULL) return WC_NO_MEMORY;
    WC_TRY(wc_runner_load(job, &image));
    WC_TRY(wc_image_observe(image, job->watcher, job->arena));
    wc_status status = wc_world_open(world, job, test);
    if (status == WC_OK && wc_world_start(world) == WC_OK) begun(self, world);
    if (status == WC_OK) status = run_in(world, image, test, result);
    wc_world_close(world);
    return status;
}

wc_status wc_runner_watch(const wc_runner_job *job, const wc_runner_test *test,
                          void (*begun)(void *self, wc_world *world), void *self,
                          wc_runner_result *result)
{
    *result = (wc_runner_result){.function = WC_NONE};
    size_t mark = wc_arena_mark(job->arena);
    wc_status status = watch(job, test, begun, self, result);
    wc_arena_rewind(job->arena, mark);
    return status;
}

wc_status wc_runner_trace(const wc_runner_job *job, const wc_runner_test *test,
                          wc_runner_result *result)
{
    size_t mark = wc_arena_mark(job->arena);
    wc_trace *trace = WC_ARENA_NEW(job->arena, wc_trace);
    wc_image *image;
    wc_status status = trace == NULL ? WC_NO_MEMORY : wc_runner_load(job, &image);
    if (status == WC_OK) status = run_once(job, image, test, trace, result);
    wc_arena_rewind(job->arena, mark);
    return status;
}

wc_status wc_runner_run(const wc_runner_job *job, const wc_runner_test *test,
                        wc_runner_result *result)
{
    size_t mark = wc_arena_mark(job->arena);
    wc_image *image;
    wc_status status = wc_runner_load(job, &image);
    if (status == WC_OK) status = wc_runner_run_loaded(job, image, test, result);
    wc_arena_rewind(job->arena, mark);
    if (status != WC_OK || result->has_passed || job->trace == NULL) return status;
    /* The same once more, watched: a run depends on nothing but the test. */
    wc_runner_failure before = result->failure;
    WC_TRY(wc_runner_trace(job, test, result));
    wc_assert(wc_runner_same(&before, &result->failure));
    return WC_OK;
}
