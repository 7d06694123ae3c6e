/* The table of native methods, and their dispatch. */
#include "node/ledger/natives.h"

#include "node/ledger/prices.h"

static const wc_native_entry table[] = {
#define WC_NATIVE(number, name, who, args, text)                                                   \
    {(number),                                                                                     \
     {#name, sizeof #name - 1},                                                                    \
     {(who), sizeof(who) - 1},                                                                     \
     {(args), sizeof(args) - 1},                                                                   \
     {(text), sizeof(text) - 1}},
#include "node/ledger/natives.def"
#undef WC_NATIVE
};

const wc_native_entry *wc_native_table(size_t *count)
{
    *count = WC_ARRAY_LEN(table);
    return table;
}

const wc_native_entry *wc_native_find(uint16_t number)
{
    for (size_t i = 0; i < WC_ARRAY_LEN(table); i++) {
        if (table[i].number == number) return &table[i];
    }
    return NULL;
}

wc_address wc_native_target(void)
{
    wc_slice name = wc_slice_of("native", 6);
    return wc_hash_domain("sys/1", &name, 1);
}

const wc_address *wc_call_principal(const wc_job *job, const wc_tx_call *call)
{
    return &job->tx->auth[call->principal].address;
}

void wc_native_return(wc_job *job, wc_slice result)
{
    wc_assert(result.len <= WC_CALL_RESULT_MAX);
    job->call_result = result.len;
    memcpy(job->call_result_bytes, result.data, result.len);
}

static wc_status dispatch(wc_job *job, const wc_tx_call *call)
{
    switch (call->method) {
#define WC_NATIVE(number, name, who, args_text, text)                                              \
    case (number):                                                                                 \
        return wc_native_##name(job, call, call->args);
#include "node/ledger/natives.def"
#undef WC_NATIVE
    default: break; /* any number can stand in a transaction */
    }
    wc_job_refuse(job, WC_REFUSAL_METHOD_UNKNOWN);
    return WC_OK;
}

wc_status wc_native_run(wc_job *job, const wc_tx_call *call)
{
    wc_address target = wc_native_target();
    if (!wc_hash_equal(&target, &call->target)) {
        wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
        return WC_OK;
    }
    uint64_t gas = WC_PRICE_NATIVE + WC_GAS_DECODE_BYTE * (uint64_t)call->args.len;
    if (!wc_job_charge(job, gas)) return WC_OK;
    size_t mark = job->ledger->stack.used;
    wc_status status = dispatch(job, call);
    job->ledger->stack.used = mark;
    return status;
}
