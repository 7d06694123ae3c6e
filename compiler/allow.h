/* Warnings that a source asks not to be told, each with its reason, at the place.
 *
 *     // allow L0501: the bank's file wants a bare number
 *     let cents : int = strip(amount);
 *
 *     pay a -> b : x;    // allow L0601, L0602: agreed in clause 4
 *
 * A comment alone on its line covers the statement, clause or declaration head behind it: up to the
 * next `;`, `{` or `}`, and to the end of that line. A comment behind code covers its line and the
 * whole statement that it stands in or behind. So the formatter may break lines without changing
 * what is covered. Only warnings (L) can be allowed; an error stays an error.
 *
 *     // allow L0911 throughout: more energy than 64 bits hold must stop
 *     func sum_of(xs : list<Energy, 96>) -> Energy { ... }
 *
 * With `throughout` a comment alone on its line covers what follows up to the end of the next
 * block: a whole function, action, or contract.
 *
 * `// allow` followed by anything but a code is an ordinary comment. With a code it must name codes
 * of warnings and a reason, else L0101 says so and nothing is allowed. */
#ifndef WC_COMPILER_ALLOW_H
#define WC_COMPILER_ALLOW_H

#include "compiler/diag.h"

/* Reads the comments of the source and tells diags what they allow; wc_parse does it first. Only
 * the first source of a compilation, the one that is checked, gets warnings and is read. What is
 * wrong with other tokens is not reported here. */
void wc_allow_read(wc_diags *diags, const wc_source *source);

/* Reports each allow of the source that allowed nothing (L0102). Call it last, after passes that
 * found no error, with every lint switched on. */
void wc_allow_report_unused(wc_diags *diags, const wc_source *source);

#endif
