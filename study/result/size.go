package result

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Size is how large a problem is. In JSON it is a text, the flags of the command:
// "--nx 4096 --ny 4096 --steps 200".
type Size struct {
	Params  []string // the command's, such as nx
	Numbers []int    // of each of them
}

// Equal tells whether two sizes are the same.
func (s Size) Equal(o Size) bool {
	return slices.Equal(s.Params, o.Params) && slices.Equal(s.Numbers, o.Numbers)
}

// Flags are the size as flags of the command: "--nx 4096", "--ny 4096".
func (s Size) Flags() []string {
	words := make([]string, len(s.Params))
	for i, name := range s.Params {
		words[i] = fmt.Sprintf("--%s %d", name, s.Numbers[i])
	}
	return words
}

func (s Size) String() string { return strings.Join(s.Flags(), " ") }

// MarshalText writes the size as flags.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (s *Size) UnmarshalText(text []byte) error {
	*s = Size{}
	words := strings.Fields(string(text))
	for pair := range slices.Chunk(words, 2) {
		name, flag := strings.CutPrefix(pair[0], "--")
		if !flag || len(pair) != 2 {
			return fmt.Errorf("the size %q is not of the form --nx 100 --ny 100", text)
		}
		n, err := strconv.Atoi(pair[1])
		if err != nil {
			return fmt.Errorf("the size %q: %q is no whole number", text, pair[1])
		}
		s.Params, s.Numbers = append(s.Params, name), append(s.Numbers, n)
	}
	return nil
}
