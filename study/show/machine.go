package show

import (
	"fmt"
	"strings"

	"hybrid/study/result"
)

// A fact is one thing known about the machine.
type fact struct {
	Name string
	Is   phrase
}

// machine is what the study ran on.
func machine(r *result.Result) []fact {
	m := r.Machine
	var facts []fact
	add := func(name, is string) {
		if is != "" {
			facts = append(facts, fact{name, phrase{words(is)}})
		}
	}
	add("processor", m.CPU)
	add("instructions", m.ISA)
	facts = append(facts, fact{"cores", phrase{whole(m.Cores)}})
	add("hosts", some(m.Hosts))
	add("devices", counted(m.Devices))
	add("date", m.Date)
	return facts
}

// some names a few hosts and says how many more there are.
func some(names []string) string {
	const few = 4
	if len(names) <= few {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%d: %s, %s, ... %s", len(names), names[0], names[1], names[len(names)-1])
}

// counted says each name once: "4 × NVIDIA H200".
func counted(names []string) string {
	var kinds []string
	for _, name := range distinct(names, func(s string) string { return s }) {
		n := 0
		for _, other := range names {
			if other == name {
				n++
			}
		}
		if n > 1 {
			name = fmt.Sprintf("%d × %s", n, name)
		}
		kinds = append(kinds, name)
	}
	return strings.Join(kinds, ", ")
}
