"""Making modules and contract instances; references between them ([LG-71] to [LG-75])."""
import layouts
from vm import calls
from vm.abi import Reader, Undecodable
from vm.module import NONE, BadModule
from . import modules
from .authority import is_open, role_is_held, signers_of
from .contracts import Frame
from .governance import allow_code
from .job import Failed, NOWHERE, refuse
from .state import key
from .tables import LIMITS, PRICES, REFUSALS
from .values import DUE_NONE, LIVE, Value, parse, read_instance

MODULE_MAX = 196608


# ---- modules -------------------------------------------------------------------------------------


def refuse_module(rule=b"", function=NOWHERE, word=0, offset=0):
    """[LG-71]"""
    detail = layouts.str8(rule) + layouts.u16(function) + layouts.u32(word) + layouts.u64(offset)
    refuse("MODULE_REFUSED", detail)


def record_fits(module):
    parties = 32 * len(module.parties)
    total = 19 + parties + modules.longest(module.terms_type) + modules.longest(module.storage_type)
    if module.state_type is not None:
        total += modules.longest(module.state_type)
    return total + parties + 256 <= LIMITS["STATE_VALUE_MAX"]


def bounds_fit(module, params):
    for entry in module.entries:
        most = params.action_gas_max
        if entry.kind == "view":
            most = PRICES["VIEW_GAS_MAX"]
        if entry.kind == "after":
            most = min(most, params.timer_gas_max)
        if entry.bound > most:
            return False
    return True


def check_module(state, module, params):
    """[LG-72] What is demanded of a module beside being sound: a refusal, or None."""
    if module.is_test_image or not record_fits(module):
        return "MODULE_REFUSED"
    if modules.names_unknown_role(module):
        return "ROLE_UNKNOWN"
    if not bounds_fit(module, params):
        return "GAS_BOUND_TOO_HIGH"
    assets = modules.bind_assets(state, module)
    return assets if isinstance(assets, str) else None


def verify(job, data):
    """The verifier's answer is taken from the ledger: this engine does not verify. What cannot be
    taken apart it refuses to take for sound."""
    job.block.taken["modules"] += 1
    recorded = job.block.recorded_failure(len(job.block.pages))
    if recorded is not None and recorded[0] == REFUSALS["MODULE_REFUSED"]:
        raise Failed(*recorded)
    try:
        return modules.module_of(data)
    except (BadModule, IndexError, KeyError, UnicodeDecodeError, StopIteration):
        refuse_module()


def call_deploy(job, call):
    """[LG-71]"""
    code = layouts.code_id(call.args)
    allow_code(job, call, code)
    if not 0 < len(call.args) <= MODULE_MAX:
        refuse_module()
    job.charge(PRICES["PRICE_VERIFY"] * len(call.args))
    if job.get(key("MODULE", code)) is not None:
        refuse("MODULE_EXISTS")
    refusal = check_module(job.state, verify(job, call.args), job.block.params)
    if refusal == "MODULE_REFUSED":
        refuse_module()
    if refusal is not None:
        refuse(refusal)
    deployer = job.tx.auths[call.principal][0]
    job.put(key("MODULE", code), layouts.module_entry(deployer, job.block.time_s, call.args))
    job.announce("MODULE_DEPLOYED", code + deployer)
    job.result = code


# ---- references ----------------------------------------------------------------------------------


def references(type_, reader):
    """Contract references in a value, as (type, address), in their order; passes over the rest.
    Undecodable: the value ends, or an enum or length is out of range."""
    kind = type_.kind
    if kind in ("bool", "int", "dec", "time", "date", "tag", "interval", "bytes"):
        reader.take({"bool": 1, "tag": 2, "interval": 16, "bytes": type_.capacity}.get(kind, 8))
    elif kind == "text":
        reader.take(reader.unsigned(4))
    elif kind == "party":
        address = reader.take(32)
        if type_.interface != NONE:
            yield type_, address
    elif kind == "tuple":
        for _, field in type_.fields:
            yield from references(field, reader)
    elif kind == "enum":
        tag = reader.unsigned(2)
        if tag >= len(type_.variants):
            raise Undecodable(reader.at)
        if type_.variants[tag][1] is not None:
            yield from references(type_.variants[tag][1], reader)
    elif kind == "series":
        reader.take(8)
        reader.take(9 * reader.unsigned(4))
    else:
        length = reader.unsigned(4)
        if length > type_.capacity:
            raise Undecodable(reader.at)
        for _ in range(length):
            yield from references(type_.item, reader)
            if kind == "map":
                yield from references(type_.value, reader)


