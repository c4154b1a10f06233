import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataUriFacts, drawableImage } from '../../../../webview/inference/dataUri.ts';

const PIXEL = 'R0lGODlhAQABAAAAACwAAAAAAQABAAA=';

test('a base64 image of pixels is drawn under the type it names', () => {
  assert.equal(drawableImage(`data:image/gif;base64,${PIXEL}`), `data:image/gif;base64,${PIXEL}`);
  assert.equal(drawableImage(`DATA:IMAGE/GIF;charset=x;base64,${PIXEL}`), `data:image/gif;base64,${PIXEL}`);
});

test('nothing else becomes the address of an image', () => {
  for (const text of [
    'https://example.com/a.png',
    'file:///etc/passwd',
    'vscode-resource:/a.png',
    ' data:image/gif;base64,R0lG',
    `data:image/svg+xml;base64,${PIXEL}`,
    'data:image/gif,plain',
    'data:text/html;base64,PGI+',
    'data:image/gif;base64,R0lG" onerror="x',
    'javascript:alert(1)',
    '',
  ]) {
    assert.equal(drawableImage(text), undefined, text);
  }
});

test('the head of a data URI tells type and size', () => {
  assert.deepEqual(dataUriFacts('data:audio/wav;base64,AAAA'), { mediaType: 'audio/wav', isBase64: true, bytes: 3 });
  assert.deepEqual(dataUriFacts('data:,hi'), { mediaType: 'text/plain', isBase64: false, bytes: undefined });
  assert.equal(dataUriFacts('database'), undefined);
});
