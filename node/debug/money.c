/* Balances of a run, from what its parties have at the start and every posting since. */
#include "node/debug/record.h"

static bool is_account(const wc_sub_account *a, const wc_sub_account *b)
{
    return a->kind == b->kind && wc_hash_equal(&a->owner, &b->owner) &&
           (a->kind != WC_SUB_ESCROW || wc_hash_equal(&a->party, &b->party));
}

/* NULL: the table is full, which is said of the record. */
static wc_dbg_balance *balance_of(wc_dbg_record *record, const wc_sub_account *account,
                                  uint32_t asset)
{
    for (uint32_t i = 0; i < record->balance_count; i++) {
        wc_dbg_balance *balance = &record->balances[i];
        if (balance->asset == asset && is_account(&balance->account, account)) return balance;
    }
    if (record->balance_count == WC_DBG_BALANCES_MAX) {
        record->is_full = true;
        return NULL;
    }
    wc_dbg_balance *balance = &record->balances[record->balance_count++];
    *balance = (wc_dbg_balance){.account = *account, .asset = asset};
    return balance;
}

void wc_dbg_balances_begin(wc_dbg_record *record, const wc_world *world)
{
    record->balance_count = 0;
    for (uint16_t i = 0; i < world->party_count; i++) {
        wc_sub_account account = {.kind = WC_SUB_FREE, .owner = world->addresses[i]};
        for (uint32_t c = 0; c < record->money.count; c++) {
            uint32_t asset = record->money.list[c].asset;
            wc_dbg_balance *balance = balance_of(record, &account, asset);
            if (balance == NULL) return;
            balance->amount = wc_chain_free(world->chain, &account.owner, asset);
        }
    }
}

static void add(wc_dbg_record *record, const wc_sub_account *account, uint32_t asset,
                int64_t amount)
{
    wc_dbg_balance *balance = balance_of(record, account, asset);
    if (balance == NULL) return;
    wc_status status = wc_i64_add(balance->amount, amount, &balance->amount);
    wc_assert(status == WC_OK); /* no holder can have more than the supply */
}

void wc_dbg_balances_post(wc_dbg_record *record, const wc_ledger_posting *posting, bool is_undone)
{
    int64_t amount = is_undone ? -posting->amount : posting->amount;
    add(record, &posting->from, posting->asset, -amount);
    add(record, &posting->to, posting->asset, amount);
}
