/* debug: travels through the run of one test, forward and back, at a terminal. */
#include "node/cli/debug.h"
#include "node/runner/property.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX    ((size_t)4 << 20)
#define MESSAGE_MAX ((size_t)1 << 20)

static void print_help(void)
{
    printf(
        "forward          step (s)   next (n)   finish (f)   continue (c)\n"
        "back             back (b)   reverse-next (rn)   reverse-finish (rf)   reverse-continue "
        "(rc)\n"
        "                 step goes into calls, next over them, finish out of this function; the\n"
        "                 same backwards. goto N: to that position; start, end\n"
        "breakpoints      break FILE:LINE   break LINE   break posting PARTY   break "
        "CONTRACT.ACTION\n"
        "                 break failure   breaks   delete N; any of them with a condition:\n"
        "                 break 12 if delivered > 10.000 kWh && who == home\n"
        "looking          print NAME (p): delivered, self.due[home], legs[2].amount\n"
        "                 locals   state   money   postings   gas   list (l)   where (w)\n"
        "                 up, down: the function that called this one, and back\n"
        "                 help   quit (q). An empty line repeats the last command.\n");
}

/* Takes the first word of a line. */
static wc_str take_word(wc_str *line)
{
    size_t end = 0;
    while (end < line->len && line->data[end] != ' ') end++;
    wc_str word = {line->data, end};
    while (end < line->len && line->data[end] == ' ') end++;
    *line = (wc_str){line->data + end, line->len - end};
    return word;
}

static bool is_word(wc_str word, const char *name, const char *shorter)
{
    return wc_str_equal(word, wc_str_of(name)) ||
           (shorter != NULL && wc_str_equal(word, wc_str_of(shorter)));
}

/* A number in [1, most]; 0: it is none. */
static uint32_t number_of(wc_str text, uint32_t most)
{
    uint64_t value = 0;
    if (text.len == 0 || text.len > 9) return 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return 0;
        value = 10 * value + (uint64_t)(text.data[i] - '0');
    }
    return value <= most ? (uint32_t)value : 0;
}

/* ---- moving ------------------------------------------------------------------------------------
 */

static void say_why(wc_debug_session *session, wc_dbg_why why, const wc_dbg_break *hit)
{
    wc_buf *text = &session->text;
    const wc_dbg_record *record = &session->travel.record;
    if (why == WC_DBG_AT_START) wc_buf_put_text(text, "the beginning of the run\n");
    if (why == WC_DBG_AT_END && session->travel.result.has_passed) {
        wc_buf_put_text(text, "the end of the run: the test passes\n");
    }
    if (why != WC_DBG_AT_BREAK) return;
    wc_buf_put_text(text, "breakpoint ");
    wc_buf_put_decimal(text, hit->number);
    if (hit->kind == WC_DBG_BREAK_POSTING) {
        wc_buf_put_text(text, ": this statement posts to or from ");
        wc_names_put(text, &record->names, &hit->party);
    }
    wc_buf_put_text(text, "\n");
}

static bool move(wc_debug_session *session, wc_str word)
{
    static const struct {
        const char *name, *shorter;
        wc_dbg_move move;
    } moves[] = {{"step", "s", WC_DBG_STEP},
                 {"next", "n", WC_DBG_NEXT},
                 {"finish", "f", WC_DBG_FINISH},
                 {"continue", "c", WC_DBG_CONTINUE},
                 {"back", "b", WC_DBG_BACK},
                 {"reverse-step", "rs", WC_DBG_BACK},
                 {"reverse-next", "rn", WC_DBG_REVERSE_NEXT},
                 {"reverse-finish", "rf", WC_DBG_REVERSE_FINISH},
                 {"reverse-continue", "rc", WC_DBG_REVERSE_CONTINUE}};

    for (size_t i = 0; i < WC_ARRAY_LEN(moves); i++) {
        const wc_dbg_break *hit;
        if (!is_word(word, moves[i].name, moves[i].shorter)) continue;
        session->frame = 0;
        wc_dbg_why why = wc_dbg_travel_move(&session->travel, moves[i].move, &hit);
        say_why(session, why, hit);
        wc_debug_show_place(session);
        return true;
    }
    return false;
}

static bool jump(wc_debug_session *session, wc_str word, wc_str rest)
{
    uint32_t last = session->travel.record.stop_count, to;
    if (is_word(word, "start", NULL)) {
        to = 1;
    } else if (is_word(word, "end", NULL)) {
        to = last;
    } else if (is_word(word, "goto", "g")) {
        to = number_of(rest, last);
    } else {
        return false;
    }
    if (to == 0) {
        wc_buf_put_text(&session->text, "  goto takes a position, 1 to ");
        wc_buf_put_decimal(&session->text, last);
        wc_buf_put_text(&session->text, "\n");
        return true;
    }
    session->travel.at = to - 1;
    session->frame = 0;
    wc_debug_show_place(session);
    return true;
}

/* ---- breakpoints -------------------------------------------------------------------------------
 */

