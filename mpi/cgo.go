//go:build mpi

package mpi

// This file is the border to MPI: all that package empi/mpi lacks, and the
// calls that it has but not so that a message may be empty, of any type, from
// any source, on any communicator. Starting with MPI_Init_thread: a Go program
// has many threads, which plain MPI_Init does not allow for.

/*
#cgo pkg-config: ompi
#cgo linux LDFLAGS: -ldl
#cgo noescape hy_send
#cgo nocallback hy_send
#cgo noescape hy_recv
#cgo nocallback hy_recv
#cgo noescape hy_sendrecv
#cgo nocallback hy_sendrecv
#cgo noescape hy_isend
#cgo nocallback hy_isend
#cgo noescape hy_irecv
#cgo nocallback hy_irecv
#cgo noescape hy_wait
#cgo nocallback hy_wait
#cgo noescape hy_wait_each
#cgo nocallback hy_wait_each
#cgo noescape hy_test
#cgo nocallback hy_test
#cgo noescape hy_probe
#cgo nocallback hy_probe
#cgo noescape hy_barrier
#cgo nocallback hy_barrier
#cgo noescape hy_bcast
#cgo nocallback hy_bcast
#cgo noescape hy_reduce
#cgo nocallback hy_reduce
#include "real.h"
*/
import "C"

import (
	"strings"
	"unsafe"
)

// MPI's handles, and a message with what came of it.
type (
	commHandle    = C.hy_handle
	typeHandle    = C.hy_handle
	requestHandle = C.hy_handle
	message       = C.hy_message
)

// check turns what a call returned into an error.
func check(op string, code C.int) error {
	switch code {
	case C.MPI_SUCCESS:
		return nil
	case C.HY_WRONG_THREAD:
		return fail(op, ClassComm, "called from another goroutine than the rank's own; want all calls from the one that Run started")
	}
	classes := [...]Class{ClassOther, ClassBuffer, ClassCount, ClassTag, ClassComm, ClassRank, ClassRoot, ClassOp, ClassTruncate, ClassArg}
	var text [C.MPI_MAX_ERROR_STRING]C.char
	var n C.int
	C.MPI_Error_string(code, &text[0], &n)
	return &Error{op, classes[C.hy_class(code)], C.GoStringN(&text[0], n)}
}

func checkStatus(op string, s *C.hy_status) (Status, error) {
	if s.err != C.MPI_SUCCESS {
		return Status{}, check(op, s.err)
	}
	return Status{int(s.source), int(s.tag), int(s.bytes)}, nil
}

// chars is where b begins, for C. An empty buffer has no address, because
// some libraries take two equal ones for one buffer used twice.
func (b buffer) chars() *C.char {
	if b.n == 0 {
		return nil
	}
	return (*C.char)(b.ptr)
}

// wildSource and wildTag are Go's wildcards as MPI numbers them.
func wildSource(source int) C.int {
	if source == AnySource {
		return C.MPI_ANY_SOURCE
	}
	return C.int(source)
}

func wildTag(tag int) C.int {
	if tag == AnyTag {
		return C.MPI_ANY_TAG
	}
	return C.int(tag)
}

// realInit loads MPI, if it is not linked, and starts it on this thread, which makes all
// later calls. It returns the library's file, if it was loaded.
func realInit() (file string, err error) {
	C.hy_keep_signals()
	defer C.hy_restore_signals()
	if file, err = bind(); err != nil {
		return "", err
	}
	var provided C.int
	if err := check("Run", C.hy_init(&provided)); err != nil {
		return "", err
	}
	if provided < C.MPI_THREAD_FUNNELED {
		return "", fail("Run", ClassLaunch, "the MPI library does not allow for threads; want one built with MPI_THREAD_FUNNELED or better")
	}
	return file, nil
}

func realDescribe() (description, error) {
	var text [C.MPI_MAX_LIBRARY_VERSION_STRING]C.char
	var host [C.MPI_MAX_PROCESSOR_NAME]C.char
	var n, hostLen, tagUB C.int
	if err := check("Run", C.MPI_Get_library_version(&text[0], &n)); err != nil {
		return description{}, err
	}
	if err := check("Run", C.MPI_Get_processor_name(&host[0], &hostLen)); err != nil {
		return description{}, err
	}
	if err := check("Run", C.hy_tag_ub(&tagUB)); err != nil {
		return description{}, err
	}
	library := libraryLine(C.GoStringN(&text[0], n))
	name := "mpi"
	switch {
	case strings.HasPrefix(library, "Open MPI"):
		name = "openmpi"
	case strings.HasPrefix(library, "MPICH"):
		name = "mpich"
	}
	return description{name: name, library: library, host: C.GoStringN(&host[0], hostLen), tagUB: int(tagUB)}, nil
}

