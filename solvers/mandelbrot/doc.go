// Package mandelbrot counts how long the points of a picture take to escape from
// the Mandelbrot set's iteration, on ranks that share the work out while they
// do it: the standard example of work whose cost nobody knows beforehand.
//
// # Numbers
//
// Pixel (i, j), column i and row j from the upper left, is the point
//
//	c = center + ((i + 1/2 - width/2) s, (height/2 - j - 1/2) s),  s = 3/(zoom width)
//
// and its count is the k at which |z|² first exceeds 4 under z <- z² + c from
// z = 0, or the greatest count if there is none before: see package escape for the
// roundings, which are the same everywhere.
//
// # Tiles
//
// The picture is cut into tiles of 64 x 64 pixels, numbered row by row. A schedule
// says which rank counts which tiles, see Schedule. Within a rank the threads take
// tiles from one queue. The rank's own thread counts as well, and sees to the
// messages about once in a millisecond while it does; all of them are nonblocking,
// and a rank asks for more before it has run out.
//
// # Result
//
// Every rank has a band of whole rows of tiles, which it writes. It keeps the counts of
// tiles from other bands until all are done, and sends them then. A rank needs 4 bytes
// for each pixel of its band and 8 for each that it has counted for another one.
package mandelbrot
