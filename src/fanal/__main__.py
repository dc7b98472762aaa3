"""``python -m fanal``: the same as the command `fanal`."""

from fanal.cli.main import main

if __name__ == "__main__":
    main()
