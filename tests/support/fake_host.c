/* The host in memory: sorted arrays, searched; every change goes into the log. */
#include "tests/support/fake_host.h"

#include <stdlib.h>

#include "vm/base/codec.h"
#include "vm/isa/module.h"

static wc_fake_host *host_of(void *self)
{
    return (wc_fake_host *)self;
}

/* Every host function begins with this: a test can stop the host after any number of calls. */
static bool stops(wc_fake_host *host)
{
    if (host->calls_left == 0) return true;
    host->calls_left--;
    return false;
}

/* ---- the log ------------------------------------------------------------------------------------
 */

static void log_bytes(wc_fake_host *host, const void *data, size_t len)
{
    wc_assert(len <= WC_FAKE_LOG_MAX - host->log_len);
    if (len != 0) memcpy(host->log + host->log_len, data, len);
    host->log_len += len;
}

static void log_start(wc_fake_host *host, char what)
{
    log_bytes(host, &what, 1);
}

static void log_number(wc_fake_host *host, int64_t number)
{
    uint8_t bytes[8];
    wc_store_u64(bytes, (uint64_t)number);
    log_bytes(host, bytes, sizeof bytes);
}

static void log_slice(wc_fake_host *host, wc_slice slice)
{
    log_number(host, (int64_t)slice.len);
    log_bytes(host, slice.data, slice.len);
}

/* ---- storage ------------------------------------------------------------------------------------
 */

static size_t full_key(const wc_storage_key *key, uint8_t out[3 + 72])
{
    wc_assert(key->key.len <= 72);
    out[0] = (uint8_t)key->part;
    wc_store_u16(out + 1, key->field);
    if (key->key.len != 0) memcpy(out + 3, key->key.data, key->key.len);
    return 3 + key->key.len;
}

/* Index of the first entry that is not below the key. */
static size_t lower_bound(const wc_fake_host *host, wc_slice key)
{
    size_t low = 0;
    size_t high = host->entry_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const wc_fake_entry *entry = &host->entries[middle];
        if (wc_slice_compare(wc_slice_of(entry->key, entry->key_len), key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static wc_fake_entry *find(const wc_fake_host *host, wc_slice key, size_t *at)
{
    *at = lower_bound(host, key);
    if (*at == host->entry_count) return NULL;
    wc_fake_entry *entry = &host->entries[*at];
    return wc_slice_equal(wc_slice_of(entry->key, entry->key_len), key) ? entry : NULL;
}

static wc_host_answer load(void *self, const wc_storage_key *key, wc_slice *value)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    uint8_t bytes[3 + 72];
    size_t at;
    wc_fake_entry *entry = find(host, wc_slice_of(bytes, full_key(key, bytes)), &at);
    if (entry == NULL) return WC_HOST_ABSENT;
    *value = wc_slice_of(entry->value, entry->value_len);
    return WC_HOST_OK;
}

static wc_host_answer store(void *self, const wc_storage_key *key, wc_slice value)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    uint8_t bytes[3 + 72];
    size_t len = full_key(key, bytes);
    size_t at;
    wc_fake_entry *entry = find(host, wc_slice_of(bytes, len), &at);
    if (entry == NULL) {
        wc_assert(host->entry_count < WC_FAKE_KEYS_MAX);
        entry = &host->entries[at];
        memmove(entry + 1, entry, (host->entry_count - at) * sizeof *entry);
        host->entry_count++;
        memcpy(entry->key, bytes, len);
        entry->key_len = len;
    } else {
        free(entry->value);
    }
    entry->value = malloc(value.len + 1);
    wc_assert(entry->value != NULL);
    if (value.len != 0) memcpy(entry->value, value.data, value.len);
    entry->value_len = value.len;
    log_start(host, 'S');
    log_slice(host, wc_slice_of(bytes, len));
    log_slice(host, value);
    return WC_HOST_OK;
}

static wc_host_answer remove_key(void *self, const wc_storage_key *key)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    uint8_t bytes[3 + 72];
    size_t len = full_key(key, bytes);
    size_t at;
    wc_fake_entry *entry = find(host, wc_slice_of(bytes, len), &at);
    log_start(host, 'R');
    log_slice(host, wc_slice_of(bytes, len));
    if (entry == NULL) return WC_HOST_OK;
    free(entry->value);
    memmove(entry, entry + 1, (host->entry_count - at - 1) * sizeof *entry);
    host->entry_count--;
    return WC_HOST_OK;
}

static wc_host_answer elements(void *self, uint16_t field, wc_host_element visit, void *context)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    uint8_t prefix[3] = {WC_KEY_ELEMENT};
    wc_store_u16(prefix + 1, field);
    for (size_t i = lower_bound(host, wc_slice_of(prefix, 3)); i < host->entry_count; i++) {
        const wc_fake_entry *entry = &host->entries[i];
        if (memcmp(entry->key, prefix, 3) != 0) break;
        wc_slice key = wc_slice_of(entry->key + 3, entry->key_len - 3);
        if (!visit(context, key, wc_slice_of(entry->value, entry->value_len))) break;
    }
    return WC_HOST_OK;
}

