/* Inside the oracle: a world of two contracts, and the lines that both sides write about it. */
#ifndef WC_TESTS_FUZZ_ORACLE_PLAY_H
#define WC_TESTS_FUZZ_ORACLE_PLAY_H

#include "compiler/interp/interp.h"
#include "node/runner/world.h"
#include "tests/fuzz/oracle_world.h"

#define ORACLE_LOG_MAX ((size_t)1 << 18)
#define CONTRACTS      2u
#define PEOPLE         3u

typedef struct oracle_log {
    wc_buf buf;
    char memory[ORACLE_LOG_MAX];
} oracle_log;

typedef struct oracle_play {
    oracle *o;
    uint64_t seed;
    const wc_sema_program *program;
    const wc_sema_contract *contracts[CONTRACTS]; /* as they run now */
    const wc_sema_contract *next;                 /* version of the first */
    bool has_next, is_upgraded;
    wc_interp *in;
    wc_runner_job job;
    wc_runner_test test;
    wc_runner_observer observer;
    wc_world world;
    uint16_t currency; /* CNY in the program */
    wc_address ids[CONTRACTS];
    uint16_t numbers[CONTRACTS]; /* in the interpreter */
    uint16_t made;               /* instances */
    uint16_t bound[PEOPLE];      /* people behind p, q, r of the first contract */
    bool is_over;                /* a limit: nothing more is compared */
    oracle_log ledger, interp;
} oracle_play;

void oracle_clear(oracle_play *p);

/* Whether both wrote the same since then; else the first line that differs goes to o->text. */
bool oracle_is_same(oracle_play *p, const char *where);

/* What the ledger did: how a receipt ended, then its events and postings; its time-outs by an
 * observer. */
void oracle_tell_end(oracle_play *p, const wc_receipt_page *page);
void oracle_tell_events(oracle_play *p, const wc_receipt_page *page);
void oracle_on_step(void *self, struct wc_world *world, const wc_runner_step *step);

/* The same of the interpreter. */
void oracle_interp_end(oracle_play *p, const wc_interp_outcome *outcome);
void oracle_interp_events(oracle_play *p, const wc_interp *in);
void oracle_on_fired(void *self, const struct wc_interp *in, uint16_t instance,
                     const wc_interp_outcome *outcome);

wc_interp_party oracle_same_party(const wc_address *address);

/* Both write all balances, records and views; then the lines are compared. */
bool oracle_compare(oracle_play *p, const char *where);

#endif
