"""tx build, show, sign, merge, encode as users run them. The bytes are held against the independent
encoder of tests/reference/layouts.py, the id against hashlib; wrong descriptions are refused with
their place.

    tx.py WATTCLAUSE ROOT      works in a folder of its own
"""

import base64
import copy
import json
import os
import subprocess
import sys
import tempfile

program, root = (os.path.abspath(path) for path in sys.argv[1:3])
sys.path.insert(0, os.path.join(root, "tests/reference"))
import layouts as la  # noqa: E402

SOURCE = """module kinds;
use std.energy;

enum Season { Summer, Winter }
record Line { amount : Yuan; at : time; }

contract Kinds {
    parties { seller, buyer : party; }
    signatory seller, buyer;
    terms { price : Price; steps : int<0..96>; }
    states { Open initial; Done final; }
    storage { seen : int; }

    action take(
        delivered : Energy, count : int, sure : bool, day : date, at : time, season : Season,
        to : party, note : text<20>, id : bytes<4>, line : Line, maybe : option<Energy>,
        many : list<int, 3>, some : set<int, 4>, rates : map<party, Price, 2>,
        curve : series<Energy, 900 s, 4>)
        by seller, buyer when Open
    {
        self.seen = count;
    }
    view last() -> int { return self.seen; }
    after deployed + 720 h when Open -> Done { goto Done(); }
}
"""

SELLER, BUYER, WHERE = bytes([1] * 32), bytes([2] * 32), bytes([3] * 32)
GENESIS = bytes([17] * 32)


def wc(address):
    return la.bech32m("wc", address)


def description():
    take = {
        "delivered": "12.5 kWh", "count": -7, "sure": True, "day": "2026-12-01",
        "at": "2026-12-01T06:00:00Z", "season": "Winter", "to": wc(WHERE), "note": "Zähler 4",
        "id": "c0ffee00", "line": {"amount": "3.00", "at": "2026-12-01T00:00:00Z"}, "maybe": None,
        "many": ["3", 2, 3], "some": [9, -1, "4"],
        "rates": [{"key": wc(BUYER), "value": "0.5"}, {"key": wc(SELLER), "value": "0.40000 CNY/kWh"}],
        "curve": {"start": "2026-12-01T00:00:00Z", "step": 900,
                  "values": [{"quality": "Measured", "value": "0.250"}, {"quality": "Missing"}]},
    }
    return {
        "chain": "test-one", "genesis_hash": GENESIS.hex(),
        "signers": [wc(SELLER), {"account": wc(BUYER), "role": "Retailer"}],
        "nonce": 4, "lane": 8, "expires": "2026-12-31T12:00:00Z", "gas_limit": "1000000",
        "max_fee": 5, "memo": "ab" * 32, "payer": wc(BUYER),
        "assets": {"CNY": {"number": 2, "decimals": 2}},
        "calls": [
            {"create": "kinds.clause", "parties": {"seller": wc(SELLER), "buyer": wc(BUYER)},
             "terms": {"price": "0.40000 CNY/kWh", "steps": 96}},
            {"action": "take", "contract": "kinds.clause", "instance": wc(WHERE), "arguments": take,
             "principal": wc(BUYER),
             "ceilings": [{"account": wc(BUYER), "amount": "5.00 CNY"}]},
            {"native": "role_grant", "signers": [wc(SELLER)],
             "arguments": {"account": wc(BUYER), "role": "SettlementBank", "from_h": 0,
                           "to_h": "never"}},
        ],
    }


def amount(value):
    return la.i64(value)


def expected_body(code):
    """The same transaction by the encoder that was written from the specification."""
    day, noon, six = 20788, 1798718400, 1796104800 # 2026-12-01; 31 December 12:00; 1 December 06:00
    take = (amount(12500) + amount(-7) + la.u8(1) + la.i64(day) + la.i64(six) + la.u16(1) + WHERE
            + la.str32("Zähler 4".encode()) + bytes.fromhex("c0ffee00")
            + amount(300) + la.i64(day * 86400) + la.u16(0)
            + la.u32(3) + amount(3) + amount(2) + amount(3)
            + la.u32(3) + amount(-1) + amount(4) + amount(9)
            + la.u32(2) + SELLER + amount(40000) + BUYER + amount(50000)
            + la.i64(day * 86400) + la.u32(2) + amount(250) + amount(0) + la.u8(0) + la.u8(3))
    create = SELLER + BUYER + amount(40000) + la.i64(96)
    grant = BUYER + la.u16(8) + la.u64(0) + la.u64(2**64 - 1)
    native = la.H("sys/1", b"native")
    calls = [la.call(2, 3, 0, code, 0, [], create),
             la.call(0, 3, 1, WHERE, 0, [(1, 2, 500)], take),
             la.call(3, 1, 0, native, 2, [], grant)]
    return la.body(b"test-one", [(SELLER, 0), (BUYER, 4)], 1, 8, 4, 0, 0, noon, 1000000, 5,
                   bytes([0xAB] * 32), calls, [])


