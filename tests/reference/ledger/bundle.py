"""Bundles: docs/reference/ledger-formats.md, "Bundle". Plain ones are read by themselves; of those in
a zstd frame the system's libzstd unfolds the bytes."""
import ctypes
import ctypes.util
import hashlib

from . import snapshot
from .reader import Bad, Reader, decode

MAGIC, VERSION, WITH_BASE = b"WCBUNDLE", 1, 2
PART_MAX, PARTS_MAX, BLOCK_MAX = 8388608, 20000, 112 << 20
GENESIS_MAX = 536870912
HEADER_MAX = 4 << 20
WINDOW_LOG_MAX = 21
ZSTD_D_WINDOW_LOG_MAX = 100  # the number of that parameter in zstd.h


class NoBundle(Exception):
    """What is wrong with the file, in one sentence."""


class NotSupported(NoBundle):
    """A form of bundle, or a library, that is not there."""


class Damaged(NoBundle):
    """It is one, and was altered on its way."""

    def __init__(self, what):
        super().__init__("the bundle is damaged (%s); have it sent again" % what)


class Buffer(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("at", ctypes.c_size_t)]


def zstd_library():
    for name in ("libzstd.so.1", ctypes.util.find_library("zstd")):
        try:
            library = ctypes.CDLL(name) if name else None
        except OSError:
            library = None
        if library is not None:
            break
    else:
        raise NotSupported("this machine has no libzstd; make the bundle with --plain")
    library.ZSTD_createDCtx.restype = ctypes.c_void_p
    library.ZSTD_decompressStream.restype = ctypes.c_size_t
    library.ZSTD_decompressStream.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    library.ZSTD_DCtx_setParameter.restype = ctypes.c_size_t
    library.ZSTD_DCtx_setParameter.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
    library.ZSTD_isError.argtypes = [ctypes.c_size_t]
    return library


class Frame:
    """The content of one zstd frame, as a file to read from."""

    def __init__(self, file):
        self.file, self.library = file, zstd_library()
        self.context = ctypes.c_void_p(self.library.ZSTD_createDCtx())
        self.check(self.library.ZSTD_DCtx_setParameter(self.context, ZSTD_D_WINDOW_LOG_MAX,
                                                       WINDOW_LOG_MAX))
        self.made = ctypes.create_string_buffer(1 << 17)
        self.given, self.used, self.ready, self.has_ended = b"", 0, b"", False

    def check(self, code):
        if self.library.ZSTD_isError(code):
            raise Damaged("its zstd frame does not decode")
        return code

    def step(self):
        """More of the content into `ready`, or nothing at the end of the file."""
        if self.used == len(self.given):
            self.given, self.used = self.file.read(1 << 17), 0
            if not self.given:
                return False
        source = ctypes.create_string_buffer(self.given, len(self.given))
        taken = Buffer(ctypes.cast(source, ctypes.c_void_p), len(self.given), self.used)
        made = Buffer(ctypes.cast(self.made, ctypes.c_void_p), len(self.made), 0)
        left = self.check(self.library.ZSTD_decompressStream(
            self.context, ctypes.byref(made), ctypes.byref(taken)))
        self.used, self.ready, self.has_ended = taken.at, self.made.raw[:made.at], left == 0
        return True

    def read(self, count):
        parts, wanted = [], count
        while wanted > 0:
            if not self.ready:
                if self.has_ended or not self.step():
                    break
                continue
            part, self.ready = self.ready[:wanted], self.ready[wanted:]
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def is_at_end(self):
        while not self.ready and not self.has_ended and self.step():
            pass
        return not self.ready and self.used == len(self.given) and not self.file.read(1)


class Plain:
    def __init__(self, file):
        self.file = file

    def read(self, count):
        return self.file.read(count)

    def is_at_end(self):
        return not self.file.read(1)


class Block:
    """What is stored of one record. record, certificate, input: bytes; payloads, pages: by index."""

    def __init__(self, stored, input_, payloads, pages):
        self.stored, self.input, self.payloads, self.pages = stored, input_, payloads, pages

    def parts(self):
        """[LG-12] Bytes of record and certificate; Bad when they cannot be taken apart."""
        reader = Reader(self.stored)
        record = reader.string(2)
        certificate = reader.string(2)
        reader.end()
        return record, certificate


class Bundle:
    def __init__(self, file):
        start = file.read(11)
        if len(start) != 11 or start[:8] != MAGIC:
            raise NoBundle("this is no bundle")
        version = int.from_bytes(start[8:10], "big")
        if version not in (VERSION, WITH_BASE) or start[10] > 1:
            raise NotSupported("a bundle of a form that this program does not know")
        self.source = Frame(file) if start[10] == 1 else Plain(file)
        self.digest = hashlib.sha256()
        self.room = 0
        try:
            head = Reader(self.take(60))
            self.seq, self.height = head.u64(), head.u64()
            self.time_s, self.time_ns, self.record_hash = head.i64(), head.u32(), head.hash()
            self.genesis = self.string(4, GENESIS_MAX)
            self.first, self.header, self.chunks_left = 0, None, 0
            if version == WITH_BASE:
                self.read_header()
        except Bad as error:
            raise Damaged(error) from None

    def read_header(self):
        """Of the snapshot that it begins with."""
        self.header = self.string(4, HEADER_MAX)
        named = decode(snapshot.read_header, self.header)
        self.first, self.chunks_left = named[0], len(named[-1])
        if not 0 < self.first <= self.seq:
            raise Damaged("its snapshot is of a record that is not in it")

    def chunks(self):
        """Of that snapshot, one time."""
        while self.chunks_left:
            self.chunks_left -= 1
            yield self.string(4, snapshot.CHUNK_MAX)

    def take(self, count):
        data = self.source.read(count)
        if len(data) != count:
            raise Damaged("it ends too early")
        self.digest.update(data)
        return data

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def string(self, size, most):
        count = self.number(size)
        if count > most:
            raise Damaged("a part is too long")
        return self.take(count)

    def part(self, size):
        data = self.string(size, PART_MAX)
        self.room -= len(data)
        if self.room < 0:
            raise Damaged("a block is too long")
        return data

    def entries(self):
        count, found, free_from = self.number(4), {}, 0
        if count > PARTS_MAX:
            raise Damaged("a block has too many parts")
        for _ in range(count):
            index = self.number(4)
            data = self.part(4)
            if index < free_from or not data:
                raise Damaged("parts are out of order")
            found[index], free_from = data, index + 1
        return found

    def blocks(self):
        """One after the other, from the first record to the newest; then the end is checked."""
        for _ in self.chunks():
            pass  # nobody asked for them
        for _ in range(self.first, self.seq + 1):
            self.room = BLOCK_MAX
            yield Block(self.part(2), self.part(4), self.entries(), self.entries())
        found = self.digest.digest()
        if self.take(32) != found or not self.source.is_at_end():
            raise Damaged("its hash differs")
