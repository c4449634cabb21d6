package philox

import (
	"fmt"
	"math"
	"testing"
)

// TestKnownAnswers has the vectors of philox4x32-10 in kat_vectors, the test
// data of the paper's library Random123.
func TestKnownAnswers(t *testing.T) {
	for _, v := range []struct {
		counter [4]uint32
		key     Key
		want    [4]uint32
	}{
		{
			[4]uint32{}, Key{},
			[4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
		}, {
			[4]uint32{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, Key{0xffffffff, 0xffffffff},
			[4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
		}, {
			[4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, Key{0xa4093822, 0x299f31d0},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
		},
	} {
		if got := Block(v.key, v.counter); got != v.want {
			t.Errorf("Block(%x, %x) = %x, want %x", v.key, v.counter, got, v.want)
		}
	}
}

// TestStream reads the third vector through the words that a stream makes of
// its arguments.
func TestStream(t *testing.T) {
	s := New(0x299f31d0_a4093822, 0x03707344)
	want := [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}
	if got := s.At(0x85a308d3_243f6a88, 0x13198a2e); got != want {
		t.Errorf("At = %x, want %x", got, want)
	}
}

func TestPurposes(t *testing.T) {
	for want, p := range []Purpose{Pi, MatrixA, MatrixB, Walk, Sort, Edges} {
		if int(p) != want {
			t.Errorf("purpose %d is %d", want, p)
		}
	}
}

func TestUniform(t *testing.T) {
	for _, v := range []struct {
		r    uint32
		want float64
	}{{0, 0x1p-33}, {1, 3 * 0x1p-33}, {1 << 31, 0.5 + 0x1p-33}, {math.MaxUint32, 1 - 0x1p-33}} {
		if got := Uniform(v.r); got != v.want {
			t.Errorf("Uniform(%#x) = %v, want %v", v.r, got, v.want)
		}
	}
}

func BenchmarkBlock(b *testing.B) {
	s := New(1, Pi)
	i, x := uint64(0), uint32(0)
	for b.Loop() {
		v := s.At(i, 0)
		x ^= v[0] ^ v[1] ^ v[2] ^ v[3]
		i++
	}
	if x == 0 {
		b.Log("all words cancel")
	}
	b.ReportMetric(4*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mwords/s")
	b.ReportMetric(0, "ns/op")
}

// Sample 5 of a stream is the same number for whoever asks.
func Example() {
	s := New(42, Pi)
	r := s.At(5, 0)
	fmt.Printf("%.6f %.6f\n", Uniform(r[0]), Uniform(r[1]))
	// Output: 0.314847 0.293468
}
