/* The words of syntax errors: see syntax.h.
 *
 * The set of tokens that could stand somewhere is long and mostly noise ("an expression" alone is
 * 20 tokens), so groups are named by what they begin, and operators are left out where anything
 * else is expected. */
#include "compiler/parse/syntax.h"

#define EXPECTED_MAX 8u /* things listed; more are not read */

/* ---- what was expected --------------------------------------------------------------------- */

typedef struct group {
    const char *name;
    int needs[3];    /* all of these expected: the group is meant */
    int members[32]; /* named by the group; ends with 0 */
} group;

#define EXPR_STARTS                                                                                \
    WC_TOKEN_IDENT, WC_TOKEN_SELF, WC_TOKEN_LP, WC_TOKEN_LBRK, WC_TOKEN_NUMBER, WC_TOKEN_QUANTITY, \
        WC_TOKEN_PERCENT, WC_TOKEN_STRING, WC_TOKEN_DATE, WC_TOKEN_DATETIME, WC_TOKEN_TRUE,        \
        WC_TOKEN_FALSE, WC_TOKEN_ROUND, WC_TOKEN_CONVERT, WC_TOKEN_OLD, WC_TOKEN_SUM,              \
        WC_TOKEN_FORALL, WC_TOKEN_NOT, WC_TOKEN_MINUS

static const group groups[] = {
    {"a declaration",
     {WC_TOKEN_CONTRACT, WC_TOKEN_ENUM, WC_TOKEN_RECORD},
     {WC_TOKEN_CONTRACT, WC_TOKEN_ENUM, WC_TOKEN_RECORD, WC_TOKEN_USE, WC_TOKEN_DIMENSION,
      WC_TOKEN_UNIT, WC_TOKEN_CURRENCY, WC_TOKEN_CALENDAR, WC_TOKEN_TYPE, WC_TOKEN_ERROR,
      WC_TOKEN_EVENT, WC_TOKEN_CONST, WC_TOKEN_FUNC, WC_TOKEN_INTERFACE, WC_TOKEN_TEST,
      WC_TOKEN_PROPERTY}},
    {"a member of the contract",
     {WC_TOKEN_ACTION, WC_TOKEN_INVARIANT, WC_TOKEN_STATES},
     {WC_TOKEN_ACTION, WC_TOKEN_INVARIANT, WC_TOKEN_STATES, WC_TOKEN_PARTIES, WC_TOKEN_TERMS,
      WC_TOKEN_STORAGE, WC_TOKEN_SIGNATORY, WC_TOKEN_VISIBLE, WC_TOKEN_VIEW, WC_TOKEN_FUNC,
      WC_TOKEN_AFTER, WC_TOKEN_UPGRADE, WC_TOKEN_USE}},
    {"a statement", {WC_TOKEN_LET, WC_TOKEN_IF, WC_TOKEN_NUMBER}, {EXPR_STARTS}},
    {NULL, /* the rest of the statements */
     {WC_TOKEN_LET, WC_TOKEN_IF, WC_TOKEN_FOR},
     {WC_TOKEN_LET, WC_TOKEN_VAR, WC_TOKEN_IF, WC_TOKEN_FOR, WC_TOKEN_MATCH, WC_TOKEN_REQUIRE,
      WC_TOKEN_FAIL, WC_TOKEN_EMIT, WC_TOKEN_PAY, WC_TOKEN_SPLIT, WC_TOKEN_GOTO, WC_TOKEN_SEND,
      WC_TOKEN_RETURN, WC_TOKEN_ASSERT, WC_TOKEN_BREAK, WC_TOKEN_AS, WC_TOKEN_EXPECT,
      WC_TOKEN_ADVANCE}},
    {"an expression", {WC_TOKEN_NUMBER, WC_TOKEN_LBRK, WC_TOKEN_OLD}, {EXPR_STARTS}},
    {"a type, a number or a unit",
     {WC_TOKEN_NUMBER, WC_TOKEN_IDENT, WC_TOKEN_LP},
     {WC_TOKEN_NUMBER, WC_TOKEN_IDENT, WC_TOKEN_LP, WC_TOKEN_QUANTITY, WC_TOKEN_PERCENT,
      WC_TOKEN_MINUS}},
    {"a number or the name of a constant",
     {WC_TOKEN_NUMBER, WC_TOKEN_IDENT, WC_TOKEN_PERCENT},
     {WC_TOKEN_NUMBER, WC_TOKEN_IDENT, WC_TOKEN_PERCENT, WC_TOKEN_QUANTITY, WC_TOKEN_MINUS}},
    {"a call",
     {WC_TOKEN_IDENT, WC_TOKEN_SELF, WC_TOKEN_LP},
     {WC_TOKEN_IDENT, WC_TOKEN_SELF, WC_TOKEN_LP}},
    {"a type", {WC_TOKEN_IDENT, WC_TOKEN_LP, WC_TOKEN_LP}, {WC_TOKEN_IDENT, WC_TOKEN_LP}},
};

