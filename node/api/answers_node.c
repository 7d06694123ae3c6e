/* Answers about the node and about chain-wide things: status, health, assets, genesis. */
#include <stdio.h>

#include "node/api/run.h"

#define GENESIS_PART ((size_t)1 << 20)

wc_api_error wc_answer_status(wc_api_run *run)
{
    const wc_node *node = run->node;
    const wc_head *head = wc_chain_head(run->chain);
    wc_hash root = wc_chain_state_root(run->chain);
    wc_stop_reason reason = wc_node_reason(node);
    wc_json *json = run->json;
    wc_json_open_line(json, NULL, '{');
    wc_json_add_text(json, "version", WC_VERSION);
    wc_json_add_text(json, "chain", node->chain_id);
    wc_api_put_hash(json, "genesis_hash", &node->genesis_hash);
    wc_json_add_text(json, "clock", node->clock == WC_CLOCK_SYSTEM ? "system" : "scripted");
    wc_json_add_text(json, "mode", node->writer != NULL ? "sequencer" : "follower");
    wc_json_add_number(json, "seq", (int64_t)head->seq);
    wc_json_add_number(json, "height", (int64_t)head->height);
    wc_api_put_time(json, "time", head->time_s);
    wc_api_put_hash(json, "record_hash", &head->record_hash);
    wc_api_put_hash(json, "state_root", &root);
    wc_json_add_number(json, "incarnation", node->incarnation);
    wc_json_add_bool(json, "sealing", reason == WC_STOP_NONE);
    wc_json_add_text(json, "reason", wc_stop_reason_name(reason));
    wc_json_add_text(json, "text", wc_stop_reason_text(reason));
    wc_json_add_number(json, "pending",
                       node->writer != NULL ? (int64_t)wc_writer_pending(node->writer) : 0);
    wc_json_add_number(json, "indexed", (int64_t)wc_tx_index_seq(node->index));
    if (node->follow[0] != '\0') wc_json_add_text(json, "following", node->follow);
    wc_json_close(json);
    return WC_API_OK;
}

wc_api_error wc_answer_health(wc_api_run *run)
{
    wc_json_open_line(run->json, NULL, '{');
    wc_json_add_bool(run->json, "alive", true);
    wc_json_close(run->json);
    return WC_API_OK;
}

static wc_api_error not_ready(wc_api_run *run, const char *reason, const char *text)
{
    run->detail_name = "reason";
    (void)snprintf(run->detail, sizeof run->detail, "%s", reason);
    return wc_api_fail(run, WC_API_NOT_READY, "%s", text);
}

wc_api_error wc_answer_ready(wc_api_run *run)
{
    const wc_node *node = run->node;
    char problem[WC_FOLLOW_PROBLEM_MAX] = "";
    if (node->writer != NULL) {
        wc_stop_reason reason = wc_node_reason(node);
        if (reason != WC_STOP_NONE) {
            return not_ready(run, wc_stop_reason_name(reason), wc_stop_reason_text(reason));
        }
    } else {
        switch (wc_follower_state(node->follower, problem)) {
        case WC_FOLLOW_KEEPS_UP: break;
        case WC_FOLLOW_REPLAYS:
            return not_ready(run, "REPLAYS", "records of the followed node are being replayed");
        case WC_FOLLOW_UNREACHED: return not_ready(run, "UNREACHED", problem);
        case WC_FOLLOW_DIVERGED: return not_ready(run, "DIVERGED", problem);
        }
    }
    wc_json_open_line(run->json, NULL, '{');
    wc_json_add_bool(run->json, "ready", true);
    wc_json_add_number(run->json, "seq", (int64_t)wc_chain_head(run->chain)->seq);
    wc_json_close(run->json);
    return WC_API_OK;
}

static void put_asset(wc_json *json, uint32_t number, const wc_asset *asset)
{
    wc_json_open_line(json, NULL, '{');
    wc_json_add_number(json, "asset", number);
    wc_json_add_str(json, "code", (wc_str){(const char *)asset->code.data, asset->code.len});
    wc_json_add_text(json, "kind", asset->kind == WC_ASSET_UNITS ? "units" : "currency");
    wc_json_add_number(json, "scale", asset->scale);
    wc_api_put_address(json, "issuer", &asset->issuer);
    wc_json_add_scaled(json, "issued", asset->issued, asset->scale);
    wc_json_add_scaled(json, "redeemed", asset->redeemed, asset->scale);
    wc_json_close(json);
}

wc_api_error wc_answer_assets(wc_api_run *run)
{
    wc_state_key prefix = wc_key_space(WC_SPACE_ASSET), after = {.len = 0};
    wc_slice key, value;
    wc_json_open_line(run->json, NULL, '{');
    wc_json_open_line(run->json, "assets", '[');
    while (wc_chain_next(run->chain, wc_state_key_slice(&prefix), wc_state_key_slice(&after), &key,
                         &value) == WC_OK) {
        wc_asset asset;
        memcpy(after.bytes, key.data, key.len);
        after.len = (uint8_t)key.len;
        if (key.len != 5 || wc_asset_decode(&asset, value) != WC_OK) {
            return wc_api_fail(run, WC_API_INTERNAL, "an asset does not decode");
        }
        put_asset(run->json, wc_load_u32(key.data + 1), &asset);
    }
    wc_json_close(run->json);
    wc_json_close(run->json);
    return WC_API_OK;
}

wc_api_error wc_answer_genesis(wc_api_run *run)
{
    wc_slice whole = run->node->genesis;
    uint64_t offset = run->args[0].has ? run->args[0].number : 0;
    if (offset > whole.len) {
        return wc_api_fail(run, WC_API_INVALID_PARAMS, "`offset` lies behind the %zu bytes of it",
                           whole.len);
    }
    size_t len = whole.len - (size_t)offset;
    if (len > GENESIS_PART) len = GENESIS_PART;
    wc_json_open_line(run->json, NULL, '{');
    wc_api_put_hash(run->json, "genesis_hash", &run->node->genesis_hash);
    wc_json_add_number(run->json, "size", (int64_t)whole.len);
    wc_json_add_number(run->json, "offset", (int64_t)offset);
    wc_api_put_base64(run->json, "part", wc_slice_of(whole.data + offset, len));
    wc_json_close(run->json);
    return WC_API_OK;
}
