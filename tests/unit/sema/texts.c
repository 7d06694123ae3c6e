/* See texts.h. */
#include "tests/unit/sema/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void put(writer *w, const char *text)
{
    size_t len = strlen(text);
    assert_true(w->len + len < WRITER_MAX);
    memcpy(w->text + w->len, text, len + 1);
    w->len += len;
}

void put_many(writer *w, unsigned from, unsigned to, const char *before, const char *after)
{
    for (unsigned i = from; i < to; i++) {
        char number[16];
        (void)snprintf(number, sizeof(number), "%u", i);
        put(w, before);
        put(w, number);
        put(w, after);
    }
}

unsigned errors_with(bench *b, write_fn write, unsigned count, const char *code)
{
    writer w = {.text = malloc(WRITER_MAX)};
    assert_non_null(w.text);
    put(&w, "module demo;\nuse std.energy;\n");
    write(&w, count);
    const char *report = bench_report(b, w.text);
    unsigned errors = 0;
    for (const wc_diag *diag = b->diags.first; diag != NULL; diag = diag->next) {
        if (diag->severity == WC_SEVERITY_WARNING) continue;
        bool is_first = errors++ == 0; /* what was left out is missed elsewhere */
        if (is_first && strcmp(wc_diag_info_of(diag->code)->name, code) != 0) {
            fail_msg("%.500s", report);
        }
    }
    free(w.text);
    return errors;
}
