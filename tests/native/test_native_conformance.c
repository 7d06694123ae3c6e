/* Runs conformance vectors on compiled modules: test_native_conformance FILE... As the program for
 * the interpreter does (tests/conformance/main.c), and with undefined behaviour stopping the
 * process. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/conformance/run.h"
#include "tests/native/batch.h"
#include "tests/support/sha256.h"

#define ARENA_SIZE (WC_MODULE_ARENA_SIZE * 4u)

typedef struct one_file {
    json_t *file;
    wc_arena arena;
    wc_image *image;
    wc_slice module;
    uint8_t bytes[WC_MODULE_SIZE_MAX];
} one_file;

static void load(one_file *f, const char *path)
{
    json_error_t error;
    wc_finding finding;
    void *memory = malloc(ARENA_SIZE);
    f->file = json_load_file(path, 0, &error);
    wc_assert(memory != NULL && f->file != NULL);
    wc_arena_init(&f->arena, memory, ARENA_SIZE);
    f->module = module_of(f->file, "module", f->bytes);
    wc_status status = wc_image_load(f->module, wc_test_sha256, &f->arena, &f->image, &finding);
    wc_assert(status == WC_OK);
}

static int run(one_file *f, const char *path, const native_batch *batch)
{
    const wc_native_object *object = native_batch_find(batch, f->module);
    if (object == NULL || !wc_image_attach(f->image, object)) {
        (void)printf("%s: its module is not compiled\n", path);
        return 1;
    }
    int differing = run_image(f->file, f->image, load_before(f->file, &f->arena));
    (void)printf("%s: %zu vectors, %d differ\n", path,
                 json_array_size(json_object_get(f->file, "vectors")), differing);
    return differing;
}

int main(int argc, char **argv)
{
    one_file *files = calloc((size_t)argc, sizeof *files);
    wc_assert(files != NULL);
    native_batch *batch = native_batch_open(true);
    for (int i = 1; i < argc; i++) {
        load(&files[i], argv[i]);
        native_batch_add(batch, wc_image_module(files[i].image), files[i].module);
    }
    native_batch_compile(batch);
    int failed = argc < 2;
    for (int i = 1; i < argc; i++) failed += run(&files[i], argv[i], batch);
    native_batch_close(batch);
    for (int i = 1; i < argc; i++) {
        json_decref(files[i].file);
        free(files[i].arena.base);
    }
    free(files);
    return failed == 0 ? 0 : 1;
}
