/* bench transactions: signed contract transactions from end to end beside the bound that verifying
 * their signatures alone sets, measured in the same run on the same transactions.
 *
 *   sign     the clients' work: build, encode, sign           not counted
 *   admit    decode, keys, signatures, nonces                 one thread
 *   seal     execute, state tree, synced batch, SEAL          one thread
 *   bound    the same signatures again, nothing else          one thread
 *
 * Every transaction calls `register` of a demand response contract; eight accounts, each with a
 * contract of its own, in blocks of 500. Numbers of this verb are never part of a test. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "node/cli/bench.h"
#include "node/cli/compile.h"
#include "node/cli/demo_folder.h"
#include "node/cli/native.h"
#include "node/demo/demo.h"

#define TRANSACTIONS 8000u
#define IN_BLOCK     500u
#define ACCOUNTS     8u
#define TX_BYTES     1024u
#define START_S      INT64_C(1661990400) /* 2022-09-01 */

typedef struct bench {
    const wc_cli *cli;
    wc_arena *arena;
    wc_cli_objects native;
    wc_cast cast;
    wc_chain *chain;
    wc_client client;
    wc_shelf shelf;
    wc_address instances[ACCOUNTS];
    uint16_t method;
    wc_slice args;
    wc_slice txs[TRANSACTIONS];
    wc_hash ids[TRANSACTIONS];
    wc_signature signatures[TRANSACTIONS];
    double sign_s, admit_s, seal_s, bound_s;
} bench;

