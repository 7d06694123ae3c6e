/* Reaches upwards, to the heap, and out of the table. */
#include <stdlib.h>
#include <string.h>

#include "node/node.h"
#include "vm/base/buf.h"
#include "vm/exec/frame.h"
/* "#include <stdio.h>" in a comment is none.
#include <stdio.h>
 */
#  include <time.h>
