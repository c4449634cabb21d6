// What Go calls of MPI: each function takes and gives plain values, so that no
// pointer but a message's own crosses the border, and refuses to run on any
// thread but the one that initialized MPI.
//
// What a message costs beside MPI is the way there and back, so it is short: a handle
// goes as a number, because cgo looks for Go's memory behind whatever may be a pointer;
// a call and what came of it are one structure, because functions with a result take
// longer.
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

typedef uintptr_t hy_handle; // of MPI, a pointer in one library and an integer in another

typedef struct {
  long long bytes;
  int err, source, tag, flag;
} hy_status;

// Half of a message: so many of a type for or from a rank.
typedef struct {
  hy_handle datatype;
  int n, peer, tag;
} hy_end;

static void hy_read(hy_status *to, int err, const MPI_Status *st) {
  int n;
  to->err = err;
  to->flag = 1;
  if (err != MPI_SUCCESS)
    return;
  to->source = st->MPI_SOURCE;
  to->tag = st->MPI_TAG;
  to->err = MPI_Get_count(st, MPI_BYTE, &n);
  to->bytes = n;
  if (n == MPI_UNDEFINED) { // above 2^31-1 bytes
    MPI_Count big = 0;
    to->err = MPI_Get_elements_x(st, MPI_BYTE, &big);
    to->bytes = big;
  }
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

static hy_handle hy_world(void) { return (hy_handle)MPI_COMM_WORLD; }

// In the order of datatype in types.go.
static hy_handle hy_type(int i) {
  const MPI_Datatype types[] = {MPI_INT8_T,   MPI_INT16_T, MPI_INT32_T,  MPI_INT64_T,
                                MPI_UINT8_T,  MPI_UINT16_T, MPI_UINT32_T, MPI_UINT64_T,
                                MPI_FLOAT,    MPI_DOUBLE};
  return (hy_handle)types[i];
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

typedef struct {
  hy_end to, from;
  hy_handle comm, request;
  hy_status status;
} hy_message;

#define HY_GUARD_MESSAGE(m)                                                    \
  do {                                                                         \
    if (!hy_mine) {                                                            \
      (m)->status.err = HY_WRONG_THREAD;                                       \
      return;                                                                  \
    }                                                                          \
  } while (0)

#define HY_END(e) (e).n, (MPI_Datatype)(e).datatype, (e).peer, (e).tag

static void hy_send(const char *p, hy_message *m) {
  HY_GUARD_MESSAGE(m);
  m->status.err = MPI_Send(p, HY_END(m->to), (MPI_Comm)m->comm);
}

static void hy_recv(char *p, hy_message *m) {
  MPI_Status st;
  HY_GUARD_MESSAGE(m);
  hy_read(&m->status, MPI_Recv(p, HY_END(m->from), (MPI_Comm)m->comm, &st), &st);
}

static void hy_sendrecv(const char *s, char *r, hy_message *m) {
  MPI_Status st;
  HY_GUARD_MESSAGE(m);
  hy_read(&m->status, MPI_Sendrecv(s, HY_END(m->to), r, HY_END(m->from), (MPI_Comm)m->comm, &st), &st);
}

static void hy_isend(const char *p, hy_message *m) {
  MPI_Request r;
  HY_GUARD_MESSAGE(m);
  m->status.err = MPI_Isend(p, HY_END(m->to), (MPI_Comm)m->comm, &r);
  m->request = (hy_handle)r;
}

static void hy_irecv(char *p, hy_message *m) {
  MPI_Request r;
  HY_GUARD_MESSAGE(m);
  m->status.err = MPI_Irecv(p, HY_END(m->from), (MPI_Comm)m->comm, &r);
  m->request = (hy_handle)r;
}

static void hy_wait(hy_message *m) {
  MPI_Status st;
  MPI_Request r = (MPI_Request)m->request;
  HY_GUARD_MESSAGE(m);
  hy_read(&m->status, MPI_Wait(&r, &st), &st);
}

static void hy_wait_each(int n, hy_message *m) {
  for (int i = 0; i < n; i++)
    hy_wait(&m[i]);
}

static void hy_test(hy_message *m) {
  MPI_Status st;
  MPI_Request r = (MPI_Request)m->request;
  int flag = 0;
  HY_GUARD_MESSAGE(m);
  int err = MPI_Test(&r, &flag, &st);
  if (flag || err != MPI_SUCCESS)
    hy_read(&m->status, err, &st);
}

static void hy_probe(hy_message *m, int wait) {
  MPI_Status st;
  MPI_Comm c = (MPI_Comm)m->comm;
  int flag = 1;
  HY_GUARD_MESSAGE(m);
  int err = wait ? MPI_Probe(m->from.peer, m->from.tag, c, &st) : MPI_Iprobe(m->from.peer, m->from.tag, c, &flag, &st);
  if (flag || err != MPI_SUCCESS)
    hy_read(&m->status, err, &st);
}

// A type of n elements for counts that int does not hold: whole blocks of
// `block` elements and the rest behind them.
static int hy_large(long long n, int block, hy_handle of, hy_handle *out) {
  MPI_Datatype t = (MPI_Datatype)of, made, parts[2];
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
    if (!(err = MPI_Type_create_struct(2, lengths, at, parts, &made))) {
      err = MPI_Type_commit(&made);
      *out = (hy_handle)made;
    }
    MPI_Type_free(&parts[1]);
  }
  MPI_Type_free(&parts[0]);
  return err;
}

static void hy_type_free(hy_handle t) {
  MPI_Datatype own = (MPI_Datatype)t;
  MPI_Type_free(&own);
}

// Collectives. root < 0 means every rank; same means in place.

static int hy_barrier(hy_handle c) {
  HY_GUARD;
  return MPI_Barrier((MPI_Comm)c);
}

static int hy_bcast(char *p, int n, hy_handle t, int root, hy_handle c) {
  HY_GUARD;
  return MPI_Bcast(p, n, (MPI_Datatype)t, root, (MPI_Comm)c);
}

static int hy_reduce(char *s, char *r, int n, hy_handle t, int op, int root, hy_handle c) {
  HY_GUARD;
  void *from = s && s == r ? MPI_IN_PLACE : s;
  if (root < 0)
    return MPI_Allreduce(from, r, n, (MPI_Datatype)t, hy_op(op), (MPI_Comm)c);
  return MPI_Reduce(from, r, n, (MPI_Datatype)t, hy_op(op), root, (MPI_Comm)c);
}

static int hy_scan(char *s, char *r, int n, hy_handle t, int op, hy_handle c) {
  HY_GUARD;
  return MPI_Scan(s && s == r ? MPI_IN_PLACE : s, r, n, (MPI_Datatype)t, hy_op(op), (MPI_Comm)c);
}

static int hy_gather(char *s, char *r, int n, hy_handle t, int root, hy_handle c) {
  HY_GUARD;
  if (root < 0)
    return MPI_Allgather(s, n, (MPI_Datatype)t, r, n, (MPI_Datatype)t, (MPI_Comm)c);
  return MPI_Gather(s, n, (MPI_Datatype)t, r, n, (MPI_Datatype)t, root, (MPI_Comm)c);
}

static int hy_gatherv(char *s, int n, char *r, int *counts, int *displs, hy_handle t, int root, hy_handle c) {
  HY_GUARD;
  if (root < 0)
    return MPI_Allgatherv(s, n, (MPI_Datatype)t, r, counts, displs, (MPI_Datatype)t, (MPI_Comm)c);
  return MPI_Gatherv(s, n, (MPI_Datatype)t, r, counts, displs, (MPI_Datatype)t, root, (MPI_Comm)c);
}

static int hy_scatter(char *s, char *r, int n, hy_handle t, int root, hy_handle c) {
  HY_GUARD;
  return MPI_Scatter(s, n, (MPI_Datatype)t, r, n, (MPI_Datatype)t, root, (MPI_Comm)c);
}

static int hy_scatterv(char *s, int *counts, int *displs, char *r, int n, hy_handle t, int root, hy_handle c) {
  HY_GUARD;
  return MPI_Scatterv(s, counts, displs, (MPI_Datatype)t, r, n, (MPI_Datatype)t, root, (MPI_Comm)c);
}

static int hy_alltoall(char *s, char *r, int n, hy_handle t, hy_handle c) {
  HY_GUARD;
  return MPI_Alltoall(s, n, (MPI_Datatype)t, r, n, (MPI_Datatype)t, (MPI_Comm)c);
}

static int hy_alltoallv(char *s, int *sn, int *sd, char *r, int *rn, int *rd, hy_handle t, hy_handle c) {
  HY_GUARD;
  return MPI_Alltoallv(s, sn, sd, (MPI_Datatype)t, r, rn, rd, (MPI_Datatype)t, (MPI_Comm)c);
}

// Groups.

// The part of a new communicator that this rank is; none where the library made none.
static int hy_made(int err, MPI_Comm made, hy_handle *out, int *rank, int *size) {
  *size = 0;
  if (err != MPI_SUCCESS || made == MPI_COMM_NULL)
    return err;
  *out = (hy_handle)made;
  if ((err = MPI_Comm_rank(made, rank)))
    return err;
  return MPI_Comm_size(made, size);
}

static int hy_split(hy_handle c, int color, int key, hy_handle *out, int *rank, int *size) {
  MPI_Comm made;
  HY_GUARD;
  int err = MPI_Comm_split((MPI_Comm)c, color < 0 ? MPI_UNDEFINED : color, key, &made);
  return hy_made(err, made, out, rank, size);
}

static int hy_node(hy_handle c, int key, hy_handle *out, int *rank, int *size) {
  MPI_Comm made;
  HY_GUARD;
  int err = MPI_Comm_split_type((MPI_Comm)c, MPI_COMM_TYPE_SHARED, key, MPI_INFO_NULL, &made);
  return hy_made(err, made, out, rank, size);
}

static int hy_dup(hy_handle c, hy_handle *out) {
  MPI_Comm made = MPI_COMM_NULL;
  HY_GUARD;
  int err = MPI_Comm_dup((MPI_Comm)c, &made);
  *out = (hy_handle)made;
  return err;
}

// The ranks of c, which ranks takes, as they are numbered in MPI_COMM_WORLD.
static int hy_world_ranks(hy_handle c, int n, int *ranks, int *world) {
  MPI_Group own, all;
  HY_GUARD;
  for (int i = 0; i < n; i++)
    ranks[i] = i;
  int err = MPI_Comm_group((MPI_Comm)c, &own);
  if (err || (err = MPI_Comm_group(MPI_COMM_WORLD, &all)))
    return err;
  err = MPI_Group_translate_ranks(own, n, ranks, all, world);
  MPI_Group_free(&own);
  MPI_Group_free(&all);
  return err;
}

static int hy_free(hy_handle c) {
  MPI_Comm own = (MPI_Comm)c;
  HY_GUARD;
  return MPI_Comm_free(&own);
}

// The handle as Fortran has it, an integer in every library.
static int hy_fortran(hy_handle c) { return MPI_Comm_c2f((MPI_Comm)c); }

// An extension of MPI, which a library may not have.
static int hy_takes_device_memory(void) {
  void *all = dlopen(NULL, RTLD_NOW);
  int (*query)(void) = all ? (int (*)(void))dlsym(all, "MPIX_Query_cuda_support") : NULL;
  return query != NULL && query();
}

static int hy_abort(hy_handle c, int status) { return MPI_Abort((MPI_Comm)c, status); }

// The agreement at the end of a run: the highest of each rank's values. The
// buffers are static because the call outlives the function.
static int hy_last_in[2], hy_last_out[2];

static int hy_last(int status, int open, hy_handle c, hy_handle *out) {
  MPI_Request r;
  HY_GUARD;
  hy_last_in[0] = status;
  hy_last_in[1] = open;
  int err = MPI_Iallreduce(hy_last_in, hy_last_out, 2, MPI_INT, MPI_MAX, (MPI_Comm)c, &r);
  *out = (hy_handle)r;
  return err;
}

static int hy_last_value(int i) { return hy_last_out[i]; }

#endif
