// made by go generate from mpi.h; do not edit.

static int wrapped_MPI_Init(int *argc, char ***argv) {
	int code = ((int (*)(int *, char ***))real[LAZYMPI_MPI_Init])(argc, argv);
	return from_code(code);
}

static int wrapped_MPI_Init_thread(int *argc, char ***argv, int required, int *provided) {
	int code = ((int (*)(int *, char ***, int, int *))real[LAZYMPI_MPI_Init_thread])(argc, argv, to_level(required), provided);
	*provided = from_level(*provided);
	return from_code(code);
}

static int wrapped_MPI_Initialized(int *flag) {
	int code = ((int (*)(int *))real[LAZYMPI_MPI_Initialized])(flag);
	return from_code(code);
}

static int wrapped_MPI_Finalize(void) {
	int code = ((int (*)(void))real[LAZYMPI_MPI_Finalize])();
	return from_code(code);
}

static int wrapped_MPI_Abort(MPI_Comm comm, int exitstatus) {
	int code = ((int (*)(native_handle, int))real[LAZYMPI_MPI_Abort])(to_handle(comm), exitstatus);
	return from_code(code);
}

static double wrapped_MPI_Wtime(void) {
	return ((double (*)(void))real[LAZYMPI_MPI_Wtime])();
}

static int wrapped_MPI_Get_library_version(char *version, int *resultlen) {
	int code = ((int (*)(char *, int *))real[LAZYMPI_MPI_Get_library_version])(version, resultlen);
	return from_code(code);
}

static int wrapped_MPI_Get_processor_name(char *name, int *resultlen) {
	int code = ((int (*)(char *, int *))real[LAZYMPI_MPI_Get_processor_name])(name, resultlen);
	return from_code(code);
}

static int wrapped_MPI_Error_class(int errorcode, int *errorclass) {
	int code = ((int (*)(int, int *))real[LAZYMPI_MPI_Error_class])(to_code(errorcode), errorclass);
	*errorclass = from_code(*errorclass);
	return from_code(code);
}

static int wrapped_MPI_Error_string(int errorcode, char *string, int *resultlen) {
	int code = ((int (*)(int, char *, int *))real[LAZYMPI_MPI_Error_string])(to_code(errorcode), string, resultlen);
	return from_code(code);
}

static int wrapped_MPI_Comm_set_errhandler(MPI_Comm comm, MPI_Errhandler errhandler) {
	int code = ((int (*)(native_handle, native_handle))real[LAZYMPI_MPI_Comm_set_errhandler])(to_handle(comm), to_handle(errhandler));
	return from_code(code);
}

static int wrapped_MPI_Comm_call_errhandler(MPI_Comm comm, int errorcode) {
	int code = ((int (*)(native_handle, int))real[LAZYMPI_MPI_Comm_call_errhandler])(to_handle(comm), to_code(errorcode));
	return from_code(code);
}

static int wrapped_MPI_Errhandler_free(MPI_Errhandler *errhandler) {
	native_handle own_errhandler = to_handle(*errhandler);
	int code = ((int (*)(native_handle *))real[LAZYMPI_MPI_Errhandler_free])(&own_errhandler);
	*errhandler = from_handle(own_errhandler, FIRST_ERRHANDLER, LAST_ERRHANDLER);
	return from_code(code);
}

static int wrapped_MPI_Comm_size(MPI_Comm comm, int *size) {
	int code = ((int (*)(native_handle, int *))real[LAZYMPI_MPI_Comm_size])(to_handle(comm), size);
	return from_code(code);
}

static int wrapped_MPI_Comm_rank(MPI_Comm comm, int *rank) {
	int code = ((int (*)(native_handle, int *))real[LAZYMPI_MPI_Comm_rank])(to_handle(comm), rank);
	return from_code(code);
}

static int wrapped_MPI_Comm_group(MPI_Comm comm, MPI_Group *newgroup) {
	native_handle own_newgroup = to_handle((void *)FIRST_GROUP);
	int code = ((int (*)(native_handle, native_handle *))real[LAZYMPI_MPI_Comm_group])(to_handle(comm), &own_newgroup);
	*newgroup = from_handle(own_newgroup, FIRST_GROUP, LAST_GROUP);
	return from_code(code);
}

