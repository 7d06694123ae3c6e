"""Modules: from bytes to tables (docs/reference/bytecode.md), and the layout of types."""
import hashlib

from . import tables

NONE = 0xFFFF
KINDS = {1: "bool", 2: "int", 3: "dec", 4: "time", 5: "date", 6: "tag", 7: "interval", 8: "party",
         9: "bytes", 10: "text", 11: "tuple", 12: "enum", 13: "list", 14: "set", 15: "map",
         16: "sorted", 17: "series"}
NUMBERS = ("int", "dec", "time", "date")
SCALARS = NUMBERS + ("bool", "tag")
COLLECTIONS = ("list", "set", "map", "sorted")
ENTRY_KINDS = {1: "action", 2: "view", 3: "after", 4: "due", 5: "invariant", 6: "deploy",
               7: "upgrade"}
BY_KINDS = ["none", "all", "any", "quorum", "any_party"]
LOWEST, HIGHEST = -2**63, 2**63 - 1


class BadModule(Exception):
    pass


class Row:
    """One row of a table."""

    def __init__(self, **members):
        self.__dict__.update(members)


class Bytes:
    """A cursor over bytes; big-endian, as everything that is stored."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        if self.at + count > len(self.data):
            raise BadModule("ends at byte %d" % len(self.data))
        self.at += count
        return self.data[self.at - count:self.at]

    def unsigned(self, size):
        return int.from_bytes(self.take(size), "big")

    def signed(self, size):
        return int.from_bytes(self.take(size), "big", signed=True)

    def u8(self):
        return self.unsigned(1)

    def u16(self):
        return self.unsigned(2)

    def u32(self):
        return self.unsigned(4)

    def u64(self):
        return self.unsigned(8)

    def i64(self):
        return self.signed(8)

    def string(self, size):
        return self.take(self.unsigned(size))

    def table(self, read):
        return [read() for _ in range(self.u16())]

    def end(self):
        if self.at != len(self.data):
            raise BadModule("%d bytes too many" % (len(self.data) - self.at))


def up8(size):
    return (size + 7) // 8 * 8


class Type:
    """A type with its layout: size in memory, head (what `new` writes), range of a scalar."""

    def __init__(self, kind):
        self.kind = kind
        self.name, self.names = None, []   # of records and enums; of fields and variants
        self.scale = self.unit = 0
        self.interface = NONE              # of a contract reference
        self.lo, self.hi = LOWEST, HIGHEST
        self.fields = []    # tuple: (offset, type)
        self.variants = []  # tag, enum: (offset, type or None)
        self.capacity = 0
        self.item = self.value = None
        self.descending = False
        self.order = 0
        self.step = 0
        self.size = self.head = 8

    def is_scalar(self):
        return self.kind in SCALARS

    def fits(self, number):
        return self.lo <= number <= self.hi

    def stride(self):
        """Bytes of one entry of a list, set, sorted or map."""
        return self.item.size + (self.value.size if self.kind == "map" else 0)

    def qualities(self):
        """Where the qualities of a series begin."""
        return 16 + 8 * self.capacity

    def lay_out(self):
        if self.kind == "bool":
            self.lo, self.hi = 0, 1
        elif self.kind == "tag":
            self.lo, self.hi = 0, len(self.variants) - 1
        elif self.kind == "interval":
            self.size = self.head = 16
        elif self.kind == "party":
            self.size = self.head = 32
        elif self.kind == "bytes":
            self.size = self.head = up8(self.capacity)
        elif self.kind == "text":
            self.size = self.head = up8(4 + self.capacity)
        elif self.kind == "tuple":
            self.size, self.head = self._place(self.fields, 0)
        elif self.kind == "enum":
            self.size, _ = self._place(self.variants, 8)
            self.head = self.size
        elif self.kind in COLLECTIONS:
            self.size, self.head = 8 + self.capacity * self.stride(), 8
        elif self.kind == "series":
            self.size, self.head = 16 + 8 * self.capacity + up8(self.capacity), 16

    @staticmethod
    def _place(members, size):
        head = size
        for index, (_, member) in enumerate(members):
            if member is not None:
                members[index] = (size, member)
                size += member.size
                head += member.head
        return size, head


class Module:
    def __init__(self, data):
        self.data = bytes(data)
        self.before = None  # whoever upgrades puts the version before here
        source = Bytes(self.data)
        if source.take(4) != b"WCB\0":
            raise BadModule("no module")
        self.format, self.isa = source.u16(), source.u16()
        self.schedule = source.take(32)
        if (self.format, self.isa, source.u16()) != (1, 1, 16):
            raise BadModule("another version")
        for number in range(1, 17):
            if source.u8() != number:
                raise BadModule("section %d is missing" % number)
            section = Bytes(source.take(source.u32()))
            getattr(self, "_section_%d" % number)(section)
            section.end()
        source.end()
        self._index_entries()

    # ---- sections, in their order -------------------------------------------------------------

    def _section_1(self, s):
        self.strings = s.table(lambda: s.string(2).decode())

    def _section_2(self, s):
        self.units = s.table(s.u16)
        self.currencies = s.table(lambda: (self.strings[s.u16()], s.u8()))

    def _section_3(self, s):
        self.types = []
        for _ in range(s.u16()):
            row = self._type(s)
            row.lay_out()
            self.types.append(row)

    def _type(self, s):
        row = Type(KINDS[s.u8()])
        row.name = self._name_at(s.u16())
        if row.kind == "int":
            row.lo, row.hi = s.i64(), s.i64()
        elif row.kind == "dec":
            row.scale, row.unit = s.u8(), s.u16()
            row.lo, row.hi = s.i64(), s.i64()
        elif row.kind == "tag":
            row.names = [self.strings[name] for name in s.table(s.u16)]
            row.variants = [(0, None) for _ in row.names]
        elif row.kind == "party":
            row.interface = s.u16()
        elif row.kind in ("bytes", "text"):
            row.capacity = s.u32()
        elif row.kind == "tuple":
            fields = s.table(lambda: (s.u16(), s.u16()))
            row.names = [self._name_at(name) for name, _ in fields]
            row.fields = [(0, self.types[field]) for _, field in fields]
        elif row.kind == "enum":
            variants = s.table(lambda: (s.u16(), s.u16()))
            row.names = [self.strings[name] for name, _ in variants]
            row.variants = [(0, None if data == NONE else self.types[data]) for _, data in variants]
        elif row.kind in ("list", "set"):
            row.capacity, row.item = s.u32(), self.types[s.u16()]
        elif row.kind == "map":
            row.capacity = s.u32()
            row.item, row.value = self.types[s.u16()], self.types[s.u16()]
        elif row.kind == "sorted":
            row.capacity, row.item = s.u32(), self.types[s.u16()]
            row.order, row.descending = s.u16(), bool(s.u8())
        elif row.kind == "series":
            row.capacity, row.item, row.step = s.u32(), self.types[s.u16()], s.u32()
        return row

    def _section_4(self, s):
        self.numbers = s.table(lambda: s.signed(16))
        self.constants = s.table(lambda: (self.types[s.u16()], s.string(4)))

    def _section_5(self, s):
        self.calendars = s.table(lambda: Row(zone=s.u16(), release=s.u16(), offset=s.signed(4),
                                             shifts=s.table(lambda: (s.i64(), s.signed(4)))))

    def _section_6(self, s):
        counts = [count for _, count in s.table(lambda: (s.u16(), s.u16()))]
        self.methods = s.table(lambda: Row(name=self.strings[s.u16()], id=s.u32(),
                                           is_view=bool(s.u8()), args=self._type_at(s.u16()),
                                           result=self._type_at(s.u16())))
        firsts = [sum(counts[:index]) for index in range(len(counts))]
        self.interfaces = [self.methods[first:first + count]
                           for first, count in zip(firsts, counts)]

    def _type_at(self, index):
        return None if index == NONE else self.types[index]

    def _name_at(self, index):
        return None if index == NONE else self.strings[index]

    def _section_7(self, s):
        self.parties_type = self.types[s.u16()]
        self.parties = s.table(lambda: self._party(s.u16(), s.u16(), s.u8()))

    def _party(self, name, role, flags):
        return Row(name=self.strings[name], role=self._name_at(role), signatory=bool(flags & 1))

    def _section_8(self, s):
        self.terms_type = self.types[s.u16()]
        s.table(lambda: (s.u8(), s.u16()))

    def _section_9(self, s):
        self.source_version = s.u16()
        self.storage_type = self.types[s.u16()]
        self.fields = s.table(lambda: Row(name=self.strings[s.u16()], id=s.u16(),
                                          type=self.types[s.u16()], since=s.u16(), root=s.u16(),
                                          initial=s.u16()))

    def _section_10(self, s):
        self.state_type = self._type_at(s.u16())
        self.states = s.table(lambda: self._state(s.u16(), s.u16(), s.u8()))

    def _state(self, name, data, flags):
        return Row(name=self.strings[name], data=self._type_at(data), initial=bool(flags & 1),
                   final=bool(flags & 2))

    def _section_11(self, s):
        self.errors = s.table(lambda: Row(name=self.strings[s.u16()], args=self.types[s.u16()]))

    def _section_12(self, s):
        self.events = s.table(lambda: Row(name=self.strings[s.u16()], args=self.types[s.u16()]))

    def _section_13(self, s):
        self.functions = s.table(lambda: self._function(s))

    def _function(self, s):
        name = self._name_at(s.u16())
        registers = s.table(lambda: (s.u8(), s.u16()))
        slots = s.table(lambda: self.types[s.u16()])
        parameters = s.u16()
        results = s.table(s.u8)
        return Row(name=name, slots=slots, parameters=parameters, results=len(results),
                   words=s.u32(), types=[self._type_at(type_) for _, type_ in registers])

    def _section_14(self, s):
        for function in self.functions:
            function.code = [tuple(s.u16() for _ in range(4)) for _ in range(function.words)]

    def _section_15(self, s):
        self.entries = s.table(lambda: self._entry(s))

    def _entry(self, s):
        kind, name, function = ENTRY_KINDS[s.u8()], self._name_at(s.u16()), s.u16()
        args, result = s.u16(), s.u16()
        by, quorum = BY_KINDS[s.u8()], s.u8()
        who = [s.u16() for _ in range(s.u8())]
        entry = Row(kind=kind, name=name, function=function, by=by, quorum=quorum, who=who,
                    when=s.u64(), leads_to=s.u64(), invariants=s.u64(), repeats=s.u32(),
                    bound=s.u64(), of=args, args=None, result=self._type_at(result))
        if kind != "due":
            entry.args = self._type_at(args)
        return entry

    def _section_16(self, s):
        self.is_test_image = len(s.data) > 0
        s.at = len(s.data)

    # ---- what follows from the tables -----------------------------------------------------------

    def _index_entries(self):
        self.invariants = [entry for entry in self.entries if entry.kind == "invariant"]

    def code_id(self):
        return hashlib.sha256(self.data).digest()

    def names_our_schedule(self):
        return self.schedule == tables.schedule_hash()

    def available(self, entry):
        """The states in which an entry is available, as a set of indexes."""
        every = range(len(self.states))
        if entry.when != 0:
            return {state for state in every if entry.when >> state & 1}
        if entry.kind in ("view", "invariant"):
            return set(every)
        return {state for state in every if not self.states[state].final}

    def leads_to(self, entry):
        return {state for state in range(len(self.states)) if entry.leads_to >> state & 1}

    def initial_state(self):
        return next(i for i, state in enumerate(self.states) if state.initial)

    def method(self, number):
        for method in self.methods:
            if method.id == number:
                return method
        return None
