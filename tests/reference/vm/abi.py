"""Encodings of values and keys (docs/reference/bytecode.md, "Values in ABI, keys"). Decoding says at
which byte it stops, because the error BadArguments does [VM-31]."""
from . import memory
from .memory import MISSING, Place


class Undecodable(Exception):
    """The bytes are not the encoding of a value; offset: of the first that cannot be accepted."""

    def __init__(self, offset):
        super().__init__("at byte %d" % offset)
        self.offset = offset


class Unencodable(Exception):
    """The value in memory is not one of its type: trap RANGE [VM-32]."""


# ---- reading -------------------------------------------------------------------------------------


class Reader:
    def __init__(self, data):
        self.data, self.at = bytes(data), 0

    def left(self):
        return len(self.data) - self.at

    def take(self, count):
        """Bytes that belong together: they are refused at the first of them."""
        if self.left() < count:
            raise Undecodable(self.at)
        self.at += count
        return self.data[self.at - count:self.at]

    def unsigned(self, size):
        return int.from_bytes(self.take(size), "big")

    def signed(self):
        return int.from_bytes(self.take(8), "big", signed=True)


SCALAR_SIZE = {"bool": 1, "tag": 2}


def read(type_, reader, place):
    start = reader.at
    kind = type_.kind
    if kind == "tuple":
        for offset, field in type_.fields:
            read(field, reader, place.at(offset))
    elif type_.is_scalar():
        number = reader.unsigned(SCALAR_SIZE[kind]) if kind in SCALAR_SIZE else reader.signed()
        if not type_.fits(number):
            raise Undecodable(start)
        place.put(number)
    elif kind == "interval":
        data = Reader(reader.take(16))
        begin, end = data.signed(), data.signed()
        if begin > end:
            raise Undecodable(start)
        place.put(begin)
        place.put(end, 8)
    elif kind in ("party", "bytes"):
        memory.zero(type_, place)
        place.write(reader.take(32 if kind == "party" else type_.capacity))
    elif kind == "text":
        read_text(type_, reader, place)
    elif kind == "enum":
        tag = reader.unsigned(2)
        if tag >= len(type_.variants):
            raise Undecodable(start)
        memory.zero(type_, place)
        place.put(tag)
        offset, data = type_.variants[tag]
        if data is not None:
            read(data, reader, place.at(offset))
    elif kind == "series":
        read_series(type_, reader, place)
    else:
        read_items(type_, reader, place)


def hides(code):
    """[VM-33] Control characters and marks of direction: with them a text can look like another."""
    return (code < 0x20 or 0x7F <= code < 0xA0 or code in (0x061C, 0x200E, 0x200F) or
            0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069)


def check_text(data, base):
    """[VM-33] Well-formed UTF-8 without characters that hide what a text says."""
    at = 0
    while at < len(data):
        for size in (1, 2, 3, 4):
            try:
                character = data[at:at + size].decode("utf-8")
            except UnicodeDecodeError:
                continue
            if len(data[at:at + size]) == size and len(character) == 1:
                break
        else:
            raise Undecodable(base + at)
        if hides(ord(character)):
            raise Undecodable(base + at)
        at += size


def read_text(type_, reader, place):
    start = reader.at
    length = reader.unsigned(4)
    if length > type_.capacity or length > reader.left():
        raise Undecodable(start)
    text = reader.take(length)
    check_text(text, start + 4)
    memory.zero(type_, place)
    place.put_text(text)


def read_length(type_, reader):
    start = reader.at
    length = reader.unsigned(4)
    if length > type_.capacity:
        raise Undecodable(start)
    return length


def read_items(type_, reader, place):
    start = reader.at
    length = read_length(type_, reader)
    if length > reader.left():
        raise Undecodable(start)
    place.put(length)
    place.write(bytes(length * type_.stride()), 8)
    before = None
    for index in range(length):
        where = memory.entry(type_, place, index)
        key_at = reader.at
        read(type_.item, reader, where)
        if type_.kind in ("map", "set"):
            key = memory.order(type_.item, where)
            if before is not None and key <= before:
                raise Undecodable(key_at)
            before = key
        if type_.kind == "map":
            read(type_.value, reader, where.at(type_.item.size))


def interval_fits(type_, value, quality):
    """[VM-34] A missing interval has no value, which is written as 0."""
    return value == 0 if quality == MISSING else quality < MISSING and type_.item.fits(value)


