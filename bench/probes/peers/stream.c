// STREAM's four loops (McCalpin) on three arrays, as many threads as OpenMP starts.
//
//	stream BYTES PASSES      bytes of each array
//
// Prints lines of name and bytes a second, one for each pass but the first; beside
// the four of memcpy, which may go round the caches.
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double *restrict a, *restrict b, *restrict c;
static const double scalar = 3;

static void copy(long n) {
#pragma omp parallel for
  for (long i = 0; i < n; i++)
    c[i] = a[i];
}

static void scale(long n) {
#pragma omp parallel for
  for (long i = 0; i < n; i++)
    b[i] = scalar * c[i];
}

static void add(long n) {
#pragma omp parallel for
  for (long i = 0; i < n; i++)
    c[i] = a[i] + b[i];
}

static void triad(long n) {
#pragma omp parallel for
  for (long i = 0; i < n; i++)
    a[i] = b[i] + scalar * c[i];
}

static void library(long n) {
#pragma omp parallel
  {
    long of = omp_get_num_threads(), i = n * omp_get_thread_num() / of, j = n * (omp_get_thread_num() + 1) / of;
    memcpy(c + i, a + i, (j - i) * sizeof *a);
  }
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: stream BYTES PASSES\n");
    return 2;
  }
  long n = atol(argv[1]) / 8;
  int passes = atoi(argv[2]);
  a = aligned_alloc(4096, (n * 8 + 4095) & ~4095L);
  b = aligned_alloc(4096, (n * 8 + 4095) & ~4095L);
  c = aligned_alloc(4096, (n * 8 + 4095) & ~4095L);
#pragma omp parallel for
  for (long i = 0; i < n; i++)
    a[i] = 1, b[i] = 2, c[i] = 0;
  const struct {
    const char *name;
    void (*run)(long);
    int arrays;
  } loops[] = {{"memcpy", library, 2}, {"copy", copy, 2}, {"scale", scale, 2}, {"add", add, 3}, {"triad", triad, 3}};
  double x = 1, y = 2, z = 0;
  for (int pass = 0; pass < passes; pass++) {
    for (int k = 0; k < 5; k++) {
      double began = omp_get_wtime();
      loops[k].run(n);
      double took = omp_get_wtime() - began;
      if (pass > 0)
        printf("%s %.9g\n", loops[k].name, loops[k].arrays * 8.0 * n / took);
    }
    z = x, y = scalar * z, z = x + y, x = y + scalar * z;
  }
  for (long i = 0; i < n; i++)
    if (a[i] != x || b[i] != y || c[i] != z) {
      fprintf(stderr, "stream: wrong values at %ld\n", i);
      return 1;
    }
  return 0;
}
