"""What the calls of a run are: who calls whom, who answers, and what a proxy has to know for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

#: Who is called, and where the calls go that are sent on.
NUMBER, OTHER = "05012345678", "05023456789"
#: Whoever registers with a password has this one.
PASSWORD = "Benchmark2026"
#: So many numbers register, one after the other: all of them within the seconds before measuring, at the default rate.
SUBSCRIBERS = [f"050{10_000_000 + index}" for index in range(4_000)]


@dataclass(frozen=True)
class Phone:
    """SIPp that answers what is called on a port, as one of the scenarios here says."""

    #: The number that it registers for; none where the proxy has no registrar.
    number: str | None
    answers: str
    port: int


@dataclass(frozen=True)
class Scenario:
    """One kind of call. kamailio.cfg has what it needs under its name."""

    name: str
    about: str
    #: SIPp's scenario of the caller; none when the calls are registrations.
    caller: str | None = "caller.xml"
    #: Which SIPp scenario answers for which number.
    phones: dict[str, str] = field(default_factory=lambda: {NUMBER: "callee.xml"})
    transport: str = "udp"
    #: Who is called, in any order, or registers, in turn.
    called: Sequence[str] = (NUMBER,)
    #: Our numbers and their rules, as `tsunagi apply` takes them.
    numbers: Sequence[dict[str, object]] = ({"number": NUMBER},)

    def phones_at(self, ports: list[int], are_registered: bool = True) -> list[Phone]:
        return [
            Phone(number if are_registered else None, answers, port)
            for (number, answers), port in zip(self.phones.items(), ports, strict=True)]


PLAIN = Scenario("plain", "INVITE to BYE, looked up at the registrar and record-routed")

ALL = {
    scenario.name: scenario
    for scenario in (
        PLAIN,
        Scenario(
            "forward", "sent on by an unconditional rule, with 181 and Diversion",
            phones={OTHER: "callee.xml"},
            numbers=({"number": NUMBER, "forwarding": {"always": OTHER}}, {"number": OTHER})),
        Scenario(
            "busy", "the first phone answers 486 and the call is sent on, with 181 and Diversion",
            phones={NUMBER: "callee_busy.xml", OTHER: "callee.xml"},
            numbers=({"number": NUMBER, "forwarding": {"busy": OTHER}}, {"number": OTHER})),
        Scenario(
            "anonymous", "a caller who withholds the number is turned away with 433",
            caller="caller_withheld.xml", phones={},
            numbers=({"number": NUMBER, "reject-anonymous": ["withheld"]},)),
        Scenario(
            "register", "REGISTER, 401, REGISTER with the answer to the challenge, 200",
            caller=None, phones={}, called=SUBSCRIBERS,
            numbers=[{"number": number, "password-env": "BENCHMARK_PASSWORD"} for number in SUBSCRIBERS]),
        Scenario("tcp", "the plain call over TCP, one connection on either side", transport="tcp"),
    )
}