// libraryLine is the part of a library's version text that names the version:
// Open MPI writes "Open MPI v4.1.4, package: ...", MPICH a table whose first
// line is "MPICH Version:" and the number.
func libraryLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	line, _, _ = strings.Cut(line, ", package")
	line = strings.Replace(line, "Version:", "", 1)
	return strings.Join(strings.Fields(strings.TrimRight(line, "\x00")), " ")
}

func hyCallExitHandlers() { C.hy_call_exit_handlers() }

func worldHandle() commHandle            { return C.hy_world() }
func typeHandleOf(d datatype) typeHandle { return C.hy_type(C.int(d)) }

// set fills one side of a message in place: a copy would wait for what it has just written.
func set(e *C.hy_end, n int, t typeHandle, peer, tag C.int) {
	e.datatype, e.n, e.peer, e.tag = t, C.int(n), peer, tag
}

func hySend(b buffer, n int, t typeHandle, dest, tag int, c commHandle) error {
	var m message
	set(&m.to, n, t, C.int(dest), C.int(tag))
	m.comm = c
	C.hy_send(b.chars(), &m)
	return check("Send", m.status.err)
}

func hyRecv(b buffer, n int, t typeHandle, source, tag int, c commHandle) (Status, error) {
	var m message
	set(&m.from, n, t, wildSource(source), wildTag(tag))
	m.comm = c
	C.hy_recv(b.chars(), &m)
	return checkStatus("Recv", &m.status)
}

func hySendrecv(s buffer, sn int, st typeHandle, dest, stag int, r buffer, rn int, rt typeHandle, source, rtag int, c commHandle) (Status, error) {
	var m message
	set(&m.to, sn, st, C.int(dest), C.int(stag))
	set(&m.from, rn, rt, wildSource(source), wildTag(rtag))
	m.comm = c
	C.hy_sendrecv(s.chars(), r.chars(), &m)
	return checkStatus("Sendrecv", &m.status)
}

func hyIsend(b buffer, n int, t typeHandle, dest, tag int, c commHandle) (requestHandle, error) {
	var m message
	set(&m.to, n, t, C.int(dest), C.int(tag))
	m.comm = c
	C.hy_isend(b.chars(), &m)
	return m.request, check("Isend", m.status.err)
}

func hyIrecv(b buffer, n int, t typeHandle, source, tag int, c commHandle) (requestHandle, error) {
	var m message
	set(&m.from, n, t, wildSource(source), wildTag(tag))
	m.comm = c
	C.hy_irecv(b.chars(), &m)
	return m.request, check("Irecv", m.status.err)
}

func hyWait(r requestHandle) (Status, error) {
	m := message{request: r}
	C.hy_wait(&m)
	return checkStatus("Wait", &m.status)
}

// hyWaitEach waits for every request, also after one has failed.
func hyWaitEach(m []message) { C.hy_wait_each(C.int(len(m)), unsafe.SliceData(m)) }

func hyTest(r requestHandle) (Status, bool, error) {
	m := message{request: r}
	C.hy_test(&m)
	st, err := checkStatus("Test", &m.status)
	return st, m.status.flag != 0, err
}

func hyProbe(source, tag int, c commHandle, wait bool) (Status, bool, error) {
	op, w := "Iprobe", C.int(0)
	if wait {
		op, w = "Probe", 1
	}
	var m message
	set(&m.from, 0, 0, wildSource(source), wildTag(tag))
	m.comm = c
	C.hy_probe(&m, w)
	st, err := checkStatus(op, &m.status)
	return st, err == nil && m.status.flag != 0, err
}

// hyLarge is a type of n elements, in blocks that int counts.
func hyLarge(n, block int, t typeHandle) (typeHandle, error) {
	var out typeHandle
	err := check("Type_create_struct", C.hy_large(C.longlong(n), C.int(block), t, &out))
	return out, err
}

func hyTypeFree(t typeHandle) { C.hy_type_free(t) }

