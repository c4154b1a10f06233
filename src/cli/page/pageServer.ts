import type { IncomingMessage } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { hubVersion } from '../../engine/hub/challenge.ts';
import { HubServer } from '../../engine/hub/hubServer.ts';
import { randomHex } from '../../engine/hub/ownerRecord.ts';
import type { WsLink } from '../../engine/hub/wsLink.ts';
import { OpenFile } from './openFile.ts';
import { pageDocument } from './pageHtml.ts';
import { PageSecrets } from './pageSecrets.ts';

/** Files of the page, as the build lays them into dist/. */
const ASSETS: Readonly<Record<string, string>> = {
  'webview.js': 'text/javascript',
  'webview-chunk.js': 'text/javascript',
  'webview-LateViews.js': 'text/javascript',
  'webview.css': 'text/css',
  'browserPage.js': 'text/javascript',
  'browser.css': 'text/css',
  'codicon.css': 'text/css',
  'codicon.ttf': 'font/ttf',
};
/** A browser loads the page's files over connections that have not proved themselves. */
const CHALLENGE_MS = 10_000;

const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

export interface PageServerOptions {
  /** Folder with {@link ASSETS}. */
  readonly dist: string;
  readonly version: string;
  /** The user's own folder, for the file that opens the page. */
  readonly storage: string;
  readonly endpoint: string;
  /** Called for each tab that has proved itself. */
  readonly onPage: (link: WsLink) => void;
  readonly log: (message: string) => void;
}

/** Serves the panel to tabs of a browser, on a free port of 127.0.0.1. */
export class PageServer {
  readonly #hub: HubServer;
  readonly #openFile: OpenFile;

  private constructor(hub: HubServer, openFile: OpenFile) {
    this.#hub = hub;
    this.#openFile = openFile;
  }

  /** Rejects when the page's files are not there or no port can be opened. */
  static async start(options: PageServerOptions): Promise<PageServer> {
    const files = new Map<string, { readonly type: string; readonly body: Uint8Array }>();
    for (const [name, type] of Object.entries(ASSETS)) {
      files.set(`/${name}`, { type, body: await readFile(path.join(options.dist, name)) });
    }
    const secrets = new PageSecrets();
    const openFile = new OpenFile(options.storage);
    const { version } = options;
    const renew = (): Promise<void> => openFile.write(hub.port, secrets.newCode());
    const hub: HubServer = await HubServer.listen({
      // Nobody knows it: only pages come in here.
      secret: randomHex(),
      version: hubVersion(version),
      challengeMs: CHALLENGE_MS,
      log: options.log,
      onClient: (link) => {
        link.say({ session: secrets.newSession() });
        options.onPage(link);
      },
      browserSecret: (request) => {
        if (request.headers.origin !== `http://127.0.0.1:${hub.port}`) return undefined;
        const taken = secrets.take(request.headers['sec-websocket-protocol']);
        // Whoever opens the page again finds a code that is good.
        if (taken?.wasCode === true) renew().catch((error: unknown) => options.log(String(error)));
        return taken?.secret;
      },
      page: (request, respond) => {
        const { pathname } = new URL(request.url ?? '/', 'http://page');
        if (pathname === '/' && isGet(request)) {
          const facts = { port: hub.port, version: hubVersion(version), endpoint: options.endpoint };
          const { html, csp } = pageDocument(facts);
          const headers = {
            ...SAFE_HEADERS,
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy': csp,
          };
          respond(200, headers, Buffer.from(html));
          return;
        }
        const file = isGet(request) ? files.get(pathname) : undefined;
        if (file) respond(200, { ...SAFE_HEADERS, 'content-type': file.type }, file.body);
        else respond(404, SAFE_HEADERS, new Uint8Array());
      },
    });
    await openFile.removeStale();
    await renew();
    return new PageServer(hub, openFile);
  }

  get port(): number {
    return this.#hub.port;
  }

  /** Address of the file that opens the page. */
  get url(): string {
    return this.#openFile.url;
  }

  async close(): Promise<void> {
    await this.#openFile.remove();
    await this.#hub.close();
  }
}

function isGet(request: IncomingMessage): boolean {
  return request.method === 'GET';
}
