/* Requests by libcurl, answers by jansson; sizes and times are bounded. */
#include "node/api/client.h"

#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "node/api/limits.h"
#include "node/crypto/crypto.h"
#include "node/ledger/genesis.h"
#include "vm/base/text.h"

#define URL_MAX     512u
#define TIMEOUT_S   30L
#define CONNECT_S   10L
#define GENESIS_MAX ((size_t)WC_GENESIS_SIZE_MAX)

struct wc_client_http {
    CURL *curl;
    struct curl_slist *headers;
    char base[URL_MAX];
    uint8_t *body; /* owned; of the answer at hand */
    size_t len, room;
};

static size_t take_body(char *data, size_t size, size_t count, void *self)
{
    wc_client_http *client = self;
    size_t bytes = size * count;
    if (client->len + bytes > (size_t)WC_API_ANSWER_MAX + 1024) return 0; /* ends the transfer */
    if (client->len + bytes > client->room) {
        size_t room = 2 * (client->len + bytes);
        uint8_t *grown = realloc(client->body, room);
        if (grown == NULL) return 0;
        client->body = grown;
        client->room = room;
    }
    memcpy(client->body + client->len, data, bytes);
    client->len += bytes;
    return bytes;
}

wc_status wc_client_http_open(wc_client_http **client, const char *url, const char *token)
{
    size_t scheme = strncmp(url, "http://", 7) == 0 ? 7 : strncmp(url, "https://", 8) == 0 ? 8 : 0;
    bool is_url = scheme > 0 && url[scheme] != '\0' && url[scheme] != '/' && url[scheme] != ':';
    size_t len = strlen(url);
    while (len > 0 && url[len - 1] == '/') len--;
    if (!is_url || len >= URL_MAX - 64) return WC_OUT_OF_DOMAIN;
    wc_client_http *opened = calloc(1, sizeof *opened);
    if (opened == NULL) return WC_NO_MEMORY;
    memcpy(opened->base, url, len);
    opened->curl = curl_easy_init();
    if (opened->curl == NULL) {
        free(opened);
        return WC_NO_MEMORY;
    }
    if (token != NULL) {
        char header[512];
        (void)snprintf(header, sizeof header, "Authorization: Bearer %s", token);
        opened->headers = curl_slist_append(NULL, header);
        (void)curl_easy_setopt(opened->curl, CURLOPT_HTTPHEADER, opened->headers);
        wc_forget(header, sizeof header);
    }
    (void)curl_easy_setopt(opened->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(opened->curl, CURLOPT_PROXY, ""); /* the node itself, nobody between */
    (void)curl_easy_setopt(opened->curl, CURLOPT_FOLLOWLOCATION, 0L);
    (void)curl_easy_setopt(opened->curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(opened->curl, CURLOPT_TIMEOUT, TIMEOUT_S);
    (void)curl_easy_setopt(opened->curl, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
    (void)curl_easy_setopt(opened->curl, CURLOPT_WRITEFUNCTION, take_body);
    (void)curl_easy_setopt(opened->curl, CURLOPT_WRITEDATA, opened);
    *client = opened;
    return WC_OK;
}

void wc_client_http_close(wc_client_http *client)
{
    if (client == NULL) return;
    curl_easy_cleanup(client->curl);
    curl_slist_free_all(client->headers);
    free(client->body);
    free(client);
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* The other node's words reach a terminal, which would obey what is no text in them. */
static void disarm(char *text)
{
    size_t bad, len = strlen(text);
    while (wc_utf8_check(wc_slice_of(text, len), &bad) != WC_OK)
        text[bad] = '?'; /* ends: one less */
}

static wc_status say(char problem[WC_FOLLOW_PROBLEM_MAX], wc_status status, const char *where,
                     const char *text)
{
    (void)snprintf(problem, WC_FOLLOW_PROBLEM_MAX, "%.200s: %.200s", where, text);
    disarm(problem);
    return status;
}

/* What the other node says about an error, as far as it can be read. */
static wc_status refused(char problem[WC_FOLLOW_PROBLEM_MAX], const char *url, long status,
                         const json_t *answer)
{
    const json_t *error = json_object_get(answer, "error");
    const char *message = json_string_value(json_object_get(error, "message"));
    const char *name = json_string_value(json_object_get(json_object_get(error, "data"), "name"));
    char text[320];
    (void)snprintf(text, sizeof text, "HTTP %ld, %s", status,
                   message != NULL ? message : "not an answer of a node");
    /* What will never be given is no reason to ask again. */
    bool is_final = name != NULL && strcmp(name, "DESTROYED") == 0;
    return say(problem, is_final ? WC_CORRUPT : WC_IO, url, text);
}

/* Sends the request that is set up; *read is the JSON of the answer, or NULL. */
static wc_status perform(wc_client_http *client, const char *url, long *status, json_t **read,
                         char problem[WC_FOLLOW_PROBLEM_MAX])
{
    client->len = 0;
    (void)curl_easy_setopt(client->curl, CURLOPT_URL, url);
    CURLcode code = curl_easy_perform(client->curl);
    if (code == CURLE_COULDNT_CONNECT) {
        return say(problem, WC_IO, url,
                   "nobody listens there: does the node run, and on this port?");
    }
    if (code != CURLE_OK) return say(problem, WC_IO, url, curl_easy_strerror(code));
    (void)curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, status);
    *read = json_loadb((const char *)client->body, client->len, JSON_REJECT_DUPLICATES, NULL);
    return WC_OK;
}

static wc_status get(wc_client_http *client, const char *path, json_t **answer,
                     char problem[WC_FOLLOW_PROBLEM_MAX])
{
    char url[URL_MAX];
    long status = 0;
    json_t *read;
    (void)snprintf(url, sizeof url, "%s%s", client->base, path);
    WC_TRY(perform(client, url, &status, &read, problem));
    if (status == 200 && json_is_object(read)) {
        *answer = read;
        return WC_OK;
    }
    wc_status result = refused(problem, url, status, read);
    json_decref(read);
    return result;
}

static bool read_number(const json_t *answer, const char *name, uint64_t *number)
{
    const json_t *value = json_object_get(answer, name);
    if (!json_is_integer(value) || json_integer_value(value) < 0) return false;
    *number = (uint64_t)json_integer_value(value);
    return true;
}

/* Decoded bytes of a base64 member, from malloc; NULL: there is none. */
static uint8_t *read_base64(const json_t *answer, const char *name, size_t *len)
{
    const json_t *value = json_object_get(answer, name);
    if (!json_is_string(value)) return NULL;
    wc_str text = {json_string_value(value), json_string_length(value)};
    if (text.len % 4 != 0) return NULL;
    size_t padding = 0;
    while (padding < 2 && padding < text.len && text.data[text.len - 1 - padding] == '=') padding++;
    *len = text.len / 4 * 3 - padding;
    uint8_t *bytes = malloc(*len + 1);
    if (bytes != NULL && wc_base64_decode(bytes, *len, text) == WC_OK) return bytes;
    free(bytes);
    return NULL;
}

/* ---- handing in ------------------------------------------------------------------------------ */

static void copy_text(char *to, size_t size, const json_t *value)
{
    const char *text = json_string_value(value);
    (void)snprintf(to, size, "%s", text != NULL ? text : "");
    disarm(to);
}

/* The body of the request, from jansson's malloc; NULL: out of memory. */
static char *submit_body(wc_slice raw, int64_t time_s)
{
    size_t room = wc_base64_size(raw.len) + 1;
    char *text = malloc(room);
    if (text == NULL) return NULL;
    wc_buf buf;
    wc_buf_init(&buf, (uint8_t *)text, room);
    wc_base64_encode(&buf, raw);
    text[buf.len] = '\0';
    json_t *body = json_pack("{s:s}", "tx", text);
    free(text);
    if (body == NULL) return NULL;
    if (time_s >= 0) (void)json_object_set_new(body, "time", json_integer(time_s));
    char *dumped = json_dumps(body, JSON_COMPACT);
    json_decref(body);
    return dumped;
}

/* Results that are ids or small numbers; a long one is for programs. */
static void copy_results(wc_submitted *submitted, const json_t *list)
{
    size_t len = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        char text[2 * WC_HASH_SIZE +
                  2]; /* one more than is taken, so that a longer one is noticed */
        copy_text(text, sizeof text, json_array_get(list, i));
        size_t more = strlen(text);
        if (more == 0 || more > 2 * WC_HASH_SIZE) continue;
        if (len + more + 2 > sizeof submitted->results) return;
        memcpy(submitted->results + len, text, more);
        submitted->results[len + more] = '\n';
        len += more + 1;
    }
}

static wc_status read_submitted(wc_client_http *client, const json_t *answer,
                                wc_submitted *submitted)
{
    const json_t *receipt = json_object_get(answer, "receipt");
    const char *state = json_string_value(json_object_get(answer, "answer"));
    *submitted = (wc_submitted){.is_sealed = state != NULL && strcmp(state, "SEALED") == 0};
    copy_text(submitted->what, sizeof submitted->what, json_object_get(receipt, "result"));
    copy_text(submitted->text, sizeof submitted->text, json_object_get(receipt, "text"));
    copy_text(submitted->id, sizeof submitted->id, json_object_get(answer, "id"));
    (void)read_number(receipt, "seq", &submitted->seq);
    (void)read_number(receipt, "index", &submitted->index);
    (void)read_number(receipt, "gas_used", &submitted->gas_used);
    copy_results(submitted, json_object_get(receipt, "results"));
    submitted->is_done = submitted->is_sealed && strcmp(submitted->what, "OK") == 0;
    submitted->answer = malloc(client->len + 1);
    if (submitted->answer == NULL) return WC_NO_MEMORY;
    memcpy(submitted->answer, client->body, client->len);
    submitted->answer_len = client->len;
    return WC_OK;
}

/* What the node says of a transaction that it does not take: the refusal and its way out. */
static wc_status not_admitted(char problem[WC_FOLLOW_PROBLEM_MAX], const char *url, long status,
                              const json_t *answer)
{
    const json_t *error = json_object_get(answer, "error");
    const char *message = json_string_value(json_object_get(error, "message"));
    const json_t *data = json_object_get(error, "data");
    const char *refusal = json_string_value(json_object_get(data, "refusal"));
    if (refusal == NULL) return refused(problem, url, status, answer);
    bool is_named = message != NULL && strncmp(message, refusal, strlen(refusal)) == 0;
    (void)snprintf(problem, WC_FOLLOW_PROBLEM_MAX, "%.60s%s%.200s", is_named ? "" : refusal,
                   is_named ? "" : ": ", message != NULL ? message : "");
    disarm(problem);
    return WC_OUT_OF_DOMAIN;
}

wc_status wc_client_http_submit(wc_client_http *client, wc_slice raw, int64_t time_s,
                                wc_submitted *submitted, char problem[WC_FOLLOW_PROBLEM_MAX])
{
    char url[URL_MAX + 32];
    long status = 0;
    json_t *answer = NULL;
    char *body = submit_body(raw, time_s);
    if (body == NULL) return say(problem, WC_NO_MEMORY, client->base, "out of memory");
    (void)snprintf(url, sizeof url, "%s/v1/transactions", client->base);
    struct curl_slist *grown = curl_slist_append(client->headers, "Content-Type: application/json");
    if (grown != NULL) client->headers = grown;
    (void)curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, client->headers);
    (void)curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, body);
    wc_status result = perform(client, url, &status, &answer, problem);
    (void)curl_easy_setopt(client->curl, CURLOPT_HTTPGET, 1L);
    free(body);
    if (result != WC_OK) return result;
    bool is_taken = status == 200 || status == 202; /* 202: it waits for its block */
    result = is_taken && json_is_object(answer) ? read_submitted(client, answer, submitted)
                                                : not_admitted(problem, url, status, answer);
    json_decref(answer);
    return result;
}

