"""What stations say, as a person reads it in one line. Pure."""

from typing import Any

Message = dict[str, Any]

ALWAYS, NEVER = "f" * 8, "0" * 8


def kind(event: Message) -> str:
    """`pullcord.andon.called.v1` is `andon.called`."""
    return str(event.get("type", "")).removeprefix("pullcord.").rpartition(".")[0]


def call_of(event: Message) -> str:
    """The id of the call that an event is about; "" when it is about none."""
    if kind(event) == "andon.called":
        return str(event.get("id", ""))
    data = event.get("data", {})
    call = data.get("call", "") if isinstance(data, dict) else ""
    return call if isinstance(call, str) else ""


def of_event(event: Message) -> str:
    """`andon.called  quality by cord-1 (cord)`; what it has besides is named as it is."""
    data = {key: value for key, value in event.get("data", {}).items() if value not in ("", None, {}, [])}
    first = [str(data.pop(key)) for key in ("category", "call", "card", "what", "task") if _is_word(data.get(key))]
    rest = [f"{key}={_short(value)}" for key, value in data.items()]
    marks = ["(test)"] if event.get("test") else []
    return "  ".join([f"{kind(event):<20}", " ".join([*first, *rest, *marks])]).rstrip()


def of_state(state: Message) -> dict[str, str]:
    """What a person looks at, by name; each is said when it changes."""
    journal, link = state.get("journal", {}), state.get("link", {})
    calls = [_call(call) for call in state.get("calls", [])]
    faults = [f"{fault['input']} {fault['fault']}" for fault in state.get("faults", [])]
    return {
        "shows": str(state.get("row", "")),
        "lights": " ".join(filter(None, (_light(*one) for one in sorted(state.get("lights", {}).items())))) or "dark",
        "line": str(state.get("line", {}).get("state", "")) + (" (permit off)" if _permit_off(state) else ""),
        "calls": ", ".join(calls) or "none",
        "faults": ", ".join(faults) or "none",
        "missing": ", ".join(map(str, state.get("health", {}).get("missing", []))) or "nothing",
        "link": " ".join(filter(None, (link.get("state", ""), link.get("reason", "")))),
        "waiting": str(journal.get("depth", "")),
        "clock": str(state.get("clock", {}).get("state", "")),
        "config": str(state.get("config", {}).get("hash", "")),
    }


def _call(call: Message) -> str:
    by = f" by {call['by']}" if call.get("by") else ""
    level = f" level {call['level']}" if call.get("level") else ""
    where = "" if call.get("plant") else " (not with the plant yet)"
    return f"{call.get('category')} {call.get('phase')}{by}{level}{where}"


def _light(name: str, pattern: str) -> str:
    if pattern == NEVER:
        return ""
    return name if pattern == ALWAYS else f"{name}~"


def _permit_off(state: Message) -> bool:
    return state.get("line", {}).get("permit") is False


def _is_word(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _short(value: object) -> str:
    if isinstance(value, dict):
        return ",".join(f"{key}:{_short(one)}" for key, one in value.items())
    return str(value)
