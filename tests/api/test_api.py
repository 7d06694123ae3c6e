#!/usr/bin/env python3
"""Every method of the API, over REST and JSON-RPC, held against the OpenAPI document that the node
serves: paths, methods, parameters, bodies, every answer and every error.

What is expected is worked out here: balances from the deposits that were made, money of the contract
from price times energy, hashes from the bytes that are shown, proofs by a verifier of its own."""
import base64
import hashlib
import json
import re
import socket
import struct
import sys
import threading
import time
import urllib.parse

import jsonschema

from running import (CHAIN, KEYS, NATIVE, PATIENCE, PROGRAM, ROOT, Node, Signer, check, finish, run,
                     temporary)

sys.path.insert(0, str(ROOT / "tests/reference"))
import proofs  # noqa: E402

signer, place = Signer(), temporary()
module = place / "swap.wcb"
built = run("build", ROOT / "tests/api/swap.clause", "-o", module)
check(built.returncode == 0, "the contract builds", built.stderr)
metered_module = place / "metered.wcb"
built_metered = run("build", ROOT / "tests/api/metered.clause", "-o", metered_module)
check(built_metered.returncode == 0, "the contract that takes readings builds", built_metered.stderr)
devices = ["", "[account grid]", "role = GridOperator", f"key = {signer.key('grid')}", "threshold = 1", "",
           "[account meter]", "role = Meter", f"key = {signer.key('meter')}", "threshold = 1", "owner = grid"]
KEYS.update({"grid": ["grid"], "meter": ["meter"]})
node = Node(place, signer, modules=[module, metered_module], extra="\n".join(devices) + "\n").start()
node.addresses.update({"grid": signer.address(4, "grid"), "meter": signer.address(5, "meter")})
seller, buyer = node.addresses["home-2"], node.addresses["home-1"]

# ---- the document ---------------------------------------------------------------------------------
status, document = node.get("/v1/openapi.json")
check(status == 200 and document["openapi"].startswith("3.1"), "an OpenAPI 3.1 document")
schemas = document["components"]["schemas"]
for name, schema in schemas.items():
    jsonschema.Draft202012Validator.check_schema(schema)
operations = {operation["operationId"]: (path, verb, operation)
              for path, verbs in document["paths"].items() for verb, operation in verbs.items()}
seen_results, seen_params, seen_errors = set(), set(), set()


def validate(schema_name, value, what):
    schema = {"$ref": f"#/components/schemas/{schema_name}", "components": document["components"]}
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(value))
    check(not errors, f"{what} is a {schema_name}", [error.message[:200] for error in errors[:3]])


