// The VS Code extension with the editor played by this file: it starts the program that the setting
// names, says what to do when there is none, and stops what it started.
'use strict';
const assert = require('node:assert/strict');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const FOLDER = path.join(process.argv[2], 'compiler/editor/vscode');
const started = [];
const messages = [];
const commands = new Map();
const debug = {};
let setting = '/opt/wattclause';
let picked; // of the titles that are offered
let offered;
let editor;

class LanguageClient {
    constructor(id, name, server, options) {
        Object.assign(this, { id, name, server, options, running: false });
        started.push(this);
    }

    async start() {
        if (this.server.command === 'missing') throw new Error('ENOENT');
        this.running = true;
    }

    async stop() { this.running = false; }
}

const stubs = {
    vscode: {
        workspace: {
            getConfiguration: (section) => ({ get: (key) => (section === 'clause' && key === 'program' ? setting : undefined) }),
            createFileSystemWatcher: (pattern) => ({ pattern }),
        },
        window: {
            showErrorMessage: async (text) => { messages.push(text); },
            showQuickPick: async (titles) => { offered = titles; return picked; },
            get activeTextEditor() { return editor; },
        },
        debug: {
            registerDebugConfigurationProvider: (type, provider) => { debug.configurations = [type, provider]; return { dispose() {} }; },
            registerDebugAdapterDescriptorFactory: (type, factory) => { debug.adapters = [type, factory]; return { dispose() {} }; },
        },
        DebugAdapterExecutable: class { constructor(command, args) { Object.assign(this, { command, args }); } },
        commands: { registerCommand: (name, run) => { commands.set(name, run); return { dispose() {} }; } },
    },
    'vscode-languageclient/node': { LanguageClient },
};
const load = Module._load;
Module._load = (request, ...rest) => stubs[request] ?? load(request, ...rest);

async function main() {
    const manifest = JSON.parse(fs.readFileSync(path.join(FOLDER, 'package.json'), 'utf8'));
    const extension = require(path.join(FOLDER, manifest.main));
    const context = { subscriptions: [] };
    await extension.activate(context);
    assert.deepEqual(started[0].server, { command: '/opt/wattclause', args: ['lsp'] });
    assert.deepEqual(started[0].options.documentSelector, [{ language: 'clause' }]);
    assert.equal(context.subscriptions.length, 3);

    setting = 'missing';
    await commands.get('clause.restart')();
    assert.equal(started[0].running, false);
    assert.match(messages[0], /cannot start `missing lsp`.*clause\.program/);
    setting = '/opt/other';
    await commands.get('clause.restart')();
    assert.equal(started[2].running, true);
    await extension.deactivate();
    assert.equal(started[2].running, false);

    // Debugging: the adapter is the program; without a configuration the open file's test is asked.
    const [type, provider] = debug.configurations;
    assert.deepEqual([type, debug.adapters[0]], ['clause', 'clause']);
    assert.deepEqual({ ...debug.adapters[1].createDebugAdapterDescriptor() }, { command: '/opt/other', args: ['dap'] });
    const given = { type: 'clause', request: 'launch', name: 'x', program: 'y' };
    assert.equal(await provider.resolveDebugConfiguration(undefined, given), given);
    assert.equal(await provider.resolveDebugConfiguration(undefined, {}), undefined);
    const open = (text) => { editor = { document: { languageId: 'clause', fileName: '/w/a.clause', getText: () => text } }; };
    open('module a;\ntest "one" {\n}\n');
    assert.deepEqual(await provider.resolveDebugConfiguration(undefined, {}),
        { type: 'clause', request: 'launch', name: 'one', program: '/w/a.clause', test: 'one', stopOnEntry: true });
    open('test "one" {\n}\ntest "two" {\n}\n');
    picked = 'two';
    assert.equal((await provider.resolveDebugConfiguration(undefined, {})).test, 'two');
    assert.deepEqual(offered, ['one', 'two']);
    picked = undefined;
    assert.equal(await provider.resolveDebugConfiguration(undefined, {}), undefined);

    // What the manifest names is there and belongs together.
    const [language] = manifest.contributes.languages;
    const [grammar] = manifest.contributes.grammars;
    assert.equal(language.id, grammar.language);
    assert.deepEqual(language.extensions, ['.clause']);
    JSON.parse(fs.readFileSync(path.join(FOLDER, language.configuration), 'utf8'));
    const rules = JSON.parse(fs.readFileSync(path.join(FOLDER, grammar.path), 'utf8'));
    assert.equal(rules.scopeName, grammar.scopeName);
    for (const command of manifest.contributes.commands) assert(commands.has(command.command));
    assert(manifest.contributes.configuration.properties['clause.program']);
    const [debuggerEntry] = manifest.contributes.debuggers;
    assert.deepEqual([debuggerEntry.type, debuggerEntry.languages], ['clause', ['clause']]);
    assert.deepEqual(manifest.contributes.breakpoints, [{ language: 'clause' }]);
    assert.deepEqual(Object.keys(debuggerEntry.configurationAttributes.launch.properties), ['program', 'test', 'do', 'property', 'seed', 'stopOnEntry']);
    console.log('the extension starts and stops the language server, and finds the debug adapter');
}

main().then(() => process.exit(0), (error) => {
    console.error(error);
    process.exit(1);
});
