/* Lookups in refusals.def. */
#include "node/ledger/refusals.h"

static const wc_refusal_entry refusal_table[] = {
#define WC_REFUSAL(number, name, text, way_out)                                                    \
    {WC_REFUSAL_##name,                                                                            \
     {#name, sizeof(#name) - 1},                                                                   \
     {(text), sizeof(text) - 1},                                                                   \
     {(way_out), sizeof(way_out) - 1}},
#include "node/ledger/refusals.def"
#undef WC_REFUSAL
};

const wc_refusal_entry *wc_refusal_find(uint32_t number)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(refusal_table); i++) {
        if ((uint32_t)refusal_table[i].number == number) return &refusal_table[i];
    }
    return NULL;
}

const wc_refusal_entry *wc_refusal_find_name(wc_str name)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(refusal_table); i++) {
        if (wc_str_equal(refusal_table[i].name, name)) return &refusal_table[i];
    }
    return NULL;
}

const wc_refusal_entry *wc_refusal_table(size_t *count)
{
    *count = WC_ARRAY_LEN(refusal_table);
    return refusal_table;
}