/* How what is left is listed: values, signs, keywords. */
static const int reading_order[] = {
#define WC_VALUE(name, text) WC_TOKEN_##name,
#include "compiler/lex/tokens.def"
#undef WC_VALUE
#define WC_PUNCT(name, text) WC_TOKEN_##name,
#include "compiler/lex/tokens.def"
#undef WC_PUNCT
#define WC_KEYWORD(name, text, class) WC_TOKEN_##name,
#include "compiler/lex/tokens.def"
#undef WC_KEYWORD
    WC_TOKEN_END,
};

static const int operators[] = {WC_TOKEN_QM,    WC_TOKEN_OROR, WC_TOKEN_ANDAND, WC_TOKEN_EQ,
                                WC_TOKEN_NE,    WC_TOKEN_LT,   WC_TOKEN_LE,     WC_TOKEN_GT,
                                WC_TOKEN_GE,    WC_TOKEN_PLUS, WC_TOKEN_MINUS,  WC_TOKEN_STAR,
                                WC_TOKEN_SLASH, WC_TOKEN_DOT,  WC_TOKEN_LBRK,   WC_TOKEN_LP};

typedef struct expected {
    bool left[WC_TOKEN_KINDS]; /* not yet named */
    const char *names[EXPECTED_MAX];
    size_t count; /* in [0, EXPECTED_MAX] */
    size_t more;  /* not listed */
} expected;

static void name_add(expected *set, const char *name)
{
    if (set->count < EXPECTED_MAX)
        set->names[set->count++] = name;
    else
        set->more++;
}

static bool is_meant(const expected *set, const group *g)
{
    return set->left[g->needs[0]] && set->left[g->needs[1]] && set->left[g->needs[2]];
}

static void name_groups(expected *set)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(groups); i++) {
        if (!is_meant(set, &groups[i])) continue;
        if (groups[i].name != NULL) name_add(set, groups[i].name);
        for (const int *member = groups[i].members; *member != 0; member++)
            set->left[*member] = false;
    }
}

/* Behind a whole operand every operator could stand; that helps nobody. */
static void drop_operators(expected *set)
{
    if (!set->left[WC_TOKEN_PLUS]) return;
    for (size_t i = 0; i < WC_ARRAY_LEN(operators); i++) set->left[operators[i]] = false;
}

/* Behind a type's or unit's name, likewise: its arguments, factors and the rest of its path. */
static void drop_type_tails(expected *set)
{
    static const int tails[] = {WC_TOKEN_LT,    WC_TOKEN_DOT,    WC_TOKEN_STAR,
                                WC_TOKEN_SLASH, WC_TOKEN_DOTDOT, WC_TOKEN_LBRK};
    if (!set->left[WC_TOKEN_DOT]) return;
    for (size_t i = 0; i < WC_ARRAY_LEN(tails); i++) set->left[tails[i]] = false;
}

