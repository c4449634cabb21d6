/*
 * solve: five models as plain C loops, each as its formula says it.
 *
 * Forward Euler and leapfrog, double precision, spacing 1, one pass over memory
 * for each formula, rows shared by OpenMP threads; ghost cells around the grid are
 * written before each pass.
 *
 *   cc -O3 -march=native -fopenmp solve.c -o solve -lm
 *   OMP_NUM_THREADS=2 ./solve grayscott 512 1000
 *
 * writes the seconds that the steps took, and the mean plus the largest value of
 * the last field: heat, wave, grayscott, cahnhilliard or heat3d on n cells a side.
 */
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long n, w, depth; /* cells a side, with ghost cells, planes with ghost cells */

static double *field(void)
{
	double *u = aligned_alloc(64, (size_t)(w * w * depth + 7) / 8 * 64);
	if (!u) {
		fprintf(stderr, "solve: no memory for a field of %ld x %ld x %ld\n", depth, w, w);
		exit(1);
	}
#pragma omp parallel for schedule(static)
	for (long i = 0; i < w * depth; i++)
		memset(u + i * w, 0, w * sizeof *u);
	return u;
}

/* sign 1: derivative 0; -1: value 0; 0: periodic */
static void ghosts(double *u, int sign)
{
	long near = sign ? 1 : n, far = sign ? n : 1;
	double s = sign ? sign : 1;
	long first = depth > 1, last = depth > 1 ? n : 0;
#pragma omp parallel for schedule(static)
	for (long k = first; k <= last; k++) {
		double *p = u + k * w * w;
		for (long i = 1; i <= n; i++) {
			p[i * w] = s * p[i * w + near];
			p[i * w + n + 1] = s * p[i * w + far];
		}
		for (long j = 1; j <= n; j++) {
			p[j] = s * p[near * w + j];
			p[(n + 1) * w + j] = s * p[far * w + j];
		}
	}
	if (depth > 1)
#pragma omp parallel for schedule(static)
		for (long i = 0; i < w * w; i++) {
			u[i] = s * u[near * w * w + i];
			u[(n + 1) * w * w + i] = s * u[far * w * w + i];
		}
}

#define ROWS _Pragma("omp parallel for schedule(static)") for (long i = 1; i <= n; i++)
#define ROW(u) (u + i * w)
#define LAPLACIAN(u) (u[j - w] + u[j + w] + u[j - 1] + u[j + 1] - 4 * u[j])
#define SWAP(u, v) do { double *t_ = u; u = v; v = t_; } while (0)

static double *u, *v, *nu, *nv;

static void heat(void)
{
	ghosts(u, -1);
	ROWS {
		double *restrict a = ROW(u), *restrict out = ROW(nu);
		for (long j = 1; j <= n; j++)
			out[j] = a[j] + 0.2 * LAPLACIAN(a);
	}
	SWAP(u, nu);
}

static void wave(void) /* nu is the field a step ago */
{
	ghosts(u, -1);
	ROWS {
		double *restrict a = ROW(u), *restrict out = ROW(nu);
		for (long j = 1; j <= n; j++)
			out[j] = 2 * a[j] - out[j] + 0.25 * LAPLACIAN(a);
	}
	SWAP(u, nu);
}

static void grayscott(void)
{
	ghosts(u, 0);
	ghosts(v, 0);
	ROWS {
		double *restrict a = ROW(u), *restrict b = ROW(v), *restrict out = ROW(nu), *restrict out2 = ROW(nv);
		for (long j = 1; j <= n; j++) {
			double r = a[j] * b[j] * b[j];
			out[j] = a[j] + 0.16 * LAPLACIAN(a) - r + 0.055 * (1 - a[j]);
			out2[j] = b[j] + 0.08 * LAPLACIAN(b) + r - (0.055 + 0.062) * b[j];
		}
	}
	SWAP(u, nu);
	SWAP(v, nv);
}

static void cahnhilliard(void)
{
	ghosts(u, 0);
	ROWS {
		double *restrict a = ROW(u), *restrict mu = ROW(nu);
		for (long j = 1; j <= n; j++)
			mu[j] = a[j] * a[j] * a[j] - a[j] - LAPLACIAN(a);
	}
	ghosts(nu, 0);
	ROWS {
		double *restrict a = ROW(u), *restrict mu = ROW(nu);
		for (long j = 1; j <= n; j++)
			a[j] += 0.02 * LAPLACIAN(mu);
	}
}

static void heat3d(void)
{
	ghosts(u, 1);
#pragma omp parallel for collapse(2) schedule(static)
	for (long k = 1; k <= n; k++)
		for (long i = 1; i <= n; i++) {
			double *restrict a = ROW(u) + k * w * w, *restrict out = ROW(nu) + k * w * w;
			for (long j = 1; j <= n; j++)
				out[j] = a[j] + 0.15 * (LAPLACIAN(a) + a[j - w * w] + a[j + w * w] - 2 * a[j]);
		}
	SWAP(u, nu);
}

static void initial(const char *model)
{
	long first = depth > 1, last = depth > 1 ? n : 0;
	for (long k = first; k <= last; k++)
		ROWS for (long j = 1; j <= n; j++) {
			long at = (k * w + i) * w + j;
			double y = (i - 0.5) / n - 0.6, x = (j - 0.5) / n - 0.35;
			double z = depth > 1 ? (k - 0.5) / n - 0.5 : 0;
			double bump = 1 / (1 + 100 * (z * z + y * y + x * x));
			u[at] = nu[at] = bump;
			if (!strcmp(model, "grayscott")) {
				u[at] = 1 - 0.5 * bump;
				v[at] = 0.25 * bump;
			}
			if (!strcmp(model, "cahnhilliard"))
				u[at] = 0.1 * sin(0.3 * (j - 0.5)) * sin(0.2 * (i - 0.5)) + 0.1 * bump;
		}
}

int main(int argc, char **argv)
{
	const struct { const char *name; void (*step)(void); } models[] = {
		{"heat", heat}, {"wave", wave}, {"grayscott", grayscott}, {"cahnhilliard", cahnhilliard}, {"heat3d", heat3d},
	};
	void (*step)(void) = NULL;
	for (int m = 0; m < 5 && argc == 4; m++)
		if (!strcmp(argv[1], models[m].name))
			step = models[m].step;
	if (!step || (n = atol(argv[2])) < 1 || atol(argv[3]) < 0) {
		fprintf(stderr, "usage: solve MODEL CELLS STEPS\n");
		return 2;
	}
	const long steps = atol(argv[3]);
	w = n + 2;
	depth = strcmp(argv[1], "heat3d") ? 1 : w;
	u = field();
	nu = field();
	if (step == grayscott) {
		v = field();
		nv = field();
	}
	initial(argv[1]);

	const double start = omp_get_wtime();
	for (long s = 0; s < steps; s++)
		step();
	const double seconds = omp_get_wtime() - start;

	const double *f = v ? v : u;
	long double sum = 0;
	double most = -INFINITY;
	for (long k = depth > 1; k <= (depth > 1 ? n : 0); k++)
		for (long i = 1; i <= n; i++)
			for (long j = 1; j <= n; j++) {
				double x = f[(k * w + i) * w + j];
				sum += x;
				most = fmax(most, x);
			}
	printf("%.9f %.17g\n", seconds, (double)(sum / n / n / (depth > 1 ? n : 1)) + most);
	return 0;
}
