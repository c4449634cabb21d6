// Command wordcount runs hybrid wordcount beside what people use, in turn on the
// same file, and prints a table:
//
//	go run ./bench/wordcount
//	go run ./bench/wordcount -file big.txt -rounds 5
//
// The file is by default a gibibyte of the Go toolchain's sources. The peers are wc
// -w, which only counts how many words there are, and, once, the pipeline of tr, sort
// and uniq that gives the same answer: it is compared byte for byte. All run in the C
// locale, and the file is in the system's cache.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"hybrid/bench/internal/table"
)

// pipeline gives a line for each word: word, tab, count; by falling count, words of
// one count in the order of their bytes. tr leaves an empty line where the text
// begins with something else than a letter.
const pipeline = `tr -cs 'A-Za-z' '\n' <"$1" | tr A-Z a-z | grep . | sort | uniq -c | sort -k1,1nr -k2 | awk '{ print $2 "\t" $1 }' >"$2"`

func main() {
	file := flag.String("file", "", "text; empty for a gibibyte of Go sources")
	rounds := flag.Int("rounds", 5, "times that each program runs")
	flag.Parse()
	if err := run(*file, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench/wordcount:", err)
		os.Exit(1)
	}
}

func run(file string, rounds int) error {
	dir, err := os.MkdirTemp("", "wordcount")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if file == "" {
		file = filepath.Join(dir, "text")
		if err := sources(file, 1<<30); err != nil {
			return err
		}
	}
	hybrid := filepath.Join(dir, "hybrid")
	if out, err := exec.Command("go", "build", "-o", hybrid, "./cmd/hybrid").CombinedOutput(); err != nil {
		return fmt.Errorf("building hybrid, in the repository's root: %w\n%s", err, out)
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	want, got := filepath.Join(dir, "want.tsv"), filepath.Join(dir, "got.tsv")
	whole, _, err := timed("sh", "-c", pipeline, "sh", file, want)
	if err != nil {
		return err
	}
	count := func(flags ...string) func() (float64, float64, error) {
		args := append([]string{hybrid, "wordcount", "--words", "ascii", "--fold", "--quiet", "--out", got}, append(flags, file)...)
		return func() (float64, float64, error) {
			seconds, rss, err := timed(args...)
			return seconds, rss, errors.Join(err, same(want, got))
		}
	}
	programs := []struct {
		name    string
		run     func() (seconds, rss float64, err error)
		seconds []float64
		rss     float64
		ranks   float64
	}{
		{name: "wc -w", run: func() (float64, float64, error) { return timed("wc", "-w", file) }, ranks: 1},
		{name: "hybrid, 1 rank of 1 thread", run: count("--ranks", "1", "--threads", "1"), ranks: 1},
		{name: "hybrid, 1 rank of 2 threads", run: count("--ranks", "1", "--threads", "2"), ranks: 1},
		{name: "hybrid, 2 ranks of 1 thread", run: count("--ranks", "2", "--threads", "1"), ranks: 2},
	}
	for range rounds {
		for i := range programs {
			p := &programs[i]
			seconds, rss, err := p.run()
			if err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
			p.seconds, p.rss = append(p.seconds, seconds), max(p.rss, rss)
		}
	}
	megabytes := float64(info.Size()) / 1e6
	fmt.Printf("%s, %d cores; %s; %.0f MB of text; %d rounds\n\n", table.CPU(), runtime.NumCPU(), runtime.Version(), megabytes, rounds)
	fmt.Println("| program | MB/s | ratio to wc -w: median (least to most) | to tr, sort, uniq, sort | peak MiB a rank |")
	fmt.Println("|---|---:|---:|---:|---:|")
	fmt.Printf("| tr, tr, sort, uniq -c, sort (once) | %.0f | %.2f | 1 | |\n", megabytes/whole, table.Median(programs[0].seconds)/whole)
	for _, p := range programs {
		ratios := make([]float64, rounds)
		for i := range ratios {
			ratios[i] = programs[0].seconds[i] / p.seconds[i]
		}
		fmt.Printf("| %s | %.0f | %.2f (%.2f to %.2f) | %.1f | %.0f |\n", p.name, megabytes/table.Median(p.seconds),
			table.Median(ratios), slices.Min(ratios), slices.Max(ratios), whole/table.Median(p.seconds), p.rss/p.ranks/(1<<20))
	}
	return nil
}

// timed runs a program and returns its time and the most memory that it had.
func timed(args ...string) (seconds, rss float64, err error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	seconds = time.Since(began).Seconds()
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		rss = float64(u.Maxrss) * 1024
	}
	return seconds, rss, nil
}

// same reports files that differ.
func same(want, got string) error {
	a, err := os.ReadFile(want)
	if err != nil {
		return err
	}
	b, err := os.ReadFile(got)
	if err == nil && !bytes.Equal(a, b) {
		err = errors.New("the words or their counts differ from those of the pipeline")
	}
	return err
}

// sources writes the Go toolchain's sources, over and over, until there are so many
// bytes.
func sources(path string, size int64) error {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	// File by file: a parent's memory would count as its children's.
	left := size
	for left > 0 && err == nil {
		err = filepath.WalkDir(filepath.Join(strings.TrimSpace(string(root)), "src"), func(p string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() || filepath.Ext(p) != ".go" || left == 0 {
				return err
			}
			in, err := os.Open(p)
			if err != nil {
				return err
			}
			defer in.Close()
			n, err := io.Copy(f, io.LimitReader(in, left))
			left -= n
			return err
		})
		if left == size {
			err = errors.Join(err, errors.New("no Go sources"))
		}
	}
	return errors.Join(err, f.Close())
}