failures = 0


def check(condition, text):
    global failures
    if not condition:
        failures += 1
        print("FAILED:", text)


def run(*arguments, code=0):
    done = subprocess.run([program, "tx", *arguments], capture_output=True, text=True, check=False)
    check(done.returncode == code, "%s: exit %d, expected %d\n%s" % (
        arguments, done.returncode, code, done.stderr))
    return done


def write(path, value):
    with open(path, "w", encoding="utf-8") as out:
        json.dump(value, out)


def load(path):
    with open(path, encoding="utf-8") as text:
        return json.load(text)


def the_bytes_are_those_of_the_specification():
    write("d.json", description())
    run("build", "d.json", "-o", "t.tx")
    subprocess.run([program, "build", "--quiet", "kinds.clause"], check=True)
    abi = subprocess.run([program, "abi", "kinds.clause"], capture_output=True, text=True, check=True)
    code = bytes.fromhex(json.loads(abi.stdout)["code_id"])
    body = expected_body(code)
    check(load("t.tx")["body"] == body.hex(), "body\n%s\n%s" % (load("t.tx")["body"], body.hex()))
    shown = json.loads(run("show", "t.tx", "kinds.clause").stdout)
    check(shown["id"] == la.tx_id(GENESIS, body).hex(), "id %s" % shown["id"])
    take = shown["calls"][1]["arguments"]
    check(take["delivered"] == "12.500" and take["some"] == ["-1", "4", "9"], "arguments %s" % take)
    check(shown["calls"][0]["terms"] == {"price": "0.40000", "steps": "96"}, "terms")
    check(shown["calls"][2]["arguments"]["to_h"] == "never", "native arguments")
    bare = json.loads(run("show", "t.tx").stdout)
    check(bare["calls"][1]["arguments_hex"].startswith(amount(12500).hex()), "shown without contract")


def what_is_shown_can_be_built_again():
    shown = json.loads(run("show", "t.tx", "kinds.clause").stdout)
    again = description()
    again["calls"][0]["terms"] = shown["calls"][0]["terms"]
    again["calls"][1]["arguments"] = shown["calls"][1]["arguments"]
    again["calls"][2]["arguments"] = shown["calls"][2]["arguments"]
    write("again.json", again)
    run("build", "again.json", "-o", "again.tx")
    check(load("again.tx")["body"] == load("t.tx")["body"], "shown values build other bytes")


def keys():
    old = os.umask(0o077)
    with open("password", "w", encoding="ascii") as out:
        out.write("correct horse\n")
    for name in "ab":
        subprocess.run([program, "key", "new", name + ".key", "--passphrase-file", "password",
                        "--words-file", name + ".words"], check=True, capture_output=True)
    os.umask(old)


def sign(file, key, who, out, *more, code=0):
    return run("sign", file, "--key", key, "--passphrase-file", "password", "--as", wc(who), "-o", out,
               *more, code=code)


