import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { SourceHints } from '../../../../src/core/model/source.ts';
import { brief, hints, openIndex, RecordingFileSystem, workspaceOf } from '../openIndex.ts';

const MAIN = 'import time\n\n\ndef handle():\n    with tracer.start_as_current_span("handle"):\n        pass\n';
const SERVICES = ['gateway', 'features', 'model', 'billing', 'audit'];

function at(serviceName: string, filePath: string, more: Partial<SourceHints> = {}): SourceHints {
  return hints({
    serviceName,
    spanName: 'x',
    language: 'python',
    code: { keys: ['code.filepath', 'code.lineno'], filePath, line: '5' },
    ...more,
  });
}

async function open(test: TestContext, files: Readonly<Record<string, string>>) {
  const folder = await workspaceOf(test, files);
  const fileSystem = new RecordingFileSystem();
  const { index } = openIndex([folder], {}, fileSystem);
  test.after(() => index.dispose());
  return { folder, index, fileSystem };
}

async function placesOf(
  test: TestContext,
  files: Readonly<Record<string, string>>,
  given: SourceHints,
): Promise<{ places: string[]; ambiguous: boolean }> {
  const { index } = await open(test, files);
  const { candidates, ambiguous } = await index.resolve(given);
  return { places: brief(candidates), ambiguous };
}

function fiveServices(compose: string): Record<string, string> {
  const files: Record<string, string> = { 'compose.yaml': compose };
  for (const name of SERVICES) files[`services/${name}/main.py`] = MAIN;
  return files;
}

const MOUNTS = `services:\n${SERVICES.map((name) => `  ${name}:\n    image: python:3.12\n    volumes:\n      - ./services/${name}:/app:ro\n`).join('')}`;
const BUILDS = `x-common: &common
  restart: always
services:
${SERVICES.map((name) => `  ${name}:\n    <<: *common\n    build: ./services/${name}\n`).join('')}`;