static void expected_name(expected *set, const wc_syntax_error *error)
{
    memcpy(set->left, error->is_expected, sizeof set->left);
    set->count = 0;
    set->more = 0;
    if (error->before.kind != WC_TOKEN_LET) name_groups(set); /* a name or `(`, which is no type */
    drop_operators(set);
    drop_type_tails(set);
    for (size_t i = 0; i < WC_ARRAY_LEN(reading_order); i++) {
        if (set->left[reading_order[i]]) name_add(set, wc_token_name(reading_order[i]));
    }
}

static void expected_put(wc_buf *buf, const expected *set)
{
    for (size_t i = 0; i < set->count; i++) {
        bool is_last = i + 1 == set->count && set->more == 0;
        if (i != 0) wc_buf_put_text(buf, is_last ? " or " : ", ");
        wc_buf_put_text(buf, set->names[i]);
    }
    if (set->more != 0) wc_buf_put_text(buf, " ...");
}

/* ---- did you mean -------------------------------------------------------------------------- */

#define WORD_MAX 16u /* longer words are not compared: no keyword is */

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Edits (insert, delete, replace, swap two neighbours) from a to b; both at most WORD_MAX long. */
static size_t distance(wc_str a, wc_str b)
{
    size_t rows[WORD_MAX + 1][WORD_MAX + 1];
    for (size_t i = 0; i <= a.len; i++) {
        for (size_t j = 0; j <= b.len; j++) {
            if (i == 0 || j == 0) {
                rows[i][j] = i + j;
                continue;
            }
            size_t replace = rows[i - 1][j - 1] + (a.data[i - 1] != b.data[j - 1]);
            rows[i][j] = min3(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replace);
            bool is_swap =
                i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1];
            if (is_swap && rows[i - 2][j - 2] + 1 < rows[i][j]) rows[i][j] = rows[i - 2][j - 2] + 1;
        }
    }
    return rows[a.len][b.len];
}

/* The words other languages have for ours. */
static const struct {
    const char *theirs;
    int ours;
} habits[] = {
    {"while", WC_TOKEN_FOR},
    {"loop", WC_TOKEN_FOR},
    {"foreach", WC_TOKEN_FOR},
    {"function", WC_TOKEN_FUNC},
    {"fn", WC_TOKEN_FUNC},
    {"def", WC_TOKEN_FUNC},
    {"struct", WC_TOKEN_RECORD},
    {"class", WC_TOKEN_CONTRACT},
    {"import", WC_TOKEN_USE},
    {"switch", WC_TOKEN_MATCH},
    {"case", WC_TOKEN_MATCH},
    {"throw", WC_TOKEN_FAIL},
    {"revert", WC_TOKEN_FAIL},
    {"transfer", WC_TOKEN_PAY},
    {"mut", WC_TOKEN_VAR},
    {"and", WC_TOKEN_ANDAND},
    {"or", WC_TOKEN_OROR},
    {"not", WC_TOKEN_NOT},
    {"this", WC_TOKEN_SELF},
    {"constructor", WC_TOKEN_TERMS},
    {"signatories", WC_TOKEN_SIGNATORY},
};

/* Our keyword for a word of another language, or -1. */
static int habit_of(wc_str word)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(habits); i++) {
        if (wc_str_equal(word, wc_str_of(habits[i].theirs))) return habits[i].ours;
    }
    return -1;
}

bool wc_syntax_is_habit(const wc_source *source, wc_token token)
{
    return token.kind == WC_TOKEN_IDENT && habit_of(wc_source_text(source, token.span)) >= 0;
}

/* The keyword the author may have meant by word; -1 when none is near. allowed: NULL for any. */
static int meant_keyword(wc_str word, const bool *allowed)
{
    static const int keywords[] = {
#define WC_KEYWORD(name, text, class) WC_TOKEN_##name,
#include "compiler/lex/tokens.def"
#undef WC_KEYWORD
    };
    int habit = habit_of(word);
    if (habit >= 0) return habit;
    if (word.len < 2 || word.len > WORD_MAX) return -1;

    size_t nearest = word.len < 3 ? 2 : word.len < 6 ? 2 : 3; /* one more than allowed */
    if (allowed == NULL && word.len < 4) return -1;
    int meant = -1;
    for (size_t i = 0; i < WC_ARRAY_LEN(keywords); i++) {
        if (allowed != NULL && !allowed[keywords[i]]) continue;
        size_t edits = distance(word, wc_str_of(wc_token_spelling(keywords[i])));
        if (edits >= nearest) continue;
        nearest = edits;
        meant = keywords[i];
    }
    return meant;
}

