"""An instance becomes one of the next version of its contract ([LG-111] to [LG-113])."""

import layouts
from vm import calls, tables as machine_tables
from vm.tables import BUILTINS
from . import modules
from .authority import signs_call
from .contracts import Frame, refuse_overdue
from .creation import check_references
from .job import ERROR, Failed, refuse
from .reader import Bad, Reader
from .state import key
from .values import FINAL, STUCK

RULES = {row[1]: int(row[0]) for row in machine_tables.rows("upgrade.def", "WC_UPGRADE")}
FIELDS_OF_VERSION, TEXT_MAX = 256, 16384


class Misfit(Exception):
    """[LG-113] The rule that the next version breaks, and the row of the table where."""

    def __init__(self, rule, row=0):
        super().__init__(rule)
        self.rule, self.row = rule, row


def detail(misfit):
    return layouts.u16(RULES[misfit.rule]) + layouts.u16(misfit.row)


def alike(old, type_a, next_, type_b):
    """Two types that encode alike; a text that is too long is like no other."""
    if type_a is None or type_b is None:
        return type_a is type_b
    a, b = modules.type_text(old, type_a).encode(), modules.type_text(next_, type_b).encode()
    return a == b and len(a) <= TEXT_MAX


def first_difference(ours, theirs, same):
    """Index of the first row that is missing in one of them or not the same; None: all are."""
    for index, (a, b) in enumerate(zip(ours, theirs)):
        if not same(a, b):
            return index
    return None if len(ours) == len(theirs) else min(len(ours), len(theirs))


def tuple_difference(old, tuple_a, next_, tuple_b):
    rows_a = list(zip(tuple_a.names, (field for _, field in tuple_a.fields)))
    rows_b = list(zip(tuple_b.names, (field for _, field in tuple_b.fields)))
    return first_difference(rows_a, rows_b, lambda a, b: a[0] == b[0] and alike(
        old, a[1], next_, b[1]))


def require_same(rule, index):
    if index is not None:
        raise Misfit(rule, index)


def check_fields(old, next_):
    version = modules.version_of(next_)
    by_id = {}
    for index, field in enumerate(old.fields):
        by_id.setdefault(field.id, (index, field))
    for index, field in enumerate(next_.fields):
        if field.id not in by_id:
            if field.since != version or field.id // FIELDS_OF_VERSION != version:
                raise Misfit("FIELD_ID", index)
            continue
        row, before = by_id[field.id]
        are_root = before.root != 0xFFFF and field.root != 0xFFFF
        if (before.name != field.name or before.since != field.since
                or not (are_root or alike(old, before.type, next_, field.type))):
            raise Misfit("FIELD", row)


def check_state(old, next_, state):
    before = old.states[state]
    now = next((row for row in next_.states if row.name == before.name), None)
    if now is None or now.final != before.final or not alike(old, before.data, next_, now.data):
        raise Misfit("STATE", state)


def check_versions(old, next_, state):
    """[LG-113] Raises Misfit."""
    if modules.version_of(next_) != modules.version_of(old) + 1:
        raise Misfit("VERSION")
    upgrade = next((entry for entry in next_.entries if entry.kind == "upgrade"), None)
    if upgrade is None:
        raise Misfit("NO_UPGRADE")
    require_same("PARTIES", first_difference(
        old.parties, next_.parties,
        lambda a, b: (a.name, a.role, a.signatory) == (b.name, b.role, b.signatory)))
    require_same("TERMS", tuple_difference(old, old.terms_type, next_, next_.terms_type))
    require_same("SCHEMA", tuple_difference(old, old.storage_type, next_, upgrade.args))
    check_fields(old, next_)
    check_state(old, next_, state)


def check_interface(old, next_):
    """What others may call is still there."""
    offered = {(next_.entries[index].kind, number)
               for index in range(len(next_.entries))
               if next_.entries[index].kind in ("action", "view")
               for number in [modules.method_id(next_, next_.entries[index])]}
    for index, entry in enumerate(old.entries):
        if entry.kind in ("action", "view"):
            if (entry.kind, modules.method_id(old, entry)) not in offered:
                raise Misfit("INTERFACE", index)


def terms_of(frame):
    """[VM-36] The terms' bytes in the record, and what follows them."""
    start = frame.parties_start(frame.entry.root) + 32 * len(frame.entry.parties)
    return frame.entry.root[start:]


def check_signatures(job, frame):
    """[LG-112]"""
    declared = frame.module.parties
    named = any(party.signatory for party in declared)
    for party, row in zip(frame.entry.parties, declared):
        if (row.signatory or not named) and not signs_call(job, party):
            refuse("SIGNATORY_MISSING")
    if not declared:
        refuse("SIGNATORY_MISSING")


def check(job, frame, next_):
    check_signatures(job, frame)
    try:
        check_versions(frame.module, next_, frame.entry.state)
    except Misfit as misfit:
        refuse("UPGRADE_STATE" if misfit.rule == "STATE" else "UPGRADE_UNFIT", detail(misfit))
    if job.get(key("REFERENCE", frame.id)) is not None:
        try:
            check_interface(frame.module, next_)
        except Misfit as misfit:
            refuse("INTERFACE_IN_USE", detail(misfit))
    assets = modules.bind_assets(job.state, next_)
    if isinstance(assets, str):
        refuse(assets)
    depth = check_references(job, next_, terms_of(frame))
    if depth is False:
        refuse("BAD_ARGUMENTS")
    if depth > frame.entry.depth:
        refuse("DEPTH_TOO_HIGH")


def run(job, frame, next_, code):
    old = frame.module
    frame.module, frame.assets = next_, modules.bind_assets(job.state, next_)
    frame.entry.code, frame.entry.version = code, modules.version_of(next_)
    index = next(i for i, entry in enumerate(next_.entries) if entry.kind == "upgrade")
    outcome = calls.run_upgrade(next_, old, frame, frame.id, frame.entry.root, index,
                                job.block.time_s, job.gas_left())
    job.gas_used += outcome.gas
    if outcome.kind != "ok":
        frame.fail(outcome)
    frame.entry.state = outcome.state
    job.announce("INSTANCE_UPGRADED", frame.id + code + layouts.u16(frame.entry.version))
    frame.save(outcome)


def contract_upgrade(job, call):
    """[LG-111]"""
    try:
        reader = Reader(call.args)
        id_, code = reader.hash(), reader.hash()
        reader.end()
    except Bad:
        refuse("BAD_ARGUMENTS")
    frame = Frame(job, "action", id_)
    if not frame.open():
        refuse("TARGET_UNKNOWN")
    frame.principal = job.tx.auths[call.principal][0]
    if frame.entry.status == FINAL:
        error = BUILTINS["InstanceClosed"] | 0x8000
        raise Failed(ERROR, layouts.outcome_error(frame.entry.code, error, b""))
    if frame.entry.status == STUCK:
        refuse("INSTANCE_STUCK")
    refuse_overdue(frame)
    if job.get(key("MODULE", code)) is None:
        refuse("MODULE_UNKNOWN")
    next_ = modules.load(job.state, code)
    check(job, frame, next_)
    run(job, frame, next_, code)
