//go:build mpi && lazympi && linux

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include "lazympi.h"

// What the slots have before a library is loaded. Which arguments it is called with does
// not matter: the caller removes them.
static int not_loaded(void) { return MPI_ERR_OTHER; }

static int not_initialized(int *flag) {
	*flag = 0;
	return MPI_SUCCESS;
}

#define NAME(name) #name,
const char *const lazympi_names[] = {LAZYMPI_SYMBOLS(NAME)};

#define SLOT(name) (void *)not_loaded,
void *lazympi_slots[] = {LAZYMPI_SYMBOLS(SLOT)};

// Anybody may ask whether MPI was started.
__attribute__((constructor)) static void begin(void) { lazympi_slots[LAZYMPI_MPI_Initialized] = (void *)not_initialized; }

// standard fills the slots with the library's own functions: no translation is needed. Its
// names for Fortran's handles are new.
static const char *standard(void *library) {
	void *found[LAZYMPI_COUNT];
	for (int i = 0; i < LAZYMPI_COUNT; i++) {
		const char *name = i == LAZYMPI_MPI_Comm_c2f   ? "MPI_Comm_toint"
		                   : i == LAZYMPI_MPI_Comm_f2c ? "MPI_Comm_fromint"
		                                               : lazympi_names[i];
		if (!(found[i] = dlsym(library, name)))
			return name;
	}
	memcpy(lazympi_slots, found, sizeof found);
	return NULL;
}

static char wrong[512];

const char *lazympi_load(const char *path, const char *foreign, const char **file) {
	// Open MPI's components look for its symbols among those that all may see.
	void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
	if (!library)
		return dlerror();
	Dl_info info = {0};
	char text[MPI_MAX_LIBRARY_VERSION_STRING] = "";
	int n = 0;
	int (*version)(char *, int *) = (int (*)(char *, int *))dlsym(library, "MPI_Get_library_version");
	const char *lacks = "MPI_Get_library_version";
	if (version && version(text, &n) == 0 && dladdr((void *)version, &info)) {
		*file = info.dli_fname;
		const char *slash = strrchr(*file, '/');
		lacks = "a version that hybrid knows";
		if (*foreign && strstr(text, foreign)) {
			snprintf(wrong, sizeof wrong, "%s: is %s, not the launcher's", path, foreign);
			dlclose(library);
			return wrong;
		}
		if (strstr(slash ? slash : *file, "mpi_abi"))
			lacks = standard(library);
		else if (dlsym(library, "ompi_mpi_comm_world"))
			lacks = lazympi_openmpi(library);
		else if (strstr(text, "MPICH") || strstr(text, "Intel(R) MPI")) // MVAPICH has it in its name
			lacks = lazympi_mpich(library);
	}
	if (!lacks)
		return NULL;
	snprintf(wrong, sizeof wrong, "%s: lacks %s", path, lacks);
	dlclose(library);
	return wrong;
}
