import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMarkdown, type Block, type Inline } from '../../../../webview/inference/markdown.ts';

function inline(each: Inline): string {
  switch (each.kind) {
    case 'text':
      return each.text;
    case 'code':
      return `<code ${each.text}>`;
    case 'link':
    case 'image':
      return `<${each.kind} ${each.address} ${each.inlines.map(inline).join('')}>`;
    default:
      return `<${each.kind} ${each.inlines.map(inline).join('')}>`;
  }
}

function block(each: Block): string {
  switch (each.kind) {
    case 'heading':
      return `h${each.level} ${each.inlines.map(inline).join('')}`;
    case 'paragraph':
      return each.inlines.map(inline).join('');
    case 'code':
      return `code(${each.language}) ${each.text}`;
    case 'quote':
      return `quote[${each.blocks.map(block).join(' | ')}]`;
    case 'list':
      return `list${each.start ?? ''}[${each.items.map((item) => item.map(block).join(' | ')).join('; ')}]`;
    case 'table':
      return `table[${[each.head, ...each.rows].map((row) => row.map((cell) => cell.map(inline).join('')).join(',')).join(' / ')}]`;
    case 'rule':
      return 'rule';
  }
}

const read = (text: string): readonly string[] => parseMarkdown(text).map(block);

test('the blocks models write are read', () => {
  assert.deepEqual(read('# Title #\n\ntext\nmore\n\n---\n> quoted\n> on\n\n```py\nx = 1\n# no\n```\nend'), [
    'h1 Title',
    'text\nmore',
    'rule',
    'quote[quoted\non]',
    'code(py) x = 1\n# no',
    'end',
  ]);
  assert.deepEqual(read('- a\n- b\n  - c\n\n  more\n- d\n\n3. x\n4. y'), [
    'list[a; b | list[c] | more; d]',
    'list3[x; y]',
  ]);
  assert.deepEqual(read('| a | b |\n|---|:-:|\n| 1 | x \\| y |\n| 2 |\n\nafter'), [
    'table[a,b / 1,x | y / 2,]',
    'after',
  ]);
});

test('emphasis, code and links are read, and lone marks are text', () => {
  assert.deepEqual(read('**bold** *em* ~~gone~~ `a*b` __b__ _e_'), [
    '<strong bold> <em em> <del gone> <code a*b> <strong b> <em e>',
  ]);
  assert.deepEqual(read('2 * 3 * 4, snake_case_name, a ** b, \\*no\\*, `open'), [
    '2 * 3 * 4, snake_case_name, a ** b, *no*, `open',
  ]);
  assert.deepEqual(read('[docs](https://a.b/c "t") ![i](data:image/png;base64,AA) <https://x.y> see https://z.w/q).'), [
    '<link https://a.b/c docs> <image data:image/png;base64,AA i> <link https://x.y https://x.y> see <link https://z.w/q https://z.w/q>).',
  ]);
});

test('HTML is text, whatever it holds', () => {
  const hostile = '<img src=x onerror=alert(1)> <script>alert(1)</script>\n<a href="javascript:alert(1)">x</a>';
  assert.deepEqual(read(hostile), [hostile]);
  // An address of any scheme is only shown and copied.
  assert.deepEqual(read('[x](javascript:alert\\(1))'), ['<link javascript:alert\\(1 x>)']);
});

test('what an unfinished answer leaves open is read to its end', () => {
  assert.deepEqual(read('```\ncode without end'), ['code() code without end']);
  assert.deepEqual(read('**bold without end'), ['**bold without end']);
});

/** Work that grew with the square of the text would not end within the life of a test. */
test('hostile texts of 200,000 characters are read, however they nest', () => {
  const n = 200_000;
  const repeated = (text: string): string => text.repeat(Math.ceil(n / text.length));
  const texts = [
    '[',
    '![',
    '](',
    '[a](',
    '*a ',
    '**',
    '*_',
    'a_',
    '`',
    '` ',
    '<',
    '&',
    '|',
    '|a',
    '>',
    '> ',
    '- ',
    '1. ',
    '#',
    '~',
    '\\',
    'http://',
    'h',
    '  \n',
    '|-',
    '[a]: b\n',
    '- a\n',
    '*a*',
    '[*a',
    '<a ',
  ];
  for (const text of texts) assert.ok(parseMarkdown(repeated(text)).length >= 0, text);
  const nested = Array.from({ length: 300 }, (_, level) => `${' '.repeat(2 * level)}- a`).join('\n');
  assert.ok(parseMarkdown(nested).length > 0);
});
