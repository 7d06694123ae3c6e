/* Lines of a session: libedit at a terminal (history, completion, editing), plain lines else. */
#include <histedit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/repl.h"

#define HISTORY_MAX    1000
#define CANDIDATES_MAX 256
#define WORD_MAX       64

struct wc_repl_lines {
    wc_repl *repl;
    EditLine *editor; /* NULL: no terminal */
    History *history;
    char history_file[4096]; /* "": none */
    bool is_more;
    bool is_dropped; /* ^C was pressed in the line under way */
    char *line;      /* of getline */
    size_t line_size;
};

static const char *const words[] = {
    "action",    "advance", "after", "as",     "assert",    "contract", "convert",  "deploy",
    "else",      "ensures", "error", "escrow", "event",     "expect",   "fail",     "false",
    "for",       "free",    "func",  "fund",   "half_even", "half_up",  "if",       "interval",
    "let",       "match",   "max",   "min",    "posted",    "record",   "redeemed", "round",
    "signatory", "state",   "sum",   "true",   "use",       "var",      ":gas",     ":help",
    ":load",     ":money",  ":quit", ":reset", ":save",     ":state",   ":time",    ":type"};

/* ---- completion --------------------------------------------------------------------------------
 */

typedef struct candidates {
    const char *prefix;
    size_t prefix_len;
    uint32_t count;
    wc_str list[CANDIDATES_MAX];
} candidates;

static void offer(candidates *c, wc_str word)
{
    bool fits = word.len > c->prefix_len && word.len < WORD_MAX &&
                memcmp(word.data, c->prefix, c->prefix_len) == 0;
    if (!fits || c->count == CANDIDATES_MAX) return;
    for (uint32_t i = 0; i < c->count; i++) {
        if (wc_str_equal(c->list[i], word)) return;
    }
    c->list[c->count++] = word;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Every name that stands in a text. */
static void offer_text(candidates *c, wc_str text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = at;
        while (end < text.len && is_word(text.data[end])) end++;
        if (end > at) offer(c, (wc_str){text.data + at, end - at});
        at = end + 1;
    }
}

static void collect(candidates *c, const wc_repl *repl)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(words); i++) offer(c, wc_str_of(words[i]));
    for (uint32_t i = 0; i < repl->loaded_count; i++) offer_text(c, repl->loaded[i].text);
    offer_text(c, (wc_str){(const char *)repl->body.data, repl->body.len});
    offer_text(c, (wc_str){(const char *)repl->declared.data, repl->declared.len});
}

/* What all candidates have in common behind the prefix. */
static size_t common(const candidates *c)
{
    size_t length = c->list[0].len;
    for (uint32_t i = 1; i < c->count; i++) {
        size_t k = 0;
        while (k < length && k < c->list[i].len && c->list[i].data[k] == c->list[0].data[k]) k++;
        length = k;
    }
    return length - c->prefix_len;
}

