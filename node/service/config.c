/* Parsing, checking and printing, each from config.def. */
#include "node/service/config.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/query/nearest.h"

typedef enum config_kind {
    KIND_TEXT,
    KIND_NUMBER,
    KIND_FLAG,
    KIND_WORD
} config_kind;

typedef struct config_row {
    const char *section, *key;
    config_kind kind;
    size_t offset; /* of the member */
    int64_t least, most;
    const char *words; /* separated by '|' */
    const char *value; /* default of TEXT and WORD */
    int64_t number;    /* default of NUMBER and FLAG */
} config_row;

#define MEMBER(section, key) offsetof(wc_config, section##_##key)

static const config_row rows[] = {
#define WC_CONFIG_TEXT(section, key, value, text)                                                  \
    {#section, #key, KIND_TEXT, MEMBER(section, key), 0, 0, NULL, value, 0},
#define WC_CONFIG_NUMBER(section, key, value, least, most, text)                                   \
    {#section, #key, KIND_NUMBER, MEMBER(section, key), least, most, NULL, NULL, value},
#define WC_CONFIG_FLAG(section, key, value, text)                                                  \
    {#section, #key, KIND_FLAG, MEMBER(section, key), 0, 0, NULL, NULL, value},
#define WC_CONFIG_WORD(section, key, value, words, text)                                           \
    {#section, #key, KIND_WORD, MEMBER(section, key), 0, 0, words, value, 0},
#include "node/service/config.def"
#undef WC_CONFIG_TEXT
#undef WC_CONFIG_NUMBER
#undef WC_CONFIG_FLAG
#undef WC_CONFIG_WORD
};

#define ROW_COUNT WC_ARRAY_LEN(rows)

static char *text_of(wc_config *config, const config_row *row)
{
    return (char *)config + row->offset;
}

/* The members are of the types that the kinds say, so copying bytes is enough. */
static void set_number(wc_config *config, const config_row *row, int64_t number)
{
    bool flag = number != 0;
    char *member = (char *)config + row->offset;
    if (row->kind == KIND_FLAG) {
        memcpy(member, &flag, sizeof flag);
    } else {
        memcpy(member, &number, sizeof number);
    }
}

static int64_t number_of(const wc_config *config, const config_row *row)
{
    const char *member = (const char *)config + row->offset;
    bool flag;
    int64_t number;
    if (row->kind == KIND_FLAG) {
        memcpy(&flag, member, sizeof flag);
        return flag;
    }
    memcpy(&number, member, sizeof number);
    return number;
}

void wc_config_init(wc_config *config)
{
    memset(config, 0, sizeof *config);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const config_row *row = &rows[i];
        if (row->value == NULL) {
            set_number(config, row, row->number);
        } else {
            memcpy(text_of(config, row), row->value, strlen(row->value) + 1);
        }
    }
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct config_reading {
    wc_config *config;
    unsigned line_of[ROW_COUNT]; /* 0: not given yet */
} config_reading;

static wc_status refuse_section(const wc_ini_line *line, wc_ini_problem *problem)
{
    const char *best = NULL;
    size_t slips = WC_NEAREST_SLIPS_MAX + 1;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        wc_nearest_offer(line->section, rows[i].section, &best, &slips);
    }
    if (line->section[0] == '\0' && line->key[0] != '\0') {
        return wc_ini_refuse(problem, line->number, "`%s` stands before the first [section]",
                             line->key);
    }
    if (best == NULL) {
        return wc_ini_refuse(problem, line->number,
                             "there is no section [%s]; there are [node], [log] and [api]",
                             line->section);
    }
    return wc_ini_refuse(problem, line->number, "there is no section [%s]; did you mean [%s]?",
                         line->section, best);
}

/* The nearest key of the section, else of any, which then stands in the wrong section. */
static wc_status refuse_key(const wc_ini_line *line, wc_ini_problem *problem)
{
    const char *best = NULL;
    size_t slips = WC_NEAREST_SLIPS_MAX + 1;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (strcmp(rows[i].section, line->section) != 0) continue;
        wc_nearest_offer(line->key, rows[i].key, &best, &slips);
    }
    for (size_t i = 0; best == NULL && i < ROW_COUNT; i++) {
        if (strcmp(rows[i].key, line->key) != 0) continue;
        return wc_ini_refuse(problem, line->number, "`%s` belongs into [%s], not into [%s]",
                             line->key, rows[i].section, line->section);
    }
    if (best != NULL) {
        return wc_ini_refuse(problem, line->number, "[%s] has no key `%s`; did you mean `%s`?",
                             line->section, line->key, best);
    }
    return wc_ini_refuse(problem, line->number,
                         "[%s] has no key `%s`; `wattclause node start --print-config` lists all",
                         line->section, line->key);
}

static const config_row *find_row(const wc_ini_line *line, bool *has_section)
{
    *has_section = false;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (strcmp(rows[i].section, line->section) != 0) continue;
        *has_section = true;
        if (strcmp(rows[i].key, line->key) == 0) return &rows[i];
    }
    return NULL;
}

static bool is_among(const char *words, const char *value)
{
    size_t len = strlen(value);
    for (const char *at = words; at != NULL;) {
        const char *end = strchr(at, '|');
        size_t size = end == NULL ? strlen(at) : (size_t)(end - at);
        if (size == len && memcmp(at, value, len) == 0) return true;
        at = end == NULL ? NULL : end + 1;
    }
    return false;
}

static wc_status set_value(wc_config *config, const config_row *row, const wc_ini_line *line,
                           wc_ini_problem *problem)
{
    int64_t number;
    switch (row->kind) {
    case KIND_NUMBER:
        if (!wc_ini_number(line->value, row->least, row->most, &number)) {
            return wc_ini_refuse(problem, line->number,
                                 "`%s` is a whole number from %lld to %lld, not `%s`", row->key,
                                 (long long)row->least, (long long)row->most, line->value);
        }
        set_number(config, row, number);
        return WC_OK;
    case KIND_FLAG:
        if (strcmp(line->value, "yes") != 0 && strcmp(line->value, "no") != 0) {
            return wc_ini_refuse(problem, line->number, "`%s` is yes or no, not `%s`", row->key,
                                 line->value);
        }
        set_number(config, row, line->value[0] == 'y');
        return WC_OK;
    case KIND_WORD:
        if (!is_among(row->words, line->value)) {
            return wc_ini_refuse(problem, line->number, "`%s` is one of %s, not `%s`", row->key,
                                 row->words, line->value);
        }
        break;
    case KIND_TEXT: break;
    }
    wc_assert(strlen(line->value) < WC_CONFIG_TEXT_MAX + 8);
    if (strlen(line->value) >= WC_CONFIG_TEXT_MAX) {
        return wc_ini_refuse(problem, line->number, "`%s` has more than %u characters", row->key,
                             WC_CONFIG_TEXT_MAX - 1);
    }
    memcpy(text_of(config, row), line->value, strlen(line->value) + 1);
    return WC_OK;
}

static wc_status take_line(void *self, const wc_ini_line *line, wc_ini_problem *problem)
{
    config_reading *reading = self;
    bool has_section;
    const config_row *row = find_row(line, &has_section);
    if (row == NULL) {
        return has_section ? refuse_key(line, problem) : refuse_section(line, problem);
    }
    unsigned *before = &reading->line_of[row - rows];
    if (*before != 0) {
        return wc_ini_refuse(problem, line->number, "`%s` stands in line %u already", row->key,
                             *before);
    }
    *before = line->number;
    return set_value(reading->config, row, line, problem);
}

/* A section without keys is not told to take_line, and its name may be misspelt all the same. */
static wc_status check_heads(wc_str text, wc_ini_problem *problem)
{
    const char *at = text.data, *end = text.data + text.len;
    for (unsigned number = 1; at < end; number++) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (line_end == NULL) line_end = end;
        const char *close = memchr(at, ']', (size_t)(line_end - at));
        if (*at == '[' && close != NULL) {
            char name[WC_INI_LINE_MAX + 1];
            bool has_section;
            (void)snprintf(name, sizeof name, "%.*s", (int)(close - at - 1), at + 1);
            wc_ini_line head = {number, name, "", ""};
            (void)find_row(&head, &has_section);
            if (!has_section) return refuse_section(&head, problem);
        }
        at = line_end + 1;
    }
    return WC_OK;
}

