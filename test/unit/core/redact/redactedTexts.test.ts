import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { hostileTexts } from '../../../support/hostileCorpus.ts';
import { RULES, redactedText } from '../../../support/redactedText.ts';

// Made up, and in pieces: scanners of repositories look for the same forms.
const BODY = 'aB3dE6gH9jK2mN5pQ8sT1vW4';
const KEY = `sk-${BODY}`;
const JWT = ['eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'dozjgNryP4J3jVmNHl0w5N'].join('.');
const PEM = (name: string): string =>
  `-----BEGIN ${name}PRIVATE KEY-----\nMIIEpAIBAAKC\nAQEAx\n-----END ${name}PRIVATE KEY-----`;

const API_KEY = '‹redacted: api key›';
const PASSWORD = '‹redacted: password›';

/** Text before, text after; under a key that says nothing. */
const FORMS: readonly (readonly [string, string])[] = [
  [`the key ${KEY}, use it`, `the key ${API_KEY}, use it`],
  [`sk-proj-${BODY}_x-${BODY}`, API_KEY],
  [`sk-ant-api03-${BODY}-${BODY}AA`, API_KEY],
  [`AKIAIOSFODNN7EXAMPLE.`, `${API_KEY}.`],
  [`(AIza${BODY}${BODY.slice(0, 11)})`, `(${API_KEY})`],
  [`ghp_${BODY}${BODY.slice(0, 12)}`, API_KEY],
  [`github_pat_11ABCDEFG0${BODY}_${BODY}`, API_KEY],
  [`xoxb-123456789012-1234567890123-${BODY}`, API_KEY],
  [`sk_live_${BODY}`, API_KEY],
  [`hf_${BODY}abcdefghij`, API_KEY],
  [`two: ${KEY} ${KEY}`, `two: ${API_KEY} ${API_KEY}`],
  [`ünï ${KEY} 漢字`, `ünï ${API_KEY} 漢字`],
  [`token ${JWT} end`, 'token ‹redacted: token› end'],
  ['sent Bearer abc.DEF-123_x~y+z/w== back', 'sent Bearer ‹redacted: bearer› back'],
  ['bearer 0123456789', 'bearer ‹redacted: bearer›'],
  ['Basic dXNlcjpwYXNzd29yZA== ok', 'Basic ‹redacted: basic› ok'],
  [
    `key:\n${PEM('RSA ')}\nend`,
    'key:\n-----BEGIN RSA PRIVATE KEY-----‹redacted: private key›-----END RSA PRIVATE KEY-----\nend',
  ],
  [PEM(''), '-----BEGIN PRIVATE KEY-----‹redacted: private key›-----END PRIVATE KEY-----'],
  ['postgres://bob:s3cr3t@db:5432/app?x=1', `postgres://bob:${PASSWORD}@db:5432/app?x=1`],
  ['redis://:pw@cache/0', `redis://:${PASSWORD}@cache/0`],
  [String.raw`"amqp:\/\/u:pw@h\/v"`, String.raw`"amqp:\/\/u:${PASSWORD}@h\/v"`],
  ['{"api_key": "abc", "max_tokens": 5}', `{"api_key": "${API_KEY}", "max_tokens": 5}`],
  [`{"password":"quo\\"ted","n":1}`, `{"password":"${PASSWORD}","n":1}`],
  [
    '{"headers":{"Authorization":"Bearer abc","Accept":"*/*"}}',
    '{"headers":{"Authorization":"Bearer ‹redacted: bearer›","Accept":"*/*"}}',
  ],
  [
    '{"authorization": ["Bearer abcd", "other"]}',
    '{"authorization": ["Bearer ‹redacted: bearer›", "‹redacted: authorization›"]}',
  ],
  [
    '{"self":{"$object":"app.User","repr":""},"password":"hunter2","more":{"api_key":"abc","n":1},"rows":[{"secret":"x y"}]}',
    `{"self":{"$object":"app.User","repr":""},"password":"${PASSWORD}","more":{"api_key":"${API_KEY}","n":1},"rows":[{"secret":"‹redacted: secret›"}]}`,
  ],
  [
    `{"$table":{"columns":["note"],"rows":[["use ${KEY}"]],"row_count":1}}`,
    `{"$table":{"columns":["note"],"rows":[["use ${API_KEY}"]],"row_count":1}}`,
  ],
  ['{"token":"0123456789abcdef0"}', '{"token":"‹redacted: token›"}'],
  [
    JSON.stringify({ body: JSON.stringify({ client_secret: 'a"b', x: 'y' }) }),
    JSON.stringify({ body: '{"client_secret":"SECRET","x":"y"}' }).replace('SECRET', '‹redacted: secret›'),
  ],
  ["{'password': 'hunter2', 'user': 'bob'}", `{'password': '${PASSWORD}', 'user': 'bob'}`],
  ["{b'x-api-key': b'abcdef'}", `{b'x-api-key': b'${API_KEY}'}`],
  ['openai.api_key = "abcdef"', `openai.api_key = "${API_KEY}"`],
  ['GET /\r\nCookie: a=b; c=d\r\nHost: x', 'GET /\r\nCookie: ‹redacted: cookie›\r\nHost: x'],
  [
    'curl -H "Authorization: Bearer abcdef" -H \'X-Api-Key: k3y9\' u',
    `curl -H "Authorization: Bearer ‹redacted: bearer›" -H 'X-Api-Key: ${API_KEY}' u`,
  ],
  ['https://h/cb?access_token=abc&state=x#top', 'https://h/cb?access_token=‹redacted: token›&state=x#top'],
  ['https://b/o?X-Amz-Signature=0a1b&X-Amz-Date=2', 'https://b/o?X-Amz-Signature=‹redacted: token›&X-Amz-Date=2'],
  ['Server=db;User Id=sa;Password=letmein;Encrypt=yes', `Server=db;User Id=sa;Password=${PASSWORD};Encrypt=yes`],
  ['export DB_PASSWORD=correcthorse\nPWD=/home/bob', `export DB_PASSWORD=${PASSWORD}\nPWD=/home/bob`],
  ['password: hunter2', `password: ${PASSWORD}`],
  ['{"password": "cut off in the mid', `{"password": "${PASSWORD}`],
];

/** What has the look of a secret and is none: shown as it was sent. */
const HARMLESS: readonly string[] = [
  'task-abcdefghijklmnop1234 disk-usage-report-2024-final risk-free',
  'sk-learn-based-classifier-for-text',
  '123e4567-e89b-12d3-a456-426614174000',
  '4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  `data:image/png;base64,${Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) & 255)).toString('base64')}`,
  'Bearer authentication is described in RFC 6750; Basic authentication in RFC 7617',
  'the bearer of this letter',
  'password = get_password()\napi_key=os.environ["OPENAI_API_KEY"]\nsecret = secrets.token_hex(16)',
  'def login(user: str, password: str, token: str = None) -> Token:',
  'if password == "x" or token != "y": return Token::new(secret)',
  'const { password, apiKey } = config; this.token = token;',
  '{"type":"object","properties":{"password":{"type":"string"},"api_key":{"type":"string"}}}',
  '{"token":" the","logprob":-0.31,"bytes":[32,116]}',
  '{"tokens":["Hello"," world"],"token_ids":[1,2],"max_tokens":4096,"usage":{"input_tokens":12}}',
  '{"api_key":"{api_key}","password":"${DB_PASSWORD}","authorization":"<token>","secret":"[REDACTED]","cookie":"****"}',
  'Authorization: Bearer <token> and {"Authorization": f"Bearer {api_key}"}',
  'Summarise the secret: why do we keep a password: because people ask. Tokens: many.',
  'http://localhost:8080/path@x?key=1&q=a:b user@example.com',
  'https://registry.example/@scope/name 12:30:45 a::b c:=d e=>f',
  'postgres://user:{password}@host/db mysql://u:***@h/d',
  'git@github.com:owner/repo.git',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE----- ---------- --x --',
  '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
  'eyJhbGciOiJIUzI1NiJ9 eyJ.eyJ. KEYJ AI IAM',
  'C:\\Users\\bob\\secret\\file.txt and /etc/passwd and PWD=/work',
  'monkey=1 turkey: 12345 keyboard="x" sketch: "y"',
  '',
  'short',
];

describe('secrets in texts', () => {
  for (const [before, after] of FORMS) {
    it(`masks in ${JSON.stringify(before.slice(0, 70))}`, () => {
      assert.equal(redactedText('app.note', before), after);
    });
  }

  for (const text of HARMLESS) {
    it(`leaves ${JSON.stringify(text.slice(0, 70))} as it is`, () => {
      assert.equal(redactedText('app.note', text), text);
    });
  }

  it('leaves hostile texts as they are', () => {
    for (const text of hostileTexts(50_000)) assert.equal(redactedText('app.note', text), text);
  });

  it('leaves code and documents as they are', () => {
    for (const file of [
      'src/engine/engine.ts',
      'src/core/redact/textSecrets.ts',
      'src/core/redact/keyForms.ts',
      'README.md',
    ]) {
      const text = readFileSync(file, 'utf8');
      assert.equal(redactedText('gen_ai.prompt', text), text, file);
    }
  });

  it('masks e-mail addresses only when asked', () => {
    const text = 'write to bob.b+x@mail.example.org, or a@b';
    assert.equal(redactedText('k', text), text);
    const rules = { ...RULES, presets: { ...RULES.presets, email: true } };
    assert.equal(redactedText('k', text, rules), 'write to ‹redacted: email›, or a@b');
  });

  it('masks nothing of a preset that is off', () => {
    const off = { apiKeys: false, bearerTokens: false, passwords: false, cookies: false, email: false };
    for (const [text] of FORMS) assert.equal(redactedText('password', text, { ...RULES, presets: off }), text);
  });

  it('masks what a pattern of the user matches, every time it does', () => {
    const each = (text: Uint8Array, take: (start: number, end: number) => void): void => {
      for (const match of Buffer.from(text)
        .toString('latin1')
        .matchAll(/EMP-\d{6}/g))
        take(match.index, match.index + 10);
    };
    const rules = { ...RULES, values: [{ each }] };
    const mark = '‹redacted: custom›';
    assert.equal(redactedText('k', 'EMP-000001 and EMP-000002', rules), `${mark} and ${mark}`);
  });
});

describe('values under secret keys', () => {
  it('are masked whole, whatever they look like', () => {
    for (const text of ['x y z', '{"json":true}', 'ü', '\u0000\u0001', 'a'.repeat(100_000)])
      assert.equal(redactedText('db.password', text), PASSWORD);
  });

  it('keep the scheme of an Authorization header', () => {
    const key = 'http.request.header.authorization';
    assert.equal(redactedText(key, 'Bearer abc'), 'Bearer ‹redacted: bearer›');
    assert.equal(redactedText(key, 'basic abc'), 'basic ‹redacted: basic›');
    assert.equal(redactedText(key, 'Digest username="bob"'), 'Digest ‹redacted: authorization›');
    assert.equal(redactedText(key, 'abc'), '‹redacted: authorization›');
  });

  it('show one star for one character, which has no room for a kind', () => {
    assert.equal(redactedText('password', 'x'), '*');
  });

  it('are left when the key is of tokens and the value of language', () => {
    assert.equal(redactedText('token', ' hello'), ' hello');
    assert.equal(redactedText('token', 'ab12'.repeat(5)), '‹redacted: token›');
    assert.equal(redactedText('gen_ai.usage.input_tokens', '1234567890123456'), '1234567890123456');
  });
});
