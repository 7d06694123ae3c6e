/* What `explain` shows beside the tables of codes. */
#ifndef WC_NODE_CLI_EXPLAIN_H
#define WC_NODE_CLI_EXPLAIN_H

/* tests/unit/isa/rules.txt: for each rule of the verifier a module that breaks it, as lines taken
 * out of a module that is accepted (<) and lines put in (>). Its test holds both. */
extern const char wc_rule_examples[];

#endif