wc_status wc_config_read(wc_config *config, wc_ini_problem *problem, wc_str text)
{
    config_reading reading = {.config = config};
    WC_TRY(wc_ini_read(text, problem, take_line, &reading));
    return check_heads(text, problem);
}

/* ---- what holds between keys ----------------------------------------------------------------- */

wc_status wc_listen_parse(wc_listen *listen, const char *text)
{
    *listen = (wc_listen){0};
    const char *colon = strrchr(text, ':');
    int64_t port;
    if (colon == NULL || !wc_ini_number(colon + 1, 0, UINT16_MAX, &port)) return WC_OUT_OF_DOMAIN;
    size_t len = (size_t)(colon - text);
    const char *host = text;
    if (len >= 2 && text[0] == '[' && colon[-1] == ']') {
        host++;
        len -= 2;
        listen->is_ipv6 = true;
    }
    if (len == 0 || len >= sizeof listen->host) return WC_OUT_OF_DOMAIN;
    memcpy(listen->host, host, len);
    listen->port = (uint16_t)port;
    if (!listen->is_ipv6 && strcmp(listen->host, "localhost") == 0) {
        (void)snprintf(listen->host, sizeof listen->host, "127.0.0.1");
    }
    uint8_t address[sizeof(struct in6_addr)];
    static const uint8_t one[16] = {[15] = 1};
    if (inet_pton(listen->is_ipv6 ? AF_INET6 : AF_INET, listen->host, address) != 1) {
        return WC_OUT_OF_DOMAIN;
    }
    listen->is_loopback = listen->is_ipv6 ? memcmp(address, one, 16) == 0 : address[0] == 127;
    return WC_OK;
}

