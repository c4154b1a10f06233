// What flooding the engine costs the extension host's thread in a real VS Code, which Spanline shares with every other
// extension: loop delay p99 ≤ 10 ms and ≤ 3 % of the thread's CPU (design budgets), with the tree and a panel open. A probe
// extension measures its thread, once while nothing arrives and then while another process sends batches of 512 spans over
// four connections as fast as they are answered. CPU is judged after what the idle host took; the median round counts.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, watch } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { openTracesView, receiverPort } from '../support/mainJob.ts';
import { newSpanId, newTraceId, postTraces, traceJson } from '../support/otlpJson.ts';
import { FIXTURE_WORKSPACE, startWorkbench, TestWindow } from '../support/workbench.ts';
import type { RunCommand } from './httpBenchLoad.ts';

const BATCHES = 200;
const CONNECTIONS = 4;
const ROUNDS = 5;
const ROUND_MS = 4000;

interface Sample {
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly cpuMs: number;
  readonly wallMs: number;
}

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'spanline-probe-'));
const portFile = path.join(folder, 'port');
const loadFile = path.join(root, 'out/bench/httpBenchLoad.mjs');
buildSync({
  bundle: true,
  platform: 'node',
  target: 'node22',
  logLevel: 'warning',
  entryPoints: [path.join(import.meta.dirname, 'httpBenchLoad.ts')],
  format: 'esm',
  external: ['protobufjs'],
  outfile: loadFile,
});

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

async function probePort(): Promise<string> {
  const written = new Promise<void>((resolve) => {
    const watcher = watch(folder, () => {
      watcher.close();
      resolve();
    });
  });
  try {
    return readFileSync(portFile, 'utf8');
  } catch {
    await written;
    return probePort();
  }
}

function report(name: string, value: number, unit: string, budget: number, detail: string): void {
  const rounded = Number(value.toFixed(1));
  console.log(
    JSON.stringify({ name, value: rounded, unit, budget: `≤ ${String(budget)} ${unit}`, ok: value <= budget, detail }),
  );
}

const code = await startWorkbench({
  // VS Code loads one extension under development at a time: that is the probe.
  vsix: [path.join(root, 'out/spanline.vsix')],
  settings: { 'spanline.receiver.autostart': 'always' },
  env: { SPANLINE_BENCH_PROBE: portFile },
});
try {
  const page = await code.workbench.open(FIXTURE_WORKSPACE, {
    extensions: [path.join(import.meta.dirname, 'hostProbe')],
  });
  const window = new TestWindow(page, () => Promise.resolve());
  const port = await receiverPort(window);
  await openTracesView(window);
  const span = { name: 'open while flooded', spanId: newSpanId(), startMs: Date.now(), durationMs: 10 };
  await postTraces(`http://127.0.0.1:${String(port)}`, traceJson(newTraceId(), 'bench', [span]));
  await window.page.locator('.pane-body .monaco-list-row', { hasText: 'open while flooded' }).click();
  await window.webview().locator('.wf-row').first().waitFor();

  const probe = `http://127.0.0.1:${await probePort()}`;
  const sample = async (): Promise<Sample> => (await (await fetch(probe)).json()) as Sample;
  const rounds = async (): Promise<readonly Sample[]> => {
    const samples: Sample[] = [];
    await sample();
    for (let round = 0; round < ROUNDS; round++) {
      await setTimeout(ROUND_MS);
      samples.push(await sample());
    }
    return samples;
  };
  const idle = await rounds();

  const load = fork(loadFile, [String(BATCHES), String(CONNECTIONS)]);
  await once(load, 'message');
  let flooding = true;
  let batches = 0;
  const flood = async (): Promise<void> => {
    while (flooding) {
      const answered = once(load, 'message');
      load.send({ port, compressed: false, repeat: 1 } satisfies RunCommand);
      const [{ failed }] = (await answered) as [{ failed?: string }];
      if (failed !== undefined) throw new Error(failed);
      batches += BATCHES;
    }
  };
  const flooded = flood();
  const from = performance.now();
  const busy = await rounds();
  const rate = batches / ((performance.now() - from) / 1000);
  flooding = false;
  await flooded;
  load.disconnect();

  const share = (samples: readonly Sample[]): number => 100 * median(samples.map((each) => each.cpuMs / each.wallMs));
  const delays = (samples: readonly Sample[]): string => samples.map((each) => each.delayP99Ms.toFixed(1)).join(' ');
  report(
    'loop delay of the extension host while flooded, p99',
    median(busy.map((each) => each.delayP99Ms)),
    'ms',
    10,
    `rounds ${delays(busy)}, idle ${delays(idle)}; longest ${Math.max(...busy.map((each) => each.delayMaxMs)).toFixed(0)} ms; ` +
      `${String(Math.round(rate))} batches/s, ${String(availableParallelism())} cores`,
  );
  report(
    'CPU of the extension host’s thread while flooded',
    share(busy) - share(idle),
    '%',
    3,
    `${share(busy).toFixed(1)} % flooded, ${share(idle).toFixed(1)} % idle`,
  );
} finally {
  await code.stop();
  rmSync(folder, { recursive: true, force: true });
}
