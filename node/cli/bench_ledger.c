/* bench ledger: the ledger's path from end to end, each figure beside a limit of the same run.
 *
 *   contract   signed readings of power purchase agreements: decode, verify, execute in the VM,
 *              root, synced write, SEAL; beside verifying the same signatures alone
 *   growth     the same over more and more accounts, and where the time goes
 *   root       the state tree alone, a million keys
 *   commit     batch, storage and SEAL beside the storage alone with the same bytes
 *   replay     the same blocks once more, into another chain
 *   snapshot   export and verified restore of a million entries, with --full of ten million
 *
 * CPU time of the whole process, threads of the storage included; rounds in turn with their limit,
 * the best of five. Nothing of this is ever part of a test. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "node/chain/inside.h"
#include "node/cli/bench_people.h"
#include "node/ledger/sort.h"
#include "node/snapshot/snapshot.h"

#define ROUNDS         5u
#define IN_BLOCK       2000u
#define ROOT_KEYS      1000000u
#define ROOT_BATCH     10000u
#define ROOT_ROUNDS    40u
#define ACCOUNTS_SHORT 500000u  /* of a snapshot: two entries each; */
#define ACCOUNTS_FULL  5000000u /* its limit goes with their number */
#define IDLE_LOAD      0.5      /* of the minute before: what two cores over one is judged at */

/* Best of the rounds; nanoseconds for a transaction. */
typedef struct figures {
    double cpu, wall, bound_cpu, bound_wall;
    double verify, execute, root, write; /* of the best round */
} figures;

typedef struct bench {
    const wc_cli *cli;
    wc_bench_people people;
    char place[4096]; /* a folder of its own, emptied at the end */
    wc_bench_tx txs[WC_BENCH_SENDERS];
    wc_slice raws[WC_BENCH_SENDERS];
    wc_public_key keys[WC_BENCH_SENDERS];
    uint8_t (*memory)[WC_BENCH_TX_BYTES]; /* owned; of txs */
    uint64_t nonce;
    uint32_t quarter; /* the next that has no reading */
    int64_t time_s;   /* of the newest block */
} bench;

static int64_t wall_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void keep_least(double *best, double value)
{
    if (*best == 0 || value < *best) *best = value;
}

static wc_exit fail(const bench *b, wc_status status, const char *what)
{
    return wc_cli_fail(b->cli, WC_EXIT_FAILS, "%s: %s", what, wc_status_text(status));
}

