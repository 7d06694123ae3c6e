#include "tests/unit/exec/ops.h"

int main(void)
{
    return ops_control() + ops_values() + ops_storage() + ops_money() + ops_numbers();
}
