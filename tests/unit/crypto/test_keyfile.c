/* Key files: what is written reads back, everything altered is refused under its own name, and the
 * box opens with an independent reading of the layout. Costs are set to the least: 1 pass, 8 KiB.
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/crypto/keyfile.h"
#include "tests/support/test.h"
#include "vm/base/codec.h"

#define FILE_SIZE  142
#define TEXT_START 17

static const wc_str password = {"horse battery", 13};
static char folder[64];

static wc_slice password_bytes(void)
{
    return wc_slice_of(password.data, password.len);
}

static wc_keypair make_pair(void)
{
    wc_seed seed;
    wc_keypair pair;
    for (size_t i = 0; i < sizeof seed.bytes; i++) seed.bytes[i] = (uint8_t)(7 * i);
    wc_keypair_of_seed(&pair, &seed);
    return pair;
}

static wc_keyfile_info cheap_info(void)
{
    wc_keyfile_info info = {WC_KEY_ACCOUNT, 1700000000, {{0}}, 1, 8192};
    return info;
}

/* Writes the file's text to text[WC_KEYFILE_TEXT_LEN]. */
static void encode(char *text)
{
    wc_keypair pair = make_pair();
    wc_keyfile_info info = cheap_info();
    wc_buf buf;
    wc_buf_init(&buf, text, WC_KEYFILE_TEXT_LEN);
    assert_status(wc_keyfile_encode(&buf, &pair, &info, password_bytes()), WC_OK);
    assert_int_equal(buf.len, WC_KEYFILE_TEXT_LEN);
}

static wc_status decode(const char *text, size_t len)
{
    wc_keypair pair;
    return wc_keyfile_decode(&pair, (wc_str){text, len}, password_bytes());
}

static void reads_back_what_it_wrote(void **state)
{
    (void)state;
    char text[WC_KEYFILE_TEXT_LEN];
    wc_keypair expected = make_pair();
    wc_keypair pair;
    wc_keyfile_info info;
    encode(text);
    assert_memory_equal(text, "wattclause-key-1\n", 17);
    assert_int_equal(text[WC_KEYFILE_TEXT_LEN - 1], '\n');
    assert_status(wc_keyfile_inspect(&info, (wc_str){text, sizeof text}), WC_OK);
    assert_int_equal(info.purpose, WC_KEY_ACCOUNT);
    assert_int_equal(info.created_s, 1700000000);
    assert_int_equal(info.ops_limit, 1);
    assert_int_equal(info.mem_limit, 8192);
    assert_memory_equal(info.public_key.bytes, expected.public_key.bytes, 32);
    assert_status(wc_keyfile_decode(&pair, (wc_str){text, sizeof text}, password_bytes()), WC_OK);
    assert_memory_equal(&pair, &expected, sizeof pair);
}

static void two_files_of_one_key_share_no_salt(void **state)
{
    (void)state;
    char a[WC_KEYFILE_TEXT_LEN];
    char b[WC_KEYFILE_TEXT_LEN];
    encode(a);
    encode(b);
    assert_memory_not_equal(a, b, sizeof a);
}

static void lies_in_the_bytes_as_the_layout_says(void **state)
{
    (void)state;
    char text[WC_KEYFILE_TEXT_LEN];
    uint8_t bytes[FILE_SIZE];
    uint8_t seed[32];
    wc_keypair expected = make_pair();
    wc_box_key key;
    encode(text);
    assert_status(wc_base64_decode(bytes, sizeof bytes, (wc_str){text + TEXT_START, 192}), WC_OK);
    assert_int_equal(bytes[0], 1);
    assert_int_equal(wc_load_u64(bytes + 1), 1700000000);
    assert_memory_equal(bytes + 9, expected.public_key.bytes, 32);
    assert_int_equal(bytes[41], 1);
    assert_int_equal(wc_load_u32(bytes + 42), 1);
    assert_int_equal(wc_load_u64(bytes + 46), 8192);
    assert_status(wc_stretch_password(&key, password_bytes(), bytes + 54, 1, 8192), WC_OK);
    assert_status(
        wc_box_open(seed, wc_slice_of(bytes + 94, 48), wc_slice_of(bytes, 94), bytes + 70, &key),
        WC_OK);
    assert_memory_equal(seed, expected.seed.bytes, sizeof seed);
}

