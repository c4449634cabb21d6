// Package checkpoint saves what a run needs to go on, while it goes on, and reads it on
// any other number of ranks.
//
// A checkpoint is a folder, and it is there whole or not at all: the manifest gets its
// name last, when everything else is on the disk.
//
//	DIR/checkpoint_000005000/     5000 steps are done, or samples, rows, ...
//	    field_0.npy field_1.npy   a part of each rank, of each array: whole .npy files
//	    manifest.json             what it is of, where each part belongs, and checksums
//
// The first line of the manifest has the CRC-32C of all that follows it; the rest is one
// JSON object together with that line, see Manifest. Parts have the CRC-32C of their whole
// files (Castagnoli's polynomial, as in iSCSI, RFC 3720, appendix B.4, for which amd64 and
// arm64 have instructions).
//
// A run of all ranks writes:
//
//	folder, err := checkpoint.Take(comm, dir, checkpoint.Options{Keep: 2})
//	w, err := folder.Begin(checkpoint.Header{Done: step, ...})
//	checkpoint.Add(w, "field", ny, nx, mine, func(p *checkpoint.Part[float64]) error {
//		return p.Put(row, values) // for each of the rank's rows
//	})
//	folder.Seal(w)                // from here on the parts are written beside the run
//	for !folder.Idle() { ...; folder.Attend(...) }
//
// and reads:
//
//	r, err := checkpoint.Open(comm, path)   // refuses what is damaged, and says what is
//	err = checkpoint.Rows(r, "field", lo, hi, values)
package checkpoint
