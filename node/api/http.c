/* libmicrohttpd behind http.h.
 *
 * Each exchange goes through: opened (first call of the library, without body) -> body -> begun ->
 * answered or suspended. The lock of the exchange decides between suspending and resuming, so that
 * an answer that comes before the connection sleeps is not lost. */
#define _GNU_SOURCE

#include "node/api/http.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/api/connections.h"
#include "node/service/log.h"
#include "node/service/metrics.h"
#include "node/service/place.h"

#define STREAM_BLOCK 4096u
#define TLS_FILE_MAX ((size_t)1 << 20)
#define STOP_STEPS   1500u /* of 10 ms, that requests are let finish */
#define NS_PER_S     INT64_C(1000000000)

struct wc_http {
    struct MHD_Daemon *daemon;
    wc_http_handler handler;
    const wc_config *config;
    wc_connections *connections;
    char *certificate, *key; /* owned; PEM */
    atomic_uint exchange_count;
    atomic_bool is_ending;
    pthread_mutex_t turn; /* over the list of streams */
    wc_exchange *streams;
    uint16_t port;
};

struct wc_exchange {
    wc_http *http;
    struct MHD_Connection *connection;
    wc_link *link; /* of the connection */
    uint8_t *body; /* owned */
    size_t len, room;
    bool is_begun, is_too_large, is_stream;
    int64_t begun_ns;
    void *state;          /* the handler's */
    pthread_mutex_t turn; /* over the next three */
    bool is_ready, is_suspended, is_waiting;
    wc_exchange *next, *before; /* of the streams */
};

uint8_t *wc_http_copy(const void *text, size_t len)
{
    uint8_t *copy = malloc(len + 1);
    if (copy != NULL && len > 0) memcpy(copy, text, len);
    return copy;
}

/* ---- answers --------------------------------------------------------------------------------- */

