# hybrid: `make` alone lists the targets.

# The MPI to build with, by its compiler wrapper: the PATH's mpicc where there
# is one; MPICC=mpicc.mpich chooses another; MPICC= builds without MPI.
MPICC ?= mpicc
# Where build writes hybrid.
BIN ?= bin
GO ?= go
STATICCHECK = $(GO) run honnef.co/go/tools/cmd/staticcheck@v0.7.0
VERSION = $$(git describe --tags --always --dirty 2>/dev/null || echo devel)
GOBUILD = $(GO) build -buildvcs=false -ldflags "-X main.version=$(VERSION)"
PLATFORMS = linux/amd64 linux/arm64 darwin/amd64 darwin/arm64

.PHONY: help deps build run test kernels race bench lint cross clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## install what the outer test layers and benchmarks need (Debian, Ubuntu)
	@scripts/deps

build: ## bin/hybrid, with MPI where there is one (MPICC=mpicc.mpich chooses, MPICC= leaves it out)
	@mkdir -p "$(BIN)"
	@if [ -z "$(MPICC)" ]; then \
		echo "build: $(BIN)/hybrid without MPI, as asked"; \
		CGO_ENABLED=0 $(GOBUILD) -o "$(BIN)/hybrid" ./cmd/hybrid; \
	elif [ "$(origin MPICC)" = file ] && ! command -v "$(MPICC)" >/dev/null 2>&1; then \
		echo "build: $(BIN)/hybrid without MPI: no $(MPICC) on the PATH"; \
		CGO_ENABLED=0 $(GOBUILD) -o "$(BIN)/hybrid" ./cmd/hybrid; \
	else \
		echo "build: $(BIN)/hybrid with the MPI of $$(command -v "$(MPICC)" || echo "$(MPICC)")"; \
		scripts/withmpi "$(MPICC)" $(GOBUILD) -tags mpi -o "$(BIN)/hybrid" ./cmd/hybrid; \
	fi

run: build ## build, then solve the default heat problem
	"$(BIN)/hybrid" heat

test: ## go test ./..., then every outer layer this machine has (HYBRID_REQUIRE=mpi,mpich,... makes a missing one fail)
	$(GO) test -tags layers -count=1 -run '^TestPlan$$' -v ./layers
	$(GO) test ./...
	$(GO) test -tags layers -count=1 -timeout 30m -v ./layers

kernels: ## kernels_cuda/ptx and docs/kernels.md from the CUDA sources (Linux, x86-64, after make deps; no GPU needed)
	$(GO) run ./kernels_cuda/gen

race: ## the Go tests under the race detector
	CGO_ENABLED=1 $(GO) test -race ./...

bench: ## heat and message latency beside plain C and Python, in the same run
	$(GO) run ./bench/heat
	$(GO) run ./bench/latency

lint: ## gofmt, go vet and staticcheck, without MPI and with it
	@bad=$$(gofmt -l .); [ -z "$$bad" ] || { echo "gofmt -w needed: $$bad"; exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags layers ./layers
	$(STATICCHECK) ./...
	$(STATICCHECK) -tags layers ./layers
	@if [ -n "$(MPICC)" ] && command -v "$(MPICC)" >/dev/null 2>&1; then set -ex; \
		scripts/withmpi "$(MPICC)" $(GO) vet -tags mpi ./...; \
		scripts/withmpi "$(MPICC)" $(STATICCHECK) -tags mpi ./...; \
	else echo "lint: the files tagged mpi were left out: no \"$(MPICC)\" on the PATH"; fi

cross: ## build and vet for every platform
	@for p in $(PLATFORMS); do \
		echo "cross: $$p"; \
		GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0 $(GO) build ./... || exit 1; \
		GOOS=$${p%/*} GOARCH=$${p#*/} CGO_ENABLED=0 $(GO) vet ./... || exit 1; \
	done

clean: ## remove bin and build
	rm -rf bin build
