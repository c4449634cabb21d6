package cli

import (
	"strings"

	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

func (p *Program) unknown(name string) error {
	return task.Bad("unknown command %q%s: the commands are %s; see hybrid --help",
		name, option.Near(name, p.names(), ""), strings.Join(p.names(), ", "))
}
