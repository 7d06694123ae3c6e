/* docs/reference/grammar.md: the rules as lemon prints them, with the texts of tokens.def in place
 * of the tokens' names; the words and signs from tokens.def; the lexical rules by hand. */
#include <stdio.h>

#include "compiler/limits.h"
#include "tests/docs/page.h"

#define RULES_SIZE_MAX ((size_t)1 << 18)
#define SYMBOLS_MAX    256

typedef struct token_row {
    const char *name, *text, *kind;
} token_row;

static const token_row tokens[] = {
#define WC_KEYWORD(name, text, kind) {#name, text, #kind},
#define WC_PUNCT(name, text)         {#name, text, "sign"},
#include "compiler/lex/tokens.def"
#undef WC_KEYWORD
#undef WC_PUNCT
};

/* ---- the rules ---------------------------------------------------------------------------------
 */

/* Takes a word, up to a blank or the line's end, off the front of *rest. */
static wc_str next_word(wc_str *rest)
{
    size_t at = 0;
    while (at < rest->len && rest->data[at] == ' ') at++;
    size_t end = at;
    while (end < rest->len && rest->data[end] != ' ') end++;
    wc_str word = {rest->data + at, end - at};
    *rest = (wc_str){rest->data + end, rest->len - end};
    return word;
}

static bool next_line(wc_str *rest, wc_str *line)
{
    if (rest->len == 0) return false;
    size_t len = 0;
    while (len < rest->len && rest->data[len] != '\n') len++;
    *line = (wc_str){rest->data, len};
    size_t taken = len < rest->len ? len + 1 : len;
    *rest = (wc_str){rest->data + taken, rest->len - taken};
    return true;
}

/* "lhs ::= a b c. [PRECEDENCE]" into its left side and the rest without the full stop. */
static bool parse_rule(wc_str line, wc_str *left, wc_str *right)
{
    *left = next_word(&line);
    wc_str sign = next_word(&line);
    bool is_empty = wc_str_equal(sign, WC_STR("::=."));
    if (!is_empty && !wc_str_equal(sign, WC_STR("::="))) return false;
    size_t end = 0;
    while (end < line.len && line.data[end] != '.') end++;
    *right = (wc_str){line.data, is_empty ? 0 : end};
    return true;
}

static void put_str(wc_str text)
{
    wc_buf_put(&doc_page, text.data, text.len);
}

static void put_symbol(wc_str symbol)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(tokens); i++) {
        if (!wc_str_equal(symbol, wc_str_of(tokens[i].name))) continue;
        doc_put("\"");
        doc_put(tokens[i].text);
        doc_put("\"");
        return;
    }
    put_str(symbol);
}

/* A rule that marks text which can be lost after an error; no text matches it. */
static bool is_recovery(wc_str right)
{
    for (wc_str word; (word = next_word(&right)).len != 0;) {
        if (wc_str_equal(word, WC_STR("BROKEN"))) return true;
    }
    return false;
}

/* All alternatives of one symbol, wherever they stand. */
static void put_rules_of(wc_str symbol, wc_str rules)
{
    wc_str line, left, right;
    bool is_first = true;
    while (next_line(&rules, &line)) {
        if (!parse_rule(line, &left, &right)) continue;
        if (!wc_str_equal(left, symbol) || is_recovery(right)) continue;
        if (is_first) put_str(symbol);
        for (size_t i = 0; !is_first && i < symbol.len; i++) doc_put(" ");
        doc_put(is_first ? " ::=" : "   |");
        is_first = false;
        if (right.len == 0) doc_put(" (nothing)");
        for (wc_str word; (word = next_word(&right)).len != 0;) {
            doc_put(" ");
            put_symbol(word);
        }
        doc_put("\n");
    }
}

static void put_rules(wc_str rules)
{
    static wc_str seen[SYMBOLS_MAX];
    size_t count = 0;
    wc_str rest = rules;
    wc_str line, left, right;
    seen[count++] = WC_STR("file"); /* the start symbol; lemon prints it last */
    while (next_line(&rest, &line)) {
        if (!parse_rule(line, &left, &right)) continue;
        size_t i = 0;
        while (i < count && !wc_str_equal(seen[i], left)) i++;
        if (i < count) continue;
        wc_assert(count < SYMBOLS_MAX);
        seen[count++] = left;
    }
    doc_put("## Rules\n\nEach rule begins with its symbol; `|` begins an alternative. Texts in "
            "double quotes stand for themselves, capitals for the tokens above.\n\n```\n");
    for (size_t i = 0; i < count; i++) {
        if (i != 0) doc_put("\n");
        put_rules_of(seen[i], rules);
    }
    doc_put("```\n");
}

/* ---- precedence --------------------------------------------------------------------------------
 */

