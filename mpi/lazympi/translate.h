// translate.h is what openmpi.c and mpich.c have in common: how values go to the library,
// to_..., and come from it, from_... . In front of it stands the header of the library's
// names.
#include <dlfcn.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "lazympi.h"

// The standard ABI has its predefined handles below END, each kind from its null handle on.
enum {
	FIRST_OP = 0x20, LAST_OP = 0x39,
	FIRST_COMM = 0x100, LAST_COMM = 0x102,
	FIRST_GROUP = 0x108, LAST_GROUP = 0x109,
	FIRST_ERRHANDLER = 0x140, LAST_ERRHANDLER = 0x143,
	FIRST_REQUEST = 0x180, LAST_REQUEST = 0x180,
	FIRST_DATATYPE = 0x200, LAST_DATATYPE = 0x25f,
	END,
};

static void *real[LAZYMPI_COUNT]; // the library's functions
static native_handle handles[END];

static native_handle to_handle(const void *h) {
	uintptr_t v = (uintptr_t)h;
	return v < END ? handles[v] : (native_handle)v;
}

static void *from_handle(native_handle h, uintptr_t first, uintptr_t last) {
	for (uintptr_t v = first; v <= last; v++)
		if (handles[v] == h)
			return (void *)v;
	return (void *)(uintptr_t)h;
}

// Error classes are numbered anew. All other codes of a library go beyond LASTCODE.
enum { MOST = 128 };
static int classes[MOST], standard_classes[MOST];

static int from_code(int code) {
	if (code <= 0)
		return code;
	return code < MOST && standard_classes[code] ? standard_classes[code] : code + MPI_ERR_LASTCODE + 1;
}

static int to_code(int code) {
	if (code <= 0)
		return code;
	if (code > MPI_ERR_LASTCODE)
		return code - MPI_ERR_LASTCODE - 1;
	return classes[code < MOST && classes[code] ? code : MPI_ERR_OTHER];
}

static int to_rank(int rank) {
	switch (rank) {
	case MPI_ANY_SOURCE: return native_ANY_SOURCE;
	case MPI_PROC_NULL: return native_PROC_NULL;
	case MPI_ROOT: return native_ROOT;
	}
	return rank < 0 ? native_UNDEFINED : rank; // which no library takes
}

static int from_rank(int rank) {
	switch (rank) {
	case native_ANY_SOURCE: return MPI_ANY_SOURCE;
	case native_PROC_NULL: return MPI_PROC_NULL;
	case native_ROOT: return MPI_ROOT;
	}
	return rank;
}

static int to_tag(int tag) { return tag == MPI_ANY_TAG ? native_ANY_TAG : tag < 0 ? native_UNDEFINED : tag; }
static int from_tag(int tag) { return tag == native_ANY_TAG ? MPI_ANY_TAG : tag; }

static int to_level(int level) {
	return level >= MPI_THREAD_MULTIPLE     ? native_THREAD_MULTIPLE
	       : level >= MPI_THREAD_SERIALIZED ? native_THREAD_SERIALIZED
	       : level >= MPI_THREAD_FUNNELED   ? native_THREAD_FUNNELED
	                                        : native_THREAD_SINGLE;
}

static int from_level(int level) {
	switch (level) {
	case native_THREAD_MULTIPLE: return MPI_THREAD_MULTIPLE;
	case native_THREAD_SERIALIZED: return MPI_THREAD_SERIALIZED;
	case native_THREAD_FUNNELED: return MPI_THREAD_FUNNELED;
	}
	return MPI_THREAD_SINGLE;
}

static void *to_buffer(const void *p) { return p == MPI_IN_PLACE ? native_IN_PLACE : (void *)p; }
static int to_split_type(int type) { return type == MPI_COMM_TYPE_SHARED ? native_COMM_TYPE_SHARED : native_UNDEFINED; }
static int to_keyval(int key) { return key == MPI_TAG_UB ? native_TAG_UB : key; }

static void from_status(MPI_Status *to, const native_status *s) {
	to->MPI_SOURCE = from_rank(s->MPI_SOURCE);
	to->MPI_TAG = from_tag(s->MPI_TAG);
	to->MPI_ERROR = from_code(s->MPI_ERROR);
	keep_private(to, s);
}

static native_status to_status(const MPI_Status *s) {
	native_status to = {0};
	to.MPI_SOURCE = to_rank(s->MPI_SOURCE);
	to.MPI_TAG = to_tag(s->MPI_TAG);
	to.MPI_ERROR = to_code(s->MPI_ERROR);
	give_private(&to, s);
	return to;
}

#include "wrappers.h"

static int wrapped_MPI_Type_create_struct(int count, const int *lengths, const MPI_Aint *at, const MPI_Datatype *types, MPI_Datatype *newtype) {
	native_handle *own = malloc((count > 0 ? count : 1) * sizeof *own), made = handles[FIRST_DATATYPE];
	if (!own)
		return MPI_ERR_NO_MEM;
	for (int i = 0; i < count; i++)
		own[i] = to_handle(types[i]);
	int code = ((int (*)(int, const int *, const MPI_Aint *, const native_handle *, native_handle *))real[LAZYMPI_MPI_Type_create_struct])(count, lengths, at, own, &made);
	free(own);
	*newtype = from_handle(made, FIRST_DATATYPE, LAST_DATATYPE);
	return from_code(code);
}

