/* Messages out of a stream of bytes, however it is cut, and streams that are none. */
#include <stdio.h>
#include <string.h>

#include "node/rpc/frame.h"
#include "tests/support/prng.h"
#include "tests/support/test.h"

#define BODY_MAX 100u

static wc_rpc_frame_state read_all(const char *stream, wc_str *message, wc_rpc_frame_reader *reader)
{
    wc_rpc_frame_open(reader, BODY_MAX);
    assert_true(wc_rpc_frame_add(reader, stream, strlen(stream)));
    return wc_rpc_frame_next(reader, message);
}

static void expect_state(const char *stream, wc_rpc_frame_state expected)
{
    wc_rpc_frame_reader reader;
    wc_str message;
    assert_int_equal(read_all(stream, &message, &reader), expected);
    wc_rpc_frame_close(&reader);
}

static void expect_body(const char *stream, const char *body)
{
    wc_rpc_frame_reader reader;
    wc_str message;
    assert_int_equal(read_all(stream, &message, &reader), WC_RPC_FRAME_READY);
    assert_int_equal(message.len, strlen(body));
    assert_memory_equal(message.data, body, message.len);
    wc_rpc_frame_close(&reader);
}

static void a_body_follows_its_length(void **state)
{
    (void)state;
    expect_body("Content-Length: 2\r\n\r\n{}", "{}");
    expect_body("Content-Length:2\r\n\r\n{}rest", "{}");
    expect_body("content-length: \t2 \r\n\r\n{}", "{}");
    expect_body(
        "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n[]",
        "[]");
    expect_body("Content-Length: 0\r\n\r\n", "");
    expect_body("Content-Length: 00000000000000000000000000000000002\r\n\r\n{}", "{}");
}

static void bytes_that_are_missing_are_waited_for(void **state)
{
    (void)state;
    expect_state("", WC_RPC_FRAME_MORE);
    expect_state("Content-Len", WC_RPC_FRAME_MORE);
    expect_state("Content-Length: 3\r\n", WC_RPC_FRAME_MORE);
    expect_state("Content-Length: 3\r\n\r", WC_RPC_FRAME_MORE);
    expect_state("Content-Length: 3\r\n\r\n{}", WC_RPC_FRAME_MORE);
}

static void what_is_no_header_breaks_the_stream(void **state)
{
    (void)state;
    expect_state("\r\n", WC_RPC_FRAME_BROKEN);
    expect_state("{}\r\n", WC_RPC_FRAME_BROKEN);
    expect_state("Content-Length: 2\n\n{}", WC_RPC_FRAME_BROKEN);
    expect_state(": 2\r\n\r\n", WC_RPC_FRAME_BROKEN);
    expect_state("Content-Length: -1\r\n\r\n", WC_RPC_FRAME_BROKEN);
    expect_state("Content-Length: 0x2\r\n\r\n{}", WC_RPC_FRAME_BROKEN);
    expect_state("Content-Length: \r\n\r\n", WC_RPC_FRAME_BROKEN);
    expect_state("Content-Length: 2 2\r\n\r\n{}", WC_RPC_FRAME_BROKEN);
    expect_state("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", WC_RPC_FRAME_BROKEN);
    expect_state("Content-Type: x\r\n\r\n{}", WC_RPC_FRAME_BROKEN);
}

static void a_body_has_at_most_the_bytes_it_may_have(void **state)
{
    (void)state;
    expect_state("Content-Length: 99\r\n\r\n", WC_RPC_FRAME_MORE);
    expect_state("Content-Length: 100\r\n\r\n", WC_RPC_FRAME_MORE);
    expect_state("Content-Length: 101\r\n\r\n", WC_RPC_FRAME_BROKEN);
    expect_state("Content-Length: 18446744073709551618\r\n\r\n", WC_RPC_FRAME_BROKEN);
}

static void a_header_has_at_most_the_bytes_it_may_have(void **state)
{
    (void)state;
    static char stream[WC_RPC_HEADER_MAX + 64];
    static const char end[] = "\r\nContent-Length: 2\r\n\r\n{}";
    for (int over = -1; over <= 1; over++) {
        /* "X: aaa..." then the rest; the last line end is the last byte that counts. */
        size_t fill = (size_t)((int)WC_RPC_HEADER_MAX + over) - (sizeof(end) - 1 - 3);
        memset(stream, 'a', fill);
        memcpy(stream, "X: ", 3);
        memcpy(stream + fill, end, sizeof(end));
        expect_state(stream, over <= 0 ? WC_RPC_FRAME_READY : WC_RPC_FRAME_BROKEN);
    }
}

static void a_broken_stream_stays_broken(void **state)
{
    (void)state;
    wc_rpc_frame_reader reader;
    wc_str message;
    assert_int_equal(read_all("nonsense\r\n", &message, &reader), WC_RPC_FRAME_BROKEN);
    assert_true(wc_rpc_frame_add(&reader, "Content-Length: 2\r\n\r\n{}", 23));
    assert_int_equal(wc_rpc_frame_next(&reader, &message), WC_RPC_FRAME_BROKEN);
    wc_rpc_frame_close(&reader);
}

static void cutting_the_stream_anywhere_changes_nothing(void **state)
{
    (void)state;
    static const char stream[] = "Content-Length: 5\r\n\r\nfirst"
                                 "Content-Length: 0\r\nX: y\r\n\r\n"
                                 "content-length: 6\r\n\r\nsecond";
    wc_prng prng;
    wc_prng_start(&prng, 5);
    for (int round = 0; round < 500; round++) {
        wc_rpc_frame_reader reader;
        wc_str message;
        char seen[64] = "";
        wc_rpc_frame_open(&reader, BODY_MAX);
        for (size_t at = 0; at < sizeof(stream) - 1;) {
            size_t left = sizeof(stream) - 1 - at;
            size_t size = 1 + (size_t)wc_prng_below(&prng, left < 12 ? left : 12);
            assert_true(wc_rpc_frame_add(&reader, stream + at, size));
            at += size;
            while (wc_rpc_frame_next(&reader, &message) == WC_RPC_FRAME_READY) {
                size_t len = strlen(seen);
                (void)snprintf(seen + len, sizeof(seen) - len, "%.*s|", WC_STR_ARG(message));
            }
        }
        assert_string_equal(seen, "first||second|");
        wc_rpc_frame_close(&reader);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_follows_its_length),
        cmocka_unit_test(bytes_that_are_missing_are_waited_for),
        cmocka_unit_test(what_is_no_header_breaks_the_stream),
        cmocka_unit_test(a_body_has_at_most_the_bytes_it_may_have),
        cmocka_unit_test(a_header_has_at_most_the_bytes_it_may_have),
        cmocka_unit_test(a_broken_stream_stays_broken),
        cmocka_unit_test(cutting_the_stream_anywhere_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
