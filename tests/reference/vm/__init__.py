"""The second engine: runs calls on modules as docs/reference/vm.md, bytecode.md and vm-instructions.md
say, and as nothing else says. Python 3, standard library, whole numbers without limit; slow and
plain. It shares no code with the interpreter in vm/exec; from the source tree it reads only the
tables that the reference pages are made of (tables.py).

    module.py    the bytes of a module, the layout of its types
    memory.py    places in call memory: clearing, copying, comparing
    abi.py       encodings of values and keys
    machine.py   functions, blocks, gas, instructions on control and numbers
    values.py    instructions on values in memory and on the state
    storage.py   instructions on stored collections
    money.py     money instructions
    outside.py   events, other instances, signers
    calls.py     what happens around the code: actions, views, time-outs, deployment
    host.py      a small world for calls to run in

It does not verify: it may be given only what the verifier has accepted. Words such as [VM-12] name
rules of docs/reference/vm.md.
"""
