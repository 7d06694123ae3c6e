// Starts `wattclause lsp` for Clause files and `wattclause dap` for their tests. Everything else is
// theirs.
'use strict';
const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

const program = () => vscode.workspace.getConfiguration('clause').get('program', 'wattclause');

// F5 without a launch.json: the file that is open; which test, when there are several, is asked.
const configurations = {
    async resolveDebugConfiguration(folder, configuration) {
        if (configuration.type !== undefined) return configuration;
        const editor = vscode.window.activeTextEditor;
        if (editor === undefined || editor.document.languageId !== 'clause') return undefined;
        const titles = [...editor.document.getText().matchAll(/^test "((?:[^"\\]|\\.)*)"/gm)]
            .map((match) => match[1]);
        const test = titles.length > 1
            ? await vscode.window.showQuickPick(titles, { title: 'Which test?' })
            : titles[0];
        if (test === undefined) return undefined;
        return {
            type: 'clause', request: 'launch', name: test, program: editor.document.fileName, test,
            stopOnEntry: true,
        };
    },
};

const adapters = {
    createDebugAdapterDescriptor() {
        return new vscode.DebugAdapterExecutable(program(), ['dap']);
    },
};

async function start() {
    const command = program();
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
    context.subscriptions.push(
        vscode.debug.registerDebugConfigurationProvider('clause', configurations),
        vscode.debug.registerDebugAdapterDescriptorFactory('clause', adapters));
    await start();
}

module.exports = { activate, deactivate: stop };
