#!/usr/bin/env python3
"""Judges claims about trees that another program made and judged (tests/proof/random_proofs.c).

    random_proofs COUNT SEED | judge_proofs.py

The roots are computed again from the entries; every claim is judged by proofs.py and by what the tree
holds; both must say what the other program said.
"""
import sys

import layouts
import proofs


def verdict(proof, root, k, value):
    try:
        return proofs.check_state_proof(proof, k, root) == value
    except proofs.Refused:
        return False


def verdict_ics23(data, root, k, value):
    try:
        proofs.check_ics23(data, root, k, value)
        return True
    except proofs.Refused:
        return False


class Judge:
    def __init__(self):
        self.root, self.held = None, {}
        self.trees = self.claims = self.true = self.wrong = 0
        self.is_root_checked = True

    def say(self, number, text):
        sys.stderr.write("line %d: %s\n" % (number, text))
        self.wrong += 1

    def check_root(self, number):
        if self.is_root_checked:
            return
        self.is_root_checked = True
        entries = [(k, layouts.sha256(value)) for k, value in self.held.items()]
        if layouts.tree_root(entries) != self.root:
            self.say(number, "the tree has another root")

    def claim(self, number, holds, k, value, proof, ics23):
        verdicts = [verdict(proof, self.root, k, value)] if proof else []
        if ics23:
            verdicts.append(verdict_ics23(ics23, self.root, k, value))
        if not verdicts or any(one != holds for one in verdicts):
            self.say(number, "judged otherwise: %s" % verdicts)
        if holds and self.held.get(k) != value:
            self.say(number, "a claim that is not true was proved")
        self.claims += 1
        self.true += holds

    def line(self, number, words):
        parts = [bytes.fromhex(word) if word != "-" else b"" for word in words[1:]
                 if len(word) > 1 or word == "-"]
        if words[0] == "tree":
            self.root, self.held, self.is_root_checked = parts[0], {}, False
            self.trees += 1
        elif words[0] == "entry":
            self.held[parts[0]] = parts[1]
        elif words[0] == "claim":
            self.check_root(number)
            k, value, proof, ics23 = parts
            self.claim(number, words[1] == "1", k, value or None, proof, ics23)
        else:
            self.say(number, "the two forms of a claim were judged differently")


def main():
    judge = Judge()
    for number, line in enumerate(sys.stdin, 1):
        judge.line(number, line.split())
    print("%d trees, %d claims, %d of them true: %s"
          % (judge.trees, judge.claims, judge.true, "%d WRONG" % judge.wrong if judge.wrong else "judged alike"))
    return 1 if judge.wrong or not judge.true or judge.true == judge.claims else 0


if __name__ == "__main__":
    sys.exit(main())
