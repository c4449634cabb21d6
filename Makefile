# hybrid: `make` alone lists the targets.

# lazy builds for every MPI: the library is looked for at run time, and none is needed to
# build (Linux; elsewhere it is the PATH's mpicc, where there is one). MPICC=mpicc.mpich
# links the MPI of that compiler wrapper; MPICC= builds without MPI.
MPICC ?= $(if $(filter Linux,$(shell uname -s)),lazy,mpicc)
# Empty to build without GPUs; no file of NVIDIA's is needed to build with them.
CUDA ?= yes
# Where build writes hybrid.
BIN ?= bin
GO ?= go
# Where install installs hybrid; DESTDIR goes before it, for who makes packages.
PREFIX ?= /usr/local
DESTDIR ?=
# How long each fuzz target runs.
FUZZTIME ?= 1m
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.7.0
GOVULNCHECK = golang.org/x/vuln/cmd/govulncheck@v1.1.4
VERSION = $$(git describe --tags --always --dirty 2>/dev/null || echo devel)
# More for Go's linker.
GOLDFLAGS ?=
GOBUILD = $(GO) build -buildvcs=false -ldflags "$(GOLDFLAGS) -X main.version=$(VERSION)"
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64

.PHONY: help deps build install uninstall release run test generate gallery kernels race fuzz bench peers lint vulns cross clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## install what the outer test layers and benchmarks need (Debian, Ubuntu)
	@scripts/deps

build: ## bin/hybrid, for every MPI (MPICC=mpicc.mpich links that one, MPICC= leaves MPI out) and with CUDA (CUDA= leaves it out)
	@mkdir -p "$(BIN)"; tags= with=; cc=$$($(GO) env CC | cut -d' ' -f1); \
	if [ -z "$(MPICC)" ]; then echo "build: without MPI, as asked"; \
	elif [ "$(MPICC)" = lazy ] && ! command -v "$$cc" >/dev/null 2>&1; then echo "build: without MPI: that takes a C compiler, and there is no $$cc on the PATH"; \
	elif [ "$(MPICC)" = lazy ]; then echo "build: with any MPI, whose library is looked for at run time"; tags=mpi,lazympi with="scripts/withmpi lazy"; \
	elif [ "$(origin MPICC)" = file ] && ! command -v "$(MPICC)" >/dev/null 2>&1; then echo "build: without MPI: no $(MPICC) on the PATH"; \
	else \
		echo "build: with the MPI of $$(command -v "$(MPICC)" || echo "$(MPICC)")"; \
		tags=mpi with="scripts/withmpi $(MPICC)"; \
	fi; \
	if [ -z "$(CUDA)" ]; then echo "build: without CUDA, as asked"; \
	elif [ "$$(uname -s)" != Linux ] || ! command -v "$$cc" >/dev/null 2>&1; then echo "build: without CUDA: that takes Linux and a C compiler"; \
	else \
		echo "build: with CUDA, whose driver is looked for at run time"; \
		tags=$$tags,cuda with="scripts/withcuda $$with"; \
	fi; \
	echo "build: $(BIN)/hybrid"; \
	if [ -z "$$tags" ]; then CGO_ENABLED=0 $(GOBUILD) -o "$(BIN)/hybrid" ./cmd/hybrid; \
	else $$with $(GOBUILD) -tags "$${tags#,}" -o "$(BIN)/hybrid" ./cmd/hybrid; fi

ifneq ($(filter install uninstall,$(MAKECMDGOALS)),)
ifeq ($(DESTDIR)$(PREFIX),)
$(error PREFIX is empty: say where to install, as in make install PREFIX=/usr/local)
endif
endif

install: build ## PREFIX=/usr/local: hybrid, its manual pages, completions, modulefiles and documentation; below DESTDIR if given
	@scripts/install "$(BIN)/hybrid" "$(DESTDIR)$(PREFIX)"
	@echo "install: $(DESTDIR)$(PREFIX)/bin/hybrid; the rest is in $(DESTDIR)$(PREFIX)/share"
	@case ":$$PATH:" in *":$(PREFIX)/bin:"*) ;; *) echo "install: add $(PREFIX)/bin to PATH" ;; esac

uninstall: ## remove what install has installed
	@scripts/install --remove "$(DESTDIR)$(PREFIX)"

release: ## archives for PLATFORMS in build/release, with what install installs, and their checksums (needs python3: a C compiler for older systems comes from PyPI)
	@scripts/release $(PLATFORMS)

