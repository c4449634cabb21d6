package task

import "fmt"

// An Answer is what a check can say. The zero value is CannotTell: a check that has
// compared nothing has said nothing.
type Answer int8

const (
	CannotTell Answer = iota
	No
	Yes
)

// String is "cannot tell", "no" or "yes".
func (a Answer) String() string {
	switch a {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "cannot tell"
}

// A Verdict says whether a result is right, as far as a check could find out.
type Verdict struct {
	Answer Answer
	Detail string // what was compared; what is wrong; or why it cannot be told
}

// Right is the verdict on a result that a check found right. The rest says what was
// compared, as for fmt.Sprintf.
func Right(format string, args ...any) Verdict { return Verdict{Yes, fmt.Sprintf(format, args...)} }

// Wrong is the verdict on a result that a check found wrong. The rest says what is
// wrong with it.
func Wrong(format string, args ...any) Verdict { return Verdict{No, fmt.Sprintf(format, args...)} }

// Unknown is the verdict of a check that cannot tell. The rest says why.
func Unknown(format string, args ...any) Verdict {
	return Verdict{CannotTell, fmt.Sprintf(format, args...)}
}
