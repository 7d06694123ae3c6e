/* Accounts and nonces; see account.h for the layouts. */
#include "node/ledger/account.h"

#include "node/ledger/read.h"
#include "node/ledger/roles.h"
#include "node/ledger/tx.h"

static const char *const scope_names[] = {"action", "deploy", "create", "native", "readings"};

_Static_assert(WC_SCOPE_ALL == (1u << WC_ARRAY_LEN(scope_names)) - 1, "every kind has a name");

const char *wc_scope_name(unsigned kind)
{
    return kind < WC_ARRAY_LEN(scope_names) ? scope_names[kind] : NULL;
}

uint32_t wc_scope_find(wc_str name)
{
    for (unsigned kind = 0; kind < WC_ARRAY_LEN(scope_names); kind++) {
        if (wc_str_equal(wc_str_of(scope_names[kind]), name)) return WC_SCOPE_OF(kind);
    }
    return 0;
}

void wc_account_key_put(wc_buf *buf, const wc_account_key *key)
{
    wc_buf_put_u16(buf, key->key_id);
    wc_buf_put_u8(buf, key->scheme);
    wc_buf_put(buf, key->pub, sizeof key->pub);
    wc_buf_put_u16(buf, key->weight);
    wc_buf_put_u32(buf, key->scope);
    wc_buf_put_u64(buf, key->from_h);
    wc_buf_put_u64(buf, key->to_h);
    wc_buf_put_u64(buf, key->revoked_h);
    wc_buf_put_u32(buf, key->cap_asset);
    wc_buf_put_i64(buf, key->cap);
}

wc_status wc_account_key_read(wc_reader *r, wc_account_key *key)
{
    WC_TRY(wc_read_u16(r, &key->key_id));
    WC_TRY(wc_read_u8_in(r, WC_SCHEME_ED25519, WC_SCHEME_ED25519, &key->scheme));
    WC_TRY(wc_read_bytes(r, key->pub, sizeof key->pub));
    WC_TRY(wc_read_u16_in(r, 1, UINT16_MAX, &key->weight));
    WC_TRY(wc_read_u32_in(r, 1, WC_SCOPE_ALL, &key->scope));
    WC_TRY(wc_read_u64_in(r, 0, UINT64_MAX - 1, &key->from_h));
    WC_TRY(wc_read_u64_in(r, key->from_h + 1, UINT64_MAX, &key->to_h));
    WC_TRY(wc_read_u64(r, &key->revoked_h));
    WC_TRY(wc_read_u32(r, &key->cap_asset));
    return wc_read_i64_in(r, 0, key->cap_asset == 0 ? 0 : INT64_MAX, &key->cap);
}

void wc_account_put(wc_buf *buf, const wc_account *account)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u8(buf, (uint8_t)account->kind);
    wc_buf_put_u8(buf, (uint8_t)account->status);
    wc_buf_put_u16(buf, account->threshold);
    wc_buf_put_u8(buf, account->key_count);
    for (size_t i = 0; i < account->key_count; i++) wc_account_key_put(buf, &account->keys[i]);
    wc_buf_put_u8(buf, account->role_count);
    for (size_t i = 0; i < account->role_count; i++) {
        wc_buf_put_u16(buf, account->roles[i].role);
        wc_buf_put_u64(buf, account->roles[i].from_h);
        wc_buf_put_u64(buf, account->roles[i].to_h);
        wc_buf_put_hash(buf, &account->roles[i].by);
    }
    wc_buf_put(buf, account->enc_pub, sizeof account->enc_pub);
    wc_buf_put_u8(buf, account->guardian_count);
    for (size_t i = 0; i < account->guardian_count; i++) {
        wc_buf_put_hash(buf, &account->guardians[i]);
    }
    wc_buf_put_u8(buf, account->guardian_threshold);
    wc_buf_put_u32(buf, account->recovery_delay_s);
    wc_buf_put_hash(buf, &account->owner);
}

