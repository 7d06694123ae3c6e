/* Contracts as machine code in a node that runs: what the configuration asks of the workshop
 * (node/native/workshop.h), and what is told of it. */
#include <stdio.h>
#include <string.h>

#include "node/service/log.h"
#include "node/service/metrics.h"
#include "node/service/node.h"

static const char *const results[WC_WORKSHOP_RESULTS] = {
    [WC_WORKSHOP_OK] = "ok", [WC_WORKSHOP_DECLINED] = "declined", [WC_WORKSHOP_FAILED] = "failed"};

/* From the workshop's thread. */
static void tell(void *self, const wc_hash *code, wc_workshop_result result, uint32_t objects)
{
    (void)self;
    wc_hash_text text = wc_hash_hex(code);
    wc_metric_add(WC_METRIC_NATIVE_COMPILED, result, 1);
    wc_metric_set(WC_METRIC_NATIVE_OBJECTS, 0, objects);
    if (result == WC_WORKSHOP_FAILED) {
        WC_LOG(WARN, "native_compile", WC_LOG_TEXT("code", text.text),
               WC_LOG_TEXT("result", results[result]));
    } else {
        WC_LOG(INFO, "native_compile", WC_LOG_TEXT("code", text.text),
               WC_LOG_TEXT("result", results[result]));
    }
}

static void say_why(wc_store_problem *problem, wc_status status, const char *folder)
{
    if (status == WC_NOT_FOUND) {
        wc_store_say(problem,
                     "node.conf: `native = compile` needs a C compiler (`cc` or `gcc`), and "
                     "there is none; install one, or say `native = load`",
                     NULL, NULL, NULL);
    } else if (status == WC_BAD_MODE) {
        wc_store_say(problem, folder,
                     " belongs to another user, or others may write to it; code that "
                     "is loaded can do anything",
                     NULL, NULL);
    } else {
        wc_store_say(problem, folder, ": ", wc_status_text(status), NULL);
    }
}

wc_status wc_node_open_native(wc_node *node, wc_store_problem *problem)
{
    wc_metric_values(WC_METRIC_NATIVE_COMPILED, results, WC_WORKSHOP_RESULTS);
    if (strcmp(node->config.node_native, "off") == 0) return WC_OK;
    wc_path_text folder = wc_folder_path(node->folder, WC_PLACE_NATIVE);
    WC_TRY(wc_place_make(problem, folder.text, 0700));
    wc_workshop_options options = {.folder = folder.text,
                                   .compiles = strcmp(node->config.node_native, "compile") == 0,
                                   .tell = tell};
    wc_native_folder report;
    wc_status status = wc_workshop_open(&node->native, &report, &options);
    if (status != WC_OK) {
        say_why(problem, status, folder.text);
        return status;
    }
    wc_metric_set(WC_METRIC_NATIVE_OBJECTS, 0, report.loaded);
    WC_LOG(INFO, "native", WC_LOG_TEXT("mode", node->config.node_native),
           WC_LOG_NUMBER("loaded", report.loaded), WC_LOG_NUMBER("other_builds", report.passed),
           WC_LOG_NUMBER("refused", report.refused));
    return WC_OK;
}
