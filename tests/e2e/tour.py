"""Runs the commands of a tutorial as a reader would: every block marked sh, in order, in one shell
that stops at the first failure.

    tour.py WATTCLAUSE PAGE.md [WANTED...]     WANTED: patterns that the output must have

$CONTRACTS is the folder of the standard contracts.
"""

import os
import re
import subprocess
import sys
import tempfile

program, page = (os.path.abspath(path) for path in sys.argv[1:3])
with open(page, encoding="utf-8") as text:
    blocks = re.findall(r"^```sh\n(.*?)^```$", text.read(), flags=re.M | re.S)
if not blocks:
    sys.exit("no commands in " + page)
script = "set -eu\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + "\n".join(blocks)
with tempfile.TemporaryDirectory() as folder:
    environment = dict(os.environ, PATH=os.path.dirname(program) + ":" + os.environ["PATH"],
                       LC_ALL="C.UTF-8", TZ="UTC",
                       CONTRACTS=os.path.join(os.path.dirname(page), "..", "..", "contracts"))
    done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, timeout=1000,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL, check=False)
missing = [wanted for wanted in sys.argv[3:] if not re.search(wanted, done.stdout)]
if done.returncode != 0 or missing:
    print(done.stdout[-6000:])
    print("exit %d; not seen: %s" % (done.returncode, missing))
    sys.exit(1)
print("%d blocks of %s run" % (len(blocks), os.path.basename(page)))
