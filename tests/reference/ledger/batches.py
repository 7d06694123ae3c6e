"""Batches of readings, and the pages they belong to ([LG-151] to [LG-164])."""
import layouts
from .accounts import arguments, principal
from .authority import is_open, role_is_held, signs_call
from .contracts import call_action_as
from .job import refuse
from .reader import Bad, Reader, decode
from .state import key
from .tables import LIMITS, PRICES, ROLES
from .values import Value, parse, read_instance, read_meter, read_step, version

ACTIVE, DAY, SCALE, MISSING = 1, 86400, 3, 3
LATE, OVERTAKEN, CORRECTION = 1, 2, 4
METERS_MAX = LIMITS["PAGE_METERS_MAX"]


# ---- values --------------------------------------------------------------------------------------


def read_page(r):
    """meters: (address, valid from, valid to), by slot."""
    version(r)
    p = Value(instance=r.hash(), operator=r.hash(), report=r.u16(), settle=r.u16(), channel=r.u8(0, 3),
              step_s=read_step(r), energy_max=r.i64(1), from_s=r.i64(0, 2**63 - 2))
    p.until_s = r.i64(p.from_s + 1)
    p.valid_from_s, p.valid_to_s = r.i64(), r.i64()
    p.meters = [(r.hash(), r.i64(), r.i64()) for _ in range(r.u16(1, METERS_MAX))]
    return p


def page_bytes(p):
    return layouts.page(p.instance, p.operator, p.report, p.settle, p.channel, p.step_s, p.energy_max,
                        p.from_s, p.until_s, p.valid_from_s, p.valid_to_s, p.meters)


def read_meter_page(r):
    version(r)
    return r.hash(), r.u32()


