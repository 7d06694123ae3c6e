"""The second engine's ledger: applies whole blocks as docs/reference/ledger-rules.md and
ledger-formats.md say, and as nothing else says. Python 3, standard library, whole numbers without
limit; slow and plain. It shares no code with node/ledger; from the source tree it reads only the
tables that the reference pages are made of (tables.py). Contract code runs in ../vm; encodings are
made by ../layouts.py.

    bundle.py       reading a bundle: genesis, records, inputs, receipts
    snapshot.py     the state that a bundle may begin with
    transaction.py  the one encoding of a transaction, and what breaks it
    values.py       decoding of state values
    genesis.py      the first state
    state.py        state as a block sees it, its limits, its root
    ed25519.py      signatures, in plain arithmetic
    admission.py    may a transaction stand in this block?
    job.py          one transaction or time-out: gas, events, failure, receipt
    authority.py    who may do what, and whose money may be taken
    money.py        postings
    contracts.py    running contract code: frames, the host, sends
    modules.py      what a module tells the ledger: currencies, methods, roles
    creation.py     modules, instances, references
    upgrades.py     another version of a contract
    natives.py      native calls; offers.py, readings.py, batches.py: those on offers, meters, pages
    timeouts.py     what is due
    block.py        a block: time-outs, transactions, record
    replay.py       comparing with what was recorded

Words such as [LG-12] name rules of docs/reference/ledger-rules.md. It does not verify modules: that
one was accepted is taken from the ledger, and the report says so."""
