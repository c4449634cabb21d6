// A rank of MPICH that waits asks UCX for news without end. Loaded before MPICH this gives
// the core to others whenever there is none: with more ranks than cores, those that compute
// get on.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>

unsigned ucp_worker_progress(void *worker) {
	static unsigned (*progress)(void *);
	if (!progress)
		progress = (unsigned (*)(void *))dlsym(RTLD_NEXT, "ucp_worker_progress");
	unsigned news = progress(worker);
	if (!news)
		sched_yield();
	return news;
}
