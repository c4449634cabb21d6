// What Go calls of MPI: each function takes and gives plain values, so that no
// pointer but a message's own crosses the border, and refuses to run on any
// thread but the one that initialized MPI.
#ifndef HYBRID_MPI_REAL_H
#define HYBRID_MPI_REAL_H

#include <dlfcn.h>
#include <limits.h>
#include <mpi.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

enum { HY_WRONG_THREAD = -1 };

static __thread int hy_mine; // this is the thread that initialized MPI

#define HY_GUARD                                                               \
  do {                                                                         \
    if (!hy_mine)                                                              \
      return HY_WRONG_THREAD;                                                  \
  } while (0)

typedef struct {
  long long bytes;
  int err, source, tag, flag;
} hy_status;

static inline hy_status hy_wrong(void) {
  hy_status r = {0, HY_WRONG_THREAD, 0, 0, 0};
  return r;
}

static inline hy_status hy_read(int err, const MPI_Status *st) {
  hy_status r = {0, err, 0, 0, 1};
  int n;
  if (err != MPI_SUCCESS)
    return r;
  r.source = st->MPI_SOURCE;
  r.tag = st->MPI_TAG;
  r.err = MPI_Get_count(st, MPI_BYTE, &n);
  r.bytes = n;
  if (n == MPI_UNDEFINED) { // above 2^31-1 bytes
    MPI_Count big = 0;
    r.err = MPI_Get_elements_x(st, MPI_BYTE, &big);
    r.bytes = big;
  }
  return r;
}

// The world.

// The signal handlers that a library replaces when it is loaded and when MPI starts are
// put back: MPICH takes SIGUSR1, UCX SIGSEGV and its kin, by handlers that do not run on
// the signal stack that Go needs, and that hide nil pointers from it.
static struct sigaction hy_before[NSIG];
static int hy_known[NSIG];

static void hy_keep_signals(void) {
  for (int s = 1; s < NSIG; s++)
    hy_known[s] = sigaction(s, NULL, &hy_before[s]) == 0;
}

static void hy_restore_signals(void) {
  struct sigaction now;
  for (int s = 1; s < NSIG; s++)
    if (hy_known[s] && sigaction(s, NULL, &now) == 0 && now.sa_sigaction != hy_before[s].sa_sigaction)
      sigaction(s, &hy_before[s], NULL);
}

static int hy_init(int *provided) {
  int err = MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, provided);
  if (err != MPI_SUCCESS)
    return err;
  hy_mine = 1;
  err = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (err != MPI_SUCCESS)
    return err;
  return MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN);
}

// What exit of C would call, and Go's never does. MPICH from 4.2 on says good-bye to its
// launcher there: without, that takes each rank for one that has died, and kills the rest.
extern void __cxa_finalize(void *);
static void hy_call_exit_handlers(void) { __cxa_finalize(NULL); }

static MPI_Comm hy_world(void) { return MPI_COMM_WORLD; }

// In the order of datatype in types.go.
static MPI_Datatype hy_type(int i) {
  const MPI_Datatype types[] = {MPI_INT8_T,   MPI_INT16_T, MPI_INT32_T,  MPI_INT64_T,
                                MPI_UINT8_T,  MPI_UINT16_T, MPI_UINT32_T, MPI_UINT64_T,
                                MPI_FLOAT,    MPI_DOUBLE};
  return types[i];
}

// In the order of Op in op.go.
static MPI_Op hy_op(int i) {
  const MPI_Op ops[] = {MPI_SUM, MPI_PROD, MPI_MIN, MPI_MAX, MPI_BAND, MPI_BOR, MPI_BXOR};
  return ops[i];
}

static int hy_tag_ub(int *ub) {
  void *value;
  int found;
  HY_GUARD;
  int err = MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_TAG_UB, &value, &found);
  *ub = err == MPI_SUCCESS && found ? *(int *)value : 32767;
  return err;
}

// Class of an error as numbered in errors.go, by name because the numbers differ.
static int hy_class(int err) {
  const int known[] = {MPI_ERR_OTHER, MPI_ERR_BUFFER, MPI_ERR_COUNT, MPI_ERR_TAG, MPI_ERR_COMM,
                       MPI_ERR_RANK,  MPI_ERR_ROOT,   MPI_ERR_OP,    MPI_ERR_TRUNCATE, MPI_ERR_ARG};
  int class;
  if (MPI_Error_class(err, &class) == MPI_SUCCESS)
    for (int i = 0; i < (int)(sizeof known / sizeof *known); i++)
      if (known[i] == class)
        return i;
  return 0;
}

