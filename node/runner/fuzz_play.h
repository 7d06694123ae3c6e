/* Inside the fuzzer: playing one list of choices against a fresh ledger. */
#ifndef WC_NODE_RUNNER_FUZZ_PLAY_H
#define WC_NODE_RUNNER_FUZZ_PLAY_H

#include "node/runner/fuzz.h"
#include "node/runner/literal.h"
#include "node/runner/make.h"
#include "node/runner/world.h"

#define WC_FUZZ_PARTIES_MAX   32u
#define WC_FUZZ_INSTANCES_MAX 16u

typedef struct wc_fuzz_instance {
    wc_party id;
    uint16_t contract;
} wc_fuzz_instance;

typedef struct wc_fuzz {
    const wc_fuzz_job *job;
    wc_image *images[64]; /* by contract */
    uint16_t party_count;
    wc_str party_names[WC_FUZZ_PARTIES_MAX];
    wc_address parties[WC_FUZZ_PARTIES_MAX];
    wc_draw draw;

    /* of one play */
    wc_world *world;
    wc_make_pool pool;
    uint32_t instance_count;
    wc_fuzz_instance instances[WC_FUZZ_INSTANCES_MAX]; /* the last one is the contract's */
    bool is_deployed;
    uint32_t steps, refused;
    bool has_found;
    wc_fuzz_finding found;
    wc_buf *text; /* the play as Clause; NULL: not wanted */
    wc_name names[WC_FUZZ_PARTIES_MAX + WC_FUZZ_INSTANCES_MAX];
    char labels[WC_FUZZ_INSTANCES_MAX][16];
    uint8_t *memory; /* for one argument list */
} wc_fuzz;

#define WC_FUZZ_ARGS_MAX ((size_t)1 << 20)

/* Loads the images and names the parties; *reason: why this contract cannot be fuzzed, or NULL. */
WC_MUST_USE wc_status wc_fuzz_open(wc_fuzz *fuzz, const wc_fuzz_job *job, const char **reason);

/* Plays what the draw says. */
WC_MUST_USE wc_status wc_fuzz_play(wc_fuzz *fuzz);

/* Contract that offers every method of interface `index` of `module`; WC_NONE: none of the job. */
uint16_t wc_fuzz_offers(const wc_fuzz *fuzz, const wc_module *module, uint16_t interface);

/* An instance that offers interface `index` of `module`, the newest; false: there is none. */
bool wc_fuzz_refer(const wc_fuzz *fuzz, const wc_module *module, uint16_t interface,
                   wc_address *address);

/* ---- fuzz_terms.c: terms of an example, in half of the cases; false: others are to be made ----
 */
bool wc_fuzz_recall(wc_fuzz *fuzz, uint16_t contract, wc_slice *terms);

/* ---- fuzz_check.c: after each step, and at the end ---- */
WC_MUST_USE wc_status wc_fuzz_check_money(wc_fuzz *fuzz);
void wc_fuzz_check_timeouts(wc_fuzz *fuzz);
WC_MUST_USE wc_status wc_fuzz_check_stranded(wc_fuzz *fuzz);
void wc_fuzz_trapped(wc_fuzz *fuzz, uint16_t contract, const wc_outcome *outcome);

/* ---- fuzz_write.c: the play as Clause; nothing when fuzz->text is NULL ---- */
void wc_fuzz_write_begin(wc_fuzz *fuzz);
void wc_fuzz_write_deploy(wc_fuzz *fuzz, uint16_t contract, wc_slice parties, wc_slice terms);
void wc_fuzz_write_call(wc_fuzz *fuzz, const wc_fuzz_instance *to, uint16_t entry, wc_slice args,
                        const wc_outcome *outcome);
void wc_fuzz_write_advance(wc_fuzz *fuzz, int64_t seconds);
void wc_fuzz_write_claim(wc_fuzz *fuzz, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