static void refuses_a_wrong_password(void **state)
{
    (void)state;
    char text[WC_KEYFILE_TEXT_LEN];
    wc_keypair pair;
    encode(text);
    assert_status(wc_keyfile_decode(&pair, (wc_str){text, sizeof text}, wc_slice_of("horse", 5)),
                  WC_BAD_PASSWORD);
    assert_status(wc_keyfile_decode(&pair, (wc_str){text, sizeof text}, wc_slice_of("", 0)),
                  WC_BAD_PASSWORD);
}

/* Changes byte `at` of the decoded file and gives the answer for the result. */
static wc_status with_changed_byte(const char *text, size_t at, uint8_t value)
{
    char changed[WC_KEYFILE_TEXT_LEN + 4];
    uint8_t bytes[FILE_SIZE];
    wc_buf buf;
    assert_status(wc_base64_decode(bytes, sizeof bytes, (wc_str){text + TEXT_START, 192}), WC_OK);
    bytes[at] = value;
    wc_buf_init(&buf, changed, sizeof changed);
    wc_buf_put(&buf, text, TEXT_START);
    wc_base64_encode(&buf, wc_slice_of(bytes, sizeof bytes));
    wc_buf_put(&buf, "\n", 1);
    return decode(changed, buf.len);
}

static void refuses_every_changed_byte(void **state)
{
    (void)state;
    char text[WC_KEYFILE_TEXT_LEN];
    uint8_t bytes[FILE_SIZE];
    encode(text);
    assert_status(wc_base64_decode(bytes, sizeof bytes, (wc_str){text + TEXT_START, 192}), WC_OK);
    for (size_t at = 0; at < FILE_SIZE; at++) {
        if (at >= 42 && at < 54) continue; /* costs: below, or the test would wait for argon2 */
        wc_status status = with_changed_byte(text, at, bytes[at] ^ 0x40);
        wc_status expected = at == 0 || at == 41 ? WC_OUT_OF_DOMAIN : WC_BAD_PASSWORD;
        assert_status(status, expected);
    }
    assert_status(with_changed_byte(text, 45, 2), WC_BAD_PASSWORD);
    assert_status(with_changed_byte(text, 45, 0), WC_OUT_OF_DOMAIN); /* no pass at all */
    assert_status(with_changed_byte(text, 52, 0), WC_OUT_OF_DOMAIN); /* less than 8 KiB */
    assert_status(with_changed_byte(text, 52, 64), WC_BAD_PASSWORD);
}

static void caps_what_a_file_may_demand(void **state)
{
    (void)state;
    char text[WC_KEYFILE_TEXT_LEN];
    wc_keypair pair = make_pair();
    wc_keyfile_info info = cheap_info();
    wc_buf buf;
    encode(text);
    assert_status(with_changed_byte(text, 45, 10), WC_BAD_PASSWORD); /* at the cap: tried */
    assert_status(with_changed_byte(text, 45, 11), WC_TOO_LARGE);
    assert_status(with_changed_byte(text, 42, 1), WC_TOO_LARGE);
    assert_status(with_changed_byte(text, 50, 0x80), WC_TOO_LARGE); /* 2 GiB */
    assert_status(with_changed_byte(text, 46, 0xff), WC_TOO_LARGE);

    info.ops_limit = 11;
    wc_buf_init(&buf, text, sizeof text);
    assert_status(wc_keyfile_encode(&buf, &pair, &info, password_bytes()), WC_TOO_LARGE);
    info.ops_limit = 1;
    info.mem_limit = WC_KEYFILE_MEM_MAX + 1;
    assert_status(wc_keyfile_encode(&buf, &pair, &info, password_bytes()), WC_TOO_LARGE);
    assert_int_equal(buf.len, 0);
}

static void refuses_another_form(void **state)
{
    (void)state;
    char text[WC_KEYFILE_TEXT_LEN + 1];
    encode(text);
    text[WC_KEYFILE_TEXT_LEN] = '\n';
    assert_status(decode(text, WC_KEYFILE_TEXT_LEN + 1), WC_OUT_OF_DOMAIN);
    for (size_t len = 0; len < WC_KEYFILE_TEXT_LEN; len++) {
        assert_status(decode(text, len), len < TEXT_START ? WC_BAD_MAGIC : WC_OUT_OF_DOMAIN);
    }
    text[15] = '2';
    assert_status(decode(text, WC_KEYFILE_TEXT_LEN), WC_BAD_MAGIC);
    text[15] = '1';
    text[WC_KEYFILE_TEXT_LEN - 1] = ' ';
    assert_status(decode(text, WC_KEYFILE_TEXT_LEN), WC_OUT_OF_DOMAIN);
    text[WC_KEYFILE_TEXT_LEN - 1] = '\n';
    text[TEXT_START + 5] = '*';
    assert_status(decode(text, WC_KEYFILE_TEXT_LEN), WC_OUT_OF_DOMAIN);
}

