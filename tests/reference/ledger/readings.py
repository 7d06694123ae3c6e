"""Meters and their readings ([LG-101] to [LG-107])."""
import layouts
from .authority import is_open, role_is_held
from .job import refuse
from .reader import Bad, decode
from .state import key
from .tables import PRICES, ROLES
from .transaction import DETACHED, READINGS
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
    """[LG-103] A batch is none ([LG-150]), whatever its bytes are."""
    for before in job.tx.calls[:job.call]:
        if (before.kind == READINGS and before.carried == DETACHED
                and before.principal == call.principal and before.args[:16] == call.args[:16]):
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


def load(job, name):
    """A day's entry: step (None: there is none), latest other version, runs."""
    value = job.get(name)
    if value is None:
        return None, 0, []
    reading = parse(read_reading, value)
    return reading.step_s, reading.later, reading.runs


def covers(runs, slot):
    return any(first <= slot < first + count for first, count, _, _, _ in runs)


def refuse_known(job, prefix, version, slot):
    """[LG-105] Answers what the entry of version 0 says."""
    step, later, runs = load(job, prefix + layouts.u16(0))
    if version == 0 and covers(runs, slot):
        refuse("READING_EXISTS")
    if later and later >= version:
        for name, value in job.state.scan(prefix):
            if int.from_bytes(name[-2:], "big") < max(version, 1):
                continue
            job.charge(PRICES["KEY_READ"] + PRICES["KEY_READ_BYTE"] * (len(name) + len(value)))
            if covers(parse(read_reading, value).runs, slot):
                refuse("READING_EXISTS")
    return step, later, runs


def record(job, meter_address, meter, call, at, version):
    """[LG-106]"""
    day, slot = at // DAY, at % DAY // meter.step_s
    prefix = key("READING", meter_address, layouts.u8(CHANNEL), layouts.u32(day),
                 layouts.u8(DEVICE))
    first = refuse_known(job, prefix, version, slot)
    name = prefix + layouts.u16(version)
    step, later, runs = load(job, name) if version else first
    if runs and step != meter.step_s:
        refuse("READING_OUT_OF_PLACE")
    if slot >= DAY // meter.step_s or covers(runs, slot):
        refuse("READING_OUT_OF_PLACE")
    runs = sorted(runs + [(slot, 1, 0, call.payload_hash, 0)])
    job.put(name, layouts.reading(meter.step_s, runs, later))
    if version > first[1]:
        job.put(prefix + layouts.u16(0), layouts.reading(first[0] or meter.step_s, first[2], version))
    job.announce("READINGS_ACCEPTED", meter_address + layouts.u8(CHANNEL) + layouts.u8(DEVICE)
                 + layouts.u16(version) + layouts.u32(day) + layouts.u16(slot) + layouts.u16(1)
                 + call.payload_hash)


def accept(job, call):
    """[LG-102] What happens before the action of a reading call. Answers the meter's operator, the
    delivery day and the number of new intervals."""
    if not call.is_detached or len(call.args) < 16:
        refuse("BAD_ARGUMENTS")
    address = job.tx.auths[call.principal][0]
    at, version = (int.from_bytes(call.args[i:i + 8], "big", signed=True) for i in (0, 8))
    if not role_is_held(job.block, address, ROLES["METER"]):
        refuse("KEY_NOT_METER")
    value = job.get(key("METER", address))
    if value is None:
        refuse("METER_UNKNOWN")
    meter = parse(read_meter, value)
    if is_repeated(job, call):
        return meter.operator, at // DAY, 0
    check_place(job, meter, at, version)
    record(job, address, meter, call, at, version)
    return meter.operator, at // DAY, int(version == 0)


def use_quota(job, operator, day, gas):
    """[LG-107]"""
    quota = job.block.params.reading_quota_gas
    if quota == 0:
        return
    name = key("QUOTA", operator, layouts.u32(day))
    value = job.state.get(name)
    used = 0 if value is None else parse(read_quota, value)
    covered = min(gas, max(quota - used, 0))
    if covered == 0:
        return
    job.covered += covered
    job.state.put(name, layouts.quota(used + covered))
