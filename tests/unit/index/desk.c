/* See desk.h. */
#include "tests/unit/index/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/golden.h"
#include "tests/support/sha256.h"

#define MEMORY ((size_t)256 << 20)

void desk_open(desk *d)
{
    *d = (desk){.memory = aligned_alloc(16, MEMORY)};
    assert_non_null(d->memory);
}

void desk_close(desk *d)
{
    free(d->memory);
}

static bool find(void *self, wc_str path, wc_str *name, wc_str *text)
{
    desk *d = self;
    char file[512];
    int len =
        snprintf(file, sizeof(file), WC_TEST_DATA "/../../contracts/%.*s.clause", WC_STR_ARG(path));
    assert_true(len > 0 && (size_t)len < sizeof(file));
    for (char *at = strstr(file, "contracts/") + 10; strcmp(at, ".clause") != 0; at++) {
        if (*at == '.') *at = '/';
    }
    FILE *probe = fopen(file, "rb");
    if (probe == NULL) return false;
    (void)fclose(probe);
    wc_slice bytes = wc_test_read_file(file);
    *text = wc_arena_str(&d->arena, (wc_str){(const char *)bytes.data, bytes.len});
    *name = path;

    union {
        const uint8_t *from;
        void *to;
    } data = {.from = bytes.data};

    free(data.to);
    return true;
}

void desk_compile(desk *d, wc_str text)
{
    wc_arena_init(&d->arena, d->memory, MEMORY);
    d->text = text;
    const wc_compile_options options = {
        .arena = &d->arena, .hash = wc_test_sha256, .find = find, .self = d, .index = true};
    assert_status(wc_compile(&options, WC_STR("desk.clause"), text, &d->out), WC_OK);
    d->index = d->out->index;
    assert_non_null(d->index);
}

uint32_t desk_at(const desk *d, const char *piece, unsigned number)
{
    size_t len = strlen(piece);
    for (size_t at = 0; at + len <= d->text.len; at++) {
        if (memcmp(d->text.data + at, piece, len) != 0) continue;
        if (number-- == 0) return (uint32_t)at;
    }
    fail_msg("no such text: %s", piece);
    return 0;
}

const wc_index_def *desk_meaning(const desk *d, const char *name, unsigned number)
{
    uint32_t at = desk_at(d, name, number);
    for (uint32_t i = 0; i < d->index->use_count; i++) {
        if (d->index->uses[i].span.start == at) return &d->index->defs[d->index->uses[i].def];
    }
    for (uint32_t i = 0; i < d->index->def_count; i++) {
        const wc_index_def *def = &d->index->defs[i];
        if (def->span.file == 0 && def->span.start == at) return def;
    }
    return NULL;
}

const wc_index_value *desk_value(const desk *d, const char *piece, unsigned number)
{
    uint32_t at = desk_at(d, piece, number);
    for (uint32_t i = 0; i < d->index->value_count; i++) {
        if (d->index->values[i].span.start == at) return &d->index->values[i];
    }
    return NULL;
}

void desk_use(desk *d, const char *text)
{
    desk_open(d);
    desk_compile(d, wc_str_of(text));
}

void desk_text_is(wc_str text, const char *expected)
{
    char copy[512];
    assert_true(text.len < sizeof copy);
    (void)snprintf(copy, sizeof copy, "%.*s", WC_STR_ARG(text));
    assert_string_equal(copy, expected);
}
