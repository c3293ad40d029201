"""What codes of brokers, sockets and radios mean, in words. Loaded when something failed, and forgotten again."""

import errno

REFUSALS = {
    1: "the broker does not speak MQTT 3.1.1",
    2: "the broker refused the client id",
    3: "the broker says that it is not available",
    4: "the broker refused the user name or password",
    5: "the broker does not allow this station to connect: look at its access rules",
}
NETWORK_ERRORS = {
    errno.ECONNREFUSED: "nothing listens at the broker's address: is the broker running, and the port right?",
    errno.ECONNRESET: "the connection was reset",
    errno.EHOSTUNREACH: "there is no way to the broker's address",
    errno.ETIMEDOUT: "the network gave up waiting for the broker",
    32: "the connection was reset",  # EPIPE, which MicroPython's errno does not name
    errno.ENOMEM: "there is not enough memory left for the connection",
}
# What mbedtls says on a board, where some builds give only a number, and OpenSSL on a computer. The first counts.
TLS = (
    (("unacceptable",), "the broker's certificate has a key that is too weak"),
    (("signed", "signature", "issuer"), "the broker's certificate is not by this plant's CA; is broker-ca.der right?"),
    (("match",), "the broker's certificate is for another name: tls.name of the broker is to be the one that it bears"),
    (("expired",), "the broker's certificate has expired: renew it"),
    (("future", "not yet"), "the broker's certificate is not valid yet by this board's clock"),
    (("alert", "-30592"), "the broker broke off the handshake: does it ask for a good certificate of this station?"),
    (("eof", "record", "version", "-29312", "-29184"), "the broker does not speak TLS at this port, or broke off"),
)
# Status numbers of the ESP32 (>= 200) and of the Pico W's CYW43 (below). They do not overlap.
STATUS = {
    -3: "the access point refused: is the password right?",
    -2: "the access point was not found",
    -1: "joining failed",
    0: "idle",
    1: "joining",
    2: "joined, without an address yet",
    3: "up",
    200: "the access point is out of reach",
    201: "the access point was not found",
    202: "the access point refused: is the password right?",
    203: "the access point refused to associate",
    204: "the access point broke off the handshake",
    1000: "idle",
    1001: "joining",
    1010: "up",
}


def refusal(code) -> str:
    return REFUSALS.get(code, "the broker refused the connection with code %s" % code)


def network(error) -> str:
    code = error.args[0] if error.args else None
    if type(code) is int:
        code = abs(code)  # behind TLS a board's numbers are below zero
    return NETWORK_ERRORS.get(code, "the connection failed: %s" % error)


def tls(error) -> str:
    said = str(error).lower()
    for parts, words in TLS:
        if any(part in said for part in parts):
            return words
    return network(error)


def status(number) -> str:
    return STATUS.get(number, "status %s" % number)
