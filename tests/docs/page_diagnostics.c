/* docs/reference/diagnostics.md: what the compiler reports, from compiler/diag.def. */
#include "tests/docs/page.h"

typedef struct diag_row {
    const char *code, *severity, *title, *cause, *wrong, *right;
} diag_row;

static const diag_row rows[] = {
#define WC_DIAG(code, severity, title, cause, wrong, right)                                        \
    {#code, #severity, title, cause, wrong, right},
#include "compiler/diag.def"
#undef WC_DIAG
};

static const struct {
    const char *prefix, *title;
} families[] = {
    {"E01", "Characters and literals"},
    {"E02", "Syntax"},
    {"E03", "Names"},
    {"E04", "Types"},
    {"E05", "Units, scale, rounding"},
    {"E06", "Money, conservation"},
    {"E07", "Parties"},
    {"E08", "States, time-outs"},
    {"E09", "Bounds, gas"},
    {"E10", "Calls, effects"},
    {"E11", "Time"},
    {"E12", "Upgrade"},
    {"L", "Lints"},
};

static bool is_in(const diag_row *row, const char *prefix)
{
    return strncmp(row->code, prefix, strlen(prefix)) == 0;
}

static void put_row(const diag_row *row)
{
    doc_put("### ");
    doc_put(row->code);
    doc_put(": ");
    doc_put_prose(row->title);
    doc_put(strcmp(row->severity, "WARNING") == 0 ? "\n\nWarning. " : "\n\nError. ");
    doc_put_prose(row->cause);
    doc_put("\n\n");
    if (row->wrong[0] != '\0') {
        doc_put("Wrong:\n\n");
        doc_put_source(row->wrong);
        doc_put("\n");
    }
    if (row->right[0] != '\0') {
        doc_put("Right:\n\n");
        doc_put_source(row->right);
        doc_put("\n");
    }
}

void doc_diagnostics(void)
{
    size_t printed = 0;
    doc_put_title("Diagnostics", "compiler/diag.def");
    doc_put("What the compiler reports. An error stops the build, a warning does not (`wattclause "
            "check --deny-warnings` makes it fail). `wattclause explain CODE` prints the same. "
            "Codes are stable and never reused. Every example is compiled by a test: the wrong one "
            "reports the code, the right one does not. Where no short text can show a code there "
            "is no example. `\\xNN` stands for a byte that cannot be shown.\n\n"
            "Codes of the verifier begin with V: [verifier.md](verifier.md). Traps: "
            "[traps.md](traps.md).\n\n");
    for (size_t f = 0; f < WC_ARRAY_LEN(families); f++) {
        bool is_first = true;
        for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
            if (!is_in(&rows[i], families[f].prefix)) continue;
            if (is_first) {
                doc_put("## ");
                doc_put(families[f].title);
                doc_put("\n\n");
            }
            is_first = false;
            put_row(&rows[i]);
            printed++;
        }
    }
    wc_assert(printed == WC_ARRAY_LEN(rows)); /* a new family needs a title above */
    doc_page.len--;
}
