// Package gpu drives graphics processors: devices, their memory, streams of work,
// and kernels in PTX. A device is a real one, through the CUDA driver, in programs
// built with the tag cuda; or a simulated one, in which package ptxsim executes the
// same PTX, on any machine.
//
//	rank 0           rank 1           one rank has one Device
//	  |                |
//	Device           Device           Alloc, AllocHost, Load, NewStream, NewEvent
//	  |-- Module       |
//	  |     `-- Kernel |              Launch
//	  `-- Stream       `-- Stream     copies, launches and waits, in order
//
// # Order
//
// What a stream is given runs later, in that order; what two streams are given
// runs in any order, except where one waits for an Event of the other.
// Stream.Synchronize waits until all is done. Host memory of a copy must stay as it
// is until then. An error of something that ran later is returned by a later call.
//
// # Errors
//
// An error of the CUDA driver is an *Error with the driver's own name and text for
// it. Memory that is not there is a *MemoryError. A kernel of a simulated device
// that does what must not be done is a *ptxsim.Fault, with block and thread.
//
// One goroutine uses a Device and what belongs to it.
package gpu
