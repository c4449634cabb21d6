// Package words cuts text into words.
//
// A word is a longest run of characters that the alphabet has: the letters A to Z
// and a to z, or every letter, mark and number of Unicode (general categories L, M
// and N) in UTF-8. All else only separates words, bytes that are not UTF-8 among
// it. Nothing is normalised: what is composed in two ways is two words.
//
// Folding makes words that differ in case the same, character by character
// (simple case folding, The Unicode Standard, section 5.18, and the lines C and S
// of CaseFolding.txt): A to Z become a to z.
//
// Text may be cut into parts that are scanned apart. A part begins and ends at a
// break, a place between two characters that are not both of a word. Which places
// are breaks depends on a few bytes around them alone, also where the text is no
// valid UTF-8, so that everyone who looks for the next break after some offset
// finds the same:
//
//	offset        0         1         2         3
//	              0123456789012345678901234567890123456789
//	text          to be, or not to be: that is the question
//	asked for               ^10       ^20      ^29
//	next break              ^10       ^20       ^30
package words
