package wordcount

import (
	"strings"
	"testing"

	"hybrid/internal/plain"
)

// TestTableKeepsAWordInItsLine has a word that would clear a terminal and forge a line.
func TestTableKeepsAWordInItsLine(t *testing.T) {
	got := table([]Word{{Word: "\x1b[2J\r\nverified  yes", Count: 30}, {Word: "two", Count: 2}})
	lines := strings.Split(got, "\n")
	if len(lines) != 2 || plain.Text(lines[0]) != lines[0] || lines[1] != " 2 two" {
		t.Errorf("%q", got)
	}
}
