// A whole session over every feature, driven by the protocol's public library.
'use strict';
const { pathToFileURL, fileURLToPath } = require('node:url');
const fs = require('node:fs');
const path = require('node:path');
const { Client, lsp, run, assert } = require('./client.js');

const METER = 'demo/meter.clause';
const TEST = 'demo/meter_test.clause';
const BROKEN = 'demo/broken.clause';
const BROKEN_TEXT = `module demo.broken;
use std.energy;

func price(volume : Energy) -> Yuan {
    let rate : Price = 0.40000 CNY/kWh;
    return round(volume * rat, half_even)
}
`;
const SOME = {
    workspace: { workspaceEdit: { documentChanges: true } },
    textDocument: { documentSymbol: { hierarchicalDocumentSymbolSupport: true } },
};
let client;
let names; // of the classes of tokens

const labels = (list) => list.items.map((item) => item.label);
const includes = (list, ...wanted) => {
    for (const one of wanted) assert(list.includes(one), `${one} is missing in ${list.join(' ')}`);
};
const excludes = (list, ...unwanted) => {
    for (const one of unwanted) assert(!list.includes(one), `${one} should not be offered`);
};
const fails = async (promise, code, text) => {
    await assert.rejects(promise, (error) => {
        assert.equal(error.code, code);
        assert.match(error.message, text);
        return true;
    });
};
// Completion in a copy of the text with a piece replaced; | is the cursor.
let version = 1;
const complete = async (piece, by, file = METER) => {
    const at = by.indexOf('|');
    const text = by.replace('|', '');
    const start = client.index(file, piece);
    const whole = client.texts.get(file);
    await client.edit(file, piece, text, ++version);
    const list = await client.connection.sendRequest(lsp.CompletionRequest.type, {
        textDocument: { uri: client.uri(file) }, position: client.position(file, start + at),
    });
    await client.replace(file, whole, ++version);
    return labels(list);
};

