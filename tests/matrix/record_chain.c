/* record_chain FOLDER FILE: reads the ledger of a folder, applies its blocks to a second chain in
 * memory, and writes what came of it as a recording (recording.h).
 *
 * The program is linked with wc_verify and wc_public_key_check wrapped, so that it sees each
 * question and answer. One thread verifies. Exit codes: 0 written, 1 the second chain came out
 * differently, 2 usage, 3 folder, file or memory. */
#include <stdio.h>
#include <stdlib.h>

#include "node/chain/chain.h"
#include "tests/matrix/recording.h"

#define BYTES_MAX    ((size_t)1u << 30) /* of address space; what is not needed is never touched */
#define VERDICTS_MAX ((size_t)1u << 22)

static wc_recording_verdict *verdicts;
static size_t verdict_count;

static void keep_verdict(wc_hash digest, bool is_good)
{
    wc_assert(verdict_count < VERDICTS_MAX);
    verdicts[verdict_count++] = (wc_recording_verdict){digest, is_good};
}

/* The names that the linker's --wrap asks for. */
bool __real_wc_verify(const wc_public_key *key, const wc_signature *signature, wc_slice message);
bool __wrap_wc_verify(const wc_public_key *key, const wc_signature *signature, wc_slice message);
wc_status __real_wc_public_key_check(const wc_public_key *key);
wc_status __wrap_wc_public_key_check(const wc_public_key *key);

bool __wrap_wc_verify(const wc_public_key *key, const wc_signature *signature, wc_slice message)
{
    bool is_good = __real_wc_verify(key, signature, message);
    keep_verdict(wc_recording_verify_digest(key, signature, message), is_good);
    return is_good;
}

wc_status __wrap_wc_public_key_check(const wc_public_key *key)
{
    wc_status status = __real_wc_public_key_check(key);
    keep_verdict(wc_recording_key_digest(key), status == WC_OK);
    return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

static int by_digest(const void *a, const void *b)
{
    return memcmp(a, b, WC_HASH_SIZE);
}

static void put_head(wc_buf *buf, const wc_chain *chain)
{
    const wc_head *head = wc_chain_head(chain);
    wc_hash genesis = wc_chain_genesis_hash(chain), root = wc_chain_state_root(chain);
    wc_buf_put_text(buf, WC_RECORDING_MARK);
    wc_buf_put_u32(buf, WC_RECORDING_VERSION);
    wc_buf_put(buf, genesis.bytes, sizeof genesis.bytes);
    wc_buf_put_str8(buf, wc_chain_id(chain));
    wc_buf_put_u64(buf, head->seq);
    wc_buf_put_u64(buf, head->height);
    wc_buf_put_i64(buf, head->time_s);
    wc_buf_put_u32(buf, head->time_ns);
    wc_buf_put(buf, head->record_hash.bytes, sizeof head->record_hash.bytes);
    wc_buf_put(buf, root.bytes, sizeof root.bytes);
}

static void put_state(wc_buf *buf, wc_chain *chain)
{
    size_t at = buf->len;
    uint32_t count = 0;
    wc_slice all = {NULL, 0}, key = {NULL, 0}, value;
    wc_buf_put_u32(buf, 0);
    while (wc_chain_next(chain, all, key, &key, &value) == WC_OK) {
        wc_buf_put_str16(buf, key);
        wc_buf_put_str32(buf, value);
        count++;
    }
    wc_buf_patch_u32(buf, at, count);
}

static void put_verdicts(wc_buf *buf)
{
    size_t at = buf->len;
    uint32_t count = 0;
    qsort(verdicts, verdict_count, sizeof *verdicts, by_digest);
    wc_buf_put_u32(buf, 0);
    for (size_t i = 0; i < verdict_count; i++) {
        if (i > 0 && wc_hash_equal(&verdicts[i].digest, &verdicts[i - 1].digest)) continue;
        wc_buf_put(buf, verdicts[i].digest.bytes, WC_HASH_SIZE);
        wc_buf_put_u8(buf, verdicts[i].is_good);
        count++;
    }
    wc_buf_patch_u32(buf, at, count);
}

static void put_sized(wc_buf *buf, const wc_block_input *input, const wc_receipt_page *page)
{
    size_t at = buf->len;
    wc_buf_put_u32(buf, 0);
    if (input != NULL)
        wc_block_input_put(buf, input);
    else
        wc_receipt_page_put(buf, page);
    wc_buf_patch_u32(buf, at, (uint32_t)(buf->len - at - 4));
}

/* What is written is what the folder holds; the second chain is only asked whether it agrees. */
static wc_status put_block(wc_buf *buf, wc_chain *source, wc_chain *second, uint64_t seq)
{
    const wc_chain_block *block;
    const wc_sealed *sealed;
    WC_TRY(wc_chain_read_block(source, seq, &block));
    if (!block->is_complete) return WC_NOT_FOUND;
    WC_TRY(wc_chain_seal_input(second, &block->input, &sealed));
    if (!wc_hash_equal(&sealed->head.record_hash, &block->record.hash)) return WC_DIFFERS;
    put_sized(buf, &block->input, NULL);
    wc_buf_put_str16(buf, block->record.bytes);
    wc_buf_put_u32(buf, block->record.record.receipt_count);
    for (uint32_t i = 0; i < block->record.record.receipt_count; i++) {
        put_sized(buf, NULL, &block->receipts[i]);
    }
    return wc_buf_status(buf);
}

static wc_status record(wc_buf *head, wc_buf *blocks, wc_chain *source, wc_chain *second)
{
    uint64_t last = wc_chain_head(source)->seq;
    put_head(head, second);
    put_state(head, second);
    verdict_count = 0; /* opening asks, too: the self-test */
    wc_buf_put_u32(blocks, (uint32_t)last);
    for (uint64_t seq = 1; seq <= last; seq++) WC_TRY(put_block(blocks, source, second, seq));
    put_verdicts(head);
    return wc_buf_status(head);
}

/* ---- the program ----------------------------------------------------------------------------- */

static int fail(int code, const char *what, const char *why)
{
    (void)fprintf(stderr, "record_chain: %s: %s\n", what, why);
    return code;
}

static int write_file(const char *path, const wc_buf *head, const wc_buf *blocks)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) return fail(3, path, "cannot be written");
    bool is_written = fwrite(head->data, 1, head->len, file) == head->len &&
                      fwrite(blocks->data, 1, blocks->len, file) == blocks->len;
    if (fclose(file) != 0) is_written = false;
    return is_written ? 0 : fail(3, path, "cannot be written");
}

