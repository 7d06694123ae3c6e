/* rules: what a chain runs by and changes by proposal. As JSON each member is the body of a
 * proposal that would leave things as they are (docs/reference/transactions.md), to be edited. */
#include "node/crypto/address.h"
#include "node/ledger/params.h"
#include "node/query/inside.h"

static wc_status put_parameters(wc_query *query, wc_outline *outline)
{
    wc_state_key key = wc_key_params(WC_PARAMS_NAME);
    wc_slice value;
    wc_params params;
    WC_TRY(wc_chain_get(query->chain, &key, &value));
    WC_TRY(wc_params_decode(&params, value));
    wc_outline_line(outline, "parameters");
    wc_outline_open(outline, "parameters");
#define WC_PARAM(name)                                                                             \
    wc_outline_number(outline, #name, (int64_t)params.name);                                       \
    wc_outline_line(outline, "%-22s %lld", #name, (long long)params.name);
#include "node/ledger/params.def"
#undef WC_PARAM
    wc_outline_close(outline);
    return WC_OK;
}

static wc_status put_administration(wc_query *query, wc_outline *outline)
{
    wc_state_key key = wc_key_params(WC_ADMIN_NAME);
    wc_slice value;
    wc_admin_rule rule;
    WC_TRY(wc_chain_get(query->chain, &key, &value));
    WC_TRY(wc_admin_rule_decode(&rule, value));
    wc_outline_line(outline, "administration: %u of %u sign", rule.threshold, rule.count);
    wc_outline_open(outline, "administration");
    wc_outline_number(outline, "threshold", rule.threshold);
    wc_outline_open_list(outline, "members");
    for (uint8_t i = 0; i < rule.count; i++) {
        char address[WC_ADDRESS_TEXT_LEN + 1];
        uint8_t memory[256];
        wc_buf text;
        wc_buf_init(&text, memory, sizeof memory);
        wc_address_text(address, &rule.members[i]);
        wc_outline_str(outline, NULL, wc_str_of(address));
        wc_query_put_party(&text, query, &rule.members[i]);
        wc_outline_line(outline, "%.*s", WC_STR_ARG(wc_query_text(&text)));
    }
    wc_outline_close(outline);
    wc_outline_close(outline);
    return WC_OK;
}

static void put_validator(wc_query *query, wc_outline *outline, const wc_validator *validator)
{
    char address[WC_ADDRESS_TEXT_LEN + 1];
    uint8_t memory[256], hex[80];
    wc_buf text, key;
    wc_buf_init(&text, memory, sizeof memory);
    wc_buf_init(&key, hex, sizeof hex);
    wc_buf_put_hex(&key, wc_slice_of(validator->pub, sizeof validator->pub));
    wc_address_text(address, &validator->operator_account);
    wc_outline_open(outline, NULL);
    wc_outline_str(outline, "public", wc_query_text(&key));
    wc_outline_number(outline, "power", (int64_t)validator->power);
    wc_outline_str(outline, "operator", wc_str_of(address));
    wc_outline_close(outline);
    wc_query_put_party(&text, query, &validator->operator_account);
    wc_outline_line(outline, "%.*s  power %llu  %.*s", WC_STR_ARG(wc_query_text(&key)),
                    (unsigned long long)validator->power, WC_STR_ARG(wc_query_text(&text)));
}

static wc_status put_validators(wc_query *query, wc_outline *outline)
{
    wc_state_key key = wc_key_validators();
    wc_slice value;
    wc_validators validators;
    WC_TRY(wc_chain_get(query->chain, &key, &value));
    WC_TRY(wc_validators_decode(&validators, value));
    wc_outline_line(outline, "validators: the first makes the records of a solo chain");
    wc_outline_open_list(outline, "validators");
    for (uint16_t i = 0; i < validators.count; i++) {
        put_validator(query, outline, &validators.list[i]);
    }
    wc_outline_close(outline);
    return WC_OK;
}

wc_status wc_query_rules(wc_query *query, wc_outline *outline)
{
    WC_TRY(put_parameters(query, outline));
    WC_TRY(put_administration(query, outline));
    return put_validators(query, outline);
}