run({
    async 'requests before initialize are refused'() {
        client = new Client('utf-16');
        await fails(client.about(lsp.DocumentSymbolRequest, METER), -32002, /initialize/);
    },
    async 'initialize names the encoding and what the server can do'() {
        const answer = await client.start(SOME);
        assert.equal(answer.serverInfo.name, 'wattclause');
        assert.equal(answer.capabilities.positionEncoding, 'utf-16');
        assert.equal(answer.capabilities.textDocumentSync.change, lsp.TextDocumentSyncKind.Incremental);
        assert.equal(answer.capabilities.renameProvider.prepareProvider, true);
        names = answer.capabilities.semanticTokensProvider.legend.tokenTypes;
    },
    async 'initialize comes once'() {
        await fails(client.start(), -32600, /once/);
    },
    async 'an unknown request is answered'() {
        await fails(client.connection.sendRequest('textDocument/nothing', {}), -32601, /no such/);
    },
    async 'a request about a document that is not open is answered'() {
        await fails(client.about(lsp.DocumentSymbolRequest, METER), -32602, /not open/);
    },

    // --- diagnostics
    async 'opening a sound file publishes its warnings alone'() {
        await client.open(METER);
        const found = await client.published(METER, 1);
        assert.deepEqual(found.map((one) => one.code), ['L0301', 'L0303']);
        assert.equal(found[0].severity, lsp.DiagnosticSeverity.Warning);
        assert.equal(client.at(METER, found[0].range), 'Grade');
        assert.deepEqual(found[0].tags, [lsp.DiagnosticTag.Unnecessary]);
    },
    async 'an error has a code with a page, its place and a fix'() {
        await client.open(BROKEN, BROKEN_TEXT);
        const [error] = await client.published(BROKEN, 1);
        assert.equal(error.code, 'E0202');
        const page = fs.readFileSync(fileURLToPath(error.codeDescription.href), 'utf8');
        assert.match(page, /E0202/);
        const actions = await client.about(lsp.CodeActionRequest, BROKEN, {
            range: error.range, context: { diagnostics: [error] },
        });
        assert.equal(actions.length, 1);
        assert.equal(actions[0].kind, 'quickfix');
        const [edit] = actions[0].edit.changes[client.uri(BROKEN)];
        assert.equal(edit.newText, ';');
    },
    async 'an incremental edit is checked, with what the checker relates it to'() {
        await client.edit(BROKEN, 'half_even)', 'half_even);', 2);
        const [error] = await client.published(BROKEN, 2);
        assert.equal(error.code, 'E0301');
        assert.equal(client.at(BROKEN, error.range), 'rat');
        const [action] = await client.about(lsp.CodeActionRequest, BROKEN, {
            range: error.range, context: { diagnostics: [] },
        });
        assert.equal(action.edit.changes[client.uri(BROKEN)][0].newText, 'rate');
        await client.edit(BROKEN, '* rat,', '* rate,', 3);
        assert.deepEqual(await client.published(BROKEN, 3), []);
    },
    async 'a clash relates to the first declaration'() {
        await client.edit(BROKEN, 'func price', 'const price : int = 1;\nfunc price', 4);
        const [error] = await client.published(BROKEN, 4);
        assert.equal(error.code, 'E0304');
        const [related] = error.relatedInformation;
        assert.equal(related.location.uri, client.uri(BROKEN));
        assert.equal(client.at(BROKEN, related.location.range), 'price');
        assert(related.location.range.start.line < error.range.start.line);
        await client.edit(BROKEN, 'const price : int = 1;\n', '', 5);
        await client.published(BROKEN, 5);
    },
    async 'what an open document says counts for those that use it, not the disk'() {
        await client.open(TEST);
        assert.deepEqual(await client.published(TEST, 1), []);
        const changes = async (from, to, where, message) => {
            await client.edit(METER, from, to, ++version);
            await client.published(METER, version);
            await client.about(lsp.DocumentSymbolRequest, TEST); // all that waited is checked
            const [found] = await client.published(TEST, 1);
            assert.equal(client.at(TEST, found.range), where);
            assert.match(found.message, message);
            await client.edit(METER, to, from, ++version);
            await client.published(METER, version);
            await client.about(lsp.DocumentSymbolRequest, TEST);
        };
        await changes('view sum_of', 'view total_of', 'sum_of', /no action or view `sum_of`/);
        await changes('func twice', 'func double', 'demo.meter', /^in demo\.meter: there is no function/);
    },

    // --- meaning
    async 'hover shows an action with callers, states, effects and gas'() {
        const hover = await client.ask(lsp.HoverRequest, METER, 'take(volume');
        const text = hover.contents.value;
        assert.match(text, /action take\(volume : Energy, day : int<0\.\.30>\)/);
        assert.match(text, /Takes a reading\./);
        assert.match(text, /called by seller or grid/);
        assert.match(text, /in state Open/);
        assert.match(text, /leads to Full/);
        assert.match(text, /can fail with TooLate/);
        assert.match(text, /changes its storage/);
        assert.match(text, /at most [\d,]+ gas/);
        assert.equal(client.at(METER, hover.range), 'take');
    },
    async 'hover shows unit, scale, range and documentation of a term'() {
        const { contents } = await client.ask(lsp.HoverRequest, METER, '* price', { into: 2 });
        assert.match(contents.value, /agreed/);
        assert.match(contents.value, /unit CNY\/kWh/);
        assert.match(contents.value, /5 decimals/);
        assert.match(contents.value, /from 0\.00000 CNY\/kWh to 9\.00000 CNY\/kWh/);
    },
    async 'hover on an operator shows the value it makes'() {
        const { contents, range } = await client.ask(lsp.HoverRequest, METER, '+ volume');
        assert.equal(client.at(METER, range), 'volume + volume');
        assert.match(contents.value, /dec<3, kWh>/);
    },
    async 'hover on a word of the language shows its use, on a blank nothing'() {
        const { contents } = await client.ask(lsp.HoverRequest, METER, 'now()');
        assert.match(contents.value, /now\(\)/);
        const mode = await client.ask(lsp.HoverRequest, METER, 'half_even');
        assert.match(mode.contents.value, /a mode of rounding/);
        assert.doesNotMatch(mode.contents.value, /money/);
        const role = await client.ask(lsp.HoverRequest, METER, 'GridOperator');
        assert.match(role.contents.value, /a role that the ledger grants/);
        const after = await client.ask(lsp.HoverRequest, METER, 'after deployed');
        assert.match(after.contents.value, /in state Open, Full\n- leads to Done/);
        assert.equal(await client.ask(lsp.HoverRequest, METER, '\n\nerror', { into: 1 }), null);
    },
    async 'definition leads to the declaration, in other files too'() {
        const own = await client.ask(lsp.DefinitionRequest, METER, 'limit :', { number: 1 });
        assert.equal(own.uri, client.uri(METER));
        assert.equal(client.at(METER, own.range), 'limit');
        const other = await client.ask(lsp.DefinitionRequest, TEST, 'twice');
        assert.equal(other.uri, client.uri(METER));
        assert.equal(client.at(METER, other.range), 'twice');
        const member = await client.ask(lsp.DefinitionRequest, TEST, 'day: 3');
        assert.equal(client.position(METER, client.index(METER, 'day : int', 1)).line, member.range.start.line);
    },
    async 'definition in the standard library is a file with its text'() {
        const found = await client.ask(lsp.DefinitionRequest, METER, 'Energy);');
        const text = fs.readFileSync(fileURLToPath(found.uri), 'utf8').split('\n');
        assert.match(text[found.range.start.line].slice(found.range.start.character), /^Energy\b/);
        const module = await client.ask(lsp.DefinitionRequest, METER, 'std.energy', { into: 6 });
        assert.equal(module.uri, found.uri);
    },
    async 'type definition leads to the record'() {
        const found = await client.ask(lsp.TypeDefinitionRequest, METER, 'push(reading', { into: 6 });
        assert.equal(client.at(METER, found.range), 'Reading');
    },
    async 'references are those of the whole workspace'() {
        const found = await client.ask(lsp.ReferencesRequest, METER, 'limit', {
            number: 1, context: { includeDeclaration: true },
        });
        const seen = found.map((one) => path.basename(fileURLToPath(one.uri)) + ':' + one.range.start.line);
        const line = (name, number) => client.position(name, client.index(name, 'limit', number)).line;
        assert.deepEqual(seen.sort(), [
            `meter.clause:${line(METER, 0)}`, `meter.clause:${line(METER, 1)}`,
            `meter.clause:${line(METER, 2)}`, `meter_test.clause:${line(TEST, 0)}`].sort());
        const without = await client.ask(lsp.ReferencesRequest, METER, 'limit', {
            context: { includeDeclaration: false },
        });
        assert.equal(without.length, 3);
    },
    async 'highlights are those of the document'() {
        const found = await client.ask(lsp.DocumentHighlightRequest, METER, 'reading = ');
        assert.equal(found.length, 4);
        for (const one of found) assert.equal(client.at(METER, one.range), 'reading');
    },

    // --- writing
    async 'completion behind a dot: fields, methods, variants, storage'() {
        includes(await complete('emit Taken', 'reading.|\n        emit Taken'), 'at', 'volume');
        includes(await complete('self.total +=', 'self.|'), 'total', 'last');
        includes(await complete('emit Taken', 'self.last.|\n        emit Taken'), 'push', 'len', 'clear');
        includes(await complete('emit Taken', 'let g = Grade.|;\n        emit Taken'), 'Full', 'Partial');
        const list = await complete('emit Taken', 'reading.|\n        emit Taken');
        excludes(list, 'let', 'seller', 'push');
    },
    async 'completion by context: states, errors, events, parties, units, modules, modes'() {
        const states = await complete('goto Full(day)', 'goto |');
        includes(states, 'Open', 'Full', 'Done');
        excludes(states, 'seller', 'let');
        includes(await complete('emit Taken(', 'emit |('), 'Taken');
        includes(await complete(': TooLate(now())', ': |'), 'TooLate');
        const parties = await complete('by seller when', 'by s| when');
        includes(parties, 'seller', 'grid', 'GridOperator');
        excludes(parties, 'Open', 'limit');
        includes(await complete('when Full ->', 'when F| ->'), 'Full');
        const units = await complete('10.000 kWh', '10.000 |');
        includes(units, 'kWh', 'CNY');
        excludes(units, 'limit', 'func');
        includes(await complete('use std.energy', 'use std.|'), 'std.energy', 'std.market');
        includes(await complete('half_even)', '|)'), 'half_even', 'floor');
    },
    async 'completion of values, types and keywords where each can stand'() {
        const values = await complete('self.total += reading.volume', 'self.total += |');
        includes(values, 'reading', 'cost', 'volume', 'price', 'limit', 'twice', 'min', 'seller');
        excludes(values, 'Open', 'TooLate', 'action', 'kWh');
        const types = await complete('cost : Yuan', 'cost : |');
        includes(types, 'Energy', 'Reading', 'dec', 'list');
        excludes(types, 'limit', 'reading');
        includes(await complete('list<Reading, 4>', 'list<|, 4>'), 'Reading', 'kWh');
        const members = await complete('// Takes a reading.', '|');
        includes(members, 'action', 'view', 'after', 'invariant');
        excludes(members, 'let', 'goto', 'module');
        const statements = await complete('goto Full(day);', '|');
        includes(statements, 'let', 'goto', 'emit', 'reading');
        excludes(statements, 'action', 'contract');
    },
    async 'completion offers nothing in comments and for new names'() {
        assert.deepEqual(await complete('// Takes a reading.', '// Takes a |'), []);
        assert.deepEqual(await complete('let reading =', 'let r| ='), []);
        excludes(await complete('let cost : Yuan', 'let other = 1 > 0;\n        let cost : Yuan'), 'x');
    },
    async 'a local is offered behind its definition only'() {
        excludes(await complete('let reading = ', 'let reading = |'), 'reading', 'cost');
    },
    async 'signature help names the argument, by place and by name'() {
        await client.edit(METER, 'goto Full(day);', 'let x = Reading(now(), ;\n        goto Full(day);', ++version);
        let help = await client.ask(lsp.SignatureHelpRequest, METER, 'Reading(now(), ', { into: 15 });
        assert.equal(help.signatures[0].label, 'Reading(at : time, volume : Energy)');
        assert.equal(help.activeParameter, 1);
        assert.equal(help.signatures[0].parameters[1].label, 'volume : Energy');
        await client.edit(METER, 'Reading(now(), ;', 'clamp(1, 2;', ++version);
        help = await client.ask(lsp.SignatureHelpRequest, METER, 'clamp(1, 2', { into: 9 });
        assert.equal(help.signatures[0].label, 'clamp(x, low, high)');
        assert.equal(help.activeParameter, 1);
        await client.edit(METER, 'let x = clamp(1, 2;\n        ', '', ++version);
        help = await client.ask(lsp.SignatureHelpRequest, TEST, 'day: 3', { into: 5 });
        assert.equal(help.activeParameter, 1);
        assert.match(help.signatures[0].documentation.value, /called by seller or grid/);
        assert.equal(await client.ask(lsp.SignatureHelpRequest, METER, 'error TooLate'), null);
    },

    // --- names
    async 'a name is changed in every file, with versions of open ones'() {
        const prepared = await client.ask(lsp.PrepareRenameRequest, METER, 'twice');
        assert.equal(prepared.placeholder, 'twice');
        assert.equal(client.at(METER, prepared.range), 'twice');
        const { documentChanges } = await client.ask(lsp.RenameRequest, METER, 'twice', { newName: 'doubled' });
        const byUri = new Map(documentChanges.map((one) => [one.textDocument.uri, one]));
        assert.equal(byUri.size, 2);
        assert.equal(byUri.get(client.uri(METER)).edits.length, 2);
        assert.equal(byUri.get(client.uri(TEST)).edits.length, 1);
        assert.equal(byUri.get(client.uri(METER)).textDocument.version, version);
        for (const edit of byUri.get(client.uri(METER)).edits) {
            assert.equal(client.at(METER, edit.range), 'twice');
            assert.equal(edit.newText, 'doubled');
        }
    },
    async 'a parameter is changed where it is given by name, too'() {
        const { documentChanges } = await client.ask(lsp.RenameRequest, METER, 'day : int', { number: 1, newName: 'date_of' });
        const test = documentChanges.find((one) => one.textDocument.uri === client.uri(TEST));
        assert.equal(client.at(TEST, test.edits[0].range), 'day');
    },
    async 'names that cannot be, clash or belong to others are refused'() {
        const rename = (piece, newName, more = {}) =>
            client.ask(lsp.RenameRequest, METER, piece, { newName, ...more });
        await fails(rename('twice', 'action'), -32803, /keyword/);
        await fails(rename('twice', '2nd'), -32803, /letter/);
        await fails(rename('twice', 'limit'), -32803, /taken/);
        await fails(rename('reading = ', 'volume'), -32803, /taken/);
        await fails(rename('twice', 'min'), -32803, /language/);
        await fails(rename('Energy);', 'Work'), -32803, /module of the program/);
        await fails(client.ask(lsp.PrepareRenameRequest, METER, 'Energy);'), -32803, /module of the program/);
        await fails(client.ask(lsp.PrepareRenameRequest, METER, 'demo.meter'), -32803, /file/);
        assert.equal(await client.ask(lsp.PrepareRenameRequest, METER, 'action'), null);
    },

    // --- overview
    async 'the outline is a tree of what is declared'() {
        const tree = await client.about(lsp.DocumentSymbolRequest, METER);
        const contract = tree.find((one) => one.name === 'Meter');
        assert.equal(contract.kind, lsp.SymbolKind.Class);
        includes(contract.children.map((one) => one.name), 'seller', 'price', 'Open', 'total', 'take', 'close', 'sum_of');
        const take = contract.children.find((one) => one.name === 'take');
        assert.equal(take.detail, 'by seller or grid');
        assert.equal(client.at(METER, take.selectionRange), 'take');
        const full = contract.children.find((one) => one.name === 'Full');
        assert.deepEqual(full.children.map((one) => one.name), ['day']);
        assert(contract.children.some((one) => one.name.startsWith('after deployed')));
        excludes(tree.map((one) => one.name), 'take', 'reading', 'at');
    },
    async 'workspace symbols are found by their letters in order'() {
        const found = await client.connection.sendRequest(lsp.WorkspaceSymbolRequest.type, { query: 'tlt' });
        assert.deepEqual(found.map((one) => one.name), ['TooLate']);
        assert.equal(found[0].location.uri, client.uri(METER));
        const tests = await client.connection.sendRequest(lsp.WorkspaceSymbolRequest.type, { query: 'reading is' });
        assert.equal(tests[0].name, 'a reading is taken');
    },
    async 'blocks fold down to their last brace'() {
        const folds = await client.about(lsp.FoldingRangeRequest, METER);
        const line = (piece) => client.position(METER, client.index(METER, piece)).line;
        const contract = folds.find((one) => one.startLine === line('contract Meter'));
        assert.equal(contract.endLine, line('view sum_of'));
        assert(folds.some((one) => one.startLine === line('states {')));
    },
    async 'every word has its class, names by what they mean'() {
        const { data } = await client.about(lsp.SemanticTokensRequest, METER);
        const seen = new Map();
        let line = 0, character = 0;
        for (let i = 0; i < data.length; i += 5) {
            character = data[i] === 0 ? character + data[i + 1] : data[i + 1];
            line += data[i];
            const range = { start: { line, character }, end: { line, character: character + data[i + 2] } };
            seen.set(`${line}:${client.at(METER, range)}`, data[i + 3]);
        }
        const type = (piece, word, number = 0) =>
            seen.get(`${client.position(METER, client.index(METER, piece, number)).line}:${word}`);
        assert.equal(names[type('action take', 'action')], 'keyword');
        assert.equal(names[type('action take', 'take')], 'method');
        assert.equal(names[type('action take', 'volume')], 'parameter');
        assert.equal(names[type('self.total +=', 'total')], 'property');
        assert.equal(names[type('goto Full', 'Full')], 'enumMember');
        assert.equal(names[type('const limit', 'Energy')], 'type');
        assert.equal(names[type('const limit', '10.000 kWh')], 'number');
        assert.equal(names[type('// "𝄞" 分', '// "𝄞" 分')], 'comment');
        assert.equal(names[type('func twice', 'twice')], 'function');
    },
    async 'hints show types that are not written, and what is rounded to'() {
        const text = client.texts.get(METER);
        const hints = await client.about(lsp.InlayHintRequest, METER, {
            range: { start: { line: 0, character: 0 }, end: client.position(METER, text.length) },
        });
        assert.deepEqual(hints.map((one) => one.label), [' : Reading', '<money<CNY>>']);
        assert.deepEqual(hints[0].position, client.position(METER, client.index(METER, 'reading = ') + 7));
    },
    async 'lenses show what an action costs at most'() {
        const lenses = await client.about(lsp.CodeLensRequest, METER);
        assert.equal(lenses.length, 4); // take, close, after, sum_of
        for (const lens of lenses) assert.match(lens.command.title, /^at most \d+ gas$/);
    },
    async 'formatting brings the text into its canonical form, and leaves a broken one alone'() {
        const options = { options: { tabSize: 4, insertSpaces: true } };
        await client.edit(BROKEN, 'let rate : Price =', 'let   rate:Price=', 6);
        const edits = await client.about(lsp.DocumentFormattingRequest, BROKEN, options);
        assert.match(edits[0].newText, /\n    let rate : Price = 0\.40000 CNY\/kWh;\n/);
        await client.edit(BROKEN, 'let   rate:Price=', 'let = =', 7);
        await fails(client.about(lsp.DocumentFormattingRequest, BROKEN, options), -32803, /not formatted/);
    },

    // --- the end
    async 'a closed document has no diagnostics any more'() {
        await client.connection.sendNotification(lsp.DidCloseTextDocumentNotification.type, {
            textDocument: { uri: client.uri(BROKEN) },
        });
        await client.about(lsp.DocumentSymbolRequest, METER);
        assert.deepEqual(client.diagnostics.get(client.uri(BROKEN)).diagnostics, []);
    },
    async 'after shutdown only exit follows; the exit code is 0'() {
        assert.equal(await client.stop(), 0);
    },
    async 'places are bytes for a client that wants UTF-8'() {
        client = new Client('utf-8');
        assert.equal((await client.start(SOME)).capabilities.positionEncoding, 'utf-8');
        await client.open(METER);
        await client.edit(METER, '分', '分秒', 2);
        await client.edit(METER, 'emit Taken(cost', '/* 分 */ emit Taken(nothing', 3);
        const found = await client.published(METER, 3);
        assert(found.some((one) => client.at(METER, one.range).startsWith('/*')));
        assert.equal(await client.stop(), 0);
    },
    async 'exit without shutdown ends with 1'() {
        client = new Client('utf-16');
        await client.start();
        await client.connection.sendNotification(lsp.ExitNotification.type);
        assert.equal(await client.ended, 1);
    },
    async 'a file: uri of the client is given back as the client wrote it'() {
        client = new Client('utf-16');
        await client.start();
        const uri = pathToFileURL(client.root).href.replace('work%20space', 'work%20%73pace') + '/demo/meter.clause';
        const text = fs.readFileSync(path.join(client.root, METER), 'utf8');
        await client.connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
            textDocument: { uri, languageId: 'clause', version: 1, text },
        });
        client.texts.set(METER, text);
        const found = await client.connection.sendRequest(lsp.DefinitionRequest.type, {
            textDocument: { uri }, position: client.position(METER, client.index(METER, 'limit', 1)),
        });
        assert.equal(found.uri, uri);
        assert.equal(await client.stop(), 0);
    },
});
