/* What the checks of the core's objects must find: calls that no list allows, and arithmetic on
 * floating numbers. It is compiled and never called. */
#include <stdlib.h>
#include <time.h>

#include "vm/base/base.h"

void wc_lint_planted_calls(const char *name, int64_t *sum, double factor);

void wc_lint_planted_calls(const char *name, int64_t *sum, double factor)
{
    const char *text = getenv(name);
    double *product = malloc(sizeof *product);
    if (product != NULL && text != NULL) {
        *product = strtod(text, NULL) * factor;
        *sum = *product > factor ? (int64_t)time(NULL) : 0;
    }
    free(product);
}
