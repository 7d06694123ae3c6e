/* Storage of W3 for hosts written in C: open addressing, out of line, as a host's storage is. */
#ifndef WC_TESTS_BENCH_PEERS_STORAGE_H
#define WC_TESTS_BENCH_PEERS_STORAGE_H

#include <stdint.h>

int64_t host_get(uint32_t key);
void host_set(uint32_t key, int64_t value);

/* CPU time of this process. */
double cpu_ns(void);

/* "W1 5.87 123456": nanoseconds a unit, checksum. */
void tell(int workload, double ns, int64_t check);

#endif
