// Sessions over every feature of the debug adapter, driven by the protocol's public test client.
'use strict';
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { DebugClient } = require('@vscode/debugadapter-testsupport');

const PROGRAM = process.argv[2];
const SOURCE = path.join(__dirname, 'market.clause');
const LINES = fs.readFileSync(SOURCE, 'utf8').split('\n');
const PASSES = { program: SOURCE, test: 'two days are settled' };
setTimeout(() => {
    console.error('the sessions take longer than two minutes');
    process.exit(1);
}, 120000).unref();

// The number of the line that holds this text; the n-th such line.
const line = (text, n = 1) => {
    const at = LINES.map((one, i) => (one.includes(text) ? i + 1 : 0)).filter((i) => i > 0);
    assert(at.length >= n, `no line holds ${text}`);
    return at[n - 1];
};

class Session extends DebugClient {
    constructor() {
        super(PROGRAM, 'dap', 'clause');
        this.defaultTimeout = 60000;
    }

    // Launches, sets breakpoints, lets it go; the body of the first `stopped`.
    async begin(launch, { lines = [], functions = [], data = [], filters = [] } = {}) {
        await this.start();
        const ready = this.waitForEvent('initialized');
        await this.initializeRequest();
        await this.launchRequest(launch);
        await ready;
        this.set = await this.setBreakpointsRequest(
            { source: { path: SOURCE }, breakpoints: lines.map((one) => (typeof one === 'number' ? { line: one } : one)) });
        this.named = await this.setFunctionBreakpointsRequest(
            { breakpoints: functions.map((name) => (typeof name === 'string' ? { name } : name)) });
        if (data.length > 0) {
            await this.send('setDataBreakpoints', { breakpoints: data.map((dataId) => ({ dataId })) });
        }
        await this.setExceptionBreakpointsRequest({ filters });
        const stopped = this.waitForEvent('stopped');
        await this.configurationDoneRequest();
        return (await stopped).body;
    }

    async go(request, more = {}) {
        const stopped = this.waitForEvent('stopped');
        await this.send(request, { threadId: 1, ...more });
        return (await stopped).body;
    }

    async top() {
        const { body } = await this.stackTraceRequest({ threadId: 1 });
        return body.stackFrames[0];
    }

    async names() {
        const { body } = await this.stackTraceRequest({ threadId: 1 });
        return body.stackFrames.map((frame) => frame.name);
    }

    async scope(name, frameId) {
        const id = frameId ?? (await this.top()).id;
        const { body } = await this.scopesRequest({ frameId: id });
        const found = body.scopes.find((scope) => scope.name === name);
        assert(found, `there is no scope ${name}: ${body.scopes.map((one) => one.name)}`);
        return this.children(found.variablesReference);
    }

    async children(variablesReference) {
        const { body } = await this.variablesRequest({ variablesReference });
        return Object.fromEntries(body.variables.map((one) => [one.name, one]));
    }

    async value(expression) {
        const frameId = (await this.top()).id;
        const { body } = await this.evaluateRequest({ expression, frameId });
        return body.result;
    }

    // All that can be seen at this place, as one text.
    async everything() {
        const { body } = await this.stackTraceRequest({ threadId: 1 });
        const seen = [body];
        for (const frame of body.stackFrames) {
            for (const scope of (await this.scopesRequest({ frameId: frame.id })).body.scopes) {
                seen.push(scope.name, await this.tree(scope.variablesReference));
            }
        }
        return JSON.stringify(seen);
    }

    async tree(variablesReference) {
        const { body } = await this.variablesRequest({ variablesReference });
        const rows = [];
        for (const one of body.variables) {
            const inner = one.variablesReference > 0 ? await this.tree(one.variablesReference) : [];
            rows.push([one.name, one.value, one.type, inner]);
        }
        return rows;
    }
}

const fails = (promise, text) => assert.rejects(promise, (error) => {
    assert.match(error.message, text);
    return true;
});

