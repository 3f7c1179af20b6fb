"""Real softphones: baresip registers, calls, and is forwarded by the rule that has just been written; audio flows."""

import pytest

FIRST, SECOND, THIRD = "05012345678", "05023456789", "1001"


@pytest.fixture
def phones(strict, softphone):
    """Two softphones, registered with their passwords: one for the caller's hand, one that picks up by itself."""
    strict.add(FIRST, "first-secret")
    strict.add(SECOND, "second-secret")
    first = softphone(FIRST, "first-secret", strict.address, answers=False)
    second = softphone(SECOND, "second-secret", strict.address, answers=True)
    for phone in (first, second):
        phone.wait_until_registered()
    return first, second


def talk(caller, callee):
    """Both are in the call, and hear each other's audio; then the caller hangs up."""
    for phone in (caller, callee):
        phone.wait_for_event("CALL_ESTABLISHED", seconds=25)
    for phone in (caller, callee):
        phone.wait_for_event("CALL_RTPESTAB")
    caller.hang_up()
    callee.wait_for_event("CALL_CLOSED")


def test_two_softphones_call_each_other(phones):
    first, second = phones
    first.dial(SECOND)
    talk(first, second)


def test_a_softphone_s_call_is_forwarded_by_the_rule_just_written(strict, phones):
    first, second = phones
    strict.add(THIRD)
    first.dial(THIRD)
    # No phone and no rule: the call fails.
    first.wait_for_event("CALL_CLOSED")
    strict.forward(THIRD, "always", SECOND)
    first.dial(THIRD)
    talk(first, second)


def test_a_softphone_that_nobody_answers_forwards_to_another(strict, phones, softphone):
    first, second = phones
    strict.add(THIRD, "third-secret")
    third = softphone(THIRD, "third-secret", strict.address, answers=False)
    third.wait_until_registered()
    strict.forward(THIRD, "no-answer", SECOND, ring=5)
    first.dial(THIRD)
    third.wait_for_event("CALL_INCOMING")
    talk(first, second)
    third.wait_for_event("CALL_CLOSED")


def test_a_softphone_registers_and_calls_over_tcp(strict, softphone):
    strict.add(FIRST, "first-secret")
    strict.add(SECOND, "second-secret")
    first = softphone(FIRST, "first-secret", strict.address, answers=False, transport="tcp")
    second = softphone(SECOND, "second-secret", strict.address, answers=True, transport="tcp")
    for phone in (first, second):
        phone.wait_until_registered()
    first.dial(SECOND)
    talk(first, second)
