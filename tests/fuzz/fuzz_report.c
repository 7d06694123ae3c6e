/* Fuzz target: diagnostics about any bytes, with marks, labels, notes and fixes anywhere in them.
 * The first bytes of the input say where; the rest is the source, twice: once by a name of its own
 * bytes. */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/report.h"

#define ARENA_SIZE ((size_t)32 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct plan {
    const uint8_t *data;
    size_t size, at;
    uint32_t text; /* bytes of the sources */
} plan;

static unsigned take(plan *p)
{
    return p->at < p->size ? p->data[p->at++] : 0;
}

static wc_span take_span(plan *p)
{
    uint32_t a = (take(p) << 8 | take(p)) % (p->text + 1);
    uint32_t b = (take(p) << 8 | take(p)) % (p->text + 1);
    return (wc_span){a < b ? a : b, a < b ? b : a, (uint16_t)(take(p) & 1)};
}

static void add(plan *p, wc_diags *diags, wc_str text)
{
    wc_diag_code code = (wc_diag_code)(take(p) % WC_DIAG_CODE_COUNT);
    wc_diag *diag = wc_diag_report(diags, code, take_span(p), "`{}` is {} of {}", text, 1, text);
    for (unsigned i = take(p) % 20; i > 0; i--)
        wc_diag_add_label(diags, diag, take_span(p), "{}", text);
    for (unsigned i = take(p) % 3; i > 0; i--)
        wc_diag_add_note(diags, diag, "{} and {}", text, text);
    for (unsigned i = take(p) % 3; i > 0; i--) {
        wc_fix_kind kind = (take(p) & 1) != 0 ? WC_FIX_SURE : WC_FIX_MAYBE;
        wc_diag_add_fix(diags, diag, take_span(p), kind, text, "write {}", text);
        wc_diag_add_edit(diags, diag, take_span(p), text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void *memory;
    static wc_sources sources;
    wc_arena arena;
    wc_diags diags;
    const wc_source *source;
    if (size < 64 || size > 60000) return 0;
    if (memory == NULL) memory = aligned_alloc(16, ARENA_SIZE);
    if (memory == NULL) abort();
    wc_arena_init(&arena, memory, ARENA_SIZE);
    wc_sources_init(&sources, &arena);
    wc_diags_init(&diags, &arena, &sources);
    wc_str text = {(const char *)data + 64, size - 64};
    wc_str name = {text.data, text.len < 40 ? text.len : 40};
    wc_assert(wc_sources_add(&sources, name, text, &source) == WC_OK);
    wc_assert(wc_sources_add(&sources, WC_STR("x.clause"), text, &source) == WC_OK);
    plan p = {data, 64, 0, (uint32_t)text.len};
    for (unsigned i = 1 + take(&p) % 4; i > 0; i--) add(&p, &diags, text);
    wc_assert(wc_diags_status(&diags) == WC_OK);
    report_check(&diags);
    return 0;
}
