/* Libraries that belong to one other file each; the C library is free here. */
#include <openssl/sha.h>
#include <rocksdb/c.h>
#include <sodium.h>
#include <stdlib.h>

static int port(const char *text)
{
    return atoi(text);
}