def signers_add_to_the_same_bytes_in_any_order():
    sign("t.tx", "a.key", SELLER, "ta.tx")
    sign("t.tx", "b.key", BUYER, "tb.tx", "--key-id", "3")
    missing = run("encode", "ta.tx", code=1)
    check("SIG_MISSING" in missing.stderr, "a missing signature: %s" % missing.stderr)
    run("merge", "ta.tx", "tb.tx", "-o", "tab.tx")
    run("merge", "tb.tx", "ta.tx", "-o", "tba.tx")
    sign("tb.tx", "a.key", SELLER, "one-after-other.tx")
    check(load("tab.tx") == load("tba.tx") == load("one-after-other.tx"), "merged files differ")
    file = load("tab.tx")
    raw = la.tx(bytes.fromhex(file["body"]),
                [(s["auth"], s["key_id"], bytes.fromhex(s["signature"])) for s in file["signatures"]], [])
    check(base64.b64decode(run("encode", "tab.tx").stdout) == raw, "encoded bytes")
    run("encode", "tab.tx", "-o", "raw")
    with open("raw", "rb") as stored:
        check(stored.read() == raw, "encoded file")
    twice = sign("ta.tx", "a.key", SELLER, "x.tx", code=1)
    check("has signed already" in twice.stderr, twice.stderr)
    stranger = sign("t.tx", "a.key", WHERE, "x.tx", code=1)
    check("is no signer" in stranger.stderr, stranger.stderr)
    shown = sign("t.tx", "a.key", SELLER, "x.tx").stderr
    check('"gas_limit": "1000000"' in shown, "nothing shown before signing")
    other = description()
    other["nonce"] = 5
    write("other.json", other)
    run("build", "other.json", "-o", "other.tx")
    check("different transactions" in run("merge", "t.tx", "other.tx", code=1).stderr, "merge of two")


def detached_arguments_travel_beside_the_body():
    value = description()
    value["calls"][1]["detached"] = True
    write("detached.json", value)
    run("build", "detached.json", "-o", "detached.tx")
    run("build", "detached.json", "-o", "detached2.tx")
    file = load("detached.tx")
    payload = file["payloads"][0]
    hashed = la.payload_hash(bytes.fromhex(payload["salt"]), bytes.fromhex(payload["bytes"]))
    check(hashed.hex() in file["body"], "the body signs for another payload")
    check(payload["bytes"][:40] not in file["body"], "detached arguments in the body")
    check(load("detached2.tx")["payloads"][0]["salt"] != payload["salt"], "a salt was used twice")
    file["payloads"][0]["bytes"] = payload["bytes"][:-2] + "55"
    write("altered.tx", file)
    check("not the one that the body signs for" in run("show", "altered.tx", code=1).stderr, "altered")
    file["payloads"][0] = None
    write("without.tx", file)
    check("not in this file" in run("show", "without.tx").stdout, "without payload")
    run("merge", "without.tx", "detached.tx", "-o", "with.tx")
    check(load("with.tx") == load("detached.tx"), "a payload is found again")


def at(*path):
    def change(value, new):
        for key in path[:-1]:
            value = value[key]
        value[path[-1]] = new
    return change


