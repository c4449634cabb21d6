/*
 * heat_file: a whole program in plain C, from an initial field to a file.
 *
 * The 2-D heat equation as in heat_openmp.c: forward Euler, the 5-point
 * stencil, one pass over memory a step, rows shared by OpenMP threads. n x n
 * points, the ring included, which keeps its values; the field is square (100
 * in the middle, 0 around it) or gaussian, alpha 0.1, dx = dy = 1/(n-1), the
 * time step 0.9 of the limit of stability: what "hybrid heat" does by default.
 * Then the field goes to a file in NumPy's format, in one write.
 *
 *   cc -O3 -march=native -fopenmp heat_file.c -o heat_file -lm
 *   OMP_NUM_THREADS=2 ./heat_file 2002 500 square field.npy
 *
 * writes the seconds that the steps took and the mean of the interior.
 */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	if (argc != 5 || atol(argv[1]) < 3 || atol(argv[2]) < 0) {
		fprintf(stderr, "usage: heat_file POINTS STEPS square|gaussian FILE.npy\n");
		return 2;
	}
	const long n = atol(argv[1]), steps = atol(argv[2]);
	const int gaussian = strcmp(argv[3], "gaussian") == 0;
	const double alpha = 0.1, d = 1.0 / (n - 1);
	const double dt = 0.9 / (2 * alpha * (1 / (d * d) + 1 / (d * d)));
	const double rx = alpha * dt / (d * d), ry = alpha * dt / (d * d);
	const double k = 1 - 2 * rx - 2 * ry;

	double *u = aligned_alloc(64, (size_t)(n * n + 7) / 8 * 64);
	double *v = aligned_alloc(64, (size_t)(n * n + 7) / 8 * 64);
	if (!u || !v) {
		fprintf(stderr, "heat_file: no memory for two fields of %ld x %ld\n", n, n);
		return 1;
	}

	/* Each thread touches first the rows that it will update. */
#pragma omp parallel for schedule(static)
	for (long i = 0; i < n; i++) {
		const double y = (double)i / (n - 1);
		for (long j = 0; j < n; j++) {
			const double x = (double)j / (n - 1);
			double t;
			if (gaussian)
				t = 100 * exp(-50 * ((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5)));
			else
				t = 0.3 <= x && x <= 0.7 && 0.3 <= y && y <= 0.7 ? 100 : 0;
			u[i * n + j] = v[i * n + j] = t;
		}
	}

	const double start = omp_get_wtime();
	for (long s = 0; s < steps; s++) {
#pragma omp parallel for schedule(static)
		for (long i = 1; i < n - 1; i++) {
			const double *restrict up = u + (i - 1) * n;
			const double *restrict row = u + i * n;
			const double *restrict down = u + (i + 1) * n;
			double *restrict out = v + i * n;
			for (long j = 1; j < n - 1; j++)
				out[j] = k * row[j] + ry * (up[j] + down[j]) + rx * (row[j - 1] + row[j + 1]);
		}
		double *t = u;
		u = v;
		v = t;
	}
	const double seconds = omp_get_wtime() - start;

	double sum = 0;
#pragma omp parallel for schedule(static) reduction(+ : sum)
	for (long i = 1; i < n - 1; i++)
		for (long j = 1; j < n - 1; j++)
			sum += u[i * n + j];

	char dict[119]; /* the header is 128 bytes */
	int length = snprintf(dict, sizeof dict, "{'descr': '<f8', 'fortran_order': False, 'shape': (%ld, %ld), }", n, n);
	memset(dict + length, ' ', sizeof dict - length);
	dict[117] = '\n';
	FILE *f = fopen(argv[4], "wb");
	if (!f || fwrite("\x93NUMPY\x01\x00\x76\x00", 1, 10, f) != 10 || fwrite(dict, 1, 118, f) != 118 ||
	    fwrite(u, sizeof *u, (size_t)(n * n), f) != (size_t)(n * n) || fclose(f) != 0) {
		fprintf(stderr, "heat_file: cannot write %s\n", argv[4]);
		return 1;
	}
	printf("%.9f %.17g\n", seconds, sum / ((double)(n - 2) * (n - 2)));
	return 0;
}
