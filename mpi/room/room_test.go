package room_test

import (
	"errors"
	"strings"
	"testing"

	"hybrid/mpi"
	"hybrid/mpi/room"
)

func TestCheck(t *testing.T) {
	var refused [3]error
	err := mpi.Run(3, func(c *mpi.Comm) error {
		if err := room.Check(c, "three crumbs need", "less", 1); err != nil {
			return err
		}
		refused[c.Rank()] = room.Check(c, "a world needs", "a smaller one", 0x1p80)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for r, err := range refused {
		var own *room.Error
		var remote *mpi.RemoteError
		switch {
		case errors.As(err, &own) && r == 0 && own.Need == 3*0x1p80 && own.Have > 0 && own.ExitCode() == 2:
		case errors.As(err, &remote) && r > 0 && remote.Code == 2:
		default:
			t.Errorf("rank %d: %#v", r, err)
		}
		if err == nil || !strings.Contains(err.Error(), "a world needs 3145728.0 EiB on node ") || !strings.HasSuffix(err.Error(), " free: take a smaller one") {
			t.Errorf("rank %d: %v", r, err)
		}
	}
}