static enum MHD_Result send_answer(wc_exchange *exchange, wc_http_answer *answer)
{
    if (answer->body == NULL) {
        answer->status = 500;
        answer->len = 0;
    }
    static char nothing[1];
    struct MHD_Response *response = MHD_create_response_from_buffer(
        answer->len, answer->body != NULL ? (void *)answer->body : nothing,
        answer->body != NULL ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
    if (response == NULL) {
        free(answer->body);
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, "Content-Type",
                                  answer->type != NULL ? answer->type : "application/json");
    (void)MHD_add_response_header(response, "Cache-Control", "no-store");
    (void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    if (answer->header_name != NULL) {
        (void)MHD_add_response_header(response, answer->header_name, answer->header_value);
    }
    size_t class = answer->status / 100;
    wc_metric_add(WC_METRIC_RESPONSES, class < 6 ? class : 0, 1);
    wc_metric_take(WC_METRIC_CALL_SECONDS, wc_now_ns() - exchange->begun_ns);
    wc_link_answer(exchange->link);
    enum MHD_Result result = MHD_queue_response(exchange->connection, answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result send_status(wc_exchange *exchange, unsigned status, const char *message)
{
    char text[256];
    int len =
        snprintf(text, sizeof text, "{\"error\":{\"code\":-32600,\"message\":\"%s\"}}\n", message);
    wc_http_answer answer = {.status = status,
                             .type = "application/json",
                             .body = wc_http_copy(text, (size_t)len),
                             .len = (size_t)len};
    if (exchange->begun_ns == 0) exchange->begun_ns = wc_now_ns();
    return send_answer(exchange, &answer);
}

/* ---- streams --------------------------------------------------------------------------------- */

static void enlist(wc_exchange *exchange)
{
    wc_http *http = exchange->http;
    (void)pthread_mutex_lock(&http->turn);
    exchange->next = http->streams;
    if (http->streams != NULL) http->streams->before = exchange;
    http->streams = exchange;
    (void)pthread_mutex_unlock(&http->turn);
}

static void delist(wc_exchange *exchange)
{
    wc_http *http = exchange->http;
    (void)pthread_mutex_lock(&http->turn);
    if (exchange->next != NULL) exchange->next->before = exchange->before;
    if (exchange->before != NULL) exchange->before->next = exchange->next;
    if (http->streams == exchange) http->streams = exchange->next;
    (void)pthread_mutex_unlock(&http->turn);
}

/* The library asks for more of a stream. Nothing to give: the connection sleeps until it is woken;
 * a wake that came between asking the handler and sleeping makes it look once more. */
static ssize_t give_stream(void *self, uint64_t position, char *bytes, size_t size)
{
    wc_exchange *exchange = self;
    wc_http *http = exchange->http;
    (void)position;
    for (;;) { /* ends: each turn but the last had a wake of its own */
        size_t len = 0;
        (void)pthread_mutex_lock(&exchange->turn);
        exchange->is_ready = false;
        (void)pthread_mutex_unlock(&exchange->turn);
        if (atomic_load(&http->is_ending)) return MHD_CONTENT_READER_END_OF_STREAM;
        wc_http_next next =
            http->handler.stream(http->handler.self, exchange->state, (uint8_t *)bytes, size, &len);
        if (next == WC_HTTP_SOME) return (ssize_t)len;
        if (next == WC_HTTP_END) return MHD_CONTENT_READER_END_OF_STREAM;
        (void)pthread_mutex_lock(&exchange->turn);
        bool sleeps = !exchange->is_ready;
        if (sleeps) {
            exchange->is_suspended = true;
            MHD_suspend_connection(exchange->connection);
        }
        (void)pthread_mutex_unlock(&exchange->turn);
        if (sleeps) return 0;
    }
}

static enum MHD_Result send_stream(wc_exchange *exchange, const wc_http_answer *answer)
{
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, STREAM_BLOCK, give_stream, exchange, NULL);
    if (response == NULL) return MHD_NO;
    (void)MHD_add_response_header(response, "Content-Type", answer->type);
    (void)MHD_add_response_header(response, "Cache-Control", "no-store");
    wc_metric_add(WC_METRIC_RESPONSES, answer->status / 100, 1);
    exchange->is_stream = true;
    wc_link_stream(exchange->link);
    enlist(exchange);
    enum MHD_Result result = MHD_queue_response(exchange->connection, answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static void wake(wc_exchange *exchange)
{
    (void)pthread_mutex_lock(&exchange->turn);
    bool sleeps = exchange->is_suspended;
    struct MHD_Connection *connection = exchange->connection;
    exchange->is_ready = true;
    exchange->is_suspended = false;
    (void)pthread_mutex_unlock(&exchange->turn);
    /* One that sleeps stays until it is resumed; any other may be gone by now. */
    if (sleeps) MHD_resume_connection(connection);
}

void wc_http_wake(wc_http *http)
{
    (void)pthread_mutex_lock(&http->turn);
    for (wc_exchange *at = http->streams; at != NULL; at = at->next) wake(at);
    (void)pthread_mutex_unlock(&http->turn);
}

void wc_http_resume(wc_exchange *exchange)
{
    wake(exchange);
}

/* ---- requests -------------------------------------------------------------------------------- */

static enum MHD_Result take_query(void *self, enum MHD_ValueKind kind, const char *name,
                                  const char *value)
{
    wc_http_request *request = self;
    (void)kind;
    if (request->query_count == WC_HTTP_QUERY_MAX) {
        request->has_more_query = true;
        return MHD_NO;
    }
    request->query[request->query_count++] = (wc_http_pair){name, value};
    return MHD_YES;
}

typedef struct header_counts {
    unsigned hosts, lengths, encodings;
} header_counts;

static enum MHD_Result count_header(void *self, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    header_counts *counts = self;
    (void)kind;
    (void)value;
    if (strcasecmp(name, "Host") == 0) counts->hosts++;
    if (strcasecmp(name, "Content-Length") == 0) counts->lengths++;
    if (strcasecmp(name, "Transfer-Encoding") == 0) counts->encodings++;
    return MHD_YES;
}

static header_counts count_headers(struct MHD_Connection *connection)
{
    header_counts counts = {0};
    (void)MHD_get_connection_values(connection, MHD_HEADER_KIND, count_header, &counts);
    return counts;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static void read_request(wc_exchange *exchange, wc_http_request *request, const char *url,
                         const char *verb)
{
    struct MHD_Connection *connection = exchange->connection;
    *request = (wc_http_request){.verb = verb,
                                 .path = url,
                                 .host = header(connection, "Host"),
                                 .origin = header(connection, "Origin"),
                                 .type = header(connection, "Content-Type"),
                                 .authorization = header(connection, "Authorization"),
                                 .last_event_id = header(connection, "Last-Event-ID"),
                                 .body = wc_slice_of(exchange->body, exchange->len)};
    (void)MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, take_query, request);
    request->has_two_hosts = count_headers(connection).hosts > 1;
}

static enum MHD_Result finish_request(wc_exchange *exchange)
{
    wc_http_answer answer = {0};
    exchange->is_waiting = false;
    exchange->http->handler.finish(exchange->http->handler.self, exchange->state, &answer);
    return send_answer(exchange, &answer);
}

static enum MHD_Result begin_request(wc_exchange *exchange, const char *url, const char *verb)
{
    wc_http *http = exchange->http;
    wc_http_request request;
    wc_http_answer answer = {0};
    exchange->is_begun = true;
    exchange->begun_ns = wc_now_ns();
    wc_link_whole(exchange->link);
    read_request(exchange, &request, url, verb);
    switch (
        http->handler.begin(http->handler.self, exchange, &request, &answer, &exchange->state)) {
    case WC_HTTP_NOW: return send_answer(exchange, &answer);
    case WC_HTTP_STREAM: return send_stream(exchange, &answer);
    case WC_HTTP_LATER: break;
    }
    exchange->is_waiting = true;
    (void)pthread_mutex_lock(&exchange->turn);
    bool sleeps = !exchange->is_ready;
    if (sleeps) {
        exchange->is_suspended = true;
        MHD_suspend_connection(exchange->connection);
    }
    (void)pthread_mutex_unlock(&exchange->turn);
    return sleeps ? MHD_YES : finish_request(exchange);
}

/* Takes a piece of the body; what exceeds the limit is counted out and cut. */
static enum MHD_Result take_body(wc_exchange *exchange, const char *data, size_t *size)
{
    size_t max = (size_t)exchange->http->config->api_body_bytes;
    if (*size > max - exchange->len) {
        wc_metric_add(WC_METRIC_CUT, WC_CUT_BODY, 1);
        return MHD_NO;
    }
    if (exchange->len + *size > exchange->room) {
        size_t room = 2 * (exchange->len + *size) + 1024;
        if (room > max) room = max;
        uint8_t *grown = realloc(exchange->body, room);
        if (grown == NULL) return MHD_NO;
        exchange->body = grown;
        exchange->room = room;
    }
    memcpy(exchange->body + exchange->len, data, *size);
    exchange->len += *size;
    *size = 0;
    return MHD_YES;
}

static wc_exchange *open_exchange(wc_http *http, struct MHD_Connection *connection)
{
    wc_exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL) return NULL;
    exchange->http = http;
    exchange->connection = connection;
    (void)pthread_mutex_init(&exchange->turn, NULL);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    exchange->link = info != NULL ? info->socket_context : NULL;
    (void)atomic_fetch_add(&http->exchange_count, 1);
    return exchange;
}

/* Two lengths: a proxy in front and this server would see two different requests (smuggling). */
static bool says_two_lengths(struct MHD_Connection *connection)
{
    header_counts counts = count_headers(connection);
    return counts.lengths + counts.encodings > 1;
}

/* A body that says beforehand that it is too large is not waited for. */
static bool says_too_much(const wc_http *http, struct MHD_Connection *connection)
{
    const char *length = header(connection, "Content-Length");
    if (length == NULL) return false;
    int64_t size;
    return !wc_ini_number(length, 0, http->config->api_body_bytes, &size);
}

static enum MHD_Result on_request(void *self, struct MHD_Connection *connection, const char *url,
                                  const char *verb, const char *version, const char *data,
                                  size_t *size, void **context)
{
    wc_http *http = self;
    wc_exchange *exchange = *context;
    (void)version;
    if (exchange == NULL) {
        exchange = open_exchange(http, connection);
        *context = exchange;
        if (exchange == NULL) return MHD_NO;
        if (says_two_lengths(connection)) {
            return send_status(exchange, MHD_HTTP_BAD_REQUEST, "the body has two lengths");
        }
        if (says_too_much(http, connection)) {
            return send_status(exchange, MHD_HTTP_CONTENT_TOO_LARGE,
                               "the body is larger than this node takes");
        }
        return MHD_YES;
    }
    if (*size > 0) return take_body(exchange, data, size);
    if (!exchange->is_begun) return begin_request(exchange, url, verb);
    return exchange->is_waiting ? finish_request(exchange) : MHD_YES;
}

static void on_completed(void *self, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    wc_http *http = self;
    wc_exchange *exchange = *context;
    (void)connection;
    (void)code;
    if (exchange == NULL) return;
    if (exchange->is_stream) delist(exchange);
    if (exchange->state != NULL) http->handler.drop(http->handler.self, exchange->state);
    wc_link_next(exchange->link);
    (void)pthread_mutex_destroy(&exchange->turn);
    free(exchange->body);
    free(exchange);
    *context = NULL;
    (void)atomic_fetch_sub(&http->exchange_count, 1);
}

/* ---- connections ----------------------------------------------------------------------------- */

static void on_connection(void *self, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    wc_http *http = self;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        wc_connections_remove(http->connections, *context);
        *context = NULL;
        return;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    *context = info == NULL ? NULL : wc_connections_add(http->connections, info->connect_fd);
}

static enum MHD_Result may_connect(void *self, const struct sockaddr *address, socklen_t len)
{
    wc_http *http = self;
    (void)address;
    (void)len;
    if (wc_connections_count(http->connections) < (unsigned)http->config->api_connections) {
        return MHD_YES;
    }
    wc_metric_add(WC_METRIC_CUT, WC_CUT_CONNECTIONS, 1);
    return MHD_NO;
}

void wc_http_tend(wc_http *http)
{
    wc_connections_cut(http->connections, http->config->api_request_seconds * NS_PER_S,
                       http->config->api_answer_seconds * NS_PER_S);
    wc_metric_set(WC_METRIC_CONNECTIONS, 0, wc_connections_count(http->connections));
}

/* ---- start and stop -------------------------------------------------------------------------- */

static void on_library_log(void *self, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void on_library_log(void *self, const char *format, va_list args)
{
    char text[512];
    (void)self;
    (void)vsnprintf(text, sizeof text, format, args);
    size_t len = strlen(text);
    if (len > 0 && text[len - 1] == '\n') text[len - 1] = '\0';
    WC_LOG(DEBUG, "http", WC_LOG_TEXT("text", text));
}

static wc_status read_tls(wc_http *http, wc_ini_problem *problem)
{
    wc_store_problem why;
    uint8_t *bytes = NULL;
    size_t len = 0;
    const wc_config *config = http->config;
    if (config->api_tls_key[0] == '\0') return WC_OK;
    wc_status status = wc_place_check_secret(&why, config->api_tls_key);
    if (status == WC_OK) {
        status = wc_place_read(&why, config->api_tls_key, TLS_FILE_MAX, &bytes, &len);
        http->key = (char *)bytes;
    }
    if (status == WC_OK) {
        status = wc_place_read(&why, config->api_tls_certificate, TLS_FILE_MAX, &bytes, &len);
        if (status == WC_OK) http->certificate = (char *)bytes;
    }
    if (status == WC_OK) return WC_OK;
    (void)wc_ini_refuse(problem, 0, "%s", why.text);
    return WC_IO;
}

typedef union socket_address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
} socket_address;

static void fill_address(socket_address *address, const wc_listen *listen)
{
    memset(address, 0, sizeof *address);
    if (listen->is_ipv6) {
        address->six.sin6_family = AF_INET6;
        address->six.sin6_port = htons(listen->port);
        (void)inet_pton(AF_INET6, listen->host, &address->six.sin6_addr);
    } else {
        address->four.sin_family = AF_INET;
        address->four.sin_port = htons(listen->port);
        (void)inet_pton(AF_INET, listen->host, &address->four.sin_addr);
    }
}

static void start_daemon(wc_http *http, const wc_listen *listen)
{
    const wc_config *config = http->config;
    socket_address address;
    fill_address(&address, listen);
    unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    if (listen->is_ipv6) flags |= MHD_USE_IPv6;
    if (http->key != NULL) flags |= MHD_USE_TLS;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, http->key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, http->certificate},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    unsigned threads = (unsigned)config->api_threads;
    http->daemon = MHD_start_daemon(
        flags, listen->port, may_connect, http, on_request, http, MHD_OPTION_EXTERNAL_LOGGER,
        on_library_log, NULL, MHD_OPTION_SOCK_ADDR, &address.any, MHD_OPTION_THREAD_POOL_SIZE,
        threads > 1 ? threads : 0,
        /* The library divides it among its threads; the limit itself is may_connect's. */
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)config->api_connections * threads + threads,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)config->api_connections_per_address,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)config->api_header_bytes,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)config->api_answer_seconds,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_ARRAY,
        http->key != NULL ? tls : none, MHD_OPTION_END);
}

