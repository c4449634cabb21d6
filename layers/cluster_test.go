//go:build layers

package layers

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"hybrid/internal/mpilib"
)

// findSlurm says whether a Slurm of our own can be started here.
func findSlurm() (string, error) {
	if os.Getuid() != 0 {
		return "", errors.New("starting slurmd and making stand-in GPU device files takes root")
	}
	for _, p := range []string{"munged", "slurmctld", "slurmd", "srun", "sbatch", "sinfo", "scontrol", "scancel"} {
		if _, err := lookPath(p, "/usr/sbin/"+p); err != nil {
			return "", fmt.Errorf("no %s on the PATH (make deps)", p)
		}
	}
	_, err := mpilib.OpenMPI()
	if _, err2 := mpilib.MPICH(); err != nil && err2 != nil {
		return "", errors.New("Slurm is here, but no MPI to run under it: " + err.Error())
	}
	return "a Slurm started and stopped by the test", nil
}

// A cluster is a Slurm of two nodes that are both this machine, in a directory of
// its own: its own munge daemon and key, its own ports. Node cpu1 has no GPU, node
// gpu1 has two stand-ins; the partitions cpu and gpu have a node each, and the
// default one has both. Nothing outside the directory is written.
type cluster struct {
	dir     string
	gpus    int // of gpu1
	daemons []*running
}

var clusterNodes = []string{"cpu1", "gpu1"}

// slurmConf takes the directory, the host's name, three ports, the CPUs and the
// GPUs. Heterogeneous jobs wait for the backfilling scheduler, and those that go back into
// the queue for the end of their credentials.
const slurmConf = `ClusterName=hybridtest
SlurmctldHost=%[2]s(127.0.0.1)
SlurmctldPort=%[3]d
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=%[1]s/munge.socket,cred_expire=20
CredType=cred/munge
StateSaveLocation=%[1]s/state
SlurmdSpoolDir=%[1]s/spool.%%n
SlurmctldPidFile=%[1]s/slurmctld.pid
SlurmdPidFile=%[1]s/slurmd.%%n.pid
SlurmctldLogFile=%[1]s/slurmctld.log
SlurmdLogFile=%[1]s/slurmd.%%n.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/affinity
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
KillWait=20
GresTypes=gpu
SchedulerParameters=bf_interval=1,sched_interval=1
NodeName=DEFAULT CPUs=%[6]d Boards=1 SocketsPerBoard=1 CoresPerSocket=%[6]d ThreadsPerCore=1 State=UNKNOWN
NodeName=cpu1 NodeHostname=%[2]s NodeAddr=127.0.0.1 Port=%[4]d
NodeName=gpu1 NodeHostname=%[2]s NodeAddr=127.0.0.1 Port=%[5]d Gres=gpu:%[7]d
PartitionName=DEFAULT MaxTime=INFINITE State=UP
PartitionName=all Nodes=cpu1,gpu1 Default=YES
PartitionName=cpu Nodes=cpu1
PartitionName=gpu Nodes=gpu1
`

