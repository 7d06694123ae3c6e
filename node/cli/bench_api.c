/* bench api: how long a transaction takes to be sealed, asked over the network of a real node on
 * loopback, while nothing else happens and while 256 connections send 2,000 requests a second.
 *
 *   idle     one client submits deposits, one after the other
 *   loaded   the same, while 256 keep-alive connections read status, balances, records and events,
 * and one in sixteen sends nonsense; requests leave by the clock, whether answers came or not limit
 * p99 of loaded is at most the larger of twice the idle one and the idle one and 20 ms
 *
 * Node, clients and load share one process and this machine. Numbers of this verb are never part of
 * a test; the verdict is printed beside them, and a miss is exit code 1. */
#include <arpa/inet.h>
#include <ftw.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "node/api/server.h"
#include "node/cli/bench.h"
#include "node/crypto/crypto.h"
#include "node/ledger/natives.h"
#include "node/ledger/tx_draft.h"
#include "node/service/init.h"
#include "node/service/log.h"
#include "node/service/metrics.h"
#include "vm/base/text.h"

#define CONNECTIONS 256u
#define RATE        2000u /* requests a second, all connections together */
#define COMMITS     1500u /* of each phase; so p99 has 15 above it */
#define WARM_UP     100u
#define CHAIN       "test-bench"
#define NS_PER_S    INT64_C(1000000000)
#define ANSWER_MAX  65536u
#define DRAFT_BYTES ((size_t)1 << 20)

typedef struct api_bench {
    const wc_cli *cli;
    char folder[64];
    wc_config config;
    wc_keypair people[2]; /* of the bank */
    wc_address bank;
    wc_node *node;
    wc_api *api;
    uint64_t nonce;
    uint8_t *memory; /* of a draft */
    atomic_bool is_over;
    atomic_ullong sent, answered, dropped;
} api_bench;

/* ---- clients --------------------------------------------------------------------------------- */

static int open_connection(const api_bench *bench)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(wc_api_port(bench->api))};
    (void)inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file >= 0 && connect(file, (const struct sockaddr *)&address, sizeof address) == 0) {
        return file;
    }
    if (file >= 0) (void)close(file);
    return -1;
}

/* Bytes of one whole answer at the front of text, or 0. */
static size_t whole_answer(const char *text, size_t len)
{
    const char *end = memmem(text, len, "\r\n\r\n", 4);
    const char *length = end != NULL ? memmem(text, len, "Content-Length: ", 16) : NULL;
    if (length == NULL || length > end) return 0;
    size_t total = (size_t)(end - text) + 4 + (size_t)strtoull(length + 16, NULL, 10);
    return len >= total ? total : 0;
}

/* ---- transactions ---------------------------------------------------------------------------- */

static void put_deposit(wc_buf *args, const api_bench *bench)
{
    char entry[32];
    int len = snprintf(entry, sizeof entry, "%llu", (unsigned long long)bench->nonce);
    wc_buf_put_u32(args, 2);
    wc_buf_put(args, bench->bank.bytes, WC_ADDRESS_SIZE);
    wc_buf_put_i64(args, 1);
    wc_buf_put_str8(args, wc_slice_of("bench", 5));
    wc_buf_put_str8(args, wc_slice_of(entry, (size_t)len));
    wc_buf_put_u32(args, 20000);
}

