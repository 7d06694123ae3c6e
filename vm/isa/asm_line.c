/* Assembler, lines: words and what they can mean. */
#include "vm/base/text.h"
#include "vm/isa/asm.h"

static bool is_line_end(const wc_asm *a)
{
    return a->at == a->text.len || a->text.data[a->at] == '\n' || a->text.data[a->at] == '#';
}

bool wc_asm_at_end(wc_asm *a)
{
    while (a->at < a->text.len && a->text.data[a->at] == ' ') a->at++;
    return is_line_end(a);
}

/* A word in quotes, with its escapes undone. */
static wc_status take_quoted(wc_asm *a, wc_str *word)
{
    size_t len = 0;
    a->is_quoted = true;
    for (a->at++; a->at < a->text.len && a->text.data[a->at] != '"'; a->at++) {
        if (a->text.data[a->at] == '\\') a->at++;
        if (a->at == a->text.len || a->text.data[a->at] == '\n') return WC_OUT_OF_DOMAIN;
        if (len == WC_ASM_WORD_MAX) return WC_TOO_LARGE;
        a->scratch[len++] = a->text.data[a->at];
    }
    if (a->at == a->text.len) return WC_OUT_OF_DOMAIN;
    a->at++;
    *word = (wc_str){a->scratch, len};
    return WC_OK;
}

wc_status wc_asm_word(wc_asm *a, wc_str *word)
{
    if (wc_asm_at_end(a)) return WC_OUT_OF_DOMAIN;
    if (a->text.data[a->at] == '"') return take_quoted(a, word);
    size_t start = a->at;
    a->is_quoted = false;
    while (!is_line_end(a) && a->text.data[a->at] != ' ') a->at++;
    *word = (wc_str){a->text.data + start, a->at - start};
    return WC_OK;
}

bool wc_asm_take(wc_asm *a, const char *word)
{
    size_t at = a->at;
    wc_str next;
    if (wc_asm_word(a, &next) == WC_OK && !a->is_quoted && wc_str_equal(next, wc_str_of(word))) {
        return true;
    }
    a->at = at;
    return false;
}

/* The digits of text as a number up to max. */
static wc_status parse_number(wc_str text, uint64_t max, uint64_t *value)
{
    uint64_t number = 0;
    if (text.len == 0) return WC_OUT_OF_DOMAIN;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return WC_OUT_OF_DOMAIN;
        WC_TRY(wc_u64_mul(number, 10, &number));
        WC_TRY(wc_u64_add(number, (uint64_t)(text.data[i] - '0'), &number));
    }
    if (number > max) return WC_OUT_OF_DOMAIN;
    *value = number;
    return WC_OK;
}

