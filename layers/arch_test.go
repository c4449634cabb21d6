//go:build layers

package layers

import (
	"errors"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func findQemu() (string, error) {
	path, err := lookPath("qemu-aarch64", "qemu-aarch64-static")
	if err != nil {
		return "", errors.New(err.Error() + " (make deps)")
	}
	return path, nil
}

// goTest is the command that runs tests in their short form. What vet says is known
// from make lint.
func goTest(args ...string) []string {
	return append([]string{"go", "test", "-short", "-vet=off", "-timeout", "25m"}, args...)
}

// noFloats matches the packages whose tests show nothing of arm64 that they do not show
// here: they compute with integers, text and files alone, or draw what others have computed. What may differ is the last
// bit of x*y+z, which arm64 rounds once. (QEMU keeps this machine's order of memory.)
// The kernels of kernels_cuda say where they round; the solvers' tests hold each on the
// interpreter to arm64's own arithmetic.
var noFloats = regexp.MustCompile(`^(mpi/.*|mpi|gpu|gpu/bind|gpu/ptx|solvers/(patterns|wordcount)` +
	`|internal/(apitest|atomicfile|barchart|bootcache|cli|cores|disk|disk/faulty|guard|heatmap|inputfile|leftover|lexicon|mpilib|option|pages|plain|progress|radix|rowio|series|stdio|supervise|vti|words))$`)

// notOfFloats matches tests of the other packages that show no more: of what is refused,
// lost, moved, divided or stopped, of integers and keys, of kernels that other tests have on
// the interpreter, of parts of what a plain loop works out as a whole, of how errors shrink, and
// of verdicts on values that others hold to their bits. The arithmetic that they go through is
// that of the tests beside them.
const notOfFloats = `^(TestADeviceIsLostWhereRowsMove|TestAllocationIsBounded|TestBoundariesHaveTheirOrder|TestCalls|TestCancelDevice` +
	`|TestConvertIntegers|TestCountsDoNotDependOnTheSchedule|TestDeviceHaloPaths|TestDevicePinsLittle|TestDeviceRefuses` +
	`|TestDeviceRunStopsWithItsContext|TestDeviceSameBytes|TestDeviceSummary|TestDeviceUnevenPartition|TestDivideIsProportional` +
	`|TestFilesHoldTheFieldOnAnyNumberOfRanks|TestFormulasThatAreTooLong|TestGridSameBitsOnDevices|TestGridVerifies|TestHardKeys` +
	`|TestInteger|TestJudge|TestKindsAreMeasured|TestLogic|TestLookBack|TestManyKeys|TestMovedRowsSameBits|TestMovedRowsVerify` +
	`|TestNoiseNeverMovesRows|TestNoYesIsWrong|TestPictureThatCannotBeWritten|TestPlaces|TestProgressEndsAtTheKeysOfARank` +
	`|TestReferenceOfParts|TestRefusals|TestRefuses|TestRunVerifiedFindsWhatWasPlanted|TestSameBytes|TestShuffle|TestSmallDevices` +
	`|TestThreadsFillAndVisitEveryRowOnce|TestUnlikeRanks|TestVerifyAcceptsWhatIsRightAndNothingElse|TestVerifyFindsOneBit` +
	`|TestVerifyFindsWhatWasPlanted)$`

// TestARM64 runs the pure Go tests that compute with floating point as an arm64 machine
// would.
func TestARM64(t *testing.T) {
	need(t, "arm64")
	t.Parallel()
	qemu, err := findQemu()
	if err != nil {
		t.Fatal(err)
	}
	arm64 := []string{"GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0"}
	packages := tested(t, arm64, func(path string, _ []string) bool { return !noFloats.MatchString(path) },
		"./gpu/...", "./solvers/...", "./internal/...", "./npy/...")
	res := must(t, command{env: arm64, args: goTest(append([]string{"-exec", qemu, "-skip", notOfFloats}, packages...)...)})
	t.Log("\n" + indent(res.stdout))
	for _, example := range []string{"halo1d", "stencil"} {
		program := filepath.Join(t.TempDir(), example)
		must(t, command{env: arm64, args: []string{"go", "build", "-o", program, "./examples/" + example}})
		got, want := must(t, command{args: []string{qemu, program}}), must(t, command{args: []string{"go", "run", "./examples/" + example}})
		if got.stdout != want.stdout {
			t.Errorf("want the bits of this machine\n%s\n%s", got, want)
		}
	}
}

// tested lists the packages with tests that are to be kept, by their paths within the
// module and what they import.
func tested(t *testing.T, env []string, keep func(path string, imports []string) bool, patterns ...string) (packages []string) {
	t.Helper()
	const line = `{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{join .Imports " "}}{{"\n"}}{{end}}`
	list := must(t, command{env: env, args: append([]string{"go", "list", "-f", line}, patterns...)})
	module := strings.TrimSpace(must(t, command{args: []string{"go", "list", "-m"}}).stdout) + "/"
	for line := range strings.Lines(list.stdout) {
		if words := strings.Fields(strings.ReplaceAll(line, module, "")); len(words) > 0 && keep(words[0], words[1:]) {
			packages = append(packages, module+words[0])
		}
	}
	return packages
}

func findRace() (string, error) {
	out, err := exec.Command("go", "env", "CC").Output()
	if err != nil {
		return "", err
	}
	cc, _, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	path, err := lookPath(cc)
	if err != nil {
		return "", errors.New("the race detector needs a C compiler: " + err.Error() + " (make deps)")
	}
	return "go test -race with " + path, nil
}

// concurrent tells whether a package has goroutines, or calls what has: the race
// detector finds nothing in others.
func concurrent(_ string, imports []string) bool {
	return slices.ContainsFunc(imports, regexp.MustCompile(`^(sync|sync/atomic|mpi|gpu|internal/(guard|threads))$`).MatchString)
}

// values matches the tests that hold results, or sizes of files and memory, to what is right, in many
// cases, such as those of one instruction of the interpreter after the other: their threads
// do what those of the tests beside them do, which the race detector has seen then. Some have
// none, such as those of a model's formulas, which a plain loop works out.
const values = `^(TestAdaptiveFindsWhatIsThere|TestAllocationIsBounded|TestAuxiliaryFieldsAreTheirFormulas|TestBomb` +
	`|TestBoundariesHaveTheirOrder|TestConservation|TestConvertFloats|TestConvertIntegers|TestDamaged|TestDevicePinsLittle` +
	`|TestDeviceSameBytes|TestDeviceSummary|TestFloat|TestFormulasThatAreTooLong|TestGolden|TestHardKeys|TestInteger` +
	`|TestLogic|TestMaths|TestMemoryEndsAtEveryPlace|TestNoYesIsWrong|TestOperatorsHaveTheirOrder|TestOrder|TestReferenceOfParts` +
	`|TestRunVerifiedFindsWhatWasPlanted|TestSchemesHaveTheirOrder|TestShippedModelsOnDevices|TestSumIsCompensated|TestTensor` +
	`|TestThreadBytes|TestVerifyAcceptsWhatIsRightAndNothingElse|TestZeroLeavesNoSubnormals|TestZeroSameBits|TestZeroVerifies)$`

// TestRace runs the pure Go tests of what is concurrent under the race detector, and
// without assembly, of which the detector sees nothing. (All goroutines of kernels_cuda
// are those of gpu and its interpreter.)
func TestRace(t *testing.T) {
	need(t, "race")
	t.Parallel()
	cgo := []string{"CGO_ENABLED=1"}
	packages := tested(t, cgo, concurrent, "./mpi/...", "./gpu/...", "./halo/...", "./solvers/...", "./internal/...", "./cmd/...")
	// Packages of others are compiled in half the time without inlining.
	flags := []string{"-race", "-skip", values, "-tags", "noasm", "-gcflags=all=-l -dwarf=false", "-gcflags=./...=-dwarf=false"}
	res := must(t, command{env: cgo, args: goTest(append(slices.Clip(flags), packages...)...)})
	t.Log("\n" + indent(res.stdout))
	// What ranks share is what the command line has told them: one short run of each command shows it.
	must(t, command{env: cgo, args: goTest(append(slices.Clip(flags), "-run", "^TestRanksShareNothing$", "./cmd/hybrid")...)})
}

// TestNoAssembly runs the tests of what has assembly without it. (TestRace runs those of
// what calls it.)
func TestNoAssembly(t *testing.T) {
	t.Parallel()
	list := must(t, command{args: []string{"go", "list", "-f", "{{if .SFiles}}{{.ImportPath}}{{end}}", "./..."}})
	res := must(t, command{args: goTest(append([]string{"-tags", "noasm", "./simd"}, strings.Fields(list.stdout)...)...)})
	t.Log("\n" + indent(res.stdout))
}
