// The loops of package cloop: each returns what MPI returned.
#ifndef HYBRID_CLOOP_H
#define HYBRID_CLOOP_H

#include <mpi.h>

// The loops, in the order of Loop in cloop.go. Rank 0 takes the time.

enum { HY_MANY = 64, HY_DATA = 0, HY_ACK = 1, HY_READY = 2 };

static int hy_ping_pong(char *out, char *in, int bytes, long long n, MPI_Comm c, int rank, double *seconds) {
  int err = MPI_SUCCESS, peer = 1 - rank;
  double began = MPI_Wtime();
  for (long long i = -n / 16; i < n && !err; i++) { // the first ones warm up
    if (i == 0)
      began = MPI_Wtime();
    if (rank == 0) {
      if (!(err = MPI_Send(out, bytes, MPI_BYTE, peer, HY_DATA, c)))
        err = MPI_Recv(in, bytes, MPI_BYTE, peer, HY_DATA, c, MPI_STATUS_IGNORE);
    } else {
      if (!(err = MPI_Recv(in, bytes, MPI_BYTE, peer, HY_DATA, c, MPI_STATUS_IGNORE)))
        err = MPI_Send(out, bytes, MPI_BYTE, peer, HY_DATA, c);
    }
  }
  *seconds = MPI_Wtime() - began;
  return err;
}

static int hy_volley(char *out, char *in, int bytes, int many, int ready, MPI_Comm c, int rank, double *starting) {
  MPI_Request requests[HY_MANY];
  char word = 0;
  int err = MPI_SUCCESS, peer = 1 - rank;
  if (rank == 0) {
    if (ready && (err = MPI_Recv(&word, 1, MPI_BYTE, peer, HY_READY, c, MPI_STATUS_IGNORE)))
      return err;
    double began = MPI_Wtime();
    for (int i = 0; i < many && !err; i++)
      err = MPI_Isend(out, bytes, MPI_BYTE, peer, HY_DATA, c, &requests[i]);
    *starting += MPI_Wtime() - began;
  } else {
    for (int i = 0; i < many && !err; i++)
      err = MPI_Irecv(in, bytes, MPI_BYTE, peer, HY_DATA, c, &requests[i]);
    if (!err && ready)
      err = MPI_Send(&word, 1, MPI_BYTE, peer, HY_READY, c);
  }
  for (int i = 0; i < many && !err; i++)
    err = MPI_Wait(&requests[i], MPI_STATUS_IGNORE);
  if (err)
    return err;
  return rank == 0 ? MPI_Recv(&word, 1, MPI_BYTE, peer, HY_ACK, c, MPI_STATUS_IGNORE)
                   : MPI_Send(&word, 1, MPI_BYTE, peer, HY_ACK, c);
}

static int hy_loop(int handle, int what, char *out, char *in, int bytes, int many, long long n, double *seconds) {
  MPI_Comm c = MPI_Comm_f2c(handle);
  int rank, err = MPI_Comm_rank(c, &rank);
  if (err || what == 0)
    return err ? err : hy_ping_pong(out, in, bytes, n, c, rank, seconds);
  double starting = 0, began = MPI_Wtime();
  for (long long i = 0; i < n && !err; i++)
    err = what == 3 ? MPI_Allreduce(out, in, bytes / 8, MPI_DOUBLE, MPI_SUM, c)
                    : hy_volley(out, in, bytes, many, what == 2, c, rank, &starting);
  *seconds = what == 2 ? starting : MPI_Wtime() - began;
  return err;
}

#endif