/* habits_only: words of other languages, no slips. */
static bool propose(wc_diags *diags, wc_diag *diag, const wc_source *source, wc_token token,
                    const bool *allowed, bool habits_only)
{
    if (token.kind != WC_TOKEN_IDENT) return false;
    wc_str word = wc_source_text(source, token.span);
    int meant = habits_only ? habit_of(word) : meant_keyword(word, allowed);
    if (meant < 0) return false;
    const char *spelling = wc_token_spelling(meant);
    wc_diag_add_fix(diags, diag, token.span, WC_FIX_MAYBE, wc_str_of(spelling),
                    "`{}` instead of `{}`", spelling, word);
    if (meant == WC_TOKEN_FOR && habit_of(word) >= 0) {
        wc_diag_add_note(diags, diag,
                         "a loop goes over a range or a collection, so that what it costs at most "
                         "is known: for i in 0..12 { ... }");
    }
    return true;
}

/* ---- hints --------------------------------------------------------------------------------- */

static bool is_comparison(int kind)
{
    return kind == WC_TOKEN_EQ || kind == WC_TOKEN_NE || kind == WC_TOKEN_LT ||
           kind == WC_TOKEN_LE || kind == WC_TOKEN_GT || kind == WC_TOKEN_GE;
}

static wc_span span_behind(wc_span span)
{
    return (wc_span){span.end, span.end, span.file};
}

/* `5 and x`: what stands behind a number is its unit. */
static bool hint_unit(wc_diags *diags, wc_diag *diag, const wc_source *source,
                      const wc_syntax_error *error)
{
    static const struct {
        const char *theirs, *ours;
    } words[] = {{"and", "&&"}, {"or", "||"}, {"then", "{"}};

    if (error->before.kind != WC_TOKEN_QUANTITY) return false;
    wc_str text = wc_source_text(source, error->before.span);
    for (size_t i = 0; i < WC_ARRAY_LEN(words); i++) {
        wc_str word = wc_str_of(words[i].theirs);
        bool ends_so = text.len > word.len &&
                       memcmp(text.data + text.len - word.len, word.data, word.len) == 0;
        uint32_t start = error->before.span.end - (uint32_t)word.len;
        if (!ends_so || text.data[text.len - word.len - 1] != ' ') continue;
        wc_span where = {start, error->before.span.end, error->before.span.file};
        wc_diag_add_fix(diags, diag, where, WC_FIX_MAYBE, wc_str_of(words[i].ours),
                        "`{}` instead of `{}`, which is read as a unit", words[i].ours,
                        words[i].theirs);
        return true;
    }
    return false;
}

/* `or`, `then` and the like where our sentence goes on otherwise. */
static bool hint_word(wc_diags *diags, wc_diag *diag, const wc_source *source,
                      const wc_syntax_error *error)
{
    wc_str found = wc_source_text(source, error->found.span);
    bool is_by = error->is_expected[WC_TOKEN_WHEN] && error->is_expected[WC_TOKEN_REQUIRES];
    if (is_by && wc_str_equal(found, WC_STR("or"))) {
        wc_diag_add_note(diags, diag, "one of several signs: by any(a, b)");
        return true;
    }
    if (is_by && (wc_str_equal(found, WC_STR("and")) || error->found.kind == WC_TOKEN_ANDAND)) {
        wc_diag_add_note(diags, diag, "all of them sign: by a, b");
        return true;
    }
    if (wc_str_equal(found, WC_STR("then")) && error->is_expected[WC_TOKEN_LB]) {
        wc_diag_add_note(diags, diag, "a block follows: if c { ... } else { ... }");
        return true;
    }
    bool is_late = error->before.kind == WC_TOKEN_INITIAL || error->before.kind == WC_TOKEN_FINAL;
    wc_str before = wc_source_text(source, error->before.span);
    is_late =
        is_late || wc_str_equal(before, WC_STR("initial")) || wc_str_equal(before, WC_STR("final"));
    if (is_late && error->found.kind == WC_TOKEN_IDENT && error->is_expected[WC_TOKEN_INITIAL]) {
        wc_diag_add_note(diags, diag, "the name of the state comes first: {} {};", found, before);
        return true;
    }
    bool is_binary = error->is_expected[WC_TOKEN_ANDAND] || error->is_expected[WC_TOKEN_PLUSEQ];
    return is_binary && (propose(diags, diag, source, error->found, NULL, true) ||
                         propose(diags, diag, source, error->before, NULL, true));
}

