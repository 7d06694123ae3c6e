"""The machine: functions, basic blocks, gas, and the instructions on control and numbers.

A register holds a number or a place. A number of 128 bits stands in the first register of its pair;
the second one is not used. Instructions of other files register themselves with `instruction`."""
from . import abi, memory, tables
from .memory import Place, piece
from .module import HIGHEST, LOWEST

LOWEST_WIDE, HIGHEST_WIDE = -2**127, 2**127 - 1
ROUNDINGS = ("half_even", "half_up", "half_down", "up", "down", "floor", "ceil", "exact")


class Failure(Exception):
    """The end of a call that undoes it. kind: trap, error, builtin or callee; where: [VM-14]."""

    def __init__(self, kind, code, where, operands=(), args=b""):
        super().__init__("%s %s" % (kind, code))
        self.kind, self.code, self.where = kind, code, where
        self.operands, self.args = list(operands), args


class HostStop(Exception):
    """[VM-63] The host could not serve the call: trap HOST."""


class Instruction:
    """An instruction in its place. a to f: its operands."""

    def __init__(self, code, word):
        op, self.a, self.b, self.c = code[word]
        self.op, self.word = tables.OPS[op], word
        self.d = self.e = self.f = 0
        if self.op.words == 2:
            _, self.d, self.e, self.f = code[word + 1]


INSTRUCTIONS = {}


def instruction(*names):
    """Registers a function(machine, registers, instruction). What it returns is the word to go on
    at; None: behind the instruction."""

    def register(function):
        for name in names:
            assert name in tables.BY_NAME and name not in INSTRUCTIONS
            INSTRUCTIONS[name] = function
        return function

    return register


class Machine:
    """[VM-10] One call. roots: places of terms, storage, parties, state, own id, caller."""

    def __init__(self, module, host, gas):
        self.module, self.host, self.gas, self.limit = module, host, gas, gas
        self.charges = []       # (gas used so far, place) after each charge
        self.where = None       # function and word of what runs; None outside code
        self.state_set = self.amended = self.rebound = False
        self.sys = [0, 0, 0, 0]  # now, entered, deployed, state tag
        self.roots = [Place(piece(size)) for size in (
            module.terms_type.size, module.storage_type.size, module.parties_type.size,
            module.state_type.size, 32, 32)]
        self.constants = [abi.constant(type_, data) for type_, data in module.constants]

    # ---- ending ----------------------------------------------------------------------------------

    def trap(self, name, *operands):
        raise Failure("trap", name, self.where, operands)

    def builtin(self, name, args=b""):
        raise Failure("builtin", name, self.where, args=args)

    def full(self, limit):
        self.builtin("Full", abi.u32(limit))

    # ---- gas -------------------------------------------------------------------------------------

    def charge(self, gas):
        """[VM-21]"""
        if self.gas < gas:
            self.trap("OUT_OF_GAS")
        self.gas -= gas
        if gas > 0:
            self.charges.append((self.limit - self.gas, self.where))

    def part(self, name, count, size=0):
        self.charge(tables.part_gas(name, count, size))

    # ---- values ----------------------------------------------------------------------------------

    def encode(self, type_, place):
        try:
            return abi.encode(type_, place)
        except abi.Unencodable:
            self.trap("RANGE")

    def number(self, value, *operands):
        """[VM-51] A result of 64 bits."""
        if not LOWEST <= value <= HIGHEST:
            self.trap("RANGE", *operands)
        return value

    def wide(self, value):
        """[VM-52] A result of 128 bits."""
        if not LOWEST_WIDE <= value <= HIGHEST_WIDE:
            self.trap("RANGE")
        return value

    # ---- functions -------------------------------------------------------------------------------

    def run(self, index, arguments=()):
        """[VM-11] Runs a function; returns its results."""
        function = self.module.functions[index]
        registers = list(arguments) + [None] * (len(function.types) - len(arguments))
        self.slots = [None] * len(function.slots)
        word = 0
        while True:
            self.where = (index, word)
            current = Instruction(function.code, word)
            name = current.op.name
            if name == "block":
                self.charge(block_gas(function.code, word))
                word += 1
            elif name == "ret":
                return registers[current.a:current.a + function.results]
            elif name == "call":
                self.call(registers, current)
                word += 1
            else:
                self.function = function
                target = INSTRUCTIONS[name](self, registers, current)
                word = word + current.op.words if target is None else target

    def call(self, registers, i):
        callee = self.module.functions[i.a]
        slots = self.slots
        results = self.run(i.a, registers[i.b:i.b + callee.parameters])
        self.slots = slots
        registers[i.c:i.c + len(results)] = results

    def slot(self, index):
        """[VM-13] The memory of a frame slot: the same one as long as the function runs."""
        if self.slots[index] is None:
            self.slots[index] = Place(piece(self.function.slots[index].size))
        return self.slots[index]

    def type(self, register):
        """The type that a ref register leads to."""
        return self.function.types[register]


