//go:build mpi && lazympi && linux

// made by go generate from mpi.h; do not edit.

#include "lazympi.h"

int MPI_Init(int *argc, char ***argv) { return ((__typeof__(&MPI_Init))lazympi_slots[LAZYMPI_MPI_Init])(argc, argv); }

int MPI_Init_thread(int *argc, char ***argv, int required, int *provided) { return ((__typeof__(&MPI_Init_thread))lazympi_slots[LAZYMPI_MPI_Init_thread])(argc, argv, required, provided); }

int MPI_Initialized(int *flag) { return ((__typeof__(&MPI_Initialized))lazympi_slots[LAZYMPI_MPI_Initialized])(flag); }

int MPI_Finalize(void) { return ((__typeof__(&MPI_Finalize))lazympi_slots[LAZYMPI_MPI_Finalize])(); }

int MPI_Abort(MPI_Comm comm, int exitstatus) { return ((__typeof__(&MPI_Abort))lazympi_slots[LAZYMPI_MPI_Abort])(comm, exitstatus); }

double MPI_Wtime(void) { return ((__typeof__(&MPI_Wtime))lazympi_slots[LAZYMPI_MPI_Wtime])(); }

int MPI_Get_library_version(char *version, int *resultlen) { return ((__typeof__(&MPI_Get_library_version))lazympi_slots[LAZYMPI_MPI_Get_library_version])(version, resultlen); }

int MPI_Get_processor_name(char *name, int *resultlen) { return ((__typeof__(&MPI_Get_processor_name))lazympi_slots[LAZYMPI_MPI_Get_processor_name])(name, resultlen); }

int MPI_Error_class(int errorcode, int *errorclass) { return ((__typeof__(&MPI_Error_class))lazympi_slots[LAZYMPI_MPI_Error_class])(errorcode, errorclass); }

int MPI_Error_string(int errorcode, char *string, int *resultlen) { return ((__typeof__(&MPI_Error_string))lazympi_slots[LAZYMPI_MPI_Error_string])(errorcode, string, resultlen); }

int MPI_Comm_create_errhandler(MPI_Comm_errhandler_function *function, MPI_Errhandler *newerrhandler) { return ((__typeof__(&MPI_Comm_create_errhandler))lazympi_slots[LAZYMPI_MPI_Comm_create_errhandler])(function, newerrhandler); }

int MPI_Comm_set_errhandler(MPI_Comm comm, MPI_Errhandler errhandler) { return ((__typeof__(&MPI_Comm_set_errhandler))lazympi_slots[LAZYMPI_MPI_Comm_set_errhandler])(comm, errhandler); }

int MPI_Comm_call_errhandler(MPI_Comm comm, int errorcode) { return ((__typeof__(&MPI_Comm_call_errhandler))lazympi_slots[LAZYMPI_MPI_Comm_call_errhandler])(comm, errorcode); }

int MPI_Errhandler_free(MPI_Errhandler *errhandler) { return ((__typeof__(&MPI_Errhandler_free))lazympi_slots[LAZYMPI_MPI_Errhandler_free])(errhandler); }

int MPI_Comm_size(MPI_Comm comm, int *size) { return ((__typeof__(&MPI_Comm_size))lazympi_slots[LAZYMPI_MPI_Comm_size])(comm, size); }

int MPI_Comm_rank(MPI_Comm comm, int *rank) { return ((__typeof__(&MPI_Comm_rank))lazympi_slots[LAZYMPI_MPI_Comm_rank])(comm, rank); }

int MPI_Comm_group(MPI_Comm comm, MPI_Group *newgroup) { return ((__typeof__(&MPI_Comm_group))lazympi_slots[LAZYMPI_MPI_Comm_group])(comm, newgroup); }

int MPI_Comm_create(MPI_Comm comm, MPI_Group group, MPI_Comm *newcomm) { return ((__typeof__(&MPI_Comm_create))lazympi_slots[LAZYMPI_MPI_Comm_create])(comm, group, newcomm); }

int MPI_Comm_dup(MPI_Comm comm, MPI_Comm *newcomm) { return ((__typeof__(&MPI_Comm_dup))lazympi_slots[LAZYMPI_MPI_Comm_dup])(comm, newcomm); }

int MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm *newcomm) { return ((__typeof__(&MPI_Comm_split))lazympi_slots[LAZYMPI_MPI_Comm_split])(comm, color, key, newcomm); }

int MPI_Comm_split_type(MPI_Comm comm, int split_type, int key, MPI_Info info, MPI_Comm *newcomm) { return ((__typeof__(&MPI_Comm_split_type))lazympi_slots[LAZYMPI_MPI_Comm_split_type])(comm, split_type, key, info, newcomm); }

int MPI_Comm_free(MPI_Comm *comm) { return ((__typeof__(&MPI_Comm_free))lazympi_slots[LAZYMPI_MPI_Comm_free])(comm); }

