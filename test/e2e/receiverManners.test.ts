import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import tls from 'node:tls';
import type { Locator } from 'playwright-core';
import { openTracesView, receiverPort } from '../support/mainJob.ts';
import { newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { startTestEngine } from '../support/testEngine.ts';
import { startWorkbench, type TestWindow, type TestWorkbench } from '../support/workbench.ts';
import { eventually } from '../support/eventually.ts';

const WITH_OPENTELEMETRY = { 'requirements.txt': 'opentelemetry-sdk==1.38.0\n' };
const WITHOUT = { 'requirements.txt': 'requests==2.32.0\n' };
const WITH_COLLECTOR = { 'compose.yaml': 'services:\n  collector:\n    ports:\n      - "4318:4318"\n' };
const policy = (autostart: string): Record<string, string> => ({
  '.vscode/settings.json': JSON.stringify({ 'spanline.receiver.autostart': autostart }),
});

/** Takes a port of the loopback interface, 0 for any free one; rejects when it is taken. */
async function hold(port: number): Promise<net.Server> {
  const server = net.createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const portOf = (server: net.Server): number => (server.address() as net.AddressInfo).port;

async function release(server: net.Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

/** A program that holds a port: Node by the name of `file`, as user `uid`. */
async function holdAs(file: string, uid?: number): Promise<{ readonly port: number; end(): void }> {
  if (!existsSync(file)) symlinkSync(process.execPath, file);
  const program = `require('node:net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port); })`;
  const child = spawn(file, ['-e', program], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid !== undefined && { uid }),
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(said.toString()), end: () => child.kill() };
}

async function isFree(port: number): Promise<boolean> {
  return hold(port).then(
    async (server) => {
      await release(server);
      return true;
    },
    () => false,
  );
}

const isSpanline = (port: number): Promise<void> =>
  eventually(async () => assert.equal((await fetch(`http://127.0.0.1:${port}/`)).headers.get('server'), 'Spanline'));

const notification = (window: TestWindow, text: string): Locator =>
  window.page.locator('.notification-list-item', { hasText: text }).first();

describe('the manners of the receiver', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'spanline-manners-'));
  let code: TestWorkbench;
  /** On a folder that names no OpenTelemetry, under `auto`. */
  let window: TestWindow;

  before(async () => {
    code = await startWorkbench();
    setMachine({ 'spanline.receiver.httpPort': 0, 'spanline.receiver.grpcPort': 0 });
    window = await code.open(folderOf({ ...WITHOUT, ...policy('auto') }));
    await window.statusItem.waitFor();
  });
  after(async () => {
    await code.stop();
    rmSync(root, { recursive: true, force: true });
  });

  /** A new folder with these files, by their names. */
  function folderOf(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(path.join(root, 'w-'));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    return folder;
  }

  /** Settings of machine scope: a receiver that runs is started anew with them, one that does not with the next window. */
  function setMachine(settings: Readonly<Record<string, unknown>>): void {
    writeFileSync(path.join(code.workbench.dir, 'user/Machine/settings.json'), JSON.stringify(settings));
  }

  /** Has the running receiver take ports that somebody holds, and asks by `Start Receiver` what to do. */
  async function startOnTaken(httpPort: number, grpcPort: number): Promise<void> {
    setMachine({ 'spanline.receiver.httpPort': httpPort, 'spanline.receiver.grpcPort': grpcPort });
    await window.statusItem.filter({ hasText: 'port taken' }).waitFor();
    await window.command('Spanline: Start Receiver');
    await window.command('Notifications: Show Notifications');
  }

  /** Moves the running receiver to ports that nobody else has, and answers that of HTTP. Its messages so far are gone. */
  async function moveAway(): Promise<number> {
    const [http, grpc] = [await hold(0), await hold(0)];
    const [port, grpcPort] = [portOf(http), portOf(grpc)];
    await Promise.all([release(http), release(grpc)]);
    setMachine({ 'spanline.receiver.httpPort': port, 'spanline.receiver.grpcPort': grpcPort });
    await isSpanline(port);
    await window.command('Notifications: Clear All Notifications');
    return port;
  }

  /** The status item names a port that is not the one of the settings. */
  const listensBeside = (): Promise<void> => window.statusItem.filter({ hasText: ':14318' }).waitFor();

  it('start by themselves as the policy says', async () => {
    const never = await code.open(folderOf({ ...WITH_OPENTELEMETRY, ...policy('never') }));
    await never.statusItem.waitFor();
    await openTracesView(never);
    await never.page.locator('.pane-body', { hasText: 'The receiver is stopped' }).waitFor();
    await eventually(async () => assert.equal((await never.statusItem.innerText()).trim(), 'Spanline'));
    assert.equal((await window.statusItem.innerText()).trim(), 'Spanline');
    await never.close();

    await window.page.bringToFront();
    await openTracesView(window);
    assert.ok((await receiverPort(window)) > 0, 'opening the view starts it under auto');
  });

  it('name who holds a port, and do what is chosen', async () => {
    const holder = await hold(0);
    const free = await hold(0);
    const [port, grpcPort] = [portOf(holder), portOf(free)];
    await release(free);
    const question = `port ${port}: `;
    await startOnTaken(port, grpcPort);
    await notification(window, question).waitFor();
    const text = await notification(window, question).innerText();
    assert.match(text, /The OTLP ports are taken/);
    assert.match(text, new RegExp(`\\(pid ${process.pid}\\)`));
    await notification(window, question).getByText('Leave Stopped').click();
    await eventually(async () => assert.equal((await window.statusItem.innerText()).trim(), 'Spanline'));

    await window.command('Spanline: Start Receiver');
    await window.command('Notifications: Show Notifications');
    await notification(window, question).waitFor();
    await release(holder);
    await notification(window, question).getByText('Retry').click();
    await window.statusItem.filter({ hasText: '0 traces' }).waitFor();
    await isSpanline(port);

    const second = await code.open(folderOf(WITHOUT));
    await second.statusItem.waitFor();
    await second.command('Spanline: Start Receiver');
    // Shared with the first, not taken by it.
    await second.statusItem.filter({ hasText: '0 traces' }).waitFor();
    await second.close();
    await window.page.bringToFront();
  });

  it('tell a Spanline of another VS Code from a foreign program', async (t) => {
    if (!((await isFree(14317)) && (await isFree(14318)))) {
      t.skip('ports 14317 and 14318 are held by another program');
      return;
    }
    const other = await startTestEngine();
    try {
      await startOnTaken(other.httpPort, other.grpcPort);
      const ours = notification(window, 'Another Spanline receives already');
      await ours.getByText('Use Another Port').click();
      await listensBeside();
      await window.command('Notifications: Show Notifications');
      await notification(window, 'OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:14318').waitFor();
    } finally {
      await other.stop();
      await moveAway();
    }
  });

  it('offer a Collector that holds a port to send a second copy here', async (t) => {
    if (process.platform !== 'linux' || !((await isFree(14317)) && (await isFree(14318)))) {
      t.skip('needs /proc, and ports 14317 and 14318 free');
      return;
    }
    const collector = await holdAs(path.join(root, 'otelcol-contrib'));
    try {
      await startOnTaken(collector.port, collector.port);
      const taken = notification(window, 'otelcol-contrib (pid');
      await taken.getByText('Copy for Collector').click();
      await listensBeside();
      await window.command('Notifications: Show Notifications');
      await notification(window, 'make the Collector send a second copy').waitFor();
    } finally {
      collector.end();
      await moveAway();
    }
  });

  it('take free ports where another user of the machine has the usual ones, and say which', async (t) => {
    if (process.getuid?.() !== 0 || !((await isFree(14317)) && (await isFree(14318)))) {
      t.skip('only root can start a program as somebody else; ports 14317 and 14318 must be free');
      return;
    }
    const other = await holdAs(process.execPath, 65_534);
    try {
      setMachine({ 'spanline.receiver.httpPort': other.port, 'spanline.receiver.grpcPort': other.port });
      await listensBeside();
      await window.command('Notifications: Show Notifications');
      const said = notification(window, 'taken by another user of this machine');
      await said.waitFor();
      await eventually(async () =>
        assert.match(await said.innerText(), /of nobody.*so Spanline receives on 14318 and 14317/),
      );
    } finally {
      other.end();
      await moveAway();
    }
  });

  it('say what to do about TLS, and how many things are held, in the hover of the status item', async () => {
    const port = await moveAway();
    await postTraces(`http://127.0.0.1:${port}`, traceJson(newTraceId(), 'fixture', [{ name: 'one' }]));
    const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    await once(socket, 'error');
    await window.statusItem.filter({ hasText: '1 trace' }).waitFor();
    const hover = window.page.locator('.workbench-hover', { hasText: `TLS was sent to port ${port}` });
    await window.hover(window.statusItem, hover);
    const text = (await hover.innerText()).replaceAll('\u00a0', ' ');
    assert.match(text, /1 traces?, 1 spans?, 0 log records held/);
    assert.match(text, /Use an http:\/\/ endpoint/);
    assert.match(text, new RegExp(`pid ${process.pid}`));
    await window.page.mouse.move(400, 300);
    await window.command('Spanline: Show Log');
    await window.page.locator('.output-view, .panel', { hasText: 'TLS was sent' }).first().waitFor();
    await window.command('View: Hide Panel');
  });

  it('leave the OTLP ports to a compose file that publishes them', async (t) => {
    if (!((await isFree(14317)) && (await isFree(14318)))) {
      t.skip('ports 14317 and 14318 are held by another program');
      return;
    }
    // Receivers of two windows are one: the first has to go.
    await window.close();
    setMachine({ 'spanline.receiver.httpPort': 4318, 'spanline.receiver.grpcPort': 4317 });
    await code.withWindow(
      'compose',
      async (composed) => {
        // It starts by itself in a workspace that names OpenTelemetry.
        assert.equal(await receiverPort(composed), 14318);
        await composed.command('Notifications: Show Notifications');
        await notification(composed, 'Spanline receives on 14318 and 14317').waitFor();
      },
      folderOf({ ...WITH_COLLECTOR, ...WITH_OPENTELEMETRY, ...policy('auto') }),
    );
  });
});
