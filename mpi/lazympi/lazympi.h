#include "mpi.h"
#include "symbols.h"

#define LAZYMPI_NUMBER(name) LAZYMPI_##name,
enum { LAZYMPI_SYMBOLS(LAZYMPI_NUMBER) LAZYMPI_COUNT };

// Where the functions of mpi.h jump to.
__attribute__((visibility("hidden"))) extern void *lazympi_slots[LAZYMPI_COUNT];
__attribute__((visibility("hidden"))) extern const char *const lazympi_names[LAZYMPI_COUNT];

// Puts the functions that translate for a library into the slots. NULL is success; else
// the name of what the library lacks, and the slots are as they were.
const char *lazympi_openmpi(void *library);
const char *lazympi_mpich(void *library);

// Loads a library from a path, or by a name that the dynamic loader looks for. NULL is
// success, with the library's file; else what is wrong. The texts stay valid until the next
// call. A library with foreign in its version, where that is not empty, is not wanted.
const char *lazympi_load(const char *path, const char *foreign, const char **file);
