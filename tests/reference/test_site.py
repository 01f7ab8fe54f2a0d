"""The pages of the reference, the viewer's files and the address of each."""

import gzip
import hashlib
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import requests

from easement import reference
from easement.gateway.deprecation import MIGRATION_GUIDE
from tests.support.app import RecipientApp
from tests.support.bank import Bank
from tests.support.network import Calendar, RunningNetwork

VIEWER = Path(reference.__file__).parent / "viewer"
DECISION = Path(__file__).parents[2] / "docs" / "decisions" / "0021-own-openapi.md"
PACKED = sorted(VIEWER.glob("*.gz"))


def get(network: RunningNetwork, path: str, **headers: str) -> requests.Response:
    return requests.get(network.url + path, headers=headers, timeout=30)


@pytest.fixture(scope="module")
def engine() -> str:
    """The pages do not depend on the database."""
    return "sqlite"


def test_home_page_leads_to_the_reference(sandbox_network: RunningNetwork) -> None:
    home = get(sandbox_network, "/").text
    assert f'href="{sandbox_network.issuer}/docs"' in home


def test_page_loads_nothing_from_elsewhere_and_nothing_inline(
    sandbox_network: RunningNetwork,
) -> None:
    answer = get(sandbox_network, "/docs")

    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    loaded = re.findall(r'(?:src|href|data-document)="([^"]+)"', answer.text)
    assert len(loaded) > 5
    assert [each for each in loaded if not each.startswith(f"{sandbox_network.issuer}/")] == []
    for each in loaded:
        assert requests.get(sandbox_network.reach(each), timeout=30).status_code == 200, each


def test_an_address_with_a_slash_at_its_end_leads_to_the_page(
    sandbox_network: RunningNetwork,
) -> None:
    answer = get(sandbox_network, "/docs/")
    assert answer.url == f"{sandbox_network.url}/docs"


def test_viewer_comes_compressed_to_who_can_read_it_and_plain_to_others(
    sandbox_network: RunningNetwork,
) -> None:
    path = "/docs/viewer/swagger-ui-bundle.js"
    packed = get(sandbox_network, path, **{"accept-encoding": "gzip"})
    plain = get(sandbox_network, path, **{"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < 500_000
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert plain.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("packed", PACKED, ids=lambda path: path.name)
def test_viewers_file_is_the_one_that_the_decision_names(packed: Path) -> None:
    digest = hashlib.sha256(gzip.decompress(packed.read_bytes())).hexdigest()
    assert digest in DECISION.read_text()


def test_both_of_the_viewers_files_are_there() -> None:
    assert [each.name for each in PACKED] == ["swagger-ui-bundle.js.gz", "swagger-ui.css.gz"]


def test_migration_guide_is_where_v2_answers_point_to(sandbox_network: RunningNetwork) -> None:
    answer = get(sandbox_network, MIGRATION_GUIDE)

    assert answer.status_code == 200
    assert "No end of v2 is set." in answer.text
    for header in ("interaction-type", "last-access", "intent-type"):
        assert f"x-akoya-{header}" in answer.text


def test_guide_and_document_know_the_end_of_v2(
    new_network: Callable[..., RunningNetwork], bank: Bank
) -> None:
    network = new_network(bank, v2_deprecated_on=date(2026, 3, 1), v2_sunset_on=date(2126, 9, 1))
    id_token = RecipientApp(network, network.secrets.sandbox).mint("mikomo_9")["id_token"]
    called = RecipientApp(network, network.secrets.sandbox).get("balances", id_token)

    guide = re.search(r"<([^>]+)>; rel=\"deprecation\"", called.headers["link"])
    assert guide is not None
    words = requests.get(network.reach(guide[1]), timeout=30).text
    assert "from <strong>1 March 2026</strong> on" in words
    assert "until <strong>1 September 2126</strong>" in words
    document = get(network, "/openapi.json").json()
    assert document["paths"]["/balances/v2/{providerId}"]["get"]["deprecated"] is True

    calendar = Calendar(network.clock)
    calendar.pass_time(days=365 * 101)
    assert "/balances/v2/{providerId}" not in get(network, "/openapi.json").json()["paths"]
