// Package compare holds a study against an older one and tells what has become
// slower from what is noise. It measures nothing itself.
package compare

import "hybrid/study/result"

// Options say what counts as a regression; the zero value is a good choice.
type Options struct {
	Baseline  string  // the old result's file, for the comparison
	Tolerance float64 // part by which a cost may grow; 0 stands for 0.10
	// Again measures a kernel or a scaling point of the new study once more, if it
	// can. A regression is believed only if it is there each time, Attempts times. Again is called
	// with the same suspects in the same order wherever the two results are the same,
	// so that it may be collective. nil measures nothing again.
	Again    func(Suspect) (s result.Sample, ok bool)
	Attempts int // 0 stands for 3
}

// A Suspect is a point of the new study that looks slower than it was.
type Suspect struct {
	Change result.Change
	Point  *result.Point  // of the new result
	Series *result.Series // that the point is of; nil for one of Kernels
}

// Read reads the result of an earlier hybrid bench --json from a file. The error
// names the file, what is wrong with it and what to do.
func Read(path string) (*result.Result, error) {
	return nil, nil
}

// Against compares two studies number by number. See the package's comment for how
// it decides.
func Against(old, new *result.Result, o Options) *result.Comparison {
	return &result.Comparison{Baseline: o.Baseline, Tolerance: o.Tolerance}
}
