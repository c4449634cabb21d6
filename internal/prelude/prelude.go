// Package prelude ends a program in one line where ulimit -v, -d or -u leaves the Go
// runtime no room to begin, or GOMAXPROCS or GOMEMLIMIT is what it cannot take. The runtime reserves more than a gigabyte of addresses, of
// which it uses next to nothing, and starts threads before any Go code runs; where it
// cannot, it ends with pages of its own state. Only a program with parts in C can look
// before: it has to import this package. Others do without.
package prelude
