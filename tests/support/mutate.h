/* Mutations of Clause sources at the level of their words and signs: most mutants still parse in
 * part, so the passes behind the parser get work, too. */
#ifndef WC_TESTS_SUPPORT_MUTATE_H
#define WC_TESTS_SUPPORT_MUTATE_H

#include "tests/support/prng.h"
#include "vm/base/slice.h"

typedef enum wc_mutation {
    WC_MUTATE_TOKENS, /* take away, double, exchange, replace words and signs */
    WC_MUTATE_LAYOUT  /* only blanks, line ends and comments between them: the tokens stay */
} wc_mutation;

/* Writes a mutant of the text, `edits` changes away, to out, which holds max bytes; returns its
 * length. The text has at most max bytes; a change that does not fit is left out. */
size_t wc_mutate(wc_prng *prng, wc_mutation kind, unsigned edits, wc_str text, char *out,
                 size_t max);

#endif
