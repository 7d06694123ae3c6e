/* Implementation of the rig. Failures of what a test takes for granted fail the test here. */
#include "tests/unit/isa/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/golden.h"

#define ARENA_SIZE ((size_t)16 << 20)

wc_arena *rig_arena(void)
{
    static _Alignas(16) uint8_t memory[ARENA_SIZE];
    static wc_arena arena;
    wc_arena_init(&arena, memory, sizeof memory);
    return &arena;
}

const char *rig_sample(void)
{
    static const char *text; /* read once, kept */
    if (text == NULL) text = (const char *)wc_test_read_file("sample.asm").data;
    return text;
}

wc_module *rig_assemble(wc_arena *arena, const char *text)
{
    wc_module *module;
    uint32_t line = 0;
    wc_status status = wc_module_assemble(wc_str_of(text), wc_test_sha256, arena, &module, &line);
    if (status != WC_OK) fail_msg("line %u: %s", line, wc_status_name(status));
    return module;
}

const char *rig_verdict(wc_arena *arena, wc_module *module)
{
    wc_finding finding;
    wc_status status = wc_module_bound(module, wc_test_sha256, arena, &finding);
    assert_true((status == WC_OK) == (finding.code == NULL));
    return finding.code != NULL ? finding.code : "";
}

void rig_bound(wc_arena *arena, wc_module *module)
{
    wc_finding finding;
    wc_status status = wc_module_bound(module, wc_test_sha256, arena, &finding);
    if (status != WC_OK) {
        fail_msg("%s: %s (function %u, word %u)", finding.code, finding.text, finding.function,
                 finding.word);
    }
}

wc_slice rig_encode(wc_arena *arena, const wc_module *module)
{
    size_t size = WC_MODULE_SIZE_MAX;
    wc_buf buf;
    wc_buf_init(&buf, WC_ARENA_ARRAY(arena, uint8_t, size), size);
    wc_module_encode(module, &buf);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

uint8_t *rig_copy(wc_arena *arena, wc_slice bytes, size_t more)
{
    uint8_t *copy = WC_ARENA_ARRAY(arena, uint8_t, bytes.len + more);
    assert_non_null(copy);
    memcpy(copy, bytes.data, bytes.len);
    return copy;
}

size_t rig_section(wc_slice bytes, uint8_t id, uint32_t *length)
{
    size_t at = 42;
    for (uint8_t i = 1;; i++) {
        *length = wc_load_u32(bytes.data + at + 1);
        assert_int_equal(bytes.data[at], i);
        if (i == id) return at + 5;
        at += 5 + *length;
    }
}

void rig_free_file(wc_slice file)
{
    free((void *)(uintptr_t)file.data); /* it was made for this caller alone */
}

char *rig_join(wc_arena *arena, const char *a, const char *b)
{
    size_t size = strlen(a) + strlen(b) + 1;
    char *out = WC_ARENA_ARRAY(arena, char, size);
    assert_non_null(out);
    (void)snprintf(out, size, "%s%s", a, b);
    return out;
}

const char *rig_edit(wc_arena *arena, const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    if (at == NULL) fail_msg("not in the text: %s", from);
    size_t before = (size_t)(at - text), after = strlen(at + strlen(from));
    char *out = WC_ARENA_ARRAY(arena, char, before + strlen(to) + after + 1);
    assert_non_null(out);
    memcpy(out, text, before);
    memcpy(out + before, to, strlen(to));
    memcpy(out + before + strlen(to), at + strlen(from), after);
    return out;
}
