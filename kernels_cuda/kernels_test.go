package kernels

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"hybrid/kernels_cuda/internal/source"
)

// TestUpToDate fails when a source or a header that it includes has changed since
// its PTX was made, or when the compiler or its options have.
func TestUpToDate(t *testing.T) {
	sources, err := source.Read(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) == 0 {
		t.Fatal("there are no sources")
	}
	made := map[string]Variant{}
	for _, v := range Variants() {
		made[v.Name+"."+v.Arch+".ptx"] = v
	}
	for _, f := range sources {
		for _, capability := range f.Variants {
			name := f.PTX(capability)
			v, ok := made[name]
			delete(made, name)
			switch head := f.Head(capability); {
			case !ok:
				t.Errorf("ptx/%s is missing: make kernels", name)
			case !strings.HasPrefix(string(v.PTX), head):
				t.Errorf("ptx/%s is not what %s.cu makes now: make kernels\n--- it begins\n%s--- want\n%s",
					name, f.Name, v.PTX[:min(len(v.PTX), len(head))], head)
			default:
				for _, want := range []string{"V" + source.Version, fmt.Sprintf("\n.target sm_%d\n", capability), ".visible .entry"} {
					if !bytes.Contains(v.PTX, []byte(want)) {
						t.Errorf("ptx/%s does not have %q", name, want)
					}
				}
			}
		}
	}
	for name := range made {
		t.Errorf("ptx/%s has no source that asks for it: make kernels", name)
	}
}

func TestPTX(t *testing.T) {
	for _, v := range Variants() {
		ptx, arch, err := PTX(v.Name, v.capability/10, v.capability%10)
		if err != nil || arch != v.Arch || !bytes.Equal(ptx, v.PTX) {
			t.Errorf("PTX(%q, %d) is for %q, %v", v.Name, v.capability, arch, err)
		}
		if _, arch, err := PTX(v.Name, 99, 0); err != nil || arch < v.Arch {
			t.Errorf("a later device runs %s of %s, %v", v.Name, arch, err)
		}
	}
	for _, v := range []struct {
		name         string
		major, minor int
		want         string
	}{
		{"pi", 6, 0, "pi needs compute capability 6.1 or later: the device has 6.0"},
		{"nothing", 9, 0, `no kernels named "nothing"`},
	} {
		if _, _, err := PTX(v.name, v.major, v.minor); err == nil || !strings.Contains(err.Error(), v.want) {
			t.Errorf("PTX(%q, %d, %d): error %v, want %q", v.name, v.major, v.minor, err, v.want)
		}
	}
}
