/* Streams of content with and without zstd; see packing.h. */
#include "node/audit/packing.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#define BLOCK_BYTES ((size_t)128 << 10)
#define LEVEL       9

/* ---- writing -----------------------------------------------------------------------------------
 */

struct wc_packer {
    FILE *file;
    ZSTD_CCtx *zstd; /* NULL: plain */
    wc_sha256_state hash;
    wc_status status; /* first failure */
    uint8_t out[BLOCK_BYTES];
};

static bool set_up(ZSTD_CCtx *zstd)
{
    return ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, LEVEL)) == 0 &&
           ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, WC_PACKING_WINDOW_LOG)) == 0;
}

wc_packer *wc_packer_open(FILE *file, wc_coding coding)
{
    wc_packer *packer = calloc(1, sizeof *packer);
    if (packer == NULL) return NULL;
    packer->file = file;
    wc_sha256_begin(&packer->hash);
    if (coding == WC_CODING_PLAIN) return packer;
    packer->zstd = ZSTD_createCCtx();
    if (packer->zstd != NULL && set_up(packer->zstd)) return packer;
    wc_packer_close(packer);
    return NULL;
}

void wc_packer_close(wc_packer *packer)
{
    if (packer == NULL) return;
    (void)ZSTD_freeCCtx(packer->zstd);
    free(packer);
}

static bool write_out(const wc_packer *packer, const void *bytes, size_t len)
{
    return fwrite(bytes, 1, len, packer->file) == len;
}

/* Compresses all of the input; with ZSTD_e_end the frame is ended. */
static wc_status compress(wc_packer *packer, wc_slice bytes, ZSTD_EndDirective how)
{
    ZSTD_inBuffer in = {bytes.data, bytes.len, 0};
    for (;;) { /* ends: each round takes input or writes a part of what is left */
        ZSTD_outBuffer out = {packer->out, sizeof packer->out, 0};
        size_t left = ZSTD_compressStream2(packer->zstd, &out, &in, how);
        if (ZSTD_isError(left) != 0) return WC_NO_MEMORY;
        if (!write_out(packer, packer->out, out.pos)) return WC_IO;
        if (how == ZSTD_e_end ? left == 0 : in.pos == in.size) return WC_OK;
    }
}

wc_status wc_packer_put(wc_packer *packer, wc_slice bytes)
{
    if (packer->status != WC_OK || bytes.len == 0) return packer->status;
    wc_sha256_update(&packer->hash, bytes);
    if (packer->zstd != NULL) {
        packer->status = compress(packer, bytes, ZSTD_e_continue);
    } else if (!write_out(packer, bytes.data, bytes.len)) {
        packer->status = WC_IO;
    }
    return packer->status;
}

wc_hash wc_packer_hash(const wc_packer *packer)
{
    wc_sha256_state state = packer->hash;
    return wc_sha256_end(&state);
}

wc_status wc_packer_end(wc_packer *packer)
{
    if (packer->status == WC_OK && packer->zstd != NULL) {
        packer->status = compress(packer, wc_slice_of(NULL, 0), ZSTD_e_end);
    }
    if (packer->status == WC_OK && fflush(packer->file) != 0) packer->status = WC_IO;
    return packer->status;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

struct wc_unpacker {
    FILE *file;
    ZSTD_DCtx *zstd; /* NULL: plain */
    bool has_ended;  /* the frame has */
    wc_sha256_state hash;
    size_t at, size; /* of in */
    uint8_t in[BLOCK_BYTES];
};

wc_unpacker *wc_unpacker_open(FILE *file, wc_coding coding)
{
    wc_unpacker *unpacker = calloc(1, sizeof *unpacker);
    if (unpacker == NULL) return NULL;
    unpacker->file = file;
    wc_sha256_begin(&unpacker->hash);
    if (coding == WC_CODING_PLAIN) return unpacker;
    unpacker->zstd = ZSTD_createDCtx();
    if (unpacker->zstd != NULL &&
        ZSTD_isError(ZSTD_DCtx_setParameter(unpacker->zstd, ZSTD_d_windowLogMax,
                                            WC_PACKING_WINDOW_LOG)) == 0) {
        return unpacker;
    }
    wc_unpacker_close(unpacker);
    return NULL;
}

void wc_unpacker_close(wc_unpacker *unpacker)
{
    if (unpacker == NULL) return;
    (void)ZSTD_freeDCtx(unpacker->zstd);
    free(unpacker);
}

/* The next bytes of the file; size 0 at its end. */
static wc_status fill(wc_unpacker *unpacker)
{
    unpacker->at = 0;
    unpacker->size = fread(unpacker->in, 1, sizeof unpacker->in, unpacker->file);
    return ferror(unpacker->file) != 0 ? WC_IO : WC_OK;
}

/* One step of the frame into out; *made: bytes of content. TRUNCATED at the end of the file. */
static wc_status step(wc_unpacker *unpacker, void *bytes, size_t len, size_t *made)
{
    if (unpacker->at == unpacker->size) {
        WC_TRY(fill(unpacker));
        if (unpacker->size == 0) return WC_TRUNCATED;
    }
    ZSTD_inBuffer in = {unpacker->in, unpacker->size, unpacker->at};
    ZSTD_outBuffer out = {bytes, len, 0};
    size_t left = ZSTD_decompressStream(unpacker->zstd, &out, &in);
    if (ZSTD_isError(left) != 0) return WC_CORRUPT;
    unpacker->at = in.pos;
    unpacker->has_ended = left == 0;
    *made = out.pos;
    return WC_OK;
}

static wc_status take_coded(wc_unpacker *unpacker, uint8_t *bytes, size_t len)
{
    size_t done = 0;
    while (done < len) { /* ends: each step takes input, which ends, or makes content */
        size_t made = 0;
        if (unpacker->has_ended) return WC_TRUNCATED;
        WC_TRY(step(unpacker, bytes + done, len - done, &made));
        done += made;
    }
    return WC_OK;
}

wc_status wc_unpacker_take(wc_unpacker *unpacker, void *bytes, size_t len)
{
    if (len == 0) return WC_OK;
    if (unpacker->zstd != NULL) {
        WC_TRY(take_coded(unpacker, bytes, len));
    } else if (fread(bytes, 1, len, unpacker->file) != len) {
        return ferror(unpacker->file) != 0 ? WC_IO : WC_TRUNCATED;
    }
    wc_sha256_update(&unpacker->hash, wc_slice_of(bytes, len));
    return WC_OK;
}

wc_hash wc_unpacker_hash(const wc_unpacker *unpacker)
{
    wc_sha256_state state = unpacker->hash;
    return wc_sha256_end(&state);
}

wc_status wc_unpacker_end(wc_unpacker *unpacker)
{
    uint8_t more;
    while (unpacker->zstd != NULL && !unpacker->has_ended) {
        size_t made = 0;
        WC_TRY(step(unpacker, &more, 1, &made));
        if (made > 0) return WC_TRAILING;
    }
    if (unpacker->at < unpacker->size) return WC_TRAILING;
    if (fread(&more, 1, 1, unpacker->file) == 1) return WC_TRAILING;
    return ferror(unpacker->file) != 0 ? WC_IO : WC_OK;
}
