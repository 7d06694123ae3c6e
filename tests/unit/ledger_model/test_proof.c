/* Proofs: the golden ones, every key of a tree, every bit of a proof altered, other encodings. */
#include "tests/support/test.h"

#include <stdlib.h>

#include "node/ledger/proof.h"
#include "tests/unit/ledger_model/tree_sample.h"
#include "tests/unit/ledger_model/vectors.h"

static uint8_t proof_bytes[WC_PROOF_SIZE_MAX];

static wc_slice encode_proof(const wc_proof *proof)
{
    wc_buf buf;
    wc_buf_init(&buf, proof_bytes, sizeof proof_bytes);
    wc_proof_put(&buf, proof);
    assert_status(wc_buf_status(&buf), WC_OK);
    return wc_buf_slice(&buf);
}

static wc_slice value_bytes(const char *word, uint32_t i)
{
    static uint8_t bytes[16];
    wc_buf buf;
    wc_buf_init(&buf, bytes, sizeof bytes);
    wc_buf_put_text(&buf, word);
    wc_buf_put_u32(&buf, i);
    return wc_buf_slice(&buf);
}

static void check_golden_proof(const char *name, const wc_tree *tree, wc_hash k, wc_slice value,
                               wc_proof_kind kind)
{
    wc_tree_version version = tree_newest(tree);
    wc_proof proof;
    assert_status(wc_proof_build(&proof, tree, &version, &k, value), WC_OK);
    assert_int_equal(proof.kind, kind);
    assert_vector(TREE_FILE, name, encode_proof(&proof));

    static wc_proof decoded;
    size_t bad = 0;
    assert_status(wc_proof_decode(&decoded, &bad, vector_bytes(TREE_FILE, name)), WC_OK);
    assert_status(wc_proof_verify(&decoded, &version.root, &k), WC_OK);
    assert_vector(TREE_FILE, name, encode_proof(&decoded));
}

/* First key of layout_vectors.py's "absent" series whose proof has this kind: the last one wins
 * there. */
static wc_hash absent_k(const wc_tree *tree, wc_proof_kind kind)
{
    wc_tree_version version = tree_newest(tree);
    for (uint32_t i = 64; i > 0; i--) {
        wc_hash k = tree_hash("absent", i - 1);
        wc_proof proof;
        assert_status(wc_proof_build(&proof, tree, &version, &k, wc_slice_of(NULL, 0)), WC_OK);
        if (proof.kind == kind) return k;
    }
    fail_msg("no absent key of this kind");
    return (wc_hash){{0}};
}

static void proofs_are_those_of_the_specification(void **state)
{
    (void)state;
    static wc_tree_change entries[1000];
    wc_slice none = wc_slice_of(NULL, 0);
    wc_tree tree = tree_fresh();
    (void)tree_apply(&tree, 1, NULL, 0);
    check_golden_proof("proof_nothing", &tree, tree_hash("k", 0), none, WC_PROOF_EMPTY);
    tree_entries(entries, 1);
    (void)tree_apply(&tree, 2, entries, 1);
    check_golden_proof("proof_single", &tree, tree_hash("k", 0), value_bytes("value", 0),
                       WC_PROOF_PRESENT);
    tree_entries(entries, 1000);
    (void)tree_apply(&tree, 3, entries, 1000);
    check_golden_proof("proof_present", &tree, tree_hash("k", 3), value_bytes("value", 3),
                       WC_PROOF_PRESENT);
    check_golden_proof("proof_empty", &tree, absent_k(&tree, WC_PROOF_EMPTY), none, WC_PROOF_EMPTY);
    check_golden_proof("proof_other", &tree, absent_k(&tree, WC_PROOF_OTHER), none, WC_PROOF_OTHER);
    tree = tree_fresh();
    tree_near_entries(entries);
    (void)tree_apply(&tree, 1, entries, 7);
    check_golden_proof("proof_deep", &tree, name32("near"), value_bytes("near", 0),
                       WC_PROOF_PRESENT);
}

static void a_value_that_the_tree_does_not_hold_cannot_be_proved(void **state)
{
    (void)state;
    static wc_tree_change entries[100];
    tree_entries(entries, 100);
    wc_tree tree = tree_fresh();
    (void)tree_apply(&tree, 1, entries, 100);
    wc_tree_version version = tree_newest(&tree);
    wc_proof proof;
    wc_hash k = tree_hash("k", 5);
    assert_status(wc_proof_build(&proof, &tree, &version, &k, value_bytes("value", 6)), WC_DIFFERS);
}

static void every_present_key_and_no_absent_one_is_proved_present(void **state)
{
    (void)state;
    static wc_tree_change entries[1000];
    tree_entries(entries, 1000);
    wc_tree tree = tree_fresh();
    wc_hash root = tree_apply(&tree, 1, entries, 1000);
    wc_tree_version version = tree_newest(&tree);
    for (uint32_t i = 0; i < 1000; i++) {
        wc_proof proof;
        wc_hash k = tree_hash("k", i);
        assert_status(wc_proof_build(&proof, &tree, &version, &k, value_bytes("value", i)), WC_OK);
        assert_int_equal(proof.kind, WC_PROOF_PRESENT);
        assert_status(wc_proof_verify(&proof, &root, &k), WC_OK);
        assert_true(proof.depth >= 4 && proof.depth <= 40);
        wc_hash other = tree_hash("absent", i);
        assert_status(wc_proof_verify(&proof, &root, &other), WC_DIFFERS);
        assert_status(wc_proof_build(&proof, &tree, &version, &other, wc_slice_of(NULL, 0)), WC_OK);
        assert_int_not_equal(proof.kind, WC_PROOF_PRESENT);
        assert_status(wc_proof_verify(&proof, &root, &other), WC_OK);
        assert_status(wc_proof_verify(&proof, &root, &k), WC_DIFFERS);
    }
}

