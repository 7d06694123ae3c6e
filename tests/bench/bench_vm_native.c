/* The native tier's side of bench_vm: the module, compiled by the system's compiler and loaded as a
 * node would. */
#define _DEFAULT_SOURCE 1 /* mkdtemp, clock_gettime */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "node/native/library.h"
#include "tests/bench/bench_vm.h"
#include "tests/support/sha256.h"

#define ARENA (16u << 20)

static double wall_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static void stop(const char *what)
{
    (void)fprintf(stderr, "bench_vm: native tier: %s\n", what);
    exit(1);
}

static wc_slice emit(const wc_module *module, const wc_native_name *name)
{
    uint8_t *memory = malloc(WC_NATIVE_TEXT_MAX), *space = malloc(ARENA);
    if (memory == NULL || space == NULL) stop("out of memory");
    wc_buf text;
    wc_arena arena;
    wc_buf_init(&text, memory, WC_NATIVE_TEXT_MAX);
    wc_arena_init(&arena, space, ARENA);
    wc_native_begin(&text);
    if (wc_native_add(module, name, &arena, &text) != WC_OK) stop("declines");
    free(space);
    return wc_buf_slice(&text);
}

/* Compiled in a folder of its own, loaded from there, and the folder removed again. */
static const wc_native_object *make(const wc_native_compiler *compiler, const wc_native_name *name,
                                    wc_slice text, bench_native_report *report)
{
    char folder[] = "/tmp/bench_vm-XXXXXX", path[WC_NATIVE_PATH_MAX];
    wc_native_folder found;
    wc_native_library *library = wc_native_library_open(); /* until the program ends */
    if (library == NULL || mkdtemp(folder) == NULL) stop("no temporary folder");
    if (!wc_native_path(path, folder, &name->module, &name->emitter)) stop("the path is too long");
    double start = wall_ms();
    wc_status status = wc_native_compile(compiler, text, path);
    report->compile_ms = wall_ms() - start;
    if (status == WC_OK) status = wc_native_library_add(library, folder, &found);
    (void)unlink(path);
    (void)rmdir(folder);
    if (status != WC_OK || found.loaded != 1) stop("does not compile, or does not load");
    return wc_native_library_object(library, 0);
}

bool bench_native(wc_image *image, bench_native_report *report)
{
    wc_native_compiler compiler;
    if (wc_native_find_compiler(&compiler) != WC_OK) return false;
    compiler.is_loud = true;
    wc_native_name name = {.number = 0};
    if (!wc_native_emitter(&name.emitter)) stop("out of memory");
    const wc_module *module = wc_image_module(image);
    wc_slice text = emit(module, &name);
    *report = (bench_native_report){.words = module->word_count, .text = text.len};
    const char *keep = getenv("WATTCLAUSE_NATIVE_TEXT"); /* to look at what was compiled */
    FILE *file = keep == NULL ? NULL : fopen(keep, "wb");
    if (file != NULL) {
        (void)fwrite(text.data, 1, text.len, file);
        (void)fclose(file);
    }
    if (!wc_image_attach(image, make(&compiler, &name, text, report))) stop("does not attach");
    return true;
}
