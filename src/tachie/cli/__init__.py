"""The command line: each command parses, calls the API and prints. Results on stdout, progress on stderr.

Imports inside the commands keep `tachie --help` fast and the data half free of torch.
"""

from tachie.cli.app import cli, main

__all__ = ["cli", "main"]
