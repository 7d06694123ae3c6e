/* Derivation of addresses; see ids.h for the preimages. */
#include "node/ledger/ids.h"

#include "node/crypto/crypto.h"
#include "node/ledger/limits.h"
#include "node/ledger/read.h"

wc_address wc_address_genesis(wc_slice chain_id, uint32_t index, const uint8_t first_pub[32])
{
    wc_assert(chain_id.len >= 1 && chain_id.len <= WC_CHAIN_ID_MAX);
    uint8_t bytes[1 + WC_CHAIN_ID_MAX + 4 + 32];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_buf_put_str8(&buf, chain_id);
    wc_buf_put_u32(&buf, index);
    wc_buf_put(&buf, first_pub, 32);
    wc_slice preimage = wc_buf_slice(&buf);
    return wc_hash_domain("acct0/1", &preimage, 1);
}

static wc_hash hash_origin(const char *domain, const wc_origin *origin)
{
    uint8_t bytes[32 + 1 + 2];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_buf_put_hash(&buf, &origin->tx_id);
    wc_buf_put_u8(&buf, origin->call);
    wc_buf_put_u16(&buf, origin->ordinal);
    wc_slice preimage = wc_buf_slice(&buf);
    return wc_hash_domain(domain, &preimage, 1);
}

wc_address wc_address_account(const wc_origin *origin)
{
    return hash_origin("acct/1", origin);
}

wc_address wc_address_instance(const wc_origin *origin)
{
    return hash_origin("inst/1", origin);
}

wc_address wc_address_offer(const wc_origin *origin)
{
    return hash_origin("offer/1", origin);
}

wc_hash wc_code_id(wc_slice module)
{
    return wc_hash_domain("code/1", &module, 1);
}

const char *wc_system_account_name(wc_system_account account)
{
    switch (account) {
    case WC_SYSTEM_FEES: return "fees";
    case WC_SYSTEM_ISSUANCE: return "issuance";
    case WC_SYSTEM_REWARDS: return "rewards";
    case WC_SYSTEM_LEDGER: return "ledger";
    case WC_SYSTEM_COUNT: break;
    }
    wc_assert(false);
    return "";
}

wc_address wc_address_system(wc_system_account account)
{
    const char *name = wc_system_account_name(account);
    wc_slice preimage = wc_slice_of(name, strlen(name));
    return wc_hash_domain("sys/1", &preimage, 1);
}

void wc_proposer_of_key(uint8_t proposer[20], const uint8_t pub[32])
{
    wc_hash hash = wc_sha256_one(wc_slice_of(pub, 32));
    memcpy(proposer, hash.bytes, 20);
}

bool wc_address_is_zero(const wc_address *address)
{
    return wc_hash_is_zero(address);
}

bool wc_chain_id_is_valid(wc_slice chain_id)
{
    if (chain_id.len < 1 || chain_id.len > WC_CHAIN_ID_MAX) return false;
    for (size_t i = 0; i < chain_id.len; i++) {
        uint8_t c = chain_id.data[i];
        bool is_letter = c >= 'a' && c <= 'z';
        bool is_other = (c >= '0' && c <= '9') || c == '-';
        if (!is_letter && (i == 0 || !is_other)) return false;
    }
    return true;
}
