package cli

import (
	"strings"

	"hybrid/internal/near"
	"hybrid/solvers/task"
)

func (p *Program) unknown(name string) error {
	return task.Bad("unknown command %q%s: the commands are %s; see hybrid --help",
		name, near.Word(name, p.names(), ""), strings.Join(p.names(), ", "))
}
