//go:build layers

package layers

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The headers of NVIDIA's that our cuda.h is compared with, where make deps puts
// them, and what they do not have of it, or other values for.
var headers = []struct {
	release string
	lacks   []string
}{
	{"11.8", []string{"CUDA_KERNEL_NODE_PARAMS_v2_st", "CU_CTX_FLAGS_MASK"}}, // the one came, the other grew with 12
	{"12.9", nil},
}

func headerFolder(root, release string) string {
	return filepath.Join(root, "build", "cuda-"+release, "nvidia", "cuda_runtime", "include")
}

// TestCUDAHeader compares our cuda.h with NVIDIA's: the values of constants, sizes
// and offsets of structures by a program that is compiled with each, the prototypes
// by declaring every function once more behind theirs.
func TestCUDAHeader(t *testing.T) {
	need(t, "cuda")
	t.Parallel()
	own := filepath.Join(root(t), "gpu", "lazycuda")
	text, err := os.ReadFile(filepath.Join(own, "cuda.h"))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range headers {
		t.Run(h.release, func(t *testing.T) {
			theirs := headerFolder(root(t), h.release)
			program, facts := factsProgram(string(text), h.lacks)
			want := compiled(t, own, program)
			got := compiled(t, theirs, program)
			if n := strings.Count(want, "\n"); n != facts || n < 300 {
				t.Fatalf("the program tells %d facts of %d", n, facts)
			}
			wantLines, gotLines := strings.Split(want, "\n"), strings.Split(got, "\n")
			for i, line := range wantLines {
				if gotLines[i] != line {
					t.Errorf("cuda.h: %s; CUDA %s: %s", line, h.release, gotLines[i])
				}
			}
			compiled(t, theirs, "#include <cuda.h>\n"+strings.Join(prototypes(string(text)), "\n")+"\nint main(void) { return 0; }\n")
		})
	}
	// The check itself can fail.
	broken := strings.Replace(string(text), "CUresult cuMemAlloc_v2(CUdeviceptr *", "CUresult cuMemAlloc_v2(int *", 1)
	res := compile(t, headerFolder(root(t), "12.9"), "#include <cuda.h>\n"+strings.Join(prototypes(broken), "\n")+"\nint main(void) { return 0; }\n", filepath.Join(t.TempDir(), "a"))
	if res.code == 0 || !strings.Contains(res.stderr, "cuMemAlloc") {
		t.Errorf("a wrong prototype was not found\n%s", res)
	}
}

// prototypes are the declarations of functions in a header.
func prototypes(header string) []string {
	all := regexp.MustCompile(`(?m)^CUresult cu\w+\(.*\);$`).FindAllString(header, -1)
	if len(all) < 100 {
		panic(fmt.Sprintf("cuda.h has %d prototypes", len(all)))
	}
	return all
}

// factsProgram prints a line for each constant, structure and member of a header.
func factsProgram(header string, lacks []string) (program string, facts int) {
	var b strings.Builder
	b.WriteString("#include <cuda.h>\n#include <stddef.h>\n#include <stdio.h>\nint main(void) {\n")
	line := func(name, expression string) {
		fmt.Fprintf(&b, "\tprintf(\"%%s %%lld\\n\", \"%s\", (long long)(%s));\n", name, expression)
		facts++
	}
	for _, m := range regexp.MustCompile(`(?ms)^typedef enum \w+ \{\n(.*?)^\}`).FindAllStringSubmatch(header, -1) {
		for _, c := range regexp.MustCompile(`(?m)^\t(\w+) = `).FindAllStringSubmatch(m[1], -1) {
			if !slices.Contains(lacks, c[1]) {
				line(c[1], c[1])
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?ms)^typedef struct (\w+) \{\n(.*?)^\} (\w+);`).FindAllStringSubmatch(header, -1) {
		if slices.Contains(lacks, m[1]) {
			continue
		}
		line("sizeof "+m[1], "sizeof(struct "+m[1]+")")
		for _, f := range regexp.MustCompile(`(?m)(\w+)(?:\[\w+\])?;$`).FindAllStringSubmatch(m[2], -1) {
			line("offset of "+f[1]+" in "+m[1], "offsetof(struct "+m[1]+", "+f[1]+")")
			line("size of "+f[1]+" in "+m[1], "sizeof(((struct "+m[1]+" *)0)->"+f[1]+")")
		}
	}
	for _, name := range []string{"CUdevice", "CUdeviceptr", "CUcontext", "CUmodule", "CUfunction", "CUstream", "CUevent", "CUuuid", "CUresult"} {
		line("sizeof "+name, "sizeof("+name+")")
	}
	b.WriteString("\treturn 0;\n}\n")
	return b.String(), facts
}

// compile compiles C text with the cuda.h of a folder.
func compile(t *testing.T, folder, text, to string) result {
	t.Helper()
	if err := os.WriteFile(to+".c", []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return run(t, command{args: []string{"cc", "-Wall", "-Werror", "-Wno-deprecated-declarations", "-I", folder, "-o", to, to + ".c"}})
}

// compiled is what a program that compile has made prints.
func compiled(t *testing.T, folder, text string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "a")
	if res := compile(t, folder, text, to); res.code != 0 {
		t.Fatalf("%s", res)
	}
	return must(t, command{args: []string{to}}).stdout
}