/* Keys ascend by key_id; together they can reach the threshold. */
static wc_status read_keys(wc_reader *r, wc_account *account)
{
    WC_TRY(wc_read_u8_in(r, 1, WC_ACCOUNT_KEYS_MAX, &account->key_count));
    uint32_t weight = 0;
    for (size_t i = 0; i < account->key_count; i++) {
        WC_TRY(wc_account_key_read(r, &account->keys[i]));
        if (i > 0 && account->keys[i].key_id <= account->keys[i - 1].key_id) {
            return WC_NOT_CANONICAL;
        }
        weight += account->keys[i].weight;
    }
    if (weight > WC_ACCOUNT_WEIGHT_MAX || account->threshold > weight) return WC_OUT_OF_DOMAIN;
    return WC_OK;
}

static wc_status read_roles(wc_reader *r, wc_account *account)
{
    WC_TRY(wc_read_u8_in(r, 0, WC_ACCOUNT_ROLES_MAX, &account->role_count));
    for (size_t i = 0; i < account->role_count; i++) {
        wc_account_role *role = &account->roles[i];
        WC_TRY(wc_read_u16(r, &role->role));
        if (!wc_role_exists(role->role)) return WC_OUT_OF_DOMAIN;
        WC_TRY(wc_read_u64_in(r, 0, UINT64_MAX - 1, &role->from_h));
        WC_TRY(wc_read_u64_in(r, role->from_h + 1, UINT64_MAX, &role->to_h));
        WC_TRY(wc_read_hash(r, &role->by));
        if (i == 0) continue;
        const wc_account_role *before = role - 1;
        bool ascends = role->role > before->role ||
                       (role->role == before->role && role->from_h > before->from_h);
        if (!ascends) return WC_NOT_CANONICAL;
    }
    return WC_OK;
}

static wc_status read_guardians(wc_reader *r, wc_account *account)
{
    WC_TRY(wc_read_u8_in(r, 0, WC_ACCOUNT_GUARDIANS_MAX, &account->guardian_count));
    for (size_t i = 0; i < account->guardian_count; i++) {
        WC_TRY(wc_read_hash(r, &account->guardians[i]));
        if (i > 0 && wc_hash_compare(&account->guardians[i - 1], &account->guardians[i]) >= 0) {
            return WC_NOT_CANONICAL;
        }
    }
    return wc_read_u8_in(r, account->guardian_count > 0, account->guardian_count,
                         &account->guardian_threshold);
}

wc_status wc_account_decode(wc_account *account, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    uint8_t kind;
    uint8_t status;
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_u8_in(&r, WC_ACCOUNT_PARTY, WC_ACCOUNT_DEVICE, &kind));
    WC_TRY(wc_read_u8_in(&r, WC_ACCOUNT_ACTIVE, WC_ACCOUNT_CLOSED, &status));
    account->kind = (wc_account_kind)kind;
    account->status = (wc_account_status)status;
    WC_TRY(wc_read_u16_in(&r, 1, UINT16_MAX, &account->threshold));
    WC_TRY(read_keys(&r, account));
    WC_TRY(read_roles(&r, account));
    WC_TRY(wc_read_bytes(&r, account->enc_pub, sizeof account->enc_pub));
    WC_TRY(read_guardians(&r, account));
    WC_TRY(wc_read_u32(&r, &account->recovery_delay_s));
    WC_TRY(wc_read_hash(&r, &account->owner));
    bool is_device = account->kind == WC_ACCOUNT_DEVICE;
    if (is_device == wc_address_is_zero(&account->owner)) return WC_OUT_OF_DOMAIN;
    return wc_read_end(&r);
}

const wc_account_key *wc_account_key_find(const wc_account *account, uint16_t key_id)
{
    for (size_t i = 0; i < account->key_count; i++) {
        if (account->keys[i].key_id == key_id) return &account->keys[i];
    }
    return NULL;
}

bool wc_account_key_is_valid(const wc_account_key *key, uint64_t height)
{
    return height >= key->from_h && height < key->to_h && height < key->revoked_h;
}

