/* Parts of test_ops: each runs its cases and says how many failed. */
#ifndef WC_TESTS_UNIT_EXEC_OPS_H
#define WC_TESTS_UNIT_EXEC_OPS_H

int ops_numbers(void);
int ops_control(void);
int ops_values(void);
int ops_time(void);
int ops_maps(void);
int ops_registers(void);
int ops_storage(void);
int ops_stored(void);
int ops_money(void);
int ops_outside(void);
int ops_tests(void);

#endif
