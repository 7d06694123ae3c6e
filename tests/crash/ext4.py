#!/usr/bin/env python3
"""Power cuts of a real file system: a node on ext4 in a file, which is shut down under it (EXT4_IOC_SHUTDOWN,
without writing its journal out), as it is when the machine loses power with nothing cached by the disk. The
node is frozen before, so that it cannot acknowledge what the disk no longer takes. Then the file system is
mounted again, which replays its journal, and the node is started.

Needs the right to mount; without it one line says SKIPPED. WATTCLAUSE_CYCLES: how many (200)."""
import atexit
import fcntl
import os
import random
import shutil
import signal
import struct
import subprocess
import threading
import time

from standing import LANES, PATIENCE, SOUND, Signer, Standing, check, finish, number, temporary

SHUTDOWN = 2 << 30 | 4 << 16 | ord("X") << 8 | 125  # _IOR('X', 125, __u32)
WITHOUT_JOURNAL = 2
cycles = number("WATTCLAUSE_CYCLES", 200)
seed = number("WATTCLAUSE_SEED", random.SystemRandom().randrange(10 ** 6))
chance = random.Random(seed)
print(f"seed {seed} (WATTCLAUSE_SEED repeats it)")
signer, place = Signer(), temporary()
image, disk = place / "disk.img", place / "disk"
disk.mkdir()


def do(*command):
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=PATIENCE, check=False)


def mount():
    return do("mount", "-o", "loop", image, disk)


def unmount():
    done = do("umount", disk)
    for _ in range(100):
        if done.returncode == 0 or "not mounted" in done.stderr:
            return
        time.sleep(0.05)
        done = do("umount", disk)
    raise RuntimeError(done.stderr)


with open(image, "wb") as file:
    file.truncate(3 << 30)  # holes: the node wants 1 GiB free, and takes a few MiB
made = do("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1", image)
mounted = mount() if made.returncode == 0 else made
if mounted.returncode != 0:
    print(f"SKIPPED: {cycles} power cuts on ext4: {mounted.stderr.strip()}")
    raise SystemExit(0)
atexit.register(unmount)
node = Standing(disk, signer)
# What a client keeps lies elsewhere: it loses no power.
node.place = place
node.passphrase = shutil.copy(node.passphrase, place / "passphrase")
node.acks = place / "acks"
node.acks.touch()


def client(lane, gone):
    connection = node.connect()
    while not gone.is_set():
        if node.seal_small(lane, connection) is None:
            break
    connection.close()


def cut():
    """Frozen, cut, ended, mounted again."""
    node.process.send_signal(signal.SIGSTOP)
    time.sleep(0.005)
    handle = os.open(disk, os.O_RDONLY)
    fcntl.ioctl(handle, SHUTDOWN, struct.pack("I", WITHOUT_JOURNAL))
    os.close(handle)
    node.kill()
    unmount()
    again = mount()
    if again.returncode != 0:
        raise RuntimeError(again.stderr)


big = 0
for cycle in range(cycles):
    node.start()
    node.read_nonces()
    gone, is_made = threading.Event(), threading.Event()
    threads = [threading.Thread(target=client, args=(lane, gone)) for lane in list(LANES)[:3]]
    if cycle % 8 == 7:
        threads.append(threading.Thread(target=node.seal_big, args=(LANES[-1], is_made)))
        big += 1
    for thread in threads:
        thread.start()
    if cycle % 8 == 7:
        is_made.wait(PATIENCE)
    time.sleep(chance.random() * 0.25)
    cut()
    gone.set()
    for thread in threads:
        thread.join(PATIENCE)
    code, line = node.judge()
    if not check(code == SOUND, f"cycle {cycle}", code, line):
        break
print(f"{cycle + 1} power cuts on ext4, {big} of them while 4 MiB were sealed, {node.count} acknowledged, none lost")
finish()