def offers(module, interface):
    found = modules.methods(module)
    for method in interface:
        entry = found.get(method.id)
        if entry is None or (module.entries[entry].kind == "view") != method.is_view:
            return False
    return True


def check_references(job, module, terms):
    """[LG-74] The depth of an instance with these terms; False: they do not parse. Marks what they
    refer to."""
    depth = 1
    try:
        for type_, address in references(module.terms_type, Reader(terms)):
            value = job.state.get(key("INSTANCE", address))
            if value is None:
                refuse("REFERENCE_UNFIT")
            entry = parse(read_instance, value)
            if not offers(modules.load(job.state, entry.code), module.interfaces[type_.interface]):
                refuse("REFERENCE_UNFIT")
            depth = max(depth, entry.depth + 1)
            if depth > LIMITS["INSTANCE_DEPTH_MAX"]:
                refuse("DEPTH_TOO_HIGH")
            name = key("REFERENCE", address)
            if job.get(name) is None:
                job.put(name, b"\1")
    except Undecodable:
        return False
    return depth


# ---- instances -----------------------------------------------------------------------------------


class Creation:
    """What an instance is made from. signers: who signed; offer: zero without one."""

    def __init__(self, code, parties, terms, signers, principal, offer=bytes(32)):
        self.code, self.parties, self.terms = code, parties, terms
        self.signers, self.principal, self.offer = signers, principal, offer


def check_parties(job, module, creation):
    """[LG-73]"""
    job.charge(PRICES["KEY_READ"] * len(module.parties))
    for party, declared in zip(creation.parties, module.parties):
        fits = is_open(job, party)
        if declared.role is not None:
            role = modules.role_number(declared.role)
            fits = role_is_held(job.block, party, role) and fits
        if not fits:
            refuse("PARTY_UNFIT")
    signed = [party in creation.signers for party in creation.parties]
    needed = [has for has, declared in zip(signed, module.parties) if declared.signatory]
    if not all(needed) or (not needed and module.parties and not any(signed)):
        refuse("SIGNATORY_MISSING")


def create(job, creation):
    """Makes an instance; returns its address."""
    module = modules.load(job.state, creation.code)
    if module is None:
        refuse("MODULE_UNKNOWN")
    if len(creation.parties) != len(module.parties):
        refuse("BAD_ARGUMENTS")
    check_parties(job, module, creation)
    depth = check_references(job, module, creation.terms) or 1
    id_ = layouts.address_instance(job.tx_id, job.call, 0)
    now = job.block.time_s
    frame = Frame(job, "deploy", id_)
    frame.use(Value(code=creation.code, version=modules.version_of(module), status=LIVE, state=0,
                    entered_s=now, deployed_s=now, due_s=DUE_NONE, due_clause=0, fails=0,
                    depth=depth, holders=0, offer=creation.offer, parties=list(creation.parties),
                    root=b""))
    frame.signers, frame.principal = creation.signers, creation.principal
    outcome = calls.run_deploy(module, frame, id_, b"".join(creation.parties), creation.terms,
                               creation.principal, now, job.gas_left())
    job.gas_used += outcome.gas
    if outcome.kind != "ok":
        frame.fail(outcome)
    job.announce("INSTANCE_CREATED", id_ + creation.code + creation.offer
                 + layouts.u8(len(creation.parties)) + b"".join(creation.parties))
    frame.save(outcome)
    return id_


def call_instantiate(job, call):
    """[LG-75]"""
    if job.get(key("MODULE", call.target)) is None:
        refuse("MODULE_UNKNOWN")
    count = len(modules.load(job.state, call.target).parties)
    if len(call.args) < 32 * count:
        refuse("BAD_ARGUMENTS")
    parties = [call.args[32 * i:32 * i + 32] for i in range(count)]
    creation = Creation(call.target, parties, call.args[32 * count:], signers_of(job, call),
                        job.tx.auths[call.principal][0])
    job.result = create(job, creation)
