/// Looks at what the program that this is linked into takes from the C library's heap.
#ifndef CALLOCATION_H
#define CALLOCATION_H

#include <stddef.h>

/// How many octets of the C library's heap are in use by this process.
size_t allocated_octets(void);

/// How often this thread has taken memory so far: what was made larger counts too.
size_t allocations(void);

#endif
