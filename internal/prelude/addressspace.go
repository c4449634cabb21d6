// Package prelude ends a program in one line where ulimit -v leaves the Go runtime
// no room to begin. The runtime reserves more than a gigabyte of addresses, of which it
// uses next to nothing, before any Go code runs, and where it cannot it ends with a page
// of its own state. So only a program with parts in C can look before: it has to import
// this package. Others do without.
package prelude
