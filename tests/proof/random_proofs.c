/* Random trees with claims about them, each with this program's verdict, for another engine to
 * judge.
 *
 *   random_proofs COUNT SEED
 *
 *   tree ROOT                           and what it holds:
 *   entry K VALUE
 *   claim HOLDS K VALUE PROOF ICS23     "-" for none; HOLDS 1 or 0: what the verifiers here say
 *
 * A claim is true (present or absent, by the tree's own proof) or comes from a true one by an
 * alteration of its key, value or proof. Trees have up to 120 entries, made by several updates with
 * removals; keys are random or part late, so that paths are deep. */
#include <stdio.h>
#include <stdlib.h>

#include "node/crypto/crypto.h"
#include "node/ledger/proof.h"
#include "node/ledger/read.h"
#include "node/ledger/state.h"
#include "node/proof/ics23.h"
#include "tests/support/prng.h"

#define ENTRIES_MAX 120u
#define VALUE_MAX   200u
#define CLAIMS      24u

typedef struct entry {
    wc_hash k;
    bool is_there;
    uint8_t value[VALUE_MAX];
    size_t len; /* >= 1 */
} entry;

static wc_prng prng;
static entry entries[ENTRIES_MAX];
static size_t count;
static wc_tree tree;
static void *tree_memory;

static size_t below(size_t limit)
{
    return (size_t)wc_prng_below(&prng, limit);
}

static wc_hash random_k(void)
{
    wc_hash k;
    for (size_t i = 0; i < sizeof k.bytes; i++) k.bytes[i] = (uint8_t)wc_prng_next(&prng);
    return k;
}

/* A key that parts from an existing one at some depth, or any. */
static wc_hash new_k(void)
{
    if (count == 0 || below(3) != 0) return random_k();
    wc_hash k = entries[below(count)].k;
    size_t at = below(256);
    k.bytes[at / 8] = (uint8_t)(k.bytes[at / 8] ^ 0x80u >> at % 8);
    return k;
}

static entry *find(const wc_hash *k)
{
    for (size_t i = 0; i < count; i++) {
        if (wc_hash_equal(&entries[i].k, k)) return &entries[i];
    }
    return NULL;
}

static int by_k(const void *a, const void *b)
{
    return wc_hash_compare(&((const wc_tree_change *)a)->k, &((const wc_tree_change *)b)->k);
}

static void update(uint64_t seq, wc_hash *root)
{
    wc_tree_change changes[ENTRIES_MAX];
    for (size_t i = 0; i < count; i++) {
        entry *e = &entries[i];
        e->is_there = below(5) != 0;
        e->len = 1 + below(VALUE_MAX);
        for (size_t b = 0; b < e->len; b++) e->value[b] = (uint8_t)wc_prng_next(&prng);
        changes[i] = (wc_tree_change){.k = e->k};
        if (e->is_there) changes[i].value_hash = wc_value_hash(wc_slice_of(e->value, e->len));
    }
    qsort(changes, count, sizeof *changes, by_k);
    if (wc_tree_update(&tree, root, seq, changes, count) != WC_OK) abort();
}

static void grow(wc_hash *root)
{
    count = 0;
    if (wc_tree_init(&tree, tree_memory, wc_tree_memory(ENTRIES_MAX, ENTRIES_MAX)) != WC_OK)
        abort();
    size_t updates = 1 + below(3);
    for (uint64_t seq = 1; seq <= updates; seq++) {
        size_t more = below(ENTRIES_MAX / 3 + 1);
        for (size_t i = 0; i < more; i++) {
            wc_hash k = new_k();
            if (find(&k) == NULL) entries[count++].k = k;
        }
        update(seq, root);
    }
}

/* ---- claims ----------------------------------------------------------------------------------
 */

static void put_hex(wc_slice bytes)
{
    putchar(' ');
    for (size_t i = 0; i < bytes.len; i++) printf("%02x", bytes.data[i]);
    if (bytes.len == 0) putchar('-');
}

static bool own_holds(const wc_hash *root, const wc_hash *k, wc_slice value, wc_slice proof)
{
    static wc_proof decoded;
    size_t bad;
    if (wc_proof_decode(&decoded, &bad, proof) != WC_OK) return false;
    if (wc_proof_verify(&decoded, root, k) != WC_OK) return false;
    bool is_present = decoded.kind == WC_PROOF_PRESENT;
    return is_present ? wc_slice_equal(decoded.value, value) : value.len == 0;
}

