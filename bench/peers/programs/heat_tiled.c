/*
 * heat_tiled: the loop of heat_openmp.c, blocked in time: the best form that we
 * know how to write in portable C.
 *
 * Diamonds of HEIGHT steps over the rows, as Pluto tiles a stencil (Bandishti,
 * Pananilath, Bondhugula, "Tiling stencil computations to maximize parallelism",
 * SC 2012): first the halves that get narrower with every step, which need nothing
 * of each other, then those between them, which get wider. In a diamond the
 * columns go in parallelograms of WIDTH, each step one column further to the left.
 * Threads take diamonds in turn; rows are vectorised by the compiler.
 *
 *   cc -O3 -march=native -fopenmp heat_tiled.c -o heat_tiled
 *   OMP_NUM_THREADS=2 ./heat_tiled 2000 500
 *
 * writes the seconds that the steps took, the best of a few heights and widths
 * being chosen before, and the mean of the interior.
 */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
	double *field[2]; /* that of even steps and that of odd ones */
	long n, w;
	double rx, ry, k;
} problem;

static inline long most(long a, long b) { return a > b ? a : b; }
static inline long least(long a, long b) { return a < b ? a : b; }

static void row(const problem *p, long step, long i, long from, long to)
{
	const double *restrict u = p->field[step & 1] + i * p->w;
	double *restrict v = p->field[~step & 1] + i * p->w;
	const double *restrict up = u - p->w, *restrict down = u + p->w;
	const double rx = p->rx, ry = p->ry, k = p->k;
	for (long j = from; j < to; j++)
		v[j] = k * u[j] + ry * (up[j] + down[j]) + rx * (u[j - 1] + u[j + 1]);
}

/* tile takes rows [lo + s * slope_lo, hi + s * slope_hi) through step first + s. */
static void tile(const problem *p, long first, long height, long width, long lo, int slope_lo, long hi, int slope_hi)
{
	for (long left = 1; left <= p->n + height; left += width)
		for (long s = 0; s < height; s++) {
			const long from = most(left - s, 1), to = least(left - s + width, p->n + 1);
			const long top = most(lo + s * slope_lo, 1), bottom = least(hi + s * slope_hi, p->n + 1);
			if (from < to)
				for (long i = top; i < bottom; i++)
					row(p, first + s, i, from, to);
		}
}

static void advance(const problem *p, long from, long steps, long height, long width)
{
	for (long first = from; first < from + steps; first += height) {
		const long h = least(height, from + steps - first), base = 2 * height, tiles = (p->n + base - 1) / base;
#pragma omp parallel
		{
#pragma omp for schedule(dynamic, 1)
			for (long t = 0; t < tiles; t++) {
				/* The ring is no neighbour: a tile at it keeps its side. */
				const long lo = 1 + t * base, hi = lo + base;
				tile(p, first, h, width, lo, t > 0, least(hi, p->n + 1), hi <= p->n ? -1 : 0);
			}
#pragma omp for schedule(dynamic, 1)
			for (long t = 1; t < tiles; t++)
				tile(p, first, h, width, 1 + t * base, -1, 1 + t * base, 1);
		}
	}
}

int main(int argc, char **argv)
{
	if (argc != 3 || atol(argv[1]) < 1 || atol(argv[2]) < 0) {
		fprintf(stderr, "usage: heat_tiled POINTS STEPS\n");
		return 2;
	}
	const long n = atol(argv[1]), steps = atol(argv[2]), w = n + 2;
	const double alpha = 0.5, d = 0.01;
	const double dt = 1 / (2 * alpha * (1 / (d * d) + 1 / (d * d)));
	const double r = alpha * dt / (d * d);
	problem p = {{aligned_alloc(64, (size_t)(w * w + 7) / 8 * 64), aligned_alloc(64, (size_t)(w * w + 7) / 8 * 64)}, n, w, r, r, 1 - 4 * r};
	if (!p.field[0] || !p.field[1]) {
		fprintf(stderr, "heat_tiled: no memory for two fields of %ld x %ld\n", w, w);
		return 1;
	}

	long height = 32, width = 512;
	double quickest = 1e300;
	const long heights[] = {16, 32, 64}, widths[] = {256, 512, 1024, 2048};
	for (int try = -1; try < 13; try++) {
		/* The last turn sets the field that the steps begin with. */
		const double centre = (double)(w / 2 - 2), radius = (double)n / 6;
		if (try == -1 || try == 12) {
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
					p.field[0][i * w + j] = p.field[1][i * w + j] = t;
				}
			continue;
		}
		const long h = heights[try / 4], b = widths[try % 4], some = 64;
		const double start = omp_get_wtime();
		advance(&p, 0, some, h, b);
		const double seconds = omp_get_wtime() - start;
		if (seconds < quickest)
			quickest = seconds, height = h, width = b;
	}

	const double start = omp_get_wtime();
	advance(&p, 0, steps, height, width);
	const double seconds = omp_get_wtime() - start;

	const double *u = p.field[steps & 1];
	long double sum = 0;
	for (long i = 1; i <= n; i++) {
		long double part = 0;
		for (long j = 1; j <= n; j++)
			part += u[i * w + j];
		sum += part;
	}
	printf("%.9f %.17g\n", seconds, (double)(sum / ((long double)n * n)));
	if (getenv("HEAT_TILED_CHOICE"))
		fprintf(stderr, "height %ld, width %ld\n", height, width);
	return 0;
}
