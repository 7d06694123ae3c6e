#!/usr/bin/env python3
"""audit why: splits and nettings, part by part, over a chain of its own.

    why_parts.py WATTCLAUSE ROOT

The amounts are worked examples: 100.00 in three equal parts, 800.00 by 500:400:300, 10.01 by 3:3:4
(ties to the lowest index); the performance part of a demand response, 600.00 less 10 % by 250:200:150; a
direct trade of which 40,000.00, 10,500.00 and 2,910.00 are three parts. Every node is computed again with
fractions by the checks of audit_why.py, the order of the remainders here.
"""
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

program, root = (os.path.abspath(path) for path in sys.argv[1:3])
PEOPLE = ("first", "second", "third", "fourth", "fifth")
START = "2026-01-01T%02d:%02d:00Z"


def reference():
    """The arithmetic of audit_why.py, without its demo."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "audit_why.py"),
              encoding="utf-8") as text:
        source = text.read().split("def fact(")[0]
    names = {"__name__": "reference", "__file__": "audit_why.py"}
    exec(compile(source, "audit_why.py", "exec"), names)
    names["SOURCES"] = False  # this contract's is not in the program
    return names


checks = reference()


def run(*arguments, code=0):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout


# ---- a chain ----------------------------------------------------------------------------------------


class Chain:
    def __init__(self):
        old = os.umask(0o077)
        with open("password", "w", encoding="ascii") as out:
            out.write("correct horse\n")
        run("key", "new", "our.key", "--passphrase-file", "password", "--words-file", "our.words")
        run("key", "new", "two.key", "--passphrase-file", "password", "--words-file", "two.words")
        os.umask(old)
        with open(os.path.join(root, "tests/data/ledger/parts.clause"), encoding="utf-8") as text:
            source = text.read()
        with open("parts.clause", "w", encoding="utf-8") as out:
            out.write(source)
        run("build", "--quiet", "parts.clause", "-o", "parts.wcb")
        self.genesis()
        self.nonces, self.minute = {}, 0
        self.node = subprocess.Popen([program, "node", "start", "chain", "--passphrase-file", "password"],
                                     stderr=subprocess.DEVNULL)
        while not os.path.exists("chain/run/api") or os.path.getsize("chain/run/api") == 0:
            assert self.node.poll() is None, "the node ended"
            try:
                self.node.wait(0.1)
            except subprocess.TimeoutExpired:
                pass
        with open("chain/run/api", encoding="ascii") as text:
            self.url = "http://" + text.read().strip()

    def genesis(self):
        ours, two = (re.search(r"public key +(\w+)", run("key", "show", name)).group(1)
                     for name in ("our.key", "two.key"))
        text = ("[chain]\nid = test-parts\ntime = %s\nclock = scripted\n\n[asset UNIT]\nnumber = 1\n"
                "issuer = admin\n\n[asset CNY]\nnumber = 2\nscale = 2\nissuer = bank\n\n"
                "[account bank]\nrole = SettlementBank\nkey = %s\nkey = %s\nthreshold = 2\n\n"
                "[account admin]\nrole = Admin\nkey = %s\n\n" % (START % (0, 0), ours, two, ours))
        for name in PEOPLE:
            text += "[account %s]\nrole = Consumer\nkey = %s\n\n" % (name, ours)
        text += ("[admin]\nthreshold = 1\nmember = admin\n\n[validator admin]\nkey = sequencer\n\n"
                 "[modules]\nfile = parts.wcb\n")
        with open("genesis.txt", "w", encoding="utf-8") as out:
            out.write(text)
        made = run("node", "init", "chain", "--genesis", "genesis.txt", "--passphrase-file", "password")
        os.mkdir("chain/contracts")
        os.link("parts.wcb", "chain/contracts/parts.wcb")
        self.hash = re.search(r"genesis hash +(\w+)", made).group(1)
        with open("chain/node.conf", encoding="utf-8") as text:
            config = re.sub(r"(?m)^listen = .*", "listen = 127.0.0.1:0", text.read())
        with open("chain/node.conf", "w", encoding="utf-8") as out:
            out.write(config)

    def send(self, signer, *calls, keys=("our.key",)):
        """The receipt of a transaction, and the result of its first call."""
        self.minute += 1
        time = START % divmod(self.minute, 60)
        nonce = self.nonces.get(signer, 0)
        self.nonces[signer] = nonce + 1
        with open("call.json", "w", encoding="utf-8") as out:
            json.dump({"chain": "test-parts", "genesis_hash": self.hash, "nonce": nonce, "signers": [signer],
                       "expires": "2026-01-20T00:00:00Z", "gas_limit": 50000000,
                       "assets": {"CNY": {"number": 2, "decimals": 2}}, "calls": calls}, out)
        run("tx", "build", "call.json", "--names", "chain", "-o", "call.tx")
        for number, key in enumerate(keys):
            run("tx", "sign", "call.tx", "--names", "chain", "--as", signer, "--key", key, "--key-id",
                str(number), "--passphrase-file", "password", "--quiet", "-o", "call.tx")
        said = run("tx", "submit", "call.tx", "--node", self.url, "--time", time)
        result = re.search(r"result +(\S+)", said)
        return (re.search(r"receipt +(\d+\.\d+), OK", said).group(1),
                result.group(1) if result else None)

    def stop(self):
        self.node.terminate()
        self.node.wait(30)


# ---- one answer -------------------------------------------------------------------------------------


def postings(receipt):
    """What a call paid: (party, amount, event), in order."""
    rows = checks["csv"].DictReader(checks["io"].StringIO(run("export", "journal", "chain", "--quiet")))
    record, index = receipt.split(".")
    return [(row["account_name"], row["debit"], row["event"]) for row in rows
            if row["line"] == "1" and (row["record"], row["receipt"]) == (record, index)]


def derive(receipt, event):
    place = receipt + "." + event
    answer = json.loads(run("audit", "why", "--json", "--ledger", "chain", place))
    node = answer["derivation"][0]
    checks["check"](node, {})
    return node, run("audit", "why", "--ledger", "chain", place)


def steps(node):
    yield node
    for part in node.get("parts", []):
        yield from steps(part)


def all_parts(receipt, expected):
    """The payments of a call are these; each is derived."""
    paid = postings(receipt)
    assert [(who, amount) for who, amount, _ in paid] == expected, (paid, expected)
    return [derive(receipt, event) for _, _, event in paid]


def units(nodes):
    """Who got a unit, by the sentences of a largest remainder."""
    said = []
    for node, text in nodes:
        unit = [step for step in steps(node) if step["how"] == "from" and "by remainder" in step["from"]]
        assert len(unit) == 1 and unit[0]["from"] in text, text
        assert unit[0]["from"].startswith("one of") == (Fraction(unit[0]["value"]) > 0), unit
        said.append(unit[0]["from"])
    return said


def order_of(total, weights, places=2):
    """Places among the remainders, and how many units are left; ties to the lowest index."""
    exact = [Fraction(total) * 10 ** places * weight / sum(weights) for weight in weights]
    floors = [int(part) for part in exact]
    rank = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    return [rank.index(i) + 1 for i in range(len(exact))], int(Fraction(total) * 10 ** places) - sum(floors)


def check_order(nodes, total, weights):
    places, left = order_of(total, weights)
    for said, place in zip(units(nodes), places):
        expected = "%s of %d unit%s left: number %d of %d by remainder%s" % (
            "one" if place <= left else "none", left, "" if left == 1 else "s", place, len(weights),
            ", the last to get one" if place == left else "")
        assert said == expected, (said, expected)


# ---- the cases --------------------------------------------------------------------------------------


class Contract:
    def __init__(self, chain):
        self.chain = chain
        bank = {"native": "deposit", "arguments": {"asset": 2, "amount": 20000000, "statement": "1",
                                                   "value_day": 20454}}
        chain.send("bank", *({**bank, "arguments": {**bank["arguments"], "party": name, "entry": str(i)}}
                             for i, name in enumerate(PEOPLE[:4])), keys=("our.key", "two.key"))
        self.address = chain.send("first", {
            "create": "parts.wcb", "parties": dict(zip("abcd", PEOPLE)), "terms": {}})[1]
        for name in PEOPLE[:4]:
            self.call("keep", name, x="150000.00")

    def call(self, action, signer="first", **arguments):
        return self.chain.send(signer, {
            "action": action, "contract": "parts.wcb", "instance": self.address, "arguments": arguments,
            "ceilings": [{"account": signer, "amount": "150000.00 CNY"}]})[0]


def mapped(names, values):
    return [{"key": name, "value": value} for name, value in zip(names, values)]


def in_key_order(names):
    """Maps are in the order of addresses."""
    with open("chain/names.json", encoding="utf-8") as text:
        known = json.load(text)
    letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    return sorted(names, key=lambda name: [letters.index(letter) for letter in known[name][3:]])


# Each case sends its calls, and checks what came of them when the node has stopped.


def largest_remainders(contract):
    three = in_key_order(PEOPLE[1:4])
    examples = (("100.00", (1, 1, 1), ("33.34", "33.33", "33.33")),
                ("800.00", (500, 400, 300), ("333.33", "266.67", "200.00")),
                ("10.01", (3, 3, 4), ("3.00", "3.00", "4.01")))
    sent = [contract.call("weigh", x=total, w=mapped(three, weights)) for total, weights, _ in examples]
    yield
    for receipt, (total, weights, amounts) in zip(sent, examples):
        nodes = all_parts(receipt, list(zip(three, amounts)))
        check_order(nodes, total, weights)
        for i, (node, text) in enumerate(nodes):
            assert node["name"] == "part %d of 3, to %s" % (i + 1, three[i]), node["name"]
            assert "all weights = %d " % sum(weights) in text and node["line"] == 13, text
            assert any(step.get("from", "").startswith("argument w[") for step in steps(node)), text


def shares_before_the_rest(contract):
    three = in_key_order(PEOPLE[1:4])
    sent = [contract.call("performed", x=total, delivered=mapped(three, delivered)) for total, delivered in (
        ("600.00", ("250.000", "200.000", "150.000")), ("0.07", ("1.000", "1.000", "1.000")))]
    yield
    nodes = all_parts(sent[0], [("first", "60.00")] + list(zip(three, ("225.00", "180.00", "135.00"))))
    assert all("no unit is left: the parts are whole" in text for _, text in nodes), nodes
    text = nodes[1][1]
    for wanted in ("rest = 540.0000 CNY   600.00 CNY × 0.90", "share of the rest = 0.90", "1.00 less 1 part", "250.000 kWh", "all weights = 600.000 kWh"):
        assert wanted in text, (wanted, text)
    # floors 0, 2, 2, 2 of 0.7, 2.1, 2.1, 2.1: the one unit that is left goes to the share of 10 %
    nodes = all_parts(sent[1], [("first", "0.01")] + [(name, "0.02") for name in three])
    check_order(nodes, "0.07", (Fraction(1, 10), Fraction(3, 10), Fraction(3, 10), Fraction(3, 10)))


def roundings_and_a_rest(contract):
    sent = [contract.call("wheel", x="53410.00"), contract.call("cut", x="0.01"),
            contract.call("cut", x="0.03")]
    yield
    # Of 53,410.00 wheeling and funds by shares of four decimals: near 10,500.00 and 2,910.00.
    shares = [round(Fraction(53410) * Fraction(share) / 100, 2) for share in ("19.6592", "5.4484")]
    assert shares == [Fraction("10499.98"), Fraction("2909.99")], shares
    nodes = all_parts(sent[0], [("third", "10499.98"), ("fourth", "2909.99"), ("second", "40000.03")])
    assert nodes[0][0]["how"] == "rounding" and nodes[0][0]["mode"] == "half_even"
    assert nodes[2][0]["how"] == "rest" and [part["value"] for part in nodes[2][0]["parts"]] == [
        "53410.00", "10499.98", "2909.99"], nodes[2][0]
    assert "part 3 of 3, to second = 40000.03 CNY   53410.00 CNY less 2 parts" in nodes[2][1], nodes[2][1]
    # 0.005 up is 0.01 for the first; what the second is cut to is nothing.
    nodes = all_parts(sent[1], [("second", "0.01")])
    assert nodes[0][0]["mode"] == "up"
    # 0.03: 0.015 up is 0.02, and the second 0.02 is cut to 0.01.
    cut = all_parts(sent[2], [("second", "0.02"), ("third", "0.01")])[1][0]
    assert cut["how"] == "min" and [part["value"] for part in cut["parts"]] == ["0.02", "0.01"], cut
    assert cut["parts"][1]["how"] == "rest", cut


def netted(contract, values):
    four = in_key_order(PEOPLE[:4])
    contract.call("note", n=mapped(four, values))
    return contract.call("net", limit="5.00")


def nettings(contract):
    four = in_key_order(PEOPLE[:4])
    short, over = ("-8.00", "3.25", "-1.00", "5.50"), ("-8.00", "3.25", "-1.00", "6.00")
    paid_out, paid_in = netted(contract, short), netted(contract, over)
    yield
    # Who pays, in key order; who is paid; then the owner of the residual.
    paid = postings(paid_out)
    assert [amount for _, amount, _ in paid] == ["8.00", "1.00", "3.25", "5.50", "0.25"], paid
    nodes = [derive(paid_out, event) for _, _, event in paid]
    for (node, text), i in zip(nodes, (0, 2, 1, 3)):
        rule, name = ("minus_sum", "paid by ") if short[i][0] == "-" else ("sum", "net of ")
        assert node["how"] == rule and node["name"] == name + four[i], node
        assert "net of %s = %s CNY   entry of the netting" % (four[i], short[i]) in text, text
        assert "self.owed[%s]" % four[i] in text, text
    residual, text = nodes[4]
    assert (residual["how"], residual["value"]) == ("minus_sum", "0.25"), residual
    assert [part["value"] for part in residual["parts"]] == list(short), residual
    assert [part["name"] for part in residual["parts"]] == ["net of " + name for name in four]
    assert "residual = 0.25 CNY   minus the sum of 4 parts" in text, text
    # A residual that its owner pays comes between those who pay and those who are paid.
    paid = postings(paid_in)
    assert [amount for _, amount, _ in paid] == ["8.00", "1.00", "0.25", "3.25", "6.00"], paid
    residual = derive(paid_in, paid[2][2])[0]
    assert residual["how"] == "sum" and [part["value"] for part in residual["parts"]] == list(over)


def check_moved(receipt, gone, late, net):
    left = {name: Fraction(value) for name, value in net.items() if name != gone}
    left[late] = left.get(late, 0) + Fraction("1.25")
    entries = {}
    for _, _, event in postings(receipt):
        node, _ = derive(receipt, event)
        if node["name"] == "residual":
            continue
        name = re.search(r"(?:net of|paid by) (\S+)", node["name"]).group(1)
        entries[name] = Fraction(node["value"]) * (-1 if node["how"] == "minus_sum" else 1)
        froms = {step["from"] for step in steps(node) if step["how"] == "from"}
        own = {"self.owed[%s]" % name} if name != gone else set()
        own |= {"argument x"} if name == late else set()
        assert froms == own, (gone, late, name, froms, own)
    assert entries == left, (gone, late, entries, left)


def entries_that_moved(contract):
    """After `remove` and an insertion each number still comes from its own entry."""
    four = in_key_order(PEOPLE[:4])
    net = dict(zip(four, ("-3.00", "3.25", "-1.00", "1.50")))
    contract.call("note", n=mapped(four, net.values()))
    sent = [(contract.call("net_without", gone=four[k], late=four[late], x="1.25"), four[k], four[late])
            for k, late in ((0, 0), (1, 3), (2, 1), (3, 3))]
    yield
    for receipt, gone, late in sent:
        check_moved(receipt, gone, late, net)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    there = Chain()
    try:
        made = Contract(there)
        cases = [case(made) for case in (largest_remainders, shares_before_the_rest, roundings_and_a_rest,
                                         nettings, entries_that_moved)]
        for case in cases:
            next(case)
    finally:
        there.stop()
    for case in cases:
        for _ in case:
            raise AssertionError("a case has two parts")
    os.chdir("/")
print("why_parts.py: passed")
