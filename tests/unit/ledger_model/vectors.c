/* Reads `name hex` files into memory. The test programs are short-lived: files and values stay. */
#include "tests/support/test.h"

#include "tests/unit/ledger_model/vectors.h"

#include <stdio.h>
#include <stdlib.h>

#include "node/crypto/crypto.h"
#include "tests/support/golden.h"
#include "vm/base/text.h"

#define FOLDER    WC_TEST_DATA "/../golden/ledger/"
#define FILES_MAX 8

typedef struct loaded_file {
    const char *name;
    wc_slice text;
} loaded_file;

/* A value, kept in a list so that it stays reachable. */
typedef struct loaded_value {
    struct loaded_value *next;
    uint8_t bytes[];
} loaded_value;

static loaded_value *loaded_values;
static loaded_file loaded[FILES_MAX];
static size_t loaded_count;

static wc_slice file_text(const char *name)
{
    for (size_t i = 0; i < loaded_count; i++) {
        if (strcmp(loaded[i].name, name) == 0) return loaded[i].text;
    }
    assert_true(loaded_count < FILES_MAX);
    char path[512];
    (void)snprintf(path, sizeof path, "%s%s", FOLDER, name);
    wc_slice text = wc_test_read_file(path);
    loaded[loaded_count++] = (loaded_file){name, text};
    return text;
}

/* Start of the hex digits of `name` at a line's start; their number in *len. */
static const char *find_value(wc_slice text, const char *name, size_t *len)
{
    size_t name_len = strlen(name);
    const char *at = (const char *)text.data;
    while (*at != '\0') {
        size_t line = strcspn(at, "\n");
        if (line > name_len && memcmp(at, name, name_len) == 0 && at[name_len] == ' ') {
            *len = line - name_len - 1;
            return at + name_len + 1;
        }
        at += line + (at[line] == '\n');
    }
    fail_msg("no vector %s", name);
    return NULL;
}

wc_slice vector_bytes(const char *file, const char *name)
{
    size_t digits = 0;
    const char *hex = find_value(file_text(file), name, &digits);
    loaded_value *value = malloc(sizeof *value + digits / 2);
    assert_non_null(value);
    value->next = loaded_values;
    loaded_values = value;
    assert_status(wc_parse_hex((wc_str){hex, digits}, value->bytes, digits / 2), WC_OK);
    return wc_slice_of(value->bytes, digits / 2);
}

wc_hash vector_hash(const char *file, const char *name)
{
    wc_slice bytes = vector_bytes(file, name);
    wc_hash hash;
    assert_int_equal(bytes.len, WC_HASH_SIZE);
    memcpy(hash.bytes, bytes.data, WC_HASH_SIZE);
    return hash;
}

wc_hash name32(const char *word)
{
    return wc_sha256_one(wc_slice_of(word, strlen(word)));
}

void name20(uint8_t out[20], const char *word)
{
    wc_hash hash = name32(word);
    memcpy(out, hash.bytes, 20);
}

void name64(uint8_t out[64], const char *word)
{
    /* Signature bytes are copied through, so any 64 distinct bytes do: two hashes of the word. */
    char other[64];
    (void)snprintf(other, sizeof other, "%s/2", word);
    wc_hash first = name32(word);
    wc_hash second = name32(other);
    memcpy(out, first.bytes, 32);
    memcpy(out + 32, second.bytes, 32);
}

void assert_vector(const char *file, const char *name, wc_slice actual)
{
    wc_slice expected = vector_bytes(file, name);
    if (actual.len != expected.len) {
        print_error("%s %s: %zu bytes instead of %zu\n", file, name, actual.len, expected.len);
    }
    assert_int_equal(actual.len, expected.len);
    assert_memory_equal(actual.data, expected.data, expected.len);
}

void assert_vector_hash(const char *file, const char *name, wc_hash actual)
{
    assert_vector(file, name, wc_slice_of(actual.bytes, WC_HASH_SIZE));
}

#define RECODED_MAX 65536u

static wc_status recode_into(recode_fn recode, wc_slice bytes, wc_slice *recoded)
{
    static uint8_t memory[RECODED_MAX];
    wc_buf buf;
    wc_buf_init(&buf, memory, sizeof memory);
    wc_status status = recode(bytes, &buf);
    if (status != WC_OK) return status;
    assert_status(wc_buf_status(&buf), WC_OK);
    *recoded = wc_buf_slice(&buf);
    return WC_OK;
}

void assert_canonical(const char *file, const char *name, recode_fn recode)
{
    wc_slice golden = vector_bytes(file, name);
    wc_slice recoded;
    assert_status(recode_into(recode, golden, &recoded), WC_OK);
    assert_vector(file, name, recoded);
    uint8_t *bytes = malloc(golden.len + 1);
    assert_non_null(bytes);
    memcpy(bytes, golden.data, golden.len);
    bytes[golden.len] = 0;
    for (size_t len = 0; len < golden.len; len++) {
        wc_status status = recode_into(recode, wc_slice_of(bytes, len), &recoded);
        if (status == WC_OK) fail_msg("%s %s: accepted after %zu bytes", file, name, len);
    }
    assert_status(recode_into(recode, wc_slice_of(bytes, golden.len + 1), &recoded), WC_TRAILING);
    for (size_t bit = 0; bit < golden.len * 8; bit++) {
        memcpy(bytes, golden.data, golden.len);
        bytes[bit / 8] = (uint8_t)(bytes[bit / 8] ^ 0x80u >> bit % 8);
        wc_slice changed = wc_slice_of(bytes, golden.len);
        if (recode_into(recode, changed, &recoded) != WC_OK) continue;
        if (!wc_slice_equal(recoded, changed)) fail_msg("%s %s: bit %zu is lost", file, name, bit);
    }
    free(bytes);
}
