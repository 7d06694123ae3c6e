/* The table of groups and the order of the parts. */
#include "compiler/lint/lint.h"

#include "compiler/allow.h"

typedef struct lint_row {
    wc_diag_code code;
    wc_lint_group group;
} lint_row;

static const lint_row rows[] = {
#define WC_LINT(code, group, when) {WC_##code, WC_LINT_##group},
#include "compiler/lint.def"
#undef WC_LINT
};

const char *wc_lint_group_name(wc_lint_group group)
{
    static const char *const names[] = {"correctness", "money", "time", "gas", "style"};
    wc_assert((size_t)group < WC_ARRAY_LEN(names));
    return names[group];
}

wc_lint_group wc_lint_group_of(wc_diag_code code)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(rows); i++) {
        if (rows[i].code == code) return rows[i].group;
    }
    bool is_warning = wc_diag_info_of(code)->severity == WC_SEVERITY_WARNING;
    return is_warning ? WC_LINT_CORRECTNESS : WC_LINT_GROUP_COUNT;
}

void wc_lint(wc_diags *diags, const wc_source *source, const struct wc_sema_program *program)
{
    if (diags->error_count > 0) return; /* of a source that is too large, too */
    wc_assert(program != NULL && !source->is_too_large);
    wc_lint_text(diags, source, program);
    wc_lint_program(diags, source, program);
    wc_lint_readers(diags, source, program);
    wc_allow_report_unused(diags, source);
}

void wc_lint_keep_groups(wc_diags *diags, unsigned groups)
{
    wc_diag **link = &diags->first;
    while (*link != NULL) {
        wc_lint_group group = wc_lint_group_of((*link)->code);
        bool is_kept = group == WC_LINT_GROUP_COUNT || (groups >> group & 1u) != 0;
        if (is_kept) {
            link = &(*link)->next;
        } else {
            *link = (*link)->next;
            diags->warning_count--;
        }
    }
}