/* `=<` and `=>` for `<=` and `>=`. */
static bool hint_sign(wc_diags *diags, wc_diag *diag, const wc_source *source,
                      const wc_syntax_error *error)
{
    wc_span sign = {error->found.span.start, error->found.span.end + 1, error->found.span.file};
    bool is_last = sign.end > source->text.len;
    wc_str text = is_last ? WC_STR("") : wc_source_text(source, sign);
    if (error->found.kind == WC_TOKEN_FATARROW) text = wc_source_text(source, error->found.span);
    if (!error->is_expected[WC_TOKEN_EQ]) return false;
    const char *meant = wc_str_equal(text, WC_STR("=<"))   ? "<="
                        : wc_str_equal(text, WC_STR("=>")) ? ">="
                                                           : NULL;
    if (meant == NULL) return false;
    if (error->found.kind == WC_TOKEN_FATARROW) sign = error->found.span;
    wc_diag_add_fix(diags, diag, sign, WC_FIX_MAYBE, wc_str_of(meant), "`{}`", meant);
    return true;
}

/* A value or a type that needs something else in its place. */
static bool hint_value(wc_diags *diags, wc_diag *diag, const wc_syntax_error *error)
{
    bool is_mode = error->found.kind == WC_TOKEN_NUMBER && error->before.kind == WC_TOKEN_COMMA &&
                   error->is_expected[WC_TOKEN_IDENT] && !error->is_expected[WC_TOKEN_MINUS];
    if (is_mode) {
        wc_diag_add_note(diags, diag,
                         "here stands how to round, such as half_even; how many decimals, says the "
                         "type: round<dec<2, CNY>>(x, half_even)");
        return true;
    }
    if (error->found.kind == WC_TOKEN_STRING && error->before.kind == WC_TOKEN_COLON) {
        wc_diag_add_note(diags, diag, "an error has a name: error TooMuch(); ... : TooMuch()");
        return true;
    }
    bool is_unit = error->found.kind == WC_TOKEN_SLASH && error->before_that.kind == WC_TOKEN_COLON;
    if (is_unit) {
        wc_diag_add_note(diags, diag,
                         "a unit alone is no type, it has decimals, too: dec<5, CNY/kWh>");
        return true;
    }
    return false;
}