static void refuse(wc_debug_session *session, const char *why, wc_str what)
{
    wc_buf_put_text(&session->text, "  ");
    wc_buf_put_text(&session->text, why);
    wc_buf_put(&session->text, what.data, what.len);
    wc_buf_put_text(&session->text, "\n");
}

static void add_break(wc_debug_session *session, const wc_dbg_break *wanted, wc_str condition)
{
    wc_dbg_break one = *wanted;
    char why[WC_DBG_WHY_MAX];
    const wc_dbg_wish wish = {.condition = condition};
    wc_status status = wc_dbg_break_choose(&session->travel, &one, &wish, why);
    if (status != WC_OK) {
        bool is_theirs = status == WC_OUT_OF_DOMAIN;
        refuse(session, "no breakpoint: ", wc_str_of(is_theirs ? why : wc_status_text(status)));
        return;
    }
    const wc_dbg_break *added = wc_dbg_break_add(&session->travel, &one);
    if (added == NULL) {
        wc_dbg_break_drop(&one);
        refuse(session, "there are 256 breakpoints already; delete one", WC_STR(""));
        return;
    }
    wc_debug_show_breaks(session);
}

static void break_at_line(wc_debug_session *session, wc_str path, wc_str number, wc_str what,
                          wc_str condition)
{
    const wc_dbg_travel *travel = &session->travel;
    wc_dbg_break one = {.kind = WC_DBG_BREAK_LINE};
    const wc_dbg_stop *stop = &travel->record.stops[travel->at];
    if (path.len == 0) {
        path = wc_dbg_path(&travel->program, stop->unit,
                           wc_dbg_line(&travel->program, stop->unit, stop->function, stop->row));
    }
    uint32_t line = number_of(number, 999999999u);
    one.line = line == 0 ? 0 : wc_dbg_line_from(&travel->program, path, line, &one.path);
    if (one.line == 0) {
        refuse(session, "no statement of this test's code begins there or behind it: ", what);
        return;
    }
    add_break(session, &one, condition);
}

/* Takes " if CONDITION" off the end; empty: there is none. */
static wc_str take_condition(wc_str *what)
{
    for (size_t i = 0; i + 4 <= what->len; i++) {
        if (memcmp(what->data + i, " if ", 4) != 0) continue;
        wc_str condition = {what->data + i + 4, what->len - i - 4};
        while (i > 0 && what->data[i - 1] == ' ') i--;
        what->len = i;
        return condition;
    }
    return WC_STR("");
}

static void break_at(wc_debug_session *session, wc_str what)
{
    const wc_dbg_travel *travel = &session->travel;
    wc_str condition = take_condition(&what);
    wc_str rest = what, word = take_word(&rest);
    if (is_word(word, "posting", NULL)) {
        const wc_address *party = wc_dbg_party(travel, rest);
        if (party == NULL) {
            refuse(session, "no party or instance of this run is called ", rest);
            return;
        }
        add_break(session, &(wc_dbg_break){.kind = WC_DBG_BREAK_POSTING, .party = *party},
                  condition);
        return;
    }
    if (is_word(what, "failure", NULL)) {
        add_break(session, &(wc_dbg_break){.kind = WC_DBG_BREAK_FAILURE}, condition);
        return;
    }
    const char *colon = what.len == 0 ? NULL : memchr(what.data, ':', what.len);
    bool is_line = what.len > 0 && what.data[0] >= '0' && what.data[0] <= '9';
    if (colon != NULL) {
        size_t length = (size_t)(colon - what.data);
        break_at_line(session, (wc_str){what.data, length},
                      (wc_str){colon + 1, what.len - length - 1}, what, condition);
    } else if (is_line) {
        break_at_line(session, WC_STR(""), what, what, condition);
    } else if (what.len > 0 && what.len < WC_DBG_LABEL_MAX && wc_dbg_has_routine(travel, what)) {
        wc_dbg_break one = {.kind = WC_DBG_BREAK_ROUTINE, .label_len = (uint8_t)what.len};
        memcpy(one.label, what.data, what.len);
        add_break(session, &one, condition);
    } else {
        refuse(session,
               "break takes FILE:LINE, LINE, posting PARTY, failure or CONTRACT.ACTION, not ",
               what);
    }
}

/* ---- commands ----------------------------------------------------------------------------------
 */

static void choose_frame(wc_debug_session *session, bool is_up)
{
    const wc_dbg_view *view;
    if (wc_dbg_travel_view(&session->travel, session->travel.at, &view) == WC_OK) {
        if (is_up && session->frame + 1 < view->frame_count) session->frame++;
        if (!is_up && session->frame > 0) session->frame--;
    }
    wc_debug_show_stack(session);
}