static void name_values(void)
{
    static const char *const classes[] = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
    static const char *const reasons[] = {"connections", "request_time", "answer_time", "body"};
    wc_metric_values(WC_METRIC_RESPONSES, classes, WC_ARRAY_LEN(classes));
    wc_metric_values(WC_METRIC_CUT, reasons, WC_ARRAY_LEN(reasons));
}

static void release(wc_http *http)
{
    wc_connections_close(http->connections);
    (void)pthread_mutex_destroy(&http->turn);
    free(http->certificate);
    if (http->key != NULL) explicit_bzero(http->key, strlen(http->key));
    free(http->key);
    free(http);
}

wc_status wc_http_start(wc_http **http, wc_ini_problem *problem, const wc_config *config,
                        const wc_http_handler *handler)
{
    wc_listen listen;
    wc_http *started = calloc(1, sizeof *started);
    if (started == NULL) return WC_NO_MEMORY;
    started->config = config;
    started->handler = *handler;
    (void)pthread_mutex_init(&started->turn, NULL);
    name_values();
    wc_status status = wc_listen_parse(&listen, config->api_listen);
    if (status == WC_OK) status = wc_connections_open(&started->connections);
    if (status == WC_OK) status = read_tls(started, problem);
    if (status == WC_OK) {
        start_daemon(started, &listen);
        if (started->daemon == NULL) {
            (void)wc_ini_refuse(problem, 0,
                                "%s cannot be listened on: is the port taken (give each node of a "
                                "machine its own `listen` in node.conf), the address this "
                                "machine's, and does TLS load?",
                                config->api_listen);
            status = WC_IO;
        }
    }
    if (status != WC_OK) {
        release(started);
        return status;
    }
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(started->daemon, MHD_DAEMON_INFO_BIND_PORT);
    started->port = info != NULL ? info->port : listen.port;
    *http = started;
    return WC_OK;
}

uint16_t wc_http_port(const wc_http *http)
{
    return http->port;
}

void wc_http_close_door(wc_http *http)
{
    int listening = MHD_quiesce_daemon(http->daemon);
    if (listening >= 0) (void)close(listening);
}

void wc_http_stop(wc_http *http)
{
    if (http == NULL) return;
    atomic_store(&http->is_ending, true);
    for (unsigned i = 0; i < STOP_STEPS && atomic_load(&http->exchange_count) > 0; i++) {
        wc_http_wake(http);
        (void)usleep(10000);
        wc_connections_drain(http->connections);
    }
    MHD_stop_daemon(http->daemon);
    release(http);
}
