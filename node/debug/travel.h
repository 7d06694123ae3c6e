/* Travelling through a recorded run, forward and back: what a terminal and an editor drive.
 *
 * A position is a stop of the record. Moving never runs code: it looks through the record,
 * backwards as easily as forwards. Only looking at values does: the test runs again, and on its way
 * takes views of the stops around the one that is wanted, so that stepping on needs no further run.
 */
#ifndef WC_NODE_DEBUG_TRAVEL_H
#define WC_NODE_DEBUG_TRAVEL_H

#include "node/debug/condition.h"
#include "node/debug/view.h"

#define WC_DBG_BREAKS_MAX   256u
#define WC_DBG_LABEL_MAX    160u   /* bytes of a routine's name */
#define WC_DBG_MESSAGES_MAX 10000u /* that one breakpoint writes */
#define WC_DBG_VIEWS_MAX    65u    /* kept at a time */
#define WC_DBG_RUN_BYTES    ((size_t)512 << 20)
#define WC_DBG_VIEW_BYTES   ((size_t)128 << 20) /* of all views that are kept */

typedef enum wc_dbg_break_kind {
    WC_DBG_BREAK_LINE,
    WC_DBG_BREAK_POSTING, /* the statement that posts to or from a party */
    WC_DBG_BREAK_ROUTINE, /* an action, view or function by its name */
    WC_DBG_BREAK_FAILURE  /* the statement in which a call fails, expected or not, or the test */
} wc_dbg_break_kind;

/* What a breakpoint writes when it is passed, into its message_text. */
typedef struct wc_dbg_message {
    uint32_t stop, start, len;
} wc_dbg_message;

typedef struct wc_dbg_break {
    wc_dbg_break_kind kind;
    uint32_t number; /* of the user */
    wc_str path;     /* LINE: a whole path of the line maps */
    uint32_t line;
    wc_address party; /* POSTING */
    bool is_data;     /* free for the user: two ways to ask for postings */
    uint8_t label_len;
    char label[WC_DBG_LABEL_MAX]; /* ROUTINE: "Sale.settle" or "settle" */

    /* choose.c: only some of its stops are meant; else zero */
    uint64_t *chosen; /* bit per stop; NULL: all; owned by the travel, as the messages */
    uint32_t candidate_count, chosen_count;
    uint16_t condition_len;
    char condition[WC_DBG_CONDITION_MAX];
    bool is_message; /* it writes and does not stop */
    uint32_t message_count, message_bytes;
    wc_dbg_message *messages; /* ascending by stop */
    char *message_text;
} wc_dbg_break;

typedef struct wc_dbg_travel {
    wc_dbg_program program;
    wc_runner_test test;
    wc_dbg_record record;
    wc_runner_result result; /* how the test went */
    uint32_t at;             /* index of a stop; there is at least one */
    uint32_t break_count, next_number;
    wc_dbg_break breaks[WC_DBG_BREAKS_MAX];
    /* Told of the messages of breakpoints that a move forward passes. NULL: nobody. */
    void (*on_message)(void *self, const wc_dbg_break *one, wc_str text);
    void *self;

    wc_arena *views_arena;
    uint32_t view_count;
    wc_dbg_view *views[WC_DBG_VIEWS_MAX];
    uint32_t runs; /* made so far, for who measures */
    wc_status failed;
    uint32_t wanted, first; /* of the run that takes views */
} wc_dbg_travel;

typedef struct wc_dbg_target {
    const wc_runner_job *job; /* its arena is rewound by each run */
    const wc_slice *files;
    const wc_dbg_source *sources;
    uint32_t source_count;
    wc_runner_test test;
    wc_str title;
} wc_dbg_target;

/* Runs the test and stands at its first stop. The arena must live as long as the travel, the
 * target's texts too. Errors: as wc_dbg_program_open and wc_runner_watch; NOT_FOUND: the run has no
 * stop. To be closed in any case. */
WC_MUST_USE wc_status wc_dbg_travel_open(wc_dbg_travel *travel, const wc_dbg_target *target,
                                         wc_arena *arena, wc_arena *views);

void wc_dbg_travel_close(wc_dbg_travel *travel);

/* What the machine holds at a stop; good until the next call. NO_MEMORY; else as a run. */
WC_MUST_USE wc_status wc_dbg_travel_view(wc_dbg_travel *travel, uint32_t stop,
                                         const wc_dbg_view **view);

typedef enum wc_dbg_move {
    WC_DBG_STEP,     /* the next statement, wherever it is */
    WC_DBG_NEXT,     /* of this function or one that waits for it */
    WC_DBG_FINISH,   /* the first one after this function */
    WC_DBG_CONTINUE, /* the next breakpoint */
    WC_DBG_BACK,     /* the same four backwards */
    WC_DBG_REVERSE_NEXT,
    WC_DBG_REVERSE_FINISH, /* the statement that called this function */
    WC_DBG_REVERSE_CONTINUE
} wc_dbg_move;

typedef enum wc_dbg_why {
    WC_DBG_MOVED,
    WC_DBG_AT_BREAK,
    WC_DBG_AT_END,  /* the last stop: nothing comes behind it */
    WC_DBG_AT_START /* the first one */
} wc_dbg_why;

/* Moves. AT_BREAK: *hit is the breakpoint. AT_END and AT_START: it would have gone farther. */
wc_dbg_why wc_dbg_travel_move(wc_dbg_travel *travel, wc_dbg_move move, const wc_dbg_break **hit);

/* Adds a breakpoint and gives it a number; NULL: there are WC_DBG_BREAKS_MAX. The path is
 * borrowed. */
wc_dbg_break *wc_dbg_break_add(wc_dbg_travel *travel, const wc_dbg_break *one);
bool wc_dbg_break_delete(wc_dbg_travel *travel, uint32_t number);

/* Which stops of a breakpoint are meant. All may be empty. */
typedef struct wc_dbg_wish {
    wc_str condition; /* as condition.h has it */
    wc_str hits;      /* "3", ">= 3", "% 3": how often the condition was true, this time included */
    wc_str message;   /* "delivered {delivered}": written instead of stopping */
} wc_dbg_wish;

/* Decides for the whole run, before the breakpoint is added. Errors: OUT_OF_DOMAIN - why says what
 * is wrong with the wish, or what is not known at any of its stops; NO_MEMORY; else as a run. */
WC_MUST_USE wc_status wc_dbg_break_choose(wc_dbg_travel *travel, wc_dbg_break *one,
                                          const wc_dbg_wish *wish, char why[WC_DBG_WHY_MAX]);
bool wc_dbg_is_chosen(const wc_dbg_break *one, uint32_t stop);
bool wc_dbg_message_at(const wc_dbg_break *one, uint32_t stop, wc_str *text); /* false: none */
void wc_dbg_break_drop(wc_dbg_break *one); /* frees what was chosen, of one that is not added */

/* Tells of the messages of the stop where it stands. */
void wc_dbg_tell_messages(const wc_dbg_travel *travel);

/* Whether it holds at a stop. */
bool wc_dbg_break_holds(const wc_dbg_travel *travel, const wc_dbg_break *one, uint32_t stop);

/* The first breakpoint that stops at a stop; NULL: none. */
const wc_dbg_break *wc_dbg_break_at(const wc_dbg_travel *travel, uint32_t stop);

/* Whether some routine has this name, for breakpoints on it. */
bool wc_dbg_has_routine(const wc_dbg_travel *travel, wc_str name);

/* A party of the test or an instance by its name. NULL: none. */
const wc_address *wc_dbg_party(const wc_dbg_travel *travel, wc_str name);

#endif
