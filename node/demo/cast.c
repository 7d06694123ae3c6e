/* The cast's keys, addresses and genesis. */
#include "node/demo/cast.h"

#include <string.h>

#include "vm/isa/isa.h"

static wc_keypair key_of(const char *id, uint8_t number)
{
    wc_slice parts[2] = {wc_slice_of(id, strlen(id)), wc_slice_of(&number, 1)};
    wc_hash hash = wc_hash_domain("demo-key/1", parts, 2);
    wc_seed seed;
    memcpy(seed.bytes, hash.bytes, sizeof(seed.bytes));
    wc_keypair pair;
    wc_keypair_of_seed(&pair, &seed);
    return pair;
}

wc_keypair wc_cast_sequencer(void)
{
    return key_of("sequencer", 0);
}

static const wc_actor rows[] = {
#define WC_CAST(identifier, text, shown, part, amount, has_row)                                    \
    {.id = text, .name = shown, .role = WC_ROLE_##part, .deposit = amount, .key_count = 1},
#define WC_CAST_METER(identifier, text, number, place, whose)                                      \
    {.id = text,                                                                                   \
     .name = text,                                                                                 \
     .role = WC_ROLE_METER,                                                                        \
     .is_meter = true,                                                                             \
     .serial = number,                                                                             \
     .point = place,                                                                               \
     .owner = WC_ACTOR_##whose,                                                                    \
     .key_count = 1},
#include "node/demo/cast.def"
#undef WC_CAST
#undef WC_CAST_METER
};

_Static_assert(WC_ARRAY_LEN(rows) == WC_ACTOR_COUNT, "one row each");

void wc_cast_make(wc_cast *cast)
{
    wc_slice chain = wc_slice_of(WC_DEMO_CHAIN, strlen(WC_DEMO_CHAIN));
    for (uint32_t i = 0; i < WC_ACTOR_COUNT; i++) {
        wc_actor *actor = &cast->actors[i];
        *actor = rows[i];
        if (i == WC_ACTOR_BANK) actor->key_count = 2; /* maker and checker */
        for (uint8_t k = 0; k < actor->key_count; k++) actor->keys[k] = key_of(actor->id, k);
        if (!actor->is_meter) {
            actor->address = wc_address_genesis(chain, i, actor->keys[0].public_key.bytes);
        }
    }
}

static wc_account account_of(const wc_actor *actor)
{
    wc_account account = {.kind = WC_ACCOUNT_PARTY,
                          .status = WC_ACCOUNT_ACTIVE,
                          .threshold = actor->key_count,
                          .key_count = actor->key_count,
                          .role_count = 1};
    for (uint8_t k = 0; k < actor->key_count; k++) {
        wc_account_key *key = &account.keys[k];
        *key = (wc_account_key){.key_id = k,
                                .scheme = 1,
                                .weight = 1,
                                .scope = WC_SCOPE_ALL,
                                .to_h = WC_HEIGHT_NONE,
                                .revoked_h = WC_HEIGHT_NONE};
        memcpy(key->pub, actor->keys[k].public_key.bytes, sizeof(key->pub));
    }
    account.roles[0] = (wc_account_role){.role = (uint16_t)actor->role, .to_h = WC_HEIGHT_NONE};
    return account;
}

static void put_assets(wc_genesis *genesis, const wc_cast *cast)
{
    genesis->asset_count = 2;
    genesis->assets[0] =
        (wc_genesis_asset){.asset = WC_ASSET_NETWORK,
                           .entry = {.kind = WC_ASSET_UNITS,
                                     .scale = WC_ASSET_NETWORK_SCALE,
                                     .code = wc_slice_of("UNIT", 4),
                                     .issuer = cast->actors[WC_ACTOR_ADMIN_1].address}};
    genesis->assets[1] =
        (wc_genesis_asset){.asset = 2,
                           .entry = {.kind = WC_ASSET_CURRENCY,
                                     .scale = 2,
                                     .code = wc_slice_of("CNY", 3),
                                     .issuer = cast->actors[WC_ACTOR_BANK].address}};
}

static int address_order(const wc_address *a, const wc_address *b)
{
    return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/* Two of the three administrations; members ascend by address. */
static wc_admin_rule admin_rule(const wc_cast *cast)
{
    wc_admin_rule rule = {.threshold = 2, .count = 3};
    for (uint8_t i = 0; i < 3; i++) {
        wc_address address = cast->actors[WC_ACTOR_ADMIN_1 + i].address;
        uint8_t at = i;
        while (at > 0 && address_order(&rule.members[at - 1], &address) > 0) {
            rule.members[at] = rule.members[at - 1];
            at--;
        }
        rule.members[at] = address;
    }
    return rule;
}

void wc_cast_genesis(const wc_cast *cast, const wc_keypair *sequencer, int64_t time_s, wc_buf *buf)
{
    static wc_genesis genesis; /* 20 KiB of asset rows: too much for a stack frame */
    static wc_validators validators;
    static uint8_t memory[WC_ACTOR_COUNT * (WC_ACCOUNT_SIZE_MAX + 2) + 8192];
    wc_buf parts;
    wc_buf_init(&parts, memory, sizeof(memory));

    memset(&genesis, 0, sizeof(genesis));
    genesis.chain_id = wc_slice_of(WC_DEMO_CHAIN, strlen(WC_DEMO_CHAIN));
    genesis.time_s = time_s;
    genesis.clock = WC_CLOCK_SCRIPTED;
    genesis.hash_suite = WC_SUITE_SHA256;
    genesis.initial_height = 1;
    put_assets(&genesis, cast);

    wc_params params = wc_params_default(); /* units are free */
    wc_params_put(&parts, &params);
    genesis.params = wc_buf_slice(&parts);

    size_t start = parts.len;
    for (uint32_t i = 0; i < WC_ACTOR_METER_FIRST; i++) {
        wc_account account = account_of(&cast->actors[i]);
        wc_genesis_put_account(&parts, &account);
        genesis.account_count++;
    }
    genesis.accounts = wc_slice_of(memory + start, parts.len - start);

    start = parts.len;
    validators = (wc_validators){.count = 1};
    memcpy(validators.list[0].pub, sequencer->public_key.bytes, sizeof(validators.list[0].pub));
    validators.list[0].power = 1;
    validators.list[0].operator_account = cast->actors[WC_ACTOR_GRID].address;
    wc_validators_put(&parts, &validators);
    genesis.validators = wc_slice_of(memory + start, parts.len - start);

    start = parts.len;
    wc_admin_rule rule = admin_rule(cast);
    wc_admin_rule_put(&parts, &rule);
    genesis.admin = wc_slice_of(memory + start, parts.len - start);

    wc_status status = wc_buf_status(&parts);
    wc_assert(status == WC_OK);
    wc_genesis_put(buf, &genesis);
}
