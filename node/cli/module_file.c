/* Splitting a .wcb file into module and debug part. */
#include "node/cli/module.h"
#include "node/crypto/crypto.h"

#define HEADER_SIZE 42u /* mark 4, format 2, isa 2, schedule 32, section count 2 */

/* Length of the module in front of a possible debug part: header and sections as they claim to be.
 * A damaged claim gives a length that the decoder refuses. */
static size_t module_length(wc_slice bytes)
{
    if (bytes.len < HEADER_SIZE) return bytes.len;
    size_t at = HEADER_SIZE;
    uint16_t sections = wc_load_u16(bytes.data + HEADER_SIZE - 2);
    for (uint16_t i = 0; i < sections; i++) {
        if (bytes.len - at < 5) return bytes.len;
        size_t length = wc_load_u32(bytes.data + at + 1);
        at += 5;
        if (bytes.len - at < length) return bytes.len;
        at += length;
    }
    return at;
}

wc_status wc_module_file_read(wc_slice bytes, wc_arena *arena, wc_module_file *file,
                              wc_finding *finding)
{
    size_t length = module_length(bytes), bad = 0;
    wc_slice module = wc_slice_of(bytes.data, length);
    wc_slice rest = wc_slice_of(bytes.data + length, bytes.len - length);
    wc_module_file read = {.module_bytes = module};
    wc_status status = wc_module_decode(module, arena, &read.module, &bad);
    if (status != WC_OK) {
        *finding = wc_module_finding(status, bad);
        return status;
    }
    if (rest.len > 0) {
        status = wc_debug_decode(rest, arena, &read.debug, &bad);
        wc_hash hash = wc_sha256(&module, 1);
        if (status == WC_OK && !wc_hash_equal(&hash, &read.debug->module)) status = WC_TRAILING;
        if (status != WC_OK) {
            *finding = wc_module_finding(status, length + bad);
            return status;
        }
    }
    *file = read;
    return WC_OK;
}
