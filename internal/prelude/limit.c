//go:build cgo && linux && (mpi || cuda)

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
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

// shown is the beginning of a text, with a question mark for what could steer a terminal.
static const char *shown(const char *text) {
	static char part[24];
	unsigned n = 0;
	for (; n < sizeof part - 1 && text[n]; n++)
		part[n] = text[n] >= ' ' && text[n] <= '~' ? text[n] : '?';
	part[n] = 0;
	return part;
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

// The runtime has something ready for each core that it may use, and takes minutes or a fault for a
// hundred thousand.
static void cores(void) {
	enum { most = 1 << 14 };
	const char *text = getenv("GOMAXPROCS");
	if (text == NULL || strtol(text, NULL, 10) <= most)
		return;
	if (!mute())
		dprintf(2, "hybrid: GOMAXPROCS is %s: want at most %d\n", shown(text), most);
	_exit(2);
}

// The runtime takes a number of bytes, with a unit or without, or off.
static void memory(void) {
	static const char *const units[] = {"", "B", "KiB", "MiB", "GiB", "TiB"};
	const char *text = getenv("GOMEMLIMIT");
	if (text == NULL || *text == 0 || strcmp(text, "off") == 0)
		return;
	char *unit;
	errno = 0;
	unsigned long long n = strtoull(text, &unit, 10);
	for (int i = 0; i < 6 && errno == 0 && *text >= '0' && *text <= '9'; i++)
		if (strcmp(unit, units[i]) == 0 && n <= (unsigned long long)INT64_MAX >> (i > 1 ? 10 * (i - 1) : 0))
			return;
	if (!mute())
		dprintf(2, "hybrid: GOMEMLIMIT is %s: want a number of bytes such as 2GiB or 500MiB, or off\n", shown(text));
	_exit(2);
}

// Called by the loader, before the Go runtime begins.
__attribute__((constructor)) static void look(void) {
	need(RLIMIT_AS, "ulimit -v", 1600000, "addresses, most of which take no memory,");
	need(RLIMIT_DATA, "ulimit -d", 160000, "data");
	threads();
	cores();
	memory();
}