static double now_s(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* The accounts that trade: the rows of the demo without the grid company. */
static wc_actor_id account_of(uint32_t index)
{
    return (wc_actor_id)(WC_ACTOR_RETAILER + index);
}

/* ---- setting up
 * ----------------------------------------------------------------------------------
 */

static wc_exit compile_contract(bench *run)
{
    wc_arena *scratch = wc_cli_arena(WC_COMPILE_ARENA);
    wc_compilation *compilation = NULL;
    if (scratch == NULL) return wc_cli_fail(run->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    wc_shelf_init(&run->shelf);
    const wc_code *code = &run->shelf.codes[WC_CONTRACT_RESPONSE];
    wc_exit answer =
        wc_cli_compile_embedded(run->cli, wc_str_of(code->path), scratch, &compilation);
    if (answer != WC_EXIT_DONE) return answer;
    for (uint16_t i = 0; !compilation->has_failed && i < compilation->contract_count; i++) {
        if (!wc_str_equal(compilation->contracts[i].name, wc_str_of(code->name))) continue;
        wc_status status = wc_shelf_put(&run->shelf, WC_CONTRACT_RESPONSE,
                                        compilation->contracts[i].module, run->arena);
        if (status == WC_OK) return WC_EXIT_DONE;
    }
    return wc_cli_fail(run->cli, WC_EXIT_BUG, "%s does not compile", code->path);
}

static void create_instance(bench *run, uint32_t index)
{
    const wc_code *code = &run->shelf.codes[WC_CONTRACT_RESPONSE];
    wc_actor_id account = account_of(index);
    wc_pen terms;
    wc_pen_open(&terms, &run->client, code, code->module->terms_type, 256, "bench");
    wc_pen_interval(&terms, START_S + 86400, START_S + 2 * 86400);
    wc_pen_list(&terms, 0);
    wc_pen_number(&terms, WC_RATE_EVENT);
    wc_pen_number(&terms, WC_RATE_PENALTY);
    wc_pen_number(&terms, 1800);
    wc_slice encoded = wc_pen_close(&terms);
    wc_buf args = wc_client_buf(&run->client, 64 + encoded.len);
    wc_buf_put(&args, run->cast.actors[WC_ACTOR_GRID].address.bytes, WC_ADDRESS_SIZE);
    wc_buf_put(&args, run->cast.actors[account].address.bytes, WC_ADDRESS_SIZE);
    wc_buf_put_slice(&args, encoded);
    wc_letter letter;
    wc_letter_open(&letter, &run->client, WC_ACTOR_GRID, "bench");
    wc_letter_signer(&letter, account);
    wc_letter_gas(&letter, code->create_gas);
    wc_letter_call(&letter, WC_CALL_INSTANTIATE, &code->id, 0, wc_buf_slice(&args));
    (void)wc_letter_send(&letter, run->instances[index].bytes, WC_ADDRESS_SIZE);
}

static void write_args(bench *run, wc_arena *arena)
{
    const wc_code *code = &run->shelf.codes[WC_CONTRACT_RESPONSE];
    uint16_t type = 0;
    wc_pen pen;
    run->method = wc_code_action(code, "register", &type);
    wc_assert(run->method != WC_NONE);
    wc_pen_open(&pen, &run->client, code, type, 256, "bench");
    wc_pen_number(&pen, 4500);
    wc_pen_interval(&pen, START_S + 86400, START_S + 2 * 86400);
    wc_pen_number(&pen, 1000);
    wc_pen_number(&pen, START_S + 2 * 86400);
    wc_slice written = wc_pen_close(&pen);
    uint8_t *copy = wc_arena_alloc(arena, written.len + 1, 1);
    if (copy == NULL || written.len == 0) return;
    memcpy(copy, written.data, written.len);
    run->args = wc_slice_of(copy, written.len);
}

static void set_up(bench *run)
{
    wc_hash zero = {{0}};
    const wc_code *code = &run->shelf.codes[WC_CONTRACT_RESPONSE];
    wc_letter letter;
    wc_client_at(&run->client, START_S + 60);
    wc_letter_open(&letter, &run->client, WC_ACTOR_ADMIN_1, "bench");
    wc_letter_signer(&letter, WC_ACTOR_ADMIN_2);
    wc_letter_gas(&letter, 200000000);
    wc_letter_call(&letter, WC_CALL_DEPLOY, &zero, 0, code->bytes);
    (void)wc_letter_send(&letter, NULL, 0);
    wc_client_seal(&run->client);
    wc_client_at(&run->client, START_S + 120);
    for (uint32_t i = 0; i < ACCOUNTS; i++) create_instance(run, i);
    wc_client_seal(&run->client);
    write_args(run, run->arena);
}

static wc_exit open_chain(bench *run, const char *folder)
{
    size_t size = (size_t)1 << 20, block = (size_t)16 << 20;
    wc_buf genesis;
    wc_chain_report report;
    wc_arena *block_arena = wc_cli_arena(block);
    uint8_t *memory = wc_arena_alloc(run->arena, size, 1);
    if (memory == NULL || block_arena == NULL) {
        return wc_cli_fail(run->cli, WC_EXIT_ENVIRONMENT, "out of memory");
    }
    wc_buf_init(&genesis, memory, size);
    wc_cast_make(&run->cast);
    wc_keypair sequencer = wc_cast_sequencer();
    wc_cast_genesis(&run->cast, &sequencer, START_S, &genesis);
    wc_chain_options options = {.folder = folder,
                                .genesis = wc_buf_slice(&genesis),
                                .create = true,
                                .threads = 1,
                                .sequencer = &sequencer,
                                .native = run->native.source};
    wc_status status = wc_chain_open(&run->chain, &report, &options);
    if (status == WC_OK) {
        status = wc_client_open(&run->client, &run->cast, run->chain, block_arena, 1);
    }
    if (status == WC_OK) return WC_EXIT_DONE;
    return wc_cli_fail(run->cli, WC_EXIT_ENVIRONMENT, "%s: %s", folder, wc_status_text(status));
}

/* ---- stages
 * ---------------------------------------------------------------------------------------
 */

static wc_status build(bench *run, uint32_t number, const wc_hash *genesis, wc_arena *scratch)
{
    uint32_t account = number % ACCOUNTS;
    wc_actor *actor = &run->cast.actors[account_of(account)];
    wc_tx_draft draft;
    wc_tx_fault fault;
    uint8_t index = 0, call = 0;
    WC_TRY(wc_tx_draft_begin(&draft, scratch, wc_chain_id(run->chain), genesis));
    WC_TRY(wc_tx_draft_signer(&draft, &index, &actor->address, 0));
    WC_TRY(
        wc_tx_draft_call(&draft, &call, WC_CALL_ACTION, &run->instances[account], run->method, 1));
    WC_TRY(wc_tx_draft_args(&draft, call, run->args));
    draft.tx.nonce = actor->nonce++;
    draft.tx.expiry_time_s = START_S + 7200;
    draft.tx.gas_limit = 1000000;
    WC_TRY(wc_tx_draft_close(&draft, &fault));
    WC_TRY(wc_tx_draft_sign(&draft, 0, 0, &actor->keys[0]));
    wc_buf raw;
    uint8_t *memory = wc_arena_alloc(run->arena, TX_BYTES, 1);
    if (memory == NULL) return WC_NO_MEMORY;
    wc_buf_init(&raw, memory, TX_BYTES);
    WC_TRY(wc_tx_draft_encode(&draft, &raw, &fault));
    run->txs[number] = wc_buf_slice(&raw);
    run->ids[number] = draft.tx_id;
    run->signatures[number] = draft.tx.sigs[0].signature;
    return WC_OK;
}

static wc_status sign_all(bench *run)
{
    wc_hash genesis = wc_chain_genesis_hash(run->chain);
    double start = now_s();
    for (uint32_t i = 0; i < TRANSACTIONS; i++) {
        WC_TRY(build(run, i, &genesis, run->client.arena));
        wc_arena_rewind(run->client.arena, run->client.arena_start);
    }
    run->sign_s = now_s() - start;
    return WC_OK;
}

static wc_status seal_all(bench *run)
{
    for (uint32_t first = 0; first < TRANSACTIONS; first += IN_BLOCK) {
        int64_t time = START_S + 180 + first / IN_BLOCK;
        double start = now_s();
        for (uint32_t i = first; i < first + IN_BLOCK; i++) {
            wc_admission admission;
            WC_TRY(wc_chain_admit(run->chain, time, run->txs[i], &admission));
        }
        double middle = now_s();
        const wc_sealed *sealed;
        WC_TRY(wc_chain_seal(run->chain, time, run->txs + first, IN_BLOCK, &sealed));
        run->admit_s += middle - start;
        run->seal_s += now_s() - middle;
        for (uint32_t i = 0; i < sealed->applied.receipt_count; i++) {
            if (sealed->applied.receipts[i].receipt.status != WC_RECEIPT_OK) return WC_DIFFERS;
        }
    }
    return WC_OK;
}

static wc_status verify_all(bench *run)
{
    bool is_good = true;
    double start = now_s();
    for (uint32_t i = 0; i < TRANSACTIONS; i++) {
        const wc_actor *actor = &run->cast.actors[account_of(i % ACCOUNTS)];
        uint8_t message[WC_SIGNED_MESSAGE_SIZE];
        wc_tx_signed_message(message, &run->ids[i], 0, 0, WC_SCHEME_ED25519);
        is_good = wc_verify(&actor->keys[0].public_key, &run->signatures[i],
                            wc_slice_of(message, sizeof(message))) &&
                  is_good;
    }
    run->bound_s = now_s() - start;
    return is_good ? WC_OK : WC_BAD_SIGNATURE;
}

/* ---- what came of it
 * -------------------------------------------------------------------------------
 */

static void print_all(const bench *run)
{
    const wc_cli *cli = run->cli;
    double node_s = run->admit_s + run->seal_s;
    double bound = TRANSACTIONS / run->bound_s;
    char title[96];
    snprintf(title, sizeof(title),
             "%u signed contract transactions, blocks of %u, on disk, one thread", TRANSACTIONS,
             IN_BLOCK);
    wc_bench_head(cli, title);
    wc_bench_row(cli, "transactions end to end", TRANSACTIONS / node_s, "1/s", bound);
    wc_bench_row(cli, "signatures verified", bound, "1/s", bound);
    wc_bench_row(cli, "stage admit (signatures included)", run->admit_s, "s", node_s);
    wc_bench_row(cli, "stage seal (execute, tree, store)", run->seal_s, "s", node_s);
    wc_bench_row(cli, "signatures alone", run->bound_s, "s", node_s);
    wc_bench_row(cli, "clients: build and sign", run->sign_s, "s", node_s);
}

static wc_exit run_in(bench *run, const char *folder)
{
    wc_exit code = compile_contract(run);
    if (code == WC_EXIT_DONE) code = open_chain(run, folder);
    if (code != WC_EXIT_DONE) return code;
    set_up(run);
    wc_status status = run->client.has_failed ? WC_DIFFERS : sign_all(run);
    if (status == WC_OK) status = seal_all(run);
    if (status == WC_OK) status = verify_all(run);
    if (status == WC_OK) {
        print_all(run);
    } else {
        const char *problem = run->client.has_failed ? run->client.problem : wc_status_text(status);
        code = wc_cli_fail(run->cli, WC_EXIT_FAILS, "%s", problem);
    }
    wc_client_close(&run->client);
    wc_chain_close(run->chain);
    return code;
}

wc_exit wc_bench_transactions(const wc_cli *cli)
{
    char folder[4096];
    const char *where = getenv("TMPDIR");
    if (cli->argc > 1) return wc_cli_fail(cli, WC_EXIT_USAGE, "`transactions` takes no argument");
    snprintf(folder, sizeof(folder), "%.4000s/wattclause-bench-XXXXXX",
             where != NULL && where[0] != '\0' ? where : "/tmp");
    if (mkdtemp(folder) == NULL) {
        return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "%s cannot be made", folder);
    }
    size_t size = (size_t)TRANSACTIONS * (TX_BYTES + 16) + ((size_t)16 << 20);
    wc_arena *arena = wc_cli_arena(size);
    bench *run = arena == NULL ? NULL : WC_ARENA_NEW(arena, bench);
    if (run == NULL) return wc_cli_fail(cli, WC_EXIT_ENVIRONMENT, "out of memory");
    run->cli = cli;
    run->arena = arena;
    wc_exit code = WC_EXIT_USAGE;
    if (wc_cli_objects_open(cli, &run->native)) {
        code = run_in(run, folder);
        wc_cli_objects_close(cli, &run->native);
    }
    wc_exit removed = wc_cli_demo_folder(cli, folder);
    if (removed == WC_EXIT_DONE && rmdir(folder) != 0) removed = WC_EXIT_ENVIRONMENT;
    return code != WC_EXIT_DONE ? code : removed;
}
