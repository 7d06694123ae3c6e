/* Messages that no client library sends: malformed, out of order, about nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/lsp/lsp.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"

typedef struct listener {
    char last[65536]; /* message that was sent last */
    unsigned count;
} listener;

static listener heard;

static void hear(void *self, const char *message, size_t size)
{
    listener *to = self;
    assert_true(size < sizeof(to->last));
    memcpy(to->last, message, size);
    to->last[size] = '\0';
    to->count++;
}

static const wc_lsp_options options = {
    .hash = wc_test_sha256, .version = "test", .send = hear, .self = &heard};

static void say(wc_lsp *lsp, const char *message)
{
    heard.count = 0;
    heard.last[0] = '\0';
    wc_lsp_handle(lsp, message, strlen(message));
}

static wc_lsp *started(void)
{
    wc_lsp *lsp = wc_lsp_open(&options);
    assert_non_null(lsp);
    say(lsp, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"capabilities\":"
             "{}}}");
    assert_int_equal(heard.count, 1);
    return lsp;
}

static void expect(wc_lsp *lsp, const char *message, const char *part)
{
    say(lsp, message);
    assert_int_equal(heard.count, 1);
    if (strstr(heard.last, part) == NULL) fail_msg("%s\nis not in\n%s", part, heard.last);
}

static void what_is_no_request_gets_an_error(void **state)
{
    (void)state;
    wc_lsp *lsp = started();
    expect(lsp, "", "-32700");
    expect(lsp, "{", "-32700");
    expect(lsp, "{\"a\":1,\"a\":2}", "-32700");
    expect(lsp, "\xFF", "-32700");
    expect(lsp, "1", "-32600");
    expect(lsp, "[]", "-32600");
    expect(lsp, "{}", "-32600");
    expect(lsp, "{\"jsonrpc\":\"1.0\",\"id\":7,\"method\":\"shutdown\"}", "-32600");
    expect(lsp, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":5}", "-32600");
    expect(lsp, "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"shutdown\"}", "-32600");
    expect(lsp, "{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"nothing\"}", "\"id\":\"x\"");
    expect(lsp, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"textDocument/didOpen\"}", "-32601");
    wc_lsp_close(lsp);
}

static void notifications_and_answers_are_never_answered(void **state)
{
    (void)state;
    wc_lsp *lsp = started();
    static const char *const silent[] = {
        "{\"jsonrpc\":\"2.0\",\"method\":\"nothing\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":1}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\"}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didChange\",\"params\":[]}",
        "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":null}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/hover\",\"params\":{}}"};
    for (size_t i = 0; i < WC_ARRAY_LEN(silent); i++) {
        say(lsp, silent[i]);
        if (heard.count != 0) fail_msg("%s\nwas answered with\n%s", silent[i], heard.last);
    }
    wc_lsp_close(lsp);
}

static void every_request_without_params_is_refused_not_crashed(void **state)
{
    (void)state;
    static const char *const methods[] = {
#define WC_LSP_REQUEST(method, function) method,
#define WC_LSP_NOTICE(method, function)
#include "node/lsp/methods.def"
#undef WC_LSP_REQUEST
#undef WC_LSP_NOTICE
    };
    static const char *const params[] = {
        "null",
        "[]",
        "{}",
        "{\"textDocument\":5}",
        "{\"textDocument\":{\"uri\":\"file:///x\"}}",
        "{\"textDocument\":{\"uri\":\"file:///x\"},\"position\":{\"line\":-1,\"character\":0}}"};
    for (size_t i = 0; i < WC_ARRAY_LEN(methods); i++) {
        if (strcmp(methods[i], "initialize") == 0 || strcmp(methods[i], "shutdown") == 0) continue;
        for (size_t j = 0; j < WC_ARRAY_LEN(params); j++) {
            wc_lsp *lsp = started();
            char message[512];
            (void)snprintf(message, sizeof(message),
                           "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"%s\",\"params\":%s}",
                           methods[i], params[j]);
            expect(lsp, message, "-32602");
            wc_lsp_close(lsp);
        }
    }
}

static void a_batch_is_answered_one_by_one(void **state)
{
    (void)state;
    wc_lsp *lsp = started();
    say(lsp, "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nothing\"},5]");
    assert_int_equal(heard.count, 2);
    wc_lsp_close(lsp);
}

static void the_end_is_in_order_or_not(void **state)
{
    (void)state;
    bool in_order;
    wc_lsp *lsp = started();
    say(lsp, "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
    assert_true(wc_lsp_has_ended(lsp, &in_order));
    assert_false(in_order);
    wc_lsp_close(lsp);
    lsp = started();
    expect(lsp, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"shutdown\"}", "\"result\":null");
    expect(lsp, "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"workspace/symbol\"}", "-32600");
    assert_false(wc_lsp_has_ended(lsp, &in_order));
    say(lsp, "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
    assert_true(wc_lsp_has_ended(lsp, &in_order));
    assert_true(in_order);
    wc_lsp_close(lsp);
}

static void open_text(wc_lsp *lsp, const char *text)
{
    char message[4096];
    (void)snprintf(
        message, sizeof(message),
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{"
        "\"textDocument\":{\"uri\":\"untitled:x\",\"languageId\":\"clause\",\"version\":1,"
        "\"text\":\"%s\"}}}",
        text);
    say(lsp, message);
    wc_lsp_idle(lsp);
}

static void a_document_need_not_be_a_file(void **state)
{
    (void)state;
    wc_lsp *lsp = started();
    open_text(lsp, "module m;\\nuse std.energy;\\nconst a : Energy = 1;\\n");
    assert_int_equal(heard.count, 1);
    assert_non_null(strstr(heard.last, "\"uri\":\"untitled:x\""));
    assert_non_null(strstr(heard.last, "\"code\":\"E05"));
    wc_lsp_close(lsp);
}

/* Characters that JSON escapes, a NUL among them, are characters of the text. */
static void any_text_can_be_a_document(void **state)
{
    (void)state;
    wc_lsp *lsp = started();
    open_text(lsp, "module m;\\u0000\\ud834\\udd1e\\u202e\\r\\r\\n\\\"");
    assert_int_equal(heard.count, 1);
    assert_non_null(strstr(heard.last, "E0102"));
    wc_lsp_close(lsp);
}

static void a_change_that_does_not_fit_is_told(void **state)
{
    (void)state;
    wc_lsp *lsp = started();
    open_text(lsp, "module m;\\n");
    expect(
        lsp,
        "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didChange\",\"params\":{\"textDocument\":{"
        "\"uri\":\"untitled:x\",\"version\":2},\"contentChanges\":[{\"range\":{\"start\":{\"line\":"
        "1,"
        "\"character\":0},\"end\":{\"line\":0,\"character\":0}},\"text\":\"\"}]}}",
        "window/logMessage");
    wc_lsp_close(lsp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_request_gets_an_error),
        cmocka_unit_test(notifications_and_answers_are_never_answered),
        cmocka_unit_test(every_request_without_params_is_refused_not_crashed),
        cmocka_unit_test(a_batch_is_answered_one_by_one),
        cmocka_unit_test(the_end_is_in_order_or_not),
        cmocka_unit_test(a_document_need_not_be_a_file),
        cmocka_unit_test(any_text_can_be_a_document),
        cmocka_unit_test(a_change_that_does_not_fit_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
