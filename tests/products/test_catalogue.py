"""Products, clusters and versions."""

from easement.products.catalogue import (
    ENDPOINTS,
    PRODUCTS,
    VERSIONS,
    clusters_for,
    with_account_info,
)
from easement.products.model import Product


def names(*products: Product) -> list[str]:
    return [cluster.name for cluster in clusters_for(products)]


def test_the_catalogue_knows_every_product() -> None:
    assert set(PRODUCTS) == set(Product)


def test_each_endpoint_belongs_to_one_product() -> None:
    assert len(ENDPOINTS) == sum(len(entry.endpoints) for entry in PRODUCTS.values())
    assert ENDPOINTS["taxlots"] is Product.INVESTMENTS
    assert ENDPOINTS["contacts"] is Product.CUSTOMERS


def test_account_info_comes_with_every_product() -> None:
    assert with_account_info([Product.TAX]) == {Product.TAX, Product.ACCOUNT_INFO}
    assert names() == ["ACCOUNT_BASIC"]
    assert names(Product.TAX) == ["ACCOUNT_BASIC", "TAX"]


def test_a_cluster_of_two_products_is_named_once() -> None:
    assert names(Product.INVESTMENTS, Product.BALANCES) == [
        "ACCOUNT_BASIC",
        "BALANCES",
        "ACCOUNT_DETAILED",
        "INVESTMENTS",
    ]


def test_every_cluster_says_what_it_is_in_words() -> None:
    for cluster in clusters_for(Product):
        assert cluster.label
        assert cluster.detail.endswith(".")


def test_v3_differs_by_its_headers() -> None:
    assert list(VERSIONS) == ["v2", "v3"]
    assert not VERSIONS["v2"].interaction_type_required
    assert not VERSIONS["v2"].last_access_required
    assert VERSIONS["v3"].interaction_type_required
    assert VERSIONS["v3"].last_access_required
    assert VERSIONS["v3"].intent_type_rules