/* ---- genesis --------------------------------------------------------------------------------- */

static wc_status take_part(const json_t *answer, uint8_t **bytes, size_t *len, uint64_t *size,
                           char problem[WC_FOLLOW_PROBLEM_MAX])
{
    size_t part_len;
    uint8_t *part = read_base64(answer, "part", &part_len);
    if (part == NULL || !read_number(answer, "size", size) || *size > GENESIS_MAX ||
        part_len > *size - *len || part_len == 0) {
        free(part);
        return say(problem, WC_CORRUPT, "genesis", "a part of it does not read");
    }
    uint8_t *grown = realloc(*bytes, *len + part_len);
    if (grown != NULL) {
        *bytes = grown;
        memcpy(grown + *len, part, part_len);
        *len += part_len;
    }
    free(part);
    return grown != NULL ? WC_OK : say(problem, WC_NO_MEMORY, "genesis", "out of memory");
}

wc_status wc_client_http_genesis(wc_client_http *client, const wc_hash *expected, uint8_t **bytes,
                                 size_t *len, char problem[WC_FOLLOW_PROBLEM_MAX])
{
    uint64_t size = 1;
    uint8_t *whole = NULL;
    size_t got = 0;
    wc_status status = WC_OK;
    while (status == WC_OK && got < size) { /* ends: every part has at least one byte */
        char path[64];
        json_t *answer;
        (void)snprintf(path, sizeof path, "/v1/genesis?offset=%zu", got);
        status = get(client, path, &answer, problem);
        if (status != WC_OK) break;
        status = take_part(answer, &whole, &got, &size, problem);
        json_decref(answer);
    }
    if (status == WC_OK) {
        wc_hash hash = wc_genesis_hash(wc_slice_of(whole, got));
        if (!wc_hash_equal(&hash, expected)) {
            status = say(problem, WC_WRONG_CHAIN, client->base,
                         "its genesis does not have the hash that was given");
        }
    }
    if (status != WC_OK) {
        free(whole);
        return status;
    }
    *bytes = whole;
    *len = got;
    return WC_OK;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static wc_status ask_head(void *self, uint64_t *seq, char problem[WC_FOLLOW_PROBLEM_MAX])
{
    json_t *answer;
    wc_client_http *client = self;
    WC_TRY(get(client, "/v1/status", &answer, problem));
    bool is_read = read_number(answer, "seq", seq);
    json_decref(answer);
    return is_read ? WC_OK : say(problem, WC_IO, client->base, "its status does not read");
}

/* Input and certificate behind each other in one piece of memory. */
static wc_status keep_block(wc_followed_block *block, const json_t *answer)
{
    const char *hash = json_string_value(json_object_get(answer, "record_hash"));
    const json_t *certificate = json_object_get(answer, "certificate");
    size_t len, digits = json_string_length(certificate);
    uint8_t *input = read_base64(answer, "input", &len);
    if (input == NULL || hash == NULL || digits % 2 != 0 ||
        !read_number(answer, "seq", &block->seq) ||
        wc_parse_hex(wc_str_of(hash), block->record_hash.bytes, WC_HASH_SIZE) != WC_OK) {
        free(input);
        return WC_CORRUPT;
    }
    uint8_t *memory = realloc(input, len + digits / 2 + 1);
    if (memory == NULL) {
        free(input);
        return WC_NO_MEMORY;
    }
    wc_str text = {json_string_value(certificate), digits};
    if (digits > 0 && wc_parse_hex(text, memory + len, digits / 2) != WC_OK) {
        free(memory);
        return WC_CORRUPT;
    }
    block->memory = memory;
    block->input = wc_slice_of(memory, len);
    block->certificate = wc_slice_of(memory + len, digits / 2);
    return WC_OK;
}

static wc_status ask_block(void *self, uint64_t seq, wc_followed_block *block,
                           char problem[WC_FOLLOW_PROBLEM_MAX])
{
    char path[64];
    json_t *answer;
    (void)snprintf(path, sizeof path, "/v1/blocks/%llu", (unsigned long long)seq);
    WC_TRY(get(self, path, &answer, problem));
    wc_status status = keep_block(block, answer);
    json_decref(answer);
    if (status == WC_OK) return WC_OK;
    return say(problem, status == WC_NO_MEMORY ? WC_IO : WC_CORRUPT, path,
               "the block does not read");
}

wc_follow_transport wc_client_http_transport(wc_client_http *client)
{
    return (wc_follow_transport){client, ask_head, ask_block};
}
