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
					if status != 0 && status != 2 || strings.Contains(stderr, "bug in hybrid") || status == 0 != (stderr == "") {
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

// TestForgedStates goes on from a checkpoint of heat whose state cannot be, with a checksum that is right.
func TestForgedStates(t *testing.T) {
	t.Chdir(t.TempDir())
	if status, _, stderr := call(t, nil, strings.Fields("heat --nx 20 --ny 15 --steps 40 --checkpoint c --quiet --gpu off")...); status != 0 {
		t.Fatal(stderr)
	}
	const name = "c/checkpoint_000000000040/manifest.json"
	whole, err := os.ReadFile(name)
	must(t, err)
	const scale = `"Scale": 64`
	for was, forged := range map[string][]string{
		scale:          {`"Scale": -64`, `"Scale": 0`, `"Scale": -0.0`, `"Scale": 63`, `"Scale": 1e-300`, `"Scale": 1`, `"Scale": "64"`, `"Scale": 1e400`},
		`"Step": 40`:   {`"Step": -40`, `"Step": 41`, `"Step": 9223372036854775807`},
		`"Alpha": 0.1`: {`"Alpha": 0`, `"Alpha": -0.1`, `"Alpha": 1e300`},
		`"NX": 20`:     {`"NX": 21`, `"NX": -20`, `"NX": 9223372036854775807`},
	} {
		for _, state := range forged {
			_, rest, _ := bytes.Cut(whole, []byte("\n"))
			if !bytes.Contains(rest, []byte(was)) {
				t.Fatalf("no %s in %s", was, rest)
			}
			rest = bytes.Replace(rest, []byte(was), []byte(state), 1)
			must(t, os.WriteFile(name, append(fmt.Appendf(nil, "{\"crc32c\": \"%08x\",\n", crc32.Checksum(rest, crc32.MakeTable(crc32.Castagnoli))), rest...), 0o666))
			for _, more := range []string{"40", "50"} {
				status, _, stderr := call(t, nil, "heat", "--restart", "c", "--steps", more, "--quiet", "--gpu", "off", "--ranks", "2")
				if status != 2 || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "c/checkpoint_000000000040") {
					t.Errorf("%s, %s steps: status %d, %s", state, more, status, stderr)
				}
			}
		}
	}
}

// TestANewerCheckpointStays where this program cannot read it: it is not damaged, and no run goes on from an older one in its
// place, or removes it.
func TestANewerCheckpointStays(t *testing.T) {
	t.Chdir(t.TempDir())
	heat := strings.Fields("heat --nx 20 --ny 15 --steps 40 --checkpoint-every 10 --quiet --gpu off --ranks 2")
	if status, _, stderr := call(t, nil, append(heat, "--checkpoint", "c")...); status != 0 {
		t.Fatal(stderr)
	}
	const newest, older = "c/checkpoint_000000000040", "c/checkpoint_000000000030"
	text, err := os.ReadFile(newest + "/manifest.json")
	must(t, err)
	_, rest, _ := bytes.Cut(text, []byte("\n"))
	rest = bytes.Replace(rest, []byte(`"version": 1,`), []byte(`"version": 2,`), 1)
	must(t, os.WriteFile(newest+"/manifest.json", append(fmt.Appendf(nil, "{\"crc32c\": \"%08x\",\n", crc32.Checksum(rest, crc32.MakeTable(crc32.Castagnoli))), rest...), 0o666))
	for args, want := range map[string]string{
		"--restart c":                            newest + "/manifest.json: its format has version 2, but this program reads version 1",
		"--restart auto --checkpoint c":          "go on from that by --restart " + older + " --checkpoint DIR, another folder",
		"--restart " + older:                     "name another folder, or remove it by --force",
		"--restart auto --checkpoint " + newest:  newest + "/manifest.json: its format has version 2",
		"--restart " + older + " --checkpoint d": "",
	} {
		status, _, stderr := call(t, nil, append(heat, append(strings.Fields(args), "--steps", "60")...)...)
		if want == "" != (status == 0) || status != 0 && status != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%s: status %d, %s, want %q", args, status, stderr, want)
		}
	}
	wantEntries(t, "c", ".checkpoint_run.json", filepath.Base(older), filepath.Base(newest))
	// Nor is one a folder for others.
	if status, _, stderr := call(t, nil, append(heat, "--checkpoint", older)...); status != 2 || !strings.Contains(stderr, "is a checkpoint itself: name the folder that it is in") {
		t.Errorf("in a checkpoint: status %d, %s", status, stderr)
	}
	if status, _, stderr := call(t, nil, append(heat, "--checkpoint", "c", "--force")...); status != 0 {
		t.Errorf("by force: status %d, %s", status, stderr)
	}
}