// Point to point.

static int hy_send(char *p, int n, MPI_Datatype t, int dest, int tag, MPI_Comm c) {
  HY_GUARD;
  return MPI_Send(p, n, t, dest, tag, c);
}

static hy_status hy_recv(char *p, int n, MPI_Datatype t, int source, int tag, MPI_Comm c) {
  MPI_Status st;
  if (!hy_mine)
    return hy_wrong();
  return hy_read(MPI_Recv(p, n, t, source, tag, c, &st), &st);
}

static hy_status hy_sendrecv(char *sp, int sn, MPI_Datatype st, int dest, int stag,
                             char *rp, int rn, MPI_Datatype rt, int source, int rtag, MPI_Comm c) {
  MPI_Status status;
  if (!hy_mine)
    return hy_wrong();
  return hy_read(MPI_Sendrecv(sp, sn, st, dest, stag, rp, rn, rt, source, rtag, c, &status), &status);
}

static int hy_isend(char *p, int n, MPI_Datatype t, int dest, int tag, MPI_Comm c, MPI_Request *r) {
  HY_GUARD;
  return MPI_Isend(p, n, t, dest, tag, c, r);
}

static int hy_irecv(char *p, int n, MPI_Datatype t, int source, int tag, MPI_Comm c, MPI_Request *r) {
  HY_GUARD;
  return MPI_Irecv(p, n, t, source, tag, c, r);
}

static hy_status hy_wait(MPI_Request r) {
  MPI_Status st;
  if (!hy_mine)
    return hy_wrong();
  return hy_read(MPI_Wait(&r, &st), &st);
}

static void hy_wait_each(int n, const MPI_Request *r, hy_status *out) {
  for (int i = 0; i < n; i++)
    out[i] = hy_wait(r[i]);
}

static hy_status hy_test(MPI_Request r) {
  MPI_Status st;
  int flag = 0;
  if (!hy_mine)
    return hy_wrong();
  int err = MPI_Test(&r, &flag, &st);
  hy_status out = {0, err, 0, 0, 0};
  return flag || err != MPI_SUCCESS ? hy_read(err, &st) : out;
}

static hy_status hy_probe(int source, int tag, MPI_Comm c, int wait) {
  MPI_Status st;
  int flag = 1;
  if (!hy_mine)
    return hy_wrong();
  int err = wait ? MPI_Probe(source, tag, c, &st) : MPI_Iprobe(source, tag, c, &flag, &st);
  hy_status out = {0, err, 0, 0, 0};
  return flag || err != MPI_SUCCESS ? hy_read(err, &st) : out;
}

// A type of n elements for counts that int does not hold: whole blocks of
// `block` elements and the rest behind them.
static int hy_large(long long n, int block, MPI_Datatype t, MPI_Datatype *out) {
  MPI_Datatype parts[2];
  int lengths[2] = {1, 1}, err, size;
  MPI_Aint at[2] = {0, 0};
  HY_GUARD;
  if (n / block > INT_MAX)
    return MPI_ERR_COUNT;
  if ((err = MPI_Type_size(t, &size)) ||
      (err = MPI_Type_vector((int)(n / block), block, block, t, &parts[0])))
    return err;
  at[1] = (MPI_Aint)(n / block) * block * size;
  if (!(err = MPI_Type_contiguous((int)(n % block), t, &parts[1]))) {
    if (!(err = MPI_Type_create_struct(2, lengths, at, parts, out)))
      err = MPI_Type_commit(out);
    MPI_Type_free(&parts[1]);
  }
  MPI_Type_free(&parts[0]);
  return err;
}

static void hy_type_free(MPI_Datatype t) { MPI_Type_free(&t); }

// Collectives. root < 0 means every rank; same means in place.

static int hy_barrier(MPI_Comm c) {
  HY_GUARD;
  return MPI_Barrier(c);
}

static int hy_bcast(char *p, int n, MPI_Datatype t, int root, MPI_Comm c) {
  HY_GUARD;
  return MPI_Bcast(p, n, t, root, c);
}

static int hy_reduce(char *s, char *r, int n, MPI_Datatype t, MPI_Op op, int root, MPI_Comm c) {
  HY_GUARD;
  void *from = s && s == r ? MPI_IN_PLACE : s;
  if (root < 0)
    return MPI_Allreduce(from, r, n, t, op, c);
  return MPI_Reduce(from, r, n, t, op, root, c);
}

static int hy_scan(char *s, char *r, int n, MPI_Datatype t, MPI_Op op, MPI_Comm c) {
  HY_GUARD;
  return MPI_Scan(s && s == r ? MPI_IN_PLACE : s, r, n, t, op, c);
}

