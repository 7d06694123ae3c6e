/* The following thread. */
#define _POSIX_C_SOURCE 200809L

#include "node/service/follower.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "node/service/log.h"
#include "node/service/metrics.h"

#define PAUSE_NS     INT64_C(1000000000) /* between questions when there is nothing new */
#define ARENA_PER_TX (sizeof(wc_block_tx) + 16u)
#define NS_PER_S     INT64_C(1000000000)

struct wc_follower {
    wc_chain *chain;
    wc_stage *stage;
    wc_follow_transport transport;
    wc_block_input *input; /* owned */
    uint8_t *txs;          /* owned; for decoding an input */
    pthread_t thread;
    pthread_mutex_t turn; /* over what follows */
    pthread_cond_t woken;
    bool is_stopping;
    wc_follow_state state;
    char problem[WC_FOLLOW_PROBLEM_MAX];
};

static void set_state(wc_follower *follower, wc_follow_state state, const char *problem)
{
    (void)pthread_mutex_lock(&follower->turn);
    bool is_new = follower->state != state;
    follower->state = state;
    (void)snprintf(follower->problem, sizeof follower->problem, "%s", problem);
    (void)pthread_mutex_unlock(&follower->turn);
    if (state == WC_FOLLOW_UNREACHED) wc_metric_add(WC_METRIC_FOLLOW_ERRORS, 0, 1);
    if (!is_new) return;
    if (state == WC_FOLLOW_UNREACHED) WC_LOG(WARN, "follow_unreached", WC_LOG_TEXT("why", problem));
    if (state == WC_FOLLOW_KEEPS_UP) {
        WC_LOG(INFO, "follow_keeps_up", WC_LOG_NUMBER("seq", wc_chain_head(follower->chain)->seq));
    }
}

