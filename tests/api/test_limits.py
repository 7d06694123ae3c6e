#!/usr/bin/env python3
"""What clients may not do: every limit of the API at its edge, and clients that mean it badly. Each is
answered or cut; the node goes on sealing, and at the end its folder replays."""
import http.client
import json
import re
import socket
import ssl
import struct
import time

from running import PATIENCE, PROGRAM, ROOT, Node, Signer, check, finish, run, temporary

signer, place = Signer(), temporary()
LIMITS = """connections = 40
connections_per_address = 30
header_bytes = 4096
body_bytes = 20000
request_seconds = 2
answer_seconds = 4
submit_seconds = 2
"""
node = Node(place, signer, config=LIMITS).start()


def raw(data, node=node, end=False, wait=True):
    """What comes back for bytes on a connection of their own; until it is closed."""
    with socket.create_connection((node.host, node.port), timeout=PATIENCE) as s:
        try:
            s.sendall(data)
            if end:
                s.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        got = b""
        try:
            while wait and (piece := s.recv(65536)):
                got += piece
        except ConnectionResetError:
            pass
        return got


def status_of(answer):
    found = re.match(rb"HTTP/1\.1 (\d+)", answer)
    return int(found.group(1)) if found else None


def alive(what):
    code, answer = node.get("/v1/health")
    check(code == 200 and answer == {"alive": True}, f"alive after {what}")


HOST = f"Host: {node.host}:{node.port}\r\n".encode()
GET = b"GET /v1/health HTTP/1.1\r\n" + HOST

