// Package apitest checks what the public packages export: a program outside this module
// must be able to name every type of it.
package apitest