/* Flips each bit of a golden proof: it must not decode, or not verify for its key. */
static void check_damage(const char *name, wc_hash root, wc_hash k)
{
    wc_slice golden = vector_bytes(TREE_FILE, name);
    uint8_t *bytes = malloc(golden.len + 1);
    static wc_proof proof;
    size_t bad = 0;
    assert_non_null(bytes);
    for (size_t at = 0; at < golden.len; at++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(bytes, golden.data, golden.len);
            bytes[at] = (uint8_t)(bytes[at] ^ 1u << bit);
            wc_status status = wc_proof_decode(&proof, &bad, wc_slice_of(bytes, golden.len));
            if (status == WC_OK) status = wc_proof_verify(&proof, &root, &k);
            if (status == WC_OK) fail_msg("%s: byte %zu bit %u does not matter", name, at, bit);
        }
    }
    memcpy(bytes, golden.data, golden.len);
    bytes[golden.len] = 0;
    for (size_t len = 0; len < golden.len; len++) {
        assert_true(wc_proof_decode(&proof, &bad, wc_slice_of(bytes, len)) != WC_OK);
        assert_true(bad <= len);
    }
    assert_status(wc_proof_decode(&proof, &bad, wc_slice_of(bytes, golden.len + 1)), WC_TRAILING);
    assert_status(wc_proof_decode(&proof, &bad, golden), WC_OK);
    root.bytes[31] ^= 1;
    assert_status(wc_proof_verify(&proof, &root, &k), WC_DIFFERS);
    free(bytes);
}

static void a_proof_altered_in_any_bit_is_refused(void **state)
{
    (void)state;
    static wc_tree_change entries[1000];
    tree_entries(entries, 1000);
    wc_tree tree = tree_fresh();
    wc_hash root = tree_apply(&tree, 1, entries, 1000);
    check_damage("proof_present", root, tree_hash("k", 3));
    check_damage("proof_empty", root, absent_k(&tree, WC_PROOF_EMPTY));
    check_damage("proof_other", root, absent_k(&tree, WC_PROOF_OTHER));
    check_damage("proof_single", vector_hash(TREE_FILE, "root_1"), tree_hash("k", 0));
    check_damage("proof_nothing", (wc_hash){{0}}, tree_hash("k", 0));
    check_damage("proof_deep", vector_hash(TREE_FILE, "root_near"), name32("near"));
}

/* Encodings that say the same in another way, or nonsense. */
static void only_the_canonical_encoding_of_a_proof_decodes(void **state)
{
    (void)state;
    static wc_proof proof;
    size_t bad = 0;
    assert_status(wc_proof_decode(&proof, &bad, vector_bytes(TREE_FILE, "proof_empty")), WC_OK);
    wc_proof longer = proof; /* an empty sibling at the deepest level */
    longer.siblings[longer.depth++] = (wc_hash){{0}};
    assert_status(wc_proof_decode(&proof, &bad, encode_proof(&longer)), WC_NOT_CANONICAL);
    assert_int_equal(bad, 36 + (longer.depth - 1u) / 8);

    assert_status(wc_proof_decode(&proof, &bad, vector_bytes(TREE_FILE, "proof_other")), WC_OK);
    wc_proof same = proof;
    same.other_k = same.k;
    assert_status(wc_proof_decode(&proof, &bad, encode_proof(&same)), WC_OUT_OF_DOMAIN);
    assert_int_equal(bad, 34);
    assert_status(wc_proof_verify(&same, &same.k, &same.k), WC_DIFFERS);
    same.depth = WC_PROOF_DEPTH_MAX + 1; /* not decoded: made by hand */
    assert_status(wc_proof_verify(&same, &same.k, &same.k), WC_DIFFERS);

    wc_slice golden = vector_bytes(TREE_FILE, "proof_empty");
    static uint8_t bytes[1024];
    assert_true(golden.len < sizeof bytes);
    memcpy(bytes, golden.data, golden.len);
    memset(bytes + golden.len - 32, 0, 32); /* a sibling that is there and empty */
    assert_status(wc_proof_decode(&proof, &bad, wc_slice_of(bytes, golden.len)), WC_NOT_CANONICAL);
    assert_int_equal(bad, golden.len - 32);
    memcpy(bytes, golden.data, golden.len);
    bytes[34] = 0x01; /* depth 257 or more */
    bytes[35] = 0x01;
    assert_status(wc_proof_decode(&proof, &bad, wc_slice_of(bytes, golden.len)), WC_OUT_OF_DOMAIN);
    assert_int_equal(bad, 34);
    bytes[0] = 2;
    assert_status(wc_proof_decode(&proof, &bad, wc_slice_of(bytes, golden.len)), WC_BAD_VERSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(proofs_are_those_of_the_specification),
        cmocka_unit_test(a_value_that_the_tree_does_not_hold_cannot_be_proved),
        cmocka_unit_test(every_present_key_and_no_absent_one_is_proved_present),
        cmocka_unit_test(a_proof_altered_in_any_bit_is_refused),
        cmocka_unit_test(only_the_canonical_encoding_of_a_proof_decodes),
    };
    return cmocka_run_group_tests(tests, NULL, tree_drop);
}