describe('five services with an equal main.py', () => {
  for (const name of SERVICES) {
    it(`lead to ${name}'s by its mount`, async (test) => {
      assert.deepEqual(await placesOf(test, fiveServices(MOUNTS), at(name, '/app/main.py')), {
        places: [`exact services/${name}/main.py:5 handle`],
        ambiguous: false,
      });
    });
  }

  it('lead to the one that the image was built from', async (test) => {
    const files = fiveServices(BUILDS);
    for (const name of SERVICES) files[`services/${name}/Dockerfile`] = 'FROM python\nWORKDIR /srv\nCOPY . .\n';
    const { index } = await open(test, files);
    for (const name of SERVICES) {
      const { candidates, ambiguous } = await index.resolve(at(name, '/srv/main.py'));
      assert.deepEqual([brief(candidates), ambiguous], [[`exact services/${name}/main.py:5 handle`], false]);
      assert.match(
        JSON.stringify(candidates[0]?.evidence),
        new RegExp(`compose.yaml, service ${name}, services/${name}/Docker`),
      );
    }
  });

  it('open a pick list when the service is none of them, and when there is no compose file', async (test) => {
    for (const compose of [MOUNTS, 'not: [compose']) {
      const { places, ambiguous } = await placesOf(test, fiveServices(compose), at('payments', '/app/main.py'));
      assert.equal(places.length, 5);
      assert.equal(ambiguous, true);
      assert.ok(places.every((place) => place.startsWith('guess ')));
    }
  });

  describe('and one of them in a folder called app', () => {
    const files = {
      ...fiveServices('services:\n  model:\n    volumes: ["./services/model:/code"]\n'),
      'services/model/app/main.py': MAIN,
    };
    const topOf = async (test: TestContext, serviceName: string): Promise<{ places: string[]; ambiguous: boolean }> => {
      const { places, ambiguous } = await placesOf(test, files, at(serviceName, '/app/main.py', { spanName: 'y' }));
      return { places: places.slice(0, 2), ambiguous };
    };

    it('lead to the folder named as the service, whose container calls it /app', async (test) => {
      assert.deepEqual(await topOf(test, 'billing'), {
        places: ['likely services/billing/main.py:5 handle'],
        ambiguous: false,
      });
    });

    it('open a pick list when the service is none of them', async (test) => {
      assert.equal((await topOf(test, 'elsewhere')).ambiguous, true);
    });

    it('lead there when nothing says whose it is', async (test) => {
      const { places } = await placesOf(test, { 'api/app/main.py': MAIN, 'main.py': MAIN }, at('shop', '/app/main.py'));
      assert.deepEqual(places, ['likely api/app/main.py:5 handle']);
    });
  });

  it('are told apart by the compose file for a literal that all of them have', async (test) => {
    const { index } = await open(test, fiveServices(MOUNTS));
    for (const serviceName of SERVICES) {
      const given = hints({ serviceName: `shop-${serviceName}`, spanName: 'handle', language: 'python' });
      const { candidates, ambiguous } = await index.resolve(given);
      assert.equal(brief(candidates)[0], `likely services/${serviceName}/main.py:5 handle`);
      assert.equal(ambiguous, false);
    }
  });

  it('are told apart by a relative path and the working directory of the image', async (test) => {
    const files = fiveServices(BUILDS);
    for (const name of SERVICES) files[`services/${name}/Dockerfile`] = 'FROM python\nWORKDIR /srv\nCOPY *.py ./\n';
    const { places } = await placesOf(test, files, at('audit', 'main.py'));
    assert.deepEqual(places, ['exact services/audit/main.py:5 handle']);
  });

  it('are told apart by the directory the process ran in', async (test) => {
    const given = at('model', 'main.py', { baseDirectories: ['/app'] });
    assert.deepEqual((await placesOf(test, fiveServices(MOUNTS), given)).places, [
      'exact services/model/main.py:5 handle',
    ]);
  });

  it('are told apart in stack traces', async (test) => {
    const stack = 'Traceback (most recent call last):\n  File "/app/main.py", line 6, in handle\n    pass\n';
    const given = hints({ serviceName: 'billing', spanName: 'x', language: 'python', stackTraces: [stack] });
    assert.deepEqual((await placesOf(test, fiveServices(MOUNTS), given)).places, [
      'likely services/billing/main.py:6 handle',
    ]);
    const unknown = hints({ serviceName: 'other', spanName: 'x', language: 'python', stackTraces: [stack] });
    assert.deepEqual((await placesOf(test, fiveServices(MOUNTS), unknown)).places, []);
  });
});

