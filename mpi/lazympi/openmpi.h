// openmpi.h is Open MPI's side of the names in mpi.h, the same for its releases 4 and 5.
#include <stdint.h>
#include <string.h>
#include "mpi.h"

typedef void *native_handle; // to a symbol of the library

typedef struct {
	int MPI_SOURCE;
	int MPI_TAG;
	int MPI_ERROR;
	int _cancelled;
	size_t _ucount;
} native_status;

enum {
	native_ANY_SOURCE = -1,
	native_ANY_TAG = -1,
	native_PROC_NULL = -2,
	native_ROOT = -4,
	native_UNDEFINED = -32766,
	native_THREAD_SINGLE = 0,
	native_THREAD_FUNNELED = 1,
	native_THREAD_SERIALIZED = 2,
	native_THREAD_MULTIPLE = 3,
	native_COMM_TYPE_SHARED = 0,
	native_TAG_UB = 0,
};

// What a status has of the library's own: each number goes as wide as it was written,
// because a processor waits for a store that a load takes a part of.
static void keep_private(MPI_Status *to, const native_status *s) {
	uint64_t bytes = s->_ucount;
	to->MPI_internal[0] = s->_cancelled;
	memcpy(&to->MPI_internal[1], &bytes, sizeof bytes);
}

static uint64_t kept_bytes(const MPI_Status *s) {
	uint64_t bytes;
	memcpy(&bytes, &s->MPI_internal[1], sizeof bytes);
	return bytes;
}

static void give_private(native_status *to, const MPI_Status *s) {
	to->_cancelled = s->MPI_internal[0];
	to->_ucount = kept_bytes(s);
}

#define native_IN_PLACE ((void *)1)
#define native_STATUS_IGNORE ((native_status *)0)

#define NATIVE_HANDLES(X) \
	X(MPI_OP_NULL, ompi_mpi_op_null) \
	X(MPI_SUM, ompi_mpi_op_sum) \
	X(MPI_MIN, ompi_mpi_op_min) \
	X(MPI_MAX, ompi_mpi_op_max) \
	X(MPI_PROD, ompi_mpi_op_prod) \
	X(MPI_BAND, ompi_mpi_op_band) \
	X(MPI_BOR, ompi_mpi_op_bor) \
	X(MPI_BXOR, ompi_mpi_op_bxor) \
	X(MPI_LAND, ompi_mpi_op_land) \
	X(MPI_LOR, ompi_mpi_op_lor) \
	X(MPI_LXOR, ompi_mpi_op_lxor) \
	X(MPI_MINLOC, ompi_mpi_op_minloc) \
	X(MPI_MAXLOC, ompi_mpi_op_maxloc) \
	X(MPI_COMM_NULL, ompi_mpi_comm_null) \
	X(MPI_COMM_WORLD, ompi_mpi_comm_world) \
	X(MPI_COMM_SELF, ompi_mpi_comm_self) \
	X(MPI_GROUP_NULL, ompi_mpi_group_null) \
	X(MPI_GROUP_EMPTY, ompi_mpi_group_empty) \
	X(MPI_INFO_NULL, ompi_mpi_info_null) \
	X(MPI_ERRHANDLER_NULL, ompi_mpi_errhandler_null) \
	X(MPI_ERRORS_ARE_FATAL, ompi_mpi_errors_are_fatal) \
	X(MPI_ERRORS_RETURN, ompi_mpi_errors_return) \
	X(MPI_REQUEST_NULL, ompi_request_null) \
	X(MPI_DATATYPE_NULL, ompi_mpi_datatype_null) \
	X(MPI_AINT, ompi_mpi_aint) \
	X(MPI_COUNT, ompi_mpi_count) \
	X(MPI_OFFSET, ompi_mpi_offset) \
	X(MPI_PACKED, ompi_mpi_packed) \
	X(MPI_SHORT, ompi_mpi_short) \
	X(MPI_INT, ompi_mpi_int) \
	X(MPI_LONG, ompi_mpi_long) \
	X(MPI_LONG_LONG, ompi_mpi_long_long_int) \
	X(MPI_UNSIGNED_SHORT, ompi_mpi_unsigned_short) \
	X(MPI_UNSIGNED, ompi_mpi_unsigned) \
	X(MPI_UNSIGNED_LONG, ompi_mpi_unsigned_long) \
	X(MPI_UNSIGNED_LONG_LONG, ompi_mpi_unsigned_long_long) \
	X(MPI_FLOAT, ompi_mpi_float) \
	X(MPI_C_FLOAT_COMPLEX, ompi_mpi_c_float_complex) \
	X(MPI_DOUBLE, ompi_mpi_double) \
	X(MPI_C_DOUBLE_COMPLEX, ompi_mpi_c_double_complex) \
	X(MPI_LOGICAL, ompi_mpi_logical) \
	X(MPI_INTEGER, ompi_mpi_integer) \
	X(MPI_REAL, ompi_mpi_real) \
	X(MPI_COMPLEX, ompi_mpi_cplex) \
	X(MPI_DOUBLE_PRECISION, ompi_mpi_dblprec) \
	X(MPI_DOUBLE_COMPLEX, ompi_mpi_dblcplex) \
	X(MPI_CHARACTER, ompi_mpi_character) \
	X(MPI_LONG_DOUBLE, ompi_mpi_long_double) \
	X(MPI_C_LONG_DOUBLE_COMPLEX, ompi_mpi_c_long_double_complex) \
	X(MPI_FLOAT_INT, ompi_mpi_float_int) \
	X(MPI_DOUBLE_INT, ompi_mpi_double_int) \
	X(MPI_LONG_INT, ompi_mpi_long_int) \
	X(MPI_2INT, ompi_mpi_2int) \
	X(MPI_SHORT_INT, ompi_mpi_short_int) \
	X(MPI_LONG_DOUBLE_INT, ompi_mpi_longdbl_int) \
	X(MPI_C_BOOL, ompi_mpi_c_bool) \
	X(MPI_WCHAR, ompi_mpi_wchar) \
	X(MPI_INT8_T, ompi_mpi_int8_t) \
	X(MPI_UINT8_T, ompi_mpi_uint8_t) \
	X(MPI_CHAR, ompi_mpi_char) \
	X(MPI_SIGNED_CHAR, ompi_mpi_signed_char) \
	X(MPI_UNSIGNED_CHAR, ompi_mpi_unsigned_char) \
	X(MPI_BYTE, ompi_mpi_byte) \
	X(MPI_INT16_T, ompi_mpi_int16_t) \
	X(MPI_UINT16_T, ompi_mpi_uint16_t) \
	X(MPI_INT32_T, ompi_mpi_int32_t) \
	X(MPI_UINT32_T, ompi_mpi_uint32_t) \
	X(MPI_INT64_T, ompi_mpi_int64_t) \
	X(MPI_UINT64_T, ompi_mpi_uint64_t)

