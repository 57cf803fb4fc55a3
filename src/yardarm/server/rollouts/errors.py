"""Why a plan was not made, or is not what somebody wants of it."""

from __future__ import annotations

from yardarm.errors import YardarmError

from .model import State


class WrongState(YardarmError):
    """The plan is not in a state in which that can be done. `state` is the one that it is in."""

    def __init__(self, plan: int, state: State, wanted: str) -> None:
        self.plan = plan
        self.state = state
        super().__init__(f"plan {plan} is {_WORDS[state]}: it cannot be {wanted}")


class OwnApproval(YardarmError):
    """The author of a plan approves it. Somebody else has to."""

    def __init__(self, actor: str) -> None:
        super().__init__(f"{actor!r} made this plan, so somebody else has to approve its steps")


_WORDS: dict[State, str] = {
    "waiting": "waiting for its time",
    "approval": "waiting for approval",
    "request": "waiting for a change request",
    "paused": "paused",
    "finished": "finished",
    "cancelled": "cancelled",
}
