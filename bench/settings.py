"""The settings of the product with one address more: an empty view to compare with."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
