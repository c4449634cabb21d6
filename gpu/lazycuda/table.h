#include "cuda.h"

// Loads the driver from a path or library name. NULL is success; else what the
// dynamic loader says is wrong, which stays valid until the next call.
const char *lazycuda_load(const char *path);

// Loads a library, if it is there, for others that ask for it by its name.
void lazycuda_keep(const char *path);

// The n-th function that the loaded driver does not have; NULL behind the last.
const char *lazycuda_missing(int n);
