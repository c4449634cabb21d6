package mandelbrot

import "hybrid/mpi/schedule"

// A Schedule says which rank counts which tiles. It changes the time that the work
// takes and nothing else.
type Schedule = schedule.Schedule

// The schedules; see package schedule.
const (
	Dynamic  = schedule.Dynamic
	Static   = schedule.Static
	Cyclic   = schedule.Cyclic
	Guided   = schedule.Guided
	Stealing = schedule.Stealing
)

// Schedules are the names of the schedules.
func Schedules() []string { return schedule.Names() }