/* ---- money --------------------------------------------------------------------------------------
 */

wc_party wc_fake_party(uint8_t byte)
{
    wc_party party;
    memset(party.bytes, byte, sizeof party.bytes);
    return party;
}

static bool same(const wc_party *a, const wc_party *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

wc_fake_account *wc_fake_account_of(wc_fake_host *host, const wc_party *party)
{
    size_t at = 0;
    while (at < host->account_count &&
           memcmp(host->accounts[at].party.bytes, party->bytes, 32) < 0) {
        at++;
    }
    wc_fake_account *account = &host->accounts[at];
    if (at < host->account_count && same(&account->party, party)) return account;
    wc_assert(host->account_count < WC_FAKE_PARTIES_MAX);
    memmove(account + 1, account, (host->account_count - at) * sizeof *account);
    host->account_count++;
    *account = (wc_fake_account){.party = *party};
    return account;
}

static uint32_t count_holders(const wc_fake_host *host)
{
    uint32_t count = 0;
    for (size_t i = 0; i < host->account_count; i++) {
        for (size_t k = 0; k < WC_FAKE_ASSETS_MAX; k++) count += host->accounts[i].escrow[k] != 0;
    }
    return count;
}

static void log_posting(wc_fake_host *host, const wc_posting *posting)
{
    log_start(host, 'P');
    log_number(host, posting->move);
    log_bytes(host, posting->from.bytes, 32);
    log_bytes(host, posting->to.bytes, 32);
    log_number(host, posting->currency);
    log_number(host, posting->amount);
    log_slice(host, posting->reference);
    log_number(host, posting->function);
    log_number(host, posting->word);
}

static wc_host_answer move_money(int64_t *from, int64_t *to, int64_t amount, int64_t *have)
{
    if (*from < amount) {
        *have = *from;
        return WC_HOST_SHORT;
    }
    *from -= amount;
    if (to != NULL) *to += amount;
    return WC_HOST_OK;
}

static wc_host_answer pay(wc_fake_host *host, const wc_posting *posting, int64_t *have)
{
    uint16_t c = posting->currency;
    (void)wc_fake_account_of(host, &posting->to); /* both exist before places are taken */
    wc_fake_account *from = wc_fake_account_of(host, &posting->from);
    wc_fake_account *to = wc_fake_account_of(host, &posting->to);
    from = wc_fake_account_of(host, &posting->from);
    bool own = same(&posting->from, &host->own);
    int64_t *source = own ? &from->free[c] : &from->escrow[c];
    wc_host_answer answer = move_money(source, &to->free[c], posting->amount, have);
    if (answer == WC_HOST_OK) {
        from->posted[c] -= posting->amount;
        to->posted[c] += posting->amount;
    }
    return answer;
}

static wc_host_answer post(void *self, const wc_posting *posting, int64_t *have)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    wc_assert(posting->amount > 0 && posting->currency < WC_FAKE_ASSETS_MAX);
    log_posting(host, posting);
    uint16_t c = posting->currency;
    wc_fake_account *from = wc_fake_account_of(host, &posting->from);
    switch (posting->move) {
    case WC_MOVE_LOCK:
        if (!from->is_signer && !same(&posting->from, &host->own)) return WC_HOST_REFUSED;
        if (from->escrow[c] == 0 && count_holders(host) >= host->holders_max) return WC_HOST_LIMIT;
        return move_money(&from->free[c], &from->escrow[c], posting->amount, have);
    case WC_MOVE_UNLOCK: return move_money(&from->escrow[c], &from->free[c], posting->amount, have);
    case WC_MOVE_PAY: return pay(host, posting, have);
    case WC_MOVE_REDEEM:
        if (host->refuses_bank) return WC_HOST_REFUSED;
        return move_money(&from->escrow[c], &from->redeemed[c], posting->amount, have);
    }
    return WC_HOST_STOP;
}

static wc_host_answer escrow(void *self, const wc_party *party, uint16_t currency, int64_t *amount)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    *amount = wc_fake_account_of(host, party)->escrow[currency];
    return WC_HOST_OK;
}

static wc_host_answer own_balance(void *self, uint16_t currency, int64_t *amount)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    *amount = wc_fake_account_of(host, &host->own)->free[currency];
    return WC_HOST_OK;
}

static wc_host_answer posted(void *self, const wc_party *party, uint16_t currency, int64_t *amount)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    *amount = wc_fake_account_of(host, party)->posted[currency];
    return WC_HOST_OK;
}

