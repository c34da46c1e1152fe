/* Bytes with a size: object code, assembly, a header. */
#ifndef TAPC_BASE_BLOB_H
#define TAPC_BASE_BLOB_H

#include <stddef.h>

struct blob {
    const char *bytes;
    size_t size_bytes;
};

#endif
