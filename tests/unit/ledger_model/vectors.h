/* Golden vectors of the ledger (tests/golden/ledger), made by tests/reference/layout_vectors.py.
 *
 * A file is read when its first value is asked for and kept until the program ends. Every function
 * fails the running test when a name is missing. */
#ifndef WC_TESTS_UNIT_LEDGER_MODEL_VECTORS_H
#define WC_TESTS_UNIT_LEDGER_MODEL_VECTORS_H

#include "tests/support/test.h"
#include "vm/base/buf.h"
#include "vm/base/hash.h"

/* Bytes of one value. */
wc_slice vector_bytes(const char *file, const char *name);

/* A value of exactly 32 bytes. */
wc_hash vector_hash(const char *file, const char *name);

/* What layout_vectors.py calls name32, name64, name20: bytes derived from a word. */
wc_hash name32(const char *word);
void name64(uint8_t out[64], const char *word);
void name20(uint8_t out[20], const char *word);

/* Fails the test unless the bytes equal the vector's. */
void assert_vector(const char *file, const char *name, wc_slice actual);

/* The same for a hash. */
void assert_vector_hash(const char *file, const char *name, wc_hash actual);

/* Decodes bytes and appends what it decoded to out, encoded again. */
typedef wc_status (*recode_fn)(wc_slice bytes, wc_buf *out);

/* Checks a decoder and encoder on a vector: it encodes to itself; every shorter and longer input is
 * refused; every input with one bit changed is refused or encodes to itself. */
void assert_canonical(const char *file, const char *name, recode_fn recode);

static inline void assert_hash(const wc_hash *actual, const char *word)
{
    wc_hash expected = name32(word);
    assert_memory_equal(actual->bytes, expected.bytes, WC_HASH_SIZE);
}

static inline void assert_slice(wc_slice actual, const char *text)
{
    assert_int_equal(actual.len, strlen(text));
    assert_memory_equal(actual.data, text, actual.len);
}

#endif
