/* replay_core RECORDING [BLOCKS]: applies the blocks of a recorded chain (recording.h) again, with
 * the core alone, and compares record, receipts, outcomes and events of each byte for byte. BLOCKS:
 * only the first so many.
 *
 * Built for one machine after the other (run.cmake); each must find what the first one wrote.
 * Prints one line with a digest of all that was computed. Exit codes: 0 the same, 1 a difference, 2
 * usage, 3 no file or no memory. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/matrix/core.h"
#include "tests/matrix/portable_crypto.h"

#define PAGE_MAX ((size_t)32u << 20)

typedef struct totals {
    uint64_t blocks, receipts, events, gas;
    wc_sha256_state digest; /* of all records and receipt pages */
} totals;

static void on_assert(const char *condition, const char *file, int line)
{
    (void)fprintf(stderr, "replay_core: %s:%d: %s\n", file, line, condition);
    exit(1);
}

static bool read_file(const char *path, uint8_t **bytes, size_t *len)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    size_t capacity = (size_t)1 << 20;
    *bytes = malloc(capacity);
    *len = 0;
    while (*bytes != NULL) { /* ends: each round reads, or is the last */
        size_t got = fread(*bytes + *len, 1, capacity - *len, file);
        *len += got;
        if (*len < capacity) break;
        capacity *= 2;
        uint8_t *grown = realloc(*bytes, capacity);
        if (grown == NULL) free(*bytes);
        *bytes = grown;
    }
    bool is_read = *bytes != NULL && !ferror(file);
    (void)fclose(file);
    return is_read;
}

/* ---- comparing ------------------------------------------------------------------------------- */

static bool same(uint64_t seq, const char *what, uint32_t index, wc_slice computed,
                 wc_slice recorded)
{
    if (wc_slice_equal(computed, recorded)) return true;
    size_t at = 0;
    while (at < computed.len && at < recorded.len && computed.data[at] == recorded.data[at]) at++;
    (void)fprintf(stderr,
                  "replay_core: record %" PRIu64 ", %s %" PRIu32
                  ": byte %zu differs (%zu bytes, recorded: %zu)\n",
                  seq, what, index, at, computed.len, recorded.len);
    return false;
}

/* The bytes of the record hold all of this; the names tell where to look. */
static void tell_record(const wc_record *computed, wc_slice bytes)
{
    wc_record recorded;
    size_t bad;
    if (wc_record_decode(&recorded, &bad, bytes) != WC_OK) return;
    if (computed->gas_used != recorded.gas_used) {
        (void)fprintf(stderr, "  gas_used is %" PRIu64 ", recorded: %" PRIu64 "\n",
                      computed->gas_used, recorded.gas_used);
    }
    if (!wc_hash_equal(&computed->state_root, &recorded.state_root)) {
        (void)fprintf(stderr, "  state_root differs\n");
    }
    if (!wc_hash_equal(&computed->receipts_root, &recorded.receipts_root)) {
        (void)fprintf(stderr, "  receipts_root differs\n");
    }
}

static wc_status compare_pages(totals *sums, const wc_applied *applied, wc_recording_block *block,
                               uint8_t *memory)
{
    if (applied->receipt_count != block->receipt_count) {
        (void)fprintf(stderr, "replay_core: %" PRIu32 " receipts, recorded: %" PRIu32 "\n",
                      applied->receipt_count, block->receipt_count);
        return WC_DIFFERS;
    }
    for (uint32_t i = 0; i < applied->receipt_count; i++) {
        wc_buf buf;
        wc_slice recorded;
        wc_buf_init(&buf, memory, PAGE_MAX);
        wc_receipt_page_put(&buf, &applied->receipts[i]);
        WC_TRY(wc_buf_status(&buf));
        WC_TRY(wc_recording_next_page(block, &recorded));
        if (!same(applied->record.seq, "receipt", i, wc_buf_slice(&buf), recorded)) {
            return WC_DIFFERS;
        }
        wc_sha256_update(&sums->digest, wc_buf_slice(&buf));
        sums->events += applied->receipts[i].event_count;
    }
    sums->receipts += applied->receipt_count;
    return WC_OK;
}

static wc_status replay_block(wc_core *core, totals *sums, uint8_t *memory)
{
    wc_recording_block block;
    wc_applied applied;
    WC_TRY(wc_recording_next_block(core->recording, &block));
    WC_TRY(wc_core_apply(core, block.input, &applied));
    WC_TRY(compare_pages(sums, &applied, &block, memory));
    if (!same(applied.record.seq, "record", 0, applied.record_bytes, block.record)) {
        tell_record(&applied.record, block.record);
        return WC_DIFFERS;
    }
    wc_sha256_update(&sums->digest, applied.record_bytes);
    sums->gas += applied.record.gas_used;
    sums->blocks++;
    return WC_OK;
}

static wc_status replay(wc_recording *recording, uint32_t blocks, totals *sums)
{
    wc_core core;
    uint8_t *memory = malloc(PAGE_MAX);
    wc_status status = memory == NULL ? WC_NO_MEMORY : wc_core_open(&core, recording);
    for (uint32_t i = 0; status == WC_OK && i < blocks; i++) {
        status = replay_block(&core, sums, memory);
    }
    if (memory != NULL) wc_core_close(&core);
    free(memory);
    return status;
}

/* ---- the program ----------------------------------------------------------------------------- */

static int usage(void)
{
    (void)fprintf(stderr, "usage: replay_core RECORDING [BLOCKS]\n");
    return 2;
}

static int finish(wc_status status, const totals *sums)
{
    wc_sha256_state digest = sums->digest;
    if (status != WC_OK) {
        (void)fprintf(stderr, "replay_core: after %" PRIu64 " blocks: %s\n", sums->blocks,
                      wc_status_text(status));
        return status == WC_NO_MEMORY ? 3 : 1;
    }
    wc_hash hash = wc_sha256_end(&digest);
    printf("%" PRIu64 " blocks, %" PRIu64 " receipts, %" PRIu64 " events, gas %" PRIu64 ", ",
           sums->blocks, sums->receipts, sums->events, sums->gas);
    for (size_t i = 0; i < WC_HASH_SIZE; i++) printf("%02x", hash.bytes[i]);
    printf("\n");
    return 0;
}

int main(int argc, char **argv)
{
    uint8_t *bytes = NULL;
    size_t len = 0;
    wc_recording recording;
    totals sums = {0};
    if (argc < 2 || argc > 3) return usage();
    wc_assert_set_handler(on_assert);
    if (!read_file(argv[1], &bytes, &len)) {
        (void)fprintf(stderr, "replay_core: %s cannot be read\n", argv[1]);
        return 3;
    }
    wc_status status = wc_recording_open(&recording, wc_slice_of(bytes, len));
    if (status == WC_OK) {
        uint32_t blocks = recording.block_count;
        unsigned long asked = argc == 3 ? strtoul(argv[2], NULL, 10) : blocks;
        if (asked < blocks) blocks = (uint32_t)asked;
        wc_portable_crypto_use(&recording);
        wc_sha256_begin(&sums.digest);
        status = replay(&recording, blocks, &sums);
    }
    int code = finish(status, &sums);
    free(bytes);
    return code;
}
