package main

import (
	"bytes"
	"testing"
)

// The record's line of docs/kernels.md tells another text, other PTX and PTX under another
// name from those that it is of.
func TestAccountLine(t *testing.T) {
	ptx := map[string][]byte{"a.sm_61.ptx": []byte("one"), "b.sm_61.ptx": []byte("two")}
	line := accountLine([]byte("text"), ptx)
	if again := accountLine([]byte("text"), ptx); !bytes.Equal(line, again) {
		t.Errorf("%s, then %s", line, again)
	}
	for what, other := range map[string][]byte{
		"another text": accountLine([]byte("texT"), ptx),
		"other PTX":    accountLine([]byte("text"), map[string][]byte{"a.sm_61.ptx": []byte("one"), "b.sm_61.ptx": []byte("twO")}),
		"another name": accountLine([]byte("text"), map[string][]byte{"a.sm_61.ptx": []byte("one"), "b.sm_70.ptx": []byte("two")}),
		"less PTX":     accountLine([]byte("text"), map[string][]byte{"a.sm_61.ptx": []byte("one")}),
	} {
		if bytes.Equal(line, other) {
			t.Errorf("%s has the same line", what)
		}
	}
}