static int wrapped_MPI_Comm_create(MPI_Comm comm, MPI_Group group, MPI_Comm *newcomm) {
	native_handle own_newcomm = to_handle((void *)FIRST_COMM);
	int code = ((int (*)(native_handle, native_handle, native_handle *))real[LAZYMPI_MPI_Comm_create])(to_handle(comm), to_handle(group), &own_newcomm);
	*newcomm = from_handle(own_newcomm, FIRST_COMM, LAST_COMM);
	return from_code(code);
}

static int wrapped_MPI_Comm_dup(MPI_Comm comm, MPI_Comm *newcomm) {
	native_handle own_newcomm = to_handle((void *)FIRST_COMM);
	int code = ((int (*)(native_handle, native_handle *))real[LAZYMPI_MPI_Comm_dup])(to_handle(comm), &own_newcomm);
	*newcomm = from_handle(own_newcomm, FIRST_COMM, LAST_COMM);
	return from_code(code);
}

static int wrapped_MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm *newcomm) {
	native_handle own_newcomm = to_handle((void *)FIRST_COMM);
	int code = ((int (*)(native_handle, int, int, native_handle *))real[LAZYMPI_MPI_Comm_split])(to_handle(comm), color, key, &own_newcomm);
	*newcomm = from_handle(own_newcomm, FIRST_COMM, LAST_COMM);
	return from_code(code);
}

static int wrapped_MPI_Comm_split_type(MPI_Comm comm, int split_type, int key, MPI_Info info, MPI_Comm *newcomm) {
	native_handle own_newcomm = to_handle((void *)FIRST_COMM);
	int code = ((int (*)(native_handle, int, int, native_handle, native_handle *))real[LAZYMPI_MPI_Comm_split_type])(to_handle(comm), to_split_type(split_type), key, to_handle(info), &own_newcomm);
	*newcomm = from_handle(own_newcomm, FIRST_COMM, LAST_COMM);
	return from_code(code);
}

static int wrapped_MPI_Comm_free(MPI_Comm *comm) {
	native_handle own_comm = to_handle(*comm);
	int code = ((int (*)(native_handle *))real[LAZYMPI_MPI_Comm_free])(&own_comm);
	*comm = from_handle(own_comm, FIRST_COMM, LAST_COMM);
	return from_code(code);
}

static int wrapped_MPI_Comm_get_attr(MPI_Comm comm, int comm_keyval, void *attribute, int *flag) {
	int code = ((int (*)(native_handle, int, void *, int *))real[LAZYMPI_MPI_Comm_get_attr])(to_handle(comm), to_keyval(comm_keyval), attribute, flag);
	return from_code(code);
}

static int wrapped_MPI_Group_incl(MPI_Group group, int n, const int *ranks, MPI_Group *newgroup) {
	native_handle own_newgroup = to_handle((void *)FIRST_GROUP);
	int code = ((int (*)(native_handle, int, const int *, native_handle *))real[LAZYMPI_MPI_Group_incl])(to_handle(group), n, ranks, &own_newgroup);
	*newgroup = from_handle(own_newgroup, FIRST_GROUP, LAST_GROUP);
	return from_code(code);
}

static int wrapped_MPI_Group_free(MPI_Group *group) {
	native_handle own_group = to_handle(*group);
	int code = ((int (*)(native_handle *))real[LAZYMPI_MPI_Group_free])(&own_group);
	*group = from_handle(own_group, FIRST_GROUP, LAST_GROUP);
	return from_code(code);
}

static int wrapped_MPI_Type_size(MPI_Datatype datatype, int *size) {
	int code = ((int (*)(native_handle, int *))real[LAZYMPI_MPI_Type_size])(to_handle(datatype), size);
	return from_code(code);
}

static int wrapped_MPI_Type_contiguous(int count, MPI_Datatype oldtype, MPI_Datatype *newtype) {
	native_handle own_newtype = to_handle((void *)FIRST_DATATYPE);
	int code = ((int (*)(int, native_handle, native_handle *))real[LAZYMPI_MPI_Type_contiguous])(count, to_handle(oldtype), &own_newtype);
	*newtype = from_handle(own_newtype, FIRST_DATATYPE, LAST_DATATYPE);
	return from_code(code);
}