/* What a Host header can say: letters, digits, and the marks of names and addresses. A port does
 * not count there, so none is given here. */
static bool is_host(const char *text, size_t len)
{
    static const char marks[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
    if (len > 2 && text[0] == '[' && text[len - 1] == ']') {
        return strspn(text + 1, "0123456789abcdefABCDEF:.") == len - 2;
    }
    return len > 0 && strspn(text, marks) >= len;
}

static wc_status check_hosts(const wc_config *config, wc_ini_problem *problem)
{
    const char *at = config->api_hosts[0] != '\0' ? config->api_hosts : NULL;
    while (at != NULL) {
        const char *comma = strchr(at, ',');
        const char *end = comma != NULL ? comma : at + strlen(at);
        const char *next = comma != NULL ? comma + 1 : NULL;
        while (*at == ' ') at++;
        while (end > at && end[-1] == ' ') end--;
        if (!is_host(at, (size_t)(end - at))) {
            return wc_ini_refuse(problem, 0,
                                 "[api] hosts: `%.*s` is no host; it takes names and addresses, "
                                 "separated by commas, without scheme and port",
                                 (int)(end - at), at);
        }
        at = next;
    }
    return WC_OK;
}

wc_status wc_config_check(const wc_config *config, wc_ini_problem *problem)
{
    wc_listen listen;
    bool has_certificate = config->api_tls_certificate[0] != '\0';
    bool has_key = config->api_tls_key[0] != '\0';
    if (wc_listen_parse(&listen, config->api_listen) != WC_OK) {
        return wc_ini_refuse(problem, 0,
                             "[api] listen = %s: needed is ADDRESS:PORT, for example "
                             "127.0.0.1:26670 or [::1]:26670",
                             config->api_listen);
    }
    WC_TRY(check_hosts(config, problem));
    if (has_certificate != has_key) {
        return wc_ini_refuse(problem, 0, "[api] tls_certificate and tls_key belong together");
    }
    if (listen.is_loopback) return WC_OK;
    if (config->api_token_file[0] == '\0') {
        return wc_ini_refuse(problem, 0,
                             "[api] listen = %s is reached from other machines; that needs "
                             "token_file",
                             config->api_listen);
    }
    if (!has_key && !config->api_behind_proxy) {
        return wc_ini_refuse(problem, 0,
                             "[api] listen = %s is reached from other machines; that needs "
                             "tls_certificate and tls_key, or behind_proxy = yes",
                             config->api_listen);
    }
    return WC_OK;
}

/* ---- printing -------------------------------------------------------------------------------- */

void wc_config_put(wc_buf *text, const wc_config *config)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const config_row *row = &rows[i];
        if (i == 0 || strcmp(row->section, rows[i - 1].section) != 0) {
            wc_buf_put_text(text, i == 0 ? "[" : "\n[");
            wc_buf_put_text(text, row->section);
            wc_buf_put_text(text, "]\n");
        }
        wc_buf_put_text(text, row->key);
        wc_buf_put_text(text, " = ");
        switch (row->kind) {
        case KIND_NUMBER: wc_buf_put_decimal(text, number_of(config, row)); break;
        case KIND_FLAG: wc_buf_put_text(text, number_of(config, row) != 0 ? "yes" : "no"); break;
        case KIND_TEXT:
        case KIND_WORD: wc_buf_put_text(text, (const char *)config + row->offset); break;
        }
        wc_buf_put_text(text, "\n");
    }
}