static bool show(wc_debug_session *session, wc_str word, wc_str rest)
{
    static const struct {
        const char *name, *shorter;
        void (*show)(wc_debug_session *session);
    } shows[] = {{"locals", NULL, wc_debug_show_locals}, {"state", NULL, wc_debug_show_state},
                 {"money", NULL, wc_debug_show_money},   {"postings", NULL, wc_debug_show_postings},
                 {"gas", NULL, wc_debug_show_gas},       {"list", "l", wc_debug_show_list},
                 {"where", "w", wc_debug_show_stack},    {"backtrace", "bt", wc_debug_show_stack},
                 {"breaks", NULL, wc_debug_show_breaks}};

    for (size_t i = 0; i < WC_ARRAY_LEN(shows); i++) {
        if (!is_word(word, shows[i].name, shows[i].shorter)) continue;
        shows[i].show(session);
        return true;
    }
    if (!is_word(word, "print", "p")) return false;
    wc_debug_print(session, rest);
    return true;
}

/* False: the end. */
static bool obey(wc_debug_session *session, wc_str line)
{
    wc_str rest = line, word = take_word(&rest);
    if (is_word(word, "quit", "q")) return false;
    if (is_word(word, "help", "h")) {
        print_help();
    } else if (is_word(word, "break", NULL)) {
        break_at(session, rest);
    } else if (is_word(word, "delete", NULL)) {
        bool is_gone = wc_dbg_break_delete(&session->travel, number_of(rest, 999999999u));
        if (!is_gone) refuse(session, "there is no breakpoint ", rest);
    } else if (is_word(word, "up", NULL) || is_word(word, "down", NULL)) {
        choose_frame(session, is_word(word, "up", NULL));
    } else if (line.len > 0 && !move(session, word) && !jump(session, word, rest) &&
               !show(session, word, rest)) {
        refuse(session, "`help` lists the commands; there is none called ", word);
    }
    return true;
}

static bool flush(wc_debug_session *session)
{
    bool is_fine = wc_cli_print(&session->text);
    session->text.len = 0;
    session->text.full = false;
    return is_fine && fflush(stdout) == 0;
}

static wc_exit loop(wc_debug_session *session, bool is_person)
{
    wc_str line;
    wc_debug_lines *lines = wc_debug_lines_open(is_person);
    if (lines == NULL) return WC_EXIT_ENVIRONMENT;
    if (is_person && !session->target.cli->quiet) printf("help lists the commands\n");
    if (session->target.found.len > 0) {
        printf("%.*s\n", WC_STR_ARG(session->target.found));
    }
    wc_debug_show_place(session);
    bool goes_on = flush(session);
    while (goes_on && wc_debug_lines_next(lines, &line)) {
        goes_on = obey(session, line);
        if (!flush(session)) break;
    }
    wc_debug_lines_close(lines);
    return WC_EXIT_DONE;
}

static wc_exit debug(wc_debug_session *session)
{
    const wc_cli *cli = session->target.cli;
    wc_arena *views = wc_cli_arena(WC_DBG_VIEW_BYTES);
    void *memory = wc_arena_alloc(session->target.arena, TEXT_MAX, 1);
    if (views == NULL || memory == NULL) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    wc_buf_init(&session->text, memory, TEXT_MAX);
    wc_status status =
        wc_dbg_travel_open(&session->travel, &session->target.target, session->target.arena, views);
    if (status == WC_OK && !session->travel.result.has_passed) {
        status = wc_cli_target_explain(&session->target, &session->travel.result);
    }
    wc_exit code = WC_EXIT_DONE;
    if (status == WC_NOT_FOUND) {
        code = wc_cli_fail(cli, WC_EXIT_FAILS, "the test has no statement to stop at");
    } else if (status != WC_OK) {
        code = wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s", wc_status_text(status));
    } else {
        code = loop(session, isatty(STDIN_FILENO) == 1);
    }
    wc_dbg_travel_close(&session->travel);
    return code;
}

wc_exit wc_cli_debug(const wc_cli *cli)
{
    static wc_debug_session session;
    static uint8_t memory[MESSAGE_MAX];
    wc_buf message;
    if (cli->argc != 1) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "takes one source; `wattclause help debug`");
    }
    wc_buf_init(&message, memory, sizeof(memory));
    int64_t seed, runs;
    if (!wc_cli_number(cli, "seed", 0, INT64_MAX, wc_cli_new_seed(), &seed) ||
        !wc_cli_number(cli, "runs", 1, 10000000, WC_PROPERTY_RUNS, &runs)) {
        return WC_EXIT_USAGE;
    }
    const wc_cli_wish wish = {.path = cli->argv[0],
                              .test = wc_cli_option_of(cli, "test"),
                              .added = wc_cli_option_of(cli, "do"),
                              .property = wc_cli_option_of(cli, "property"),
                              .seed = (uint64_t)seed,
                              .runs = (uint32_t)runs};
    if (wish.property != NULL && (wish.test != NULL || wish.added != NULL)) {
        return wc_cli_fail(cli, WC_EXIT_USAGE, "--property goes with neither --test nor --do");
    }
    wc_exit code = wc_cli_target_open(&session.target, cli, &wish, &message);
    if (code == WC_EXIT_DONE) return debug(&session);
    if (message.len > 0) wc_buf_put_text(&message, "\n");
    wc_cli_print_error(&message);
    return code;
}
