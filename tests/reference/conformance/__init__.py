"""Makes and runs conformance vectors (docs/reference/conformance.md).

    contract.py   writes contracts in the assembler's text form
    bench.py      the contract that vectors run on: types, storage, parties, states of every kind
    vector.py     vectors: from and to JSON, running them on the second engine
    cases_*.py    the vectors, one file of them for each
"""
