#!/usr/bin/env python3
"""kill -9 under load, six times: whatever a client was told is sealed is there afterwards, in the record
it was told, under the certificate it was told; the chain goes on from it; and the whole replays.

Four clients submit one transaction after the other and note each answer before they send the next. The
number of answers after which the node is killed comes from a printed seed."""
import http.client
import json
import os
import random
import threading

from running import PATIENCE, PROGRAM, Node, Signer, check, finish, run, temporary

ROUNDS, CLIENTS = 6, 4
seed = int(os.environ.get("WATTCLAUSE_SEED", random.SystemRandom().randrange(10 ** 6)))
print(f"seed {seed} (WATTCLAUSE_SEED repeats it)")
chance = random.Random(seed)
signer, place = Signer(), temporary()
turn = threading.Lock()
node = Node(place, signer)
acknowledged = {}


def client(lane, quota, killed):
    """Submits in a lane of its own until the node is gone."""
    connection = node.connect()
    while not killed.is_set():
        with turn:
            tx, tx_id = node.deposit("home-1", 1, f"{lane}-{node.nonces.get(('bank', lane), 0)}", lane=lane)
        try:
            code, answer = node.submit(tx, connection=connection)
        except (OSError, http.client.HTTPException):  # the node is gone
            break
        with turn:
            if code == 200:
                acknowledged[tx_id] = answer
            quota[0] -= 1
            if quota[0] == 0:
                killed.set()
                node.process.kill()
    connection.close()


for number in range(ROUNDS):
    node.start()
    head = node.get("/v1/status")[1]
    missing = []
    for tx_id, answer in list(acknowledged.items()):
        code, shown = node.get(f"/v1/transactions/{tx_id}")
        same = code == 200 and shown["seq"] == answer["seq"] and shown["receipt"] == answer["receipt"]
        record = node.get(f"/v1/records/{answer['seq']}")[1]
        if not same or record["hash"] != answer["record_hash"] or record["certificate"] != answer["certificate"]:
            missing.append(tx_id)
    check(not missing, f"round {number}: every acknowledged transaction is there", missing[:3])
    check(head["seq"] >= max([answer["seq"] for answer in acknowledged.values()], default=0), "the chain goes on from it")
    # A lane may be one ahead of what was acknowledged: sealed, and the answer lost.
    for lane in range(CLIENTS):
        node.nonces[("bank", lane)] = node.get(f"/v1/accounts/{node.addresses['bank'][1]}/nonce?lane={lane}")[1]["next"]
    killed, quota = threading.Event(), [chance.randrange(1, 60)]
    threads = [threading.Thread(target=client, args=(lane, quota, killed)) for lane in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    check(node.process.wait(PATIENCE) == -9, f"round {number}: killed")

node.start()
for tx_id, answer in acknowledged.items():
    check(node.get(f"/v1/transactions/{tx_id}")[1].get("seq") == answer["seq"], "at the end every one is there")
balance = node.get(f"/v1/accounts/{node.addresses['home-1'][1]}/balances")[1]["balances"][-1]["amount"]
sealed = sum(node.get(f"/v1/accounts/{node.addresses['bank'][1]}/nonce?lane={lane}")[1]["next"] for lane in range(CLIENTS))
check(balance == f"{100 + sealed / 100:.2f}", "each was booked once", balance, sealed)
check(node.stop() == 0, "stops")
check(json.loads(run("audit", "replay", node.folder / "data", "--json").stdout)["verdict"] == "identical", "replays")
print(f"{ROUNDS} kills, {len(acknowledged)} acknowledged, {sealed} sealed")
check(len(acknowledged) >= ROUNDS, "answers came", len(acknowledged))
check(PROGRAM != "", "program")
finish()
