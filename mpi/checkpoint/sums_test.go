package checkpoint

import (
	"hash/crc32"
	"math/rand/v2"
	"testing"
)

// The checksums of the pieces of a file, in any order, are that of the file.
func TestSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		file := make([]byte, rng.IntN(5000))
		for i := range file {
			file[i] = byte(rng.Uint32())
		}
		var cuts []int
		for at := 0; at < len(file); at += 1 + rng.IntN(700) {
			cuts = append(cuts, at)
		}
		var s sums
		for _, i := range rng.Perm(len(cuts)) {
			end := len(file)
			if i+1 < len(cuts) {
				end = cuts[i+1]
			}
			s.add(int64(cuts[i]), file[cuts[i]:end])
		}
		if sum, whole := s.of(int64(len(file))); !whole || sum != crc32.Checksum(file, castagnoli) {
			t.Fatalf("%d pieces of %d bytes: %08x, whole %v; want %08x", len(cuts), len(file), sum, whole, crc32.Checksum(file, castagnoli))
		}
		if _, whole := s.of(int64(len(file)) + 1); whole {
			t.Fatalf("pieces of %d bytes are those of a file with one more", len(file))
		}
		if s.add(0, file[:min(1, len(file))]); len(file) > 0 {
			if _, whole := s.of(int64(len(file)) + 1); whole {
				t.Fatal("a byte that is there twice makes up for one that is missing")
			}
		}
	}
}

// Checksums of 1 GiB of zeros, joined and at once.
func TestJoined(t *testing.T) {
	zeros := crc32.Checksum(make([]byte, 1<<20), castagnoli)
	all, bytes := zeros, int64(1<<20)
	for range 10 { // twice as many each time
		all = joined(all, all, bytes)
		bytes *= 2
	}
	one := crc32.New(castagnoli)
	block := make([]byte, 1<<20)
	for range bytes >> 20 {
		one.Write(block)
	}
	if all != one.Sum32() {
		t.Errorf("%08x, want %08x", all, one.Sum32())
	}
}
