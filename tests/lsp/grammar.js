// The TextMate grammar under the tokenizer that editors use, held to the scanner: over every source
// of the project each token has the class that the parser gave it.
'use strict';
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const oniguruma = require('vscode-oniguruma');
const textmate = require('vscode-textmate');

const [TOKENS, ROOT] = process.argv.slice(2);
const GRAMMAR = path.join(ROOT, 'compiler/editor/vscode/syntaxes/clause.tmLanguage.json');

// The mapping: what begins a scope says the class; the first that applies counts.
const CLASSES = [
    ['comment.', 'comment'], ['string.', 'string'], ['constant.numeric.', 'number'],
    ['constant.language.', 'keyword'], ['variable.language.', 'keyword'],
    ['keyword.operator.', 'operator'], ['keyword.', 'keyword'],
];
const classOf = (scopes) =>
    (CLASSES.find(([head]) => scopes.some((scope) => scope.startsWith(head))) ?? ['', 'name'])[1];

function sources(folder) {
    return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const full = path.join(folder, entry.name);
        const skipped = entry.name.startsWith('.') || entry.name === 'build' || entry.name === 'corpus';
        if (entry.isDirectory()) return skipped ? [] : sources(full);
        return entry.name.endsWith('.clause') ? [full] : [];
    }).sort();
}

async function load() {
    const wasm = fs.readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
    await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
    const registry = new textmate.Registry({
        onigLib: Promise.resolve({
            createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
            createOnigString: (text) => new oniguruma.OnigString(text),
        }),
        loadGrammar: async () => textmate.parseRawGrammar(fs.readFileSync(GRAMMAR, 'utf8'), GRAMMAR),
    });
    return registry.loadGrammar('source.clause');
}

// The class of each UTF-16 unit of the text.
function colour(grammar, text) {
    const classes = [];
    let stack = textmate.INITIAL;
    for (const line of text.split('\n')) {
        const result = grammar.tokenizeLine(line, stack);
        for (const token of result.tokens) {
            for (let i = token.startIndex; i < Math.min(token.endIndex, line.length); i++) {
                classes.push(classOf(token.scopes));
            }
        }
        classes.push('end of line');
        stack = result.ruleStack;
    }
    return classes;
}

async function main() {
    const grammar = await load();
    const files = [...sources(path.join(ROOT, 'contracts')), ...sources(path.join(ROOT, 'stdlib')),
        ...sources(path.join(ROOT, 'tests'))];
    assert(files.length >= 40, `${files.length} sources`);
    let count = 0, wrong = 0, file, text, classes, bytes;
    const seen = new Map();
    for (const line of execFileSync(TOKENS, files, { encoding: 'utf8', maxBuffer: 1 << 28 }).split('\n')) {
        if (line === '') continue;
        const [start, end, expected] = line.split(' ');
        if (expected === undefined) {
            file = line;
            text = fs.readFileSync(file, 'utf8');
            bytes = Buffer.from(text);
            classes = colour(grammar, text);
            continue;
        }
        if (expected === 'broken') continue;
        count++;
        seen.set(expected, (seen.get(expected) ?? 0) + 1);
        const from = bytes.subarray(0, Number(start)).toString().length;
        const to = bytes.subarray(0, Number(end)).toString().length;
        const found = new Set(classes.slice(from, to));
        if (found.size === 1 && found.has(expected)) continue;
        if (++wrong > 20) continue;
        const at = text.slice(0, from).split('\n');
        console.log(`${path.relative(ROOT, file)}:${at.length}:${at.at(-1).length + 1}: ` +
            `\`${text.slice(from, to)}\` is ${expected}, coloured as ${[...found].join(', ')}`);
    }
    for (const one of ['keyword', 'name', 'number', 'string', 'comment', 'operator']) {
        assert((seen.get(one) ?? 0) > 100, `only ${seen.get(one)} tokens of class ${one}`);
    }
    console.log(`${files.length} sources, ${count} tokens, ${wrong} of another class`);
    process.exit(wrong === 0 ? 0 : 1);
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
