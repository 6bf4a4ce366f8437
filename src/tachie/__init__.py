"""tachie (立ち絵): pictures of anime characters in, a clean dataset and a small face generator out."""

__version__ = "0.1.0"
