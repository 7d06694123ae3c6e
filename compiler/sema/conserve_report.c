/* What is not conserved, and on which path: see conserve.h. */
#include "compiler/sema/conserve.h"

#define WC_EXAMPLE_MAX 512u

/* "on the path where `e > 0 kWh` (line 12) holds" */
static void note_decision(const wc_proof *self, wc_diag *diag, const char *before,
                          const wc_decision *made)
{
    wc_sema *sema = self->symbolic.sema;
    const wc_source *source = wc_sources_of(sema->diags->sources, made->span);
    wc_str text = wc_sema_source_text(sema, made->span);
    if (made->arm == NULL) {
        uint32_t line = wc_source_place(source, made->span.start).line;
        wc_diag_add_note(sema->diags, diag, "{}`{}` (line {}) {}", before, text, line,
                         made->holds ? "holds" : "does not hold");
        return;
    }
    uint32_t line = wc_source_place(source, made->arm->span.start).line;
    wc_diag_add_note(sema->diags, diag, "{}`{}` is matched by the arm of line {}", before, text,
                     line);
}

/* Notes the decisions that lead to this path, in order; at most 8 deep. */
static void note_path(const wc_proof *self, wc_diag *diag)
{
    const wc_decision *path[8];
    unsigned count = 0;
    for (const wc_decision *at = self->path; at != NULL && count < 8; at = at->outer) {
        path[count++] = at;
    }
    for (unsigned i = count; i > 0; i--) {
        note_decision(self, diag, i == count ? "on the path where " : "and ", path[i - 1]);
    }
}

wc_str wc_proof_subject(const wc_proof *self)
{
    wc_str name = self->symbolic.routine->name;
    if (name.len == 0) return WC_STR("this time-out");
    char *memory = WC_SEMA_ARRAY(self->symbolic.sema, char, name.len + 2);
    wc_buf text;
    wc_buf_init(&text, memory, name.len + 2);
    wc_buf_put_text(&text, "`");
    wc_buf_put(&text, name.data, name.len);
    wc_buf_put_text(&text, "`");
    return (wc_str){memory, text.len};
}

static wc_diag *report(wc_proof *self, wc_span span, const char *what)
{
    if (self->is_reported || self->symbolic.is_undecided) return NULL;
    self->is_reported = true;
    wc_sema *sema = self->symbolic.sema;
    wc_diag *diag = wc_diag_report(sema->diags, WC_E0607, self->where, "{} does not conserve {}",
                                   wc_proof_subject(self), self->symbolic.unit->text);
    wc_diag_add_label(sema->diags, diag, span, "{}", what);
    note_path(self, diag);
    return diag;
}

static const wc_sema_currency **currencies_of(wc_sema *sema)
{
    const wc_sema_list *from = &sema->currencies;
    const wc_sema_currency **currencies =
        WC_SEMA_ARRAY(sema, const wc_sema_currency *, from->count);
    for (uint32_t i = 0; i < from->count; i++) currencies[i] = wc_sema_at(from, i);
    return currencies;
}

/* An action that gains shows it on an example, when somebody can run it; and the way out. */
static void end_report(wc_proof *self, wc_diag *diag)
{
    wc_sema *sema = self->symbolic.sema;
    const wc_sema_trial trial = {.contract = self->symbolic.contract,
                                 .action = self->symbolic.routine,
                                 .unit = self->symbolic.unit,
                                 .currencies = currencies_of(sema),
                                 .currency_count = sema->currencies.count};
    char *memory = WC_SEMA_ARRAY(sema, char, WC_EXAMPLE_MAX);
    wc_buf text;
    wc_buf_init(&text, memory, WC_EXAMPLE_MAX);
    bool is_found = sema->witness->gains != NULL &&
                    sema->witness->gains(sema->witness->self, &trial, &text) && !text.full;
    wc_str example = {memory, text.len};
    if (is_found) wc_diag_add_note(sema->diags, diag, "example: {}", example);
    wc_diag_add_note(sema->diags, diag, "what is added at one place must be taken from another");
}

static wc_str gain_text(wc_proof *self, const wc_linear *gain)
{
    if (gain->count == 0) return WC_STR("nothing");
    return wc_linear_text(&self->symbolic.space, gain, WC_COMMON_SCALE);
}

void wc_proof_report_gain(wc_proof *self, const wc_linear *gain, wc_span span, const char *what)
{
    wc_diag *diag = report(self, span, what);
    if (diag == NULL) return;
    wc_diags *diags = self->symbolic.sema->diags;
    wc_diag_add_note(diags, diag, "the storage gains: {}", gain_text(self, gain));
    end_report(self, diag);
}

void wc_proof_report_branches(wc_proof *self, const wc_linear *before, const wc_linear *first,
                              const wc_linear *second, const wc_sema_stmt *stmt)
{
    wc_linear_space *space = &self->symbolic.space;
    wc_diag *diag = report(self, stmt->span, "one branch gains more than the other");
    if (diag == NULL) return;
    wc_diags *diags = self->symbolic.sema->diags;
    first = wc_linear_add(space, first, before, wc_i128_of(-1));
    second = wc_linear_add(space, second, before, wc_i128_of(-1));
    bool is_if = stmt->kind == WC_DO_IF;
    wc_str subject = wc_sema_source_text(self->symbolic.sema, stmt->a->span);
    if (is_if) {
        wc_diag_add_note(diags, diag, "where `{}` holds the storage gains: {}", subject,
                         gain_text(self, first));
        wc_diag_add_note(diags, diag, "where it does not: {}", gain_text(self, second));
    } else {
        wc_diag_add_note(diags, diag, "one arm gains: {}", gain_text(self, first));
        wc_diag_add_note(diags, diag, "another: {}", gain_text(self, second));
    }
    end_report(self, diag);
}
