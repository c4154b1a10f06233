// Runs before the panel in a tab of `spanline serve`.
import type { ValueChunk } from '../../src/protocol/engineApi.ts';
import type { AskPage } from '../../src/protocol/valuePages.ts';
import type { VsCodeApi } from '../protocol/windowTransport.ts';
import { connectHub, isSecret, type HubSocket } from './hubSocket.ts';
import { answerHere, isReadyRequest } from './pageActions.ts';
import { keptLooks, wearLooks } from './pageLooks.ts';

const STATE = 'spanline.state';
const SESSION = 'spanline.session';
/** A server that ended is looked for this often, and at most so long: a restarted one has other secrets anyway. */
const RETRY_MS = 1000;
const RETRIES = 20;

let socket: HubSocket | undefined;
/** Messages of the panel from before the connection. */
let waiting: unknown[] = [];

/** The panel's first request, until it is answered. */
let ready: { readonly id: number } | undefined;

/** Questions of this script itself, by ids the panel does not use. */
const ownQuestions = new Map<unknown, (answer: { readonly r?: unknown; readonly t?: unknown }) => void>();
let nextOwn = -1;

/** One page of a value, asked as the panel would. */
const askPage: AskPage = (page) =>
  new Promise((resolve, reject) => {
    const id = nextOwn--;
    ownQuestions.set(id, ({ r, t }) => {
      if (t === undefined) resolve(r as ValueChunk);
      else reject(new Error(typeof t === 'string' ? t : 'the value could not be read'));
    });
    const question = { k: 'q', id, m: 'span/value', p: page };
    if (socket) socket.send(question);
    else reject(new Error('the server is away'));
  });

function deliver(message: unknown): void {
  const own = ownQuestions.get((message as { readonly id?: unknown } | null)?.id);
  if (own) {
    ownQuestions.delete((message as { readonly id: unknown }).id);
    own(message as { readonly r?: unknown });
    return;
  }
  window.postMessage(message, window.origin);
  if (ready === undefined || (message as { readonly id?: unknown } | null)?.id !== ready.id) return;
  ready = undefined;
  window.postMessage({ k: 'v', n: 'panel/looks', p: keptLooks() }, window.origin);
}

const api: VsCodeApi = {
  postMessage: (message) => {
    if (answerHere(message, deliver, askPage)) return;
    if (isReadyRequest(message)) ready = message;
    if (socket) socket.send(message);
    else waiting.push(message);
  },
  getState: () => JSON.parse(sessionStorage.getItem(STATE) ?? 'null') as unknown,
  setState: (state) => {
    sessionStorage.setItem(STATE, JSON.stringify(state));
  },
};
Object.assign(window, { acquireVsCodeApi: () => api });

/** Says why there is nothing to see. Text only. */
function say(title: string, text: string): void {
  const box = document.createElement('div');
  box.className = 'browser-notice';
  box.setAttribute('role', 'alert');
  const heading = document.createElement('h2');
  heading.textContent = title;
  const words = document.createElement('p');
  words.textContent = text;
  box.append(heading, words);
  document.querySelector('.browser-notice')?.remove();
  document.body.append(box);
}

const OPEN_AGAIN = 'Open the page again by the file that spanline serve names when it starts.';

/** The code of the file that opened this page, once; afterwards what the server gave this tab. */
function takeSecret(): string | undefined {
  const code = location.hash.slice(1);
  if (isSecret(code)) {
    history.replaceState(null, '', location.pathname);
    return code;
  }
  const session = sessionStorage.getItem(SESSION);
  return isSecret(session) ? session : undefined;
}

async function connect(secret: string): Promise<void> {
  const version = document.documentElement.dataset['version'] ?? '';
  const link = await connectHub(secret, version, {
    onMessage: deliver,
    onWord: ({ session }) => {
      if (isSecret(session)) sessionStorage.setItem(SESSION, session);
    },
    onClose: () => {
      socket = undefined;
      void reconnect();
    },
  });
  socket = link;
  for (const message of waiting) link.send(message);
  waiting = [];
}

async function reconnect(): Promise<void> {
  say('Spanline has ended', `Its traces are kept. Start spanline serve again. ${OPEN_AGAIN}`);
  for (let i = 0; i < RETRIES; i++) {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    const secret = takeSecret();
    if (secret === undefined) return;
    try {
      await connect(secret);
    } catch {
      continue;
    }
    document.querySelector('.browser-notice')?.remove();
    // Views of before are unknown to the server.
    deliver({ k: 'v', n: 'engine/restarted', p: { moved: true } });
    return;
  }
}

async function start(): Promise<void> {
  wearLooks(keptLooks());
  const secret = takeSecret();
  if (secret === undefined) {
    say('This page needs its key', OPEN_AGAIN);
    return;
  }
  try {
    await connect(secret);
  } catch {
    sessionStorage.removeItem(SESSION);
    say('This page was opened before', `Its key is good for one time. ${OPEN_AGAIN}`);
  }
}

void start();
