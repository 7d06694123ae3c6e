/* Native methods that make accounts and grant roles. All act by the administration's rule; what
 * they change takes effect with the next block, because a block reads accounts as they were at its
 * start. */
#include "node/ledger/accounts.h"
#include "node/ledger/authority.h"
#include "node/ledger/duties.h"
#include "node/ledger/natives.h"
#include "node/ledger/read.h"
#include "node/ledger/roles.h"

void wc_accounts_store(wc_job *job, const wc_address *address, const wc_account *account)
{
    uint8_t bytes[WC_ACCOUNT_SIZE_MAX];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_account_put(&buf, account);
    wc_assert(!buf.full);
    wc_state_key key = wc_key_account(address);
    wc_job_put(job, &key, wc_buf_slice(&buf));
}

wc_status wc_accounts_load(wc_job *job, const wc_address *address, wc_account *account)
{
    wc_state_key key = wc_key_account(address);
    wc_slice value;
    wc_status status = wc_job_get(job, &key, &value);
    if (status == WC_NOT_FOUND) {
        wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
        return WC_OK;
    }
    if (status != WC_OK) return status;
    return wc_account_decode(account, value) == WC_OK ? WC_OK : WC_CORRUPT;
}

void wc_accounts_announce(wc_job *job, const wc_address *address, wc_account_change what,
                          uint16_t detail)
{
    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, address);
    wc_buf_put_u8(buf, (uint8_t)what);
    wc_buf_put_u16(buf, detail);
    wc_job_announce(job, WC_EVENT_ACCOUNT_CHANGED, wc_buf_slice(buf));
}

wc_status wc_accounts_signed_freely(wc_job *job, const wc_address *address, bool *is_free)
{
    wc_account account;
    WC_TRY(wc_account_at_start(job->ledger, address, &account));
    int auth = wc_tx_auth_index(job->tx, address);
    *is_free = true;
    for (uint8_t i = 0; i < job->tx->sig_count; i++) {
        if (job->tx->sigs[i].auth != auth) continue;
        const wc_account_key *key = wc_account_key_find(&account, job->tx->sigs[i].key_id);
        wc_assert(key != NULL); /* admission found it */
        if (key->scope != WC_SCOPE_ALL || key->cap_asset != 0) *is_free = false;
    }
    return WC_OK;
}

wc_status wc_accounts_require(wc_job *job, const wc_address *address, const wc_account *account,
                              bool or_owner)
{
    const wc_address *signer = address;
    if (!wc_call_is_signed_by(job, signer)) signer = &account->owner;
    bool may_own = or_owner && account->kind == WC_ACCOUNT_DEVICE;
    if ((signer != address && !may_own) || !wc_call_is_signed_by(job, signer)) {
        wc_job_refuse(job, WC_REFUSAL_NOT_AUTHORISED);
        return WC_OK;
    }
    bool is_free;
    WC_TRY(wc_accounts_signed_freely(job, signer, &is_free));
    if (!is_free) wc_job_refuse(job, WC_REFUSAL_KEY_LIMITED);
    return WC_OK;
}

static void check_duties(wc_job *job, const wc_account *account)
{
    if (wc_duty_broken(account, job->ledger->height + 1) != NULL) {
        wc_job_refuse(job, WC_REFUSAL_DUTIES_CONFLICT);
    }
}

static void check_keys(wc_job *job, const wc_account *account)
{
    for (uint8_t i = 0; i < account->key_count; i++) {
        wc_public_key pub;
        memcpy(pub.bytes, account->keys[i].pub, sizeof pub.bytes);
        bool is_revoked = account->keys[i].revoked_h != WC_HEIGHT_NONE;
        if (is_revoked || wc_public_key_check(&pub) != WC_OK) {
            wc_job_refuse(job, WC_REFUSAL_KEY_UNFIT);
        }
    }
}

static wc_status check_owner(wc_job *job, const wc_account *account)
{
    if (account->kind == WC_ACCOUNT_PARTY) return WC_OK;
    bool exists, is_open;
    WC_TRY(wc_party_find(job, &account->owner, &exists, &is_open));
    if (!is_open) wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
    return WC_OK;
}

