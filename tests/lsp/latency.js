// How long an editor waits: one character is typed into a contract of the repository, again and
// again, and the time to its diagnostics is taken, then the time of each kind of request.
//
//     NODE_PATH=build/release/tests/lsp/node_modules node tests/lsp/latency.js build/release/wattclause [FILE...]
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { Client, lsp } = require('./client.js');

const ROUNDS = 50;
const files = process.argv.slice(3);
const ROOT = path.join(__dirname, '../..');

function print(name, times) {
    times.sort((a, b) => a - b);
    const at = (part) => times[Math.floor(part * (times.length - 1))].toFixed(1).padStart(7);
    console.log(`  ${name.padEnd(28)} median ${at(0.5)} ms   95 % ${at(0.95)} ms   worst ${at(1)} ms`);
}

async function timed(run) {
    const start = process.hrtime.bigint();
    await run();
    return Number(process.hrtime.bigint() - start) / 1e6;
}

async function measure(file) {
    const client = new Client('utf-16');
    await client.start();
    fs.cpSync(path.join(ROOT, 'contracts'), path.join(client.root, 'contracts'), { recursive: true });
    const name = path.relative(ROOT, path.resolve(file));
    await client.open(name);
    await client.published(name, 1);
    const text = client.texts.get(name);
    console.log(`${name}: ${text.split('\n').length} lines, ${text.length} characters`);
    const typing = [], requests = new Map();
    let version = 1;
    const piece = /\n    (action|test|func|let)[^\n]*\n/.exec(text)[0];
    for (let i = 0; i < ROUNDS; i++) {
        typing.push(await timed(async () => {
            await client.edit(name, piece, i % 2 === 0 ? piece + ' ' : piece, ++version);
            await client.published(name, version);
        }));
        const textDocument = { uri: client.uri(name) };
        const position = client.position(name, client.index(name, piece) + 10);
        const range = { start: { line: 0, character: 0 }, end: client.position(name, text.length) };
        for (const [kind, more] of [['hover', { position }], ['completion', { position }],
            ['references', { position, context: { includeDeclaration: true } }],
            ['documentSymbol', {}], ['semanticTokens/full', {}], ['inlayHint', { range }]]) {
            const time = await timed(() => client.connection.sendRequest(`textDocument/${kind}`, { textDocument, ...more }));
            requests.set(kind, [...(requests.get(kind) ?? []), time]);
        }
    }
    print('typed, to its diagnostics', typing);
    for (const [kind, times] of requests) print(kind, times);
    await client.stop();
}

(async () => {
    for (const file of files.length > 0 ? files : ['contracts/spot/spot.clause', 'contracts/bank/split_test.clause']) {
        await measure(file);
    }
    process.exit(0);
})();
