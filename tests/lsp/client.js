// A public client of the language server: the protocol's own library, on a server process, with a
// copy of workspace/ in a temporary folder. Positions are worked out here, by JavaScript's own UTF-16.
'use strict';
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const lsp = require('vscode-languageserver-protocol/node');

const PROGRAM = process.argv[2];
const DEADLINE = 60000; // of everything; the server answers in milliseconds
setTimeout(() => {
    console.error('the session takes longer than a minute');
    process.exit(1);
}, DEADLINE).unref();

class Client {
    constructor(encoding) {
        this.encoding = encoding;
        this.home = fs.mkdtempSync(path.join(os.tmpdir(), 'wattclause-lsp-'));
        this.root = path.join(this.home, 'work space');
        fs.cpSync(path.join(__dirname, 'workspace'), this.root, { recursive: true });
        this.texts = new Map();
        this.diagnostics = new Map();
        this.waiting = [];
        this.process = spawn(PROGRAM, ['lsp'], {
            stdio: ['pipe', 'pipe', 'inherit'],
            env: { ...process.env, XDG_CACHE_HOME: path.join(this.home, 'cache') },
        });
        this.ended = new Promise((done) => this.process.on('exit', done));
        this.connection = lsp.createProtocolConnection(
            new lsp.StreamMessageReader(this.process.stdout),
            new lsp.StreamMessageWriter(this.process.stdin));
        this.connection.onNotification(lsp.PublishDiagnosticsNotification.type, (found) => {
            this.diagnostics.set(found.uri, found);
            for (const wake of this.waiting.splice(0)) wake();
        });
        this.connection.listen();
    }

    async start(capabilities = {}) {
        const answer = await this.connection.sendRequest(lsp.InitializeRequest.type, {
            processId: process.pid,
            rootUri: pathToFileURL(this.root).href,
            workspaceFolders: null,
            capabilities: { general: { positionEncodings: [this.encoding, 'utf-16'] }, ...capabilities },
        });
        await this.connection.sendNotification(lsp.InitializedNotification.type, {});
        return answer;
    }

    async stop() {
        assert.equal(await this.connection.sendRequest(lsp.ShutdownRequest.type), null);
        await this.connection.sendNotification(lsp.ExitNotification.type);
        const code = await this.ended;
        this.connection.dispose();
        fs.rmSync(this.home, { recursive: true });
        return code;
    }

    uri(name) { return pathToFileURL(path.join(this.root, name)).href; }

    async open(name, text = fs.readFileSync(path.join(this.root, name), 'utf8')) {
        this.texts.set(name, text);
        await this.connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
            textDocument: { uri: this.uri(name), languageId: 'clause', version: 1, text },
        });
    }

    // Replaces a piece of the text by an incremental change.
    async edit(name, piece, by, version, number = 0) {
        const text = this.texts.get(name);
        const at = this.index(name, piece, number);
        const range = { start: this.position(name, at), end: this.position(name, at + piece.length) };
        this.texts.set(name, text.slice(0, at) + by + text.slice(at + piece.length));
        await this.connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
            textDocument: { uri: this.uri(name), version }, contentChanges: [{ range, text: by }],
        });
    }

    // Sends the whole text again.
    async replace(name, text, version) {
        this.texts.set(name, text);
        await this.connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
            textDocument: { uri: this.uri(name), version }, contentChanges: [{ text }],
        });
    }

    // The diagnostics of that version of a document, when they come.
    async published(name, version) {
        for (;;) {
            const found = this.diagnostics.get(this.uri(name));
            if (found !== undefined && found.version === version) return found.diagnostics;
            await new Promise((wake) => this.waiting.push(wake));
        }
    }

    index(name, piece, number = 0) {
        let at = -1;
        for (let i = 0; i <= number; i++) {
            at = this.texts.get(name).indexOf(piece, at + 1);
            assert.notEqual(at, -1, `${name} has no ${piece}`);
        }
        return at;
    }

    units(text) { return this.encoding === 'utf-8' ? Buffer.byteLength(text) : text.length; }

    position(name, at) {
        const before = this.texts.get(name).slice(0, at).split('\n');
        return { line: before.length - 1, character: this.units(before.at(-1)) };
    }

    // What stands at a range.
    at(name, range) {
        const lines = this.texts.get(name).split('\n');
        const offset = (place) => {
            const line = lines[place.line];
            for (let i = 0; i <= line.length; i++) {
                if (this.units(line.slice(0, i)) === place.character) {
                    return lines.slice(0, place.line).reduce((sum, one) => sum + one.length + 1, 0) + i;
                }
            }
            return assert.fail(`${JSON.stringify(place)} lies inside a character`);
        };
        return this.texts.get(name).slice(offset(range.start), offset(range.end));
    }

    // A request about the place `into` characters inside a piece of the text.
    ask(request, name, piece, { number = 0, into = 0, ...more } = {}) {
        const position = this.position(name, this.index(name, piece, number) + into);
        const textDocument = { uri: this.uri(name) };
        return this.connection.sendRequest(request.type, { textDocument, position, ...more });
    }

    about(request, name, more = {}) {
        return this.connection.sendRequest(request.type, { textDocument: { uri: this.uri(name) }, ...more });
    }
}

// Runs the steps in their order; each has a sentence for a name.
async function run(steps) {
    for (const [name, step] of Object.entries(steps)) {
        try {
            await step();
            console.log(`ok      ${name}`);
        } catch (error) {
            console.log(`FAILED  ${name}\n${error.stack}`);
            process.exit(1);
        }
    }
    console.log(`${Object.keys(steps).length} passed`);
    process.exit(0);
}

module.exports = { Client, lsp, run, assert };