static int wrapped_MPI_Type_vector(int count, int blocklength, int stride, MPI_Datatype oldtype, MPI_Datatype *newtype) {
	native_handle own_newtype = to_handle((void *)FIRST_DATATYPE);
	int code = ((int (*)(int, int, int, native_handle, native_handle *))real[LAZYMPI_MPI_Type_vector])(count, blocklength, stride, to_handle(oldtype), &own_newtype);
	*newtype = from_handle(own_newtype, FIRST_DATATYPE, LAST_DATATYPE);
	return from_code(code);
}

static int wrapped_MPI_Type_commit(MPI_Datatype *datatype) {
	native_handle own_datatype = to_handle(*datatype);
	int code = ((int (*)(native_handle *))real[LAZYMPI_MPI_Type_commit])(&own_datatype);
	*datatype = from_handle(own_datatype, FIRST_DATATYPE, LAST_DATATYPE);
	return from_code(code);
}

static int wrapped_MPI_Type_free(MPI_Datatype *datatype) {
	native_handle own_datatype = to_handle(*datatype);
	int code = ((int (*)(native_handle *))real[LAZYMPI_MPI_Type_free])(&own_datatype);
	*datatype = from_handle(own_datatype, FIRST_DATATYPE, LAST_DATATYPE);
	return from_code(code);
}

static int wrapped_MPI_Op_free(MPI_Op *op) {
	native_handle own_op = to_handle(*op);
	int code = ((int (*)(native_handle *))real[LAZYMPI_MPI_Op_free])(&own_op);
	*op = from_handle(own_op, FIRST_OP, LAST_OP);
	return from_code(code);
}

