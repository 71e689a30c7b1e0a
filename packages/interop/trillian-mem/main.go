// trillian-mem is one process with Trillian's real log server, admin server and
// log signer (sequencer) over Trillian's own in-memory storage, so that CTFE
// (ct_server) and Rekor v1 can run with no database. All state is lost at exit.
// A leaf that is there already is refused, which that storage does not do itself.
package main

import (
	"context"
	"flag"
	"net"
	"os/signal"
	"syscall"
	"time"

	"github.com/google/trillian"
	"github.com/google/trillian/extension"
	"github.com/google/trillian/log"
	"github.com/google/trillian/monitoring"
	"github.com/google/trillian/quota"
	"github.com/google/trillian/server"
	"github.com/google/trillian/server/admin"
	"github.com/google/trillian/server/interceptor"
	"github.com/google/trillian/storage/memory"
	"github.com/google/trillian/util/clock"
	"github.com/google/trillian/util/election2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/reflection"
	"k8s.io/klog/v2"
)

var (
	rpcEndpoint = flag.String("rpc_endpoint", "127.0.0.1:8090", "Endpoint for RPC requests (host:port)")
	interval    = flag.Duration("sequencer_interval", 50*time.Millisecond, "Time between each sequencing pass")
	batch       = flag.Int("batch_size", 1000, "Max number of leaves to process per batch")
)

func main() {
	klog.InitFlags(nil)
	flag.Parse()
	defer klog.Flush()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	ts := memory.NewTreeStorage()
	mf := monitoring.InertMetricFactory{}
	reg := extension.Registry{
		AdminStorage:    memory.NewAdminStorage(ts),
		LogStorage:      memory.NewLogStorage(ts, mf),
		QuotaManager:    quota.Noop(),
		ElectionFactory: election2.NoopFactory{},
		MetricFactory:   mf,
	}
	srv := grpc.NewServer(grpc.UnaryInterceptor(interceptor.ErrorWrapper))
	trillian.RegisterTrillianAdminServer(srv, admin.New(reg, nil))
	trillian.RegisterTrillianLogServer(srv, &once{
		TrillianLogServer: server.NewTrillianLogRPCServer(reg, clock.System),
		taken:             map[key]*trillian.LogLeaf{},
	})
	reflection.Register(srv)

	log.QuotaIncreaseFactor = 1.1
	mgr := log.NewSequencerManager(reg, 0)
	op := log.NewOperationManager(log.OperationInfo{
		Registry: reg, BatchSize: *batch, NumWorkers: 2, RunInterval: *interval, TimeSource: clock.System,
	}, mgr)
	go op.OperationLoop(ctx)

	lis, err := net.Listen("tcp", *rpcEndpoint)
	if err != nil {
		klog.Exitf("listen: %v", err)
	}
	klog.Infof("trillian-mem serving on %s", lis.Addr())
	go func() { <-ctx.Done(); srv.Stop() }()
	if err := srv.Serve(lis); err != nil && ctx.Err() == nil {
		klog.Exitf("serve: %v", err)
	}
}
