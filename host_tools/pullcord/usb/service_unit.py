"""The systemd unit by which a computer is a gateway from its start on."""

from collections.abc import Sequence

NAME = "pullcord-gateway.service"

UNIT = """\
# Made by `pullcord gateway --install`.
[Unit]
Description=Pullcord gateway: stations at USB
Documentation=man:systemd.service(5)
Wants=network-online.target
After=network-online.target
# it is to come back whatever happens, and however often
StartLimitIntervalSec=0

[Service]
Type=exec
User={user}
# who may open serial ports
SupplementaryGroups={group}
ExecStart={command}
Restart=always
RestartSec=1
# it needs the ports, the network, and to read the plant file and its secrets
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK

[Install]
WantedBy=multi-user.target
"""


def unit(user: str, group: str, command: Sequence[str]) -> str:
    """`command`: the program by its whole path, and its arguments."""
    return UNIT.format(user=user, group=group, command=" ".join(quoted(word) for word in command))


def quoted(word: str) -> str:
    """As systemd reads a word (systemd.syntax(7), systemd.service(5)): % and $ would mean something."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{word}"' if any(letter in word for letter in " \t'\";") or not word else word
