// Package wordcount counts how often each word occurs in files far larger than
// memory, on any number of ranks: a map and a reduction (J. Dean, S. Ghemawat,
// MapReduce: simplified data processing on large clusters, OSDI 2004).
//
// Map: the bytes of all files, one after the other, are divided evenly over the
// ranks, and those of a rank over its threads as they come for more. An edge
// between two parts moves forward to the next place that is not inside a word or a
// character (package words), so a word belongs to the part that it begins in, and
// the counts do not depend on where the edges are:
//
//	files     | a.txt        | b.txt                     | c.txt |
//	rank      |      0           |        1         |     2      |
//	thread      0 1 1 0 0 1 ...
//
// Every thread counts frequent words in a cache of its own (package lexicon), and
// what finds no place there goes to the rank's table; so memory grows with the
// number of different words alone.
//
// Reduction: a word has one rank that owns it, by its hash. Each rank sends the
// words of its table to their owners in one Alltoallv, or in several where they are
// many, whenever a table has grown large and at the end. Then every owner sorts,
// and rank 0 merges.
//
// What cannot be divided is read from beginning to end: standard input and other
// streams by rank 0, which scatters the text; files that are compressed or in UTF-16
// by one rank each, which hands the text out to its threads.
package wordcount