def read_series(type_, reader, place):
    start_at = reader.at
    start = reader.signed()
    if start % type_.step != 0:
        raise Undecodable(start_at)
    length_at = reader.at
    length = read_length(type_, reader)
    if 8 * length > reader.left():
        raise Undecodable(length_at)
    values = [reader.signed() for _ in range(length)]
    place.put(start)
    place.put(length, 8)
    for index, value in enumerate(values):
        quality_at = reader.at
        quality = reader.unsigned(1)
        if not interval_fits(type_, value, quality):
            raise Undecodable(quality_at)
        place.put(value, 16 + 8 * index)
        place.write(bytes([quality]), type_.qualities() + index)


def decode(type_, data, place):
    reader = Reader(data)
    read(type_, reader, place)
    if reader.left():
        raise Undecodable(reader.at)


# ---- writing -------------------------------------------------------------------------------------


def u16(number):
    return number.to_bytes(2, "big")


def u32(number):
    return number.to_bytes(4, "big")


def i64(number):
    return number.to_bytes(8, "big", signed=True)


def encode(type_, place):
    kind = type_.kind
    if kind == "tuple":
        return b"".join(encode(field, place.at(offset)) for offset, field in type_.fields)
    if type_.is_scalar():
        number = place.number()
        if not type_.fits(number):
            raise Unencodable()
        return number.to_bytes(SCALAR_SIZE[kind], "big") if kind in SCALAR_SIZE else i64(number)
    if kind == "interval":
        start, end = memory.order(type_, place)
        if start > end:
            raise Unencodable()
        return i64(start) + i64(end)
    if kind in ("party", "bytes"):
        return memory.order(type_, place)
    if kind == "text":
        return u32(len(place.text())) + place.text()
    if kind == "enum":
        offset, data = type_.variants[place.number()]
        return u16(place.number()) + (encode(data, place.at(offset)) if data is not None else b"")
    if kind == "series":
        return encode_series(type_, place)
    return encode_items(type_, place)


def encode_items(type_, place):
    length = memory.length_of(type_, place)
    out = u32(length)
    for index in range(length):
        where = memory.entry(type_, place, index)
        out += encode(type_.item, where)
        if type_.kind == "map":
            out += encode(type_.value, where.at(type_.item.size))
    return out


def encode_series(type_, place):
    start, length = place.number(), memory.length_of(type_, place)
    values = [place.number(16 + 8 * index) for index in range(length)]
    qualities = place.bytes(length, type_.qualities())
    if start % type_.step != 0:
        raise Unencodable()
    if not all(map(lambda value, quality: interval_fits(type_, value, quality), values, qualities)):
        raise Unencodable()
    return i64(start) + u32(length) + b"".join(map(i64, values)) + qualities


# ---- keys ----------------------------------------------------------------------------------------


def ordered(number):
    return (number + 2**63).to_bytes(8, "big")


def key(type_, place):
    """[VM-35] Bytes that sort as the values do."""
    kind = type_.kind
    if kind == "tuple":
        return b"".join(key(field, place.at(offset)) for offset, field in type_.fields)
    if kind in ("int", "dec", "time", "date"):
        number = place.number()
        if not type_.fits(number):
            raise Unencodable()
        return ordered(number)
    if kind == "interval":
        encode(type_, place)
        return ordered(place.number()) + ordered(place.number(8))
    if kind == "text":
        return place.text() + b"\0"
    return encode(type_, place)  # bool, tag, party, bytes


def read_key(type_, reader, place):
    """The value of a key that is stored; None of them is refused, for we have written them."""
    kind = type_.kind
    if kind == "tuple":
        for offset, field in type_.fields:
            read_key(field, reader, place.at(offset))
    elif kind in ("int", "dec", "time", "date"):
        place.put(reader.unsigned(8) - 2**63)
    elif kind == "interval":
        place.put(reader.unsigned(8) - 2**63)
        place.put(reader.unsigned(8) - 2**63, 8)
    elif kind == "text":
        end = reader.data.index(b"\0", reader.at)
        memory.zero(type_, place)
        place.put_text(reader.take(end - reader.at))
        reader.take(1)
    else:
        read(type_, reader, place)


def constant(type_, data):
    """A piece of memory with the value that these bytes encode."""
    place = Place(memory.piece(type_.size))
    decode(type_, data, place)
    return place
