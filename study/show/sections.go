package show

import "hybrid/study/result"

// sections are what the terminal and the page show, those with something in them.
func sections(r *result.Result) []section {
	var filled []section
	for _, s := range []section{probes(r), kernels(r), scaling(r), projections(r), versus(r), comparison(r), missing(r)} {
		if len(s.Parts) > 0 {
			filled = append(filled, s)
		}
	}
	return filled
}
