// sigstore-go-judge verifies many bundles in one process: questions on standard input and verdicts on standard output, one JSON
// value per line each. cosign is sigstore-go with a command line of its own, one bundle per process.
package main

import (
	"bytes"
	"crypto"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/cryptoutils"
	"github.com/sigstore/sigstore/pkg/signature"
)

type question struct {
	// Base64: a bundle need not be text.
	Bundle []byte `json:"bundle"`
	// The artifact itself, or its digest: the name of the hash, a colon, and hexadecimal.
	Artifact    []byte `json:"artifact"`
	Digest      string `json:"digest"`
	TrustedRoot string `json:"trustedRoot"`
	// The text of a public key in PEM; without one the identity and its issuer.
	Key     string `json:"key"`
	Subject string `json:"subject"`
	Issuer  string `json:"issuer"`
}

type verdict struct {
	Ok       bool   `json:"ok"`
	Error    string `json:"error,omitempty"`
	Panicked bool   `json:"panicked,omitempty"`
}

var roots = map[string]*root.TrustedRoot{}

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var q question
		if err := in.Decode(&q); err == io.EOF {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		if err := out.Encode(judge(q)); err != nil {
			log.Fatal(err)
		}
	}
}

func judge(q question) (answer verdict) {
	defer func() {
		if reason := recover(); reason != nil {
			answer = verdict{Error: fmt.Sprint(reason), Panicked: true}
		}
	}()
	if err := check(q); err != nil {
		return verdict{Error: err.Error()}
	}
	return verdict{Ok: true}
}

// The thresholds of our own policies: one log entry; for a certificate also one of its timestamps and one time of any witness.
func check(q question) error {
	var b bundle.Bundle
	if err := b.UnmarshalJSON(q.Bundle); err != nil {
		return err
	}
	trusted, err := trustedRoot(q.TrustedRoot)
	if err != nil {
		log.Fatal(err)
	}
	artifact := verify.WithArtifact(bytes.NewReader(q.Artifact))
	if hash, digits, found := strings.Cut(q.Digest, ":"); found {
		digest, err := hex.DecodeString(digits)
		if err != nil {
			log.Fatal(err)
		}
		artifact = verify.WithArtifactDigest(hash, digest)
	}
	if q.Key != "" {
		return run(&b, withKey(q.Key, trusted), verify.NewPolicy(artifact, verify.WithKey()), verify.WithNoObserverTimestamps())
	}
	identity, err := verify.NewShortCertificateIdentity(q.Issuer, "", q.Subject, "")
	if err != nil {
		log.Fatal(err)
	}
	policy := verify.NewPolicy(artifact, verify.WithCertificateIdentity(identity))
	return run(&b, trusted, policy, verify.WithSignedCertificateTimestamps(1), verify.WithObserverTimestamps(1))
}

func run(b *bundle.Bundle, trusted root.TrustedMaterial, policy verify.PolicyBuilder, options ...verify.VerifierOption) error {
	verifier, err := verify.NewVerifier(trusted, append(options, verify.WithTransparencyLog(1))...)
	if err != nil {
		log.Fatal(err)
	}
	_, err = verifier.Verify(b, policy)
	return err
}

func trustedRoot(path string) (*root.TrustedRoot, error) {
	if known, ok := roots[path]; ok {
		return known, nil
	}
	read, err := root.NewTrustedRootFromPath(path)
	roots[path] = read
	return read, err
}

func withKey(pem string, trusted root.TrustedMaterial) root.TrustedMaterial {
	key, err := cryptoutils.UnmarshalPEMToPublicKey([]byte(pem))
	if err != nil {
		log.Fatal(err)
	}
	return root.TrustedMaterialCollection{
		root.NewTrustedPublicKeyMaterial(func(string) (root.TimeConstrainedVerifier, error) {
			return timeless(key)
		}),
		trusted,
	}
}

func timeless(key crypto.PublicKey) (root.TimeConstrainedVerifier, error) {
	verifier, err := signature.LoadDefaultVerifier(key)
	if err != nil {
		return nil, err
	}
	return root.NewExpiringKey(verifier, time.Time{}, time.Time{}), nil
}
