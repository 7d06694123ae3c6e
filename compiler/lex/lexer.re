/* The scanner's rules: see lexer.h. re2c makes lexer.c of this file.
 *
 * The text ends with a NUL (source.h), which re2c's eof rule tells from a NUL in the text. Rules work
 * on bytes; whatever is not ASCII outside strings and comments goes to foreign(). */
#include "compiler/lex/lexer.h"

#include "compiler/lex/bytes.h"
#include "compiler/lex/literal.h"

typedef unsigned char byte;

/*!re2c
    re2c:define:YYCTYPE = byte;
    re2c:define:YYCURSOR = cursor;
    re2c:define:YYLIMIT = limit;
    re2c:define:YYMARKER = marker;
    re2c:yyfill:enable = 0;
    re2c:eof = 0;

    digit    = [0-9];
    letter   = [A-Za-z];
    word     = [A-Za-z0-9_];
    name     = letter word*;
    number   = digit [0-9_]* ("." digit [0-9_]*)?;
    unit     = ("1/")? name ([*/] name)*;
    date     = digit{4} "-" digit{2} "-" digit{2};
    clock    = "T" [0-9:.]* ("Z" | [+-] [0-9:]*)?;
    high     = [\x80-\xFF];
*/

/* ---- what is not a token ------------------------------------------------------------------- */

/* Characters that input methods and word processors put in place of ASCII. U+FF01..U+FF5E, the
 * full-width forms, are ASCII moved by 0xFEE0. */
static const char *ascii_of(uint32_t code)
{
    static const struct {
        uint32_t code;
        const char *ascii;
    } meant[] = {
        {0x00A0, " "},  {0x00D7, "*"},  {0x00F7, "/"},  {0x2013, "-"},  {0x2014, "-"},
        {0x2018, "\""}, {0x2019, "\""}, {0x201C, "\""}, {0x201D, "\""}, {0x2192, "->"},
        {0x2212, "-"},  {0x2260, "!="}, {0x2264, "<="}, {0x2265, ">="}, {0x3000, " "},
        {0x3001, ","},  {0x3002, "."},
    };
    static const char ascii[] = "!\0\"\0#\0$\0%\0&\0'\0(\0)\0*\0+\0,\0-\0.\0/\0";
    static const char after_digits[] = ":\0;\0<\0=\0>\0?\0@\0";
    for (size_t i = 0; i < WC_ARRAY_LEN(meant); i++) {
        if (meant[i].code == code) return meant[i].ascii;
    }
    if (code >= 0xFF01 && code <= 0xFF0F) return &ascii[(code - 0xFF01) * 2];
    if (code >= 0xFF1A && code <= 0xFF20) return &after_digits[(code - 0xFF1A) * 2];
    if (code == 0xFF3B) return "[";
    if (code == 0xFF3D) return "]";
    if (code == 0xFF5B) return "{";
    if (code == 0xFF5C) return "|";
    if (code == 0xFF5D) return "}";
    return NULL;
}

/* The token with exactly this spelling; -1 when there is none. */
static int token_of_spelling(const char *text)
{
    static const struct {
        const char *text;
        int kind;
    } spellings[] = {
#define WC_PUNCT(name, text) {text, WC_TOKEN_##name},
#include "compiler/lex/tokens.def"
#undef WC_PUNCT
    };
    for (size_t i = 0; i < WC_ARRAY_LEN(spellings); i++) {
        if (strcmp(spellings[i].text, text) == 0) return spellings[i].kind;
    }
    return -1;
}

static wc_span span_of(const wc_lexer *lexer, size_t start, size_t end)
{
    wc_span span = {(uint32_t)start, (uint32_t)end, lexer->source->file};
    return span;
}

/* A character that stands for an ASCII one: reported; the token it was meant to be, or -1. */
static int foreign_sign(wc_lexer *lexer, wc_span span, const char *ascii)
{
    wc_diag *diag = wc_diag_report(lexer->diags, WC_E0101, span, "`{}` is not the ASCII sign `{}`",
                                   wc_source_text(lexer->source, span), ascii);
    wc_diag_add_fix(lexer->diags, diag, span, WC_FIX_SURE, wc_str_of(ascii), "write `{}`", ascii);
    lexer->is_spoilt = true;
    return token_of_spelling(ascii);
}