wc_status wc_asm_number(wc_asm *a, uint64_t max, uint64_t *value)
{
    wc_str word;
    WC_TRY(wc_asm_word(a, &word));
    return parse_number(word, max, value) == WC_OK ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_asm_u16(wc_asm *a, uint16_t *value)
{
    uint64_t number;
    WC_TRY(wc_asm_number(a, UINT16_MAX, &number));
    *value = (uint16_t)number;
    return WC_OK;
}

wc_status wc_asm_wide(wc_asm *a, wc_i128 *value)
{
    wc_str word;
    wc_i128 number = {0, 0};
    WC_TRY(wc_asm_word(a, &word));
    bool is_negative = word.len > 0 && word.data[0] == '-';
    if (word.len == (is_negative ? 1u : 0u)) return WC_OUT_OF_DOMAIN;
    for (size_t i = is_negative ? 1 : 0; i < word.len; i++) {
        if (word.data[i] < '0' || word.data[i] > '9') return WC_OUT_OF_DOMAIN;
        int64_t digit = word.data[i] - '0';
        wc_status status = wc_i128_mul_i64(number, 10, &number);
        if (status == WC_OK) {
            wc_i128 step = wc_i128_of(is_negative ? -digit : digit);
            status = wc_i128_add(number, step, &number);
        }
        if (status != WC_OK) return WC_OUT_OF_DOMAIN;
    }
    *value = number;
    return WC_OK;
}

wc_status wc_asm_signed(wc_asm *a, int64_t *value)
{
    wc_i128 wide;
    WC_TRY(wc_asm_wide(a, &wide));
    return wc_i128_narrow(wide, value) == WC_OK ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_asm_hex(wc_asm *a, uint8_t *out, size_t size)
{
    wc_str word;
    WC_TRY(wc_asm_word(a, &word));
    return wc_parse_hex(word, out, size);
}

wc_status wc_asm_bytes(wc_asm *a, wc_slice *bytes)
{
    wc_str word;
    WC_TRY(wc_asm_word(a, &word));
    if (wc_str_equal(word, WC_STR("-"))) {
        *bytes = (wc_slice){NULL, 0};
        return WC_OK;
    }
    uint8_t *out = WC_ARENA_ARRAY(a->arena, uint8_t, word.len / 2);
    if (out == NULL) return WC_NO_MEMORY;
    if (word.len % 2 != 0) return WC_OUT_OF_DOMAIN;
    WC_TRY(wc_parse_hex(word, out, word.len / 2));
    *bytes = wc_slice_of(out, word.len / 2);
    return WC_OK;
}

wc_status wc_asm_name(wc_asm *a, wc_str *name)
{
    WC_TRY(wc_asm_word(a, name));
    bool is_none = !a->is_quoted && wc_str_equal(*name, WC_STR("-"));
    return is_none ? WC_OUT_OF_DOMAIN : WC_OK;
}

wc_status wc_asm_string(wc_asm *a, uint16_t *index)
{
    wc_str word;
    if (wc_asm_take(a, "-")) {
        *index = WC_NONE;
        return WC_OK;
    }
    WC_TRY(wc_asm_word(a, &word));
    *index = wc_builder_string(a->builder, word);
    return wc_builder_status(a->builder);
}

wc_status wc_asm_index(wc_asm *a, char prefix, uint16_t *index)
{
    wc_str word;
    uint64_t number;
    if (wc_asm_take(a, "-")) {
        *index = WC_NONE;
        return WC_OK;
    }
    WC_TRY(wc_asm_word(a, &word));
    /* Without quotes a word has at least one character. */
    if (a->is_quoted || word.data[0] != prefix) return WC_OUT_OF_DOMAIN;
    wc_str digits = {word.data + 1, word.len - 1};
    if (parse_number(digits, UINT16_MAX, &number) != WC_OK) return WC_OUT_OF_DOMAIN;
    *index = (uint16_t)number;
    return WC_OK;
}

wc_status wc_asm_row(wc_asm *a, wc_operand kind, uint16_t *row)
{
    wc_str word;
    size_t at = a->at;
    WC_TRY(wc_asm_word(a, &word));
    bool is_index = !a->is_quoted && (word.data[0] == '%' || word.data[0] == '-');
    if (is_index) {
        a->at = at;
        return wc_asm_index(a, '%', row);
    }
    *row = wc_text_find_row(&a->builder->module, kind, word);
    return *row != WC_NONE ? WC_OK : WC_NOT_FOUND;
}

wc_status wc_asm_flag(wc_asm *a, const char *word, bool *is_set)
{
    *is_set = wc_asm_take(a, word);
    return *is_set || wc_asm_take(a, "-") ? WC_OK : WC_OUT_OF_DOMAIN;
}

wc_status wc_asm_choice(wc_asm *a, const char *const *words, size_t count, uint16_t *index)
{
    for (size_t i = 0; i < count; i++) {
        if (!wc_asm_take(a, words[i])) continue;
        *index = (uint16_t)i;
        return WC_OK;
    }
    return WC_OUT_OF_DOMAIN;
}