static int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
    (void)about;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void remove_tree(const char *folder)
{
    (void)nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- contract transactions ------------------------------------------------------------------- */

static void begin_population(bench *b)
{
    b->nonce = 0;
    b->quarter = 0;
    b->time_s = b->people.day_s + 900 * (int64_t)WC_BENCH_QUARTERS;
}

static wc_status sign_round(bench *b, uint32_t calls)
{
    for (uint32_t i = 0; i < WC_BENCH_SENDERS; i++) {
        b->txs[i] = (wc_bench_tx){.sender = i,
                                  .quarter = b->quarter,
                                  .calls = calls,
                                  .nonce = b->nonce,
                                  .memory = b->memory[i]};
        WC_TRY(wc_bench_people_sign(&b->people, &b->txs[i]));
        b->raws[i] = b->txs[i].raw;
    }
    b->nonce++;
    b->quarter += calls;
    return WC_OK;
}

static wc_status seal_round(bench *b, wc_chain *chain)
{
    for (uint32_t first = 0; first < WC_BENCH_SENDERS; first += IN_BLOCK) {
        const wc_sealed *sealed;
        WC_TRY(wc_chain_seal(chain, ++b->time_s, b->raws + first, IN_BLOCK, &sealed));
        for (uint32_t i = 0; i < sealed->applied.receipt_count; i++) {
            uint16_t found = sealed->applied.receipts[i].receipt.status;
            if (found == WC_RECEIPT_OK) continue;
            const wc_refusal_entry *entry = wc_refusal_find(found);
            fprintf(stderr, "wattclause bench: receipt %u has status %u%s%.*s\n", i, found,
                    entry == NULL ? "" : " ", entry == NULL ? 0 : (int)entry->name.len,
                    entry == NULL ? "" : entry->name.data);
            return WC_DIFFERS;
        }
        if (sealed->applied.receipt_count != IN_BLOCK) return WC_DIFFERS;
    }
    return WC_OK;
}

static wc_status verify_round(const bench *b)
{
    bool is_good = true;
    for (uint32_t i = 0; i < WC_BENCH_SENDERS; i++) {
        uint8_t message[WC_SIGNED_MESSAGE_SIZE];
        wc_tx_signed_message(message, &b->txs[i].tx_id, 0, 0, WC_SCHEME_ED25519);
        is_good =
            wc_verify(&b->keys[i], &b->txs[i].signature, wc_slice_of(message, sizeof message)) &&
            is_good;
    }
    return is_good ? WC_OK : WC_BAD_SIGNATURE;
}

/* One round of both; figures take what is best. */
static wc_status run_round(bench *b, wc_chain *chain, uint32_t calls, figures *f)
{
    WC_TRY(sign_round(b, calls));
    wc_chain_stages before = *wc_chain_stages_of(chain);
    int64_t cpu = wc_bench_cpu_ns(), wall = wall_ns();
    WC_TRY(seal_round(b, chain));
    double spent = (double)(wc_bench_cpu_ns() - cpu) / WC_BENCH_SENDERS;
    keep_least(&f->wall, (double)(wall_ns() - wall) / WC_BENCH_SENDERS);
    if (f->cpu == 0 || spent < f->cpu) {
        const wc_chain_stages *now = wc_chain_stages_of(chain);
        f->cpu = spent;
        f->verify = (double)(now->verify - before.verify) / WC_BENCH_SENDERS;
        f->root = (double)(now->root - before.root) / WC_BENCH_SENDERS;
        f->write = (double)(now->write - before.write) / WC_BENCH_SENDERS;
        f->execute = (double)(now->apply - before.apply) / WC_BENCH_SENDERS - f->verify - f->root;
    }
    cpu = wc_bench_cpu_ns();
    wall = wall_ns();
    WC_TRY(verify_round(b));
    keep_least(&f->bound_cpu, (double)(wc_bench_cpu_ns() - cpu) / WC_BENCH_SENDERS);
    keep_least(&f->bound_wall, (double)(wall_ns() - wall) / WC_BENCH_SENDERS);
    return WC_OK;
}

static wc_status run_rounds(bench *b, wc_chain *chain, uint32_t calls, figures *f)
{
    *f = (figures){0};
    for (uint32_t i = 0; i < ROUNDS; i++) WC_TRY(run_round(b, chain, calls, f));
    return WC_OK;
}

static void print_contract(const bench *b, const char *name, const figures *f)
{
    char row[64];
    (void)snprintf(row, sizeof row, "ledger.contract.%s", name);
    wc_bench_row(b->cli, row, 1e9 / f->cpu, "tx/cpu-s", 1e9 / f->bound_cpu);
    (void)snprintf(row, sizeof row, "ledger.contract.%s.wall", name);
    wc_bench_row(b->cli, row, 1e9 / f->wall, "tx/s", 1e9 / f->bound_wall);
}

static void print_stages(const bench *b, const char *name, const figures *f)
{
    const struct {
        const char *stage;
        double ns;
    } stages[] = {
        {"verify", f->verify}, {"execute", f->execute}, {"root", f->root}, {"write", f->write}};

    for (size_t i = 0; i < WC_ARRAY_LEN(stages); i++) {
        char row[64];
        (void)snprintf(row, sizeof row, "ledger.growth.%s.%s", name, stages[i].stage);
        wc_bench_row(b->cli, row, stages[i].ns / 1000, "us/tx", f->cpu / 1000);
    }
}

/* ---- replay ---------------------------------------------------------------------------------- */

/* The blocks of one chain applied to another of the same base: CPU nanoseconds for a transaction,
 * best of the rounds. */
static wc_status replay(wc_chain *from, wc_chain *to, double *ns)
{
    while (wc_chain_head(to)->seq < wc_chain_head(from)->seq) {
        int64_t start = wc_bench_cpu_ns();
        for (uint32_t count = 0; count < WC_BENCH_SENDERS; count += IN_BLOCK) {
            const wc_chain_block *block;
            const wc_sealed *sealed;
            WC_TRY(wc_chain_read_block(from, wc_chain_head(to)->seq + 1, &block));
            WC_TRY(wc_chain_seal_input(to, &block->input, &sealed));
            if (!wc_hash_equal(&sealed->head.record_hash, &block->record.hash)) return WC_DIFFERS;
        }
        keep_least(ns, (double)(wc_bench_cpu_ns() - start) / WC_BENCH_SENDERS);
    }
    return WC_OK;
}

static wc_exit run_replay(bench *b, wc_chain *live, uint64_t accounts, const figures *f)
{
    wc_chain *again;
    double ns = 0;
    wc_exit code = wc_bench_people_open(&b->people, &again, NULL, accounts, 1);
    if (code != WC_EXIT_DONE) return code;
    wc_status status = replay(live, again, &ns);
    wc_chain_close(again);
    if (status != WC_OK) return fail(b, status, "replay");
    wc_bench_row(b->cli, "ledger.replay", 1e9 / ns, "tx/cpu-s", 1e9 / f->cpu);
    return WC_EXIT_DONE;
}

/* ---- commit ---------------------------------------------------------------------------------- */

static void copy_family(const wc_store *from, wc_batch *batch, wc_cf cf, const uint8_t *prefix,
                        size_t len)
{
    wc_slice key, value;
    wc_snapshot *at = wc_store_snapshot(from);
    wc_store_iter iter = wc_store_iter_prefix(from, at, cf, wc_slice_of(prefix, len));
    while (wc_store_iter_next(&iter, &key, &value)) wc_batch_put(batch, cf, key, value);
    wc_store_iter_close(&iter);
    wc_store_release(from, at);
}

/* The newest value of the next key in a part of the undo. */
static void put_state(const wc_store *from, wc_batch *batch, wc_reader *part)
{
    wc_slice name, old;
    wc_pin pin;
    bool had;
    wc_assert(wc_chain_undo_read(part, &name, &had, &old) == WC_OK);
    if (!wc_store_pin(from, NULL, WC_CF_STATE, name, &pin)) return;
    wc_batch_put(batch, WC_CF_STATE, name, pin.value);
    wc_store_unpin(from, &pin);
}

/* What the block of this record wrote, undo left out: found in the store itself. */
static void gather(const wc_store *from, wc_batch *batch, uint64_t seq)
{
    uint8_t prefix[9];
    wc_slice key, value;
    wc_batch_clear(batch);
    wc_store_u64(prefix, seq);
    wc_snapshot *at = wc_store_snapshot(from);
    wc_store_iter iter = wc_store_iter_prefix(from, at, WC_CF_UNDO, wc_slice_of(prefix, 8));
    while (wc_store_iter_next(&iter, &key, &value)) {
        wc_reader part = wc_reader_of(value);
        while (wc_reader_left(&part) > 0) put_state(from, batch, &part);
    }
    wc_store_iter_close(&iter);
    wc_store_release(from, at);
    for (const char *kind = "rbpe"; *kind != '\0'; kind++) {
        prefix[0] = (uint8_t)*kind;
        wc_store_u64(prefix + 1, seq);
        copy_family(from, batch, WC_CF_CHAIN, prefix, sizeof prefix);
    }
    copy_family(from, batch, WC_CF_META, (const uint8_t *)"head", 4);
}

/* CPU nanoseconds for a transaction of the same bytes in one synced batch, best of the blocks. */
static wc_status write_alone(bench *b, wc_chain *chain, uint64_t blocks, double *ns)
{
    char folder[4200];
    wc_store store;
    wc_store_report report;
    wc_store_options options = {.create = true};
    uint64_t head = wc_chain_head(chain)->seq;
    (void)snprintf(folder, sizeof folder, "%s/alone", b->place);
    wc_batch *batch = wc_batch_create(WC_STORE_BATCH_MAX);
    if (batch == NULL) return WC_NO_MEMORY;
    wc_status status = wc_store_open(&store, &report, folder, &options);
    for (uint64_t seq = head - blocks + 1; status == WC_OK && seq <= head; seq++) {
        gather(wc_chain_store(chain), batch, seq);
        int64_t start = wc_bench_cpu_ns();
        status = wc_store_commit(&store, batch);
        keep_least(ns, (double)(wc_bench_cpu_ns() - start) / IN_BLOCK);
    }
    if (status == WC_OK) wc_store_close(&store);
    wc_batch_destroy(batch);
    remove_tree(folder);
    return status;
}

/* ---- the tree alone -------------------------------------------------------------------------- */

typedef struct root_bench {
    wc_tree tree;
    uint64_t seq;
    wc_tree_change batch[ROOT_BATCH], sorted[ROOT_BATCH];
    wc_sort_item items[ROOT_BATCH], scratch[ROOT_BATCH];
} root_bench;

static wc_hash hash_of(uint32_t i, uint32_t round)
{
    uint8_t bytes[8];
    wc_store_u32(bytes, i);
    wc_store_u32(bytes + 4, round);
    return wc_sha256_one(wc_slice_of(bytes, sizeof bytes));
}

static wc_status apply_batch(root_bench *r)
{
    size_t kept = 0;
    wc_hash root;
    for (uint32_t i = 0; i < ROOT_BATCH; i++) {
        r->items[i] = (wc_sort_item){wc_load_u64(r->batch[i].k.bytes), i};
    }
    const wc_sort_keys keys = {&r->batch[0].k, sizeof r->batch[0]};
    wc_sort_by_hash(r->items, r->scratch, ROOT_BATCH, keys);
    for (uint32_t i = 0; i < ROOT_BATCH; i++) {
        const wc_tree_change *change = &r->batch[r->items[i].index];
        if (kept > 0 && wc_hash_equal(&r->sorted[kept - 1].k, &change->k)) continue;
        r->sorted[kept++] = *change;
    }
    return wc_tree_update(&r->tree, &root, ++r->seq, r->sorted, kept);
}

static wc_status measure_root(root_bench *r, double *ns)
{
    for (uint32_t first = 0; first < ROOT_KEYS; first += ROOT_BATCH) {
        for (uint32_t i = 0; i < ROOT_BATCH; i++) {
            r->batch[i] = (wc_tree_change){hash_of(first + i, 0), hash_of(first + i, 1)};
        }
        WC_TRY(apply_batch(r));
    }
    uint32_t state = 12345;
    for (uint32_t round = 0; round < ROOT_ROUNDS; round++) {
        for (uint32_t i = 0; i < ROOT_BATCH; i++) {
            state = state * 1664525u + 1013904223u;
            uint32_t key = (uint32_t)((uint64_t)state * ROOT_KEYS >> 32);
            r->batch[i] = (wc_tree_change){hash_of(key, 0), hash_of(key, round + 2)};
        }
        int64_t start = wc_bench_cpu_ns();
        WC_TRY(apply_batch(r));
        keep_least(ns, (double)(wc_bench_cpu_ns() - start) / ROOT_BATCH);
    }
    return WC_OK;
}

static wc_exit run_root(bench *b)
{
    size_t size = wc_tree_memory(ROOT_KEYS, ROOT_BATCH);
    root_bench *r = calloc(1, sizeof *r);
    void *memory = wc_pages_take(size); /* as a chain takes it */
    double ns = 0;
    wc_status status = r == NULL || memory == NULL ? WC_NO_MEMORY : WC_OK;
    if (memory != NULL) wc_pages_enlarge(memory);
    if (status == WC_OK) status = wc_tree_init(&r->tree, memory, size);
    if (status == WC_OK) status = measure_root(r, &ns);
    wc_pages_give(memory);
    free(r);
    if (status != WC_OK) return fail(b, status, "state tree");
    wc_bench_row(b->cli, "ledger.root.1m", ns / 1000, "us/key", 2.0);
    return WC_EXIT_DONE;
}

/* ---- two cores ------------------------------------------------------------------------------- */

static wc_exit run_two(bench *b, uint64_t accounts, const figures *one)
{
    wc_chain *chain;
    figures two;
    double load = 0;
    wc_exit code = wc_bench_people_open(&b->people, &chain, NULL, accounts, 2);
    if (code != WC_EXIT_DONE) return code;
    begin_population(b);
    wc_status status = run_rounds(b, chain, 1, &two);
    wc_chain_close(chain);
    if (status != WC_OK) return fail(b, status, "two cores");
    bool is_idle = getloadavg(&load, 1) == 1 && load < 1 + IDLE_LOAD;
    wc_bench_row(b->cli, is_idle ? "ledger.two_cores" : "ledger.two_cores.not_judged",
                 one->wall / two.wall, "x", 1.5);
    if (!is_idle && !b->cli->json) {
        printf("  (two cores over one is not judged: the load of the last minute is %.1f)\n", load);
    }
    return WC_EXIT_DONE;
}

/* ---- populations ----------------------------------------------------------------------------- */

static wc_exit more_of_100k(bench *b, wc_chain *chain, uint64_t accounts, const figures *one)
{
    figures four;
    wc_exit code = run_replay(b, chain, accounts, one); /* of the rounds so far */
    if (code != WC_EXIT_DONE) return code;
    wc_status status = run_rounds(b, chain, WC_BENCH_CALLS, &four);
    if (status != WC_OK) return fail(b, status, "four calls");
    print_contract(b, "100k.calls4", &four);
    return WC_EXIT_DONE;
}

static wc_exit run_population(bench *b, uint64_t accounts, const char *name)
{
    char folder[4200];
    wc_chain *chain;
    figures f;
    (void)snprintf(folder, sizeof folder, "%s/%s", b->place, name);
    wc_exit code = wc_bench_people_open(&b->people, &chain, folder, accounts, 1);
    if (code != WC_EXIT_DONE) return code;
    begin_population(b);
    wc_status status = run_rounds(b, chain, 1, &f);
    if (status == WC_OK) {
        double alone = 0;
        print_contract(b, name, &f);
        print_stages(b, name, &f);
        status = write_alone(b, chain, ROUNDS * (WC_BENCH_SENDERS / IN_BLOCK), &alone);
        char row[64];
        (void)snprintf(row, sizeof row, "ledger.commit.%s", name);
        wc_bench_row(b->cli, row, 1e9 / f.write, "tx/cpu-s", 1e9 / alone);
    }
    if (status != WC_OK) code = fail(b, status, name);
    if (code == WC_EXIT_DONE && accounts == 100000) code = more_of_100k(b, chain, accounts, &f);
    wc_chain_close(chain);
    remove_tree(folder);
    if (code == WC_EXIT_DONE && accounts == 100000) code = run_two(b, accounts, &f);
    return code;
}

/* ---- snapshot -------------------------------------------------------------------------------- */

typedef struct cost {
    int64_t cpu, wall; /* ns; beginnings while it runs */
} cost;

static cost cost_begin(void)
{
    return (cost){wc_bench_cpu_ns(), wall_ns()};
}

static void cost_end(cost *c)
{
    *c = (cost){wc_bench_cpu_ns() - c->cpu, wall_ns() - c->wall};
}

static wc_status restore(bench *b, const char *shot, cost *spent)
{
    char folder[4200];
    wc_snap *snap;
    wc_chain *chain;
    wc_chain_report report;
    wc_store_problem problem;
    wc_snap_trust trust = {.takes_any = true};
    (void)snprintf(folder, sizeof folder, "%s/restored", b->place);
    *spent = cost_begin();
    WC_TRY(wc_snap_open(&snap, &problem, shot, &trust));
    wc_chain_options options = {.folder = folder, .threads = 1};
    wc_status status = wc_snap_restore(&chain, &report, snap, &options, b->place);
    cost_end(spent);
    wc_snap_close(snap);
    if (status == WC_OK) wc_chain_close(chain);
    remove_tree(folder);
    return status;
}

static void print_snapshot(const bench *b, const wc_snap_info *info, const cost *making,
                           const cost *restoring)
{
    double share = (double)info->leaf_count / 1e7;
    wc_bench_row(b->cli, "ledger.snapshot.entries", (double)info->leaf_count, "", 0);
    wc_bench_row(b->cli, "ledger.snapshot.size", (double)info->bytes / 1048576, "MiB", 0);
    wc_bench_row(b->cli, "ledger.snapshot.export", (double)making->cpu * 1e-9, "cpu-s", 0);
    wc_bench_row(b->cli, "ledger.snapshot.restore", (double)restoring->cpu * 1e-9, "cpu-s", 0);
    wc_bench_row(b->cli, "ledger.snapshot.cpu", (double)(making->cpu + restoring->cpu) * 1e-9,
                 "cpu-s", 120 * share);
    wc_bench_row(b->cli, "ledger.snapshot.wall", (double)(making->wall + restoring->wall) * 1e-9,
                 "s", 120 * share);
}

static wc_exit run_snapshot(bench *b, uint64_t accounts)
{
    char folder[4200], shot[4200];
    wc_chain *chain;
    wc_snap_info info;
    wc_store_problem problem;
    cost restoring = {0, 0};
    (void)snprintf(folder, sizeof folder, "%s/large", b->place);
    (void)snprintf(shot, sizeof shot, "%s/shot", b->place);
    wc_exit code = wc_bench_people_open(&b->people, &chain, folder, accounts, 1);
    if (code != WC_EXIT_DONE) return code;
    cost making = cost_begin();
    wc_status status = wc_snap_make(&info, &problem, chain, shot, NULL);
    cost_end(&making);
    wc_chain_close(chain);
    remove_tree(folder);
    if (status == WC_OK) status = restore(b, shot, &restoring);
    remove_tree(shot);
    if (status != WC_OK) return fail(b, status, "snapshot");
    print_snapshot(b, &info, &making, &restoring);
    return WC_EXIT_DONE;
}

/* ---- the verb -------------------------------------------------------------------------------- */

static const struct {
    uint64_t accounts;
    const char *name;
    bool is_full;
} populations[] = {{10000, "10k", false},
                   {100000, "100k", false},
                   {1000000, "1m", false},
                   {10000000, "10m", true}};

static bool is_part(const char *name)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(populations); i++) {
        if (strcmp(name, populations[i].name) == 0) return true;
    }
    return strcmp(name, "root") == 0 || strcmp(name, "snapshot") == 0;
}

