// Alice and Bob are two ranks: they greet each other, play ping-pong with messages of
// any length, and at last both send at the same time.
package main

import (
	"bytes"
	"fmt"
	"os"

	"hybrid/mpi"
)

const alice, bob = 0, 1

const greeting, ball, news = 0, 1, 2 // tags

func main() { os.Exit(mpi.Main(2, talk)) }

func talk(c *mpi.Comm) error {
	if c.Size() != 2 {
		return c.Agree(fmt.Errorf("alicebob takes 2 ranks, not %d", c.Size()))
	}
	if err := greet(c); err != nil {
		return err
	}
	for _, length := range []int{1, 1000, 1_000_000} {
		if err := pingPong(c, length); err != nil {
			return err
		}
	}
	// If both called Send first, each might wait for ever until the other receives.
	mine, theirs := []int64{int64(100 + c.Rank())}, []int64{0}
	if _, err := mpi.Sendrecv(c, mine, 1-c.Rank(), news, theirs, 1-c.Rank(), news); err != nil {
		return err
	}
	if c.Rank() == alice {
		fmt.Println("Alice sent", mine[0], "while Bob sent", theirs[0])
	}
	return nil
}

// greet is for Bob, who does not know how long a greeting is: he asks before he receives.
func greet(c *mpi.Comm) error {
	if c.Rank() == alice {
		if err := mpi.Send(c, []byte("Good morning, Bob!"), bob, greeting); err != nil {
			return err
		}
		answer := make([]byte, 100) // longer than any answer
		st, err := mpi.Recv(c, answer, bob, greeting)
		if err != nil {
			return err
		}
		fmt.Printf("Bob answers: %s\n", answer[:st.Bytes])
		return nil
	}
	st, err := c.Probe(mpi.AnySource, greeting)
	if err != nil {
		return err
	}
	text := make([]byte, st.Bytes)
	if _, err := mpi.Recv(c, text, st.Source, greeting); err != nil {
		return err
	}
	return mpi.Send(c, fmt.Appendf(nil, "you said %q, Alice.", text), st.Source, greeting)
}

// pingPong sends a ball to and fro. Each of the two adds 1 to every byte of it.
func pingPong(c *mpi.Comm, length int) error {
	const rounds = 3
	b := make([]byte, length)
	hit := func() error {
		for i := range b {
			b[i]++
		}
		return mpi.Send(c, b, 1-c.Rank(), ball)
	}
	for range rounds {
		if c.Rank() == alice {
			if err := hit(); err != nil {
				return err
			}
		}
		if _, err := mpi.Recv(c, b, 1-c.Rank(), ball); err != nil {
			return err
		}
		if c.Rank() == bob {
			if err := hit(); err != nil {
				return err
			}
		}
	}
	if want := bytes.Repeat([]byte{2 * rounds}, length); c.Rank() == alice && !bytes.Equal(b, want) {
		return fmt.Errorf("the ball of %d bytes came back wrong", length)
	} else if c.Rank() == alice {
		fmt.Printf("%d rounds with a ball of %d bytes: each was hit %d times\n", rounds, length, b[0])
	}
	return nil
}
