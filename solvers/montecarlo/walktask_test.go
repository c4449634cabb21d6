package montecarlo

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
)

func TestSumsOfWalksKeepAllTheirDigits(t *testing.T) {
	squares, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	text, err := json.Marshal(walkResult{Sum: -1<<62 + 1, SumSquares: squares})
	if err != nil || !strings.HasPrefix(string(text), `{"sum":-4611686018427387903,"sum_squares":123456789012345678901234567890,"mean"`) {
		t.Errorf("%s, %v", text, err)
	}
}