/* What is written in another order, or another shape, elsewhere. */
static bool hint_shape(wc_diags *diags, wc_diag *diag, const wc_source *source,
                       const wc_syntax_error *error)
{
    wc_str found = wc_source_text(source, error->found.span);
    wc_str before = wc_source_text(source, error->before.span);
    bool are_names = error->found.kind == WC_TOKEN_IDENT && error->before.kind == WC_TOKEN_IDENT;
    if (are_names && error->is_expected[WC_TOKEN_COLON] && !error->is_expected[WC_TOKEN_EQ]) {
        wc_diag_add_note(diags, diag, "the name comes first, then the type: {} : {}", found,
                         before);
        return true;
    }
    if (error->found.kind == WC_TOKEN_ASSIGN && error->before_that.kind == WC_TOKEN_CONST) {
        wc_diag_add_note(diags, diag, "a constant says its type: const {} : int = ...;", before);
        return true;
    }
    bool is_list = error->found.kind == WC_TOKEN_COMMA && error->before.kind == WC_TOKEN_IDENT &&
                   error->is_expected[WC_TOKEN_COLON] && !error->is_expected[WC_TOKEN_EQ];
    if (is_list) {
        wc_diag_add_note(diags, diag, "a type stands behind each name, here, too: {} : T", before);
        return true;
    }
    bool is_declared = are_names || wc_str_equal(found, WC_STR(":"));
    if (is_declared && error->is_expected[WC_TOKEN_PLUSEQ]) {
        wc_diag_add_note(diags, diag, "a value gets a name by `let {} = ...;`",
                         are_names ? found : before);
        return true;
    }
    if (error->before_that.kind == WC_TOKEN_PAY && error->is_expected[WC_TOKEN_ARROW]) {
        wc_diag_add_note(diags, diag, "who pays whom, then how much: pay a -> b : amount;");
        return true;
    }
    if (error->found.kind == WC_TOKEN_COMMA && error->is_expected[WC_TOKEN_SEMI]) {
        wc_diag_add_fix(diags, diag, error->found.span, WC_FIX_MAYBE, WC_STR(";"), "`;`");
        return true;
    }
    if (error->found.kind == WC_TOKEN_CONSERVE && error->is_expected[WC_TOKEN_ACTION]) {
        wc_diag_add_note(diags, diag,
                         "it stands behind the header of an action: ensures conserve(kWh);");
        return true;
    }
    bool is_party = wc_str_equal(found, WC_STR("party")) && error->is_expected[WC_TOKEN_PARTIES];
    if (is_party) {
        wc_diag_add_fix(diags, diag, error->found.span, WC_FIX_MAYBE, WC_STR("parties"),
                        "`parties`");
    }
    return is_party;
}

static void hint(wc_diags *diags, wc_diag *diag, const wc_source *source,
                 const wc_syntax_error *error)
{
    int found = error->found.kind;
    int before = error->before.kind;
    if (hint_unit(diags, diag, source, error)) return;
    if (hint_word(diags, diag, source, error) || hint_sign(diags, diag, source, error)) return;
    if (hint_shape(diags, diag, source, error) || hint_value(diags, diag, error)) return;
    if (found == WC_TOKEN_ASSIGN && error->is_expected[WC_TOKEN_EQ]) {
        wc_diag_add_fix(diags, diag, error->found.span, WC_FIX_MAYBE, WC_STR("=="),
                        "compare with `==`");
        return;
    }
    if (found == WC_TOKEN_PLUS && before == WC_TOKEN_PLUS) {
        wc_diag_add_note(diags, diag, "a variable is counted up with `x += 1;`");
        return;
    }
    if (before == WC_TOKEN_MINUS && error->before_that.kind == WC_TOKEN_MINUS) { /* x - -... */
        wc_diag_add_note(diags, diag, "a variable is counted down with `x -= 1;`");
        return;
    }
    if (before == WC_TOKEN_NUMBER && found == WC_TOKEN_IDENT) {
        wc_diag_add_note(diags, diag, "at most one blank stands between a number and its unit");
        return;
    }
    bool is_bare = error->before_that.kind == WC_TOKEN_GOTO ||
                   error->before_that.kind == WC_TOKEN_FAIL ||
                   error->before_that.kind == WC_TOKEN_EMIT;
    if (is_bare && found == WC_TOKEN_LB) {
        wc_diag_add_note(diags, diag, "its values stand in parentheses, in their order");
        return;
    }
    if (is_bare && before == WC_TOKEN_IDENT && error->is_expected[WC_TOKEN_LP]) {
        wc_diag_add_fix(diags, diag, span_behind(error->before.span), WC_FIX_SURE, WC_STR("()"),
                        "add `()`, also where there are no values");
        return;
    }
    if (propose(diags, diag, source, error->found, error->is_expected, false)) return;
    if (error->before_that.kind == WC_TOKEN_DOT) return; /* a member, no keyword */
    (void)propose(diags, diag, source, error->before, NULL, false);
}

/* ---- reports ------------------------------------------------------------------------------- */

