/* The known word that somebody probably meant. */
#ifndef WC_NODE_QUERY_NEAREST_H
#define WC_NODE_QUERY_NEAREST_H

#include <stddef.h>

#define WC_NEAREST_SLIPS_MAX 2u /* more than two slips are another word */

/* Letters to insert, delete or replace to make one of the other; words of more than 31 characters
 * are far from everything (SIZE_MAX). */
size_t wc_nearest_slips(const char *a, const char *b);

/* Offers a word: *best becomes it when it is nearer than what stood there (*slips: its distance,
 * WC_NEAREST_SLIPS_MAX + 1 in the beginning). */
void wc_nearest_offer(const char *meant, const char *word, const char **best, size_t *slips);

#endif
