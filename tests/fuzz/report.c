/* See report.h. */
#include "tests/fuzz/report.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/lex/utf8.h"

#define SHOWN_SIZE ((size_t)16 << 20)

static uint8_t *shown;

/* Skips one colour of the human form: ESC [ digits ; digits m. */
static size_t colour_end(const wc_buf *buf, size_t at)
{
    static const char *const codes[] = {"\033[0m", "\033[1;31m", "\033[1;33m", "\033[1;34m",
                                        "\033[1m"};
    for (size_t i = 0; i < WC_ARRAY_LEN(codes); i++) {
        size_t length = strlen(codes[i]);
        if (at + length <= buf->len && memcmp(buf->data + at, codes[i], length) == 0)
            return at + length;
    }
    return at;
}

static void check_text(const wc_buf *buf, bool colour)
{
    wc_str text = {(const char *)buf->data, buf->len};
    for (size_t at = 0; at < text.len;) {
        wc_utf8_char character = wc_utf8_at(text, at);
        if (colour && text.data[at] == '\033') {
            size_t end = colour_end(buf, at);
            wc_assert(end > at);
            at = end;
            continue;
        }
        wc_assert(character.is_valid);
        wc_assert(text.data[at] == '\n' || !wc_utf8_is_control(character.code));
        wc_assert(!wc_utf8_is_bidi(character.code));
        at += character.len;
    }
}

static wc_buf render(const wc_diags *diags, wc_diag_format format, bool colour)
{
    wc_buf buf;
    wc_buf_init(&buf, shown, SHOWN_SIZE);
    wc_diags_render(diags, &buf, format, colour);
    wc_assert(wc_buf_status(&buf) == WC_OK);
    check_text(&buf, colour);
    return buf;
}

static json_t *load(const wc_buf *buf)
{
    json_error_t error;
    /* U+0000 is written as \u0000, which JSON allows and the library asks to be told. */
    json_t *root = json_loadb((const char *)buf->data, buf->len,
                              JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    wc_assert(root != NULL);
    return root;
}

static size_t count_of(const wc_diags *diags)
{
    size_t count = 0;
    for (const wc_diag *diag = diags->first; diag != NULL; diag = diag->next) count++;
    return count;
}

void report_check(const wc_diags *diags)
{
    if (shown == NULL) shown = malloc(SHOWN_SIZE);
    if (shown == NULL) abort();
    (void)render(diags, WC_DIAG_HUMAN, false);
    (void)render(diags, WC_DIAG_HUMAN, true);
    (void)render(diags, WC_DIAG_SHORT, false);

    wc_buf text = render(diags, WC_DIAG_JSON, false);
    json_t *root = load(&text);
    wc_assert(json_is_array(root) && json_array_size(root) == count_of(diags));
    json_decref(root);

    text = render(diags, WC_DIAG_SARIF, false);
    root = load(&text);
    json_t *run = json_array_get(json_object_get(root, "runs"), 0);
    wc_assert(json_array_size(json_object_get(run, "results")) == count_of(diags));
    json_decref(root);
}
