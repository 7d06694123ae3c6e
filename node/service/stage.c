/* One published moment under a lock, and a stack of free readers. */
#include "node/service/stage.h"

#include <pthread.h>
#include <stdlib.h>

typedef struct listener {
    void (*told)(void *self);
    void *self;
} listener;

struct wc_stage {
    pthread_mutex_t turn;
    pthread_cond_t given_back;
    wc_moment *newest;
    unsigned reader_count, free_count;
    wc_chain **readers; /* owned, all of them */
    wc_chain **free;    /* owned; the first free_count are not out */
    unsigned listener_count;
    listener listeners[WC_STAGE_LISTENERS_MAX];
};

wc_status wc_stage_open(wc_stage **stage, wc_chain *chain, unsigned readers)
{
    wc_stage *opened = calloc(1, sizeof *opened);
    if (opened == NULL) return WC_NO_MEMORY;
    (void)pthread_mutex_init(&opened->turn, NULL);
    (void)pthread_cond_init(&opened->given_back, NULL);
    opened->readers = calloc(readers, sizeof(wc_chain *));
    opened->free = calloc(readers, sizeof(wc_chain *));
    opened->newest = wc_moment_take(chain);
    wc_status status = WC_OK;
    if (opened->readers == NULL || opened->free == NULL || opened->newest == NULL) {
        status = WC_NO_MEMORY;
    }
    while (status == WC_OK && opened->reader_count < readers) {
        status = wc_chain_open_reader(&opened->readers[opened->reader_count], chain);
        if (status != WC_OK) break;
        opened->free[opened->free_count++] = opened->readers[opened->reader_count++];
    }
    if (status != WC_OK) {
        wc_stage_close(opened);
        return status;
    }
    *stage = opened;
    return WC_OK;
}

void wc_stage_close(wc_stage *stage)
{
    if (stage == NULL) return;
    wc_assert(stage->free_count == stage->reader_count);
    for (unsigned i = 0; i < stage->reader_count; i++) wc_chain_close(stage->readers[i]);
    wc_moment_drop(stage->newest);
    free(stage->readers);
    free(stage->free);
    (void)pthread_cond_destroy(&stage->given_back);
    (void)pthread_mutex_destroy(&stage->turn);
    free(stage);
}

void wc_stage_listen(wc_stage *stage, void (*told)(void *self), void *self)
{
    wc_assert(stage->listener_count < WC_STAGE_LISTENERS_MAX);
    stage->listeners[stage->listener_count++] = (listener){told, self};
}

void wc_stage_publish(wc_stage *stage, wc_chain *chain)
{
    wc_moment *next = wc_moment_take(chain);
    if (next == NULL) return; /* the moment before goes on being shown */
    (void)pthread_mutex_lock(&stage->turn);
    wc_moment *before = stage->newest;
    stage->newest = next;
    (void)pthread_mutex_unlock(&stage->turn);
    wc_moment_drop(before);
    for (unsigned i = 0; i < stage->listener_count; i++) {
        stage->listeners[i].told(stage->listeners[i].self);
    }
}

wc_head wc_stage_head(wc_stage *stage)
{
    (void)pthread_mutex_lock(&stage->turn);
    wc_head head = *wc_moment_head(stage->newest);
    (void)pthread_mutex_unlock(&stage->turn);
    return head;
}

wc_moment *wc_stage_hold(wc_stage *stage)
{
    (void)pthread_mutex_lock(&stage->turn);
    wc_moment *moment = wc_moment_hold(stage->newest);
    (void)pthread_mutex_unlock(&stage->turn);
    return moment;
}

wc_chain *wc_stage_enter(wc_stage *stage)
{
    (void)pthread_mutex_lock(&stage->turn);
    while (stage->free_count == 0) (void)pthread_cond_wait(&stage->given_back, &stage->turn);
    wc_chain *reader = stage->free[--stage->free_count];
    wc_moment *moment = wc_moment_hold(stage->newest);
    (void)pthread_mutex_unlock(&stage->turn);
    wc_chain_reader_enter(reader, moment);
    wc_moment_drop(moment);
    return reader;
}

void wc_stage_leave(wc_stage *stage, wc_chain *reader)
{
    wc_chain_reader_leave(reader);
    (void)pthread_mutex_lock(&stage->turn);
    stage->free[stage->free_count++] = reader;
    (void)pthread_cond_signal(&stage->given_back);
    (void)pthread_mutex_unlock(&stage->turn);
}
