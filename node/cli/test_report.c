/* How tests went, for people, for programs and for CI. Nothing in it depends on time or threads. */
#include <stdio.h>

#include "node/cli/module.h"
#include "node/cli/suite.h"
#include "node/query/decode.h"
#include "vm/base/text.h"

static void put(wc_buf *text, const char *string)
{
    wc_buf_put_text(text, string);
}

static void put_str(wc_buf *text, wc_str string)
{
    wc_buf_put(text, string.data, string.len);
}

void wc_report_json_string(wc_buf *text, wc_str string)
{
    put(text, "\"");
    for (size_t i = 0; i < string.len; i++) {
        char c = string.data[i];
        if (c == '"' || c == '\\') {
            wc_buf_put_u8(text, '\\');
            wc_buf_put_u8(text, (uint8_t)c);
        } else if (c == '\n') {
            put(text, "\\n");
        } else if ((unsigned char)c < 0x20) {
            char escape[8];
            snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)c);
            put(text, escape);
        } else {
            wc_buf_put_u8(text, (uint8_t)c);
        }
    }
    put(text, "\"");
}

void wc_report_xml(wc_buf *text, wc_str string)
{
    for (size_t i = 0; i < string.len; i++) {
        char c = string.data[i];
        switch (c) {
        case '<': put(text, "&lt;"); break;
        case '>': put(text, "&gt;"); break;
        case '&': put(text, "&amp;"); break;
        case '"': put(text, "&quot;"); break;
        default: wc_buf_put_u8(text, (uint8_t)c); break;
        }
    }
}

/* ---- places ------------------------------------------------------------------------------------
 */

typedef struct place {
    wc_str path;
    uint32_t line, column;
    wc_str source; /* the line; empty when the source is not at hand */
} place;

/* Where a word of bytecode comes from, through the debug part of its module file. */
static bool find_place(const wc_suite *suite, const wc_suite_file *file, wc_slice module_file,
                       uint16_t function, uint32_t word, place *found)
{
    wc_module_file part;
    wc_finding finding;
    if (function == WC_NONE ||
        wc_module_file_read(module_file, suite->arena, &part, &finding) != WC_OK ||
        part.debug == NULL) {
        return false;
    }
    const wc_debug_line *line = wc_debug_find(part.debug, function, word);
    if (line == NULL) return false;
    *found = (place){part.debug->files[line->file].path, line->line, line->column, {"", 0}};
    const wc_sources *sources = &file->compilation->sources;
    for (uint32_t i = 0; i < sources->count; i++) {
        const wc_source *source = sources->items[i];
        if (wc_str_equal(source->name, found->path) && line->line <= source->line_count) {
            found->source = wc_source_line(source, line->line);
        }
    }
    return true;
}

static bool own_place(const wc_suite *suite, const wc_suite_case *one, place *found)
{
    return find_place(suite, one->file, one->file->compilation->test_file, one->result.function,
                      one->result.word, found);
}

static bool callee_place(const wc_suite *suite, const wc_suite_case *one, place *found)
{
    if (!one->result.has_callee) return false;
    const wc_compiled_contract *contract = &one->file->compilation->contracts[one->result.contract];
    return find_place(suite, one->file, contract->file, one->result.callee_function,
                      one->result.callee_word, found);
}

static void put_place(wc_buf *text, const place *at)
{
    char head[32];
    put(text, "  --> ");
    put_str(text, at->path);
    snprintf(head, sizeof(head), ":%u:%u\n", at->line, at->column);
    put(text, head);
    if (at->source.len == 0) return;
    snprintf(head, sizeof(head), "%5u | ", at->line);
    put(text, head);
    put_str(text, at->source);
    put(text, "\n");
}

/* ---- for people --------------------------------------------------------------------------------
 */

/* Parties of a property's values by their names. */
static void party_names(const wc_suite_case *one, wc_name *list, wc_names *names)
{
    for (uint16_t i = 0; i < one->test->party_count; i++) {
        list[i] = (wc_name){one->test->parties[i], wc_runner_party(i)};
    }
    *names = (wc_names){.count = one->test->party_count, .list = list};
}

void wc_report_given(wc_buf *text, const wc_suite_case *one)
{
    wc_name list[WC_RUNNER_PARTIES_MAX];
    wc_names names;
    party_names(one, list, &names);
    const wc_module *image = one->file->image;
    const wc_type *tuple = &image->types[wc_runner_params(image, one->test->number)];
    wc_decoder decoder = {.module = image, .names = &names, .items_max = 12};
    wc_reader reader = wc_reader_of(one->given);
    for (uint16_t i = 0; i < tuple->count; i++) {
        if (i > 0) put(text, ", ");
        put_str(text, image->strings[tuple->fields[i].name]);
        put(text, " = ");
        if (wc_decode_value(text, &decoder, tuple->fields[i].type, &reader) != WC_OK) return;
    }
}