describe('compose files', () => {
  const files = { 'a/src/job.py': MAIN, 'b/src/job.py': MAIN, 'common/lib.py': MAIN };
  const compose = (services: string): Record<string, string> => ({
    ...files,
    'deploy/docker-compose.dev.yml': services,
  });

  it('name a process by OTEL_SERVICE_NAME, as map and as list', async (test) => {
    const text = `services:
  one:
    environment: { OTEL_SERVICE_NAME: alpha }
    volumes: [{ type: bind, source: ../a, target: /code }]
  two:
    environment:
      - OTEL_RESOURCE_ATTRIBUTES=deployment.environment=dev,service.name=beta
    volumes: ["\${ROOT:-..}/b:/code"]
`;
    const { index } = await open(test, compose(text));
    assert.deepEqual(brief((await index.resolve(at('alpha', '/code/src/job.py'))).candidates), [
      'exact a/src/job.py:5 handle',
    ]);
    assert.deepEqual(brief((await index.resolve(at('beta', '/code/src/job.py'))).candidates), [
      'exact b/src/job.py:5 handle',
    ]);
  });

  it('name a process by its container where service.name says nothing', async (test) => {
    const text =
      'services:\n  one:\n    container_name: first\n    volumes: ["../a:/code"]\n  two:\n    volumes: ["../b:/code"]\n';
    const given = at('unknown_service:python', '/code/src/job.py', { hosts: ['first'] });
    assert.deepEqual((await placesOf(test, compose(text), given)).places, ['exact a/src/job.py:5 handle']);
  });

  it('may mount one folder inside another: the deeper one counts', async (test) => {
    const text = 'services:\n  one:\n    volumes: ["../a:/code", "../b/src:/code/src", "named:/x", "/etc:/code/etc"]\n';
    assert.deepEqual((await placesOf(test, compose(text), at('one', '/code/src/job.py'))).places, [
      'exact b/src/job.py:5 handle',
    ]);
  });

  it('may build in stages, copying between them', async (test) => {
    const text = 'services:\n  one:\n    build: { context: .., dockerfile: deploy/one.Dockerfile }\n';
    const dockerfile = `# syntax=docker/dockerfile:1
ARG HOME=/srv
FROM python AS base
ENV HOME=/srv
WORKDIR $HOME
COPY ["common", "common/"]
FROM base AS build
COPY --chown=me a/src \\
  ./src
FROM base
COPY --from=build /srv/src /opt/app
`;
    const all = { ...compose(text), 'deploy/one.Dockerfile': dockerfile };
    assert.deepEqual((await placesOf(test, all, at('one', '/opt/app/job.py'))).places, ['exact a/src/job.py:5 handle']);
    assert.deepEqual((await placesOf(test, all, at('one', '/srv/common/lib.py'))).places, [
      'exact common/lib.py:5 handle',
    ]);
  });

  it('are read again when they change', async (test) => {
    const { folder, index } = await open(test, compose('services: {}\n'));
    assert.equal((await index.resolve(at('one', '/code/src/job.py'))).ambiguous, true);
    const { writeFile } = await import('node:fs/promises');
    const file = path.join(folder, 'deploy/docker-compose.dev.yml');
    await writeFile(file, 'services:\n  one:\n    volumes: ["../b:/code"]\n');
    await index.filesChanged([file], []);
    assert.deepEqual(brief((await index.resolve(at('one', '/code/src/job.py'))).candidates), [
      'exact b/src/job.py:5 handle',
    ]);
  });

  it('never lead out of the workspace, and hostile ones cost little', async (test) => {
    const lol = Array.from({ length: 12 }, (_, i) => `a${i}: &a${i} [${i === 0 ? '"x"' : `*a${i - 1},`.repeat(9)}]`);
    const { index, fileSystem, folder } = await open(test, {
      ...compose('services:\n  one:\n    build: /etc\n    volumes: ["/etc:/code", "../../..:/code", "~/x:/code"]\n'),
      'compose.yaml': `${lol.join('\n')}\nservices: *a11\n`,
      'compose.override.yaml': `services:\n  x:\n    volumes: ["${'${a'.repeat(5000)}:/x"]\n`,
      'x/Dockerfile': `${'FROM a\nCOPY '.repeat(3000)}\nCOPY ../../../etc /app\nCOPY ${'$'.repeat(9000)} /\n`,
      '.vscode/launch.json': `{"configurations":[${'['.repeat(20_000)}`,
    });
    const { candidates } = await index.resolve(at('one', '/code/passwd'));
    assert.deepEqual(
      candidates.filter(({ outside }) => !outside),
      [],
    );
    assert.deepEqual(
      fileSystem.touched.filter((touched) => touched !== folder && !touched.startsWith(folder + path.sep)),
      [],
    );
  });
});

describe('Dockerfiles that no compose file names', () => {
  it('hold for the service of their folder', async (test) => {
    const files = {
      'one/app/main.py': MAIN,
      'one/Dockerfile': 'FROM python\nWORKDIR /code\nCOPY app .\n',
      'two/app/main.py': MAIN,
      'two/Dockerfile': 'FROM python\nWORKDIR /code\nCOPY app .\n',
    };
    assert.deepEqual((await placesOf(test, files, at('two', '/code/main.py'))).places, [
      'exact two/app/main.py:5 handle',
    ]);
    assert.equal((await placesOf(test, files, at('three', '/code/main.py'))).ambiguous, true);
  });
});

