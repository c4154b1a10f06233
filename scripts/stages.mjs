// The stages of `npm test`: which folders of test/ each runs, and how.

/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {readonly string[]} folders under test/
 * @property {'node' | 'host'} runner node: `node --test`; host: Mocha inside the extension host
 * @property {number} atOnce files run at once: one where a test starts VS Code or a fixed set of processes
 * @property {boolean} [compileCache] processes share what Node compiled: each starts in half the time. Not where a traced
 *   program or VS Code would inherit it
 * @property {boolean} [bundles] needs dist/
 * @property {boolean} [package] needs out/spanline.vsix
 * @property {boolean} [page] its tests share the scripts of the panel's page, built once
 * @property {boolean} [chromium]
 * @property {boolean} [workbench] needs the VS Code from npm
 * @property {boolean} [programs] needs the example's and the senders' npm packages, and the Python venv
 * @property {boolean} [secondTry] a file that fails is run once more, alone: these drive a browser or a whole VS Code, where a
 *   machine that is late by seconds can fail a sound test. What passed only then is named as unsteady
 * @property {number} minutes after which the stage is ended and counts as failed
 */

/** @type {readonly Stage[]} */
export const STAGES = [
  { name: 'unit', folders: ['unit', 'engine', 'cli'], runner: 'node', atOnce: 2, compileCache: true, minutes: 12 },
  {
    name: 'browser',
    folders: ['browser'],
    runner: 'node',
    atOnce: 2,
    compileCache: true,
    bundles: true,
    page: true,
    chromium: true,
    secondTry: true,
    minutes: 12,
  },
  {
    name: 'host',
    folders: ['host'],
    runner: 'host',
    atOnce: 1,
    bundles: true,
    chromium: true,
    workbench: true,
    minutes: 8,
  },
  {
    name: 'e2e',
    folders: ['e2e'],
    runner: 'node',
    atOnce: 1,
    bundles: true,
    package: true,
    chromium: true,
    workbench: true,
    secondTry: true,
    minutes: 18,
  },
  { name: 'interop', folders: ['interop'], runner: 'node', atOnce: 1, programs: true, minutes: 12 },
];

export const STAGE_FOLDERS = STAGES.flatMap(({ folders }) => folders);
