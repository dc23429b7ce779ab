"""The register of long work: one per key, cancelled before the hand-over and not after, told by the page."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from trama.apps.lavori import actions, kinds, launching, process, queries
from trama.apps.lavori.errors import Cancelled, NoSuchWork, NotLaunched, TooLateToCancel
from trama.apps.lavori.holding import held, is_held, workshop
from trama.apps.lavori.models import Lavoro, State
from trama.apps.lavori.work import Work
from trama.kernel.errors import BadInput

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRAMA_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch):
    """Register a kind that does what it is told to, and begin it without a process."""

    def register(run):
        kind = kinds.Kind("prova", run, "lavori/prova.html", lambda row: {})
        monkeypatch.setitem(kinds._kinds, "prova", kind)

    monkeypatch.setattr(launching, "launch", lambda key, lock: os.getpid())
    register(lambda work: {"fatto": True})
    return register


def begin(key: str = "uno") -> tuple[Lavoro, bool]:
    return actions.begin("prova", key=key, title="Una prova", request={"n": 1})


def state(row: Lavoro) -> str:
    return Lavoro.objects.get(pk=row.pk).state


def test_work_that_ends_leaves_its_result_and_no_folder(tried) -> None:
    tried(lambda work: {"cartella": str(work.folder)})
    row, new = begin()
    process.do(row.pk)
    row.refresh_from_db()
    assert (new, row.state, row.ended is not None) == (True, State.DONE, True)
    assert not Path(row.result["cartella"]).exists()


def test_two_under_one_key_are_one_while_the_first_lives(tried) -> None:
    row = Lavoro.objects.create(kind="prova", key="uno", title="x")
    with held(row.pk):
        again, new = begin()
    assert (again.pk, new) == (row.pk, False)
    assert Lavoro.objects.count() == 1


def test_the_key_is_free_again_when_the_work_has_ended(tried) -> None:
    process.do(begin()[0].pk)
    assert begin()[1] is True


def test_an_anticipated_error_ends_with_its_sentence(tried) -> None:
    def run(work):
        raise BadInput(why="manca il foglio.")

    tried(run)
    row = begin()[0]
    process.do(row.pk)
    row.refresh_from_db()
    assert (row.state, row.trouble["error"]) == (State.REFUSED, "BadInput")
    assert "manca il foglio." in row.sentence


def test_an_unforeseen_error_ends_too_and_says_so(tried) -> None:
    def run(work):
        raise ZeroDivisionError

    tried(run)
    row = begin()[0]
    process.do(row.pk)
    assert state(row) == State.BROKEN


def test_work_whose_process_is_dead_is_interrupted_and_can_be_repeated(tried) -> None:
    row = Lavoro.objects.create(kind="prova", key="uno", title="x", state=State.RUNNING)
    found = queries.work(row.pk)
    assert found.state == State.INTERRUPTED
    assert "si può ripetere" in found.sentence
    again, new = actions.repeat(row.pk)
    assert (new, again.pk != row.pk) == (True, True)


def test_work_whose_process_is_alive_is_left_alone(tried) -> None:
    row = Lavoro.objects.create(kind="prova", key="uno", title="x", state=State.RUNNING)
    with held(row.pk):
        assert is_held(row.pk)
        assert queries.work(row.pk).state == State.RUNNING
    assert not is_held(row.pk)


def test_cancelling_throws_away_what_was_aside_and_the_worker_notices(tried) -> None:
    row = Lavoro.objects.create(kind="prova", key="uno", title="x", state=State.RUNNING)
    work = Work(row)
    (work.folder / "meta").write_text("x")
    with held(row.pk):
        actions.cancel(row.pk)
    assert state(row) == State.CANCELLED
    assert not workshop(row.pk).exists()
    with pytest.raises(Cancelled):
        work.hand_over("consegna")
    with pytest.raises(Cancelled):
        work.tell("ancora")
    assert state(row) == State.CANCELLED


def test_after_the_hand_over_nobody_cancels(tried) -> None:
    row = Lavoro.objects.create(kind="prova", key="uno", title="x", state=State.RUNNING)
    with held(row.pk):
        Work(row).hand_over("consegna")
        with pytest.raises(TooLateToCancel):
            actions.cancel(row.pk)
        assert state(row) == State.HANDING_OVER


def test_work_cancelled_while_it_waited_is_not_done(tried) -> None:
    done = []
    tried(lambda work: done.append(1) or {})
    row = Lavoro.objects.create(kind="prova", key="uno", title="x", state=State.CANCELLED)
    process.do(row.pk)
    assert done == []


def test_where_the_system_refuses_nothing_is_left(tried, monkeypatch) -> None:
    def refuse(key, lock):
        raise NotLaunched(what="", hint="", why="memoria")

    monkeypatch.setattr(launching, "launch", refuse)
    with pytest.raises(NotLaunched):
        begin()
    assert Lavoro.objects.count() == 0


def test_an_unknown_kind_or_address_is_told() -> None:
    with pytest.raises(NoSuchWork):
        actions.begin("mai_visto", key="x", title="x", request={})
    with pytest.raises(NoSuchWork):
        queries.work(uuid4())


def test_the_page_shows_progress_offers_to_cancel_and_asks_again(tried, bundle) -> None:
    web = Client(HTTP_HOST="localhost")
    row = Lavoro.objects.create(
        kind="prova", key="uno", title="Una prova", state=State.RUNNING, message="A metà.", done=3, total=6
    )
    with held(row.pk):
        page = web.get(f"/lavori/{row.pk}").content.decode()
        assert web.get(f"/lavori/{row.pk}?formato=json").json()["fatti"] == 3
        assert "Una prova" in web.get("/lavori/").content.decode()
    assert 'value="3" max="6"' in page
    assert f'hx-get="/lavori/{row.pk}/stato"' in page
    assert "Annulla</button>" in page
