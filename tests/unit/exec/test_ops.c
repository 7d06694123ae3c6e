#include "tests/unit/exec/ops.h"
int main(void)
{
    return ops_numbers();
}
