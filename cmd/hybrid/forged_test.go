package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hybrid/mpi/checkpoint"
)

// TestForgedCheckpoints goes on from checkpoints whose numbers are not those of the run, with
// checksums that are right: a picture of nonsense or a line, and never a bug.
func TestForgedCheckpoints(t *testing.T) {
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	sum := func(b []byte) string { return fmt.Sprintf("%08x", crc32.Checksum(b, castagnoli)) }
	nonsense := [][8]byte{}
	for _, v := range []uint64{0, math.MaxUint64, 1 << 63, math.MaxInt64, math.Float64bits(math.Inf(1)), math.Float64bits(math.NaN()), 0x8000000080000000, math.Float64bits(1e300)} {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], v)
		nonsense = append(nonsense, b)
	}
	for _, args := range []string{
		"heat --nx 20 --ny 15 --steps 40 --checkpoint-every 10 --out o.png",
		"mandelbrot --width 300 --height 300 --checkpoint-every 8 --out o.png --imbalance i.png",
		"matmul --n 60 --checkpoint-every 20 --out o.npy",
		"walk --walks 4e4 --checkpoint-every 1e4 --out o.png",
	} {
		t.Chdir(t.TempDir())
		command := strings.Fields(args)
		if status, _, stderr := call(t, nil, append(command, "--quiet", "--gpu", "off", "--checkpoint", "c")...); status != 0 {
			t.Fatalf("%s: status %d, %s", args, status, stderr)
		}
		all, err := filepath.Glob("c/checkpoint_*")
		if err != nil || len(all) < 2 {
			t.Fatalf("%s: checkpoints %q, %v", args, all, err)
		}
		path := all[len(all)-2] // before the end
		m, err := checkpoint.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		manifest, err := os.ReadFile(filepath.Join(path, "manifest.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range m.Arrays {
			for _, p := range a.Parts {
				name := filepath.Join(path, p.File)
				whole, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				for _, b := range nonsense {
					forged := bytes.Clone(whole)
					copy(forged[len(forged)/2&^7:], b[:])
					copy(forged[len(forged)-8:], b[:])
					text := bytes.Replace(manifest, []byte(p.Sum), []byte(sum(forged)), 1)
					_, rest, _ := bytes.Cut(text, []byte("\n"))
					text = append(fmt.Appendf(nil, "{\"crc32c\": \"%s\",\n", sum(rest)), rest...)
					for file, b := range map[string][]byte{name: forged, filepath.Join(path, "manifest.json"): text} {
						if err := os.WriteFile(file, b, 0o666); err != nil {
							t.Fatal(err)
						}
					}
					status, _, stderr := call(t, nil, command[0], "--restart", path, "--quiet", "--gpu", "off", "--ranks", "2")
					if status > 3 || strings.Contains(stderr, "bug in hybrid") || status == 0 != (stderr == "") {
						t.Errorf("%s, %x in %s: status %d, %s", args, b, p.File, status, stderr)
					}
				}
				for file, b := range map[string][]byte{name: whole, filepath.Join(path, "manifest.json"): manifest} {
					if err := os.WriteFile(file, b, 0o666); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
}
