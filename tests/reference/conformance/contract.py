"""Writes a contract in the assembler's text form (docs/reference/bytecode.md, "Text form")."""
import hashlib

LOWEST, HIGHEST = -2**63, 2**63 - 1
SPLIT = 1 << 32


def i64(number):
    return number.to_bytes(8, "big", signed=True)


def u32(number):
    return number.to_bytes(4, "big")


def wide(number):
    """A number of 128 bits as an argument: its upper 64 bits, then twice 32 bits."""
    return i64(number >> 64) + i64(number >> 32 & SPLIT - 1) + i64(number & SPLIT - 1)


def text(value):
    return u32(len(value.encode())) + value.encode()


def party(byte):
    return bytes([byte]) * 32


class Function:
    """A function that is being written. Registers are taken as they are needed."""

    def __init__(self, contract, name):
        self.contract, self.name = contract, name
        self.registers, self.slots, self.lines = [], [], ["block"]
        self.parameters, self.results, self.outputs, self.labels = 0, [], [], 0

    def register(self, kind, type_=None):
        self.registers.append((kind, type_))
        if kind == "i128":
            self.registers.append(("high", None))
            return "r%d" % (len(self.registers) - 2)
        return "r%d" % (len(self.registers) - 1)

    def int(self):
        return self.register("i64")

    def wide(self):
        return self.register("i128")

    def ref(self, type_, kind="ref"):
        return self.register(kind, self.contract.type(type_))

    def __call__(self, line, *values):
        self.lines.append(" ".join([line] + [str(value) for value in values]))

    def label(self):
        self.labels += 1
        return "l%d" % self.labels

    # ---- values ----------------------------------------------------------------------------------

    def number(self, value):
        register = self.int()
        self("ldc", register, self.contract.number(value))
        return register

    def constant(self, type_, data):
        register = self.ref(type_)
        self("leac", register, self.contract.constant(type_, data))
        return register

    def new(self, type_):
        self.slots.append(self.contract.type(type_))
        register = self.ref(type_, "refmut")
        self("new", register, len(self.slots) - 1)
        return register

    def copied(self, source, type_):
        """A place that may be written, with what `source` leads to."""
        register = self.new(type_)
        self("copy", register, source)
        return register

    def scale_up(self, pair, register):
        """pair = pair * 2^32 + register"""
        part, factor = self.wide(), self.number(SPLIT)
        self("mulwi", pair, pair, factor)
        self("widen", part, register)
        self("addw", pair, pair, part)

    def parts(self, pair):
        """The three parts of a number of 128 bits, as `wide` has them."""
        one, four, high_unit = self.contract.number(1), self.contract.number(4), self.number(2**62)
        unit, factor, half = self.int(), self.number(4), self.number(1)
        upper, middle, lower, rest = self.int(), self.int(), self.int(), self.wide()
        self("ldc", unit, self.contract.number(SPLIT))
        self("mdrw_floor", upper, pair, half, high_unit, one, four)
        self("mulw", rest, upper, high_unit)
        self("mulwi", rest, rest, factor)
        self("subw", rest, pair, rest)
        self("mdrw_floor", middle, rest, half, unit, one, one)
        taken = self.wide()
        self("mulw", taken, middle, unit)
        self("subw", rest, rest, taken)
        self("narrow", lower, rest)
        return [upper, middle, lower]

    def out(self, *registers):
        self.outputs += registers

    def out_wide(self, pair):
        self.out(*self.parts(pair))

    # ---- the end ---------------------------------------------------------------------------------

    def end(self):
        """Emits the outputs as one event, and returns."""
        if self.outputs:
            args = self.new(self.contract.outputs(len(self.outputs)))
            for index, register in enumerate(self.outputs):
                self("stf", args, index, register)
            self("emit", "Out%d" % len(self.outputs), args)
            self.outputs = []
        self("ret 0")

    def text(self):
        out = ["function %s" % self.name]
        out += ["    reg %s %s" % (kind, "-" if type_ is None else "t%d" % type_)
                for kind, type_ in self.registers]
        out += ["    slot t%d" % slot for slot in self.slots]
        out += ["    params %d" % self.parameters]
        out += ["    result %s" % kind for kind in self.results]
        out += [line if line.endswith(":") else "    " + line for line in self.lines]
        return out + ["end"]