TAKE = ("calls", 1, "arguments")
REFUSED = [
    (at(*TAKE, "delivered"), "12.5 MWh", "calls[1].arguments.delivered: is in another unit: found `MWh`, needs `kWh`"),
    (at(*TAKE, "delivered"), "12.5001", "calls[1].arguments.delivered: `12.5001` is no number with at most 3 decimals"),
    (at(*TAKE, "delivered"), 12.5, "delivered: needs an amount as text"),
    (at(*TAKE, "delivered"), "99999999999999999999", "exceeds 64 bits"),
    (at(*TAKE, "count"), "1 kWh", "count: has no unit"),
    (at(*TAKE, "sure"), 1, "sure: needs true or false, found a whole number"),
    (at(*TAKE, "day"), "2026-02-30", "day: `2026-02-30` is no date"),
    (at(*TAKE, "at"), "2026-12-01T06:00:00", "at: `2026-12-01T06:00:00` is no time in UTC"),
    (at(*TAKE, "season"), "Spring", "season: `Spring` is none of: Summer, Winter"),
    (at(*TAKE, "to"), "wc1nobody", "to: `wc1nobody` is no address"),
    (at(*TAKE, "note"), "x" * 21, "note: the text has 21 bytes, 20 are allowed"),
    (at(*TAKE, "note"), "a\nb", "note: byte 1 of the text is a control character"),
    (at(*TAKE, "id"), "c0ffee", "id: needs 8 hex digits"),
    (at(*TAKE, "line", "amount"), "x", "line.amount: `x` is no number"),
    (at(*TAKE, "line", "other"), 1, "line.other: is not a field here"),
    (at(*TAKE, "many"), [1, 2, 3, 4], "many: the list has 4 entries, 3 are allowed"),
    (at(*TAKE, "many"), [1, "x"], "many[1]: `x` is no number"),
    (at(*TAKE, "some"), [1, 1], "some: the same key stands twice"),
    (at(*TAKE, "rates"), [{"key": wc(BUYER)}], "rates[0]: needs an object {key, value}"),
    (at(*TAKE, "curve", "step"), 60, "curve: the step is 900 s here"),
    (at(*TAKE, "curve", "start"), "2026-12-01T00:01:00Z", "curve: the start is no multiple of the step"),
    (at(*TAKE, "curve", "values"), [{"quality": "Missing", "value": "1"}], "interval 0 is missing and has a value"),
    (at(*TAKE, "curve", "values"), [{"quality": "Good", "value": "1"}], "interval 0 has no quality"),
    (at("calls", 0, "terms", "steps"), 97, "calls[0].terms.steps: 97 lies outside 0 to 96"),
    (at("calls", 0, "terms"), {}, "calls[0].terms.price: is missing"),
    (at("calls", 0, "parties", "seller"), None, "calls[0].seller: needs an address"),
    (at("calls", 0, "parties", "broker"), wc(BUYER), "names a party that the contract does not have"),
    (at("calls", 0, "create"), "missing.clause", "missing.clause"),
    (at("calls", 1, "action"), "steal", "calls[1].action: the contract has no action of this name"),
    (at("calls", 1, "principal"), wc(WHERE), "calls[1].principal: is none of the transaction's signers"),
    (at("calls", 1, "ceilings"), [{"account": wc(BUYER), "amount": "5.00 EUR"}], "`assets` does not say"),
    (at("calls", 1, "ceilings"), [{"account": wc(BUYER), "amount": "5.001 CNY"}], "no amount with the decimals"),
    (at("calls", 1, "ceilings"), [{"account": wc(BUYER), "amount": "0.00 CNY"}], "is not positive"),
    (at("calls", 2, "native"), "mint", "calls[2].native: the ledger has no method of this name"),
    (at("calls", 2, "arguments", "role"), "King", "calls[2].arguments: role needs a whole number"),
    (at("calls", 2, "arguments", "role"), 70000, "role lies in 0 to 65535"),
    (at("calls", 2, "arguments", "extra"), 1, "extra is no argument here"),
    (at("calls", 2, "signers"), [], "calls[2].signers: needs at least one account"),
    (at("signers"), [], "signers: needs a list of accounts, the sender first"),
    (at("signers"), [wc(SELLER), wc(SELLER)], "signers: at most 16, each of them once"),
    (at("nonce"), -1, "nonce: is out of range"),
    (at("expires"), "tomorrow", "expires: needs a time in UTC"),
    (at("genesis_hash"), "00", "genesis_hash: needs 64 hex digits"),
    (at("chain"), "Test One", "CHAIN_ID"),
    (at("gas"), 1, "gas: is not known here"),
    (at("gaslimit"), 1, "gaslimit: is not known here; did you mean `gas_limit`?"),
    (at("calls"), [], "calls: needs a list of calls"),
]


def wrong_descriptions_are_refused_with_their_place():
    for change, new, message in REFUSED:
        value = copy.deepcopy(description())
        change(value, new)
        write("wrong.json", value)
        done = run("build", "wrong.json", code=3 if message == "missing.clause" else 1)
        check(message in done.stderr, "expected %r, found %r" % (message, done.stderr))
        check(done.stdout == "", "output beside an error")


# ---- a new account ----------------------------------------------------------------------------------


def new_account():
    """Lists in any order; the device belongs to the seller."""
    return {"kind": "device", "owner": "seller", "threshold": 3,
            "keys": [{"number": 4, "public": "22" * 32, "weight": 2, "signs": ["readings"], "to_height": 900,
                      "daily_limit": {"asset": 2, "amount": 500}}, {"number": 0, "public": "11" * 32}],
            "roles": [{"role": "Meter", "from_height": 7}, {"role": "Consumer", "to_height": 40}],
            "guardians": ["seller", wc(WHERE), "buyer"], "guardian_threshold": 2, "recovery_delay_s": 86400,
            "encryption_key": "33" * 32}


def create(account, out, code=0):
    value = description()
    value["calls"] = [{"native": "account_create", "arguments": {"account": account}}]
    write("account.json", value)
    return run("build", "account.json", "--names", "names", "-o", out, code=code)


