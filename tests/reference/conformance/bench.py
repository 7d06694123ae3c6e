"""The contract that vectors run on: types of every kind, storage of every kind, two parties, three
states, errors, events, an interface. A file of vectors adds functions and entries."""
from .contract import Contract, i64, method_id, party, u32

OWN, ALICE, BANK, CAROL, OTHER = party(0x10), party(0xA1), party(0xB2), party(0xC3), party(0x0E)
NOW, DEPLOYED, ENTERED = 1700000000, 1600000000, 1600000005
OPEN, BUSY, DONE = 0, 1, 2
RATE = 77
LIST_MAX = 4
FIELDS = ("count", "owner", "level", "numbers", "words", "smalls", "set", "list", "sorted", "rising",
          "keyed")
FIELD_ID = {name: 10 + index for index, name in enumerate(FIELDS)}

TYPES = [
    ("small", "int 0 100"),
    ("bool", "bool"),
    ("time", "time"),
    ("color", "tag Red Green Blue"),
    ("span", "interval"),
    ("party", "party -"),
    ("bytes", "bytes 10"),
    ("text", "text 20"),
    ("word", "text 8"),
    ("money", "dec 2 CNY -9223372036854775808 9223372036854775807"),
    ("empty", "tuple"),
    ("limited", "tuple - {small}"),
    ("pair", "tuple - {int} - {int}"),
    ("record", "tuple who {party} amount {int} note {text}"),
    ("label", "tuple - {text}"),
    ("shape", "enum Dot - Line {pair} Name {label}"),
    ("ints", "list 4 {int}"),
    ("records", "list 4 {record}"),
    ("inner", "tuple - {ints}"),
    ("nested", "list 4 {inner}"),
    ("ints_set", "set 4 {int}"),
    ("parties_set", "set 4 {party}"),
    ("map", "map 4 {int} {int}"),
    ("holder", "tuple - {int} - {ints} - {map}"),
    ("words_map", "map 4 {word} {pair}"),
    ("smalls_map", "map 4 {int} {small}"),
    ("rising_pairs", "sorted 4 {pair} 0 asc"),
    ("sorted_pairs", "sorted 4 {pair} 1 desc"),
    ("series", "series 4 {int} 900"),
    ("small_series", "series 4 {small} 900"),
    ("share", "tuple - {party} - {int} - {int}"),
    ("shares", "list 8 {share}"),
    ("net", "map 8 {party} {money}"),
    ("one_int", "tuple - {int}"),
    ("reference", "party %0"),
    ("parties_type", "tuple alice {party} bank {party}"),
    ("terms_type", "tuple rate {int} other {reference}"),
    ("storage_type", "tuple count {int} owner {party} level {small}"),
    ("states_type", "enum Open - Busy {pair} Done -"),
    ("keyed_map", "map 4 {small} {small}"),
    ("scalars", "tuple - {bool} - {small} - {color} - {time} - {span}"),
]

FIELD_TYPES = dict(count="int", owner="party", level="small", numbers="map", words="words_map",
                   smalls="smalls_map", set="parties_set", list="records", sorted="sorted_pairs",
                   rising="rising_pairs", keyed="keyed_map")


class Bench(Contract):
    calendars = []      # lines of the text form
    amendable = "-"     # the rate
    version = None

    def __init__(self, name):
        super().__init__(name)
        for type_, body in TYPES:
            self.declare(type_, body)
        self.constant("small", i64(40))

    def head(self):
        first = [] if self.version is None else ["version %d" % self.version]
        return first + ["unit CNY", "currency CNY 2", "currency EUR 2"]

    def rows(self):
        t = {name: "t%d" % index for name, index in self.names.items()}
        out = self.calendars + ["interface Other",
               "method view price %s %s %s" % (method_id("view price(int)->(int,int)"),
                                               t["one_int"], t["pair"]),
               "method action notify %s %s -" % (method_id("action notify(text<20>)"), t["label"]),
               "party alice - signatory -", "party bank Bank - -", "parties " + t["parties_type"],
               "term %s -" % self.amendable, "term - -", "terms " + t["terms_type"]]
        for index, name in enumerate(FIELDS):
            out.append("field %s %d %s 0 %s %s" % (
                name, FIELD_ID[name], t[FIELD_TYPES[name]], "%%%d" % index if index < 3 else "-",
                "%0" if name == "level" else "-"))
        out += ["storage " + t["storage_type"], "state Open - initial -",
                "state Busy %s - -" % t["pair"], "state Done - - final", "states " + t["states_type"],
                "error Broken " + t["pair"], "error Limited " + t["limited"],
                "event Named " + t["record"], "event Limited " + t["limited"]]
        return out


def root(state=OPEN, data=b"", count=5, owner=CAROL, level=9, entered=ENTERED):
    """The record of the instance before a call."""
    return (b"\1" + i64(entered) + i64(DEPLOYED) + state.to_bytes(2, "big") + data + ALICE + BANK +
            i64(RATE) + OTHER + i64(count) + owner + i64(level))


# ---- stored collections --------------------------------------------------------------------------


def ordered(number):
    return (number + 2**63).to_bytes(8, "big")


def header(field, length, following=0):
    return b"\0" + FIELD_ID[field].to_bytes(2, "big"), u32(length) + following.to_bytes(8, "big")


def element(field, key, value=b""):
    return b"\1" + FIELD_ID[field].to_bytes(2, "big") + key, value


def stored_map(field, entries):
    """numbers, smalls: a map of numbers."""
    rows = [header(field, len(entries))] if entries else []
    return rows + [element(field, ordered(key), i64(value)) for key, value in entries]


def stored_list(records):
    rows = [header("list", len(records))] if records else []
    return rows + [element("list", u32(index), data) for index, data in enumerate(records)]


def stored_set(parties):
    rows = [header("set", len(parties))] if parties else []
    return rows + [element("set", key) for key in parties]


def stored_sorted(field, pairs, following):
    """pairs: (first, second, number of arrival)."""
    rows = [header(field, len(pairs), following)] if pairs else []
    for first, second, number in pairs:
        key = ordered(first)
        if field == "sorted":
            key = bytes(255 - byte for byte in ordered(second))
        rows.append(element(field, key + number.to_bytes(8, "big"), i64(first) + i64(second)))
    return rows


def record(who, amount, note):
    return who + i64(amount) + u32(len(note)) + note.encode()
