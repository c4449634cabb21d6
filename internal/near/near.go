// Package near finds the word that somebody meant who mistyped it.
package near

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Word names the known word nearest to a mistyped one, for an error, if one is
// near: " (did you mean heat?)".
func Word(word string, known []string, prefix string) string {
	const longest = 40
	if len(known) == 0 || len(word) > longest {
		return ""
	}
	best := slices.MinFunc(known, func(a, b string) int { return slips(word, a) - slips(word, b) })
	if slips(word, best) > max(1, len(word)/3) {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s%s?)", prefix, best)
}

// slips is how many letters were left out, added, exchanged for others or, once,
// swapped with their neighbours.
func slips(word, known string) int {
	least := levenshtein.ComputeDistance(word, known)
	letters := strings.Split(word, "")
	for i := 1; i < len(letters); i++ {
		letters[i-1], letters[i] = letters[i], letters[i-1]
		least = min(least, 1+levenshtein.ComputeDistance(strings.Join(letters, ""), known))
		letters[i-1], letters[i] = letters[i], letters[i-1]
	}
	return least
}
