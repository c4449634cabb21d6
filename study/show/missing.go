package show

import "hybrid/study/result"

// missing is the section of what is not there, and why.
func missing(r *result.Result) section {
	s := section{ID: "missing", Short: "Not here", Title: "What is not here, and why"}
	var p part
	for _, why := range r.Notes {
		p.Notes = append(p.Notes, note{Is: phrase{words(why)}})
	}
	if p.Notes != nil {
		p.Full = true
		s.Parts = []part{p}
	}
	return s
}