static int record_to(const char *path, wc_chain *source, wc_chain *second)
{
    wc_buf head, blocks;
    uint8_t *memory = malloc(2 * BYTES_MAX);
    if (memory == NULL) return fail(3, path, "no memory");
    wc_buf_init(&head, memory, BYTES_MAX);
    wc_buf_init(&blocks, memory + BYTES_MAX, BYTES_MAX);
    wc_status status = record(&head, &blocks, source, second);
    int code = status == WC_OK ? write_file(path, &head, &blocks)
                               : fail(1, "the chain cannot be recorded", wc_status_text(status));
    if (code == 0) printf("%zu bytes\n", head.len + blocks.len);
    free(memory);
    return code;
}

int main(int argc, char **argv)
{
    wc_chain *source = NULL, *second = NULL;
    wc_chain_report report = {0};
    if (argc != 3) return fail(2, "usage", "record_chain FOLDER FILE");
    verdicts = malloc(VERDICTS_MAX * sizeof *verdicts);
    if (verdicts == NULL) return fail(3, argv[2], "no memory");
    int code = 3;
    wc_chain_options options = {.folder = argv[1], .read_only = true, .threads = 1};
    if (wc_crypto_start() == WC_OK && wc_chain_open(&source, &report, &options) == WC_OK) {
        options = (wc_chain_options){.genesis = wc_chain_genesis(source), .threads = 1};
        if (wc_chain_open(&second, &report, &options) == WC_OK) {
            code = record_to(argv[2], source, second);
        }
    }
    if (second == NULL) (void)fail(3, argv[1], report.store.problem.text);
    wc_chain_close(second);
    wc_chain_close(source);
    free(verdicts);
    return code;
}