class Contract:
    """Tables and functions. A subclass declares them; types have names here, numbers in the text."""

    def __init__(self, name):
        self.name = name
        self.type_lines, self.type_index, self.names = [], {}, {}
        self.numbers, self.constants = [], []
        self.functions, self.entry_lines, self.entries = [], [], {}
        self.events = []
        self.int_type = self.declare("int", "int %d %d" % (LOWEST, HIGHEST))

    # ---- rows ------------------------------------------------------------------------------------

    def declare(self, name, body):
        """A type, once; names of types stand in the body as {name}."""
        line = "- " + body.format(**{key: "t%d" % value for key, value in self.names.items()})
        if line not in self.type_index:
            self.type_index[line] = len(self.type_lines)
            self.type_lines.append(line)
        self.names[name] = self.type_index[line]
        return self.names[name]

    def type(self, name):
        return self.names[name]

    def tuple(self, *members):
        name = "(%s)" % ",".join(members)
        self.declare(name, "tuple " + " ".join("- {%s}" % member for member in members))
        return name

    def outputs(self, count):
        name = "out%d" % count
        if name not in self.names:
            self.declare(name, "tuple " + " ".join(["- {int}"] * count))
            self.events.append("event Out%d t%d" % (count, self.type(name)))
        return name

    def number(self, value):
        if value not in self.numbers:
            self.numbers.append(value)
        return "%%%d" % self.numbers.index(value)

    def constant(self, type_, data):
        row = (self.type(type_), bytes(data))
        if row not in self.constants:
            self.constants.append(row)
        return "%%%d" % self.constants.index(row)

    # ---- functions, entries ----------------------------------------------------------------------

    def function(self, name):
        function = Function(self, name)
        self.functions.append(function)
        return function

    def entry(self, kind, name, function, args="-", result="-", by="none", quorum=0, when="-",
              leads_to="-", invariants=0, repeats=0, who=""):
        index = len(self.entry_lines)
        self.entry_lines.append("entry %s %s %s %s %s %s %d %s %s %016x %d 0 %s" % (
            kind, name, function, args, result, by, quorum, when, leads_to, invariants, repeats,
            who))
        self.entries[function] = index
        return index

    def action(self, name, parameters, body, leads_to="-", invariants=0, **members):
        """An action that anybody may call. parameters: names of types, or `wide`; body is given
        the function and a register for each: a number, or a ref."""
        types = []
        for parameter in parameters:
            types += ["int", "int", "int"] if parameter == "wide" else [parameter]
        args = self.tuple(*types) if types else "empty"
        function = Function(self, name)
        base = function.ref(args)
        function.parameters = 1
        registers, offset = [], 0
        for parameter in parameters:
            register, size = self.parameter(function, base, parameter, offset)
            registers.append(register)
            offset += size
        body(function, *registers)
        if not function.lines[-1].startswith(("ret", "fail")):
            function.end()
        self.functions.append(function)
        return self.entry("action", name, name, "t%d" % self.type(args), by="any_party",
                          leads_to=leads_to, invariants=invariants, **members)

    def parameter(self, function, base, parameter, offset):
        if parameter == "wide":
            pair, part = function.wide(), function.int()
            function("ldf", part, base, offset)
            function("widen", pair, part)
            for index in (1, 2):
                low = function.int()
                function("ldf", low, base, offset + index)
                function.scale_up(pair, low)
            return pair, 3
        if self.is_scalar(parameter):
            register = function.int()
            function("ldf", register, base, offset)
            return register, 1
        register = function.ref(parameter)
        function("fref", register, base, offset)
        return register, self.size(parameter) // 8

    def body_of(self, name):
        return self.type_lines[self.type(name)].split()[1:]

    def is_scalar(self, name):
        return self.body_of(name)[0] in ("int", "dec", "bool", "time", "date", "tag")

    def size(self, name):
        return self.size_at(self.type(name))

    def size_at(self, index):
        """Bytes in memory, for offsets of parameters."""
        kind, *rest = self.type_lines[index].split()[1:]
        members = [int(word[1:]) for word in rest if word[0] == "t" and word[1:].isdigit()]
        if kind in ("int", "dec", "bool", "time", "date", "tag"):
            return 8
        if kind == "interval":
            return 16
        if kind == "party":
            return 32
        if kind == "bytes":
            return (int(rest[0]) + 7) // 8 * 8
        if kind == "text":
            return (int(rest[0]) + 11) // 8 * 8
        if kind in ("tuple", "enum"):
            return (8 if kind == "enum" else 0) + sum(map(self.size_at, members))
        capacity = int(rest[0])
        if kind == "series":
            return 16 + 8 * capacity + (capacity + 7) // 8 * 8
        return 8 + capacity * sum(map(self.size_at, members))

    # ---- text ------------------------------------------------------------------------------------

    def text(self):
        out = ["module %s %s" % (self.name, self.name)]
        out += self.head()
        out += ["type t%d %s" % (index, line) for index, line in enumerate(self.type_lines)]
        out += ["number %d" % number for number in self.numbers]
        out += ["bytes t%d %s" % (type_, data.hex() or "-") for type_, data in self.constants]
        out += self.rows() + self.events
        for function in self.functions:
            out += function.text()
        return out + self.entry_lines

    def head(self):
        """Lines of the tables before the types."""
        return []

    def rows(self):
        """Lines of the tables between constants and functions."""
        return []


def method_id(signature):
    return hashlib.sha256(signature.encode()).digest()[:4].hex()
