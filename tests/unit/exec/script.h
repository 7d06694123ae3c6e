/* A stage for tests of test images: a runner that answers from a script and writes down what it was
 * asked, and a test that runs on both engines. A test has no outputs: it asserts. */
#ifndef WC_TESTS_UNIT_EXEC_SCRIPT_H
#define WC_TESTS_UNIT_EXEC_SCRIPT_H

#include "tests/unit/exec/rig.h"

/* What the runner answers to calls and deployments, one after the other. */
typedef struct wc_script {
    wc_outcome answers[4];
    uint16_t raiser; /* of the errors among them */
    size_t asked;
    char log[64]; /* a letter for each call of the wc_script */
    size_t log_len;
    bool stops;
    bool stops_popping; /* at the next signer that ends */
    wc_slice args;      /* of the last call */
    int64_t last;       /* last number handed over */
} wc_script;

/* Opens the function of a test, which a case about `subject` fills. */
void script_open(wc_rig *rig, wc_op subject);

/* Ends the test and runs it with both engines and different rubbish; the two must agree. */
void script_run(wc_rig *rig, wc_script *r, wc_test_outcome *outcome);

/* Runs it and drops the rig: it passes, and has asked for these things; it ends in this trap. */
void script_passes(wc_rig *rig, wc_script *r, const char *log);
void script_fails(wc_rig *rig, wc_script *r, wc_trap trap);

uint16_t script_party(wc_rig *rig, uint16_t number); /* ref to a test party */
void script_assert(wc_rig *rig, uint16_t reg, int64_t expected);

#endif