BAD_ACCOUNTS = [
    ({"owner": "nobody"}, "account.owner: `nobody` is no address (wc1...) and no name"),
    ({"guardians": ["nobody"]}, "account.guardians: `nobody` is no address (wc1...) and no name"),
    ({"kind": "house"}, "account.kind is party or device"),
    ({"kind": "party"}, "account.owner: a device has one, its operator, and a party has none"),
    ({"keys": []}, "account.keys needs a list of 1 to 16 keys"),
    ({"keys": ["11"]}, "account.keys holds objects with number and public"),
    ({"keys": [{"number": 1}]}, "account.keys[0]: key.public needs the 64 hex digits of a public key"),
    ({"keys": [{"number": 1, "public": "11" * 32}] * 2}, "keys, roles and guardians are listed once each"),
    ({"threshold": 9}, "the weights of the keys reach the threshold"),
    ({"threshold": 0}, "account.threshold lies in 1 to 65535"),
    ({"roles": [{"role": "King"}]}, "account.roles holds objects with the name of a role"),
    ({"roles": "Meter"}, "account.roles needs a list of at most 32 roles"),
    ({"roles": [{"role": "Meter", "from": 3}]}, "account.roles.from is not known here"),
    ({"roles": [{"role": "Meter", "from_height": 9, "to_height": 9}]}, "the first below the second"),
    ({"guardians": "seller"}, "account.guardians needs a list of at most 16 accounts"),
    ({"guardian_threshold": 4}, "account.guardian_threshold says how many"),
    ({"recovery_delay_s": -1}, "account.recovery_delay_s is a number of seconds"),
    ({"encryption_key": "33"}, "account.encryption_key needs the 64 hex digits of a public key"),
    ({"keyes": []}, "account.keyes is not known here"),
]


def an_account_is_made_from_words():
    os.makedirs("names", exist_ok=True)
    write("names/names.json", {"seller": wc(SELLER), "buyer": wc(BUYER)})
    never = 2**64 - 1
    keys_ = [la.key(0, bytes([0x11]) * 32, 1, 0x1F, 0, never, never, 0, 0),
             la.key(4, bytes([0x22]) * 32, 2, 0x10, 0, 900, never, 2, 500)]
    device = la.account(2, 1, 3, keys_, [(6, 0, 40, bytes(32)), (10, 7, never, bytes(32))], bytes([0x33]) * 32,
                        sorted([SELLER, WHERE, BUYER]), 2, 86400, SELLER)
    party = la.account(1, 1, 1, keys_[:1], [], bytes(32), [], 0, 0, bytes(32))
    plain = {"keys": [{"number": 0, "public": "11" * 32}]}
    for account, expected in ((new_account(), device), (plain, party), (device.hex(), device)):
        create(account, "account.tx")
        check(expected.hex() in load("account.tx")["body"], "an account's bytes: %s" % account)
        shown = json.loads(run("show", "account.tx", "--names", "names").stdout)
        create(shown["calls"][0]["arguments"]["account"], "again.tx")
        check(load("again.tx")["body"] == load("account.tx")["body"], "an account that was shown")
    check({"name": "buyer", "is": wc(BUYER)} in shown["names"], "names of guardians: %s" % shown["names"])
    revoked = la.account(1, 1, 1, [la.key(0, bytes(32), 1, 1, 0, never, 7, 0, 0)], [], bytes(32), [], 0, 0, bytes(32))
    create(revoked.hex(), "account.tx")
    check(json.loads(run("show", "account.tx").stdout)["calls"][0]["arguments"]["account"] == revoked.hex(),
          "what no description makes is shown as it is")
    for change, message in BAD_ACCOUNTS:
        done = create({**new_account(), **change}, "x.tx", code=1)
        check("account.json: calls[0].arguments: account." in done.stderr and message in done.stderr,
              "expected %r, found %r" % (message, done.stderr))


# ---- proposals --------------------------------------------------------------------------------------

PARAMETERS = {"gas_price": 50, "block_gas_max": 900000000, "action_gas_max": 10000000, "timer_gas_max": 20000000,
              "block_tx_bytes_max": 1000000, "block_txs_max": 500, "block_write_bytes_max": 2000000,
              "tx_ttl_s_max": 86400, "offer_ttl_s_max": 172800, "epoch_s": 3600, "governance_delay_s": 7200,
              "reading_quota_gas": 1000000}


def propose(kind, body, out, code=0):
    value = description()
    value["calls"] = [{"native": "proposal_make", "arguments": {"kind": kind, "body": body}}]
    write("proposal.json", value)
    return run("build", "proposal.json", "--names", "names", "-o", out, code=code)


