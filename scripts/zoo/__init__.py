"""The zoo: real WebSocket implementations, each with the verdicts that Autobahn gave it.

A zoo folder holds `servers/NAME/` and `clients/NAME/`. Each has a `setup` (installs or builds the
implementation beside itself), a `run` (`run PORT` serves an echo, `run URL AGENT` plays all cases
of a fuzzing server), `meta.json` (`path`: what to request, if not `/`) and `golden.json`.

    testee      a folder of the zoo, and its copy in the scratch folder, set up once
    process     programs in process groups of their own, run to their end or while a block runs
    serving     a server testee on a free loopback port
    wspec       the wspec binary and its report.json
    golden      Autobahn's recorded verdicts
    agreement   their verdicts beside ours
    known       the differences that we know of, each with its reason
    tally       what all testees of a parity run together came to
    defects     those of wspec's built-in testees, and what a suite finds of them
    tool        wspec and what it is measured against, as commands

Python's standard library is all that is needed.
"""