#define NATIVE_CLASSES(X) \
	X(MPI_ERR_BUFFER, 1) \
	X(MPI_ERR_COUNT, 2) \
	X(MPI_ERR_TYPE, 3) \
	X(MPI_ERR_TAG, 4) \
	X(MPI_ERR_COMM, 5) \
	X(MPI_ERR_RANK, 6) \
	X(MPI_ERR_REQUEST, 7) \
	X(MPI_ERR_ROOT, 8) \
	X(MPI_ERR_GROUP, 9) \
	X(MPI_ERR_OP, 10) \
	X(MPI_ERR_TOPOLOGY, 11) \
	X(MPI_ERR_DIMS, 12) \
	X(MPI_ERR_ARG, 13) \
	X(MPI_ERR_UNKNOWN, 14) \
	X(MPI_ERR_TRUNCATE, 15) \
	X(MPI_ERR_OTHER, 16) \
	X(MPI_ERR_INTERN, 17) \
	X(MPI_ERR_PENDING, 19) \
	X(MPI_ERR_IN_STATUS, 18) \
	X(MPI_ERR_ACCESS, 20) \
	X(MPI_ERR_AMODE, 21) \
	X(MPI_ERR_ASSERT, 22) \
	X(MPI_ERR_BAD_FILE, 23) \
	X(MPI_ERR_BASE, 24) \
	X(MPI_ERR_CONVERSION, 25) \
	X(MPI_ERR_DISP, 26) \
	X(MPI_ERR_DUP_DATAREP, 27) \
	X(MPI_ERR_FILE_EXISTS, 28) \
	X(MPI_ERR_FILE_IN_USE, 29) \
	X(MPI_ERR_FILE, 30) \
	X(MPI_ERR_INFO_KEY, 31) \
	X(MPI_ERR_INFO_NOKEY, 32) \
	X(MPI_ERR_INFO_VALUE, 33) \
	X(MPI_ERR_INFO, 34) \
	X(MPI_ERR_IO, 35) \
	X(MPI_ERR_KEYVAL, 36) \
	X(MPI_ERR_LOCKTYPE, 37) \
	X(MPI_ERR_NAME, 38) \
	X(MPI_ERR_NO_MEM, 39) \
	X(MPI_ERR_NOT_SAME, 40) \
	X(MPI_ERR_NO_SPACE, 41) \
	X(MPI_ERR_NO_SUCH_FILE, 42) \
	X(MPI_ERR_PORT, 43) \
	X(MPI_ERR_QUOTA, 44) \
	X(MPI_ERR_READ_ONLY, 45) \
	X(MPI_ERR_RMA_ATTACH, 69) \
	X(MPI_ERR_RMA_CONFLICT, 46) \
	X(MPI_ERR_RMA_RANGE, 68) \
	X(MPI_ERR_RMA_SHARED, 71) \
	X(MPI_ERR_RMA_SYNC, 47) \
	X(MPI_ERR_SERVICE, 48) \
	X(MPI_ERR_SIZE, 49) \
	X(MPI_ERR_SPAWN, 50) \
	X(MPI_ERR_UNSUPPORTED_DATAREP, 51) \
	X(MPI_ERR_UNSUPPORTED_OPERATION, 52) \
	X(MPI_ERR_WIN, 53) \
	X(MPI_ERR_RMA_FLAVOR, 70) \
	X(MPI_ERR_PROC_ABORTED, 74) \
	X(MPI_ERR_VALUE_TOO_LARGE, 79) \
	X(MPI_ERR_SESSION, 78)
