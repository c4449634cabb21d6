package main

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// A loop is the instructions from the target of a backward branch to the branch.
type loop struct {
	first, last int // addresses
	opcodes     []string
	inner       bool // no other loop lies in it
}

var (
	sectionLine = regexp.MustCompile(`^\t\.section\t\.text\.(\w+),`)
	labelLine   = regexp.MustCompile(`^(\.L[\w.]+):`)
	opLine      = regexp.MustCompile(`^\s+/\*([0-9a-f]+)\*/\s+(?:@!?U?P\w+ +)?([A-Z]\w*(?:\.\w+)*)(.*)`)
	target      = regexp.MustCompile("`\\((\\.L[\\w.]+)\\)")
)

// loops finds the loops of every kernel in what nvdisasm -c writes.
func loops(text string) map[string][]loop {
	found := map[string][]loop{}
	kernel := ""
	type op struct {
		at     int
		opcode string
	}
	var ops []op
	labels := map[string]int{} // the address of the next instruction
	var waiting []string
	for line := range strings.Lines(text) {
		if m := sectionLine.FindStringSubmatch(line); m != nil {
			kernel, ops = m[1], nil
			found[kernel] = nil
			continue
		}
		if m := labelLine.FindStringSubmatch(line); m != nil {
			waiting = append(waiting, m[1])
			continue
		}
		m := opLine.FindStringSubmatch(line)
		if m == nil || kernel == "" {
			continue
		}
		ops = append(ops, op{hexadecimal(m[1]), m[2]})
		here := ops[len(ops)-1].at
		for _, l := range waiting {
			labels[l] = here
		}
		waiting = nil
		to := target.FindStringSubmatch(m[3])
		if to == nil || !strings.HasPrefix(m[2], "BRA") {
			continue
		}
		// A branch to itself is the end of a kernel's text.
		if start, ok := labels[to[1]]; ok && start < here {
			l := loop{first: start, last: here}
			for _, o := range ops {
				if o.at >= start {
					l.opcodes = append(l.opcodes, o.opcode)
				}
			}
			found[kernel] = append(found[kernel], l)
		}
	}
	for _, all := range found {
		for i := range all {
			all[i].inner = !slices.ContainsFunc(all, func(o loop) bool {
				return o.first >= all[i].first && o.last <= all[i].last && o.last-o.first < all[i].last-all[i].first
			})
		}
	}
	return found
}

func hexadecimal(s string) int {
	n := 0
	for _, c := range s {
		n = 16*n + strings.IndexRune("0123456789abcdef", c)
	}
	return n
}

// hottest chooses the inner loop: that with most instructions of the kind work, the
// shorter of equals, or, where work is "", the longest innermost one.
func hottest(all []loop, work string) (loop, bool) {
	if work == "" {
		all = slices.DeleteFunc(slices.Clone(all), func(l loop) bool { return !l.inner })
	}
	if len(all) == 0 {
		return loop{}, false
	}
	l := slices.MaxFunc(all, func(a, b loop) int {
		if work == "" {
			return len(a.opcodes) - len(b.opcodes)
		}
		return cmp.Or(a.count(work)-b.count(work), len(b.opcodes)-len(a.opcodes))
	})
	return l, work == "" || l.count(work) > 0
}

// count is the number of instructions of a kind.
func (l loop) count(kind string) int {
	n := 0
	for _, o := range l.opcodes {
		if o == kind || strings.HasPrefix(o, kind+".") {
			n++
		}
	}
	return n
}

// kinds counts the instructions by their names without modifiers, most frequent
// first.
func (l loop) kinds() (names []string, counts map[string]int) {
	counts = map[string]int{}
	for _, o := range l.opcodes {
		counts[kind(o)]++
	}
	for n := range counts {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	return names, counts
}

// kind is an opcode without modifiers, but with those that tell a product from a
// move or a sum.
func kind(opcode string) string {
	base, rest, _ := strings.Cut(opcode, ".")
	switch {
	case base == "IMAD" && rest != "":
		modifier, _, _ := strings.Cut(rest, ".")
		if slices.Contains([]string{"WIDE", "HI", "MOV", "IADD", "SHL", "X"}, modifier) {
			return base + "." + modifier
		}
	case (base == "LDS" || base == "LDG" || base == "STS" || base == "STG") && rest != "":
		if strings.Contains(rest, "128") {
			return base + ".128"
		}
		if strings.Contains(rest, "64") {
			return base + ".64"
		}
	}
	return base
}

// unitsOf says which units execute an instruction, besides its issue.
func unitsOf(opcode string) []unit {
	base, _, _ := strings.Cut(opcode, ".")
	switch base {
	case "FFMA", "FMUL", "FADD", "HFMA2", "HMUL2", "HADD2":
		return []unit{fp32}
	case "IMAD", "IMUL", "IDP", "IDP4A":
		return []unit{fp32, imad}
	case "DFMA", "DMUL", "DADD", "DSETP":
		return []unit{fp64}
	case "DMMA", "HMMA", "IMMA", "BMMA":
		return []unit{tensor}
	case "MUFU", "POPC", "FLO", "BREV", "I2F", "F2I", "F2F", "FRND", "I2I":
		return []unit{xu}
	case "LDS", "LDG", "LDL", "LD", "STS", "STG", "STL", "ST", "LDSM", "LDGSTS", "SHFL", "ATOM", "ATOMG", "ATOMS", "RED", "REDG", "LDC":
		return []unit{lsu}
	case "IADD3", "VIADD", "LOP3", "SHF", "ISETP", "FSETP", "SEL", "FSEL", "IMNMX", "VIMNMX", "FMNMX", "LEA", "PRMT", "MOV", "PLOP3",
		"IABS", "P2R", "R2P", "SGXT", "BMSK", "FCHK", "VIADDMNMX", "CS2R", "VABSDIFF", "VOTE", "FSWZADD":
		return []unit{alu}
	}
	return nil
}

// weight is how often an instruction takes its unit as long as the unit's rate says:
// matrix products of other shapes and types than DMMA.884 take longer or shorter.
func weight(opcode string) float64 {
	switch {
	case strings.HasPrefix(opcode, "DMMA.16x8x8"):
		return 4
	case strings.HasPrefix(opcode, "HMMA.1688.F32.TF32"):
		return 0.5 // 1024 fused products, eight times as fast
	}
	return 1
}

// weigh is count with every instruction's weight.
func (l loop) weigh(kind string) float64 {
	sum := 0.0
	for _, o := range l.opcodes {
		if o == kind || strings.HasPrefix(o, kind+".") {
			sum += weight(o)
		}
	}
	return sum
}

// bound is the time of the loop for a warp, in cycles of a multiprocessor that does
// nothing else, the unit that sets it, and the part of it in which the unit of the
// work would be done.
func (l loop) bound(rates map[unit]float64, work string) (cycles float64, busiest unit, fraction float64) {
	load := map[unit]float64{}
	for _, o := range l.opcodes {
		load[issue]++
		for _, u := range unitsOf(o) {
			load[u] += weight(o)
		}
	}
	for _, u := range units {
		if load[u] == 0 || rates[u] == 0 {
			continue
		}
		if t := 32 * load[u] / rates[u]; t > cycles {
			cycles, busiest = t, u
		}
	}
	slowest := 0.0 // of the units of the work
	of := unitsOf(work)
	if of == nil {
		of = []unit{issue}
	}
	for _, u := range of {
		if rates[u] > 0 {
			slowest = max(slowest, 32*l.weigh(work)/rates[u])
		}
	}
	return cycles, busiest, slowest / cycles
}
