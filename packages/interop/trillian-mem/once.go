package main

import (
	"context"
	"sync"

	"github.com/google/trillian"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// once takes each leaf a single time, as Trillian's database storages do and its
// in-memory one does not: the "equivalent entry already exists" of a public log
// comes from here.
type once struct {
	trillian.TrillianLogServer
	mu    sync.Mutex
	taken map[key]*trillian.LogLeaf
}

type key struct {
	log  int64
	leaf string
}

func (o *once) QueueLeaf(ctx context.Context, req *trillian.QueueLeafRequest) (*trillian.QueueLeafResponse, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	k := key{req.LogId, string(req.GetLeaf().GetLeafIdentityHash())}
	if k.leaf == "" {
		k.leaf = string(req.GetLeaf().GetLeafValue())
	}
	if leaf, found := o.taken[k]; found {
		exists := status.New(codes.AlreadyExists, "leaf already exists").Proto()
		return &trillian.QueueLeafResponse{QueuedLeaf: &trillian.QueuedLogLeaf{Leaf: leaf, Status: exists}}, nil
	}
	resp, err := o.TrillianLogServer.QueueLeaf(ctx, req)
	if err == nil {
		o.taken[k] = resp.QueuedLeaf.Leaf
	}
	return resp, err
}
