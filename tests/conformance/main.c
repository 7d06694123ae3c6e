/* Runs conformance vectors on the interpreter: wc_conformance FILE... Each vector is run in both
 * forms of the loop, with its gas limit, with exactly the gas it used, and with too little at
 * the charges that it names. Prints what differs; exit code 1 then. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/conformance/run.h"
#include "tests/support/sha256.h"

#define ARENA_SIZE (WC_MODULE_ARENA_SIZE * 4u)

extern const wc_engine wc_engine_switch;

static int run_file(const json_t *file, wc_arena *arena)
{
    static uint8_t bytes[WC_MODULE_SIZE_MAX];
    wc_slice module = module_of(file, "module", bytes);
    wc_image *images[2];
    wc_finding finding;
    if (wc_image_load(module, wc_test_sha256, arena, &images[0], &finding) != WC_OK) {
        (void)printf("the module is refused: %s\n", finding.code);
        return 1;
    }
    wc_status status =
        wc_image_translate(wc_image_module(images[0]), &wc_engine_switch, arena, &images[1]);
    wc_assert(status == WC_OK);
    const wc_module *before = load_before(file, arena);
    return run_image(file, images[0], before) + run_image(file, images[1], before);
}

int main(int argc, char **argv)
{
    int failed = argc < 2;
    void *memory = malloc(ARENA_SIZE);
    wc_assert(memory != NULL);
    for (int i = 1; i < argc; i++) {
        json_error_t error;
        json_t *file = json_load_file(argv[i], 0, &error);
        if (file == NULL) {
            (void)printf("%s: %s\n", argv[i], error.text);
            failed++;
            continue;
        }
        wc_arena arena;
        wc_arena_init(&arena, memory, ARENA_SIZE);
        int differing = run_file(file, &arena);
        (void)printf("%s: %zu vectors, %d differ\n", argv[i],
                     json_array_size(json_object_get(file, "vectors")), differing);
        failed += differing;
        json_decref(file);
    }
    free(memory);
    return failed == 0 ? 0 : 1;
}
