/* Lookups in the token table. */
#include "compiler/lex/lexer.h"

typedef enum token_class {
    CLASS_RESERVED,
    CLASS_CONTEXT
} token_class;

typedef struct keyword {
    const char *text;
    uint8_t len;
    uint8_t class;
    int kind;
} keyword;

/* In the order of their texts; a test checks it. */
static const keyword keywords[] = {
#define WC_KEYWORD(name, text, class) {text, sizeof(text) - 1, CLASS_##class, WC_TOKEN_##name},
#include "compiler/lex/tokens.def"
#undef WC_KEYWORD
};

/* Most words differ from most keywords in the first byte. */
static const keyword *keyword_find(wc_str word)
{
    if (word.len == 0) return NULL;
    size_t low = 0;
    size_t high = WC_ARRAY_LEN(keywords);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const keyword *candidate = &keywords[middle];
        int order = (uint8_t)candidate->text[0] - (uint8_t)word.data[0];
        if (order == 0) order = wc_str_compare((wc_str){candidate->text, candidate->len}, word);
        if (order == 0) return candidate;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

int wc_token_of_word(wc_str word)
{
    const keyword *found = keyword_find(word);
    return found == NULL ? WC_TOKEN_IDENT : found->kind;
}

static const keyword *keyword_of(int kind)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(keywords); i++) {
        if (keywords[i].kind == kind) return &keywords[i];
    }
    return NULL;
}

bool wc_token_is_keyword(int kind)
{
    return keyword_of(kind) != NULL;
}

bool wc_token_is_reserved(int kind)
{
    const keyword *found = keyword_of(kind);
    return found != NULL && found->class == CLASS_RESERVED;
}

/* What messages call a token; spelling is NULL for tokens with many spellings. */
typedef struct token_text {
    int kind;
    const char *spelling;
    const char *name;
} token_text;

static const token_text texts[] = {
    {WC_TOKEN_END, NULL, "the end of the file"},

#define WC_KEYWORD(name, text, class) {WC_TOKEN_##name, text, "`" text "`"},
#define WC_PUNCT(name, text)          {WC_TOKEN_##name, text, "`" text "`"},
#define WC_VALUE(name, text)          {WC_TOKEN_##name, NULL, text},
#define WC_HIDDEN(name)               {WC_TOKEN_##name, NULL, #name},
#include "compiler/lex/tokens.def"
#undef WC_KEYWORD
#undef WC_PUNCT
#undef WC_VALUE
#undef WC_HIDDEN
};

/* Every token is in tokens.def. */
static const token_text *text_of(int kind)
{
    const token_text *text = texts;
    while (text->kind != kind) {
        text++;
        wc_assert(text < texts + WC_ARRAY_LEN(texts));
    }
    return text;
}

const char *wc_token_spelling(int kind)
{
    return text_of(kind)->spelling;
}

const char *wc_token_name(int kind)
{
    return text_of(kind)->name;
}
