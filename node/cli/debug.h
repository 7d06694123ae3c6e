/* debug: the terminal's side of travelling through a run.
 *
 *   debug.c       the verb, the loop, commands that move     debug_line.c   reading lines
 *   debug_show.c  what the machine holds, in words */
#ifndef WC_NODE_CLI_DEBUG_H
#define WC_NODE_CLI_DEBUG_H

#include "node/cli/target.h"
#include "node/debug/scope.h"

typedef struct wc_debug_session {
    wc_cli_target target;
    wc_dbg_travel travel;
    wc_buf text;    /* of one answer */
    uint32_t frame; /* that is looked at: 0 is the innermost */
} wc_debug_session;

/* ---- debug_show.c: appends to session->text ---- */
void wc_debug_show_place(wc_debug_session *session);
void wc_debug_show_locals(wc_debug_session *session);
void wc_debug_show_state(wc_debug_session *session);
void wc_debug_show_stack(wc_debug_session *session);
void wc_debug_show_list(wc_debug_session *session);
void wc_debug_show_money(wc_debug_session *session);
void wc_debug_show_postings(wc_debug_session *session);
void wc_debug_show_gas(wc_debug_session *session);
void wc_debug_print(wc_debug_session *session, wc_str path);
void wc_debug_show_breaks(wc_debug_session *session);

/* ---- debug_line.c ---- */
typedef struct wc_debug_lines wc_debug_lines;

wc_debug_lines *wc_debug_lines_open(bool is_person); /* NULL: out of memory */
/* The next line, trimmed, until the next call; empty: the one before again. False: the end. */
bool wc_debug_lines_next(wc_debug_lines *lines, wc_str *line);
void wc_debug_lines_close(wc_debug_lines *lines);

#endif