void wc_report_case(const wc_suite *suite, const wc_suite_case *one, wc_buf *text)
{
    place at;
    put(text, "FAILED  ");
    put_str(text, one->test->title);
    put(text, "\n");
    if (one->given.len > 0) {
        char line[96];
        put(text, "  for ");
        wc_report_given(text, one);
        snprintf(line, sizeof(line), "\n  run %u of seed %llu, made smaller in %u runs\n",
                 one->runs, (unsigned long long)suite->seed, one->shrink_runs);
        put(text, line);
    }
    put(text, "  ");
    put(text, one->result.text);
    put(text, "\n");
    if (own_place(suite, one, &at)) put_place(text, &at);
    if (callee_place(suite, one, &at)) put_place(text, &at);
    if (one->trace.len > 0) {
        put(text, "  what happened, by line of the test:\n");
        put_str(text, one->trace);
    }
    put(text, "\n");
}

/* ---- for programs ------------------------------------------------------------------------------
 */

static void put_json_place(wc_buf *text, const place *at)
{
    char numbers[48];
    put(text, ",\"file\":");
    wc_report_json_string(text, at->path);
    snprintf(numbers, sizeof(numbers), ",\"line\":%u,\"col\":%u", at->line, at->column);
    put(text, numbers);
}

static void put_json_failure(const wc_suite *suite, const wc_suite_case *one, wc_buf *text)
{
    place at;
    put(text, ",\"message\":");
    wc_report_json_string(text, wc_str_of(one->result.text));
    if (own_place(suite, one, &at)) put_json_place(text, &at);
    if (one->given.len > 0) {
        char space[4096];
        wc_buf given;
        wc_buf_init(&given, space, sizeof(space));
        wc_report_given(&given, one);
        put(text, ",\"for\":");
        wc_report_json_string(text, (wc_str){space, given.len});
    }
    put(text, ",\"trace\":");
    wc_report_json_string(text, one->trace);
}

void wc_report_json(const wc_suite *suite, bool has_items, wc_buf *text)
{
    char line[160];
    for (uint32_t i = 0; i < suite->case_count; i++) {
        const wc_suite_case *one = &suite->cases[i];
        put(text, i > 0 || has_items ? ",\n {\"title\":" : "{\"title\":");
        wc_report_json_string(text, one->test->title);
        put(text, ",\"source\":");
        wc_report_json_string(text, wc_str_of(one->file->path));
        snprintf(line, sizeof(line), ",\"passed\":%s,\"gas\":\"%llu\",\"calls\":%u",
                 one->result.has_passed ? "true" : "false", (unsigned long long)one->result.gas,
                 one->result.calls);
        put(text, line);
        if (one->is_property) {
            snprintf(line, sizeof(line), ",\"runs\":%u,\"seed\":\"%llu\"", one->runs,
                     (unsigned long long)suite->seed);
            put(text, line);
        }
        if (suite->wants_calls && !one->is_property) {
            put(text, ",\"called\":[\n  ");
            put_str(text, one->calls);
            put(text, "]");
        }
        if (!one->result.has_passed) put_json_failure(suite, one, text);
        put(text, "}");
    }
}

static void put_junit_case(const wc_suite *suite, const wc_suite_case *one, wc_buf *text)
{
    place at;
    put(text, "    <testcase classname=\"");
    wc_report_xml(text, wc_str_of(one->file->path));
    put(text, "\" name=\"");
    wc_report_xml(text, one->test->title);
    if (one->result.has_passed) {
        put(text, "\"/>\n");
        return;
    }
    put(text, "\">\n      <failure message=\"");
    wc_report_xml(text, wc_str_of(one->result.text));
    put(text, "\">");
    if (own_place(suite, one, &at)) {
        char numbers[32];
        wc_report_xml(text, at.path);
        snprintf(numbers, sizeof(numbers), ":%u:%u\n", at.line, at.column);
        put(text, numbers);
    }
    wc_report_xml(text, one->trace);
    put(text, "</failure>\n    </testcase>\n");
}

void wc_report_junit(const wc_suite *suite, wc_buf *text)
{
    char numbers[64];
    put(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (uint32_t f = 0; f < suite->file_count; f++) {
        const wc_suite_file *file = &suite->files[f];
        uint32_t tests = 0, failures = 0;
        for (uint32_t i = 0; i < suite->case_count; i++) {
            if (suite->cases[i].file != file) continue;
            tests++;
            failures += !suite->cases[i].result.has_passed;
        }
        put(text, "  <testsuite name=\"");
        wc_report_xml(text, wc_str_of(file->path));
        snprintf(numbers, sizeof(numbers), "\" tests=\"%u\" failures=\"%u\">\n", tests, failures);
        put(text, numbers);
        for (uint32_t i = 0; i < suite->case_count; i++) {
            if (suite->cases[i].file == file) put_junit_case(suite, &suite->cases[i], text);
        }
        put(text, "  </testsuite>\n");
    }
    put(text, "</testsuites>\n");
}
