// Starts `wattclause lsp` for Clause files. Everything else is the language server's.
'use strict';
const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

async function start() {
    const command = vscode.workspace.getConfiguration('clause').get('program', 'wattclause');
    client = new LanguageClient('clause', 'Clause', { command, args: ['lsp'] }, {
        documentSelector: [{ language: 'clause' }],
        synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/*.clause') },
    });
    try {
        await client.start();
    } catch (error) {
        client = undefined;
        void vscode.window.showErrorMessage(
            `Clause: cannot start \`${command} lsp\` (${error.message}). ` +
            'Install wattclause, or say where it is in the setting clause.program.');
    }
}

async function stop() {
    const running = client;
    client = undefined;
    await running?.stop();
}

async function activate(context) {
    context.subscriptions.push(vscode.commands.registerCommand('clause.restart', async () => {
        await stop();
        await start();
    }));
    await start();
}

module.exports = { activate, deactivate: stop };
