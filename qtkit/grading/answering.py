"""What the process of a submission does: it defines functions and calls them, as it is told, and knows no verdicts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtkit.grading.guard import Guard
from qtkit.grading.plain import NotPlain, from_json, pack, to_json, unpack

Message = dict[str, Any]


class _TurnedDownError(Exception):
    """A function of the grader raised an error when it was called; the grader keeps the error."""


class Answers:
    """Answers the grader's messages.

    Arguments:
        read: the next message; None at the end.
        write: sends one.
        guard: stands before what is forbidden.
    """

    def __init__(self, read: Callable[[], bytes | None], write: Callable[[bytes], None], guard: Guard) -> None:
        self._read, self._write, self._guard = read, write, guard
        self._function: Callable[..., Any] | None = None

    def serve(self) -> None:
        """Answer until the messages end."""
        while (message := self._receive()) is not None:
            self._send(self._define(message) if message["do"] == "define" else self._call(message))

    def _define(self, message: Message) -> Message:
        self._guard.begin(message["forbidden"])
        self._function = None
        namespace: dict[str, Any] = {"__name__": "__main__"}
        try:
            for statement in message["statements"]:
                exec(compile(statement, "<hand-in>", "exec"), namespace)
            found = namespace[message["function"]]
        except BaseException as error:  # also sys.exit
            return _raised(error)
        if not callable(found):
            return {"raised": ["TypeError", f"{message['function']} is no function but a {type(found).__name__}"]}
        self._function = found
        return {"value": None}

    def _call(self, message: Message) -> Message:
        try:
            if self._function is None:
                raise RuntimeError("there is no function to call")
            args = [unpack(value, self._callback) for value in message["args"]]
            kwargs = {name: unpack(value, self._callback) for name, value in message["kwargs"].items()}
            return {"value": _packed(self._function(*args, **kwargs))}
        except BaseException as error:  # also sys.exit
            return _raised(error)

    def _callback(self, number: int) -> Callable[..., Any]:
        def ask(*args: Any) -> Any:
            self._send({"call": number, "args": [_packed(value) for value in args]})
            message = self._receive()
            if message is None:
                raise SystemExit
            if "raised" in message:
                raise _TurnedDownError
            return unpack(message["value"])

        return ask

    def _receive(self) -> Message | None:
        data = self._read()
        return None if data is None else from_json(data)

    def _send(self, message: Message) -> None:
        self._write(to_json({**message, "forbidden": sorted(self._guard.called)}))


def _packed(value: Any) -> Any:
    try:
        return pack(value)
    except NotPlain as error:
        return {"stranger": str(error)}


def _raised(error: BaseException) -> Message:
    if isinstance(error, _TurnedDownError):
        return {"raised": ["", ""]}
    try:
        text = str(error)
    except Exception:  # the submission's own class
        text = ""
    return {"raised": [type(error).__name__[:60], text[:500]]}
