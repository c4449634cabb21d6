package model

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"hybrid/examples/models"
	"hybrid/internal/inputfile"
	"hybrid/internal/near"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
)

// A source is a model's file.
type source struct {
	name string // as it was asked for
	text string
}

// modelNames are those of the models that ship.
func modelNames() []string { return models.Names() }

// mostText is the longest file of a model, in bytes.
const mostText = 1 << 20

// source is the model that was asked for: that of the checkpoint, one that ships, or a file,
// which rank 0 reads. It is collective.
func (p *statement) source(j *task.Job) (source, error) {
	m := source{name: p.models[0]}
	if j.Resume != nil {
		var v saved
		err := j.Resume.Restore(&v)
		m.text = v.Model
		return m, j.Comm.Agree(task.BadInput(j.Name("restart"), err))
	}
	var err error
	if j.Comm.Rank() == 0 {
		m.text, err = find(m.name)
	}
	if err = j.Comm.Agree(err); err != nil {
		return m, err
	}
	m.text, err = gather.FromRoot(j.Comm, m.text)
	return m, err
}

// find is the text of a model that ships, or of a file.
func find(name string) (string, error) {
	if text, ok := models.Text(name); ok {
		return text, nil
	}
	if filepath.Ext(name) != ".toml" {
		return "", task.Bad("there is no model %q%s: want FILE.toml, or one of %s", name, near.Word(name, models.Names(), ""), strings.Join(models.Names(), ", "))
	}
	f, err := inputfile.OpenStream(name)
	if err != nil {
		return "", task.BadInput("", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, mostText+1))
	if err == nil && len(b) > mostText {
		err = fmt.Errorf("%s has more than %d bytes: that is no model", name, mostText)
	}
	return string(b), task.BadInput("", err)
}

// listOfModels is a line for each model that ships.
func listOfModels() string {
	var b strings.Builder
	for _, name := range models.Names() {
		text, _ := models.Text(name)
		title := ""
		for line := range strings.Lines(text) {
			if key, value, ok := strings.Cut(line, "="); ok && strings.TrimSpace(key) == "title" {
				title = strings.Trim(strings.TrimSpace(value), `"`)
				break
			}
		}
		fmt.Fprintf(&b, "%-14s %s\n", name, title)
	}
	return b.String()
}

// printed is text in the place of a run.
type printed struct{ text func() string }

func (t *printed) Prepare(context.Context) error { return nil }

func (t *printed) Run(context.Context, task.Effort) (task.Run, error) { return task.Run{}, nil }

func (t *printed) Report(_ context.Context, r *task.Report) error {
	if _, err := io.WriteString(r.Data, t.text()); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		return err
	}
	return nil
}

func (t *printed) Close() error { return nil }
