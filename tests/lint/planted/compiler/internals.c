/* Uses the machine's internals, a file, and an assertion that release builds drop. */
#include <stdio.h>

#include "compiler/compiler.h"
#include "vm/isa/isa.h"
#include "vm/isa/table.h"

void f(void)
{
    assert(1);
}
