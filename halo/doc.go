// Package halo cuts a global grid of one to three dimensions over the ranks of a
// communicator and renews what each part knows of its neighbours. With package mpi it is
// what a distributed solver needs beside its own numbers:
//
//	g, err := halo.New(c, []int{ny, nx}, halo.Options{})   // cut the grid
//	u, v := halo.NewField[float64](g), halo.NewField[float64](g)
//	u.Fill(initial)
//	for range steps {
//		err := u.Update(func(b halo.Box) { step(u, v, b) }) // renew the halo, make all cells
//		u, v = v, u
//	}
//	err = u.EachRow(write)                                  // whole rows, for a file
//
// # The layout
//
// Cells are numbered along each dimension of the whole grid, everywhere: in boxes, in
// Fill, in rows. A part has some of them, and around these a halo of Depth cells, copies
// of its neighbours' cells, corners too. This is rank 4 of 3 x 3, with a halo of 1:
//
//	        12   13 14 15 16   17          columns
//	      +----+-------------+----+
//	   8  | r0 | r1 r1 r1 r1 | r2 |        rN   copies of cells of rank N
//	      +----+-------------+----+
//	   9  | r3 |  .  .  .  . | r5 |        .    own cells, which the part makes
//	  10  | r3 |  .  i  i  . | r5 |        i    own cells that no halo cell reaches
//	  11  | r3 |  .  .  .  . | r5 |
//	      +----+-------------+----+
//	  12  | r6 | r7 r7 r7 r7 | r8 |
//	rows  +----+-------------+----+
//
// In a Field they lie row by row, the halo among them, so that a neighbour is Stride
// places away. Along a periodic dimension the first part's halo is of the last part, and
// numbers count on: -1 is the last cell. Beyond an open end there is a halo too, which no
// exchange writes: a place for a boundary's values.
//
// # Deep halos
//
// A halo of k times the stencil's reach is renewed every k steps. The steps between make
// ever smaller boxes, the first k-1 of them some halo cells again, in the place of
// messages:
//
//	err := errors.Join(u.Start(), u.Finish())
//	for left := g.Depth(); left > 0; left-- {
//		step(u, v, g.Grow(left-1))
//		u, v = v, u
//	}
//
// Every field that a step reads beyond its own cells has to be renewed: of a wave
// equation, whose step makes next of u and old, both u and old. Several fields of a grid
// may be under way at once: Start them all, then Finish them in any order.
//
// # What it costs
//
// An exchange is one message to each part around this one, all under way at once: in two
// dimensions 4 with an edge and 4 with a corner, in three 6, 12 and 8. For parts of
// a x b x c cells and a depth of k they have, as far as there are neighbours,
//
//	1-D    2 messages    2 k
//	2-D    8             2 k (a + b) + 4 k^2
//	3-D    26            2 k (a b + b c + a c) + 4 k^2 (a + b + c) + 8 k^3
//
// values, which are copied once to the message and once from it. Where nothing is said
// New takes the parts with the least surface. A solver whose stencil has no diagonals
// and makes one step between exchanges needs no corners: NewExchange names directions.
//
// Update computes while messages are under way. How far they get meanwhile is the
// transport's: see package mpi. On devices the edges go by links, see Connect, or through pinned memory of the
// host, in a stream of their own, while kernels make the cells that need none.
//
// # Failure
//
// What New refuses, it refuses on every rank with the same words. All ranks exchange
// together, in the same order. The grid's messages have the 57 highest tags of its
// communicator, which are of no other use there.
//
// The three verbs are those of ImplicitGlobalGrid.jl (Omlin, Räss, Utkin, "Distributed
// parallelization of xPU stencil computations in Julia", 2022).
package halo
