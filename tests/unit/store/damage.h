/* One question for damaged folders: opened as a node opens them, is the outcome a named refusal, a
 * stop, or exactly the content that was there? Runs in a child, because a stop ends the process. */
#ifndef WC_TESTS_UNIT_STORE_DAMAGE_H
#define WC_TESTS_UNIT_STORE_DAMAGE_H

#include "tests/unit/store/support.h"

typedef enum wc_outcome {
    OUTCOME_IDENTICAL = 0, /* every key and value as before the damage */
    OUTCOME_STOPPED = 3,   /* wc_store_fatal, message on stderr */
    OUTCOME_REFUSED = 20,  /* wc_store_open or wc_store_verify gave a status and a problem text */
    OUTCOME_BEHIND = 21,   /* refused by the SEAL */
    OUTCOME_SHORTER = 22,  /* one block less, allowed by the SEAL, and said in the report */
    OUTCOME_OTHER = 99,    /* anything else: silent damage */
} wc_outcome;

typedef struct wc_trial {
    const char *folder;
    uint64_t count;      /* blocks that were written */
    uint64_t sealed;     /* blocks that the SEAL witnesses: count or count - 1 */
    bool is_read_only;   /* as an auditor opens it; else as a node does, which may change files */
    bool has_clean_tail; /* the log was not touched: nothing may be reported as dropped */
} wc_trial;

wc_outcome try_to_open(const wc_trial *trial);

/* The same in this process, for damage that must never lead to a stop; a stop ends the test program
 * with code 3. */
wc_outcome judge_opening(const wc_trial *trial);

/* Runs make_chain in a child: a process that has used RocksDB's threads must not fork. */
void make_chain_in_child(const char *folder, uint64_t count, bool is_flushed);

#endif