static bool is_word_byte(byte c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

/* The end of a word that may have characters outside ASCII; it stops before a foreign sign.
 * *is_foreign is set when one of them has not been reported by wc_bytes_check. */
static size_t foreign_word_end(wc_str text, size_t at, bool *is_foreign)
{
    *is_foreign = false;
    while (at < text.len) {
        wc_utf8_char character = wc_utf8_at(text, at);
        if (!is_word_byte((byte)text.data[at])) {
            bool is_sign = character.is_valid && ascii_of(character.code) != NULL;
            if (character.code < 0x80 || is_sign) break;
            *is_foreign |= !wc_bytes_is_bad(text, at, character);
        }
        at += character.len;
    }
    return at;
}

/* A word that is not all ASCII: one name, reported once. Returns its end. */
static size_t foreign_word(wc_lexer *lexer, size_t start)
{
    bool is_foreign;
    size_t end = foreign_word_end(lexer->source->text, start, &is_foreign);
    lexer->is_spoilt = true;
    if (!is_foreign) return end;
    wc_span span = span_of(lexer, start, end);
    wc_diag *diag = wc_diag_report(lexer->diags, WC_E0101, span, "`{}` is not a name of Clause",
                                   wc_source_text(lexer->source, span));
    wc_diag_add_note(lexer->diags, diag,
                     "names are ASCII letters, digits and `_`, so that no two look alike");
    wc_diag_add_note(lexer->diags, diag, "texts and comments may use any script");
    return end;
}

/* Something outside ASCII where a token should begin. Returns the kind of token to go on with, or -1
 * for none; *end is the first byte behind what was taken. */
static int foreign(wc_lexer *lexer, size_t start, size_t *end)
{
    wc_str text = lexer->source->text;
    wc_utf8_char character = wc_utf8_at(text, start);
    *end = start + character.len;
    if (start == 0 && character.code == 0xFEFF) return -1; /* a byte order mark */
    if (wc_bytes_is_bad(text, start, character)) {
        lexer->is_spoilt = true;
        return -1;
    }
    const char *ascii = ascii_of(character.code);
    if (ascii != NULL) return foreign_sign(lexer, span_of(lexer, start, *end), ascii);
    *end = foreign_word(lexer, start);
    return WC_TOKEN_IDENT;
}

/* ASCII signs that mean something in other languages. */
static const char *hint_of(char c)
{
    switch (c) {
    case '&': return "two conditions are joined with `&&`";
    case '|': return "two conditions are joined with `||`";
    case '%': return "a percentage has no blank before `%`: 5.5%; a remainder is mod(a, b)";
    case '\'': return "a text stands between double quotes";
    case '`': return "a text stands between double quotes";
    case '#': return "a comment begins with `//`";
    case '^': return "a power is written as a product";
    default: return NULL;
    }
}

static int foreign_ascii(wc_lexer *lexer, size_t at)
{
    wc_span span = span_of(lexer, at, at + 1);
    char c = lexer->source->text.data[at];
    const char *hint = hint_of(c);
    wc_diag *diag = wc_diag_report(lexer->diags, WC_E0101, span, "`{}` is not a sign of Clause",
                                   wc_source_text(lexer->source, span));
    if (hint != NULL) wc_diag_add_note(lexer->diags, diag, "{}", hint);
    lexer->is_spoilt = true;
    return c == '&' ? WC_TOKEN_ANDAND : c == '|' ? WC_TOKEN_OROR : -1;
}

/* A comment of one line with nothing behind it becomes one with `//`. */
static void fix_block_comment(wc_lexer *lexer, wc_diag *diag, size_t start, size_t end)
{
    wc_str text = lexer->source->text;
    bool is_closed = end >= start + 4 && memcmp(text.data + end - 2, "*/", 2) == 0;
    bool is_last = end == text.len || text.data[end] == '\n' || text.data[end] == '\r';
    if (!is_closed || !is_last || memchr(text.data + start, '\n', end - start) != NULL) return;
    size_t close = end - 2;
    while (close > start + 2 && text.data[close - 1] == ' ') close--;
    wc_diag_add_fix(lexer->diags, diag, span_of(lexer, start, start + 2), WC_FIX_SURE,
                    WC_STR("//"), "write `//` and leave out the end sign");
    wc_diag_add_edit(lexer->diags, diag, span_of(lexer, close, end), WC_STR(""));
}

/* The comment that other languages open with `/` and `*` is skipped whole. Returns its end. */
static size_t block_comment(wc_lexer *lexer, size_t start)
{
    wc_str text = lexer->source->text;
    size_t end = start + 4;
    while (end <= text.len && memcmp(text.data + end - 2, "*/", 2) != 0) end++;
    if (end > text.len) end = text.len;
    wc_diag *diag = wc_diag_report(lexer->diags, WC_E0116, span_of(lexer, start, start + 2),
                                   "Clause has no comments of this form");
    wc_diag_add_note(lexer->diags, diag, "begin each line of the comment with `//`");
    fix_block_comment(lexer, diag, start, end);
    return end;
}

static void check_name(wc_lexer *lexer, wc_span span)
{
    uint32_t len = span.end - span.start;
    if (len <= WC_NAME_MAX) return;
    wc_diag_report(lexer->diags, WC_E0111, span, "the name has {} bytes, the most is {}", len,
                   WC_NAME_MAX);
}

static void report_name_start(wc_lexer *lexer, wc_span span)
{
    wc_diag *diag = wc_diag_report(lexer->diags, WC_E0117, span, "`{}` is not a name of Clause",
                                   wc_source_text(lexer->source, span));
    wc_diag_add_note(lexer->diags, diag, "a name begins with a letter");
    size_t letter = span.start;
    const char *text = lexer->source->text.data;
    while (letter < span.end && text[letter] == '_') letter++;
    bool is_name = letter < span.end && !(text[letter] >= '0' && text[letter] <= '9');
    if (is_name)
        wc_diag_add_fix(lexer->diags, diag, span_of(lexer, span.start, letter), WC_FIX_MAYBE,
                        WC_STR(""), "leave out the `_` in front");
    lexer->is_spoilt = true;
}

static void report_number(wc_lexer *lexer, wc_span span)
{
    wc_diag *diag = wc_diag_report(lexer->diags, WC_E0106, span, "`{}` is not a number of Clause",
                                   wc_source_text(lexer->source, span));
    wc_diag_add_note(lexer->diags, diag, "numbers are decimal digits, as in 10_000.00");
    lexer->is_spoilt = true;
}

static void report_open_string(wc_lexer *lexer, wc_span span)
{
    wc_diag *diag = wc_diag_report(lexer->diags, WC_E0105, span, "the text has no closing quote");
    wc_diag_add_note(lexer->diags, diag, "a text ends on the line where it begins");
    wc_span behind = {span.end, span.end, span.file};
    wc_diag_add_fix(lexer->diags, diag, behind, WC_FIX_MAYBE, WC_STR("\""), "close it with `\"`");
    lexer->is_spoilt = true;
}

/* ---- quantities ---------------------------------------------------------------------------- */

/* Where the quantity of raw really ends: before the first word of its unit that is a keyword. The end
 * of the number alone when that is its first word. */
static size_t quantity_end(wc_str raw, size_t number_end)
{
    size_t at = number_end + (raw.data[number_end] == ' ');
    if (raw.data[at] == '1') at += 2; /* 1/ */
    size_t end = number_end;
    while (at < raw.len) {
        size_t start = at;
        while (at < raw.len && is_word_byte((byte)raw.data[at])) at++;
        wc_str word = {raw.data + start, at - start};
        if (wc_token_of_word(word) != WC_TOKEN_IDENT) return end;
        end = at++; /* over `*` or `/` */
    }
    return end;
}

/* ---- tokens -------------------------------------------------------------------------------- */

/* The token from lexer->at to end; the scanner goes on behind it. kind -1: no token. */
static wc_token take(wc_lexer *lexer, size_t end, int kind)
{
    wc_token token = {span_of(lexer, lexer->at, end), (int16_t)kind, lexer->is_spoilt};
    lexer->at = (uint32_t)end;
    if (kind >= 0) lexer->is_spoilt = false;
    return token;
}

static wc_token take_name(wc_lexer *lexer, size_t end)
{
    size_t start = lexer->at;
    wc_str text = lexer->source->text;
    if (end < text.len && (byte)text.data[end] >= 0x80) {
        bool is_foreign;
        if (foreign_word_end(text, end, &is_foreign) > end)
            return take(lexer, foreign_word(lexer, start), WC_TOKEN_IDENT);
    }
    check_name(lexer, span_of(lexer, start, end));
    return take(lexer, end, wc_token_of_word((wc_str){text.data + start, end - start}));
}

static wc_token take_quantity(wc_lexer *lexer, size_t end)
{
    wc_str raw = {lexer->source->text.data + lexer->at, end - lexer->at};
    size_t number_end = wc_number_len(raw);
    size_t taken = quantity_end(raw, number_end);
    return take(lexer, lexer->at + taken,
                taken == number_end ? WC_TOKEN_NUMBER : WC_TOKEN_QUANTITY);
}

/* What follows on the line was probably meant to stand outside the text, so the next token is called
 * spoilt, too. */
static wc_token take_open_string(wc_lexer *lexer, size_t end)
{
    report_open_string(lexer, span_of(lexer, lexer->at, end));
    wc_token token = take(lexer, end, WC_TOKEN_STRING);
    lexer->is_spoilt = true;
    return token;
}

/* One step: a token, or text that makes none. */
static wc_token step(wc_lexer *lexer)
{
    const byte *text = (const byte *)lexer->source->text.data;
    const byte *limit = text + lexer->source->text.len;
    const byte *cursor = text + lexer->at;
    const byte *marker = cursor;
    size_t end;
    int kind;

#define END ((size_t)(cursor - text))
#define SPAN span_of(lexer, lexer->at, END)
#define TOKEN(kind) return take(lexer, END, WC_TOKEN_##kind)

    /*!re2c
        $                       { TOKEN(END); }
        [ \t\r\n]+              { return take(lexer, END, -1); }
        "//" [^\r\n]*           { TOKEN(COMMENT); }
        "/*"                    { return take(lexer, block_comment(lexer, lexer->at), -1); }

        name                    { return take_name(lexer, END); }
        "_"                     { TOKEN(UNDERSCORE); }
        "_" word+               { report_name_start(lexer, SPAN); TOKEN(IDENT); }
        high                    { kind = foreign(lexer, lexer->at, &end); return take(lexer, end, kind); }

        number                  { TOKEN(NUMBER); }
        number "%"              { TOKEN(PERCENT); }
        number [eE] [+-]? digit word*
                                { report_number(lexer, SPAN); TOKEN(NUMBER); }
        "0" [xXbBoO] word*      { report_number(lexer, SPAN); TOKEN(NUMBER); }
        number " "? unit        { return take_quantity(lexer, END); }
        date                    { TOKEN(DATE); }
        date clock              { TOKEN(DATETIME); }

        "\"" ([^"\\\r\n] | "\\" [^\r\n])* "\""
                                { TOKEN(STRING); }
        "\"" ([^"\\\r\n] | "\\" [^\r\n])* "\\"?
                                { return take_open_string(lexer, END); }

        ";"                     { TOKEN(SEMI); }
        ":"                     { TOKEN(COLON); }
        ","                     { TOKEN(COMMA); }
        "."                     { TOKEN(DOT); }
        ".."                    { TOKEN(DOTDOT); }
        "("                     { TOKEN(LP); }
        ")"                     { TOKEN(RP); }
        "{"                     { TOKEN(LB); }
        "}"                     { TOKEN(RB); }
        "["                     { TOKEN(LBRK); }
        "]"                     { TOKEN(RBRK); }
        "="                     { TOKEN(ASSIGN); }
        "+="                    { TOKEN(PLUSEQ); }
        "-="                    { TOKEN(MINUSEQ); }
        "->"                    { TOKEN(ARROW); }
        "=>"                    { TOKEN(FATARROW); }
        "?"                     { TOKEN(QM); }
        "||"                    { TOKEN(OROR); }
        "&&"                    { TOKEN(ANDAND); }
        "=="                    { TOKEN(EQ); }
        "!="                    { TOKEN(NE); }
        "<"                     { TOKEN(LT); }
        "<="                    { TOKEN(LE); }
        ">"                     { TOKEN(GT); }
        ">="                    { TOKEN(GE); }
        "+"                     { TOKEN(PLUS); }
        "-"                     { TOKEN(MINUS); }
        "*"                     { TOKEN(STAR); }
        "/"                     { TOKEN(SLASH); }
        "!"                     { TOKEN(NOT); }

        [\x00-\x1F\x7F]         { lexer->is_spoilt = true; return take(lexer, END, -1); }
        *                       { kind = foreign_ascii(lexer, lexer->at); return take(lexer, END, kind); }
    */
#undef END
#undef SPAN
#undef TOKEN
}

void wc_lexer_init(wc_lexer *lexer, wc_diags *diags, const wc_source *source)
{
    *lexer = (wc_lexer){source, diags, 0, 0, false};
    if (source->is_too_large)
        wc_diag_report(diags, WC_E0112, span_of(lexer, 0, 0), "the file is larger than {} bytes",
                       WC_SOURCE_MAX);
    wc_bytes_check(diags, source);
}

wc_token wc_lexer_next(wc_lexer *lexer)
{
    wc_token token;
    do { /* ends: each step but the end of the text takes at least one byte */
        token = step(lexer);
    } while (token.kind < 0);
    if (token.kind == WC_TOKEN_COMMENT || token.kind == WC_TOKEN_END) return token;
    if (lexer->token_count < WC_TOKENS_MAX) {
        lexer->token_count++;
        return token;
    }
    wc_diag_report(lexer->diags, WC_E0113, token.span, "the file has more than {} tokens",
                   WC_TOKENS_MAX);
    size_t end = lexer->source->text.len;
    lexer->at = (uint32_t)end;
    return (wc_token){span_of(lexer, end, end), WC_TOKEN_END, true};
}
