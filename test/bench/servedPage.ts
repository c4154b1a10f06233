import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../browser/support/launchChromium.ts';
import { linesOf, startSpanline } from '../cli/support/runSpanline.ts';
import { recordsItself } from './uiRecorder.ts';

/** The panel in Chromium (software rendering) over an engine in another process, `spanline serve`. */
export interface ServedPage {
  /** Sends an `ExportTraceServiceRequest` as an exporter does: again after a while when asked to. */
  post(body: Uint8Array<ArrayBuffer>): Promise<void>;
  /** A page that records itself, 1400 by 900 pixels. */
  open(): Promise<Page>;
  stop(): Promise<void>;
}

interface Ready {
  readonly http: string;
  readonly page: string;
}

export async function servePage(): Promise<ServedPage> {
  const storage = mkdtempSync(path.join(tmpdir(), 'spanline-ui-'));
  const served = startSpanline(['serve', '--http', '0', '--grpc', '0', '--storage', storage]);
  served.stderr.resume();
  const ready = JSON.parse((await linesOf(served).next()).value as string) as Ready;
  const browser = await launchChromium({
    // The scrollbar is dragged.
    ignoreDefaultArgs: ['--hide-scrollbars'],
  });
  return {
    post: async (body) => {
      for (;;) {
        const response = await fetch(`${ready.http}/v1/traces`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-protobuf' },
          body,
        });
        await response.arrayBuffer();
        if (response.status === 200) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    open: async () => {
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, colorScheme: 'dark' });
      await recordsItself(page);
      await page.goto(ready.page);
      return page;
    },
    stop: async () => {
      await browser.close();
      served.kill('SIGTERM');
      await new Promise((resolve) => served.once('close', resolve));
      rmSync(storage, { recursive: true, force: true });
    },
  };
}
