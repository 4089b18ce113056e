"""Where `weighbridge` starts; what a hook calls often must not import what it does not need."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from weighbridge import __version__  # noqa: PLC0415 - the answer must not wait for a command line to be imported

        sys.stdout.write(f"weighbridge {__version__}\n")
        sys.exit(0)
    try:
        from weighbridge.entrypoints.cli.boundary import run  # noqa: PLC0415 - the same

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while the command line itself was being imported
        sys.stderr.write("weighbridge: interrupted\n")
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
