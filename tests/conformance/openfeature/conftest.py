from collections.abc import Iterator

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from tests.conformance.openfeature.world import FLAGS

from yardarm import Client
from yardarm.integrations.openfeature import YardarmProvider


@pytest.fixture(autouse=True)
def as_new() -> Iterator[None]:
    """OpenFeature's API is one per process: each test leaves it as it found it."""
    yield
    api.shutdown()


@pytest.fixture
def client() -> Iterator[Client]:
    """What the provider evaluates with."""
    with Client.from_document({"flags": FLAGS}) as client:
        yield client


@pytest.fixture
def provider(client: Client) -> YardarmProvider:
    """A provider that is registered and ready."""
    provider = YardarmProvider(client=client)
    api.set_provider_and_wait(provider)
    return provider


@pytest.fixture
def feature(provider: YardarmProvider) -> OpenFeatureClient:
    """What an application evaluates with."""
    return api.get_client()
