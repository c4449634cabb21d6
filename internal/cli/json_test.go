package cli

import (
	"encoding/json"
	"math"
	"math/big"
	"reflect"
	"testing"
	"time"

	"hybrid/study/result"
)

type inner struct {
	DType  string  `json:"dtype"`
	Shared float64 `json:"shared"`
}

// TestMarshalHasNullForWhatIsNotFinite also holds the values that are finite, and
// their order, against json.Marshal.
func TestMarshalHasNullForWhatIsNotFinite(t *testing.T) {
	type outer struct {
		inner
		Shared   int `json:"shared"`
		Rate     float64
		Few      *float32           `json:"few,omitempty"`
		None     []int              `json:"none"`
		Left     []int              `json:"left,omitempty"`
		Bytes    []byte             `json:"bytes"`
		Big      *big.Int           `json:"big"`
		When     time.Duration      `json:"when"`
		Any      any                `json:"any"`
		List     []float64          `json:"list"`
		Map      map[string]float64 `json:"map"`
		Row      [2]result.Interval `json:"row"`
		Hidden   int                `json:"-"`
		unstated int
	}
	few := float32(1.5)
	v := outer{inner{"f64", 1}, 2, 1e21, &few, nil, nil, []byte("<x>"), big.NewInt(7), 9, "a\u2028<b>", []float64{0.1}, map[string]float64{"b": 1, "a": 2}, [2]result.Interval{}, 1, 1}
	want, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(finiteOnly(reflect.ValueOf(v)))
	if err != nil || string(got) != string(want) {
		t.Errorf("%s, %v\nwant\n%s", got, err, want)
	}
	few = float32(math.Inf(1))
	v.Rate, v.Any, v.List, v.Map["a"], v.Row[1].High = math.NaN(), math.Inf(-1), []float64{math.Inf(1), 2}, math.NaN(), math.Inf(1)
	got, err = marshal(&v)
	const nulls = `{"dtype":"f64","shared":2,"Rate":null,"few":null,"none":null,"bytes":"PHg+","big":7,"when":9,"any":null,` +
		`"list":[null,2],"map":{"a":null,"b":1},"row":[{"value":0,"low":0,"high":0},{"value":0,"low":0,"high":null}]}`
	if err != nil || string(got) != nulls {
		t.Errorf("%s, %v\nwant\n%s", got, err, nulls)
	}
}
