/* compiler/editor/vscode/syntaxes/clause.tmLanguage.json: the TextMate grammar, whose words come
 * from tokens.def. It colours a text before the language server has answered, and where there is
 * none.
 *
 * A TextMate grammar sees one line at a time and no tree. A word that is a keyword only in places
 * is told by what stands around it: `words` says how. tests/lsp/grammar.js holds the result to the
 * scanner, token by token, over every source of the project. */
#include "tests/docs/page.h"

#define NUMBER  "\\d[\\d_]*(?:\\.\\d[\\d_]*)?"
#define FOLLOWS "(?=\\s+[\"\\w(])(?!\\s+in\\b)" /* another word: no name has one behind it */
#define BLOCK   "(?=\\s*\\{)"

/* Where a context word is a keyword: what stands before it, what behind it. */
static const struct {
    const char *word;
    const char *before;
    const char *behind;
} words[] = {
    {"advance", "(?<![.\\w])", FOLLOWS},
    {"after", "(?<![.\\w])", FOLLOWS},
    {"amendable", "(?<![.\\w])", FOLLOWS},
    {"any_party", "(?<=\\bby )", ""},
    {"by", "(?<![.\\w])", FOLLOWS},
    {"calendar", "(?<![.\\w])", FOLLOWS},
    {"currency", "(?<![.\\w])", FOLLOWS},
    {"dimension", "(?<![.\\w])", FOLLOWS},
    {"emit", "(?<![.\\w])", FOLLOWS},
    {"expect", "(?<![.\\w])", "(?=\\s+fail\\b)"},
    {"final", "(?<!return )(?<=[\\w)] )", "(?=\\s*;)"},
    {"gas", "(?<![.\\w])", "(?=\\s*<=)"},
    {"initial", "(?<!return )(?<=[\\w)] )", "(?=\\s*;)"},
    {"mixin", "(?<![.\\w])", FOLLOWS},
    {"parties", "(?<![.\\w])", BLOCK},
    {"party", NULL, NULL}, /* in the parties block only */
    {"pay", "(?<![.\\w])", FOLLOWS},
    {"rest", "(?<=: )", "(?=\\s*;)"},
    {"role", NULL, NULL}, /* likewise */
    {"send", "(?<![.\\w])", FOLLOWS},
    {"signatory", "(?<![.\\w])", FOLLOWS},
    {"split", "(?<![.\\w])", "(?=\\s*\\()"},
    {"states", "(?<![.\\w])", BLOCK},
    {"storage", "(?<![.\\w])", BLOCK},
    {"terms", "(?<![.\\w])", BLOCK},
    {"test", "(?<![.\\w])", "(?=\\s+\")"},
    {"to", "(?<=\\bvisible )", ""},
    {"unit", "(?<![.\\w])", FOLLOWS},
    {"upgrade", "(?<![.\\w])", FOLLOWS},
    {"use", "(?<![.\\w])", FOLLOWS},
    {"visible", "(?<![.\\w])", "(?=\\s+to\\b)"},
    {"when", "(?<![.\\w])", FOLLOWS},
};

/* --- JSON ------------------------------------------------------------------------------------- */

/* A part of a string. */
static void put_escaped(const char *text)
{
    char one[2] = {0, 0};
    for (; *text != '\0'; text++) {
        if (*text == '\\' || *text == '"') doc_put("\\");
        one[0] = *text;
        doc_put(one);
    }
}

static void open_rule(const char *scope)
{
    doc_put("        { \"name\": \"");
    doc_put(scope);
    doc_put(".clause\", \"match\": \"");
}

static void close_rule(bool is_last)
{
    doc_put(is_last ? "\" }\n" : "\" },\n");
}

static void put_rule(const char *scope, const char *match, bool is_last)
{
    open_rule(scope);
    put_escaped(match);
    close_rule(is_last);
}

static void open_group(const char *name)
{
    doc_put("    \"");
    doc_put(name);
    doc_put("\": {\n      \"patterns\": [\n");
}

static void close_group(bool is_last)
{
    doc_put(is_last ? "      ]\n    }\n" : "      ]\n    },\n");
}

/* --- words ------------------------------------------------------------------------------------ */

static bool put_word(bool is_first, const char *word)
{
    if (!is_first) doc_put("|");
    doc_put(word);
    return false;
}

enum {
    RESERVED = 1,
    CONTEXT = 2
};

/* The keywords of some classes, as alternatives. */
static void put_keywords(unsigned classes)
{
    bool is_first = true;
#define WC_KEYWORD(name, text, class)                                                              \
    if ((classes & (class)) != 0) is_first = put_word(is_first, text);
#include "compiler/lex/tokens.def"
#undef WC_KEYWORD
}

static void put_context_word(const char *word)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(words); i++) {
        if (strcmp(words[i].word, word) != 0) continue;
        if (words[i].before == NULL) return;
        open_rule("keyword.other");
        put_escaped(words[i].before);
        doc_put(word);
        put_escaped("\\b");
        put_escaped(words[i].behind);
        close_rule(false);
        return;
    }
    doc_page.full = true; /* a new context word needs its row in `words` */
}

/* --- the grammar ------------------------------------------------------------------------------ */

static void put_comments(void)
{
    open_group("comments");
    put_rule("comment.line.double-slash", "//.*$", true);
    close_group(false);
}

