"""`python -m stress` is the command `foreshock`."""

from stress.cli import main

if __name__ == "__main__":
    main()