BAD_BODIES = [
    ("CODE", "seller", "body needs hex digits"),
    ("CODE", {}, "body needs hex digits"),
    ("PARAMETERS", "all", "body needs an object of parameters by name"),
    ("PARAMETERS", {"gas_price": 50}, "body.block_gas_max is missing: a proposal sets all parameters"),
    ("PARAMETERS", {**PARAMETERS, "gas": 1}, "body.gas is not known here"),
    ("PARAMETERS", {**PARAMETERS, "epoch_s": -1}, "body.epoch_s is a number from 0 to 2147483647"),
    ("PARAMETERS", {**PARAMETERS, "epoch_s": 0}, "one of these parameters is outside of what a chain may have"),
    ("ADMINISTRATION", [], "body needs threshold, and members: a list of 1 to 16"),
    ("ADMINISTRATION", {"threshold": 1, "members": []}, "members: a list of 1 to 16"),
    ("ADMINISTRATION", {"threshold": 3, "members": ["seller", "buyer"]}, "body.threshold says how many"),
    ("ADMINISTRATION", {"threshold": 1, "members": ["nobody"]}, "body.members: `nobody` is no address"),
    ("ADMINISTRATION", {"threshold": 1, "members": ["buyer", "buyer"]}, "body.members are listed once each"),
    ("VALIDATORS", [], "body needs a list of 1 to 100 keys, that of the sequencer first"),
    ("VALIDATORS", ["seller"], "body needs public, power and operator of each"),
    ("VALIDATORS", [{"public": "11", "power": 1, "operator": "seller"}], "body.public needs the 64 hex digits"),
    ("VALIDATORS", [{"public": "11" * 32, "power": -1, "operator": "seller"}], "body.power is a whole number"),
    ("VALIDATORS", [{"public": "11" * 32, "power": 1}], "body.operator"),
    ("VALIDATORS", [{"public": "11" * 32, "power": 0, "operator": "seller"}], "at least one has power"),
    ("INCENTIVE", "nobody", "body: `nobody` is no address"),
    ("INCENTIVE", 7, "body needs a contract's address or name"),
]


def proposals_are_made_of_words():
    two = [{"public": "aa" * 32, "power": 1, "operator": "buyer"}, {"public": "22" * 32, "power": 0, "operator": wc(SELLER)}]
    numbers = list(PARAMETERS.values())
    bodies = (("VALIDATORS", two, la.validators([(bytes([0xAA]) * 32, 1, BUYER), (bytes([0x22]) * 32, 0, SELLER)])),
              ("ADMINISTRATION", {"threshold": 2, "members": ["seller", "buyer"]},
               la.admin_rule(2, sorted([SELLER, BUYER]))),
              ("INCENTIVE", wc(WHERE), WHERE), ("INCENTIVE", "buyer", BUYER), ("INCENTIVE", "", bytes(32)),
              ("CODE", "ab" * 32, bytes([0xAB]) * 32), ("VALIDATORS", "00", bytes(1)),
              ("PARAMETERS", PARAMETERS, None))
    for kind, body, expected in bodies:
        propose(kind, body, "proposal.tx")
        raw = load("proposal.tx")["body"]
        if expected is None:  # the gas schedule is the program's
            start = raw.index(la.params(1, bytes(32), *numbers).hex()[:6])
            schedule = bytes.fromhex(raw[start + 6:start + 70])
            expected = la.params(1, schedule, *numbers)
        check(la.str32(expected).hex() in raw, "%s: the bytes of %s" % (kind, body))
        shown = json.loads(run("show", "proposal.tx").stdout)["calls"][0]["arguments"]
        propose(shown["kind"], shown["body"], "again.tx")
        check(load("again.tx")["body"] == raw, "%s: shown as %s" % (kind, shown))
    for kind, body, message in BAD_BODIES:
        done = propose(kind, body, "x.tx", code=1)
        check("proposal.json: calls[0].arguments: body" in done.stderr and message in done.stderr,
              "expected %r, found %r" % (message, done.stderr))


