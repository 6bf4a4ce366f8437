"""`python -m tachie` is `tachie`."""

from tachie.cli import main

if __name__ == "__main__":
    main()
