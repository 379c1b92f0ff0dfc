"""What all checks do, whatever they check: time, forgotten returns, strictness, and who may register one."""

from __future__ import annotations

import itertools
import operator
import re
import sys
import threading
import time
from functools import partial
from typing import Any

import numpy as np
import pytest

from qtkit import labs
from qtkit.labs import checking
from qtkit.labs.checking import Wrong, exercise
from qtkit.labs.limits import Clock, TookTooLong, run_within


@exercise("seven")
def seven(answer) -> str:
    for given in (0, 1):
        if answer(given) != 7:
            raise Wrong(f"given {given}, 7 is expected.")
    return "Seven it is."


def endless(_: int) -> int:
    while True:
        pass


def deaf(_: int) -> int:
    """Ends no earlier than it is let to, whatever is raised in it."""
    while not LET_GO.is_set():
        try:
            time.sleep(0.01)
        except BaseException:
            continue
    return 7


LET_GO = threading.Event()


class TestTime:
    """Nothing here is right or wrong by how fast the machine is: what is stopped would never have ended."""

    def test_an_endless_loop_is_told(self) -> None:
        before = threading.active_count()
        result = labs.check("seven", endless, seconds=0.05)
        # On a machine that is busy with other things, ten times as much has passed before that much was worked.
        told = r"✗ endless took longer than 0\.0?5 s\. Does a loop in it never end, or make far too many steps\?"
        assert re.fullmatch(told, repr(result))
        assert threading.active_count() == before, "and it is stopped"

    def test_so_is_one_that_yields(self) -> None:
        assert "<lambda> yields more than 1,000,000" in labs.check("seven", lambda _: itertools.repeat(7)).message

    def test_one_that_cannot_be_stopped_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("qtkit.labs.limits._ASK_AGAIN", (0.01, 0.01))
        result = labs.check("seven", deaf, seconds=0.05)
        LET_GO.set()
        assert result.message.endswith("It cannot be stopped and is still running: restart the kernel.")

    def test_off_the_main_thread_too(self) -> None:
        found = []
        thread = threading.Thread(target=lambda: found.append(labs.check("seven", endless, seconds=0.05)))
        thread.start()
        thread.join()
        assert "longer than" in found[0].message

    def test_only_the_answer_s_own_time_counts(self) -> None:
        looked = threading.Semaphore(0)

        class Still(Clock):
            """As while a check compiles a circuit: nothing is spent in the answer."""

            @property
            def spent(self) -> float:
                looked.release()
                return 0.0

        def check() -> int:
            for _ in range(3):
                looked.acquire()  # until the limit has passed twice
            return 7

        assert run_within(0.01, Still(), check) == 7

    def test_an_answer_that_only_waits_comes_to_an_end(self) -> None:
        message = labs.check("seven", lambda _: time.sleep(3_000), seconds=0.01).message
        assert message.startswith("<lambda> took longer than 0.1 s.")

    def test_time_in_the_answer_adds_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = [0.0, 0.0]  # of a processor, and of the clock
        monkeypatch.setattr("qtkit.labs.limits._now", lambda: tuple(now))
        clock = Clock()

        def answer(processor: float, passed: float) -> None:
            now[:] = now[0] + processor, now[1] + passed
            seen.append((clock.spent, clock.passed))

        seen: list[tuple[float, float]] = []
        timed = clock.on(answer)
        timed(2, 3)
        now[:] = 7, 9
        timed(0, 50)  # a busy machine
        timed(4, 1)  # and other threads at work
        assert seen == [(2, 3), (2, 53), (3, 54)]
        assert (clock.spent, clock.passed) == (3, 54)

    def test_it_is_this_machine_s_time(self) -> None:
        clock, begin = Clock(), (time.process_time(), time.perf_counter())

        def work() -> None:
            while time.process_time() < begin[0] + 0.02 or time.perf_counter() < begin[1] + 0.02:
                pass

        clock.on(work)()
        assert 0 < clock.spent <= clock.passed

    def test_an_error_is_that_of_the_function(self) -> None:
        with pytest.raises(ZeroDivisionError):
            run_within(60, Clock(), lambda: 1 / 0)

    def test_without_a_limit_it_runs_in_the_caller_s_thread(self) -> None:
        threads = []

        def answer(_: int) -> int:
            threads.append(threading.current_thread())
            return 7

        assert labs.check("seven", answer, seconds=None).passed
        assert set(threads) == {threading.current_thread()}
        assert labs.check("seven", answer).passed
        assert threads[-1] is not threading.current_thread()

    def test_what_took_too_long_says_so(self) -> None:
        assert str(TookTooLong(30.0, stopped=True)) == "took longer than 30 s"


