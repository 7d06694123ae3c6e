/* Opening a node's ledger, and its threads. */
#include "node/service/node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/service/log.h"
#include "node/service/metrics.h"

#define NAMES_SIZE_MAX ((size_t)4 << 20)
#define OWN_READERS    1u /* of the index */

static wc_status copy_path(char *target, size_t size, const char *path, wc_store_problem *problem)
{
    int len = snprintf(target, size, "%s", path);
    if (len > 0 && (size_t)len < size) return WC_OK;
    wc_store_say(problem, "the path of the folder is too long", NULL, NULL, NULL);
    return WC_TOO_LARGE;
}

/* What was signed last may not have a higher incarnation than what will be signed next: then the
 * file of the incarnation is not the one that belongs to this chain. */
static wc_status check_incarnation(wc_node *node, wc_store_problem *problem)
{
    wc_chain_record record;
    WC_TRY(wc_chain_read_record(node->chain, wc_chain_head(node->chain)->seq, &record));
    if (!record.has_certificate || record.certificate.incarnation <= node->incarnation) {
        return WC_OK;
    }
    (void)snprintf(problem->text, sizeof problem->text,
                   "%.200s/" WC_PLACE_INCARNATION " says %u, the newest certificate %u; restore "
                   "the keys folder that belongs to this ledger",
                   node->folder, node->incarnation, record.certificate.incarnation);
    return WC_CORRUPT;
}

static wc_status find_sequencer(wc_node *node)
{
    wc_genesis *genesis = malloc(sizeof *genesis);
    wc_validators *validators = malloc(sizeof *validators);
    size_t bad;
    wc_status status = WC_NO_MEMORY;
    if (genesis != NULL && validators != NULL) {
        status = wc_genesis_decode(genesis, &bad, node->genesis);
        if (status == WC_OK) status = wc_validators_decode(validators, genesis->validators);
        if (status == WC_OK) {
            memcpy(node->sequencer.bytes, validators->list[0].pub, sizeof node->sequencer.bytes);
        }
    }
    free(genesis);
    free(validators);
    return status;
}

/* Names are a convenience: a missing or damaged file is no error. */
static void read_names(wc_node *node)
{
    wc_store_problem problem;
    uint8_t *text;
    size_t len, bad = 0;
    wc_path_text path = wc_folder_path(node->folder, WC_PLACE_NAMES);
    if (wc_place_read(&problem, path.text, NAMES_SIZE_MAX, &text, &len) != WC_OK) return;
    size_t room = len + WC_NAMES_MAX * sizeof(wc_name) + 64;
    node->names_memory = malloc(room);
    if (node->names_memory != NULL) {
        wc_arena arena;
        wc_arena_init(&arena, node->names_memory, room);
        uint8_t *copy = wc_arena_alloc(&arena, len + 1, 1);
        if (copy != NULL) {
            memcpy(copy, text, len);
            wc_str json = {(const char *)copy, len};
            wc_status status = wc_names_read(&node->names, &bad, &arena, json);
            if (status != WC_OK) {
                node->names = (wc_names){0};
                WC_LOG(WARN, "names_left_out", WC_LOG_TEXT("file", path.text),
                       WC_LOG_NUMBER("byte", bad));
            }
        }
    }
    free(text);
}

static void log_opened(const wc_node *node, const wc_chain_report *report)
{
    const wc_head *head = wc_chain_head(node->chain);
    wc_hash_text genesis = wc_hash_hex(&node->genesis_hash);
    if (report->store.wal_dropped_bytes > 0) {
        WC_LOG(WARN, "torn_tail_dropped", WC_LOG_TEXT("log", report->store.wal_file),
               WC_LOG_NUMBER("bytes", report->store.wal_dropped_bytes));
    }
    if (report->has_sealed_again) {
        WC_LOG(WARN, "sealed_again", WC_LOG_NUMBER("seq", head->seq));
    }
    WC_LOG(INFO, "opened", WC_LOG_TEXT("chain", node->chain_id),
           WC_LOG_TEXT("genesis", genesis.text), WC_LOG_NUMBER("seq", head->seq),
           WC_LOG_NUMBER("height", head->height), WC_LOG_NUMBER("state_keys", report->state_keys),
           WC_LOG_NUMBER("incarnation", node->incarnation));
}

