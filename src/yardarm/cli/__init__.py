"""The command line.

`main` is the entry, `commands` the static table of commands, `lazy` makes click's groups from it
and `run` turns whatever goes wrong into one line and an exit code. A command's module is imported
when the command runs. `http` and `target` talk to a server, `output` to a person or a program.
Nothing here imports the server but `operate`, inside functions.
"""