bool wc_account_has_role(const wc_account *account, uint16_t role, uint64_t height)
{
    for (size_t i = 0; i < account->role_count; i++) {
        const wc_account_role *held = &account->roles[i];
        if (held->role == role && height >= held->from_h && height < held->to_h) return true;
    }
    return false;
}

void wc_key_record_put(wc_buf *buf, const wc_key_record *record)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_account_key_put(buf, &record->key);
    wc_buf_put_u64(buf, record->replaced_h);
}

wc_status wc_key_record_decode(wc_key_record *record, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_account_key_read(&r, &record->key));
    WC_TRY(wc_read_u64(&r, &record->replaced_h));
    return wc_read_end(&r);
}

/* ---- nonces -----------------------------------------------------------------------------------
 */

static bool has_window(uint16_t lane)
{
    return lane >= WC_LANE_WINDOW_FIRST;
}

static bool bit_is_set(const wc_nonce *nonce, uint64_t index)
{
    return (nonce->bitmap[index / 8] >> (7 - index % 8) & 1) != 0;
}

/* base + i without wrapping past the last number: the window ends there. */
static bool bits_are_canonical(const wc_nonce *nonce, uint16_t lane)
{
    if (bit_is_set(nonce, 0)) return false;
    for (uint64_t i = 1; i < WC_LANE_WINDOW; i++) {
        if (i % 8 == 0 && nonce->bitmap[i / 8] == 0) i += 7; /* most bytes are */
        if (!bit_is_set(nonce, i)) continue;
        if (!has_window(lane) || nonce->base > UINT64_MAX - 1 - i) return false;
    }
    return true;
}

void wc_nonce_put(wc_buf *buf, const wc_nonce *nonce)
{
    wc_buf_put_u8(buf, WC_STATE_VALUE_VERSION);
    wc_buf_put_u64(buf, nonce->base);
    wc_buf_put(buf, nonce->bitmap, sizeof nonce->bitmap);
}

wc_status wc_nonce_decode(wc_nonce *nonce, uint16_t lane, wc_slice value)
{
    wc_reader r = wc_reader_of(value);
    WC_TRY(wc_read_value_version(&r));
    WC_TRY(wc_read_u64(&r, &nonce->base));
    WC_TRY(wc_read_bytes(&r, nonce->bitmap, sizeof nonce->bitmap));
    if (!bits_are_canonical(nonce, lane)) return WC_NOT_CANONICAL;
    return wc_read_end(&r);
}

wc_nonce_answer wc_nonce_check(const wc_nonce *nonce, uint16_t lane, uint64_t value)
{
    if (value < nonce->base || value == UINT64_MAX) return WC_NONCE_USED;
    if (!has_window(lane)) return value == nonce->base ? WC_NONCE_FREE : WC_NONCE_GAP;
    if (value - nonce->base >= WC_LANE_WINDOW) return WC_NONCE_BEYOND;
    return bit_is_set(nonce, value - nonce->base) ? WC_NONCE_USED : WC_NONCE_FREE;
}

/* Moves base on by one and the bitmap with it. */
static void step(wc_nonce *nonce)
{
    nonce->base++;
    for (size_t i = 0; i < sizeof nonce->bitmap; i++) {
        unsigned next = i + 1 < sizeof nonce->bitmap ? nonce->bitmap[i + 1] : 0u;
        nonce->bitmap[i] = (uint8_t)((unsigned)nonce->bitmap[i] << 1 | next >> 7);
    }
}

void wc_nonce_use(wc_nonce *nonce, uint16_t lane, uint64_t value)
{
    wc_assert(wc_nonce_check(nonce, lane, value) == WC_NONCE_FREE);
    if (!has_window(lane)) {
        nonce->base = value + 1;
        return;
    }
    uint64_t index = value - nonce->base;
    nonce->bitmap[index / 8] = (uint8_t)(nonce->bitmap[index / 8] | 0x80u >> index % 8);
    while (bit_is_set(nonce, 0)) step(nonce); /* ends: each step drops a set bit, and 256 fit */
}
