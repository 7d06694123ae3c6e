/* Module to C to object. */
#include "node/native/build.h"

#include "node/crypto/crypto.h"

/* The text of one module, with what stands before it. */
static wc_status write_text(const wc_module *module, const wc_hash *code, wc_arena *arena,
                            wc_hash *emitter, wc_buf *text)
{
    wc_native_begin(text);
    wc_slice begin = wc_buf_slice(text);
    *emitter = wc_sha256(&begin, 1);
    wc_native_name name = {.module = *code, .emitter = *emitter};
    return wc_native_add(module, &name, arena, text);
}

static wc_status build(const wc_native_compiler *compiler, const char *folder, wc_slice bytes,
                       const wc_hash *code, wc_arena *arena, wc_finding *finding)
{
    wc_module *module;
    size_t bad = 0;
    wc_status status = wc_module_decode(bytes, arena, &module, &bad);
    if (status != WC_OK) {
        *finding = wc_module_finding(status, bad);
        return status;
    }
    WC_TRY(wc_module_verify(module, wc_sha256, arena, finding));
    uint8_t *memory = wc_arena_alloc(arena, WC_NATIVE_TEXT_MAX, 1);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf text;
    wc_hash emitter;
    char path[WC_NATIVE_PATH_MAX];
    wc_buf_init(&text, memory, WC_NATIVE_TEXT_MAX);
    WC_TRY(write_text(module, code, arena, &emitter, &text));
    if (!wc_native_path(path, folder, code, &emitter)) return WC_IO;
    return wc_native_compile(compiler, wc_buf_slice(&text), path);
}

wc_status wc_native_build(const wc_native_compiler *compiler, const char *folder, wc_slice module,
                          const wc_hash *code, wc_arena *arena, wc_finding *finding)
{
    size_t mark = wc_arena_mark(arena);
    *finding = (wc_finding){.function = WC_NONE};
    wc_status status = build(compiler, folder, module, code, arena, finding);
    wc_arena_rewind(arena, mark);
    return status;
}
