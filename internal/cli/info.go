package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"hybrid/gpu"
	"hybrid/internal/plain"
	"hybrid/mpi"
	"hybrid/mpi/gather"
	"hybrid/solvers/task"
	"hybrid/solvers/task/option"
)

// An infoReport is what info prints with --json.
type infoReport struct {
	Command   string       `json:"command"`
	Version   string       `json:"version"`
	Transport string       `json:"transport"`
	Ranks     int          `json:"ranks"`
	Threads   int          `json:"threads"` // of rank 0, by default
	Devices   []rankDevice `json:"devices"`
	Result    struct {
		Library string     `json:"library"`
		Ranks   []rankInfo `json:"ranks"`
	} `json:"result"`
}

// openInfo shows where each rank runs and what it has there. It takes the options of
// every command; those of a computation change nothing.
func openInfo(p *Program, o *option.Set) func(*console) error {
	cfg := &config{options: o, name: o.Name}
	o.Group("Output")
	o.Toggle(&cfg.JSON, "json", "print one JSON object", option.Aside)
	o.Toggle(&cfg.Quiet, "quiet", "print nothing but errors (and the JSON object)", option.Aside)
	o.Group("Run")
	o.Choice(&cfg.GPU, "gpu", task.Ignored("on and sim are refused, as nothing here runs on a GPU"), option.Choices("auto", "on", "off", "sim"), option.Arg("MODE"), option.Local)
	o.Choice(&cfg.DType, "dtype", task.Ignored("Nothing is computed"), option.Choices("f64", "f32"), option.Arg("TYPE"))
	o.Uint64(&cfg.Seed, "seed", 0, task.Ignored("Nothing is random"))
	o.Toggle(&cfg.Verify, "verify", task.Ignored("There is no answer to check"))
	cfg.declare(o, task.About{})
	return func(c *console) error {
		r := &task.Checker{Set: o}
		cfg.check(r, task.About{})
		if cfg.checkGPU(r, task.About{Name: "info", OnCPU: true}); r.Err != nil {
			return r.Err
		}
		p.sayUnread(c, o, cfg.Quiet)
		return p.ranks(c, o, cfg.Ranks, func(comm *mpi.Comm) error { return info(p, c, cfg, comm) })
	}
}

// info is one rank's look around. Rank 0 prints.
func info(p *Program, c *console, cfg *config, comm *mpi.Comm) error {
	isa, err := chooseISA(comm, cfg.isa)
	if err != nil {
		return err
	}
	own, err := describeRank(comm, isa)
	if err != nil {
		return err
	}
	if cfg.Threads > 0 {
		own.Threads = cfg.Threads
	}
	places, err := gather.ToRoot(comm, own)
	if err != nil || comm.Rank() != 0 {
		return err
	}
	if !cfg.JSON {
		if !cfg.Quiet {
			infoTable(c, places)
			sayCrowded(c, places)
			return sayWhyNoGPU(c)
		}
		return nil
	}
	report := infoReport{Command: "info", Version: p.Version, Transport: own.Transport, Ranks: own.Size, Threads: own.Threads}
	for _, at := range places {
		report.Devices = append(report.Devices, at.device())
	}
	report.Result.Library, report.Result.Ranks = own.Library, places
	return c.object(report)
}

// sayCrowded names the first rank whose threads are more than the cores it may run on.
func sayCrowded(c *console, places []rankInfo) {
	for _, p := range places {
		if n := len(p.Cores); n > 0 && p.Threads > n {
			c.say("rank %d on %s has %d threads, which take turns on core %s: fewer --threads, or more cores by mpirun's --bind-to or srun's --cpus-per-task", p.Rank, plain.Text(p.Host), p.Threads, ranges(p.Cores))
			return
		}
	}
}

// sayWhyNoGPU explains why --gpu auto finds nothing on this node.
func sayWhyNoGPU(c *console) error {
	d, err := gpu.Open(0)
	if err != nil {
		c.say("no GPU on this node: %s", reason(err.Error()))
		return nil
	}
	return d.Close()
}

// manyRows are those of a table from which ranks that differ in their numbers alone share
// a row.
const manyRows = 32

// infoTable prints a row for each rank, or for each run of like ones where they are many.
func infoTable(c *console, places []rankInfo) {
	w := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RANK\tSIZE\tHOST\tON NODE\tCORES\tISA\tGPUS\tTRANSPORT\tLIBRARY")
	row := func(p rankInfo, rank, onNode string) string {
		return fmt.Sprintf("%s\t%d\t%s\t%s of %d\t%s\t%s\t%s\t%s\t%s\n",
			rank, p.Size, plain.Text(p.Host), onNode, p.NodeSize, ranges(p.Cores), p.ISA, p.gpus(), p.Transport, plain.Text(p.carrier()))
	}
	for i := 0; i < len(places); {
		p, n := places[i], 1
		for len(places) > manyRows && i+n < len(places) && row(places[i+n], "", "") == row(p, "", "") {
			n++
		}
		io.WriteString(w, row(p, span(p.Rank, n), span(p.NodeRank, n)))
		i += n
	}
	w.Flush() // the stream keeps its error
}

// carrier is what carries the messages, and where it was found.
func (p rankInfo) carrier() string {
	if p.File == "" {
		return p.Library
	}
	return p.Library + ", " + p.File
}

// span writes n numbers from first on: "0-3", or "0".
func span(first, n int) string {
	if n == 1 {
		return strconv.Itoa(first)
	}
	return fmt.Sprintf("%d-%d", first, first+n-1)
}

// gpus is which GPUs the rank may see, in a word.
func (p rankInfo) gpus() string {
	switch {
	case p.Visible == nil:
		return "all"
	case strings.TrimSpace(*p.Visible) == "":
		return "none"
	}
	return plain.Text(strings.Join(strings.Fields(*p.Visible), ""))
}

// ranges writes ascending numbers as "0-3,8".
func ranges(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		part := strconv.Itoa(numbers[i])
		if j > i {
			part += "-" + strconv.Itoa(numbers[j])
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ",")
}
