"""key new at a terminal: the password is asked for twice and not shown, the words are shown once.

    keys_tty.py WATTCLAUSE      in an empty folder
"""

import os
import pty
import select
import sys


def run(arguments, answers):
    """Runs a program on a terminal; answers: (what is waited for, what is typed). Returns what it
    wrote and its exit code."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(arguments[0], arguments)
    seen = b""
    answers = list(answers)
    at = 0
    while True:
        ready, _, _ = select.select([terminal], [], [], 60)
        if not ready:
            sys.exit("nothing for a minute after: %r" % seen[-200:])
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        if not data:
            break
        seen += data
        if answers and answers[0][0] in seen[at:]:
            at = len(seen)
            os.write(terminal, answers.pop(0)[1] + b"\n")
    _, status = os.waitpid(pid, 0)
    return seen, os.waitstatus_to_exitcode(status)


def expect(condition, text):
    if not condition:
        sys.exit("keys_tty.py: " + text)


def main(program):
    secret = b"very secret"
    twice = [(b"new passphrase: ", secret), (b"once more: ", secret)]
    seen, code = run([program, "key", "new", "tty.key"], twice)
    expect(code == 0, "exit %d: %r" % (code, seen))
    expect(secret not in seen, "the password was shown")
    words = seen.split(b"key.")[1].split(b"new passphrase")[0].split()
    expect(len(words) == 24, "words: %r" % words)
    expect(b"public key" in seen, "no public key in %r" % seen)
    seen, code = run([program, "key", "check", "tty.key"], [(b"passphrase: ", secret)])
    expect(code == 0 and secret not in seen, "check: exit %d %r" % (code, seen))
    seen, code = run([program, "key", "new", "other.key"],
                     [(b"new passphrase: ", secret), (b"once more: ", b"another one")])
    expect(code == 1 and b"the two passphrases differ" in seen, "exit %d: %r" % (code, seen))
    expect(not os.path.exists("other.key"), "a key with a password that nobody knows")


main(sys.argv[1])
