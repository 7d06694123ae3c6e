"""`wattclause repl` at a terminal: editing, history, completion, open brackets, interrupts.

A pseudo terminal stands for the person's. Nothing waits for a time: each step reads until what it
expects is on the screen; only a session that says nothing more for GIVE_UP seconds is ended.

usage: repl_pty.py PROGRAM SOURCE
"""
import os
import pty
import re
import select
import signal
import sys
import tempfile
import termios

GIVE_UP = 120
PROMPT = "clause> "
MORE = "   ...> "
UP, LEFT, HOME_KEY, END_KEY = "\x1b[A", "\x1b[D", "\x01", "\x05"
BACKSPACE, TAB, CTRL_C, CTRL_D, CTRL_R, ESCAPE = "\x7f", "\t", "\x03", "\x04", "\x12", "\x1b"
CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|[\r\x07]|.\x08")


class Session:
    """One program at its own terminal."""

    def __init__(self, program, arguments, home):
        self.seen = ""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            environment = {"HOME": home, "TERM": "xterm", "PATH": os.environ["PATH"]}
            os.execve(program, [program, "repl"] + arguments, environment)

    def read(self):
        """More of the screen; False: the program has closed it."""
        ready, _, _ = select.select([self.terminal], [], [], GIVE_UP)
        if not ready:
            self.stop(f"nothing more comes after:\n{self.seen[-800:]}")
        try:
            data = os.read(self.terminal, 65536)
        except OSError:  # the other end is closed
            return False
        self.seen += data.decode("utf-8", "replace")
        return len(data) > 0

    def stop(self, why):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        sys.exit(f"FAILED: {why}")

    def until(self, text):
        """Reads until the text is there; what stood before it is done with."""
        while text not in CONTROLS.sub("", self.seen):
            if not self.read():
                self.stop(f"the session ended before {text!r}:\n{self.seen[-800:]}")
        self.seen = CONTROLS.sub("", self.seen)
        shown, self.seen = self.seen.split(text, 1)
        return shown + text

    def keys(self, keys):
        """Presses keys once the editor listens: the prompt stands there a moment before that."""
        polls = 0
        while termios.tcgetattr(self.terminal)[3] & termios.ICANON:
            polls += 1
            if polls > GIVE_UP * 100:
                self.stop("the editor never listens")
            select.select([], [], [], 0.01)
        os.write(self.terminal, keys.encode())

    def ask(self, keys, answer):
        """Presses the keys and Enter; the answer, if any, and a new prompt must follow."""
        self.keys(keys + "\n")
        if answer:
            self.until(answer)
        self.until(PROMPT)

    def interrupt(self):
        """^C, then an input whose answer shows that the session goes on."""
        self.keys(CTRL_C)
        self.until(PROMPT)
        self.ask("1000 + 7", "\n1007 ")

    def end(self, keys):
        """The exit code after these keys."""
        self.keys(keys)
        while self.read():
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status)


def check(condition, text):
    if not condition:
        sys.exit(f"FAILED: {text}")


def first_session(program, source, home):
    session = Session(program, [source], home)
    session.until("Clause by hand")
    session.until(PROMPT)
    session.ask("0.38 CNY/kWh * 10 kWh", "3.80 CNY")
    # Editing: a wrong last digit, a missing first number, a wrong operator.
    session.ask("1 + 29" + BACKSPACE, "\n3 ")
    session.ask("+ 40" + HOME_KEY + "2 ", "\n42 ")
    session.ask("7 + 6" + LEFT + LEFT + BACKSPACE + "*" + END_KEY + "00", "\n4200 ")
    # History.
    session.ask(UP, "\n4200 ")
    session.ask(UP + UP, "\n42 ")
    # Completion: what fits alone is put in; of several, they are listed.
    session.ask("round<Yuan>(1.005 CNY, half_e" + TAB + ")", "1.00 CNY")
    session.keys("ma" + TAB)
    session.until("match  max")
    session.interrupt()
    # An input goes on until its brackets are closed; ^C drops it.
    session.keys("func add_one(x : int) -> int {\n")
    session.until(MORE)
    session.ask("return x + 1; }", "")
    session.ask("add_o" + TAB + "(41)", "\n42 ")
    session.keys("(1 +\n")
    session.until(MORE)
    session.interrupt()
    session.ask("2 + 2", "\n4 ")
    # Searching the history.
    session.keys(CTRL_R + "CNY/kWh" + ESCAPE)
    session.ask("", "3.80 CNY")
    # A contract of the source, an error that leaves no trace, a command.
    session.ask("let c = Purse.deploy(owner: ann)", "c  a new Purse  ok")
    session.ask("3 kWh + 1 CNY", "error[E0503]")
    session.ask("as ann { c.put(5); }", "c.put  ok")
    session.ask("c.held()", "\n5 ")
    session.ask(":mone" + TAB, "no contract here moves money")
    check(session.end(CTRL_D) == 0, "at a terminal an input that was refused is no failure")


def second_session(program, home):
    """The history is kept from session to session."""
    session = Session(program, [], home)
    session.until(PROMPT)
    session.keys(CTRL_R + "half_even" + ESCAPE)
    session.ask("", "1.00 CNY")
    session.ask(":nonsense", "there is no command `:nonsense`")
    check(session.end(":quit\n") == 0, ":quit ends a session")


def main():
    program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    with tempfile.TemporaryDirectory() as home:
        first_session(program, source, home)
        with open(os.path.join(home, ".wattclause_history"), encoding="utf-8") as kept:
            check("add_one" in kept.read(), "the history is in the home folder")
        second_session(program, home)
    print("a session at a terminal: editing, history, completion, brackets, interrupts")


main()
