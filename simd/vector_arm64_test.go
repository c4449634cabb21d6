//go:build !noasm

package simd

import "testing"

func TestEveryProcessorHasNEON(t *testing.T) {
	if Best() != NEON {
		t.Errorf("the best instruction set is %v", Best())
	}
}
