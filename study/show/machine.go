package show

import (
	"fmt"
	"strings"
	"time"

	"hybrid/study/result"
)

// processor is the name of a fact.
const processor = "processor"

// machine is what the study ran on.
func machine(r *result.Result) []note {
	m := r.Machine
	var facts []note
	add := func(name, is string) {
		if is != "" {
			facts = append(facts, note{name, phrase{words(is)}})
		}
	}
	add(processor, m.CPU)
	add("instructions", m.ISA)
	if m.Cores > 0 {
		facts = append(facts, note{"cores", phrase{whole(m.Cores)}})
	}
	add("hosts", some(m.Hosts))
	add("devices", counted(m.Devices))
	if when, err := time.Parse(time.RFC3339, m.Date); err == nil {
		add("date", when.UTC().Format("2 January 2006, 15:04 UTC"))
	} else {
		add("date", m.Date)
	}
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
