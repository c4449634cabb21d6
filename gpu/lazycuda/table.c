//go:build cuda && linux

#include <dlfcn.h>
#include "table.h"
#include "symbols.h"

// Answers of the slots that no driver fills. Which arguments they are called with
// does not matter: the caller removes them.
static CUresult no_device(void) { return CUDA_ERROR_NO_DEVICE; }
static CUresult success(void) { return CUDA_SUCCESS; }
static CUresult not_found(void) { return CUDA_ERROR_NOT_FOUND; }

#define NAME(name) #name,
static const char *const names[] = {LAZYCUDA_SYMBOLS(NAME)};
enum { count = sizeof names / sizeof *names };

#define SLOT(name) (void *)no_device,
__attribute__((visibility("hidden"))) void *lazycuda_slots[count] = {LAZYCUDA_SYMBOLS(SLOT)};

static const char *missing[count + 1];

// gorgonia.org/cu calls cuInit before anybody could have loaded the driver.
__attribute__((constructor)) static void begin(void) {
	for (int i = 0; i < count; i++)
		if (__builtin_strcmp(names[i], "cuInit") == 0)
			lazycuda_slots[i] = (void *)success;
}

const char *lazycuda_load(const char *path) {
	void *driver = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!driver)
		return dlerror();
	int lacking = 0;
	for (int i = 0; i < count; i++) {
		void *f = dlsym(driver, names[i]);
		if (!f) {
			f = (void *)not_found;
			missing[lacking++] = names[i];
		}
		lazycuda_slots[i] = f;
	}
	missing[lacking] = NULL;
	return NULL;
}

void lazycuda_keep(const char *path) { dlopen(path, RTLD_NOW | RTLD_GLOBAL); }

const char *lazycuda_missing(int n) { return missing[n]; }
