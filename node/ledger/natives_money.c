/* Native methods on money: deposits that a bank records, and mandates that a payer grants. */
#include "node/ledger/accounts.h"
#include "node/ledger/asset.h"
#include "node/ledger/authority.h"
#include "node/ledger/natives.h"
#include "node/ledger/post.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

typedef struct deposit_args {
    uint32_t asset;
    wc_address party;
    int64_t amount;
    wc_slice statement, entry;
    uint32_t value_day;
} deposit_args;

static bool read_deposit(deposit_args *deposit, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    return wc_read_u32(&reader, &deposit->asset) == WC_OK &&
           wc_read_hash(&reader, &deposit->party) == WC_OK &&
           wc_read_i64(&reader, &deposit->amount) == WC_OK &&
           wc_read_str8_in(&reader, 1, 255, &deposit->statement) == WC_OK &&
           wc_read_str8_in(&reader, 1, 255, &deposit->entry) == WC_OK &&
           wc_read_u32(&reader, &deposit->value_day) == WC_OK && wc_read_end(&reader) == WC_OK;
}

/* Loads an asset that money can be in; refuses an unknown one and network units. */
static wc_status load_currency(wc_job *job, uint32_t number, wc_asset *asset)
{
    wc_state_key key = wc_key_asset(number);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status == WC_NOT_FOUND) {
        wc_job_refuse(job, WC_REFUSAL_ASSET_UNKNOWN);
        return WC_OK;
    }
    if (status != WC_OK) return status;
    if (wc_asset_decode(asset, value) != WC_OK) return WC_CORRUPT;
    asset->code = wc_slice_of(NULL, 0); /* lies in the overlay and ends with its next call */
    if (number == WC_ASSET_NETWORK) wc_job_refuse(job, WC_REFUSAL_ASSET_NOT_TRANSFERABLE);
    return WC_OK;
}

static wc_status check_deposit(wc_job *job, const deposit_args *deposit, const wc_address *bank)
{
    wc_asset asset;
    WC_TRY(load_currency(job, deposit->asset, &asset));
    if (job->is_failed) return WC_OK;
    bool is_bank, exists, is_open;
    WC_TRY(wc_role_is_held(job->ledger, bank, WC_ROLE_BANK, &is_bank));
    if (!is_bank || !wc_hash_equal(bank, &asset.issuer)) {
        wc_job_refuse(job, WC_REFUSAL_NOT_THE_ISSUER);
    }
    if (wc_tx_key_count(job->tx, bank) < 2) {
        wc_job_refuse(job, WC_REFUSAL_SECOND_PERSON_NEEDED);
    }
    int64_t issued;
    if (deposit->amount <= 0 || wc_i64_add(asset.issued, deposit->amount, &issued) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_AMOUNT_OUT_OF_RANGE);
    }
    WC_TRY(wc_party_find(job, &deposit->party, &exists, &is_open));
    if (!is_open) wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
    return WC_OK;
}

/* The two people of the bank are known by the public keys under which they signed: the first two of
 * the bank's signatures, in the order of their key numbers. */
static wc_status name_people(wc_job *job, const wc_address *bank, wc_bank_fact *fact)
{
    wc_account account;
    WC_TRY(wc_account_at_start(job->ledger, bank, &account));
    int auth = wc_tx_auth_index(job->tx, bank);
    unsigned found = 0;
    for (uint8_t i = 0; i < job->tx->sig_count && found < 2; i++) {
        if (job->tx->sigs[i].auth != auth) continue;
        const wc_account_key *key = wc_account_key_find(&account, job->tx->sigs[i].key_id);
        wc_assert(key != NULL); /* admission found it */
        wc_address *person = found++ == 0 ? &fact->maker : &fact->checker;
        memcpy(person->bytes, key->pub, sizeof person->bytes);
    }
    if (wc_hash_equal(&fact->maker, &fact->checker)) {
        wc_job_refuse(job, WC_REFUSAL_SECOND_PERSON_NEEDED);
    }
    return WC_OK;
}

static wc_hash reference_of(const deposit_args *deposit)
{
    uint8_t lengths[2] = {(uint8_t)deposit->statement.len, (uint8_t)deposit->entry.len};
    wc_slice parts[4] = {wc_slice_of(&lengths[0], 1), deposit->statement,
                         wc_slice_of(&lengths[1], 1), deposit->entry};
    return wc_hash_domain("fact/1", parts, WC_ARRAY_LEN(parts));
}

