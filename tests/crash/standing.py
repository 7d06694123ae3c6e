"""What the crash tests share: a node whose key costs nothing, a client that notes each acknowledgement
before it goes on, blocks of 4 MiB, and the question what is found afterwards.

Arguments: PROGRAM SIGNER ROOT JUDGE [SHIM]. Everything lies in a folder in memory, if there is one: what is
tested is what the program asks of the disk, not the disk."""
import atexit
import http.client
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(sys.argv[3]) / "tests" / "api"))
from running import (NATIVE, PATIENCE, PROGRAM, ROOT, Node, Signer, check, finish,  # noqa: E402, F401
                     run)

JUDGE = sys.argv[4]
SHIM = sys.argv[5] if len(sys.argv) > 5 else None
LANES = range(1, 8)
BIG_BYTES = 255 * 1024  # of arguments: sixteen such transactions fill a block of 4 MiB
BIG_COUNT = 16
SOUND, REFUSED, SHORT, FATAL = 0, 20, 21, 3


def number(name, default):
    """A count from the environment."""
    return int(os.environ.get(name, default))


def temporary():
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = pathlib.Path(tempfile.mkdtemp(prefix="wattclause-crash-", dir=memory))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


class Standing(Node):
    """A node whose acknowledgements are kept in a file, one a line, as crash_judge reads them."""

    def __init__(self, place, signer, name="node", **more):
        super().__init__(place, signer, name=name, **more)
        self.acks = place / f"{name}.acks"
        self.acks.touch()
        self.turn = threading.Lock()
        self.count = 0
        done = subprocess.run([JUDGE, "cheapen", self.folder, self.passphrase], capture_output=True, text=True,
                              timeout=PATIENCE, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)

    def start(self, *options, **more):
        self.log_path = self.place / f"{self.folder.name}.log"
        self.log_path.unlink(missing_ok=True)
        return super().start(*options, **more)

    def configure_port(self, port):
        """Another address than any free one."""
        text = (self.folder / "node.conf").read_text()
        (self.folder / "node.conf").write_text(text.replace("127.0.0.1:0", f"127.0.0.1:{port}"))

    def wait_for_address(self):
        """From the log: writing run/api may be the call that fails, and then the node serves all the same."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = re.search(r"event=serving .* port=(\d+) ", self.log_path.read_text(errors="replace"))
            if found:
                self.host, self.port = "127.0.0.1", int(found.group(1))
                return
            if self.process.poll() is not None:
                raise RuntimeError(f"the node ended with {self.process.returncode}: " + self.log())
            time.sleep(0.005)
        raise RuntimeError("the node does not serve: " + self.log())

    def acknowledge(self, answer):
        """Notes a sealed answer; on the file before this returns."""
        certificate = answer["certificate"]
        with self.turn, open(self.acks, "a") as file:
            file.write(f"{answer['seq']} {answer['record_hash']} {certificate['incarnation']} "
                       f"{certificate['signatures'][0]['signature']}\n")
            self.count += 1

    def read_nonces(self, lanes=LANES):
        for lane in (0, *lanes):
            path = f"/v1/accounts/{self.addresses['bank'][1]}/nonce?lane={lane}"
            self.nonces[("bank", lane)] = self.get(path)[1]["next"]

    def seal(self, tx, connection=None):
        """True: acknowledged, and noted. False: another answer. None: the node is gone."""
        try:
            code, answer = self.submit(tx, connection=connection)
        except (OSError, http.client.HTTPException):
            return None
        if code != 200 or answer["answer"] != "SEALED":
            return False
        self.acknowledge(answer)
        return True

    def seal_small(self, lane=0, connection=None):
        with self.turn:
            mark = f"{lane}-{self.nonces.get(('bank', lane), 0)}"
            tx = self.deposit("home-1", 1, mark, lane=lane)[0]
        return self.seal(tx, connection)

    def big(self, nonce, lane=0):
        """Fails in the ledger, because its arguments are none, and is kept in the block whole."""
        call = f"3:{NATIVE}:4:{bytes([nonce % 251] * BIG_BYTES).hex()}"
        return self.tx(["bank"], call, nonce=nonce, lane=lane, gas=40000000)[0]

    def seal_big(self, lane=0, is_made=None):
        """A block of 4 MiB: all but the first wait for it, so that they are taken together. is_made is set
        before the first is sent."""
        first = self.nonces.get(("bank", lane), 0)
        with self.turn:
            txs = [self.big(first + i, lane) for i in range(BIG_COUNT)]
            self.nonces[("bank", lane)] = first + BIG_COUNT
        results = [None] * BIG_COUNT
        if is_made is not None:
            is_made.set()

        def send(i):
            results[i] = self.seal(txs[i])

        threads = [threading.Thread(target=send, args=(i,)) for i in range(1, BIG_COUNT)]
        for thread in threads:
            thread.start()
        send(0)
        for thread in threads:
            thread.join(PATIENCE)
        return results

    def judge(self, folder=None, acks=None):
        """Exit code and line of crash_judge."""
        done = subprocess.run([JUDGE, "judge", folder or self.folder, self.passphrase, acks or self.acks],
                              capture_output=True, text=True, timeout=PATIENCE, check=False)
        return done.returncode, (done.stdout + done.stderr).strip()


def under_shim(folder, **settings):
    """The environment of a program that runs with the library in front, on files below the folder."""
    more = {f"WC_SHIM_{name.upper()}": str(value) for name, value in settings.items()}
    return {"LD_PRELOAD": SHIM, "WC_SHIM_UNDER": str(folder), **more}