def block_gas(code, word):
    """[VM-20] Base gas of the instructions from a `block` to the next one."""
    gas = tables.BY_NAME["block"].gas
    word += 1
    while word < len(code) and tables.OPS[code[word][0]].name != "block":
        gas += tables.OPS[code[word][0]].gas
        word += 1
    return gas


# ---- control -------------------------------------------------------------------------------------


@instruction("jmp")
def jmp(m, r, i):
    return i.a


@instruction("br")
def br(m, r, i):
    return i.b if r[i.a] != 0 else None


@instruction("brz")
def brz(m, r, i):
    return i.b if r[i.a] == 0 else None


@instruction("breq")
def breq(m, r, i):
    return i.c if r[i.a] == r[i.b] else None


@instruction("brne")
def brne(m, r, i):
    return i.c if r[i.a] != r[i.b] else None


@instruction("brlt")
def brlt(m, r, i):
    return i.c if r[i.a] < r[i.b] else None


@instruction("brle")
def brle(m, r, i):
    return i.c if r[i.a] <= r[i.b] else None


@instruction("lenter")
def lenter(m, r, i):
    """[VM-12]"""
    counter, limit = r[i.a], r[i.b]
    if counter >= limit:
        return i.c
    if limit - counter > m.module.numbers[i.d]:
        m.trap("RANGE", counter, limit)
    return None


@instruction("loop")
def loop(m, r, i):
    r[i.a] += 1
    return i.c if r[i.a] < r[i.b] else None


@instruction("fail")
def fail(m, r, i):
    """[VM-61]"""
    args = m.encode(m.module.errors[i.a].args, r[i.b])
    raise Failure("error", i.a, m.where, args=args)


def compared(m, i):
    """[VM-62] The registers whose comparison, in the word before, made the condition."""
    if i.word == 0:
        return []
    code, result, x, y = m.function.code[i.word - 1]
    if tables.OPS[code].name not in ("eq", "ne", "lt", "le"):
        return []
    return [x, y] if result == i.a and i.a not in (x, y) else []


@instruction("check")
def check(m, r, i):
    if r[i.a] == 0:
        name = next(name for name, number in tables.TRAPS.items() if number == i.b)
        m.trap(name, *[r[register] for register in compared(m, i)])


# ---- numbers -------------------------------------------------------------------------------------


def signed(value, bits):
    return value - (1 << bits) if value >> (bits - 1) else value


@instruction("ldi")
def ldi(m, r, i):
    r[i.a] = signed(i.c << 16 | i.b, 32)


@instruction("ldc", "ldcw")
def ldc(m, r, i):
    r[i.a] = m.module.numbers[i.b]


@instruction("mov", "movw", "movr", "widen")
def mov(m, r, i):
    r[i.a] = r[i.b]


@instruction("narrow")
def narrow(m, r, i):
    r[i.a] = m.number(r[i.b])


@instruction("range")
def range_(m, r, i):
    if not m.module.numbers[i.b] <= r[i.a] <= m.module.numbers[i.c]:
        m.trap("RANGE", r[i.a])


@instruction("add")
def add(m, r, i):
    r[i.a] = m.number(r[i.b] + r[i.c], r[i.b], r[i.c])


@instruction("sub")
def sub(m, r, i):
    r[i.a] = m.number(r[i.b] - r[i.c], r[i.b], r[i.c])


@instruction("mul")
def mul(m, r, i):
    r[i.a] = m.number(r[i.b] * r[i.c], r[i.b], r[i.c])


@instruction("neg")
def neg(m, r, i):
    r[i.a] = m.number(-r[i.b], r[i.b])


