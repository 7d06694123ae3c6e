/* Where two runs of the same receipt part: the lines of steps.h on both sides, compared one by one
 * while they are made. */
#ifndef WC_NODE_AUDIT_DIVERGE_H
#define WC_NODE_AUDIT_DIVERGE_H

#include "node/audit/steps.h"

#define WC_DIVERGE_DEPTH_MAX 1024u /* functions under way, all calls together */

typedef struct wc_diverge {
    /* Where the other side's lines come from. False at its end. The text is borrowed until the next
     * call; longer ones are cut at WC_STEPS_LINE_MAX. NULL: there is no other side. */
    bool (*read)(void *self, wc_str *line);
    void *self;

    uint32_t stop_event; /* without another side: the event whose instruction is asked for */

    /* out */
    bool has_parted;
    bool is_at_event;   /* the instruction is the one that made stop_event */
    bool has_ended;     /* the other side's lines ended, or ours did */
    bool is_flow;       /* it led to another instruction, or another charge, not to another value */
    uint64_t steps;     /* instructions that were the same */
    uint32_t events;    /* seen so far */
    uint8_t *memory;    /* owned */
    wc_str instruction; /* line of the step that did something else; empty: none ran before */
    wc_str ours, theirs; /* the first lines that differ; empty: a side had ended */
} wc_diverge;

/* NO_MEMORY. */
WC_MUST_USE wc_status wc_diverge_open(wc_diverge *diverge);
void wc_diverge_close(wc_diverge *diverge);

/* For wc_steps_options.line, with self the wc_diverge. */
void wc_diverge_line(void *diverge, wc_steps_kind kind, uint32_t depth, wc_str text);

/* After the last of our lines. */
void wc_diverge_end(wc_diverge *diverge);

/* Column of a line, from 0; empty: it has no such column. */
wc_str wc_steps_column(wc_str line, unsigned column);

#endif
