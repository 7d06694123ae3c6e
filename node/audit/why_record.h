/* Inside the derivation: the recorder, shared by what runs before and behind each instruction
 * (why_step.c) and the observer (why.c). */
#ifndef WC_NODE_AUDIT_WHY_RECORD_H
#define WC_NODE_AUDIT_WHY_RECORD_H

#include "node/audit/why_memory.h"

#define WC_WHY_CALLS_MAX 16u
#define WC_WHY_VALUE_MAX ((size_t)4 << 20)
#define WC_WHY_PATH_MAX  512u

typedef struct wc_why_function {
    uint32_t nodes[WC_REGISTERS_MAX]; /* of its registers */
    const uint64_t *pending;          /* the instruction whose result is not there yet */
    uint32_t pending_in[3];
    uint32_t pending_word;
    int64_t pending_key;     /* of what an element of storage is read by: a number in a register */
    uint32_t pending_posted; /* `split`, `clear_net`: places of its list that are behind us */
    bool is_list_open;       /* and its list has nodes */
    uint16_t function;
} wc_why_function;

typedef struct wc_why_call {
    const wc_exec *exec;
    const wc_module *module;
    const wc_query_module *known;
    uint16_t entry;
    uint32_t run;                       /* number of this call; memory is looked up by it */
    uint32_t depth;                     /* functions under way */
    uint32_t results[WC_REGISTERS_MAX]; /* of the function that returned last */
    const uint8_t *result_at;           /* of a view whose result lies in memory; else NULL */
    wc_why_function *at;                /* WC_CALL_DEPTH_MAX, owned */
} wc_why_call;

typedef struct wc_why_recorder {
    wc_why *why;
    wc_rerun *rerun;
    uint32_t receipt;
    wc_query *query;
    wc_arena *arena;
    wc_why_memory memory;
    uint32_t call_count, runs;
    wc_why_call calls[WC_WHY_CALLS_MAX];
    uint32_t view_result; /* of the view that ended last: node of its number; 0: it is in memory */
    uint32_t ended_run;
    const uint8_t *ended_at; /* of this call, here; NULL: nowhere */
    wc_str ended;            /* its name */
    uint32_t event_count;
    uint32_t node_room, amount_room, part_room;
    wc_status status;
    uint8_t *value;  /* WC_WHY_VALUE_MAX */
    uint8_t *before; /* the same: entries of a map as they were before `mdel` */
    uint32_t before_size;
    uint32_t
        *list; /* nodes of the parts of the split, or of the entries of the netting, under way */
    uint32_t list_room;
} wc_why_recorder;

/* Notes that memory ran out. */
void wc_why_need(wc_why_recorder *r, bool is_done);

/* 0: there are too many. */
uint32_t wc_why_node_add(wc_why_recorder *r, const wc_why_node *node);

/* Scale and unit of a type. */
void wc_why_node_type(wc_why_node *node, const wc_module *module, uint16_t type);

/* Into the arena. */
wc_str wc_why_text(wc_why_recorder *r, const wc_buf *text);

/* The node of a word of memory: as it was written, or a leaf of the region it lies in; 0: nobody
 * knows. */
uint32_t wc_why_word_node(wc_why_recorder *r, wc_why_call *call, const uint8_t *at, int64_t value);

/* The value that a register refers to comes from outside; label and name together say from where.
 */
void wc_why_region_of(wc_why_recorder *r, wc_why_call *call, uint16_t reg, const char *label,
                      wc_str name);

uint16_t wc_why_operand(const uint64_t *words, unsigned index);

/* The instruction of the innermost function of a call is about to run, or has run. */
void wc_why_before(wc_why_recorder *r, wc_why_call *call);
void wc_why_behind(wc_why_recorder *r, wc_why_call *call, uint32_t word);

/* A node of the instruction that runs. */
wc_why_node wc_why_node_here(const wc_why_call *call, wc_why_kind kind, wc_i128 value);

/* The node of what `split` or `clear_net` posts now (why_money.c); 0: there are too many. */
uint32_t wc_why_posting_node(wc_why_recorder *r, wc_why_call *call, int64_t amount);

#endif
