/* Coverage for people at a terminal, for lcov and for programs. */
#include <stdio.h>
#include <string.h>

#include "node/cli/coverage.h"
#include "vm/base/text.h"

static void put(wc_buf *text, const char *string)
{
    wc_buf_put_text(text, string);
}

void wc_coverage_share(wc_buf *text, uint32_t covered, uint32_t total)
{
    char line[64];
    uint32_t permille = total == 0 ? 1000 : (uint32_t)((uint64_t)covered * 1000 / total);
    snprintf(line, sizeof(line), "%5u/%-5u %3u.%u %%", covered, total, permille / 10,
             permille % 10);
    put(text, line);
}

static void put_table(const wc_coverage *coverage, uint32_t first, uint32_t end, wc_buf *text)
{
    for (uint32_t kind = 0; kind < WC_COVERAGE_KINDS; kind++) {
        uint32_t covered = 0, total = 0;
        for (uint32_t i = first; i < end; i++) {
            covered += coverage->files[i].covered[kind];
            total += coverage->files[i].total[kind];
        }
        if (total == 0) continue;
        char name[24];
        snprintf(name, sizeof(name), "  %-12s", wc_coverage_names[kind]);
        put(text, name);
        wc_coverage_share(text, covered, total);
        put(text, "\n");
    }
}

static void put_source(const wc_coverage_file *file, uint32_t line, wc_buf *text)
{
    if (file->source == NULL || line == 0 || line > file->source->line_count) return;
    wc_str source = wc_source_line(file->source, line);
    while (source.len > 0 && source.data[0] == ' ') {
        source.data++;
        source.len--;
    }
    put(text, "   ");
    wc_buf_put(text, source.data, source.len < 70 ? source.len : 70);
}

/* What is not covered, one line each; both ways of a branch that was never decided are one. */
static void put_missing(const wc_coverage *coverage, uint16_t file, wc_buf *text)
{
    const wc_coverage_row *before = NULL;
    for (uint32_t i = 0; i < coverage->row_count; i++) {
        const wc_coverage_row *row = &coverage->rows[i];
        if (row->file != file || row->hits > 0) continue;
        bool is_again = before != NULL && before->line == row->line && row->line != 0 &&
                        before->column == row->column && before->kind == row->kind &&
                        strcmp(before->text, row->text) == 0;
        bool is_silent = before != NULL && row->kind == WC_COVERAGE_BRANCH &&
                         before->line == row->line && before->column == row->column &&
                         before->kind == WC_COVERAGE_STATEMENT;
        if (is_again || is_silent) continue;
        before = row;
        char head[32] = "           ";
        if (row->line != 0) snprintf(head, sizeof(head), "%6u:%-4u", row->line, row->column);
        put(text, head);
        put(text, " ");
        put(text, row->text);
        put_source(&coverage->files[file], row->line, text);
        put(text, "\n");
    }
}

void wc_coverage_text(const wc_coverage *coverage, wc_buf *text)
{
    for (uint32_t i = 0; i < coverage->file_count; i++) {
        wc_buf_put(text, coverage->files[i].path.data, coverage->files[i].path.len);
        put(text, "\n");
        put_table(coverage, i, i + 1, text);
        put_missing(coverage, (uint16_t)i, text);
        put(text, "\n");
    }
    if (coverage->file_count < 2) return;
    put(text, "all\n");
    put_table(coverage, 0, coverage->file_count, text);
}

/* ---- lcov --------------------------------------------------------------------------------------
 */

/* DA: the most that anything beginning on the line ran. BRDA: one row per way. */
static void put_lcov_file(const wc_coverage *coverage, uint16_t file, wc_buf *text)
{
    char line[96];
    uint32_t found = 0, hit = 0;
    put(text, "TN:\nSF:");
    wc_buf_put(text, coverage->files[file].path.data, coverage->files[file].path.len);
    put(text, "\n");
    for (uint32_t i = 0; i < coverage->row_count; i++) {
        const wc_coverage_row *row = &coverage->rows[i];
        if (row->file != file || row->kind != WC_COVERAGE_BRANCH) continue;
        snprintf(line, sizeof(line), "BRDA:%u,%u,%u,%llu\n", row->line, row->column, row->ordinal,
                 (unsigned long long)row->hits);
        put(text, line);
    }
    snprintf(line, sizeof(line), "BRF:%u\nBRH:%u\n",
             coverage->files[file].total[WC_COVERAGE_BRANCH],
             coverage->files[file].covered[WC_COVERAGE_BRANCH]);
    put(text, line);
    for (uint32_t i = 0; i < coverage->row_count;) {
        const wc_coverage_row *row = &coverage->rows[i];
        uint32_t at = row->line;
        uint64_t most = 0;
        bool has_statement = false;
        for (; i < coverage->row_count && coverage->rows[i].file == row->file &&
               coverage->rows[i].line == at;
             i++) {
            if (coverage->rows[i].kind != WC_COVERAGE_STATEMENT) continue;
            has_statement = true;
            if (coverage->rows[i].hits > most) most = coverage->rows[i].hits;
        }
        if (row->file != file || !has_statement) continue;
        snprintf(line, sizeof(line), "DA:%u,%llu\n", at, (unsigned long long)most);
        put(text, line);
        found++;
        hit += most > 0;
    }
    snprintf(line, sizeof(line), "LF:%u\nLH:%u\nend_of_record\n", found, hit);
    put(text, line);
}

void wc_coverage_lcov(const wc_coverage *coverage, wc_buf *text)
{
    for (uint32_t i = 0; i < coverage->file_count; i++) {
        put_lcov_file(coverage, (uint16_t)i, text);
    }
}

/* ---- JSON --------------------------------------------------------------------------------------
 */

void wc_coverage_json(const wc_coverage *coverage, wc_buf *text)
{
    char line[160];
    put(text, "[");
    for (uint32_t f = 0; f < coverage->file_count; f++) {
        const wc_coverage_file *file = &coverage->files[f];
        put(text, f > 0 ? ",\n {\"file\":" : "{\"file\":");
        wc_report_json_string(text, file->path);
        for (uint32_t kind = 0; kind < WC_COVERAGE_KINDS; kind++) {
            snprintf(line, sizeof(line), ",\"%s\":{\"covered\":%u,\"total\":%u}",
                     wc_coverage_names[kind], file->covered[kind], file->total[kind]);
            put(text, line);
        }
        put(text, ",\"missing\":[");
        bool is_first = true;
        for (uint32_t i = 0; i < coverage->row_count; i++) {
            const wc_coverage_row *row = &coverage->rows[i];
            if (row->file != f || row->hits > 0) continue;
            snprintf(line, sizeof(line),
                     "%s{\"kind\":\"%s\",\"line\":%u,\"col\":%u,\"text\":", is_first ? "" : ",\n  ",
                     wc_coverage_names[row->kind], row->line, row->column);
            put(text, line);
            wc_report_json_string(text, wc_str_of(row->text));
            put(text, "}");
            is_first = false;
        }
        put(text, "]}");
    }
    put(text, "]\n");
}
