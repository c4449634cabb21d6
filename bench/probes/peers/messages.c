// Messages between two ranks after the OSU micro-benchmarks: osu_latency, osu_bw
// with a window of 64, the time that MPI_Isend takes, and osu_allreduce, in each of
// some rounds through all sizes.
//
//	mpirun -n 2 messages SECONDS LONGEST
//
// Each of the four takes about so many seconds. Rank 0 prints lines of name, bytes
// and value, in seconds or bytes a second.
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 64, BURST = 16, ROUNDS = 7, DATA = 0, ACK = 1, READY = 2 };

static int rank;
static char *out, *in;
static MPI_Comm comm;

// n round trips; half the time of one.
static double latency(int bytes, long n) {
  double began = 0;
  for (long i = -(n / 16); i < n; i++) { // the first ones warm up
    if (i == 0)
      began = MPI_Wtime();
    if (rank == 0) {
      MPI_Send(out, bytes, MPI_CHAR, 1, DATA, comm);
      MPI_Recv(in, bytes, MPI_CHAR, 1, DATA, comm, MPI_STATUS_IGNORE);
    } else {
      MPI_Recv(in, bytes, MPI_CHAR, 0, DATA, comm, MPI_STATUS_IGNORE);
      MPI_Send(out, bytes, MPI_CHAR, 0, DATA, comm);
    }
  }
  return (MPI_Wtime() - began) / (2 * n);
}

static double fewer(double most, long all, int bytes) {
  long n = all / bytes;
  return n < 1 ? 1 : n < most ? n : most;
}

// many messages at once, n times; adds the time to start them.
static void volley(int bytes, int many, long n, double *starting) {
  MPI_Request requests[WINDOW];
  char word = 0;
  for (long k = 0; k < n; k++) {
    if (rank == 0) {
      if (starting)
        MPI_Recv(&word, 1, MPI_CHAR, 1, READY, comm, MPI_STATUS_IGNORE);
      double began = starting ? MPI_Wtime() : 0;
      for (int i = 0; i < many; i++)
        MPI_Isend(out, bytes, MPI_CHAR, 1, DATA, comm, &requests[i]);
      if (starting)
        *starting += MPI_Wtime() - began;
      MPI_Waitall(many, requests, MPI_STATUSES_IGNORE);
      MPI_Recv(&word, 1, MPI_CHAR, 1, ACK, comm, MPI_STATUS_IGNORE);
    } else {
      for (int i = 0; i < many; i++)
        MPI_Irecv(in, bytes, MPI_CHAR, 0, DATA, comm, &requests[i]);
      if (starting)
        MPI_Send(&word, 1, MPI_CHAR, 0, READY, comm);
      MPI_Waitall(many, requests, MPI_STATUSES_IGNORE);
      MPI_Send(&word, 1, MPI_CHAR, 0, ACK, comm);
    }
  }
}

static double bandwidth(int bytes, long n) {
  int many = fewer(WINDOW, 64 << 20, bytes);
  double began = MPI_Wtime();
  volley(bytes, many, n, NULL);
  return (double)n * many * bytes / (MPI_Wtime() - began);
}

static double overhead(int bytes, long n) {
  int many = fewer(BURST, 16 << 20, bytes);
  double starting = 0;
  volley(bytes, many, n, &starting);
  return starting / (n * many);
}

static double allreduce(int bytes, long n) {
  MPI_Barrier(comm);
  double began = MPI_Wtime(), took, slowest;
  for (long i = 0; i < n; i++)
    MPI_Allreduce(out, in, bytes / 8, MPI_DOUBLE, MPI_SUM, comm);
  took = (MPI_Wtime() - began) / n;
  MPI_Allreduce(&took, &slowest, 1, MPI_DOUBLE, MPI_MAX, comm);
  return slowest;
}

static void series(const char *name, double seconds, int least, int most, double (*run)(int, long)) {
  int sizes[32], count = 0;
  sizes[count++] = least;
  for (long n = 2; n < most; n *= 4)
    if (n > least)
      sizes[count++] = n;
  if (most > least)
    sizes[count++] = most;
  double part = seconds / (ROUNDS + 1) / count;
  long times[32];
  for (int i = 0; i < count; i++) {
    long n = 1;
    for (int more = 1; more;) { // each n several times: other work may have had the core
      double fastest = 1e9;
      long next = 0;
      for (int again = 0; again < 3; again++) {
        double began = MPI_Wtime();
        run(sizes[i], n);
        double took = MPI_Wtime() - began;
        fastest = took < fastest ? took : fastest;
        more = fastest < part / 4;
        next = more ? 2 * n : (long)(n * part / fastest);
        MPI_Bcast(&more, 1, MPI_INT, 0, comm);
        if (more)
          break;
      }
      MPI_Bcast(&next, 1, MPI_LONG, 0, comm);
      n = next < 1 ? 1 : next;
    }
    times[i] = n;
  }
  for (int r = 0; r < ROUNDS; r++)
    for (int i = 0; i < count; i++) {
      double v = run(sizes[i], times[i]);
      if (rank == 0)
        printf("%s %d %.9g\n", name, sizes[i], v);
    }
}

int main(int argc, char **argv) {
  int size, level;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &level); // as hybrid does
  MPI_Comm_dup(MPI_COMM_WORLD, &comm);
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &size);
  if (size != 2 || argc != 3) {
    fprintf(stderr, "usage: mpirun -n 2 messages SECONDS LONGEST\n");
    MPI_Abort(MPI_COMM_WORLD, 2);
  }
  double seconds = atof(argv[1]);
  int longest = atoi(argv[2]);
  out = aligned_alloc(4096, (longest + 4096) & ~4095);
  in = aligned_alloc(4096, (longest + 4096) & ~4095);
  memset(out, 0, longest);
  memset(in, 0, longest);
  series("latency", seconds, 1, longest, latency);
  series("bandwidth", seconds, 1, longest, bandwidth);
  series("overhead", seconds, 1, longest, overhead);
  series("allreduce", seconds, 8, longest < 1 << 20 ? longest : 1 << 20, allreduce);
  MPI_Finalize();
  return 0;
}
