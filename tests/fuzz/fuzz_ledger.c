/* Every other layout of the ledger. The first byte chooses the layout; what its decoder accepts
 * must encode to the same bytes. */
#include <stdlib.h>

#include "node/ledger/account.h"
#include "node/ledger/genesis.h"
#include "node/ledger/instance.h"
#include "node/ledger/meter.h"
#include "node/ledger/offer.h"
#include "node/ledger/proof.h"
#include "node/ledger/receipt.h"
#include "node/ledger/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Decodes bytes and encodes what came out. */
typedef wc_status (*recode_fn)(wc_slice bytes, wc_buf *out);

static wc_status recode_record(wc_slice bytes, wc_buf *out)
{
    wc_record record;
    size_t bad;
    WC_TRY(wc_record_decode(&record, &bad, bytes));
    wc_record_put(out, &record);
    return WC_OK;
}

static wc_status recode_block(wc_slice bytes, wc_buf *out)
{
    static uint8_t memory[WC_BLOCK_TXS_MAX * sizeof(wc_block_tx)] __attribute__((aligned(16)));
    static wc_block_input input;
    wc_arena arena;
    wc_arena_init(&arena, memory, sizeof memory);
    size_t bad;
    WC_TRY(wc_block_input_decode(&input, &bad, &arena, bytes));
    wc_block_input_put(out, &input);
    return WC_OK;
}

static wc_status recode_certificate(wc_slice bytes, wc_buf *out)
{
    wc_certificate certificate;
    size_t bad;
    WC_TRY(wc_certificate_decode(&certificate, &bad, bytes));
    wc_certificate_put(out, &certificate);
    return WC_OK;
}

static wc_status recode_page(wc_slice bytes, wc_buf *out)
{
    wc_receipt_page page;
    size_t bad;
    WC_TRY(wc_receipt_page_decode(&page, &bad, bytes));
    (void)!wc_receipt_page_check(&page);
    wc_receipt_page_put(out, &page);
    return WC_OK;
}

static wc_status recode_genesis(wc_slice bytes, wc_buf *out)
{
    static wc_genesis genesis;
    size_t bad;
    WC_TRY(wc_genesis_decode(&genesis, &bad, bytes));
    wc_genesis_put(out, &genesis);
    return WC_OK;
}

static wc_status recode_proof(wc_slice bytes, wc_buf *out)
{
    static wc_proof proof;
    size_t bad;
    WC_TRY(wc_proof_decode(&proof, &bad, bytes));
    (void)!wc_proof_verify(&proof, &proof.k, &proof.k);
    wc_proof_put(out, &proof);
    return WC_OK;
}

static wc_status recode_account(wc_slice bytes, wc_buf *out)
{
    static wc_account account;
    WC_TRY(wc_account_decode(&account, bytes));
    wc_account_put(out, &account);
    return WC_OK;
}

static wc_status recode_instance(wc_slice bytes, wc_buf *out)
{
    wc_instance_entry instance;
    WC_TRY(wc_instance_decode(&instance, bytes));
    wc_instance_put(out, &instance);
    return WC_OK;
}

static wc_status recode_offer(wc_slice bytes, wc_buf *out)
{
    static wc_offer offer;
    WC_TRY(wc_offer_decode(&offer, bytes));
    wc_offer_put(out, &offer);
    return WC_OK;
}

static wc_status recode_reading(wc_slice bytes, wc_buf *out)
{
    static wc_reading reading;
    WC_TRY(wc_reading_decode(&reading, bytes));
    wc_reading_put(out, &reading);
    return WC_OK;
}

static wc_status recode_meter(wc_slice bytes, wc_buf *out)
{
    wc_meter meter;
    WC_TRY(wc_meter_decode(&meter, bytes));
    wc_meter_put(out, &meter);
    return WC_OK;
}

static const recode_fn layouts[] = {
    recode_record,  recode_block,   recode_certificate, recode_page,
    recode_genesis, recode_proof,   recode_account,     recode_instance,
    recode_offer,   recode_reading, recode_meter,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t recoded[1u << 20];
    if (size == 0 || size > sizeof recoded || data[0] >= WC_ARRAY_LEN(layouts)) return 0;
    wc_slice input = wc_slice_of(data + 1, size - 1);
    wc_buf buf;
    wc_buf_init(&buf, recoded, sizeof recoded);
    if (layouts[data[0]](input, &buf) != WC_OK) return 0;
    if (!wc_slice_equal(wc_buf_slice(&buf), input)) abort();
    return 0;
}
