/* A ledger that asks for the time. */
#include <pthread.h>
#include <time.h>

#include "compiler/compiler.h"
#include "node/store/rocks.h"
#include "node/store/store.h"