int MPI_Comm_get_attr(MPI_Comm comm, int comm_keyval, void *attribute, int *flag) { return ((__typeof__(&MPI_Comm_get_attr))lazympi_slots[LAZYMPI_MPI_Comm_get_attr])(comm, comm_keyval, attribute, flag); }

int MPI_Group_incl(MPI_Group group, int n, const int *ranks, MPI_Group *newgroup) { return ((__typeof__(&MPI_Group_incl))lazympi_slots[LAZYMPI_MPI_Group_incl])(group, n, ranks, newgroup); }

int MPI_Group_translate_ranks(MPI_Group group1, int n, const int *ranks1, MPI_Group group2, int *ranks2) { return ((__typeof__(&MPI_Group_translate_ranks))lazympi_slots[LAZYMPI_MPI_Group_translate_ranks])(group1, n, ranks1, group2, ranks2); }

int MPI_Group_free(MPI_Group *group) { return ((__typeof__(&MPI_Group_free))lazympi_slots[LAZYMPI_MPI_Group_free])(group); }

MPI_Fint MPI_Comm_c2f(MPI_Comm comm) { return ((__typeof__(&MPI_Comm_c2f))lazympi_slots[LAZYMPI_MPI_Comm_c2f])(comm); }

MPI_Comm MPI_Comm_f2c(MPI_Fint comm) { return ((__typeof__(&MPI_Comm_f2c))lazympi_slots[LAZYMPI_MPI_Comm_f2c])(comm); }

int MPI_Type_size(MPI_Datatype datatype, int *size) { return ((__typeof__(&MPI_Type_size))lazympi_slots[LAZYMPI_MPI_Type_size])(datatype, size); }

int MPI_Type_contiguous(int count, MPI_Datatype oldtype, MPI_Datatype *newtype) { return ((__typeof__(&MPI_Type_contiguous))lazympi_slots[LAZYMPI_MPI_Type_contiguous])(count, oldtype, newtype); }

int MPI_Type_vector(int count, int blocklength, int stride, MPI_Datatype oldtype, MPI_Datatype *newtype) { return ((__typeof__(&MPI_Type_vector))lazympi_slots[LAZYMPI_MPI_Type_vector])(count, blocklength, stride, oldtype, newtype); }

int MPI_Type_create_struct(int count, const int *lengths, const MPI_Aint *at, const MPI_Datatype *types, MPI_Datatype *newtype) { return ((__typeof__(&MPI_Type_create_struct))lazympi_slots[LAZYMPI_MPI_Type_create_struct])(count, lengths, at, types, newtype); }

int MPI_Type_commit(MPI_Datatype *datatype) { return ((__typeof__(&MPI_Type_commit))lazympi_slots[LAZYMPI_MPI_Type_commit])(datatype); }

int MPI_Type_free(MPI_Datatype *datatype) { return ((__typeof__(&MPI_Type_free))lazympi_slots[LAZYMPI_MPI_Type_free])(datatype); }

int MPI_Op_create(MPI_User_function *function, int commute, MPI_Op *newop) { return ((__typeof__(&MPI_Op_create))lazympi_slots[LAZYMPI_MPI_Op_create])(function, commute, newop); }

int MPI_Op_free(MPI_Op *op) { return ((__typeof__(&MPI_Op_free))lazympi_slots[LAZYMPI_MPI_Op_free])(op); }

int MPI_Send(const void *buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) { return ((__typeof__(&MPI_Send))lazympi_slots[LAZYMPI_MPI_Send])(buf, count, datatype, dest, tag, comm); }

int MPI_Recv(void *buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Status *status) { return ((__typeof__(&MPI_Recv))lazympi_slots[LAZYMPI_MPI_Recv])(buf, count, datatype, source, tag, comm, status); }

int MPI_Sendrecv(const void *buf, int count, MPI_Datatype datatype, int dest, int tag, void *into, int capacity, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Status *status) { return ((__typeof__(&MPI_Sendrecv))lazympi_slots[LAZYMPI_MPI_Sendrecv])(buf, count, datatype, dest, tag, into, capacity, recvtype, source, recvtag, comm, status); }

int MPI_Isend(const void *buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request *newrequest) { return ((__typeof__(&MPI_Isend))lazympi_slots[LAZYMPI_MPI_Isend])(buf, count, datatype, dest, tag, comm, newrequest); }

int MPI_Irecv(void *buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request *newrequest) { return ((__typeof__(&MPI_Irecv))lazympi_slots[LAZYMPI_MPI_Irecv])(buf, count, datatype, source, tag, comm, newrequest); }

int MPI_Wait(MPI_Request *request, MPI_Status *status) { return ((__typeof__(&MPI_Wait))lazympi_slots[LAZYMPI_MPI_Wait])(request, status); }

int MPI_Test(MPI_Request *request, int *flag, MPI_Status *status) { return ((__typeof__(&MPI_Test))lazympi_slots[LAZYMPI_MPI_Test])(request, flag, status); }

int MPI_Probe(int source, int tag, MPI_Comm comm, MPI_Status *status) { return ((__typeof__(&MPI_Probe))lazympi_slots[LAZYMPI_MPI_Probe])(source, tag, comm, status); }

