package task

import "hybrid/solvers/task/option"

// Balance declares --balance: what ranks have when it is off, and what they do about
// unlike speeds otherwise.
func Balance(o *option.Set, to *string, even, otherwise string) {
	o.Choice(to, "balance", "", option.Arg("auto|off"), option.Explained("auto", otherwise, "off", even))
}
