/* Whatever is wrong with a snapshot is refused, and what is wrong is named: each byte of it, cut,
 * swapped and doubled chunks, and a header that was made to fit an altered chunk. */
#define _POSIX_C_SOURCE 200809L

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/snapshot/shots.h"

static past p;
static wc_snap_info info;

static int begin(void **state)
{
    if (make_test_folder(state) != 0) return -1;
    past_open(&p, 21, 3);
    info = shoot(p.w.chain, "shot", SHOT_CHUNK, 0);
    assert_true(info.chunk_count >= 3);
    return 0;
}

static int end(void **state)
{
    past_close(&p);
    return remove_test_folder(state);
}

static const char *file_of(const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", path_in_test("shot"), name);
    return path;
}

/* Checks chunk `index`, or with UINT32_MAX all of them. */
static wc_status check(wc_store_problem *problem, uint32_t index)
{
    wc_snap *snap;
    wc_status status = open_shot(&snap, problem, "shot");
    if (status != WC_OK) return status;
    status = index == UINT32_MAX ? wc_snap_check_all(snap, problem)
                                 : wc_snap_check(snap, problem, index);
    wc_snap_close(snap);
    return status;
}

static void assert_named(wc_status status, const wc_store_problem *problem, const char *name)
{
    if (status == WC_OK || strstr(problem->text, name) == NULL) {
        fail_msg("%s: %s: %s", name, wc_status_text(status), problem->text);
    }
}

/* In place: a file that is cut and written anew is flushed to the disk by some file systems. */
static void put_at(const char *path, size_t at, const void *bytes, size_t len)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(file >= 0);
    assert_int_equal(pwrite(file, bytes, len, (off_t)at), (ssize_t)len);
    assert_int_equal(close(file), 0);
}

static void flip(const char *path, wc_bytes bytes, size_t at)
{
    bytes.data[at] ^= (uint8_t)(1u << at % 8);
    put_at(path, at, bytes.data + at, 1);
}

static void each_byte_of_a_chunk(void **state)
{
    (void)state;
    wc_store_problem problem;
    for (uint32_t i = 0; i < info.chunk_count; i++) {
        wc_snap_name name = wc_snap_chunk_name(i);
        wc_bytes bytes = read_whole(file_of(name.text));
        for (size_t at = 0; at < bytes.len; at++) {
            flip(file_of(name.text), bytes, at);
            assert_named(check(&problem, i), &problem, name.text);
            flip(file_of(name.text), bytes, at);
        }
        free(bytes.data);
    }
    assert_status(check(&problem, UINT32_MAX), WC_OK);
}

static void enter_hash(size_t hashes, uint32_t chunk, wc_bytes bytes)
{
    wc_hash hash = wc_sha256_one(wc_slice_of(bytes.data, bytes.len));
    put_at(file_of("header"), hashes + (size_t)chunk * WC_HASH_SIZE, hash.bytes, WC_HASH_SIZE);
}

/* Somebody alters a chunk and enters its new hash in the header: the record's state root refuses
 * it.
 */
static void each_byte_of_a_chunk_with_a_header_that_fits(void **state)
{
    (void)state;
    wc_store_problem problem;
    wc_bytes header = read_whole(file_of("header"));
    size_t hashes = header.len - (size_t)info.chunk_count * WC_HASH_SIZE;
    for (uint32_t i = 0; i < info.chunk_count; i++) {
        wc_snap_name name = wc_snap_chunk_name(i);
        wc_bytes bytes = read_whole(file_of(name.text));
        for (size_t at = 0; at < bytes.len; at++) {
            flip(file_of(name.text), bytes, at);
            enter_hash(hashes, i, bytes);
            assert_named(check(&problem, i), &problem, name.text);
            assert_null(strstr(problem.text, "lists")); /* its hash is the one that is listed */
            flip(file_of(name.text), bytes, at);
        }
        enter_hash(hashes, i, bytes);
        free(bytes.data);
    }
    free(header.data);
    assert_status(check(&problem, UINT32_MAX), WC_OK);
}

/* In the list of hashes a flip speaks of a chunk; before it, of the header or, where the record
 * names the genesis, of that. */
