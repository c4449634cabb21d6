/*
 * pi_mpi: Monte Carlo pi with MPI, a stream of xoshiro256+ (Blackman and Vigna) for
 * each rank, two numbers of 53 bits a sample.
 *
 *   mpicc -O3 -march=native pi_mpi.c -o pi_mpi
 *   mpirun -n 2 ./pi_mpi SAMPLES
 *
 * writes the seconds that the samples took on the slowest rank, and pi.
 */
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t s[4];

static inline uint64_t rotl(uint64_t x, int k) { return x << k | x >> (64 - k); }

static inline double next(void)
{
	const uint64_t result = s[0] + s[3], t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return (double)(result >> 11) * 0x1p-53;
}

int main(int argc, char **argv)
{
	int rank, size;
	MPI_Init(&argc, &argv);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &size);
	const long n = argc == 2 ? atol(argv[1]) : 0, own = n * (rank + 1) / size - n * rank / size;

	/* splitmix64 fills the state, as its authors advise. */
	uint64_t seed = 1 + (uint64_t)rank;
	for (int i = 0; i < 4; i++) {
		uint64_t z = seed += 0x9e3779b97f4a7c15;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
		z = (z ^ z >> 27) * 0x94d049bb133111eb;
		s[i] = z ^ z >> 31;
	}
	MPI_Barrier(MPI_COMM_WORLD);
	const double start = MPI_Wtime();
	long inside = 0, all;
	for (long i = 0; i < own; i++) {
		const double x = next(), y = next();
		inside += x * x + y * y < 1;
	}
	MPI_Allreduce(&inside, &all, 1, MPI_LONG, MPI_SUM, MPI_COMM_WORLD);
	double seconds = MPI_Wtime() - start, slowest;
	MPI_Reduce(&seconds, &slowest, 1, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
	if (rank == 0)
		printf("%.9f %.17g\n", slowest, 4.0 * (double)all / (double)n);
	MPI_Finalize();
	return 0;
}
