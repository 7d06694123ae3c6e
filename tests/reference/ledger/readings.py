"""Meters and their readings ([LG-101] to [LG-107])."""
import layouts
from .authority import is_open, role_is_held
from .batches import quota_holder
from .job import refuse
from .reader import Bad, decode
from .state import key
from .tables import PRICES, ROLES
from .transaction import PIECES, READINGS
from .values import parse, read_meter, read_quota, read_reading

ACTIVE, DEVICE, CHANNEL, DAY = 1, 1, 0, 86400


# ---- registration --------------------------------------------------------------------------------


def register(job, call):
    """[LG-101]"""
    try:
        address, meter = call.args[:32], decode(read_meter, call.args[32:])
    except Bad:
        refuse("BAD_ARGUMENTS")
    by = job.tx.auths[call.principal][0]
    may = any(role_is_held(job.block, by, ROLES[role]) for role in ("METER_OPERATOR",
                                                                    "GRID_OPERATOR"))
    if not may or by != meter.operator:
        refuse("NOT_AUTHORISED")
    if meter.status != ACTIVE:
        refuse("BAD_ARGUMENTS")
    if not is_open(job, address) or not is_open(job, meter.customer):
        refuse("TARGET_UNKNOWN")
    old = job.get(key("METER", address))
    if old is not None and parse(read_meter, old).operator != by:
        refuse("NOT_AUTHORISED")
    job.put(key("METER", address), call.args[32:])
    job.announce("METER_REGISTERED", address + by)


# ---- readings ------------------------------------------------------------------------------------


def is_repeated(job, call):
    """[LG-103]"""
    for before in job.tx.calls[:job.call]:
        if (before.kind == READINGS and before.principal == call.principal
                and before.args[:16] == call.args[:16]):
            if before.args != call.args:
                refuse("READING_EXISTS")
            return True
    return False


def check_place(job, meter, at, version):
    """[LG-104]"""
    if at < 0 or at % meter.step_s != 0 or at > job.block.time_s - meter.step_s:
        refuse("READING_OUT_OF_PLACE")
    if not 0 <= version <= 0xFFFF:
        refuse("BAD_ARGUMENTS")
    if meter.status != ACTIVE or not meter.valid_from_s <= at < meter.valid_to_s:
        refuse("METER_NOT_VALID")


def refuse_known(job, prefix, version, slot):
    """[LG-105]"""
    for name, value in job.state.scan(prefix):
        job.charge(PRICES["KEY_READ"] + PRICES["KEY_READ_BYTE"] * (len(name) + len(value)))
        if int.from_bytes(name[-2:], "big") < version:
            continue
        runs = parse(read_reading, value).runs
        if any(first <= slot < first + count for first, count, _, _, _ in runs):
            refuse("READING_EXISTS")


def record(job, meter_address, meter, call, at, version):
    """[LG-106]"""
    day, slot = at // DAY, at % DAY // meter.step_s
    prefix = key("READING", meter_address, layouts.u8(CHANNEL), layouts.u32(day),
                 layouts.u8(DEVICE))
    refuse_known(job, prefix, version, slot)
    name = prefix + layouts.u16(version)
    value = job.get(name)
    runs = []
    if value is not None:
        reading = parse(read_reading, value)
        if reading.step_s != meter.step_s:
            refuse("READING_OUT_OF_PLACE")
        runs = reading.runs
    if slot >= DAY // meter.step_s or any(f <= slot < f + count for f, count, _, _, _ in runs):
        refuse("READING_OUT_OF_PLACE")
    runs = sorted(runs + [(slot, 1, 0, call.payload_hash, 0)])
    job.put(name, layouts.reading(meter.step_s, runs))
    job.announce("READINGS_ACCEPTED", meter_address + layouts.u8(CHANNEL) + layouts.u8(DEVICE)
                 + layouts.u16(version) + layouts.u32(day) + layouts.u16(slot) + layouts.u16(1)
                 + call.payload_hash)


def accept(job, call):
    """[LG-102] What happens before the action of a reading call."""
    if not call.is_detached or len(call.args) < 16:
        refuse("BAD_ARGUMENTS")
    address = job.tx.auths[call.principal][0]
    at, version = (int.from_bytes(call.args[i:i + 8], "big", signed=True) for i in (0, 8))
    if not role_is_held(job.block, address, ROLES["METER"]):
        refuse("KEY_NOT_METER")
    value = job.get(key("METER", address))
    if value is None:
        refuse("METER_UNKNOWN")
    if is_repeated(job, call):
        return
    meter = parse(read_meter, value)
    check_place(job, meter, at, version)
    record(job, address, meter, call, at, version)


def use_quota(job, call, gas):
    """[LG-107]"""
    quota = job.block.params.reading_quota_gas
    if quota == 0 or call.kind != READINGS:
        return
    address = job.tx.auths[call.principal][0]
    if call.carried == PIECES:
        operator = quota_holder(job, call)
    else:
        operator = parse(read_meter, job.state.get(key("METER", address))).operator
    name = key("QUOTA", operator, layouts.u32(job.block.time_s // DAY))
    value = job.state.get(name)
    used = 0 if value is None else parse(read_quota, value)
    covered = min(gas, max(quota - used, 0))
    if covered == 0:
        return
    job.covered += covered
    job.state.put(name, layouts.quota(used + covered))