static void each_byte_of_the_header(void **state)
{
    (void)state;
    wc_store_problem problem;
    wc_bytes header = read_whole(file_of("header"));
    size_t hashes = header.len - (size_t)info.chunk_count * WC_HASH_SIZE;
    for (size_t at = 0; at < header.len; at++) {
        flip(file_of("header"), header, at);
        wc_status status = check(&problem, UINT32_MAX);
        if (at >= hashes) {
            uint32_t chunk = (uint32_t)((at - hashes) / WC_HASH_SIZE);
            assert_named(status, &problem, wc_snap_chunk_name(chunk).text);
        } else if (status == WC_OK || (strstr(problem.text, "/header") == NULL &&
                                       strstr(problem.text, "/genesis") == NULL)) {
            fail_msg("byte %zu: %s", at, problem.text);
        }
        flip(file_of("header"), header, at);
    }
    free(header.data);
}

static void the_genesis(void **state)
{
    (void)state;
    wc_store_problem problem;
    wc_bytes genesis = read_whole(file_of("genesis"));
    for (size_t at = 0; at < genesis.len; at += 1 + genesis.len / 200) {
        flip(file_of("genesis"), genesis, at);
        assert_named(check(&problem, 0), &problem, "genesis");
        flip(file_of("genesis"), genesis, at);
    }
    wc_hash other = info.genesis_hash;
    wc_snap_trust trust = {.genesis_hash = &other};
    wc_snap *snap;
    assert_status(wc_snap_open(&snap, &problem, path_in_test("shot"), &trust), WC_OK);
    wc_snap_close(snap);
    other.bytes[5] ^= 1;
    assert_status(wc_snap_open(&snap, &problem, path_in_test("shot"), &trust), WC_WRONG_CHAIN);
    assert_non_null(strstr(problem.text, "genesis"));
    free(genesis.data);
}

static void cut_and_grown_chunks(void **state)
{
    (void)state;
    wc_store_problem problem;
    wc_snap_name name = wc_snap_chunk_name(1);
    wc_bytes bytes = read_whole(file_of(name.text));
    static const size_t cuts[] = {0, 1, 17, 18, 19, 400};
    for (size_t i = 0; i < WC_ARRAY_LEN(cuts); i++) {
        write_whole(file_of(name.text), bytes.data, cuts[i]);
        assert_named(check(&problem, UINT32_MAX), &problem, name.text);
        write_whole(file_of(name.text), bytes.data, bytes.len - 1 - cuts[i]);
        assert_named(check(&problem, UINT32_MAX), &problem, name.text);
    }
    uint8_t *grown = malloc(bytes.len + 1);
    memcpy(grown, bytes.data, bytes.len);
    grown[bytes.len] = 0;
    write_whole(file_of(name.text), grown, bytes.len + 1);
    assert_named(check(&problem, UINT32_MAX), &problem, name.text);
    write_whole(file_of(name.text), bytes.data, bytes.len);
    free(grown);
    free(bytes.data);
}

/* With the header made to fit, too: then the place that a chunk names is not the one it is at. */
static void swapped_and_doubled_chunks(void **state)
{
    (void)state;
    wc_store_problem problem;
    wc_bytes header = read_whole(file_of("header"));
    size_t hashes = header.len - (size_t)info.chunk_count * WC_HASH_SIZE;
    wc_bytes first = read_whole(file_of(wc_snap_chunk_name(0).text));
    wc_bytes second = read_whole(file_of(wc_snap_chunk_name(1).text));
    write_whole(file_of(wc_snap_chunk_name(1).text), first.data, first.len);
    assert_named(check(&problem, UINT32_MAX), &problem, "chunk-00001"); /* doubled */
    write_whole(file_of(wc_snap_chunk_name(0).text), second.data, second.len);
    assert_named(check(&problem, UINT32_MAX), &problem, "chunk-00000"); /* swapped */
    uint8_t *fitting = malloc(header.len);
    memcpy(fitting, header.data, header.len);
    memcpy(fitting + hashes, header.data + hashes + WC_HASH_SIZE, WC_HASH_SIZE);
    memcpy(fitting + hashes + WC_HASH_SIZE, header.data + hashes, WC_HASH_SIZE);
    write_whole(file_of("header"), fitting, header.len);
    assert_named(check(&problem, UINT32_MAX), &problem, "chunk-00000: is chunk 1 of record");
    write_whole(file_of("header"), header.data, header.len);
    write_whole(file_of(wc_snap_chunk_name(0).text), first.data, first.len);
    write_whole(file_of(wc_snap_chunk_name(1).text), second.data, second.len);
    assert_status(check(&problem, UINT32_MAX), WC_OK);
    free(fitting);
    free(first.data);
    free(second.data);
    free(header.data);
}

