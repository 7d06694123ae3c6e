"""What a disk may hold after a power cut, rebuilt from the record of a run (shim_record.c).

A file has bytes that were synced, and changes since then, of which each may have reached the disk or not,
whole or in part: sectors of 512 bytes, in any order. A folder has names that were synced, and changes of
names since then, which a file system with a journal keeps in their order; `scattered` is one without. So a run
of n changes has many pictures; `Disk.image` writes one of them."""
import os
import pathlib

SECTOR = 512


def read_record(path):
    """The operations of a record as tuples; the bytes of a write come last."""
    data = pathlib.Path(path).read_bytes()
    at, found = 0, []
    while at < len(data):
        end = data.index(b"\n", at)
        kind, _, rest = data[at:end].decode().partition(" ")
        at = end + 1
        if kind == "W":
            file, offset, size = map(int, rest.split())
            found.append((kind, file, offset, data[at:at + size]))
            at += size
        elif kind in "TA":
            file, size = map(int, rest.split())
            found.append((kind, file, size))
        elif kind == "C":
            file, _, name = rest.partition(" ")
            found.append((kind, int(file), name))
        elif kind == "S":
            found.append((kind, int(rest)))
        else:
            found.append((kind, *rest.split("\t")))
    return found


def change(content, operation):
    """One write, cut or extension of a file's bytes."""
    kind = operation[0]
    if kind == "W":
        _, _, offset, data = operation
        if len(content) < offset:
            content.extend(bytes(offset - len(content)))
        content[offset:offset + len(data)] = data
    elif kind == "T":
        size = operation[2]
        del content[size:]
        content.extend(bytes(size - len(content)))
    elif len(content) < operation[2]:
        content.extend(bytes(operation[2] - len(content)))


class File:
    def __init__(self, content=b""):
        self.content, self.pending = bytearray(content), []

    def sync(self):
        for operation in self.pending:
            change(self.content, operation)
        self.pending = []

    def picture(self, how, chance):
        """The bytes after a cut. how: drop, keep, prefix, subset, scattered or torn."""
        content = bytearray(self.content)
        pending = self.pending
        if how == "drop":
            pending = []
        elif how == "prefix":
            pending = pending[:chance.randrange(len(pending) + 1)]
        elif how in ("subset", "scattered", "torn"):
            pending = [operation for operation in pending if chance.random() < 0.7]
        for operation in pending:
            if how == "torn" and operation[0] == "W" and chance.random() < 0.6:
                tear(content, operation, chance)
            else:
                change(content, operation)
        return content


def tear(content, operation, chance):
    """Some sectors of a write: the first ones, or any of them."""
    _, file, offset, data = operation
    end = offset + len(data)
    cut = chance.randrange(offset, end + 1) if chance.random() < 0.5 else None
    at = offset
    while at < end:
        stop = min(end, (at // SECTOR + 1) * SECTOR)
        is_kept = stop <= cut if cut is not None else chance.random() < 0.6
        if is_kept:
            change(content, ("W", file, at, data[at - offset:stop - offset]))
        at = stop


def folder_of(path):
    return os.path.dirname(path)


def look(root):
    """What lies below a folder before a run: folders, and of each file path, inode and bytes."""
    folders, files = [], []
    for folder, below, names in os.walk(root):
        folders += [os.path.join(folder, name) for name in below]
        paths = [os.path.join(folder, name) for name in names]
        files += [(path, os.stat(path).st_ino, pathlib.Path(path).read_bytes())
                  for path in paths if os.path.isfile(path)]
    return str(root), folders, files


class Disk:
    """The files below a root, from how they lay there before the run (look)."""

    def __init__(self, before):
        self.root, folders, files = before
        self.names, self.folders, self.pending, self.files = {}, set(folders), [], {}
        for path, inode, content in files:
            self.names[path] = self.files[inode] = File(content)

    def apply(self, operation, is_honest=True):
        """One operation. is_honest False: a sync of a file's bytes does nothing."""
        kind = operation[0]
        if kind == "C":
            self.files[operation[1]] = File()
            self.pending.append((kind, operation[2], self.files[operation[1]]))
        elif kind in "WTA":
            if operation[1] in self.files:
                self.files[operation[1]].pending.append(operation)
        elif kind == "S":
            if is_honest and operation[1] in self.files:
                self.files[operation[1]].sync()
        elif kind == "D":
            folder = operation[1].rstrip("/")
            self.sync_names(folder)
        else:
            self.pending.append(operation)

    def sync_names(self, folder):
        rest = []
        for operation in self.pending:
            if folder_of(self.target(operation)) == folder:
                rename(self.names, self.folders, operation)
            else:
                rest.append(operation)
        self.pending = rest

    @staticmethod
    def target(operation):
        """The name that an operation makes or removes."""
        return operation[2] if operation[0] in "RL" else operation[1]

    def image(self, target, how, chance):
        """Writes one picture of the disk below target."""
        names, folders, pending = dict(self.names), set(self.folders), self.pending
        if how == "drop":
            pending = []
        elif how in ("prefix", "subset", "torn"):
            pending = pending[:chance.randrange(len(pending) + 1)]
        elif how == "scattered":
            pending = [operation for operation in pending if chance.random() < 0.7]
        for operation in pending:
            rename(names, folders, operation)
        for folder in sorted(folders):
            (pathlib.Path(target) / os.path.relpath(folder, self.root)).mkdir(parents=True, exist_ok=True)
        for path, file in names.items():
            place = pathlib.Path(target) / os.path.relpath(path, self.root)
            if place.parent.is_dir():
                place.write_bytes(file.picture(how, chance))
                place.chmod(0o600)


def rename(names, folders, operation):
    """One change of names; what it needs may not be there, because that was lost."""
    kind = operation[0]
    if kind == "C":
        names[operation[1]] = operation[2]
    elif kind == "U":
        names.pop(operation[1], None)
    elif kind == "M":
        folders.add(operation[1])
    elif kind == "V":
        folders.discard(operation[1])
    elif kind == "L":
        if operation[1] in names:
            names[operation[2]] = names[operation[1]]
    elif operation[1] in names:
        names[operation[2]] = names.pop(operation[1])
    else:
        move_folder(names, folders, operation[1], operation[2])


def move_folder(names, folders, source, target):
    for known in list(names):
        if known.startswith(source + "/"):
            names[target + known[len(source):]] = names.pop(known)
    for known in list(folders):
        if known == source or known.startswith(source + "/"):
            folders.discard(known)
            folders.add(target + known[len(source):])
