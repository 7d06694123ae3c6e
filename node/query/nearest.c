/* Levenshtein distance of short words. */
#include "node/query/nearest.h"

#include <stdint.h>
#include <string.h>

#define WORD_MAX 32u

size_t wc_nearest_slips(const char *a, const char *b)
{
    size_t row[WORD_MAX];
    size_t la = strlen(a), lb = strlen(b);
    if (la >= WORD_MAX || lb >= WORD_MAX) return SIZE_MAX;
    for (size_t k = 0; k <= lb; k++) row[k] = k;
    for (size_t i = 1; i <= la; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t k = 1; k <= lb; k++) {
            size_t best = corner + (a[i - 1] != b[k - 1]);
            if (row[k] + 1 < best) best = row[k] + 1;
            if (row[k - 1] + 1 < best) best = row[k - 1] + 1;
            corner = row[k];
            row[k] = best;
        }
    }
    return row[lb];
}

void wc_nearest_offer(const char *meant, const char *word, const char **best, size_t *slips)
{
    size_t found = wc_nearest_slips(meant, word);
    if (found >= *slips) return;
    *slips = found;
    *best = word;
}
