/* Numbers in call memory, and where lengths and items stand. Moved with memcpy, so that bytes of
 * call memory have no type of their own for C. What may be accessed is said in memory.h. The native
 * tier puts this text into the C that it writes: only the integer types and memcpy may be used
 * here. */
#ifndef WC_VM_EXEC_ACCESS_H
#define WC_VM_EXEC_ACCESS_H

#include "vm/base/slice.h"

#define WC_MEM_ITEMS    8u  /* LIST, SET, SORTED, MAP: entries follow the length */
#define WC_MEM_TEXT     4u  /* TEXT: bytes follow the length, a u32 */
#define WC_MEM_LENGTH   8u  /* SERIES: the length follows the start */
#define WC_MEM_VALUES   16u /* SERIES: values follow the length, qualities the last value */
#define WC_QUALITY_MISS 3u  /* SERIES: quality `missing`; the value is 0 */

static inline int64_t wc_mem_i64(const uint8_t *at)
{
    int64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint64_t wc_mem_u64(const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint32_t wc_mem_u32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline void wc_mem_set_i64(uint8_t *at, int64_t value)
{
    memcpy(at, &value, sizeof value);
}

static inline void wc_mem_set_u32(uint8_t *at, uint32_t value)
{
    memcpy(at, &value, sizeof value);
}

#endif
