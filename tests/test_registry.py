from dataclasses import dataclass
from importlib.metadata import EntryPoint

import pytest

from nmr_emg import Chain, ConfigError
from nmr_emg.dsp.envelope import Envelope
from nmr_emg.registry import as_json, from_json, stage, stage_class, stage_name


@dataclass(frozen=True)
class Louder:
    """A stage of another package."""

    factor: float = 2.0

    def start(self, info):
        return lambda block: block


@pytest.fixture
def foreign(monkeypatch):
    """As if other packages offered stages."""
    points = [
        EntryPoint("louder", f"{__name__}:Louder", "nmr_emg.stages"),
        EntryPoint("broken", f"{__name__}:pytest", "nmr_emg.stages"),
    ]
    monkeypatch.setitem(
        __import__("sys").modules, __name__, __import__("types").SimpleNamespace(Louder=Louder, pytest=pytest)
    )
    for module in ("nmr_emg.named", "nmr_emg.registry"):
        monkeypatch.setattr(
            f"{module}.entry_points", lambda group: points if group == "nmr_emg.stages" else []
        )
    stage_class.cache_clear()
    yield
    stage_class.cache_clear()


@pytest.mark.usefixtures("foreign")
def test_another_packages_stage_has_a_name_and_goes_into_a_file():
    chain = Chain((Envelope(0.2), Louder(3.0)))
    data = as_json(chain)
    envelope = {"stage": "envelope", "window": 0.2, "kind": "rms", "corner": 6.0}
    assert data == [envelope, {"stage": "louder", "factor": 3.0}]
    assert from_json(data) == chain
    assert stage_name(Louder()) == "louder"


@pytest.mark.usefixtures("foreign")
def test_what_is_no_stage_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match=r"there is no stage 'loud'; there are microvolts, .*, louder"):
        stage("loud", {})
    with pytest.raises(ConfigError, match="the stage 'broken' is no dataclass of settings"):
        stage("broken", {})


def test_a_chain_without_a_name_in_it_is_refused():
    with pytest.raises(ConfigError, match="a stage of the chain has no name"):
        from_json([{"window": 1}])