/* A request with the next deposit; its length, 0: it could not be made. */
static size_t make_submission(api_bench *bench, char *request, size_t size)
{
    static uint8_t args_bytes[256], raw[4096], text[8192];
    wc_arena arena;
    wc_tx_draft draft;
    wc_tx_fault fault;
    wc_buf args, encoded, base64;
    uint8_t signer, call;
    wc_hash target = wc_native_target();
    wc_arena_init(&arena, bench->memory, DRAFT_BYTES);
    wc_buf_init(&args, args_bytes, sizeof args_bytes);
    put_deposit(&args, bench);
    bool is_good =
        wc_tx_draft_begin(&draft, &arena, wc_slice_of(CHAIN, strlen(CHAIN)),
                          &bench->node->genesis_hash) == WC_OK &&
        wc_tx_draft_signer(&draft, &signer, &bench->bank, 0) == WC_OK &&
        wc_tx_draft_call(&draft, &call, WC_CALL_NATIVE, &target, WC_NATIVE_deposit, 1) == WC_OK &&
        wc_tx_draft_args(&draft, call, wc_buf_slice(&args)) == WC_OK;
    draft.tx.nonce = bench->nonce++;
    draft.tx.expiry_time_s = (int64_t)time(NULL) + 3600;
    draft.tx.gas_limit = 1000000;
    wc_buf_init(&encoded, raw, sizeof raw);
    is_good = is_good && wc_tx_draft_close(&draft, &fault) == WC_OK &&
              wc_tx_draft_sign(&draft, 0, 0, &bench->people[0]) == WC_OK &&
              wc_tx_draft_sign(&draft, 0, 1, &bench->people[1]) == WC_OK &&
              wc_tx_draft_encode(&draft, &encoded, &fault) == WC_OK;
    if (!is_good) return 0;
    wc_buf_init(&base64, text, sizeof text);
    wc_base64_encode(&base64, wc_buf_slice(&encoded));
    int len = snprintf(request, size,
                       "POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                       "application/json\r\nContent-Length: %zu\r\n\r\n{\"tx\":\"%.*s\"}",
                       base64.len + 9, (int)base64.len, text);
    return len > 0 && (size_t)len < size ? (size_t)len : 0;
}

/* Nanoseconds until the answer SEALED; -1: something else came. */
static int64_t submit(api_bench *bench, int file)
{
    static char request[16384], answer[ANSWER_MAX];
    size_t size = make_submission(bench, request, sizeof request), got = 0;
    int64_t start_ns = wc_now_ns();
    if (size == 0 || send(file, request, size, MSG_NOSIGNAL) != (ssize_t)size) return -1;
    while (whole_answer(answer, got) == 0) {
        ssize_t piece = recv(file, answer + got, sizeof answer - got, 0);
        if (piece <= 0) return -1;
        got += (size_t)piece;
    }
    int64_t passed_ns = wc_now_ns() - start_ns;
    return memmem(answer, got, "SEALED", 6) != NULL ? passed_ns : -1;
}

static int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

typedef struct phase {
    double p50_ms, p99_ms;
} phase;

static bool run_phase(api_bench *bench, phase *result)
{
    static int64_t times[COMMITS];
    int file = open_connection(bench);
    bool is_good = file >= 0;
    for (uint32_t i = 0; is_good && i < COMMITS + WARM_UP; i++) {
        int64_t passed_ns = submit(bench, file);
        is_good = passed_ns >= 0;
        if (i >= WARM_UP) times[i - WARM_UP] = passed_ns;
    }
    if (file >= 0) (void)close(file);
    if (!is_good) return false;
    qsort(times, COMMITS, sizeof times[0], compare_times);
    *result = (phase){(double)times[COMMITS / 2] / 1e6, (double)times[COMMITS * 99 / 100] / 1e6};
    return true;
}

/* ---- load ------------------------------------------------------------------------------------ */

typedef struct loader {
    struct pollfd files[CONNECTIONS];
    size_t got[CONNECTIONS];
    bool is_busy[CONNECTIONS];
    char answers[CONNECTIONS][4096];
    size_t skip[CONNECTIONS]; /* bytes of an answer's body that are still to come */
} loader;

/* What a client of this number asks next. */
static int put_request(const api_bench *bench, uint64_t number, char *request, size_t size)
{
    char bank[WC_ADDRESS_TEXT_LEN + 1];
    wc_address_text(bank, &bench->bank);
    if (number % 16 == 15) {
        return snprintf(
            request, size,
            "POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: 20\r\n\r\n[[[[[[[[[[[[[[[[[[[[");
    }
    static const char *const paths[] = {"/v1/status", "/v1/accounts/%s/balances",
                                        "/v1/records?limit=2", "/v1/events?limit=2"};
    char path[128];
    if (number % 4 == 1) {
        (void)snprintf(path, sizeof path, "/v1/accounts/%s/balances", bank);
    } else {
        (void)snprintf(path, sizeof path, "%s", paths[number % 4]);
    }
    return snprintf(request, size, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
}

static void take_answer(api_bench *bench, loader *load, size_t i)
{
    char *text = load->answers[i];
    size_t room = sizeof load->answers[i];
    ssize_t piece = recv(load->files[i].fd, text + load->got[i], room - load->got[i], MSG_DONTWAIT);
    if (piece <= 0) return;
    size_t len = load->got[i] + (size_t)piece;
    if (load->skip[i] == 0) { /* the head has not been read yet */
        const char *end = memmem(text, len, "\r\n\r\n", 4);
        const char *length = end != NULL ? memmem(text, len, "Content-Length: ", 16) : NULL;
        load->got[i] = len;
        if (length == NULL) return;
        size_t total = (size_t)(end - text) + 4 + (size_t)strtoull(length + 16, NULL, 10);
        load->skip[i] = total - len;
    } else {
        load->skip[i] -= (size_t)piece;
    }
    load->got[i] = 0;
    if (load->skip[i] > 0) return;
    load->is_busy[i] = false;
    (void)atomic_fetch_add(&bench->answered, 1);
}

/* The connection whose turn it is asks, unless it waits for an answer still. */
static void send_next(api_bench *bench, loader *load, uint64_t number)
{
    char request[512];
    size_t i = number % CONNECTIONS;
    if (load->is_busy[i]) {
        (void)atomic_fetch_add(&bench->dropped, 1);
        return;
    }
    int len = put_request(bench, number, request, sizeof request);
    if (send(load->files[i].fd, request, (size_t)len, MSG_NOSIGNAL) != len) return;
    load->is_busy[i] = true;
    (void)atomic_fetch_add(&bench->sent, 1);
}

static void *run_load(void *self)
{
    api_bench *bench = self;
    loader *load = calloc(1, sizeof *load);
    if (load == NULL) return NULL;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        load->files[i] = (struct pollfd){.fd = open_connection(bench), .events = POLLIN};
    }
    int64_t start_ns = wc_now_ns();
    uint64_t number = 0;
    while (!atomic_load(&bench->is_over)) { /* ends with the phase */
        int64_t due = (wc_now_ns() - start_ns) / (NS_PER_S / RATE);
        while (number < (uint64_t)due) send_next(bench, load, number++);
        if (poll(load->files, CONNECTIONS, 1) <= 0) continue;
        for (size_t i = 0; i < CONNECTIONS; i++) {
            if (load->files[i].revents != 0) take_answer(bench, load, i);
        }
    }
    for (size_t i = 0; i < CONNECTIONS; i++) {
        if (load->files[i].fd >= 0) (void)close(load->files[i].fd);
    }
    free(load);
    return NULL;
}

/* ---- the node -------------------------------------------------------------------------------- */

static void make_keys(api_bench *bench)
{
    for (uint8_t i = 0; i < 2; i++) {
        wc_seed seed;
        wc_random_bytes(seed.bytes, sizeof seed.bytes);
        wc_keypair_of_seed(&bench->people[i], &seed);
    }
    bench->bank =
        wc_address_genesis(wc_slice_of(CHAIN, strlen(CHAIN)), 0, bench->people[0].public_key.bytes);
}

static bool make_folder(api_bench *bench)
{
    static char text[2048];
    char keys[2][65];
    wc_init_result result;
    wc_ini_problem problem;
    struct tm date;
    time_t now = time(NULL) - 60;
    wc_passphrase passphrase = {"bench", 5};
    for (int i = 0; i < 2; i++) {
        wc_buf hex;
        wc_buf_init(&hex, keys[i], 64);
        wc_buf_put_hex(&hex, wc_slice_of(bench->people[i].public_key.bytes, WC_PUBLIC_KEY_SIZE));
        keys[i][64] = '\0';
    }
    (void)gmtime_r(&now, &date);
    int len = snprintf(text, sizeof text,
                       "[chain]\nid = " CHAIN "\ntime = %04d-%02d-%02dT%02d:%02d:%02dZ\n"
                       "[asset UNIT]\nnumber = 1\nissuer = bank\n"
                       "[asset CNY]\nnumber = 2\nscale = 2\nissuer = bank\n"
                       "[account bank]\nrole = SettlementBank\nkey = %s\nkey = %s\nthreshold = 2\n"
                       "[admin]\nthreshold = 1\nmember = bank\n[validator bank]\nkey = sequencer\n",
                       date.tm_year + 1900, date.tm_mon + 1, date.tm_mday, date.tm_hour,
                       date.tm_min, date.tm_sec, keys[0], keys[1]);
    wc_init_options options = {.folder = bench->folder,
                               .genesis = {text, (size_t)len},
                               .base = ".",
                               .passphrase = &passphrase};
    if (wc_node_init(&result, &problem, &options) == WC_OK) return true;
    fprintf(stderr, "wattclause bench: %s\n", problem.text);
    return false;
}

static bool start_node(api_bench *bench, wc_keypair *sequencer)
{
    wc_store_problem why = {""};
    wc_ini_problem problem;
    wc_passphrase passphrase = {"bench", 5};
    wc_config_init(&bench->config);
    (void)snprintf(bench->config.api_listen, sizeof bench->config.api_listen, "127.0.0.1:0");
    wc_log_setup("error", "logfmt");
    if (wc_node_read_key(sequencer, &why, bench->folder, &passphrase) != WC_OK) return false;
    wc_node_options options = {.folder = bench->folder,
                               .config = &bench->config,
                               .sequencer = sequencer,
                               .readers = wc_api_readers(&bench->config)};
    bool is_good = wc_node_open(&bench->node, &why, &options) == WC_OK &&
                   wc_api_start(&bench->api, &problem, bench->node) == WC_OK &&
                   wc_node_start(bench->node, &options) == WC_OK;
    if (is_good) wc_api_serve(bench->api);
    return is_good;
}

static void stop_node(api_bench *bench)
{
    if (bench->node != NULL) wc_node_stop(bench->node);
    wc_api_stop(bench->api);
    wc_node_close(bench->node);
}

/* ---- the verdict ----------------------------------------------------------------------------- */

static wc_exit judge(const api_bench *bench, const phase *idle, const phase *loaded, double seconds)
{
    double limit = 2 * idle->p99_ms > idle->p99_ms + 20 ? 2 * idle->p99_ms : idle->p99_ms + 20;
    double sent = (double)atomic_load(&bench->sent),
           answered = (double)atomic_load(&bench->answered);
    wc_bench_row(bench->cli, "api: commit p50, idle", idle->p50_ms, "ms", 0);
    wc_bench_row(bench->cli, "api: commit p99, idle", idle->p99_ms, "ms", 0);
    wc_bench_row(bench->cli, "api: commit p50, loaded", loaded->p50_ms, "ms", 0);
    wc_bench_row(bench->cli, "api: commit p99, loaded", loaded->p99_ms, "ms", limit);
    wc_bench_row(bench->cli, "api: requests beside it", sent / seconds, "1/s", RATE);
    wc_bench_row(bench->cli, "api: of them answered", answered / seconds, "1/s", sent / seconds);
    bool is_loaded = sent / seconds >= 0.95 * RATE;
    bool is_good = loaded->p99_ms <= limit;
    if (!bench->cli->json) {
        printf("%s\n", !is_loaded ? "not judged: the machine did not send 2,000 requests a second"
                       : is_good  ? "held: p99 under load is within the limit"
                                  : "MISSED: p99 under load exceeds the limit");
    }
    return is_good || !is_loaded ? WC_EXIT_DONE : WC_EXIT_FAILS;
}

static wc_exit measure(api_bench *bench)
{
    phase idle, loaded;
    pthread_t load;
    if (!run_phase(bench, &idle)) {
        return wc_cli_fail(bench->cli, WC_EXIT_BUG, "a deposit was not sealed");
    }
    if (pthread_create(&load, NULL, run_load, bench) != 0) return WC_EXIT_ENVIRONMENT;
    int64_t start_ns = wc_now_ns();
    bool is_good = run_phase(bench, &loaded);
    double seconds = (double)(wc_now_ns() - start_ns) / 1e9;
    atomic_store(&bench->is_over, true);
    (void)pthread_join(load, NULL);
    if (!is_good)
        return wc_cli_fail(bench->cli, WC_EXIT_BUG, "a deposit was not sealed under load");
    return judge(bench, &idle, &loaded, seconds);
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

/* Removes what the bench made; its folder has a name of its own. */
static void remove_folder(const char *folder)
{
    if (nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0) {
        fprintf(stderr, "wattclause bench: %s is left\n", folder);
    }
}

wc_exit wc_bench_api(const wc_cli *cli)
{
    static api_bench bench;
    wc_keypair sequencer;
    bench.cli = cli;
    bench.memory = malloc(DRAFT_BYTES);
    (void)snprintf(bench.folder, sizeof bench.folder, "/tmp/wattclause-bench-XXXXXX");
    if (bench.memory == NULL || mkdtemp(bench.folder) == NULL) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "/tmp: no folder can be made");
    }
    wc_bench_head(cli, "api: a node on loopback, one client that submits, 256 that read");
    make_keys(&bench);
    wc_exit code = WC_EXIT_ENVIRONMENT;
    if (make_folder(&bench) && start_node(&bench, &sequencer)) {
        code = measure(&bench);
    } else {
        (void)wc_cli_fail(cli, code, "the node does not start");
    }
    stop_node(&bench);
    wc_forget(&sequencer, sizeof sequencer);
    free(bench.memory);
    remove_folder(bench.folder);
    return code;
}