wc_status wc_native_account_create(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_account account;
    wc_require_admin(job);
    if (wc_account_decode(&account, args) != WC_OK || account.status != WC_ACCOUNT_ACTIVE) {
        wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    }
    if (job->is_failed) return WC_OK;
    check_keys(job, &account);
    check_duties(job, &account);
    WC_TRY(check_owner(job, &account));
    const wc_address *creator = wc_call_principal(job, call);
    for (uint8_t i = 0; i < account.role_count; i++) account.roles[i].by = *creator;
    wc_origin origin = {job->tx_id, job->call, 0};
    wc_address address = wc_address_account(&origin);
    if (job->is_failed) return WC_OK;
    wc_accounts_store(job, &address, &account);

    wc_event_data data;
    wc_buf *buf = wc_event_data_begin(&data);
    wc_buf_put_hash(buf, &address);
    wc_buf_put_hash(buf, creator);
    wc_job_announce(job, WC_EVENT_ACCOUNT_CREATED, wc_buf_slice(buf));
    wc_native_return(job, wc_slice_of(address.bytes, sizeof address.bytes));
    return WC_OK;
}

/* Inserts in the order (role, from_h); the entry of the same role and height is replaced. */
static void insert_role(wc_job *job, wc_account *account, const wc_account_role *role)
{
    uint8_t at = 0;
    while (at < account->role_count &&
           (account->roles[at].role < role->role ||
            (account->roles[at].role == role->role && account->roles[at].from_h < role->from_h))) {
        at++;
    }
    bool is_there = at < account->role_count && account->roles[at].role == role->role &&
                    account->roles[at].from_h == role->from_h;
    if (!is_there) {
        if (account->role_count == WC_ACCOUNT_ROLES_MAX) {
            wc_job_refuse(job, WC_REFUSAL_TOO_MANY);
            return;
        }
        memmove(&account->roles[at + 1], &account->roles[at],
                (size_t)(account->role_count - at) * sizeof account->roles[0]);
        account->role_count++;
    }
    account->roles[at] = *role;
}

wc_status wc_native_role_grant(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    wc_reader reader = wc_reader_of(args);
    wc_address address = {{0}};
    wc_account_role role = {.by = *wc_call_principal(job, call)};
    bool parses = wc_read_hash(&reader, &address) == WC_OK &&
                  wc_read_u16(&reader, &role.role) == WC_OK &&
                  wc_read_u64(&reader, &role.from_h) == WC_OK &&
                  wc_read_u64(&reader, &role.to_h) == WC_OK && wc_read_end(&reader) == WC_OK;
    wc_require_admin(job);
    if (role.from_h <= job->ledger->height) role.from_h = job->ledger->height + 1;
    if (!parses || role.to_h <= role.from_h) wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    if (!wc_role_exists(role.role)) wc_job_refuse(job, WC_REFUSAL_ROLE_UNKNOWN);
    if (job->is_failed) return WC_OK;
    wc_account account;
    WC_TRY(wc_accounts_load(job, &address, &account));
    if (job->is_failed) return WC_OK;
    insert_role(job, &account, &role);
    check_duties(job, &account);
    if (job->is_failed) return WC_OK;
    wc_accounts_store(job, &address, &account);
    wc_accounts_announce(job, &address, WC_ACCOUNT_ROLE_GRANTED, role.role);
    return WC_OK;
}

/* Grants that run on end with this block; those that have not begun vanish. */
static bool end_role(wc_account *account, uint16_t role, uint64_t next_height)
{
    bool found = false;
    uint8_t kept = 0;
    for (uint8_t i = 0; i < account->role_count; i++) {
        wc_account_role entry = account->roles[i];
        if (entry.role == role && entry.to_h > next_height) {
            found = true;
            if (entry.from_h >= next_height) continue;
            entry.to_h = next_height;
        }
        account->roles[kept++] = entry;
    }
    account->role_count = kept;
    return found;
}

wc_status wc_native_role_revoke(wc_job *job, const wc_tx_call *call, wc_slice args)
{
    (void)call;
    wc_reader reader = wc_reader_of(args);
    wc_address address = {{0}};
    uint16_t role = 0;
    bool parses = wc_read_hash(&reader, &address) == WC_OK &&
                  wc_read_u16(&reader, &role) == WC_OK && wc_read_end(&reader) == WC_OK;
    wc_require_admin(job);
    if (!parses) wc_job_refuse(job, WC_REFUSAL_BAD_ARGUMENTS);
    if (job->is_failed) return WC_OK;
    wc_account account;
    WC_TRY(wc_accounts_load(job, &address, &account));
    if (job->is_failed) return WC_OK;
    if (!end_role(&account, role, job->ledger->height + 1)) {
        wc_job_refuse(job, WC_REFUSAL_TARGET_UNKNOWN);
        return WC_OK;
    }
    wc_accounts_store(job, &address, &account);
    wc_accounts_announce(job, &address, WC_ACCOUNT_ROLE_REVOKED, role);
    return WC_OK;
}
