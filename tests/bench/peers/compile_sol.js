// node compile_sol.js SOURCE OUT: compiles a Solidity contract with the npm package solc and writes its
// code, in hex, and the four bytes of each function, one a line, to OUT.
const fs = require("fs");
const solc = require("solc");

const [source, out] = process.argv.slice(2);
const input = {
    language: "Solidity",
    sources: { workloads: { content: fs.readFileSync(source, "utf8") } },
    settings: {
        optimizer: { enabled: true, runs: 1000000 },
        viaIR: true,
        evmVersion: "cancun",
        outputSelection: { "*": { "*": ["evm.deployedBytecode.object", "evm.methodIdentifiers"] } },
    },
};
const output = JSON.parse(solc.compile(JSON.stringify(input)));
for (const error of output.errors || []) console.error(error.formattedMessage);
const { evm } = output.contracts.workloads.Workloads;
const lines = [evm.deployedBytecode.object];
for (const [signature, selector] of Object.entries(evm.methodIdentifiers).sort()) {
    lines.push(`${selector} ${signature}`);
}
fs.writeFileSync(out, lines.join("\n") + "\n");
