"""A tool's connection to the broker at an address; the recorder and the gateway have more to say about theirs."""

from typing import Any

import aiomqtt

from pullcord.line.address import Address


def broker_client(at: Address, **more: Any) -> aiomqtt.Client:
    """Not yet connected: `async with` does that. `more`: what aiomqtt.Client takes besides."""
    tls = aiomqtt.TLSParameters(ca_certs=at.ca) if at.tls else None
    return aiomqtt.Client(at.host, at.port, username=at.username, password=at.password, tls_params=tls, **more)