static void put_strings(void)
{
    doc_put("    \"strings\": {\n"
            "      \"patterns\": [\n"
            "        {\n"
            "          \"name\": \"string.quoted.double.clause\",\n"
            "          \"begin\": \"\\\"\",\n"
            "          \"end\": \"\\\"|$\",\n"
            "          \"patterns\": [\n"
            "            { \"name\": \"constant.character.escape.clause\", \"match\": "
            "\"\\\\\\\\.\" }\n"
            "          ]\n"
            "        }\n");
    close_group(false);
}

/* A unit behind a number, a blank between them at most, is part of it; a keyword is not. */
static void put_numbers(void)
{
    open_group("numbers");
    put_rule("constant.numeric.date", "\\b\\d{4}-\\d{2}-\\d{2}(?:T[0-9:.]*(?:Z|[+-][0-9:]*)?)?",
             false);
    put_rule("constant.numeric.percentage", "\\b" NUMBER "%", false);
    open_rule("constant.numeric.quantity");
    put_escaped("\\b" NUMBER "(?: ?(?:1/)?(?!(?:");
    put_keywords(RESERVED | CONTEXT);
    put_escaped(")\\b)[A-Za-z]\\w*(?:[*/](?!(?:");
    put_keywords(RESERVED | CONTEXT);
    put_escaped(")\\b)[A-Za-z]\\w*)*)?");
    close_rule(true);
    close_group(false);
}

static void put_parties(void)
{
    doc_put("    \"parties\": {\n"
            "      \"begin\": \"\\\\b(parties)\\\\s*(\\\\{)\",\n"
            "      \"beginCaptures\": {\n"
            "        \"1\": { \"name\": \"keyword.other.clause\" },\n"
            "        \"2\": { \"name\": \"keyword.operator.clause\" }\n"
            "      },\n"
            "      \"end\": \"\\\\}\",\n"
            "      \"endCaptures\": { \"0\": { \"name\": \"keyword.operator.clause\" } },\n"
            "      \"patterns\": [\n"
            "        { \"include\": \"#comments\" },\n");
    put_rule("keyword.other", "(?<=: )party(?=\\s*;)", false);
    put_rule("keyword.other", "(?<=: )role(?=\\s+\\w)", false);
    doc_put("        { \"include\": \"#names\" },\n"
            "        { \"include\": \"#signs\" }\n"
            "      ]\n"
            "    },\n");
}

static void put_keyword_rules(void)
{
    open_group("keywords");
#define WC_KEYWORD(name, text, class)                                                              \
    if ((class) == CONTEXT) put_context_word(text);
#include "compiler/lex/tokens.def"
#undef WC_KEYWORD
    put_rule("constant.language", "\\b(?:true|false)\\b", false);
    put_rule("variable.language", "\\bself\\b", false);
    open_rule("keyword.control");
    put_escaped("\\b(?:");
    put_keywords(RESERVED);
    put_escaped(")\\b");
    close_rule(true);
    close_group(false);
}

static void put_names(void)
{
    open_group("names");
    put_rule("entity.name.function", "\\b[A-Za-z]\\w*(?=\\s*\\()", false);
    put_rule("entity.name.type", "\\b[A-Z]\\w*[a-z]\\w*\\b", false);
    put_rule("variable.other", "\\b[A-Za-z]\\w*", true);
    close_group(false);
}

/* The longer before what it begins with; `_` alone is one, too. */
static void put_signs(void)
{
    static const char *const signs[] = {
#define WC_PUNCT(name, text) text,
#include "compiler/lex/tokens.def"
#undef WC_PUNCT
    };
    open_group("signs");
    open_rule("keyword.operator");
    bool is_first = true;
    for (size_t len = 2; len > 0; len--) {
        for (size_t i = 0; i < WC_ARRAY_LEN(signs); i++) {
            if (strlen(signs[i]) != len) continue;
            if (!is_first) doc_put("|");
            is_first = false;
            for (const char *at = signs[i]; *at != '\0'; at++) {
                const char one[] = {*at, '\0'};
                if (*at != '_') put_escaped("\\");
                put_escaped(one);
            }
        }
    }
    close_rule(true);
    close_group(true);
}

void doc_tmlanguage(void)
{
    doc_put("{\n"
            "  \"comment\": \"Made from compiler/lex/tokens.def by tests/docs/page_tmlanguage.c: "
            "change that, then `ninja docs`.\",\n"
            "  \"name\": \"Clause\",\n"
            "  \"scopeName\": \"source.clause\",\n"
            "  \"fileTypes\": [\"clause\"],\n"
            "  \"patterns\": [\n"
            "    { \"include\": \"#comments\" },\n"
            "    { \"include\": \"#strings\" },\n"
            "    { \"include\": \"#parties\" },\n"
            "    { \"include\": \"#numbers\" },\n"
            "    { \"include\": \"#keywords\" },\n"
            "    { \"include\": \"#names\" },\n"
            "    { \"include\": \"#signs\" }\n"
            "  ],\n"
            "  \"repository\": {\n");
    put_comments();
    put_strings();
    put_parties();
    put_numbers();
    put_keyword_rules();
    put_names();
    put_signs();
    doc_put("  }\n}\n");
}