static wc_host_answer unlock_all(void *self, uint32_t *holders)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    *holders = count_holders(host);
    log_start(host, 'U');
    for (size_t i = 0; i < host->account_count; i++) {
        wc_fake_account *account = &host->accounts[i];
        for (size_t c = 0; c < WC_FAKE_ASSETS_MAX; c++) {
            account->free[c] += account->escrow[c];
            account->escrow[c] = 0;
        }
    }
    return WC_HOST_OK;
}

static wc_host_answer holder_count(void *self, uint32_t *holders)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    *holders = count_holders(host);
    return WC_HOST_OK;
}

int64_t wc_fake_total(const wc_fake_host *host, uint16_t currency)
{
    int64_t total = 0;
    for (size_t i = 0; i < host->account_count; i++) {
        const wc_fake_account *account = &host->accounts[i];
        total += account->free[currency] + account->escrow[currency] + account->redeemed[currency];
    }
    return total;
}

/* ---- the outside --------------------------------------------------------------------------------
 */

static wc_host_answer emit(void *self, uint16_t event, wc_slice args)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    if (host->events >= host->events_max) return WC_HOST_LIMIT;
    host->events++;
    log_start(host, 'E');
    log_number(host, event);
    log_slice(host, args);
    return WC_HOST_OK;
}

static wc_host_answer view(void *self, const wc_party *instance, uint32_t method, wc_slice args,
                           uint64_t *gas, wc_buf *result)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    log_start(host, 'V');
    log_bytes(host, instance->bytes, 32);
    log_number(host, method);
    log_slice(host, args);
    *gas -= host->view_gas < *gas ? host->view_gas : *gas;
    if (host->view_answer == WC_HOST_OK) wc_buf_put_slice(result, host->view_result);
    return host->view_answer;
}

static wc_host_answer send(void *self, const wc_party *instance, uint32_t method, wc_slice args)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    if (host->sends >= host->sends_max) return WC_HOST_LIMIT;
    host->sends++;
    log_start(host, 'Q');
    log_bytes(host, instance->bytes, 32);
    log_number(host, method);
    log_slice(host, args);
    return WC_HOST_OK;
}

static wc_host_answer is_signer(void *self, const wc_party *party, bool *answer)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    *answer = wc_fake_account_of(host, party)->is_signer;
    return WC_HOST_OK;
}

static wc_host_answer holds_role(void *self, const wc_party *party, wc_str role, bool *answer)
{
    wc_fake_host *host = host_of(self);
    if (stops(host)) return WC_HOST_STOP;
    const char *held = wc_fake_account_of(host, party)->role;
    *answer = held != NULL && wc_str_equal(wc_str_of(held), role);
    return WC_HOST_OK;
}

const wc_host_ops wc_fake_host_ops = {
    .load = load,
    .store = store,
    .remove = remove_key,
    .elements = elements,
    .post = post,
    .escrow = escrow,
    .own_balance = own_balance,
    .posted = posted,
    .unlock_all = unlock_all,
    .holder_count = holder_count,
    .emit = emit,
    .view = view,
    .send = send,
    .is_signer = is_signer,
    .holds_role = holds_role,
};

/* ---- life ---------------------------------------------------------------------------------------
 */

void wc_fake_host_init(wc_fake_host *host, const wc_party *own)
{
    *host = (wc_fake_host){.own = *own,
                           .holders_max = WC_HOST_HOLDERS_MAX,
                           .events_max = UINT32_MAX,
                           .sends_max = WC_SENDS_MAX,
                           .calls_left = UINT64_MAX,
                           .view_answer = WC_HOST_ABSENT};
    host->entries = malloc(WC_FAKE_KEYS_MAX * sizeof *host->entries);
    host->log = malloc(WC_FAKE_LOG_MAX);
    wc_assert(host->entries != NULL && host->log != NULL);
}

void wc_fake_host_drop(wc_fake_host *host)
{
    for (size_t i = 0; i < host->entry_count; i++) free(host->entries[i].value);
    free(host->entries);
    free(host->log);
    *host = (wc_fake_host){.entries = NULL};
}

void wc_fake_host_copy(wc_fake_host *to, const wc_fake_host *from)
{
    for (size_t i = 0; i < to->entry_count; i++) free(to->entries[i].value);
    wc_fake_entry *entries = to->entries;
    uint8_t *log = to->log;
    size_t log_len = to->log_len;
    *to = *from;
    to->entries = entries;
    to->log = log;
    to->log_len = log_len;
    for (size_t i = 0; i < from->entry_count; i++) {
        entries[i] = from->entries[i];
        entries[i].value = malloc(from->entries[i].value_len + 1);
        wc_assert(entries[i].value != NULL);
        if (from->entries[i].value_len != 0) {
            memcpy(entries[i].value, from->entries[i].value, from->entries[i].value_len);
        }
    }
}
