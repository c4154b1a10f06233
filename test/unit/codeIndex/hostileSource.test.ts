import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CodeReader } from '../../../src/codeIndex/codeReader.ts';
import { Constants } from '../../../src/codeIndex/constants.ts';
import { readDeclarations, type DeclarationSyntax } from '../../../src/codeIndex/declarations.ts';
import { Grammars } from '../../../src/codeIndex/grammars.ts';
import { workedMs } from '../../../src/codeIndex/workedTime.ts';
import { pythonSyntax } from '../../../src/codeIndex/pythonSyntax.ts';
import { grammarFolder } from './openIndex.ts';

it('keeps what a file declares when reading it takes too long', () => {
  let at = 0;
  const endless: DeclarationSyntax = {
    mayDeclare: /x/,
    read(file) {
      file.addMount({ prefix: '/x', router: '', target: { module: '', name: 'x' } });
      for (;;) file.around(0);
    },
  };
  const matches = (): never[] => [];
  const parsed = { matches, constants: new Constants(pythonSyntax, matches), scopes: [] };
  const { mounts } = readDeclarations('x', endless, parsed, () => ++at);
  assert.equal(mounts.length, 1);
});

it('gives up a file in which looking for span starts takes too long, also where none is one', async () => {
  const text = 'span (2)\n'.repeat(10_000);
  let at = 0;
  const reader = new CodeReader(new Grammars(grammarFolder), () => (at += 0.2));
  await assert.rejects(reader.facts('a.py', text), /not read in time/);
});

it('does not parse what opens more brackets than a person would, and parses what closes as many as it opens', async () => {
  const reader = new CodeReader(new Grammars(grammarFolder), workedMs);
  for (const path of ['a.py', 'a.ts', 'a.go', 'A.java', 'a.rs', 'a.cs'])
    for (const open of ['(', '[', '{', 'f(', '`${'])
      await assert.rejects(reader.facts(path, open.repeat(100_000)), /brackets are open at once/, `${path} ${open}`);
  assert.ok(await reader.facts('a.ts', 'f([{}]);\n'.repeat(5_000)));
});

it('reads what is left of broken sources in every language', async () => {
  const reader = new CodeReader(new Grammars(grammarFolder), workedMs);
  const broken: Readonly<Record<string, string>> = {
    'a.py': 'def f(:\n  @@app.get("/x"\nclass (((\n',
    'a.ts': "app.get('/x', }{ class { @Get( ) } `${`",
    'a.go': 'func ( { r.GET("/x", ) }\x00 type T struct { pb.Unimplemented',
    'A.java': '@GetMapping(" class { void x( @Path }',
    'a.rs': '#[get("/x"] fn ( { Router::new().route(, ) ',
    'a.cs': '[HttpGet(] class { app.MapGet(, ); $"{ }',
  };
  for (const [path, text] of Object.entries(broken)) assert.ok(await reader.facts(path, text), path);
});
