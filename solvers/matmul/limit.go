package matmul

import "time"

// Limit is how many floating-point operations a second this rank's hardware can do,
// which no product exceeds: on a processor what its threads reach all at once on data
// in registers, measured for about d; on a device what its clock and its arithmetic
// units, or tensor cores, give; 0 where that is not known.
func (s *Solver[T]) Limit(d time.Duration) float64 { return s.engine.Peak(d) }
