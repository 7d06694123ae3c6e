"""Events, other instances, signers."""
from . import abi
from .machine import Failure, instruction


@instruction("emit")
def emit(m, r, i):
    """[VM-101]"""
    args = m.encode(m.module.events[i.a].args, r[i.b])
    m.part("EVENT", 1, len(args))
    if not m.host.emit(i.a, args):
        m.trap("SEND_LIMIT")


def prepare(m, method, place):
    """[VM-102]"""
    args = m.encode(method.args, place)
    m.part("INSTANCE", 1)
    m.part("CODE", 0, len(args))
    return args


def answered(m, answer):
    if answer == "absent":
        m.trap("NO_KEY")
    if answer == "limit":
        m.trap("SEND_LIMIT")
    if answer == "failed":
        raise Failure("callee", 0, m.where)


@instruction("view")
def view(m, r, i):
    """[VM-103]"""
    method = m.module.methods[i.b]
    args = prepare(m, method, r[i.c])
    answer, taken, result = m.host.view(r[i.a].bytes(32), method.id, args, m.gas)
    m.gas -= taken
    answered(m, answer)
    m.part("CODE", 0, len(result))
    try:
        abi.decode(method.result, result, r[i.d])
    except abi.Undecodable:
        m.trap("RANGE")


@instruction("send")
def send(m, r, i):
    method = m.module.methods[i.b]
    args = prepare(m, method, r[i.c])
    answered(m, m.host.send(r[i.a].bytes(32), method.id, args))


@instruction("rebind")
def rebind(m, r, i):
    """[VM-78]"""
    party, role = r[i.b].bytes(32), m.module.parties[i.a].role
    m.part("READ", 1)
    if not m.host.is_signer(party) or (role is not None and not m.host.holds_role(party, role)):
        m.builtin("NotAuthorised")
    m.roots[2].write(party, 32 * i.a)
    m.rebound = True


@instruction("signed")
def signed(m, r, i):
    """[VM-104]"""
    r[i.a] = int(m.host.is_signer(r[i.b].bytes(32)))