static int wrapped_MPI_Send(const void *buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm) {
	int code = ((int (*)(const void *, int, native_handle, int, int, native_handle))real[LAZYMPI_MPI_Send])(buf, count, to_handle(datatype), to_rank(dest), to_tag(tag), to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Recv(void *buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Status *status) {
	native_status own_status = {0};
	int code = ((int (*)(void *, int, native_handle, int, int, native_handle, native_status *))real[LAZYMPI_MPI_Recv])(buf, count, to_handle(datatype), to_rank(source), to_tag(tag), to_handle(comm), status ? &own_status : native_STATUS_IGNORE);
	if (status) from_status(status, &own_status);
	return from_code(code);
}

static int wrapped_MPI_Sendrecv(const void *buf, int count, MPI_Datatype datatype, int dest, int tag, void *into, int capacity, MPI_Datatype recvtype, int source, int recvtag, MPI_Comm comm, MPI_Status *status) {
	native_status own_status = {0};
	int code = ((int (*)(const void *, int, native_handle, int, int, void *, int, native_handle, int, int, native_handle, native_status *))real[LAZYMPI_MPI_Sendrecv])(buf, count, to_handle(datatype), to_rank(dest), to_tag(tag), into, capacity, to_handle(recvtype), to_rank(source), to_tag(recvtag), to_handle(comm), status ? &own_status : native_STATUS_IGNORE);
	if (status) from_status(status, &own_status);
	return from_code(code);
}

static int wrapped_MPI_Isend(const void *buf, int count, MPI_Datatype datatype, int dest, int tag, MPI_Comm comm, MPI_Request *newrequest) {
	native_handle own_newrequest = to_handle((void *)FIRST_REQUEST);
	int code = ((int (*)(const void *, int, native_handle, int, int, native_handle, native_handle *))real[LAZYMPI_MPI_Isend])(buf, count, to_handle(datatype), to_rank(dest), to_tag(tag), to_handle(comm), &own_newrequest);
	*newrequest = from_handle(own_newrequest, FIRST_REQUEST, LAST_REQUEST);
	return from_code(code);
}

static int wrapped_MPI_Irecv(void *buf, int count, MPI_Datatype datatype, int source, int tag, MPI_Comm comm, MPI_Request *newrequest) {
	native_handle own_newrequest = to_handle((void *)FIRST_REQUEST);
	int code = ((int (*)(void *, int, native_handle, int, int, native_handle, native_handle *))real[LAZYMPI_MPI_Irecv])(buf, count, to_handle(datatype), to_rank(source), to_tag(tag), to_handle(comm), &own_newrequest);
	*newrequest = from_handle(own_newrequest, FIRST_REQUEST, LAST_REQUEST);
	return from_code(code);
}

static int wrapped_MPI_Wait(MPI_Request *request, MPI_Status *status) {
	native_handle own_request = to_handle(*request);
	native_status own_status = {0};
	int code = ((int (*)(native_handle *, native_status *))real[LAZYMPI_MPI_Wait])(&own_request, status ? &own_status : native_STATUS_IGNORE);
	*request = from_handle(own_request, FIRST_REQUEST, LAST_REQUEST);
	if (status) from_status(status, &own_status);
	return from_code(code);
}

static int wrapped_MPI_Test(MPI_Request *request, int *flag, MPI_Status *status) {
	native_handle own_request = to_handle(*request);
	native_status own_status = {0};
	int code = ((int (*)(native_handle *, int *, native_status *))real[LAZYMPI_MPI_Test])(&own_request, flag, status ? &own_status : native_STATUS_IGNORE);
	*request = from_handle(own_request, FIRST_REQUEST, LAST_REQUEST);
	if (status) from_status(status, &own_status);
	return from_code(code);
}

static int wrapped_MPI_Probe(int source, int tag, MPI_Comm comm, MPI_Status *status) {
	native_status own_status = {0};
	int code = ((int (*)(int, int, native_handle, native_status *))real[LAZYMPI_MPI_Probe])(to_rank(source), to_tag(tag), to_handle(comm), status ? &own_status : native_STATUS_IGNORE);
	if (status) from_status(status, &own_status);
	return from_code(code);
}

static int wrapped_MPI_Iprobe(int source, int tag, MPI_Comm comm, int *flag, MPI_Status *status) {
	native_status own_status = {0};
	int code = ((int (*)(int, int, native_handle, int *, native_status *))real[LAZYMPI_MPI_Iprobe])(to_rank(source), to_tag(tag), to_handle(comm), flag, status ? &own_status : native_STATUS_IGNORE);
	if (status) from_status(status, &own_status);
	return from_code(code);
}

static int wrapped_MPI_Get_elements_x(const MPI_Status *status, MPI_Datatype datatype, MPI_Count *count) {
	native_status own_status = to_status(status);
	int code = ((int (*)(const native_status *, native_handle, MPI_Count *))real[LAZYMPI_MPI_Get_elements_x])(&own_status, to_handle(datatype), count);
	return from_code(code);
}

static int wrapped_MPI_Barrier(MPI_Comm comm) {
	int code = ((int (*)(native_handle))real[LAZYMPI_MPI_Barrier])(to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Bcast(void *buf, int count, MPI_Datatype datatype, int root, MPI_Comm comm) {
	int code = ((int (*)(void *, int, native_handle, int, native_handle))real[LAZYMPI_MPI_Bcast])(buf, count, to_handle(datatype), to_rank(root), to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Reduce(const void *sendbuf, void *recvbuf, int count, MPI_Datatype datatype, MPI_Op op, int root, MPI_Comm comm) {
	int code = ((int (*)(const void *, void *, int, native_handle, native_handle, int, native_handle))real[LAZYMPI_MPI_Reduce])(to_buffer(sendbuf), to_buffer(recvbuf), count, to_handle(datatype), to_handle(op), to_rank(root), to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Allreduce(const void *sendbuf, void *recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
	int code = ((int (*)(const void *, void *, int, native_handle, native_handle, native_handle))real[LAZYMPI_MPI_Allreduce])(to_buffer(sendbuf), to_buffer(recvbuf), count, to_handle(datatype), to_handle(op), to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Iallreduce(const void *sendbuf, void *recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm, MPI_Request *newrequest) {
	native_handle own_newrequest = to_handle((void *)FIRST_REQUEST);
	int code = ((int (*)(const void *, void *, int, native_handle, native_handle, native_handle, native_handle *))real[LAZYMPI_MPI_Iallreduce])(to_buffer(sendbuf), to_buffer(recvbuf), count, to_handle(datatype), to_handle(op), to_handle(comm), &own_newrequest);
	*newrequest = from_handle(own_newrequest, FIRST_REQUEST, LAST_REQUEST);
	return from_code(code);
}

static int wrapped_MPI_Scan(const void *sendbuf, void *recvbuf, int count, MPI_Datatype datatype, MPI_Op op, MPI_Comm comm) {
	int code = ((int (*)(const void *, void *, int, native_handle, native_handle, native_handle))real[LAZYMPI_MPI_Scan])(to_buffer(sendbuf), to_buffer(recvbuf), count, to_handle(datatype), to_handle(op), to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Gather(const void *sendbuf, int sendcount, MPI_Datatype sendtype, void *recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
	int code = ((int (*)(const void *, int, native_handle, void *, int, native_handle, int, native_handle))real[LAZYMPI_MPI_Gather])(to_buffer(sendbuf), sendcount, to_handle(sendtype), to_buffer(recvbuf), recvcount, to_handle(recvtype), to_rank(root), to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Gatherv(const void *sendbuf, int sendcount, MPI_Datatype sendtype, void *recvbuf, const int *recvcounts, const int *displs, MPI_Datatype recvtype, int root, MPI_Comm comm) {
	int code = ((int (*)(const void *, int, native_handle, void *, const int *, const int *, native_handle, int, native_handle))real[LAZYMPI_MPI_Gatherv])(to_buffer(sendbuf), sendcount, to_handle(sendtype), to_buffer(recvbuf), recvcounts, displs, to_handle(recvtype), to_rank(root), to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Allgather(const void *sendbuf, int sendcount, MPI_Datatype sendtype, void *recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
	int code = ((int (*)(const void *, int, native_handle, void *, int, native_handle, native_handle))real[LAZYMPI_MPI_Allgather])(to_buffer(sendbuf), sendcount, to_handle(sendtype), to_buffer(recvbuf), recvcount, to_handle(recvtype), to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Allgatherv(const void *sendbuf, int sendcount, MPI_Datatype sendtype, void *recvbuf, const int *recvcounts, const int *displs, MPI_Datatype recvtype, MPI_Comm comm) {
	int code = ((int (*)(const void *, int, native_handle, void *, const int *, const int *, native_handle, native_handle))real[LAZYMPI_MPI_Allgatherv])(to_buffer(sendbuf), sendcount, to_handle(sendtype), to_buffer(recvbuf), recvcounts, displs, to_handle(recvtype), to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Scatter(const void *sendbuf, int sendcount, MPI_Datatype sendtype, void *recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
	int code = ((int (*)(const void *, int, native_handle, void *, int, native_handle, int, native_handle))real[LAZYMPI_MPI_Scatter])(to_buffer(sendbuf), sendcount, to_handle(sendtype), to_buffer(recvbuf), recvcount, to_handle(recvtype), to_rank(root), to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Scatterv(const void *sendbuf, const int *sendcounts, const int *displs, MPI_Datatype sendtype, void *recvbuf, int recvcount, MPI_Datatype recvtype, int root, MPI_Comm comm) {
	int code = ((int (*)(const void *, const int *, const int *, native_handle, void *, int, native_handle, int, native_handle))real[LAZYMPI_MPI_Scatterv])(to_buffer(sendbuf), sendcounts, displs, to_handle(sendtype), to_buffer(recvbuf), recvcount, to_handle(recvtype), to_rank(root), to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Alltoall(const void *sendbuf, int sendcount, MPI_Datatype sendtype, void *recvbuf, int recvcount, MPI_Datatype recvtype, MPI_Comm comm) {
	int code = ((int (*)(const void *, int, native_handle, void *, int, native_handle, native_handle))real[LAZYMPI_MPI_Alltoall])(to_buffer(sendbuf), sendcount, to_handle(sendtype), to_buffer(recvbuf), recvcount, to_handle(recvtype), to_handle(comm));
	return from_code(code);
}

static int wrapped_MPI_Alltoallv(const void *sendbuf, const int *sendcounts, const int *sdispls, MPI_Datatype sendtype, void *recvbuf, const int *recvcounts, const int *rdispls, MPI_Datatype recvtype, MPI_Comm comm) {
	int code = ((int (*)(const void *, const int *, const int *, native_handle, void *, const int *, const int *, native_handle, native_handle))real[LAZYMPI_MPI_Alltoallv])(to_buffer(sendbuf), sendcounts, sdispls, to_handle(sendtype), to_buffer(recvbuf), recvcounts, rdispls, to_handle(recvtype), to_handle(comm));
	return from_code(code);
}
