"""What a module tells the ledger: its currencies as assets, methods by number, roles, the text of
types. Modules are decoded once."""
import hashlib

from vm.module import NONE, Module
from .state import key
from .tables import ROLE_OF_WORD
from .values import NETWORK, parse, read_asset, read_module

MODULES = {}


def module_of(data):
    code = hashlib.sha256(data).digest()
    if code not in MODULES:
        MODULES[code] = Module(data)
    return MODULES[code]


def load(state, code):
    """The stored module of a code id, or None."""
    value = state.get(key("MODULE", code))
    return None if value is None else module_of(parse(read_module, value).module)


def version_of(module):
    return module.source_version or 1


# ---- currencies ----------------------------------------------------------------------------------


def bind_assets(state, module):
    """[LG-62] The assets of a module's currencies, or the name of a refusal."""
    assets = []
    entries = [(int.from_bytes(name[1:], "big"), parse(read_asset, value))
               for name, value in state.scan(key("ASSET"))]
    for code, decimals in module.currencies:
        found = next(((number, entry) for number, entry in entries
                      if entry.code == code.encode()), None)
        if found is None or found[1].scale != decimals:
            return "ASSET_UNKNOWN"
        if found[0] == NETWORK:
            return "ASSET_NOT_TRANSFERABLE"
        assets.append(found[0])
    return assets


# ---- methods -------------------------------------------------------------------------------------


def action(module, number):
    """[LG-61] The entry of the n-th action, or None."""
    actions = [index for index, entry in enumerate(module.entries) if entry.kind == "action"]
    return actions[number] if number < len(actions) else None


def range_text(type_):
    return "%d..%d" % (type_.lo, type_.hi)


def number_text(module, type_):
    limited = (type_.lo, type_.hi) != (-2**63, 2**63 - 1)
    if type_.kind == "int":
        return "int<%s>" % range_text(type_) if limited else "int"
    unit = "" if type_.unit == NONE else module.strings[module.units[type_.unit]]
    parts = [str(type_.scale)] + [unit] * bool(unit or limited) + [range_text(type_)] * limited
    return "dec<%s>" % ",".join(parts)


def tuple_text(module, type_):
    fields = [(name, type_text(module, field))
              for name, (_, field) in zip(type_.names, type_.fields)]
    if fields and fields[0][0] is not None:
        return "record{%s}" % ",".join("%s:%s" % pair for pair in fields)
    return "(%s)" % ",".join(text for _, text in fields)


def variants_text(module, type_):
    datas = [data for _, data in type_.variants]
    option = (type_.kind == "enum" and type_.name is None and type_.names == ["none", "some"]
              and datas[0] is None and datas[1] is not None and len(datas[1].fields) == 1)
    if option:
        return "option{%s}" % type_text(module, datas[1].fields[0][1])
    texts = []
    for name, data in zip(type_.names, datas):
        fields = "" if data is None else "(%s)" % ",".join(
            type_text(module, field) for _, field in data.fields)
        texts.append(name + fields)
    return "enum{%s}" % ",".join(texts)


def type_text(module, type_):
    """The canonical text of a type (docs/reference/bytecode.md, "Signatures")."""
    kind = type_.kind
    if kind in ("int", "dec"):
        return number_text(module, type_)
    if kind in ("bytes", "text"):
        return "%s<%d>" % (kind, type_.capacity)
    if kind == "tuple":
        return tuple_text(module, type_)
    if kind in ("enum", "tag"):
        return variants_text(module, type_)
    if kind in ("bool", "time", "date", "interval", "party"):
        return kind
    parts = [type_text(module, type_.item)]
    if kind == "map":
        parts.append(type_text(module, type_.value))
    if kind == "series":
        parts.append(str(type_.step))
    parts.append(str(type_.capacity))
    if kind == "sorted":
        name = type_.item.names[type_.order]
        parts.append("-" * type_.descending + (str(type_.order) if name is None else name))
    return "%s<%s>" % (kind, ",".join(parts))


def method_id(module, entry):
    args = ",".join(type_text(module, field) for _, field in entry.args.fields)
    text = "%s %s(%s)" % (entry.kind, entry.name, args)
    if entry.kind == "view":
        text += "->" + type_text(module, entry.result)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def methods(module):
    """Entry by method id, of actions and views."""
    if not hasattr(module, "by_method"):
        module.by_method = {}
        for index, entry in enumerate(module.entries):
            if entry.kind in ("action", "view"):
                module.by_method.setdefault(method_id(module, entry), index)
    return module.by_method


# ---- roles ---------------------------------------------------------------------------------------


def role_number(word):
    """The role's number by its name in Clause; 0: there is none."""
    return ROLE_OF_WORD.get(word, 0)


def names_unknown_role(module):
    words = [party.role for party in module.parties if party.role is not None]
    for entry in module.entries:
        words += [module.strings[who & 0x7FFF] for who in entry.who if who & 0x8000]
    return any(role_number(word) == 0 for word in words)


def longest(type_):
    """Bytes of the longest encoding of a type."""
    kind = type_.kind
    if kind == "bool":
        return 1
    if kind == "tag":
        return 2
    if kind in ("interval", "party"):
        return type_.size
    if kind == "bytes":
        return type_.capacity
    if kind == "text":
        return 4 + type_.capacity
    if kind == "tuple":
        return sum(longest(field) for _, field in type_.fields)
    if kind == "enum":
        return 2 + max(longest(data) if data is not None else 0 for _, data in type_.variants)
    if kind == "series":
        return 12 + 9 * type_.capacity
    if kind in ("list", "set", "sorted", "map"):
        entry = longest(type_.item) + (longest(type_.value) if kind == "map" else 0)
        return 4 + type_.capacity * entry
    return 8
