/* CSV rows through libcsv, with the header line resolved to the wanted columns. */
#include "node/import/csv.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef struct csv_state {
    const char *const *wanted;
    size_t count;
    wc_csv_visit visit;
    void *self;
    wc_csv_problem *problem;

    bool has_header;
    size_t column;                    /* of the field that comes next */
    size_t columns;                   /* of the header */
    size_t place[WC_CSV_COLUMNS_MAX]; /* column -> wanted index, or WC_CSV_COLUMNS_MAX */
    char text[WC_CSV_COLUMNS_MAX][WC_CSV_FIELD_MAX]; /* wanted fields of the row at hand */
    wc_csv_row row;
    bool has_failed;
} csv_state;

static void fail(csv_state *state, const char *column, const char *text)
{
    if (state->has_failed) return;
    state->has_failed = true;
    state->problem->row = state->row.number;
    snprintf(state->problem->column, sizeof(state->problem->column), "%s", column);
    snprintf(state->problem->text, sizeof(state->problem->text), "%s", text);
}

static void on_header_field(csv_state *state, const char *text, size_t len)
{
    if (state->column >= WC_CSV_COLUMNS_MAX) {
        fail(state, "", "the header has more than 64 columns");
        return;
    }
    state->place[state->column] = WC_CSV_COLUMNS_MAX;
    for (size_t i = 0; i < state->count; i++) {
        if (strlen(state->wanted[i]) == len && memcmp(state->wanted[i], text, len) == 0) {
            state->place[state->column] = i;
        }
    }
}

static void on_field(void *data, size_t len, void *self)
{
    csv_state *state = self;
    const char *text = data;
    if (!state->has_header) {
        on_header_field(state, text, len);
    } else if (state->column < state->columns && state->place[state->column] < WC_CSV_COLUMNS_MAX) {
        size_t wanted = state->place[state->column];
        if (len > WC_CSV_FIELD_MAX) {
            fail(state, state->wanted[wanted], "the field is longer than 256 bytes");
            return;
        }
        memcpy(state->text[wanted], text, len);
        state->row.fields[wanted] = (wc_str){state->text[wanted], len};
    }
    state->column++;
}

static void end_header(csv_state *state)
{
    state->has_header = true;
    state->columns = state->column;
    for (size_t i = 0; i < state->count; i++) {
        bool is_there = false;
        for (size_t c = 0; c < state->columns; c++) is_there = is_there || state->place[c] == i;
        if (!is_there) fail(state, state->wanted[i], "the header line has no such column");
    }
}

static void on_row(int end, void *self)
{
    csv_state *state = self;
    (void)end;
    if (state->has_failed) return;
    if (!state->has_header) {
        end_header(state);
    } else if (state->column != state->columns) {
        fail(state, "", "the row has another number of fields than the header");
    } else {
        if (!state->visit(state->self, &state->row, state->problem)) {
            state->has_failed = true;
            state->problem->row = state->row.number;
        }
        state->row.number++;
    }
    state->column = 0;
}

static wc_status read_all(FILE *file, struct csv_parser *parser, csv_state *state)
{
    char block[65536];
    size_t total = 0, got;
    while (!state->has_failed && (got = fread(block, 1, sizeof(block), file)) > 0) {
        total += got;
        if (total > WC_CSV_FILE_MAX) {
            fail(state, "", "the file is larger than 64 MiB");
            return WC_TOO_LARGE;
        }
        if (csv_parse(parser, block, got, on_field, on_row, state) != got) {
            fail(state, "", csv_strerror(csv_error(parser)));
        }
    }
    if (ferror(file)) {
        fail(state, "", "the file cannot be read");
        return WC_IO;
    }
    if (!state->has_failed && csv_fini(parser, on_field, on_row, state) != 0) {
        fail(state, "", csv_strerror(csv_error(parser)));
    }
    return state->has_failed ? WC_OUT_OF_DOMAIN : WC_OK;
}

wc_status wc_csv_read(const char *path, const char *const *wanted, size_t count, wc_csv_visit visit,
                      void *self, wc_csv_problem *problem)
{
    wc_assert(count <= WC_CSV_COLUMNS_MAX);
    static _Thread_local csv_state state; /* 16 KiB of fields: too much for a stack frame */
    memset(&state, 0, sizeof(state));
    *problem = (wc_csv_problem){.path = path};
    state.wanted = wanted;
    state.count = count;
    state.visit = visit;
    state.self = self;
    state.problem = problem;
    state.row.count = count;

    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail(&state, "", strerror(errno));
        return errno == ENOENT ? WC_NOT_FOUND : WC_IO;
    }
    struct csv_parser parser;
    wc_status status = WC_NO_MEMORY;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) == 0) {
        status = read_all(file, &parser, &state);
        csv_free(&parser);
    }
    (void)fclose(file);
    return status;
}
