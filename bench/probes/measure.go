package main

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"runtime"
	"strconv"
	"strings"

	"hybrid/internal/mpilib"
	"hybrid/study/probe"
	"hybrid/study/result"
)

// threads of the two places where cores are measured.
func threads(on string) int {
	if on == probe.OneCore {
		return 1
	}
	return runtime.NumCPU()
}

func openMP(on string) []string { return []string{"OMP_NUM_THREADS=" + strconv.Itoa(threads(on))} }

// runHybrid takes a group of hybrid's probes.
func runHybrid(env []string, program []string, group string, s settings, threads int) ([]result.Probe, error) {
	args := append(program, group, fmt.Sprint(s.seconds), fmt.Sprint(threads), fmt.Sprint(s.longest))
	out, err := command(env, args...)
	if err != nil {
		return nil, err
	}
	var probes []result.Probe
	if err := json.Unmarshal([]byte(out), &probes); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return probes, nil
}

// lines calls f for every line that a program prints, with its words but the last,
// and with that as a number.
func lines(out string, f func(name string, v float64)) error {
	for line := range strings.Lines(strings.TrimSpace(out)) {
		line = strings.TrimSpace(line)
		at := strings.LastIndexByte(line, ' ')
		v, err := strconv.ParseFloat(line[at+1:], 64)
		if err != nil || at < 0 {
			return fmt.Errorf("%q is no name and number", line)
		}
		f(line[:at], v)
	}
	return nil
}

func (p *programs) memory(s settings, f *figures) error {
	probes, err := runHybrid(nil, []string{p.dir + "/worker"}, "memory", s, runtime.NumCPU())
	if err != nil {
		return err
	}
	bytes := map[string]int{} // of an array, by place
	for _, q := range probes {
		bytes[q.On] = q.Bytes
		f.hybrid(q.Name+", "+q.On, q.Unit, q.Values)
	}
	for _, on := range []string{probe.OneCore, probe.AllCores} {
		if bytes[on] == 0 {
			continue
		}
		out, err := command(openMP(on), p.dir+"/stream", fmt.Sprint(bytes[on]), "9")
		if err != nil {
			return err
		}
		if err := lines(out, func(name string, v float64) { f.c(name+", "+on, "B/s", v) }); err != nil {
			return err
		}
	}
	return nil
}

func (p *programs) arithmetic(s settings, f *figures) error {
	probes, err := runHybrid(nil, []string{p.dir + "/worker"}, "arithmetic", s, runtime.NumCPU())
	if err != nil {
		return err
	}
	places := map[string]bool{}
	for _, q := range probes {
		places[q.On] = true
		f.hybrid(q.DType+", "+q.On, q.Unit, q.Values)
	}
	for _, on := range []string{probe.OneCore, probe.AllCores} {
		if !places[on] {
			continue
		}
		out, err := command(openMP(on), p.dir+"/cores", "fma", fmt.Sprint(s.seconds))
		if err != nil {
			return err
		}
		if err := lines(out, func(name string, v float64) { f.c(name+", "+on, "flop/s", v) }); err != nil {
			return err
		}
	}
	return nil
}

func (p *programs) caches(s settings, f *figures) error {
	probes, err := runHybrid(nil, []string{p.dir + "/worker"}, "caches", s, runtime.NumCPU())
	if err != nil {
		return err
	}
	for _, q := range probes {
		name := fmt.Sprintf("L%d, %d bytes, %s", q.Level, q.Bytes, q.On)
		f.hybrid(name, q.Unit, q.Values)
		out, err := command(openMP(q.On), p.dir+"/cores", "triad", fmt.Sprint(s.seconds/3), fmt.Sprint(q.Bytes))
		if err != nil {
			return err
		}
		if err := lines(out, func(_ string, v float64) { f.c(name, "B/s", v) }); err != nil {
			return err
		}
	}
	return nil
}

// messages compares under one MPI; both programs are bound as the launcher binds.
func (p *programs) messages(w mpilib.Library, s settings, f *figures) error {
	if _, err := exec.LookPath(w.MPIRun); err != nil {
		return err
	}
	out, err := command(w.Env, w.Launch(2, p.dir+"/messages."+w.Name, fmt.Sprint(s.seconds), fmt.Sprint(s.longest))...)
	if err != nil {
		return err
	}
	units := map[string]string{"bandwidth": "B/s"}
	unit := func(name string) string {
		if u, ok := units[strings.Fields(name)[0]]; ok {
			return u
		}
		return "s"
	}
	if err := lines(out, func(name string, v float64) { f.c(name, unit(name), v) }); err != nil {
		return err
	}
	probes, err := runHybrid(w.Env, w.Launch(2, p.dir+"/worker"), "messages,all-reduce", s, 1)
	if err != nil {
		return err
	}
	for _, q := range probes {
		if q.On != probe.SameNode {
			continue
		}
		name, library := strings.CutPrefix(q.Name, "library ")
		name = fmt.Sprintf("%s %d", name, q.Bytes)
		if library {
			f.library(name, q.Unit, q.Values)
		} else {
			f.hybrid(name, q.Unit, q.Values)
		}
	}
	return nil
}
