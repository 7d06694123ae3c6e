"""Ed25519 in plain arithmetic (RFC 8032, section 5.1), with the rule by which the ledger accepts a
signature (docs/reference/ledger-rules.md, [LG-25]): S below the order of the group, A the canonical
encoding of a point that is not of small order, and [S]B − [h]A encoded is R, byte for byte. There
is no cofactor in the equation."""
import hashlib

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

# Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
NEUTRAL = (0, 1, 1, 0)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    total = NEUTRAL
    while number > 0:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


def encode(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(data):
    """The point of an encoding; None when there is none or it is not the canonical one."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def is_small(point):
    """Of an order that divides 8."""
    return encode(times(8, point)) == encode(NEUTRAL)


BASE = decode((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_public_key(data):
    """One that a signature could ever be accepted under."""
    point = decode(data)
    return point is not None and not is_small(point)


def verify(public_key, signature, message):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= ORDER or not is_public_key(public_key):
        return False
    point = decode(r)
    if point is None or is_small(point):
        return False
    digest = hashlib.sha512(r + public_key + message).digest()
    h = int.from_bytes(digest, "little") % ORDER
    x, y, z, t = decode(public_key)
    minus = (-x % P, y, z, -t % P)
    return encode(add(times(s, BASE), times(h, minus))) == r


def public_key_of(seed):
    """[RFC 8032, 5.1.5] For tests."""
    scalar = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
    scalar = scalar & ~7 & ((1 << 254) - 1) | 1 << 254
    return encode(times(scalar, BASE))
