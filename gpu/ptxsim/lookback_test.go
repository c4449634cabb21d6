package ptxsim

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"
)

// lookback has each block take a ticket, wait for the word of the ticket before, and
// write a word one higher. Ticket 20 is slow, and then BROKEN stands.
const lookback = `
atom.global.add.u32 %r0, [%p], 1;
mul.wide.u32 %y0, %r0, 4;
add.u64 %y0, %y0, %p;
setp.ne.u32 %q0, %r0, 20;
mov.u32 %r2, 0;
@%q0 bra WAIT;
SLOW:
add.u32 %r2, %r2, 1;
setp.lt.u32 %q1, %r2, 100000;
@%q1 bra SLOW;
BROKEN
WAIT:
setp.eq.u32 %q1, %r0, 0;
mov.u32 %r1, 1000;
@%q1 bra TELL;
LOOK:
ld.volatile.global.u32 %r1, [%y0];
setp.lt.u32 %q1, %r1, 1000;
@%q1 bra LOOK;
TELL:
add.u32 %r1, %r1, 1;
st.volatile.global.u32 [%y0+4], %r1;
`

// TestLookBack has blocks that wait for those that began before them, on more
// goroutines than the machine may have cores.
func TestLookBack(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	const blocks = 60
	for _, c := range []struct{ broken, want string }{{"", ""}, {"trap;", "trap"}} {
		m, err := Parse("hand.ptx", []byte(head+strings.Replace(lookback, "BROKEN", c.broken, 1)+"ret;\n}\n"))
		if err != nil {
			t.Fatal(err)
		}
		k, _ := m.Kernel("k")
		mem := NewMemory(1 << 20)
		p := put(t, mem, make([]uint32, blocks+1))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		err = k.Run(ctx, mem, Launch{Grid: [3]int{blocks, 1, 1}, Block: [3]int{1, 1, 1}, Args: pack(t, k, p)})
		var fault *Fault
		switch last := get[uint32](t, mem, p, blocks+1)[blocks]; {
		case c.want == "" && (err != nil || last != 1000+blocks):
			t.Errorf("the last word is %d, %v, want %d", last, err, 1000+blocks)
		case c.want != "" && (!errors.As(err, &fault) || !strings.Contains(err.Error(), c.want)):
			t.Errorf("one that fails: %v", err)
		}
		if ctx.Err() != nil {
			t.Errorf("broken %q: blocks that wait for one that has failed do not end", c.broken)
		}
	}
}
