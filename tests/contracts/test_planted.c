/* Energy lost or made on purpose in the clearing of the spot market: the proof of conservation must
 * notice, and say on which path and by how much.
 *
 * usage: test_planted spot.clause REPORTS   each plant is one change of that text; what is reported
 * is compared with the file (WATTCLAUSE_GOLDEN=rewrite accepts it) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/compiler.h"
#include "tests/support/golden.h"
#include "tests/support/sha256.h"
#include "tests/support/test.h"

#define TEXT_MAX ((size_t)1 << 16)

typedef struct plant {
    const char *what;
    const char *from, *to;
} plant;

static const plant plants[] = {
    {"a seller is booked 0.001 kWh less than it sold, in each deal", "sold[d.seller] += d.qty;",
     "sold[d.seller] += d.qty - 0.001 kWh;"},
    {"a buyer's kWh go to the seller's side", "bought[d.buyer] += d.qty;",
     "sold[d.buyer] += d.qty;"},
    {"traders are not booked as buyers", "bought[d.buyer] += d.qty;",
     "if !is_trader(d.buyer) { bought[d.buyer] += d.qty; }"},
    {"the positions of buyers are not stored",
     "for (who, qty) in bought { self.bought[(slot, who)] += qty; }", ""},
    {"a pair is noted without its deal", "qty: before.qty + d.qty", "qty: before.qty"},
    {"what a bid did not get is taken from what the fills say, not from the deals",
     "sum(b in self.bids : b.qty) - volume", "sum(b in self.bids : b.qty) - fills.volume"},
    {"asks stay in the book", "self.asks.clear();", ""},
    {"the last quarter forgets what was not served",
     "self.unserved[slot] += sum(b in self.bids : b.qty) - volume;",
     "if slot < 95 { self.unserved[slot] += sum(b in self.bids : b.qty) - volume; }"},
};

static size_t plant_in(char *text, const char *source, const plant *change)
{
    const char *at = strstr(source, change->from);
    if (at == NULL || strstr(at + 1, change->from) != NULL) {
        fail_msg("the source does not have this once: %s", change->from);
    }
    int len = snprintf(text, TEXT_MAX, "%.*s%s%s", (int)(at - source), source, change->to,
                       at + strlen(change->from));
    assert_in_range(len, 1, TEXT_MAX - 1);
    return (size_t)len;
}

static void report(wc_buf *out, const plant *change, const char *source, void *memory)
{
    static char text[TEXT_MAX];
    wc_arena arena;
    wc_compilation *made = NULL;
    wc_str planted = {text, plant_in(text, source, change)};
    wc_arena_init(&arena, memory, WC_COMPILE_ARENA);
    wc_compile_options options = {.arena = &arena, .hash = wc_test_sha256, .check_only = true};
    assert_status(wc_compile(&options, WC_STR("spot.clause"), planted, &made), WC_OK);
    wc_buf_put_text(out, "=== ");
    wc_buf_put_text(out, change->what);
    wc_buf_put_text(out, "\n");
    wc_diags_render(&made->diags, out, WC_DIAG_HUMAN, false);
}

int main(int argc, char **argv)
{
    if (argc != 3) return EXIT_FAILURE;
    void *memory = aligned_alloc(16, WC_COMPILE_ARENA);
    char *reports = malloc(TEXT_MAX);
    wc_slice bytes = wc_test_read_file(argv[1]);
    char *source = malloc(bytes.len + 1);
    if (memory == NULL || reports == NULL || source == NULL) return EXIT_FAILURE;
    memcpy(source, bytes.data, bytes.len);
    source[bytes.len] = 0;
    wc_buf out;
    wc_buf_init(&out, reports, TEXT_MAX);
    for (size_t i = 0; i < WC_ARRAY_LEN(plants); i++) report(&out, &plants[i], source, memory);
    assert_status(wc_buf_status(&out), WC_OK);
    wc_golden_check(argv[2], wc_buf_slice(&out));
    free((uint8_t *)(uintptr_t)bytes.data);
    free(source);
    free(reports);
    free(memory);
    return EXIT_SUCCESS;
}
