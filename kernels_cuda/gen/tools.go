package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"hybrid/kernels_cuda/internal/source"
)

// tools are NVIDIA's, from the wheels.
type tools struct {
	python, ptxas, nvdisasm string
}

//go:embed nvrtc.py
var nvrtc string

// findTools asks python where its packages are.
func findTools(python string) (tools, error) {
	out, err := output(exec.Command(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"))
	if err != nil {
		return tools{}, fmt.Errorf("no Python with NVIDIA's wheels: %w (make deps)", err)
	}
	nvidia := filepath.Join(strings.TrimSpace(string(out)), "nvidia")
	t := tools{python, filepath.Join(nvidia, "cuda_nvcc/bin/ptxas"), filepath.Join(nvidia, "cu13/bin/nvdisasm")}
	for _, file := range []string{t.ptxas, t.nvdisasm, filepath.Join(nvidia, "cuda_nvrtc/lib/libnvrtc.so.11.2")} {
		if _, err := os.Stat(file); err != nil {
			return tools{}, fmt.Errorf("%w (make deps)", err)
		}
	}
	return t, nil
}

// String says what compiles, for a log.
func (t tools) String() string {
	return fmt.Sprintf("NVRTC %s, %s, %s", source.Version, t.ptxas, t.nvdisasm)
}

// compile returns the PTX of a source for a compute capability, with its head.
// headers is the folder that it includes from.
func (t tools) compile(f *source.File, capability int, headers string) ([]byte, error) {
	args := append([]string{"-c", nvrtc, f.Name + ".cu", fmt.Sprintf("--gpu-architecture=compute_%d", capability),
		"--include-path=" + headers}, source.Options...)
	cmd := exec.Command(t.python, args...)
	cmd.Stdin = bytes.NewReader(f.Text)
	ptx, err := output(cmd)
	if err != nil {
		return nil, fmt.Errorf("compiling %s.cu for compute_%d: %w", f.Name, capability, err)
	}
	if !bytes.Contains(ptx, []byte("V"+source.Version)) {
		return nil, fmt.Errorf("%s.cu was compiled by another NVRTC than %s (make deps)", f.Name, source.Version)
	}
	ptx = bytes.TrimRight(ptx, "\x00\n")
	return append([]byte(f.Head(capability)), append(ptx, '\n')...), nil
}

// A use is what ptxas says that a kernel takes on an architecture.
type use struct {
	kernel            string
	registers, shared int // 32-bit registers of a thread, bytes of a block
	spills            int // bytes
}

var (
	entryLine = regexp.MustCompile(`Compiling entry function '(\w+)'`)
	spillLine = regexp.MustCompile(`(\d+) bytes spill stores, (\d+) bytes spill loads`)
	usedLine  = regexp.MustCompile(`Used (\d+) registers`)
	smemLine  = regexp.MustCompile(`(\d+) bytes smem`)
)

// assemble makes machine code for an architecture with an assembler, into the file
// cubin.
func assemble(ptxas string, ptx []byte, capability int, cubin string) ([]use, error) {
	file := strings.TrimSuffix(cubin, ".cubin") + ".ptx"
	if err := os.WriteFile(file, ptx, 0o666); err != nil {
		return nil, err
	}
	cmd := exec.Command(ptxas, "-v", fmt.Sprintf("-arch=sm_%d", capability), "-o", cubin, file)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s -arch=sm_%d: %w\n%s", ptxas, capability, err, out)
	}
	var all []use
	for line := range strings.Lines(string(out)) {
		if m := entryLine.FindStringSubmatch(line); m != nil {
			all = append(all, use{kernel: m[1]})
		}
		if len(all) == 0 {
			continue
		}
		u := &all[len(all)-1]
		if m := spillLine.FindStringSubmatch(line); m != nil {
			u.spills = number(m[1]) + number(m[2])
		}
		if m := usedLine.FindStringSubmatch(line); m != nil {
			u.registers = number(m[1])
		}
		if m := smemLine.FindStringSubmatch(line); m != nil {
			u.shared = number(m[1])
		}
	}
	return all, nil
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// output is what a command writes; what it complains of is part of its error.
func output(cmd *exec.Cmd) ([]byte, error) {
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, errors.Join(err, errors.New(strings.TrimSpace(complaint.String())))
	}
	return out, nil
}
