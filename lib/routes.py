"""Takes numbers out of addresses without letting them grow beyond what both databases can hold."""

from django.urls import register_converter


class NumberConverter:
    """A whole number of nine digits at most; a longer one has no address."""

    regex = "[0-9]{1,9}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(NumberConverter, "number")
