/* Markdown: tables, prose and sources. See page.h. */
#include "tests/docs/page.h"

#include <inttypes.h>
#include <stdio.h>

#include "vm/base/text.h"

wc_buf doc_page;

void doc_put(const char *markdown)
{
    wc_buf_put_text(&doc_page, markdown);
}

void doc_put_number(uint64_t value)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, value);
    for (int i = 0; i < len; i++) {
        if (i != 0 && (len - i) % 3 == 0) doc_put(",");
        wc_buf_put_u8(&doc_page, (uint8_t)digits[i]);
    }
}

static void put_prose(const char *text, bool in_table)
{
    bool in_code = false;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '`') in_code = !in_code;
        bool is_markup = !in_code && strchr("\\*<", *at) != NULL;
        if (is_markup || (in_table && *at == '|')) doc_put("\\");
        wc_buf_put_u8(&doc_page, (uint8_t)*at);
    }
}

void doc_put_prose(const char *text)
{
    put_prose(text, false);
}

void doc_put_row(const char *const *cells, size_t count)
{
    doc_put("|");
    for (size_t i = 0; i < count; i++) {
        doc_put(" ");
        put_prose(cells[i], true);
        doc_put(cells[i][0] == '\0' ? "|" : " |");
    }
    doc_put("\n");
}

void doc_put_head(const char *const *names, size_t count)
{
    doc_put_row(names, count);
    doc_put("|");
    for (size_t i = 0; i < count; i++) doc_put("---|");
    doc_put("\n");
}

/* Bytes of the well-formed, visible character at text; 0 when it must be escaped. */
static size_t visible_char(const char *text)
{
    static const char *const directions[] = {"\xE2\x80\x8E", "\xE2\x80\x8F", "\xE2\x80\xAA",
                                             "\xE2\x80\xAB", "\xE2\x80\xAC", "\xE2\x80\xAD",
                                             "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA7",
                                             "\xE2\x81\xA8", "\xE2\x81\xA9"};
    uint8_t lead = (uint8_t)text[0];
    if (lead < 0x80) return lead >= 0x20 && lead != 0x7f ? 1 : 0;
    size_t len = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    size_t bad;
    if (strlen(text) < len || wc_utf8_check(wc_slice_of(text, len), &bad) != WC_OK) return 0;
    for (size_t i = 0; i < WC_ARRAY_LEN(directions); i++) {
        if (memcmp(text, directions[i], 3) == 0) return 0;
    }
    return len;
}

void doc_put_source(const char *source)
{
    doc_put("```clause\n");
    for (const char *at = source; *at != '\0';) {
        size_t len = *at == '\n' ? 1 : visible_char(at);
        if (len == 0) {
            doc_put("\\x");
            wc_buf_put_hex(&doc_page, wc_slice_of(at, 1));
            len = 1;
        } else {
            wc_buf_put(&doc_page, at, len);
        }
        at += len;
    }
    doc_put("```\n");
}

void doc_put_title(const char *title, const char *tables)
{
    doc_put("# ");
    doc_put(title);
    doc_put("\n\n<!-- Made by tests/docs from ");
    doc_put(tables);
    doc_put("; do not edit, run `ninja docs`. -->\n\n");
}
