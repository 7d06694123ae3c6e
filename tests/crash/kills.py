#!/usr/bin/env python3
"""kill -9 at random moments of a node's life: while it starts, while it seals small blocks and blocks of
4 MiB, while it stops. Clients note each acknowledgement with its certificate before they send the next.

After each kill the node is started again: every acknowledged transaction stands in the record it was told,
under that certificate; the chain goes on from the last one; and each deposit was booked once. At the end the
whole is replayed from its transactions.

WATTCLAUSE_KILLS: how many (30). WATTCLAUSE_SEED repeats a run."""
import json
import random
import threading
import time

from standing import LANES, PATIENCE, Signer, Standing, check, finish, number, run, temporary

kills = number("WATTCLAUSE_KILLS", 30)
seed = number("WATTCLAUSE_SEED", random.SystemRandom().randrange(10 ** 6))
chance = random.Random(seed)
print(f"seed {seed} (WATTCLAUSE_SEED repeats it)")
signer, place = Signer(), temporary()
node = Standing(place, signer)
known = 0  # lines of the acknowledgements that were looked up in a round before
kept = {}  # record -> hash and certificate, as first acknowledged
counts = {"while it starts": 0, "while it seals": 0, "while it stops": 0}
big_sealed = 0
CLIENTS, BIG_LANE = list(LANES)[:4], LANES[-1]


def small_client(lane, gone):
    connection = node.connect()
    while not gone.is_set():
        if node.seal_small(lane, connection) is None:
            break
    connection.close()


def big_client(gone, is_made):
    global big_sealed
    while not gone.is_set():
        results = node.seal_big(BIG_LANE, is_made)
        big_sealed += results.count(True)
        if None in results:
            break


def look_up():
    """What was acknowledged since the last round, and every record that was ever acknowledged."""
    global known
    lines = node.acks.read_text().splitlines()
    for line in lines[known:]:
        seq, record, incarnation, signature = line.split()
        before = kept.setdefault(int(seq), (record, incarnation, signature))
        check(before == (record, incarnation, signature), f"record {seq} was acknowledged twice, differently", line)
    newest = sorted(kept)[-1] if kept else 0
    for seq in {int(line.split()[0]) for line in lines[known:]} | set(chance.sample(sorted(kept), min(len(kept), 20))):
        shown = node.get(f"/v1/records/{seq}")[1]
        found = (shown["hash"], str(shown["certificate"]["incarnation"]), shown["certificate"]["signatures"][0]["signature"])
        check(found == kept[seq], f"record {seq} is the acknowledged one", found, kept[seq])
    head = node.get("/v1/status")[1]["seq"]
    check(head >= newest, "the chain goes on from the last certificate", head, newest)
    if newest and head > newest:
        check(node.get(f"/v1/records/{newest + 1}")[1]["previous"] == kept[newest][0], "and extends it")
    known = len(lines)


def die_starting():
    node.start(wait=False)
    time.sleep(chance.random() * 0.15)
    node.kill()


def die_sealing(with_big):
    gone, is_made = threading.Event(), threading.Event()
    threads = [threading.Thread(target=small_client, args=(lane, gone)) for lane in CLIENTS]
    if with_big:
        threads.append(threading.Thread(target=big_client, args=(gone, is_made)))
    for thread in threads:
        thread.start()
    if with_big:
        is_made.wait(PATIENCE)
    time.sleep(chance.random() * (0.8 if with_big else 0.3))
    node.kill()
    gone.set()
    for thread in threads:
        thread.join(PATIENCE)


def die_stopping():
    for _ in range(3):
        node.seal_small()
    node.process.terminate()
    time.sleep(chance.random() * 0.03)
    node.kill()


for round_ in range(kills):
    if round_ % 6 == 5:
        die_starting()
        counts["while it starts"] += 1
    node.start()
    look_up()
    node.read_nonces()
    if round_ % 6 == 4:
        die_stopping()
        counts["while it stops"] += 1
    else:
        die_sealing(round_ % 2 == 1)
        counts["while it seals"] += 1

node.start()
look_up()
node.read_nonces()
check(node.seal_small(), "it seals on")
last = node.seal_big(BIG_LANE)
big_sealed += last.count(True)
check(None not in last and False not in last, "4 MiB, too", last)
node.read_nonces()
look_up()
for seq in kept:
    check(node.get(f"/v1/records/{seq}")[1]["hash"] == kept[seq][0], f"at the end record {seq} is there")
balance = node.get(f"/v1/accounts/{node.addresses['home-1'][1]}/balances")[1]["balances"][-1]["amount"]
sealed = sum(node.nonces[("bank", lane)] for lane in (0, *CLIENTS))
check(balance == f"{100 + sealed / 100:.2f}", "each deposit was booked once", balance, sealed)
check(node.stop() == 0, "stops")
code, line = node.judge()
check(code == 0, "the ledger holds every acknowledgement", line)
replayed = json.loads(run("audit", "replay", node.folder / "data", "--json").stdout)
check(replayed["verdict"] == "identical", "the whole replays")
check(node.count > 0 and (kills < 2 or big_sealed > 0), "answers came, large blocks among them", node.count, big_sealed)
told = ", ".join(f"{count} {name}" for name, count in counts.items())
print(f"{sum(counts.values())} kills ({told}), {node.count} acknowledged, {big_sealed} of them in blocks of 4 MiB, "
      f"{replayed['records']} records, none lost")
finish()
