// Package mpi is message passing between ranks: goroutines of this process, or
// the tasks of mpirun or srun where the program is built with the tag mpi and an
// MPI library. Programs are written once, against Comm:
//
//	err := mpi.Run(ranks, func(c *mpi.Comm) error {
//		...
//		_, err := mpi.Sendrecv(c, lower, prev, 0, halo, next, 0)
//		...
//	})
//
// # The packages around it
//
// Under Comm lies package pattern, the algorithms of collectives, which the local
// transport and hybrid's command patterns share; it knows of no transport. On Comm lie
// those that use nothing but its methods, as a program would:
//
//	gather    whole values of Go, passed as JSON
//	input     files that all ranks read
//	output    files that all ranks write, complete or not there
//	memcheck  is there memory for what the ranks are about to take?
//	schedule  work shared out over ranks while it is done
//	idle      ranks that wait without using their core
//	mpitest   the conformance suite of a transport
//
// # What matches what
//
// A message goes to a receive of the same communicator whose source is the
// sender's rank or AnySource and whose tag is the message's or AnyTag. Among
// several receives it goes to the one posted first; a receive takes, among
// several messages, the one that arrived first. Messages of one sender that match
// the same receive arrive in the order sent. The element type is not compared;
// lengths are bytes. A message longer than the receive's buffer is an error of the
// receive and is gone; a shorter one is not an error. Collectives travel in a
// space of their own and never meet receives.
//
// # Who waits when
//
//	Send          until the buffer may be reused: at once for a short message,
//	              until the receive for a long one (local: above 16 KiB)
//	Recv, Probe   until a message is there
//	Isend, Irecv  never; their Wait waits as Send and Recv do
//	collectives   until this rank's part is done, which may be before others
//	              have come, except for Barrier
//
// One goroutine uses a Comm and its Requests: the one that Run calls. Under MPI
// a call from another one is refused. What others compute meanwhile is free, and
// a nonblocking transfer of the local transport needs no call to make progress.
//
// # Failure
//
// A call that cannot be made, with a rank, tag or root outside of what is allowed, slices
// that do not fit or an operation that the type does not have, is an *Error of its
// Class, and nothing is sent; so is what the MPI library reports. Where another rank has
// ended the run the error wraps ErrAborted: return it, as any other one.
//
// An error or panic on one rank ends all ranks, see Runner.Run; Agree turns
// what one rank finds into an error on each. Over MPI, where a process may be ended
// before Run returns, each rank's error is given to Runner.Report, or printed.
//
// The local transport finds mistakes that MPI lets pass. A deadlock, every rank
// asleep with nothing under way, ends the run with a DeadlockError that says what
// each rank waits for. A message that was not received and a request that was not
// waited for when all ranks have returned are an UnfinishedError. Ranks that call
// different collectives, or one with different operations, roots, types or lengths,
// get an error of ClassMismatch where their messages meet.
//
// # Cost
//
// A message of n bytes costs alpha + n beta. In the local transport alpha is the
// time for one processor to see what another wrote, under a microsecond while
// both look, and n beta is one copy, straight from the sender's slice to the
// receiver's; a short message that comes before its receive is copied twice. A
// rank that waits looks for about ten microseconds before it sleeps, and not at
// all where ranks outnumber GOMAXPROCS. Matching takes the same time however many
// receives and messages are outstanding.
//
// The local collectives are those of package pattern, where each has its cost
// and its source. For p ranks, those for short and for long messages:
//
//	Barrier          dissemination                        lg p alpha
//	Bcast            binomial tree                        lg p (alpha + n beta)
//	                 scatter, allgather, p >= 8, 12 KiB   (lg p + p) alpha + 2 n beta
//	Reduce           binomial tree                        lg p (alpha + n beta)
//	Allreduce        recursive doubling                   lg p (alpha + n beta)
//	                 Rabenseifner, p = 2^k, 2 KiB         2 lg p alpha + 2 n beta
//	                 ring, other p                        2 p alpha + 2 n beta
//	Scan             recursive doubling                   lg p (alpha + n beta)
//	Gather, Scatter  binomial tree                        lg p alpha + n beta
//	                 direct, 4 KiB, and the v forms       p alpha + n beta
//	Allgather(v)     ring                                 p alpha + n beta
//	Alltoall(v)      pairwise exchange                    p alpha + n beta
//	Split            Gather and Scatter                   2 lg p alpha
//
// Under MPI the library chooses; what this package adds to a call is about a
// tenth of a microsecond and no copy.
//
// # MPI
//
// Counts and displacements are ints. MPI's are 32 bits: longer messages are
// sent as one of a larger type, longer reductions and broadcasts in parts, and
// parts of v-collectives that do not fit are an error of ClassCount. Of
// github.com/emer/empi/mpi the package uses what finds out about the world and
// ends it; its blocking calls and collectives know no empty messages, wildcards,
// statuses or split communicators, and its Init asks for no threads.
package mpi
