// What cores do by themselves: fused multiply-adds from registers, and triad on
// arrays that a cache holds, every thread with its own.
//
//	cores fma SECONDS            lines of f64 or f32 and flop/s
//	cores triad SECONDS BYTES    bytes of a thread's three arrays; lines of bytes a second
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 12, CHAINS = 12 };

#if defined __AVX512F__
enum { WIDTH = 64 };
#elif defined __AVX__
enum { WIDTH = 32 };
#else
enum { WIDTH = 16 };
#endif
typedef double vec64 __attribute__((vector_size(WIDTH)));
typedef float vec32 __attribute__((vector_size(WIDTH)));

#if defined __x86_64__
#define REGISTER "+x"
#else
#define REGISTER "+w"
#endif

// The compiler makes one instruction of each product and sum, and keeps the chains
// in registers.
#define FUSED(name, vec, type)                                                     \
  static type name(long rounds) {                                                  \
    vec x[CHAINS] = {}, m, b;                                                      \
    for (unsigned i = 0; i < sizeof(vec) / sizeof(type); i++)                      \
      m[i] = 0.5, b[i] = 1;                                                        \
    __asm__ volatile("" : REGISTER(m), REGISTER(b));                               \
    for (long r = 0; r < rounds; r++)                                              \
      for (int i = 0; i < CHAINS; i++)                                             \
        x[i] = x[i] * m + b;                                                       \
    for (int i = 1; i < CHAINS; i++)                                               \
      x[0] += x[i];                                                                \
    return x[0][0];                                                                \
  }
FUSED(fused64, vec64, double)
FUSED(fused32, vec32, float)

static volatile double sink;

static void f64(long rounds) { sink = fused64(rounds); }
static void f32(long rounds) { sink = fused32(rounds); }

static long elements;

static void triad(long times) {
  static _Thread_local double *a, *b, *c;
  if (a == NULL) { // one block, as many cache lines as it takes
    a = aligned_alloc(64, 3 * 8 * elements);
    b = a + elements;
    c = b + elements;
    for (long i = 0; i < elements; i++)
      a[i] = 1, b[i] = 2, c[i] = 3;
  }
  double *restrict x = a, *restrict y = b, *restrict z = c;
  for (long t = 0; t < times; t++) {
    for (long i = 0; i < elements; i++)
      x[i] = y[i] + 3 * z[i];
    __asm__ volatile("" ::: "memory");
  }
}

static double together(void (*run)(long), long times) {
  double began = omp_get_wtime();
#pragma omp parallel
  run(times);
  return omp_get_wtime() - began;
}

// Prints the units a second of all threads, once for each sample.
static void measure(const char *name, void (*run)(long), double units, double seconds) {
  long times = 1;
  double part = seconds / (SAMPLES + 4), took;
  together(run, 1);
  for (int slow = 0; slow < 3; slow++) // several times: other work may have had the core
    if ((took = together(run, times)) < part / 2)
      times *= 2, slow = -1;
  for (int s = 0; s < SAMPLES; s++) {
    took = together(run, times);
    printf("%s %.9g\n", name, units * times * omp_get_max_threads() / took);
  }
}

int main(int argc, char **argv) {
  if (argc == 3 && !strcmp(argv[1], "fma")) {
    measure("f64", f64, 2.0 * CHAINS * WIDTH / 8, atof(argv[2]));
    measure("f32", f32, 2.0 * CHAINS * WIDTH / 4, atof(argv[2]));
    return 0;
  }
  if (argc == 4 && !strcmp(argv[1], "triad")) {
    elements = atol(argv[3]) / 24 / 8 * 8;
    measure("triad", triad, 24.0 * elements, atof(argv[2]));
    return 0;
  }
  fprintf(stderr, "usage: cores fma SECONDS, cores triad SECONDS BYTES\n");
  return 2;
}