def response_schema(operation, code):
    found = operation["responses"].get(str(code), operation["responses"]["default"])
    return found["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]


def call(name, expect=200, **params):
    """The method over REST and over JSON-RPC; both must say the same. Gives the result or the error."""
    path, verb, operation = operations[name]
    known = {param["name"]: param for param in operation["parameters"]}
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    query = []
    for key, value in params.items():
        if key in known and known[key]["in"] == "path":
            path = path.replace("{" + key + "}", str(value).replace(" ", "%20"))
        elif key in known:
            query.append(f"{key}={urllib.parse.quote(str(value))}")
        seen_params.add((name, key))
        if expect == 200:
            schema = known[key]["schema"] if key in known else body["properties"][key]
            as_given = int(value) if schema.get("type") == "integer" else value
            jsonschema.Draft202012Validator(schema).validate(as_given)
    code, answer = node.ask(verb.upper(), path + ("?" + "&".join(query) if query else ""),
                            params if verb == "post" else None)
    check(code == expect, f"{name}: HTTP {expect}", code, answer)
    validate(response_schema(operation, code), answer, name)
    spoken = node.rpc(name, params)
    if code in (200, 202):
        seen_results.add(name)
        if name not in ("tx.submit", "node.status"):
            check(spoken.get("result") == answer, f"{name}: JSON-RPC says the same", spoken)
    else:
        seen_errors.add(answer["error"]["data"]["name"])
        if name != "tx.submit":
            check(spoken.get("error") == answer["error"], f"{name}: JSON-RPC says the same error", spoken)
    return answer


# ---- the node -------------------------------------------------------------------------------------
now = call("node.status")
check(now["chain"] == CHAIN and now["genesis_hash"] == node.genesis_hash and now["seq"] == 0, "status", now)
check(call("node.health") == {"alive": True}, "health")
check(call("node.ready") == {"ready": True, "seq": 0}, "ready")
whole = call("genesis.get")
genesis = base64.b64decode(whole["part"])
domain = b"wattclause/genesis/1"
check(hashlib.sha256(bytes([len(domain)]) + domain + genesis).hexdigest() == node.genesis_hash and
      whole["size"] == len(genesis), "the genesis has the hash that init printed")
check(base64.b64decode(call("genesis.get", offset=10)["part"]) == genesis[10:], "the genesis from a byte on")
assets = call("asset.list")["assets"]
check([(a["code"], a["scale"], a["kind"], a["issued"]) for a in assets] ==
      [("UNIT", 6, "units", "5.000000"), ("CNY", 2, "currency", "100.00")], "assets", assets)

# ---- submitting -----------------------------------------------------------------------------------
tx, tx_id = node.deposit("home-1", 123456, "first")
made = call("tx.submit", tx=tx)
check(made["answer"] == "SEALED" and made["id"] == tx_id and made["seq"] == 1, "sealed as record 1", made)
check(made["receipt"]["result"] == "OK" and made["receipt"]["fee"] == "0.000000", "its receipt", made)
deposited = [event for event in made["receipt"]["events"] if event["name"] == "DEPOSIT_RECORDED"]
check(len(deposited) == 1 and deposited[0]["id"].startswith("1.0.") and "1234.56 CNY" in deposited[0]["text"],
      "its event", made["receipt"]["events"])
check(made["certificate"]["incarnation"] == 0 and len(made["certificate"]["signatures"]) == 1, "its certificate")
code, again = node.submit(tx)
check(code == 200 and again == made, "sent again: the same answer, nothing happens twice", again)
raw = base64.b64decode(tx)
check(hashlib.sha256(raw).hexdigest() == made["raw_hash"], "the raw hash is that of the bytes")

used, _ = node.deposit("home-1", 5, "second", nonce=0)
check(call("tx.submit", 422, tx=used)["error"]["data"]["refusal"] == "NONCE_USED", "a used nonce")
spoilt = bytearray(raw)
spoilt[-3] ^= 1
check(call("tx.submit", 422, tx=base64.b64encode(spoilt).decode())["error"]["data"]["refusal"] in
      ("SIGNATURE_BAD", "BAD_ENCODING"), "a spoilt signature")
check(call("tx.submit", 422, tx=base64.b64encode(raw[:40]).decode())["error"]["data"]["refusal"] ==
      "BAD_ENCODING", "no transaction")
check("not base64" in call("tx.submit", 400, tx="!!!!")["error"]["message"], "no base64")
check("missing" in call("tx.submit", 400)["error"]["message"], "no transaction at all")
late, _ = node.deposit("home-1", 5, "late", nonce=1, expiry=1000)
check(call("tx.submit", 422, tx=late)["error"]["data"]["refusal"] == "EXPIRED", "expired")
failing, failing_id = node.tx(["home-1"], node.deposit_call("home-1", 5, "theft"))
stolen = call("tx.submit", tx=failing)
check(stolen["receipt"]["result"] == "NOT_THE_ISSUER" and stolen["receipt"]["status"] >= 200,
      "a failed transaction is sealed, and says why", stolen)

# A gap waits until the missing one comes, and both callers get their answers.
second, second_id = node.deposit("home-2", 7, "gap-2", nonce=2)
answers = []
waiting = threading.Thread(target=lambda: answers.append(node.submit(second)))
waiting.start()
end = time.monotonic() + PATIENCE
while call("node.status")["pending"] == 0 and time.monotonic() < end:
    time.sleep(0.02)
first, _ = node.deposit("home-2", 8, "gap-1", nonce=1)
code, answer = node.submit(first)
answer_of_gap = answer
waiting.join(PATIENCE)
node.nonces[("bank", 0)] = 3
check(code == 200 and answer["answer"] == "SEALED", "the missing nonce is sealed", answer)
check(answers and answers[0][1].get("answer") == "SEALED" and answers[0][1]["id"] == second_id,
      "and the one that waited for it", answers)

# ---- accounts -------------------------------------------------------------------------------------
account = call("account.get", address=buyer[1])
check(account["balances"] == [{"asset": "UNIT", "amount": "5.000000"}, {"asset": "CNY", "amount": "1334.56"}],
      "100.00 of the genesis and 1234.56 of the deposit", account["balances"])
check(account["keys"][0]["public_key"] == signer.key("home-1") and account["roles"][0]["role"] == "Consumer",
      "key and role", account)
check(call("account.balances", address=seller[1])["balances"] == [{"asset": "CNY", "amount": "0.15"}],
      "two deposits of 7 and 8 fen")
check(call("account.nonce", address=node.addresses["bank"][1])["next"] == 3, "next nonce of the bank")
check(call("account.nonce", address=buyer[1], lane=9)["next"] == 0, "a lane that was never used")
check("`lane` is 0 to 15" in call("account.nonce", 400, address=buyer[1], lane=16)["error"]["message"], "no such lane")
nobody = signer.ask("address", CHAIN, 999, signer.key("nobody")).split()[1]
for name in ("account.get", "account.balances", "account.nonce"):
    check(call(name, 404, address=nobody)["error"]["data"]["name"] == "NOT_FOUND", f"{name} of nobody")
check("an address" in call("account.get", 400, address="wc1nonsense")["error"]["message"], "no address")

# ---- a contract -----------------------------------------------------------------------------------
module_bytes = re.search(r"(\d+) bytes of module", built.stderr + built.stdout)
code_bytes = module.read_bytes()[:int(module_bytes.group(1))]
domain = b"wattclause/code/1"
code_id = hashlib.sha256(bytes([len(domain)]) + domain + code_bytes).hexdigest()
terms = struct.pack(">q", 38000) + struct.pack(">I", 5) + b"day 1"
args = bytes.fromhex(seller[0]) + bytes.fromhex(buyer[0]) + terms
tx, _ = node.tx(["home-2", "home-1"], f"2:{code_id}:0:{args.hex()}", gas=20000000)
created = call("tx.submit", tx=tx)
check(created["receipt"]["result"] == "OK", "a contract comes into being", created)
instance_hex = created["receipt"]["results"][0]
instance = next(e for e in created["receipt"]["events"] if e["name"] == "INSTANCE_CREATED")["data"][:64]
check(instance == instance_hex, "its address stands in result and event")
found = call("query.find", text=instance_hex)
contract_address = re.search(r"wc1[a-z0-9]{58}", json.dumps(found)).group(0)

tx, _ = node.tx(["home-2"], f"0:{instance}:0:{struct.pack('>q', 12345).hex()}")
delivered = call("tx.submit", tx=tx)
event = delivered["receipt"]["events"][0]
check(event["name"] == "Delivered" and event["members"] == {"amount": "12.345", "to": buyer[1]},
      "an event in the form of the ABI", event)
check("12.345 kWh" in event["text"], "and in words with units", event)
tx, _ = node.tx(["home-2"], f"0:{instance}:0:{struct.pack('>q', 2000000).hex()}")
check(call("tx.submit", tx=tx)["receipt"]["result"] == "TOO_MUCH", "an error of the contract by its name")
tx, _ = node.tx(["home-1"], f"0:{instance}:1:{struct.pack('>q', 2000).hex()}:2:2000")
check(call("tx.submit", tx=tx)["receipt"]["result"] == "OK", "money into escrow")
contract = call("contract.get", address=contract_address)
check(contract["contract"] == "Swap" and contract["state"] == "Open" and contract["status"] == "live", "state", contract)
check(contract["terms"] == {"price": "0.38000", "label": "day 1"}, "terms with units", contract["terms"])
check(contract["fields"]["delivered"] == "12.345", "a field of the storage", contract["fields"])
check(contract["parties"] == [{"name": "seller", "address": seller[1]}, {"name": "buyer", "address": buyer[1]}],
      "parties")
check(contract["escrow"] == [{"party": buyer[1], "asset": "CNY", "amount": "20.00"}], "escrow", contract["escrow"])
check(call("contract.view", address=contract_address, view="owed")["result"] == "4.69",
      "12.345 kWh times 0.38000 CNY/kWh is 4.6911, half even 4.69")
check(call("contract.view", address=contract_address, view="twice", args=struct.pack(">q", 1500).hex())["result"]
      == "3.000", "a view with an argument")
check(call("contract.view", address=contract_address, view="twice", args='["1.500"]')["result"] == "3.000",
      "an argument in JSON, in order")
check(call("contract.view", address=contract_address, view="twice", args='{"amount": "1.5 kWh"}')["result"] == "3.000",
      "an argument by name, with its unit")
for args, said in (('["1.5000"]', "amount"), ('["1.5 MWh"]', "kWh"), ("[]", "needs 1 value"), ('{"what": "1.5"}', "not a field"),
                   ("[1", "column"), ("[" * 17 + "]" * 17, "nested at most 16"), ("xyz", "hexadecimal")):
    refused = call("contract.view", 400, address=contract_address, view="twice", args=args)["error"]
    check(refused["data"]["name"] == "INVALID_PARAMS" and said in refused["message"], f"args={args}", refused)
check(call("contract.view", 404, address=contract_address, view="nothing", args="[]")["error"]["code"] == -32001,
      "arguments for no view")
for args in (["1.500"], {"amount": "1.500"}):
    answered = node.rpc("contract.view", {"address": contract_address, "view": "twice", "args": args})
    check(answered["result"]["result"] == "3.000", "JSON-RPC takes array and object as they are", answered)
answered = node.rpc("contract.view", {"address": contract_address, "view": ["twice"]})
check(answered["error"]["code"] == -32602, "another parameter takes none", answered)
check(call("contract.view", 422, address=contract_address, view="twice", args="00")["error"]["data"]["name"] ==
      "VIEW_FAILED", "arguments that do not decode")
check(call("contract.view", 404, address=contract_address, view="nothing")["error"]["code"] == -32001, "no such view")
abi = call("contract.abi", address=contract_address)
check(abi == json.loads(run("abi", module).stdout), "the ABI is what `wattclause abi` prints")
for name in ("contract.get", "contract.abi"):
    check(call(name, 404, address=buyer[1])["error"]["code"] == -32001, f"{name} of an account")

# ---- records, receipts, transactions, events ------------------------------------------------------
head = call("node.status")["seq"]
check(head == call("node.ready")["seq"] and head == 7, "records so far: the deposit, the theft, the gap, four of the contract", head)
records = call("record.list")["records"]
check([r["seq"] for r in records] == list(range(head, max(-1, head - 20), -1)), "records, newest first")
domain = b"wattclause/record/1"
for older, newer in zip(records[1:], records):
    check(newer["previous"] == older["hash"], "each names the one before")
    own = hashlib.sha256(bytes([len(domain)]) + domain + bytes.fromhex(newer["record"])).hexdigest()
    check(own == newer["hash"], "the hash is that of the bytes")
    check(newer == call("record.get", seq=newer["seq"]), "one record alone")
page = call("record.list", before=3, limit=2)
check([r["seq"] for r in page["records"]] == [2, 1] and page["next"] == "1", "a page of records", page["next"])
check("next" not in call("record.list", before=1), "the last page has no next")
check(call("record.list", 400, limit=101)["error"]["code"] == -32602, "a page has a limit")
check(call("record.get", 404, seq=head + 1)["error"]["code"] == -32001, "no such record")
check("certificate" not in call("record.get", seq=0), "nobody vouches for the genesis record")
receipt = call("receipt.get", seq=1, index=0)
check(receipt == made["receipt"], "the receipt that was answered")
check(call("receipt.get", 404, seq=1, index=9)["error"]["code"] == -32001, "no such receipt")
leaf = hashlib.sha256(b"\0" + hashlib.sha256(bytes.fromhex(receipt["receipt"])).digest()).hexdigest()
check(leaf == call("record.get", seq=1)["receipts_root"], "a single receipt is the root of its tree")
shown = call("tx.get", id=tx_id)
check(shown["raw"] == base64.b64encode(raw).decode() and shown["receipt"] == receipt, "a transaction", shown)
check(call("tx.get", id=failing_id)["receipt"]["result"] == "NOT_THE_ISSUER", "a failed one")
check(call("tx.get", 404, id="00" * 32)["error"]["code"] == -32001, "no such transaction")
every, cursor = [], None
while True:
    part = call("event.list", limit=3, **({"after": cursor} if cursor else {}))
    every += part["events"]
    if part["next"] == cursor:
        break
    cursor = part["next"]
from_receipts = [event for seq in range(1, head + 1) for index in range(call("record.get", seq=seq)["receipts"])
                 for event in call("receipt.get", seq=seq, index=index)["events"]]
check(every == from_receipts and len(every) > 8, "events page by page are those of the receipts",
      len(every), len(from_receipts))
check(all(call("event.get", id=event["id"]) == event for event in every[:4]), "one event alone")
check(call("event.get", 404, id="1.0.99")["error"]["code"] == -32001, "no such event")
own = call("event.list", emitter=contract_address)["events"]
check(own == [event for event in every if event["emitter"] == contract_address] and own, "events of one contract")

# ---- blocks ---------------------------------------------------------------------------------------
block = call("block.get", seq=1)
check(block["record_hash"] == call("record.get", seq=1)["hash"] and raw in base64.b64decode(block["input"]),
      "a block holds its transactions whole")
check(call("block.get", 404, seq=0)["error"]["code"] == -32001, "the genesis is no block")

# ---- proofs: verified here, from the root alone ---------------------------------------------------
def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def verify(proof):
    data, key = bytes.fromhex(proof["proof"]), bytes.fromhex(proof["key"])
    k = sha(key[:1], b"\0", key[1:])
    check(k.hex() == proof["tree_key"] and data[1:33] == k, "the key's place")
    kind, at = data[33], 34
    if kind == 1:
        size = struct.unpack(">I", data[at:at + 4])[0]
        value = data[at + 4:at + 4 + size]
        at += 4 + size
        node_hash = sha(b"\0", k, sha(value))
        check(value.hex() == proof["value"], "the value is in the proof")
    elif kind == 2:
        node_hash = bytes(32)
    else:
        other = data[at:at + 32]
        node_hash = sha(b"\0", other, data[at + 32:at + 64])
        at += 64
    depth = struct.unpack(">H", data[at:at + 2])[0]
    at += 2
    bits = data[at:at + (depth + 7) // 8]
    at += len(bits)
    siblings = []
    for level in range(depth):
        if bits[level // 8] >> (7 - level % 8) & 1:
            siblings.append(data[at:at + 32])
            at += 32
        else:
            siblings.append(bytes(32))
    check(at == len(data), "nothing follows")
    if kind == 3:
        mine, theirs = int.from_bytes(k, "big") >> (256 - depth), int.from_bytes(other, "big") >> (256 - depth)
        check(depth == 0 or mine == theirs, "the other leaf lies on the path")
    for level in range(depth - 1, -1, -1):
        side = k[level // 8] >> (7 - level % 8) & 1
        pair = (siblings[level], node_hash) if side else (node_hash, siblings[level])
        node_hash = sha(b"\1", *pair)
    return node_hash.hex() == proof["state_root"]


balance_key = "13" + buyer[0] + "00000002"
proof = call("proof.state", key=balance_key)
check(proof["present"] and verify(proof), "a balance is proved")
check(int(proof["value"][2:], 16) == 133456 - 2000, "what was deposited without what went into escrow", proof["value"])
check(proof["state_root"] == call("record.get", seq=proof["seq"])["state_root"], "under the record's root")
absent = call("proof.state", key="13" + "ab" * 32 + "00000002")
check(not absent["present"] and "value" not in absent and verify(absent), "an absence is proved")
before = call("proof.state", key=balance_key, seq=1)
check(verify(before) and int(before["value"][2:], 16) == 133456, "as it was at record 1", before["value"])
check(call("proof.state", 404, key=balance_key, seq=10 ** 6)["error"]["code"] == -32001, "a record to come")
check("number of a state space" in call("proof.state", 400, key="ff")["error"]["message"], "no such space")
while call("node.status")["seq"] < 20:
    tx, _ = node.deposit("home-1", 1, f"more-{node.nonces[('bank', 0)]}")
    node.submit(tx)
old = call("proof.state", 410, key=balance_key, seq=1)["error"]["data"]
check(old["name"] == "PRUNED" and call("proof.state", key=balance_key, seq=int(old["oldest"])), "pruned, with the oldest", old)
check(call("proof.state", 410, key=balance_key, seq=int(old["oldest"]) - 1)["error"]["code"] == -32008, "one before")

# ---- proof files: judged by the reference's verifier ----------------------------------------------
def judged(answer, kind):
    """What the file proves for somebody who knows the record's hash alone."""
    fact = proofs.check_file(bytes.fromhex(answer["file"]), bytes.fromhex(answer["record_hash"]))
    check(fact["kind"] == kind and fact["record"] == answer["seq"], f"a proof file of {kind}", fact)
    check(call("record.get", seq=answer["seq"])["hash"] == answer["record_hash"], "up to the record's hash")
    try:
        proofs.check_file(bytes.fromhex(answer["file"]), bytes(32))
        check(False, "another record's hash refuses it")
    except proofs.Refused as refused:
        check(str(refused) == "OTHER_RECORD", "another record's hash refuses it", refused)
    return fact


fact = judged(call("proof.state", key=balance_key), "state")
check(fact["present"] and fact["key"] == balance_key, "the balance, as a file", fact)
check("CNY free" in call("proof.state", key=balance_key)["fact"], "in words")
own_proof = call("proof.balance", address=buyer[1], asset="CNY")
check(own_proof == call("proof.state", key=balance_key), "the same by account and asset", own_proof["fact"])
old_proof = call("proof.balance", address=buyer[1], asset="CNY", seq=own_proof["seq"] - 1)
check(judged(old_proof, "state")["record"] == own_proof["seq"] - 1, "one record before")
nothing = call("proof.balance", address=nobody, asset="CNY")
check(not nothing["present"] and "held no CNY free" in nothing["fact"], "of nobody: nothing", nothing["fact"])
check(call("proof.balance", 404, address=buyer[1], asset="EUR")["error"]["code"] == -32001, "no such asset")
fact = judged(call("proof.receipt", seq=1, index=0), "receipt")
check(fact["receipt"] == receipt["receipt"], "a receipt is proved, however old", fact)
check(call("proof.receipt", 404, seq=1, index=9)["error"]["code"] == -32001, "no such receipt")
check(call("proof.receipt", 404, seq=1, index=2 ** 40)["error"]["code"] == -32001, "no such receipt at all")
check(call("proof.receipt", 404, seq=10 ** 6, index=0)["error"]["code"] == -32001, "no such record")
fact = judged(call("proof.event", id=own[0]["id"]), "event")
check(fact["event"].endswith(own[0]["data"]) and own[0]["id"].endswith(f".{fact['event_index']}"), "an event", fact)
check(call("proof.event", 404, id="1.0.99")["error"]["code"] == -32001, "no such event")
fact = judged(call("proof.transaction", id=tx_id), "transaction")
check(bytes.fromhex(fact["transaction"]) == raw, "a transaction, as it was submitted")
check(call("proof.transaction", 404, id="00" * 32)["error"]["code"] == -32001, "no such transaction")

# A meter is registered, and reports a quarter of an hour that has ended.
meter, at = node.addresses["meter"], int(time.time()) // 900 * 900 - 1800
entry = b"\x01\x01" + bytes.fromhex(node.addresses["grid"][0] + buyer[0]) + bytes(32)
entry += b"\x05WCM-1\x04CP-1\x01\x0a" + struct.pack(">I", 900) + bytes(32) + struct.pack(">qq", 0, 2 ** 40)
tx, _ = node.tx(["grid"], f"3:{NATIVE}:10:{meter[0]}{entry.hex()}")
check(call("tx.submit", tx=tx)["receipt"]["result"] == "OK", "a meter is registered")
code_bytes = metered_module.read_bytes()
code_bytes = code_bytes[:int(re.search(r"(\d+) bytes of module", built_metered.stderr + built_metered.stdout).group(1))]
domain = b"wattclause/code/1"
code_id = hashlib.sha256(bytes([len(domain)]) + domain + code_bytes).hexdigest()
tx, _ = node.tx(["home-1"], f"2:{code_id}:0:{meter[0]}{buyer[0]}", gas=20000000)
metered = call("tx.submit", tx=tx)["receipt"]["results"][0]
payload = struct.pack(">qqq", at, 0, 250)
tx, reading_id = node.tx(["meter"], f"4:{metered}:0:{payload.hex()}")
check(call("tx.submit", tx=tx)["receipt"]["result"] == "OK", "a reading is accepted")
answer = call("proof.reading", meter=meter[1], at=at)
fact = judged(answer, "readings")
check(fact["meter"] == meter[0] and fact["contract"] == metered and fact["payload"] == payload.hex(), "a reading", fact)
check(answer["explained"] and "amount 0.250 kWh" in answer["fact"], "with its unit", answer["fact"])
check(call("proof.reading", meter=meter[1], at=at, version=0) == answer, "of version 0")
check(call("proof.reading", 404, meter=meter[1], at=at, version=1)["error"]["code"] == -32001, "no correction")
check(call("proof.reading", 404, meter=meter[1], at=at - 900)["error"]["code"] == -32001, "nothing before")
check(call("proof.reading", 404, meter=meter[1], at=at, version=70000)["error"]["code"] == -32001, "no such version")

# The program checks what the node handed out.
shown = place / "reading.json"
shown.write_text(json.dumps(answer))
done = run("audit", "proof", "--check", shown, "--record", answer["record_hash"])
check(done.returncode == 0 and "amount 0.250 kWh" in done.stdout, "checked on the command line", done.stdout)

# ---- searches -------------------------------------------------------------------------------------
check(call("query.find", text="home-1")["hit_count"] >= 1, "find a name")
check(call("query.find", 404, text="nothing of that name")["error"]["code"] == -32001, "find nothing")
traced = call("query.trace", id=tx_id)
check(tx_id[:8] in json.dumps(traced) and "verifies" in json.dumps(traced), "trace a transaction", traced)
call("query.trace", id=event["id"])
check(call("query.trace", 404, id="99.0.0")["error"]["code"] == -32001, "trace nothing")
call("query.inbox", address=buyer[1])
call("query.statement", address=seller[1])
today = time.strftime("%Y-%m-%d", time.gmtime())
call("query.statement", address=seller[1], day=today)
check(call("query.readings", address=seller[1], day=today)["readings"] == [], "no readings")
check("a date" in call("query.statement", 400, address=seller[1], day="tomorrow")["error"]["message"], "no date")

# ---- JSON-RPC -------------------------------------------------------------------------------------
def post(body, **more):
    return node.ask("POST", "/rpc", body, **more)


check(post("{")[1]["error"]["code"] == -32700, "no JSON")
check(post("[" * 17 + "]" * 17)[1]["error"]["code"] == -32700, "too deep")
check(post('{"jsonrpc":"2.0","id":1,"id":2,"method":"node.health"}')[1]["error"]["code"] == -32700, "a key twice")
check(post([])[1]["error"]["code"] == -32600, "an empty batch")
check(post([{}] * 17)[1]["error"]["code"] == -32600, "a batch too long")
check(post({"id": 1, "method": "node.health"})[1]["error"]["code"] == -32600, "without version")
check(post({"jsonrpc": "2.0", "id": [1], "method": "node.health"})[1]["error"]["code"] == -32600, "an id that is a list")
check(node.rpc("no.such")["error"]["code"] == -32601, "no such method")
check(node.rpc("record.get", [1])["error"]["code"] == -32602, "parameters by position")
check(node.rpc("record.get", {"seq": 1.5})["error"]["code"] == -32602, "half a record")
check(node.rpc("record.get", {"seq": -1})["error"]["code"] == -32602, "a negative record")
check(node.rpc("record.get", {"seq": 2 ** 53})["error"]["code"] == -32602, "a number that JSON does not keep")
check(node.rpc("record.get", {"seq": 1, "sqe": 2})["error"]["code"] == -32602, "an unknown parameter")
check(node.rpc("record.get", {})["error"]["code"] == -32602, "a missing one")
batch = post([{"jsonrpc": "2.0", "id": "a", "method": "node.health"}, {"jsonrpc": "2.0", "method": "node.health"},
              {"jsonrpc": "2.0", "id": None, "method": "no.such"}, 7,
              {"jsonrpc": "2.0", "id": 2, "method": "query.find", "params": {"text": "home-1"}}])[1]
check([one.get("id") for one in batch] == ["a", None, None, 2] and "result" in batch[0] and "result" in batch[3] and
      batch[1]["error"]["code"] == -32601 and batch[2]["error"]["code"] == -32600, "a batch", batch)
check(post({"jsonrpc": "2.0", "method": "node.health"}) == (204, b""), "a notification has no answer")
pair = [node.deposit("home-2", 3, f"batch-{i}")[0] for i in range(2)]
both = post([{"jsonrpc": "2.0", "id": i, "method": "tx.submit", "params": {"tx": tx}} for i, tx in enumerate(pair)])[1]
check([one["result"]["answer"] for one in both] == ["SEALED"] * 2, "two transactions in a batch", both)
together = [answers[0][1], answer_of_gap]
check(sorted(one["receipt"]["index"] for one in together) == [0, 1] and together[0]["seq"] == together[1]["seq"],
      "two transactions in one record", together)
for one in [*together, *[one["result"] for one in both]]:
    check(call("tx.get", id=one["id"])["receipt"] == one["receipt"], "each is found at its own place")

# ---- REST -----------------------------------------------------------------------------------------
check(node.get("/v1/nothing")[0] == 404 and node.get("/")[0] == 404 and node.get("/v1/records/")[0] == 404, "no such path")
check(node.get("/v1/status/")[0] == 404, "a path with a slash at its end is another one")
check(node.ask("DELETE", "/v1/status")[0] == 405 and node.headers["Allow"] == "GET, HEAD", "another verb")
check(node.get("/rpc")[0] == 405 and node.headers["Allow"] == "POST", "JSON-RPC is posted")
check(node.ask("HEAD", "/v1/status") == (200, b""), "HEAD has no body")
check(node.get("/v1/status?verbose=1")[0] == 400, "an unknown parameter")
check(node.get("/v1/records?limit=1&limit=2")[0] == 400, "a parameter twice")
check(node.get("/v1/records?" + "&".join(f"a{i}=1" for i in range(20)))[0] == 400, "too many parameters")
check(node.get("/v1/records/%31")[0] == 200, "an escaped path")
check(node.ask("POST", "/v1/transactions", "[1]")[0] == 400, "a body that is no object")
check(node.ask("POST", "/v1/transactions", '{"tx":"AA=="},"x":{}')[0] == 400, "a body that is two")
check("Access-Control-Allow-Origin" not in node.headers, "no other origin is allowed")

# ---- events as they come --------------------------------------------------------------------------
class Stream:
    def __init__(self, query="", headers=()):
        self.connection = node.connect()
        self.connection.request("GET", "/v1/events/stream" + query, headers=dict(headers))
        self.response = self.connection.getresponse()
        check(self.response.status == 200 and self.response.headers["Content-Type"] == "text/event-stream", "a stream")

    def next(self):
        event = {}
        while True:
            line = self.response.readline().decode().rstrip("\n")
            if line == "" and "data" in event:
                return json.loads(event["data"]) if event["data"] != "{}" else event
            if ": " in line and not line.startswith(":"):
                key, value = line.split(": ", 1)
                event[key] = value


live = Stream()
tx, _ = node.deposit("home-1", 42, "streamed")
answer = node.submit(tx)[1]
came = [live.next() for _ in answer["receipt"]["events"]]
check(came == answer["receipt"]["events"], "a stream tells what is sealed", came)
for event in came:
    validate("Event", event, "a streamed event")
resumed = Stream(headers={"Last-Event-ID": came[0]["id"]})
check(resumed.next() == came[1], "a stream goes on behind the last event that was seen")
older = Stream("?after=0.0.0")
check([older.next() for _ in range(len(every))] == every, "a stream from the beginning")
only = Stream(f"?after=0.0.0&emitter={contract_address}")
check([only.next() for _ in own] == own, "a stream of one contract")
check(node.get("/v1/events/stream?after=x")[0] == 400, "no cursor")
many = [Stream() for _ in range(60)]
code, answer = node.get("/v1/events/stream")
check(code == 503 and answer["error"]["data"]["name"] == "BUSY", "the 65th stream", answer)
metrics = node.get("/metrics")[1].decode()
check("wattclause_event_streams 64\n" in metrics, "64 streams are counted")
for stream in [live, resumed, older, only, *many]:
    stream.connection.sock.close() if stream.connection.sock else None
    stream.response.close()
end = time.monotonic() + PATIENCE
while time.monotonic() < end:
    tx, _ = node.deposit("home-1", 1, f"wake-{node.nonces[('bank', 0)]}")
    node.submit(tx)
    if "wattclause_event_streams 0\n" in node.get("/metrics")[1].decode():
        break
check("wattclause_event_streams 0\n" in node.get("/metrics")[1].decode(), "streams end with their clients")

# ---- all of the document was used -----------------------------------------------------------------
check(seen_results == set(operations), "every method answered", set(operations) - seen_results)
documented = {(name, param["name"]) for name, (_, _, op) in operations.items() for param in op["parameters"]}
documented |= {(name, key) for name, (_, _, op) in operations.items() if "requestBody" in op
               for key in op["requestBody"]["content"]["application/json"]["schema"]["properties"]}
check(seen_params >= documented - {("tx.submit", "time")}, "every parameter was given", documented - seen_params)
check({"NOT_FOUND", "REFUSED", "INVALID_PARAMS", "PRUNED", "VIEW_FAILED"} <= seen_errors, "errors", seen_errors)
check(node.stop() == 0, "stops")
replayed = run("audit", "replay", node.folder / "data", "--json")
check(replayed.returncode == 0 and json.loads(replayed.stdout)["verdict"] == "identical", "an auditor replays it", replayed)

# ---- a chain with the scripted clock: the submitter gives the time --------------------------------
scripted = Node(place, signer, name="scripted", clock="scripted", when="2026-01-01T00:00:00Z").start()
node = scripted
tx, _ = node.deposit("home-1", 1, "a", expiry=1767312000 + 86400)
answer = call("tx.submit", tx=tx, time=1767312000)
check(call("record.get", seq=1)["time"] == "2026-01-02T00:00:00Z", "a block of the time that was given", answer)
check(scripted.stop() == 0, "stops")
check(PROGRAM != "" and NATIVE != "" and socket.AF_INET > 0, "names")
finish()