static wc_status open_ledger(wc_node *node, wc_store_problem *problem,
                             const wc_node_options *options)
{
    wc_chain_report report;
    wc_path_text seal = wc_folder_path(node->folder, WC_PLACE_SEAL);
    WC_TRY(wc_place_read_incarnation(problem, node->folder, &node->incarnation));
    WC_TRY(wc_node_open_native(node, problem));
    wc_chain_options chain = {.folder = node->data,
                              .threads = (uint32_t)node->config.node_threads,
                              .sequencer = options->sequencer,
                              .seal_path = seal.text,
                              .incarnation = node->incarnation};
    if (node->native != NULL) chain.native = wc_workshop_source(node->native);
    wc_status status = wc_chain_open(&node->chain, &report, &chain);
    if (status != WC_OK) {
        *problem = report.store.problem;
        return status;
    }
    wc_slice id = wc_chain_id(node->chain);
    memcpy(node->chain_id, id.data, id.len);
    node->genesis_hash = wc_chain_genesis_hash(node->chain);
    node->genesis = wc_chain_genesis(node->chain);
    node->clock = wc_chain_clock(node->chain);
    WC_TRY(check_incarnation(node, problem));
    WC_TRY(find_sequencer(node));
    read_names(node);
    log_opened(node, &report);
    return wc_stage_open(&node->stage, node->chain, options->readers + OWN_READERS);
}

wc_status wc_node_open(wc_node **node, wc_store_problem *problem, const wc_node_options *options)
{
    wc_node *opened = calloc(1, sizeof *opened);
    if (opened == NULL) return WC_NO_MEMORY;
    problem->text[0] = '\0';
    opened->config = *options->config;
    wc_status status = copy_path(opened->folder, sizeof opened->folder, options->folder, problem);
    if (status == WC_OK) {
        wc_path_text data = wc_folder_path(opened->folder, WC_PLACE_DATA);
        status = copy_path(opened->data, sizeof opened->data, data.text, problem);
    }
    if (status == WC_OK && options->follow != NULL) {
        status = copy_path(opened->follow, sizeof opened->follow, options->follow, problem);
    }
    if (status == WC_OK) status = open_ledger(opened, problem, options);
    if (status != WC_OK) {
        if (problem->text[0] == '\0') {
            wc_store_say(problem, options->folder, ": ", wc_status_text(status), NULL);
        }
        wc_node_close(opened);
        return status;
    }
    *node = opened;
    return WC_OK;
}

wc_status wc_node_start(wc_node *node, const wc_node_options *options)
{
    wc_head head = wc_stage_head(node->stage);
    wc_metric_set(WC_METRIC_SEQ, 0, (int64_t)head.seq);
    wc_metric_set(WC_METRIC_HEIGHT, 0, (int64_t)head.height);
    wc_metric_set(WC_METRIC_RECORD_TIME, 0, head.time_s);
    wc_metric_set(WC_METRIC_INCARNATION, 0, node->incarnation);
    WC_TRY(wc_tx_index_start(&node->index, node->stage, node->chain));
    if (options->sequencer == NULL) {
        return wc_follower_start(&node->follower, node->chain, node->stage, &node->sequencer,
                                 &options->transport);
    }
    wc_writer_options writer = {.chain = node->chain,
                                .stage = node->stage,
                                .data_folder = node->data,
                                .submit_seconds = node->config.api_submit_seconds,
                                .accepts_time = options->accepts_time};
    return wc_writer_start(&node->writer, &writer);
}

void wc_node_stop(wc_node *node)
{
    if (node->is_stopped) return;
    node->is_stopped = true;
    if (node->writer != NULL) wc_writer_stop(node->writer);
    if (node->follower != NULL) wc_follower_stop(node->follower);
    if (node->native != NULL) wc_workshop_stop(node->native);
}

void wc_node_close(wc_node *node)
{
    if (node == NULL) return;
    wc_node_stop(node);
    wc_writer_free(node->writer);
    wc_follower_free(node->follower);
    wc_tx_index_stop(node->index);
    wc_stage_close(node->stage);
    wc_chain_close(node->chain);
    wc_workshop_close(node->native); /* no image is left that runs by it */
    free(node->names_memory);
    free(node);
}

wc_stop_reason wc_node_reason(const wc_node *node)
{
    return node->writer != NULL ? wc_writer_reason(node->writer) : WC_STOP_FOLLOWER;
}

bool wc_node_has_failed(const wc_node *node)
{
    if (node->writer != NULL) return wc_writer_has_failed(node->writer);
    return node->follower != NULL && wc_follower_state(node->follower, NULL) == WC_FOLLOW_DIVERGED;
}
