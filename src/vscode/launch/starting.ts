// The entry of dist/starting.cjs: what only the commands that start or prepare a program need, loaded by the first of them.
export { connectCompose } from './connectCompose.ts';
export { addToEnvFile } from './envFile.ts';
export { FileProposals } from './fileProposal.ts';
export { RunWithTracing } from './runWithTracing.ts';