int MPI_Iprobe(int source, int tag, MPI_Comm comm, int *flag, MPI_Status *status) { return ((__typeof__(&MPI_Iprobe))lazympi_slots[LAZYMPI_MPI_Iprobe])(source, tag, comm, flag, status); }

int MPI_Get_count(const MPI_Status *status, MPI_Datatype datatype, int *count) { return ((__typeof__(&MPI_Get_count))lazympi_slots[LAZYMPI_MPI_Get_count])(status, datatype, count); }

int MPI_Get_elements_x(const MPI_Status *status, MPI_Datatype datatype, MPI_Count *count) { return ((__typeof__(&MPI_Get_elements_x))lazympi_slots[LAZYMPI_MPI_Get_elements_x])(status, datatype, count); }

int MPI_Barrier(MPI_Comm comm) { return ((__typeof__(&MPI_Barrier))lazympi_slots[LAZYMPI_MPI_Barrier])(comm); }

int MPI_Bcast(void *buf, int count, MPI_Datatype datatype, int root, MPI_Comm comm) { return ((__typeof__(&MPI_Bcast))lazympi_slots[LAZYMPI_MPI_Bcast])(buf, count, datatype, root, comm); }

int MPI_Reduce(const void *sendbuf, void *recvbuf, int count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm) { return ((__typeof__(&MPI_Reduce))lazympi_slots[LAZYMPI_MPI_Reduce])(sendbuf, recvbuf, count, datatype, op, root, comm); }

int MPI_Allreduce(const void *sendbuf, void *recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) { return ((__typeof__(&MPI_Allreduce))lazympi_slots[LAZYMPI_MPI_Allreduce])(sendbuf, recvbuf, count, datatype, op, comm); }

int MPI_Iallreduce(const void *sendbuf, void *recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request *newrequest) { return ((__typeof__(&MPI_Iallreduce))lazympi_slots[LAZYMPI_MPI_Iallreduce])(sendbuf, recvbuf, count, datatype, op, comm, newrequest); }

int MPI_Scan(const void *sendbuf, void *recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) { return ((__typeof__(&MPI_Scan))lazympi_slots[LAZYMPI_MPI_Scan])(sendbuf, recvbuf, count, datatype, op, comm); }

int MPI_Gather(const void *sendbuf, int sendcount, MPI_Datatype sendtype, void *recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) { return ((__typeof__(&MPI_Gather))lazympi_slots[LAZYMPI_MPI_Gather])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm); }

int MPI_Gatherv(const void *sendbuf, int sendcount, MPI_Datatype sendtype, void *recvbuf, const int *recvcounts, const int *displs, MPI_Datatype recvtype, int root, MPI_Comm comm) { return ((__typeof__(&MPI_Gatherv))lazympi_slots[LAZYMPI_MPI_Gatherv])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, root, comm); }

int MPI_Allgather(const void *sendbuf, int sendcount, MPI_Datatype sendtype, void *recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm) { return ((__typeof__(&MPI_Allgather))lazympi_slots[LAZYMPI_MPI_Allgather])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm); }

int MPI_Allgatherv(const void *sendbuf, int sendcount, MPI_Datatype sendtype, void *recvbuf, const int *recvcounts, const int *displs, MPI_Datatype recvtype, MPI_Comm comm) { return ((__typeof__(&MPI_Allgatherv))lazympi_slots[LAZYMPI_MPI_Allgatherv])(sendbuf, sendcount, sendtype, recvbuf, recvcounts, displs, recvtype, comm); }

int MPI_Scatter(const void *sendbuf, int sendcount, MPI_Datatype sendtype, void *recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) { return ((__typeof__(&MPI_Scatter))lazympi_slots[LAZYMPI_MPI_Scatter])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, root, comm); }

int MPI_Scatterv(const void *sendbuf, const int *sendcounts, const int *displs, MPI_Datatype sendtype, void *recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) { return ((__typeof__(&MPI_Scatterv))lazympi_slots[LAZYMPI_MPI_Scatterv])(sendbuf, sendcounts, displs, sendtype, recvbuf, recvcount, recvtype, root, comm); }

int MPI_Alltoall(const void *sendbuf, int sendcount, MPI_Datatype sendtype, void *recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm) { return ((__typeof__(&MPI_Alltoall))lazympi_slots[LAZYMPI_MPI_Alltoall])(sendbuf, sendcount, sendtype, recvbuf, recvcount, recvtype, comm); }

int MPI_Alltoallv(const void *sendbuf, const int *sendcounts, const int *sdispls, MPI_Datatype sendtype, void *recvbuf, const int *recvcounts, const int *rdispls, MPI_Datatype recvtype, MPI_Comm comm) { return ((__typeof__(&MPI_Alltoallv))lazympi_slots[LAZYMPI_MPI_Alltoallv])(sendbuf, sendcounts, sdispls, sendtype, recvbuf, recvcounts, rdispls, recvtype, comm); }
