/* The file that may include RocksDB, and still not libsodium. */
#include <rocksdb/c.h>
#include <sodium.h>