@instruction("addi")
def addi(m, r, i):
    r[i.a] = m.number(r[i.b] + signed(i.c, 16), r[i.b], signed(i.c, 16))


@instruction("idiv")
def idiv(m, r, i):
    """[VM-55]"""
    x, y = r[i.b], r[i.c]
    if y == 0:
        m.trap("DIVZERO", x, y)
    r[i.a] = m.number(x // y, x, y)


@instruction("mod")
def mod(m, r, i):
    x, y = r[i.b], r[i.c]
    if y == 0:
        m.trap("DIVZERO", x, y)
    r[i.a] = x - y * (x // y)


@instruction("idivk")
def idivk(m, r, i):
    r[i.a] = r[i.b] // m.module.numbers[i.c]


@instruction("modk")
def modk(m, r, i):
    divisor = m.module.numbers[i.c]
    r[i.a] = r[i.b] - divisor * (r[i.b] // divisor)


@instruction("min", "minw")
def min_(m, r, i):
    r[i.a] = min(r[i.b], r[i.c])


@instruction("max", "maxw")
def max_(m, r, i):
    r[i.a] = max(r[i.b], r[i.c])


@instruction("select", "selectw")
def select(m, r, i):
    r[i.a] = r[i.b] if r[i.d] != 0 else r[i.c]


@instruction("eq", "eqw")
def eq(m, r, i):
    r[i.a] = int(r[i.b] == r[i.c])


@instruction("ne")
def ne(m, r, i):
    r[i.a] = int(r[i.b] != r[i.c])


@instruction("lt", "ltw")
def lt(m, r, i):
    r[i.a] = int(r[i.b] < r[i.c])


@instruction("le", "lew")
def le(m, r, i):
    r[i.a] = int(r[i.b] <= r[i.c])


@instruction("not")
def not_(m, r, i):
    r[i.a] = int(r[i.b] == 0)


@instruction("mulw")
def mulw(m, r, i):
    r[i.a] = r[i.b] * r[i.c]


@instruction("addw")
def addw(m, r, i):
    r[i.a] = m.wide(r[i.b] + r[i.c])


@instruction("subw")
def subw(m, r, i):
    r[i.a] = m.wide(r[i.b] - r[i.c])


@instruction("mulwi")
def mulwi(m, r, i):
    r[i.a] = m.wide(r[i.b] * r[i.c])


@instruction("negw")
def negw(m, r, i):
    r[i.a] = m.wide(-r[i.b])


# ---- multiply, divide, round ---------------------------------------------------------------------


def rounded(numerator, divisor, mode):
    """[VM-53] The quotient as a whole number; None: mode exact, and there is a remainder."""
    if divisor < 0:
        numerator, divisor = -numerator, -divisor
    sign = -1 if numerator < 0 else 1
    whole, rest = divmod(abs(numerator), divisor)
    if rest == 0:
        return sign * whole
    if mode == "exact":
        return None
    twice = 2 * rest
    away = {"half_even": twice > divisor or (twice == divisor and whole % 2 == 1),
            "half_up": twice >= divisor,
            "half_down": twice > divisor,
            "up": True,
            "down": False,
            "floor": sign < 0,
            "ceil": sign > 0}[mode]
    return sign * (whole + away)


def divide(m, numerator, divisor, mode, operands):
    """[VM-54] In this order: DIVZERO, INEXACT, RANGE."""
    if divisor == 0:
        m.trap("DIVZERO", *operands)
    quotient = rounded(numerator, divisor, mode)
    if quotient is None:
        m.trap("INEXACT", *operands)
    return m.number(quotient, *operands)


def mdr(m, r, i):
    """Forms mdr, mdrw, mr and mrw: with a divisor in a register or not, B of 128 bits or not."""
    form, mode = i.op.name.split("_", 1)
    x, y = r[i.b], r[i.c]
    divisor = m.module.numbers[i.f] * (r[i.d] if form.startswith("mdr") else 1)
    operands = [] if form.endswith("w") else [x, y]
    r[i.a] = divide(m, x * y * m.module.numbers[i.e], divisor, mode, operands)


for form_ in ("mdr", "mdrw", "mr", "mrw"):
    instruction(*["%s_%s" % (form_, mode_) for mode_ in ROUNDINGS])(mdr)