static int hy_gather(char *s, char *r, int n, MPI_Datatype t, int root, MPI_Comm c) {
  HY_GUARD;
  if (root < 0)
    return MPI_Allgather(s, n, t, r, n, t, c);
  return MPI_Gather(s, n, t, r, n, t, root, c);
}

static int hy_gatherv(char *s, int n, char *r, int *counts, int *displs, MPI_Datatype t, int root, MPI_Comm c) {
  HY_GUARD;
  if (root < 0)
    return MPI_Allgatherv(s, n, t, r, counts, displs, t, c);
  return MPI_Gatherv(s, n, t, r, counts, displs, t, root, c);
}

static int hy_scatter(char *s, char *r, int n, MPI_Datatype t, int root, MPI_Comm c) {
  HY_GUARD;
  return MPI_Scatter(s, n, t, r, n, t, root, c);
}

static int hy_scatterv(char *s, int *counts, int *displs, char *r, int n, MPI_Datatype t, int root, MPI_Comm c) {
  HY_GUARD;
  return MPI_Scatterv(s, counts, displs, t, r, n, t, root, c);
}

static int hy_alltoall(char *s, char *r, int n, MPI_Datatype t, MPI_Comm c) {
  HY_GUARD;
  return MPI_Alltoall(s, n, t, r, n, t, c);
}

static int hy_alltoallv(char *s, int *sn, int *sd, char *r, int *rn, int *rd, MPI_Datatype t, MPI_Comm c) {
  HY_GUARD;
  return MPI_Alltoallv(s, sn, sd, t, r, rn, rd, t, c);
}

// Groups.

static int hy_split(MPI_Comm c, int color, int key, MPI_Comm *out, int *rank, int *size) {
  HY_GUARD;
  int err = MPI_Comm_split(c, color < 0 ? MPI_UNDEFINED : color, key, out);
  *size = 0;
  if (err != MPI_SUCCESS || *out == MPI_COMM_NULL)
    return err;
  if ((err = MPI_Comm_rank(*out, rank)))
    return err;
  return MPI_Comm_size(*out, size);
}

static int hy_node(MPI_Comm c, int key, MPI_Comm *out, int *rank, int *size) {
  HY_GUARD;
  int err = MPI_Comm_split_type(c, MPI_COMM_TYPE_SHARED, key, MPI_INFO_NULL, out);
  if (err || (err = MPI_Comm_rank(*out, rank)))
    return err;
  return MPI_Comm_size(*out, size);
}

static int hy_dup(MPI_Comm c, MPI_Comm *out) {
  HY_GUARD;
  return MPI_Comm_dup(c, out);
}

// The ranks of c, which ranks takes, as they are numbered in MPI_COMM_WORLD.
static int hy_world_ranks(MPI_Comm c, int n, int *ranks, int *world) {
  MPI_Group own, all;
  HY_GUARD;
  for (int i = 0; i < n; i++)
    ranks[i] = i;
  int err = MPI_Comm_group(c, &own);
  if (err || (err = MPI_Comm_group(MPI_COMM_WORLD, &all)))
    return err;
  err = MPI_Group_translate_ranks(own, n, ranks, all, world);
  MPI_Group_free(&own);
  MPI_Group_free(&all);
  return err;
}

static int hy_free(MPI_Comm c) {
  HY_GUARD;
  return MPI_Comm_free(&c);
}

// The handle as Fortran has it, an integer in every library.
static int hy_fortran(MPI_Comm c) { return MPI_Comm_c2f(c); }

// An extension of MPI, which a library may not have.
static int hy_takes_device_memory(void) {
  void *all = dlopen(NULL, RTLD_NOW);
  int (*query)(void) = all ? (int (*)(void))dlsym(all, "MPIX_Query_cuda_support") : NULL;
  return query != NULL && query();
}

static int hy_abort(MPI_Comm c, int status) { return MPI_Abort(c, status); }

// The agreement at the end of a run: the highest of each rank's values. The
// buffers are static because the call outlives the function.
static int hy_last_in[2], hy_last_out[2];

static int hy_last(int status, int open, MPI_Comm c, MPI_Request *r) {
  HY_GUARD;
  hy_last_in[0] = status;
  hy_last_in[1] = open;
  return MPI_Iallreduce(hy_last_in, hy_last_out, 2, MPI_INT, MPI_MAX, c, r);
}

static int hy_last_value(int i) { return hy_last_out[i]; }

#endif
