// Judges claims of membership with the public ICS23 library, by the ProofSpec that
// docs/reference/ledger-formats.md states.
//
//	ics23 VECTORS.json        claims of tests/golden/proofs
//	ics23 -                   lines of tests/proof/random_proofs.c
//
// Every claim that has ICS23 bytes must be judged as it says.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	ics23 "github.com/cosmos/ics23/go"
)

var spec = &ics23.ProofSpec{
	LeafSpec: &ics23.LeafOp{
		Hash:         ics23.HashOp_SHA256,
		PrehashKey:   ics23.HashOp_NO_HASH,
		PrehashValue: ics23.HashOp_SHA256,
		Length:       ics23.LengthOp_NO_PREFIX,
		Prefix:       []byte{0},
	},
	InnerSpec: &ics23.InnerSpec{
		ChildOrder:      []int32{0, 1},
		ChildSize:       32,
		MinPrefixLength: 1,
		MaxPrefixLength: 1,
		EmptyChild:      make([]byte, 32),
		Hash:            ics23.HashOp_SHA256,
	},
	MaxDepth: 256,
}

type claim struct {
	Name  string `json:"name"`
	Root  string `json:"root"`
	Key   string `json:"key"`
	Value string `json:"value"`
	Ics23 string `json:"ics23"`
	Holds bool   `json:"holds"`
}

type judge struct{ accepted, refused, wrong int }

func bytesOf(text string) []byte {
	bytes, err := hex.DecodeString(text)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	return bytes
}

func (j *judge) look(c claim) {
	proof := &ics23.CommitmentProof{}
	holds := proof.Unmarshal(bytesOf(c.Ics23)) == nil && proof.GetExist() != nil &&
		ics23.VerifyMembership(spec, bytesOf(c.Root), proof, bytesOf(c.Key), bytesOf(c.Value))
	if holds {
		j.accepted++
	} else {
		j.refused++
	}
	if holds != c.Holds {
		fmt.Fprintf(os.Stderr, "%s: judged otherwise by the public library\n", c.Name)
		j.wrong++
	}
}

func (j *judge) file(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var claims []claim
	if err = json.Unmarshal(data, &claims); err != nil {
		return err
	}
	for _, c := range claims {
		j.look(c)
	}
	return nil
}

func (j *judge) lines() error {
	root := ""
	scanner := bufio.NewScanner(os.Stdin)
	scanner.Buffer(nil, 1<<22)
	for number := 1; scanner.Scan(); number++ {
		words := strings.Fields(scanner.Text())
		if words[0] == "tree" {
			root = words[1]
		}
		if words[0] != "claim" || words[5] == "-" {
			continue
		}
		j.look(claim{fmt.Sprintf("line %d", number), root, words[2], words[3], words[5], words[1] == "1"})
	}
	return scanner.Err()
}

func main() {
	j := judge{}
	for _, path := range os.Args[1:] {
		err := error(nil)
		if path == "-" {
			err = j.lines()
		} else {
			err = j.file(path)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
	}
	fmt.Printf("public ICS23 library: %d claims accepted, %d refused, %d judged otherwise\n", j.accepted,
		j.refused, j.wrong)
	if j.wrong > 0 || j.accepted == 0 {
		os.Exit(1)
	}
}