/* A file whose header names a foreign public key, sealed with the right password: only re-deriving
 * the key finds it. Signing with it would give the seed away. */
static void refuses_a_public_key_that_is_not_the_seeds(void **state)
{
    (void)state;
    char text[WC_KEYFILE_TEXT_LEN];
    wc_keypair pair = make_pair();
    wc_keyfile_info info = cheap_info();
    wc_buf buf;
    pair.public_key.bytes[3] ^= 1;
    wc_buf_init(&buf, text, sizeof text);
    assert_status(wc_keyfile_encode(&buf, &pair, &info, password_bytes()), WC_OK);
    assert_status(decode(text, sizeof text), WC_BAD_KEY);
}

static void path_of(char *path, size_t size, const char *name)
{
    assert_true((size_t)snprintf(path, size, "%s/%s", folder, name) < size);
}

static void creates_a_file_that_only_the_owner_reads(void **state)
{
    (void)state;
    char path[128];
    struct stat about;
    wc_keypair pair = make_pair();
    wc_keypair read_pair;
    wc_keyfile_info info = cheap_info();
    path_of(path, sizeof path, "key");
    mode_t old = umask(0);
    assert_status(wc_keyfile_write(path, &pair, &info, password_bytes()), WC_OK);
    (void)umask(old);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_status(wc_keyfile_read(&read_pair, path, password_bytes()), WC_OK);
    assert_memory_equal(&read_pair, &pair, sizeof pair);
    assert_status(wc_keyfile_write(path, &pair, &info, password_bytes()), WC_EXISTS);

    static const mode_t wide[] = {0640, 0604, 0620, 0602, 0610, 0601, 0644};
    for (size_t i = 0; i < WC_ARRAY_LEN(wide); i++) {
        assert_int_equal(chmod(path, wide[i]), 0);
        assert_status(wc_keyfile_read(&read_pair, path, password_bytes()), WC_BAD_MODE);
    }
    assert_int_equal(chmod(path, 0400), 0);
    assert_status(wc_keyfile_read(&read_pair, path, password_bytes()), WC_OK);
    assert_int_equal(unlink(path), 0);
}

static void names_what_stands_in_the_files_place(void **state)
{
    (void)state;
    char path[128];
    wc_keypair pair = make_pair();
    wc_keyfile_info info = cheap_info();
    path_of(path, sizeof path, "nowhere");
    assert_status(wc_keyfile_read(&pair, path, password_bytes()), WC_NOT_FOUND);
    assert_status(wc_keyfile_read(&pair, folder, password_bytes()), WC_BAD_MODE);
    path_of(path, sizeof path, "pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_status(wc_keyfile_read(&pair, path, password_bytes()), WC_BAD_MODE);
    assert_int_equal(unlink(path), 0);
    path_of(path, sizeof path, "none/key");
    assert_status(wc_keyfile_write(path, &pair, &info, password_bytes()), WC_IO);
    path_of(path, sizeof path, "link");
    assert_int_equal(symlink("elsewhere", path), 0);
    assert_status(wc_keyfile_write(path, &pair, &info, password_bytes()), WC_EXISTS);
    assert_int_equal(unlink(path), 0);
}

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/wc_test_keyfile_XXXXXX");
    return wc_crypto_start() == WC_OK && mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_back_what_it_wrote),
        cmocka_unit_test(two_files_of_one_key_share_no_salt),
        cmocka_unit_test(lies_in_the_bytes_as_the_layout_says),
        cmocka_unit_test(refuses_a_wrong_password),
        cmocka_unit_test(refuses_every_changed_byte),
        cmocka_unit_test(caps_what_a_file_may_demand),
        cmocka_unit_test(refuses_another_form),
        cmocka_unit_test(refuses_a_public_key_that_is_not_the_seeds),
        cmocka_unit_test(creates_a_file_that_only_the_owner_reads),
        cmocka_unit_test(names_what_stands_in_the_files_place),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
