"""The one error that publishing raises: what is wrong, where, and how to correct it."""

from helpers.tables.faults import Refusal


class PublishError(Refusal):
    """Something that may not be published: an unknown finding, a missing alt text, a broken link."""