static void store_fact(wc_job *job, const wc_state_key *key, const wc_bank_fact *fact)
{
    uint8_t bytes[WC_BANK_FACT_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_bank_fact_put(&buf, fact);
    wc_assert(!buf.full);
    wc_job_put(job, key, wc_buf_slice(&buf));
}

static wc_status post_deposit(wc_job *job, const deposit_args *deposit, const wc_hash *reference)
{
    wc_ledger_posting posting = {.asset = deposit->asset,
                                 .from = wc_sub_free(&job->ledger->issuance),
                                 .to = wc_sub_free(&deposit->party),
                                 .amount = deposit->amount,
                                 .call = job->call,
                                 .cause = WC_CAUSE_ISSUE,
                                 .function = WC_NONE};
    wc_post_answer answer;
    if (!wc_job_charge(job, WC_GAS_POSTING)) return WC_OK;
    wc_status status = wc_post(job, &posting, NULL, &answer, NULL);
    if (status == WC_TOO_LARGE) wc_job_refuse(job, WC_REFUSAL_WRITE_LIMIT);
    if (status != WC_OK) return status == WC_TOO_LARGE ? WC_OK : status;
    if (answer != WC_POSTED) wc_job_refuse(job, WC_REFUSAL_EVENT_LIMIT);

    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_u32(buf, deposit->asset);
    wc_buf_put_hash(buf, &deposit->party);
    wc_buf_put_i64(buf, deposit->amount);
    wc_buf_put_hash(buf, reference);
    wc_job_announce(job, WC_EVENT_DEPOSIT_RECORDED, wc_buf_slice(buf));
    return WC_OK;
}

wc_status wc_native_deposit(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    deposit_args deposit;
    if (!read_deposit(&deposit, args)) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    const wc_address *bank = wc_call_principal(job, call);
    WC_TRY(check_deposit(job, &deposit, bank));
    if (job->is_failed) return WC_OK;

    wc_hash reference = reference_of(&deposit);
    wc_state_key key = wc_key_bank_fact(bank, &reference);
    wc_slice existing;
    wc_status status = wc_job_get(job, &key, &existing);
    if (status == WC_OK) wc_job_refuse(job, WC_REFUSAL_ALREADY_RECORDED);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (job->is_failed) return WC_OK;

    wc_bank_fact fact = {.status = WC_BANK_FACT_APPROVED,
                         .kind = WC_BANK_FACT_DEPOSIT,
                         .asset = deposit.asset,
                         .party = deposit.party,
                         .amount = deposit.amount,
                         .value_day = deposit.value_day,
                         .details = wc_sha256_one(args)};
    WC_TRY(name_people(job, bank, &fact));
    if (job->is_failed) return WC_OK;
    wc_refusal why;
    WC_TRY(wc_key_limits_use(job, bank, deposit.asset, deposit.amount, &why));
    if (why != WC_REFUSAL_NONE) wc_job_refuse(job, why);
    if (job->is_failed) return WC_OK;
    store_fact(job, &key, &fact);
    if (job->is_failed) return WC_OK;
    return post_deposit(job, &deposit, &reference);
}

/* ---- mandates -------------------------------------------------------------------------------- */

static void announce_mandate(wc_job *job, const wc_address *payer, const wc_address *instance,
                             uint32_t asset)
{
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, payer);
    wc_buf_put_hash(buf, instance);
    wc_buf_put_u32(buf, asset);
    wc_job_announce(job, WC_EVENT_MANDATE_CHANGED, wc_buf_slice(buf));
}

static bool read_mandate(wc_reader *reader, wc_address *instance, uint32_t *asset,
                         wc_mandate *mandate)
{
    *mandate = (wc_mandate){0};
    return wc_read_hash(reader, instance) == WC_OK && wc_read_u32(reader, asset) == WC_OK &&
           wc_read_i64_in(reader, 1, INT64_MAX, &mandate->limit) == WC_OK &&
           wc_read_i64_in(reader, 1, mandate->limit, &mandate->per_period) == WC_OK &&
           wc_read_u32_in(reader, 1, UINT32_MAX, &mandate->period_s) == WC_OK &&
           wc_read_i64(reader, &mandate->expiry_s) == WC_OK && wc_read_end(reader) == WC_OK;
}

wc_status wc_native_mandate_grant(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    wc_address instance;
    uint32_t number;
    wc_mandate mandate;
    if (!read_mandate(&reader, &instance, &number, &mandate) ||
        mandate.expiry_s <= job->ledger->time_s) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    wc_asset asset;
    WC_TRY(load_currency(job, number, &asset));
    wc_state_key contract = wc_key_instance(&instance);
    wc_slice entry;
    wc_status status = wc_job_get(job, &contract, &entry);
    if (status == WC_NOT_FOUND) wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (job->is_failed) return WC_OK;

    const wc_address *payer = wc_call_principal(job, call);
    bool is_free; /* a mandate is not counted against a key's daily limit */
    WC_TRY(wc_accounts_signed_freely(job, payer, &is_free));
    if (!is_free) wc_job_refuse(job, WC_REFUSAL_KEY_LIMITED);
    if (job->is_failed) return WC_OK;
    uint8_t bytes[WC_MANDATE_SIZE];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_mandate_put(&buf, &mandate);
    wc_state_key key = wc_key_mandate(payer, &instance, number);
    wc_job_put(job, &key, wc_buf_slice(&buf));
    announce_mandate(job, payer, &instance, number);
    return WC_OK;
}

wc_status wc_native_mandate_revoke(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    wc_address instance;
    uint32_t asset;
    if (wc_read_hash(&reader, &instance) != WC_OK || wc_read_u32(&reader, &asset) != WC_OK ||
        wc_read_end(&reader) != WC_OK) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
        return WC_OK;
    }
    const wc_address *payer = wc_call_principal(job, call);
    wc_state_key key = wc_key_mandate(payer, &instance, asset);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status == WC_NOT_FOUND) wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (job->is_failed) return WC_OK;
    wc_job_delete(job, &key);
    announce_mandate(job, payer, &instance, asset);
    return WC_OK;
}
