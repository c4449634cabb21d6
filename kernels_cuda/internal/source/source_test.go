package source

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func folder(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func TestRead(t *testing.T) {
	all, err := Read(folder(map[string]string{
		"b.cu": "// What it does.\n//\n// variants: 90 61 80\n// loop: f FFMA\n// shared: f 4096\n// block: f 64\n\n// variants: 70\n",
		"a.cu": "int x;\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	a, b := all[0], all[1]
	if a.Name != "a" || !slices.Equal(a.Variants, []int{61}) {
		t.Errorf("a: %+v", a)
	}
	if b.Name != "b" || !slices.Equal(b.Variants, []int{61, 80, 90}) || b.PTX(80) != "b.sm_80.ptx" ||
		!maps.Equal(b.Loop, map[string]string{"f": "FFMA"}) ||
		!maps.Equal(b.Shared, map[string]int{"f": 4096}) || !maps.Equal(b.Block, map[string]int{"f": 64}) {
		t.Errorf("b: %+v", b)
	}
}

func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"// variants: sm_61\n":       `a.cu:1: variants: "sm_61"`,
		"// x\n// variants: 35\n":    `a.cu:2: variants: "35"`,
		"// variants: \n":            "a.cu:1: variants",
		"// loop: f\n":               `a.cu:1: loop: "f"`,
		"// shared: f many\n":        `a.cu:1: shared: "f many"`,
		"// block: f 0\n":            `a.cu:1: block: "f 0"`,
		"#include \"gone.cuh\"\n":    "gone.cuh",
		" # include \"a.cuh\" // \n": "gone2.cuh",
	} {
		_, err := Read(folder(map[string]string{"a.cu": text, "a.cuh": "#include \"gone2.cuh\"\n"}))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

// TestHead changes a source and its headers, one after the other.
func TestHead(t *testing.T) {
	files := map[string]string{
		"a.cu": "#include \"x.cuh\"\n#include <string.h>\n", "x.cuh": "#include \"y.cuh\"\n", "y.cuh": "#include \"x.cuh\"\n", "z.cuh": "",
	}
	head := func() string {
		all, err := Read(folder(files))
		if err != nil {
			t.Fatal(err)
		}
		return all[0].Head(61)
	}
	before := head()
	if !strings.HasPrefix(before, "// a.cu for compute_61") {
		t.Errorf("the head is %q", before)
	}
	for name, changes := range map[string]bool{"a.cu": true, "x.cuh": true, "y.cuh": true, "z.cuh": false} {
		text := files[name]
		files[name] += " "
		if (head() != before) != changes {
			t.Errorf("a change of %s changes the head: %v, want %v", name, !changes, changes)
		}
		files[name] = text
	}
}
