//go:build mpi && lazympi && linux

#include "mpich.h"
#include "translate.h"

#define SET_HANDLE(name, value) handles[(uintptr_t)name] = value;

const char *lazympi_mpich(void *library) {
	NATIVE_HANDLES(SET_HANDLE)
	return use(library);
}
