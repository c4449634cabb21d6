/*
 * heat_mpi: the loop of heat_openmp.c with MPI: a block of rows for each rank, one
 * step a pass, the halo rows exchanged every step while the inner rows are updated.
 *
 *   mpicc -O3 -march=native heat_mpi.c -o heat_mpi
 *   mpirun -n 2 ./heat_mpi POINTS STEPS
 *
 * writes the seconds of the steps on the slowest rank, and the interior's mean.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

static void update(double *v, const double *u, long w, long from, long to, double r, double k)
{
	for (long i = from; i < to; i++) {
		const double *restrict up = u + (i - 1) * w, *restrict row = u + i * w, *restrict down = u + (i + 1) * w;
		double *restrict out = v + i * w;
		for (long j = 1; j < w - 1; j++)
			out[j] = k * row[j] + r * (up[j] + down[j]) + r * (row[j - 1] + row[j + 1]);
	}
}

int main(int argc, char **argv)
{
	int rank, size;
	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	if (argc != 3 || atol(argv[1]) < size) {
		fprintf(stderr, "usage: heat_mpi POINTS STEPS, a point for each rank at least\n");
		MPI_Abort(MPI_COMM_WORLD, 2);
	}
	const long n = atol(argv[1]), steps = atol(argv[2]), w = n + 2;
	const double alpha = 0.5, d = 0.01, dt = 1 / (2 * alpha * (1 / (d * d) + 1 / (d * d)));
	const double r = alpha * dt / (d * d), k = 1 - 4 * r;
	const long first = 1 + n * rank / size, rows = 1 + n * (rank + 1) / size - first;

	/* Row 0 and row rows + 1 are the neighbours', or the ring. */
	double *u = malloc(sizeof *u * (size_t)(rows + 2) * w), *v = malloc(sizeof *v * (size_t)(rows + 2) * w);
	if (!u || !v)
		MPI_Abort(MPI_COMM_WORLD, 1);
	const double centre = (double)(w / 2 - 2), radius = (double)n / 6;
	for (long i = 0; i < rows + 2; i++)
		for (long j = 0; j < w; j++) {
			const long g = first - 1 + i;
			double y = (double)g - centre, x = (double)j - centre;
			double t = y * y + x * x < radius * radius ? 5 : 65;
			if (j == 0)
				t = 20;
			if (j == w - 1)
				t = 70;
			if (g == 0)
				t = 85;
			if (g == w - 1)
				t = 5;
			u[i * w + j] = v[i * w + j] = t;
		}

	const int north = rank > 0 ? rank - 1 : MPI_PROC_NULL, south = rank < size - 1 ? rank + 1 : MPI_PROC_NULL;
	MPI_Barrier(MPI_COMM_WORLD);
	const double start = MPI_Wtime();
	for (long s = 0; s < steps; s++) {
		MPI_Request q[4];
		MPI_Irecv(u, (int)w, MPI_DOUBLE, north, 0, MPI_COMM_WORLD, &q[0]);
		MPI_Irecv(u + (rows + 1) * w, (int)w, MPI_DOUBLE, south, 1, MPI_COMM_WORLD, &q[1]);
		MPI_Isend(u + w, (int)w, MPI_DOUBLE, north, 1, MPI_COMM_WORLD, &q[2]);
		MPI_Isend(u + rows * w, (int)w, MPI_DOUBLE, south, 0, MPI_COMM_WORLD, &q[3]);
		update(v, u, w, 2, rows, r, k);
		MPI_Waitall(4, q, MPI_STATUSES_IGNORE);
		update(v, u, w, 1, 2, r, k);
		if (rows > 1)
			update(v, u, w, rows, rows + 1, r, k);
		double *t = u;
		u = v;
		v = t;
	}
	double seconds = MPI_Wtime() - start, slowest;
	MPI_Reduce(&seconds, &slowest, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);

	long double sum = 0, all;
	for (long i = 1; i <= rows; i++)
		for (long j = 1; j <= n; j++)
			sum += u[i * w + j];
	MPI_Reduce(&sum, &all, 1, MPI_LONG_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
	if (rank == 0)
		printf("%.9f %.17g\n", slowest, (double)(all / ((long double)n * n)));
	MPI_Finalize();
	return 0;
}
