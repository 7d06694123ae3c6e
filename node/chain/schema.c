/* The number of the layout in which a ledger lies in its folder; see inside.h. */
#include "node/chain/inside.h"
#include "node/ledger/read.h"

#define WAY_OUT "run the program that wrote it; a snapshot made there begins a folder here"

static wc_slice schema_key(void)
{
    return wc_slice_of(WC_CHAIN_SCHEMA_KEY, sizeof WC_CHAIN_SCHEMA_KEY - 1);
}

void wc_chain_put_schema(wc_batch *batch)
{
    uint8_t bytes[4];
    wc_store_u32(bytes, WC_CHAIN_SCHEMA);
    wc_batch_put(batch, WC_CF_META, schema_key(), wc_slice_of(bytes, sizeof bytes));
}

bool wc_chain_is_schema_key(wc_slice key)
{
    return wc_slice_equal(key, schema_key());
}

wc_status wc_chain_check_schema(const wc_store *store, wc_store_problem *problem)
{
    uint8_t bytes[4];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    if (!wc_store_get(store, NULL, WC_CF_META, schema_key(), &buf)) {
        /* Without a head nothing was made: that is said elsewhere. */
        if (!wc_store_has(store, NULL, WC_CF_META, wc_chain_head_key())) return WC_OK;
        wc_chain_say(problem,
                     "the ledger was written by an older program: its layout has no "
                     "number, this program reads number %u; " WAY_OUT,
                     WC_CHAIN_SCHEMA);
        return WC_BAD_VERSION;
    }
    if (buf.full || buf.len != sizeof bytes) {
        wc_chain_say(problem, "the number of the ledger's layout does not decode");
        return WC_CORRUPT;
    }
    uint32_t found = wc_load_u32(bytes);
    if (found == WC_CHAIN_SCHEMA) return WC_OK;
    wc_chain_say(problem,
                 "the ledger was written by %s program: its layout has number %u, this "
                 "program reads number %u; " WAY_OUT,
                 found < WC_CHAIN_SCHEMA ? "an older" : "a newer", found, WC_CHAIN_SCHEMA);
    return WC_BAD_VERSION;
}
