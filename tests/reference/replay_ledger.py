#!/usr/bin/env python3
"""Replays a ledger with the second engine: every record, receipt and root again, from its beginning.

    replay_ledger.py [--json] [--quiet] [--signatures] [--allow-destroyed] [--record-hash=HEX] BUNDLE

BUNDLE is a file of `wattclause audit bundle`, or - for one on standard input. One that begins with a
snapshot rests on the certificate of its record, or on the hash that is given. Signatures are taken
as the ledger judged them unless --signatures is given. Exit codes: 0 the same, 1 it differs or the
file is damaged, 2 usage, 3 the file cannot be read, 7 rules or formats of another program, 70 a bug
of this program."""
import json
import os
import sys
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
SAME, DIFFERS, USAGE, ENVIRONMENT, INCOMPATIBLE, BUG = 0, 1, 2, 3, 7, 70
OPTIONS = ("--json", "--quiet", "--signatures", "--allow-destroyed")


TRUST = {"genesis": "the genesis", "record_hash": "the hash of that record, which was given",
         "certificate": "the certificate of that record under the genesis"}


def sentence(replay):
    """The difference in one line."""
    d, parts = replay.difference, []
    if replay.seq is not None:
        parts.append("record %d" % replay.seq)
    if d.receipt is not None:
        parts.append("receipt %d" % d.receipt)
    if d.tx_id is not None:
        parts.append("transaction %s" % d.tx_id.hex())
    place = ": ".join(filter(None, [", ".join(parts), d.place]))
    field = ", " + d.field if d.field else ""
    return "%s%s: the ledger has %s, recomputed is %s" % (place, field, d.stored, d.recomputed)


def verdict(replay):
    if replay.difference is not None:
        return "differs"
    return "identical" if replay.executing else "partial"


def report(replay, seconds):
    """Names and values of the summary."""
    chain, counts = replay.chain, replay.counts
    by = "this engine" if replay.signatures else "wattclause"
    rows = {"engine": "reference (Python)", "verdict": verdict(replay)}
    if chain is not None:
        rows.update(chain=chain.genesis.chain_id.decode(), genesis=chain.genesis.hash.hex())
    if replay.snapshot is not None:
        rows.update(first_record=replay.bundle.first,
                    first_record_hash=replay.snapshot.record_hash.hex())
    rows.update(trust=replay.trust)
    for name in ("records", "certificates", "transactions", "receipts", "events", "gas"):
        rows[name] = counts[name]
    rows.update(executed_until=replay.executed_until, signatures_checked_by=by)
    if chain is not None:
        rows.update(signatures=chain.taken["signatures"], state_keys=len(chain.state.stored),
                    modules_verified_by_wattclause=chain.taken["modules"],
                    state_root=chain.state.root().hex())
    rows["milliseconds"] = int(seconds * 1000)
    return rows


def print_text(replay, rows):
    lines = [("engine", "the second one, in Python")]
    if "chain" in rows:
        lines += [("chain", rows["chain"]), ("genesis", rows["genesis"])]
    rests_on = TRUST[rows["trust"]]
    if rows["trust"] == "certificate" and not replay.signatures:
        rests_on += "; not verified here, --signatures does"
    if "first_record" in rows:
        lines += [("begins", "with the state after record %(first_record)d" % rows),
                  ("its hash", rows["first_record_hash"])]
    lines += [("rests on", rests_on), ("checked", "%(records)d records, %(transactions)d transactions" % rows),
              ("signatures", "checked by: %s" % rows["signatures_checked_by"]),
              ("recomputed", "%(receipts)d receipts, %(events)d events, gas %(gas)d" % rows)]
    if "state_root" in rows:
        lines += [("state", "%(state_keys)d keys" % rows), ("root", rows["state_root"]),
                  ("modules", "%d deployed; verified by: wattclause"
                   % rows["modules_verified_by_wattclause"])]
    lines.append(("time", "%.1f s" % (rows["milliseconds"] / 1000)))
    if replay.difference is not None:
        lines += [("verdict", "DIFFERS"), ("first", sentence(replay))]
    elif replay.executing:
        lines.append(("verdict", "identical: every receipt and root follows from the %s and the "
                      "transactions" % ("genesis" if replay.snapshot is None else "snapshot")))
    else:
        lines.append(("verdict", "identical up to record %d; behind it payloads were destroyed, so "
                      "hashes were checked, not results" % replay.executed_until))
    for name, value in lines:
        print("%-13s %s" % (name, value))


def show(replay, options, seconds):
    rows = report(replay, seconds)
    if "--json" in options:
        d = replay.difference
        if d is not None:
            rows["difference"] = {"record": replay.seq, "receipt": d.receipt, "place": d.place,
                                  "transaction": d.tx_id.hex() if d.tx_id else None,
                                  "field": d.field, "stored": d.stored,
                                  "recomputed": d.recomputed}
        print(json.dumps(rows))
    elif "--quiet" not in options:
        print_text(replay, rows)
    elif replay.difference is not None:
        print(sentence(replay))
    sys.stdout.flush()


def progress(done, total):
    sys.stderr.write("\rreplaying record %d of %d" % (done, total))
    sys.stderr.write("\r\033[K" if done == total else "")


def run(path, options, record_hash):
    from ledger.bundle import Bundle
    from ledger.replay import Replay
    start = time.monotonic()
    file = sys.stdin.buffer if path == "-" else open(path, "rb")
    with file:
        watched = sys.stderr.isatty() and not {"--json", "--quiet"} & set(options)
        replay = Replay(Bundle(file), "--signatures" in options, "--allow-destroyed" in options,
                        progress if watched else None, record_hash)
        try:
            replay.run()
        except Exception:
            if replay.seq is not None:
                sys.stderr.write("replay_ledger: stopped at record %d\n" % replay.seq)
            raise
    show(replay, options, time.monotonic() - start)
    return SAME if replay.difference is None else DIFFERS


def main(arguments):
    options = [word for word in arguments if word.startswith("--")]
    paths = [word for word in arguments if not word.startswith("--")]
    given = [word[len("--record-hash="):] for word in options if word.startswith("--record-hash=")]
    options = [word for word in options if not word.startswith("--record-hash=")]
    try:
        record_hash = bytes.fromhex(given[-1]) if given else None
    except ValueError:
        record_hash = b""
    if record_hash is not None and len(record_hash) != 32:
        sys.stderr.write("replay_ledger: --record-hash takes 64 hexadecimal digits\n")
        return USAGE
    if len(paths) != 1 or any(option not in OPTIONS for option in options):
        sys.stderr.write(__doc__)
        return USAGE
    try:
        from ledger.bundle import Damaged, NoBundle, NotSupported
        from ledger.snapshot import Refused
        try:
            return run(paths[0], options, record_hash)
        except OSError as error:
            message, code = "%s: %s" % (paths[0], error.strerror), ENVIRONMENT
        except NotSupported as error:
            message, code = "%s: %s" % (paths[0], error), INCOMPATIBLE
        except Refused as error:
            message, code = "%s/%s" % (paths[0], error), DIFFERS
        except Damaged as error:
            message, code = "%s: %s" % (paths[0], error), DIFFERS
        except NoBundle as error:
            message, code = "%s: %s" % (paths[0], error), ENVIRONMENT
        sys.stderr.write("replay_ledger: %s\n" % message)
        return code
    except Exception:
        traceback.print_exc()
        sys.stderr.write("replay_ledger: a bug of this program, not a verdict on the ledger\n")
        return BUG


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