// startCluster starts a cluster and waits until its nodes take jobs. Every
// process is gone when the test ends, whatever became of it.
func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{dir: t.TempDir(), gpus: 2}
	// t.TempDir makes private directories, and munge's socket must be open to all.
	for _, d := range []string{filepath.Dir(c.dir), c.dir} {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range append([]string{"state"}, clusterNodes...) {
		if err := os.Mkdir(filepath.Join(c.dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	ports := freePorts(t, 3)
	c.write(t, "munge.key", strings.Repeat("hybrid test only", 64), 0o400)
	gres := "AutoDetect=off\n"
	for i := range c.gpus {
		// A character device with the numbers of /dev/null: Slurm counts
		// and hands out devices, it does not open them.
		dev := filepath.Join(c.dir, "nvidia"+strconv.Itoa(i))
		if err := syscall.Mknod(dev, syscall.S_IFCHR|0o666, 1<<8|3); err != nil {
			t.Fatalf("%s: a stand-in GPU device: %v", dev, err)
		}
		gres += "NodeName=gpu1 Name=gpu Flags=nvidia_gpu_env File=" + dev + "\n"
	}
	conf := fmt.Sprintf(slurmConf, c.dir, host, ports[0], ports[1], ports[2], max(2, runtime.NumCPU()), c.gpus)
	// A node's daemon has a configuration of its own for the one thing that must
	// differ between nodes of one machine: where PMIx puts its sockets.
	for _, of := range append([]string{"."}, clusterNodes...) {
		c.write(t, of+"/slurm.conf", conf, 0o644)
		c.write(t, of+"/gres.conf", gres, 0o644)
		// Nothing here uses control groups; slurmd would look for their kind, and
		// stop where none are mounted.
		c.write(t, of+"/cgroup.conf", "CgroupPlugin=cgroup/v1\nCgroupMountpoint="+c.dir+"/cgroup\n", 0o644)
		c.write(t, of+"/mpi.conf", "PMIxCliTmpDirBase="+filepath.Join(c.dir, of)+"\n", 0o644)
	}

	t.Cleanup(func() { c.stop(t) })
	c.daemon(t, "", "munged", "--foreground", "--force",
		"--key-file="+c.dir+"/munge.key", "--socket="+c.dir+"/munge.socket",
		"--pid-file="+c.dir+"/munged.pid", "--log-file="+c.dir+"/munged.log", "--seed-file="+c.dir+"/munge.seed")
	c.wait(t, "munged's socket", func() bool {
		_, err := os.Stat(c.dir + "/munge.socket")
		return err == nil
	})
	c.daemon(t, "", "slurmctld", "-D")
	for _, node := range clusterNodes {
		c.daemon(t, node, "slurmd", "-D", "-N", node)
	}
	c.wait(t, "the nodes to be idle", func() bool {
		state := run(t, c.command("sinfo", "-h", "-p", "all", "-o", "%T %D")).stdout
		return strings.TrimSpace(state) == fmt.Sprint("idle ", len(clusterNodes))
	})
	return c
}

// command is the command that runs args as a user of the cluster.
func (c *cluster) command(args ...string) command {
	return command{args: args, env: []string{
		"SLURM_CONF=" + c.dir + "/slurm.conf",
		// Open MPI names its shared memory by host and by rank on the node, and
		// both nodes are one host.
		"OMPI_MCA_btl=self,tcp",
	}}
}

// hasPMI reports whether srun offers that MPI plugin.
func (c *cluster) hasPMI(t *testing.T, kind string) bool {
	t.Helper()
	res := must(t, c.command("srun", "--mpi=list"))
	for _, f := range strings.Fields(res.stdout + " " + res.stderr) {
		if f == kind {
			return true
		}
	}
	return false
}

func (c *cluster) write(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// daemon starts a daemon of a node, or of all, in the foreground; it ends with the
// test.
func (c *cluster) daemon(t *testing.T, node, name string, args ...string) {
	t.Helper()
	path, err := lookPath(name, "/usr/sbin/"+name)
	if err != nil {
		t.Fatal(err)
	}
	d := c.command(append([]string{path}, args...)...)
	d.env = []string{"SLURM_CONF=" + filepath.Join(c.dir, node, "slurm.conf")}
	c.daemons = append(c.daemons, start(t, d))
}

// wait is await, while all daemons run.
func (c *cluster) wait(t *testing.T, what string, ready func() bool) {
	t.Helper()
	await(t, what, func() bool {
		for _, d := range c.daemons {
			if d.ended() {
				t.Fatalf("waiting for %s, a daemon ended\n%s\n%s", what, d.wait(), c.logs())
			}
		}
		return ready()
	})
}

// stop sees to it that nothing runs on with this cluster's configuration in its
// environment. Being registered first it comes last, when the daemons and the
// test's commands have been ended by their own clean-up.
func (c *cluster) stop(t *testing.T) {
	if t.Failed() {
		t.Logf("the cluster's logs\n%s", c.logs())
	}
	for deadline := time.Now().Add(10 * time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if len(c.processes()) == 0 {
			return
		}
	}
	for pid, name := range c.processes() {
		t.Errorf("the cluster left process %d behind: %s", pid, name)
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// processes returns the live processes with this cluster's configuration in
// their environment, among them slurmstepd and the jobs' tasks.
func (c *cluster) processes() map[int]string {
	found := map[int]string{}
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		env, err := os.ReadFile(filepath.Join(dir, "environ"))
		if err != nil || !bytes.Contains(env, []byte("SLURM_CONF="+c.dir+"/")) || zombie(dir) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(dir))
		line, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		found[pid] = string(bytes.ReplaceAll(line, []byte{0}, []byte(" ")))
	}
	return found
}

// logs returns the ends of the daemons' logs.
func (c *cluster) logs() string {
	var b strings.Builder
	for _, name := range []string{"munged.log", "slurmctld.log", "slurmd.cpu1.log", "slurmd.gpu1.log"} {
		text, _ := os.ReadFile(filepath.Join(c.dir, name))
		fmt.Fprintf(&b, "--- %s\n%s\n", name, tail(string(text), 3000))
	}
	return b.String()
}

// freePorts returns n TCP ports that nobody listens on, and that Linux gives to nobody who does not ask for them by
// number: of the others one may have gone to a program that runs beside this one before Slurm takes it.
func freePorts(t *testing.T, n int) []int {
	t.Helper()
	var ports []int
	for port := 20000 + rand.IntN(5000); len(ports) < n; port++ {
		if port == 32768 {
			t.Fatal("no port is free")
		}
		if l, err := net.Listen("tcp", fmt.Sprintf(":%d", port)); err == nil {
			l.Close()
			ports = append(ports, port)
		}
	}
	return ports
}
