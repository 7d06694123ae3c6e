/* What must hold of every report, in all its forms. */
#ifndef WC_TESTS_FUZZ_REPORT_H
#define WC_TESTS_FUZZ_REPORT_H

#include "compiler/diag.h"

/* Prints the diagnostics in every form. Text from a source steers no terminal: there is no control
 * character but the line ends, and colours only where they were asked for. All of it is UTF-8; JSON
 * and SARIF are JSON, with one element for each diagnostic. */
void report_check(const wc_diags *diags);

#endif
