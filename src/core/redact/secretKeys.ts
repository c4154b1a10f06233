import { kindNumber } from './mask.ts';
import type { SecretKind } from './mask.ts';

/** Which families of secrets are masked. */
export interface RedactPresets {
  /** Keys of APIs, known by their form (`sk-…`, `AKIA…`, `ghp_…`) or by the name they stand under; private keys. */
  readonly apiKeys: boolean;
  /** Authorization headers, bearer and basic credentials, JWTs, access and other tokens. */
  readonly bearerTokens: boolean;
  /** What stands under password, secret, credentials; passwords in URLs. */
  readonly passwords: boolean;
  /** Cookie and Set-Cookie. */
  readonly cookies: boolean;
  /** E-mail addresses. */
  readonly email: boolean;
}

/** What a key says of its value: 0 nothing, else the kind of secret + 1 with how to take the value. */
export type KeyVerdict = number;

export const NO_SECRET: KeyVerdict = 0;
/** Masked only when the value looks like a credential: `token` is also what tokenizers make. */
export const ONLY_CREDENTIALS = 0x100;
/** The scheme in front of the credentials stays. */
export const WITH_SCHEME = 0x200;
/** Not when the value is a path: `PWD` is also the working directory. */
export const NOT_PATHS = 0x400;
/** Counts only where a URL's query or a form says `name=value`. */
export const IN_QUERY_ONLY = 0x800;

/** Number of the kind of a verdict that is not {@link NO_SECRET}. */
export function kindOfVerdict(verdict: KeyVerdict): number {
  return (verdict & 0xff) - 1;
}

export function verdict(kind: SecretKind, flags = 0): KeyVerdict {
  return (kindNumber(kind) + 1) | flags;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const ACCOUNTS = words('user db database smtp mail mysql pg postgres redis admin root login auth proxy ftp ssh sudo');
const KEY_OWNERS = words(
  'api access secret private signing encryption account subscription master ssh auth service shared app admin functions ' +
    'management openai anthropic azure gemini mistral groq cohere huggingface hf stripe aws google gcp github gitlab ' +
    'slack sendgrid twilio datadog pinecone langfuse langsmith deepseek openrouter together replicate nvidia',
);
const TOKEN_OWNERS = words(
  'access refresh auth id session bearer api csrf xsrf security device bot oauth oauth2 jwt hf huggingface github gh gitlab ' +
    'slack npm pypi personal service vault webhook verification reset user client private deploy account secret login ' +
    'signing consul authenticity identity federated temp app application web admin discord telegram aws azure',
);
/** Tokens that are no secrets: of models, and of pages. */
const HARMLESS_TOKENS = words(
  'stop eos bos pad unk sep cls mask special next page continuation first last per input output prompt completion total ' +
    'cached reasoning max min num draft previous prev pagination sync cancellation start end begin image text new current ' +
    'predicted top generated sampled string',
);
const COMPOUND_KEYS = words(
  'apikey apikeys apisecretkey secretkey privatekey accesskey signingkey encryptionkey accountkey subscriptionkey masterkey authkey',
);
const COMPOUND_TOKENS = words(
  'accesstoken refreshtoken authtoken idtoken sessiontoken bearertoken apitoken csrftoken xsrftoken githubtoken jwt bearer ' +
    'csrfmiddlewaretoken',
);

/**
 * Verdict of the presets on an attribute key, a JSON member's name or a header's: `http.request.header.authorization`,
 * `OPENAI_API_KEY`, `clientSecret`. Judged by its last words, so `gen_ai.usage.input_tokens`, `max_tokens`,
 * `password_length` and `llm.token_count.prompt` are none.
 */
export function secretKeyOf(key: string, presets: RedactPresets): KeyVerdict {
  const parts = key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  // `authorization.0`: flattened lists end in a number.
  while (parts.length > 0 && /^\d*$/.test(parts.at(-1) ?? '')) parts.pop();
  const last = parts.at(-1) ?? '';
  const before = parts.at(-2) ?? '';
  if (presets.passwords) {
    const found = passwordKey(last, before);
    if (found !== NO_SECRET) return found;
  }
  if (presets.apiKeys) {
    if (COMPOUND_KEYS.has(last)) return verdict('api key');
    if ((last === 'key' || last === 'keys') && KEY_OWNERS.has(before)) return verdict('api key');
  }
  if (presets.bearerTokens) {
    const found = tokenKey(last, before);
    if (found !== NO_SECRET) return found;
  }
  if (presets.cookies) {
    if (last === 'cookie' || last === 'cookies' || last === 'setcookie') return verdict('cookie');
    if (/(?:^|\.)cookies?\.[^.]+$/i.test(key)) return verdict('cookie');
  }
  return NO_SECRET;
}

/** Last letters of every key that {@link secretKeyOf} may find secret, to tell most keys in a text at once. */
export const SECRET_KEY_ENDS: readonly string[] =
  'ord rds swd ase pwd ret ets ial als ass key eys ken jwt rer ion der sig ure kie ies'.split(' ');

function passwordKey(last: string, before: string): KeyVerdict {
  if (/(?:password|passwords|passwd|passphrase)$/.test(last)) return verdict('password');
  if (last === 'pwd') return verdict('password', NOT_PATHS);
  if (last === 'pass' && ACCOUNTS.has(before)) return verdict('password');
  if (/(?:^|client|app|api|consumer|shared)secrets?$/.test(last)) return verdict('secret');
  return last === 'credential' || last === 'credentials' ? verdict('secret') : NO_SECRET;
}

function tokenKey(last: string, before: string): KeyVerdict {
  if (last === 'authorization' || last === 'proxyauthorization') return verdict('authorization', WITH_SCHEME);
  if (last === 'header' && (before === 'authorization' || before === 'auth'))
    return verdict('authorization', WITH_SCHEME);
  if (COMPOUND_TOKENS.has(last)) return verdict('token');
  if (last === 'token' && !HARMLESS_TOKENS.has(before)) {
    return TOKEN_OWNERS.has(before) ? verdict('token') : verdict('token', ONLY_CREDENTIALS);
  }
  // Of signed addresses: X-Amz-Signature, X-Goog-Signature, Azure's sig.
  return last === 'sig' || last === 'signature' ? verdict('token', IN_QUERY_ONLY) : NO_SECRET;
}
