package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
)

// A peer is a numpy process with so many OpenBLAS threads.
type peer struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
	lib string
}

func startPeer(python string, threads int) (*peer, error) {
	cmd := exec.Command(python, "bench/matmul/openblas.py")
	cmd.Env = append(os.Environ(), "OPENBLAS_NUM_THREADS="+strconv.Itoa(threads))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("-python: %w: want a Python that has numpy", err)
	}
	p := &peer{cmd: cmd, in: in, out: bufio.NewScanner(out)}
	if p.lib, err = p.line(); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *peer) line() (string, error) {
	if !p.out.Scan() {
		return "", fmt.Errorf("%s ended: %v", p.cmd, p.cmd.Wait())
	}
	return p.out.Text(), nil
}

// measure returns the seconds of the fastest call.
func (p *peer) measure(s shape, seconds float64) (float64, error) {
	if _, err := fmt.Fprintf(p.in, "%s %d %d %d %g\n", s.dtype, s.m, s.n, s.k, seconds); err != nil {
		return 0, err
	}
	text, err := p.line()
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(text, 64)
}

func (p *peer) close() error {
	p.in.Close()
	return p.cmd.Wait()
}
