/* The limit: the workloads in checked C, compiled for this machine. */
#include "storage.h"
#include "workloads.h"

static int64_t (*volatile call)(int64_t, int64_t) = w4; /* so that each call is one */

int main(void)
{
    double start = cpu_ns();
    int64_t check = w1(W1_COUNT, SEED);
    tell(1, (cpu_ns() - start) / W1_COUNT, check);
    start = cpu_ns();
    check = w2(W2_ROUNDS, SEED);
    tell(2, (cpu_ns() - start) / W2_ROUNDS, check);
    start = cpu_ns();
    check = w3(W3_COUNT, SEED);
    tell(3, (cpu_ns() - start) / W3_COUNT, check);
    start = cpu_ns();
    check = 0;
    for (int64_t k = 0; k < W4_COUNT; k++) check += call(k, 7) & 1023;
    tell(4, (cpu_ns() - start) / W4_COUNT, check);
    return 0;
}