static void put_found(wc_buf *buf, const wc_source *source, wc_token found)
{
    if (found.kind == WC_TOKEN_END) {
        wc_buf_put_text(buf, wc_token_name(found.kind));
        return;
    }
    wc_format(buf, "`{}`", wc_source_text(source, found.span));
}

/* A reserved word where only a name can stand. */
static bool is_misnamed(const wc_syntax_error *error)
{
    return wc_token_is_reserved(error->found.kind) && error->is_expected[WC_TOKEN_IDENT] &&
           !error->is_expected[WC_TOKEN_NUMBER];
}

/* The second of two comparisons in a row. */
static bool is_chained(const wc_syntax_error *error)
{
    return is_comparison(error->found.kind) && error->is_expected[WC_TOKEN_PLUS];
}

void wc_syntax_report(wc_diags *diags, const wc_source *source, const wc_syntax_error *error)
{
    wc_span span = error->found.span;
    if (is_misnamed(error)) {
        wc_diag *diag =
            wc_diag_report(diags, WC_E0206, span, "`{}` is a keyword and cannot be a name",
                           wc_source_text(source, span));
        wc_diag_add_note(diags, diag, "choose another name");
        return;
    }
    if (is_chained(error)) {
        wc_diag *diag = wc_diag_report(diags, WC_E0207, span, "comparisons do not chain");
        wc_diag_add_note(diags, diag, "write `a < b && b < c`");
        return;
    }
    uint8_t memory[512];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    put_found(&buf, source, error->found);
    wc_str found = {(const char *)memory, buf.len};

    uint8_t expected_memory[512];
    wc_buf expected_buf;
    wc_buf_init(&expected_buf, expected_memory, sizeof expected_memory);
    expected set;
    expected_name(&set, error);
    expected_put(&expected_buf, &set);
    wc_str names = {(const char *)expected_memory, expected_buf.len};

    wc_diag *diag = wc_diag_report(diags, WC_E0201, span, "found {}, expected {}", found, names);
    hint(diags, diag, source, error);
}

void wc_syntax_report_semicolon(wc_diags *diags, const wc_syntax_error *error)
{
    wc_span behind = span_behind(error->before.span);
    wc_diag *diag = wc_diag_report(diags, WC_E0202, behind, "`;` is missing");
    wc_diag_add_fix(diags, diag, behind, WC_FIX_SURE, WC_STR(";"), "end it with `;`");
}

void wc_syntax_report_brace(wc_diags *diags, const wc_source *source, const wc_syntax_error *error,
                            wc_span open)
{
    uint8_t memory[512];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    put_found(&buf, source, error->found);
    wc_str found = {(const char *)memory, buf.len};
    wc_diag *diag =
        wc_diag_report(diags, WC_E0203, error->found.span, "`}` is missing before {}", found);
    wc_diag_add_label(diags, diag, open, "this `{` is open");
}

void wc_syntax_report_inner(wc_diags *diags, const wc_source *source, wc_token found)
{
    wc_diag *diag = wc_diag_report(diags, WC_E0201, found.span,
                                   "`{}` declares something, which a body cannot do",
                                   wc_source_text(source, found.span));
    wc_diag_add_note(diags, diag,
                     found.kind == WC_TOKEN_CONST
                         ? "here a value gets a name by `let name = ...;`"
                         : "declarations stand beside the function or action, not inside it");
}

void wc_syntax_report_stray(wc_diags *diags, wc_token found)
{
    wc_diag *diag = wc_diag_report(diags, WC_E0204, found.span, "this `}` closes nothing");
    wc_diag_add_note(diags, diag, "all braces before it are closed");
}

void wc_syntax_report_module(wc_diags *diags, const wc_source *source, wc_token found)
{
    uint8_t memory[512];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    put_found(&buf, source, found);
    wc_str name = {(const char *)memory, buf.len};
    wc_diag *diag = wc_diag_report(diags, WC_E0213, found.span,
                                   "found {} where the file must name its module", name);
    wc_span start = {found.span.start, found.span.start, found.span.file};
    wc_diag_add_fix(diags, diag, start, WC_FIX_MAYBE, WC_STR("module my.module;\n"),
                    "begin the file with `module` and a name");
}
