/* Native methods on an account's keys: adding, replacing and revoking them, and its threshold. The
 * account's address stays; retired keys go to the history, so that old signatures can be judged. */
#include "node/ledger/accounts.h"
#include "node/ledger/authority.h"
#include "node/ledger/natives.h"
#include "node/ledger/prices.h"
#include "node/ledger/read.h"

/* ---- a new key ------------------------------------------------------------------------------- */

static bool proves_possession(const wc_job *job, const wc_address *address, const wc_new_key *offer)
{
    wc_public_key pub;
    memcpy(pub.bytes, offer->key.pub, sizeof pub.bytes);
    wc_hash message =
        wc_possession_hash(&job->ledger->genesis_hash, address, offer->key.key_id, offer->key.pub);
    return wc_public_key_check(&pub) == WC_OK &&
           wc_verify(&pub, &offer->proof, wc_slice_of(message.bytes, sizeof message.bytes));
}

/* A number is used once in the life of an account: a signature names its key by it. */
wc_status wc_accounts_check_number(wc_job *job, const wc_address *address,
                                   const wc_account *account, uint16_t key_id)
{
    wc_state_key key = wc_key_key_history(address, key_id);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status != WC_OK && status != WC_NOT_FOUND) return status;
    if (status == WC_OK || wc_account_key_find(account, key_id) != NULL) {
        wc_job_refuse(job, WC_REFUSAL_KEY_EXISTS);
    }
    return WC_OK;
}

wc_status wc_accounts_check_key(wc_job *job, const wc_address *address, const wc_account *account,
                                wc_new_key *offer)
{
    wc_account_key *key = &offer->key;
    uint64_t next = job->ledger->height + 1;
    if (key->from_h < next) key->from_h = next;
    if (key->revoked_h != WC_HEIGHT_NONE || key->to_h <= key->from_h) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    }
    WC_TRY(wc_accounts_check_number(job, address, account, key->key_id));
    if (job->is_failed || !wc_job_charge(job, WC_PRICE_SIGNATURE)) return WC_OK;
    if (!proves_possession(job, address, offer)) wc_job_refuse(job, WC_REFUSAL_KEY_UNFIT);
    return WC_OK;
}

void wc_accounts_insert_key(wc_job *job, wc_account *account, const wc_account_key *key)
{
    uint32_t weight = key->weight;
    uint8_t at = 0;
    for (uint8_t i = 0; i < account->key_count; i++) {
        weight += account->keys[i].weight;
        if (account->keys[i].key_id < key->key_id) at++;
    }
    if (account->key_count == WC_ACCOUNT_KEYS_MAX || weight > WC_ACCOUNT_WEIGHT_MAX) {
        wc_job_refuse(job, WC_REFUSAL_TOO_MANY);
        return;
    }
    memmove(&account->keys[at + 1], &account->keys[at],
            (size_t)(account->key_count - at) * sizeof account->keys[0]);
    account->keys[at] = *key;
    account->key_count++;
}

/* ---- an old key ------------------------------------------------------------------------------ */

void wc_accounts_retire_key(wc_job *job, const wc_address *address, wc_account *account, uint8_t at)
{
    uint64_t next = job->ledger->height + 1;
    wc_key_record record = {account->keys[at], next};
    if (record.key.revoked_h > next) record.key.revoked_h = next;
    uint8_t bytes[1 + WC_ACCOUNT_KEY_SIZE + 8];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_key_record_put(&buf, &record);
    wc_assert(!buf.full);
    wc_state_key key = wc_key_key_history(address, record.key.key_id);
    wc_job_put(job, &key, wc_buf_slice(&buf));
    account->key_count--;
    memmove(&account->keys[at], &account->keys[at + 1],
            (size_t)(account->key_count - at) * sizeof account->keys[0]);
}

void wc_accounts_check_policy(wc_job *job, const wc_account *account)
{
    uint32_t weight = 0;
    for (uint8_t i = 0; i < account->key_count; i++) {
        const wc_account_key *key = &account->keys[i];
        if (wc_account_key_is_valid(key, job->ledger->height + 1)) weight += key->weight;
    }
    if (weight < account->threshold) wc_job_refuse(job, WC_REFUSAL_POLICY_UNREACHABLE);
}

/* Retires the key of this number; TARGET_UNKNOWN. */
static void retire(wc_job *job, const wc_address *address, wc_account *account, uint16_t key_id)
{
    const wc_account_key *key = wc_account_key_find(account, key_id);
    if (key == NULL) {
        wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
        return;
    }
    wc_accounts_retire_key(job, address, account, (uint8_t)(key - account->keys));
}

