/* Fuzz target: stored modules, debug parts and texts of modules from outside.
 *
 * Whatever the decoder accepts is encoded to the same bytes and has a text that is read back to
 * them; whatever the verifier accepts it accepts again with the bounds it derives. Neither reads
 * outside its input, neither needs more memory than WC_MODULE_ARENA_SIZE. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/sha256.h"
#include "vm/isa/debug.h"
#include "vm/isa/isa.h"

#define TEXT_SIZE ((size_t)8 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static _Alignas(16) uint8_t memory[WC_MODULE_ARENA_SIZE];
static _Alignas(16) uint8_t text_memory[(size_t)32 << 20];
static uint8_t out[WC_MODULE_SIZE_MAX], text[TEXT_SIZE];

static wc_buf encode(const wc_module *module)
{
    wc_buf buf;
    wc_buf_init(&buf, out, sizeof out);
    wc_module_encode(module, &buf);
    return buf;
}

/* The text of a module, read back, gives the same bytes. */
static void check_text(const wc_module *module, wc_slice bytes)
{
    wc_arena arena;
    wc_buf shown;
    wc_module *again;
    uint32_t line;
    wc_arena_init(&arena, text_memory, sizeof text_memory);
    wc_buf_init(&shown, text, sizeof text);
    wc_module_disassemble(module, &shown);
    if (shown.full) return; /* a module of long constants has a long text */
    wc_str read = {(const char *)shown.data, shown.len};
    wc_status status = wc_module_assemble(read, wc_test_sha256, &arena, &again, &line);
    if (status == WC_NO_MEMORY) return;
    wc_assert(status == WC_OK);
    wc_buf buf = encode(again);
    wc_assert(wc_slice_equal(wc_buf_slice(&buf), bytes));
}

static void check_verified(wc_module *module, wc_arena *arena)
{
    wc_finding finding;
    wc_status status = wc_module_bound(module, wc_test_sha256, arena, &finding);
    wc_assert(status == WC_OK || status == WC_OUT_OF_DOMAIN);
    wc_assert((status == WC_OK) == (finding.code == NULL));
    if (status != WC_OK) return;
    wc_assert(wc_module_verify(module, wc_test_sha256, arena, &finding) == WC_OK);
}

/* must_decode: the bytes were written from a module that the verifier accepted. */
static void check_module(wc_slice bytes, bool must_decode)
{
    wc_arena arena;
    wc_module *module;
    size_t bad = 0, len = 0;
    wc_arena_init(&arena, memory, sizeof memory);
    wc_status status = wc_module_decode(bytes, &arena, &module, &bad);
    wc_assert(status != WC_NO_MEMORY);
    if (status != WC_OK) {
        wc_assert(!must_decode);
        wc_assert(bad <= bytes.len && wc_module_finding(status, bad).code != NULL);
        return;
    }
    wc_assert(wc_module_length(bytes, &len) == WC_OK && len == bytes.len);
    wc_buf buf = encode(module);
    wc_assert(wc_slice_equal(wc_buf_slice(&buf), bytes));
    check_text(module, bytes);
    check_verified(module, &arena);
}

static void check_debug(wc_slice bytes)
{
    wc_arena arena;
    wc_debug *debug;
    size_t bad = 0;
    wc_arena_init(&arena, text_memory, sizeof text_memory);
    if (wc_debug_decode(bytes, &arena, &debug, &bad) != WC_OK) {
        wc_assert(bad <= bytes.len);
        return;
    }
    wc_buf buf;
    wc_buf_init(&buf, text, sizeof text);
    wc_debug_encode(debug, &buf);
    wc_assert(wc_slice_equal(wc_buf_slice(&buf), bytes));
}

/* A text: what it says is verified as far as it can be; what verifies is a module like any other.
 */
static void check_source(wc_slice bytes)
{
    static uint8_t stored[WC_MODULE_SIZE_MAX];
    wc_arena arena;
    wc_module *module;
    wc_finding finding;
    uint32_t line;
    wc_str source = {(const char *)bytes.data, bytes.len};
    wc_arena_init(&arena, text_memory, sizeof text_memory);
    if (wc_module_assemble(source, wc_test_sha256, &arena, &module, &line) != WC_OK) return;
    if (wc_module_bound(module, wc_test_sha256, &arena, &finding) != WC_OK) return;
    wc_buf buf = encode(module);
    if (buf.full) return;
    memcpy(stored, buf.data, buf.len);
    check_module(wc_slice_of(stored, buf.len), true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wc_slice bytes = wc_slice_of(data, size);
    bool is_debug = size >= 3 && memcmp(data, "WCD", 3) == 0;
    bool is_module = size >= 3 && memcmp(data, "WCB", 3) == 0;
    if (is_debug) check_debug(bytes);
    if (is_module) check_module(bytes, false);
    if (!is_debug && !is_module) check_source(bytes);
    return 0;
}
