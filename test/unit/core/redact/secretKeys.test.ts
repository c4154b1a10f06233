import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IN_QUERY_ONLY, NO_SECRET, ONLY_CREDENTIALS, secretKeyOf } from '../../../../src/core/redact/secretKeys.ts';
import { ALL_PRESETS } from '../../../support/redactedText.ts';

const SECRET = [
  'password',
  'db.password',
  'user_password',
  'PGPASSWORD',
  'passwd',
  'passphrase',
  'SMTP_PASS',
  'pwd',
  'secret',
  'client_secret',
  'clientSecret',
  'credentials',
  'api_key',
  'apiKey',
  'x-api-key',
  'OPENAI_API_KEY',
  'openai_key',
  'aws_secret_access_key',
  'Ocp-Apim-Subscription-Key',
  'private_key',
  'http.request.header.authorization',
  'http.request.header.authorization.0',
  'Proxy-Authorization',
  'access_token',
  'accessToken',
  'refresh_token',
  'x-auth-token',
  'X-Amz-Security-Token',
  'HF_TOKEN',
  'jwt',
  'cookie',
  'http.response.header.set-cookie',
  'http.request.cookie.session',
];

const HARMLESS = [
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
  'max_tokens',
  'max_completion_tokens',
  'llm.token_count.prompt',
  'llm.token_count.total',
  'gen_ai.token.type',
  'token_type',
  'time_to_first_token',
  'eos_token',
  'stop_token',
  'next_page_token',
  'tokens',
  'password_length',
  'secret_name',
  'api_key_name',
  'access_key_id',
  'key',
  'primary_key',
  'cache_key',
  'messaging.kafka.message.key',
  'public_key',
  'authorization_url',
  'cookie_consent',
  'http.route',
  'gen_ai.prompt',
  'session.id',
  'tests.pass',
  'author',
  'keyword',
  'monkey',
  'secretary',
  'db.system.name',
  '',
  '...',
];

describe('keys that name a secret', () => {
  for (const key of SECRET) {
    it(`masks what stands under ${key}`, () => {
      const found = secretKeyOf(key, ALL_PRESETS);
      assert.notEqual(found, NO_SECRET);
      assert.equal(found & (ONLY_CREDENTIALS | IN_QUERY_ONLY), 0);
    });
  }

  for (const key of HARMLESS) {
    it(`leaves alone what stands under ${JSON.stringify(key)}`, () => {
      assert.equal(secretKeyOf(key, ALL_PRESETS), NO_SECRET);
    });
  }

  it('asks for the look of a credential where the name alone says too little', () => {
    for (const key of ['token', 'logprobs.token', 'chunk.token'])
      assert.notEqual(secretKeyOf(key, ALL_PRESETS) & ONLY_CREDENTIALS, 0);
  });

  it('knows no secret whose preset is off', () => {
    const off = { apiKeys: false, bearerTokens: false, passwords: false, cookies: false, email: false };
    for (const key of SECRET) assert.equal(secretKeyOf(key, off), NO_SECRET, key);
  });
});
