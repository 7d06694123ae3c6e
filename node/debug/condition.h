/* Conditions of breakpoints, over what `print` can show:
 *
 *     delivered > 10.000 kWh && (who == home || self.due[home] != 0.00 CNY)
 *
 *     or          and { "||" and }
 *     and         not { "&&" not }
 *     not         "!" not | "(" or ")" | operand [ ("==" "!=" "<" "<=" ">" ">=") operand ]
 *     operand     a path as `print` takes it; a number with its unit; a time or date; "text"; true,
 *                 false; the name of a party or of a variant
 *
 * Numbers are compared exactly, whatever their scale, and only in the same unit. What is not known
 * where it stops (a name without a value, another unit) is not true; why says so. */
#ifndef WC_NODE_DEBUG_CONDITION_H
#define WC_NODE_DEBUG_CONDITION_H

#include "node/debug/scope.h"

#define WC_DBG_CONDITION_MAX 256u /* bytes of a condition */
#define WC_DBG_WHY_MAX       192u

typedef enum wc_dbg_truth {
    WC_DBG_FALSE,
    WC_DBG_TRUE,
    WC_DBG_NOT_KNOWN
} wc_dbg_truth;

/* Its form alone. False: why says what is wrong. */
bool wc_dbg_condition_check(wc_str condition, char why[WC_DBG_WHY_MAX]);

/* In the innermost frame of a view. Requires: it was checked. NOT_KNOWN: why says what is missing.
 */
wc_dbg_truth wc_dbg_condition_at(const wc_dbg_view *view, wc_str condition,
                                 char why[WC_DBG_WHY_MAX]);

#endif
