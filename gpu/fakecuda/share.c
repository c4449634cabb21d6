//go:build fakecuda

#define _GNU_SOURCE
#include "share.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { page = 1 << 16 }; // the largest of any architecture

static size_t whole(size_t n) { return (n + page - 1) / page * page; }

void *fake_take(size_t n) {
	char *p = mmap(NULL, whole(n) + page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED || mprotect(p, whole(n), PROT_READ | PROT_WRITE) != 0)
		return NULL;
	return p;
}

void fake_give(void *p, size_t n) { mmap(p, whole(n), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0); }

int fake_share(void *p, size_t n, int **opens) {
	int fd = memfd_create("fakecuda", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, whole(n) + page) != 0 || pwrite(fd, p, n, 0) != (ssize_t)n)
		return -1;
	if (mmap(p, whole(n), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
		return -1;
	*opens = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, whole(n));
	return *opens == MAP_FAILED ? -1 : fd;
}

void *fake_open(int process, int descriptor, size_t n, int **opens) {
	char name[64];
	snprintf(name, sizeof name, "/proc/%d/fd/%d", process, descriptor);
	int fd = open(name, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	char *p = mmap(NULL, whole(n) + page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return NULL;
	*opens = (int *)(p + whole(n));
	__atomic_add_fetch(*opens, 1, __ATOMIC_SEQ_CST);
	return p;
}

void fake_close(void *p, size_t n, int *opens) {
	__atomic_sub_fetch(opens, 1, __ATOMIC_SEQ_CST);
	mmap(p, whole(n) + page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}
