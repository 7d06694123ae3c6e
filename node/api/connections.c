/* A list under one lock. Sockets are only shut down, never closed: the library owns them. */
#define _POSIX_C_SOURCE 200809L

#include "node/api/connections.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "node/service/metrics.h"

typedef enum link_state {
    LINK_OWES_REQUEST,
    LINK_IS_ANSWERED, /* being worked on: owes nothing */
    LINK_OWES_TAKING,
    LINK_STREAMS,
    LINK_IS_CUT
} link_state;

struct wc_link {
    wc_connections *all;
    wc_link *next, *before;
    int socket;
    link_state state;
    int64_t since_ns;
};

struct wc_connections {
    pthread_mutex_t turn;
    wc_link *first;
    unsigned count;
};

wc_status wc_connections_open(wc_connections **connections)
{
    wc_connections *opened = calloc(1, sizeof *opened);
    if (opened == NULL) return WC_NO_MEMORY;
    (void)pthread_mutex_init(&opened->turn, NULL);
    *connections = opened;
    return WC_OK;
}

void wc_connections_close(wc_connections *connections)
{
    if (connections == NULL) return;
    wc_assert(connections->first == NULL);
    (void)pthread_mutex_destroy(&connections->turn);
    free(connections);
}

wc_link *wc_connections_add(wc_connections *connections, int socket)
{
    wc_link *link = calloc(1, sizeof *link);
    if (link == NULL) return NULL;
    *link = (wc_link){.all = connections, .socket = socket, .since_ns = wc_now_ns()};
    (void)pthread_mutex_lock(&connections->turn);
    link->next = connections->first;
    if (connections->first != NULL) connections->first->before = link;
    connections->first = link;
    connections->count++;
    (void)pthread_mutex_unlock(&connections->turn);
    return link;
}

void wc_connections_remove(wc_connections *connections, wc_link *link)
{
    if (link == NULL) return;
    (void)pthread_mutex_lock(&connections->turn);
    if (link->next != NULL) link->next->before = link->before;
    if (link->before != NULL) link->before->next = link->next;
    if (connections->first == link) connections->first = link->next;
    connections->count--;
    (void)pthread_mutex_unlock(&connections->turn);
    free(link);
}

unsigned wc_connections_count(wc_connections *connections)
{
    (void)pthread_mutex_lock(&connections->turn);
    unsigned count = connections->count;
    (void)pthread_mutex_unlock(&connections->turn);
    return count;
}

static void become(wc_link *link, link_state state)
{
    if (link == NULL) return;
    (void)pthread_mutex_lock(&link->all->turn);
    if (link->state != LINK_IS_CUT) link->state = state;
    link->since_ns = wc_now_ns();
    (void)pthread_mutex_unlock(&link->all->turn);
}

void wc_link_whole(wc_link *link)
{
    become(link, LINK_IS_ANSWERED);
}

void wc_link_answer(wc_link *link)
{
    become(link, LINK_OWES_TAKING);
}

void wc_link_stream(wc_link *link)
{
    become(link, LINK_STREAMS);
}

void wc_link_next(wc_link *link)
{
    become(link, LINK_OWES_REQUEST);
}

static void cut(wc_link *link, wc_cut_reason reason)
{
    link->state = LINK_IS_CUT;
    (void)shutdown(link->socket, SHUT_RDWR);
    wc_metric_add(WC_METRIC_CUT, reason, 1);
}

void wc_connections_cut(wc_connections *connections, int64_t request_ns, int64_t answer_ns)
{
    int64_t now_ns = wc_now_ns();
    (void)pthread_mutex_lock(&connections->turn);
    for (wc_link *at = connections->first; at != NULL; at = at->next) {
        int64_t owes_ns = now_ns - at->since_ns;
        if (at->state == LINK_OWES_REQUEST && owes_ns > request_ns) cut(at, WC_CUT_REQUEST_TIME);
        if (at->state == LINK_OWES_TAKING && owes_ns > answer_ns) cut(at, WC_CUT_ANSWER_TIME);
    }
    (void)pthread_mutex_unlock(&connections->turn);
}

void wc_connections_drain(wc_connections *connections)
{
    (void)pthread_mutex_lock(&connections->turn);
    for (wc_link *at = connections->first; at != NULL; at = at->next) {
        if (at->state != LINK_OWES_REQUEST) continue;
        at->state = LINK_IS_CUT;
        (void)shutdown(at->socket, SHUT_RDWR);
    }
    (void)pthread_mutex_unlock(&connections->turn);
}
