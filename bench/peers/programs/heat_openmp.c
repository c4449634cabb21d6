/*
 * heat_openmp: the plain C loop.
 *
 * The 2-D heat equation by forward Euler and the 5-point stencil, double
 * precision, one pass over memory a step, rows shared by OpenMP threads; what
 * a C programmer writes first and a compiler vectorises well. n x n points
 * inside a fixed ring; a cold disc of 5 in a field of 65, the ring at 20
 * (column 0), 70 (last column), 85 (row 0) and 5 (last row); alpha 0.5,
 * dx = dy = 0.01, the time step at the limit of stability.
 *
 *   cc -O3 -march=native -fopenmp heat_openmp.c -o heat_openmp
 *   OMP_NUM_THREADS=2 ./heat_openmp 2000 500
 *
 * writes the seconds that the steps took and the mean of the interior, which
 * for n = 2000 and 500 steps is 59.281239.
 */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	if (argc != 3 || atol(argv[1]) < 1 || atol(argv[2]) < 0) {
		fprintf(stderr, "usage: heat_openmp POINTS STEPS\n");
		return 2;
	}
	const long n = atol(argv[1]), steps = atol(argv[2]), w = n + 2;
	const double alpha = 0.5, d = 0.01;
	const double dt = 1 / (2 * alpha * (1 / (d * d) + 1 / (d * d)));
	const double rx = alpha * dt / (d * d), ry = alpha * dt / (d * d);
	const double k = 1 - 2 * rx - 2 * ry;

	double *u = aligned_alloc(64, (size_t)(w * w + 7) / 8 * 64);
	double *v = aligned_alloc(64, (size_t)(w * w + 7) / 8 * 64);
	if (!u || !v) {
		fprintf(stderr, "heat_openmp: no memory for two fields of %ld x %ld\n", w, w);
		return 1;
	}

	/* Each thread touches first the rows that it will update. */
	const double centre = (double)(w / 2 - 2), radius = (double)n / 6;
#pragma omp parallel for schedule(static)
	for (long i = 0; i < w; i++)
		for (long j = 0; j < w; j++) {
			double y = (double)i - centre, x = (double)j - centre;
			double t = y * y + x * x < radius * radius ? 5 : 65;
			if (j == 0)
				t = 20;
			if (j == w - 1)
				t = 70;
			if (i == 0)
				t = 85;
			if (i == w - 1)
				t = 5;
			u[i * w + j] = v[i * w + j] = t;
		}

	const double start = omp_get_wtime();
	for (long s = 0; s < steps; s++) {
#pragma omp parallel for schedule(static)
		for (long i = 1; i <= n; i++) {
			const double *restrict up = u + (i - 1) * w;
			const double *restrict row = u + i * w;
			const double *restrict down = u + (i + 1) * w;
			double *restrict out = v + i * w;
			for (long j = 1; j <= n; j++)
				out[j] = k * row[j] + ry * (up[j] + down[j]) + rx * (row[j - 1] + row[j + 1]);
		}
		double *t = u;
		u = v;
		v = t;
	}
	const double seconds = omp_get_wtime() - start;

	long double sum = 0;
	for (long i = 1; i <= n; i++) {
		long double part = 0;
		for (long j = 1; j <= n; j++)
			part += u[i * w + j];
		sum += part;
	}
	printf("%.9f %.17g\n", seconds, (double)(sum / ((long double)n * n)));
	free(u);
	free(v);
	return 0;
}
