#!/usr/bin/env python3
"""Exactly 128 and exactly 256 keep-alive clients: every request of every client is answered on its one
connection, while transactions are sealed. (A library of the field stalls at exactly 128.) Counted, not
timed: each round ends when all answers are there."""
import json
import selectors
import socket
import threading

from running import PATIENCE, PROGRAM, Node, Signer, check, finish, run, temporary

ROUNDS = 12
signer, place = Signer(), temporary()
# Room for the clients of two parts of the test: that those of the one before have left, the node learns later.
node = Node(place, signer, config="connections = 600\nconnections_per_address = 600\n").start()
REQUEST = (f"GET /v1/accounts/{node.addresses['home-1'][1]}/balances HTTP/1.1\r\n"
           f"Host: {node.host}:{node.port}\r\n\r\n").encode()


def whole(data):
    """Length of the first whole answer in data, or 0."""
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return 0
    length = int(data[:head].lower().split(b"content-length:")[1].split(b"\r\n")[0])
    return head + 4 + length if len(data) >= head + 4 + length else 0


def round_of(clients):
    """One request of each client at once; how many good answers came."""
    selector, good = selectors.DefaultSelector(), 0
    waiting = {}
    for s in clients:
        s.sendall(REQUEST)
        waiting[s] = b""
        selector.register(s, selectors.EVENT_READ)
    while waiting:
        ready = selector.select(PATIENCE)
        if not ready:
            break
        for key, _ in ready:
            s = key.fileobj
            piece = s.recv(65536)
            waiting[s] += piece
            if whole(waiting[s]) or not piece:
                good += waiting[s].startswith(b"HTTP/1.1 200") and b'"CNY"' in waiting[s]
                selector.unregister(s)
                del waiting[s]
    selector.close()
    return good


for count in (128, 256):
    sealed, stop = [], threading.Event()

    def seal(count=count):
        connection = node.connect()
        while not stop.is_set():
            tx, _ = node.deposit("home-1", 1, f"{count}-{len(sealed)}")
            code, answer = node.submit(tx, connection=connection)
            sealed.append((code, answer.get("answer")))
        connection.close()

    clients = [socket.create_connection((node.host, node.port), timeout=PATIENCE) for _ in range(count)]
    sealer = threading.Thread(target=seal, daemon=True)  # what fails below is to end the test
    sealer.start()
    for number in range(ROUNDS):
        good = round_of(clients)
        check(good == count, f"{count} clients, round {number}: all are answered", good)
    stop.set()
    sealer.join(PATIENCE)
    check(sealed and all(one == (200, "SEALED") for one in sealed), f"{count} clients: transactions are sealed meanwhile",
          len(sealed))
    print(f"{count} clients: {ROUNDS * count} answers, {len(sealed)} transactions sealed meanwhile")
    for s in clients:
        s.close()

# As many transactions as there are clients, at once, each on a connection of its own: window lanes take
# them in any order, and all end in few records.
before = node.get("/v1/status")[1]["seq"]
bodies = []
for i in range(256):
    tx, _ = node.deposit("home-2", 1, f"burst-{i}", lane=8 + i % 8, nonce=i // 8)
    text = json.dumps({"tx": tx})
    bodies.append(f"POST /v1/transactions HTTP/1.1\r\nHost: {node.host}:{node.port}\r\nContent-Type: application/json\r\n"
                  f"Content-Length: {len(text)}\r\n\r\n{text}".encode())
clients = [socket.create_connection((node.host, node.port), timeout=PATIENCE) for _ in bodies]
for s, body in zip(clients, bodies):
    s.sendall(body)
good = 0
for s in clients:
    data = b""
    while not whole(data):
        piece = s.recv(65536)
        if not piece:
            break
        data += piece
    good += data.startswith(b"HTTP/1.1 200") and b'"SEALED"' in data
    s.close()
records = node.get("/v1/status")[1]["seq"] - before
check(good == 256, "256 transactions at once are sealed", good)
check(1 <= records < 256, "in fewer records than transactions", records)
print(f"256 transactions at once: {records} records")
balance = node.get(f"/v1/accounts/{node.addresses['home-2'][1]}/balances")[1]["balances"]
check(balance == [{"asset": "CNY", "amount": "2.56"}], "each was booked once", balance)
check(node.stop() == 0, "stops")
check(json.loads(run("audit", "replay", node.folder / "data", "--json").stdout)["verdict"] == "identical", "replays")
check(PROGRAM != "", "program")
finish()
