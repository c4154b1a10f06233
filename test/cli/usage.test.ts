import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMANDS } from '../../src/cli/commands.ts';
import { EXIT } from '../../src/cli/exitCodes.ts';
import { integerOption, parseArgs } from '../../src/cli/options.ts';
import { nearestName } from '../../src/cli/nearestName.ts';
import { runCommandLine } from '../../src/cli/runCommandLine.ts';
import { tableLines } from '../../src/cli/table.ts';
import { colored, cutToWidth, printable, widthOf, type Terminal } from '../../src/cli/terminal.ts';
import { runSpanline } from './support/runSpanline.ts';

const SPECS = [
  { name: 'limit', short: 'n', value: 'N', help: '' },
  { name: 'json', help: '' },
];

function fakeTerminal(
  changes: Partial<Terminal> = {},
): Terminal & { readonly written: string[]; readonly told: string[] } {
  const written: string[] = [];
  const told: string[] = [];
  return {
    written,
    told,
    out: (text) => {
      written.push(text);
      return Promise.resolve();
    },
    err: (line) => {
      told.push(line);
    },
    color: false,
    columns: undefined,
    progress: undefined,
    env: {},
    ended: new AbortController().signal,
    takeSignals: () => undefined,
    ...changes,
  };
}

describe('arguments', () => {
  test('options are read in every spelling', () => {
    const args = parseArgs(SPECS, ['a', '-n', '5', '--json', '-', '--', '-x', '--json']);
    assert.deepEqual([...args.flags, ...args.values.entries()], ['json', ['limit', '5']]);
    assert.deepEqual(args.rest, ['a', '-', '-x', '--json']);
    assert.equal(parseArgs(SPECS, ['--limit=7']).values.get('limit'), '7');
    assert.equal(integerOption(args, 'limit', 1, 9), 5);
  });

  test('of a command that runs a program, they end where the program begins', () => {
    const args = parseArgs(SPECS, ['--json', 'python', '-n', 'app.py', '--', '--help'], { untilOperand: true });
    assert.deepEqual([...args.flags, ...args.values.keys()], ['json']);
    assert.deepEqual(args.rest, ['python', '-n', 'app.py', '--', '--help']);
    assert.deepEqual(parseArgs(SPECS, ['--', '-x', 'y'], { untilOperand: true }).rest, ['-x', 'y']);
  });

  test('what is wrong with them is said', () => {
    for (const [given, words] of [
      [['--jsn'], /no option --jsn here; did you mean --json\?/],
      [['-errors'], /goes behind --/],
      [['--limit'], /--limit needs a value: --limit N/],
      [['--json=1'], /--json takes no value/],
      [['--json', '--json'], /given twice/],
    ] as const) {
      assert.throws(() => parseArgs(SPECS, given), { exitCode: EXIT.usage, message: words });
    }
    assert.throws(
      () => integerOption(parseArgs(SPECS, ['-n', '1e3']), 'limit', 1, 9),
      /whole number from 1 to 9, not 1e3/,
    );
  });

  test('a near name is found, a far one not', () => {
    assert.equal(nearestName('trcaes', ['traces', 'trace']), 'traces');
    assert.equal(nearestName('x', ['traces']), undefined);
    assert.equal(nearestName('completely', ['traces']), undefined);
  });
});

describe('help', () => {
  test('each command has help that names its options', async () => {
    for (const command of COMMANDS) {
      for (const args of [
        [command.name, '--help'],
        ['help', command.name],
        ...(command.takesProgram ? [] : [[command.name, 'x', '-h']]),
      ]) {
        const terminal = fakeTerminal();
        assert.equal(await runCommandLine(args, terminal), EXIT.ok);
        const help = terminal.written.join('');
        assert.ok(help.startsWith(`usage: spanline ${command.name}`));
        for (const { name } of command.options) assert.ok(help.includes(`--${name}`), `${command.name} ${name}`);
        for (const line of help.split('\n')) assert.ok(line.length <= 120, line);
      }
    }
  });

  test('the command itself tells its commands, its version, and wrong names', async () => {
    const help = await runSpanline(['--help']);
    assert.equal(help.code, 0);
    for (const { name } of COMMANDS) assert.match(help.out, new RegExp(`  spanline ${name}`));
    assert.deepEqual([(await runSpanline([])).code], [2]);
    assert.match((await runSpanline(['--version'])).out, /^spanline \d+\.\d+\.\d+\n$/);
    const wrong = await runSpanline(['sevre']);
    assert.deepEqual(
      [wrong.code, wrong.out, wrong.err],
      [2, '', 'spanline: there is no command sevre; did you mean serve?\n'],
    );
  });
});

describe('text in a terminal', () => {
  test('columns count what a terminal draws', () => {
    assert.equal(widthOf('aé日本🙂e\u0301'), 1 + 1 + 4 + 2 + 1);
    assert.equal(cutToWidth('日本語', 5), '日本…');
    assert.equal(printable('a\u001b[31mb\r\n\tc'), 'a‹U+001B›[31mb ⏎ c');
    assert.equal(printable('x'.repeat(1e6), 5), 'xxxx…');
  });

  test('tables are as wide as the terminal, and coloured only where colours are wanted', () => {
    const columns = [
      { title: 'N', align: 'right' },
      { title: 'NAME', align: 'left' },
    ] as const;
    const lines = tableLines(
      columns,
      [
        ['10', 'a long name indeed'],
        ['5', 'x'],
      ],
      18,
      (head) => head,
    );
    assert.deepEqual(lines, [' N  NAME', '10  a long name i…', ' 5  x']);
    assert.equal(colored(fakeTerminal(), 'red', 'x'), 'x');
    assert.equal(colored(fakeTerminal({ color: true }), 'red', 'x'), '\u001b[31mx\u001b[39m');
  });
});
