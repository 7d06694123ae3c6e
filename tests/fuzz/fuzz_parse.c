/* Any bytes as a source: scanner, parser, dump and all forms of the report. What must hold: the
 * parse ends with OK or NO_MEMORY, every place reported lies in the text, and what is shown holds
 * no control character but the line ends and colours of the renderer. */
#include "compiler/ast/dump.h"
#include "compiler/parse/parse.h"

#define ARENA_SIZE (24u << 20)
#define SHOWN_SIZE (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_span(const wc_sources *sources, wc_span span)
{
    wc_assert(span.start <= span.end);
    wc_assert(span.end <= wc_sources_of(sources, span)->text.len);
}

static void check_places(const wc_diags *diags)
{
    for (const wc_diag *diag = diags->first; diag != NULL; diag = diag->next) {
        check_span(diags->sources, diag->span);
        for (const wc_diag_label *label = diag->labels; label != NULL; label = label->next)
            check_span(diags->sources, label->span);
        for (const wc_diag_fix *fix = diag->fixes; fix != NULL; fix = fix->next) {
            for (const wc_diag_edit *edit = fix->edits; edit != NULL; edit = edit->next)
                check_span(diags->sources, edit->span);
        }
    }
}

static void check_shown(const wc_diags *diags, wc_diag_format format)
{
    static uint8_t shown[SHOWN_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, shown, sizeof shown);
    wc_diags_render(diags, &buf, format, false);
    for (size_t i = 0; i < buf.len; i++) wc_assert(shown[i] == '\n' || shown[i] >= 0x20);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static _Alignas(16) uint8_t memory[ARENA_SIZE];
    static uint8_t dump[SHOWN_SIZE];
    static wc_sources sources;
    wc_arena arena;
    wc_diags diags;
    wc_arena_init(&arena, memory, sizeof memory);
    wc_sources_init(&sources, &arena);
    wc_diags_init(&diags, &arena, &sources);

    const wc_source *source;
    wc_str text = {(const char *)data, size};
    if (wc_sources_add(&sources, WC_STR("fuzz.clause"), text, &source) != WC_OK) return 0;
    wc_ast_file *file;
    wc_status status = wc_parse(&arena, &diags, source, &file);
    wc_assert(status == WC_OK || status == WC_NO_MEMORY);
    check_places(&diags);
    check_shown(&diags, WC_DIAG_HUMAN);
    check_shown(&diags, WC_DIAG_SHORT);
    check_shown(&diags, WC_DIAG_JSON);
    check_shown(&diags, WC_DIAG_SARIF);
    if (status != WC_OK) return 0;

    wc_buf buf;
    wc_buf_init(&buf, dump, sizeof dump);
    wc_ast_dump(&buf, file);
    return 0;
}