// What the adapter answers to bytes as they are; its exit code.
const raw = (bytes) => new Promise((done) => {
    const one = spawn(PROGRAM, ['dap'], { stdio: ['pipe', 'pipe', 'ignore'] });
    let out = '';
    one.stdout.on('data', (data) => { out += data; });
    one.stdin.on('error', () => {});
    one.on('close', (code) => done({ code, out }));
    one.stdin.end(bytes);
});
const framed = (body) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const steps = {
    async 'initialize says what it can do; nothing else goes before launch'() {
        const dc = new Session();
        await dc.start();
        const { body } = await dc.initializeRequest();
        for (const one of ['supportsStepBack', 'supportsConfigurationDoneRequest',
            'supportsFunctionBreakpoints', 'supportsDataBreakpoints', 'supportsExceptionInfoRequest',
            'supportsConditionalBreakpoints', 'supportsHitConditionalBreakpoints', 'supportsLogPoints']) {
            assert.equal(body[one], true, one);
        }
        assert.equal(body.exceptionBreakpointFilters[0].filter, 'failure');
        await fails(dc.threadsRequest(), /after `launch`/);
        await fails(dc.send('attach', {}), /nothing to attach/);
        await fails(dc.send('completions', {}), /not supported/);
        await fails(dc.launchRequest({}), /`program` is missing/);
        await fails(dc.launchRequest({ program: SOURCE }), /which test.*two days are settled/s);
        await fails(dc.launchRequest({ program: SOURCE, test: 'no such' }), /no test.*no such/);
        await fails(dc.launchRequest({ program: `${SOURCE}.no` }), /cannot be read/);
        await fails(dc.launchRequest({ program: SOURCE, test: 'two days', do: 'let x = ;' }), /E0\d\d\d/);
        await dc.stop();
    },

    async 'a test that passes runs to its end'() {
        const dc = new Session();
        await dc.start();
        const ready = dc.waitForEvent('initialized');
        await dc.initializeRequest();
        await dc.launchRequest(PASSES);
        await ready;
        const ended = Promise.all([dc.waitForEvent('exited'), dc.waitForEvent('terminated')]);
        await dc.configurationDoneRequest();
        assert.equal((await ended)[0].body.exitCode, 0);
        await fails(dc.stackTraceRequest({ threadId: 1 }), /stands still/);
        await dc.stop();
    },

    async 'conditions and counts choose among the times a line is passed'() {
        const dc = new Session();
        const head = line('action settle');
        await dc.begin(PASSES, { lines: [
            { line: head, condition: 'volume > 5 kWh' },
            { line: line('pay buyer'), condition: 'day == 1 && due >= 4.20 CNY', hitCondition: '1' },
            { line: line('self.total += volume'), hitCondition: '>= 2' },
            { line: head, condition: 'volume >' }, { line: head, condition: 'volume > 5' },
            { line: head, hitCondition: 'often' },
        ], functions: [{ name: 'Tariff.discount', condition: 'volume > 10.000 kWh' },
            { name: 'posting sun', hitCondition: '% 2' }] });
        const rows = dc.set.body.breakpoints;
        assert.deepEqual(rows.map((row) => row.verified), [true, true, true, false, false, false]);
        assert.match(rows[0].message, /2 of the 3 times/);
        assert.match(rows[3].message, /missing at character 9/);
        assert.match(rows[4].message, /`4.000 kWh` and `5` are not in the same unit/);
        assert.match(rows[5].message, /a number from 1 on/);
        assert.match(dc.named.body.breakpoints[1].message, /1 of the 2 times/);
        assert.equal((await dc.value('volume')), '12.000 kWh');
        const seen = [];
        for (let i = 0; i < 4; i++) {
            await dc.go('continue');
            seen.push((await dc.top()).line);
        }
        assert.deepEqual(seen, [line('func discount') + 1, line('self.total += volume'), line('pay buyer'), head]);
        assert.equal((await dc.value('volume')), '100.001 kWh');
        await dc.go('reverseContinue');
        assert.equal((await dc.top()).line, line('pay buyer'));
        await dc.stop();
    },

    async 'a message is written where it stands instead of stopping'() {
        const dc = new Session();
        const written = [];
        dc.on('output', (event) => written.push(event.body));
        await dc.begin(PASSES, { lines: [
            { line: line('pay buyer'), logMessage: 'day {day}: {due} of {nothing}, {' },
            { line: line('for day in'), logMessage: 'go', condition: 'true' },
            line('advance 24 h')] });
        const own = written.filter((one) => one.category === 'console');
        assert.deepEqual(own.map((one) => one.output.trimEnd()),
            ['go', 'day 0: 1.60 CNY of ?, {', 'day 1: 4.20 CNY of ?, {']);
        assert.equal(own[1].line, line('pay buyer'));
        await dc.go('reverseContinue');
        assert.equal(written.filter((one) => one.category === 'console').length, 3, 'not backwards');
        await dc.stop();
    },

    async 'a property is debugged at its smallest failing case'() {
        const dc = new Session();
        const written = [];
        dc.on('output', (event) => written.push(event.body.output));
        const stopped = await dc.begin({ program: SOURCE, property: 'at most ten', seed: 3 });
        assert.equal(stopped.reason, 'exception');
        assert.match(written[0], /run \d+ of --seed 3 fails; this is its smallest case/);
        assert.equal(await dc.value('volume'), '10.001 kWh');
        await dc.stop();
        const none = new Session();
        await none.start();
        await none.initializeRequest();
        await fails(none.launchRequest({ program: SOURCE, property: 'two days' }), /no property.*at most ten/s);
        await none.stop();
    },

    async 'breakpoints move to lines with statements, and are hit in order'() {
        const dc = new Session();
        const pay = line('pay buyer');
        const stopped = await dc.begin(PASSES, { lines: [pay, line('func discount') - 1, 9999] });
        const [first, moved, none] = dc.set.body.breakpoints;
        assert.deepEqual([first.verified, first.line], [true, pay]);
        assert.deepEqual([moved.verified, moved.line], [true, line('func discount') + 1]);
        assert.equal(none.verified, false);
        assert.equal(stopped.reason, 'breakpoint');
        assert.deepEqual(stopped.hitBreakpointIds, [moved.id]);
        assert.equal((await dc.top()).line, line('func discount') + 1);
        await dc.go('continue');
        const top = await dc.top();
        assert.equal(top.line, pay);
        assert.equal(top.source.path, fs.realpathSync(SOURCE));
        assert.equal(LINES[pay - 1].slice(top.column - 1, top.endColumn - 1), 'pay buyer -> seller : due;');
        await dc.stop();
    },

    async 'the stack goes through views; every frame has its values, with units'() {
        const dc = new Session();
        await dc.begin(PASSES, { lines: [line('return 0.05000')] });
        await dc.go('continue'); // of the second day
        assert.deepEqual(await dc.names(), ['discount in view Tariff.rate', 'view Tariff.rate',
            'Sale.settle', 'test "two days are settled"']);
        const { body } = await dc.stackTraceRequest({ threadId: 1, startFrame: 1, levels: 2 });
        assert.deepEqual(body.stackFrames.map((one) => one.name), ['view Tariff.rate', 'Sale.settle']);
        assert.equal(body.totalFrames, 4);
        assert.equal((await dc.scope('Locals', 1)).volume.value, '12.000 kWh');
        const given = await dc.scope('Arguments', 3);
        assert.deepEqual([given.day.value, given.volume.value], ['1', '12.000 kWh']);
        const stored = await dc.scope('Storage', 3);
        assert.equal(stored.total.value, '4.000 kWh');
        assert.equal(stored.total.type, 'dec<3,kWh>');
        assert.equal((await dc.children(stored.by_day.variablesReference))['[0]'].value, '4.000 kWh');
        assert.equal((await dc.scope('Terms', 2)).base.value, '0.40000 CNY/kWh');
        assert.equal((await dc.scope('Parties', 3)).seller.value, 'sun');
        assert.equal((await dc.scope('State', 3)).state.value, 'Open');
        const locals = await dc.scope('Locals', 4);
        assert.deepEqual([locals.day.value, locals.volume.value, locals.s.value],
            ['1', '12.000 kWh', 'Sale']);
        await dc.stop();
    },

    async 'money, gas and time'() {
        const dc = new Session();
        await dc.begin(PASSES, { lines: [line('send counter')] });
        const money = await dc.scope('Money');
        assert.equal((await dc.children(money.sun.variablesReference)).free.value, '1000001.60 CNY');
        const home = await dc.children(money.home.variablesReference);
        assert.deepEqual([home.free.value, home['in Sale'].value], ['999950.00 CNY', '48.40 CNY']);
        const call = await dc.scope('Call');
        assert.equal(call['block time'].value, '2026-01-01T00:00:00Z');
        assert(Number(call['gas used'].value) > 20000);
        await dc.stop();
    },

    async 'evaluate takes names, parts and keys'() {
        const dc = new Session();
        await dc.begin(PASSES, { lines: [line('send counter')] });
        assert.equal(await dc.value('due'), '1.60 CNY');
        assert.equal(await dc.value('self.by_day[0]'), '4.000 kWh');
        assert.equal(await dc.value('buyer'), 'home');
        for (const bad of ['nothing', 'due.x', 'self.by_day[7]', 'self', 'self.', '', '[', 'due[']) {
            await fails(dc.value(bad), /nothing here has this name/);
        }
        await dc.stop();
    },

    async 'steps go in, over, out, and the same way back'() {
        const dc = new Session();
        const rate = line('let price');
        await dc.begin(PASSES, { lines: [rate] });
        await dc.go('stepIn');
        assert.equal((await dc.top()).name, 'view Tariff.rate');
        await dc.go('stepIn');
        await dc.go('stepIn');
        assert.equal((await dc.top()).name, 'discount in view Tariff.rate');
        await dc.go('stepOut');
        assert.equal((await dc.top()).line, line('return base'));
        await dc.go('stepOut');
        assert.equal((await dc.top()).line, rate + 1);
        const after = await dc.everything();
        await dc.go('stepBack');
        assert.equal((await dc.top()).line, rate);
        await dc.go('next');
        assert.equal(await dc.everything(), after);
        await dc.go('stepBack', { granularity: 'instruction' });
        assert.equal((await dc.top()).line, line('return base'));
        await dc.go('stepIn');
        assert.equal(await dc.everything(), after);
        await dc.stop();
    },

    async 'back to the beginning and forward again: the same at every step'() {
        const dc = new Session();
        await dc.begin({ ...PASSES, stopOnEntry: true });
        const forward = [await dc.everything()];
        for (let i = 0; i < 40; i++) {
            await dc.go('stepIn');
            forward.push(await dc.everything());
        }
        assert.equal(new Set(forward).size, forward.length);
        for (let i = 40; i > 0; i--) {
            assert.equal(await dc.everything(), forward[i]);
            await dc.go('stepBack', { granularity: 'instruction' });
        }
        assert.equal(await dc.everything(), forward[0]);
        assert.equal((await dc.go('stepBack')).reason, 'entry');
        await dc.stop();
    },

    async 'the next posting to a party, forward and back'() {
        const dc = new Session();
        const stopped = await dc.begin(PASSES, { functions: ['posting sun'] });
        assert.equal(stopped.reason, 'data breakpoint');
        assert.equal((await dc.top()).line, line('pay buyer'));
        assert.equal(await dc.value('due'), '1.60 CNY');
        await dc.go('continue');
        assert.equal(await dc.value('due'), '4.20 CNY');
        assert.equal((await dc.go('reverseContinue')).reason, 'data breakpoint');
        assert.equal(await dc.value('due'), '1.60 CNY');
        assert.equal((await dc.go('reverseContinue')).reason, 'entry');
        await dc.stop();
    },

    async 'a party of the scope Money can be watched'() {
        const dc = new Session();
        await dc.begin({ ...PASSES, stopOnEntry: true });
        const info = await dc.send('dataBreakpointInfo', { variablesReference: 1, name: 'sun' });
        assert.equal(info.body.dataId, 'posting sun');
        assert.equal((await dc.send('dataBreakpointInfo', { name: 'due' })).body.dataId, null);
        const set = await dc.send('setDataBreakpoints', { breakpoints: [{ dataId: 'posting sun' }, { dataId: 'x' }] });
        assert.deepEqual(set.body.breakpoints.map((one) => one.verified), [true, false]);
        assert.equal((await dc.go('continue')).reason, 'data breakpoint');
        assert.equal((await dc.top()).line, line('pay buyer'));
        await dc.stop();
    },

    async 'functions by name, and calls that fail'() {
        const dc = new Session();
        const first = await dc.begin(PASSES, { functions: ['Tariff.count', 'rate', 'nothing'], filters: ['failure'] });
        assert.equal(first.reason, 'function breakpoint');
        assert.equal((await dc.top()).name, 'view Tariff.rate');
        await dc.go('continue');
        assert.deepEqual(await dc.names(), ['Tariff.count', 'test "two days are settled"']);
        await dc.setFunctionBreakpointsRequest({ breakpoints: [] });
        const failed = await dc.go('continue');
        assert.equal(failed.reason, 'exception');
        assert.equal((await dc.top()).line, line('requires volume'));
        assert.equal((await dc.send('exceptionInfo', { threadId: 1 })).body.exceptionId, 'call');
        await dc.stop();
    },

    async 'a test that fails stops where it fails, with both sides'() {
        const dc = new Session();
        const stopped = await dc.begin({ program: SOURCE, test: 'a wrong expectation' });
        assert.equal(stopped.reason, 'exception');
        assert.match(stopped.text, /left is 0.35000 CNY\/kWh, right is 0.40000 CNY\/kWh/);
        await dc.go('stepBack', { granularity: 'instruction' });
        assert.equal((await dc.top()).name, 'view Tariff.rate');
        const ended = dc.waitForEvent('exited');
        assert.equal((await dc.go('continue')).reason, 'exception');
        await dc.continueRequest({ threadId: 1 });
        assert.equal((await ended).body.exitCode, 4);
        await dc.stop();
    },

    async 'statements can be added; sources inside the program are given out'() {
        const dc = new Session();
        await dc.begin({ program: SOURCE, do: 'let t = Tariff.deploy(owner: grid, base: 1.00000 CNY/kWh); assert t.rate(1.000 kWh) == 1.00000 CNY/kWh', stopOnEntry: true });
        const top = await dc.top();
        assert.equal(top.line, LINES.length + 2);
        const { body } = await dc.send('loadedSources', {});
        assert(body.sources.some((one) => one.path === fs.realpathSync(SOURCE)));
        await fails(dc.send('source', { sourceReference: 9999 }), /no source/);
        const text = await dc.send('source', { sourceReference: 1 });
        assert(text.body.content.length > 100);
        await fails(dc.launchRequest(PASSES), /has a test already/);
        await dc.stop();
    },

    async 'what is out of place is answered, never obeyed'() {
        const dc = new Session();
        await dc.begin({ ...PASSES, stopOnEntry: true });
        for (const variablesReference of [0, 99999, -1, 'x', null, 1.5]) {
            await fails(dc.variablesRequest({ variablesReference }), /not of this stop/);
        }
        for (const frameId of [0, 99, -1, 'x', {}]) {
            await fails(dc.scopesRequest({ frameId }), /no frame/);
        }
        for (const wrong of [undefined, null, 7, 'x', [], { breakpoints: 7 }, { breakpoints: [7, null, {}] },
            { source: 7, breakpoints: [{ line: 'x' }, { line: -1 }, { line: 2 ** 40 }] }]) {
            for (const request of ['setBreakpoints', 'setFunctionBreakpoints', 'setDataBreakpoints',
                'setExceptionBreakpoints', 'stackTrace', 'dataBreakpointInfo']) {
                await dc.send(request, wrong);
            }
        }
        await fails(dc.configurationDoneRequest(), /runs already/);
        await dc.stop();
    },

    async 'any arguments of any request are answered, and it stands'() {
        const dc = new Session();
        await dc.begin({ ...PASSES, stopOnEntry: true });
        let state = 12345; // of a linear congruence: the same messages each time
        const below = (limit) => {
            state = (state * 1103515245 + 12345) % 2147483648;
            return Math.floor(state / 65536) % limit;
        };
        const words = ['source', 'path', 'breakpoints', 'line', 'name', 'frameId', 'variablesReference', 'start',
            'count', 'expression', 'dataId', 'filters', 'threadId', 'granularity', 'startFrame', 'levels',
            'sourceReference', 'failure', 'instruction', 'posting sun', 'self.by_day[0]', SOURCE, 'Sale.settle'];
        const value = (depth) => {
            switch (below(depth > 3 ? 5 : 7)) {
            case 0: return below(90) - 5;
            case 1: return null;
            case 2: return below(2) === 0;
            case 3: return words[below(words.length)];
            case 4: return below(1000) * 2 ** 33;
            case 5: return Array.from({ length: below(4) }, () => value(depth + 1));
            default: return Object.fromEntries(Array.from({ length: below(6) }, () => [words[below(words.length)], value(depth + 1)]));
            }
        };
        const requests = ['setBreakpoints', 'setFunctionBreakpoints', 'setDataBreakpoints', 'dataBreakpointInfo',
            'setExceptionBreakpoints', 'threads', 'source', 'loadedSources', 'pause', 'stackTrace', 'scopes',
            'variables', 'evaluate', 'exceptionInfo', 'stepBack', 'reverseContinue', 'stepIn', 'next', 'stepOut',
            'configurationDone', 'initialize', 'launch', 'attach', 'restart'];
        let answered = 0;
        for (let i = 0; i < 1500; i++) {
            await dc.send(requests[below(requests.length)], value(0)).then(() => answered++, () => answered++);
        }
        assert.equal(answered, 1500);
        await dc.stop();
    },

    async 'streams that are no protocol end it, and orderly ones do not'() {
        for (const bytes of ['x', '\r\n\r\n', 'Content-Length: 9999999999\r\n\r\n', 'Content-Length: -1\r\n\r\n{}',
            `Content-Length: 4\n\n{}`, 'y'.repeat(100000)]) {
            assert.equal((await raw(bytes)).code, 1, bytes.slice(0, 40));
        }
        for (const body of ['', '{', '[]', '7', '{"type":"request"}', '{"type":7,"command":[]}',
            '{"type":"event","command":"initialize","seq":1}', '['.repeat(100000), '\u0000']) {
            assert.equal((await raw(framed(body) + framed('{"seq":2,"type":"request","command":"disconnect"}'))).code, 0, body.slice(0, 40));
        }
        // A whole session; under the sanitizers its end also shows that nothing was lost.
        const whole = [['initialize', {}], ['launch', { ...PASSES, stopOnEntry: true }],
            ['setBreakpoints', { source: { path: SOURCE }, breakpoints: [{ line: line('pay buyer') }, { line: 'x' }] }],
            ['setFunctionBreakpoints', { breakpoints: [{ name: 'rate' }, { name: 'posting x' }] }],
            ['setExceptionBreakpoints', { filters: [] }], ['configurationDone', {}], ['continue', {}],
            ['stackTrace', {}], ['scopes', { frameId: 1 }], ['variables', { variablesReference: 1 }],
            ['evaluate', { expression: 'volume' }], ['evaluate', { expression: 7 }], ['loadedSources', {}],
            ['source', { sourceReference: 1 }], ['exceptionInfo', {}], ['reverseContinue', {}], ['terminate', {}],
            ['disconnect', {}]].map(([command, args], i) =>
            framed(JSON.stringify({ seq: i + 1, type: 'request', command, arguments: args })));
        assert.equal((await raw(whole.join(''))).code, 0);
        const { out } = await raw(framed('{"seq":"x","type":"request","command":"initialize","arguments":7}'));
        assert.match(out, /"success":true/);
    },
};

(async () => {
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
})();
