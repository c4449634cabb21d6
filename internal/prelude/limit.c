//go:build cgo && linux && (mpi || cuda)

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

// Another task of the launcher says it.
static int mute(void) {
	static const char *const ranks[] = {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK", "SLURM_PROCID"};
	for (unsigned i = 0; i < sizeof ranks / sizeof *ranks; i++) {
		const char *rank = getenv(ranks[i]);
		if (rank)
			return strcmp(rank, "0") != 0;
	}
	return 0;
}

// need ends the program where a limit leaves it less than so many KiB.
static void need(int limit, const char *option, unsigned long least, const char *of) {
	struct rlimit l;
	if (getrlimit(limit, &l) != 0 || l.rlim_cur == RLIM_INFINITY || l.rlim_cur >> 10 >= least)
		return;
	if (!mute())
		dprintf(2, "hybrid: %s is %lu KiB, but this program needs %lu KiB of %s to start: raise it\n", option, (unsigned long)(l.rlim_cur >> 10), least, of);
	_exit(1);
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *wait_at_gate(void *none) {
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	return none;
}

// Starts as many threads at once as the runtime does before it comes to code that could say why it
// cannot. User 0 is not held to ulimit -u.
static void threads(void) {
	enum { most = 8 };
	pthread_t t[most];
	struct rlimit l;
	int n = 0, err = 0;
	if (geteuid() == 0 || getrlimit(RLIMIT_NPROC, &l) != 0 || l.rlim_cur > 1000)
		return;
	pthread_mutex_lock(&gate);
	while (n < most && (err = pthread_create(&t[n], NULL, wait_at_gate, NULL)) == 0)
		n++;
	pthread_mutex_unlock(&gate);
	for (int i = 0; i < n; i++)
		pthread_join(t[i], NULL);
	if (err == 0)
		return;
	if (!mute())
		dprintf(2, "hybrid: ulimit -u is %lu, which leaves %d threads, but this program needs %d to start: raise it\n", (unsigned long)l.rlim_cur, n, most);
	_exit(1);
}

// Called by the loader, before the Go runtime begins.
__attribute__((constructor)) static void look(void) {
	need(RLIMIT_AS, "ulimit -v", 1600000, "addresses, most of which take no memory,");
	need(RLIMIT_DATA, "ulimit -d", 160000, "data");
	threads();
}
