/* The thread for searches: they read every record, so they do not stand on a thread of the pool. */
#include <pthread.h>
#include <stdlib.h>

#include "node/api/request.h"

#define ARENA_BYTES ((size_t)512 << 20) /* of address space; what is not needed is not touched */

struct wc_walker {
    wc_node *node;
    uint8_t *memory; /* owned */
    wc_arena arena;
    pthread_t thread;
    pthread_mutex_t turn; /* over what follows */
    pthread_cond_t is_called;
    wc_api_call *first, *last;
    unsigned count;
    bool is_stopping;
};

static wc_api_call *next_call(wc_walker *walker)
{
    (void)pthread_mutex_lock(&walker->turn);
    while (walker->first == NULL && !walker->is_stopping) {
        (void)pthread_cond_wait(&walker->is_called, &walker->turn);
    }
    wc_api_call *call = walker->is_stopping ? NULL : walker->first;
    if (call != NULL) {
        walker->first = call->next;
        if (walker->first == NULL) walker->last = NULL;
        walker->count--;
    }
    (void)pthread_mutex_unlock(&walker->turn);
    return call;
}

static void *run_walker(void *self)
{
    wc_walker *walker = self;
    wc_api_call *call;
    while ((call = next_call(walker)) != NULL) {
        wc_chain *chain = wc_stage_enter(walker->node->stage);
        wc_arena_rewind(&walker->arena, 0);
        wc_api_answer_call(call, chain, &walker->arena, walker->node);
        wc_stage_leave(walker->node->stage, chain);
        wc_api_call_done(call);
    }
    return NULL;
}

wc_status wc_walker_start(wc_walker **walker, wc_node *node)
{
    wc_walker *started = calloc(1, sizeof *started);
    if (started == NULL) return WC_NO_MEMORY;
    started->node = node;
    started->memory = aligned_alloc(64, ARENA_BYTES);
    wc_status status = started->memory == NULL ? WC_NO_MEMORY : WC_OK;
    if (status == WC_OK) wc_arena_init(&started->arena, started->memory, ARENA_BYTES);
    (void)pthread_mutex_init(&started->turn, NULL);
    (void)pthread_cond_init(&started->is_called, NULL);
    if (status == WC_OK && pthread_create(&started->thread, NULL, run_walker, started) != 0) {
        status = WC_IO;
    }
    if (status != WC_OK) {
        free(started->memory);
        free(started);
        return status;
    }
    *walker = started;
    return WC_OK;
}

bool wc_walker_take(wc_walker *walker, wc_api_call *call)
{
    (void)pthread_mutex_lock(&walker->turn);
    bool is_taken = !walker->is_stopping && walker->count < WC_API_WALKS_MAX;
    if (is_taken) {
        call->next = NULL;
        if (walker->last == NULL) {
            walker->first = call;
        } else {
            walker->last->next = call;
        }
        walker->last = call;
        walker->count++;
        (void)pthread_cond_signal(&walker->is_called);
    }
    (void)pthread_mutex_unlock(&walker->turn);
    return is_taken;
}

void wc_walker_stop(wc_walker *walker)
{
    if (walker == NULL) return;
    (void)pthread_mutex_lock(&walker->turn);
    walker->is_stopping = true;
    (void)pthread_cond_signal(&walker->is_called);
    (void)pthread_mutex_unlock(&walker->turn);
    (void)pthread_join(walker->thread, NULL);
    wc_api_call *next;
    for (wc_api_call *at = walker->first; at != NULL; at = next) {
        next = at->next;
        wc_api_call_fail(at, WC_API_STOPPING, "the node is being stopped");
        wc_api_call_done(at);
    }
    (void)pthread_mutex_destroy(&walker->turn);
    (void)pthread_cond_destroy(&walker->is_called);
    free(walker->memory);
    free(walker);
}
