"""Reading canonical bytes. A reader that refuses stands on the first byte of the field that it could
not accept. what: a short name of the reason."""


class Bad(Exception):
    def __init__(self, what, at):
        super().__init__("%s at byte %d" % (what, at))
        self.what, self.at = what, at


class Reader:
    def __init__(self, data):
        self.data, self.at = bytes(data), 0

    def left(self):
        return len(self.data) - self.at

    def take(self, count):
        if count > self.left():
            raise Bad("truncated", self.at)
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self, size, low=0, high=None, signed=False):
        start = self.at
        value = int.from_bytes(self.take(size), "big", signed=signed)
        if value < low or (high is not None and value > high):
            self.refuse("out of domain", start)
        return value

    def refuse(self, what, start):
        self.at = start
        raise Bad(what, start)

    def u8(self, low=0, high=0xFF):
        return self.number(1, low, high)

    def u16(self, low=0, high=0xFFFF):
        return self.number(2, low, high)

    def u32(self, low=0, high=2**32 - 1):
        return self.number(4, low, high)

    def u64(self, low=0, high=2**64 - 1):
        return self.number(8, low, high)

    def i64(self, low=-2**63, high=2**63 - 1):
        return self.number(8, low, high, signed=True)

    def hash(self):
        return self.take(32)

    def string(self, size, low=0, high=2**32):
        """Bytes behind their length of `size` bytes."""
        start = self.at
        count = self.number(size)
        if count > high:
            self.refuse("too large", start)
        if count > self.left():
            self.refuse("truncated", start)
        if count < low:
            self.refuse("out of domain", start)
        return self.take(count)

    def end(self):
        if self.left():
            raise Bad("trailing", self.at)


def decode(read, data):
    """The whole of data by one reading function."""
    reader = Reader(data)
    value = read(reader)
    reader.end()
    return value