def read_page_day(r):
    """{slot: (version, root)}"""
    version(r)
    step = read_step(r)
    return {r.u16(0, DAY // step - 1): (r.u16(), r.hash()) for _ in range(r.u16(1, DAY // step))}


# ---- the batch -----------------------------------------------------------------------------------


def read_head(r):
    if r.u8() != 1:
        r.refuse("version", 0)
    b = Value(scale=r.u8(), version=r.u16(), page=r.u32(), count=r.u16(1, METERS_MAX))
    if r.take(6) != bytes(6):
        r.refuse("zeros", 0)
    b.prior_root = r.hash()
    if (b.prior_root != bytes(32)) != (b.version > 0):
        r.refuse("prior root", 0)
    return b


def read_batch(r):
    """[LG-151] rows: the pieces of the readings, as bytes."""
    b = read_head(r)
    b.rows = [r.take(16) for _ in range(b.count)]
    b.prior_rows = []
    if b.version == 0:
        return b
    b.prior_salt, b.prior_rest, b.prior_pieces = r.take(32), r.hash(), r.take(48 + 16 * b.count)
    inner = Reader(b.prior_pieces)
    head = read_head(inner)
    b.prior_rows = [inner.take(16) for _ in range(b.count)]
    if ((head.page, head.count, head.version) != (b.page, b.count, b.version - 1)
            or (b.prior_rest == bytes(32)) != (head.version == 0)):
        r.refuse("the batch before", 0)
    return b


def row_of(piece):
    """(slot, quality, interval, value), or None."""
    slot, quality, zero = int.from_bytes(piece[:2], "big"), piece[2], piece[3]
    value = int.from_bytes(piece[8:], "big", signed=True)
    if quality > MISSING or zero != 0 or (quality == MISSING and value != 0):
        return None
    return slot, quality, int.from_bytes(piece[4:8], "big"), value


def load_page(job, aggregator, number):
    value = job.get(key("READING_PAGE", aggregator, layouts.u32(number)))
    if value is None:
        refuse("PAGE_UNKNOWN")
    return parse(read_page, value)


def check_slot(slot, expected, count):
    """[LG-154]"""
    if slot >= count:
        refuse("SLOT_UNKNOWN")
    if slot > expected:
        refuse("BATCH_INCOMPLETE")
    if slot < expected:
        refuse("SLOT_TWICE" if slot == expected - 1 else "SLOTS_UNORDERED")


def check_readings(batch, page):
    """[LG-153], [LG-154] The start of the interval."""
    if batch.scale != SCALE:
        refuse("READING_SCALE")
    interval = None
    for n, piece in enumerate(batch.rows):
        row = row_of(piece)
        if row is None:
            refuse("BAD_ARGUMENTS")
        slot, _, at, value = row
        check_slot(slot, n, len(page.meters))
        interval = at if interval is None else interval
        if at != interval:
            refuse("BATCH_MIXED")
        if not 0 <= value <= page.energy_max:
            refuse("READING_IMPLAUSIBLE")
    if batch.count < len(page.meters):
        refuse("BATCH_INCOMPLETE")
    return interval * page.step_s


def check_time(job, page, at):
    """[LG-155]"""
    now, end = job.block.time_s, at + page.step_s
    if end > now:
        refuse("READING_OUT_OF_PLACE")
    if at < page.from_s or at < now - LIMITS["READING_BACK_S"]:
        refuse("READING_BACK_DATED")
    if at >= page.until_s:
        refuse("METER_NOT_VALID")
    return LATE if now - end > LIMITS["READING_LATE_S"] else 0


def check_version(batch, stands):
    """[LG-156]"""
    if stands is not None and stands[0] >= batch.version:
        refuse("READING_EXISTS")
    if batch.version == 0:
        return
    if stands is None or stands[0] + 1 < batch.version:
        refuse("CORRECTION_GAP")
    pieces = [batch.prior_pieces[at:at + 16] for at in range(0, len(batch.prior_pieces), 16)]
    leaves = [layouts.sha256(b"\0" + layouts.piece_salt(batch.prior_salt, i) + piece)
              for i, piece in enumerate(pieces)]
    if batch.prior_rest != bytes(32):
        leaves.append(batch.prior_rest)
    if batch.prior_root != stands[1] or layouts.merkle_of_hashes(leaves) != stands[1]:
        refuse("CORRECTION_DIFFERS")


def record_version(job, aggregator, batch, page, at, root):
    """[LG-156], [LG-157] The flags."""
    day, slot = at // DAY, at % DAY // page.step_s
    name = key("PAGE_DAY", aggregator, layouts.u32(batch.page), layouts.u32(day))
    value = job.get(name)
    intervals = {} if value is None else parse(read_page_day, value)
    check_version(batch, intervals.get(slot))
    flags = OVERTAKEN if any(other > slot for other in intervals) else 0
    intervals[slot] = (batch.version, root)
    job.put(name, layouts.page_day(page.step_s, [(s, *intervals[s]) for s in sorted(intervals)]))
    return flags | (CORRECTION if batch.version > 0 else 0)


def is_valid_at(page, slot, at):
    _, valid_from, valid_to = page.meters[slot]
    return valid_from <= at < valid_to


def counted(page, at, rows):
    """[LG-158] (value, quality, whether the meter was valid) of each slot."""
    for slot, piece in enumerate(rows):
        _, quality, _, value = row_of(piece)
        valid = is_valid_at(page, slot, at)
        yield value, quality if valid else MISSING, valid


def lists(rows):
    return (layouts.u32(len(rows)) + b"".join(layouts.i64(value) for value, _, _ in rows)
            + layouts.u32(len(rows)) + b"".join(layouts.u16(quality) for _, quality, _ in rows))


def tally(rows, pieces):
    """Measured, estimated, substituted, missing, not valid."""
    counts = [0] * 5
    for (_, _, valid), piece in zip(rows, pieces):
        counts[piece[2] if valid else 4] += 1
    return b"".join(layouts.u16(count) for count in counts)


def call_batch(job, call):
    """[LG-151] to [LG-159]"""
    try:
        batch = decode(read_batch, call.args)
    except Bad:
        refuse("BAD_ARGUMENTS")
    if call.pieces != 3 + batch.count:
        refuse("BAD_ARGUMENTS")
    job.charge(PRICES["PRICE_PIECE"] * call.pieces * (2 if batch.version > 0 else 1))
    aggregator = principal(job, call)
    if not role_is_held(job.block, aggregator, ROLES["AGGREGATOR"]):
        refuse("NOT_AUTHORISED")
    page = load_page(job, aggregator, batch.page)
    if (call.target, call.method) != (page.instance, page.report):
        refuse("PAGE_ELSEWHERE")
    at = check_readings(batch, page)
    flags = check_time(job, page, at)
    flags |= record_version(job, aggregator, batch, page, at, call.payload_hash)
    rows, before = (list(counted(page, at, pieces)) for pieces in (batch.rows, batch.prior_rows))
    job.announce("BATCH_ACCEPTED", aggregator + layouts.u32(batch.page) + layouts.i64(at)
                 + layouts.u16(batch.version) + call.payload_hash + batch.prior_root
                 + layouts.u8(flags) + tally(rows, batch.rows))
    args = layouts.i64(at) + layouts.i64(batch.version) + lists(rows) + lists(before)
    call_action_as(job, page.instance, page.report,
                   layouts.page_address(aggregator, batch.page), args)


def quota_holder(job, call):
    """[LG-107] The operator whose quota pays."""
    batch = decode(read_batch, call.args)
    name = key("READING_PAGE", principal(job, call), layouts.u32(batch.page))
    return parse(read_page, job.state.get(name)).operator


# ---- pages ---------------------------------------------------------------------------------------


def read_registration(r):
    p = Value(number=r.u32(), instance=r.hash(), report=r.u16(), settle=r.u16(), channel=r.u8(0, 3),
              step_s=r.u32(1, DAY), energy_max=r.i64(1), from_s=r.i64(0, 2**63 - 2))
    p.until_s = r.i64(p.from_s + 1)
    p.addresses = [r.hash() for _ in range(r.u16(1, METERS_MAX))]
    return p


def claim(job, page, aggregator, address, other):
    """[LG-162] other: the page that the last meter was in, and until when it reports."""
    name = key("METER_PAGE", address, layouts.u8(page.channel))
    value = job.get(name)
    if value is not None:
        place = parse(read_meter_page, value)
        if place != other[0]:
            found = job.get(key("READING_PAGE", place[0], layouts.u32(place[1])))
            other = place, 2**63 - 1 if found is None else parse(read_page, found).until_s
        if other[1] > page.from_s:
            refuse("PAGE_TAKEN")
    job.put(name, layouts.meter_page(aggregator, page.number))
    return other


def add_meter(job, page, address):
    """[LG-161]"""
    value = job.get(key("METER", address))
    if value is None:
        refuse("METER_UNKNOWN")
    meter = parse(read_meter, value)
    if not page.meters:
        page.operator = meter.operator
    if meter.operator != page.operator:
        refuse("NOT_AUTHORISED")
    if (meter.status != ACTIVE or meter.step_s != page.step_s
            or not meter.channels >> page.channel & 1):
        refuse("METER_NOT_VALID")
    page.meters.append((address, meter.valid_from_s, meter.valid_to_s))


def page_register(job, call):
    """[LG-160] to [LG-162]"""
    page, aggregator = arguments(read_registration, call.args), principal(job, call)
    if page is None or page.from_s % page.step_s or page.until_s % page.step_s:
        refuse("BAD_ARGUMENTS")
    if not role_is_held(job.block, aggregator, ROLES["AGGREGATOR"]):
        refuse("NOT_AUTHORISED")
    if job.get(key("INSTANCE", page.instance)) is None:
        refuse("TARGET_UNKNOWN")
    name = key("READING_PAGE", aggregator, layouts.u32(page.number))
    if job.get(name) is not None:
        refuse("PAGE_TAKEN")
    page.meters, other = [], (None, 0)
    for address in page.addresses:
        add_meter(job, page, address)
        other = claim(job, page, aggregator, address, other)
    if not signs_call(job, page.operator):
        refuse("NOT_AUTHORISED")
    page.valid_from_s = max(meter[1] for meter in page.meters)
    page.valid_to_s = min(meter[2] for meter in page.meters)
    job.put(name, page_bytes(page))
    job.result = layouts.page_address(aggregator, page.number)
    job.announce("PAGE_REGISTERED", aggregator + layouts.u32(page.number) + job.result
                 + page.instance + layouts.u16(len(page.meters)))


def page_end(job, call):
    """[LG-163]"""
    args, by = arguments(lambda r: (r.hash(), r.u32(), r.i64()), call.args), principal(job, call)
    if args is None:
        refuse("BAD_ARGUMENTS")
    aggregator, number, until_s = args
    page = load_page(job, aggregator, number)
    if by not in (aggregator, page.operator):
        refuse("NOT_AUTHORISED")
    if not max(job.block.time_s, page.from_s + 1) <= until_s < page.until_s or until_s % page.step_s:
        refuse("BAD_ARGUMENTS")
    page.until_s = until_s
    job.put(key("READING_PAGE", aggregator, layouts.u32(number)), page_bytes(page))
    job.announce("PAGE_ENDED", aggregator + layouts.u32(number) + layouts.i64(until_s) + by)


def page_settle(job, call):
    """[LG-164]"""
    number, aggregator = arguments(lambda r: r.u32(), call.args), principal(job, call)
    if number is None:
        refuse("BAD_ARGUMENTS")
    page, payees, in_trust = load_page(job, aggregator, number), b"", 0
    for address, _, _ in page.meters:
        payee = parse(read_meter, job.get(key("METER", address))).customer
        if not is_open(job, payee):
            payee, in_trust = page.operator, in_trust + 1
        payees += payee
    count = len(page.meters)
    job.announce("PAGE_SETTLED", aggregator + layouts.u32(number) + layouts.u16(count)
                 + layouts.u16(in_trust))
    call_action_as(job, page.instance, page.settle, layouts.page_address(aggregator, number),
                   layouts.u32(count) + payees)
