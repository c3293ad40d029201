"""`python -m pullcord.cli`: the command, where it is not on the path."""

from pullcord.cli.main import main

main()