/* ---- methods --------------------------------------------------------------------------------- */

/* The account of a method that its own keys, or a device's owner, may call. */
static wc_status open_account(wc_job *job, bool parses, const wc_address *address,
                              wc_account *account)
{
    if (!parses) wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    if (job->is_failed) return WC_OK;
    WC_TRY(wc_accounts_load(job, address, account));
    if (job->is_failed) return WC_OK;
    return wc_accounts_require(job, address, account, true);
}

static void close_account(wc_job *job, const wc_address *address, const wc_account *account)
{
    if (!job->is_failed) wc_accounts_check_policy(job, account);
    if (!job->is_failed) wc_accounts_store(job, address, account);
}

static bool read_offer(wc_reader *reader, wc_new_key *offer)
{
    return wc_account_key_read(reader, &offer->key) == WC_OK &&
           wc_read_bytes(reader, offer->proof.bytes, sizeof offer->proof.bytes) == WC_OK &&
           wc_read_end(reader) == WC_OK;
}

wc_status wc_native_key_add(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    (void)call;
    wc_reader reader = wc_reader_of(args);
    wc_address address = {{0}};
    wc_new_key offer;
    wc_account account;
    bool parses = wc_read_hash(&reader, &address) == WC_OK && read_offer(&reader, &offer);
    WC_TRY(open_account(job, parses, &address, &account));
    if (job->is_failed) return WC_OK;
    WC_TRY(wc_accounts_check_key(job, &address, &account, &offer));
    if (job->is_failed) return WC_OK;
    wc_accounts_insert_key(job, &account, &offer.key);
    close_account(job, &address, &account);
    wc_accounts_announce(job, &address, WC_ACCOUNT_KEY_ADDED, offer.key.key_id);
    return WC_OK;
}

wc_status wc_native_key_replace(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    (void)call;
    wc_reader reader = wc_reader_of(args);
    wc_address address = {{0}};
    uint16_t old = 0;
    wc_new_key offer;
    wc_account account;
    bool parses = wc_read_hash(&reader, &address) == WC_OK && wc_read_u16(&reader, &old) == WC_OK &&
                  read_offer(&reader, &offer);
    WC_TRY(open_account(job, parses, &address, &account));
    if (job->is_failed) return WC_OK;
    WC_TRY(wc_accounts_check_key(job, &address, &account, &offer));
    if (job->is_failed) return WC_OK;
    retire(job, &address, &account, old);
    if (job->is_failed) return WC_OK;
    wc_accounts_insert_key(job, &account, &offer.key);
    close_account(job, &address, &account);
    wc_accounts_announce(job, &address, WC_ACCOUNT_KEY_REVOKED, old);
    wc_accounts_announce(job, &address, WC_ACCOUNT_KEY_ADDED, offer.key.key_id);
    return WC_OK;
}

wc_status wc_native_key_revoke(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    (void)call;
    wc_reader reader = wc_reader_of(args);
    wc_address address = {{0}};
    uint16_t key_id = 0;
    wc_account account;
    bool parses = wc_read_hash(&reader, &address) == WC_OK &&
                  wc_read_u16(&reader, &key_id) == WC_OK && wc_read_end(&reader) == WC_OK;
    WC_TRY(open_account(job, parses, &address, &account));
    if (job->is_failed) return WC_OK;
    retire(job, &address, &account, key_id);
    close_account(job, &address, &account);
    wc_accounts_announce(job, &address, WC_ACCOUNT_KEY_REVOKED, key_id);
    return WC_OK;
}

wc_status wc_native_threshold_set(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    (void)call;
    wc_reader reader = wc_reader_of(args);
    wc_address address = {{0}};
    uint16_t threshold = 0;
    wc_account account;
    bool parses = wc_read_hash(&reader, &address) == WC_OK &&
                  wc_read_u16_in(&reader, 1, UINT16_MAX, &threshold) == WC_OK &&
                  wc_read_end(&reader) == WC_OK;
    WC_TRY(open_account(job, parses, &address, &account));
    if (job->is_failed) return WC_OK;
    account.threshold = threshold;
    close_account(job, &address, &account);
    wc_accounts_announce(job, &address, WC_ACCOUNT_THRESHOLD_SET, 0);
    return WC_OK;
}