describe('debugger and container configurations', () => {
  const files = { 'py/src/a/main.py': MAIN, 'js/src/a/main.py': MAIN };
  const single = { 'py/src/app/only.py': MAIN };
  const launch = (configurations: string): Record<string, string> => ({
    ...files,
    '.gitignore': '.vscode\n',
    '.vscode/launch.json': `// Comments are allowed.\n{ "configurations": [${configurations}], }`,
  });
  const cases: readonly [string, string][] = [
    ['pathMappings', '{ "pathMappings": [{ "localRoot": "${workspaceFolder}/py", "remoteRoot": "/r" }] }'],
    ['localRoot and remoteRoot', '{ "localRoot": "${workspaceFolder}/py", "remoteRoot": "/r/" }'],
    ['sourceFileMap', '{ "sourceFileMap": { "/r": "${workspaceFolder}/py" } }'],
    ['substitutePath', '{ "substitutePath": [{ "from": "${workspaceFolder}/py", "to": "/r" }] }'],
  ];
  for (const [title, configuration] of cases) {
    it(`${title} of launch.json, also when it is ignored`, async (test) => {
      const { places } = await placesOf(test, { ...launch(configuration), ...single }, at('any', '/r/src/app/only.py'));
      assert.deepEqual(places, ['exact py/src/app/only.py:5 handle']);
    });

    it(`${title} of one configuration decides for the service it is named after, for others it is a choice`, async (test) => {
      const named = configuration.replace('{ ', '{ "name": "Attach to py-app", ');
      const { index } = await open(test, launch(named));
      const own = await index.resolve(at('py-app', '/r/src/a/main.py'));
      assert.deepEqual([brief(own.candidates), own.ambiguous], [['exact py/src/a/main.py:5 handle'], false]);
      assert.equal((await index.resolve(at('stranger', '/r/src/a/main.py'))).ambiguous, true);
    });
  }

  it('two configurations for one remote folder hold for the services they are named after', async (test) => {
    const two = ['py', 'js'].map(
      (name) => `{ "name": "Attach to ${name}-app", "localRoot": "\${workspaceFolder}/${name}", "remoteRoot": "/r" }`,
    );
    const { places } = await placesOf(test, launch(two.join()), at('js-app', '/r/src/a/main.py'));
    assert.deepEqual(places, ['exact js/src/a/main.py:5 handle']);
    assert.equal((await placesOf(test, launch(two.join()), at('other', '/r/src/a/main.py'))).ambiguous, true);
  });

  it('workspaceMount and workspaceFolder of devcontainer.json', async (test) => {
    const mount =
      '{ "workspaceMount": "source=${localWorkspaceFolder}/js,target=/work,type=bind", "workspaceFolder": "/work" }';
    for (const name of ['.devcontainer/devcontainer.json', '.devcontainer/x/devcontainer.json', '.devcontainer.json']) {
      const { places } = await placesOf(test, { 'js/lib.py': MAIN, [name]: mount }, at('any', '/work/lib.py'));
      assert.deepEqual(places, ['exact js/lib.py:5 handle'], name);
    }
  });

  it('the folder of a development container by default', async (test) => {
    const { folder, index } = await open(test, { ...files, '.devcontainer/devcontainer.json': '{}' });
    const given = at('any', `/workspaces/${path.basename(folder)}/js/src/a/main.py`);
    assert.deepEqual(brief((await index.resolve(given)).candidates), ['exact js/src/a/main.py:5 handle']);
  });
});

it('is a choice where two folders of a workspace run a service of one name', async (test) => {
  const files = { 'compose.yaml': 'services:\n  api:\n    volumes: ["./src:/app"]\n', 'src/main.py': MAIN };
  const folders = [await workspaceOf(test, files), await workspaceOf(test, files)];
  const { index } = openIndex(folders);
  test.after(() => index.dispose());
  const { candidates, ambiguous } = await index.resolve(at('api', '/app/main.py'));
  assert.deepEqual([candidates.length, ambiguous], [2, true]);
});

it('holds for a frame of a stack trace that is opened, too', async (test) => {
  const { index } = await open(test, fiveServices(MOUNTS));
  const frame = { path: '/app/main.py', line: 5, column: 0 };
  const { candidates, ambiguous } = await index.resolveFrame(frame, { serviceName: 'model', baseDirectories: [] });
  assert.deepEqual([brief(candidates), ambiguous], [['exact services/model/main.py:5 handle'], false]);
});
