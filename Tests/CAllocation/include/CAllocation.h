#ifndef CALLOCATION_H
#define CALLOCATION_H

#include <stddef.h>

/// How many octets of the C library's heap are in use by this process.
size_t allocated_octets(void);

#endif
