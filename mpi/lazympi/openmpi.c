//go:build mpi && lazympi && linux

#include "openmpi.h"
#include "translate.h"

#define FIND_HANDLE(name, symbol) \
	if (!(handles[(uintptr_t)name] = dlsym(library, #symbol))) \
		return #symbol;

const char *lazympi_openmpi(void *library) {
	NATIVE_HANDLES(FIND_HANDLE)
	return use(library);
}
