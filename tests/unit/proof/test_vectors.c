/* The claims of tests/golden/proofs, made by tests/reference/make_proof_vectors.py: each is judged
 * as it says, in the ledger's own form and in that of ICS23, and true memberships give its ICS23
 * bytes. */
#include <jansson.h>
#include <stdlib.h>

#include "node/crypto/crypto.h"
#include "node/proof/ics23.h"
#include "tests/support/test.h"
#include "vm/base/text.h"

#define MEMBERSHIP "../../golden/proofs/membership.json"
#define ABSENCE    "../../golden/proofs/absence.json"

typedef struct claim {
    const char *name;
    wc_hash root, k;
    bool has_value, has_proof, has_ics23, holds;
    wc_slice value, proof, ics23; /* owned */
} claim;

/* Hex of a member; false: there is none. */
static bool bytes_of(const json_t *object, const char *name, wc_slice *bytes)
{
    const char *text = json_string_value(json_object_get(object, name));
    *bytes = wc_slice_of(NULL, 0);
    if (text == NULL) return false;
    size_t len = strlen(text) / 2;
    uint8_t *memory = malloc(len + 1);
    assert_non_null(memory);
    assert_status(wc_parse_hex(wc_str_of(text), memory, len), WC_OK);
    *bytes = wc_slice_of(memory, len);
    return true;
}

static wc_hash hash_of(const json_t *object, const char *name)
{
    wc_hash hash;
    const char *text = json_string_value(json_object_get(object, name));
    assert_non_null(text);
    assert_status(wc_parse_hex(wc_str_of(text), hash.bytes, sizeof hash.bytes), WC_OK);
    return hash;
}

static void disown(wc_slice bytes)
{
    void *memory;
    memcpy(&memory, &bytes.data, sizeof memory);
    free(memory);
}

static claim read_claim(const json_t *object)
{
    claim c = {.name = json_string_value(json_object_get(object, "name")),
               .root = hash_of(object, "root"),
               .k = hash_of(object, "key"),
               .holds = json_is_true(json_object_get(object, "holds"))};
    c.has_value = bytes_of(object, "value", &c.value);
    c.has_proof = bytes_of(object, "proof", &c.proof);
    c.has_ics23 = bytes_of(object, "ics23", &c.ics23);
    return c;
}

static void drop_claim(claim *c)
{
    disown(c->value);
    disown(c->proof);
    disown(c->ics23);
}

/* Does the proof prove exactly what the claim says? */
static bool proves(const claim *c, wc_proof *proof)
{
    size_t bad;
    if (wc_proof_decode(proof, &bad, c->proof) != WC_OK) return false;
    if (wc_proof_verify(proof, &c->root, &c->k) != WC_OK) return false;
    bool is_present = proof->kind == WC_PROOF_PRESENT;
    return is_present == c->has_value && (!is_present || wc_slice_equal(proof->value, c->value));
}

static void check_export(const claim *c, const wc_proof *proof)
{
    uint8_t *memory = malloc(WC_ICS23_SIZE_MAX);
    wc_buf buf;
    assert_non_null(memory);
    wc_buf_init(&buf, memory, WC_ICS23_SIZE_MAX);
    wc_ics23_put(&buf, proof);
    if (!wc_slice_equal(wc_buf_slice(&buf), c->ics23)) {
        fail_msg("%s: the exported bytes are others", c->name);
    }
    free(memory);
}

static void check_claim(const claim *c)
{
    static wc_proof proof;
    if (c->has_ics23) {
        bool is_proved = wc_ics23_verify(c->ics23, &proof, &c->root, &c->k, c->value) == WC_OK;
        if (is_proved != c->holds) fail_msg("%s: ICS23 is judged wrong", c->name);
    }
    if (!c->has_proof) return;
    if (proves(c, &proof) != c->holds) fail_msg("%s: judged wrong", c->name);
    if (c->holds && c->has_ics23) check_export(c, &proof);
}

static void judge_file(const char *path, size_t count)
{
    json_error_t error;
    json_t *list = json_load_file(path, 0, &error);
    assert_non_null(list);
    assert_int_equal(json_array_size(list), count);
    for (size_t i = 0; i < count; i++) {
        claim c = read_claim(json_array_get(list, i));
        assert_true(c.has_proof || c.has_ics23);
        check_claim(&c);
        drop_claim(&c);
    }
    json_decref(list);
}

static void fifty_claims_of_membership_are_judged_as_by_the_other_engine(void **state)
{
    (void)state;
    judge_file(MEMBERSHIP, 50);
}

static void claims_of_absence_are_judged_as_by_the_other_engine(void **state)
{
    (void)state;
    judge_file(ABSENCE, 40);
}

/* Flips every bit of ICS23 bytes: none may be without meaning. */
static void ics23_bytes_altered_in_any_bit_are_refused(void **state)
{
    (void)state;
    static wc_proof proof;
    json_error_t error;
    json_t *list = json_load_file(MEMBERSHIP, 0, &error);
    claim c = read_claim(json_array_get(list, 1));
    assert_true(c.holds);
    uint8_t *bytes = malloc(c.ics23.len + 1);
    assert_non_null(bytes);
    for (size_t at = 0; at < c.ics23.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(bytes, c.ics23.data, c.ics23.len);
            bytes[at] = (uint8_t)(bytes[at] ^ 1u << bit);
            wc_slice altered = wc_slice_of(bytes, c.ics23.len);
            if (wc_ics23_verify(altered, &proof, &c.root, &c.k, c.value) == WC_OK) {
                fail_msg("byte %zu bit %u does not matter", at, bit);
            }
        }
    }
    for (size_t len = 0; len < c.ics23.len; len++) {
        wc_slice cut = wc_slice_of(c.ics23.data, len);
        assert_true(wc_ics23_verify(cut, &proof, &c.root, &c.k, c.value) != WC_OK);
    }
    free(bytes);
    drop_claim(&c);
    json_decref(list);
}

static int start(void **state)
{
    (void)state;
    assert_status(wc_crypto_start(), WC_OK);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fifty_claims_of_membership_are_judged_as_by_the_other_engine),
        cmocka_unit_test(claims_of_absence_are_judged_as_by_the_other_engine),
        cmocka_unit_test(ics23_bytes_altered_in_any_bit_are_refused),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
