// Package schedule shares out a run of tiles, pieces of work that belong to no rank, over
// the ranks of a communicator while they are worked on. Which rank takes which tile may
// differ from run to run; all are taken once. So a slow rank, or one that others keep from
// its processor, gets less of the work, and nobody has to know how fast anybody is.
//
// Tiles of a rank lie in its queue. Its workers, threads or a device, take them from the
// front, one of them beside the messages of the schedule; other ranks take them from the
// back.
package schedule