/* "%left PLUS MINUS." as a table row. */
static void put_level(wc_str line)
{
    wc_str kind = next_word(&line);
    if (line.len != 0 && line.data[line.len - 1] == '.') line.len--;
    doc_put("| ");
    for (wc_str word; (word = next_word(&line)).len != 0;) {
        if (wc_str_equal(word, WC_STR("UMINUS"))) {
            doc_put("`-` before a value ");
            continue;
        }
        for (size_t i = 0; i < WC_ARRAY_LEN(tokens); i++) {
            if (!wc_str_equal(word, wc_str_of(tokens[i].name))) continue;
            doc_put("`");
            doc_put(tokens[i].text[0] == '|' ? "\\|\\|" : tokens[i].text);
            doc_put("` ");
        }
    }
    doc_put("| ");
    put_str((wc_str){kind.data + 1, kind.len - 1});
    doc_put(" |\n");
}

static void put_precedence(wc_str rules)
{
    wc_str line;
    doc_put("## Precedence\n\nFrom the weakest to the strongest; `nonassoc`: two of them do not "
            "stand side by side without parentheses.\n\n");
    DOC_HEAD("signs", "joins to the");
    while (next_line(&rules, &line)) {
        if (line.len != 0 && line.data[0] == '%') put_level(line);
    }
    doc_put("\n");
}

/* ---- what a token is ---------------------------------------------------------------------------
 */

static void put_words(const char *kind)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(tokens); i++) {
        if (strcmp(tokens[i].kind, kind) != 0) continue;
        doc_put(" `");
        doc_put(tokens[i].text);
        doc_put("`");
    }
}

static void put_tokens(void)
{
    DOC_HEAD("token", "is written", "example");
    DOC_ROW("IDENT", "a letter, then letters, digits and `_`", "`price_2026`");
    DOC_ROW("NUMBER",
            "decimal digits, at most one point with a digit before and behind it; `_` "
            "between two digits; no exponent, no other base",
            "`10_000.00`");
    DOC_ROW("QUANTITY",
            "NUMBER, at most one blank, a unit: names joined by `*` and `/`, or `1/` "
            "and such names",
            "`0.4 CNY/kWh`");
    DOC_ROW("PERCENT", "NUMBER and `%` without a blank; a fraction", "`5.5%`");
    DOC_ROW("STRING", "between double quotes, on one line; escapes `\\\"`, `\\\\` and `\\u{20ac}`",
            "`\"first day\"`");
    DOC_ROW("DATE", "year, month, day, which exist in the Gregorian calendar", "`2026-01-31`");
    DOC_ROW("DATETIME", "date, `T`, time, and `Z` or the offset from UTC",
            "`2026-01-31T08:15:00+08:00`");
    doc_put("\nReserved words are never names:");
    put_words("RESERVED");
    doc_put(".\n\nThese mean something only where the grammar asks for them, and are names "
            "elsewhere:");
    put_words("CONTEXT");
    doc_put(".\n\n");
}

static void put_limit(uint64_t value, const char *of)
{
    doc_put("| ");
    doc_put_number(value);
    doc_put(" | ");
    doc_put(of);
    doc_put(" |\n");
}

static void put_lexical(void)
{
    doc_put(
        "## Characters and tokens\n\n"
        "A source is UTF-8. A byte order mark at its start is skipped. Characters outside ASCII "
        "stand in texts and comments only; control characters other than tab and line ends, "
        "and direction marks, stand nowhere. Blanks, tabs and line ends separate tokens. A "
        "comment begins with `//` and ends with the line. The longest token wins; a unit ends "
        "before a word of Clause.\n\n");
    put_tokens();
    DOC_HEAD("at most", "of");
    put_limit(WC_SOURCE_MAX, "bytes of a source");
    put_limit(WC_TOKENS_MAX, "tokens of a source, comments not counted");
    put_limit(WC_NAME_MAX, "bytes of a name");
    put_limit(WC_STRING_MAX, "bytes of a text, escapes resolved");
    put_limit(WC_DIGITS_MAX, "digits of a number");
    put_limit(WC_DECIMALS_MAX, "decimals; two fewer in a percentage");
    put_limit(WC_UNIT_FACTORS_MAX, "names in a unit");
    put_limit(WC_DEPTH_MAX, "nested expressions");
    doc_put("\n");
}

bool doc_grammar(const char *rules_path)
{
    static char rules[RULES_SIZE_MAX];
    FILE *file = fopen(rules_path, "rb");
    if (file == NULL) return false;
    size_t len = fread(rules, 1, sizeof rules, file);
    (void)fclose(file);
    if (len == 0 || len == sizeof rules) return false;
    doc_put_title("Grammar", "compiler/parse/grammar.y and compiler/lex/tokens.def");
    doc_put("The grammar is LALR(1) without conflicts: one token decides what comes next. Rules of "
            "meaning (types, units, states, money) are not in it; what breaks them is in "
            "[diagnostics.md](diagnostics.md).\n\n");
    put_lexical();
    put_precedence((wc_str){rules, len});
    put_rules((wc_str){rules, len});
    return true;
}
