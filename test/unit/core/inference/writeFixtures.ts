// npm run fixtures:inference: writes what is read of each fixture beside it, and docs/dialects.md. Look at the difference
// before you keep it: tests compare with what stands there.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { dialectsPage } from './dialectTable.ts';
import { FIXTURES, fixtureNames, toldFixture } from './fixtureCalls.ts';

for (const name of fixtureNames()) writeFileSync(path.join(FIXTURES, `${name}.txt`), toldFixture(name));
const page = path.resolve(import.meta.dirname, '../../../../docs/dialects.md');
writeFileSync(page, await format(dialectsPage(), { ...(await resolveConfig(page)), parser: 'markdown' }));