static bool diverge(wc_follower *follower, uint64_t seq, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool diverge(wc_follower *follower, uint64_t seq, const char *format, ...)
{
    char why[256], text[WC_FOLLOW_PROBLEM_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(why, sizeof why, format, args);
    va_end(args);
    (void)snprintf(text, sizeof text, "record %llu: %s", (unsigned long long)seq, why);
    wc_metric_add(WC_METRIC_DIVERGENCE, 0, 1);
    WC_LOG(ERROR, "follow_diverged", WC_LOG_NUMBER("seq", seq), WC_LOG_TEXT("why", why));
    set_state(follower, WC_FOLLOW_DIVERGED, text);
    return false;
}

/* ---- one block ------------------------------------------------------------------------------- */

/* One signature, that of the sequencer: what else a certificate held, nobody could have checked,
 * and whoever replays this copy would find it forged. */
static bool verifies(const wc_follower *follower, const wc_followed_block *block,
                     const wc_certificate *certificate, uint64_t height)
{
    uint8_t message[WC_CERTIFICATE_MESSAGE_SIZE];
    wc_hash genesis = wc_chain_genesis_hash(follower->chain);
    wc_certificate_message(message, &genesis, certificate->incarnation, block->seq, height,
                           &block->record_hash);
    return certificate->sig_count == 1 && certificate->sigs[0].key_index == 0 &&
           wc_verify(wc_chain_maker(follower->chain), &certificate->sigs[0].signature,
                     wc_slice_of(message, sizeof message));
}

static bool replay(wc_follower *follower, const wc_followed_block *block)
{
    wc_arena arena;
    wc_certificate certificate;
    const wc_sealed *sealed;
    size_t bad;
    wc_arena_init(&arena, follower->txs, (WC_BLOCK_TXS_MAX + 1u) * ARENA_PER_TX);
    if (wc_block_input_decode(follower->input, &bad, &arena, block->input) != WC_OK ||
        follower->input->form != WC_BLOCK_RAW) {
        return diverge(follower, block->seq, "its block input does not decode");
    }
    if (block->certificate.len == 0 ||
        wc_certificate_decode(&certificate, &bad, block->certificate) != WC_OK) {
        return diverge(follower, block->seq, "it comes without a certificate");
    }
    if (!verifies(follower, block, &certificate, follower->input->height)) {
        return diverge(follower, block->seq,
                       "its certificate does not verify under the sequencer's key");
    }
    wc_status status = wc_chain_follow(follower->chain, follower->input, &block->record_hash,
                                       &certificate, &sealed);
    if (status == WC_DIFFERS) {
        wc_hash_text theirs = wc_hash_hex(&block->record_hash);
        wc_hash_text ours = wc_hash_hex(&sealed->head.record_hash);
        return diverge(follower, block->seq,
                       "the other node has %.16s..., replaying its block gives %.16s...",
                       theirs.text, ours.text);
    }
    if (status != WC_OK) {
        return diverge(follower, block->seq, "its block cannot follow: %s", wc_status_text(status));
    }
    wc_metric_set(WC_METRIC_SEQ, 0, (int64_t)sealed->head.seq);
    wc_metric_set(WC_METRIC_HEIGHT, 0, (int64_t)sealed->head.height);
    wc_metric_set(WC_METRIC_RECORD_TIME, 0, sealed->head.time_s);
    wc_stage_publish(follower->stage, follower->chain);
    return true;
}

/* Fetches and replays what is new; false: there is nothing to go on with now. */
static bool advance(wc_follower *follower)
{
    char problem[WC_FOLLOW_PROBLEM_MAX] = "";
    uint64_t there, next = wc_chain_head(follower->chain)->seq + 1;
    wc_followed_block block = {0};
    wc_follow_transport *transport = &follower->transport;
    wc_status status = transport->head(transport->self, &there, problem);
    if (status == WC_OK && there < next) {
        wc_metric_set(WC_METRIC_FOLLOW_LAG, 0, 0);
        set_state(follower, WC_FOLLOW_KEEPS_UP, "");
        return false;
    }
    if (status == WC_OK) {
        wc_metric_set(WC_METRIC_FOLLOW_LAG, 0, (int64_t)(there - next + 1));
        set_state(follower, WC_FOLLOW_REPLAYS, "");
        status = transport->block(transport->self, next, &block, problem);
    }
    if (status == WC_IO) {
        set_state(follower, WC_FOLLOW_UNREACHED, problem);
        return false;
    }
    if (status != WC_OK) return diverge(follower, next, "%.200s", problem);
    if (block.seq != next) {
        free(block.memory);
        return diverge(follower, next, "the other node answered with record %llu",
                       (unsigned long long)block.seq);
    }
    bool is_good = replay(follower, &block);
    free(block.memory);
    return is_good;
}

/* ---- the thread ------------------------------------------------------------------------------ */

/* True: go on. After a difference it only waits for the end. */
static bool pause_until_next(wc_follower *follower)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t wake = (int64_t)until.tv_sec * NS_PER_S + until.tv_nsec + PAUSE_NS;
    until = (struct timespec){(time_t)(wake / NS_PER_S), (long)(wake % NS_PER_S)};
    int waited = 0;
    (void)pthread_mutex_lock(&follower->turn);
    while (!follower->is_stopping && (waited == 0 || follower->state == WC_FOLLOW_DIVERGED)) {
        if (follower->state == WC_FOLLOW_DIVERGED) {
            (void)pthread_cond_wait(&follower->woken, &follower->turn);
        } else {
            waited = pthread_cond_timedwait(&follower->woken, &follower->turn, &until);
        }
    }
    bool goes_on = !follower->is_stopping;
    (void)pthread_mutex_unlock(&follower->turn);
    return goes_on;
}

static bool is_stopping(wc_follower *follower)
{
    (void)pthread_mutex_lock(&follower->turn);
    bool stopping = follower->is_stopping;
    (void)pthread_mutex_unlock(&follower->turn);
    return stopping;
}

static void *run_follower(void *self)
{
    wc_follower *follower = self;
    do {
        while (!is_stopping(follower) && advance(follower)) { /* ends when it keeps up */
        }
    } while (pause_until_next(follower));
    return NULL;
}

wc_status wc_follower_start(wc_follower **follower, wc_chain *chain, wc_stage *stage,
                            const wc_follow_transport *transport)
{
    wc_follower *started = calloc(1, sizeof *started);
    if (started == NULL) return WC_NO_MEMORY;
    started->chain = chain;
    started->stage = stage;
    started->transport = *transport;
    started->input = malloc(sizeof *started->input);
    started->txs = malloc((WC_BLOCK_TXS_MAX + 1u) * ARENA_PER_TX);
    wc_status status = started->input == NULL || started->txs == NULL ? WC_NO_MEMORY : WC_OK;
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&started->turn, NULL);
    (void)pthread_cond_init(&started->woken, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    if (status == WC_OK && pthread_create(&started->thread, NULL, run_follower, started) != 0) {
        status = WC_IO;
    }
    if (status != WC_OK) {
        free(started->input);
        free(started->txs);
        free(started);
        return status;
    }
    *follower = started;
    return WC_OK;
}

void wc_follower_stop(wc_follower *follower)
{
    (void)pthread_mutex_lock(&follower->turn);
    follower->is_stopping = true;
    (void)pthread_cond_signal(&follower->woken);
    (void)pthread_mutex_unlock(&follower->turn);
    (void)pthread_join(follower->thread, NULL);
}

void wc_follower_free(wc_follower *follower)
{
    if (follower == NULL) return;
    (void)pthread_mutex_destroy(&follower->turn);
    (void)pthread_cond_destroy(&follower->woken);
    free(follower->input);
    free(follower->txs);
    free(follower);
}

wc_follow_state wc_follower_state(wc_follower *follower, char problem[WC_FOLLOW_PROBLEM_MAX])
{
    (void)pthread_mutex_lock(&follower->turn);
    wc_follow_state state = follower->state;
    if (problem != NULL) memcpy(problem, follower->problem, WC_FOLLOW_PROBLEM_MAX);
    (void)pthread_mutex_unlock(&follower->turn);
    return state;
}