func hyBarrier(c commHandle) error { return check("Barrier", C.hy_barrier(c)) }

func hyBcast(b buffer, t typeHandle, root int, c commHandle) error {
	return check("Bcast", C.hy_bcast(b.chars(), C.int(b.n), t, C.int(root), c))
}

func hyReduce(s, r buffer, t typeHandle, op Op, root int, c commHandle) error {
	name := "Reduce"
	if root == everyRank {
		name = "Allreduce"
	}
	return check(name, C.hy_reduce(s.chars(), r.chars(), C.int(s.n), t, C.int(op), C.int(root), c))
}

func hyScan(s, r buffer, t typeHandle, op Op, c commHandle) error {
	return check("Scan", C.hy_scan(s.chars(), r.chars(), C.int(s.n), t, C.int(op), c))
}

// ints is a vector of counts or displacements as C takes it; nil stays nil.
func ints(v []int32) *C.int {
	return (*C.int)(unsafe.Pointer(unsafe.SliceData(v)))
}

func hyGather(s, r buffer, n int, t typeHandle, root int, c commHandle) error {
	return check("Gather", C.hy_gather(s.chars(), r.chars(), C.int(n), t, C.int(root), c))
}

func hyGatherv(s, r buffer, counts, displs []int32, t typeHandle, root int, c commHandle) error {
	return check("Gatherv", C.hy_gatherv(s.chars(), C.int(s.n), r.chars(), ints(counts), ints(displs), t, C.int(root), c))
}

func hyScatter(s, r buffer, n int, t typeHandle, root int, c commHandle) error {
	return check("Scatter", C.hy_scatter(s.chars(), r.chars(), C.int(n), t, C.int(root), c))
}

func hyScatterv(s buffer, counts, displs []int32, r buffer, t typeHandle, root int, c commHandle) error {
	return check("Scatterv", C.hy_scatterv(s.chars(), ints(counts), ints(displs), r.chars(), C.int(r.n), t, C.int(root), c))
}

func hyAlltoall(s, r buffer, n int, t typeHandle, c commHandle) error {
	return check("Alltoall", C.hy_alltoall(s.chars(), r.chars(), C.int(n), t, c))
}

func hyAlltoallv(s buffer, sn, sd []int32, r buffer, rn, rd []int32, t typeHandle, c commHandle) error {
	return check("Alltoallv", C.hy_alltoallv(s.chars(), ints(sn), ints(sd), r.chars(), ints(rn), ints(rd), t, c))
}

// hySplit gives size 0 to a rank with a negative color.
func hySplit(c commHandle, color, key int) (out commHandle, rank, size int, err error) {
	var r, n C.int
	err = check("Split", C.hy_split(c, C.int(color), C.int(key), &out, &r, &n))
	return out, int(r), int(n), err
}

func hyNode(c commHandle, key int) (out commHandle, rank, size int, err error) {
	var r, n C.int
	err = check("Node", C.hy_node(c, C.int(key), &out, &r, &n))
	return out, int(r), int(n), err
}

func hyDup(c commHandle) (out commHandle, err error) {
	err = check("Dup", C.hy_dup(c, &out))
	return out, err
}

// hyWorldRanks is the numbers of the ranks of c in the world, nil if they cannot be had.
func hyWorldRanks(c commHandle, size int) []int {
	narrow := make([]int32, 2*size)
	if C.hy_world_ranks(c, C.int(size), ints(narrow[:size]), ints(narrow[size:])) != C.MPI_SUCCESS {
		return nil
	}
	ranks := make([]int, size)
	for i, r := range narrow[size:] {
		ranks[i] = int(r)
	}
	return ranks
}

func hyFree(c commHandle) error { return check("Free", C.hy_free(c)) }

func hyAbort(c commHandle, status int) { C.hy_abort(c, C.int(status)) }

func hyTakesDeviceMemory() bool { return C.hy_takes_device_memory() != 0 }

func hyFortran(c commHandle) int32 { return int32(C.hy_fortran(c)) }

// hyLast starts the agreement at the end of a run, and hyLastValues gives its result.
func hyLast(status, open int, c commHandle) (r requestHandle, err error) {
	err = check("Run", C.hy_last(C.int(status), C.int(open), c, &r))
	return r, err
}

func hyLastValues() (status, open int) {
	return int(C.hy_last_value(0)), int(C.hy_last_value(1))
}