static int wrapped_MPI_Group_translate_ranks(MPI_Group group1, int n, const int *ranks1, MPI_Group group2, int *ranks2) {
	int *own = malloc((n > 0 ? n : 1) * sizeof *own);
	if (!own)
		return MPI_ERR_NO_MEM;
	for (int i = 0; i < n; i++)
		own[i] = to_rank(ranks1[i]);
	int code = ((int (*)(native_handle, int, const int *, native_handle, int *))real[LAZYMPI_MPI_Group_translate_ranks])(to_handle(group1), n, own, to_handle(group2), ranks2);
	free(own);
	for (int i = 0; i < n; i++)
		ranks2[i] = from_rank(ranks2[i]);
	return from_code(code);
}

// Every message is asked for its bytes, which need no library.
static int wrapped_MPI_Get_count(const MPI_Status *status, MPI_Datatype datatype, int *count) {
	if (datatype == MPI_BYTE) {
		uint64_t bytes = kept_bytes(status);
		*count = bytes <= INT_MAX ? (int)bytes : MPI_UNDEFINED;
		return MPI_SUCCESS;
	}
	native_status own = to_status(status);
	int code = ((int (*)(const native_status *, native_handle, int *))real[LAZYMPI_MPI_Get_count])(&own, to_handle(datatype), count);
	return from_code(code);
}

// Fortran's handle of a communicator is MPICH's own, where the library has no function.
static MPI_Fint wrapped_MPI_Comm_c2f(MPI_Comm comm) {
	void *f = real[LAZYMPI_MPI_Comm_c2f];
	native_handle h = to_handle(comm);
	return f ? ((MPI_Fint (*)(native_handle))f)(h) : (MPI_Fint)(uintptr_t)h;
}

static MPI_Comm wrapped_MPI_Comm_f2c(MPI_Fint comm) {
	void *f = real[LAZYMPI_MPI_Comm_f2c];
	native_handle h = f ? ((native_handle (*)(MPI_Fint))f)(comm) : (native_handle)(uintptr_t)comm;
	return from_handle(h, FIRST_COMM, LAST_COMM);
}

// Functions of the program's that the library calls. It says nothing of which operation or
// error handler it calls one for, so that each needs a function of its own here, and keeps
// it: a call under way may need it when the handle is free again.
enum { CALLBACKS = 16 };
#define EACH_CALLBACK(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)

static MPI_User_function *operations[CALLBACKS];
static MPI_Comm_errhandler_function *handlers[CALLBACKS];

#define OPERATION(i) \
	static void operation##i(void *in, void *inout, int *n, native_handle *type) { \
		MPI_Datatype own = from_handle(*type, FIRST_DATATYPE, LAST_DATATYPE); \
		operations[i](in, inout, n, &own); \
	}
#define HANDLER(i) \
	static void handler##i(native_handle *comm, int *code, ...) { \
		MPI_Comm own = from_handle(*comm, FIRST_COMM, LAST_COMM); \
		int standard = from_code(*code); \
		handlers[i](&own, &standard); \
	}
EACH_CALLBACK(OPERATION)
EACH_CALLBACK(HANDLER)

#define OPERATION_NAME(i) operation##i,
#define HANDLER_NAME(i) handler##i,
static void (*const native_operations[])(void *, void *, int *, native_handle *) = {EACH_CALLBACK(OPERATION_NAME)};
static void (*const native_handlers[])(native_handle *, int *, ...) = {EACH_CALLBACK(HANDLER_NAME)};

static int wrapped_MPI_Op_create(MPI_User_function *function, int commute, MPI_Op *newop) {
	native_handle made = handles[FIRST_OP];
	int i = 0, code = 0;
	while (i < CALLBACKS && operations[i] && operations[i] != function)
		i++;
	if (i == CALLBACKS)
		return MPI_ERR_NO_MEM;
	operations[i] = function;
	code = ((int (*)(void (*)(void *, void *, int *, native_handle *), int, native_handle *))real[LAZYMPI_MPI_Op_create])(native_operations[i], commute, &made);
	*newop = from_handle(made, FIRST_OP, LAST_OP);
	return from_code(code);
}

static int wrapped_MPI_Comm_create_errhandler(MPI_Comm_errhandler_function *function, MPI_Errhandler *newerrhandler) {
	native_handle made = handles[FIRST_ERRHANDLER];
	int i = 0, code = 0;
	while (i < CALLBACKS && handlers[i] && handlers[i] != function)
		i++;
	if (i == CALLBACKS)
		return MPI_ERR_NO_MEM;
	handlers[i] = function;
	code = ((int (*)(void (*)(native_handle *, int *, ...), native_handle *))real[LAZYMPI_MPI_Comm_create_errhandler])(native_handlers[i], &made);
	*newerrhandler = from_handle(made, FIRST_ERRHANDLER, LAST_ERRHANDLER);
	return from_code(code);
}

#define KNOWN_CLASS(name, native) classes[name] = native, standard_classes[native] = name;
#define FILL_SLOT(name) lazympi_slots[LAZYMPI_##name] = (void *)wrapped_##name;

// use puts the wrappers into the slots, when all that they need is there.
static const char *use(void *library) {
	for (int i = 0; i < LAZYMPI_COUNT; i++) {
		int optional = sizeof(native_handle) == sizeof(int) && (i == LAZYMPI_MPI_Comm_c2f || i == LAZYMPI_MPI_Comm_f2c);
		if (!(real[i] = dlsym(library, lazympi_names[i])) && !optional)
			return lazympi_names[i];
	}
	NATIVE_CLASSES(KNOWN_CLASS)
	LAZYMPI_SYMBOLS(FILL_SLOT)
	return NULL;
}
