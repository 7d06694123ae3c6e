/* Running the vectors of a file on one image, and comparing. */
#include "tests/conformance/run.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/sha256.h"

static int report(const world *w, const char *what, const json_t *expected, const json_t *found)
{
    char *left = json_dumps(expected, JSON_SORT_KEYS | JSON_ENCODE_ANY);
    char *right = json_dumps(found, JSON_SORT_KEYS | JSON_ENCODE_ANY);
    (void)printf("%s: %s\n  expected %s\n  found    %s\n",
                 json_string_value(json_object_get(w->vector, "name")), what, left, right);
    free(left);
    free(right);
    return 1;
}

static int compare(world *w, const char *what, uint64_t gas)
{
    world_run(w, gas);
    json_t *found = world_describe(w);
    const json_t *expected = json_object_get(w->vector, "expect");
    int result = json_equal(expected, found) ? 0 : report(w, what, expected, found);
    json_decref(found);
    return result;
}

/* Within so much gas the call must run out at the place that the vector names. */
static int compare_cut(world *w, uint64_t gas, const json_t *expected)
{
    world_run(w, gas);
    const wc_outcome *outcome = &w->outcome;
    bool is_out = outcome->kind == WC_OUTCOME_TRAP && outcome->code == WC_TRAP_OUT_OF_GAS &&
                  outcome->gas_used == gas;
    json_t *found = outcome->function == WC_NONE
                        ? json_string("outside")
                        : json_pack("[ii]", (int)outcome->function, (int)outcome->word);
    bool is_same = is_out && json_equal(expected, found);
    int result = is_same ? 0 : report(w, "with too little gas", expected, found);
    json_decref(found);
    return result;
}

static int compare_cuts(world *w, uint64_t used)
{
    const json_t *expected = json_object_get(w->vector, "short");
    int failed = json_is_null(expected) ? 0 : compare_cut(w, used - 1, expected);
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(w->vector, "cuts"), i, row)
    {
        uint64_t gas = (uint64_t)json_integer_value(json_array_get(row, 0));
        failed = failed || compare_cut(w, gas, json_array_get(row, 1));
    }
    return failed;
}

static int run_vector(world *w)
{
    world_open(w);
    uint64_t limit = (uint64_t)json_integer_value(json_object_get(w->vector, "gas"));
    const json_t *expected = json_object_get(w->vector, "expect");
    uint64_t used = (uint64_t)json_integer_value(json_object_get(expected, "gas"));
    int failed = compare(w, "with its gas limit", limit) ||
                 compare(w, "with the gas it used", used) || compare_cuts(w, used);
    wc_fake_host_drop(&w->start);
    wc_fake_host_drop(&w->host);
    return failed;
}

static int run_vectors(world *w, const json_t *file)
{
    int failed = 0;
    size_t i;
    json_t *row;
    json_array_foreach(json_object_get(file, "vectors"), i, row)
    {
        w->vector = json_copy(json_object_get(file, "usual"));
        json_object_update(w->vector, row);
        failed += run_vector(w);
        json_decref(w->vector);
    }
    return failed;
}

int run_image(const json_t *file, const wc_image *image, const wc_module *before)
{
    size_t size = wc_call_memory_size(image);
    world w = {.image = image,
               .before = before,
               .bytes = malloc(WORLD_BYTES),
               .memory = aligned_alloc(16, size)};
    wc_assert(w.bytes != NULL && w.memory != NULL);
    memset(w.memory, 0x5a, size);
    wc_slice own = world_bytes(&w, json_object_get(file, "own"));
    wc_assert(own.len == sizeof w.own.bytes);
    memcpy(w.own.bytes, own.data, own.len);
    int failed = run_vectors(&w, file);
    free(w.bytes);
    free(w.memory);
    return failed;
}

wc_slice module_of(const json_t *file, const char *name, uint8_t *bytes)
{
    world reader = {.bytes = bytes};
    return world_bytes(&reader, json_object_get(file, name));
}

const wc_module *load_before(const json_t *file, wc_arena *arena)
{
    static uint8_t bytes[WC_MODULE_SIZE_MAX];
    wc_image *image;
    wc_finding finding;
    wc_slice module = module_of(file, "before", bytes);
    if (module.len == 0) return NULL;
    wc_status status = wc_image_load(module, wc_test_sha256, arena, &image, &finding);
    wc_assert(status == WC_OK);
    return wc_image_module(image);
}
