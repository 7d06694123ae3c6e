"""The first state: decoding a genesis (docs/reference/ledger-formats.md, "Genesis"; [LG-2], [LG-3])."""
import layouts
from . import values
from .bundle import NotSupported
from .creation import check_module
from .modules import module_of
from .reader import Reader
from .state import State, key
from .tables import LIMITS
from .transaction import chain_id_is_valid
from .values import NETWORK, Value


class BadGenesis(Exception):
    pass


def inner(r, read, size, most):
    """A state value inside the genesis: its bytes and what they say."""
    start = r.at
    data = r.string(size, 0, most)
    try:
        return data, values.parse(read, data)
    except values.Bad:
        r.refuse("not a state value", start)


def read_assets(r):
    assets = []
    for index in range(r.u16(1, LIMITS["ASSETS_MAX"])):
        start, number = r.at, r.u32(1)
        entry = values.read_asset_head(r)
        entry.issued = entry.redeemed = 0
        if assets and number <= assets[-1][0]:
            r.refuse("not canonical", start)
        if (index == 0) != ((number, entry.kind, entry.scale) == (NETWORK, 1, 6)):
            r.refuse("out of domain", start)
        assets.append((number, entry))
    return assets


def read_balances(r, assets):
    balances, start = [], r.at
    for _ in range(r.u32(0, LIMITS["GENESIS_BALANCES_MAX"])):
        start = r.at
        owner, asset, amount = r.hash(), r.u32(), r.i64(1)
        if balances and (owner, asset) <= balances[-1][:2]:
            r.refuse("not canonical", start)
        if asset not in assets:
            r.refuse("out of domain", start + 32)
        assets[asset].issued += amount
        if assets[asset].issued >= 2**63:
            r.refuse("overflow", start)
        balances.append((owner, asset, amount))
    return balances


def read_modules(r):
    modules = []
    for _ in range(r.u16(0, LIMITS["GENESIS_MODULES_MAX"])):
        start, module = r.at, r.string(4, 1, 196608)
        if modules and layouts.code_id(modules[-1]) >= layouts.code_id(module):
            r.refuse("not canonical", start)
        modules.append(module)
    return modules


def read(data):
    r = Reader(data)
    if len(data) > LIMITS["GENESIS_SIZE_MAX"]:
        r.refuse("too large", 0)
    r.u16(1, 1)
    g, start = Value(hash=layouts.genesis_hash(data)), r.at
    g.chain_id = r.string(1, 0, LIMITS["CHAIN_ID_MAX"])
    if not chain_id_is_valid(g.chain_id):
        r.refuse("out of domain", start)
    g.time_s, start, clock = r.i64(0, 253402300799), r.at, r.u8(1, 2)
    if clock == 2 and not g.chain_id.startswith((b"demo-", b"test-")):
        r.refuse("out of domain", start)
    if r.u8() != 1:
        raise NotSupported("the chain has a hash suite that this program does not know")
    g.initial_height = r.u64(1, 2**63 - 1)
    g.params_bytes, g.params = inner(r, values.read_params, 2, 0xFFFF)
    g.assets = read_assets(r)
    count = r.u32(1, LIMITS["GENESIS_ACCOUNTS_MAX"])
    g.accounts = [inner(r, values.read_account, 2, 0xFFFF) for _ in range(count)]
    g.balances = read_balances(r, dict(g.assets))
    g.modules = read_modules(r)
    g.validators_bytes, g.validators = inner(r, values.read_validators, 2, 0xFFFF)
    g.admin_bytes, g.admin = inner(r, values.read_admin, 2, 0xFFFF)
    r.end()
    return g


def require_people(g, state):
    """[LG-3]"""
    needed = [entry.issuer for _, entry in g.assets if entry.issuer != bytes(32)]
    needed += g.admin.members + [owner for owner, _, _ in g.balances]
    for address in needed:
        if key("ACCOUNT", address) not in state.stored:
            raise BadGenesis("somebody it names has no account")


def load(g):
    """[LG-2] The state that a genesis describes."""
    state = State()
    put = state.set_stored
    put(key("PARAMS", b"params"), g.params_bytes)
    put(key("PARAMS", b"admin"), g.admin_bytes)
    put(key("VALIDATORS"), g.validators_bytes)
    for number, entry in g.assets:
        put(key("ASSET", layouts.u32(number)), values.asset_bytes(entry))
    for index, (data, account) in enumerate(g.accounts):
        address = layouts.address_genesis(g.chain_id, index, account.keys[0].pub)
        put(key("ACCOUNT", address), data)
    for owner, asset, amount in g.balances:
        put(key("FREE", owner, layouts.u32(asset)), layouts.amount(amount))
    for module in g.modules:
        put(key("MODULE", layouts.code_id(module)),
            layouts.module_entry(bytes(32), g.time_s, module))
    require_people(g, state)
    for module in g.modules:
        if check_module(state, module_of(module), g.params) is not None:
            raise BadGenesis("a module cannot be deployed")
    return state


def proposer(g):
    """The first validator, as the order engine names it."""
    return layouts.sha256(g.validators[0][0])[:20]


def record(g, state):
    """Record 0."""
    nothing = layouts.merkle([])
    return layouts.record(g.chain_id, g.hash, 0, g.initial_height - 1, g.time_s, 0, bytes(32), 0,
                          nothing, 0, nothing, state.root(), 0, layouts.sha256(g.params_bytes),
                          layouts.validators_hash(g.validators), proposer(g))