# ---- requests that are none -----------------------------------------------------------------------
for what, data in {
        "bytes": bytes(range(256)), "an empty line": b"\r\n\r\n\r\n", "half a line": b"GET /v1",
        "no version": b"GET /v1/health\r\n\r\n", "another version": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
        "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
        "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "a NUL in the path": b"GET /v1/he\0alth HTTP/1.1\r\n" + HOST + b"\r\n",
        "no Host": b"GET /v1/health HTTP/1.1\r\n\r\n", "a header without colon": GET + b"X\r\n\r\n",
        "two lengths": b"POST /rpc HTTP/1.1\r\n" + HOST +
        b"Content-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}",
        "a negative length": b"POST /rpc HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
        "a huge length": b"POST /rpc HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999999999999\r\n\r\n",
        "a bad chunk": b"POST /rpc HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "length and chunks": b"POST /rpc HTTP/1.1\r\n" + HOST +
        b"Content-Type: application/json\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}.items():
    answer = raw(data)
    check(status_of(answer) is None or 400 <= status_of(answer) < 600, f"{what}: refused or cut", answer[:80])
    alive(what)

# ---- sizes ----------------------------------------------------------------------------------------
check(status_of(raw(GET + b"X: " + b"a" * 1500 + b"\r\nConnection: close\r\n\r\n")) == 200, "headers below the limit")
check(status_of(raw(GET + b"X: " + b"a" * 5000 + b"\r\n\r\n")) in (431, 413, None), "headers above the limit")
check(status_of(raw(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n")) in (414, 431, None), "a long path")


def post(size, path="/rpc"):
    body = b'{"jsonrpc":"2.0","id":"' + b"a" * (size - 48) + b'","method":"node.health"}'
    body += b" " * (size - len(body))
    return raw(f"POST {path} HTTP/1.1\r\n".encode() + HOST + b"Content-Type: application/json\r\nConnection: close\r\n"
               b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body)


check(status_of(post(19999)) == 200 and status_of(post(20000)) == 200, "a body at the limit")
check(status_of(post(20001)) == 413, "a body above the limit")
check(status_of(raw(b"POST /rpc HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
                    b"Content-Length: 20001\r\n\r\n")) == 413, "a body that says that it is too large is not waited for")
chunk = b"1000\r\n" + b"a" * 4096 + b"\r\n"
answer = raw(b"POST /rpc HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
             chunk * 6 + b"0\r\n\r\n")
check(status_of(answer) in (None, 413), "chunks without end are cut", answer[:80])
alive("large bodies")

# ---- nesting, junk in JSON ------------------------------------------------------------------------
for depth in (15, 16, 17, 5000, 9000):
    body = b"[" * depth + b"]" * depth
    answer = raw(b"POST /rpc HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nConnection: close\r\n"
                 b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
    check(status_of(answer) == 200 and b"error" in answer, f"nested {depth} deep", answer[-120:])
    check((b"nests deeper" in answer) == (depth > 16), f"nested {depth} deep: the limit is 16")
for body in (b"\xff\xfe", b'{"a":"\xc3\x28"}', b'{"a":"\\ud800"}', b"1e999", b'{"jsonrpc":1e400}', b"nul", b"{}}", b"\0"):
    code, answer = node.ask("POST", "/rpc", body)
    check(code == 200 and answer["error"]["code"] in (-32700, -32600), f"junk {body}", answer)

# ---- pipelining -----------------------------------------------------------------------------------
answer = raw((GET + b"\r\n") * 20 + GET + b"Connection: close\r\n\r\n")
check(answer.count(b"HTTP/1.1 200") == 21, "21 requests in a row, 21 answers", answer.count(b"HTTP/1.1"))
answer = raw((GET + b"\r\n") * 3 + b"junk\r\n\r\n")
check(answer.count(b"HTTP/1.1 200") == 3, "three answers, then the junk ends it", answer[-100:])

# ---- time: a whole request has to come within request_seconds -------------------------------------
def trickle(first, piece):
    """Sends a piece again and again until the node cuts; the time that took."""
    start = time.monotonic()
    with socket.create_connection((node.host, node.port), timeout=PATIENCE) as s:
        s.settimeout(0.2)
        try:
            s.sendall(first)
            while time.monotonic() - start < PATIENCE:
                try:
                    if s.recv(4096) == b"":
                        return time.monotonic() - start
                except TimeoutError:
                    pass
                s.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass
    return time.monotonic() - start


check(trickle(b"", b"") < PATIENCE, "a connection that says nothing is cut")
check(trickle(GET, b"X-Slow: 1\r\n") < PATIENCE, "headers without end are cut")
check(trickle(b"POST /rpc HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nContent-Length: 9999\r\n\r\n", b" ")
      < PATIENCE, "a body without end is cut")
metrics = node.get("/metrics")[1].decode()
cut = int(re.search(r'connections_cut_total\{reason="request_time"\} (\d+)', metrics).group(1))
check(cut >= 3, "they were cut for their time", cut)

# A client that does not take its answers: many requests, nothing read.
with socket.create_connection((node.host, node.port), timeout=PATIENCE) as s:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.settimeout(5)
    big = b"GET /v1/openapi.json HTTP/1.1\r\n" + HOST + b"\r\n"
    try:
        s.sendall(big * 400)
    except (TimeoutError, BrokenPipeError, ConnectionResetError):
        pass
    alive("a client that reads nothing")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = re.search(r'cut_total\{reason="answer_time"\} (\d+)', node.get("/metrics")[1].decode())
        gone = int(re.search(r"http_connections (\d+)", node.get("/metrics")[1].decode()).group(1)) <= 2
        if int(found.group(1)) > 0 or gone:
            break
        time.sleep(0.2)
    check(int(found.group(1)) > 0 or gone, "it is cut")

# ---- number of connections ------------------------------------------------------------------------
def hold(count, address="127.0.0.1"):
    held = []
    for _ in range(count):
        s = socket.socket()
        s.settimeout(PATIENCE)
        s.bind((address, 0))
        s.connect((node.host, node.port))
        held.append(s)
    return held


def answered(sockets):
    good = 0
    for s in sockets:
        try:
            s.sendall(GET + b"\r\n")
            good += s.recv(4096).startswith(b"HTTP/1.1 200")
        except (ConnectionResetError, BrokenPipeError):
            pass
    return good


def full_house():
    """31 clients of one address, then 11 of another: how many are answered."""
    held = hold(31)
    first = answered(held)
    others = hold(11, "127.0.0.2")
    second = answered(others)
    for s in held + others:
        s.close()
    return first, second


# A connection of before may not have ended yet and take a place: then once more.
end = time.monotonic() + PATIENCE
while (counted := full_house()) != (30, 10) and max(counted) <= 30 and time.monotonic() < end:
    time.sleep(0.1)
check(counted == (30, 10), "30 connections of one address, not 31; 40 in all, not 41", counted)
end = time.monotonic() + PATIENCE
while time.monotonic() < end:
    try:
        if node.get("/v1/health")[0] == 200:
            break
    except OSError:
        time.sleep(0.05)
alive("all connections")

# ---- who may ask: Host, Origin, type --------------------------------------------------------------
for host in (f"127.0.0.1:{node.port}", "127.0.0.1", "localhost", f"LOCALHOST:{node.port}", "[::1]:80"):
    check(node.get("/v1/health", headers={"Host": host})[0] == 200, f"Host {host}")
for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.", "[::2]", "", "127.0.0.1:80:80",
             "x127.0.0.1"):
    code, answer = node.get("/v1/health", headers={"Host": host})
    check(code in (400, 403), f"Host {host}: DNS rebinding fails", code)
two = raw(b"GET /v1/health HTTP/1.1\r\n" + HOST + HOST + b"Connection: close\r\n\r\n")
check(status_of(two) == 403 and b"two Host headers" in two, "two Hosts", two)
empty = raw(b"POST /rpc HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
check(b"the body is empty" in empty, "an empty body", empty)
own = {"Host": f"localhost:{node.port}", "Origin": f"http://localhost:{node.port}"}
check(node.get("/v1/health", headers=own)[0] == 200, "the same origin")
for origin in ("http://evil.example", "null", f"http://localhost:{node.port + 1}", "file://", f"ftp://localhost:{node.port}"):
    check(node.get("/v1/health", headers={**own, "Origin": origin})[0] == 403, f"Origin {origin}: another site fails")
for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonp"):
    code, _ = node.ask("POST", "/rpc", b'{"jsonrpc":"2.0","id":1,"method":"node.health"}', {"Content-Type": kind})
    check(code == 415, f"a body of type `{kind}`: a form of another site fails", code)
check(node.ask("POST", "/rpc", b'{"jsonrpc":"2.0","id":1,"method":"node.health"}',
               {"Content-Type": "application/json; charset=utf-8"})[0] == 200, "JSON with its charset")
code, _ = node.ask("OPTIONS", "/rpc", headers={**own, "Access-Control-Request-Method": "POST"})
check(code == 405 and "Access-Control-Allow-Origin" not in node.headers, "no preflight is granted", code)

# ---- limits that are part of the program ----------------------------------------------------------
check(node.get("/v1/find/" + "a" * 256)[0] == 404 and node.get("/v1/find/" + "a" * 257)[0] == 400, "a text of 256 bytes")
check(node.get("/v1/find/" + "%C3%A9" * 128)[0] == 404 and node.get("/v1/find/%07")[0] == 400, "a text has characters")
searches = []
for _ in range(28):
    s = socket.create_connection((node.host, node.port), timeout=PATIENCE)
    s.sendall(b"GET /v1/find/home-1 HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
    searches.append(s)
outcomes = []
for s in searches:
    data = b""
    while piece := s.recv(65536):
        data += piece
    outcomes.append(status_of(data))
    s.close()
check(set(outcomes) <= {200, 503} and outcomes.count(200) >= 16, "searches wait, up to 16; more are told to come again", outcomes)

# ---- waiting for a block --------------------------------------------------------------------------
gap, gap_id = node.deposit("home-1", 5, "gap", nonce=50)
code, answer = node.submit(gap)
check(code == 202 and answer["answer"] == "PENDING" and answer["id"] == gap_id, "after its time: PENDING", answer)
tx, _ = node.deposit("home-1", 5, "after all")
code, answer = node.submit(tx)
check(code == 200 and answer["answer"] == "SEALED", "and the node still seals", answer)
check(node.stop() == 0, "stops")
check(json.loads(run("audit", "replay", node.folder / "data", "--json").stdout)["verdict"] == "identical", "replays")

# ---- tokens ---------------------------------------------------------------------------------------
tokens = place / "tokens"
TOKENS = {"any": "a" * 16, "auditor": "b" * 40, "home-1": "c" * 20}
tokens.write_text(f"# who may read\n{TOKENS['any']} any\n{TOKENS['auditor']} auditor\n"
                  f"{TOKENS['home-1']} {node.addresses['home-1'][1]}\n")
tokens.chmod(0o644)
node.configure(f"token_file = {tokens}\n")
done = run("node", "start", node.folder, "--passphrase-file", node.passphrase)
check(done.returncode == 3 and "chmod 600" in done.stderr, "a token file that others can read", done.stderr)
tokens.chmod(0o600)
for line, expected in (("short any", "bad-tokens:1: a token has 16 to 256"), ("x" * 20 + " nobody", "a line is"),
                       ("x" * 20, "a line is"),
                       ("x" * 20 + " any\n# as\n" + "x" * 20 + " auditor", "bad-tokens:3: the token stands above")):
    bad = place / "bad-tokens"
    bad.write_text(f"{line}\n")
    bad.chmod(0o600)
    node.configure(f"token_file = {bad}\n")
    done = run("node", "start", node.folder, "--passphrase-file", node.passphrase)
    check(done.returncode == 1 and expected in done.stderr and line.split()[0] not in done.stderr, f"`{line}` is refused",
          done.stderr)
for count, code in ((1024, None), (1025, 1)):
    bad.write_text("".join(f"token-of-{i:08} any\n" for i in range(count)))
    node.configure(f"token_file = {bad}\n")
    if code is None:
        node.start()
        check(node.get("/v1/records", headers={"Authorization": "Bearer token-of-00001023"})[0] == 200, "1024 tokens")
        check(node.stop() == 0, "stops")
    else:
        done = run("node", "start", node.folder, "--passphrase-file", node.passphrase)
        check(done.returncode == code and "more than 1024 tokens" in done.stderr, "not 1025", done.stderr)
for count, code in ((16, None), (17, 1)):
    node.configure("hosts = " + ",".join(f"h{i}" for i in range(count)) + "\n")
    if code is None:
        node.start()
        check(node.get("/v1/health", headers={"Host": "h15"})[0] == 200, "16 names")
        check(node.stop() == 0, "stops")
    else:
        done = run("node", "start", node.folder, "--passphrase-file", node.passphrase)
        check(done.returncode == code and "more than 16 hosts" in done.stderr, "not 17", done.stderr)
node.configure(f"token_file = {tokens}\n")
node.start()


def bearer(who):
    return {"Authorization": f"Bearer {TOKENS[who]}"} if who else {}


mine, theirs = node.addresses["home-1"][1], node.addresses["home-2"][1]
TABLE = [  # path, nobody, any, the party, auditor
    ("/v1/health", 200, 200, 200, 200), ("/v1/status", 200, 200, 200, 200), ("/v1/ready", 200, 200, 200, 200),
    ("/v1/openapi.json", 200, 200, 200, 200), ("/metrics", 401, 200, 200, 200), ("/v1/records", 401, 200, 200, 200),
    ("/v1/assets", 401, 200, 200, 200), ("/v1/genesis", 401, 200, 200, 200),
    (f"/v1/accounts/{mine}", 401, 403, 200, 200), (f"/v1/accounts/{theirs}", 401, 403, 403, 200),
    (f"/v1/accounts/{mine}/balances", 401, 403, 200, 200), (f"/v1/accounts/{theirs}/nonce", 401, 200, 200, 200),
    (f"/v1/accounts/{theirs}/statement", 401, 403, 403, 404), (f"/v1/accounts/{theirs}/inbox", 401, 403, 403, 404),
    (f"/v1/accounts/{theirs}/readings", 401, 403, 403, 200),
    ("/v1/blocks/1", 401, 403, 403, 200), ("/v1/events", 401, 403, 403, 200), ("/v1/find/home-1", 401, 403, 403, 200),
    ("/v1/records/1/receipts/0", 401, 403, 403, 200), ("/v1/events/1.0.0", 401, 403, 403, 200),
    (f"/v1/accounts/{mine}/balances/CNY/proof", 401, 403, 200, 200),
    (f"/v1/accounts/{theirs}/balances/CNY/proof", 401, 403, 403, 200),
    ("/v1/records/1/receipts/0/proof", 401, 403, 403, 200), ("/v1/events/1.0.0/proof", 401, 403, 403, 200),
    ("/v1/transactions/" + "00" * 32 + "/proof", 401, 403, 403, 404),
    (f"/v1/meters/{mine}/readings/0/proof", 401, 403, 403, 404),
    ("/v1/proofs/13" + "00" * 36, 401, 403, 403, 200), ("/v1/trace/1.0.0", 401, 403, 403, 200),
    ("/v1/events/stream?after=x", 401, 403, 403, 400), (f"/v1/contracts/{theirs}", 401, 403, 403, 404)]
for path, *expected in TABLE:
    for who, code in zip((None, "any", "home-1", "auditor"), expected):
        seen, answer = node.get(path, headers=bearer(who))
        check(seen == code, f"{path} with the token of {who}: {code}", seen, answer)
for wrong in ("Bearer " + "d" * 40, "Bearer", "Basic " + TOKENS["auditor"], TOKENS["auditor"], "bearer  x"):
    check(node.get("/v1/events", headers={"Authorization": wrong})[0] == 401, "a token that is none")
check(node.headers["WWW-Authenticate"] == "Bearer", "says what is needed")
tx, _ = node.deposit("home-1", 5, "with token")
check(node.submit(tx)[0] == 401, "submitting needs a token")
check(node.submit(tx, headers=bearer("any"))[0] == 200, "any will do")
log = node.log()
check(all(token not in log for token in TOKENS.values()), "no token in the log")
check(node.stop() == 0, "stops")

# ---- beyond loopback, behind a proxy; TLS ---------------------------------------------------------
node.configure(f"token_file = {tokens}\nbehind_proxy = yes\nhosts = grid.example, other.example\n")
(node.folder / "node.conf").write_text((node.folder / "node.conf").read_text().replace("127.0.0.1:0", "0.0.0.0:0"))
node.start()
node.host = "127.0.0.1"
check(node.get("/v1/health", headers={"Host": "grid.example"})[0] == 200, "a name that hosts allows")
check(node.get("/v1/health", headers={"Host": "127.0.0.1"})[0] == 403, "loopback is no name of it any more")
check(node.stop() == 0, "stops")
key, certificate = place / "key.pem", ROOT / "tests/data/tls/certificate.pem"
key.write_bytes((ROOT / "tests/data/tls/key.pem").read_bytes())
key.chmod(0o644)
(node.folder / "node.conf").write_text(f"[api]\nlisten = 127.0.0.1:0\ntls_certificate = {certificate}\ntls_key = {key}\n")
done = run("node", "start", node.folder, "--passphrase-file", node.passphrase)
check(done.returncode == 3 and "chmod 600" in done.stderr, "a key that others can read", done.stderr)
key.chmod(0o600)
node.start()
context = ssl.create_default_context(cafile=certificate)
secure = http.client.HTTPSConnection("localhost", node.port, timeout=PATIENCE, context=context)
check(node.get("/v1/health", connection=secure) == (200, {"alive": True}), "TLS")
check(node.get("/v1/health", connection=secure, headers={"Host": f"localhost:{node.port}",
                                                         "Origin": f"https://localhost:{node.port}"})[0] == 200, "its origin")
tx, _ = node.deposit("home-1", 5, "sealed over TLS")
check(node.submit(tx, connection=secure)[1].get("answer") == "SEALED", "a transaction over TLS")
check(status_of(raw(GET + b"\r\n")) != 200, "no plain HTTP on that port")
secure.close()
check(node.stop() == 0, "stops")
check(PROGRAM != "" and struct.calcsize(">q") == 8, "names")
finish()
