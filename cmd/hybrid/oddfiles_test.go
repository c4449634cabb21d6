//go:build unix

package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hybrid/internal/plain"
	"hybrid/npy"
)

// odd are what may lie where a file is read, each made at a path.
var odd = map[string]func(path string) error{
	"a pipe that nobody writes to": func(path string) error { return syscall.Mkfifo(path, 0o600) },
	"a link to such a pipe": func(path string) error {
		return errors.Join(syscall.Mkfifo(path+"_", 0o600), os.Symlink(filepath.Base(path)+"_", path))
	},
	"a socket": func(path string) error {
		fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
		if err != nil {
			return err
		}
		return errors.Join(syscall.Bind(fd, &syscall.SockaddrUnix{Name: path}), syscall.Close(fd))
	},
	"a folder":                    func(path string) error { return os.Mkdir(path, 0o777) },
	"a link to itself":            func(path string) error { return os.Symlink(filepath.Base(path), path) },
	"a link to nothing":           func(path string) error { return os.Symlink("nothing", path) },
	"a link to a device":          func(path string) error { return os.Symlink("/dev/zero", path) },
	"an empty file":               func(path string) error { return os.WriteFile(path, nil, 0o666) },
	"zeros":                       func(path string) error { return os.WriteFile(path, make([]byte, 9000), 0o666) },
	"an array with more than its": func(path string) error { return os.WriteFile(path, append(array(9), 0), 0o666) },
	"an array with less than its": func(path string) error { return os.WriteFile(path, array(1 << 40)[:200], 0o666) },
	"a terabyte of nothing": func(path string) error {
		return errors.Join(os.WriteFile(path, []byte("\x93NUMPY"), 0o666), os.Truncate(path, 1<<40))
	},
}

// array is a file of n numbers, without more than the first few.
func array(n int) []byte {
	h, err := npy.NewHeader(npy.Float64, n)
	if err != nil {
		panic(err)
	}
	return append(h.Bytes(), make([]byte, 8*min(n, 100))...)
}

// TestOddFiles gives every command that reads a file what is none: one line, status 2, and no wait.
func TestOddFiles(t *testing.T) {
	dir, err := os.MkdirTemp("", "") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	good := filepath.Join(dir, "good.npy")
	if err := os.WriteFile(good, array(9), 0o666); err != nil {
		t.Fatal(err)
	}
	readers := map[string]func(path string) []string{
		"heat": func(path string) []string { return []string{"heat", "--steps", "1", "--initial", path} },
		"a":    func(path string) []string { return []string{"matmul", "--a", path, "--b", good} },
		"b":    func(path string) []string { return []string{"matmul", "--a", good, "--b", path} },
		"sort": func(path string) []string { return []string{"sort", "--ranks", "2", "--in", path} },
		"bench": func(path string) []string {
			return []string{"bench", "--kernels", "pi", "--size", "pi=100", "--no-probes", "--no-scaling", "--baseline", path}
		},
		"restart": func(path string) []string { return []string{"heat", "--restart", path} },
	}
	i := 0
	for what, make := range odd {
		for reader, args := range readers {
			i++
			path := filepath.Join(dir, []string{"x", "\xff\xfe", "a\n\x1b[2J", "日"}[i%4]+strings.Repeat("n", i%30)+".npy")
			if err := make(path); err != nil {
				t.Fatal(what, err)
			}
			status, stdout, stderr := call(t, nil, append(args(path), "--quiet", "--gpu", "off")...)
			if status != 2 || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "hybrid: ") || plain.Text(strings.TrimSuffix(stderr, "\n"))+"\n" != stderr {
				t.Errorf("%s of %s: status %d, %q%q", reader, what, status, stdout, stderr)
			}
			os.RemoveAll(path)
			os.RemoveAll(path + "_")
		}
	}
	for _, path := range []string{"/proc/self/mem", "/proc/self/maps", "/dev/null", strings.Repeat("n", 256), strings.Repeat("../", 2000) + "x", good + "/x"} {
		for reader, args := range readers {
			link := filepath.Join(dir, "link.npy")
			if err := os.Symlink(path, link); err != nil && len(path) < 4000 {
				t.Fatal(err)
			}
			status, _, stderr := call(t, nil, append(args(link), "--quiet", "--gpu", "off")...)
			if status != 2 || strings.Count(stderr, "\n") != 1 {
				t.Errorf("%s of %.40s: status %d, %.300q", reader, path, status, stderr)
			}
			os.Remove(link)
		}
	}
}
