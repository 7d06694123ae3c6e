/* See sources.h. */
#include "tests/contracts/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/crypto/crypto.h"
#include "tests/support/golden.h"
#include "tests/support/test.h"

static wc_str read_text(wc_arena *arena, const char *path)
{
    wc_slice bytes = wc_test_read_file(path);
    wc_str text = wc_arena_str(arena, (wc_str){(const char *)bytes.data, bytes.len});
    free((uint8_t *)(uintptr_t)bytes.data);
    assert_non_null(text.data);
    return text;
}

/* "ppa.direct" -> FOLDER/ppa/direct.clause */
static bool find(void *self, wc_str path, wc_str *name, wc_str *text)
{
    wc_sources_finder *finder = self;
    char file[1024];
    int length = snprintf(file, sizeof file, "%s/%.*s.clause", finder->folder, WC_STR_ARG(path));
    assert_true(length > 0 && (size_t)length < sizeof file);
    size_t first = strlen(finder->folder) + 1;
    for (size_t i = first; i < first + path.len; i++) {
        if (file[i] == '.') file[i] = '/';
    }
    *name = wc_arena_str(finder->arena, wc_str_of(file));
    *text = read_text(finder->arena, file);
    return name->data != NULL;
}

wc_compilation *sources_compile(wc_sources_finder *finder, const char *path)
{
    wc_compilation *made = NULL;
    wc_str text = read_text(finder->arena, path);
    wc_compile_options options = {
        .arena = finder->arena, .hash = wc_sha256, .find = find, .self = finder};
    assert_status(wc_compile(&options, wc_str_of(path), text, &made), WC_OK);
    assert_false(made->has_failed);
    return made;
}