static unsigned char complete(EditLine *editor, int key)
{
    (void)key;
    wc_repl_lines *lines;
    if (el_get(editor, EL_CLIENTDATA, &lines) != 0) return CC_ERROR;
    const LineInfo *info = el_line(editor);
    const char *start = info->cursor;
    while (start > info->buffer && is_word(start[-1])) start--;
    if (start > info->buffer && start[-1] == ':' && start - 1 == info->buffer) start--;
    candidates c = {.prefix = start, .prefix_len = (size_t)(info->cursor - start)};
    collect(&c, lines->repl);
    if (c.count == 0) return CC_ERROR;
    char insert[WORD_MAX + 1];
    size_t length = common(&c);
    memcpy(insert, c.list[0].data + c.prefix_len, length);
    insert[length] = '\0';
    if (length > 0 && el_insertstr(editor, insert) == 0) return CC_REFRESH;
    printf("\n");
    for (uint32_t i = 0; i < c.count; i++) printf("%.*s  ", WC_STR_ARG(c.list[i]));
    printf("\n");
    return CC_REDISPLAY;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

static char *prompt(EditLine *editor)
{
    static char first[] = "clause> ", more[] = "   ...> ";
    wc_repl_lines *lines;
    if (el_get(editor, EL_CLIENTDATA, &lines) != 0) return first;
    return lines->is_more ? more : first;
}

/* ^C is a key of the editor, not a signal: so it is never lost between two reads. */
static unsigned char drop(EditLine *editor, int key)
{
    (void)key;
    wc_repl_lines *lines;
    if (el_get(editor, EL_CLIENTDATA, &lines) != 0) return CC_ERROR;
    lines->is_dropped = true;
    return CC_NEWLINE;
}

static void on_interrupt(int number)
{
    (void)number; /* while an input runs: it ends by itself */
}

static bool open_editor(wc_repl_lines *lines)
{
    HistEvent event;
    lines->editor = el_init("wattclause", stdin, stdout, stderr);
    lines->history = history_init();
    if (lines->editor == NULL || lines->history == NULL) return false;
    (void)history(lines->history, &event, H_SETSIZE, HISTORY_MAX);
    (void)history(lines->history, &event, H_SETUNIQUE, 1);
    (void)el_set(lines->editor, EL_CLIENTDATA, lines);
    (void)el_set(lines->editor, EL_PROMPT, prompt);
    (void)el_set(lines->editor, EL_EDITOR, "emacs");
    (void)el_set(lines->editor, EL_HIST, history, lines->history);
    /* The wide call keeps our names; the narrow one keeps copies that it never frees. */
    (void)el_wset(lines->editor, EL_ADDFN, L"wc-complete", L"complete a word", complete);
    (void)el_set(lines->editor, EL_BIND, "^I", "wc-complete", NULL);
    (void)el_wset(lines->editor, EL_ADDFN, L"wc-drop", L"drop the input", drop);
    (void)el_set(lines->editor, EL_BIND, "^C", "wc-drop", NULL);
    (void)el_set(lines->editor, EL_SETTY, "-d", "-isig", NULL);
    (void)el_set(lines->editor, EL_BIND, "^R", "em-inc-search-prev", NULL);
    const char *home = getenv("HOME");
    if (home != NULL && home[0] != '\0') {
        int length = snprintf(lines->history_file, sizeof(lines->history_file),
                              "%s/.wattclause_history", home);
        if (length < 0 || (size_t)length >= sizeof(lines->history_file)) {
            lines->history_file[0] = '\0';
        }
    }
    if (lines->history_file[0] != '\0') {
        (void)history(lines->history, &event, H_LOAD, lines->history_file);
    }
    struct sigaction action = {.sa_handler = on_interrupt};
    (void)sigaction(SIGINT, &action, NULL);
    return true;
}

wc_repl_lines *wc_repl_lines_open(wc_repl *repl)
{
    wc_repl_lines *lines = WC_ARENA_NEW(repl->kept, wc_repl_lines);
    if (lines == NULL) return NULL;
    lines->repl = repl;
    if (repl->is_person && !open_editor(lines)) {
        wc_repl_lines_close(lines);
        return NULL;
    }
    return lines;
}

static bool read_plain(wc_repl_lines *lines, wc_str *line)
{
    ssize_t length = getline(&lines->line, &lines->line_size, stdin);
    if (length < 0) return false;
    *line = (wc_str){lines->line, (size_t)length};
    return true;
}

bool wc_repl_lines_next(wc_repl_lines *lines, bool is_more, wc_str *line, bool *is_dropped)
{
    *is_dropped = false;
    lines->is_more = is_more;
    if (lines->editor == NULL) {
        if (!read_plain(lines, line)) return false;
    } else {
        int count = 0;
        lines->is_dropped = false;
        const char *text = el_gets(lines->editor, &count);
        if (lines->is_dropped) {
            printf("\n");
            *is_dropped = true;
            *line = WC_STR("");
            return true;
        }
        if (text == NULL || count <= 0) return false;
        *line = (wc_str){text, (size_t)count};
    }
    while (line->len > 0 && strchr("\r\n", line->data[line->len - 1]) != NULL) line->len--;
    return true;
}

void wc_repl_lines_keep(wc_repl_lines *lines, wc_str input)
{
    HistEvent event;
    char text[4096];
    if (lines->history == NULL || input.len == 0 || input.len >= sizeof(text)) return;
    for (size_t i = 0; i < input.len; i++) {
        text[i] = input.data[i] == '\n' ? ' ' : input.data[i]; /* recalled as one line */
    }
    text[input.len] = '\0';
    (void)history(lines->history, &event, H_ENTER, text);
}

void wc_repl_lines_close(wc_repl_lines *lines)
{
    HistEvent event;
    if (lines->history != NULL && lines->history_file[0] != '\0') {
        (void)history(lines->history, &event, H_SAVE, lines->history_file);
    }
    if (lines->history != NULL) history_end(lines->history);
    if (lines->editor != NULL) el_end(lines->editor);
    free(lines->line);
}