static wc_exit run_all(bench *b, bool is_full, const char *only)
{
    wc_exit code = WC_EXIT_DONE;
    wc_bench_head(b->cli, "signed readings of power purchase agreements, blocks of 2000, on disk; "
                          "CPU time, best of five");
    for (size_t i = 0; i < WC_ARRAY_LEN(populations) && code == WC_EXIT_DONE; i++) {
        bool is_wanted = only == NULL ? is_full || !populations[i].is_full
                                      : strcmp(only, populations[i].name) == 0;
        if (is_wanted) code = run_population(b, populations[i].accounts, populations[i].name);
    }
    if (code == WC_EXIT_DONE && (only == NULL || strcmp(only, "root") == 0)) code = run_root(b);
    bool is_snapshot = only == NULL || strcmp(only, "snapshot") == 0;
    if (code == WC_EXIT_DONE && is_snapshot) {
        code = run_snapshot(b, is_full ? ACCOUNTS_FULL : ACCOUNTS_SHORT);
    }
    return code;
}

wc_exit wc_bench_ledger(const wc_cli *cli)
{
    const char *where = getenv("TMPDIR"), *only = cli->argc > 1 ? cli->argv[1] : NULL;
    if (cli->argc > 2 || (only != NULL && !is_part(only))) {
        return wc_cli_fail(cli, WC_EXIT_USAGE,
                           "`ledger` takes one of 10k, 100k, 1m, 10m, root, snapshot");
    }
    bench *b = calloc(1, sizeof *b);
    uint8_t(*memory)[WC_BENCH_TX_BYTES] = calloc(WC_BENCH_SENDERS, WC_BENCH_TX_BYTES);
    if (b == NULL || memory == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    b->cli = cli;
    b->memory = memory;
    (void)snprintf(b->place, sizeof b->place, "%.4000s/wattclause-bench-XXXXXX",
                   where != NULL && where[0] != '\0' ? where : "/tmp");
    if (mkdtemp(b->place) == NULL) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s cannot be made", b->place);
    }
    for (uint32_t i = 0; i < WC_BENCH_SENDERS; i++) {
        b->keys[i] = wc_bench_people_key(i).public_key;
    }
    wc_exit code = wc_bench_people_make(&b->people, cli);
    bool is_full = wc_cli_option_of(cli, "full") != NULL;
    if (code == WC_EXIT_DONE) code = run_all(b, is_full, only);
    remove_tree(b->place);
    free(memory);
    free(b);
    return code;
}
