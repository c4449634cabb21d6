// Package number reads whole numbers as people write them: 1000, 1_000, 1e3, 2M,
// 4Ki.
package number

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// Forms are ways to write a whole number, for a message.
const Forms = "1000, 1_000, 1e3, 10k, 2M or 4Ki"

var (
	errForm  = errors.New("not a whole number such as " + Forms)
	errWhole = errors.New("not a whole number")
	errLarge = errors.New("more than 2^64-1")
)

// prefixes are those of 1000^1, 1000^2, ...; k and K are the same.
const prefixes = "kMGTPE"

// Parse reads a whole number from 0 to 2^64-1, exactly. Digits may have single
// underscores between them. An exponent or one of the prefixes k, M, G, T, P, E
// (powers of 1000) and Ki, Mi, ... (powers of 1024) may follow, and with one of
// them the digits may have a decimal point: 1.5M.
func Parse(text string) (uint64, error) { return parse(text, 1000) }

// ParseBytes is Parse for a number of bytes of a message or buffer: k, M, ... are
// powers of 1024 like Ki, Mi, ....
func ParseBytes(text string) (uint64, error) { return parse(text, 1024) }

func parse(text string, thousand int64) (uint64, error) {
	const longest = 64
	if len(text) > longest {
		return 0, errForm
	}
	digits := strings.TrimRight(text, "kKMGTPEi")
	scale, err := scaleOf(text[len(digits):], thousand)
	if err != nil {
		return 0, err
	}
	digits, exponent, scientific := cutAny(digits, "eE")
	if scientific {
		if scale.IsInt64() && scale.Int64() != 1 || strings.Contains(exponent, "_") || !allDigits(exponent) {
			return 0, errForm
		}
		e, err := strconv.Atoi(exponent)
		if err != nil || e > longest {
			return 0, errLarge
		}
		scale = power(10, e)
	}
	whole, fraction, point := strings.Cut(digits, ".")
	if !allDigits(whole) || point && !allDigits(fraction) {
		return 0, errForm
	}
	fraction = strings.ReplaceAll(fraction, "_", "")
	n, _ := new(big.Int).SetString(strings.ReplaceAll(whole, "_", "")+fraction, 10)
	n, rest := n.Mul(n, scale).QuoRem(n, power(10, len(fraction)), new(big.Int))
	switch {
	case rest.Sign() != 0:
		return 0, errWhole
	case !n.IsUint64():
		return 0, errLarge
	}
	return n.Uint64(), nil
}

// scaleOf is what a prefix stands for, 1 for none.
func scaleOf(prefix string, thousand int64) (*big.Int, error) {
	letter, binary := strings.CutSuffix(prefix, "i")
	if binary {
		thousand = 1024
	}
	if prefix == "" {
		return big.NewInt(1), nil
	}
	if letter == "K" {
		letter = "k"
	}
	i := strings.Index(prefixes, letter)
	if len(letter) != 1 || i < 0 {
		return nil, errForm
	}
	return power(thousand, i+1), nil
}

func power(base int64, n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(base), big.NewInt(int64(n)), nil)
}

// cutAny cuts a text at the first of some characters.
func cutAny(text, chars string) (before, after string, found bool) {
	i := strings.IndexAny(text, chars)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

// allDigits tells whether a text is digits, with single underscores between them.
func allDigits(text string) bool {
	for group := range strings.SplitSeq(text, "_") {
		if group == "" || strings.Trim(group, "0123456789") != "" {
			return false
		}
	}
	return true
}
