/* Lints on words, texts and comments: what a reader takes for something else. */
#include "compiler/lex/lexer.h"
#include "compiler/lex/utf8.h"
#include "compiler/lint/lint.h"
#include "compiler/sema/sema.h"

typedef struct looker {
    wc_diags *diags;
    const wc_source *source;
    const wc_sema_program *program; /* may be NULL */
} looker;

static wc_span part_of(wc_span whole, size_t from, size_t to)
{
    return (wc_span){whole.start + (uint32_t)from, whole.start + (uint32_t)to, whole.file};
}

/* ---- normal form --------------------------------------------------------------------------- */

/* Characters that Unicode's normal form C may write in another way: combining marks, which join the
 * letter before them, conjoining jamo, and signs that stand for another. Sure to find every text
 * that is not in the form; a mark that joins nothing is found, too. The tables of Unicode are not
 * needed for that, and clients bring their input into the form before they sign. */
static bool is_in_doubt(uint32_t code)
{
    static const struct {
        uint32_t first, last;
    } blocks[] = {
        {0x0300, 0x036F}, {0x0483, 0x0487},   {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
        {0x093C, 0x093C}, {0x0958, 0x095F},   {0x1161, 0x1175}, {0x11A8, 0x11C2}, {0x1AB0, 0x1AFF},
        {0x1DC0, 0x1DFF}, {0x1F71, 0x1F71},   {0x2126, 0x2126}, {0x212A, 0x212B}, {0x20D0, 0x20FF},
        {0x2ADC, 0x2ADC}, {0x302A, 0x302F},   {0x3099, 0x309A}, {0xF900, 0xFAD9}, {0xFB1D, 0xFB4E},
        {0xFE20, 0xFE2F}, {0x2F800, 0x2FA1D},
    };

    for (size_t i = 0; i < WC_ARRAY_LEN(blocks); i++) {
        if (code >= blocks[i].first && code <= blocks[i].last) return true;
    }
    return false;
}

static void look_at_form(const looker *l, wc_span span)
{
    wc_str text = wc_source_text(l->source, span);
    for (size_t at = 0; at < text.len;) {
        wc_utf8_char character = wc_utf8_at(text, at);
        wc_assert(character.is_valid); /* else the source has an error */
        if (is_in_doubt(character.code)) {
            wc_span here = part_of(span, at, at + character.len);
            wc_diag *diag = wc_diag_report(l->diags, WC_L0103, here,
                                           "the character `{}` may be written in two ways",
                                           wc_source_text(l->source, here));
            wc_diag_add_note(l->diags, diag,
                             "texts are compared byte by byte: type it as one character");
            return;
        }
        at += character.len;
    }
}

/* ---- look-alikes --------------------------------------------------------------------------- */

static bool is_latin(uint32_t code)
{
    return (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
}

/* Greek and Cyrillic letters: many look like Latin ones. */
static bool is_look_alike(uint32_t code)
{
    return (code >= 0x0370 && code <= 0x03FF) || (code >= 0x0400 && code <= 0x052F);
}

static bool is_invisible(uint32_t code)
{
    return code == 0x00AD || code == 0x034F || code == 0x180E ||
           (code >= 0x200B && code <= 0x200D) || (code >= 0x2060 && code <= 0x2064) ||
           code == 0xFEFF;
}

static void report_invisible(const looker *l, wc_span span, uint32_t at, wc_utf8_char character)
{
    wc_span here = part_of(span, at, at + character.len);
    wc_diag *diag = wc_diag_report(l->diags, WC_L0104, here, "the character `{}` cannot be seen",
                                   wc_source_text(l->source, here));
    wc_diag_add_fix(l->diags, diag, here, WC_FIX_MAYBE, WC_STR(""), "delete it");
}

static void report_mixed(const looker *l, wc_span span, uint32_t at, wc_utf8_char character)
{
    wc_span here = part_of(span, at, at + character.len);
    wc_diag *diag = wc_diag_report(l->diags, WC_L0104, here, "the letter `{}` is {}, not Latin",
                                   wc_source_text(l->source, here),
                                   character.code < 0x400 ? "Greek" : "Cyrillic");
    wc_diag_add_note(l->diags, diag,
                     "the other letters of the word are Latin; write it in one alphabet");
}

/* One report for each text or comment. */
static void look_at_letters(const looker *l, wc_span span)
{
    wc_str text = wc_source_text(l->source, span);
    bool has_latin = false, has_other = false; /* in the word so far */
    size_t other = 0;
    for (size_t at = 0; at < text.len;) {
        wc_utf8_char character = wc_utf8_at(text, at);
        wc_assert(character.is_valid);
        if (is_invisible(character.code)) {
            report_invisible(l, span, (uint32_t)at, character);
            return;
        }
        if (is_look_alike(character.code)) {
            if (!has_other) other = at;
            has_other = true;
        } else if (is_latin(character.code)) {
            has_latin = true;
        } else {
            has_latin = has_other = false;
        }
        if (has_latin && has_other) {
            report_mixed(l, span, (uint32_t)other, wc_utf8_at(text, other));
            return;
        }
        at += character.len;
    }
}

/* ---- words --------------------------------------------------------------------------------- */

static bool is_unit(const looker *l, wc_str name)
{
    for (uint32_t i = 0; i < l->program->unit_count; i++) {
        if (wc_str_equal(l->program->units[i]->text, name)) return true;
    }
    return false;
}

/* `5 kWh / h`: a division by the value h, where `5 kWh/h` is a quantity. */
static void look_at_quantity(const looker *l, const wc_token *three)
{
    int sign = three[1].kind;
    bool is_it = three[0].kind == WC_TOKEN_QUANTITY && three[2].kind == WC_TOKEN_IDENT &&
                 (sign == WC_TOKEN_SLASH || sign == WC_TOKEN_STAR);
    if (!is_it || !is_unit(l, wc_source_text(l->source, three[2].span))) return;
    wc_str name = wc_source_text(l->source, three[2].span);
    wc_span whole = wc_span_join(three[0].span, three[2].span);
    wc_diag *diag = wc_diag_report(l->diags, WC_L0105, whole,
                                   "`{}` is a value here, not the unit of that name", name);
    wc_diag_add_note(l->diags, diag, "a unit has no blanks inside: 5 kWh/h");
}

/* `x == true` says no more than `x`. */
static void look_at_comparison(const looker *l, const wc_token *three)
{
    bool is_plain = (three[1].kind == WC_TOKEN_EQ && three[2].kind == WC_TOKEN_TRUE) ||
                    (three[1].kind == WC_TOKEN_NE && three[2].kind == WC_TOKEN_FALSE);
    bool is_other = (three[1].kind == WC_TOKEN_EQ && three[2].kind == WC_TOKEN_FALSE) ||
                    (three[1].kind == WC_TOKEN_NE && three[2].kind == WC_TOKEN_TRUE);
    if (!is_plain && !is_other) return;
    wc_span span = wc_span_join(three[1].span, three[2].span);
    wc_diag *diag =
        wc_diag_report(l->diags, WC_L0201, span, "a comparison with a constant truth value");
    if (is_other) {
        wc_diag_add_note(l->diags, diag, "write `!` in front of the condition");
        return;
    }
    wc_span cut = {three[0].span.end, span.end, span.file};
    wc_diag_add_fix(l->diags, diag, cut, WC_FIX_SURE, WC_STR(""), "leave it out");
}

void wc_lint_text(wc_diags *diags, const wc_source *source, const wc_sema_program *program)
{
    looker l = {diags, source, program};
    wc_diags unheard;
    wc_lexer lexer;
    wc_token three[3] = {{{0, 0, source->file}, WC_TOKEN_END, false}};
    three[1] = three[2] = three[0];
    wc_diags_init(&unheard, diags->arena, diags->sources);
    wc_lexer_init(&lexer, &unheard, source);
    for (;;) { /* ends: the text does */
        wc_token token = wc_lexer_next(&lexer);
        if (token.kind == WC_TOKEN_END) return;
        if (token.kind == WC_TOKEN_STRING) look_at_form(&l, token.span);
        if (token.kind == WC_TOKEN_STRING || token.kind == WC_TOKEN_COMMENT)
            look_at_letters(&l, token.span);
        if (token.kind == WC_TOKEN_COMMENT) continue;
        three[0] = three[1];
        three[1] = three[2];
        three[2] = token;
        look_at_quantity(&l, three);
        look_at_comparison(&l, three);
    }
}
