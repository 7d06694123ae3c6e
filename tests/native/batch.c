/* Collecting, compiling in files of bounded size, loading. */
#define _DEFAULT_SOURCE 1 /* mkdtemp */

#include "tests/native/batch.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "node/native/library.h"
#include "tests/support/sha256.h"

#define ROWS_MAX    16384u
#define TEXT_MAX    ((size_t)32 << 20)
#define FILE_WORDS  20000u /* of the modules in one file: some seconds for the compiler */
#define ARENA_BYTES ((size_t)32 << 20)

typedef struct row {
    wc_hash module;
    uint32_t file; /* UINT32_MAX: declined */
    const wc_native_object *object;
} row;

struct native_batch {
    wc_native_compiler compiler;
    wc_hash emitter;
    char folder[32];
    uint8_t *arena_memory;
    wc_buf text; /* of the file that is being filled */
    uint32_t words, file;
    uint32_t count;
    row rows[ROWS_MAX];
    void *handles[ROWS_MAX];
    native_batch_counts counts;
};

static void stop(const char *what)
{
    (void)fprintf(stderr, "native batch: %s\n", what);
    exit(1);
}

native_batch *native_batch_open(bool traps_undefined)
{
    static const char *const flags[] = {"-fsanitize=undefined",
                                        "-fsanitize-undefined-trap-on-error", "-fno-wrapv", NULL};
    native_batch *batch = calloc(1, sizeof *batch);
    if (batch == NULL) stop("out of memory");
    if (wc_native_find_compiler(&batch->compiler) != WC_OK) stop("there is no C compiler");
    batch->compiler.is_loud = true;
    if (traps_undefined) batch->compiler.flags = flags;
    batch->arena_memory = malloc(ARENA_BYTES);
    void *text = malloc(TEXT_MAX);
    (void)snprintf(batch->folder, sizeof batch->folder, "/tmp/native-XXXXXX");
    if (batch->arena_memory == NULL || text == NULL || mkdtemp(batch->folder) == NULL ||
        !wc_native_emitter(&batch->emitter)) {
        stop("out of memory or space");
    }
    wc_buf_init(&batch->text, text, TEXT_MAX);
    return batch;
}

static const row *find(const native_batch *batch, const wc_hash *hash)
{
    for (uint32_t i = 0; i < batch->count; i++) {
        if (wc_hash_equal(&batch->rows[i].module, hash)) return &batch->rows[i];
    }
    return NULL;
}

/* ---- compiling ----------------------------------------------------------------------------------
 */

static void load_file(native_batch *batch, const char *path)
{
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) stop(dlerror());
    batch->handles[batch->file] = handle;
    for (uint32_t i = 0; i < batch->count; i++) {
        row *r = &batch->rows[i];
        if (r->file != batch->file) continue;
        char symbol[64];
        (void)snprintf(symbol, sizeof symbol, WC_NATIVE_SYMBOL "%u", i);
        r->object = dlsym(handle, symbol);
        wc_native_name name = {.module = r->module, .emitter = batch->emitter};
        if (r->object == NULL || !wc_native_ready(r->object, &name)) stop("an object does not fit");
    }
}

static void compile_file(native_batch *batch)
{
    char path[64];
    if (batch->text.len == 0) return;
    if (batch->text.full) stop("the text is too long");
    (void)snprintf(path, sizeof path, "%s/%u.so", batch->folder, batch->file);
    if (wc_native_compile(&batch->compiler, wc_buf_slice(&batch->text), path) != WC_OK) {
        stop("the compiler refuses");
    }
    load_file(batch, path);
    (void)unlink(path);
    batch->file++;
    batch->words = 0;
    batch->text.len = 0;
}

void native_batch_compile(native_batch *batch)
{
    compile_file(batch);
}

void native_batch_add(native_batch *batch, const wc_module *module, wc_slice bytes)
{
    wc_hash hash = wc_test_sha256(&bytes, 1);
    if (find(batch, &hash) != NULL) return;
    if (batch->count == ROWS_MAX) stop("too many modules");
    if (batch->words > FILE_WORDS) compile_file(batch);
    if (batch->text.len == 0) wc_native_begin(&batch->text);
    row *r = &batch->rows[batch->count];
    *r = (row){.module = hash, .file = batch->file};
    wc_native_name name = {.number = batch->count, .module = hash, .emitter = batch->emitter};
    wc_arena arena;
    wc_arena_init(&arena, batch->arena_memory, ARENA_BYTES);
    size_t mark = batch->text.len;
    wc_status status = wc_native_add(module, &name, &arena, &batch->text);
    batch->count++;
    if (status == WC_OK) {
        batch->words += module->word_count;
        batch->counts.words += module->word_count;
        batch->counts.compiled++;
    } else {
        batch->text.len = mark;
        r->file = UINT32_MAX;
        batch->counts.declined++;
    }
}

/* ---- asking -------------------------------------------------------------------------------------
 */

const wc_native_object *native_batch_find(const native_batch *batch, wc_slice bytes)
{
    wc_hash hash = wc_test_sha256(&bytes, 1);
    const row *r = find(batch, &hash);
    return r == NULL ? NULL : r->object;
}

native_batch_counts native_batch_count(const native_batch *batch)
{
    return batch->counts;
}

void native_batch_close(native_batch *batch)
{
    for (uint32_t i = 0; i < batch->file; i++) (void)dlclose(batch->handles[i]);
    (void)rmdir(batch->folder);
    free(batch->arena_memory);
    free(batch->text.data);
    free(batch);
}
