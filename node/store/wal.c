/* Physical scan of a RocksDB log, block by block. Only whether pieces are whole is checked, not
 * what they hold. */
#define _POSIX_C_SOURCE 200809L

#include "node/store/wal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#define BLOCK_SIZE   32768u
#define HEADER_SIZE  7u
#define PIECE_WHOLE  1
#define PIECE_FIRST  2
#define PIECE_MIDDLE 3
#define PIECE_LAST   4

typedef struct wc_wal_scan_state {
    uint64_t clean;   /* end of the last whole record */
    uint64_t nonzero; /* end of the last byte that is not zero */
    bool is_inside;   /* between a first and a last piece */
    bool is_stopped;  /* something did not hold; only zeros are looked for from here */
} wc_wal_scan_state;

/* crc_tables[k][b]: what byte b contributes from k bytes further back. Eight bytes a turn: a start
 * may have hundreds of megabytes of log to look at. */
static uint32_t crc_tables[8][256];
static pthread_once_t crc_once = PTHREAD_ONCE_INIT;

static void fill_crc_tables(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (unsigned bit = 0; bit < 8; bit++) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82f63b78u : 0);
        crc_tables[0][byte] = crc;
    }
    for (unsigned k = 1; k < 8; k++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            uint32_t before = crc_tables[k - 1][byte];
            crc_tables[k][byte] = before >> 8 ^ crc_tables[0][before & 0xff];
        }
    }
}

static uint32_t load_le32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

uint32_t wc_crc32c(uint32_t crc, const uint8_t *bytes, size_t len)
{
    (void)pthread_once(&crc_once, fill_crc_tables);
    crc = ~crc;
    for (; len >= 8; len -= 8, bytes += 8) {
        uint32_t low = load_le32(bytes) ^ crc;
        uint32_t high = load_le32(bytes + 4);
        crc = crc_tables[7][low & 0xff] ^ crc_tables[6][low >> 8 & 0xff] ^
              crc_tables[5][low >> 16 & 0xff] ^ crc_tables[4][low >> 24] ^
              crc_tables[3][high & 0xff] ^ crc_tables[2][high >> 8 & 0xff] ^
              crc_tables[1][high >> 16 & 0xff] ^ crc_tables[0][high >> 24];
    }
    for (; len > 0; len--, bytes++) crc = crc >> 8 ^ crc_tables[0][(crc ^ *bytes) & 0xff];
    return ~crc;
}

/* RocksDB stores a rotated checksum plus a constant, so that a checksum over data that holds
 * checksums stays useful. */
static uint32_t mask_crc(uint32_t crc)
{
    return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

/* Whether the pieces come in an order that makes records. */
WC_MUST_USE static bool accept_type(wc_wal_scan_state *state, uint8_t type)
{
    bool is_start = type == PIECE_WHOLE || type == PIECE_FIRST;
    bool is_rest = type == PIECE_MIDDLE || type == PIECE_LAST;
    if (!is_start && !is_rest) return false;
    if (is_start == state->is_inside) return false;
    state->is_inside = type == PIECE_FIRST || type == PIECE_MIDDLE;
    return true;
}

/* Walks the pieces of one block that starts at file offset `start`. */
static void scan_block(wc_wal_scan_state *state, const uint8_t *block, size_t len, uint64_t start)
{
    size_t at = 0;
    while (!state->is_stopped && at + HEADER_SIZE <= len) {
        const uint8_t *piece = block + at;
        size_t size = (size_t)piece[4] | (size_t)piece[5] << 8;
        state->is_stopped = true;
        if (size > len - at - HEADER_SIZE) return;
        uint32_t crc = wc_crc32c(0, piece + 6, 1 + size);
        if (mask_crc(crc) != load_le32(piece)) return;
        if (!accept_type(state, piece[6])) return;
        state->is_stopped = false;
        at += HEADER_SIZE + size;
        if (!state->is_inside) state->clean = start + at;
    }
}

static void find_nonzero(wc_wal_scan_state *state, const uint8_t *block, size_t len, uint64_t start)
{
    size_t end = len;
    while (end > 0 && block[end - 1] == 0) end--;
    if (end > 0) state->nonzero = start + end;
}

/* Fills block as far as the file goes; *len < BLOCK_SIZE only at its end. */
WC_MUST_USE static wc_status read_block(int file, uint8_t *block, uint64_t start, size_t *len)
{
    size_t got = 0;
    while (got < BLOCK_SIZE) {
        ssize_t n = pread(file, block + got, BLOCK_SIZE - got, (off_t)(start + got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return WC_IO;
        if (n == 0) break;
        got += (size_t)n;
    }
    *len = got;
    return WC_OK;
}

wc_status wc_wal_scan(wc_wal_end *end, const char *path)
{
    uint8_t block[BLOCK_SIZE];
    wc_wal_scan_state state = {0, 0, false, false};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno == ENOENT ? WC_NOT_FOUND : WC_IO;

    wc_status status = WC_OK;
    size_t len = BLOCK_SIZE;
    for (uint64_t start = 0; status == WC_OK && len == BLOCK_SIZE; start += BLOCK_SIZE) {
        status = read_block(file, block, start, &len);
        if (status != WC_OK) break;
        scan_block(&state, block, len, start);
        find_nonzero(&state, block, len, start);
    }
    (void)close(file);
    WC_TRY(status);
    *end = (wc_wal_end){state.clean, state.nonzero > state.clean ? state.nonzero : state.clean};
    return WC_OK;
}
