#!/usr/bin/env python3
"""A snapshot in many chunks, left by the C code, checked by check_snapshot.py; and the same with one bit
of it changed, a chunk at a time: refused, the chunk named. Then one of a chain whose validators have
changed: the changes lead to the record, and nothing else in the header does."""
import hashlib
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

import check_snapshot

SEED = 20261130


def refusal(folder, only=None):
    try:
        check_snapshot.check(str(folder), None, only)
    except check_snapshot.Refused as refused:
        return str(refused)
    return None


def check_makers(folder, chance):
    """Three changes, the last one in the record itself, of the order alone."""
    check_snapshot.check(str(folder), None, None)
    header = (folder / "header").read_bytes()
    snapshot = check_snapshot.Snapshot(header, check_snapshot.genesis.read((folder / "genesis").read_bytes()))
    assert len(snapshot.changes) == 3
    last = header.index(snapshot.changes[2][0], 18 + 2 + len(snapshot.record_bytes))
    end = len(header) - 12 - 32 * len(snapshot.hashes)  # where leaves and chunks are counted
    start = header.index(snapshot.changes[0][0]) - 4
    for at in chance.sample(range(start, end), 150):
        changed = bytearray(header)
        changed[at] ^= 1 << chance.randrange(8)
        (folder / "header").write_bytes(changed)
        assert (refusal(folder, 0) or "").startswith("header: "), at
    # Without the last change: the hash of the validators is the same, their order in the state is not.
    (folder / "header").write_bytes(header[:start] + b"\0\2" + header[start + 2:last - 2] + header[end:])
    assert "its validators are not those to which" in (refusal(folder) or ""), refusal(folder)
    # Without the last two: the certificate of the record is still by the first key, the hash is not.
    second = header.index(snapshot.changes[1][0]) - 2
    (folder / "header").write_bytes(header[:start] + b"\0\1" + header[start + 2:second] + header[end:])
    assert "do not lead to those that the record names" in (refusal(folder) or ""), refusal(folder)
    (folder / "header").write_bytes(header)


def main():
    print("seed", SEED)
    chance = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix="wattclause-snapshot-") as place:
        folder = pathlib.Path(place) / "shot"
        subprocess.run([sys.argv[1], folder], check=True, stderr=subprocess.DEVNULL, timeout=300)
        seq, entries, chunks, witness = check_snapshot.check(str(folder), None, None)
        assert chunks >= 6 and witness == "verified", (chunks, witness)
        print("record %d, %d entries, %d chunks" % (seq, entries, chunks))
        header = (folder / "header").read_bytes()
        for index in range(chunks):
            assert refusal(folder, index) is None
            path = folder / ("chunk-%05d" % index)
            data = path.read_bytes()
            for _ in range(12):
                at = chance.randrange(len(data))
                changed = bytearray(data)
                changed[at] ^= 1 << chance.randrange(8)
                path.write_bytes(changed)
                assert (refusal(folder, index) or "").startswith(path.name), (index, at)
                # The header made to fit: then the root refuses it.
                fitting = bytearray(header)
                place_of = len(header) - 32 * (chunks - index)
                fitting[place_of:place_of + 32] = hashlib.sha256(changed).digest()
                (folder / "header").write_bytes(fitting)
                found = refusal(folder, index) or ""
                assert found.startswith(path.name) and "lists" not in found, (index, at, found)
                (folder / "header").write_bytes(header)
            path.write_bytes(data)
        makers = pathlib.Path(place) / "makers"
        subprocess.run([sys.argv[1], makers, "makers"], check=True, stderr=subprocess.DEVNULL, timeout=300)
        check_makers(makers, chance)
        shutil.copy(folder / "chunk-00001", folder / "chunk-00002")
        assert refusal(folder).startswith("chunk-00002")
    return 0


if __name__ == "__main__":
    sys.exit(main())
