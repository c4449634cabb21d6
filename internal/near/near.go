// Package near finds the word that somebody meant who mistyped it.
package near

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Word names the known word nearest to a mistyped one, for an error, if one is
// near: " (did you mean heat?)". Of one letter it is one that begins with it, of several the
// only one that does, where there is one.
func Word(word string, known []string, prefix string) string {
	const longest = 40
	if len(known) == 0 || word == "" || len(word) > longest {
		return ""
	}
	var longer []string // known words that begin with it
	for _, k := range known {
		if len(word) > 1 && strings.HasPrefix(k, word) {
			longer = append(longer, k)
		}
	}
	if len(longer) == 1 {
		return fmt.Sprintf(" (did you mean %s%s?)", prefix, longer[0])
	}
	best := slices.MinFunc(known, func(a, b string) int { return distance(word, a) - distance(word, b) })
	if slips(word, best) > max(1, len(word)/3) || len(word) == 1 && !strings.HasPrefix(strings.ToLower(best), strings.ToLower(word)) {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s%s?)", prefix, best)
}

// distance orders words: one in another case alone is the nearest, then slips count, and of
// words with as many those of the same length come first.
func distance(word, known string) int {
	switch {
	case strings.EqualFold(word, known):
		return 0
	case len(word) == len(known):
		return 2 * slips(word, known)
	}
	return 2*slips(word, known) + 1
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
