/* See program.h. */
#include "node/debug/program.h"

#include <string.h>

static wc_status open_unit(wc_slice file, wc_arena *arena, wc_dbg_unit *unit)
{
    size_t length, bad;
    wc_module *module;
    wc_debug *debug;
    WC_TRY(wc_module_length(file, &length));
    WC_TRY(wc_module_decode(wc_slice_of(file.data, length), arena, &module, &bad));
    *unit = (wc_dbg_unit){.module = module};
    if (length == file.len) return WC_OK;
    wc_slice part = wc_slice_of(file.data + length, file.len - length);
    WC_TRY(wc_debug_decode(part, arena, &debug, &bad));
    if (!wc_debug_fits(debug, module)) return WC_OUT_OF_DOMAIN;
    unit->debug = debug;
    return WC_OK;
}

wc_status wc_dbg_program_open(wc_dbg_program *program, const wc_runner_job *job,
                              const wc_slice *files, const wc_dbg_source *sources,
                              uint32_t source_count, wc_arena *arena)
{
    *program = (wc_dbg_program){.job = job, .sources = sources, .source_count = source_count};
    if (job->contract_count + 2u > WC_DBG_UNITS_MAX) return WC_TOO_LARGE;
    for (uint16_t i = 0; i < job->contract_count; i++) {
        WC_TRY(open_unit(files[i], arena, &program->units[program->unit_count++]));
    }
    if (job->previous.len > 0) {
        WC_TRY(open_unit(job->previous, arena, &program->units[program->unit_count++]));
    }
    program->test_unit = program->unit_count++;
    return open_unit(job->image_file, arena, &program->units[program->test_unit]);
}

/* The ledger decodes modules for itself: they are recognised by their code. */
static bool is_same(const wc_module *a, const wc_module *b)
{
    if (a->word_count != b->word_count || a->type_count != b->type_count ||
        a->source_version != b->source_version || a->is_test_image != b->is_test_image ||
        !wc_str_equal(a->strings[0], b->strings[0]) ||
        !wc_str_equal(a->strings[1], b->strings[1])) {
        return false;
    }
    return memcmp(a->words, b->words, a->word_count * sizeof(a->words[0])) == 0;
}

uint16_t wc_dbg_unit_of(const wc_dbg_program *program, const wc_module *module)
{
    for (uint16_t i = 0; i < program->unit_count; i++) {
        if (is_same(program->units[i].module, module)) return i;
    }
    return WC_NONE;
}

uint32_t wc_dbg_row_of(const wc_dbg_program *program, uint16_t unit, uint16_t function,
                       uint32_t word)
{
    const wc_debug *debug = program->units[unit].debug;
    const wc_debug_line *line = debug == NULL ? NULL : wc_debug_find(debug, function, word);
    if (line == NULL) return WC_DBG_NO_ROW;
    return (uint32_t)(line - debug->functions[function].lines);
}

const wc_debug_line *wc_dbg_line(const wc_dbg_program *program, uint16_t unit, uint16_t function,
                                 uint32_t row)
{
    return &program->units[unit].debug->functions[function].lines[row];
}

wc_str wc_dbg_path(const wc_dbg_program *program, uint16_t unit, const wc_debug_line *line)
{
    return program->units[unit].debug->files[line->file].path;
}

static wc_str trimmed(wc_str text)
{
    while (text.len > 0 && (text.data[0] == ' ' || text.data[0] == '\t')) {
        text = (wc_str){text.data + 1, text.len - 1};
    }
    while (text.len > 0 && strchr(" \t\r", text.data[text.len - 1]) != NULL) text.len--;
    return text;
}

wc_str wc_dbg_text(const wc_dbg_program *program, wc_str path, uint32_t line)
{
    return trimmed(wc_dbg_whole_text(program, path, line));
}

wc_str wc_dbg_whole_text(const wc_dbg_program *program, wc_str path, uint32_t line)
{
    for (uint32_t i = 0; i < program->source_count; i++) {
        if (!wc_str_equal(program->sources[i].name, path)) continue;
        wc_str rest = program->sources[i].text;
        for (; line > 1 && rest.len > 0; line--) {
            const char *end = memchr(rest.data, '\n', rest.len);
            size_t skip = end == NULL ? rest.len : (size_t)(end - rest.data) + 1;
            rest = (wc_str){rest.data + skip, rest.len - skip};
        }
        const char *end = rest.len == 0 ? NULL : memchr(rest.data, '\n', rest.len);
        if (end != NULL) rest.len = (size_t)(end - rest.data);
        return rest;
    }
    return WC_STR("");
}

wc_str wc_dbg_unit_name(const wc_dbg_program *program, uint16_t unit)
{
    if (unit == program->test_unit) return WC_STR("test");
    return program->units[unit].module->strings[0];
}

bool wc_dbg_path_means(wc_str path, wc_str file)
{
    if (path.len == 0 || path.len > file.len) return false;
    size_t start = file.len - path.len;
    bool is_whole = start == 0 || file.data[start - 1] == '/' || path.data[0] == '/';
    return is_whole && memcmp(file.data + start, path.data, path.len) == 0;
}

uint32_t wc_dbg_line_from(const wc_dbg_program *program, wc_str path, uint32_t line, wc_str *found)
{
    uint32_t best = 0;
    for (uint16_t u = 0; u < program->unit_count; u++) {
        const wc_debug *debug = program->units[u].debug;
        for (uint16_t f = 0; debug != NULL && f < debug->function_count; f++) {
            for (uint32_t i = 0; i < debug->functions[f].count; i++) {
                const wc_debug_line *row = &debug->functions[f].lines[i];
                wc_str file = debug->files[row->file].path;
                if (row->line < line || (best != 0 && row->line >= best)) continue;
                if (!wc_dbg_path_means(path, file)) continue;
                best = row->line;
                *found = file;
            }
        }
    }
    return best;
}