/* One chunk less, and a header that says so: every chunk holds, the whole does not. */
static void a_chunk_that_is_left_out(void **state)
{
    (void)state;
    wc_store_problem problem;
    wc_chain_report report;
    wc_chain *chain;
    wc_snap *snap;
    wc_bytes bytes = read_whole(file_of("header"));
    wc_snap_header header;
    size_t bad;
    uint8_t *memory = malloc(bytes.len);
    wc_buf buf;
    wc_bytes last = read_whole(file_of(wc_snap_chunk_name(info.chunk_count - 1).text));
    assert_status(wc_snap_header_decode(&header, &bad, wc_slice_of(bytes.data, bytes.len)), WC_OK);
    header.chunk_count--;
    header.hashes.len -= WC_HASH_SIZE;
    header.leaf_count -= wc_load_u32(last.data + WC_SNAP_CHUNK_HEAD - 4);
    wc_buf_init(&buf, memory, bytes.len);
    wc_snap_header_put(&buf, &header);
    write_whole(file_of("header"), buf.data, buf.len);
    assert_status(check(&problem, UINT32_MAX), WC_OK);
    assert_status(open_shot(&snap, &problem, "shot"), WC_OK);
    wc_chain_options options = {.folder = path_in_test("less"), .threads = 1};
    wc_status status = wc_snap_restore(&chain, &report, snap, &options, test_folder);
    assert_true(status == WC_DIFFERS || status == WC_CORRUPT);
    assert_true(report.store.problem.text[0] != '\0');
    wc_snap_close(snap);
    write_whole(file_of("header"), bytes.data, bytes.len);
    free(memory);
    free(last.data);
    free(bytes.data);
}

static void a_record_that_nobody_signed(void **state)
{
    (void)state;
    wc_store_problem problem;
    wc_snap *snap;
    wc_bytes bytes = read_whole(file_of("header"));
    wc_snap_header header;
    size_t bad;
    uint8_t *memory = malloc(bytes.len);
    wc_buf buf;
    assert_status(wc_snap_header_decode(&header, &bad, wc_slice_of(bytes.data, bytes.len)), WC_OK);
    header.has_certificate = false;
    wc_buf_init(&buf, memory, bytes.len);
    wc_snap_header_put(&buf, &header);
    write_whole(file_of("header"), buf.data, buf.len);
    assert_status(open_shot(&snap, &problem, "shot"), WC_BAD_SIGNATURE);
    assert_non_null(strstr(problem.text, "no certificate"));
    wc_snap_trust trust = {.record_hash = &info.record_hash};
    assert_status(wc_snap_open(&snap, &problem, path_in_test("shot"), &trust), WC_OK);
    wc_snap_close(snap);
    wc_hash other = info.record_hash;
    other.bytes[0] ^= 1;
    trust.record_hash = &other;
    assert_status(wc_snap_open(&snap, &problem, path_in_test("shot"), &trust), WC_WRONG_CHAIN);
    write_whole(file_of("header"), bytes.data, bytes.len);
    free(memory);
    free(bytes.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_byte_of_a_chunk),
        cmocka_unit_test(each_byte_of_a_chunk_with_a_header_that_fits),
        cmocka_unit_test(each_byte_of_the_header),
        cmocka_unit_test(the_genesis),
        cmocka_unit_test(cut_and_grown_chunks),
        cmocka_unit_test(swapped_and_doubled_chunks),
        cmocka_unit_test(a_chunk_that_is_left_out),
        cmocka_unit_test(a_record_that_nobody_signed),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