run: build ## build, then solve the default heat problem
	"$(BIN)/hybrid" heat

test: ## go test ./..., then every outer layer this machine has (HYBRID_REQUIRE=mpi,mpich,... makes a missing one fail)
	$(GO) test -tags layers -count=1 -run '^TestPlan$$' -v ./layers
	$(GO) test -timeout 30m ./...
	$(GO) test -tags layers -count=1 -timeout 60m -parallel 3 -v ./layers

generate: kernels ## all made files: the kernels, and the assembly from the programs that write it
	$(GO) generate ./...

gallery: build ## docs/models: a page of the models that ship, with pictures from runs of them
	$(GO) run ./scripts/gallery "$(BIN)/hybrid"

kernels: ## all PTX, and docs/kernels.md, from the CUDA sources (Linux, x86-64, after make deps; no GPU needed)
	$(GO) run ./kernels_cuda/gen

race: ## the Go tests under the race detector
	CGO_ENABLED=1 $(GO) test -race ./...

fuzz: ## every fuzz target for FUZZTIME (1m), one after the other: what readers of files and flags do with any bytes
	@GO="$(GO)" scripts/fuzz "$(FUZZTIME)"

bench: build ## this machine, and how hybrid uses it: bin/hybrid bench
	"$(BIN)/hybrid" bench

peers: ## hybrid beside numpy, numba, mpi4py, C and, on a GPU, PyTorch and CuPy, in turn in one run (PEERS=-quick: a shorter one)
	$(GO) run ./bench/peers $(PEERS)

# The outer layers go with what go test ./... compiles: with MPI's tags, all that they import would be compiled and
# looked at for them once more.
lint: ## gofmt, go vet and staticcheck, then the same where tags change anything: with MPI and CUDA, and without assembly
	@bad=$$(gofmt -l .); [ -z "$$bad" ] || { echo "gofmt -w needed: $$bad"; exit 1; }
	GOBIN="$(CURDIR)/build" $(GO) install $(STATICCHECK)
	@$(ALLTAGS); check() { \
		rest=$$($$1 scripts/unseen "$$seen" -tags "$$2"); [ -n "$$rest" ] || return 0; \
		echo "lint: the tags $$2, where they change anything"; $$1 $(GO) vet -tags "$$2" $$rest; $$1 build/staticcheck -tags "$$2" $$rest; \
	}; check "" layers; check "$$with" "$$tags"; check "" noasm

vulns: ## known vulnerabilities of what hybrid is built from, where their database can be reached
	@scripts/vulns "$(GO)" $(GOVULNCHECK)

# What is compiled for another system nothing here can run, and its code is that for Linux
# but for the few files that are vetted: types tell whether it compiles.
cross: ## link hybrid for every platform with Linux, check the types for others, and vet what make lint does not
	@$(ALLTAGS); for t in none "$$tags" noasm; do $$with scripts/unseen "$$seen" -tags "$$t" >/dev/null; done; \
	$(GO) build -o build/typecheck ./scripts/typecheck; \
	for p in $(PLATFORMS); do \
		echo "cross: $$p"; export GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0; \
		if [ $$GOOS = linux ]; then $(GO) build -o /dev/null ./cmd/hybrid; else build/typecheck $$p; fi; \
		set --; [ $$GOOS = linux ] || set -- "-gcflags=all=-l -dwarf=false"; \
		rest=$$(scripts/unseen "$$seen"); [ -z "$$rest" ] || $(GO) vet "$$@" $$rest; \
	done

# The tags of all layers this machine can build, the files that then take part, and what to run go with.
ALLTAGS = set -e; tags=layers with= seen=$$(mktemp); trap 'rm -f "$$seen"' EXIT; \
	if [ "$(MPICC)" = lazy ]; then tags=$$tags,mpi,lazympi with="scripts/withmpi lazy"; \
	elif [ -n "$(MPICC)" ] && command -v "$(MPICC)" >/dev/null 2>&1; then tags=$$tags,mpi with="scripts/withmpi $(MPICC)"; \
	else echo "lint: the files tagged mpi were left out: no \"$(MPICC)\" on the PATH"; fi; \
	if [ "$$(uname -s)" = Linux ]; then tags=$$tags,cuda,fakecuda with="scripts/withcuda $$with"; \
	else echo "lint: the files tagged cuda were left out: this is not Linux"; fi

clean: ## remove bin and build
	rm -rf bin build
