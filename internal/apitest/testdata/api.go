// Package testdata exports types of an internal package in every way that there is.
package testdata

import "hybrid/internal/philox"

type (
	Alias                 = philox.Key
	Named                 struct{ philox.Key }
	Chan                  chan philox.Key
	Map                   map[philox.Key]int
	Constraint            interface{ ~int | philox.Key }
	Generic[T philox.Key] struct{}
	Embedded              struct{ inner }
	Field                 struct{ Deep struct{ Deeper *philox.Key } }
	Method                struct{ hidden philox.Key }
	Slice                 []struct{ Bad []philox.Key }
	GoodStruct            struct{ hidden philox.Key }
	inner                 struct{}
)

func Func[T philox.Key](T)       {}
func Parameter(...philox.Key)    {}
func (inner) Step() philox.Key   { return philox.Key{} }
func (*Method) Do(f func(Alias)) { f(philox.Key{}) }

func Good(m Method, s GoodStruct) bool { return m.hidden == s.hidden }

var Value = map[string]philox.Key{}
