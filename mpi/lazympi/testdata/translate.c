// translate.c asks a library, through mpi.h and what stands behind it, for what must come
// back in the standard ABI's numbers. The test layers run it under every MPI.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lazympi.h"

#define WANT(what) \
	do { \
		if (!(what)) { \
			fprintf(stderr, "line %d: not so: %s\n", __LINE__, #what); \
			exit(1); \
		} \
	} while (0)
#define OK(call) WANT((call) == MPI_SUCCESS)

static MPI_Datatype seen;

// Not commutative: 2 a + b.
static void twice(void *in, void *inout, int *n, MPI_Datatype *type) {
	seen = *type;
	for (int i = 0; i < *n; i++)
		((int *)inout)[i] += 2 * ((int *)in)[i];
}

static void longest(void *in, void *inout, int *n, MPI_Datatype *type) {
	(void)type;
	for (int i = 0; i < *n; i++)
		if (((double *)in)[i] > ((double *)inout)[i])
			((double *)inout)[i] = ((double *)in)[i];
}

static MPI_Comm failed_on;
static int failed_with, failures;

static void handler(MPI_Comm *comm, int *code, ...) {
	failed_on = *comm;
	failed_with = *code;
	failures++;
}

int main(int argc, char **argv) {
	const char *file, *wrong = lazympi_load(argv[1], "", &file);
	if (wrong) {
		fprintf(stderr, "%s\n", wrong);
		return 1;
	}
	int rank, size, n, flag, provided, class;
	OK(MPI_Initialized(&flag));
	WANT(!flag);
	OK(MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided));
	WANT(provided == MPI_THREAD_FUNNELED || provided == MPI_THREAD_SERIALIZED || provided == MPI_THREAD_MULTIPLE);
	OK(MPI_Comm_rank(MPI_COMM_WORLD, &rank));
	OK(MPI_Comm_size(MPI_COMM_WORLD, &size));
	WANT(size == 2);
	int peer = 1 - rank;
	OK(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN)); // MPICH 4.0 asks it for any communicator's

	// Handles come back as they were given.
	MPI_Comm comm;
	WANT(MPI_Comm_f2c(MPI_Comm_c2f(MPI_COMM_WORLD)) == MPI_COMM_WORLD);
	OK(MPI_Comm_split(MPI_COMM_WORLD, MPI_UNDEFINED, 0, &comm));
	WANT(comm == MPI_COMM_NULL);
	OK(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &comm));
	OK(MPI_Comm_size(comm, &n));
	WANT(n == 2 && MPI_Comm_f2c(MPI_Comm_c2f(comm)) == comm);
	OK(MPI_Comm_free(&comm));
	WANT(comm == MPI_COMM_NULL);
	OK(MPI_Comm_dup(MPI_COMM_WORLD, &comm));
	int *bound;
	OK(MPI_Comm_get_attr(comm, MPI_TAG_UB, &bound, &flag));
	WANT(flag && *bound >= 32767);

	// Groups.
	MPI_Group all, one;
	int none = MPI_PROC_NULL, ranks[3] = {peer, MPI_PROC_NULL, rank}, there[3];
	OK(MPI_Comm_group(comm, &all));
	OK(MPI_Group_incl(all, 1, &peer, &one));
	OK(MPI_Group_translate_ranks(all, 3, ranks, one, there));
	WANT(there[0] == 0 && there[1] == none && there[2] == MPI_UNDEFINED);
	OK(MPI_Group_free(&one));
	WANT(one == MPI_GROUP_NULL);
	OK(MPI_Group_free(&all));

	// Statuses, wildcards and the rank that nobody is.
	int out[4] = {rank, 1, 2, 3}, in[4];
	MPI_Status status;
	MPI_Request request;
	OK(MPI_Irecv(in, 4, MPI_INT, MPI_ANY_SOURCE, MPI_ANY_TAG, comm, &request));
	WANT(request != MPI_REQUEST_NULL);
	OK(MPI_Send(out, 3, MPI_INT, peer, 77, comm));
	OK(MPI_Wait(&request, &status));
	WANT(request == MPI_REQUEST_NULL && status.MPI_SOURCE == peer && status.MPI_TAG == 77 && in[0] == peer);
	MPI_Count count;
	OK(MPI_Get_count(&status, MPI_INT, &n));
	OK(MPI_Get_elements_x(&status, MPI_BYTE, &count));
	WANT(n == 3 && count == 12);
	OK(MPI_Get_count(&status, MPI_DOUBLE, &n));
	WANT(n == MPI_UNDEFINED);
	OK(MPI_Wait(&request, &status));
	WANT(status.MPI_SOURCE == MPI_ANY_SOURCE && status.MPI_TAG == MPI_ANY_TAG);
	OK(MPI_Recv(in, 4, MPI_INT, MPI_PROC_NULL, MPI_ANY_TAG, comm, &status));
	WANT(status.MPI_SOURCE == MPI_PROC_NULL && status.MPI_TAG == MPI_ANY_TAG);
	OK(MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm, &flag, MPI_STATUS_IGNORE));
	WANT(!flag);

	// Operations: in place, and of the program's own.
	int sum = rank + 1;
	OK(MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_INT, MPI_SUM, comm));
	WANT(sum == 3);
	MPI_Op own, other;
	OK(MPI_Op_create(twice, 0, &own));
	OK(MPI_Op_create(longest, 1, &other));
	int value = rank + 5;
	OK(MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT, own, comm));
	WANT(value == 2 * 5 + 6 && seen == MPI_INT);
	double most = rank ? 2.5 : 1.5;
	OK(MPI_Allreduce(MPI_IN_PLACE, &most, 1, MPI_DOUBLE, other, comm));
	WANT(most == 2.5);
	OK(MPI_Op_free(&own));
	OK(MPI_Op_free(&other));
	WANT(own == MPI_OP_NULL);

	// Types.
	MPI_Datatype type, parts[2] = {MPI_INT, MPI_DOUBLE};
	int lengths[2] = {1, 1};
	MPI_Aint at[2] = {0, 8};
	OK(MPI_Type_create_struct(2, lengths, at, parts, &type));
	OK(MPI_Type_commit(&type));
	OK(MPI_Type_size(type, &n));
	WANT(n == 12);
	OK(MPI_Type_free(&type));
	WANT(type == MPI_DATATYPE_NULL);

	// Errors: their class and text, and a handler of the program's own.
	char text[MPI_MAX_ERROR_STRING] = "";
	OK(MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN));
	int code = MPI_Send(out, 1, MPI_INT, 99, 0, comm);
	WANT(code != MPI_SUCCESS);
	OK(MPI_Error_class(code, &class));
	WANT(class == MPI_ERR_RANK);
	OK(MPI_Error_string(code, text, &n));
	WANT(n > 0 && (int)strlen(text) == n);
	OK(MPI_Error_class(MPI_ERR_TRUNCATE, &class));
	WANT(class == MPI_ERR_TRUNCATE);
	OK(MPI_Irecv(in, 1, MPI_INT, peer, 5, comm, &request));
	OK(MPI_Send(out, 4, MPI_INT, peer, 5, comm));
	OK(MPI_Error_class(MPI_Wait(&request, &status), &class));
	WANT(class == MPI_ERR_TRUNCATE);
	MPI_Errhandler errors;
	OK(MPI_Comm_create_errhandler(handler, &errors));
	OK(MPI_Comm_set_errhandler(comm, errors));
	OK(MPI_Errhandler_free(&errors));
	WANT(errors == MPI_ERRHANDLER_NULL);
	MPI_Send(out, 1, MPI_INT, 99, 0, comm);
	OK(MPI_Error_class(failed_with, &class));
	WANT(failures == 1 && class == MPI_ERR_RANK && failed_on == comm);
	OK(MPI_Comm_free(&comm));
	OK(MPI_Barrier(MPI_COMM_WORLD));
	OK(MPI_Finalize());
	if (rank == 0)
		printf("translated by %s\n", file);
	return 0;
}
