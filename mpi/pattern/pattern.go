package pattern

import "unsafe"

// Endpoint is one rank's end of a group, with blocking calls on bytes. Two
// messages of one sender with one tag arrive in the order they were sent. Every
// receive is for exactly len(buf) bytes; any other length is an error.
//
// An Endpoint that also has a method Scratch(n int) []byte, which returns n bytes
// that start on a multiple of eight and are good until it is called again, saves
// the reductions making memory for what they receive.
type Endpoint interface {
	Rank() int
	Size() int
	Send(buf []byte, dest, tag int) error
	Recv(buf []byte, source, tag int) error
	// Sendrecv sends and receives at once, with one tag for both.
	Sendrecv(send []byte, dest int, recv []byte, source, tag int) error
}

// Combine sets dst[i] = a[i] op b[i] for every element; dst may be a or b.
type Combine func(dst, a, b []byte)

// Span is a part of a buffer: Len bytes from byte Off on.
type Span struct{ Off, Len int }

// Of is the part of buf.
func (s Span) Of(buf []byte) []byte { return buf[s.Off : s.Off+s.Len : s.Off+s.Len] }

// Even cuts n elements of elem bytes into p spans, in order, whose lengths
// differ by one element at most.
func Even(n, elem, p int) []Span {
	spans := make([]Span, p)
	for i := range spans {
		lo, hi := n/p*i+min(i, n%p), n/p*(i+1)+min(i+1, n%p)
		spans[i] = Span{lo * elem, (hi - lo) * elem}
	}
	return spans
}

// Equal is p spans of size bytes each, one after the other.
func Equal(size, p int) []Span {
	spans := make([]Span, p)
	for i := range spans {
		spans[i] = Span{i * size, size}
	}
	return spans
}

// One tag per pattern, so that a rank that calls another collective than its
// peers is left waiting, and found, instead of taking their data.
const (
	tagBarrier = iota
	tagBcast
	tagReduce
	tagAllreduce
	tagScan
	tagGather
	tagAllgather
	tagScatter
	tagAlltoall
	tagPipeline
	tagHalo
	tagPair
)

// scratch is n bytes that start on a multiple of eight.
func scratch(n int) []byte {
	if n == 0 {
		return nil
	}
	words := make([]uint64, (n+7)/8)
	return unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), n)
}

// scratchOf is scratch, of any value, out of memory that the endpoint keeps if it
// does so. The next call for the endpoint may give the same memory.
func scratchOf(e Endpoint, n int) []byte {
	if k, ok := e.(interface{ Scratch(n int) []byte }); ok {
		return k.Scratch(n)
	}
	return scratch(n)
}

// powerBelow is the largest power of two that is at most p.
func powerBelow(p int) int {
	power := 1
	for power*2 <= p {
		power *= 2
	}
	return power
}