def names_stand_for_addresses():
    """Everywhere in a description, and never in the bytes."""
    named = description()
    names = {"seller": wc(SELLER), "buyer": wc(BUYER), "K1 sale": wc(WHERE)}
    text = json.dumps(named)
    for name, address in names.items():
        text = text.replace('"%s"' % address, '"%s"' % name)
    check("wc1" not in text, "the description still has addresses")
    write("named.json", json.loads(text))
    write("names.json", names)
    for where in (".", "names.json"):
        run("build", "named.json", "--names", where, "-o", "named.tx")
        check(load("named.tx")["body"] == load("t.tx")["body"], "names in %s build other bytes" % where)
    shown = json.loads(run("show", "named.tx", "kinds.clause", "--names", ".").stdout)
    check(shown["names"] == [{"name": name, "is": address} for name, address in names.items()],
          "names beside what is shown: %s" % shown["names"])
    check(shown["signers"][0]["account"] == wc(SELLER), "values stay addresses")
    run("sign", "t.tx", "--names", ".", "--key", "a.key", "--passphrase-file", "password", "--as",
        "seller", "-o", "ta2.tx", "--quiet")
    check(load("ta2.tx") == load("ta.tx"), "--as takes a name")
    slip = run("sign", "t.tx", "--names", ".", "--key", "a.key", "--as", "seler", code=2)
    check("--as: `seler` is no address (wc1...) and no name of names.json; near it: seller" in slip.stderr,
          slip.stderr)
    for change, message in ((at("signers", 0), "signers: `selle` is no address"),
                            (at("calls", 0, "parties", "buyer"), "calls[0].buyer: `selle` is no"),
                            (at("calls", 1, "instance"), "calls[1].instance: `selle` is no"),
                            (at("calls", 1, "arguments", "to"), "calls[1].arguments.to: `selle` is no"),
                            (at("calls", 2, "arguments", "account"), "calls[2].arguments: account: `selle` is no")):
        value = json.loads(text)
        change(value, "selle")
        write("wrong.json", value)
        done = run("build", "wrong.json", "--names", ".", code=1)
        check(message in done.stderr and "near it: seller" in done.stderr,
              "expected %r, found %r" % (message, done.stderr))
    check("and no names are known: --names says where they are" in run("build", "named.json", code=1).stderr, "without names")
    write("names.json", {**names, wc(SELLER): wc(BUYER)})
    run("build", "d.json", "--names", ".", "-o", "x.tx")
    check(load("x.tx")["body"] == load("t.tx")["body"], "a name took the place of an address")
    write("bad.json", {"a": "b"})
    check("bad.json, byte" in run("build", "d.json", "--names", "bad.json", code=1).stderr, "no addresses")
    check("--names: gone: No such file" in run("build", "d.json", "--names", "gone", code=3).stderr, "gone")


def hostile_files_are_refused():
    good = load("t.tx")
    cases = [("", "line 1"), ("[]", "no JSON object"), ("{}", "no transaction file"),
             ("[" * 5000, "line 1"), ('{"format": "wattclause-tx/1", "format": "x"}', "line 1"),
             (json.dumps({**good, "body": good["body"][:-2]}), "body, byte"),
             (json.dumps({**good, "body": "zz"}), "body is not a text of hex digits"),
             (json.dumps({**good, "signatures": [{"auth": 9, "key_id": 0, "signature": "00" * 64}]}),
              "signatures[0] is no"),
             (json.dumps({**good, "payloads": [{}]}), "payloads[0] belongs to no call")]
    for text, message in cases:
        with open("hostile.tx", "w", encoding="utf-8") as out:
            out.write(text)
        done = run("show", "hostile.tx", code=1)
        check(message in done.stderr, "expected %r, found %r" % (message, done.stderr))
    with open("hostile.tx", "w", encoding="ascii") as out:
        out.write("x" * (1 << 21))
    run("show", "hostile.tx", code=3)
    run("show", code=2)
    run("spend", "t.tx", code=2)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    with open("kinds.clause", "w", encoding="utf-8") as source:
        source.write(SOURCE)
    keys()
    the_bytes_are_those_of_the_specification()
    what_is_shown_can_be_built_again()
    an_account_is_made_from_words()
    proposals_are_made_of_words()
    signers_add_to_the_same_bytes_in_any_order()
    detached_arguments_travel_beside_the_body()
    wrong_descriptions_are_refused_with_their_place()
    names_stand_for_addresses()
    hostile_files_are_refused()
    os.chdir("/")
print("tx.py:", "passed" if failures == 0 else "%d failed" % failures)
sys.exit(failures != 0)