static bool ics23_holds(const wc_hash *root, const wc_hash *k, wc_slice value, wc_slice ics23)
{
    static wc_proof scratch;
    return wc_ics23_verify(ics23, &scratch, root, k, value) == WC_OK;
}

/* value.len 0: absence is claimed. Of proof and ICS23 bytes one may be missing. */
static void put_claim(const wc_hash *root, const wc_hash *k, wc_slice value, wc_slice proof,
                      wc_slice ics23)
{
    bool holds =
        proof.len > 0 ? own_holds(root, k, value, proof) : ics23_holds(root, k, value, ics23);
    if (proof.len > 0 && ics23.len > 0 && ics23_holds(root, k, value, ics23) != holds) {
        printf("disagree\n"); /* the two forms of one claim: the judge fails on this line */
    }
    printf("claim %d", holds ? 1 : 0);
    put_hex(wc_slice_of(k->bytes, sizeof k->bytes));
    put_hex(value);
    put_hex(proof);
    put_hex(ics23);
    putchar('\n');
}

static void flip(uint8_t *bytes, size_t len)
{
    if (len > 0) bytes[below(len)] ^= (uint8_t)(1u << below(8));
}

/* A true claim, and the same altered. */
static void claim(const wc_hash *root, const wc_hash *k, const entry *e)
{
    static uint8_t own_memory[WC_PROOF_SIZE_MAX], ics_memory[WC_ICS23_SIZE_MAX];
    static wc_proof proof;
    uint8_t value_memory[VALUE_MAX];
    wc_buf own, ics;
    wc_tree_version version;
    wc_slice value = wc_slice_of(NULL, 0);
    if (e != NULL && e->is_there) {
        memcpy(value_memory, e->value, e->len);
        value = wc_slice_of(value_memory, e->len);
    }
    if (wc_tree_version_at(&tree, &version, UINT64_MAX) != WC_OK) abort();
    if (wc_proof_build(&proof, &tree, &version, k, value) != WC_OK) abort();
    wc_buf_init(&own, own_memory, sizeof own_memory);
    wc_buf_init(&ics, ics_memory, sizeof ics_memory);
    wc_proof_put(&own, &proof);
    if (proof.kind == WC_PROOF_PRESENT) wc_ics23_put(&ics, &proof);
    put_claim(root, k, value, wc_buf_slice(&own), wc_buf_slice(&ics));

    wc_hash other = *k;
    wc_slice none = wc_slice_of(NULL, 0);
    if (ics.len > 0) {
        flip(ics_memory, ics.len);
        put_claim(root, k, value, none, wc_buf_slice(&ics));
    }
    switch (below(4)) {
    case 0: flip(own_memory, own.len); break;
    case 1: flip(value_memory, value.len); break;
    case 2: other = count > 0 ? entries[below(count)].k : random_k(); break;
    default:
        value = value.len > 0 ? none : wc_slice_of(other.bytes, 1 + below(8)); /* the contrary */
        break;
    }
    put_claim(root, &other, value, wc_buf_slice(&own), none);
}

static void one_tree(void)
{
    wc_hash root;
    grow(&root);
    printf("tree");
    put_hex(wc_slice_of(root.bytes, sizeof root.bytes));
    putchar('\n');
    for (size_t i = 0; i < count; i++) {
        if (!entries[i].is_there) continue;
        printf("entry");
        put_hex(wc_slice_of(entries[i].k.bytes, WC_HASH_SIZE));
        put_hex(wc_slice_of(entries[i].value, entries[i].len));
        putchar('\n');
    }
    for (size_t i = 0; i < CLAIMS; i++) {
        wc_hash k = count > 0 && below(2) != 0 ? entries[below(count)].k : new_k();
        claim(&root, &k, find(&k));
    }
}

int main(int argc, char **argv)
{
    if (argc != 3 || wc_crypto_start() != WC_OK) {
        fprintf(stderr, "random_proofs COUNT SEED\n");
        return 2;
    }
    tree_memory = aligned_alloc(64, (wc_tree_memory(ENTRIES_MAX, ENTRIES_MAX) + 63) & ~(size_t)63);
    if (tree_memory == NULL) return 3;
    wc_prng_init(&prng, strtoull(argv[2], NULL, 10));
    for (unsigned long long i = strtoull(argv[1], NULL, 10); i > 0; i--) one_tree();
    free(tree_memory);
    return 0;
}