class TestAnswers:
    def test_a_forgotten_return_is_told(self) -> None:
        def answer(given: int) -> None:
            7 + given

        assert labs.check("seven", answer).message == "answer returned None: is `return` missing?"

    def test_leaving_the_program_is_an_error_like_others(self) -> None:
        assert labs.check("seven", lambda _: sys.exit(3)).message.startswith("<lambda> raised SystemExit: 3 (in line ")

    def test_an_error_is_told_with_its_line(self) -> None:
        def answer(given: int) -> int:
            shifted = [given]
            return shifted[given + 1]

        line = answer.__code__.co_firstlineno + 2
        told = f"answer raised IndexError: list index out of range (in line {line}: return shifted[given + 1])"
        assert labs.check("seven", answer).message == told

    def test_with_the_line_of_the_answer_if_a_library_raised_it(self) -> None:
        def answer(_: int) -> object:
            return np.zeros(3) @ np.zeros(2)

        assert labs.check("seven", answer).message.endswith("return np.zeros(3) @ np.zeros(2))")

    def test_without_words_where_there_are_none(self) -> None:
        names: dict[str, Any] = {}
        exec(compile("def answer(_):\n    return 1 / 0", "nowhere", "exec"), names)
        assert labs.check("seven", names["answer"]).message.endswith("division by zero (in line 2)")
        assert labs.check("seven", partial(operator.truediv, 1)).message.endswith(
            "raised ZeroDivisionError: division by zero"
        )

    def test_what_the_check_cannot_read_is_not_called_the_answer_s_error(self) -> None:
        exercise("length")(eval(compile("lambda answer: str(len(answer()))", "a check", "eval")))
        told = "what five returned cannot be read, it led to TypeError: object of type 'int' has no len()"

        def five() -> int:
            return 5

        assert labs.check("length", five).message == told

    def test_a_stub_is_told(self) -> None:
        def answer(_: int) -> int:
            raise NotImplementedError

        told = "answer is not written yet: put your own code in place of the raise line."
        assert labs.check("seven", answer).message == told

    def test_so_is_one_that_the_answer_calls(self) -> None:
        def other(_: int) -> int:
            raise NotImplementedError

        def answer(given: int) -> int:
            return other(given)

        assert labs.check("seven", answer).message == "answer calls other, which is not written yet."

    def test_what_a_library_has_not_implemented_is_no_stub(self) -> None:
        def answer(_: int) -> int:
            raise NotImplementedError("bitwise_and_cpu not implemented for 'Float'")

        assert "raised NotImplementedError: bitwise_and_cpu" in labs.check("seven", answer).message

    def test_a_list_is_made_of_what_is_yielded(self) -> None:
        @exercise("yields")
        def _(answer) -> str:
            return repr(answer())

        assert labs.check("yields", lambda: map(str, (1, 2))).message == "['1', '2']"

    def test_the_folded_solution_is_called_so(self) -> None:
        def seven_solution(_: int) -> int:
            return 7

        result = labs.check("seven", seven_solution)
        assert result.passed and result.of_solution
        assert repr(result) == "✓ The folded solution, not your answer: Seven it is."
        assert "not your answer" in result._repr_html_()
        assert not labs.check("seven", lambda _: 7).of_solution


class TestStrict:
    def test_it_raises_what_it_found(self) -> None:
        with pytest.raises(labs.NotPassed, match=r"^given 0, 7 is expected\.$") as raised:
            labs.check("seven", lambda _: 8, strict=True)
        assert not raised.value.result.passed

    def test_right_answers_pass(self) -> None:
        assert labs.check("seven", lambda _: 7, strict=True).passed


class TestRegistry:
    def test_it_can_be_read_and_not_written(self) -> None:
        assert {"shift", "qubits"} < set(labs.EXERCISES)
        with pytest.raises(TypeError):
            labs.EXERCISES["shift"] = lambda _: "Fine."  # type: ignore[index]  what a learner might try

    def test_another_check_of_the_same_name_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"the exercise 'shift' is checked by qtkit\.labs\.vqc already"):

            @exercise("shift")
            def _(_: object) -> str:
                return "Fine."

    def test_a_module_may_be_loaded_again(self) -> None:
        assert exercise("seven")(seven) is seven
        assert checking.EXERCISES["seven"] is seven
