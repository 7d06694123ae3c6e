/* Names, tokens, and what they allow. */
#define _GNU_SOURCE

#include "node/api/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "node/crypto/crypto.h"
#include "node/ledger/instance.h"
#include "node/service/place.h"

#define TOKEN_FILE_MAX ((size_t)1 << 20)
#define TOKEN_MIN      16u /* characters: shorter ones can be guessed */
#define TOKEN_MAX      256u

/* ---- hosts ----------------------------------------------------------------------------------- */

static bool add_host(wc_access *access, const char *name, size_t len)
{
    if (len == 0) return true;
    if (access->host_count == WC_ARRAY_LEN(access->hosts) || len >= WC_CONFIG_TEXT_MAX)
        return false;
    char *host = access->hosts[access->host_count++];
    for (size_t i = 0; i < len; i++) {
        char c = name[i];
        host[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    host[len] = '\0';
    return true;
}

static wc_status add_hosts(wc_access *access, wc_ini_problem *problem, const wc_config *config)
{
    wc_listen listen;
    char own[WC_CONFIG_TEXT_MAX + 2];
    WC_TRY(wc_listen_parse(&listen, config->api_listen));
    int len = snprintf(own, sizeof own, listen.is_ipv6 ? "[%s]" : "%s", listen.host);
    bool fits = add_host(access, own, (size_t)len);
    if (listen.is_loopback) {
        fits = fits && add_host(access, "localhost", 9) && add_host(access, "127.0.0.1", 9) &&
               add_host(access, "[::1]", 5);
    }
    for (const char *at = config->api_hosts; *at != '\0';) {
        const char *comma = strchrnul(at, ',');
        const char *end = comma;
        while (*at == ' ') at++;
        while (end > at && end[-1] == ' ') end--;
        fits = fits && add_host(access, at, (size_t)(end - at));
        at = *comma == '\0' ? comma : comma + 1;
    }
    if (fits) return WC_OK;
    return wc_ini_refuse(problem, 0, "[api] hosts names more than %d hosts", WC_API_HOSTS_MAX);
}

/* The host of "name:80" or "[::1]:80" without its port; false: not of that form. */
static bool strip_port(const char *text, size_t len, size_t *host_len)
{
    size_t at = len;
    while (at > 0 && text[at - 1] >= '0' && text[at - 1] <= '9') at--;
    bool has_port = at < len && at > 0 && text[at - 1] == ':';
    *host_len = has_port ? at - 1 : len;
    return *host_len > 0;
}

static bool is_known_host(const wc_access *access, const char *text, size_t len)
{
    size_t host_len;
    if (!strip_port(text, len, &host_len)) return false;
    for (uint32_t i = 0; i < access->host_count; i++) {
        if (strlen(access->hosts[i]) == host_len &&
            strncasecmp(access->hosts[i], text, host_len) == 0) {
            return true;
        }
    }
    return false;
}

/* Same origin: its scheme is one of ours and its host and port are those of the Host header. */
static bool is_same_origin(const wc_http_request *request)
{
    const char *origin = request->origin;
    const char *rest = strstr(origin, "://");
    if (rest == NULL) return false; /* "null", too */
    bool is_http = (size_t)(rest - origin) == 4 && strncmp(origin, "http", 4) == 0;
    bool is_https = (size_t)(rest - origin) == 5 && strncmp(origin, "https", 5) == 0;
    return (is_http || is_https) && strcasecmp(rest + 3, request->host) == 0;
}

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    if (type == NULL || strncasecmp(type, json, sizeof json - 1) != 0) return false;
    const char *rest = type + sizeof json - 1;
    while (*rest == ' ') rest++;
    return *rest == '\0' || *rest == ';';
}

wc_api_error wc_access_check(const wc_access *access, const wc_http_request *request, char *problem,
                             size_t size)
{
    if (request->has_two_hosts) {
        (void)snprintf(problem, size, "the request has two Host headers");
        return WC_API_FORBIDDEN;
    }
    if (request->host == NULL || !is_known_host(access, request->host, strlen(request->host))) {
        (void)snprintf(problem, size,
                       "the Host `%.64s` is no name of this node; [api] hosts allows further ones",
                       request->host != NULL ? request->host : "");
        return WC_API_FORBIDDEN;
    }
    if (request->origin != NULL && !is_same_origin(request)) {
        (void)snprintf(problem, size, "the Origin `%.64s` is not this node", request->origin);
        return WC_API_FORBIDDEN;
    }
    bool has_body = strcmp(request->verb, "POST") == 0 || request->body.len > 0;
    if (has_body && !is_json(request->type)) {
        (void)snprintf(problem, size, "send the body with Content-Type: application/json");
        return WC_API_MEDIA_TYPE;
    }
    return WC_API_OK;
}

/* ---- tokens ---------------------------------------------------------------------------------- */

static bool read_who(const char *who, wc_identity *identity)
{
    *identity = (wc_identity){.kind = WC_IDENTITY_ANY};
    if (strcmp(who, "any") == 0) return true;
    identity->kind = WC_IDENTITY_AUDITOR;
    if (strcmp(who, "auditor") == 0) return true;
    identity->kind = WC_IDENTITY_PARTY;
    return wc_address_parse(&identity->party, wc_str_of(who)) == WC_OK;
}

static wc_status read_token(wc_access *access, char *line, unsigned number, wc_ini_problem *problem,
                            const char *path)
{
    char *blank = strchr(line, ' ');
    size_t len = blank != NULL ? (size_t)(blank - line) : 0;
    if (line[0] == '\0' || line[0] == '#') return WC_OK;
    wc_token *token = &access->tokens[access->token_count];
    if (blank == NULL || !read_who(blank + strspn(blank, " "), &token->identity)) {
        return wc_ini_refuse(problem, 0,
                             "%s:%u: a line is `TOKEN any`, `TOKEN auditor` or `TOKEN wc1...`",
                             path, number);
    }
    if (len < TOKEN_MIN || len > TOKEN_MAX) {
        return wc_ini_refuse(problem, 0, "%s:%u: a token has %u to %u characters", path, number,
                             TOKEN_MIN, TOKEN_MAX);
    }
    if (access->token_count == WC_API_TOKENS_MAX) {
        return wc_ini_refuse(problem, 0, "%s:%u: more than %d tokens", path, number,
                             WC_API_TOKENS_MAX);
    }
    token->hash = wc_sha256_one(wc_slice_of(line, len));
    for (uint32_t i = 0; i < access->token_count; i++) {
        if (!wc_hash_equal(&access->tokens[i].hash, &token->hash)) continue;
        return wc_ini_refuse(
            problem, 0, "%s:%u: the token stands above already; one is for one WHO", path, number);
    }
    access->token_count++;
    return WC_OK;
}

static wc_status read_tokens(wc_access *access, wc_ini_problem *problem, const char *path)
{
    wc_store_problem why;
    uint8_t *bytes;
    size_t len;
    wc_status status = wc_place_check_secret(&why, path);
    if (status == WC_OK) status = wc_place_read(&why, path, TOKEN_FILE_MAX, &bytes, &len);
    if (status != WC_OK) {
        (void)wc_ini_refuse(problem, 0, "%s", why.text);
        return status;
    }
    char *rest = (char *)bytes;
    unsigned number = 0;
    while (status == WC_OK && rest != NULL && *rest != '\0') {
        char *line = strsep(&rest, "\n");
        status = read_token(access, line, ++number, problem, path);
    }
    wc_forget(bytes, len);
    free(bytes);
    if (status == WC_OK && access->token_count == 0) {
        return wc_ini_refuse(problem, 0, "%s holds no token", path);
    }
    return status;
}

wc_status wc_access_open(wc_access *access, wc_ini_problem *problem, const wc_config *config)
{
    *access = (wc_access){.needs_token = config->api_token_file[0] != '\0'};
    WC_TRY(add_hosts(access, problem, config));
    if (!access->needs_token) return WC_OK;
    access->tokens = calloc(WC_API_TOKENS_MAX + 1u, sizeof *access->tokens);
    if (access->tokens == NULL) return WC_NO_MEMORY;
    return read_tokens(access, problem, config->api_token_file);
}

void wc_access_close(wc_access *access)
{
    free(access->tokens);
    access->tokens = NULL;
}

wc_identity wc_access_identify(const wc_access *access, const wc_http_request *request)
{
    static const char bearer[] = "Bearer ";
    wc_identity identity = {.kind = WC_IDENTITY_NOBODY};
    if (!access->needs_token) return (wc_identity){.kind = WC_IDENTITY_TRUSTED};
    const char *given = request->authorization;
    if (given == NULL || strncasecmp(given, bearer, sizeof bearer - 1) != 0) return identity;
    given += sizeof bearer - 1;
    wc_hash hash = wc_sha256_one(wc_slice_of(given, strlen(given)));
    for (uint32_t i = 0; i < access->token_count; i++) { /* all of them, found or not */
        const wc_token *token = &access->tokens[i];
        if (wc_equal_secret(hash.bytes, token->hash.bytes, sizeof hash.bytes)) {
            identity = token->identity;
        }
    }
    return identity;
}

/* ---- permissions ----------------------------------------------------------------------------- */

static bool is_party_of(wc_chain *chain, const wc_address *instance, const wc_address *party)
{
    wc_state_key key = wc_key_instance(instance);
    wc_slice value;
    wc_instance_entry entry;
    if (wc_chain_get(chain, &key, &value) != WC_OK) return false;
    if (wc_instance_decode(&entry, value) != WC_OK) return false;
    for (uint8_t i = 0; i < entry.party_count; i++) {
        wc_address member = wc_instance_party(&entry, i);
        if (wc_address_equal(&member, party)) return true;
    }
    return false;
}

wc_api_error wc_access_may(const wc_identity *identity, wc_api_access needed,
                           const wc_api_value *args, wc_chain *chain)
{
    bool may = false;
    if (needed == WC_API_OPEN || identity->kind == WC_IDENTITY_TRUSTED) return WC_API_OK;
    if (identity->kind == WC_IDENTITY_NOBODY) return WC_API_UNAUTHORIZED;
    if (needed == WC_API_ANY || identity->kind == WC_IDENTITY_AUDITOR) return WC_API_OK;
    bool is_party = identity->kind == WC_IDENTITY_PARTY;
    if (needed == WC_API_PARTY && is_party) {
        may = wc_address_equal(&args[0].hash, &identity->party);
    }
    if (needed == WC_API_PARTIES && is_party) {
        may = is_party_of(chain, &args[0].hash, &identity->party);
    }
    return may ? WC_API_OK : WC_API_FORBIDDEN;
}
