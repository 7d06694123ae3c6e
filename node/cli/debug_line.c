/* Lines of a debugging session: libedit at a terminal, plain lines else. */
#include <errno.h>
#include <histedit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/debug.h"

#define HISTORY_MAX 1000
#define LAST_MAX    512u

struct wc_debug_lines {
    EditLine *editor; /* NULL: no terminal */
    History *history;
    char *line; /* of getline */
    size_t size;
    char last[LAST_MAX]; /* what an empty line repeats */
    size_t last_len;
};

static char *prompt(EditLine *editor)
{
    static char text[] = "(debug) ";
    (void)editor;
    return text;
}

wc_debug_lines *wc_debug_lines_open(bool is_person)
{
    HistEvent event;
    wc_debug_lines *lines = calloc(1, sizeof(*lines));
    if (lines == NULL || !is_person) return lines;
    lines->editor = el_init("wattclause", stdin, stdout, stderr);
    lines->history = history_init();
    if (lines->editor == NULL || lines->history == NULL) {
        wc_debug_lines_close(lines);
        return NULL;
    }
    (void)history(lines->history, &event, H_SETSIZE, HISTORY_MAX);
    (void)history(lines->history, &event, H_SETUNIQUE, 1);
    (void)el_set(lines->editor, EL_PROMPT, prompt);
    (void)el_set(lines->editor, EL_EDITOR, "emacs");
    (void)el_set(lines->editor, EL_HIST, history, lines->history);
    return lines;
}

static bool read_line(wc_debug_lines *lines, wc_str *line)
{
    if (lines->editor == NULL) {
        ssize_t length = getline(&lines->line, &lines->size, stdin);
        if (length < 0) return false;
        *line = (wc_str){lines->line, (size_t)length};
        return true;
    }
    int count = 0;
    const char *text = el_gets(lines->editor, &count);
    if (text == NULL || count <= 0) return false;
    *line = (wc_str){text, (size_t)count};
    return true;
}

static wc_str trimmed(wc_str line)
{
    while (line.len > 0 && strchr(" \t", line.data[0]) != NULL) {
        line = (wc_str){line.data + 1, line.len - 1};
    }
    while (line.len > 0 && strchr(" \t\r\n", line.data[line.len - 1]) != NULL) line.len--;
    return line;
}

bool wc_debug_lines_next(wc_debug_lines *lines, wc_str *line)
{
    HistEvent event;
    if (!read_line(lines, line)) return false;
    *line = trimmed(*line);
    if (line->len > 0 && line->len < LAST_MAX) {
        memcpy(lines->last, line->data, line->len);
        lines->last[line->len] = '\0';
        lines->last_len = line->len;
        if (lines->history != NULL) (void)history(lines->history, &event, H_ENTER, lines->last);
    }
    if (line->len == 0) *line = (wc_str){lines->last, lines->last_len};
    return true;
}

void wc_debug_lines_close(wc_debug_lines *lines)
{
    if (lines->history != NULL) history_end(lines->history);
    if (lines->editor != NULL) el_end(lines->editor);
    free(lines->line);
    free(lines);
}
