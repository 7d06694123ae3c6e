/* Mutated samples: whatever a text has become, the parser ends, every place it names lies in the
 * text, all forms of its report can be printed, and the same text gives the same report again. */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/prng.h"
#include "tests/unit/compiler_front/front.h"

#define ROUNDS    3000u
#define TEXT_MAX  8192u
#define EDITS_MAX 6u

static const char *const samples[] = {
    "samples/0_units.clause",   "samples/1_ppa.clause",       "samples/2_cfd.clause",
    "samples/3_auction.clause", "samples/4_ancillary.clause", "samples/5_bank.clause",
    "samples/6_vpp.clause",
};

static const char *const pieces[] = {
    "{",
    "}",
    "(",
    ")",
    ";",
    ":",
    "<",
    ">",
    "\"",
    "//",
    "/*",
    "..",
    "->",
    "=>",
    "action ",
    "contract ",
    "terms ",
    "let ",
    "if ",
    "else ",
    "match ",
    "round(",
    "sum(",
    "when ",
    "5.5%",
    "1_",
    "0x1",
    "\xff",
    "\xe2\x80\xae",
    "\xef\xbc\x9b",
    "\\",
    "_",
    "2026-02-30",
    "5 kWh/",
    "a.b.c",
    "record ",
    "unit ",
    "rest",
    "by ",
    "999999999999",
};

typedef struct mutant {
    char text[TEXT_MAX];
    size_t len;
} mutant;

/* Replaces count bytes at `at` by the piece, as far as there is room. */
static void splice(mutant *m, size_t at, size_t count, const char *piece, size_t piece_len)
{
    if (at > m->len) at = m->len;
    if (count > m->len - at) count = m->len - at;
    if (m->len - count + piece_len > TEXT_MAX) return;
    memmove(m->text + at + piece_len, m->text + at + count, m->len - at - count);
    memcpy(m->text + at, piece, piece_len);
    m->len = m->len - count + piece_len;
}

static void edit(mutant *m, wc_prng *prng)
{
    size_t at = (size_t)wc_prng_below(prng, m->len + 1);
    char byte = (char)wc_prng_below(prng, 256);
    const char *piece = pieces[wc_prng_below(prng, WC_ARRAY_LEN(pieces))];
    switch (wc_prng_below(prng, 6)) {
    case 0: splice(m, at, 1, &byte, 1); return;
    case 1: splice(m, at, (size_t)wc_prng_below(prng, 20), "", 0); return;
    case 2: splice(m, at, 0, piece, strlen(piece)); return;
    case 3: splice(m, at, strlen(piece), piece, strlen(piece)); return;
    case 4: m->len = at; return;
    default: {
        char copy[40];
        size_t from = (size_t)wc_prng_below(prng, m->len + 1);
        size_t count = (size_t)wc_prng_below(prng, sizeof copy);
        if (count > m->len - from) count = m->len - from;
        memcpy(copy, m->text + from, count);
        splice(m, at, 0, copy, count);
        return;
    }
    }
}

static void assert_inside(const front *f, wc_span span)
{
    assert_true(span.start <= span.end);
    assert_true(span.end <= f->source->text.len);
}

static void check_places(const front *f)
{
    for (const wc_diag *diag = f->diags.first; diag != NULL; diag = diag->next) {
        assert_inside(f, diag->span);
        assert_true(diag->message.len != 0);
        for (const wc_diag_label *label = diag->labels; label != NULL; label = label->next)
            assert_inside(f, label->span);
        for (const wc_diag_fix *fix = diag->fixes; fix != NULL; fix = fix->next) {
            for (const wc_diag_edit *edit = fix->edits; edit != NULL; edit = edit->next)
                assert_inside(f, edit->span);
        }
    }
}

/* Parses the text and returns its report in memory from malloc. */
static char *report_of(front *f, wc_str text)
{
    front_reset(f);
    const wc_ast_file *file = front_parse_bytes(f, text);
    check_places(f);
    (void)front_dump(f, file);
    (void)front_render(f, WC_DIAG_HUMAN, true);
    (void)front_render(f, WC_DIAG_JSON, false);
    char *report = strdup(front_report(f));
    assert_non_null(report);
    return report;
}

static void mutants_are_read_to_their_end(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    wc_prng prng;
    wc_prng_start(&prng, 20260730);
    for (size_t i = 0; i < WC_ARRAY_LEN(samples); i++) {
        wc_str text = front_data(samples[i]);
        assert_true(text.len < TEXT_MAX / 2);
        for (size_t round = 0; round < ROUNDS / WC_ARRAY_LEN(samples); round++) {
            static mutant m;
            memcpy(m.text, text.data, text.len);
            m.len = text.len;
            size_t edits = 1 + (size_t)wc_prng_below(&prng, EDITS_MAX);
            for (size_t k = 0; k < edits; k++) edit(&m, &prng);
            char *first = report_of(&f, (wc_str){m.text, m.len});
            char *second = report_of(&f, (wc_str){m.text, m.len});
            assert_string_equal(first, second);
            free(first);
            free(second);
        }
        free((void *)(uintptr_t)text.data);
    }
    front_close(&f);
}

/* A `;` taken out is put back by the fix of the first error, and nothing else is reported. */
static void a_lost_semicolon_at_a_line_end_is_the_only_error(void **state)
{
    (void)state;
    front f;
    front_open(&f);
    for (size_t i = 0; i < WC_ARRAY_LEN(samples); i++) {
        wc_str text = front_data(samples[i]);
        for (size_t at = 0; at + 1 < text.len; at++) {
            if (text.data[at] != ';' || text.data[at + 1] != '\n') continue;
            static mutant m;
            memcpy(m.text, text.data, text.len);
            m.len = text.len;
            splice(&m, at, 1, "", 0);
            front_reset(&f);
            (void)front_parse_bytes(&f, (wc_str){m.text, m.len});
            if (f.diags.error_count != 1 || f.diags.first->code != WC_E0202)
                fail_msg("%s, byte %zu: %s", samples[i], at, front_report(&f));
            assert_int_equal(f.diags.first->span.start, at);
            assert_int_equal(f.diags.first->fixes->kind, WC_FIX_SURE);
        }
        free((void *)(uintptr_t)text.data);
    }
    front_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mutants_are_read_to_their_end),
        cmocka_unit_test(a_lost_semicolon_at_a_line_end_is_the_only_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
